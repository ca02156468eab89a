//! `CA-EXCLUSION` `CA-REPORT-ONLY` `CA-REGISTRATION`

use super::after;
use super::all_unknown;
use super::said;
use super::without;
use crate::findings::Check;
use crate::findings::sample_tenant::EXCLUSION;
use crate::findings::sample_tenant::GLOBAL;
use crate::findings::sample_tenant::ONE;
use crate::findings::sample_tenant::PASSKEY;
use crate::findings::sample_tenant::Sample;
use serde_json::Value;
use serde_json::json;

const FIRST: &str = "policy:00000000-0000-0000-0000-0000000000c1";

/// What `CA-EXCLUSION` says when the first policy, MFA for all, was changed.
fn first(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut sample = Sample::good();
    sample.change_policy(0, change);
    said(&sample, Check::CaExclusion)
}

#[test]
fn ca_exclusion_passes() {
    assert_eq!(
        said(&Sample::good(), Check::CaExclusion),
        [
            "pass account:BG-1: 4 policies are on: 1 exclude it, 1 are about services or agents, \
             2 do not name it, which is weaker than an exclusion (\"Block guests\", \"Keys for \
             emergency\")",
            "pass account:BG-2: 4 policies are on: 1 exclude it, 1 demand phishing-resistant \
             authentication, as intended, 1 are about services or agents, 1 do not name it, which \
             is weaker than an exclusion (\"Block guests\")",
        ]
    );
    let none = after(Check::CaExclusion, "policies", |body| {
        body["value"] = json!([]);
    });
    assert_eq!(none[0], "pass account:BG-1: no policy is on");
}

#[test]
fn ca_exclusion_fails_by_one_finding_a_policy_with_each_account_and_its_reason() {
    let said = first(|policy| {
        policy["conditions"]["users"]["excludeGroups"] = json!([]);
        policy["conditions"]["users"]["includeUsers"] = json!([]);
        policy["conditions"]["users"]["includeRoles"] = json!([GLOBAL]);
        policy["conditions"]["users"]["includeGroups"] = json!([PASSKEY]);
    });
    assert_eq!(
        said,
        [format!(
            "fail {FIRST}: \"MFA for all\" applies to BG-1 (group sg, role Global Administrator), \
             BG-2 (group sg, role Global Administrator): it demands multifactor authentication, \
             which the key satisfies, as something weaker would; last changed on 2026-01-02"
        )]
    );
}

#[test]
fn ca_exclusion_fails_when_the_account_left_the_exclusion_group() {
    let mut sample = Sample::good();
    sample.change("groups BG-1", |body| {
        body["value"] = json!([{"id": PASSKEY, "isAssignableToRole": false}]);
    });
    let findings = sample.find(super::access);
    let finding = findings
        .iter()
        .find(|one| one.check == Check::CaExclusion && one.verdict.word() == "fail")
        .unwrap();
    assert_eq!(finding.subject.to_string(), FIRST);
    assert_eq!(
        finding.fix.as_deref(),
        Some(
            format!(
                "put BG-1 back into the exclusion group {EXCLUSION}, which the policy excludes"
            )
            .as_str()
        )
    );
}

#[test]
fn who_changed_the_policy_is_named_where_the_audit_log_tells() {
    let mut sample = Sample::good();
    sample.change_policy(0, |policy| {
        policy["conditions"]["users"]["excludeGroups"] = json!([]);
    });
    let entry = |at: &str, result: &str| {
        json!({
            "activityDateTime": at,
            "activityDisplayName": "Update conditional access policy",
            "loggedByService": "Conditional Access",
            "category": "Policy",
            "result": result,
            "initiatedBy": {"user": {"userPrincipalName": "admin@contoso.com"}},
            "targetResources": [{"id": "00000000-0000-0000-0000-0000000000C1"}],
        })
    };
    sample.change("audits", |body| {
        body["value"] = json!([
            entry("2026-02-27T08:00:00Z", "success"),
            entry("2026-02-20T08:00:00Z", "success"),
            entry("2026-02-28T08:00:00Z", "failure"),
        ]);
    });
    let line = said(&sample, Check::CaExclusion)[0].clone();
    assert!(
        line.ends_with("; last changed on 2026-02-27T08:00:00Z by admin@contoso.com"),
        "{line}"
    );
}

#[test]
fn ca_exclusion_tells_a_policy_that_could_shut_nobody_out() {
    let open = |policy: &mut Value| {
        policy["conditions"]["users"]["excludeGroups"] = json!([]);
        policy["grantControls"]["builtInControls"] = json!(["block"]);
    };
    let flows = first(|policy| {
        open(policy);
        policy["conditions"]["authenticationFlows"] = json!({"transferMethods": "deviceCodeFlow"});
    });
    assert_eq!(
        flows[0],
        format!(
            "warn {FIRST}: \"MFA for all\" applies to BG-1 (all users), BG-2 (all users): it blocks \
             access; it acts only for device code flow; last changed on 2026-01-02"
        )
    );
    let old = first(|policy| {
        open(policy);
        policy["conditions"]["clientAppTypes"] = json!(["exchangeActiveSync", "other"]);
    });
    assert!(old[0].contains("it acts only for old protocols"), "{old:?}");
    assert!(old[0].starts_with("warn "), "{old:?}");
    let frequency = first(|policy| {
        open(policy);
        policy["grantControls"] = json!(null);
        policy["sessionControls"] = json!({"signInFrequency": {"isEnabled": true}});
    });
    assert_eq!(
        frequency[0],
        format!(
            "warn {FIRST}: \"MFA for all\" applies to BG-1 (all users), BG-2 (all users): it only \
             controls the session; of the session, how often one signs in; last changed on \
             2026-01-02"
        )
    );
    let blocked = first(open);
    assert!(blocked[0].starts_with("fail "), "{blocked:?}");
}

