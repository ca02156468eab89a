//! A year in the life of a book: four quarters of two accounts and four keys, with a torn bag, a late
//! witness, a change of staff, an advisory, a policy that drifted and a lost key, on the stopped clock.
//! Audit, report and the day's page tell the whole story.

use crate::hands_on::is_golden;
use crate::support::TempDir;
use crate::support::glasskey;
use crate::support::text;
use crate::table::Table;
use crate::table::audit_at;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::Depth;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::due_now;
use glasskey::ceremony::lose;
use glasskey::ceremony::roster_change;
use glasskey::ceremony::verify;
use glasskey::ceremony::verify_due;
use glasskey::ceremony::waiting;
use glasskey::findings;
use glasskey::findings::Check;
use glasskey::findings::DueDepth;
use glasskey::findings::Verdict;
use glasskey::ledger::Ledger;
use glasskey::ledger::Trust;
use glasskey::ledger::audit::Standing;
use glasskey::primitives::Clock;
use glasskey::record::Event;
use glasskey::record::Level;
use glasskey::record::Namespace;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::key::REHEARSAL_AAGUID;
use glasskey::webauthn::Aaguid;
use std::time::Duration;

/// A week before ninety days are over.
const QUARTER: Duration = Duration::from_hours(24 * 83);

/// Metadata in which the rehearsal's model is revoked, and the root that signed it
/// (`tests/vectors/mds/make.py`).
const ADVISORY: &[u8] = include_bytes!("../vectors/mds/blob-10.jwt");
const ROOT: &[u8] = include_bytes!("../vectors/mds/root.der");

/// The book when the year begins: four keys registered.
fn begun() -> Table {
    let mut table = Table::with_portals(Personality::Standard);
    table.genesis().unwrap();
    for (name, file) in [
        ("glasskey.toml", World::plan().unwrap()),
        ("people.toml", World::people_file()),
    ] {
        table.desk.files.insert(name.to_owned(), file.into_bytes());
    }
    for label in World::labels() {
        table.register(label).unwrap();
    }
    table
}

/// Walks every key that is due; label and level of each record.
fn walk(table: &mut Table) -> Vec<(String, Level)> {
    let from = Ledger::new(&mut table.store).size().unwrap();
    let walked = table
        .room(Mistakes::default(), |room, session| {
            verify_due(room, session)
        })
        .unwrap();
    assert!(walked.stopped.is_none(), "{:?}", walked.stopped);
    let ledger = Ledger::new(&mut table.store);
    (from..ledger.size().unwrap())
        .map(|index| ledger.record(index).unwrap().statement)
        .filter(|statement| statement.event == Event::Verification)
        .map(|statement| (statement.key.unwrap().label, statement.level.unwrap()))
        .collect()
}

/// Labels that are due now, the depth, and why before their days are over.
fn due(table: &mut Table) -> Vec<(String, DueDepth, Vec<String>)> {
    table
        .room(Mistakes::default(), due_now)
        .unwrap()
        .into_iter()
        .filter(|one| one.standing != findings::DueStanding::Later)
        .map(|one| (one.label, one.depth, one.reasons))
        .collect()
}

fn sorted(mut all: Vec<(String, Level)>) -> Vec<(String, Level)> {
    all.sort_unstable();
    all
}

fn levels(of: &[(&str, Level)]) -> Vec<(String, Level)> {
    of.iter()
        .map(|(label, level)| ((*label).to_owned(), *level))
        .collect()
}

/// What was refused, or went wrong.
fn faults(table: &Table) -> Vec<String> {
    let report = audit_at(&table.store, &table.trust(), table.world.clock.utc());
    let wrong = report
        .findings
        .iter()
        .filter(|one| one.verdict == Verdict::Fail && !one.detail.starts_with("stated of "));
    let bad = report.first_bad().map(|bad| format!("{bad:?}"));
    bad.into_iter()
        .chain(wrong.map(|one| format!("{} {} {}", one.check, one.subject, one.detail)))
        .collect()
}

