//! Bags: opened, closed anew, moved; an incident, its review and its new PIN; where each may be stopped.

use crate::refusing::at_every_question;
use crate::table::Table;
use crate::table::audit_at;
use crate::table::questions::Heard;
use crate::table::small_book;
use glasskey::ceremony::Appended;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::Opening;
use glasskey::ceremony::Place;
use glasskey::ceremony::Prompt;
use glasskey::ceremony::Sealed;
use glasskey::ceremony::move_bag;
use glasskey::ceremony::open_bag;
use glasskey::ceremony::pin_change;
use glasskey::ceremony::review_incident;
use glasskey::ceremony::seal_bag;
use glasskey::findings::Check;
use glasskey::findings::Finding;
use glasskey::findings::Verdict;
use glasskey::ledger::Ledger;
use glasskey::ledger::audit::AuditReport;
use glasskey::primitives::Clock;
use glasskey::record::CeremonyRecord;
use glasskey::record::OpeningReason;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use std::rc::Rc;
use std::time::Duration;

const LABEL: &str = "BG1-A";
/// Nobody declines.
const NEVER: usize = usize::MAX;

fn days(table: &Table, days: u64) {
    let clock = Rc::clone(&table.world.clock);
    clock.wait(Duration::from_hours(24 * days));
}

fn now(reason: OpeningReason) -> Opening {
    Opening {
        reason,
        why: Some("rehearsed".to_owned()),
        at: None,
        opened_by: Vec::new(),
    }
}

fn open(table: &mut Table, opening: &Opening) -> Result<Appended, CeremonyError> {
    let ended = table.room(Mistakes::default(), |room, _| {
        open_bag(room, LABEL, opening)
    });
    if ended.is_ok() {
        table.world.bags.open(LABEL);
    }
    ended
}

fn seal(table: &mut Table) -> Result<Sealed, CeremonyError> {
    table.room(Mistakes::default(), |room, _| seal_bag(room, LABEL))
}

fn review(table: &mut Table) -> Result<Appended, CeremonyError> {
    table.room(Mistakes::default(), |room, _| {
        review_incident(room, LABEL, None)
    })
}

fn moved(table: &mut Table) -> Result<Appended, CeremonyError> {
    table.room(Mistakes::default(), |room, _| {
        move_bag(room, LABEL, &Place::default())
    })
}

fn to_the_south(table: &mut Table) {
    let key = &mut table.plan.accounts[0].keys[0];
    assert_eq!(key.label, LABEL);
    "SAFE-B".clone_into(&mut key.safe);
    key.shelf = Some("3".to_owned());
}

fn report(table: &Table) -> AuditReport {
    audit_at(&table.store, &table.trust(), table.world.clock.utc())
}

/// What the audit says of these checks that is not a pass, a line each.
fn told(table: &Table, checks: &[Check]) -> Vec<String> {
    let report = report(table);
    let told = |one: &&Finding| checks.contains(&one.check) && one.verdict != Verdict::Pass;
    report
        .findings
        .iter()
        .filter(told)
        .map(|one| format!("{} {} {}", one.verdict.word(), one.check, one.detail))
        .collect()
}

const FOLLOW_UPS: [Check; 2] = [Check::IncidentReview, Check::PinChange];

fn record(table: &mut Table, index: u64) -> CeremonyRecord {
    Ledger::new(&mut table.store).record(index).unwrap()
}

#[track_caller]
fn is_whole(table: &Table, records: usize, when: &str) {
    let report = report(table);
    assert_eq!(report.first_bad(), None, "{when}");
    assert_eq!(report.records.len(), records, "{when}");
    let fails =
        |one: &&Finding| one.verdict == Verdict::Fail && !one.detail.starts_with("stated of ");
    let failing: Vec<&Finding> = report.findings.iter().filter(fails).collect();
    assert!(failing.is_empty(), "{when}: {failing:?}");
    let unfinished = OpenCeremony::unfinished(&table.desk).unwrap();
    assert!(unfinished.is_empty(), "{when}: {unfinished:?}");
    let key = table.world.key(LABEL).unwrap();
    assert_eq!(key.statistics().pin_tries_spent, 0, "{when}: PIN tries");
    assert_eq!(key.pin_retries(), 8, "{when}: PIN tries left");
}

