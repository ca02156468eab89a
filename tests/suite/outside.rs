//! What outside a book vouches for it: pins, remembered heads, time stamps, git.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use glasskey::primitives::bytes;
use serde_json::Value;

use crate::audit::on_disk;
use crate::support::Ran;
use crate::support::TempDir;
use crate::support::audit;
use crate::support::command;
use crate::support::ended;
use crate::support::glasskey;
use crate::support::rehearse;
use crate::support::skipped;
use crate::support::text;
use crate::support::tree;
use crate::support::verdicts;
use crate::table::Table;

/// A real book of genesis and `registrations`, as [`on_disk`] leaves it.
fn real_book(dir: &Path, registrations: &[&str]) {
    let mut table = Table::real();
    table.genesis().unwrap();
    for label in registrations {
        table.register(label).unwrap();
    }
    on_disk(dir, &table.store);
}

/// The program, with `dir` as the place of pins.
fn with_pins(dir: &Path, arguments: &[&str]) -> Ran {
    ended(command(arguments).env("XDG_CONFIG_HOME", dir))
}

/// Where the pin of a book lies.
fn pin_of(config: &Path, book: &Path) -> PathBuf {
    let origin = fs::read_to_string(book.join("ledger/origin")).unwrap();
    let tenant = origin.split([':', '/']).nth(1).unwrap();
    config.join(format!("glasskey/trust/{tenant}.toml"))
}

#[test]
fn a_book_is_pinned_at_first_use_and_another_in_its_place_is_found() {
    let (dir, config) = (TempDir::new(), TempDir::new());
    real_book(dir.path(), &["BG1-A"]);
    let book = dir.join("book");
    let run = |further: &[&str]| {
        let mut arguments = vec!["audit", text(&book)];
        arguments.extend(further);
        with_pins(config.path(), &arguments)
    };

    // At first nobody vouches for it, and the command that pins it is said.
    let ran = run(&[]).exits(1);
    assert!(
        ran.out
            .contains(&format!("  glasskey audit {} --pin\n", text(&book)))
    );
    let answer = run(&["--json"]).exits(1).json();
    assert_eq!(verdicts(&answer, "TRUST-ROOT"), ["unknown"]);
    assert_eq!(answer["trust"]["from"], "nobody");
    assert_eq!(tree(config.path()).len(), 0);

    // Pinned once, for its owner alone.
    let ran = run(&["--pin"]).exits(1);
    let pin = pin_of(config.path(), &book);
    assert!(ran.out.contains("Pinned:"), "{}", ran.out);
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&pin).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let written = fs::read(&pin).unwrap();

    // From then on it counts, is named, and is never replaced.
    let ran = run(&[]);
    let words = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("pinned at first use"), "{words}");
    let answer = run(&["--pin", "--json"]).json();
    assert_eq!(verdicts(&answer, "TRUST-ROOT"), ["pass"]);
    assert_eq!(verdicts(&answer, "LEDGER-HEAD"), ["pass"]);
    assert_eq!(answer["trust"]["from"], "pinned");
    assert_eq!(answer["trust"]["file"], text(&pin));
    assert_eq!(fs::read(&pin).unwrap(), written);

    // Another book of the same tenant in its place.
    let other = String::from_utf8(written.clone()).unwrap();
    let (_, hex) = other.split_once("genesis = \"").unwrap();
    let digit = if hex.starts_with('0') { '1' } else { '0' };
    let other = other.replacen(&hex[..64], &format!("{digit}{}", &hex[1..64]), 1);
    fs::write(&pin, &other).unwrap();
    for further in [&[][..], &["--pin"]] {
        let ran = run(further).exits(6);
        let words = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("ITS IDENTIFICATION HAS CHANGED"), "{words}");
        let unbroken = ran.out.replace(['\n', ' '], "");
        assert!(unbroken.contains(text(&pin)), "{unbroken}");
        assert_eq!(fs::read_to_string(&pin).unwrap(), other);
    }
    let answer = run(&["--json"]).exits(6).json();
    assert_eq!(verdicts(&answer, "TRUST-ROOT"), ["fail"]);
    let first = &answer["first_bad"]["file"];
    assert_eq!(first, "ledger/records/000000/record.json");

    // What is given counts in its place; a pin that is no trust file is said to be none.
    let trust = dir.join("auditor/trust.toml");
    let answer = run(&["--trust", text(&trust), "--json"]).json();
    assert_eq!(verdicts(&answer, "TRUST-ROOT"), ["pass"]);
    fs::write(&pin, "genesis = 5\n").unwrap();
    run(&[]).exits(2).three_lines();
}

