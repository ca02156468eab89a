//! `glasskey sign` as a witness meets it: on a machine of their own, with a bundle, at a terminal.

use crate::real_book::RealBook;
use crate::real_book::can_sign;
use crate::real_book::presses;
use crate::real_book::types;
use crate::support::text;
use glasskey::ceremony::nonces::Nonces;
use glasskey::ceremony::signing;
use glasskey::ceremony::signing::SignRefusal;
use glasskey::ceremony::signing::Standing;
use std::fs;
use std::os::unix::fs::PermissionsExt;

const WHAT: &str = "signing as real people do";
const SURE: &str = "Sign it as w-1? [y/n] ";

#[test]
fn a_witness_elsewhere_signs_a_bundle_and_the_book_is_whole() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::begun(&[], &["w-1"]);
    let folder = book.folder();
    let audit = book.alone("op-7", &["audit", text(&folder)]).exits(6);
    let lacks = "the record expects a signature of w-1, and it is not there";
    let said = audit.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains(lacks) && said.contains("glasskey sign 000000"),
        "{}",
        audit.out
    );

    let export = [
        "sign",
        "--export",
        "-o",
        "for-w-1.json",
        "--book",
        text(&folder),
    ];
    let exported = book.alone("op-7", &export).exits(0);
    assert_eq!(
        exported.out,
        "In it: 000000  This book begins.\n\
         Missing: 000000  This book begins.: w-1 has not signed; 0 of 1 witnesses signed.\n\
         Take for-w-1.json to their machines: `glasskey sign for-w-1.json`. It holds no\n\
         secret.\n"
    );
    // A second bundle does not take the first one's place.
    book.alone("op-7", &export).exits(7);

    let key = book.key("w-1");
    let sign = ["sign", "for-w-1.json", "--key", text(&key)];
    let (ran, screen) = book.asked("w-1", &sign, vec![types(SURE, "y")]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{screen}");
    assert_eq!(
        ran.out,
        "Signed as w-1: 000000  This book begins. w-1.sig\n\
         Give w-1.sig to the operator: `glasskey sign --collect w-1.sig` in the book.\n"
    );
    let screen = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "1/1 Record 000000: genesis This book begins. From here on, op-7 is operator.",
        "w-1 signs with ssh-ed25519 key SHA256:",
        "Digest of the statement:",
        "Signed before, and it verifies: op-7.",
    ] {
        assert!(screen.contains(words), "{words}: {screen}");
    }

    let collect = ["sign", "--collect", "w-1.sig", "--book", text(&folder)];
    let collected = book.alone("op-7", &collect).exits(0);
    assert_eq!(
        collected.out,
        "w-1.sig: w-1 signed record 000000; it verifies, and is kept\n\
         w-1.sig: w-1 signed the roster of record 000000; it verifies, and is kept\n\
         Nobody is missing: every record has its signatures.\n"
    );
    let again = book.alone("op-7", &collect).exits(0);
    assert!(
        again.out.contains("w-1 had signed record 000000 before"),
        "{}",
        again.out
    );
    // Nobody outside vouches for it yet; nothing else is open.
    let audit = book
        .alone("op-7", &["audit", text(&folder), "--json"])
        .exits(1);
    assert_eq!(audit.json()["faults"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_bundle_that_was_altered_is_signed_by_nobody() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::begun(&[], &["w-1"]);
    let folder = book.folder();
    let export = ["sign", "--export", "-o", "b.json", "--book", text(&folder)];
    book.alone("op-7", &export).exits(0);
    let bundle = fs::read_to_string(book.path("b.json")).unwrap();
    let key = book.key("w-1");
    for (from, to, why) in [
        (
            "\"verify_every_days\":90",
            "\"verify_every_days\":91",
            "its policy is not the one",
        ),
        ("glasskey.bundle/1", "glasskey.bundle/2", "it is no bundle"),
        ("\"records\":[", "\"records\": [", "it is no bundle"),
        ("contoso", "contosa", "it is no bundle"),
        ("/emergency-access", "/emergency-axcess", "of another book"),
    ] {
        if !bundle.contains(from) {
            continue;
        }
        fs::write(book.path("altered.json"), bundle.replacen(from, to, 1)).unwrap();
        let ran = book.alone("w-1", &["sign", "altered.json", "--key", text(&key)]);
        let [what, because, _] = ran.exits(6).three_lines();
        assert_eq!(what, "nothing was signed");
        assert!(because.contains(why), "{because}");
    }
    assert!(!book.path("w-1.sig").exists());
}

#[test]
fn whoever_is_not_expected_or_declines_signs_nothing() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::begun(&[], &["w-1"]);
    let folder = book.folder();
    let export = ["sign", "--export", "-o", "b.json", "--book", text(&folder)];
    book.alone("op-7", &export).exits(0);
    let w1 = book.key("w-1");
    for act in [
        types(SURE, "n"),
        presses(SURE, b"\x03"),
        presses(SURE, b"\x04"),
    ] {
        let sign = ["sign", "b.json", "--key", text(&w1)];
        let (ran, screen) = book.asked("w-1", &sign, vec![act]);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{screen}");
    }
    // w-2 is on the roster, and this record does not expect them.
    let w2 = book.key("w-2");
    let sign = ["sign", "b.json", "--key", text(&w2)];
    let (ran, _) = book.asked("w-2", &sign, Vec::new());
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .contains("it expects op-7, w-1 to sign, and not w-2"),
        "{}",
        ran.err
    );
    // Without a terminal nobody is asked.
    let ran = book
        .alone("w-1", &["sign", "b.json", "--key", text(&w1)])
        .exits(3);
    assert!(
        ran.err.contains("there is no terminal to ask at"),
        "{}",
        ran.err
    );
    // A stranger's key.
    book.make_key("stranger");
    let other = book.key("stranger");
    let (ran, _) = book.asked("x", &["sign", "b.json", "--key", text(&other)], Vec::new());
    assert_eq!(ran.code, 2);
    assert!(!book.path("w-1.sig").exists() && !book.path("w-2.sig").exists());

    let (ran, _) = book.asked(
        "w-2",
        &["sign", "b.json", "--key", text(&w2), "--reviewer"],
        vec![types("Sign it as w-2? [y/n] ", "y")],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let collect = ["sign", "--collect", "w-2.sig", "--book", text(&folder)];
    let collected = book.alone("op-7", &collect).exits(0);
    let said = collected
        .out
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(said.contains("w-2 reviewed record 000000; it verifies, is kept, and does not count"));
    assert!(
        said.contains("w-1 has not signed; 0 of 1 witnesses signed"),
        "{said}"
    );
}