/// A book with one key, out of its bag since a minute.
fn opened(personality: Personality, reason: OpeningReason) -> Table {
    let mut table = Table::new(personality);
    table.genesis().unwrap();
    table.register(LABEL).unwrap();
    days(&table, 1);
    open(&mut table, &now(reason)).unwrap();
    table
}

#[test]
fn an_incident_is_recorded_without_key_and_tenant_and_leaves_a_review_and_a_new_pin() {
    let mut table = small_book();
    let asked = table.world.key(LABEL).unwrap().statistics();
    let writes = table.world.tenant.writes().clone();
    days(&table, 1);
    open(&mut table, &now(OpeningReason::Incident)).unwrap();
    assert_eq!(table.world.key(LABEL).unwrap().statistics(), asked);
    assert_eq!(*table.world.tenant.writes(), writes);
    is_whole(&table, 3, "opened");
    let statement = record(&mut table, 2).statement;
    let opening = statement.opening.unwrap();
    assert_eq!(opening.bag.unwrap().number, "R26-0101");
    assert_eq!(opening.at, statement.time.started);
    assert_eq!(statement.unseen_key.unwrap().record, 1);
    assert_eq!(
        told(&table, &FOLLOW_UPS),
        [
            "warn INCIDENT-REVIEW review due 2026-01-11, of the incident of \
             2026-01-06T09:00:38Z (record 000002)",
            "warn PIN-CHANGE a new PIN is due 2026-01-11: it was used in the incident (record \
             000002)",
        ]
        .map(|line| line.replace("09:00:38", &opening.at.to_string()[11..19]))
    );

    seal(&mut table).unwrap();
    is_whole(&table, 4, "sealed");
    let key = table.world.key(LABEL).unwrap();
    assert!(!key.has_pin(&World::pin(LABEL)), "the PIN is the old one");
    let sealed = record(&mut table, 3);
    assert_eq!(sealed.statement.key.unwrap().pin.changed, Some(true));
    let custody = sealed.statement.custody.unwrap();
    assert_eq!(
        (custody.bag.as_str(), custody.previous_bag),
        ("R26-0105", None)
    );
    assert!(sealed.evidence.presence.is_some());
    let left = told(&table, &FOLLOW_UPS);
    assert_eq!(left.len(), 1, "{left:?}");

    review(&mut table).unwrap();
    assert_eq!(told(&table, &FOLLOW_UPS), Vec::<String>::new());
    is_whole(&table, 5, "reviewed");
    assert!(matches!(
        review(&mut table),
        Err(CeremonyError::Matter { .. })
    ));
    table
        .verify(LABEL, glasskey::ceremony::Depth::WithPin)
        .unwrap();
    is_whole(&table, 6, "verified with the new PIN");
}

#[test]
fn a_pin_that_was_changed_before_the_incident_is_no_new_one() {
    let mut table = small_book();
    let at = table.world.clock.utc();
    pin_change::note(&mut table.desk, LABEL, at).unwrap();
    days(&table, 1);
    open(&mut table, &now(OpeningReason::Incident)).unwrap();
    seal(&mut table).unwrap();
    let key = table.world.key(LABEL).unwrap();
    assert!(!key.has_pin(&World::pin(LABEL)), "the PIN is the old one");
    let sealed = record(&mut table, 3).statement.key.unwrap();
    assert_eq!(sealed.pin.changed, Some(true));
}

#[test]
fn what_an_incident_leaves_fails_after_five_days() {
    let mut table = opened(Personality::Standard, OpeningReason::Incident);
    days(&table, 6);
    // A rehearsal's book is judged as of its last record.
    open(&mut table, &now(OpeningReason::Incident)).unwrap();
    let late = told(&table, &FOLLOW_UPS);
    let fails = late.iter().filter(|line| line.starts_with("fail ")).count();
    assert_eq!((fails, late.len()), (2, 4), "{late:?}");
}

#[test]
fn a_drill_leaves_nothing_to_do_but_the_bag() {
    let mut table = opened(Personality::Standard, OpeningReason::Test);
    assert_eq!(told(&table, &FOLLOW_UPS), Vec::<String>::new());
    seal(&mut table).unwrap();
    let key = table.world.key(LABEL).unwrap();
    assert!(key.has_pin(&World::pin(LABEL)), "no new PIN was due");
    is_whole(&table, 4, "sealed after a drill");
}

