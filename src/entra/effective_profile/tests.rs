mod model;

use super::*;
use crate::entra::Group;
use serde_json::Value;
use serde_json::json;

const KEY: &str = "a25342c0-3cdc-4414-8e46-f4807fca511c";
const OTHER: &str = "ee882879-721c-4913-9775-3dfcce97072a";
const EMERGENCY: &str = "0f9d6c1e-3a5b-4a3e-8a34-6b0d1f6a7e21";
const ACCOUNT: &str = "99a1915f-70a7-4b67-9dca-64095b41be73";
const DEFAULT: &str = "00000000-0000-0000-0000-000000000001";
const ATTESTED: &str = "b8f3a2d4-5d2e-4c0a-9f53-1d7c7c1d0a11";

fn guid(text: &str) -> Guid {
    Guid::parse(text).unwrap()
}

fn membership(groups: &[&str], completeness: Completeness) -> Membership {
    Membership {
        groups: groups
            .iter()
            .map(|id| Group {
                id: guid(id),
                display_name: None,
                role_assignable: Told::NotTold,
                management_restricted: Told::NotTold,
            })
            .collect(),
        completeness,
    }
}

fn decided(policy: &Value, membership: &Membership, aaguid: &str, usage: Usage) -> Decision {
    let account = AccountFacts {
        id: guid(ACCOUNT),
        user_type: &UserType::Member,
        membership,
    };
    let policy = Fido2Policy::read(policy.clone()).unwrap();
    decide(&policy, &account, &Aaguid::parse(aaguid).unwrap(), usage)
}

fn in_emergency_group(policy: &Value, aaguid: &str, usage: Usage) -> Decision {
    let membership = membership(&[EMERGENCY], Completeness::Whole);
    decided(policy, &membership, aaguid, usage)
}

fn profiles() -> Value {
    serde_json::from_str(include_str!(
        "../../../tests/graph/fido2-policy-profiles.json"
    ))
    .unwrap()
}

/// The example policy without its default profile: only attested keys of two models, for one group.
fn strict() -> Value {
    let mut policy = profiles();
    policy["includeTargets"].as_array_mut().unwrap().remove(0);
    policy
}

fn attested() -> ProfileRef {
    ProfileRef::Profile {
        id: ProfileId::new(ATTESTED),
        name: "Emergency access: attested security keys".into(),
    }
}

const REGISTRATION: Usage = Usage::Registration(Attestation::Unseen);

#[test]
fn profiles_of_all_matching_targets_are_united() {
    let default = AllowedBy {
        profile: ProfileRef::Profile {
            id: ProfileId::new(DEFAULT),
            name: "Default passkey profile".into(),
        },
        assumed: false,
        attestation_required: false,
    };
    let strict = AllowedBy {
        profile: attested(),
        assumed: false,
        attestation_required: true,
    };
    assert_eq!(
        in_emergency_group(&profiles(), KEY, REGISTRATION),
        Decision::Allowed(vec![default.clone(), strict])
    );
    assert_eq!(
        in_emergency_group(&profiles(), OTHER, REGISTRATION),
        Decision::Allowed(vec![default])
    );
}

#[test]
fn a_key_that_is_not_on_the_allow_list_names_the_list_to_extend() {
    for usage in [REGISTRATION, Usage::SignIn] {
        assert_eq!(
            in_emergency_group(&strict(), OTHER, usage),
            Decision::Refused {
                first: Refusal {
                    reason: Reason::NoProfileFits(vec![Miss {
                        profile: attested(),
                        faults: vec![ProfileFault::NotOnAllowList],
                    }]),
                    setting: Setting::AddToAllowList(attested(), Aaguid::parse(OTHER).unwrap()),
                },
                further: Vec::new(),
            }
        );
    }
}

