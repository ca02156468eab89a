//! `creationOptions`: challenges that are remembered for five minutes.

use super::account::Account;
use super::account::Passkey;
use crate::entra::MethodId;
use crate::primitives::Digest;
use crate::primitives::Entropy;
use crate::primitives::Guid;
use crate::primitives::bytes;
use crate::webauthn::CredentialId;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a challenge lives.
pub(super) const CHALLENGE_LIFE: Duration = Duration::from_mins(5);

/// Length of the compact JWE that a real challenge wraps, in characters.
const JWE: usize = 5_198;

/// How excluded ids are written. Real tenants have used all three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdEncoding {
    /// Unpadded base64url and the number of padding characters.
    #[default]
    PaddingDigit,
    /// Unpadded base64url.
    Unpadded,
    /// Standard base64 with padding.
    Standard,
}

impl IdEncoding {
    fn write(self, credential: &CredentialId) -> String {
        match self {
            Self::PaddingDigit => MethodId::of_credential(credential).as_str().to_owned(),
            Self::Unpadded => bytes::base64url(credential.bytes()),
            Self::Standard => bytes::base64(credential.bytes()),
        }
    }
}

/// Challenges that were given out.
#[derive(Default)]
pub(super) struct Challenges(BTreeMap<String, Issued>);

struct Issued {
    account: Guid,
    until: Duration,
}

/// What a challenge that came back is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Returned {
    /// Ours, for this account, in time.
    Good,
    /// Ours, but too late.
    Expired,
    /// Not one that is open for this account.
    Unknown,
}

impl Challenges {
    /// Makes a challenge of about 6.9 thousand characters and remembers it.
    pub(super) fn issue(
        &mut self,
        account: Guid,
        now: Duration,
        life: Duration,
        entropy: &mut dyn Entropy,
    ) -> String {
        let mut random = vec![0; JWE];
        entropy.fill(&mut random);
        let jwe: String = "eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMjU2R0NNIn0."
            .chars()
            .chain(bytes::base64url(&random).chars())
            .take(JWE)
            .collect();
        let challenge = bytes::base64url(jwe.as_bytes());
        let until = now.saturating_add(life);
        self.0.insert(challenge.clone(), Issued { account, until });
        challenge
    }

    pub(super) fn judge(&self, challenge: &str, account: Guid, now: Duration) -> Returned {
        match self.0.get(challenge) {
            Some(issued) if issued.account != account => Returned::Unknown,
            Some(issued) if now >= issued.until => Returned::Expired,
            Some(_) => Returned::Good,
            None => Returned::Unknown,
        }
    }

    /// A challenge serves once.
    pub(super) fn spend(&mut self, challenge: &str) {
        self.0.remove(challenge);
    }
}

/// The user handle: 51 opaque bytes, always the same for one account.
pub(super) fn handle(account: &Account) -> Vec<u8> {
    let first = Digest::of_parts(&[b"handle 1", &account.id.0]);
    let second = Digest::of_parts(&[b"handle 2", &account.id.0]);
    [b"OF:".as_slice(), &first.0, &second.0]
        .concat()
        .into_iter()
        .take(51)
        .collect()
}

/// The body of `creationOptions`.
pub(super) fn body(
    account: &Account,
    challenge: &str,
    expires: &str,
    registered: &[&Passkey],
    encoding: IdEncoding,
) -> Value {
    let exclude: Vec<Value> = registered
        .iter()
        .map(|registered| {
            json!({
                "type": "public-key",
                "id": encoding.write(&registered.credential),
                "transports": ["usb", "nfc"],
            })
        })
        .collect();
    json!({
        "@odata.context":
            "https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.webauthnCredentialCreationOptions",
        "challengeTimeoutDateTime": expires,
        "publicKey": {
            "rp": {"id": "login.microsoft.com", "name": "Microsoft"},
            "user": {
                "id": bytes::base64url(&handle(account)),
                "name": account.upn,
                "displayName": account.display_name,
            },
            "challenge": challenge,
            "pubKeyCredParams": [
                {"type": "public-key", "alg": -7},
                {"type": "public-key", "alg": -257},
            ],
            "timeout": 60_000,
            "excludeCredentials": exclude,
            "authenticatorSelection": {
                "authenticatorAttachment": "cross-platform",
                "requireResidentKey": true,
                "userVerification": "required",
            },
            "attestation": "direct",
            "extensions": {
                "hmacCreateSecret": true,
                "enforceCredentialProtectionPolicy": true,
                "credentialProtectionPolicy": "userVerificationOptional",
            },
        },
    })
}
