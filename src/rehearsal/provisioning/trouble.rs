//! A tenant that stalls, loses answers, is slow to show what is, or lies.

use super::site::Site;
use super::site::UPN;
use super::site::wish;
use crate::ceremony::CeremonyError;
use crate::ceremony::TenantWhy;
use crate::ceremony::provision::State;
use crate::ceremony::provision::Step;
use crate::entra::ReadBack;
use crate::primitives::Clock;
use crate::rehearsal::tenant::Fault;
use crate::rehearsal::tenant::Trouble;
use crate::rehearsal::tenant::Verb;
use std::time::Duration;

const FIRST: [(Verb, &str); 3] = [
    (Verb::Post, "/users"),
    (Verb::Post, "/members/$ref"),
    (Verb::Patch, "/fido2"),
];

fn site() -> Site {
    let mut site = Site::new();
    site.world.tenant.policy_mut().self_service = false;
    site
}

fn fault(verb: Verb, path: &str, trouble: Trouble, times: u32) -> Fault {
    Fault {
        verb,
        path: path.to_owned(),
        trouble,
        times,
    }
}

#[test]
fn a_lost_answer_is_read_back_and_nothing_is_sent_again() {
    for (verb, path) in FIRST {
        let mut site = site();
        site.world
            .tenant
            .inject(fault(verb, path, Trouble::AnswerLost, 1));
        let ran = site.run();
        assert!(ran.seen.heard("No answer came"), "{path}");
        assert_eq!(
            ran.open(),
            [(Step::Keys, State::Waiting), (Step::Role, State::Waiting)]
        );
        assert!(site.writes().values().all(|count| *count == 1), "{path}");
    }
}

#[test]
fn a_garbled_success_is_read_back_too() {
    let mut site = site();
    site.world
        .tenant
        .inject(fault(Verb::Post, "/users", Trouble::Garbled, 1));
    let ran = site.run();
    assert_eq!(ran.state(Step::Account), State::Changed);
    assert_eq!(site.sent("POST /v1.0/users"), 1);
}

#[test]
fn a_lost_request_is_not_sent_again_in_the_same_run() {
    for (verb, path) in FIRST {
        let mut site = site();
        site.world
            .tenant
            .inject(fault(verb, path, Trouble::RequestLost, 1));
        let before = site.world.clock.elapsed();
        let ran = site.run();
        let Err(CeremonyError::Tenant { why, .. }) = &ran.outcome else {
            panic!("{path}: {:?}", ran.outcome)
        };
        assert_eq!(*why, TenantWhy::ReadBack(ReadBack::NotSeen));
        let waited = site.world.clock.elapsed().saturating_sub(before);
        assert!(waited >= Duration::from_mins(2), "{path}: {waited:?}");
        assert!(site.writes().values().all(|count| *count == 1), "{path}");
        // It did not happen: the next run asks and sends it.
        let ran = site.run();
        assert_eq!(
            ran.open(),
            [(Step::Keys, State::Waiting), (Step::Role, State::Waiting)],
            "{path}"
        );
    }
}

#[test]
fn a_throttled_write_did_not_happen_and_is_sent_after_the_wait() {
    for (verb, path) in FIRST {
        let mut site = site();
        site.world
            .tenant
            .inject(fault(verb, path, Trouble::Throttled(Some(17)), 1));
        let ran = site.run();
        assert_eq!(
            ran.open(),
            [(Step::Keys, State::Waiting), (Step::Role, State::Waiting)],
            "{path}"
        );
        assert_eq!(site.world.tenant.over_throttle(), 0);
    }
    let mut site = site();
    site.world
        .tenant
        .inject(fault(Verb::Post, "/users", Trouble::Throttled(None), 9));
    let ran = site.run();
    assert!(matches!(ran.outcome, Err(CeremonyError::Tenant { .. })));
    assert_eq!(site.sent("POST /v1.0/users"), 4);
    assert!(!site.desk.0.keys().any(|name| name.starts_with("open/")));
}

#[test]
fn a_slow_directory_is_waited_for() {
    let mut site = site();
    site.world.tenant.set_delay(Duration::from_secs(100));
    let ran = site.run();
    assert_eq!(
        ran.open(),
        [(Step::Keys, State::Waiting), (Step::Role, State::Waiting)]
    );
    assert_eq!(site.sent("POST /v1.0/users"), 1);
    assert_eq!(ran.state(Step::Passkey), State::Changed);
}

#[test]
fn a_directory_slower_than_two_minutes_stops_it_and_the_next_run_finds_what_was_made() {
    let mut site = site();
    site.world.tenant.set_delay(Duration::from_mins(10));
    assert!(site.run().outcome.is_err());
    // The very next run waits before it would send anything.
    site.world.tenant.set_delay(Duration::from_secs(5));
    site.wait(Duration::from_mins(9));
    let ran = site.run();
    assert_eq!(ran.state(Step::Account), State::Right);
    assert_eq!(site.sent("POST /v1.0/users"), 1);
    assert_eq!(
        ran.open(),
        [(Step::Keys, State::Waiting), (Step::Role, State::Waiting)]
    );
}

#[test]
fn an_account_that_somebody_made_meanwhile_is_found_behind_the_refusal() {
    let mut site = site();
    let id = crate::primitives::Guid([0x55; 16]);
    // It is there, but no reader sees it yet.
    site.world.tenant.set_delay(Duration::from_secs(8));
    let created = site.world.clock.utc();
    let account = crate::rehearsal::tenant::Account::new(id, UPN, "x", created);
    site.world.tenant.add_account(account);
    site.world.tenant.inject(fault(
        Verb::Get,
        UPN.split('@').next().unwrap(),
        Trouble::Forbidden,
        0,
    ));
    let ran = site.run();
    assert_eq!(site.pinned(), Some(id));
    assert!(!ran.done().has(State::Unknown));
}

#[test]
fn a_tenant_that_forbids_everything_is_unknown_and_sent_nothing() {
    let mut site = site();
    site.world.tenant.set_permissions(&[]);
    let ran = site.run_as(&wish(), &|_| false);
    assert_eq!(ran.state(Step::Domain), State::Unknown);
    assert_eq!(ran.state(Step::Account), State::NotReached);
    assert_eq!(site.writes().len(), 0);
}
