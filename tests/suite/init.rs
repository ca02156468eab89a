//! `glasskey init` as the first person of a book meets it.

use crate::person::Act;
use crate::real_book::PEOPLE;
use crate::real_book::RealBook;
use crate::real_book::TENANT;
use crate::real_book::can_sign;
use crate::real_book::presses;
use crate::real_book::types;
use crate::support::text;
use glasskey::plan::Plan;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

const WHAT: &str = "beginning a real book";
const WRITE: &str = "begin the book? [y/n] ";
const SIGN: &str = "Sign it? [y/n] ";

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Everyone's keys, and a plan and names that were written by hand.
fn written() -> (RealBook, PathBuf) {
    let book = RealBook::keys();
    let plan = book.path("plan.toml");
    fs::write(&plan, book.plan()).unwrap();
    let mut names = "salt = \"00ff\"\n".to_owned();
    for (reference, _) in PEOPLE {
        let _ = write!(
            names,
            "\n[[person]]\nref = \"{reference}\"\nname = \"Person {reference}\"\n"
        );
    }
    fs::write(book.path("people.toml"), names).unwrap();
    (book, plan)
}

fn pin(book: &RealBook) -> PathBuf {
    book.path(&format!("home-op-7/config/glasskey/trust/{TENANT}.toml"))
}

/// The arguments of an init in which w-1 signs at the same machine.
fn init(book: &RealBook, more: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = ["init", "--book", text(&book.folder()), "--key"]
        .map(str::to_owned)
        .to_vec();
    all.push(text(&book.key("op-7")).to_owned());
    all.extend(more.iter().map(|one| (*one).to_owned()));
    all
}

fn asked(book: &RealBook, arguments: &[String], acts: Vec<Act>) -> (crate::support::Ran, String) {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    book.asked("op-7", &arguments, acts)
}