#[test]
fn signatures_that_count_for_nothing_here_are_not_kept() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::begun(&[], &["w-1"]);
    let folder = book.folder();
    fs::write(book.path("noise.sig"), "noise").unwrap();
    fs::write(
        book.path("other.sig"),
        include_bytes!("../vectors/sshsig/ed25519.sig"),
    )
    .unwrap();
    for (file, why) in [
        ("noise.sig", "not an SSH signature in its one spelling"),
        ("other.sig", "it verifies over no record of this book"),
    ] {
        let collect = ["sign", "--collect", file, "--book", text(&folder)];
        let ran = book.alone("op-7", &collect).exits(6);
        assert!(ran.err.contains(why), "{}", ran.err);
        assert!(ran.out.contains("w-1 has not signed"), "{}", ran.out);
    }
    assert!(!folder.join("ledger/records/000000/w-1.sig").exists());
}

#[test]
fn in_the_book_itself_everything_that_waits_for_a_person_is_signed() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::begun(&[], &["w-1", "w-2"]);
    let folder = book.folder();
    let key = book.key("w-1");
    let sign = [
        "sign",
        "--book",
        text(&folder),
        "--key",
        text(&key),
        "--json",
    ];
    let (ran, screen) = book.asked("w-1", &sign, vec![types(SURE, "y")]);
    assert_eq!(ran.code, 0, "{} {screen}", ran.err);
    let value = ran.json();
    assert_eq!(value["schema"], "glasskey.sign/1");
    assert_eq!(value["signed"][0]["file"], "ledger/records/000000/w-1.sig");
    assert_eq!(value["signed"][0]["documents"][1], "roster");
    assert_eq!(value["missing"][0]["who"][0], "w-2");
    let again = book.alone("w-1", &sign).exits(0);
    assert_eq!(
        again.json()["next"],
        "Nothing in this book waits for your signature."
    );
    assert!(folder.join("ledger/roster/000000.w-1.sig").exists());
}

