//! `audit --all`: many books, each for itself.

use crate::audit::on_disk;
use crate::support::Ran;
use crate::support::TempDir;
use crate::support::glasskey;
use crate::support::text;
use crate::table::small_book;
use glasskey::ledger::Origin;
use rustix::fs::CWD;
use rustix::fs::FileType;
use rustix::fs::Mode;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::path::PathBuf;

const TENANT: &str = "3661e74e-33f3-4df3-95a2-5b7e1a3ae36a";
const ANOTHER: &str = "00000000-33f3-4df3-95a2-5b7e1a3ae36a";
const LINK: &str =
    "a symbolic link to a folder: it is not followed, and what is there was not audited";
const GONE: &str = "a trust file, and no book that could be read is of its tenant";

/// A folder of books, and a folder of trust files beside it.
struct Customers {
    dir: TempDir,
}

impl Customers {
    /// With one whole book `a/book`, and the trust file of its tenant.
    fn new() -> Self {
        let customers = Self {
            dir: TempDir::new(),
        };
        customers.plant("books/a");
        let trust = customers.path("trust");
        fs::create_dir(&trust).unwrap();
        let file = customers.path("books/a/auditor/trust.toml");
        fs::rename(file, trust.join(format!("{TENANT}.toml"))).unwrap();
        customers
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A whole book in the folder `name`, in its `book`.
    fn plant(&self, name: &str) {
        let place = self.path(name);
        fs::create_dir_all(&place).unwrap();
        on_disk(&place, &small_book().store);
    }

    fn audits(&self, form: &[&str], exit: i32) -> Ran {
        let (books, trust) = (self.path("books"), self.path("trust"));
        let arguments = ["audit", "--all", text(&books), "--trust", text(&trust)];
        glasskey(arguments.into_iter().chain(form.iter().copied())).exits(exit)
    }

    /// Each row of the audit: its book, its state, its exit, and the first bad file or why it failed.
    fn rows(&self, exit: i32) -> Vec<(String, String, u64, String)> {
        let answer = self.audits(&["--json"], exit).json();
        assert_eq!(answer["exit"], exit);
        let rows = answer["books"].as_array().unwrap().iter();
        let root = format!("{}/", text(self.dir.path()));
        rows.map(|row| {
            let word = |value: &Value| value.as_str().unwrap_or("").replace(&root, "");
            let why = word(&row["why"]) + &word(&row["first_bad"]["file"]);
            let exit = row["exit"].as_u64().unwrap();
            (word(&row["book"]), word(&row["state"]), exit, why)
        })
        .collect()
    }

    /// The table ends with this count, and keeps to 80 columns.
    fn counts(&self, exit: i32, count: &str) {
        let words = self.audits(&[], exit).out;
        assert!(words.contains(&format!("\n{count}\n")), "{words}");
        let wide = words.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{words}");
    }
}

/// Rows as [`Customers::rows`] gives them.
fn rows(expected: &[(&str, &str, u64, &str)]) -> Vec<(String, String, u64, String)> {
    let own = |row: &(&str, &str, u64, &str)| {
        (row.0.to_owned(), row.1.to_owned(), row.2, row.3.to_owned())
    };
    expected.iter().map(own).collect()
}

const CLEAN: (&str, &str, u64, &str) = ("a/book", "clean", 0, "");

fn spoil(book: &Path) {
    fs::write(book.join("ledger/records/000001/record.json"), "{}").unwrap();
}

#[test]
fn a_book_without_origin_and_plan_is_broken_and_not_passed_over() {
    let customers = Customers::new();
    customers.plant("books/b");
    fs::remove_file(customers.path("books/b/book/ledger/origin")).unwrap();
    fs::remove_file(customers.path("books/b/book/glasskey.toml")).unwrap();
    let broken = ("b/book", "broken", 6, "ledger/origin");
    assert_eq!(customers.rows(6), rows(&[CLEAN, broken]));
    // Without its records too: the checkpoints are left.
    fs::remove_dir_all(customers.path("books/b/book/ledger/records")).unwrap();
    assert_eq!(customers.rows(6), rows(&[CLEAN, broken]));
    customers.counts(6, "2 books: 1 clean, 0 open, 1 broken, 0 failed.");
}

#[test]
fn records_without_a_book_around_them_are_a_row_that_failed() {
    let customers = Customers::new();
    customers.plant("books/b");
    let book = customers.path("books/b/book");
    fs::rename(book.join("ledger"), book.join("kept")).unwrap();
    fs::remove_file(book.join("glasskey.toml")).unwrap();
    let why = "it holds records and is no book: no glasskey.toml, and no folder ledger/";
    let alone = ("b/book/kept", "failed", 2, why);
    assert_eq!(customers.rows(2), rows(&[CLEAN, alone]));
    customers.counts(2, "2 books: 1 clean, 0 open, 0 broken, 1 failed.");
}

#[test]
fn a_symbolic_link_to_a_folder_or_to_nothing_is_a_row_that_failed() {
    let customers = Customers::new();
    customers.plant("moved");
    symlink(customers.path("moved/book"), customers.path("books/b")).unwrap();
    symlink(customers.path("nothing"), customers.path("books/c")).unwrap();
    let file = customers.path("moved/book/glasskey.toml");
    symlink(file, customers.path("books/notes.toml")).unwrap();
    let nowhere = "a symbolic link, and what it leads to cannot be looked at: No such file or \
                   directory (os error 2)";
    let links = [("b", "failed", 2, LINK), ("c", "failed", 2, nowhere)];
    assert_eq!(customers.rows(2), rows(&[CLEAN, links[0], links[1]]));
    customers.counts(2, "3 books: 1 clean, 0 open, 0 broken, 2 failed.");
}

#[test]
fn a_book_around_the_others_hides_none_of_them() {
    let customers = Customers::new();
    customers.plant("books/b");
    spoil(&customers.path("books/b/book"));
    customers.plant("above");
    for name in ["ledger", "glasskey.toml", "roster.allowed_signers"] {
        let from = customers.path("above/book").join(name);
        fs::rename(from, customers.path("books").join(name)).unwrap();
    }
    let around = (".", "clean", 0, "");
    let broken = ("b/book", "broken", 6, "ledger/records/000001/record.json");
    assert_eq!(customers.rows(6), rows(&[around, CLEAN, broken]));
    customers.counts(6, "3 books: 2 clean, 0 open, 1 broken, 0 failed.");
}

#[test]
fn what_a_book_is_made_of_is_not_another_book() {
    let customers = Customers::new();
    let book = customers.path("books/a/book");
    fs::create_dir_all(book.join("open/genesis-book/records")).unwrap();
    fs::create_dir_all(book.join("paper/ledger/records")).unwrap();
    assert_eq!(customers.rows(0), rows(&[CLEAN]));
    // A ledger by another name is the book's too.
    let plan = fs::read_to_string(book.join("glasskey.toml")).unwrap();
    assert!(plan.contains("ledger = \"ledger\""), "{plan}");
    let plan = plan.replace("ledger = \"ledger\"", "ledger = \"data/ledger\"");
    fs::write(book.join("glasskey.toml"), plan).unwrap();
    fs::create_dir(book.join("data")).unwrap();
    fs::rename(book.join("ledger"), book.join("data/ledger")).unwrap();
    assert_eq!(customers.rows(0), rows(&[CLEAN]));
}

#[test]
fn a_folder_below_the_eighth_is_a_row_that_failed() {
    let customers = Customers::new();
    customers.plant("books/1/2/3/4/5/6/7");
    customers.plant("books/1/2/3/4/5/6/7/8");
    let eighth = ("1/2/3/4/5/6/7/book", "clean", 0, "");
    let why = "more than 8 folders down: it was not looked into";
    let found = [
        ("1/2/3/4/5/6/7/8/auditor", "failed", 2, why),
        ("1/2/3/4/5/6/7/8/book", "failed", 2, why),
        eighth,
        CLEAN,
    ];
    assert_eq!(customers.rows(2), rows(&found));
    customers.counts(2, "4 books: 2 clean, 0 open, 0 broken, 2 failed.");
}

#[test]
fn a_trust_file_without_a_book_is_a_row_that_failed() {
    let customers = Customers::new();
    let trust = customers.path("trust");
    fs::write(trust.join(format!("{ANOTHER}.toml")), "").unwrap();
    fs::write(trust.join("contoso.toml"), "").unwrap();
    fs::write(trust.join("heads.txt"), "").unwrap();
    let another = format!("trust/{ANOTHER}.toml");
    let named = "it is not named <tenant id>.toml, and counted for no book";
    let found = [
        CLEAN,
        (&another, "failed", 2, GONE),
        ("trust/contoso.toml", "failed", 2, named),
    ];
    assert_eq!(customers.rows(2), rows(&found));
    customers.counts(2, "3 books: 1 clean, 0 open, 0 broken, 2 failed.");
    let answer = customers.audits(&["--json"], 2).json();
    assert_eq!(answer["books"][1]["tenant"], ANOTHER);
    assert_eq!(answer["books"][2].get("tenant"), None);
}

#[test]
fn a_trust_file_that_cannot_be_read_is_not_said_to_be_without_a_book() {
    let customers = Customers::new();
    let file = customers.path("trust").join(format!("{TENANT}.toml"));
    fs::write(file, "what").unwrap();
    let answer = customers.audits(&["--json"], 2).json();
    assert_eq!(answer["books"].as_array().unwrap().len(), 1);
    assert_eq!(answer["books"][0]["state"], "failed");
    assert_eq!(answer["books"][0]["tenant"], TENANT);
}

#[test]
fn a_pipe_among_the_trust_files_of_no_book_is_not_waited_for() {
    let customers = Customers::new();
    let pipe = customers.path("trust").join(format!("{ANOTHER}.toml"));
    let mode = Mode::RUSR | Mode::WUSR;
    rustix::fs::mknodat(CWD, &pipe, FileType::Fifo, mode, 0).unwrap();
    let another = format!("trust/{ANOTHER}.toml");
    let gone = (another.as_str(), "failed", 2, GONE);
    assert_eq!(customers.rows(2), rows(&[CLEAN, gone]));
}

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
    assert_eq!(of("book"), ["a/one/book", "b/book", "c/book", "z-link"]);
    assert_eq!(of("state"), ["clean", "broken", "failed", "failed"]);
    assert_eq!(of("tenant"), [tenant.as_str(), &tenant, "-", "-"]);
    assert_eq!(rows[0]["records"], 2);
    assert_eq!(
        rows[1]["first_bad"]["file"],
        "ledger/records/000001/record.json"
    );
    let words = glasskey(arguments).exits(6).out;
    assert!(
        words.contains("4 books: 1 clean, 0 open, 1 broken, 2 failed."),
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
