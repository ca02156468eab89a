//! `audit`: what it takes to be believed, and what no book can say of itself.

use crate::support::TempDir;
use crate::support::audit;
use crate::support::glasskey;
use crate::support::plant;
use crate::support::rehearse;
use crate::support::text;
use crate::support::tree;
use crate::support::verdicts;
use crate::table::Table;
use crate::tamper;
use glasskey::ledger::MemoryStore;
use glasskey::record::CeremonyRecord;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use std::fs;
use std::path::Path;

/// A book on disk of a ledger in memory, and its auditor's trust file.
pub(crate) fn on_disk(dir: &Path, store: &MemoryStore) {
    let book = dir.join("book");
    plant(&book.join("ledger"), store.files());
    fs::write(
        book.join("roster.allowed_signers"),
        World::roster().unwrap(),
    )
    .unwrap();
    fs::write(book.join("glasskey.toml"), World::plan().unwrap()).unwrap();
    fs::create_dir_all(dir.join("auditor")).unwrap();
    fs::write(
        dir.join("auditor/trust.toml"),
        crate::table::trust(store).text(),
    )
    .unwrap();
}

#[test]
fn with_trust_a_rehearsal_is_clean_and_said_to_be_one() {
    let dir = TempDir::new();
    rehearse(dir.path(), &[]).exits(0);
    let ran = audit(dir.path(), &[]).exits(0);
    let words = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("This is a rehearsal"), "{words}");
    assert!(words.contains("judged as of its last record"), "{words}");
    assert!(
        words.contains("anchor from the trust file in place of metadata"),
        "{words}"
    );
    assert!(words.contains("Clean."), "{words}");
    assert_eq!(ran.err, "");
    let answer = audit(dir.path(), &["--json"]).exits(0).json();
    assert_eq!(answer["schema"], "glasskey.audit/1");
    assert_eq!(answer["rehearsal"], true);
    assert_eq!(answer["exit"], 0);
    assert_eq!(answer["records"].as_array().unwrap().len(), 5);
    assert_eq!(answer["judged_as_of"], answer["records"][4]["started"]);
    assert_eq!(answer["faults"].as_array().unwrap().len(), 0);
    assert!(answer.get("first_bad").is_none());
    assert_eq!(verdicts(&answer, "TRUST-ROOT"), ["pass"]);
    assert_eq!(verdicts(&answer, "LEDGER-HEAD"), ["pass"]);
}

#[test]
fn without_trust_the_root_is_unknown() {
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let book = dir.join("book");
    let answer = glasskey(["audit", text(&book), "--json"]).exits(1).json();
    assert_eq!(verdicts(&answer, "TRUST-ROOT"), ["unknown"]);
    assert_eq!(verdicts(&answer, "LEDGER-HEAD"), ["not_run"]);
    assert_eq!(answer["exit"], 1);
    assert!(answer.get("first_bad").is_none(), "{answer:#}");
    let ran = glasskey(["audit", text(&book)]).exits(1);
    assert!(ran.out.contains("cannot vouch for itself"), "{}", ran.out);
    assert!(!ran.out.contains("Clean."), "{}", ran.out);
}

#[test]
fn an_audit_changes_nothing() {
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let before = tree(dir.path());
    audit(dir.path(), &[]).exits(0);
    assert_eq!(tree(dir.path()), before);
}

#[test]
fn another_genesis_than_the_trusted_one_is_refused() {
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let path = dir.join("auditor/trust.toml");
    let trust = fs::read_to_string(&path).unwrap();
    let (_, hex) = trust.split_once("genesis = \"").unwrap();
    let digit = if hex.starts_with('0') { "1" } else { "0" };
    let other = trust.replacen(&hex[..64], &format!("{digit}{}", &hex[1..64]), 1);
    assert_ne!(other, trust);
    fs::write(&path, other).unwrap();
    let answer = audit(dir.path(), &["--json"]).exits(6).json();
    assert_eq!(verdicts(&answer, "TRUST-ROOT"), ["fail"]);
    assert_eq!(
        answer["first_bad"]["file"],
        "ledger/records/000000/record.json"
    );
}