#[test]
fn an_incident_can_be_written_afterwards_between_the_last_record_and_now() {
    let mut table = small_book();
    days(&table, 2);
    let begun = table.world.clock.utc();
    let mut opening = now(OpeningReason::Incident);
    for (at, why) in [
        (begun.plus_seconds(60), "is still to come"),
        (begun.plus_days(-5), "is before record 000001"),
    ] {
        opening.at = Some(at);
        let error = open(&mut table, &opening).unwrap_err();
        let CeremonyError::Matter { why: said, .. } = error else {
            panic!("{error:?}");
        };
        assert!(said.contains(why), "{said}");
        is_whole(&table, 2, why);
    }
    opening.at = Some(begun.plus_days(-1));
    opening.opened_by = vec!["nobody".to_owned()];
    assert!(matches!(
        open(&mut table, &opening),
        Err(CeremonyError::Matter { .. })
    ));
    opening.opened_by = vec!["w-2".to_owned()];
    open(&mut table, &opening).unwrap();
    is_whole(&table, 3, "afterwards");
    let stated = record(&mut table, 2).statement.opening.unwrap();
    assert_eq!(Some(stated.at), opening.at);
    assert_eq!(stated.opened_by, ["w-2"]);
    assert!(told(&table, &[Check::TimeOrder]).is_empty());
}

#[test]
fn an_incident_waits_for_no_other_ceremony() {
    let mut table = small_book();
    table.power.fail_after_writes(4);
    table.register("BG1-B").unwrap_err();
    table.power_back("BG1-B");
    days(&table, 1);
    let error = open(&mut table, &now(OpeningReason::Inspection)).unwrap_err();
    assert!(matches!(error, CeremonyError::Unfinished(_)), "{error:?}");
    open(&mut table, &now(OpeningReason::Incident)).unwrap();
    table.register("BG1-B").unwrap();
    is_whole(&table, 4, "the registration goes on after it");
}

#[test]
fn a_key_in_its_bag_is_not_sealed_and_one_in_no_bag_not_opened() {
    let mut table = small_book();
    let error = seal(&mut table).unwrap_err();
    assert!(
        matches!(&error, CeremonyError::Matter { why, .. }
            if why == "BG1-A is in bag R26-0101, by record 000001"),
        "{error:?}"
    );
    days(&table, 1);
    open(&mut table, &now(OpeningReason::Test)).unwrap();
    let error = open(&mut table, &now(OpeningReason::Test)).unwrap_err();
    assert!(matches!(error, CeremonyError::Matter { .. }), "{error:?}");
    is_whole(&table, 3, "neither was begun");
}

#[test]
fn a_closed_bag_moves_to_where_the_plan_has_it() {
    let mut table = small_book();
    days(&table, 1);
    assert!(matches!(
        moved(&mut table),
        Err(CeremonyError::Matter { .. })
    ));
    let elsewhere = Place {
        safe: Some("SAFE-B".to_owned()),
        shelf: None,
    };
    let error = table
        .room(Mistakes::default(), |room, _| {
            move_bag(room, LABEL, &elsewhere)
        })
        .unwrap_err();
    assert!(matches!(error, CeremonyError::Matter { .. }), "{error:?}");
    to_the_south(&mut table);
    moved(&mut table).unwrap();
    is_whole(&table, 3, "moved");
    let custody = record(&mut table, 2).statement.custody.unwrap();
    assert_eq!(
        (custody.safe.as_str(), custody.bag.as_str()),
        ("SAFE-B", "R26-0101")
    );
    assert_eq!(
        told(&table, &[Check::BagContinuity, Check::BagUnique]),
        Vec::<String>::new()
    );
    table.world.bags.tear(LABEL);
    table.plan.accounts[0].keys[0].shelf = Some("4".to_owned());
    let error = moved(&mut table).unwrap_err();
    assert!(
        matches!(&error, CeremonyError::Matter { next, .. } if next.contains("inspection")),
        "{error:?}"
    );
}

#[test]
fn every_personality_that_attests_is_sealed_again() {
    let attests = |one: &Personality| {
        !matches!(
            one,
            Personality::SelfAttestation | Personality::NoAttestation
        )
    };
    for personality in Personality::ALL.into_iter().filter(attests) {
        for reason in [OpeningReason::Incident, OpeningReason::Test] {
            let mut table = opened(personality, reason);
            let when = format!("{personality:?} {reason:?}");
            seal(&mut table).unwrap_or_else(|error| panic!("{when}: {error:?}\n{}", table.seen.0));
            let report = report(&table);
            assert_eq!(report.first_bad(), None, "{when}");
            let fails: Vec<&Finding> = report
                .findings
                .iter()
                .filter(|one| one.verdict == Verdict::Fail)
                .filter(|one| !one.detail.starts_with("stated of "))
                .collect();
            assert!(fails.is_empty(), "{when}: {fails:?}");
        }
    }
}

