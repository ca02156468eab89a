//! Tampering with a book on disk: `audit` ends with 6 and names the file.

use crate::audit::on_disk;
use crate::support::Ran;
use crate::support::TempDir;
use crate::support::audit;
use crate::support::ended;
use crate::support::rehearse;
use crate::support::text;
use crate::support::tree;
use crate::tamper;
use glasskey::cli;
use glasskey::cli::exit::Exit;
use glasskey::ledger::MemoryStore;
use rustix::fs::CWD;
use rustix::fs::FileType;
use rustix::fs::Mode;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

/// A user and a group that own nothing.
const NOBODY: u32 = 65534;

/// A book of genesis and one registration, and every file of it that is guarded.
struct Book {
    dir: TempDir,
    files: BTreeMap<String, Vec<u8>>,
}

impl Book {
    fn new() -> Self {
        let dir = TempDir::new();
        rehearse(dir.path(), &["--only", "registration"]).exits(0);
        let mut files = tree(&dir.join("book"));
        files.retain(|name, _| {
            !name.ends_with('/')
                && (name.starts_with("ledger/") || name == "roster.allowed_signers")
        });
        assert!(files.len() > 16, "{:?}", files.keys());
        Self { dir, files }
    }

    fn place(&self, name: &str) -> PathBuf {
        self.dir.join("book").join(name)
    }

    /// What is wrong with the audit of the book as it is now, if it does not name one of `right`.
    fn wrong(&self, right: &[&str]) -> Option<String> {
        wrong(&audit(self.dir.path(), &["--json"]), right)
    }

    /// The audit, run by somebody who may not read everything.
    fn as_another_user(&self, program: &Path) -> Ran {
        let (book, trust) = (self.dir.join("book"), self.dir.join("auditor/trust.toml"));
        let mut command = Command::new(program);
        command.args(["audit", text(&book), "--json", "--trust", text(&trust)]);
        if rustix::process::geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        ended(&mut command)
    }
    /// Puts the file back as it was.
    fn mend(&self, name: &str) {
        let place = self.place(name);
        if fs::symlink_metadata(&place).is_ok_and(|meta| meta.is_dir()) {
            fs::remove_dir_all(&place).unwrap();
        } else {
            let _ = fs::remove_file(&place);
        }
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, &self.files[name]).unwrap();
    }
}

/// What is wrong with an audit that should have ended with 6 and named one of `right`.
fn wrong(ran: &Ran, right: &[&str]) -> Option<String> {
    let answer: Value = match serde_json::from_str(&ran.out) {
        Ok(answer) => answer,
        Err(error) => return Some(format!("exit {}, {error}: {}", ran.code, ran.err)),
    };
    let named = answer["first_bad"]["file"]
        .as_str()
        .unwrap_or("nothing")
        .trim_end_matches('/');
    let ok = ran.code == 6 && answer["exit"] == 6 && right.contains(&named);
    (!ok).then(|| {
        format!(
            "exit {}, names {named}: {}",
            ran.code, answer["first_bad"]["why"]
        )
    })
}

