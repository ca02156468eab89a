//! What Graph does not do in a tenant: said, and looked for in the next run.

use super::site::Site;
use super::site::tap;
use super::site::wish;
use crate::ceremony::provision::State;
use crate::ceremony::provision::Step;
use crate::ceremony::provision::Wish;
use crate::facts::restore::Loosened;
use crate::primitives::Guid;
use crate::rehearsal::tenant::Unit;

#[test]
fn without_a_permission_each_write_is_an_instruction_that_names_it() {
    for (permission, step) in [
        ("User.ReadWrite.All", Step::Account),
        ("GroupMember.ReadWrite.All", Step::Exclusion),
        ("GroupMember.ReadWrite.All", Step::Passkey),
        ("Policy.ReadWrite.AuthenticationMethod", Step::SelfService),
    ] {
        let mut site = Site::new();
        site.world.tenant.policy_mut().self_service = false;
        site.world.tenant.withdraw_permission(permission);
        let ran = site.run();
        assert_eq!(ran.state(step), State::ByHand, "{permission}");
        let told = ran.done().steps.iter().find(|told| told.step == step);
        let told = told.unwrap();
        assert!(told.detail.contains(permission), "{}", told.detail);
        assert!(told.next.is_some());
    }
}

#[test]
fn what_was_done_by_hand_is_found_by_the_next_run() {
    let mut site = Site::new();
    site.world.tenant.policy_mut().self_service = false;
    site.world
        .tenant
        .withdraw_permission("GroupMember.ReadWrite.All");
    site.world
        .tenant
        .withdraw_permission("Policy.ReadWrite.AuthenticationMethod");
    let ran = site.run();
    let account = site.account();
    assert_eq!(ran.state(Step::Exclusion), State::ByHand);
    assert_eq!(ran.state(Step::SelfService), State::ByHand);
    // What a person will loosen by hand is noted too.
    assert_eq!(site.loose()[0].loosened, Loosened::SelfService);
    let plan = site.plan();
    for group in [plan.groups.passkey, plan.groups.ca_exclusion] {
        let group = site.world.tenant.group_mut(group.unwrap()).unwrap();
        group.members.insert(account);
    }
    site.world.tenant.policy_mut().self_service = true;
    let ran = site.run();
    assert_eq!(
        ran.open(),
        [(Step::Keys, State::Waiting), (Step::Role, State::Waiting)]
    );
    assert_eq!(ran.seen.asked, []);
    site.register_all();
    let ran = site.run();
    assert_eq!(ran.state(Step::SelfService), State::ByHand);
    assert_eq!(site.loose().len(), 1);
    site.world.tenant.policy_mut().self_service = false;
    let ran = site.run();
    assert_eq!(ran.state(Step::SelfService), State::Right);
    assert_eq!(site.loose(), []);
}

#[test]
fn a_rule_or_a_missing_group_is_not_written_to() {
    let mut site = Site::new();
    let plan = site.plan();
    let exclusion = plan.groups.ca_exclusion.unwrap();
    let group = site.world.tenant.group_mut(exclusion).unwrap();
    group.rule = Some("user.displayName -startsWith \"Emergency\"".to_owned());
    site.world.tenant.remove(plan.groups.passkey.unwrap());
    let ran = site.run();
    assert_eq!(ran.state(Step::Exclusion), State::ByHand);
    assert_eq!(ran.state(Step::Passkey), State::ByHand);
    assert!(ran.seen.heard("a rule decides who is in it"));
    assert!(ran.seen.heard("there is no such group"));
    assert_eq!(site.sent("/groups/"), 0);
}

#[test]
fn an_account_in_a_restricted_unit_is_said_to_be_and_left_to_its_administrators() {
    let mut site = Site::new();
    site.run();
    let account = site.account();
    let unit = Unit::restricted(Guid([0x31; 16]), "Emergency access", &[account]);
    site.world.tenant.add_unit(unit);
    site.world.tenant.account_mut(account).unwrap().enabled = false;
    let ran = site.run();
    assert_eq!(ran.state(Step::Account), State::ByHand);
    assert!(ran.seen.heard("restricted management administrative unit"));
    site.world.tenant.set_administers_units(true);
    let ran = site.run();
    assert_eq!(ran.state(Step::Account), State::Changed);
    assert!(
        ran.seen
            .heard("whose own administrators alone may change it")
    );
}

#[test]
fn an_account_that_is_synced_or_a_guest_is_no_emergency_account() {
    for guest in [false, true] {
        let mut site = Site::new();
        site.run();
        let account = site.account();
        let found = site.world.tenant.account_mut(account).unwrap();
        if guest {
            found.user_type = "Guest".to_owned();
        } else {
            found.synced = Some(true);
        }
        let writes = site.writes();
        let ran = site.run();
        assert_eq!(ran.state(Step::Account), State::ByHand);
        assert_eq!(ran.state(Step::Passkey), State::NotReached);
        assert_eq!(site.writes(), writes);
    }
}

#[test]
fn what_may_not_be_read_is_unknown_and_gives_no_role() {
    for (permission, also, step) in [
        (
            "UserAuthMethod-TAP.ReadWrite.All",
            "UserAuthenticationMethod.Read.All",
            Step::Passes,
        ),
        ("Domain.Read.All", "", Step::Domain),
    ] {
        let mut site = Site::with_keys();
        for withdrawn in [permission, also] {
            site.world.tenant.withdraw_permission(withdrawn);
        }
        let ran = site.run();
        assert_eq!(ran.state(step), State::Unknown, "{permission}");
        let done = ran.state(Step::Role).is_done();
        assert_eq!(done, step == Step::Domain, "{permission}");
    }
}

#[test]
fn a_group_inside_the_group_for_passes_is_an_instruction() {
    let mut site = Site::new();
    site.run();
    let account = site.account();
    let nested = Guid([0x7b; 16]);
    let group = crate::rehearsal::tenant::Group::new(nested, "Nested", &[account]);
    site.world.tenant.add_group(group);
    site.world
        .tenant
        .group_mut(tap())
        .unwrap()
        .members
        .insert(nested);
    let ran = site.run();
    assert_eq!(ran.state(Step::PassGroup), State::ByHand);
    assert!(ran.seen.heard("through another group"));
    assert_eq!(site.sent("DELETE"), 0);
}

#[test]
fn without_a_planned_group_for_passes_the_portal_needs_one() {
    let mut site = Site::new();
    let text = site
        .text()
        .replacen(&format!("tap = \"{}\"\n", tap()), "", 1);
    site.desk.files.insert("glasskey.toml".into(), text.into());
    assert_eq!(site.run().state(Step::PassGroup), State::Right);
    let portal = Wish {
        portal: true,
        ..wish()
    };
    let ran = site.run_as(&portal, &|_| false);
    assert_eq!(ran.state(Step::PassGroup), State::ByHand);
}
