//! Each thing that Entra refuses, refused.

use super::key::Key;
use super::key::Statement;
use super::stage::BG1;
use super::stage::BG2;
use super::stage::GROUP;
use super::stage::Stage;
use super::stage::model;
use crate::entra::Registration;
use crate::entra::TenantWrite;
use crate::entra::Version;
use crate::entra::Write;
use crate::entra::WriteMethod;
use crate::entra::Written;
use crate::primitives::Clock;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::primitives::bytes;
use crate::rehearsal::tenant::Restriction;
use crate::rehearsal::tenant::Scope;
use crate::webauthn::Aaguid;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

/// The message of the refusal; empty if it was taken.
fn refusal(stage: &mut Stage, user: &Guid, registration: &Registration) -> String {
    let written = stage.graph().register(user, registration);
    if let Written::Refused(error) = written {
        assert_eq!((error.status, error.code.as_str()), (400, "badRequest"));
        return error.message;
    }
    assert!(matches!(written, Written::Done(_)), "{written:?}");
    String::new()
}

fn with_key(key: &Key) -> String {
    let mut stage = Stage::new();
    let (offer, _) = stage.offer(BG1);
    refusal(&mut stage, &BG1, &key.answer(&offer))
}

#[test]
fn a_challenge_is_good_for_its_account_once_and_for_five_minutes() {
    let mut stage = Stage::new();
    let (first, _) = stage.offer(BG1);
    let (second, _) = stage.offer(BG1);
    assert_ne!(first.options.challenge, second.options.challenge);
    assert_eq!(
        refusal(&mut stage, &BG2, &Key::new(1).answer(&first)),
        "The challenge is not valid."
    );
    assert_eq!(refusal(&mut stage, &BG1, &Key::new(1).answer(&first)), "");
    assert_eq!(
        refusal(&mut stage, &BG1, &Key::new(2).answer(&first)),
        "The challenge is not valid."
    );
    stage.clock.wait(Duration::from_mins(5));
    assert_eq!(
        refusal(&mut stage, &BG1, &Key::new(3).answer(&second)),
        "The challenge has expired."
    );
}

#[test]
fn a_credential_is_registered_once() {
    let mut stage = Stage::new();
    for expected in ["", "The credential is registered already."] {
        let (offer, _) = stage.offer(BG1);
        assert_eq!(
            refusal(&mut stage, &BG1, &Key::new(1).answer(&offer)),
            expected
        );
    }
}

#[test]
fn authenticator_data_must_be_for_microsoft_and_verified() {
    let key = Key::new(1);
    let cases = [
        (
            Key {
                rp_id: "login.microsoftonline.com",
                ..key.clone()
            },
            "The authenticator data is for another relying party.",
        ),
        (
            Key {
                flags: 0xc1,
                ..key.clone()
            },
            "User presence and user verification are required.",
        ),
        (
            Key {
                flags: 0xc4,
                ..key.clone()
            },
            "User presence and user verification are required.",
        ),
        (
            Key {
                statement: Statement::BadSignature,
                ..key.clone()
            },
            "The attestation signature is not valid.",
        ),
        (
            Key {
                aaguid: Aaguid::ZERO,
                ..key.clone()
            },
            "The certificate names another AAGUID.",
        ),
        (
            Key {
                statement: Statement::None,
                ..key.clone()
            },
            "Attestation is enforced and the attestation could not be verified.",
        ),
        (
            Key {
                statement: Statement::BySelf,
                ..key.clone()
            },
            "Attestation is enforced and the attestation could not be verified.",
        ),
    ];
    for (key, message) in cases {
        assert_eq!(with_key(&key), message);
    }
}

#[test]
fn without_enforcement_a_key_needs_no_attestation() {
    for statement in [Statement::None, Statement::BySelf, Statement::ByLeaf] {
        let mut stage = Stage::new();
        stage.tenant.policy_mut().profiles[0].rules.attested = false;
        let (offer, _) = stage.offer(BG1);
        let key = Key {
            statement,
            ..Key::new(1)
        };
        assert_eq!(refusal(&mut stage, &BG1, &key.answer(&offer)), "");
    }
}

