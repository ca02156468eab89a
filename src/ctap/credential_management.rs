//! authenticatorCredentialManagement (CTAP 2.1 §6.8): what is read; `reset` deletes.

use super::answer::Answer;
use super::answer::Wiped;
use super::answer::optional;
use super::client::Ctap;
use super::command::Command;
use super::command::SLOW;
use super::deadline::Deadline;
use super::error::CtapError;
use super::status::CtapStatus;
use super::token::PinToken;
use crate::primitives::Digest;
use crate::primitives::Secret;
use crate::primitives::cbor::Value;
use crate::webauthn::CoseKey;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;
use crate::webauthn::UserHandle;
use std::time::Duration;

const GET_CREDS_METADATA: u8 = 0x01;
const ENUMERATE_RPS_BEGIN: u8 = 0x02;
const ENUMERATE_RPS_GET_NEXT: u8 = 0x03;
const ENUMERATE_CREDENTIALS_BEGIN: u8 = 0x04;
const ENUMERATE_CREDENTIALS_GET_NEXT: u8 = 0x05;

/// More than any key holds; a total above it is refused, not obeyed.
const MOST_ITEMS: u64 = 1_024;
/// How long a whole enumeration may take.
const WHOLE_LIST: Duration = Duration::from_mins(1);

/// Slots for discoverable credentials (CTAP 2.1 §6.8.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialsMetadata {
    /// Slots used.
    pub existing: u64,
    /// Slots left, at most.
    pub remaining: u64,
}

/// A relying party with discoverable credentials on the key (CTAP 2.1 §6.8.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// Its id; keys may cut it short, so [`Self::rp_id_hash`] decides. `None` if left out.
    pub rp_id: Option<RpId>,
    /// Its name for people; `None` if left out.
    pub name: Option<String>,
    /// SHA-256 of the id.
    pub rp_id_hash: Digest,
}

/// A discoverable credential (CTAP 2.1 §6.8.4). It has no `Debug`, for the handle's sake.
pub struct DiscoverableCredential {
    /// Its name.
    pub credential_id: CredentialId,
    /// The user's handle.
    pub user: UserHandle,
    /// The user's name; `None` if left out.
    pub user_name: Option<String>,
    /// The user's name for people; `None` if left out.
    pub user_display_name: Option<String>,
    /// Its public key.
    pub public_key: CoseKey,
    /// Its `credProtect` level; `None` if the key does not say.
    pub cred_protect: Option<u8>,
}

