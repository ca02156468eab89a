//! `FIDO2-ENABLED` `SELF-SERVICE-ON` `PASSKEY-TYPE` `ATTESTATION-ENFORCED` `SECURITY-DEFAULTS`

use super::after;
use super::all_unknown;
use super::said;
use super::without;
use crate::findings::Check;
use crate::findings::sample_tenant::EXCLUSION;
use crate::findings::sample_tenant::Sample;
use serde_json::json;

#[test]
fn fido2_enabled_passes() {
    assert_eq!(
        said(&Sample::good(), Check::Fido2Enabled),
        [
            "pass account:BG-1: on, and meant for the account",
            "pass account:BG-2: on, and meant for the account",
        ]
    );
}

#[test]
fn fido2_enabled_fails() {
    let off = after(Check::Fido2Enabled, "passkeys", |body| {
        body["state"] = json!("disabled");
    });
    assert_eq!(
        off[0],
        "fail account:BG-1: the passkey (FIDO2) method is off for the whole tenant: no key signs in"
    );
    let excluded = after(Check::Fido2Enabled, "passkeys", |body| {
        body["excludeTargets"] = json!([{"targetType": "group", "id": EXCLUSION}]);
    });
    assert_eq!(
        excluded[1],
        format!(
            "fail account:BG-2: on, but the account is excluded by group {EXCLUSION}: no key signs in"
        )
    );
    let not_included = after(Check::Fido2Enabled, "passkeys", |body| {
        body["includeTargets"] = json!([]);
    });
    assert_eq!(
        not_included[0],
        "fail account:BG-1: on, but no target includes the account: no key signs in"
    );
}

#[test]
fn fido2_enabled_names_who_changed_the_policy() {
    let mut sample = Sample::good();
    sample.change("passkeys", |body| body["state"] = json!("disabled"));
    sample.change("audits", |body| {
        body["value"] = json!([{
            "activityDateTime": "2026-02-28T22:15:00Z",
            "activityDisplayName": "Authentication Methods Policy Update",
            "loggedByService": "Authentication Methods",
            "category": "PolicyManagement",
            "result": "success",
            "initiatedBy": {"user": {"userPrincipalName": "admin@contoso.com"}},
        }]);
    });
    let first = said(&sample, Check::Fido2Enabled)[0].clone();
    assert!(
        first.ends_with("; last changed on 2026-02-28T22:15:00Z by admin@contoso.com"),
        "{first}"
    );
}

#[test]
fn fido2_enabled_unknown_when_denied() {
    let [denied, lost, forgotten] = without(Check::Fido2Enabled, "passkeys");
    assert_eq!(
        denied[0],
        "unknown account:BG-1: not allowed to read the passkey policy (403): needs \
         Policy.Read.AuthenticationMethod"
    );
    for said in [denied, lost, forgotten] {
        assert!(all_unknown(&said), "{said:?}");
    }
    let groups = after(Check::Fido2Enabled, "groups BG-1", |body| {
        *body = json!({"value": [null]});
    });
    assert_eq!(
        groups[0],
        "unknown account:BG-1: on; whether for the account: it hangs on groups that we cannot see"
    );
}

#[test]
fn fido2_enabled_unknown_when_absent() {
    let word = after(Check::Fido2Enabled, "passkeys", |body| {
        body["state"] = json!("paused");
    });
    assert!(all_unknown(&word), "{word:?}");
    let targets = after(Check::Fido2Enabled, "passkeys", |body| {
        body["includeTargets"] = json!(null);
    });
    assert!(all_unknown(&targets), "{targets:?}");
}

#[test]
fn self_service_on_passes() {
    assert_eq!(
        said(&Sample::good(), Check::SelfServiceOn),
        ["pass book: self-service set-up is allowed"]
    );
}

#[test]
fn self_service_on_fails_only_while_a_key_is_to_be_registered() {
    let mut sample = Sample::good();
    sample.change("passkeys", |body| {
        body["isSelfServiceRegistrationAllowed"] = json!(false);
    });
    assert_eq!(
        said(&sample, Check::SelfServiceOn),
        [
            "not_run book: self-service set-up is not allowed, and no key of the plan is to be registered"
        ]
    );
    sample.book.keys.pop();
    assert_eq!(
        said(&sample, Check::SelfServiceOn),
        ["fail book: self-service set-up is not allowed, which blocks provisioning too"]
    );
}

#[test]
fn self_service_on_unknown_when_denied() {
    for said in without(Check::SelfServiceOn, "passkeys") {
        assert!(all_unknown(&said), "{said:?}");
    }
}

#[test]
fn self_service_on_unknown_when_absent() {
    let said = after(Check::SelfServiceOn, "passkeys", |body| {
        body["isSelfServiceRegistrationAllowed"] = json!(null);
    });
    assert!(all_unknown(&said), "{said:?}");
}

#[test]
fn passkey_type_passes() {
    assert_eq!(
        said(&Sample::good(), Check::PasskeyType)[0],
        "pass account:BG-1: device-bound passkeys alone: profile \"Keys in safes\""
    );
}

#[test]
fn passkey_type_fails() {
    let said = after(Check::PasskeyType, "passkeys", |body| {
        body["passkeyProfiles"][0]["passkeyTypes"] = json!("deviceBound,synced");
    });
    assert_eq!(
        said,
        ["BG-1", "BG-2"].map(|alias| format!(
            "fail account:{alias}: profile \"Keys in safes\" takes synced passkeys, of which copies \
             may be anywhere"
        ))
    );
}

