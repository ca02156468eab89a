//! What outside a book vouches for it: the pin of first use, and the stamps beside the ledger.

#[path = "../suite/table.rs"]
#[expect(dead_code, reason = "the suite uses the rest")]
mod table;

use crate::support::Changed;
use crate::support::Files;
use crate::support::Odd;
use crate::support::REHEARSAL;
use crate::support::agree;
use crate::support::can_run;
use crate::support::fresh;
use crate::support::script;
use glasskey::ledger::Trust;
use glasskey::primitives::Digest;
use glasskey::rehearsal::World;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use table::Table;

/// A real book on disk, of genesis and one registration, and its tenant.
fn real_book(folder: &Path) -> (PathBuf, String) {
    let mut table = Table::real();
    table.genesis().unwrap();
    table.register("BG1-A").unwrap();
    let book = folder.join("book");
    for (name, bytes) in table.store.files() {
        let path = book.join("ledger").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    fs::write(
        book.join("roster.allowed_signers"),
        World::roster().unwrap(),
    )
    .unwrap();
    fs::write(book.join("glasskey.toml"), World::plan().unwrap()).unwrap();
    let origin = fs::read_to_string(book.join("ledger/origin")).unwrap();
    let tenant = origin.split([':', '/']).nth(1).unwrap().to_owned();
    (book, tenant)
}

/// What a verifier says of `book` where `config` is the place of pins: exit, first bad file, and
/// subject, check and verdict of each finding. A verifier that refuses the pin says nothing.
fn told(command: &mut Command, config: &Path) -> (Option<i32>, Value, Vec<[Value; 3]>) {
    let output = command
        .arg("--json")
        .env("XDG_CONFIG_HOME", config)
        .output()
        .unwrap();
    let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let findings = value["findings"].as_array().cloned().unwrap_or_default();
    let words = |one: Value| ["subject", "check", "verdict"].map(|name| one[name].clone());
    let kept = findings
        .into_iter()
        .filter(|one| one["check"] != "FW-ADVISORY")
        .map(words)
        .collect();
    let first = value["first_bad"]["file"].clone();
    (output.status.code(), first, kept)
}

#[test]
fn a_book_is_judged_alike_by_the_pin_of_first_use() {
    if !can_run("pins") {
        return;
    }
    let folder = fresh("pins");
    let (book, tenant) = real_book(&folder);
    let pins = folder.join("config/glasskey/trust");
    let both = |book: &Path, config: &Path| {
        let mut ours = Command::new(env!("CARGO_BIN_EXE_glasskey"));
        let ours = told(ours.arg("audit").arg(book), config);
        let mut theirs = Command::new("python3");
        let theirs = told(theirs.arg("-B").arg(script()).arg(book), config);
        assert_eq!(ours, theirs, "{}", book.display());
        ours
    };
    let config = folder.join("config");
    assert_eq!(both(&book, &config).0, Some(1));

    let pinned = Command::new(env!("CARGO_BIN_EXE_glasskey"))
        .args(["audit", book.to_str().unwrap(), "--pin"])
        .env("XDG_CONFIG_HOME", &config)
        .output()
        .unwrap();
    let pin = pins.join(format!("{tenant}.toml"));
    assert!(pin.is_file(), "{pinned:?}");
    let (_, bad, findings) = both(&book, &config);
    assert_eq!(bad, Value::Null);
    assert!(findings.contains(&["book".into(), "TRUST-ROOT".into(), "pass".into()]));

    let good = fs::read_to_string(&pin).unwrap();
    let trust = Trust::parse(good.as_bytes()).unwrap();
    let genesis = trust.genesis.unwrap().to_string();
    let root = trust.heads[0].root.to_string();
    let other = "0".repeat(64);
    for (what, text, exit) in [
        ("another genesis", good.replace(&genesis, &other), Some(6)),
        ("another root", good.replace(&root, &other), Some(6)),
        (
            "a longer book",
            good.replace("size = 2", "size = 3"),
            Some(6),
        ),
        ("no trust file", "genesis = 5\n".to_owned(), Some(2)),
    ] {
        assert_ne!(text, good, "{what}");
        fs::write(&pin, text).unwrap();
        assert_eq!(both(&book, &config).0, exit, "{what}");
    }
    // A relative place does not count, and a rehearsal is never pinned.
    assert_eq!(both(&book, Path::new("config")).0, Some(1));
    let rehearsal = REHEARSAL.folder.join("book");
    let origin = fs::read_to_string(rehearsal.join("ledger/origin")).unwrap();
    let tenant = origin.split([':', '/']).nth(1).unwrap();
    fs::write(pins.join(format!("{tenant}.toml")), "genesis = 5\n").unwrap();
    assert_eq!(both(&rehearsal, &config).0, Some(1));
}

/// The rehearsal's files with one more in `anchors/`.
fn anchored(name: &str, bytes: &[u8]) -> Files {
    let mut files = REHEARSAL.files.clone();
    files.insert(format!("anchors/{name}"), bytes.to_vec());
    files
}

#[test]
fn damaged_files_under_anchors_are_named_by_both() {
    if !can_run("damaged anchors") {
        return;
    }
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/stamps");
    let stamp = fs::read(vectors.join("p256.tsr")).unwrap();
    let of = |size: &str, bytes: &[u8]| format!("{size}.{}.tsr", Digest::of(bytes));
    let (cut, large) = (&stamp[..stamp.len() / 2], vec![0x30; 70 << 10]);
    let mut flipped = stamp.clone();
    flipped[stamp.len() / 2] ^= 1;
    let bad = [
        ("of another ledger", of("000005", &stamp), stamp.as_slice()),
        ("beyond the end", of("000015", &stamp), &stamp),
        ("cut", of("000005", cut), cut),
        ("empty", of("000005", b""), b""),
        ("not DER", of("000003", b"stamp"), b"stamp"),
        ("large", of("000001", &large), &large),
        ("a flipped bit", of("000005", &stamp), &flipped),
    ];
    let mut all: Vec<Changed> = bad
        .iter()
        .map(|(what, name, bytes)| Changed::new(*what, anchored(name, bytes)))
        .collect();
    let link = format!("anchors/{}", of("000005", &stamp));
    all.push(Changed::new("a link", REHEARSAL.files.clone()).odd(&link, Odd::Link));
    let named = format!("anchors/000013.{}.tsr", "0".repeat(64));
    for (what, odd) in [
        ("a folder", Odd::Folder),
        ("an empty folder", Odd::EmptyFolder),
    ] {
        all.push(Changed::new(what, REHEARSAL.files.clone()).odd(&named, odd));
    }
    let mut files = REHEARSAL.files.clone();
    files.insert("anchors".to_owned(), b"x".to_vec());
    all.push(Changed::new("a file in the folder's place", files));
    // A bad file of the ledger comes before one beside it.
    let mut both = anchored(&bad[0].1, &stamp);
    both.remove("ledger/records/000002/op-1.sig");
    all.push(Changed::new("the ledger too", both));
    let broken = all.len();
    for name in ["notes.txt", "000005.tsr", "000005.00.tsq", "5.x.tsr"] {
        all.push(Changed::new(
            format!("{name} is not looked at"),
            anchored(name, b"x"),
        ));
    }
    let verdicts = agree("anchors", &all);
    for (place, (changed, verdict)) in all.iter().zip(&verdicts).enumerate() {
        let first = verdict.first_bad.as_deref().unwrap_or_default();
        assert_eq!(verdict.exit == 6, place < broken, "{}", changed.what);
        let ledger = changed.what == "the ledger too";
        let expected = if ledger {
            "ledger/records/000002/op-1.sig"
        } else {
            "anchors"
        };
        assert!(place >= broken || first.starts_with(expected), "{first}");
    }
}
