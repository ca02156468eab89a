//! The ceremonies about words as an operator meets them: at a terminal, with keys that `ssh-keygen`
//! signs with.

use crate::real_book::RealBook;
use crate::real_book::can_sign;
use crate::real_book::presses;
use crate::real_book::types;
use crate::support::Ran;
use crate::support::command;
use crate::support::ended;
use crate::support::text;
use std::fs;

const WHAT: &str = "people, policy and notes of a real book";
const SIGN: &str = "Sign it? [y/n] ";

/// Runs a ceremony as op-7, with w-1 at the same machine, who agrees.
fn agreed(book: &RealBook, arguments: &[&str]) -> (Ran, String) {
    held(book, arguments, &["--witness", &w1(book)], "y")
}

fn w1(book: &RealBook) -> String {
    format!("w-1={}", text(&book.key("w-1")))
}

fn held(book: &RealBook, arguments: &[&str], more: &[&str], answer: &str) -> (Ran, String) {
    let (folder, key) = (book.folder(), book.key("op-7"));
    let room = ["--book", text(&folder), "--key", text(&key)];
    let all: Vec<&str> = arguments.iter().chain(&room).chain(more).copied().collect();
    let acts = match answer {
        "" => Vec::new(),
        answer => vec![types(SIGN, answer)],
    };
    book.asked("op-7", &all, acts)
}

/// Runs a ceremony that is refused before anybody is asked.
fn refused(book: &RealBook, arguments: &[&str]) -> Ran {
    held(book, arguments, &["--witness", &w1(book)], "").0
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The audit of a book for which nobody outside vouches: nothing else is open.
#[track_caller]
fn is_whole(book: &RealBook, records: usize) {
    let folder = book.folder();
    let audit = book
        .alone("op-7", &["audit", text(&folder), "--json", "-v"])
        .exits(1)
        .json();
    assert_eq!(
        audit["faults"].as_array().map(Vec::len),
        Some(0),
        "{audit:#}"
    );
    assert_eq!(audit["records"].as_array().map(Vec::len), Some(records));
}

#[test]
fn a_newcomer_s_trial_comes_from_their_own_machine_and_they_witness_the_next_record() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::begun(&["w-1"], &[]);
    book.make_key("w-3");
    let key = book.key("w-3");
    let trial = ["sign", "--trial", "w-3", "--key", text(&key)];
    book.alone("w-3", &trial).exits(0);
    let add = [
        "people",
        "add",
        "w-3",
        "--role",
        "witness",
        "--trial",
        "w-3.trial",
    ];
    // The name is asked for, and is seen in people.toml alone.
    let (folder, key) = (book.folder(), book.key("op-7"));
    let witness = w1(&book);
    let room = [
        "--book",
        text(&folder),
        "--key",
        text(&key),
        "--witness",
        &witness,
    ];
    let all: Vec<&str> = add.iter().chain(&room).copied().collect();
    let name = "Name of w-3, for people.toml alone: ";
    let acts = vec![types(name, "Ada Lovelace"), types(SIGN, "y")];
    let (ran, screen) = book.asked("op-7", &all, acts);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{screen}");
    assert!(
        ran.out
            .starts_with("Record 000001: Who may sign, and in which role, changes.\n"),
        "{}",
        ran.out
    );
    let seen = flat(&screen);
    for words in [
        "1/3 The change: w-3 comes",
        "The trial of w-3 verifies.",
        "w-3 becomes witness.",
        "op-7: ssh-keygen signs with your key now.",
        "op-7 signed record and roster; both signatures verify.",
        "glasskey.toml says so too now",
    ] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    is_whole(&book, 2);
    let names = fs::read_to_string(folder.join("people.toml")).unwrap();
    assert!(names.contains("Ada Lovelace"));
    let record = fs::read_to_string(folder.join("ledger/records/000001/record.json")).unwrap();
    assert!(!record.contains("Lovelace"));
    let plan = fs::read_to_string(folder.join("glasskey.toml")).unwrap();
    assert!(
        plan.contains("ref = \"w-3\"\nroles = [\"witness\"]\n"),
        "{plan}"
    );

    let w3 = format!("w-3={}", text(&book.key("w-3")));
    let accept = [
        "accept",
        "SITE-PAIR",
        "account:BG-1",
        "--until",
        "2099-12-31",
        "--reason",
        "it is one house",
        "--reference",
        "CHG-7",
    ];
    let (ran, screen) = held(&book, &accept, &["--witness", &w3, "--json"], "y");
    assert_eq!(ran.code, 0, "{} {screen}", ran.err);
    let value = ran.json();
    assert_eq!(value["schema"], "glasskey.ceremony/1");
    assert_eq!(
        (&value["event"], &value["record"]),
        (&"acceptance".into(), &2.into())
    );
    is_whole(&book, 3);
}

