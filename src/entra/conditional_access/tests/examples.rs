//! Every policy of the example tenant, read and judged.

use super::support::ACCOUNT;
use super::support::EXCLUSION;
use super::support::GLOBAL;
use super::support::guid;
use super::support::membership;
use super::*;
use crate::entra::Completeness;
use crate::entra::Membership;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use serde_json::Value;

fn policies() -> Vec<CaPolicy> {
    let page: Value =
        serde_json::from_str(include_str!("../../../../tests/graph/ca-policies.json")).unwrap();
    CaPolicy::read_all(page["value"].clone()).unwrap()
}

fn outcomes(groups: &Membership, roles: &Roles) -> Vec<Reach> {
    let account = CaAccount {
        id: guid(ACCOUNT),
        kind: AccountKind::Member,
        membership: groups,
        roles,
    };
    policies()
        .iter()
        .map(|policy| reach(policy, &account))
        .collect()
}

#[test]
fn the_example_policies_are_read_whole() {
    let policies = policies();
    let first = &policies[0];
    assert_eq!(first.name, "CA001 Require MFA all users");
    assert_eq!(first.id, "ad8d2b4a-8d30-413f-88b8-144c6c8d98d9");
    assert_eq!(first.template, None);
    assert_eq!(first.modified, UtcTime::parse("2026-03-02T10:11:12Z"));
    assert_eq!(first.circumstances.resources, ["All"]);
    assert_eq!(first.grant.controls, [Control::Mfa]);
    assert!(first.session.is_empty());
    let states: Vec<&CaState> = policies.iter().map(|policy| &policy.state).collect();
    assert_eq!(
        states,
        [
            &CaState::Enabled,
            &CaState::Enabled,
            &CaState::ReportOnly,
            &CaState::Enabled,
            &CaState::Enabled,
            &CaState::Disabled,
        ]
    );
    for policy in &policies {
        assert_eq!(policy.circumstances.unread, [""; 0], "{}", policy.name);
        assert!(
            policy.circumstances.narrowings.is_empty(),
            "{}",
            policy.name
        );
    }
}

#[test]
fn each_example_policy_reaches_a_global_administrator_in_the_exclusion_group_or_not() {
    let groups = membership(&[EXCLUSION], Completeness::Whole);
    assert_eq!(
        outcomes(&groups, &Roles::whole([guid(GLOBAL)])),
        [
            Reach::Excluded(vec![Because::Group(guid(EXCLUSION))]),
            Reach::Excluded(vec![Because::User]),
            Reach::Applies(vec![Because::Role(guid(GLOBAL))]),
            Reach::NotTargeted,
            Reach::NotAboutUsers,
            Reach::Applies(vec![Because::Everybody]),
        ]
    );
}

#[test]
fn without_group_and_role_other_policies_reach_it() {
    let groups = membership(&[], Completeness::Whole);
    assert_eq!(
        outcomes(&groups, &Roles::whole([])),
        [
            Reach::Applies(vec![Because::Everybody]),
            Reach::Excluded(vec![Because::User]),
            Reach::NotTargeted,
            Reach::NotTargeted,
            Reach::NotAboutUsers,
            Reach::Applies(vec![Because::Everybody]),
        ]
    );
}

#[test]
fn where_groups_and_roles_are_hidden_what_hangs_on_them_is_unknown() {
    assert_eq!(
        outcomes(&Membership::unknown(), &Roles::unknown()),
        [
            Reach::Unknown(vec![Doubt::Group(guid(EXCLUSION))]),
            Reach::Excluded(vec![Because::User]),
            Reach::Unknown(vec![Doubt::Role(guid(GLOBAL))]),
            Reach::NotTargeted,
            Reach::NotAboutUsers,
            Reach::Applies(vec![Because::Everybody]),
        ]
    );
}

#[test]
fn what_each_example_policy_demands_of_a_key() {
    let key = Aaguid::parse("a25342c0-3cdc-4414-8e46-f4807fca511c").unwrap();
    let demands: Vec<Demand> = policies()
        .iter()
        .map(|policy| demand(policy, &[], &key))
        .collect();
    assert_eq!(
        demands,
        [
            Demand::KeyIsEnough(vec![Control::Mfa]),
            Demand::Block,
            Demand::PhishingResistant(vec!["Phishing-resistant MFA".into()]),
            Demand::Block,
            Demand::Block,
            Demand::Block,
        ]
    );
}
