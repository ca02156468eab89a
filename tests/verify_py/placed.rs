//! Where a book's ledger is, what lies in `open/`, and files that are none: both programs judge the
//! same folder, and wait for nothing.

use crate::support::Changed;
use crate::support::Files;
use crate::support::REHEARSAL;
use crate::support::agree;
use crate::support::can_run;
use crate::support::collect;
use crate::support::fresh;
use crate::support::script;
use rustix::fs::CWD;
use rustix::fs::FileType;
use rustix::fs::Mode;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

/// What a program that is waited for too long ends with, by `timeout`.
const TOO_LONG: i32 = 124;

/// How `glasskey audit` and `verify.py` end with these arguments, given `input`.
fn both_given(arguments: &[&str], input: &[u8]) -> [Output; 2] {
    let script = script();
    let programs = [
        vec![env!("CARGO_BIN_EXE_glasskey"), "audit"],
        vec!["python3", "-B", script.to_str().unwrap()],
    ];
    programs.map(|program| {
        let mut child = Command::new("timeout")
            .arg("60")
            .args(program)
            .args(arguments)
            .env("XDG_CONFIG_HOME", "/nonexistent")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not read it may be gone.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    })
}

/// Demands that both end so.
#[track_caller]
fn both_end(exit: i32, what: &str, arguments: &[&str]) {
    for output in both_given(arguments, b"") {
        assert_ne!(output.status.code(), Some(TOO_LONG), "{what} is waited for");
        assert_eq!(output.status.code(), Some(exit), "{what}: {output:?}");
        assert_eq!(output.stdout.is_empty(), exit == 2, "{what}: {output:?}");
    }
}

/// The rehearsal's book in a new folder, with another plan.
fn book(name: &str, plan: &[u8]) -> PathBuf {
    let folder = fresh(name);
    let mut files = REHEARSAL.files.clone();
    files.insert("glasskey.toml".to_owned(), plan.to_vec());
    Changed::new(name, files).write(&folder);
    folder
}

fn plan() -> String {
    String::from_utf8(REHEARSAL.files["glasskey.toml"].clone()).unwrap()
}

/// The rehearsal's plan, whose book has this value for `ledger`.
fn naming(ledger: &str) -> Vec<u8> {
    let (plan, own) = (plan(), "ledger = \"ledger\"\n");
    assert!(plan.contains(own), "{plan}");
    plan.replacen(own, &format!("ledger = {ledger}\n"), 1)
        .into_bytes()
}

fn fifo(place: &Path) {
    let mode = Mode::RUSR | Mode::WUSR;
    rustix::fs::mknodat(CWD, place, FileType::Fifo, mode, 0).unwrap();
}

#[test]
fn a_plan_that_points_out_of_the_book_or_cannot_be_read_is_refused_by_both() {
    if !can_run("plans that point elsewhere") {
        return;
    }
    let trust = REHEARSAL.trust();
    let trust = trust.to_str().unwrap();
    let other = REHEARSAL.folder.join("book/ledger");
    let absolute = format!("{:?}", other.to_str().unwrap());
    let mut plans: Vec<(String, Vec<u8>)> = [
        &absolute,
        "\"../placed-plan/ledger\"",
        "\"./ledger\"",
        "\".\"",
        "\"ledger/../ledger\"",
        "\"ledger/.\"",
        "\"ledger/\"",
        "\"ledger//\"",
        "\"\"",
        "5",
        "[\"ledger\"]",
        "\"\\u0000\"",
        "\"other\"",
    ]
    .into_iter()
    .map(|ledger| (format!("ledger = {ledger}"), naming(ledger)))
    .collect();
    plans.push(("no TOML".to_owned(), b"book = ".to_vec()));
    plans.push(("no table".to_owned(), b"book = 5\n".to_vec()));
    plans.push((
        "no UTF-8".to_owned(),
        [plan().as_bytes(), b"# \xff"].concat(),
    ));
    let large = [plan().as_bytes(), &vec![b'#'; 1 << 20]].concat();
    plans.push(("a large plan".to_owned(), large));
    for (what, plan) in &plans {
        let folder = book("placed-plan", plan);
        both_end(2, what, &[folder.to_str().unwrap(), "--trust", trust]);
    }

    let folder = book("placed-odd", b"");
    let path = folder.join("glasskey.toml");
    let arguments = [folder.to_str().unwrap(), "--trust", trust];
    fs::remove_file(&path).unwrap();
    both_end(0, "no plan", &arguments);
    symlink("nowhere", &path).unwrap();
    both_end(2, "a plan that leads nowhere", &arguments);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    both_end(2, "a folder in the plan's place", &arguments);
    fs::remove_dir(&path).unwrap();
    fifo(&path);
    both_end(2, "a pipe in the plan's place", &arguments);
    fs::remove_file(&path).unwrap();
    fs::remove_dir_all(folder.join("ledger")).unwrap();
    symlink(&other, folder.join("ledger")).unwrap();
    both_end(2, "a link in the ledger's place", &arguments);
}