#[test]
fn a_book_whose_tail_was_cut_off_is_found_by_a_remembered_head_alone() {
    let dir = TempDir::new();
    rehearse(dir.path(), &[]).exits(0);
    let ledger = dir.join("book/ledger");
    let newest = fs::read_to_string(ledger.join("checkpoints/000005.txt")).unwrap();
    let older = fs::read_to_string(ledger.join("checkpoints/000003.txt")).unwrap();
    fs::remove_dir_all(ledger.join("records/000004")).unwrap();
    fs::remove_file(ledger.join("checkpoints/000005.txt")).unwrap();
    fs::remove_file(ledger.join("checkpoints/000005.txt.op-1.sig")).unwrap();

    // The trust file of the rehearsal remembers the newest head.
    let answer = audit(dir.path(), &["--json"]).exits(6).json();
    assert_eq!(verdicts(&answer, "LEDGER-HEAD"), ["fail"]);
    assert_eq!(answer["faults"].as_array().unwrap().len(), 0);

    // Without a head nothing tells it from a younger book, and it is said that nothing was asked.
    let path = dir.join("auditor/trust.toml");
    let trust = fs::read_to_string(&path).unwrap();
    let (without, _) = trust.split_once("\n[[head]]").unwrap();
    fs::write(&path, without).unwrap();
    let answer = audit(dir.path(), &["--json"]).exits(0).json();
    assert_eq!(verdicts(&answer, "LEDGER-HEAD"), ["not_run"]);

    // With checkpoint texts from elsewhere it is found again.
    let heads = dir.join("heads.txt");
    fs::write(&heads, format!("{older}\n{newest}")).unwrap();
    let answer = audit(dir.path(), &["--heads", text(&heads), "--json"])
        .exits(6)
        .json();
    assert!(verdicts(&answer, "LEDGER-HEAD").contains(&"fail".to_owned()));
    fs::write(&heads, older).unwrap();
    let answer = audit(dir.path(), &["--heads", text(&heads), "--json"])
        .exits(0)
        .json();
    assert_eq!(verdicts(&answer, "LEDGER-HEAD"), ["pass"]);
}

/// A real book of genesis and one registration.
fn real_book() -> Table {
    let mut table = Table::real();
    table.genesis().unwrap();
    table.register("BG1-A").unwrap();
    table
}

#[test]
fn a_real_book_is_no_rehearsal() {
    let dir = TempDir::new();
    on_disk(dir.path(), &real_book().store);
    let ran = audit(dir.path(), &["--json"]);
    let answer = ran.json();
    assert_eq!(answer["rehearsal"], false);
    assert!(answer.get("first_bad").is_none(), "{}", answer["first_bad"]);
    assert!(!audit(dir.path(), &[]).out.contains("rehearsal:"));
}

#[test]
fn a_rehearsal_record_in_a_real_book_is_refused() {
    // Copied as it is, with its signatures and its checkpoint.
    let real = real_book().store;
    let mut rehearsal = Table::new(Personality::Standard);
    rehearsal.genesis().unwrap();
    rehearsal.register("BG1-A").unwrap();
    let of_first = |name: &str| name.contains("000001/") || name.contains("000002.");
    let mut files = real.files().clone();
    for (name, bytes) in rehearsal
        .store
        .files()
        .iter()
        .filter(|(name, _)| of_first(name))
    {
        files.insert(name.clone(), bytes.clone());
    }
    refused(&files.into_iter().collect());

    // Made to fit by the people: they sign it, and the checkpoint over it.
    let record = rehearsal.store.files()["records/000001/record.json"].clone();
    let record = CeremonyRecord::parse(&record).unwrap();
    refused(&tamper::resigned_in(&real, &record));
    let mut fitting = CeremonyRecord::parse(&real.files()["records/000001/record.json"]).unwrap();
    fitting.statement.rehearsal = true;
    refused(&tamper::resigned_in(&real, &fitting));
}

#[track_caller]
fn refused(store: &MemoryStore) {
    let dir = TempDir::new();
    on_disk(dir.path(), store);
    let answer = audit(dir.path(), &["--json"]).exits(6).json();
    assert_eq!(answer["rehearsal"], false);
    assert_eq!(
        answer["first_bad"]["file"], "ledger/records/000001/record.json",
        "{answer:#}"
    );
    let faults = answer["faults"].to_string();
    assert!(
        faults.contains("a rehearsal record in a real book"),
        "{faults}"
    );
}

#[test]
fn a_real_record_in_a_rehearsal_is_refused_too() {
    let real = real_book().store;
    let record = CeremonyRecord::parse(&real.files()["records/000001/record.json"]).unwrap();
    let rehearsal = crate::table::small_book().store;
    let dir = TempDir::new();
    on_disk(dir.path(), &tamper::resigned_in(&rehearsal, &record));
    let answer = audit(dir.path(), &["--json"]).exits(6).json();
    assert_eq!(
        answer["first_bad"]["file"],
        "ledger/records/000001/record.json"
    );
}

#[test]
fn what_cannot_be_used_is_three_lines_and_exit_2() {
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let book = dir.join("book");
    let (bad, nowhere) = (dir.join("bad.toml"), dir.join("nowhere"));
    fs::write(&bad, "genesis = \"not a digest\"\n").unwrap();
    for arguments in [
        vec!["audit", text(dir.path())],
        vec!["audit", text(&nowhere)],
        vec!["audit", text(&book), "--trust", text(&nowhere)],
        vec!["audit", text(&book), "--trust", text(&bad)],
        vec!["audit", text(&book), "--heads", text(&bad)],
        vec!["audit", text(&book), "--trust", text(&book)],
    ] {
        for json in [false, true] {
            let further = json.then_some("--json");
            glasskey(arguments.iter().copied().chain(further))
                .exits(2)
                .three_lines();
        }
    }
}
