use super::monitoring;
use crate::findings::Check;
use crate::findings::sample_tenant::ONE;
use crate::findings::sample_tenant::Sample;
use crate::findings::sample_tenant::TWO;
use serde_json::Value;
use serde_json::json;

const ALERT: Check = Check::AlertRule;
const EXPORT: Check = Check::LogExport;

fn said(sample: &Sample, check: Check) -> Vec<String> {
    sample.said(monitoring, check)
}

fn rule(change: impl FnOnce(&mut Value)) -> String {
    let mut sample = Sample::good();
    sample.change("rules", |body| change(&mut body["value"][0]["properties"]));
    said(&sample, ALERT)[0].clone()
}

fn setting(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut sample = Sample::good();
    sample.change("settings", |body| {
        change(&mut body["value"][0]["properties"]);
    });
    said(&sample, EXPORT)
}

#[test]
fn alert_rule_passes() {
    assert_eq!(
        said(&Sample::good(), ALERT),
        ["BG-1", "BG-2"].map(|alias| format!(
            "pass account:{alias}: \"emergency\", severity 0, every PT5M; that it arrives is shown \
             by the alert at a sign-in alone"
        ))
    );
}

#[test]
fn alert_rule_fails() {
    let mut sample = Sample::good();
    sample.change("rules", |body| body["value"] = json!([]));
    assert_eq!(
        said(&sample, ALERT),
        ["BG-1", "BG-2"].map(|alias| format!("fail account:{alias}: no rule names it"))
    );
    let query = |query: String| {
        move |rule: &mut Value| rule["criteria"]["allOf"][0]["query"] = json!(query)
    };
    let other = rule(query(format!("SigninLogs | where UserId == '{TWO}'")));
    assert_eq!(other, "fail account:BG-1: no rule names it");
    let fails = |line: String, why: &str| {
        let expected = format!("fail account:BG-1: no rule watches it: \"emergency\": {why}");
        assert_eq!(line, expected);
    };
    fails(rule(|rule| rule["enabled"] = json!(false)), "it is off");
    fails(
        rule(|rule| rule["actions"] = json!({})),
        "it calls no action group",
    );
    fails(
        rule(|rule| rule["criteria"]["allOf"][0]["threshold"] = json!(3)),
        "it does not fire at one row",
    );
    fails(
        rule(|rule| rule["scopes"] = json!(["/subscriptions/x"])),
        "it looks at no workspace that gets the sign-in log",
    );
}

#[test]
fn alert_rule_is_unknown_where_a_query_cannot_be_followed() {
    let of = |query: String| rule(|rule| rule["criteria"]["allOf"][0]["query"] = json!(query));
    assert_eq!(
        of(format!("SigninLogs | where UserId != '{ONE}'")),
        "unknown account:BG-1: whether it is watched cannot be told: \"emergency\" names it beside a \
         negation"
    );
    assert_eq!(
        of("SigninLogs | where UserId in (_GetWatchlist('vip'))".to_owned()),
        "unknown account:BG-1: whether it is watched cannot be told: \"emergency\" asks a list that \
         lies elsewhere"
    );
}

#[test]
fn alert_rule_passes_by_a_rule_of_sentinel() {
    let mut sample = Sample::good();
    sample.change("rules", |body| body["value"] = json!([]));
    let sentinel = |incident: bool| {
        json!([{"kind": "NRT", "properties": {
            "displayName": "Break glass", "enabled": true, "severity": "High",
            "query": format!("SigninLogs | where UserId in ('{ONE}', '{TWO}')"),
            "incidentConfiguration": {"createIncident": incident},
        }}])
    };
    sample.change("sentinel", |body| body["value"] = sentinel(true));
    assert_eq!(
        said(&sample, ALERT)[1],
        "pass account:BG-2: \"Break glass\" of Sentinel, severity High, makes an incident; that it \
         arrives is shown by the alert at a sign-in alone"
    );
    sample.change("sentinel", |body| body["value"] = sentinel(false));
    assert_eq!(
        said(&sample, ALERT)[0],
        "fail account:BG-1: no rule watches it: \"Break glass\" of Sentinel: it makes no incident"
    );
}