#[test]
fn no_fault_of_a_plan_keeps_a_tampered_book_from_being_judged() {
    if !can_run("plans with faults") {
        return;
    }
    let trust = REHEARSAL.trust();
    let trust = trust.to_str().unwrap();
    let plans = [
        ("an unknown key", format!("x = 1\n{}", plan())),
        ("a section of its own", format!("{}\n[x]\ny = 1\n", plan())),
        ("no tenant", plan().replace("[tenant]", "[tenants]")),
        ("the ledger alone", "book.ledger = \"ledger\"\n".to_owned()),
        ("a book without a ledger", "[book]\nname = 5\n".to_owned()),
        ("nothing", String::new()),
        (
            "a number of many digits",
            format!("x = {}\n", "9".repeat(40)),
        ),
    ];
    for (what, plan) in plans {
        let folder = book("placed-faulty", plan.as_bytes());
        let arguments = [folder.to_str().unwrap(), "--trust", trust];
        both_end(0, what, &arguments);
        let record = folder.join("ledger/records/000002/record.json");
        let mut bytes = fs::read(&record).unwrap();
        bytes[100] ^= 1;
        fs::write(&record, bytes).unwrap();
        both_end(6, &format!("{what}, tampered with"), &arguments);
    }
}

#[test]
fn what_an_auditor_brings_is_bounded_alike() {
    if !can_run("bounds of what is brought") {
        return;
    }
    let folder = fresh("placed-bounds");
    let real = REHEARSAL.folder.join("book");
    let real = real.to_str().unwrap();
    let large = folder.join("large");
    fs::write(&large, vec![b' '; (32 << 20) + 1]).unwrap();
    let large = large.to_str().unwrap();
    both_end(2, "a BLOB above 32 MiB", &[real, "--mds", large]);
    both_end(2, "evidence above 32 MiB", &["--evidence", large]);
    let trust = folder.join("trust.toml");
    let head = |size: &str| {
        let text = fs::read_to_string(REHEARSAL.trust()).unwrap();
        let origin = fs::read_to_string(REHEARSAL.folder.join("book/ledger/origin")).unwrap();
        let root = "0".repeat(64);
        let head = format!("\n[[head]]\norigin = {:?}\nsize = {size}\n", origin.trim());
        fs::write(&trust, format!("{text}{head}root = \"{root}\"\n")).unwrap();
        trust.to_str().unwrap().to_owned()
    };
    let trust = head("18446744073709551616");
    both_end(2, "a head of 2^64", &[real, "--trust", &trust]);
    let trust = head("9");
    both_end(6, "a head beyond the end", &[real, "--trust", &trust]);
}

#[test]
fn both_judge_the_folder_that_the_plan_names() {
    if !can_run("plans that name a folder") {
        return;
    }
    let trust = REHEARSAL.trust();
    let folder = book("placed-inside", &naming("\"kept/here\""));
    let arguments = [folder.to_str().unwrap(), "--trust", trust.to_str().unwrap()];
    both_end(2, "a folder that is not there", &arguments);
    fs::create_dir(folder.join("kept")).unwrap();
    fs::rename(folder.join("ledger"), folder.join("kept/here")).unwrap();
    both_end(0, "a folder in a folder", &arguments);
    let marked = [b"\xef\xbb\xbf", naming("'kept/here'").as_slice()].concat();
    fs::write(folder.join("glasskey.toml"), marked).unwrap();
    both_end(0, "a mark before the plan", &arguments);
}