#[test]
fn every_guarded_file_is_named_whatever_was_done_to_it() {
    let book = Book::new();
    let elsewhere = TempDir::new();
    let mut wrong = Vec::new();
    for (name, bytes) in &book.files {
        let place = book.place(name);
        let same = elsewhere.join("same");
        fs::write(&same, bytes).unwrap();
        let middle = bytes.len() / 2;
        let mut flipped = bytes.clone();
        flipped[middle] ^= 1;
        let change = |what: &str| match what {
            "flipped" => fs::write(&place, &flipped).unwrap(),
            "emptied" => fs::write(&place, "").unwrap(),
            "halved" => fs::write(&place, &bytes[..middle]).unwrap(),
            "cut by one" => fs::write(&place, &bytes[..bytes.len() - 1]).unwrap(),
            "lengthened" => fs::write(&place, [bytes.as_slice(), b"\n"].concat()).unwrap(),
            _ => {
                fs::remove_file(&place).unwrap();
                match what {
                    "a link to its own bytes" => symlink(&same, &place).unwrap(),
                    "a link to nowhere" => symlink(elsewhere.join("none"), &place).unwrap(),
                    "an empty folder" => fs::create_dir(&place).unwrap(),
                    "a huge file" => {
                        let file = fs::File::create(&place).unwrap();
                        file.set_len(1 << 40).unwrap();
                    }
                    "a pipe that nobody writes to" => mkfifo(&place),
                    "a folder with a file" => {
                        fs::create_dir(&place).unwrap();
                        fs::write(place.join("x"), bytes).unwrap();
                    }
                    _ => {}
                }
            }
        };
        for what in [
            "flipped",
            "emptied",
            "halved",
            "cut by one",
            "lengthened",
            "removed",
            "a link to its own bytes",
            "a link to nowhere",
            "an empty folder",
            "a folder with a file",
            "a huge file",
            "a pipe that nobody writes to",
        ] {
            change(what);
            let inside = format!("{name}/x");
            if let Some(why) = book.wrong(&[name, &inside]) {
                wrong.push(format!("{name} {what}: {why}"));
            }
            book.mend(name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    audit(book.dir.path(), &[]).exits(0);
}

fn mkfifo(place: &Path) {
    let mode = Mode::RUSR | Mode::WUSR;
    rustix::fs::mknodat(CWD, place, FileType::Fifo, mode, 0).unwrap();
}

#[test]
fn a_file_that_this_user_may_not_read_is_named() {
    let book = Book::new();
    // Where `target` lies, somebody else may not look.
    let place = TempDir::new();
    let program = place.join("glasskey");
    fs::copy(env!("CARGO_BIN_EXE_glasskey"), &program).unwrap();
    let all: Vec<&str> = book.files.keys().map(String::as_str).collect();
    let mut not_named = Vec::new();
    for name in &all {
        let file = book.place(name);
        fs::set_permissions(&file, Permissions::from_mode(0o000)).unwrap();
        if let Some(why) = wrong(&book.as_another_user(&program), &[name]) {
            not_named.push(format!("{name}: {why}"));
        }
        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    }
    for name in [
        "ledger",
        "ledger/records",
        "ledger/records/000001",
        "ledger/roster",
    ] {
        let folder = book.place(name);
        fs::set_permissions(&folder, Permissions::from_mode(0o000)).unwrap();
        let ran = book.as_another_user(&program);
        if ran.code != 6 || !ran.err.contains(&format!("may not read or write {name}\n")) {
            not_named.push(format!("{name}/: {} {}", ran.code, ran.err));
        }
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    }
    assert!(not_named.is_empty(), "{}", not_named.join("\n"));
    assert_eq!(book.as_another_user(&program).code, 0);
    audit(book.dir.path(), &[]).exits(0);
}

#[test]
fn two_files_of_a_kind_that_changed_places_are_named() {
    let book = Book::new();
    let kind = |name: &str| -> String { name.chars().filter(|c| !c.is_ascii_digit()).collect() };
    let names: Vec<&String> = book.files.keys().collect();
    let mut swapped = 0;
    for (place, one) in names.iter().enumerate() {
        for other in &names[place + 1..] {
            if kind(one) != kind(other) || book.files[*one] == book.files[*other] {
                continue;
            }
            fs::write(book.place(one), &book.files[*other]).unwrap();
            fs::write(book.place(other), &book.files[*one]).unwrap();
            assert_eq!(book.wrong(&[one, other]), None, "{one} and {other}");
            book.mend(one);
            book.mend(other);
            swapped += 1;
        }
    }
    assert!(swapped > 8, "{swapped}");
    audit(book.dir.path(), &[]).exits(0);
}

#[test]
fn files_that_do_not_belong_are_named() {
    let book = Book::new();
    for name in [
        "ledger/.hidden",
        "ledger/note",
        "ledger/records/000001/Thumbs.db",
        "ledger/mds/none.jwt",
        "ledger/other/file",
    ] {
        let place = book.place(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, "x").unwrap();
        assert_eq!(book.wrong(&[name]), None, "{name}");
        fs::remove_file(&place).unwrap();
        let _ = fs::remove_dir(place.parent().unwrap());
    }
    for name in ["ledger/empty", "ledger/records/000002"] {
        fs::create_dir(book.place(name)).unwrap();
        assert_eq!(book.wrong(&[name]), None, "{name}");
        fs::remove_dir(book.place(name)).unwrap();
    }
    audit(book.dir.path(), &[]).exits(0);
}

/// Runs `audit --json` within this process: quick enough for every byte of a file.
fn in_process(dir: &Path) -> (Exit, Value) {
    let trust = dir.join("auditor/trust.toml");
    let book = dir.join("book");
    let arguments = [
        "glasskey",
        "audit",
        text(&book),
        "--trust",
        text(&trust),
        "--json",
    ];
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = cli::run(arguments.map(OsString::from), &mut out, &mut err);
    (exit, serde_json::from_slice(&out).unwrap())
}

#[test]
fn a_flipped_bit_in_any_byte_of_the_books_roster_is_found() {
    let book = Book::new();
    let name = "roster.allowed_signers";
    let bytes = &book.files[name];
    for offset in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[offset] ^= 1 << (offset % 8);
        fs::write(book.place(name), flipped).unwrap();
        let (exit, answer) = in_process(book.dir.path());
        assert_eq!(exit, Exit::Ledger, "byte {offset}");
        assert_eq!(answer["first_bad"]["file"], name, "byte {offset}");
    }
    book.mend(name);
    assert_eq!(in_process(book.dir.path()).0, Exit::Done);
}

#[test]
fn forgeries_that_the_people_signed_are_refused() {
    let forged = |store: &MemoryStore| {
        let dir = TempDir::new();
        on_disk(dir.path(), store);
        let answer = audit(dir.path(), &["--json"]).exits(6).json();
        assert_eq!(
            answer["first_bad"]["file"],
            "ledger/records/000001/record.json"
        );
        answer["first_bad"]["why"].as_str().unwrap().to_owned()
    };
    let why = forged(&tamper::resigned(tamper::other_key));
    assert!(why.starts_with("PRES-SIG"), "{why}");
    let (_, edit) = tamper::EDITS[0];
    let why = forged(&tamper::resigned(edit));
    assert!(why.starts_with("PRES-BIND"), "{why}");
}
