//! `glasskey print`: pages again, from a rehearsal's book.

use crate::support::TempDir;
use crate::support::audit;
use crate::support::glasskey;
use crate::support::rehearse;
use ::glasskey::paper::NotOfRecord;
use ::glasskey::paper::bag_face_name;
use ::glasskey::paper::bag_face_of;
use ::glasskey::plan::Plan;
use ::glasskey::primitives::Digest;
use ::glasskey::record::CeremonyRecord;
use std::fs;
use std::path::Path;

fn book(dir: &TempDir) -> String {
    book_of(dir, "registration")
}

/// The book of a rehearsal of this event alone.
fn book_of(dir: &TempDir, event: &str) -> String {
    let to = dir.join(event);
    rehearse(&to, &["--only", event]).exits(0);
    to.join("book").display().to_string()
}

fn print(book: &str, what: &[&str]) -> (i32, String, String) {
    let ran = glasskey([&["print"], what, &["--book", book]].concat());
    (ran.code, ran.out, ran.err)
}

#[test]
fn what_a_ceremony_printed_is_printed_again_to_the_byte() {
    let dir = TempDir::new();
    let book = book(&dir);
    for (what, of, name) in [
        ("inside", "BG1-A", "R26-0101-BG1-A-inside.pdf"),
        ("bag", "1", "000001-BG1-A-bag.pdf"),
        ("minutes", "1", "000001-registration-minutes.pdf"),
        ("inventory", "SAFE-A", "000002-SAFE-A-inventory.pdf"),
        ("pin-envelope", "BG1-A", "P-0001-envelope.pdf"),
    ] {
        let first = fs::read(Path::new(&book).join("paper").join(name)).unwrap();
        let again = dir.join(name);
        let (exit, out, err) = print(&book, &[what, of, "-o", again.to_str().unwrap()]);
        assert_eq!((exit, err.as_str()), (0, ""));
        assert_eq!(out, format!("{}\n", again.display()));
        assert!(fs::read(&again).unwrap() == first, "{what}");
    }
    for witness in ["w-1", "w-2"] {
        let name = format!("paper/000001-{witness}-receipt.pdf");
        let first = fs::read(Path::new(&book).join(name)).unwrap();
        let again = dir.join(witness);
        print(
            &book,
            &["receipt", "1", witness, "-o", again.to_str().unwrap()],
        );
        assert!(fs::read(&again).unwrap() == first, "{witness}");
    }
}

#[test]
fn every_page_comes_from_plan_and_ledger_and_lies_in_the_books_folder_of_paper() {
    let dir = TempDir::new();
    let book = book(&dir);
    for (what, names) in [
        (&["blank", "BG2-B"][..], &["BG2-B-blank.pdf"][..]),
        (&["pin-envelope", "BG1-A"], &["P-0001-envelope.pdf"]),
        (&["inventory", "SAFE-A"], &["000002-SAFE-A-inventory.pdf"]),
        (&["minutes", "1"], &["000001-registration-minutes.pdf"]),
        (
            &["receipt", "1"],
            &["000001-w-1-receipt.pdf", "000001-w-2-receipt.pdf"],
        ),
        (
            &["script", "verification", "BG1-A"],
            &["verification-BG1-A-script.pdf"],
        ),
    ] {
        let (exit, out, err) = print(&book, what);
        assert_eq!((exit, err.as_str()), (0, ""), "{what:?}");
        let mut said = String::new();
        for name in names {
            let path = Path::new(&book).join("paper").join(name);
            assert!(fs::read(&path).unwrap().starts_with(b"%PDF-1.7"), "{name}");
            said.push_str(&path.display().to_string());
            said.push('\n');
        }
        assert_eq!(out, said, "{what:?}");
    }
    audit(&dir.join("registration"), &[]).exits(0);
}