#[test]
fn an_older_copy_is_found_by_the_pin_of_a_newer_one() {
    let (dir, older, config) = (TempDir::new(), TempDir::new(), TempDir::new());
    real_book(dir.path(), &["BG1-A", "BG1-B"]);
    real_book(older.path(), &["BG1-A"]);
    let book = |dir: &TempDir| dir.join("book").to_str().unwrap().to_owned();
    with_pins(config.path(), &["audit", &book(&dir), "--pin"]).exits(1);
    let answer = with_pins(config.path(), &["audit", &book(&older), "--json"])
        .exits(6)
        .json();
    assert_eq!(verdicts(&answer, "TRUST-ROOT"), ["pass"]);
    assert_eq!(verdicts(&answer, "LEDGER-HEAD"), ["fail"]);
}

#[test]
fn a_broken_book_and_a_rehearsal_are_not_pinned() {
    let (dir, config) = (TempDir::new(), TempDir::new());
    real_book(dir.path(), &["BG1-A"]);
    let book = dir.join("book");
    fs::write(book.join("ledger/stray"), "x").unwrap();
    let ran = with_pins(config.path(), &["audit", text(&book), "--pin"]).exits(6);
    assert!(ran.out.contains("Nothing was pinned"), "{}", ran.out);
    assert_eq!(tree(config.path()).len(), 0);

    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let book = dir.join("book");
    let ran = with_pins(config.path(), &["audit", text(&book), "--pin"]).exits(2);
    assert!(ran.err.contains("this is a rehearsal"), "{}", ran.err);
    assert_eq!(tree(config.path()).len(), 0);
    // Nor judged by a pin of the tenant that its origin names.
    let origin = fs::read_to_string(book.join("ledger/origin")).unwrap();
    let tenant = origin.split('/').nth(1).unwrap();
    let pin = config.join(&format!("glasskey/trust/{tenant}.toml"));
    fs::create_dir_all(pin.parent().unwrap()).unwrap();
    fs::write(&pin, format!("genesis = \"{}\"\n", "0".repeat(64))).unwrap();
    let answer = with_pins(config.path(), &["audit", text(&book), "--json"])
        .exits(1)
        .json();
    assert_eq!(verdicts(&answer, "TRUST-ROOT"), ["unknown"]);
}