#[test]
fn alert_rule_unknown_when_denied() {
    let mut sample = Sample::good();
    sample.deny("rules");
    assert_eq!(
        said(&sample, ALERT)[0],
        "unknown account:BG-1: not allowed to read the alert rules of the subscription (403): needs \
         Monitoring Reader on the subscription"
    );
    let mut settings = Sample::good();
    settings.deny("settings");
    let line = said(&settings, ALERT)[0].clone();
    assert!(line.starts_with("unknown "), "{line}");
    let mut sentinel = Sample::good();
    sentinel.change("rules", |body| body["value"] = json!([]));
    sentinel.deny("sentinel");
    let line = said(&sentinel, ALERT)[0].clone();
    assert!(line.starts_with("unknown "), "{line}");
    // Without Sentinel there are none of its rules.
    sentinel.lose("sentinel");
    let line = said(&sentinel, ALERT)[0].clone();
    assert!(line.starts_with("fail "), "{line}");
}

#[test]
fn alert_rule_unknown_when_absent() {
    let mut sample = Sample::good();
    for name in ["rules", "settings", "sentinel"] {
        sample.forget(name);
    }
    for check in [ALERT, EXPORT] {
        let lines = said(&sample, check);
        assert!(
            lines.iter().all(|line| line.starts_with("unknown ")),
            "{lines:?}"
        );
    }
}

#[test]
fn without_a_subscription_in_the_plan_nothing_is_asked() {
    let mut sample = Sample::good();
    sample.plan.azure = None;
    let lines = [said(&sample, ALERT), said(&sample, EXPORT)].concat();
    assert_eq!(lines.len(), 3);
    assert!(
        lines.iter().all(|line| line.starts_with("not_run ")),
        "{lines:?}"
    );
}

#[test]
fn log_export_passes() {
    assert_eq!(
        said(&Sample::good(), EXPORT),
        ["pass book: SignInLogs and AuditLogs go to workspace law-entra"]
    );
    let storage = setting(|properties| {
        properties["workspaceId"] = json!(null);
        properties["storageAccountId"] = json!("/subscriptions/x");
        properties["logs"] = json!([{"categoryGroup": "allLogs", "enabled": true}]);
    });
    assert_eq!(
        storage,
        ["pass book: SignInLogs and AuditLogs go to a storage account"]
    );
}

#[test]
fn log_export_fails() {
    let off = setting(|properties| properties["logs"][0]["enabled"] = json!(false));
    assert_eq!(
        off,
        ["fail book: SignInLogs are exported nowhere: the tenant forgets them after 30 days"]
    );
    let hub = setting(|properties| {
        properties["workspaceId"] = json!(null);
        properties["eventHubAuthorizationRuleId"] = json!("/subscriptions/x");
    });
    assert!(hub.iter().all(|line| line.starts_with("warn ")), "{hub:?}");
    let interactive = setting(|properties| properties["logs"][2]["enabled"] = json!(false));
    assert!(interactive[0].starts_with("warn "), "{interactive:?}");
}

#[test]
fn log_export_unknown_when_denied() {
    let mut sample = Sample::good();
    sample.deny("settings");
    assert_eq!(
        said(&sample, EXPORT),
        [
            "unknown book: not allowed to read Entra's diagnostic settings (403): needs Security \
          Reader in Entra ID"
        ]
    );
}

#[test]
fn log_export_unknown_when_absent() {
    let mut sample = Sample::good();
    sample.lose("settings");
    assert!(said(&sample, EXPORT)[0].starts_with("unknown "));
    let elsewhere = setting(|properties| properties["workspaceId"] = json!(null));
    assert!(elsewhere[0].starts_with("unknown "), "{elsewhere:?}");
}