/// w-2 signs every record that waits for it.
fn late_witness_signs(table: &mut Table) -> usize {
    let mut signers = World::signers().unwrap();
    let signer = signers
        .iter_mut()
        .find(|signer| signer.reference() == "w-2")
        .unwrap();
    let mut ledger = Ledger::new(&mut table.store);
    let all = waiting::incomplete(&ledger, &table.desk).unwrap();
    for waiting in &all {
        let record = waiting::to_sign(&ledger, &table.desk, waiting).unwrap();
        let signature = signer.sign(Namespace::Record, &record.record).unwrap();
        let kept = waiting::keep(
            &mut ledger,
            &mut table.desk,
            waiting,
            "w-2",
            Namespace::Record,
            &signature,
        );
        assert_eq!(kept, Ok(true));
    }
    all.len()
}

#[test]
fn four_quarters_are_told_whole_by_audit_report_and_the_day_s_page() {
    let mut table = begun();
    let clock = std::rc::Rc::clone(&table.world.clock);

    // Spring: a torn bag is found, explained, and goes into the record; a witness is late.
    clock.wait(QUARTER);
    table.world.bags.tear("BG2-B");
    let walked = walk(&mut table);
    assert_eq!(
        sorted(walked),
        levels(&[
            ("BG1-A", Level::L2),
            ("BG1-B", Level::L1),
            ("BG2-A", Level::L2),
            ("BG2-B", Level::L1),
        ])
    );
    let broken = report_of(&table, |one| {
        one.check == Check::BagContinuity && one.verdict == Verdict::Fail
    });
    assert_eq!(broken.len(), 1, "{broken:?}");
    assert!(broken[0].ends_with("R26-0104, found broken"), "{broken:?}");
    clock.wait(Duration::from_hours(24));
    table
        .room(Mistakes::default(), |room, session| {
            room.away = vec!["w-2".to_owned()];
            room.signers.truncate(2);
            verify(room, session, "BG2-B", Depth::WithPin)
        })
        .unwrap();
    let late = audit_at(&table.store, &table.trust(), clock.utc());
    assert_eq!(late.standing(), Standing::Broken);
    assert_eq!(late_witness_signs(&mut table), 1);

    // Summer: a custodian leaves, and what they held is due before its days are over.
    clock.wait(Duration::from_hours(24 * 30));
    table
        .room(Mistakes::default(), |room, _| {
            room.signers.truncate(2);
            roster_change::remove(room, "w-2")
        })
        .unwrap();
    let early = due(&mut table);
    assert!(!early.is_empty());
    assert!(
        early
            .iter()
            .all(|(_, _, reasons)| reasons.iter().any(|why| why.contains("w-2"))),
        "{early:?}"
    );
    let walked = walk_without(&mut table);
    assert_eq!(walked.len(), early.len());

    // An advisory: the newest metadata says that the model is revoked. Every key is due, whatever its
    // date; the walk, which knows the metadata's own roots alone, is held by hand.
    clock.wait(Duration::from_hours(1));
    let mut ledger = Ledger::new(&mut table.store);
    ledger.keep_metadata(ADVISORY).unwrap();
    let reading = ledger.read_book().unwrap();
    let keys = &reading.facts.keys;
    let reported = ledger.reported(keys, &[ROOT], clock.utc()).unwrap();
    let dues = findings::dues(&reading.facts, &reported, &table.plan.policy, clock.utc());
    assert_eq!(dues.len(), 4);
    for one in dues {
        assert_ne!(one.standing, findings::DueStanding::Later, "{}", one.label);
        let revoked = "metadata no 10 says of its model: REVOKED";
        let reasons = &one.reasons;
        assert!(
            reasons.iter().any(|why| why.contains(revoked)),
            "{reasons:?}"
        );
        let verified = table.room(Mistakes::default(), |room, session| {
            room.signers.truncate(2);
            verify(room, session, &one.label, Depth::WithPin)
        });
        verified.unwrap();
    }

    // Autumn: somebody changed the tenant; what is worse than stated makes its keys due.
    clock.wait(QUARTER);
    walk_without(&mut table);
    let another = Aaguid::parse("00000000-0000-4000-8000-000000000001").unwrap();
    table.world.allow_models(&[another]);
    clock.wait(Duration::from_hours(24));
    let drifted = due(&mut table);
    assert_eq!(drifted.len(), 4, "{drifted:?}");
    assert!(
        drifted
            .iter()
            .all(|(_, _, reasons)| reasons.iter().any(|why| why.contains("AAGUID-ALLOWED"))),
        "{drifted:?}"
    );
    table.world.allow_models(&[REHEARSAL_AAGUID]);

    // A key is lost: its passkey is gone from the tenant, and it is due no more.
    table
        .room(Mistakes::default(), |room, session| {
            room.signers.truncate(2);
            lose(room, Some(session), "BG2-A", None)
        })
        .unwrap();
    let kept = table.world.tenant.passkeys();
    assert!(kept.iter().all(|one| one.display_name != "BG2-A"));

    // Winter.
    clock.wait(QUARTER);
    let walked = walk_without(&mut table);
    let labels: Vec<&str> = walked.iter().map(|(label, _)| label.as_str()).collect();
    assert!(!labels.contains(&"BG2-A"));
    assert_eq!(labels.len(), 3);

    told(&table);
}