#[test]
fn an_operator_s_new_key_that_was_cut_half_way_onto_the_roster_gets_there_with_the_old_one() {
    if !can_sign(WHAT) {
        return;
    }
    for file in ["roster/000001.allowed_signers", "checkpoints/000002.txt"] {
        let book = RealBook::begun(&["w-1"], &[]);
        book.make_key("new");
        let new = book.key("new");
        let trial = ["sign", "--trial", "op-7", "--key", text(&new)];
        book.alone("op-7", &trial).exits(0);
        let rotate = ["people", "rotate", "op-7", "--trial", "op-7.trial"];
        // Nothing can be written there: record and signatures are in the ledger, this is not.
        let in_the_way = book.folder().join("ledger").join(file);
        fs::create_dir_all(&in_the_way).unwrap();
        let (ran, screen) = agreed(&book, &rotate);
        assert_eq!(ran.code, 6, "{} {screen}", ran.err);
        assert!(book.folder().join("ledger/records/000001/w-1.sig").exists());
        fs::remove_dir(&in_the_way).unwrap();

        let (ran, screen) = held(&book, &rotate, &["--witness", &w1(&book)], "");
        assert_eq!(ran.code, 0, "{file}: {} {screen}", ran.err);
        is_whole(&book, 2);
        let roster = fs::read_to_string(book.folder().join("ledger/roster/000001.allowed_signers"));
        let public = fs::read_to_string(book.public("new")).unwrap();
        assert!(roster.unwrap().contains(public.split(' ').nth(1).unwrap()));
        // The old one is nobody's now.
        let ran = refused(&book, &rotate);
        assert_eq!(ran.code, 2, "{}", ran.err);
    }
}

#[test]
fn roles_that_were_cut_half_way_into_the_ledger_get_there_with_the_same_command() {
    if !can_sign(WHAT) {
        return;
    }
    for file in ["roster/000001.allowed_signers", "checkpoints/000002.txt"] {
        let book = RealBook::begun(&["w-1"], &[]);
        let plan = book.folder().join("glasskey.toml");
        let text = fs::read_to_string(&plan).unwrap();
        let more = "ref = \"w-2\"\nroles = [\"custodian\", \"witness\"]";
        let changed = text.replace("ref = \"w-2\"\nroles = [\"witness\"]", more);
        assert_ne!(changed, text);
        fs::write(&plan, changed).unwrap();
        let in_the_way = book.folder().join("ledger").join(file);
        fs::create_dir_all(&in_the_way).unwrap();
        let (ran, screen) = agreed(&book, &["policy", "adopt"]);
        assert_eq!(ran.code, 6, "{} {screen}", ran.err);
        fs::remove_dir(&in_the_way).unwrap();
        let adopt = ["policy", "adopt"];
        let (ran, screen) = held(&book, &adopt, &["--witness", &w1(&book)], "");
        assert_eq!(ran.code, 0, "{file}: {} {screen}", ran.err);
        is_whole(&book, 2);
    }
}

#[test]
fn an_acceptance_waits_for_the_signature_of_a_record_that_was_cut_off_on_another_machine() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::begun(&["w-1"], &[]);
    let folder = book.folder();
    let accept = |alias: &'static str| {
        [
            "accept",
            "SITE-PAIR",
            alias,
            "--until",
            "2099-12-31",
            "--reason",
            "it is one house",
            "--reference",
            "CHG-7",
        ]
    };
    let in_the_way = folder.join("ledger/records/000001/op-7.sig");
    fs::create_dir_all(&in_the_way).unwrap();
    let (ran, screen) = agreed(&book, &accept("account:BG-1"));
    assert_eq!(ran.code, 6, "{} {screen}", ran.err);
    fs::remove_dir(&in_the_way).unwrap();
    // Another machine has the ledger and not what is open.
    fs::remove_dir_all(folder.join("open")).unwrap();
    let ran = refused(&book, &accept("account:BG-2"));
    assert_eq!(ran.code, 6, "{}", ran.err);
    let [what, why, next] = ran.three_lines();
    assert!(what.starts_with("the ceremony stopped"), "{what}");
    assert!(why.contains("the signature of op-7 is not"), "{why}");
    assert!(next.contains("`glasskey sign 000001` as op-7"), "{next}");
}