#[test]
fn passkey_type_fails_for_a_tenant_that_was_not_moved_to_profiles_and_demands_no_attestation() {
    let legacy = |enforced: bool| {
        after(Check::PasskeyType, "passkeys", |body| {
            *body = json!({
                "state": "enabled",
                "isSelfServiceRegistrationAllowed": true,
                "isAttestationEnforced": enforced,
                "keyRestrictions": {"isEnforced": false},
                "includeTargets": [{"targetType": "group", "id": "all_users"}],
                "excludeTargets": [],
            });
        })[0]
            .clone()
    };
    assert!(legacy(false).starts_with("fail "), "{}", legacy(false));
    assert!(legacy(true).starts_with("pass "), "{}", legacy(true));
}

#[test]
fn passkey_type_counts_only_the_profiles_of_the_account() {
    let said = after(Check::PasskeyType, "passkeys", |body| {
        body["passkeyProfiles"].as_array_mut().unwrap().push(json!({
            "id": "00000000-0000-0000-0000-000000000002",
            "name": "Everybody",
            "passkeyTypes": "deviceBound,synced",
            "attestationEnforcement": "disabled",
            "keyRestrictions": {"isEnforced": false},
        }));
        body["includeTargets"].as_array_mut().unwrap().push(json!({
            "targetType": "group",
            "id": "00000000-0000-0000-0000-0000000000a9",
            "allowedPasskeyProfiles": ["00000000-0000-0000-0000-000000000002"],
        }));
    });
    assert!(
        said.iter().all(|line| line.starts_with("pass ")),
        "{said:?}"
    );
}

#[test]
fn passkey_type_unknown_when_denied() {
    for said in without(Check::PasskeyType, "passkeys") {
        assert!(all_unknown(&said), "{said:?}");
    }
}

#[test]
fn passkey_type_unknown_when_absent() {
    let types = after(Check::PasskeyType, "passkeys", |body| {
        body["passkeyProfiles"][0]["passkeyTypes"] = json!(null);
    });
    assert!(all_unknown(&types), "{types:?}");
    let profile = after(Check::PasskeyType, "passkeys", |body| {
        body["passkeyProfiles"] = json!([]);
    });
    assert!(all_unknown(&profile), "{profile:?}");
    // Nothing counts for an account that is excluded.
    let excluded = after(Check::PasskeyType, "passkeys", |body| {
        body["excludeTargets"] = json!([{"targetType": "group", "id": EXCLUSION}]);
    });
    assert!(excluded[0].starts_with("not_run "), "{excluded:?}");
}

#[test]
fn attestation_enforced_passes() {
    assert_eq!(
        said(&Sample::good(), Check::AttestationEnforced)[1],
        "pass account:BG-2: attestation is demanded: profile \"Keys in safes\""
    );
}

#[test]
fn attestation_enforced_fails_by_a_warning() {
    let said = after(Check::AttestationEnforced, "passkeys", |body| {
        body["passkeyProfiles"][0]["attestationEnforcement"] = json!("disabled");
    });
    assert_eq!(
        said[0],
        "warn account:BG-1: profile \"Keys in safes\" demands no attestation: the model is a key's \
         own word, and the list of models a guide"
    );
}

#[test]
fn attestation_enforced_unknown_when_denied() {
    for said in without(Check::AttestationEnforced, "passkeys") {
        assert!(all_unknown(&said), "{said:?}");
    }
}

#[test]
fn attestation_enforced_unknown_when_absent() {
    let said = after(Check::AttestationEnforced, "passkeys", |body| {
        body["passkeyProfiles"][0]["attestationEnforcement"] = json!("sometimes");
    });
    assert!(all_unknown(&said), "{said:?}");
}

#[test]
fn security_defaults_passes() {
    assert_eq!(
        said(&Sample::good(), Check::SecurityDefaults),
        ["pass book: off"]
    );
    let mut sample = Sample::good();
    sample.change("defaults", |body| body["isEnabled"] = json!(true));
    sample.plan.groups.ca_exclusion = None;
    for account in &mut sample.plan.accounts {
        account.conditional_access = crate::plan::ConditionalAccess::Excluded;
    }
    assert_eq!(
        said(&sample, Check::SecurityDefaults),
        [
            "pass book: on: every administrator needs multifactor authentication, which a key satisfies"
        ]
    );
}

#[test]
fn security_defaults_fails() {
    let said = after(Check::SecurityDefaults, "defaults", |body| {
        body["isEnabled"] = json!(true);
    });
    assert_eq!(
        said,
        [
            "fail book: on: they exclude nobody and Conditional Access does not count, which the plan \
          relies on"
        ]
    );
}

#[test]
fn security_defaults_unknown_when_denied() {
    let [denied, lost, forgotten] = without(Check::SecurityDefaults, "defaults");
    assert_eq!(
        denied,
        ["unknown book: not allowed to read the security defaults (403): needs Policy.Read.All"]
    );
    assert!(all_unknown(&lost) && all_unknown(&forgotten));
}

#[test]
fn security_defaults_unknown_when_absent() {
    let said = after(Check::SecurityDefaults, "defaults", |body| {
        *body = json!({});
    });
    assert!(all_unknown(&said), "{said:?}");
}
