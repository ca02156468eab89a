//! Keys that go: lost, or taken out of use; what the tenant sees of it, and that nobody is locked out.

use crate::refusing::at_every_question;
use crate::table::Table;
use crate::table::audit_at;
use crate::table::questions::Heard;
use glasskey::ceremony::Appended;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::Depth;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::Opening;
use glasskey::ceremony::Prompt;
use glasskey::ceremony::RegistrationWish;
use glasskey::ceremony::lose;
use glasskey::ceremony::open_bag;
use glasskey::ceremony::register_as;
use glasskey::ceremony::retire;
use glasskey::ceremony::seal_bag;
use glasskey::ceremony::verify;
use glasskey::entra::Session;
use glasskey::findings::Check;
use glasskey::findings::Finding;
use glasskey::findings::Verdict;
use glasskey::ledger::Ledger;
use glasskey::primitives::Clock;
use glasskey::primitives::Guid;
use glasskey::record::KeyEnd;
use glasskey::record::OpeningReason;
use glasskey::record::Statement;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::SignInMistake;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::tenant::Fault;
use glasskey::rehearsal::tenant::SignIn;
use glasskey::rehearsal::tenant::SignInMethod;
use glasskey::rehearsal::tenant::Trouble;
use glasskey::rehearsal::tenant::Verb;
use proptest::prelude::*;
use std::rc::Rc;
use std::time::Duration;

/// Nobody declines.
pub(crate) const NEVER: usize = usize::MAX;

/// A book with these keys registered, ten days later.
pub(crate) fn book(personality: Personality, labels: &[&str]) -> Table {
    let mut table = Table::new(personality);
    table.genesis().unwrap();
    for label in labels {
        table.register(label).unwrap();
    }
    days(&table, 10);
    table
}

pub(crate) fn days(table: &Table, days: u64) {
    let clock = Rc::clone(&table.world.clock);
    clock.wait(Duration::from_hours(24 * days));
}

pub(crate) fn lost(table: &mut Table, label: &str) -> Result<Appended, CeremonyError> {
    table.room(Mistakes::default(), |room, session| {
        lose(room, Some(session), label, None)
    })
}

fn lost_without(table: &mut Table, label: &str) -> Result<Appended, CeremonyError> {
    table.room(Mistakes::default(), |room, _| lose(room, None, label, None))
}

pub(crate) fn retired(
    table: &mut Table,
    label: &str,
    end: KeyEnd,
) -> Result<Appended, CeremonyError> {
    table.room(Mistakes::default(), |room, session| {
        retire(room, session, label, end)
    })
}