#[test]
fn whoever_signs_elsewhere_is_waited_for_and_the_same_command_goes_on() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::begun(&["w-1"], &[]);
    let remove = ["people", "remove", "w-2"];
    let (ran, screen) = held(&book, &remove, &["--witness", "w-1"], "y");
    assert_eq!(ran.code, 6, "{screen}");
    let [what, why, next] = ran.three_lines();
    assert_eq!(
        what,
        "the record is whole and waits in open/people-remove-w-2; nothing counts yet"
    );
    assert_eq!(why, "w-1 has to sign it first");
    assert!(next.contains("glasskey sign --export -o FILE"), "{next}");
    let folder = book.folder();
    let export = ["sign", "--export", "-o", "b.json", "--book", text(&folder)];
    book.alone("op-7", &export).exits(0);
    let key = book.key("w-1");
    let sign = ["sign", "b.json", "--key", text(&key)];
    let (ran, screen) = book.asked("w-1", &sign, vec![types("Sign it as w-1? [y/n] ", "y")]);
    assert_eq!(ran.code, 0, "{screen}");
    assert!(flat(&screen).contains("w-2 signs no more."), "{screen}");
    let collect = ["sign", "--collect", "w-1.sig", "--book", text(&folder)];
    let collected = book.alone("op-7", &collect).exits(0);
    assert!(
        flat(&collected.out).contains("goes on: `glasskey people remove w-2`"),
        "{}",
        collected.out
    );
    // Nothing is asked again, and whom the record expects need not be named again.
    let (ran, screen) = held(&book, &remove, &[], "");
    assert_eq!(ran.code, 0, "{} {screen}", ran.err);
    assert!(!screen.contains(SIGN), "{screen}");
    is_whole(&book, 2);
    let plan = fs::read_to_string(folder.join("glasskey.toml")).unwrap();
    assert!(!plan.contains("w-2"), "{plan}");
    assert!(
        !folder
            .join("open/people-remove-w-2")
            .join("begun.json")
            .exists()
    );
}

#[test]
fn what_the_plan_changes_is_shown_before_it_is_taken_over() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::begun(&["w-1"], &[]);
    let folder = book.folder();
    let show = ["policy", "adopt", "--dry-run", "--book", text(&folder)];
    let same = book.alone("op-7", &show).exits(0);
    assert_eq!(
        same.out,
        "The plan has the very policy, roles and people that count.\n"
    );
    assert_eq!(refused(&book, &["policy", "adopt"]).code, 2);
    let path = folder.join("glasskey.toml");
    let plan = fs::read_to_string(&path).unwrap();
    let changed = plan.replace("[\"custodian\"]", "[\"custodian\", \"auditor\"]")
        + "\n[policy]\nverify-every-days = 60\n";
    fs::write(&path, changed).unwrap();
    let shown = book.alone("op-7", &show).exits(0);
    assert_eq!(
        shown.out,
        "Settings that differ:\n  verify-every-days: 90 becomes 60\nRoles that differ:\n  cu-2 is \
         custodian, auditor, and was custodian.\n"
    );
    let json: Vec<&str> = show.iter().chain(&["--json"]).copied().collect();
    let value = book.alone("op-7", &json).exits(0).json();
    assert_eq!(value["schema"], "glasskey.policy/1");
    assert_eq!(value["settings"][0], "verify-every-days: 90 becomes 60");
    // Declined, by no answer at all, by Ctrl-C: nothing is left of it.
    for act in [
        types(SIGN, "n"),
        presses(SIGN, b"\x03"),
        presses(SIGN, b"\x04"),
    ] {
        let (key, witness) = (book.key("op-7"), w1(&book));
        let adopt = [
            "policy",
            "adopt",
            "--book",
            text(&folder),
            "--key",
            text(&key),
            "--witness",
            &witness,
        ];
        let (ran, screen) = book.asked("op-7", &adopt, vec![act]);
        let [what, _, _] = ran.exits(3).three_lines();
        assert_eq!(
            what, "nobody signed, and nothing of the ceremony is left; the book is as it was",
            "{screen}"
        );
    }
    is_whole(&book, 1);
    let (ran, screen) = agreed(&book, &["policy", "adopt"]);
    assert_eq!(ran.code, 0, "{} {screen}", ran.err);
    assert!(
        flat(&ran.out).contains("Next: glasskey policy adopt, once more"),
        "{}",
        ran.out
    );
    let (ran, screen) = agreed(&book, &["policy", "adopt"]);
    assert_eq!(ran.code, 0, "{} {screen}", ran.err);
    is_whole(&book, 3);
    let same = book.alone("op-7", &show).exits(0);
    assert!(
        same.out.starts_with("The plan has the very"),
        "{}",
        same.out
    );
}

