//! The quarterly verification of a key: what it proves, what it records, and where it may be stopped.

use crate::table::Table;
use crate::table::audit_at;
use crate::table::small_book;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::Depth;
use glasskey::ceremony::OpenCeremony;
use glasskey::findings::Check;
use glasskey::findings::Finding;
use glasskey::findings::Verdict;
use glasskey::ledger::Ledger;
use glasskey::ledger::audit::AuditReport;
use glasskey::primitives::Clock;
use glasskey::record::BagState;
use glasskey::record::CeremonyRecord;
use glasskey::record::Level;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::key::Personality;
use std::rc::Rc;
use std::time::Duration;

const LABEL: &str = "BG1-A";
const QUARTER: Duration = Duration::from_hours(24 * 84);

/// A registered key, a quarter later.
fn a_quarter_later(personality: Personality) -> Table {
    let mut table = Table::new(personality);
    table.genesis().unwrap();
    table.register(LABEL).unwrap();
    a_quarter(&mut table);
    table
}

fn a_quarter(table: &mut Table) {
    let clock = Rc::clone(&table.world.clock);
    clock.wait(QUARTER);
}

fn report(table: &Table) -> AuditReport {
    audit_at(&table.store, &table.trust(), table.world.clock.utc())
}

fn last(table: &mut Table) -> CeremonyRecord {
    let ledger = Ledger::new(&mut table.store);
    let size = ledger.size().unwrap();
    ledger.record(size - 1).unwrap()
}

/// What breaks the book, or fails; what a statement says of a tenant that is not whole yet is no fault
/// of the book.
fn wrong(report: &AuditReport) -> Vec<String> {
    let fails =
        |one: &&Finding| one.verdict == Verdict::Fail && !one.detail.starts_with("stated of ");
    let bad = report.first_bad().map(|bad| format!("{bad:?}"));
    let failing = report.findings.iter().filter(fails);
    bad.into_iter()
        .chain(failing.map(|one| format!("{} {}", one.check, one.detail)))
        .collect()
}

#[track_caller]
fn is_clean(table: &Table, records: usize, when: &str) {
    let report = report(table);
    assert_eq!(wrong(&report), Vec::<String>::new(), "{when}");
    assert_eq!(report.records.len(), records, "{when}");
    let unfinished = OpenCeremony::unfinished(&table.desk).unwrap();
    assert!(unfinished.is_empty(), "{when}: {unfinished:?}");
}

#[test]
fn a_verification_with_pin_is_a_clean_record_of_level_l1_and_moves_the_due_date() {
    let mut table = a_quarter_later(Personality::Standard);
    table.verify(LABEL, Depth::WithPin).unwrap();
    is_clean(&table, 3, "L1");
    let record = last(&mut table);
    let statement = &record.statement;
    assert_eq!(statement.level, Some(Level::L1));
    let custody = statement.custody.clone().unwrap();
    let came_out_of = custody.previous_bag.unwrap();
    assert_eq!(
        (
            custody.bag.as_str(),
            came_out_of.number.as_str(),
            came_out_of.state
        ),
        ("R26-0105", "R26-0101", BagState::Intact)
    );
    assert!(record.evidence.presence.is_some() && record.evidence.probe.is_some());
    assert_eq!(statement.exceptions, []);
    let due = report(&table);
    let due = due
        .findings
        .iter()
        .find(|one| one.check == Check::Due)
        .unwrap();
    assert_eq!(due.verdict, Verdict::Pass, "{}", due.detail);
    assert!(
        table
            .seen
            .0
            .contains("Nothing changed on the key since its last record.")
    );
}

/// The questions of one verification, in order.
fn questions(depth: Depth) -> Vec<String> {
    let mut table = a_quarter_later(Personality::Standard);
    let before = table.seen.1.len();
    table.verify(LABEL, depth).unwrap();
    table.seen.1.split_off(before)
}

#[test]
fn a_verification_asks_as_little_as_it_can() {
    let bag = "Number of the closed bag with BG1-A (torn or opened: `broken NUMBER`; not there: \
               `missing`):";
    let new_bag = "Number of the new bag for BG1-A, read aloud:";
    let again = "The bag number once more, from the bag:";
    let sealed = "BG1-A and its inside sheet are in bag R26-0105, closed in sight of all";
    assert_eq!(
        questions(Depth::WithoutPin),
        [
            bag,
            new_bag,
            again,
            &format!("{sealed}, and the words agree on every screen. Sign the record?"),
        ]
    );
    assert_eq!(
        questions(Depth::WithPin),
        [
            bag,
            new_bag,
            again,
            "w-1 reads the 12 words from their own screen:",
            "w-2 reads the 12 words from their own screen:",
            "FIDO2 PIN of glasskey rehearsal key, serial 26010001 (8 tries left):",
            &format!("{sealed}. Sign the record?"),
        ]
    );
    let asked = questions(Depth::WithSignIn);
    assert_eq!(asked.len(), 10, "{asked:#?}");
}