/// As it is asked and said, with question `at` declined.
pub(crate) fn heard<T>(
    table: &mut Table,
    at: usize,
    run: impl FnOnce(&mut glasskey::ceremony::Room<'_>, &mut Session) -> Result<T, CeremonyError>,
) -> (Result<T, CeremonyError>, Heard) {
    heard_with(table, at, Mistakes::default(), run)
}

/// The same, by an operator who makes mistakes.
fn heard_with<T>(
    table: &mut Table,
    at: usize,
    mistakes: Mistakes,
    run: impl FnOnce(&mut glasskey::ceremony::Room<'_>, &mut Session) -> Result<T, CeremonyError>,
) -> (Result<T, CeremonyError>, Heard) {
    table.declining(at, mistakes, run)
}

fn account(alias: &str) -> Guid {
    let (_, id) = World::accounts()
        .into_iter()
        .find(|(name, _)| name == alias)
        .unwrap();
    id
}

/// How often something was written: a verb, and a part of the path.
fn written(table: &Table, verb: &str, part: &str) -> u32 {
    let writes = table.world.tenant.writes().iter();
    writes
        .filter(|(path, _)| path.starts_with(verb) && path.contains(part))
        .map(|(_, count)| count)
        .sum()
}

pub(crate) fn deletes(table: &Table) -> u32 {
    written(table, "DELETE ", "/fido2Methods/")
}

fn revocations(table: &Table) -> u32 {
    written(table, "POST ", "/revokeSignInSessions")
}

/// Passkeys that the tenant holds for an account.
pub(crate) fn methods(table: &Table, alias: &str) -> usize {
    let id = account(alias);
    let held = table.world.tenant.passkeys().iter();
    held.filter(|passkey| passkey.account == id).count()
}

pub(crate) fn statement(table: &mut Table, index: u64) -> Statement {
    Ledger::new(&mut table.store)
        .record(index)
        .unwrap()
        .statement
}

fn told(table: &Table, check: Check) -> Vec<String> {
    let report = audit_at(&table.store, &table.trust(), table.world.clock.utc());
    let told = |one: &&Finding| one.check == check && one.verdict != Verdict::Pass;
    let lines = report.findings.iter().filter(told);
    lines.map(|one| one.detail.clone()).collect()
}

#[track_caller]
pub(crate) fn is_whole(table: &Table, records: usize, when: &str) {
    let report = audit_at(&table.store, &table.trust(), table.world.clock.utc());
    assert_eq!(report.first_bad(), None, "{when}");
    assert_eq!(report.records.len(), records, "{when}");
    let unfinished = OpenCeremony::unfinished(&table.desk).unwrap();
    assert!(unfinished.is_empty(), "{when}: {unfinished:?}");
    for (label, key) in table.world.keys() {
        assert_eq!(key.statistics().pin_tries_spent, 0, "{when}: {label}");
        assert_eq!(key.pin_retries(), 8, "{when}: {label}");
    }
}

const TWO: [&str; 2] = ["BG1-A", "BG2-A"];
pub(crate) const PAIR: [&str; 2] = ["BG1-A", "BG1-B"];
pub(crate) const THREE: [&str; 3] = ["BG1-A", "BG1-B", "BG2-A"];

#[test]
fn what_is_left_is_shown_before_anything_and_the_tenant_lets_go_of_a_lost_key_once() {
    let mut table = book(Personality::Standard, &THREE);
    let before = table.world.key("BG1-A").unwrap().statistics();
    let (ended, heard) = heard(&mut table, NEVER, |room, session| {
        lose(room, Some(session), "BG1-A", None)
    });
    ended.unwrap();
    assert_eq!(
        heard.said[0],
        "Can be opened now: BG-1 and BG-2. Without BG1-A: BG-1 and BG-2."
    );
    assert!(matches!(heard.asked[0], Prompt::TenantChange { .. }));
    assert_eq!((deletes(&table), revocations(&table)), (1, 1));
    assert_eq!((methods(&table, "BG-1"), methods(&table, "BG-2")), (1, 1));
    let after = table.world.key("BG1-A").unwrap().statistics();
    assert_eq!(after, before, "the lost key is not asked for");
    is_whole(&table, 5, "lost");
    let loss = statement(&mut table, 4).loss.unwrap();
    assert!(loss.revoked.is_some());
    let hunt = loss.hunt.unwrap();
    assert_eq!((hunt.sign_ins, hunt.outcome.as_str()), (0, "none is shown"));
    assert_eq!(told(&table, Check::LossRevoked), Vec::<String>::new());
    let error = lost(&mut table, "BG1-A").unwrap_err();
    assert!(matches!(error, CeremonyError::Matter { .. }), "{error:?}");
    assert_eq!(
        table.register("BG1-A").unwrap_err(),
        CeremonyError::LabelUsed("BG1-A".to_owned())
    );
}

#[test]
fn the_log_is_read_since_a_record_saw_the_key_and_what_it_was_is_stated() {
    let mut table = book(Personality::Standard, &THREE);
    let (at, passkey) = (
        table.world.clock.utc().plus_days(-2),
        SignInMethod::Passkey {
            name: "BG1-A".to_owned(),
            aaguid: "a-model".to_owned(),
        },
    );
    for (account, at) in [
        (account("BG-1"), at),
        (account("BG-1"), at.plus_days(-30)),
        (account("BG-2"), at),
    ] {
        let sign_in = SignIn::new(account, at, passkey.clone());
        table.world.tenant.add_sign_in(sign_in);
    }
    lost(&mut table, "BG1-A").unwrap();
    let hunt = statement(&mut table, 4).loss.unwrap().hunt.unwrap();
    assert_eq!(hunt.sign_ins, 1);
    assert!(hunt.outcome.starts_with("Rehearsed: "), "{}", hunt.outcome);
    assert!(hunt.from <= at && at <= hunt.until);
    assert!(
        table
            .seen
            .0
            .contains(&format!("{at}  succeeded: Azure Portal")),
        "{}",
        table.seen.0
    );
}

#[test]
fn an_accounts_last_key_goes_only_for_its_typed_alias() {
    let mut table = book(Personality::Standard, &TWO);
    let (_, all) = heard(&mut table, NEVER, |room, session| {
        lose(room, Some(session), "BG1-A", None)
    });
    assert!(matches!(&all.asked[0], Prompt::GiveUp { alias } if alias == "BG-1"));
    assert_eq!(deletes(&table), 1);

    for run in [0, 1] {
        let mut table = book(Personality::Standard, &TWO);
        let (ended, all) = heard(&mut table, 0, |room, session| {
            if run == 0 {
                lose(room, Some(session), "BG1-A", None)
            } else {
                retire(room, session, "BG1-A", KeyEnd::NotInHand)
            }
        });
        assert_eq!(ended.unwrap_err(), CeremonyError::Withdrawn);
        assert!(matches!(all.asked[0], Prompt::GiveUp { .. }));
        assert_eq!((deletes(&table), methods(&table, "BG-1")), (0, 1));
        is_whole(&table, 3, "declined");
    }
}

#[test]
fn the_last_key_of_the_book_is_never_removed() {
    let mut table = book(Personality::Standard, &["BG1-A"]);
    for end in [KeyEnd::NotInHand, KeyEnd::Deleted, KeyEnd::Reset] {
        let error = retired(&mut table, "BG1-A", end).unwrap_err();
        assert!(
            matches!(&error, CeremonyError::Matter { why, .. }
                if why == "BG1-A is the last key of this book that is proven"),
            "{error:?}"
        );
        is_whole(&table, 2, "not retired");
    }
    // Its loss is recorded; the tenant keeps it until another is there.
    lost(&mut table, "BG1-A").unwrap();
    assert_eq!((deletes(&table), methods(&table, "BG-1")), (0, 1));
    is_whole(&table, 3, "lost");
    assert_eq!(statement(&mut table, 2).loss.unwrap().revoked, None);
    assert_eq!(
        told(&table, Check::LossRevoked),
        ["lost by record 000002; no record says that the tenant let go of it"]
    );
    table.register("BG1-B").unwrap();
    lost(&mut table, "BG1-A").unwrap();
    assert_eq!((deletes(&table), methods(&table, "BG-1")), (1, 1));
    is_whole(&table, 5, "lost and revoked");
    assert_eq!(told(&table, Check::LossRevoked), Vec::<String>::new());
    let [first, second] = [2, 4].map(|index| statement(&mut table, index).loss.unwrap());
    assert_eq!(first.discovered, second.discovered);
}

#[test]
fn a_key_whose_method_the_tenant_lacks_is_no_way_in() {
    let mut table = book(Personality::Standard, &THREE);
    let other = statement(&mut table, 2).key.unwrap();
    assert_eq!(other.label, "BG1-B");
    table
        .world
        .tenant
        .remove_passkey(&other.credential_id.unwrap());
    let (ended, all) = heard(&mut table, 0, |room, session| {
        lose(room, Some(session), "BG1-A", None)
    });
    assert_eq!(ended.unwrap_err(), CeremonyError::Withdrawn);
    assert!(matches!(&all.asked[0], Prompt::GiveUp { alias } if alias == "BG-1"));
}

#[test]
fn revoking_waits_for_no_quorum_and_for_no_other_ceremony() {
    let mut table = book(Personality::Standard, &THREE);
    table.power.fail_after_writes(4);
    table.register("BG2-B").unwrap_err();
    table.power_back("BG2-B");
    let error = table
        .room(Mistakes::default(), |room, session| {
            room.signers.truncate(1);
            lose(room, Some(session), "BG1-A", None)
        })
        .unwrap_err();
    assert_eq!(
        error,
        CeremonyError::People("0 of 1 witnesses are here".to_owned())
    );
    assert_eq!((deletes(&table), revocations(&table)), (1, 1));
    assert_eq!(methods(&table, "BG-1"), 1);
    lost(&mut table, "BG1-A").unwrap();
    assert_eq!((deletes(&table), revocations(&table)), (1, 1));
    days(&table, 1);
    table.register("BG2-B").unwrap();
    is_whole(&table, 6, "the quorum came later");
}

#[test]
fn without_the_tenant_a_loss_is_recorded_and_the_next_run_revokes() {
    let mut table = book(Personality::Standard, &THREE);
    lost_without(&mut table, "BG1-A").unwrap();
    assert_eq!(table.other_writes(), 0);
    is_whole(&table, 5, "without the tenant");
    assert_eq!(told(&table, Check::LossRevoked).len(), 1);
    lost_without(&mut table, "BG1-A").unwrap();
    lost(&mut table, "BG1-A").unwrap();
    assert_eq!((deletes(&table), methods(&table, "BG-1")), (1, 1));
    is_whole(&table, 7, "with the tenant");
    assert_eq!(told(&table, Check::LossRevoked), Vec::<String>::new());
}

#[test]
fn a_delete_without_an_answer_is_read_back_and_not_sent_again() {
    // What was throttled did not happen, and is sent again after the wait.
    for (trouble, sent) in [(Trouble::AnswerLost, 1), (Trouble::Throttled(Some(3)), 2)] {
        let mut table = book(Personality::Standard, &THREE);
        table.world.tenant.inject(Fault {
            verb: Verb::Delete,
            path: "/fido2Methods/".to_owned(),
            trouble,
            times: 1,
        });
        lost(&mut table, "BG1-A").unwrap_or_else(|error| panic!("{trouble:?}: {error:?}"));
        assert_eq!(methods(&table, "BG-1"), 1, "{trouble:?}");
        assert_eq!(deletes(&table), sent, "{trouble:?}");
        is_whole(&table, 5, "after the trouble");
    }
    let mut table = book(Personality::Standard, &THREE);
    table.world.tenant.inject(Fault {
        verb: Verb::Delete,
        path: "/fido2Methods/".to_owned(),
        trouble: Trouble::RequestLost,
        times: 1,
    });
    let error = lost(&mut table, "BG1-A").unwrap_err();
    assert!(matches!(error, CeremonyError::Tenant { .. }), "{error:?}");
    days(&table, 1);
    lost(&mut table, "BG1-A").unwrap();
    assert_eq!(methods(&table, "BG-1"), 1);
    is_whole(&table, 5, "the request was lost");
}

#[test]
fn what_this_sign_in_may_not_delete_is_recorded_as_not_revoked() {
    let mut table = book(Personality::Standard, &THREE);
    table.world.tenant.inject(Fault {
        verb: Verb::Delete,
        path: "/fido2Methods/".to_owned(),
        trouble: Trouble::Forbidden,
        times: 1,
    });
    lost(&mut table, "BG1-A").unwrap();
    assert_eq!((methods(&table, "BG-1"), revocations(&table)), (2, 0));
    assert_eq!(told(&table, Check::LossRevoked).len(), 1);
    lost(&mut table, "BG1-A").unwrap();
    assert_eq!(methods(&table, "BG-1"), 1);
    assert_eq!(told(&table, Check::LossRevoked), Vec::<String>::new());
}

#[test]
fn a_tenant_whose_passkeys_cannot_be_read_shows_nothing_of_what_is_left() {
    let forbidden = |table: &mut Table| {
        table.world.tenant.inject(Fault {
            verb: Verb::Get,
            path: "/fido2Methods".to_owned(),
            trouble: Trouble::Forbidden,
            times: 100,
        });
    };
    let mut table = book(Personality::Standard, &THREE);
    forbidden(&mut table);
    let (ended, heard) = heard(&mut table, NEVER, |room, session| {
        lose(room, Some(session), "BG1-A", None)
    });
    let error = ended.unwrap_err();
    assert!(matches!(error, CeremonyError::Tenant { .. }), "{error:?}");
    assert_eq!(
        heard.said,
        [
            "Where the tenant cannot be reached, `glasskey lost BG1-A --without-tenant` records the loss, \
          and says that the key is still to be revoked."
        ]
    );
    lost_without(&mut table, "BG1-A").unwrap();
    assert_eq!(told(&table, Check::LossRevoked).len(), 1);
    let mut table = book(Personality::Standard, &THREE);
    forbidden(&mut table);
    let error = retired(&mut table, "BG1-A", KeyEnd::Deleted).unwrap_err();
    assert!(matches!(error, CeremonyError::Tenant { .. }), "{error:?}");
    assert_eq!(table.world.key("BG1-A").unwrap().resident_credentials(), 1);
    table.world.tenant.clear_faults();
    retired(&mut table, "BG1-A", KeyEnd::Deleted).unwrap();
    is_whole(&table, 5, "retired");
}

/// A retirement that was declined once the tenant had let go of the key, before the key was touched.
pub(crate) fn declined_at_the_words(end: KeyEnd) -> Table {
    let run = |table: &mut Table, at| {
        heard(table, at, |room, session| {
            retire(room, session, "BG1-A", end)
        })
    };
    let (_, all) = run(&mut book(Personality::Standard, &THREE), NEVER);
    let is_nonce = |prompt: &Prompt| matches!(prompt, Prompt::Nonce { .. });
    let at = all.asked.iter().position(is_nonce).unwrap();
    let mut table = book(Personality::Standard, &THREE);
    let (ended, _) = run(&mut table, at);
    assert_eq!(ended.unwrap_err(), CeremonyError::Declined);
    assert_eq!(deletes(&table), 1);
    table
}

#[test]
fn a_retirement_that_was_begun_with_an_option_goes_on_without_it() {
    let mut table = declined_at_the_words(KeyEnd::Reset);
    retired(&mut table, "BG1-A", KeyEnd::Deleted).unwrap();
    let record = Ledger::new(&mut table.store).record(4).unwrap();
    assert_eq!(record.statement.retirement.unwrap().end, KeyEnd::Reset);
}

/// A retirement that was cut after so many writes; `None` if it has no more.
fn cut_after(end: KeyEnd, writes: u32) -> Option<Table> {
    let mut table = book(Personality::Standard, &THREE);
    table.power.fail_after_writes(writes);
    let ended = retired(&mut table, "BG1-A", end);
    table.power_back("BG1-A");
    ended.is_err().then_some(table)
}

/// The retirements that stopped, cut after one write or another, between the key's last signature and the
/// record: the key is erased, or may be.
pub(crate) fn stopped_in_the_erasure(end: KeyEnd) -> Vec<Table> {
    let has = |table: &Table, file: &str| {
        let name = format!("open/retirement-BG1-A/{file}");
        table.desk.files.contains_key(&name)
    };
    let is_early = |writes: u32| {
        cut_after(end, writes).is_some_and(|mut table| {
            let nothing = !has(&table, "presence.json") && !has(&table, "record.json");
            // What was tidied away is in the ledger.
            nothing && Ledger::new(&mut table.store).size().unwrap() == 4
        })
    };
    // The first cut that the signature came before: all before it are early.
    let (mut early, mut late) = (0, 128);
    while early + 1 < late {
        let middle = u32::midpoint(early, late);
        if is_early(middle) {
            early = middle;
        } else {
            late = middle;
        }
    }
    (late..)
        .map_while(|writes| cut_after(end, writes))
        .take_while(|table| has(table, "presence.json") && !has(table, "record.json"))
        .collect()
}

#[test]
fn an_erased_key_whose_statement_another_record_outgrew_is_retired_by_words() {
    for end in [KeyEnd::Deleted, KeyEnd::Reset] {
        let all = stopped_in_the_erasure(end);
        assert!(all.len() >= 3, "{end:?}: {}", all.len());
        let mut by_words = 0;
        for mut table in all {
            let erasing = "open/retirement-BG1-A/erasing.json";
            let begun = table.desk.files.contains_key(erasing);
            table
                .room(Mistakes::default(), |room, _| {
                    lose(room, None, "BG2-A", None)
                })
                .unwrap();
            retired(&mut table, "BG1-A", KeyEnd::Deleted)
                .unwrap_or_else(|error| panic!("{end:?}: {error:?}\n{}", table.seen.0));
            is_whole(&table, 6, "retired after a loss");
            let key = table.world.key("BG1-A").unwrap();
            assert_eq!(key.resident_credentials(), 0, "{end:?}");
            assert_eq!((deletes(&table), methods(&table, "BG-1")), (1, 1));
            let record = Ledger::new(&mut table.store).record(5).unwrap();
            let statement = &record.statement;
            assert_eq!(statement.retirement.unwrap().end, end);
            assert_eq!(record.evidence.presence.is_none(), begun, "{end:?}");
            assert_eq!(statement.key.is_none(), begun, "{end:?}");
            if begun {
                by_words += 1;
                let [exception] = statement.exceptions.as_slice() else {
                    panic!("{:?}", statement.exceptions)
                };
                assert_eq!(exception.step, "5.3");
                assert_eq!(
                    exception.text,
                    "BG1-A signed an earlier statement of this, then it was erased; that statement was \
                     not signed by all and counts no more, and an erased key signs nothing"
                );
                let unseen = statement.unseen_key.as_ref().unwrap();
                assert_eq!((unseen.label.as_str(), unseen.record), ("BG1-A", 1));
            }
        }
        assert!(by_words >= 2, "{end:?}: {by_words}");
    }
}

#[test]
fn a_key_that_breaks_in_its_own_retirement_is_retired_by_words() {
    // Before it was touched at all, and once its erasure was begun.
    let untouched = declined_at_the_words(KeyEnd::Reset);
    let begun = stopped_in_the_erasure(KeyEnd::Reset)
        .into_iter()
        .find(|table| {
            let has = |file: &str| {
                let name = format!("open/retirement-BG1-A/{file}");
                table.desk.files.contains_key(&name)
            };
            has("erasing.json") && !has("erased.json")
        });
    let begun = begun.unwrap();
    for (mut table, exceptions) in [(untouched, 0), (begun, 1)] {
        let before = table.world.key("BG1-A").unwrap().statistics();
        retired(&mut table, "BG1-A", KeyEnd::NotInHand).unwrap();
        is_whole(&table, 5, "retired");
        let after = table.world.key("BG1-A").unwrap().statistics();
        assert_eq!(
            after, before,
            "a key that is not in the hand is not asked for"
        );
        let statement = statement(&mut table, 4);
        assert_eq!(statement.retirement.unwrap().end, KeyEnd::NotInHand);
        assert_eq!(statement.exceptions.len(), exceptions);
        assert!(statement.key.is_none());
    }
}

#[test]
fn a_retired_key_signs_a_last_time_and_is_erased() {
    for (end, left) in [(KeyEnd::Deleted, true), (KeyEnd::Reset, false)] {
        let mut table = book(Personality::Standard, &THREE);
        retired(&mut table, "BG1-A", end)
            .unwrap_or_else(|error| panic!("{end:?}: {error:?}\n{}", table.seen.0));
        is_whole(&table, 5, "retired");
        let key = table.world.key("BG1-A").unwrap();
        assert_eq!(key.resident_credentials(), 0, "{end:?}");
        assert_eq!(key.has_pin(&World::pin("BG1-A")), left, "{end:?}");
        assert_eq!((deletes(&table), methods(&table, "BG-1")), (1, 1));
        let record = Ledger::new(&mut table.store).record(4).unwrap();
        assert!(record.evidence.presence.is_some());
        assert_eq!(record.statement.retirement.unwrap().end, end);
        assert!(
            table
                .seen
                .0
                .contains("Nothing but the account's credential is on the key."),
            "{}",
            table.seen.0
        );
        assert_eq!(
            table.register("BG1-A").unwrap_err(),
            CeremonyError::LabelUsed("BG1-A".to_owned())
        );
    }
}

#[test]
fn a_key_that_is_not_in_the_hand_is_retired_by_words() {
    let mut table = book(Personality::Standard, &THREE);
    let before = table.world.key("BG1-A").unwrap().statistics();
    retired(&mut table, "BG1-A", KeyEnd::NotInHand).unwrap();
    assert_eq!(table.world.key("BG1-A").unwrap().statistics(), before);
    is_whole(&table, 5, "retired");
    assert_eq!((deletes(&table), methods(&table, "BG-1")), (1, 1));
}

#[test]
fn every_personality_that_attests_is_retired() {
    let attests = |one: &Personality| {
        !matches!(
            one,
            Personality::SelfAttestation | Personality::NoAttestation
        )
    };
    for personality in Personality::ALL.into_iter().filter(attests) {
        for end in [KeyEnd::Deleted, KeyEnd::Reset] {
            let when = format!("{personality:?} {end:?}");
            let mut table = book(personality, &THREE);
            let ended = retired(&mut table, "BG1-A", end);
            if personality == Personality::Fido20Only && end == KeyEnd::Deleted {
                let error = ended.unwrap_err();
                assert!(
                    matches!(&error, CeremonyError::Matter { next, .. } if next.contains("--reset")),
                    "{when}: {error:?}"
                );
                assert_eq!(deletes(&table), 0, "{when}");
                is_whole(&table, 4, &when);
                continue;
            }
            ended.unwrap_or_else(|error| panic!("{when}: {error:?}\n{}", table.seen.0));
            is_whole(&table, 5, &when);
            let key = table.world.key("BG1-A").unwrap();
            assert_eq!(key.resident_credentials(), 0, "{when}");
        }
    }
}

/// What goes on however often it is stopped.
#[derive(Clone, Copy, Debug)]
enum Act {
    Lost,
    Retired(KeyEnd),
}

impl Act {
    const ALL: [Self; 4] = [
        Self::Lost,
        Self::Retired(KeyEnd::Deleted),
        Self::Retired(KeyEnd::Reset),
        Self::Retired(KeyEnd::NotInHand),
    ];

    fn run(self, table: &mut Table, at: usize) -> (Result<Appended, CeremonyError>, Heard) {
        heard(table, at, |room, session| match self {
            Self::Lost => lose(room, Some(session), "BG1-A", None),
            Self::Retired(end) => retire(room, session, "BG1-A", end),
        })
    }
}

#[track_caller]
fn goes_on(act: Act, table: &mut Table, when: &str) {
    let unfinished = !OpenCeremony::unfinished(&table.desk).unwrap().is_empty();
    let records = Ledger::new(&mut table.store).size().unwrap();
    if unfinished || records < 4 {
        let (ended, _) = act.run(table, NEVER);
        ended.unwrap_or_else(|error| panic!("{when}: {error:?}\n{}", table.seen.0));
    }
    is_whole(table, 4, when);
    assert_eq!(deletes(table), 1, "{when}: DELETEs");
    assert_eq!(methods(table, "BG-1"), 1, "{when}: methods");
    assert!(revocations(table) <= 1, "{when}: ended sessions");
}

#[test]
fn each_goes_on_after_a_cut_at_any_write_and_the_tenant_sees_one_delete() {
    for act in Act::ALL {
        let mut whole = book(Personality::Standard, &PAIR);
        let before = whole.power.writes();
        act.run(&mut whole, NEVER).0.unwrap();
        let writes = whole.power.writes() - before;
        for cut in 0..=writes {
            let when = format!("{act:?}, cut after {cut} of {writes} writes");
            let mut table = book(Personality::Standard, &PAIR);
            table.power.fail_after_writes(cut);
            assert!(act.run(&mut table, NEVER).0.is_err(), "{when}: not felt");
            table.power_back("BG1-A");
            goes_on(act, &mut table, &when);
        }
    }
}

#[test]
fn each_can_be_declined_at_every_question_and_held_again() {
    for act in Act::ALL {
        let (_, all) = act.run(&mut book(Personality::Standard, &PAIR), NEVER);
        for (at, prompt) in (0..).zip(&all.asked) {
            let when = format!("{act:?}, declined at {prompt:?}");
            let mut table = book(Personality::Standard, &PAIR);
            let (ended, _) = act.run(&mut table, at);
            // Sessions may be left to end by themselves.
            let may_stay = matches!(prompt, Prompt::TenantChange { would, .. }
                if would.starts_with("End "));
            assert_eq!(ended.is_ok(), may_stay, "{when}: {ended:?}");
            goes_on(act, &mut table, &when);
        }
    }
}

#[test]
fn each_question_may_be_answered_wrongly_and_the_key_goes_once() {
    for labels in [&PAIR[..], &TWO] {
        for act in Act::ALL {
            at_every_question(
                &format!("{act:?} of {labels:?}"),
                || book(Personality::Standard, labels),
                |table| act.run(table, NEVER).0.map(drop),
            );
        }
    }
}

/// One thing that somebody does in the rehearsal's world.
#[derive(Clone, Copy, Debug)]
enum Move {
    Register,
    /// Registered in the place of the key at this place of the world's labels.
    Replace(usize),
    Verify(Depth),
    Lose,
    LoseWithoutTenant,
    Retire(KeyEnd),
    Open(OpeningReason),
    Seal,
}

/// A move, and the key that makes it, by its place among the world's labels.
fn moves() -> impl Strategy<Value = (usize, Move)> {
    let any = prop_oneof![
        2 => Just(Move::Register),
        1 => Just(Move::Verify(Depth::WithPin)),
        1 => Just(Move::Verify(Depth::WithoutPin)),
        3 => Just(Move::Lose),
        1 => Just(Move::LoseWithoutTenant),
        1 => Just(Move::Retire(KeyEnd::Deleted)),
        1 => Just(Move::Retire(KeyEnd::Reset)),
        1 => Just(Move::Retire(KeyEnd::NotInHand)),
        1 => Just(Move::Open(OpeningReason::Incident)),
        1 => Just(Move::Open(OpeningReason::Test)),
        1 => Just(Move::Seal),
    ];
    prop_oneof![
        14 => (0..4_usize, any),
        // The same key anew.
        3 => (0..4_usize).prop_map(|place| (place, Move::Replace(place))),
        // Another one in its place.
        3 => (0..4_usize, 0..4_usize).prop_map(|(place, old)| (place, Move::Replace(old))),
    ]
}

/// What goes wrong in it.
#[derive(Clone, Copy, Debug)]
enum Wrong {
    Nothing,
    Declined(usize),
    PowerCut(u32),
    Tenant(Trouble),
    SignIn(SignInMistake),
}

fn wrongs() -> impl Strategy<Value = Wrong> {
    prop_oneof![
        4 => Just(Wrong::Nothing),
        2 => (0..12_usize).prop_map(Wrong::Declined),
        2 => (1..40_u32).prop_map(Wrong::PowerCut),
        1 => Just(Wrong::Tenant(Trouble::AnswerLost)),
        1 => Just(Wrong::Tenant(Trouble::RequestLost)),
        1 => Just(Wrong::Tenant(Trouble::Forbidden)),
        1 => Just(Wrong::Tenant(Trouble::Unavailable)),
        1 => Just(Wrong::SignIn(SignInMistake::OtherAccount)),
        1 => Just(Wrong::SignIn(SignInMistake::OtherKey)),
        1 => Just(Wrong::SignIn(SignInMistake::StopsWaiting)),
    ]
}

/// The accounts that can be opened: the tenant holds a passkey, and its key the very credential and a PIN
/// that is not blocked.
fn openable(table: &mut Table) -> Vec<String> {
    let book = Ledger::new(&mut table.store).read_book().unwrap();
    let opens = |alias: &str| {
        let id = account(alias);
        table.world.tenant.passkeys().iter().any(|passkey| {
            passkey.account == id
                && book.on_record.iter().any(|key| {
                    key.account == alias
                        && key
                            .credential
                            .as_ref()
                            .is_some_and(|known| known.id == passkey.credential)
                        && table.world.key(&key.label).is_some_and(|key| {
                            key.holds(&passkey.credential) && key.pin_retries() > 0
                        })
                })
        })
    };
    let aliases = World::accounts().into_iter().map(|(alias, _)| alias);
    aliases.filter(|alias| opens(alias)).collect()
}

/// The key that the second account has yet to get is planned for the first one.
fn plan_a_third(table: &mut Table) {
    let [first, second] = &mut table.plan.accounts[..] else {
        panic!("two accounts");
    };
    first.keys.extend(second.keys.pop());
}

fn make(table: &mut Table, label: &str, what: Move, at: usize, mistakes: Mistakes) -> Heard {
    let opening = |reason| Opening {
        reason,
        why: Some("rehearsed".to_owned()),
        at: None,
        opened_by: Vec::new(),
    };
    let (ended, all) = heard_with(table, at, mistakes, |room, session| match what {
        Move::Replace(old) => {
            let wish = RegistrationWish {
                replaces: Some(World::labels()[old]),
                ..RegistrationWish::of(label)
            };
            register_as(room, session, &wish).map(drop)
        }
        Move::Verify(depth) => verify(room, session, label, depth).map(drop),
        Move::Register => glasskey::ceremony::register(room, session, label).map(drop),
        Move::Lose => lose(room, Some(session), label, None).map(drop),
        Move::LoseWithoutTenant => lose(room, None, label, None).map(drop),
        Move::Retire(end) => retire(room, session, label, end).map(drop),
        Move::Open(reason) => open_bag(room, label, &opening(reason)).map(drop),
        Move::Seal => seal_bag(room, label).map(drop),
    });
    if let (Move::Open(_), Ok(())) = (what, ended) {
        table.world.bags.open(label);
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 24, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn no_order_of_commands_locks_an_account_out_unless_its_alias_was_typed(
        spare in any::<bool>(),
        course in prop::collection::vec((moves(), wrongs()), 1..10),
    ) {
        let mut table = book(Personality::Standard, &["BG1-A", "BG1-B"]);
        table.register("BG2-A").unwrap();
        if spare {
            plan_a_third(&mut table);
        }
        for ((place, what), wrong) in course {
            let label = World::labels()[place];
            let before = openable(&mut table);
            let at = if let Wrong::Declined(at) = wrong { at } else { NEVER };
            match wrong {
                Wrong::PowerCut(after) => table.power.fail_after_writes(after),
                Wrong::Tenant(trouble) => for (verb, path) in [
                    (Verb::Delete, "/fido2Methods/"),
                    (Verb::Post, "/fido2Methods"),
                ] {
                    table.world.tenant.inject(Fault {
                        verb,
                        path: path.to_owned(),
                        trouble,
                        times: 1,
                    });
                },
                Wrong::Nothing | Wrong::Declined(_) | Wrong::SignIn(_) => {}
            }
            let at_sign_in = if let Wrong::SignIn(how) = wrong { Some(how) } else { None };
            let all = make(&mut table, label, what, at, Mistakes { at_sign_in, ..Mistakes::NONE });
            table.power_back(label);
            table.world.tenant.clear_faults();
            days(&table, 1);
            let after = openable(&mut table);
            let given_up = |alias: &String| {
                let mut asked = all.asked.iter().enumerate();
                asked.any(|(place, prompt)| {
                    place != at
                        && matches!(prompt, Prompt::GiveUp { alias: typed } if typed == alias)
                })
            };
            for alias in &before {
                prop_assert!(
                    after.contains(alias) || given_up(alias),
                    "{alias} cannot be opened after {what:?} of {label}, {wrong:?}\n{}",
                    table.seen.0
                );
            }
            prop_assert!(!after.is_empty(), "nothing can be opened any more");
        }
    }
}

/// The book with a key that was used for other things too.
pub(crate) fn used_elsewhere() -> Table {
    let table = book(Personality::Standard, &PAIR);
    let key = table.world.key("BG1-A").unwrap();
    key.give_credential("github.com", "octavia");
    key.give_credential("example.org", "ops@example.org");
    assert_eq!(key.resident_credentials(), 3);
    table
}

#[test]
fn what_else_is_on_a_key_stays_there_unless_it_is_reset() {
    let mut table = used_elsewhere();
    retired(&mut table, "BG1-A", KeyEnd::Deleted).unwrap();
    let key = table.world.key("BG1-A").unwrap();
    assert_eq!(key.resident_credentials(), 2);
    for stays in [
        "Also on the key, and stays on it: example.org, ops@example.org",
        "Also on the key, and stays on it: github.com, octavia",
    ] {
        assert!(table.seen.0.contains(stays), "{}", table.seen.0);
    }
    is_whole(&table, 4, "retired");
}

#[test]
fn a_reset_names_all_that_goes_with_it_and_waits_for_the_typed_label() {
    let erase = |prompt: &Prompt| matches!(prompt, Prompt::Erase { label } if label == "BG1-A");
    let (ended, all) = heard(&mut used_elsewhere(), NEVER, |room, session| {
        retire(room, session, "BG1-A", KeyEnd::Reset)
    });
    ended.unwrap();
    let place = all.asked.iter().position(erase).unwrap();
    for goes in ["example.org, ops@example.org", "github.com, octavia"] {
        let said = format!("Also on the key, and goes with the reset: {goes}");
        assert!(all.said.contains(&said), "{:?}", all.said);
    }
    // Whoever does not type the label has lost nothing, there or in the tenant.
    let mut table = used_elsewhere();
    let (ended, all) = heard(&mut table, place, |room, session| {
        retire(room, session, "BG1-A", KeyEnd::Reset)
    });
    assert_eq!(ended.unwrap_err(), CeremonyError::Withdrawn);
    assert!(erase(all.asked.last().unwrap()), "{:?}", all.asked);
    let key = table.world.key("BG1-A").unwrap().clone();
    assert_eq!((key.resident_credentials(), deletes(&table)), (3, 0));
    retired(&mut table, "BG1-A", KeyEnd::Reset).unwrap();
    assert_eq!((key.resident_credentials(), deletes(&table)), (0, 1));
    is_whole(&table, 4, "reset");
}