#[test]
fn a_rehearsal_by_hand_is_a_training_in_a_real_book() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::begun(&["w-1"], &[]);
    // A rehearsal that nobody is trained in is none.
    let alone = book.path("alone");
    ended(&mut command([
        "rehearse",
        "--only",
        "registration",
        "--out",
        text(&alone),
    ]))
    .exits(0);
    let ran = refused(&book, &["note", "training", "--from", text(&alone)]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    let [_, why, next] = ran.three_lines();
    assert_eq!(why, "the rehearsal does not say who was trained in it");
    assert!(next.contains("--trainee REF"), "{next}");
    let ran = refused(&book, &["note", "training", "--from", text(&book.folder())]);
    assert!(ran.err.contains("is no rehearsal"), "{}", ran.err);
    ended(&mut command(["rehearse", "--trainee", "op-7"])).exits(2);
    let practice = book.path("practice");
    let by_hand = [
        "rehearse",
        "--hands-on",
        "--only",
        "acceptance",
        "--trainee",
        "op-7",
        "--out",
        text(&practice),
    ];
    let (ran, screen) = book.asked("op-7", &by_hand, vec![types(SIGN, "y")]);
    assert_eq!(ran.code, 0, "{} {screen}", ran.err);
    let note = ["note", "training", "--from", text(&practice)];
    let (ran, screen) = agreed(&book, &note);
    assert_eq!(ran.code, 0, "{} {screen}", ran.err);
    let seen = flat(&screen);
    for words in [
        "1/3 The rehearsal: op-7, 2 records",
        "op-7 held acceptance.",
        "Trained: op-7. On a rehearsal of 2 records, rehearsal.glasskey.invalid/",
    ] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    let [_, why, _] = refused(&book, &note).three_lines();
    assert_eq!(why, "record 000001 notes that very rehearsal");
    is_whole(&book, 2);
    // One that was altered shows nothing.
    let file = alone.join("book/ledger/records/000001/record.json");
    let record = fs::read_to_string(&file)
        .unwrap()
        .replace("SAFE-A", "SAFE-B");
    fs::write(&file, record).unwrap();
    let ran = refused(&book, &["note", "training", "--from", text(&alone)]);
    assert_eq!(ran.code, 6, "{}", ran.err);
    is_whole(&book, 2);
}

#[test]
fn a_note_says_what_was_told_and_nothing_that_was_said_before() {
    if !can_sign(WHAT) {
        return;
    }
    let book = RealBook::begun(&["w-1"], &[]);
    let note = ["note", "amendment", "0"];
    let (folder, key, witness) = (book.folder(), book.key("op-7"), w1(&book));
    let room = [
        "--book",
        text(&folder),
        "--key",
        text(&key),
        "--witness",
        &witness,
    ];
    let all: Vec<&str> = note.iter().chain(&room).copied().collect();
    let asks = "What should record 000000 have said, and why did it not? ";
    let acts = vec![types(asks, "it began a day before"), types(SIGN, "y")];
    let (ran, screen) = book.asked("op-7", &all, acts);
    assert_eq!(ran.code, 0, "{} {screen}", ran.err);
    assert!(flat(&screen).contains("Record 000000 says, and will go on saying: This book begins."));
    let told = [
        "note",
        "exception",
        "--of",
        "1",
        "--step",
        "2",
        "--text",
        "the lamp failed",
    ];
    let (ran, screen) = agreed(&book, &told);
    assert_eq!(ran.code, 0, "{} {screen}", ran.err);
    assert!(flat(&screen).contains("Exception 1, at step 2: record 000001: the lamp failed"));
    let ran = refused(&book, &told);
    let [_, why, _] = ran.three_lines();
    assert_eq!(
        (ran.code, why.as_str()),
        (2, "record 000002 notes it in those very words")
    );
    let ran = refused(&book, &["note", "exception"]);
    assert!(
        ran.err.contains("no exception waits to be noted"),
        "{}",
        ran.err
    );
    is_whole(&book, 3);
    let minutes = fs::read_to_string(folder.join("transcripts/000002-exception.md")).unwrap();
    assert!(minutes.contains("Exception 1, at step 2: record 000001: the lamp failed"));
}

#[test]
fn what_is_no_check_no_role_and_no_day_is_said_before_anything() {
    for (arguments, why) in [
        (
            vec![
                "accept",
                "SITE-PEAR",
                "account:BG-1",
                "--until",
                "2099-01-01",
            ],
            "did you mean SITE-PAIR?",
        ),
        (
            vec!["accept", "SITE-PAIR", "BG-1", "--until", "2099-01-01"],
            "not book, account:NAME",
        ),
        (
            vec!["accept", "SITE-PAIR", "account:BG-1", "--until", "soon"],
            "not YYYY-MM-DD",
        ),
        (
            vec!["accept", "SITE-PAIR", "account:BG-1"],
            "--until <DATE>",
        ),
        (
            vec!["people", "add", "w-3", "--role", "witnes"],
            "did you mean witness?",
        ),
        (vec!["people", "add", "w/3"], "letters, digits"),
        (vec!["note", "amendment", "x"], "not the number of a record"),
    ] {
        let ran = ended(&mut command(arguments.clone())).exits(2);
        assert!(flat(&ran.err).contains(why), "{arguments:?}: {}", ran.err);
    }
}
