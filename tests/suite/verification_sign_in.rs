//! A verification with a real sign-in: what it records, what it does not take, and how a late log or
//! a late alert is collected.

use crate::refusing::at_every_question;
use crate::table::Table;
use crate::table::audit_at;
use crate::table::small_book;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::Depth;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::begun_verification;
use glasskey::ceremony::collect_sign_in;
use glasskey::ceremony::pending_sign_ins;
use glasskey::findings::Check;
use glasskey::findings::Finding;
use glasskey::findings::Verdict;
use glasskey::ledger::Ledger;
use glasskey::primitives::Clock;
use glasskey::record::AlertPart;
use glasskey::record::CeremonyRecord;
use glasskey::record::Event;
use glasskey::record::Level;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::SignInMistake;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::tenant::Holding;
use glasskey::rehearsal::tenant::Role;
use std::rc::Rc;
use std::time::Duration;

const LABEL: &str = "BG1-A";
const QUARTER: Duration = Duration::from_hours(24 * 84);

/// A registered key, a quarter later.
fn a_quarter_later(personality: Personality) -> Table {
    let mut table = Table::new(personality);
    table.genesis().unwrap();
    table.register(LABEL).unwrap();
    table.world.clock.wait(QUARTER);
    table
}

fn last(table: &mut Table) -> CeremonyRecord {
    let ledger = Ledger::new(&mut table.store);
    let size = ledger.size().unwrap();
    ledger.record(size - 1).unwrap()
}

/// What breaks the book, or fails; what a statement says of a tenant that is not whole yet is no fault
/// of the book.
fn wrong(table: &Table) -> Vec<String> {
    let report = audit_at(&table.store, &table.trust(), table.world.clock.utc());
    let fails =
        |one: &&Finding| one.verdict == Verdict::Fail && !one.detail.starts_with("stated of ");
    let bad = report.first_bad().map(|bad| format!("{bad:?}"));
    let failing = report.findings.iter().filter(fails);
    bad.into_iter()
        .chain(failing.map(|one| format!("{} {}", one.check, one.detail)))
        .collect()
}

#[track_caller]
fn is_whole(table: &mut Table, records: u64, when: &str) {
    assert_eq!(wrong(table), Vec::<String>::new(), "{when}");
    let size = Ledger::new(&mut table.store).size().unwrap();
    assert_eq!(size, records, "{when}");
    let unfinished = OpenCeremony::unfinished(&table.desk).unwrap();
    assert!(unfinished.is_empty(), "{when}: {unfinished:?}");
}

fn late() -> Mistakes {
    Mistakes {
        at_sign_in: Some(SignInMistake::StopsWaiting),
        ..Mistakes::NONE
    }
}

fn item(record: &CeremonyRecord, item: &str) -> (bool, String) {
    let mut lines = record.statement.checklist.iter();
    let line = lines.find(|line| line.item == item).unwrap();
    (line.done, line.text.clone())
}

#[test]
fn a_sign_in_that_log_and_alert_show_is_a_record_of_level_l2() {
    let mut table = a_quarter_later(Personality::Standard);
    table.verify(LABEL, Depth::WithSignIn).unwrap();
    is_whole(&mut table, 3, "L2");
    let record = last(&mut table);
    let statement = &record.statement;
    assert_eq!(statement.level, Some(Level::L2));
    assert_eq!(statement.exceptions, []);
    let sign_in = statement.sign_in.clone().unwrap();
    assert_eq!(
        sign_in.alert,
        Some(AlertPart {
            id: "ALERT-BG-1-2026-03-30".to_owned(),
            seen_by: "w-1".to_owned(),
        })
    );
    // The log's own time and id: the sign-in was made after the bag was read, minutes before it was
    // in the log.
    assert_eq!(sign_in.at, statement.time.started);
    assert_eq!(
        sign_in.id.to_string(),
        "a5a5a5a5-a5a5-a5a5-0000-000000000002"
    );
    assert!(record.evidence.presence.is_some());
    let items: Vec<(&str, bool)> = statement
        .checklist
        .iter()
        .map(|line| (line.item.as_str(), line.done))
        .collect();
    assert_eq!(
        items,
        [
            ("told", true),
            ("people", true),
            ("procedure", true),
            ("training", true),
            ("accounts", true),
            ("cloud-only", true),
            ("role", false),
            ("methods", true),
            ("expiry", true),
            ("safes", false),
            ("staff", true),
            ("sign-in", true),
            ("task", false),
            ("alert", true),
        ]
    );
    assert_eq!(item(&record, "alert").1, "w-1 saw ALERT-BG-1-2026-03-30");
    assert_eq!(item(&record, "task").1, "the account has no role yet");
    assert_eq!(item(&record, "safes").1, "all at one place: SAFE-A");
    assert_eq!(table.posts(), 1, "a verification writes nothing");
    assert_eq!(table.world.tenant.over_throttle(), 0);
}

