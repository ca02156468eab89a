use super::*;
use crate::entra::Wave;
use crate::entra::tests::any_json;
use proptest::prelude::*;
use serde_json::json;

fn list(text: &str) -> Vec<SignIn> {
    let page: Value = serde_json::from_str(text).unwrap();
    SignIn::read_all(page["value"].clone()).unwrap()
}

fn beta() -> Vec<SignIn> {
    list(include_str!("../../../tests/graph/signins-beta-fido2.json"))
}

#[test]
fn beta_tells_that_a_key_was_used_and_which() {
    assert_eq!(
        beta(),
        [SignIn {
            id: Guid::parse("1691d37b-8579-43a7-966a-0f35583c1300"),
            user: Guid::parse("99a1915f-70a7-4b67-9dca-64095b41be73").unwrap(),
            at: UtcTime::parse("2026-10-02T08:01:13Z").unwrap(),
            error: Some(0),
            interactive: Told::Yes,
            app: "Azure Portal".into(),
            ip: "131.107.159.37".into(),
            steps: Some(vec![
                AuthenticationStep {
                    method: "FIDO2 security key".into(),
                    detail: "My Security Key - ee882879-721c-4913-9775-3dfcce97072a".into(),
                    succeeded: Told::Yes,
                },
                AuthenticationStep {
                    method: "Other".into(),
                    detail: String::new(),
                    succeeded: Told::Yes,
                },
            ]),
        }]
    );
}

#[test]
fn version_one_tells_the_same_sign_in_without_how() {
    let mut expected = beta();
    expected[0].steps = None;
    assert_eq!(
        list(include_str!("../../../tests/graph/signins-v1.json")),
        expected
    );
}

#[test]
fn a_passkey_is_known_by_either_name_and_only_if_it_was_taken() {
    let step = |method: &str, succeeded| AuthenticationStep {
        method: method.into(),
        detail: String::new(),
        succeeded,
    };
    for method in ["FIDO2 security key", "Passkey (device-bound)", "PASSKEY"] {
        assert!(step(method, Told::Yes).is_passkey(), "{method}");
        assert!(!step(method, Told::No).is_passkey(), "{method}");
        assert!(!step(method, Told::NotTold).is_passkey(), "{method}");
    }
    for method in ["Password", "Previously satisfied", "Other", ""] {
        assert!(!step(method, Told::Yes).is_passkey(), "{method}");
    }
    assert!(step("Previously satisfied", Told::Yes).is_earlier());
}

#[test]
fn a_sign_in_without_account_or_moment_spoils_the_list_and_is_not_dropped() {
    let good = json!({
        "userId": "99a1915f-70a7-4b67-9dca-64095b41be73",
        "createdDateTime": "2026-10-02T08:01:13.1234567Z",
        "status": null,
    });
    assert_eq!(
        SignIn::read_all(json!([good])).unwrap()[0].succeeded(),
        None
    );
    for member in ["userId", "createdDateTime"] {
        let mut bad = good.clone();
        bad.as_object_mut().unwrap().remove(member);
        assert_eq!(SignIn::read_all(json!([good, bad])), None, "{member}");
    }
}

#[test]
fn all_accounts_are_one_request() {
    let ids = [Guid([0x11; 16]), Guid([0x22; 16])];
    let mut wave = Wave::new();
    wave.ask(ask_sign_ins(&ids));
    wave.ask(ask_sign_ins_v1(&ids));
    let filters: Vec<(Version, String)> = wave
        .requests
        .iter()
        .map(|request| {
            let target = crate::entra::Target::parse(&request.get.target).unwrap();
            assert_eq!(target.path(), "/auditLogs/signIns");
            let filter = target.option("$filter").unwrap().to_owned();
            (request.get.version, filter)
        })
        .collect();
    let users = "userId eq '11111111-1111-1111-1111-111111111111' or \
         userId eq '22222222-2222-2222-2222-222222222222'";
    assert_eq!(
        filters,
        [
            (
                Version::Beta,
                format!(
                    "({users}) and signInEventTypes/any(t: t eq 'interactiveUser' or \
                     t eq 'nonInteractiveUser')"
                )
            ),
            (Version::V1, users.to_owned()),
        ]
    );
}

proptest! {
    #[test]
    fn no_json_panics_it(value in any_json()) {
        let _ = SignIn::read_all(value.clone());
        let _ = SignIn::read_all(json!([value]));
    }
}
