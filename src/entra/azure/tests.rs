use super::*;
use crate::entra::Told;
use crate::entra::Version;
use crate::entra::Wave;
use crate::entra::tests::any_json;
use crate::primitives::Guid;
use proptest::prelude::*;
use serde_json::Value;
use serde_json::json;

const WORKSPACE: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/\
    rg-security/providers/Microsoft.OperationalInsights/workspaces/law-entra";

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_example_setting_sends_sign_ins_and_audits_to_a_workspace() {
    let page = parsed(include_str!(
        "../../../tests/graph/arm-diagnosticsettings.json"
    ));
    let settings = DiagnosticSetting::read_all(page["value"].clone()).unwrap();
    assert_eq!(
        settings,
        [DiagnosticSetting {
            name: "to-security".into(),
            workspace: WorkspaceId::parse(WORKSPACE),
            storage: false,
            event_hub: false,
            exported: vec!["signinlogs".into(), "auditlogs".into()],
        }]
    );
    assert!(settings[0].exports("SignInLogs"));
    assert!(!settings[0].exports("NonInteractiveUserSignInLogs"));
    assert!(settings[0].keeps());
}

#[test]
fn a_group_of_all_logs_exports_every_one() {
    let settings = DiagnosticSetting::read_all(json!([{
        "name": "all",
        "properties": {
            "eventHubAuthorizationRuleId": "/subscriptions/x",
            "logs": [{"categoryGroup": "allLogs", "enabled": true}],
        },
    }]))
    .unwrap();
    assert!(settings[0].exports("AuditLogs"));
    assert!(settings[0].event_hub);
    assert!(!settings[0].keeps());
}

#[test]
fn only_the_id_of_a_workspace_is_one() {
    let id = WorkspaceId::parse(WORKSPACE).unwrap();
    assert_eq!(id.name(), "law-entra");
    assert_eq!(id.to_string(), WORKSPACE.to_ascii_lowercase());
    for text in [
        "",
        "/subscriptions/1/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces",
        "/subscriptions/1/resourceGroups/../providers/Microsoft.OperationalInsights/workspaces/w",
        "/subscriptions/1/resourceGroups/a?b/providers/Microsoft.OperationalInsights/workspaces/w",
        "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Storage/workspaces/w",
        "https://evil.example/subscriptions/1",
    ] {
        assert_eq!(WorkspaceId::parse(text), None, "{text}");
    }
}

#[test]
fn the_example_rule_fires_at_one_row() {
    let page = parsed(include_str!(
        "../../../tests/graph/arm-scheduledqueryrules.json"
    ));
    let rules = QueryRule::read_all(page["value"].clone()).unwrap();
    assert_eq!(rules.len(), 2);
    let rule = &rules[0];
    assert_eq!(rule.name, "Emergency access account signed in");
    assert_eq!(
        (rule.enabled, rule.severity, rule.action_groups),
        (Told::Yes, Some(0), 1)
    );
    assert_eq!(rule.scopes, [WORKSPACE.to_ascii_lowercase()]);
    assert_eq!(rule.frequency, "PT5M");
    assert_eq!(rule.conditions[0].fires_at_one, Some(true));
    assert!(
        rule.conditions[0]
            .query
            .contains("99a1915f-70a7-4b67-9dca-64095b41be73")
    );
    assert_eq!(rules[1].enabled, Told::No);
}

#[test]
fn a_threshold_above_one_does_not_fire_at_one() {
    let fires = |operator: &str, threshold: Value| {
        let rules = QueryRule::read_all(json!([{"properties": {"criteria": {"allOf": [
            {"query": "SigninLogs", "operator": operator, "threshold": threshold}
        ]}}}]))
        .unwrap();
        rules[0].conditions[0].fires_at_one
    };
    assert_eq!(fires("GreaterThan", json!(0)), Some(true));
    assert_eq!(fires("GreaterThan", json!(0.5)), Some(true));
    assert_eq!(fires("GreaterThan", json!(1)), Some(false));
    assert_eq!(fires("GreaterThanOrEqual", json!(1)), Some(true));
    assert_eq!(fires("LessThan", json!(9)), Some(false));
    assert_eq!(fires("GreaterThan", json!(null)), None);
    assert_eq!(fires("Sometimes", json!(0)), None);
}

#[test]
fn the_example_rules_of_sentinel_are_read() {
    let page = parsed(include_str!(
        "../../../tests/graph/arm-sentinel-alertrules.json"
    ));
    let rules = SentinelRule::read_all(page["value"].clone()).unwrap();
    assert_eq!(
        rules[0],
        SentinelRule {
            name: "Break glass sign-in".into(),
            kind: "NRT".into(),
            enabled: Told::Yes,
            severity: "High".into(),
            query: "SigninLogs | where UserId == '99a1915f-70a7-4b67-9dca-64095b41be73'".into(),
            makes_incident: Told::Yes,
        }
    );
    assert_eq!(
        (rules[1].kind.as_str(), rules[1].query.as_str()),
        ("Fusion", "")
    );
}

#[test]
fn each_read_is_for_azure_with_its_version_in_the_query() {
    let mut wave = Wave::new();
    wave.ask(ask_diagnostic_settings());
    wave.ask(ask_query_rules(&Guid([0x11; 16])));
    wave.ask(ask_sentinel_rules(&WorkspaceId::parse(WORKSPACE).unwrap()));
    let targets: Vec<&str> = wave
        .requests
        .iter()
        .map(|request| {
            assert_eq!(request.get.version, Version::Arm);
            request.get.target.as_str()
        })
        .collect();
    assert_eq!(
        targets,
        [
            "/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01-preview",
            "/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Insights/\
             scheduledQueryRules?api-version=2021-08-01",
            "/subscriptions/11111111-1111-1111-1111-111111111111/resourcegroups/rg-security/\
             providers/microsoft.operationalinsights/workspaces/law-entra/providers/\
             Microsoft.SecurityInsights/alertRules?api-version=2024-09-01",
        ]
    );
}

proptest! {
    #[test]
    fn no_json_panics_it(value in any_json(), text in ".{0,200}") {
        let _ = WorkspaceId::parse(&text);
        for value in [value.clone(), json!([value]), json!([{"properties": value}])] {
            let _ = DiagnosticSetting::read_all(value.clone());
            let _ = QueryRule::read_all(value.clone());
            let _ = SentinelRule::read_all(value);
        }
    }
}
