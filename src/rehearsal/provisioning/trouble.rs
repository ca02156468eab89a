//! A tenant that stalls, loses answers, is slow to show what is, or lies.

use super::site::Lie;
use super::site::Site;
use super::site::UPN;
use super::site::wish;
use crate::ceremony::CeremonyError;
use crate::ceremony::TenantWhy;
use crate::ceremony::provision::State;
use crate::ceremony::provision::Step;
use crate::entra::ReadBack;
use crate::entra::TenantWrite;
use crate::entra::Version;
use crate::entra::Write;
use crate::entra::WriteMethod;
use crate::primitives::Clock;
use crate::primitives::Secret;
use crate::rehearsal::tenant::Fault;
use crate::rehearsal::tenant::Trouble;
use crate::rehearsal::tenant::Verb;
use std::cell::Cell;
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
    assert!(!site.desk.files.keys().any(|name| name.starts_with("open/")));
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
    // Another program makes it: it is there, and no reader sees it for some seconds.
    site.world.tenant.set_delay(Duration::from_secs(8));
    let body = format!(
        r#"{{"accountEnabled":true,"displayName":"x","mailNickname":"bg1","userPrincipalName":"{UPN}","passwordProfile":{{"password":"Aa1-Aa1-Aa1-Aa1-"}}}}"#
    );
    let sent = site.world.tenant.send(&Write {
        method: WriteMethod::Post,
        version: Version::V1,
        target: "/users".to_owned(),
        body: Secret::new(body.into_bytes()),
    });
    assert_eq!(sent.unwrap().status, 201);
    let ran = site.run();
    assert_eq!(ran.state(Step::Account), State::Changed);
    assert_eq!(site.sent("POST /v1.0/users"), 2);
    assert!(site.world.tenant.has_account(site.account()));
}

/// Names that a hostile tenant gives a pass, so that deleting it deletes something else.
const NAMES: [&str; 8] = [
    "../../../users/99a1915f-70a7-4b67-9dca-64095b41be73",
    "..",
    "",
    "a/b",
    "x?y",
    "%2e%2e%2f%2e%2e",
    "6f1967b7 15e8",
    "p\\u0000q",
];

#[test]
fn a_hostile_tenant_never_makes_it_delete_anything_but_a_membership_or_a_pass() {
    for name in NAMES {
        let mut site = site();
        site.run();
        site.lies = vec![Lie {
            path: "/temporaryAccessPassMethods",
            truths: Cell::new(0),
            body: format!(r#"{{"value":[{{"id":"{name}"}}]}}"#),
        }];
        let ran = site.run();
        assert_eq!(ran.state(Step::Passes), State::ByHand, "{name}");
        assert_eq!(site.sent("DELETE"), 0, "{name}");
        assert_eq!(site.world.tenant.deleted().len(), 0);
    }
}

#[test]
fn an_answer_for_another_account_is_never_taken() {
    let other = r#"{"id":"99a1915f-70a7-4b67-9dca-64095b41be73","userPrincipalName":"eve@contoso-rehearsal.onmicrosoft.com","accountEnabled":true,"onPremisesSyncEnabled":null}"#;
    // Asked by name, after the account was made, and by the pinned id.
    for truths in 0..3 {
        let mut site = site();
        if truths == 2 {
            site.run();
        }
        let writes = site.writes();
        site.lies = vec![Lie {
            path: "/users/",
            truths: Cell::new(truths % 2),
            body: other.to_owned(),
        }];
        let ran = site.run();
        assert!(
            matches!(ran.outcome, Err(CeremonyError::Answer(_))),
            "{truths}: {:?}",
            ran.outcome
        );
        if truths != 1 {
            assert_eq!(site.writes(), writes);
        }
        assert_ne!(
            site.pinned().map(|id| id.to_string()).as_deref(),
            Some("99a1915f-70a7-4b67-9dca-64095b41be73")
        );
    }
}

#[test]
fn groups_that_cannot_be_read_stop_it_and_nothing_is_sent() {
    let mut site = site();
    site.run();
    let writes = site.writes();
    site.lies = vec![Lie {
        path: "/transitiveMemberOf",
        truths: Cell::new(0),
        body: r#"{"value":[{"id":"not a guid"}]}"#.to_owned(),
    }];
    let ran = site.run();
    assert!(matches!(ran.outcome, Err(CeremonyError::Tenant { .. })));
    assert_eq!(site.writes(), writes);
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