#[test]
fn what_cannot_be_printed_is_said_in_three_lines() {
    let dir = TempDir::new();
    let book = book(&dir);
    for (what, why) in [
        (
            &["inside", "BG9-A"][..],
            "no record has such a page of a key BG9-A",
        ),
        (&["bag", "000007"], "the book has no record 000007"),
        (&["bag", "0"], "that record puts no key into a bag"),
        (&["blank", "BG9-A"], "the plan has no key BG9-A"),
        (&["inventory", "SAFE-Z"], "the plan has no safe SAFE-Z"),
        (
            &["receipt", "1", "w-9"],
            "w-9 is no witness of record 000001",
        ),
        (&["script", "wedding"], "there is no ceremony wedding"),
        (
            &["script", "registration", "nope"],
            "the plan has no key nope",
        ),
        (
            &["script", "people", "BG1-A"],
            "the ceremony people is not about a key",
        ),
        (
            &["receipt", "1", "-o", "x.pdf"],
            "2 pages do not go into one file",
        ),
    ] {
        let (exit, out, err) = print(&book, what);
        assert_eq!((exit, out.as_str()), (2, ""), "{what:?}");
        let lines: Vec<&str> = err.lines().collect();
        assert_eq!(lines.len(), 3, "{err}");
        assert!(
            lines[0].ends_with("nothing was printed") || lines[0].ends_with("nothing was begun"),
            "{err}"
        );
        assert_eq!(lines[1], format!("glasskey: because: {why}"));
    }
}

/// What is warned of when this is printed, without the words that begin each warning; the page has to be
/// written all the same.
#[track_caller]
fn warned(book: &str, what: &[&str]) -> String {
    let (exit, out, err) = print(book, what);
    assert_eq!(exit, 0, "{what:?}: {err}");
    let page = fs::read(out.trim_end()).unwrap();
    assert!(page.starts_with(b"%PDF-1.7"), "{what:?}");
    err.replace("glasskey: warn: ", "")
}

#[test]
fn a_page_of_a_key_that_is_lost_or_retired_is_printed_and_warned_of() {
    let dir = TempDir::new();
    for (event, how) in [("loss", "lost"), ("retirement", "retired")] {
        let book = book_of(&dir, event);
        let why = format!(
            "BG1-A is {how} since record 000003: this page is for the file, not for a bag\n"
        );
        for page in ["blank", "pin-envelope"] {
            assert_eq!(warned(&book, &[page, "BG1-A"]), why, "{page}");
            assert_eq!(warned(&book, &[page, "BG1-B"]), "", "{page}");
        }
        let why = why.replace("BG1-A", "the key");
        for page in ["inside", "bag"] {
            for (of, other) in [("BG1-A", "BG1-B"), ("1", "2")] {
                assert_eq!(warned(&book, &[page, of]), why, "{page} {of}");
                assert_eq!(warned(&book, &[page, other]), "", "{page} {other}");
            }
        }
        // Of what is no page for a bag nothing is said.
        for what in [&["minutes", "1"][..], &["receipt", "1", "w-1"]] {
            assert_eq!(warned(&book, what), "", "{what:?}");
        }
    }
}

#[test]
fn a_page_of_a_bag_that_the_key_lies_in_no_more_is_printed_and_warned_of() {
    let dir = TempDir::new();
    let book = book_of(&dir, "custody");
    let why = "record 000003 put the key into bag R26-0105 since: this page is for the file, not \
               for a bag\n";
    for page in ["inside", "bag"] {
        assert_eq!(warned(&book, &[page, "1"]), why, "{page}");
        assert_eq!(warned(&book, &[page, "3"]), "", "{page}");
        assert_eq!(warned(&book, &[page, "BG1-A"]), "", "{page}");
    }
    for page in ["blank", "pin-envelope"] {
        assert_eq!(warned(&book, &[page, "BG1-A"]), "", "{page}");
    }
    // With `--json` the file is named on standard output, and nothing else.
    let (_, out, err) = print(&book, &["bag", "1", "--json"]);
    assert_eq!(err, format!("glasskey: warn: {why}"));
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        value["pages"],
        serde_json::json!([format!("{book}/paper/000001-BG1-A-bag.pdf")])
    );
    // As it was between the opening and the new bag.
    fs::remove_dir_all(Path::new(&book).join("ledger/records/000003")).unwrap();
    let why = "record 000002 opened the key's bag, and none put the key into one since: this page is for \
               the file, not for a bag\n";
    for page in ["inside", "bag"] {
        assert_eq!(warned(&book, &[page, "BG1-A"]), why, "{page}");
    }
    assert_eq!(warned(&book, &["blank", "BG1-A"]), "");
}