#[test]
fn a_plan_that_is_written_becomes_a_book_that_this_machine_knows_again() {
    if !can_sign(WHAT) {
        return;
    }
    let (book, plan) = written();
    let witness = format!("w-1={}", text(&book.key("w-1")));
    let arguments = init(&book, &["--from", text(&plan), "--witness", &witness]);
    let (ran, screen) = asked(&book, &arguments, vec![types(WRITE, "y"), types(SIGN, "y")]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{screen}");
    let said = flat(&ran.out);
    for words in [
        "has begun. SHA-256 of record 000000:",
        "sign it in ink: no book vouches for itself.",
        "Pinned: ",
        "glasskey provision BG-1",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let seen = flat(&screen);
    for words in [
        "To sign here: op-7, w-1. A risk that this plan takes: line 21: account[1].key:",
        "cu-2 alone holds the PIN of every key of this account; let other custodians hold them too",
    ] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    let folder = book.folder();
    for (name, same) in [
        ("glasskey.toml", "plan.toml"),
        ("people.toml", "people.toml"),
    ] {
        assert_eq!(
            fs::read(folder.join(name)).unwrap(),
            fs::read(book.path(same)).unwrap(),
            "{name}"
        );
    }
    for name in [
        "verify.py",
        "VERIFY.md",
        ".gitattributes",
        "roster.allowed_signers",
    ] {
        assert!(folder.join(name).is_file(), "{name}");
    }
    // The pin vouches for it: nothing about trust is open.
    let audit = book.alone("op-7", &["audit", text(&folder), "--json"]);
    let value = audit.json();
    assert_eq!(value["faults"].as_array().map(Vec::len), Some(0));
    let open = |id: &str| {
        let all = value["findings"].as_array().unwrap().iter();
        let of = all.filter(|one| one["check"] == id);
        of.map(|one| one["verdict"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(open("TRUST-ROOT"), ["pass"]);
    assert_eq!(open("LEDGER-HEAD"), ["pass"]);
    // Once is enough, and a pin that went is pinned again.
    let (ran, _) = asked(&book, &init(&book, &[]), Vec::new());
    let [_, why, _] = ran.exits(2).three_lines();
    assert_eq!(
        why,
        "the book has its genesis already, and its trust file is pinned"
    );
    fs::remove_file(pin(&book)).unwrap();
    let again = book
        .alone("op-7", &["init", "--book", text(&folder), "--json"])
        .exits(0);
    let value = again.json();
    assert_eq!(value["schema"], "glasskey.init/1");
    assert_eq!(value["pinned"], text(&pin(&book)));
}

#[test]
fn what_was_declined_goes_on_from_what_stands_and_is_asked_nothing_again() {
    if !can_sign(WHAT) {
        return;
    }
    let (book, plan) = written();
    let arguments = init(&book, &["--from", text(&plan)]);
    for act in [
        types(WRITE, "n"),
        presses(WRITE, b"\x03"),
        presses(WRITE, b"\x04"),
    ] {
        let (ran, screen) = asked(&book, &arguments, vec![act]);
        assert_eq!(ran.code, 3, "{screen}");
        assert!(!book.folder().exists());
    }
    for act in [
        types(SIGN, "n"),
        presses(SIGN, b"\x03"),
        presses(SIGN, b"\x04"),
    ] {
        let (ran, screen) = if book.folder().exists() {
            asked(&book, &init(&book, &[]), vec![act])
        } else {
            asked(&book, &arguments, vec![types(WRITE, "y"), act])
        };
        assert_eq!(ran.code, 3, "{screen}");
        assert!(book.folder().join("glasskey.toml").is_file());
        assert!(
            !book
                .folder()
                .join("ledger/records/000000/record.json")
                .exists()
        );
        assert!(!pin(&book).exists());
    }
    // Another plan does not take the place of the one that stands.
    fs::write(&plan, book.plan() + "\n# other\n").unwrap();
    let (ran, _) = asked(&book, &arguments, Vec::new());
    assert!(
        ran.err.contains("is there, and says otherwise"),
        "{}",
        ran.err
    );
    // Without a word every witness of the plan signs, afterwards.
    let (ran, screen) = asked(&book, &init(&book, &[]), vec![types(SIGN, "y")]);
    assert_eq!(ran.code, 0, "{} {screen}", ran.err);
    let said = flat(&ran.out);
    assert!(said.contains("Yet to sign: w-1, w-2."), "{said}");
    assert!(said.contains("glasskey sign --export 000000"), "{said}");
}

#[test]
fn whatever_a_power_cut_left_of_the_first_files_is_gone_on_from() {
    if !can_sign(WHAT) {
        return;
    }
    let (book, plan) = written();
    let witness = format!("w-1={}", text(&book.key("w-1")));
    let arguments = init(&book, &["--from", text(&plan), "--witness", &witness]);
    // The order in which they are written, the plan last.
    let order = [
        "verify.py",
        "VERIFY.md",
        ".gitattributes",
        "people.toml",
        "glasskey.toml",
    ];
    let acts = || vec![types(WRITE, "y"), types(SIGN, "n")];
    let (ran, screen) = asked(&book, &arguments, acts());
    assert_eq!(ran.code, 3, "{screen}");
    let folder = book.folder();
    let whole = order.map(|name| (name, fs::read(folder.join(name)).unwrap()));
    for cut in 0..=order.len() {
        fs::remove_dir_all(&folder).unwrap();
        // What was under way is under its own name, and never half under the right one.
        fs::create_dir_all(folder.join("open/.tmp")).unwrap();
        fs::write(folder.join("open/.tmp/7.part"), b"sal").unwrap();
        for (name, bytes) in &whole[..cut] {
            fs::write(folder.join(name), bytes).unwrap();
        }
        let acts = if cut == order.len() {
            vec![types(SIGN, "y")]
        } else {
            vec![types(WRITE, "y"), types(SIGN, "y")]
        };
        let (ran, screen) = asked(&book, &arguments, acts);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{cut}: {screen}");
        for (name, bytes) in &whole {
            assert_eq!(
                fs::read(folder.join(name)).unwrap(),
                *bytes,
                "{cut}: {name}"
            );
        }
        let audit = book.alone("op-7", &["audit", text(&folder), "--json"]);
        let faults = audit.json()["faults"].as_array().map(Vec::len);
        assert_eq!(faults, Some(0), "{cut}: {}", audit.out);
        fs::remove_file(pin(&book)).unwrap();
    }
}

#[test]
fn a_plan_with_faults_begins_nothing_and_all_of_them_are_said() {
    if !can_sign(WHAT) {
        return;
    }
    let (book, plan) = written();
    let faulty = book
        .plan()
        .replace("safe = \"SAFE-A\"", "safe = \"SAFE-C\"")
        .replace("[\"operator\"]", "[\"operater\"]");
    fs::write(&plan, faulty).unwrap();
    let (ran, _) = asked(&book, &init(&book, &["--from", text(&plan)]), Vec::new());
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("did you mean operator?"), "{}", ran.err);
    assert!(ran.err.contains("did you mean SAFE-A?"), "{}", ran.err);
    assert!(!book.folder().exists());
}

/// Every question of a book with one account, and an answer.
fn interview(book: &RealBook) -> Vec<(&'static str, String)> {
    let key = |who: &str| text(&book.public(who)).to_owned();
    let enter = String::new;
    vec![
        ("tenant) id, from the portal: ", TENANT.to_owned()),
        ("china [global] ", enter()),
        (
            "(docs/sign-in.md): ",
            "0f4c9d3e-2b61-4a8f-8d57-61c3e9a0b7f2".to_owned(),
        ),
        ("[emergency-access] ", "contoso".to_owned()),
        ("Enter: nobody", "+31 20 555 0199".to_owned()),
        ("How many safes? [2] ", enter()),
        ("[SAFE-A] ", enter()),
        (
            "Site of SAFE-A (two safes at one site fall together): ",
            "north".to_owned(),
        ),
        ("[SAFE-B] ", enter()),
        (
            "Site of SAFE-B (two safes at one site fall together): ",
            "south".to_owned(),
        ),
        ("[op-1] ", "op-7".to_owned()),
        ("[operator] ", enter()),
        (
            "Name of op-7, for people.toml alone: ",
            "Ada Lovelace".to_owned(),
        ),
        (
            "Public key of op-7: its file, or the line itself: ",
            key("op-7"),
        ),
        ("[w-1] ", enter()),
        ("[witness] ", enter()),
        (
            "Name of w-1, for people.toml alone: ",
            "Grace Hopper".to_owned(),
        ),
        (
            "Public key of w-1: its file, or the line itself: ",
            key("w-1"),
        ),
        ("[cu-1] ", "cu-2".to_owned()),
        ("[custodian] ", enter()),
        (
            "Name of cu-2, for people.toml alone: ",
            "Mary Jackson".to_owned(),
        ),
        (
            "Public key of cu-2: its file, or the line itself: ",
            fs::read_to_string(book.public("cu-2"))
                .unwrap()
                .trim_end()
                .to_owned(),
        ),
        ("[cu-2] ", "w-2".to_owned()),
        ("[custodian] ", "custodian, reviewer".to_owned()),
        (
            "Name of w-2, for people.toml alone: ",
            "Dorothy Vaughan".to_owned(),
        ),
        (
            "Public key of w-2: its file, or the line itself: ",
            key("w-2"),
        ),
        ("Enter: nobody else ", enter()),
        ("access accounts? [2] ", "1".to_owned()),
        ("[BG-1] ", enter()),
        (
            "User principal name of BG-1: ",
            "bg1@contoso.onmicrosoft.com".to_owned(),
        ),
        ("[excluded] ", enter()),
        ("[BG1-A] ", enter()),
        ("[SAFE-A] ", enter()),
        ("[P-0001] ", enter()),
        ("[BG1-B] ", enter()),
        ("[SAFE-B] ", enter()),
        ("[P-0002] ", enter()),
    ]
}

#[test]
fn whoever_has_no_plan_is_asked_for_one() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::keys();
    let answers = interview(&book);
    let mut acts: Vec<Act> = answers.iter().map(|(at, text)| types(at, text)).collect();
    // What cannot be used is asked for again.
    acts.insert(0, types("tenant) id, from the portal: ", "contoso"));
    acts.extend([types(WRITE, "y"), types(SIGN, "y")]);
    let witness = format!("w-1={}", text(&book.key("w-1")));
    let (ran, screen) = asked(&book, &init(&book, &["--witness", &witness]), acts);
    assert_eq!(ran.code, 0, "{} {screen}", ran.err);
    let seen = flat(&screen);
    assert!(
        seen.contains("That is not it: an id is 8-4-4-4-12 hexadecimal digits."),
        "{seen}"
    );
    for line in screen.lines() {
        let columns = line.chars().count();
        assert!(columns <= 80 || line.contains("? "), "{columns}: {line}");
    }
    let plan = fs::read_to_string(book.folder().join("glasskey.toml")).unwrap();
    let plan = Plan::parse(&plan).unwrap();
    assert_eq!(glasskey::plan::lint(&plan), []);
    assert_eq!(plan.book.name, "contoso");
    let (account, key) = plan.key("BG1-B").unwrap();
    assert_eq!(
        (account.alias.as_str(), key.safe.as_str()),
        ("BG-1", "SAFE-B")
    );
    assert_eq!(key.pin.held_by, ["cu-2", "w-2"]);
    let names = fs::read_to_string(book.folder().join("people.toml")).unwrap();
    assert!(names.contains("Dorothy Vaughan"), "{names}");
    let audit = book.alone("op-7", &["audit", text(&book.folder()), "--json"]);
    assert_eq!(audit.json()["faults"].as_array().map(Vec::len), Some(0));
}

#[test]
fn whoever_leaves_at_any_question_leaves_nothing() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::keys();
    let answers = interview(&book);
    for number in 0..answers.len() {
        let key: &[u8] = if number % 2 == 0 { b"\x03" } else { b"\x04" };
        let mut acts: Vec<Act> = answers[..number]
            .iter()
            .map(|(at, text)| types(at, text))
            .collect();
        acts.push(presses(answers[number].0, key));
        let (ran, screen) = asked(&book, &init(&book, &[]), acts);
        assert_eq!(ran.code, 3, "{number}: {screen}");
        assert!(ran.err.contains("nothing was written"), "{}", ran.err);
        assert!(!book.folder().exists(), "{number}");
    }
}
