//! A key in another one's place: what is proven before the old one goes, and what stops it.

use crate::refusing::at_every_question;
use crate::table::Table;
use crate::table::audit_at;
use crate::table::questions::Questions;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::RegistrationWish;
use glasskey::ceremony::Sealed;
use glasskey::ceremony::lose;
use glasskey::ceremony::register_as;
use glasskey::findings::Finding;
use glasskey::findings::Verdict;
use glasskey::ledger::Ledger;
use glasskey::ledger::audit::AuditReport;
use glasskey::primitives::Clock;
use glasskey::record::CeremonyRecord;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::SignInMistake;
use glasskey::rehearsal::key::Personality;
use std::time::Duration;

const OLD: &str = "BG1-A";

/// Both keys of the first account, registered, and a day later.
pub(crate) fn both(personality: Personality) -> Table {
    let mut table = Table::with_portals(personality);
    table.genesis().unwrap();
    for label in [OLD, "BG1-B"] {
        table.register(label).unwrap();
        table.world.clock.wait(Duration::from_hours(1));
    }
    table
}

pub(crate) fn replace(
    table: &mut Table,
    label: &str,
    mistakes: Mistakes,
) -> Result<Sealed, CeremonyError> {
    let wish = RegistrationWish {
        replaces: Some(OLD),
        ..RegistrationWish::of(label)
    };
    table.room(mistakes, |room, session| register_as(room, session, &wish))
}

fn report(table: &Table) -> AuditReport {
    audit_at(&table.store, &table.trust(), table.world.clock.utc())
}

fn wrong(report: &AuditReport) -> Vec<String> {
    let fails = |one: &&Finding| one.verdict == Verdict::Fail;
    let bad = report.first_bad().map(|bad| format!("{bad:?}"));
    let failing = report.findings.iter().filter(fails);
    bad.into_iter()
        .chain(failing.map(|one| format!("{} {}", one.check, one.detail)))
        .collect()
}

fn last(table: &mut Table) -> CeremonyRecord {
    let ledger = Ledger::new(&mut table.store);
    let size = ledger.size().unwrap();
    ledger.record(size - 1).unwrap()
}

pub(crate) fn names(table: &Table) -> Vec<String> {
    let passkeys = table.world.tenant.passkeys().iter();
    passkeys.map(|one| one.display_name.clone()).collect()
}

#[track_caller]
fn is_whole(table: &mut Table, when: &str) {
    assert_eq!(wrong(&report(table)), Vec::<String>::new(), "{when}");
    assert_eq!(report(table).records.len(), 4, "{when}");
    let unfinished = OpenCeremony::unfinished(&table.desk).unwrap();
    assert!(unfinished.is_empty(), "{when}: {unfinished:?}");
    assert_eq!(names(table), ["BG1-B", OLD], "{when}");
    let writes = table.world.tenant.writes();
    let deleted: u32 = writes
        .iter()
        .filter(|(path, _)| path.starts_with("DELETE "))
        .map(|(_, count)| count)
        .sum();
    assert_eq!(deleted, 1, "{when}: deleted once");
    assert_eq!(table.posts(), 3, "{when}: passkeys sent");
    let key = table.world.key(OLD).unwrap();
    assert_eq!(key.resident_credentials(), 1, "{when}");
    assert_eq!(key.statistics().pin_tries_spent, 0, "{when}");
}

#[test]
fn the_same_key_is_registered_anew_after_the_other_one_signed_in() {
    let mut table = both(Personality::Standard);
    let before = table.world.tenant.passkeys()[0].credential.clone();
    replace(&mut table, OLD, Mistakes::NONE)
        .unwrap_or_else(|error| panic!("{error:?}\n{}", table.seen.0));
    is_whole(&mut table, "anew");
    let record = last(&mut table);
    let replaces = record.statement.replaces.clone().unwrap();
    assert_eq!((replaces.label.as_str(), replaces.record), (OLD, 1));
    let key = record.statement.key.clone().unwrap();
    assert_ne!(key.credential_id, Some(before));
    let custody = record.statement.custody.clone().unwrap();
    assert_eq!(custody.previous_bag.unwrap().number, "R26-0101");
    let seen = &table.seen.0;
    let place = |text: &str| seen.find(text).unwrap_or_else(|| panic!("{text}\n{seen}"));
    assert!(place("BG1-B signs in") < place("The passkey of BG1-A is gone"));
    let gone = place("The passkey of BG1-A is gone");
    assert!(seen[gone..].contains("The key made the credential"));
}

#[test]
fn another_key_takes_the_place_and_the_old_label_is_out_of_use() {
    let mut table = both(Personality::Standard);
    let (first, rest) = table.plan.accounts.split_at_mut(1);
    let mut new = rest[0].keys[0].clone();
    rest[0].keys.remove(0);
    new.safe = "SAFE-A".to_owned();
    first[0].keys.push(new);
    replace(&mut table, "BG2-A", Mistakes::NONE)
        .unwrap_or_else(|error| panic!("{error:?}\n{}", table.seen.0));
    assert_eq!(names(&table), ["BG1-B", "BG2-A"]);
    let book = Ledger::new(&mut table.store).read_book().unwrap();
    let used: Vec<&str> = book
        .facts
        .keys
        .iter()
        .map(|key| key.label.as_str())
        .collect();
    assert_eq!(used, ["BG1-B", "BG2-A"]);
    assert_eq!(
        replace(&mut table, "BG2-A", Mistakes::NONE).unwrap_err(),
        CeremonyError::LabelUsed("BG2-A".to_owned())
    );
}

