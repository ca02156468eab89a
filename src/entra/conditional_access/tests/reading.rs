//! What is read of a policy, and what becomes of members that cannot be read.

use super::support::ACCOUNT;
use super::support::EXCLUSION;
use super::support::GLOBAL;
use super::support::guid;
use super::support::policy;
use super::support::reached;
use super::*;
use crate::entra::tests::any_json;
use proptest::prelude::*;
use serde_json::Value;
use serde_json::json;

fn unknown(doubt: Doubt) -> Reach {
    Reach::Unknown(vec![doubt])
}

#[test]
fn an_exclusion_beats_every_inclusion() {
    for (side, id, because) in [
        ("excludeUsers", ACCOUNT, Because::User),
        ("excludeGroups", EXCLUSION, Because::Group(guid(EXCLUSION))),
        ("excludeRoles", GLOBAL, Because::Role(guid(GLOBAL))),
    ] {
        let users = json!({"includeUsers": ["All", ACCOUNT], side: [id.to_ascii_uppercase()]});
        assert_eq!(reached(&policy(&users)), Reach::Excluded(vec![because]));
    }
}

#[test]
fn every_reason_to_apply_is_told() {
    let users = json!({
        "includeUsers": ["All", ACCOUNT],
        "includeGroups": [EXCLUSION],
        "includeRoles": [GLOBAL],
        "excludeUsers": [],
    });
    assert_eq!(
        reached(&policy(&users)),
        Reach::Applies(vec![
            Because::Everybody,
            Because::User,
            Because::Group(guid(EXCLUSION)),
            Because::Role(guid(GLOBAL)),
        ])
    );
}