#[test]
fn a_page_is_printed_from_a_ledger_whose_later_record_cannot_be_read() {
    let dir = TempDir::new();
    let book = book_of(&dir, "custody");
    let later = Path::new(&book).join("ledger/records/000003/record.json");
    fs::write(later, "no record").unwrap();
    for what in [["bag", "1"], ["inside", "1"]] {
        let said = warned(&book, &what);
        assert!(
            said.starts_with("whether this page may go to a bag is not known: "),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn a_path_stands_on_one_line_however_long_it_is() {
    let dir = TempDir::new();
    let book = book(&dir);
    let to = dir.join(&format!("{} and  two spaces.pdf", "a word ".repeat(20)));
    let (exit, out, err) = print(&book, &["bag", "1", "-o", to.to_str().unwrap()]);
    assert_eq!((exit, err.as_str()), (0, ""));
    assert_eq!(out, format!("{}\n", to.display()));
    assert!(fs::read(out.trim_end()).unwrap().starts_with(b"%PDF-1.7"));
}

#[test]
fn a_script_is_about_a_key_of_the_plan_or_about_none() {
    let dir = TempDir::new();
    let book = book(&dir);
    for about_no_key in [
        "genesis",
        "people",
        "policy",
        "exception",
        "amendment",
        "acceptance",
        "training",
    ] {
        let (exit, _, err) = print(&book, &["script", about_no_key, "BG1-A"]);
        assert_eq!(exit, 2, "{about_no_key}");
        assert_eq!(
            err,
            format!(
                "glasskey: error: nothing was printed\n\
                 glasskey: because: the ceremony {about_no_key} is not about a key\n\
                 glasskey: next: leave BG1-A out: `glasskey print script {about_no_key}`\n"
            )
        );
        assert_eq!(warned(&book, &["script", about_no_key]), "");
    }
    for about_a_key in [
        "registration",
        "portal-registration",
        "replacement",
        "portal-replacement",
        "verification",
        "verification-sign-in",
        "custody-open",
        "custody-seal",
        "custody-move",
        "custody-review",
        "loss",
        "retirement",
    ] {
        assert_eq!(warned(&book, &["script", about_a_key, "BG1-A"]), "");
        assert_eq!(warned(&book, &["script", about_a_key]), "");
        let (exit, out, err) = print(&book, &["script", about_a_key, "../nope"]);
        assert_eq!((exit, out.as_str()), (2, ""), "{about_a_key}");
        assert_eq!(
            err,
            "glasskey: error: nothing was printed\n\
             glasskey: because: the plan has no key ../nope\n\
             glasskey: next: name its label in glasskey.toml, or add the key there\n"
        );
    }
}

#[test]
fn json_names_the_files() {
    let dir = TempDir::new();
    let book = book(&dir);
    let (exit, out, _) = print(&book, &["minutes", "000001", "--json"]);
    assert_eq!(exit, 0);
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["schema"], "glasskey.print/1");
    assert_eq!(
        value["pages"][0],
        format!("{book}/paper/000001-registration-minutes.pdf")
    );
}

#[test]
fn a_record_that_no_pointer_leads_to_has_no_bag_face_and_says_why() {
    let dir = TempDir::new();
    let book = book(&dir);
    let plan = fs::read_to_string(Path::new(&book).join("glasskey.toml")).unwrap();
    let plan = Plan::parse(&plan).unwrap();
    let record = fs::read(Path::new(&book).join("ledger/records/000001/record.json")).unwrap();
    let statement = CeremonyRecord::parse(&record).unwrap().statement;
    let sha256 = Digest::of(&record);
    let face = |index| bag_face_of(&plan, &statement, index, sha256);
    assert!(face(999_999).is_ok());
    let why = face(1_000_000).err().unwrap();
    assert_eq!(why, NotOfRecord::NoPointer);
    assert_eq!(
        why.to_string(),
        "that record's number has more than the six digits of a pointer"
    );
    assert_eq!(
        bag_face_name(&statement, 1).unwrap(),
        "000001-BG1-A-bag.pdf"
    );
}