#[test]
fn what_another_reader_of_toml_would_not_take_is_never_read_otherwise() {
    if !can_run("dialects of TOML") {
        return;
    }
    let folder = book("placed-dialect", &naming("\"\\x6cedger\""));
    let trust = REHEARSAL.trust();
    let good = fs::read(&trust).unwrap();
    let [ours, theirs] = both_given(
        &[folder.to_str().unwrap(), "--trust", trust.to_str().unwrap()],
        b"",
    );
    // Python that reads TOML 1.1 takes it as well.
    let exits = [ours.status.code(), theirs.status.code()];
    assert!(matches!(exits, [Some(0), Some(0 | 2)]), "{exits:?}");

    let marked = folder.join("marked.toml");
    fs::write(&marked, [b"\xef\xbb\xbf", good.as_slice()].concat()).unwrap();
    let real = REHEARSAL.folder.join("book");
    both_end(
        2,
        "a mark before the trust file",
        &[real.to_str().unwrap(), "--trust", marked.to_str().unwrap()],
    );
}

#[test]
fn a_pipe_in_the_place_of_a_file_is_refused_by_both_and_waited_for_by_none() {
    if !can_run("pipes") {
        return;
    }
    let folder = fresh("placed-pipes");
    let pipe = folder.join("pipe");
    fifo(&pipe);
    let real = REHEARSAL.folder.join("book");
    let (pipe, real) = (pipe.to_str().unwrap(), real.to_str().unwrap());
    for arguments in [
        &[real, "--trust", pipe][..],
        &[real, "--heads", pipe],
        &[real, "--mds", pipe],
        &["--evidence", pipe],
    ] {
        both_end(2, &arguments.join(" "), arguments);
        for output in both_given(arguments, b"") {
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.contains("not a plain file"), "{said}");
        }
    }
    // What this process is given may be a pipe.
    let trust = fs::read(REHEARSAL.trust()).unwrap();
    for output in both_given(&[real, "--trust", "/dev/stdin"], &trust) {
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
}

#[test]
fn a_record_that_waits_in_open_counts_to_both_whatever_is_beside_it() {
    if !can_run("records in open") {
        return;
    }
    let with = |more: &[(&str, &[u8])]| {
        let mut files: Files = REHEARSAL.files.clone();
        for (name, bytes) in more {
            files.insert(format!("open/{name}"), bytes.to_vec());
        }
        files
    };
    let record = REHEARSAL.files["ledger/records/000004/record.json"].as_slice();
    let all = [
        Changed::new(
            "one with its beginning",
            with(&[("b/begun.json", b"{}"), ("b/record.json", b"{}")]),
        ),
        Changed::new("one alone", with(&[("b/record.json", b"{}")])),
        Changed::new("one that is empty", with(&[("b/record.json", b"")])),
        Changed::new(
            "two",
            with(&[("b/record.json", b"x"), ("c/record.json", b"y")]),
        ),
        Changed::new("a folder", with(&[("b/record.json/x", b"x")])),
        Changed::new(
            "a record of the ledger, begun again",
            with(&[("b/begun.json", b"{}"), ("b/record.json", record)]),
        ),
        Changed::new("a beginning alone", with(&[("b/begun.json", b"{}")])),
        Changed::new(
            "what a finished ceremony left",
            with(&[("b/record.json", record), ("b/op-1.sig", b"x")]),
        ),
        Changed::new("a file of that name", with(&[("record.json", b"x")])),
    ];
    let verdicts = agree("open", &all);
    for (place, (changed, verdict)) in all.iter().zip(&verdicts).enumerate() {
        let first = (place < 6).then_some("open/b/record.json");
        assert_eq!(verdict.first_bad.as_deref(), first, "{}", changed.what);
        assert_eq!(
            verdict.exit,
            if place < 6 { 6 } else { 0 },
            "{}",
            changed.what
        );
    }
    let mut left = Files::new();
    collect(&REHEARSAL.folder.join("book/open"), "", &mut left);
    assert!(left.keys().all(|name| !name.ends_with("record.json")));
}