#[test]
fn a_head_is_remembered_once_and_held_against_the_next_copy() {
    let (dir, older) = (TempDir::new(), TempDir::new());
    rehearse(dir.path(), &[]).exits(0);
    rehearse(older.path(), &["--only", "registration"]).exits(0);
    let heads = dir.join("heads.txt");
    let remember = |book: &Path| glasskey(["audit", text(book), "--remember", text(&heads)]);
    remember(&older.join("book")).exits(1);
    let one = fs::read_to_string(&heads).unwrap();
    let file = |dir: &TempDir, size: &str| {
        fs::read_to_string(dir.join(&format!("book/ledger/checkpoints/{size}.txt"))).unwrap()
    };
    assert_eq!(one, file(&older, "000002"));
    for _ in 0..2 {
        remember(&dir.join("book")).exits(1);
        let two = fs::read_to_string(&heads).unwrap();
        assert_eq!(two, format!("{one}\n{}", file(&dir, "000005")));
    }
    // The older copy is whole in itself; the file alone tells, and learns nothing from it.
    let before = fs::read(&heads).unwrap();
    let ran = remember(&older.join("book")).exits(6);
    let words = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let root = glasskey(["audit", text(&dir.join("book")), "--json"]).json()["head"]["root"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(words.contains("size 5, root"), "{words}");
    assert!(ran.out.replace(['\n', ' '], "").contains(&root), "{words}");
    assert!(words.contains("Nothing was remembered"), "{words}");
    assert_eq!(fs::read(&heads).unwrap(), before);
    let unreadable = dir.join("bad.txt");
    fs::write(&unreadable, "no head\n").unwrap();
    glasskey([
        "audit",
        text(&dir.join("book")),
        "--remember",
        text(&unreadable),
    ])
    .exits(2)
    .three_lines();
    assert_eq!(fs::read_to_string(&unreadable).unwrap(), "no head\n");
}

#[test]
fn a_whole_older_copy_is_found_with_heads_and_said_to_be_unknown_without() {
    let (dir, older) = (TempDir::new(), TempDir::new());
    rehearse(dir.path(), &[]).exits(0);
    rehearse(older.path(), &["--only", "registration"]).exits(0);
    let newest = dir.join("book/ledger/checkpoints/000005.txt");
    let trust = older.join("auditor/trust.toml");
    let whole = fs::read_to_string(&trust).unwrap();
    fs::write(&trust, whole.split_once("\n[[head]]").unwrap().0).unwrap();
    let ran = audit(older.path(), &["--verbose"]).exits(0);
    let words = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("no head is remembered outside: a cut tail or an older copy is not found"),
        "{words}"
    );
    assert!(
        words.contains("The policy asks for 1 of them, and 0 holds here."),
        "{words}"
    );
    let answer = audit(older.path(), &["--json"]).exits(0).json();
    assert_eq!(verdicts(&answer, "LEDGER-HEAD"), ["not_run"]);
    let answer = audit(older.path(), &["--heads", text(&newest), "--json"])
        .exits(6)
        .json();
    assert_eq!(verdicts(&answer, "LEDGER-HEAD"), ["fail"]);
    assert_eq!(answer["first_bad"]["file"], "ledger/checkpoints/000002.txt");
    let head = anchors(&answer, "head").remove(0);
    assert_eq!(
        (&head["size"], &head["covers_records"]),
        (&5.into(), &0.into())
    );
    assert_eq!(head["verified"], false);
}

/// The anchors of that kind in a `--json` answer.
fn anchors(answer: &Value, kind: &str) -> Vec<Value> {
    let all = answer["anchors"].as_array().unwrap().iter();
    all.filter(|one| one["kind"] == kind).cloned().collect()
}

/// A local authority for time stamps, made with OpenSSL.
struct Authority(PathBuf);

impl Authority {
    fn new(dir: &Path) -> Self {
        let script = "set -e
            printf 'basicConstraints=critical,CA:FALSE\\nextendedKeyUsage=critical,timeStamping\\n' >ext
            for one in root tsa; do
              openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $one.key
            done
            openssl req -x509 -new -key root.key -sha256 -subj /CN=root -days 30 -out root.pem \
              -addext basicConstraints=critical,CA:TRUE
            openssl req -new -key tsa.key -subj '/CN=Local stamps' -out csr
            openssl x509 -req -in csr -CA root.pem -CAkey root.key -CAcreateserial -sha256 -days 20 \
              -extfile ext -out tsa.pem
            openssl x509 -in root.pem -outform DER -out root.der
            printf '[tsa]\\ndefault_tsa=t\\n[t]\\nserial=serial\\nsigner_cert=tsa.pem\\nsigner_key=tsa.key\\nsigner_digest=sha256\\ndefault_policy=1.2.3.4\\ndigests=sha256\\n' >cnf";
        let folder = dir.join("authority");
        fs::create_dir(&folder).unwrap();
        run(&folder, &["sh", "-c", script]);
        Self(folder)
    }

    fn stamp(&self, request: &Path, answer: &Path) {
        let (request, answer) = (text(request), text(answer));
        let words = [
            "openssl",
            "ts",
            "-reply",
            "-config",
            "cnf",
            "-queryfile",
            request,
            "-out",
            answer,
        ];
        run(&self.0, &words);
    }

    /// `trust` with this authority's root.
    fn trusted(&self, trust: &Path) -> String {
        let root = bytes::base64(&fs::read(self.0.join("root.der")).unwrap());
        let trust = fs::read_to_string(trust).unwrap();
        format!("{trust}\n[[tsa-root]]\nder = \"{root}\"\n")
    }
}

