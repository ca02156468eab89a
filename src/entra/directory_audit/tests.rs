use super::*;
use crate::entra::Wave;
use crate::entra::tests::any_json;
use proptest::prelude::*;
use serde_json::json;

const ACCOUNT: &str = "99a1915f-70a7-4b67-9dca-64095b41be73";

fn example() -> Vec<DirectoryAudit> {
    let page: Value = serde_json::from_str(include_str!(
        "../../../tests/graph/directoryaudits-passkey.json"
    ))
    .unwrap();
    DirectoryAudit::read_all(page["value"].clone()).unwrap()
}

#[test]
fn the_example_tells_who_registered_a_key_and_of_which_model() {
    let audits = example();
    assert_eq!(
        audits[0],
        DirectoryAudit {
            at: UtcTime::parse("2026-02-11T09:20:02Z").unwrap(),
            activity: "Admin registered security info".into(),
            service: "Authentication Methods".into(),
            category: "UserManagement".into(),
            succeeded: Some(true),
            by: Initiator {
                user: Guid::parse("728309ae-1a37-4937-9afe-e35d964db09b"),
                name: "admin@contoso.com".into(),
            },
            targets: vec![AuditTarget {
                id: ACCOUNT.into(),
                name: "Emergency Access 1".into(),
            }],
            details: Vec::new(),
        }
    );
    assert_eq!(audits.len(), 2);
    assert_eq!(audits[1].activity, "Add Passkey (device-bound)");
    assert_eq!(audits[1].targets[0].name, "bg1@contoso.onmicrosoft.com");
    // Details are found by name: their order is not promised.
    assert_eq!(
        audits[1].detail("aaguid"),
        Some("2fc0579f-8113-47ea-b116-555a8db9202a")
    );
    assert_eq!(audits[1].detail("Model"), None);
    assert!(audits[1].concerns(&ACCOUNT.to_ascii_uppercase()));
    assert!(!audits[1].concerns("728309ae-1a37-4937-9afe-e35d964db09b"));
}

#[test]
fn an_app_is_named_as_such() {
    let audits = DirectoryAudit::read_all(json!([{
        "activityDateTime": "2026-02-11T09:20:02Z",
        "initiatedBy": {"user": null, "app": {"displayName": "Policy robot"}},
    }]))
    .unwrap();
    let robot = Initiator {
        user: None,
        name: "Policy robot".into(),
    };
    assert_eq!(audits[0].by, robot);
    assert_eq!(audits[0].succeeded, None);
}

#[test]
fn accounts_and_policies_are_one_request() {
    let ids = [Guid([0x11; 16]), Guid([0x22; 16])];
    let mut wave = Wave::new();
    wave.ask(ask_audits(&ids));
    let target = crate::entra::Target::parse(&wave.requests[0].get.target).unwrap();
    let one = "11111111-1111-1111-1111-111111111111";
    let two = "22222222-2222-2222-2222-222222222222";
    assert_eq!(
        target.option("$filter"),
        Some(
            format!(
                "targetResources/any(t:t/id eq '{one}') or initiatedBy/user/id eq '{one}' or \
                 targetResources/any(t:t/id eq '{two}') or initiatedBy/user/id eq '{two}' or \
                 loggedByService eq 'Conditional Access' or \
                 (loggedByService eq 'Authentication Methods' and category eq 'PolicyManagement')"
            )
            .as_str()
        )
    );
}

proptest! {
    #[test]
    fn no_json_panics_it(value in any_json()) {
        let _ = DirectoryAudit::read_all(value.clone());
        let _ = DirectoryAudit::read_all(json!([value]));
    }
}