#[test]
fn a_policy_for_agents_or_services_is_not_about_users() {
    for clients in [
        json!({"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}),
        json!({"includeAgentIdServicePrincipals": ["All"]}),
        json!({"agentIdServicePrincipalFilter": {"mode": "include", "rule": "x"}}),
    ] {
        for users in [json!(null), json!({"includeUsers": ["None"]})] {
            let mut policy = policy(&users);
            policy["conditions"]["clientApplications"] = clients.clone();
            assert_eq!(reached(&policy), Reach::NotAboutUsers, "{clients}");
        }
    }
    let agents = json!({"includeUsers": ["AllAgentIdUsers"], "excludeUsers": []});
    assert_eq!(reached(&policy(&agents)), Reach::NotTargeted);
    // If it names people as well, they are looked at.
    let mut both = policy(&json!({"includeUsers": ["All"], "excludeUsers": []}));
    both["conditions"]["clientApplications"] = json!({"includeServicePrincipals": ["x"]});
    assert_eq!(reached(&both), Reach::Applies(vec![Because::Everybody]));
}

#[test]
fn users_that_are_null_or_not_told_are_unknown() {
    assert_eq!(reached(&policy(&json!(null))), unknown(Doubt::UsersNotTold));
    assert_eq!(
        reached(&policy(&json!("All"))),
        unknown(Doubt::UsersNotTold)
    );
    assert_eq!(reached(&json!({})), unknown(Doubt::UsersNotTold));
    assert_eq!(reached(&json!(null)), unknown(Doubt::UsersNotTold));
    let nothing = json!({});
    assert_eq!(reached(&policy(&nothing)), unknown(Doubt::IncludeNotTold));
    let no_exclude = json!({"includeUsers": ["All"]});
    assert_eq!(
        reached(&policy(&no_exclude)),
        unknown(Doubt::ExcludeNotTold)
    );
}

#[test]
fn a_word_that_we_do_not_know_may_mean_the_account() {
    let entry = |text: &str| unknown(Doubt::Entry(text.into()));
    let include = json!({"includeUsers": ["AllInterns"], "excludeUsers": []});
    assert_eq!(reached(&policy(&include)), entry("AllInterns"));
    let exclude = json!({"includeUsers": ["All"], "excludeUsers": ["AllInterns"]});
    assert_eq!(reached(&policy(&exclude)), entry("AllInterns"));
    let member = json!({
        "includeUsers": ["All"],
        "excludeUsers": [],
        "excludeDevices": {"all": true},
    });
    assert_eq!(reached(&policy(&member)), entry("excludeDevices"));
    let groups = json!({"includeUsers": [], "includeGroups": ["everyone"], "excludeUsers": []});
    assert_eq!(reached(&policy(&groups)), entry("includeGroups: everyone"));
}

#[test]
fn a_condition_that_we_do_not_know_leaves_no_policy_untargeted() {
    let mut elsewhere = policy(&json!({"includeUsers": ["None"], "excludeUsers": []}));
    elsewhere["conditions"]["moonPhases"] = json!(["full"]);
    assert_eq!(
        reached(&elsewhere),
        unknown(Doubt::Condition("moonPhases".into()))
    );
    let mut excluded = policy(&json!({"includeUsers": ["All"], "excludeUsers": [ACCOUNT]}));
    excluded["conditions"]["moonPhases"] = json!(["full"]);
    assert_eq!(reached(&excluded), Reach::Excluded(vec![Because::User]));
    // What says nothing is no condition.
    for silent in [json!(null), json!([]), json!({"levels": []}), json!(false)] {
        elsewhere["conditions"]["moonPhases"] = silent;
        assert_eq!(reached(&elsewhere), Reach::NotTargeted);
    }
}

#[test]
fn a_state_that_we_do_not_know_is_kept() {
    let state = |word: Value| {
        let mut policy = policy(&json!({}));
        policy["state"] = word;
        CaPolicy::read(&policy).state
    };
    assert_eq!(state(json!("ENABLED")), CaState::Enabled);
    assert_eq!(state(json!("paused")), CaState::Other("paused".into()));
    assert_eq!(state(json!(null)), CaState::Other(String::new()));
}

#[test]
fn guests_are_told_apart_by_where_they_are_from() {
    use AccountKind::ExternalGuest;
    use AccountKind::ExternalMember;
    use AccountKind::InternalGuest;
    use AccountKind::Member;
    use AccountKind::NotTold;
    let membership = support::membership(&[], crate::entra::Completeness::Whole);
    let roles = Roles::whole([]);
    let as_kind = |users: &Value, kind| {
        let account = CaAccount {
            id: guid(ACCOUNT),
            kind,
            membership: &membership,
            roles: &roles,
        };
        reach(&CaPolicy::read(&policy(users)), &account)
    };
    let applies = Reach::Applies(vec![Because::Guest]);
    let all = json!({"membershipKind": "all"});
    let b2b = json!({
        "includeUsers": [],
        "excludeUsers": [],
        "includeGuestsOrExternalUsers": {
            "guestOrExternalUserTypes": "b2bCollaborationGuest,internalGuest,serviceProvider",
            "externalTenants": all,
        },
    });
    assert_eq!(as_kind(&b2b, Member), Reach::NotTargeted);
    assert_eq!(as_kind(&b2b, InternalGuest), applies);
    assert_eq!(as_kind(&b2b, ExternalGuest), applies);
    assert_eq!(as_kind(&b2b, ExternalMember), Reach::NotTargeted);
    assert_eq!(as_kind(&b2b, NotTold), unknown(Doubt::Kind));
    let mut some = b2b.clone();
    some["includeGuestsOrExternalUsers"]["externalTenants"] = json!({"membershipKind": "enumerated", "members": ["9c2a4e10-5b7d-4c1f-9a36-0d2f8e6b7c55"]});
    assert_eq!(as_kind(&some, InternalGuest), applies);
    assert_eq!(as_kind(&some, ExternalGuest), unknown(Doubt::HomeTenant));
    let old = json!({"includeUsers": ["GuestsOrExternalUsers"], "excludeUsers": []});
    assert_eq!(as_kind(&old, Member), Reach::NotTargeted);
    assert_eq!(as_kind(&old, ExternalMember), applies);
}

#[test]
fn when_a_policy_acts_is_read() {
    let mut policy = policy(&json!({"includeUsers": ["All"], "excludeUsers": []}));
    policy["conditions"]["applications"] = json!({
        "includeApplications": ["None"],
        "includeUserActions": ["urn:user:registersecurityinfo"],
        "includeAuthenticationContextClassReferences": ["c1"],
    });
    policy["conditions"]["authenticationFlows"] =
        json!({"transferMethods": "deviceCodeFlow,authenticationTransfer"});
    policy["conditions"]["clientAppTypes"] = json!(["exchangeActiveSync", "other"]);
    policy["conditions"]["platforms"] = json!({"includePlatforms": ["android"]});
    policy["conditions"]["locations"] =
        json!({"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]});
    policy["conditions"]["devices"] =
        json!({"deviceFilter": {"mode": "exclude", "rule": "device.isCompliant -eq True"}});
    policy["conditions"]["signInRiskLevels"] = json!(["high"]);
    policy["conditions"]["insiderRiskLevels"] = json!("elevated");
    let read = CaPolicy::read(&policy).circumstances;
    assert_eq!(
        read,
        Circumstances {
            resources: vec![],
            except_resources: vec![],
            user_actions: vec!["urn:user:registersecurityinfo".into()],
            contexts: vec!["c1".into()],
            flows: vec!["deviceCodeFlow".into(), "authenticationTransfer".into()],
            narrowings: vec![
                Narrowing::ClientApps(vec!["exchangeActiveSync".into(), "other".into()]),
                Narrowing::Platforms(vec!["android".into()]),
                Narrowing::ExceptLocations(vec!["AllTrusted".into()]),
                Narrowing::Devices,
                Narrowing::Risk("sign-in risk", vec!["high".into()]),
                Narrowing::Risk("insider risk", vec!["elevated".into()]),
            ],
            unread: vec![],
        }
    );
    assert!(read.at_registration());
    assert!(!read.only_user_actions());
}

#[test]
fn session_controls_are_read_and_those_that_are_off_are_not() {
    let mut policy = policy(&json!({}));
    policy["sessionControls"] = json!({
        "applicationEnforcedRestrictions": null,
        "cloudAppSecurity": {"isEnabled": false, "cloudAppSecurityType": "blockDownloads"},
        "disableResilienceDefaults": true,
        "persistentBrowser": null,
        "secureSignInSession": {"isEnabled": true},
        "signInFrequency": {"isEnabled": true, "type": "hours", "value": 4},
        "telepathy": {"isEnabled": true},
    });
    let mut session = CaPolicy::read(&policy).session;
    session.sort_by_key(|one| format!("{one:?}"));
    assert_eq!(
        session,
        [
            Session::NoResilience,
            Session::SignInFrequency,
            Session::TokenProtection,
            Session::Unread("telepathy".into()),
        ]
    );
}

proptest! {
    #[test]
    fn no_json_panics_it_and_nothing_of_it_passes_as_excluded(value in any_json()) {
        let mut wrapped = policy(&json!({"includeUsers": ["All"], "excludeUsers": []}));
        for member in ["users", "applications", "authenticationFlows", "locations", "devices"] {
            wrapped["conditions"][member] = value.clone();
            let _ = reached(&wrapped);
        }
        wrapped["grantControls"] = value.clone();
        wrapped["sessionControls"] = value.clone();
        let key = crate::webauthn::Aaguid::ZERO;
        let read = CaPolicy::read(&wrapped);
        let _ = (demand(&read, &[], &key), demand_of_pass(&read, &[]));
        let _ = CaPolicy::read_all(value);
    }
}
