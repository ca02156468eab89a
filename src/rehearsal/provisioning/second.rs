//! The second run: what was loosened is put back, and the role comes last.

use super::site::Site;
use super::site::tap;
use super::site::wish;
use crate::ceremony::Prompt;
use crate::ceremony::provision::State;
use crate::ceremony::provision::Step;
use crate::facts::restore::Loosened;
use crate::rehearsal::tenant::Fault;
use crate::rehearsal::tenant::Holding;
use crate::rehearsal::tenant::Licence;
use crate::rehearsal::tenant::Passkey;
use crate::rehearsal::tenant::Role;
use crate::rehearsal::tenant::Trouble;
use crate::rehearsal::tenant::Verb;
use crate::webauthn::Aaguid;
use crate::webauthn::CredentialId;
use std::time::Duration;

#[test]
fn once_the_keys_signed_in_the_role_is_given_for_ever_and_read_back() {
    let mut site = Site::with_keys();
    let ran = site.run();
    assert_eq!(ran.open(), []);
    assert_eq!(ran.state(Step::Role), State::Changed);
    assert_eq!(site.roles(), [Holding::Permanent]);
    assert_eq!(site.sent("roleAssignmentScheduleRequests"), 1);
    assert_eq!(site.sent("/roleAssignments"), 0);
    assert_eq!(ran.seen.asked.len(), 1, "{:?}", ran.seen.asked);
    assert!(
        ran.seen
            .heard("BG1-A: the tenant saw it used on 2026-01-05")
    );
    // And again: nothing is left to do.
    let ran = site.run();
    assert_eq!((ran.open(), ran.seen.asked), (vec![], vec![]));
    assert_eq!(site.sent("roleAssignmentScheduleRequests"), 1);
}

#[test]
fn without_privileged_identity_management_it_is_assigned_plainly() {
    for licence in [Licence::Free, Licence::P1] {
        let mut site = Site::with_keys();
        site.world.tenant.set_licence(licence);
        let ran = site.run();
        assert_eq!(ran.open(), [], "{licence:?}");
        assert_eq!(
            site.sent("POST /v1.0/roleManagement/directory/roleAssignments"),
            1
        );
        assert_eq!(site.sent("ScheduleRequests"), 0);
        assert_eq!(site.roles(), [Holding::Permanent]);
    }
}

#[test]
fn role_settings_that_forbid_it_are_never_answered_with_a_role_that_ends() {
    let mut site = Site::with_keys();
    site.world.tenant.set_permanent_roles(false);
    let ran = site.run();
    assert_eq!(ran.open(), [(Step::Role, State::ByHand)]);
    assert!(ran.seen.heard("ExpirationRule"));
    assert!(ran.seen.heard("never one that ends"));
    assert_eq!(site.roles(), []);
    assert_eq!(site.sent("roleAssignmentScheduleRequests"), 1);
    // An administrator changes the settings: the next run goes on.
    site.world.tenant.set_permanent_roles(true);
    assert_eq!(site.run().open(), []);
    assert_eq!(site.roles(), [Holding::Permanent]);
}

#[test]
fn a_role_that_was_given_by_hand_is_found_and_one_that_ends_is_not_enough() {
    let mut site = Site::with_keys();
    let account = site.account();
    let soon = crate::primitives::UtcTime::parse("2026-06-01T00:00:00Z").unwrap();
    let role = Role::GlobalAdministrator;
    site.world
        .tenant
        .assign(account, role, Holding::Until(soon));
    let ran = site.run();
    assert_eq!(ran.open(), [(Step::Role, State::ByHand)]);
    assert!(ran.seen.heard("ends on 2026-06-01T00:00:00Z"));
    assert_eq!(site.sent("ScheduleRequests"), 0);
    site.world.tenant.unassign(account, role);
    site.world.tenant.assign(account, role, Holding::Permanent);
    let ran = site.run();
    assert_eq!((ran.open(), ran.seen.asked), (vec![], vec![]));
    assert_eq!(site.sent("ScheduleRequests"), 0);
}

#[test]
fn an_eligible_or_activated_role_is_none() {
    for holding in [
        Holding::Eligible,
        Holding::Activated(crate::primitives::UtcTime::parse("2026-01-05T23:00:00Z").unwrap()),
    ] {
        let mut site = Site::with_keys();
        let account = site.account();
        site.world
            .tenant
            .assign(account, Role::GlobalAdministrator, holding);
        assert_eq!(site.run().state(Step::Role), State::Changed);
        assert!(site.roles().contains(&Holding::Permanent));
    }
}

