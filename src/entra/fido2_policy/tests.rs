use super::*;
use serde_json::json;

fn read(text: &str) -> Fido2Policy {
    Fido2Policy::read(serde_json::from_str(text).unwrap()).unwrap()
}

fn aaguids(texts: &[&str]) -> Vec<Aaguid> {
    texts
        .iter()
        .map(|text| Aaguid::parse(text).unwrap())
        .collect()
}

#[test]
fn a_policy_with_profiles_is_read_whole() {
    let policy = read(include_str!(
        "../../../tests/graph/fido2-policy-profiles.json"
    ));
    assert_eq!(policy.state, MethodState::Enabled);
    assert_eq!(policy.self_service, Told::Yes);
    assert_eq!(
        policy.default_profile,
        Some(ProfileId::new("00000000-0000-0000-0000-000000000001"))
    );
    assert_eq!(policy.exclude, Some(Vec::new()));
    assert_eq!(
        policy.include.as_deref().map(|include| &include[1]),
        Some(&IncludeTarget {
            scope: TargetScope::Group(Guid::parse("0f9d6c1e-3a5b-4a3e-8a34-6b0d1f6a7e21").unwrap()),
            profiles: vec![ProfileId::new("b8f3a2d4-5d2e-4c0a-9f53-1d7c7c1d0a11")],
        })
    );
    assert_eq!(
        policy.profiles[0].demands.restrictions,
        KeyRestrictions::Off
    );
    assert_eq!(
        policy.profiles[1],
        PasskeyProfile {
            id: ProfileId::new("b8f3a2d4-5d2e-4c0a-9f53-1d7c7c1d0a11"),
            name: "Emergency access: attested security keys".into(),
            demands: Demands {
                device_bound: DeviceBound::Taken,
                synced: Synced::NotTaken,
                restrictions: KeyRestrictions::Allow {
                    aaguids: aaguids(&[
                        "a25342c0-3cdc-4414-8e46-f4807fca511c",
                        "d7781e5d-e353-46aa-afe2-3ca49f13332a"
                    ]),
                    unreadable: 0,
                },
                attestation: AttestationEnforcement::AtRegistration,
            },
        }
    );
}

#[test]
fn a_policy_from_before_the_profiles_is_read() {
    let policy = read(include_str!(
        "../../../tests/graph/fido2-policy-legacy.json"
    ));
    assert_eq!(policy.profiles, []);
    assert_eq!(policy.default_profile, None);
    assert_eq!(
        policy.legacy.attestation,
        AttestationEnforcement::AtRegistration
    );
    assert!(matches!(
        policy.legacy.restrictions,
        KeyRestrictions::Allow { ref aaguids, unreadable: 0 } if aaguids.len() == 2
    ));
}

#[test]
fn the_default_policy_is_disabled() {
    let policy = read(include_str!(
        "../../../tests/graph/fido2-policy-official-default.json"
    ));
    assert_eq!(policy.state, MethodState::Disabled);
    assert_eq!(policy.legacy.restrictions, KeyRestrictions::Off);
}

#[test]
fn passkey_types_are_flags_in_one_string() {
    let cases = [
        (json!("deviceBound"), DeviceBound::Taken),
        (json!("deviceBound,synced"), DeviceBound::Taken),
        (json!("synced, devicebound"), DeviceBound::Taken),
        (json!("new,deviceBound"), DeviceBound::Taken),
        (json!(["synced", "deviceBound"]), DeviceBound::Taken),
        (json!("synced"), DeviceBound::NotTaken),
        (json!("new"), DeviceBound::Unreadable),
        (json!("synced,new"), DeviceBound::Unreadable),
        (json!(""), DeviceBound::Unreadable),
        (json!(3), DeviceBound::Unreadable),
    ];
    for (types, expected) in cases {
        assert_eq!(device_bound(Some(&types)), expected, "{types}");
    }
    assert_eq!(device_bound(None), DeviceBound::Unreadable);
}

#[test]
fn what_is_not_understood_is_unreadable_and_never_off() {
    let policy = read(
        r#"{"state":"paused","keyRestrictions":{"isEnforced":true,"enforcementType":"new","aaGuids":[]},
            "includeTargets":[{"targetType":"role","id":"0f9d6c1e-3a5b-4a3e-8a34-6b0d1f6a7e21"}]}"#,
    );
    assert_eq!(policy.state, MethodState::Other("paused".into()));
    assert_eq!(policy.self_service, Told::NotTold);
    assert_eq!(policy.legacy.restrictions, KeyRestrictions::Unreadable);
    assert_eq!(
        policy.legacy.attestation,
        AttestationEnforcement::Unreadable
    );
    assert_eq!(
        policy.include.map(|include| include[0].scope.clone()),
        Some(TargetScope::Unreadable)
    );
    assert_eq!(policy.exclude, None);
}