impl Ctap<'_> {
    /// Slots used and left.
    ///
    /// # Errors
    /// [`CtapError`]
    pub fn credentials_metadata(
        &mut self,
        token: &PinToken,
    ) -> Result<CredentialsMetadata, CtapError> {
        let answer = self.manage(GET_CREDS_METADATA, None, Some(token))?;
        Ok(CredentialsMetadata {
            existing: answer.number(0x01, "existingResidentCredentialsCount")?,
            remaining: answer.number(0x02, "maxPossibleRemainingResidentCredentialsCount")?,
        })
    }

    /// Every relying party that has discoverable credentials on the key.
    ///
    /// # Errors
    /// [`CtapError`]; [`CtapError::TooMany`] if the key claims more than 1,024.
    pub fn relying_parties(&mut self, token: &PinToken) -> Result<Vec<RelyingParty>, CtapError> {
        let total = ("totalRPs", 0x05);
        let [begin, next] = [ENUMERATE_RPS_BEGIN, ENUMERATE_RPS_GET_NEXT];
        self.enumerate(begin, next, None, token, total, read_rp)
    }

    /// Every discoverable credential for the relying party with that hash.
    ///
    /// # Errors
    /// [`CtapError`]; [`CtapError::TooMany`] if the key claims more than 1,024.
    pub fn credentials(
        &mut self,
        token: &PinToken,
        rp_id_hash: &Digest,
    ) -> Result<Vec<DiscoverableCredential>, CtapError> {
        let total = ("totalCredentials", 0x09);
        let [begin, next] = [ENUMERATE_CREDENTIALS_BEGIN, ENUMERATE_CREDENTIALS_GET_NEXT];
        let hash = Value::numbered(vec![(0x01, Some(Value::bytes(&rp_id_hash.0)))]);
        self.enumerate(begin, next, Some(hash), token, total, read_credential)
    }

    fn enumerate<T>(
        &mut self,
        begin: u8,
        next: u8,
        parameters: Option<Value>,
        token: &PinToken,
        (what, total_at): (&'static str, i64),
        read: impl Fn(&Answer) -> Result<T, CtapError>,
    ) -> Result<Vec<T>, CtapError> {
        let whole = Deadline::new(self.clock(), WHOLE_LIST);
        let first = match self.manage(begin, parameters, Some(token)) {
            Err(CtapError::Status {
                status: CtapStatus::NoCredentials,
                ..
            }) => return Ok(Vec::new()),
            other => other?,
        };
        let total = first.number(total_at, what)?;
        if total > MOST_ITEMS {
            return Err(CtapError::TooMany {
                what,
                claimed: total,
            });
        }
        let mut items = Vec::new();
        if total > 0 {
            items.push(read(&first)?);
        }
        for _ in 1..total {
            if whole.left(self.clock()).is_none() {
                return Err(CtapError::Timeout);
            }
            items.push(read(&self.manage(next, None, None)?)?);
        }
        Ok(items)
    }

    /// Sends a subcommand, authenticated if a token is given; the "next" ones go without.
    fn manage(
        &mut self,
        subcommand: u8,
        parameters: Option<Value>,
        token: Option<&PinToken>,
    ) -> Result<Answer, CtapError> {
        let command = self.known()?.credential_management();
        let command: Command = command.ok_or(CtapError::Unsupported { what: "credMgmt" })?;
        let mut signed = vec![subcommand];
        if let Some(parameters) = &parameters {
            signed.extend_from_slice(&parameters.encode());
        }
        let parameters = Wiped::numbered(vec![
            (0x01, Some(Value::Unsigned(subcommand.into()))),
            (0x02, parameters),
            (0x03, token.map(PinToken::protocol_value)),
            (0x04, token.map(|token| token.authenticate(&signed))),
        ]);
        self.cbor(command, Some(&parameters), SLOW, &mut |_| {})?
            .map()
    }
}

fn read_rp(answer: &Answer) -> Result<RelyingParty, CtapError> {
    let rp = answer.required(0x03, "rp")?;
    rp.as_map().ok_or(CtapError::Malformed { what: "rp" })?;
    let hash = answer.bytes(0x04, "rpIDHash")?;
    Ok(RelyingParty {
        rp_id: text(rp, "id", "rp.id")?.map(|id| RpId::new(&id)),
        name: text(rp, "name", "rp.name")?,
        rp_id_hash: Digest(
            hash.try_into()
                .map_err(|_| CtapError::Malformed { what: "rpIDHash" })?,
        ),
    })
}

fn read_credential(answer: &Answer) -> Result<DiscoverableCredential, CtapError> {
    let malformed = |what| CtapError::Malformed { what };
    let user = answer.required(0x06, "user")?;
    let handle = user.named_member("id").and_then(Value::as_bytes);
    let handle = handle.ok_or(malformed("user.id"))?;
    let id = answer.required(0x07, "credentialID")?.named_member("id");
    let id = id.and_then(Value::as_bytes).map(<[u8]>::to_vec);
    let key = answer.required(0x08, "publicKey")?.encode();
    Ok(DiscoverableCredential {
        credential_id: id
            .and_then(CredentialId::new)
            .ok_or(malformed("credentialID"))?,
        user: Secret::new(handle.to_vec()),
        user_name: text(user, "name", "user.name")?,
        user_display_name: text(user, "displayName", "user.displayName")?,
        public_key: CoseKey::parse(&key).ok_or(malformed("publicKey"))?,
        cred_protect: answer.optional(0x0a, "credProtect", |value| {
            u8::try_from(value.as_u64()?).ok()
        })?,
    })
}

fn text(map: &Value, name: &str, what: &'static str) -> Result<Option<String>, CtapError> {
    optional(map.named_member(name), what, |value| {
        value.as_text().map(str::to_owned)
    })
}
