//! `audit --all`: many books, each for itself.

use crate::audit::on_disk;
use crate::support::TempDir;
use crate::support::glasskey;
use crate::support::text;
use crate::table::small_book;
use glasskey::ledger::Origin;
use std::fs;
use std::os::unix::fs::symlink;

#[test]
fn every_book_beneath_a_folder_is_audited_and_a_broken_one_stops_no_other() {
    let dir = TempDir::new();
    let store = small_book().store;
    let whole = dir.path().join("made");
    on_disk(&whole, &store);
    let books = dir.path().join("books");
    for name in ["a/one", "b", "c"] {
        let book = books.join(name);
        fs::create_dir_all(book.parent().unwrap()).unwrap();
        on_disk(&book, &store);
    }
    // The first is whole, the second altered, and the third has a plan that nobody can read.
    let record = books.join("b/book/ledger/records/000001/record.json");
    fs::write(record, "{}").unwrap();
    fs::write(books.join("c/book/glasskey.toml"), "what").unwrap();
    symlink(&whole, books.join("z-link")).unwrap();
    let trust = dir.path().join("trust");
    fs::create_dir_all(&trust).unwrap();
    let origin = fs::read(whole.join("book/ledger/origin")).unwrap();
    let tenant = Origin::parse_file(&origin).unwrap().tenant().to_string();
    let file = fs::read(whole.join("auditor/trust.toml")).unwrap();
    fs::write(trust.join(format!("{tenant}.toml")), file).unwrap();

    let arguments = ["audit", "--all", text(&books), "--trust", text(&trust)];
    let ran = glasskey(arguments.into_iter().chain(["--json"])).exits(6);
    let answer = ran.json();
    assert_eq!(answer["schema"], "glasskey.audit-all/1");
    assert_eq!(answer["exit"], 6);
    let rows = answer["books"].as_array().unwrap();
    let of = |member: &str| -> Vec<&str> {
        let values = rows.iter().map(|row| row[member].as_str().unwrap_or("-"));
        values.collect()
    };
    assert_eq!(of("book"), ["a/one/book", "b/book", "c/book"]);
    assert_eq!(of("state"), ["clean", "broken", "failed"]);
    assert_eq!(of("tenant"), [tenant.as_str(), &tenant, "-"]);
    assert_eq!(rows[0]["records"], 2);
    assert_eq!(
        rows[1]["first_bad"]["file"],
        "ledger/records/000001/record.json"
    );
    let words = glasskey(arguments).exits(6).out;
    assert!(
        words.contains("3 books: 1 clean, 0 open, 1 broken, 1 failed."),
        "{words}"
    );
    assert!(
        words.lines().all(|line| line.chars().count() <= 80),
        "{words}"
    );

    // Without the auditor's files nobody vouches for the first.
    let alone = glasskey(["audit", "--all", text(&books.join("a"))])
        .exits(1)
        .out;
    assert!(
        alone.contains("1 books: 0 clean, 1 open, 0 broken, 0 failed."),
        "{alone}"
    );
}

#[test]
fn a_folder_without_a_book_is_a_question_of_usage() {
    let dir = TempDir::new();
    glasskey(["audit", "--all", text(dir.path())])
        .exits(2)
        .three_lines();
}

#[test]
fn json_with_verbose_writes_every_record_and_the_same_facts() {
    let dir = TempDir::new();
    on_disk(dir.path(), &small_book().store);
    let plain = crate::support::audit(dir.path(), &["--json"]).json();
    let mut whole = crate::support::audit(dir.path(), &["--json", "--verbose"]).json();
    whole["records_not_listed"] = serde_json::json!(0);
    assert_eq!(whole, plain);
    assert_eq!(whole["records"].as_array().unwrap().len(), 2);
}