#[test]
fn a_blocked_key_is_locked_out_of_sign_in_at_once() {
    let mut policy = strict();
    policy["passkeyProfiles"][1]["keyRestrictions"] =
        json!({"isEnforced": true, "enforcementType": "block", "aaGuids": [KEY.to_uppercase()]});
    let Decision::Refused { first, .. } = in_emergency_group(&policy, KEY, Usage::SignIn) else {
        panic!("allowed")
    };
    assert_eq!(
        first.setting,
        Setting::RemoveFromBlockList(attested(), Aaguid::parse(KEY).unwrap())
    );
    assert!(matches!(
        in_emergency_group(&policy, OTHER, Usage::SignIn),
        Decision::Allowed(_)
    ));
}

#[test]
fn attestation_counts_at_registration_alone() {
    let absent = Usage::Registration(Attestation::Absent);
    let Decision::Refused { first, .. } = in_emergency_group(&strict(), KEY, absent) else {
        panic!("allowed")
    };
    assert_eq!(first.setting, Setting::UseAttestedKey(attested()));
    let verified = Usage::Registration(Attestation::Verified);
    for (usage, required) in [(verified, true), (Usage::SignIn, false)] {
        assert_eq!(
            in_emergency_group(&strict(), KEY, usage),
            Decision::Allowed(vec![AllowedBy {
                profile: attested(),
                assumed: false,
                attestation_required: required,
            }])
        );
    }
}

#[test]
fn exclusion_beats_every_inclusion_in_both_usages() {
    let mut policy = profiles();
    policy["excludeTargets"] = json!([{"targetType": "group", "id": EMERGENCY}]);
    for usage in [REGISTRATION, Usage::SignIn] {
        let scope = TargetScope::Group(guid(EMERGENCY));
        assert_eq!(
            in_emergency_group(&policy, KEY, usage),
            Decision::Refused {
                first: Refusal {
                    reason: Reason::Excluded(scope.clone()),
                    setting: Setting::RemoveExclusion(scope),
                },
                further: Vec::new(),
            }
        );
    }
}

#[test]
fn everything_that_stands_in_the_way_is_told_at_once() {
    let mut policy = strict();
    policy["state"] = json!("disabled");
    policy["isSelfServiceRegistrationAllowed"] = json!(false);
    let nobody = membership(&[], Completeness::Whole);
    let refusal = |reason, setting| Refusal { reason, setting };
    assert_eq!(
        decided(&policy, &nobody, KEY, REGISTRATION),
        Decision::Refused {
            first: refusal(Reason::MethodDisabled, Setting::EnableMethod),
            further: vec![
                refusal(Reason::NotIncluded, Setting::AddInclusion),
                refusal(Reason::SelfServiceOff, Setting::AllowSelfService),
            ],
        }
    );
    assert_eq!(
        decided(&policy, &nobody, KEY, Usage::SignIn),
        Decision::Refused {
            first: refusal(Reason::MethodDisabled, Setting::EnableMethod),
            further: vec![refusal(Reason::NotIncluded, Setting::AddInclusion)],
        }
    );
}

#[test]
fn the_setting_is_in_the_profile_that_misses_least() {
    let mut policy = profiles();
    policy["passkeyProfiles"][0]["passkeyTypes"] = json!("synced");
    policy["passkeyProfiles"][0]["keyRestrictions"] =
        json!({"isEnforced": true, "enforcementType": "allow", "aaGuids": []});
    let Decision::Refused { first, .. } = in_emergency_group(&policy, OTHER, Usage::SignIn) else {
        panic!("allowed")
    };
    assert_eq!(
        first.setting,
        Setting::AddToAllowList(attested(), Aaguid::parse(OTHER).unwrap())
    );
    let Reason::NoProfileFits(misses) = first.reason else {
        panic!("{:?}", first.reason)
    };
    assert_eq!(
        misses[1].faults,
        [
            ProfileFault::DeviceBoundNotTaken,
            ProfileFault::NotOnAllowList
        ]
    );
}