#[test]
fn a_policy_that_keeps_the_key_out_refuses_the_post() {
    type Change = fn(&mut crate::rehearsal::tenant::Policy);
    let cases: [(Change, &str); 5] = [
        (
            |policy| policy.profiles[0].rules.restriction = Restriction::Allow(Vec::new()),
            "The AAGUID of the key is not allowed by the passkey policy.",
        ),
        (
            |policy| policy.profiles[0].rules.restriction = Restriction::Block(vec![model()]),
            "The AAGUID of the key is not allowed by the passkey policy.",
        ),
        (
            |policy| policy.exclude.push(Scope::Group(GROUP)),
            "The user is not enabled for this authentication method.",
        ),
        (
            |policy| policy.self_service = false,
            "Self-service registration is not allowed by policy.",
        ),
        (
            |policy| policy.enabled = false,
            "The authentication method is disabled for this tenant.",
        ),
    ];
    for (change, message) in cases {
        let mut stage = Stage::new();
        let (offer, _) = stage.offer(BG1);
        change(stage.tenant.policy_mut());
        assert_eq!(
            refusal(&mut stage, &BG1, &Key::new(1).answer(&offer)),
            message
        );
    }
}

/// The status and message after the body was changed.
fn after(change: impl FnOnce(&mut Value)) -> (u16, String) {
    let mut stage = Stage::new();
    let (offer, _) = stage.offer(BG1);
    let mut body: Value = serde_json::from_slice(&Key::new(1).answer(&offer).body()).unwrap();
    change(&mut body);
    let reply = stage
        .tenant
        .send(&Write {
            method: WriteMethod::Post,
            version: Version::V1,
            target: format!("/users/{BG1}/authentication/fido2Methods"),
            body: Secret::new(body.to_string().into_bytes()),
        })
        .unwrap();
    let error: Value = serde_json::from_slice(&reply.body).unwrap();
    let message = error.pointer("/error/message").and_then(Value::as_str);
    (reply.status, message.unwrap_or_default().to_owned())
}

#[test]
fn a_body_with_anything_else_in_it_is_refused() {
    assert_eq!(after(|_| {}), (201, String::new()));
    for member in ["rawId", "type", "authenticatorAttachment"] {
        let refused = after(|body| body["publicKeyCredential"][member] = json!("x"));
        assert_eq!(refused, (400, "Invalid request body".into()));
    }
    assert_eq!(
        after(|body| body["publicKeyCredential"]["id"] = json!("AQ")),
        (400, "The credential id does not match.".into())
    );
    assert_eq!(
        after(|body| body["publicKeyCredential"]["id"] = json!("AQ==")),
        (400, "A value is not base64url.".into())
    );
    assert_eq!(
        after(|body| body["displayName"] = json!("x".repeat(31))),
        (400, "displayName must have 1 to 30 characters.".into())
    );
}

#[test]
fn client_data_of_another_origin_or_type_is_refused() {
    let with = |from: &'static str, to: &'static str| {
        after(move |body| {
            let member = &mut body["publicKeyCredential"]["response"]["clientDataJSON"];
            let json = bytes::from_base64url(member.as_str().unwrap()).unwrap();
            let json = String::from_utf8(json).unwrap().replace(from, to);
            *member = json!(bytes::base64url(json.as_bytes()));
        })
    };
    assert_eq!(
        with("login.microsoft.com", "login.microsoft.com.evil.example"),
        (400, "The client data has the wrong origin.".into())
    );
    assert_eq!(
        with("webauthn.create", "webauthn.get"),
        (400, "The client data has the wrong type.".into())
    );
    assert_eq!(
        with(":false", ":true"),
        (400, "The client data has the wrong origin.".into())
    );
    // Anything else that is changed breaks the signature.
    assert_eq!(
        with(":false", ": false"),
        (400, "The attestation signature is not valid.".into())
    );
}
