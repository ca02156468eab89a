//! The commands of the real program at the safe, on a book whose keys are sealed: what needs neither key
//! nor tenant is held to its end, signed by OpenSSH; what needs one of them says so and leaves nothing.

use crate::person::Act;
use crate::real_book::RealBook;
use crate::real_book::can_sign;
use crate::real_book::presses;
use crate::real_book::types;
use crate::support::Ran;
use crate::support::text;
use crate::support::tree;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

const WHAT: &str = "ceremonies at the safe of a real book";
const BAG: &str = "`missing`): ";
const WHY: &str = "One sentence for the record: ";
const SIGN: &str = "Sign it? [y/n] ";
/// All keys of the book.
const KEYS: [&str; 4] = ["BG1-A", "BG1-B", "BG2-A", "BG2-B"];

/// Runs a command as op-7 at a terminal, with w-1 signing at the same machine.
fn held(book: &RealBook, arguments: &[&str], acts: Vec<Act>) -> (Ran, String) {
    let (folder, key) = (book.folder(), book.key("op-7"));
    let witness = format!("w-1={}", text(&book.key("w-1")));
    let room = [
        "--book",
        text(&folder),
        "--key",
        text(&key),
        "--witness",
        &witness,
    ];
    let all: Vec<&str> = arguments.iter().chain(&room).copied().collect();
    book.asked("op-7", &all, acts)
}

fn audit(book: &RealBook) -> Value {
    let (folder, trust) = (book.folder(), book.path("trust.toml"));
    let arguments = [
        "audit",
        text(&folder),
        "--trust",
        text(&trust),
        "--json",
        "-v",
    ];
    let audit = book.alone("op-7", &arguments).json();
    assert_eq!(
        audit["faults"].as_array().map(Vec::len),
        Some(0),
        "{audit:#}"
    );
    audit
}

/// How many records there are, and what fails or is unknown of them, by its check.
pub(crate) fn audited(book: &RealBook) -> (usize, Vec<String>) {
    let audit = audit(book);
    let open = |one: &&Value| one["verdict"] == "fail" || one["verdict"] == "unknown";
    let all = audit["findings"].as_array().unwrap().iter().filter(open);
    let said = all.map(|one| format!("{} {}", one["check"].as_str().unwrap(), one["detail"]));
    (audit["records"].as_array().unwrap().len(), said.collect())
}

/// Everything that is in the book, but for the lock.
fn inside(book: &RealBook) -> BTreeMap<String, Vec<u8>> {
    let mut all = tree(&book.folder());
    all.retain(|name, _| !name.ends_with('/') && !name.contains("lock"));
    all
}

#[test]
fn a_bag_opened_in_an_incident_is_signed_and_sealed_into_the_book_without_key_and_tenant() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::sealed(&KEYS);
    assert_eq!(audited(&book), (5, Vec::new()));
    let open = ["custody", "open", "BG1-A", "--reason", "incident"];
    // Whoever does not agree has signed nothing, and nothing is left of it.
    let before = inside(&book);
    for act in [
        types(SIGN, "n"),
        presses(SIGN, b"\x03"),
        presses(SIGN, b"\x04"),
    ] {
        let acts = vec![
            types(BAG, "R26-0101"),
            types(WHY, "nobody could sign in"),
            act,
        ];
        let (ran, screen) = held(&book, &open, acts);
        assert_eq!(ran.code, 3, "{} {screen}", ran.err);
        ran.three_lines();
        assert!(inside(&book) == before, "something was written");
    }
    let acts = vec![
        types(BAG, "r26-0101"),
        types(WHY, "nobody could sign in"),
        types(SIGN, "y"),
    ];
    let (ran, screen) = held(&book, &open, acts);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{screen}");
    for words in [
        "Record 000005: The bag of security key BG1-A (account BG-1) was opened.\n",
        "glasskey custody seal BG1-A",
        "glasskey custody review BG1-A",
    ] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    // It is done; the review and a new PIN are due within days.
    assert_eq!(audited(&book), (6, Vec::new()));
    // An incident comes first, whatever is open; a bag that is open is not opened again by a drill.
    let (ran, _) = held(
        &book,
        &["custody", "open", "BG1-A", "--reason", "test"],
        Vec::new(),
    );
    let [_, why, _] = ran.exits(2).three_lines();
    assert_eq!(why, "BG1-A is in no bag, by record 000005");
    let review = [
        "custody",
        "review",
        "BG1-A",
        "--text",
        "a policy was taken back",
    ];
    let (ran, screen) = held(&book, &review, vec![types(SIGN, "y")]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{screen}");
    assert_eq!(audited(&book), (7, Vec::new()));
}

#[test]
fn a_closed_bag_is_moved_as_the_plan_says_and_the_book_is_whole() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::sealed(&KEYS);
    let (ran, _) = held(&book, &["custody", "move", "BG1-A"], Vec::new());
    let [_, why, _] = ran.exits(2).three_lines();
    assert_eq!(
        why,
        "BG1-A lies in SAFE-A, shelf 1 already, by its last record"
    );
    let path = book.folder().join("glasskey.toml");
    let plan = fs::read_to_string(&path).unwrap();
    fs::write(&path, plan.replacen("shelf = \"1\"", "shelf = \"7\"", 1)).unwrap();
    let acts = vec![types(BAG, "R26-0101"), types(SIGN, "y")];
    let (ran, screen) = held(&book, &["custody", "move", "BG1-A", "--shelf", "7"], acts);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{screen}");
    assert_eq!(audited(&book), (6, Vec::new()));
}

#[test]
fn a_loss_is_recorded_without_the_tenant_and_the_audit_says_what_is_left_to_do() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::sealed(&KEYS);
    let lost = ["lost", "BG1-B", "--without-tenant"];
    let (ran, screen) = held(&book, &lost, vec![types(SIGN, "y")]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{screen}");
    assert!(ran.out.contains("glasskey lost BG1-B"), "{}", ran.out);
    let (records, open) = audited(&book);
    assert_eq!(records, 6);
    assert!(
        open.iter().any(|one| one.starts_with("LOSS-REVOKED ")),
        "{open:?}"
    );
}

#[test]
fn without_a_key_or_a_tenant_each_says_so_in_three_lines_and_writes_nothing() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::sealed(&["BG1-A", "BG1-B", "BG2-A"]);
    let before = inside(&book);
    let secret: [&str; 3] = ["--sign-in", "client-secret", "--allow-app-only"];
    for (arguments, further) in [
        (
            &["verify", "BG1-A"][..],
            &["--read-with", "client-secret"][..],
        ),
        (&["verify", "--due"], &["--read-with", "client-secret"]),
        (&["verify", "--collect"], &["--read-with", "client-secret"]),
        (&["lost", "BG1-A"], &secret),
        (&["retire", "BG1-A"], &secret),
        (&["retire", "BG1-A", "--reset"], &secret),
        (&["retire", "BG1-A", "--not-in-hand"], &secret),
        (&["register", "BG2-B"], &secret),
    ] {
        let all: Vec<&str> = arguments.iter().chain(further).copied().collect();
        let (ran, screen) = held(&book, &all, Vec::new());
        let what = format!("{all:?}: {} {screen}", ran.err);
        assert!(matches!(ran.code, 2 | 4 | 5), "{} {what}", ran.code);
        ran.three_lines();
        assert!(inside(&book) == before, "something was written: {what}");
    }
}