/// As [`walk`], after w-2 left.
fn walk_without(table: &mut Table) -> Vec<(String, Level)> {
    let from = Ledger::new(&mut table.store).size().unwrap();
    let walked: Result<_, CeremonyError> = table.room(Mistakes::default(), |room, session| {
        room.signers.truncate(2);
        verify_due(room, session)
    });
    let walked = walked.unwrap();
    assert!(walked.stopped.is_none(), "{:?}", walked.stopped);
    let ledger = Ledger::new(&mut table.store);
    (from..ledger.size().unwrap())
        .map(|index| ledger.record(index).unwrap().statement)
        .filter(|statement| statement.event == Event::Verification)
        .map(|statement| (statement.key.unwrap().label, statement.level.unwrap()))
        .collect()
}

/// Findings of the audit that are as asked.
fn report_of(table: &Table, wanted: impl Fn(&findings::Finding) -> bool) -> Vec<String> {
    let report = audit_at(&table.store, &table.trust(), table.world.clock.utc());
    let all = report.findings.iter().filter(|one| wanted(one));
    all.map(|one| format!("{} {}", one.subject, one.detail))
        .collect()
}

/// The book in a folder, as the program tells of it.
fn told(table: &Table) {
    let dir = TempDir::new();
    let book = dir.join("book");
    table.leave(&book);
    let trust = dir.join("trust.toml");
    let held = Trust {
        mds_roots: vec![ROOT.to_vec()],
        ..table.trust()
    };
    std::fs::write(&trust, held.text()).unwrap();
    let unfinished = OpenCeremony::unfinished(&table.desk).unwrap();
    assert!(unfinished.is_empty(), "{unfinished:?}");
    // What the year left to do, and nothing else: the torn bag was not accepted, the PINs that w-2
    // held were not changed.
    let new_pin = |label: &str| {
        format!(
            "PIN-CHANGE key:{label} a new PIN is due 2026-05-04: w-2, who held it, left (record 000010)"
        )
    };
    assert_eq!(
        faults(table),
        [
            "BAG-CONTINUITY record:000008 R26-0104, found broken".to_owned(),
            new_pin("BG1-A"),
            new_pin("BG1-B"),
            new_pin("BG2-B"),
        ]
    );

    // To the last word: what an auditor, an administrator and the operator read of that year.
    let year = ["--from", "2026-01-01", "--to", "2026-12-31"];
    for (name, arguments) in [
        ("audit", vec!["audit", text(&book), "--trust", text(&trust)]),
        (
            "report",
            [&["report", "--book", text(&book)][..], &year].concat(),
        ),
        ("day", vec!["--book", text(&book)]),
    ] {
        let said = glasskey(arguments).out;
        let said = said.replace(text(dir.path()), "DIR");
        is_golden(&format!("year.{name}.txt"), &said);
    }
}
