//! A stranger with `ssh-keygen` alone: every signature of a book is Good.

use crate::support::TempDir;
use crate::support::is_a;
use crate::support::rehearse;
use crate::support::skipped;
use crate::support::text;
use crate::support::tree;
use std::fs::File;
use std::path::Path;
use std::process::Command;

/// Whether there is an `ssh-keygen`.
fn present() -> bool {
    Command::new("ssh-keygen").arg("-?").output().is_ok()
}

/// What `ssh-keygen -Y verify` says, run in the book as the README has it.
fn verify(book: &Path, who: &str, namespace: &str, signature: &str, message: &str) -> String {
    let output = Command::new("ssh-keygen")
        .current_dir(book)
        .args(["-Y", "verify", "-f", "roster.allowed_signers"])
        .args(["-I", who, "-n", namespace, "-s", signature])
        .stdin(File::open(book.join(message)).unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        said
    } else {
        format!("refused: {said}")
    }
}

#[test]
fn every_signature_of_a_book_is_good_to_ssh_keygen() {
    if !present() {
        return skipped(
            "verifying a rehearsal's signatures as a stranger would",
            "ssh-keygen",
        );
    }
    let dir = TempDir::new();
    rehearse(dir.path(), &[]).exits(0);
    let book = dir.join("book");
    let mut count = [0; 3];
    for name in tree(&book).keys().filter(|name| is_a(name, "sig")) {
        let stem = name.strip_suffix(".sig").unwrap();
        let (kind, namespace, who, message) = if name.starts_with("ledger/records/") {
            let (folder, who) = stem.rsplit_once('/').unwrap();
            (
                0,
                "glasskey-record-v1",
                who,
                format!("{folder}/record.json"),
            )
        } else if name.starts_with("ledger/checkpoints/") {
            let (message, who) = stem.rsplit_once('.').unwrap();
            (1, "glasskey-checkpoint-v1", who, message.to_owned())
        } else {
            let (index, who) = stem.rsplit_once('.').unwrap();
            (
                2,
                "glasskey-roster-v1",
                who,
                format!("{index}.allowed_signers"),
            )
        };
        let said = verify(&book, who, namespace, name, &message);
        let good = format!("Good \"{namespace}\" signature for {who} with ED25519 key ");
        assert!(said.starts_with(&good), "{name}: {said}");
        count[kind] += 1;
        // And for nobody else, over nothing else, for no other purpose.
        let other = if who == "op-1" { "w-1" } else { "op-1" };
        for said in [
            verify(&book, other, namespace, name, &message),
            verify(&book, who, namespace, name, "glasskey.toml"),
            verify(&book, who, "file", name, &message),
        ] {
            assert!(said.starts_with("refused"), "{name}: {said}");
        }
    }
    assert_eq!(count, [15, 5, 3], "records, checkpoints, roster");
}

#[test]
fn the_command_that_a_rehearsal_prints_works_as_it_stands() {
    if !present() {
        return skipped(
            "running the verification that a rehearsal prints",
            "ssh-keygen",
        );
    }
    let dir = TempDir::new();
    let ran = rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let (_, rest) = ran.out.split_once("Verify it yourself:\n").unwrap();
    let script = rest
        .lines()
        .skip_while(|line| !line.trim_start().starts_with("cd "));
    let script: Vec<&str> = script.collect();
    assert!(script.join(" ").contains(text(dir.path())), "{rest}");
    let output = Command::new("sh")
        .args(["-c", &script.join("\n")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.starts_with("Good \"glasskey-record-v1\" signature for op-1"),
        "{said}"
    );
}