#[test]
fn the_only_key_of_an_account_is_not_replaced() {
    let mut table = Table::with_portals(Personality::Standard);
    table.genesis().unwrap();
    table.register(OLD).unwrap();
    let files = table.desk.files.clone();
    let error = replace(&mut table, OLD, Mistakes::NONE).unwrap_err();
    assert!(
        matches!(&error, CeremonyError::Matter { why, .. }
            if why == "BG1-A is the only key of BG-1 that is in use"),
        "{error:?}"
    );
    assert_eq!(table.desk.files, files);
    assert_eq!(names(&table), [OLD]);
}

#[test]
fn nothing_is_deleted_where_the_other_key_was_not_seen_to_work() {
    let mut table = both(Personality::Standard);
    let mistakes = Mistakes {
        at_sign_in: Some(SignInMistake::OtherAccount),
        ..Mistakes::NONE
    };
    let error = replace(&mut table, OLD, mistakes).unwrap_err();
    assert_eq!(error, CeremonyError::Withdrawn, "{}", table.seen.0);
    assert_eq!(names(&table), [OLD, "BG1-B"]);
    // It is done once the other key has signed in.
    replace(&mut table, OLD, Mistakes::NONE).unwrap();
    is_whole(&mut table, "afterwards");
}

#[test]
fn it_goes_on_after_a_cut_at_any_write_and_deletes_once() {
    let mut whole = both(Personality::Standard);
    let before = whole.power.writes();
    replace(&mut whole, OLD, Mistakes::NONE).unwrap();
    let writes = whole.power.writes() - before;
    for cut in 0..=writes {
        let when = format!("cut after {cut} of {writes} writes");
        let mut table = both(Personality::Standard);
        table.power.fail_after_writes(cut);
        assert!(replace(&mut table, OLD, Mistakes::NONE).is_err(), "{when}");
        table.power_back(OLD);
        // It is away for a while: the tenant's throttle does not count the runs together.
        table.world.clock.wait(Duration::from_mins(10));
        let open = !OpenCeremony::unfinished(&table.desk).unwrap().is_empty();
        let records = Ledger::new(&mut table.store).size().unwrap();
        if open || records < 4 {
            replace(&mut table, OLD, Mistakes::NONE)
                .unwrap_or_else(|error| panic!("{when}: {error:?}\n{}", table.seen.0));
        }
        is_whole(&mut table, &when);
    }
}

#[test]
fn each_question_may_be_answered_wrongly_and_the_old_one_goes_once() {
    let asked = at_every_question(
        "replacement",
        || both(Personality::Standard),
        |table| replace(table, OLD, Mistakes::NONE).map(drop),
    );
    assert_eq!(asked, 13);
}

/// A replacement that was cut off before the old passkey was deleted, the other key having signed in.
fn cut_off_before_the_deletion() -> Table {
    for cut in 0.. {
        let mut table = both(Personality::Standard);
        table.power.fail_after_writes(cut);
        replace(&mut table, OLD, Mistakes::NONE).unwrap_err();
        table.power_back(OLD);
        let proven = "open/registration-BG1-A/replaced.json";
        if table.desk.files.contains_key(proven) {
            assert_eq!(names(&table), [OLD, "BG1-B"]);
            table.questions = Questions::default();
            return table;
        }
    }
    unreachable!("the other key is proven")
}

#[test]
fn once_the_other_key_is_lost_the_last_passkey_goes_only_for_its_alias() {
    let mut table = cut_off_before_the_deletion();
    let lost = table.room(Mistakes::NONE, |room, session| {
        lose(room, Some(session), "BG1-B", None)
    });
    lost.unwrap();
    assert_eq!(names(&table), [OLD]);
    let error = replace(&mut table, OLD, Mistakes::NONE).unwrap_err();
    assert_eq!(error, CeremonyError::Withdrawn);
    let words = table.questions.asked.last().map(|one| one.words.clone());
    assert_eq!(
        words.as_deref(),
        Some(
            "No other key of BG-1 is in use any more: once the passkey of BG1-A is deleted, BG-1 has \
             none until the new key is made. To go on all the same, type BG-1:"
        )
    );
    assert_eq!(names(&table), [OLD], "nothing was deleted");
}

#[test]
fn what_the_other_key_proved_a_day_ago_is_proved_again() {
    let mut table = cut_off_before_the_deletion();
    table.world.clock.wait(Duration::from_hours(25));
    replace(&mut table, OLD, Mistakes::NONE).unwrap();
    let asked = table.questions.asked.iter();
    let again = asked
        .filter(|one| one.words.contains("with BG1-B at the"))
        .count();
    assert_eq!(again, 1, "BG1-B signs in again");
    is_whole(&mut table, "afterwards");
}