#[test]
fn a_verification_without_pin_asks_for_none_and_moves_no_due_date() {
    let mut table = a_quarter_later(Personality::Standard);
    let before = table.world.key(LABEL).unwrap().statistics();
    table.verify(LABEL, Depth::WithoutPin).unwrap();
    is_clean(&table, 3, "L0");
    let after = table.world.key(LABEL).unwrap().statistics();
    assert_eq!(after.pins_compared, before.pins_compared);
    assert_eq!(after.touches_asked, before.touches_asked);
    let record = last(&mut table);
    assert_eq!(record.statement.level, Some(Level::L0));
    assert!(record.evidence.presence.is_none() && record.evidence.probe.is_some());
    let report = report(&table);
    let due = report
        .findings
        .iter()
        .find(|one| one.check == Check::Due)
        .unwrap();
    assert_eq!(due.verdict, Verdict::Warn, "{}", due.detail);
}

#[test]
fn every_personality_that_attests_survives_a_verification_at_both_depths() {
    // A key without attestation of its model does not get as far as a record here.
    let attests = |one: &Personality| {
        !matches!(
            one,
            Personality::SelfAttestation | Personality::NoAttestation
        )
    };
    for personality in Personality::ALL.into_iter().filter(attests) {
        for depth in [Depth::WithPin, Depth::WithoutPin] {
            let mut table = a_quarter_later(personality);
            let when = format!("{personality:?} {depth:?}");
            table
                .verify(LABEL, depth)
                .unwrap_or_else(|error| panic!("{when}: {error:?}\n{}", table.seen.0));
            assert_eq!(wrong(&report(&table)), Vec::<String>::new(), "{when}");
        }
    }
}

#[test]
fn it_goes_on_after_a_cut_at_any_write_and_spends_no_pin_try() {
    let mut whole = a_quarter_later(Personality::Standard);
    let before = whole.power.writes();
    whole.verify(LABEL, Depth::WithPin).unwrap();
    let writes = whole.power.writes() - before;
    assert!(writes > 10, "{writes} writes");
    for cut in 0..=writes {
        let when = format!("cut after {cut} of {writes} writes");
        let mut table = a_quarter_later(Personality::Standard);
        let written = table.world.tenant.writes().clone();
        table.power.fail_after_writes(cut);
        assert!(
            table.verify(LABEL, Depth::WithPin).is_err(),
            "{when}: the cut was not felt"
        );
        table.power_back(LABEL);
        let unfinished = !OpenCeremony::unfinished(&table.desk).unwrap().is_empty();
        let records = Ledger::new(&mut table.store).size().unwrap();
        if unfinished || records < 3 {
            table
                .verify(LABEL, Depth::WithPin)
                .unwrap_or_else(|error| panic!("{when}: {error:?}\n{}", table.seen.0));
        }
        is_clean(&table, 3, &when);
        assert_eq!(
            *table.world.tenant.writes(),
            written,
            "{when}: a verification writes nothing"
        );
        let key = table.world.key(LABEL).unwrap();
        assert_eq!(key.statistics().pin_tries_spent, 0, "{when}: PIN tries");
        assert_eq!(key.pin_retries(), 8, "{when}: PIN tries left");
    }
}

#[test]
fn another_key_is_handed_back_before_its_pin() {
    let mut table = small_book();
    table.register("BG1-B").unwrap();
    a_quarter(&mut table);
    let other = table.world.key("BG1-B").unwrap().statistics().pins_compared;
    let mistakes = Mistakes {
        wrong_key: true,
        ..Mistakes::default()
    };
    table
        .verify_with("BG1-A", Depth::WithPin, mistakes)
        .unwrap();
    assert!(
        table.seen.0.contains("This is not the key"),
        "{}",
        table.seen.0
    );
    let key = table.world.key("BG1-B").unwrap();
    assert_eq!(
        key.statistics().pins_compared,
        other,
        "the wrong key was asked for its PIN"
    );
    is_clean(&table, 4, "after the wrong key");
}

#[test]
fn a_torn_bag_is_explained_recorded_and_found_by_audit() {
    let mut table = a_quarter_later(Personality::Standard);
    table.world.bags.tear(LABEL);
    table.verify(LABEL, Depth::WithPin).unwrap();
    let record = last(&mut table);
    let custody = record.statement.custody.unwrap();
    assert_eq!(custody.previous_bag.unwrap().state, BagState::Broken);
    assert_eq!(record.statement.exceptions.len(), 1);
    let report = report(&table);
    let continuity = report
        .findings
        .iter()
        .find(|one| one.check == Check::BagContinuity && one.verdict == Verdict::Fail)
        .unwrap();
    assert_eq!(continuity.detail, "R26-0101, found broken");
}

#[test]
fn a_key_that_no_record_knows_is_not_verified() {
    let mut table = small_book();
    let error = table.verify("BG2-A", Depth::WithPin).unwrap_err();
    assert_eq!(error, CeremonyError::NotInUse("BG2-A".to_owned()));
    is_clean(&table, 2, "nothing was begun");
}

#[test]
fn a_verification_that_is_open_goes_on_at_its_own_depth_alone() {
    let mut table = a_quarter_later(Personality::Standard);
    table.power.fail_after_writes(4);
    table.verify(LABEL, Depth::WithPin).unwrap_err();
    table.power_back(LABEL);
    let error = table.verify(LABEL, Depth::WithoutPin).unwrap_err();
    assert_eq!(error, CeremonyError::OtherDepth(LABEL.to_owned()));
    table.verify(LABEL, Depth::WithPin).unwrap();
    is_clean(&table, 3, "at its own depth");
}