#[test]
fn a_target_without_profiles_gets_the_default_one_and_says_so() {
    let mut policy = profiles();
    for target in policy["includeTargets"].as_array_mut().unwrap() {
        target
            .as_object_mut()
            .unwrap()
            .remove("allowedPasskeyProfiles");
    }
    let Decision::Allowed(allowed) = in_emergency_group(&policy, KEY, REGISTRATION) else {
        panic!("refused")
    };
    assert_eq!(allowed.len(), 1);
    assert!(allowed[0].assumed);
    policy["defaultPasskeyProfile"] = Value::Null;
    assert_eq!(
        in_emergency_group(&policy, KEY, REGISTRATION),
        Decision::Unknown(vec![Unsure::NoDefaultProfile])
    );
}

#[test]
fn a_profile_that_is_not_there_is_unknown() {
    let mut policy = strict();
    policy["passkeyProfiles"].as_array_mut().unwrap().remove(1);
    assert_eq!(
        in_emergency_group(&policy, KEY, REGISTRATION),
        Decision::Unknown(vec![Unsure::ProfileMissing(ProfileId::new(ATTESTED))])
    );
    policy["passkeyProfiles"] = json!([]);
    assert_eq!(
        in_emergency_group(&policy, KEY, REGISTRATION),
        Decision::Unknown(vec![Unsure::ProfileMissing(ProfileId::new(ATTESTED))])
    );
}

#[test]
fn before_the_profiles_the_old_fields_decide() {
    let policy: Value = serde_json::from_str(include_str!(
        "../../../tests/graph/fido2-policy-legacy.json"
    ))
    .unwrap();
    let legacy = |attestation_required| {
        Decision::Allowed(vec![AllowedBy {
            profile: ProfileRef::Legacy,
            assumed: false,
            attestation_required,
        }])
    };
    let nobody = membership(&[], Completeness::Whole);
    assert_eq!(decided(&policy, &nobody, KEY, REGISTRATION), legacy(true));
    assert_eq!(decided(&policy, &nobody, KEY, Usage::SignIn), legacy(false));
    let Decision::Refused { first, .. } = decided(&policy, &nobody, OTHER, Usage::SignIn) else {
        panic!("allowed")
    };
    assert_eq!(
        first.setting,
        Setting::AddToAllowList(ProfileRef::Legacy, Aaguid::parse(OTHER).unwrap())
    );
}

#[test]
fn a_guest_cannot_register_but_a_key_is_judged_for_sign_in() {
    let policy = Fido2Policy::read(profiles()).unwrap();
    let membership = membership(&[], Completeness::Whole);
    let aaguid = Aaguid::parse(KEY).unwrap();
    let as_type = |user_type: &UserType, usage| {
        let account = AccountFacts {
            id: guid(ACCOUNT),
            user_type,
            membership: &membership,
        };
        decide(&policy, &account, &aaguid, usage)
    };
    let Decision::Refused { first, .. } = as_type(&UserType::Guest, REGISTRATION) else {
        panic!("allowed")
    };
    assert_eq!(first.reason, Reason::Guest);
    assert_eq!(
        as_type(&UserType::NotTold, REGISTRATION),
        Decision::Unknown(vec![Unsure::UserType])
    );
    assert!(matches!(
        as_type(&UserType::NotTold, Usage::SignIn),
        Decision::Allowed(_)
    ));
}

#[test]
fn a_list_with_an_unreadable_entry_never_passes_by_it() {
    let mut policy = strict();
    let restrict = |kind: &str, list: Value| json!({"isEnforced": true, "enforcementType": kind, "aaGuids": list});
    let unknown = Decision::Unknown(vec![Unsure::ProfileUnreadable(attested())]);
    for (kind, list, allowed) in [
        ("allow", json!(["{a25342c0}"]), false),
        ("allow", json!(["{a25342c0}", KEY]), true),
        ("block", json!(["{a25342c0}"]), false),
    ] {
        policy["passkeyProfiles"][1]["keyRestrictions"] = restrict(kind, list);
        let decision = in_emergency_group(&policy, KEY, Usage::SignIn);
        if allowed {
            assert!(matches!(decision, Decision::Allowed(_)), "{decision:?}");
        } else {
            assert_eq!(decision, unknown);
        }
    }
}