#[track_caller]
fn run(folder: &Path, words: &[&str]) -> String {
    let (program, rest) = words.split_first().unwrap();
    let output = Command::new(program)
        .args(rest)
        .current_dir(folder)
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn has(program: &str, test: &str) -> bool {
    let there = Command::new(program).arg("version").output().is_ok();
    if !there {
        skipped(test, program);
    }
    there
}

#[test]
fn a_time_stamp_goes_out_comes_in_and_says_how_far_back_it_reaches() {
    if !has("openssl", "time stamps of a local authority") {
        return;
    }
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let (book, trust) = (dir.join("book"), dir.join("auditor/trust.toml"));
    let (asked, answer) = (dir.join("head.tsq"), dir.join("answer.tsr"));
    let authority = Authority::new(dir.path());
    glasskey(["anchor", "request", text(&book), "-o", text(&asked)]).exits(0);
    glasskey(["anchor", "request", text(&book), "-o", text(&asked)])
        .exits(7)
        .three_lines();
    // OpenSSL reads the request, and an authority the program never knew stamps it.
    let shown = run(
        dir.path(),
        &["openssl", "ts", "-query", "-in", text(&asked), "-text"],
    );
    assert!(shown.contains("Certificate required: yes"), "{shown}");
    authority.stamp(&asked, &answer);

    // Nobody vouches for the authority: kept, and not counted.
    let add = |trust: &Path| {
        let (answer, book, trust) = (text(&answer), text(&book), text(trust));
        glasskey([
            "anchor", "add", answer, "--book", book, "--trust", trust, "--json",
        ])
    };
    let added = add(&trust).exits(1).json();
    assert_eq!(
        (&added["verified"], &added["new"]),
        (&false.into(), &true.into())
    );
    let report = audit(dir.path(), &["--json"]).exits(0).json();
    assert_eq!(anchors(&report, "stamp")[0]["verified"], false);
    assert_eq!(anchors(&report, "stamp")[0]["covers_records"], 0);

    // With its root from elsewhere it counts, for all the records that it covers.
    let with_root = dir.join("auditor/with-root.toml");
    fs::write(&with_root, authority.trusted(&trust)).unwrap();
    let added = add(&with_root).exits(0).json();
    assert_eq!(
        (&added["verified"], &added["new"]),
        (&true.into(), &false.into())
    );
    let arguments = ["audit", text(&book), "--trust", text(&with_root), "--json"];
    let report = glasskey(arguments).exits(0).json();
    let stamp = anchors(&report, "stamp").remove(0);
    assert_eq!(
        (&stamp["covers_records"], &stamp["size"]),
        (&2.into(), &2.into())
    );
    assert_eq!(stamp["time"], added["time"]);
    assert_eq!(stamp["detail"], "by Local stamps");
    let listed = glasskey(["anchor", "list", text(&book), "--trust", text(&with_root)]).exits(0);
    assert!(listed.out.contains("Local"), "{}", listed.out);
    // OpenSSL agrees on what was kept.
    let kept = book.join(stamp["source"].as_str().unwrap());
    let checkpoint = book.join("ledger/checkpoints/000002.txt");
    let root = dir.join("authority/root.pem");
    run(
        dir.path(),
        &[
            "openssl",
            "ts",
            "-verify",
            "-in",
            text(&kept),
            "-data",
            text(&checkpoint),
            "-CAfile",
            text(&root),
        ],
    );

    // A bit less, and both the book and what is added are refused.
    let mut broken = fs::read(&answer).unwrap();
    let at = broken.len() - 5;
    broken[at] ^= 1;
    fs::write(&answer, &broken).unwrap();
    let why = add(&with_root).exits(6).three_lines();
    assert!(why[1].contains("the signature does not verify"), "{why:?}");
    fs::write(&kept, &broken).unwrap();
    let report = glasskey(arguments).exits(6).json();
    assert_eq!(report["first_bad"]["file"], stamp["source"]);
}

#[test]
fn a_stamp_of_another_book_or_of_an_answer_to_another_request_is_not_kept() {
    if !has("openssl", "stamps that do not belong") {
        return;
    }
    let (dir, other) = (TempDir::new(), TempDir::new());
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    rehearse(other.path(), &[]).exits(0);
    let authority = Authority::new(dir.path());
    let answer = dir.join("answer.tsr");
    let asked = dir.join("head.tsq");
    let add = |book: &Path| glasskey(["anchor", "add", text(&answer), "--book", text(book)]);
    glasskey([
        "anchor",
        "request",
        text(&other.join("book")),
        "-o",
        text(&asked),
    ])
    .exits(0);
    authority.stamp(&asked, &answer);
    // The longer book has the shorter one's head too, not the other way round.
    let why = add(&dir.join("book")).exits(6).three_lines();
    assert!(
        why[1].contains("it stamps no head of this ledger"),
        "{why:?}"
    );
    assert!(!dir.join("book/anchors").exists());
    add(&other.join("book")).exits(1);

    // A request of somebody else's for the same head, where one of ours is kept.
    let checkpoint = other.join("book/ledger/checkpoints/000005.txt");
    let theirs = dir.join("theirs.tsq");
    let words = [
        "openssl",
        "ts",
        "-query",
        "-data",
        text(&checkpoint),
        "-sha256",
        "-cert",
        "-out",
    ];
    run(dir.path(), &[&words[..], &[text(&theirs)]].concat());
    authority.stamp(&theirs, &answer);
    let why = add(&other.join("book")).exits(6).three_lines();
    assert!(why[1].contains("another request"), "{why:?}");

    // The stamp stays behind when the end is cut: that is seen as well.
    let book = other.join("book");
    let ledger = book.join("ledger");
    fs::remove_dir_all(ledger.join("records/000004")).unwrap();
    fs::remove_file(ledger.join("checkpoints/000005.txt")).unwrap();
    fs::remove_file(ledger.join("checkpoints/000005.txt.op-1.sig")).unwrap();
    let report = glasskey(["audit", text(&book), "--json"]).exits(6).json();
    assert!(
        report["first_bad"]["why"]
            .as_str()
            .unwrap()
            .contains("the ledger was cut")
    );
}

#[test]
fn a_clone_of_a_book_is_the_book_whatever_git_does_to_line_ends() {
    if !has("git", "a book in git") {
        return;
    }
    let dir = TempDir::new();
    rehearse(dir.path(), &[]).exits(0);
    let book = dir.join("book");
    let git = |folder: &Path, words: &[&str]| run(folder, &[&["git"], words].concat());
    git(&book, &["init", "-q", "-b", "main"]);
    fs::write(book.join(".gitignore"), "*.swp\n").unwrap();
    git(&book, &["config", "core.autocrlf", "true"]);
    git(&book, &["add", "-A"]);
    let who = ["-c", "user.name=op", "-c", "user.email=op@example.invalid"];
    git(&book, &[&who[..], &["commit", "-q", "-m", "Book"]].concat());
    let checkpoint = fs::read_to_string(book.join("ledger/checkpoints/000005.txt")).unwrap();
    git(
        &book,
        &[&who[..], &["tag", "-a", "head", "-m", &checkpoint]].concat(),
    );
    audit(dir.path(), &[]).exits(0);

    let before = tree(&book);
    for ends in ["false", "true", "input"] {
        let folder = dir.join(&format!("clone-{ends}"));
        let config = format!("core.autocrlf={ends}");
        let clone = folder.join("book");
        let words = ["clone", "-q", "-c", &config, text(&book), text(&clone)];
        git(dir.path(), &words);
        let cloned = tree(&clone);
        let own = |name: &&String| !name.starts_with(".git/") && !name.ends_with('/');
        let names: Vec<&String> = cloned.keys().filter(own).collect();
        assert!(names.len() > 40, "{}", names.len());
        let kept: Vec<&String> = before
            .keys()
            .filter(own)
            .filter(|name| !name.starts_with("open/"))
            .collect();
        for name in kept {
            assert_eq!(cloned.get(name), before.get(name), "{name} ({ends})");
        }
        let heads = folder.join("heads.txt");
        let tag = git(&clone, &["show", "head:ledger/checkpoints/000005.txt"]);
        fs::write(&heads, tag).unwrap();
        let trust = dir.join("auditor/trust.toml");
        let arguments = [
            "audit",
            text(&clone),
            "--trust",
            text(&trust),
            "--heads",
            text(&heads),
        ];
        let ran = glasskey(arguments).exits(0);
        assert!(ran.out.contains("Clean."), "{}", ran.out);
    }
}