#[test]
fn an_account_with_its_role_does_one_harmless_thing_and_the_audit_log_shows_it() {
    let mut table = a_quarter_later(Personality::Standard);
    let account = World::id("BG-1");
    table
        .world
        .tenant
        .assign(account, Role::GlobalAdministrator, Holding::Permanent);
    table.world.clock.wait(Duration::from_mins(10));
    table.verify(LABEL, Depth::WithSignIn).unwrap();
    let record = last(&mut table);
    let started = record.statement.time.started;
    assert_eq!(
        item(&record, "task"),
        (true, format!("the audit log: Update user at {started}"))
    );
    assert!(item(&record, "role").0);
    assert!(
        table
            .seen
            .0
            .contains("make a security group named glasskey-drill"),
        "{}",
        table.seen.0
    );
}

#[test]
fn the_keys_of_an_account_take_turns() {
    let mut table = small_book();
    table.register("BG1-B").unwrap();
    table.world.clock.wait(QUARTER);
    let next = |table: &mut Table| -> Vec<String> {
        let book = Ledger::new(&mut table.store).read_book().unwrap();
        let policy = book.policy.unwrap();
        let as_of = table.world.clock.utc();
        glasskey::findings::dues(&book.facts, &[], &policy, as_of)
            .iter()
            .map(glasskey::findings::Due::command)
            .collect()
    };
    assert_eq!(
        next(&mut table),
        ["glasskey verify BG1-A --sign-in", "glasskey verify BG1-B"]
    );
    table.verify("BG1-A", Depth::WithSignIn).unwrap();
    table.verify("BG1-B", Depth::WithPin).unwrap();
    table.world.clock.wait(QUARTER);
    assert_eq!(
        next(&mut table),
        ["glasskey verify BG1-A", "glasskey verify BG1-B --sign-in"]
    );
}

#[test]
fn a_log_that_lags_is_recorded_as_pending_and_collected_by_an_amendment() {
    let mut table = a_quarter_later(Personality::Standard);
    table.world.tenant.set_log_lag(Duration::from_hours(1));
    table.verify_with(LABEL, Depth::WithSignIn, late()).unwrap();
    is_whole(&mut table, 3, "pending");
    let record = last(&mut table);
    assert_eq!(record.statement.level, Some(Level::L1));
    assert_eq!(record.statement.sign_in, None);
    let exceptions: Vec<(&str, &str)> = record
        .statement
        .exceptions
        .iter()
        .map(|one| (one.step.as_str(), one.text.as_str()))
        .collect();
    assert_eq!(
        exceptions,
        [(
            "4",
            "sign-in pending: No sign-in of the account is in the log yet."
        )]
    );
    // Too early: nothing is appended, and nothing is left in open/.
    let error = collect(&mut table, Mistakes::NONE).unwrap_err();
    let CeremonyError::Matter { why, .. } = error else {
        panic!("{error:?}");
    };
    assert!(why.contains("record 000002 with BG1-A"), "{why}");
    is_whole(&mut table, 3, "too early");

    table.world.clock.wait(Duration::from_hours(1));
    collect(&mut table, Mistakes::NONE).unwrap();
    is_whole(&mut table, 4, "collected");
    let amendment = last(&mut table).statement;
    assert_eq!(amendment.event, Event::Amendment);
    assert_eq!(amendment.amendment.unwrap().record, 2);
    let sign_in = amendment.sign_in.unwrap();
    assert_eq!(sign_in.at, record.statement.time.started);
    assert_eq!(sign_in.alert.unwrap().seen_by, "w-1");
    let ledger = Ledger::new(&mut table.store);
    let now = table.world.clock.utc();
    assert_eq!(pending_sign_ins(&ledger, now).unwrap(), []);
    let signed_in = ledger.read_book().unwrap().facts.sign_ins;
    assert_eq!(
        (signed_in[0].label.as_str(), signed_in[0].record),
        (LABEL, 3)
    );
}