#[test]
fn no_role_while_a_key_is_not_registered_or_has_not_signed_in() {
    let mut site = Site::new();
    site.run();
    let labels = site.labels();
    site.register(&labels[0]);
    let ran = site.run();
    assert_eq!(ran.state(Step::Keys), State::Waiting);
    assert!(ran.seen.heard("Not registered yet: BG1-B"));
    site.register(&labels[1]);
    site.sign_in(&labels[0]);
    // The tenant cannot tell of the second key: a person is asked, and told what it means.
    let ran = site.run_as(&wish(), &|prompt| {
        matches!(prompt, Prompt::SignInSeen { .. })
    });
    assert_eq!(ran.state(Step::Keys), State::Declined);
    assert_eq!(ran.state(Step::Role), State::NotReached);
    let [Prompt::SignInSeen { label, .. }] = ran.seen.asked.as_slice() else {
        panic!("{:?}", ran.seen.asked)
    };
    assert_eq!(*label, labels[1]);
    assert_eq!(site.roles(), []);
    // By a person's word alone it goes on.
    let ran = site.run();
    assert!(ran.seen.heard("that BG1-B signed in is your word alone"));
    assert_eq!(site.roles(), [Holding::Permanent]);
}

#[test]
fn a_passkey_that_no_record_knows_keeps_the_role_away() {
    let mut site = Site::with_keys();
    let account = site.account();
    site.world.tenant.add_passkey(Passkey {
        account,
        credential: CredentialId::new(vec![9; 32]).unwrap(),
        display_name: "somebody's \u{1b}[2J key".to_owned(),
        created: crate::primitives::UtcTime::from_unix(1_767_603_600),
        aaguid: Aaguid::ZERO,
        thumbprint: None,
        synced: true,
        last_used: None,
    });
    let ran = site.run();
    assert_eq!(
        ran.open(),
        [(Step::Keys, State::ByHand), (Step::Role, State::Waiting)]
    );
    assert_eq!(site.roles(), []);
}

#[test]
fn a_pass_and_its_group_are_gone_before_the_role_comes() {
    let mut site = Site::with_keys();
    let account = site.account();
    site.world.tenant.add_pass(account);
    let passes = site.world.tenant.group_mut(tap()).unwrap();
    passes.members.insert(account);
    // Whoever wants to keep the pass gets no role.
    let ran = site.run_as(&wish(), &|prompt| prompt.words().contains("Delete it"));
    assert_eq!(ran.state(Step::Passes), State::Declined);
    assert_eq!(site.roles(), []);
    let ran = site.run();
    assert_eq!(ran.open(), []);
    assert_eq!(site.world.tenant.passes(), []);
    assert_eq!(site.roles(), [Holding::Permanent]);
    assert_eq!(site.sent("DELETE"), 2);
    assert_eq!(site.world.tenant.deleted().len(), 0);
}

#[test]
fn self_service_goes_off_again_once_the_keys_are_in() {
    let mut site = Site::new();
    site.world.tenant.policy_mut().self_service = false;
    site.run();
    site.register_all();
    // Whoever declines leaves it noted.
    let ran = site.run_as(&wish(), &|prompt| prompt.words().contains("Turn it off"));
    assert_eq!(ran.state(Step::SelfService), State::Declined);
    assert_eq!(site.loose().len(), 1);
    let ran = site.run_as(&wish(), &|prompt| {
        matches!(prompt, Prompt::SignInSeen { .. })
    });
    assert_eq!(ran.state(Step::SelfService), State::Changed);
    assert!(!site.world.tenant.policy_mut().self_service);
    assert_eq!(site.loose(), []);
}

#[test]
fn self_service_stays_on_for_another_account_that_needs_it() {
    let mut site = Site::new();
    site.world.tenant.policy_mut().self_service = false;
    site.run();
    site.register_all();
    let other = crate::facts::restore::RestoreItem {
        loosened: Loosened::SelfService,
        by: "provision/BG-2".to_owned(),
        since: crate::primitives::UtcTime::from_unix(1_767_603_600),
    };
    let items = [site.loose(), vec![other.clone()]].concat();
    let bytes = crate::facts::restore::written(&items);
    site.desk.files.insert("open/restore.json".into(), bytes);
    let ran = site.run_as(&wish(), &|prompt| {
        matches!(prompt, Prompt::SignInSeen { .. })
    });
    assert_eq!(ran.state(Step::SelfService), State::Right);
    assert!(ran.seen.heard("It stays loose for provision/BG-2"));
    assert!(site.world.tenant.policy_mut().self_service);
    assert_eq!(site.loose(), [other]);
}

#[test]
fn no_answer_to_the_role_is_read_back_and_never_sent_again() {
    let mut site = Site::with_keys();
    site.world.tenant.inject(Fault {
        verb: Verb::Post,
        path: "/roleManagement/".to_owned(),
        trouble: Trouble::AnswerLost,
        times: 1,
    });
    let ran = site.run();
    assert_eq!(ran.open(), []);
    assert!(ran.seen.heard("No answer came"));
    assert_eq!(site.sent("roleAssignmentScheduleRequests"), 1);
}

#[test]
fn an_account_that_has_its_role_already_keeps_it_and_is_read_back() {
    let mut site = Site::new();
    site.run();
    let account = site.account();
    site.world
        .tenant
        .assign(account, Role::GlobalAdministrator, Holding::Permanent);
    let ran = site.run();
    assert_eq!(ran.open(), [(Step::Keys, State::Waiting)]);
    assert_eq!(ran.state(Step::Role), State::Right);
    site.wait(Duration::from_mins(5));
    assert_eq!(site.sent("roleManagement"), 0);
}
