//! The command line: help, versions, errors in three lines, streams that are gone.

use crate::support::TempDir;
use crate::support::command;
use crate::support::ended;
use crate::support::glasskey;
use crate::support::rehearse;
use crate::support::skipped;
use crate::support::text;
use std::fs::File;
use std::fs::OpenOptions;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

const COMMANDS: [&str; 4] = ["audit", "doctor", "inspect", "rehearse"];

#[test]
fn help_lists_every_command() {
    let help = glasskey(["--help"]).exits(0);
    assert_eq!(help.err, "");
    for name in COMMANDS {
        let listed = help
            .out
            .lines()
            .any(|line| line.trim_start().starts_with(name));
        assert!(listed, "{name} in\n{}", help.out);
    }
    for flag in ["--json", "--color", "--verbose"] {
        assert!(help.out.contains(flag), "{flag}");
    }
}

#[test]
fn every_command_has_help_with_examples_in_80_columns() {
    for name in COMMANDS {
        let help = glasskey([name, "--help"]).exits(0);
        assert!(help.out.contains("Examples:"), "{}", help.out);
        assert!(
            help.out.contains(&format!("  glasskey {name}")),
            "{}",
            help.out
        );
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = glasskey(["--version"]).exits(0);
    assert_eq!(
        version.out,
        format!("glasskey {}\n", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(version.err, "");
}

#[test]
fn what_is_not_understood_is_three_lines_and_exit_2() {
    let wrong: [&[&str]; 8] = [
        &["--wrong"],
        &["rehearse", "--wrong"],
        &["rehearse", "--out"],
        &["rehearse", "extra"],
        &["audit", "a", "b"],
        &["audit", "--color", "sometimes"],
        &["dance"],
        &["inspect", "--credentials=yes"],
    ];
    for arguments in wrong {
        glasskey(arguments).exits(2).three_lines();
    }
}

#[test]
fn a_mistyped_flag_is_answered_with_the_nearest() {
    let [_, because, next] = glasskey(["rehearse", "--hand-on"]).exits(2).three_lines();
    assert!(because.contains("--hand-on"), "{because}");
    assert!(next.contains("--hands-on"), "{next}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let dir = TempDir::new();
    let book = dir.join("book");
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let (fresh, trust) = (TempDir::new(), dir.join("auditor/trust.toml"));
    for arguments in [
        vec![
            "rehearse",
            "--only",
            "registration",
            "--out",
            text(fresh.path()),
        ],
        vec!["audit", text(&book), "--trust", text(&trust), "--json"],
        vec!["--help"],
        vec!["--version"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran = ended(command(&arguments).stdout(writer)).exits(0);
        assert_eq!(ran.err, "", "{arguments:?}");
    }
    crate::support::audit(fresh.path(), &[]).exits(0);
}

#[test]
fn a_disk_that_is_full_is_exit_7() {
    let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else {
        return skipped("a result on a full disk", "/dev/full");
    };
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let (book, trust) = (dir.join("book"), dir.join("auditor/trust.toml"));
    let arguments = ["audit", text(&book), "--trust", text(&trust), "--json"];
    ended(command(arguments).stdout(full))
        .exits(7)
        .three_lines();
}

#[test]
fn errors_that_nobody_can_read_still_have_their_exit_code() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    ended(command(["--wrong"]).stderr(writer)).exits(2);
}

#[test]
fn hands_on_without_a_terminal_says_so_and_makes_nothing() {
    let dir = TempDir::new();
    let out = dir.join("out");
    let mut session = Command::new("setsid");
    session
        .args([
            "--wait",
            env!("CARGO_BIN_EXE_glasskey"),
            "rehearse",
            "--hands-on",
            "--out",
        ])
        .arg(&out)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if session.output().is_err() {
        return skipped("a rehearsal by hand without a terminal", "setsid");
    }
    let [error, because, next] = ended(&mut session).exits(3).three_lines();
    assert!(error.contains("nothing"), "{error}");
    assert!(because.contains("terminal"), "{because}");
    assert!(next.contains("terminal"), "{next}");
    assert!(!out.exists());
}

#[test]
fn a_folder_that_cannot_be_made_leaves_nothing() {
    // Root may write wherever permissions say no; nobody may write there.
    for out in ["/proc/glasskey/out", "/dev/null/out"] {
        if !Path::new(out).ancestors().skip(1).any(Path::exists) {
            continue;
        }
        let [error, because, _] = glasskey(["rehearse", "--out", out]).exits(2).three_lines();
        assert!(error.contains("nothing"), "{error}");
        assert!(because.contains(out), "{because}");
    }
}

#[test]
fn without_colour_no_escape_is_ever_written() {
    let dir = TempDir::new();
    let ran = rehearse(dir.path(), &["--only", "registration"]).exits(0);
    assert!(!ran.out.contains('\u{1b}'));
    let fresh = TempDir::new();
    let arguments = ["--only", "registration", "--color", "always"];
    let coloured = rehearse(fresh.path(), &arguments).exits(0);
    assert!(coloured.out.contains("\u{1b}["));
    let fresh = TempDir::new();
    let arguments = ["--only", "registration", "--color", "always", "--json"];
    assert!(
        !rehearse(fresh.path(), &arguments)
            .exits(0)
            .out
            .contains('\u{1b}')
    );
}

#[test]
fn standard_input_is_never_read() {
    // A rehearsal that is not by hand asks nobody: a pipe that stays open and silent hangs nothing.
    let dir = TempDir::new();
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = command([
        "rehearse",
        "--only",
        "registration",
        "--out",
        text(dir.path()),
    ]);
    ended(command.stdin(reader)).exits(0);
    drop(writer);
    let _ = File::open(dir.join("book/ledger/origin")).unwrap();
}