fn collect(table: &mut Table, mistakes: Mistakes) -> Result<(), CeremonyError> {
    let now = table.world.clock.utc();
    let pending = pending_sign_ins(&Ledger::new(&mut table.store), now).unwrap();
    let [pending] = pending.as_slice() else {
        panic!("{pending:?}");
    };
    table
        .room(mistakes, |room, session| {
            collect_sign_in(room, session, pending)
        })
        .map(|_| ())
}

#[test]
fn what_another_account_did_or_what_was_before_is_not_taken() {
    let mut table = a_quarter_later(Personality::Standard);
    table.register("BG2-A").unwrap();
    let upn = table.plan.accounts[0].upn.clone();
    // Half an hour before the ceremony.
    table
        .world
        .tenant
        .browser()
        .sign_in(&upn, LABEL, "Azure Portal");
    table.world.clock.wait(Duration::from_mins(30));
    let mistakes = Mistakes {
        at_sign_in: Some(SignInMistake::OtherAccount),
        ..Mistakes::NONE
    };
    table
        .verify_with(LABEL, Depth::WithSignIn, mistakes)
        .unwrap();
    let record = last(&mut table).statement;
    assert_eq!((record.level, record.sign_in), (Some(Level::L1), None));
    assert!(record.exceptions[0].text.starts_with("sign-in pending: "));
}

#[test]
fn an_alert_that_the_operator_saw_is_refused() {
    let mut table = a_quarter_later(Personality::Standard);
    let mistakes = Mistakes {
        at_sign_in: Some(SignInMistake::OwnAlert),
        ..Mistakes::NONE
    };
    table
        .verify_with(LABEL, Depth::WithSignIn, mistakes)
        .unwrap();
    assert!(
        table
            .seen
            .0
            .contains("op-1 is the operator: somebody else has to have seen it."),
        "{}",
        table.seen.0
    );
    let alert = last(&mut table).statement.sign_in.unwrap().alert.unwrap();
    assert_eq!(alert.seen_by, "w-1");
}

#[test]
fn every_personality_survives_a_verification_at_every_depth() {
    for personality in Personality::ALL {
        for depth in [Depth::WithoutPin, Depth::WithPin, Depth::WithSignIn] {
            let when = format!("{personality:?} {depth:?}");
            let mut table = Table::new(personality);
            table.world.tenant.policy_mut().profiles[0].rules.attested = false;
            table.genesis().unwrap();
            table
                .register(LABEL)
                .unwrap_or_else(|error| panic!("{when}: {error:?}\n{}", table.seen.0));
            table.world.clock.wait(QUARTER);
            table
                .verify(LABEL, depth)
                .unwrap_or_else(|error| panic!("{when}: {error:?}\n{}", table.seen.0));
            let level = match depth {
                Depth::WithoutPin => Level::L0,
                Depth::WithPin => Level::L1,
                Depth::WithSignIn => Level::L2,
            };
            assert_eq!(last(&mut table).statement.level, Some(level), "{when}");
        }
    }
}

#[test]
fn it_goes_on_after_a_cut_at_any_write_and_nobody_signs_in_twice() {
    let mut whole = a_quarter_later(Personality::Standard);
    let before = whole.power.writes();
    whole.verify(LABEL, Depth::WithSignIn).unwrap();
    let writes = whole.power.writes() - before;
    assert!(writes > 12, "{writes} writes");
    for cut in 0..=writes {
        let when = format!("cut after {cut} of {writes} writes");
        let mut table = a_quarter_later(Personality::Standard);
        let clock = Rc::clone(&table.world.clock);
        let written = table.world.tenant.writes().clone();
        table.power.fail_after_writes(cut);
        assert!(
            table.verify(LABEL, Depth::WithSignIn).is_err(),
            "{when}: the cut was not felt"
        );
        table.power_back(LABEL);
        clock.wait(Duration::from_mins(5));
        let unfinished = !OpenCeremony::unfinished(&table.desk).unwrap().is_empty();
        let records = Ledger::new(&mut table.store).size().unwrap();
        if unfinished || records < 3 {
            table
                .verify(LABEL, Depth::WithSignIn)
                .unwrap_or_else(|error| panic!("{when}: {error:?}\n{}", table.seen.0));
        }
        is_whole(&mut table, 3, &when);
        assert_eq!(last(&mut table).statement.level, Some(Level::L2), "{when}");
        let asked = table.seen.0.matches("Sign in as bg1@").count();
        assert_eq!(asked, 1, "{when}: sign-ins asked for\n{}", table.seen.0);
        assert_eq!(*table.world.tenant.writes(), written, "{when}: writes");
        let key = table.world.key(LABEL).unwrap();
        assert_eq!(key.statistics().pin_tries_spent, 0, "{when}: PIN tries");
    }
}