/// What is done to a book that is ready for it, and how many records there are then.
struct Act {
    name: &'static str,
    ready: fn() -> Table,
    run: fn(&mut Table) -> Result<(), CeremonyError>,
    records: usize,
}

fn acts() -> [Act; 5] {
    [
        Act {
            name: "open",
            ready: || {
                let table = small_book();
                days(&table, 1);
                table
            },
            run: |table| open(table, &now(OpeningReason::Test)).map(drop),
            records: 3,
        },
        Act {
            name: "seal",
            ready: || opened(Personality::Standard, OpeningReason::Test),
            run: |table| seal(table).map(drop),
            records: 4,
        },
        Act {
            name: "seal with a new PIN",
            ready: || opened(Personality::Standard, OpeningReason::Incident),
            run: |table| seal(table).map(drop),
            records: 4,
        },
        Act {
            name: "move",
            ready: || {
                let mut table = small_book();
                days(&table, 1);
                to_the_south(&mut table);
                table
            },
            run: |table| moved(table).map(drop),
            records: 3,
        },
        Act {
            name: "review",
            ready: || opened(Personality::Standard, OpeningReason::Incident),
            run: |table| review(table).map(drop),
            records: 4,
        },
    ]
}

/// Runs it again, unless the record is there and nothing is left of it.
#[track_caller]
fn goes_on(act: &Act, table: &mut Table, when: &str) {
    let unfinished = !OpenCeremony::unfinished(&table.desk).unwrap().is_empty();
    let records = Ledger::new(&mut table.store).size().unwrap();
    if unfinished || usize::try_from(records).unwrap() < act.records {
        (act.run)(table).unwrap_or_else(|error| panic!("{when}: {error:?}\n{}", table.seen.0));
    }
    is_whole(table, act.records, when);
}

#[test]
fn each_goes_on_after_a_cut_at_any_write() {
    for act in acts() {
        let mut whole = (act.ready)();
        let before = whole.power.writes();
        (act.run)(&mut whole).unwrap();
        let writes = whole.power.writes() - before;
        assert!(writes > 8, "{}: {writes} writes", act.name);
        is_whole(&whole, act.records, act.name);
        for cut in 0..=writes {
            let when = format!("{}, cut after {cut} of {writes} writes", act.name);
            let mut table = (act.ready)();
            table.power.fail_after_writes(cut);
            assert!((act.run)(&mut table).is_err(), "{when}: it was not felt");
            table.power_back(LABEL);
            goes_on(&act, &mut table, &when);
        }
    }
}

/// Runs an act in which question `at` is declined.
fn declined(act: &Act, table: &mut Table, at: usize) -> (Result<(), CeremonyError>, Heard) {
    table.declining(at, Mistakes::default(), |room, _| match act.name {
        "open" => open_bag(room, LABEL, &now(OpeningReason::Test)).map(drop),
        "move" => move_bag(room, LABEL, &Place::default()).map(drop),
        "review" => review_incident(room, LABEL, None).map(drop),
        _ => seal_bag(room, LABEL).map(drop),
    })
}

#[test]
fn each_can_be_declined_at_every_question_and_held_again() {
    for act in acts() {
        let (_, heard) = declined(&act, &mut (act.ready)(), NEVER);
        for (at, prompt) in (0..).zip(&heard.asked) {
            let when = format!("{}, declined at {prompt:?}", act.name);
            let mut table = (act.ready)();
            let writes = table.world.tenant.writes().clone();
            let (ended, _) = declined(&act, &mut table, at);
            let kept_its_pin = matches!(prompt, Prompt::Question(_));
            assert_eq!(ended.is_ok(), kept_its_pin, "{when}: {ended:?}");
            assert_eq!(*table.world.tenant.writes(), writes, "{when}");
            goes_on(&act, &mut table, &when);
        }
    }
}

#[test]
fn each_question_may_be_answered_wrongly_and_the_ceremony_held_again() {
    for act in acts() {
        let asked = at_every_question(act.name, act.ready, act.run);
        assert!(asked >= 1, "{}: {asked} questions", act.name);
    }
}