#[test]
fn when_a_policy_acts_is_said() {
    let said = first(|policy| {
        policy["conditions"]["users"]["excludeGroups"] = json!([]);
        policy["templateId"] = json!("c7503427-338e-4c5e-902d-abe252abfb43");
        policy["conditions"]["applications"] = json!({
            "includeApplications": ["MicrosoftAdminPortals"],
            "includeAuthenticationContextClassReferences": ["c1"],
        });
        policy["conditions"]["signInRiskLevels"] = json!(["high"]);
        policy["conditions"]["locations"] =
            json!({"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]});
        policy["grantControls"] = json!({
            "operator": "AND",
            "builtInControls": ["compliantDevice", "mfa"],
        });
    });
    assert_eq!(
        said[0],
        format!(
            "fail {FIRST}: \"MFA for all\" (Microsoft-managed, or made from its template) applies \
             to BG-1 (all users), BG-2 (all users): it demands a compliant device, which no key \
             brings; it acts only where authentication context c1 is asked for, as protected \
             actions do, only at Microsoft's admin portals, not from trusted locations, only at \
             sign-in risk high; last changed on 2026-01-02"
        )
    );
}

#[test]
fn an_exclusion_of_the_role_exempts_every_administrator() {
    let said = first(|policy| {
        policy["conditions"]["users"]["excludeRoles"] = json!([GLOBAL]);
    });
    assert_eq!(
        said[0],
        format!(
            "warn {FIRST}: \"MFA for all\" excludes the role Global Administrator: every one of \
             them is exempt"
        )
    );
    assert!(said[1].starts_with("pass account:BG-1"), "{said:?}");
}

#[test]
fn ca_exclusion_unknown_when_denied() {
    let [denied, lost, forgotten] = without(Check::CaExclusion, "policies");
    assert_eq!(
        denied[0],
        "unknown account:BG-1: not allowed to read the Conditional Access policies (403): needs \
         Policy.Read.All"
    );
    assert!(all_unknown(&lost) && all_unknown(&forgotten));
    // Groups and roles that are not seen.
    let groups = after(Check::CaExclusion, "groups BG-1", |body| {
        *body = json!({"value": [null]});
    });
    assert_eq!(
        groups[0],
        format!(
            "unknown {FIRST}: \"MFA for all\" and BG-1: whether it applies cannot be told: whether \
             the account is in group {EXCLUSION}"
        )
    );
    let mut roles = Sample::good();
    roles.deny("roles BG-1");
    roles.change_policy(0, |policy| {
        policy["conditions"]["users"] = json!({
            "includeUsers": [], "includeRoles": [GLOBAL], "excludeUsers": [], "excludeGroups": [],
        });
    });
    let lines = said(&roles, Check::CaExclusion);
    assert_eq!(
        lines[0],
        format!(
            "unknown {FIRST}: \"MFA for all\" and BG-1: whether it applies cannot be told: whether \
             the account holds role Global Administrator"
        )
    );
}

#[test]
fn ca_exclusion_unknown_when_absent() {
    for users in [json!(null), json!({}), json!("All")] {
        let lines = first(|policy| policy["conditions"]["users"] = users.clone());
        assert!(all_unknown(&lines), "{users}: {lines:?}");
    }
    let state = first(|policy| {
        policy["conditions"]["users"]["excludeGroups"] = json!([]);
        policy["state"] = json!("paused");
    });
    assert_eq!(
        state[0],
        format!(
            "unknown {FIRST}: \"MFA for all\" applies to BG-1 (all users), BG-2 (all users): what \
             it demands cannot be told (its state, paused); last changed on 2026-01-02"
        )
    );
    let condition = first(|policy| {
        policy["conditions"]["users"]["includeUsers"] = json!(["None"]);
        policy["conditions"]["users"]["excludeGroups"] = json!([]);
        policy["conditions"]["moonPhases"] = json!(["full"]);
    });
    assert!(all_unknown(&condition), "{condition:?}");
}

#[test]
fn ca_report_only_passes() {
    assert_eq!(
        said(&Sample::good(), Check::CaReportOnly)[0],
        "pass account:BG-1: no policy is report-only"
    );
    let mut sample = Sample::good();
    sample.change_policy(0, |policy| {
        policy["state"] = json!("enabledForReportingButNotEnforced");
    });
    assert_eq!(
        said(&sample, Check::CaReportOnly)[0],
        "pass account:BG-1: 1 policy is report-only: 1 exclude it"
    );
}

#[test]
fn ca_report_only_fails_by_a_warning() {
    let mut sample = Sample::good();
    sample.change_policy(0, |policy| {
        policy["state"] = json!("enabledForReportingButNotEnforced");
        policy["displayName"] = json!("Microsoft-managed: MFA for admins");
        policy["conditions"]["users"]["excludeGroups"] = json!([]);
        policy["grantControls"]["builtInControls"] = json!(["block"]);
    });
    assert_eq!(
        said(&sample, Check::CaReportOnly),
        [format!(
            "warn {FIRST}: \"Microsoft-managed: MFA for admins\" (Microsoft-managed) would apply to \
             BG-1 (all users), BG-2 (all users): it blocks access; last changed on 2026-01-02"
        )]
    );
    // It is not said twice.
    let exclusion = said(&sample, Check::CaExclusion);
    assert!(
        exclusion.iter().all(|line| line.starts_with("pass ")),
        "{exclusion:?}"
    );
}

#[test]
fn ca_report_only_unknown_when_denied() {
    for said in without(Check::CaReportOnly, "policies") {
        assert!(all_unknown(&said), "{said:?}");
    }
}

#[test]
fn ca_report_only_unknown_when_absent() {
    let mut sample = Sample::good();
    sample.change_policy(0, |policy| {
        policy["state"] = json!("enabledForReportingButNotEnforced");
        policy["conditions"]["users"] = json!(null);
    });
    let lines = said(&sample, Check::CaReportOnly);
    assert!(all_unknown(&lines), "{lines:?}");
}

/// What `CA-REGISTRATION` says of a policy on registering security information.
fn at_registration(grant: Value, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut sample = Sample::good();
    sample.change_policy(0, |policy| {
        policy["conditions"]["applications"] = json!({
            "includeApplications": [],
            "includeUserActions": ["urn:user:registersecurityinfo"],
        });
        policy["conditions"]["users"]["excludeGroups"] = json!([]);
        policy["conditions"]["users"]["excludeUsers"] = json!([]);
        policy["conditions"]["users"]["includeUsers"] = json!([ONE]);
        policy["grantControls"] = grant;
        change(policy);
    });
    let exclusion = said(&sample, Check::CaExclusion);
    assert!(
        exclusion.iter().all(|line| line.starts_with("pass ")),
        "it acts at no sign-in: {exclusion:?}"
    );
    said(&sample, Check::CaRegistration)
}

#[test]
fn ca_registration_passes() {
    assert_eq!(
        said(&Sample::good(), Check::CaRegistration),
        ["BG-1", "BG-2"].map(|alias| format!(
            "pass account:{alias}: no policy stands before the registration of its keys"
        ))
    );
}

#[test]
fn ca_registration_fails() {
    let block = json!({"operator": "OR", "builtInControls": ["block"]});
    let lines = at_registration(block.clone(), |policy| {
        policy["conditions"]["locations"] =
            json!({"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]});
    });
    assert_eq!(
        lines[0],
        format!(
            "fail {FIRST}: \"MFA for all\" applies to BG-1 where keys are registered, and blocks \
             it; it acts not from trusted locations; last changed on 2026-01-02"
        )
    );
    let device = json!({"operator": "OR", "builtInControls": ["compliantDevice"]});
    let lines = at_registration(device, |_| ());
    assert_eq!(
        lines[0],
        format!(
            "fail {FIRST}: \"MFA for all\" applies to BG-1 where keys are registered, and a \
             Temporary Access Pass does not satisfy it; last changed on 2026-01-02"
        )
    );
    // A pass satisfies multifactor authentication.
    let mfa = json!({"operator": "OR", "builtInControls": ["mfa"]});
    let lines = at_registration(mfa, |_| ());
    assert!(lines[0].starts_with("warn "), "{lines:?}");
    let report_only = at_registration(block, |policy| {
        policy["state"] = json!("enabledForReportingButNotEnforced");
    });
    assert!(report_only[0].starts_with("warn "), "{report_only:?}");
}

#[test]
fn ca_registration_warns_of_the_loop_before_the_first_key() {
    // A phishing-resistant policy on everything, and an account that has no key yet.
    let mut sample = Sample::good();
    sample.book.keys.retain(|key| key.account != "BG-2");
    assert_eq!(
        said(&sample, Check::CaRegistration)[1],
        "warn policy:00000000-0000-0000-0000-0000000000c3: \"Keys for emergency\" applies to BG-2 \
         where keys are registered, and a Temporary Access Pass does not satisfy it; last changed \
         on 2026-01-02"
    );
}

#[test]
fn ca_registration_unknown_when_denied() {
    for said in without(Check::CaRegistration, "policies") {
        assert!(all_unknown(&said), "{said:?}");
    }
}

#[test]
fn ca_registration_unknown_when_absent() {
    let telepathy = json!({"operator": "OR", "builtInControls": ["telepathy"]});
    let lines = at_registration(telepathy, |_| ());
    assert!(lines[0].starts_with("unknown "), "{lines:?}");
}