#[test]
fn fresh_words_are_shown_once_and_kept_for_their_owner_alone() {
    let book = crate::support::TempDir::new();
    let state = book.join("state");
    let mut command = crate::support::command(["sign", "--nonce", "--json"]);
    command.env("XDG_STATE_HOME", &state);
    let first = crate::support::ended(&mut command).exits(0).json();
    let second = crate::support::ended(&mut command).exits(0).json();
    assert_eq!(first["words"].as_array().map(Vec::len), Some(12));
    assert_ne!(first["words"], second["words"]);
    let file = state.join("glasskey/nonces");
    let kept = fs::read_to_string(&file).unwrap();
    assert_eq!(
        kept.lines().filter(|line| !line.starts_with('#')).count(),
        2
    );
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let mut command = crate::support::command(["sign", "--nonce"]);
    command.env("XDG_STATE_HOME", &state);
    let shown = crate::support::ended(&mut command).exits(0).out;
    assert!(shown.lines().all(|line| line.len() <= 80), "{shown}");
    fs::write(&file, "odd\n").unwrap();
    let ran = crate::support::ended(&mut command).exits(2);
    let [what, because, _] = ran.three_lines();
    assert_eq!(what, "the nonces of this machine were not changed");
    assert!(
        because.ends_with("is not what glasskey wrote there"),
        "{because}"
    );
}

/// Record 1 of a rehearsal, whose statement holds fresh words of both witnesses.
fn registered() -> glasskey::ledger::ToSign {
    let mut table = crate::table::small_book();
    let ledger = glasskey::ledger::Ledger::new(&mut table.store);
    let record = glasskey::ledger::ToSign::from_ledger(&ledger, 1).unwrap();
    record.unwrap()
}

#[test]
fn a_witness_signs_only_what_holds_their_own_fresh_words() {
    let record = registered();
    let statement = &record.statement;
    let mine = &statement.nonces[0].value.0;
    let mine: [u8; 16] = mine.as_slice().try_into().unwrap();
    let now = statement.time.started;
    let look = |reference: &str, standing, nonces: &Nonces| {
        signing::look(&record, reference, standing, nonces)
    };
    let mut nonces = Nonces::default();
    assert_eq!(
        look("w-1", Standing::Expected, &nonces),
        Err(SignRefusal::NotMyNonce)
    );
    nonces.add(mine, now);
    let looked = look("w-1", Standing::Expected, &nonces).unwrap();
    assert_eq!(looked.nonce_made, Some(now));
    assert!(looked.sentences[0].starts_with("A REHEARSAL"));
    let proven: Vec<&str> = looked.evidence.iter().map(|one| one.check.id()).collect();
    assert_eq!(proven, ["UP", "UV", "PRES-SIG", "PRES-BIND", "RP-HASH"]);
    // The words are fresh once.
    nonces.take(&mine, glasskey::primitives::Guid([1; 16]));
    assert!(matches!(
        look("w-1", Standing::Expected, &nonces),
        Err(SignRefusal::NonceTaken { .. })
    ));
    let late = look("w-1", Standing::Reviewer, &nonces).unwrap();
    assert_eq!(late.nonce_made, None);
    // The operator gives no words; a stranger signs nothing.
    assert!(look("op-1", Standing::Expected, &Nonces::default()).is_ok());
    assert!(matches!(
        look("x", Standing::Reviewer, &nonces),
        Err(SignRefusal::NotOnRoster { .. })
    ));
}

#[test]
fn a_statement_without_a_witness_s_words_is_for_reviewers_alone() {
    let mut record = registered();
    record.statement.nonces.clear();
    let nonces = Nonces::default();
    assert_eq!(
        signing::look(&record, "w-1", Standing::Expected, &nonces),
        Err(SignRefusal::NoNonce)
    );
    assert!(signing::look(&record, "w-1", Standing::Reviewer, &nonces).is_ok());
}