#[test]
fn each_question_of_a_verification_may_be_answered_wrongly() {
    let depths = [
        (Depth::WithoutPin, 4),
        (Depth::WithPin, 7),
        (Depth::WithSignIn, 10),
    ];
    for (depth, questions) in depths {
        let asked = at_every_question(
            &format!("{depth:?}"),
            || a_quarter_later(Personality::Standard),
            |table| table.verify(LABEL, depth).map(drop),
        );
        assert_eq!(asked, questions, "{depth:?}");
    }
}

/// What the last record states of the account's sessions.
fn sessions(table: &mut Table) -> Vec<Verdict> {
    let findings = last(table).statement.findings.into_iter();
    let sessions = findings.filter(|one| one.check == Check::SessionsRevoked);
    sessions.map(|one| one.verdict).collect()
}

#[test]
fn what_signed_in_signs_out_everywhere_and_the_next_key_finds_no_session() {
    let mut table = small_book();
    table.register("BG1-B").unwrap();
    table.world.clock.wait(QUARTER);
    table.verify(LABEL, Depth::WithSignIn).unwrap();
    assert_eq!(last(&mut table).statement.exceptions, []);
    assert!(
        table
            .seen
            .0
            .contains("The sessions of BG-1 are ended: read back."),
        "{}",
        table.seen.0
    );
    assert_eq!(table.posts(), 2, "a verification writes nothing");
    assert_eq!(table.other_writes(), 0, "a verification writes nothing");
    table.verify("BG1-B", Depth::WithPin).unwrap();
    assert_eq!(sessions(&mut table), [Verdict::Pass]);
}

#[test]
fn whoever_stays_signed_in_is_asked_once_more_and_the_record_says_so() {
    let mut table = small_book();
    table.register("BG1-B").unwrap();
    table.world.clock.wait(QUARTER);
    let stays = Mistakes {
        at_sign_in: Some(SignInMistake::StaysSignedIn),
        ..Mistakes::NONE
    };
    table.verify_with(LABEL, Depth::WithSignIn, stays).unwrap();
    let record = last(&mut table).statement;
    assert_eq!(record.level, Some(Level::L2));
    let [exception] = record.exceptions.as_slice() else {
        panic!("{:?}", record.exceptions);
    };
    assert_eq!(
        (exception.step.as_str(), exception.text.as_str()),
        ("4", "sessions were not seen to end: it was not done")
    );
    table.verify("BG1-B", Depth::WithPin).unwrap();
    assert_eq!(sessions(&mut table), [Verdict::Fail]);
}

#[test]
fn what_signed_out_before_the_sign_in_was_asked_for_ends_no_sign_in_that_is_pending() {
    let mut table = begun_and_cut();
    let upn = table.plan.accounts[0].upn.clone();
    table.world.clock.wait(Duration::from_mins(5));
    table.world.tenant.browser().sign_out(&upn);
    table.world.clock.wait(Duration::from_mins(5));
    table.world.tenant.set_log_lag(Duration::from_hours(24));
    let stays = Mistakes {
        at_sign_in: Some(SignInMistake::StaysSignedIn),
        ..Mistakes::NONE
    };
    table.verify_with(LABEL, Depth::WithSignIn, stays).unwrap();
    let exceptions = last(&mut table).statement.exceptions;
    let texts: Vec<&str> = exceptions.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "sign-in pending: No sign-in of the account is in the log yet.",
            "sessions were not seen to end: it was not done",
        ]
    );
}

/// A verification that was cut after it was begun, before anything else was kept.
fn begun_and_cut() -> Table {
    for cut in 0..12 {
        let mut table = a_quarter_later(Personality::Standard);
        table.power.fail_after_writes(cut);
        table.verify(LABEL, Depth::WithSignIn).unwrap_err();
        table.power_back(LABEL);
        if begun_verification(&table.desk, LABEL).unwrap().is_some() {
            return table;
        }
    }
    panic!("no verification was begun");
}
