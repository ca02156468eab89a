//! What Entra asks of a new passkey (`creationOptions`), and how its ids are decoded.

use super::Ask;
use super::Fido2Method;
use super::told::moment;
use crate::primitives::Cloud;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::primitives::UtcTime;
use crate::primitives::bytes;
use crate::webauthn::CreationOptions;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;
use serde::Deserialize;
use serde_json::Value;

/// Longest challenge that is taken, in characters; seen: 6,931.
const LONGEST_CHALLENGE: usize = 65_536;

/// Why nothing may be made from the options that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionsFault {
    /// The challenge is empty or too long; its length in bytes.
    Challenge(usize),
    /// The user handle is not base64url of 1 to 64 bytes.
    UserHandle,
    /// No algorithm was named.
    NoAlgorithm,
    /// An excluded credential's id is in an encoding that the account's methods do not explain.
    UnknownEncoding(String),
    /// A `credProtect` level is enforced whose name we do not know.
    UnknownCredProtect(String),
}

/// The options as sent, before their ids are decoded. They hold the user handle, so they have no
/// `Debug`.
pub struct SentOptions {
    expires: Option<UtcTime>,
    key: Key,
}

/// Options that a passkey may be made from.
pub struct Offer {
    /// What is asked of the key.
    pub options: CreationOptions,
    /// `challengeTimeoutDateTime`; `None` if not told.
    pub expires: Option<UtcTime>,
}

/// Reads new options for an account. Each call makes a challenge, good for 5 minutes.
#[must_use]
pub fn ask_creation_options(user: &Guid) -> Ask<SentOptions> {
    Ask::one(
        format!("/users/{user}/authentication/fido2Methods/creationOptions"),
        "UserAuthMethod-Passkey.ReadWrite.All",
        "creation options",
        SentOptions::read,
    )
}

impl SentOptions {
    /// Reads a `webauthnCredentialCreationOptions` object; `None` if a member is missing or has
    /// another type.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        let wire: Wire = serde_json::from_value(value).ok()?;
        Some(Self {
            expires: wire.challenge_timeout_date_time,
            key: wire.public_key,
        })
    }

    /// Decodes the options beside the account's registered `methods`, which alone tell how
    /// excluded ids are encoded.
    ///
    /// # Errors
    /// [`OptionsFault`]: nothing may be made.
    pub fn decode(self, cloud: Cloud, methods: &[Fido2Method]) -> Result<Offer, OptionsFault> {
        let key = self.key;
        let length = key.challenge.len();
        if !(1..=LONGEST_CHALLENGE).contains(&length) {
            return Err(OptionsFault::Challenge(length));
        }
        let handle = handle(&key.user.id).ok_or(OptionsFault::UserHandle)?;
        let algorithms: Vec<i64> = key.pub_key_cred_params.iter().map(|p| p.alg).collect();
        if algorithms.is_empty() {
            return Err(OptionsFault::NoAlgorithm);
        }
        let exclude = key
            .exclude_credentials
            .unwrap_or_default()
            .into_iter()
            .map(|excluded| {
                excluded_id(&excluded.id, methods)
                    .ok_or_else(|| OptionsFault::UnknownEncoding(excluded.id.clone()))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let extensions = key.extensions.unwrap_or_default();
        let enforce = extensions.enforce_credential_protection_policy == Some(true);
        let cred_protect = match extensions.credential_protection_policy {
            None => None,
            Some(name) => match cred_protect(&name) {
                None if enforce => return Err(OptionsFault::UnknownCredProtect(name)),
                level => level,
            },
        };
        Ok(Offer {
            options: CreationOptions {
                cloud,
                rp_id: RpId::new(&key.rp.id),
                rp_name: key.rp.name.unwrap_or_default(),
                user_id: Secret::new(handle),
                user_name: key.user.name.unwrap_or_default(),
                user_display_name: key.user.display_name.unwrap_or_default(),
                challenge: key.challenge,
                algorithms,
                exclude,
                cred_protect,
                enforce_cred_protect: enforce,
                hmac_create_secret: extensions.hmac_create_secret == Some(true),
            },
            expires: self.expires,
        })
    }
}

/// The handle is opaque: 1 to 64 bytes (WebAuthn §5.4.3).
fn handle(text: &str) -> Option<Vec<u8>> {
    bytes::from_base64url(text)
        .or_else(|| bytes::from_base64(text))
        .filter(|handle| (1..=64).contains(&handle.len()))
}

/// Decodes an excluded id. It has come in three encodings, and trying one after the other would
/// take a 32-byte id with its padding digit for a 33-byte one. So the account's own methods
/// decide; where they decide twice, or not at all, nothing is decoded.
fn excluded_id(text: &str, methods: &[Fido2Method]) -> Option<CredentialId> {
    if text.contains(['+', '/', '=']) {
        return CredentialId::new(bytes::from_base64(text)?);
    }
    let suffixed = methods
        .iter()
        .find(|method| method.id.as_str() == text)
        .and_then(Fido2Method::credential);
    let plain = methods
        .iter()
        .find(|method| method.id.split().is_some_and(|(body, _)| body == text))
        .and_then(Fido2Method::credential);
    match (suffixed, plain) {
        (Some(credential), None) | (None, Some(credential)) => Some(credential),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

fn cred_protect(name: &str) -> Option<u8> {
    match name {
        "userVerificationOptional" => Some(1),
        "userVerificationOptionalWithCredentialIDList" => Some(2),
        "userVerificationRequired" => Some(3),
        _ => None,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default, deserialize_with = "moment")]
    challenge_timeout_date_time: Option<UtcTime>,
    public_key: Key,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Key {
    rp: Rp,
    user: Account,
    challenge: String,
    pub_key_cred_params: Vec<Parameter>,
    exclude_credentials: Option<Vec<Excluded>>,
    extensions: Option<Extensions>,
}

#[derive(Deserialize)]
struct Rp {
    id: String,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    id: String,
    name: Option<String>,
    display_name: Option<String>,
}

#[derive(Deserialize)]
struct Parameter {
    alg: i64,
}

#[derive(Deserialize)]
struct Excluded {
    id: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extensions {
    hmac_create_secret: Option<bool>,
    enforce_credential_protection_policy: Option<bool>,
    credential_protection_policy: Option<String>,
}

#[cfg(test)]
mod tests;
