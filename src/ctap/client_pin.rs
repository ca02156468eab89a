//! authenticatorClientPIN (CTAP 2.1 §6.5.5): tries left, setting and changing the PIN, tokens.
//!
//! Every call sends the PIN once. Nothing here tries again.

use super::answer::Answer;
use super::answer::Wiped;
use super::client::Ctap;
use super::command::Command;
use super::command::SLOW;
use super::error::CtapError;
use super::options::Support;
use super::pin::Pin;
use super::pin_protocol::PinProtocol;
use super::pin_protocol::SharedSecret;
use super::pin_protocol::encapsulate;
use super::token::Permissions;
use super::token::PinToken;
use super::token::TokenKind;
use crate::primitives::Secret;
use crate::primitives::cbor::Value;
use crate::webauthn::RpId;

const GET_PIN_RETRIES: u8 = 0x01;
const GET_KEY_AGREEMENT: u8 = 0x02;
const SET_PIN: u8 = 0x03;
const CHANGE_PIN: u8 = 0x04;
const GET_PIN_TOKEN: u8 = 0x05;
const GET_UV_RETRIES: u8 = 0x07;
const GET_TOKEN_USING_PIN: u8 = 0x09;

/// PIN attempts left (CTAP 2.1 §6.5.5.2). Meaningless while no PIN is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinRetries {
    /// Attempts, 0 to 8; at 0 only a reset helps, and it erases every credential.
    pub remaining: u8,
    /// Whether the key answers no PIN until it is unplugged; `None` if it does not say.
    pub power_cycle_needed: Option<bool>,
}

impl Ctap<'_> {
    /// PIN attempts left.
    ///
    /// # Errors
    /// [`CtapError`]
    pub fn pin_retries(&mut self) -> Result<PinRetries, CtapError> {
        let protocol = self.pin_protocol()?;
        let answer = self
            .client_pin(protocol, GET_PIN_RETRIES, Vec::new())?
            .map()?;
        Ok(PinRetries {
            remaining: answer.byte(0x03, "pinRetries")?,
            power_cycle_needed: answer.optional(0x04, "powerCycleState", Value::as_bool)?,
        })
    }

    /// Attempts left for built-in user verification, such as a fingerprint.
    ///
    /// # Errors
    /// [`CtapError`]; keys without it answer with a status.
    pub fn uv_retries(&mut self) -> Result<u8, CtapError> {
        let protocol = self.pin_protocol()?;
        let answer = self
            .client_pin(protocol, GET_UV_RETRIES, Vec::new())?
            .map()?;
        answer.byte(0x05, "uvRetries")
    }

    /// Sets the first PIN of a key.
    ///
    /// # Errors
    /// [`CtapError`]; a key that has one answers `PinAuthInvalid`.
    pub fn set_pin(&mut self, pin: &Pin) -> Result<(), CtapError> {
        let (key_agreement, shared) = self.agree()?;
        let new_pin = shared.encrypt(pin.padded(), self.entropy());
        let parameters = vec![
            (0x03, Some(key_agreement)),
            (0x04, Some(Value::Bytes(shared.authenticate(&new_pin)))),
            (0x05, Some(Value::Bytes(new_pin))),
        ];
        self.client_pin(shared.protocol(), SET_PIN, parameters)?;
        Ok(())
    }

    /// Replaces the PIN. A wrong old PIN costs an attempt.
    ///
    /// # Errors
    /// [`CtapError`]
    pub fn change_pin(&mut self, old: &Pin, new: &Pin) -> Result<(), CtapError> {
        let (key_agreement, shared) = self.agree()?;
        let new_pin = shared.encrypt(new.padded(), self.entropy());
        let hash = shared.encrypt(&old.hash(), self.entropy());
        let signed = [new_pin.as_slice(), &hash].concat();
        let parameters = vec![
            (0x03, Some(key_agreement)),
            (0x04, Some(Value::Bytes(shared.authenticate(&signed)))),
            (0x05, Some(Value::Bytes(new_pin))),
            (0x06, Some(Value::Bytes(hash))),
        ];
        self.client_pin(shared.protocol(), CHANGE_PIN, parameters)?;
        Ok(())
    }

    /// A token for `permissions`, bound to `rp_id` (which mc and ga need). A wrong PIN costs an
    /// attempt. Keys that give none with permissions give a legacy one, which says so.
    ///
    /// # Errors
    /// [`CtapError`]
    pub fn token(
        &mut self,
        pin: &Pin,
        permissions: Permissions,
        rp_id: Option<&RpId>,
    ) -> Result<PinToken, CtapError> {
        let kind = match self.known()?.gives_permissions() {
            Support::Yes => TokenKind::WithPermissions,
            Support::No => TokenKind::Legacy,
        };
        let (key_agreement, shared) = self.agree()?;
        let hash = shared.encrypt(&pin.hash(), self.entropy());
        let mut parameters = vec![
            (0x03, Some(key_agreement)),
            (0x06, Some(Value::Bytes(hash))),
        ];
        let (subcommand, rp_id) = match kind {
            TokenKind::Legacy => (GET_PIN_TOKEN, None),
            TokenKind::WithPermissions => {
                let bits = Value::Unsigned(permissions.bits().into());
                parameters.push((0x09, Some(bits)));
                parameters.push((0x0a, rp_id.map(|rp_id| Value::text(rp_id.as_str()))));
                (GET_TOKEN_USING_PIN, rp_id.cloned())
            }
        };
        let protocol = shared.protocol();
        let answer = self.client_pin(protocol, subcommand, parameters)?.map()?;
        let secret = read_token(&answer, &shared)?;
        Ok(PinToken::new(secret, protocol, permissions, rp_id, kind))
    }

    /// Agrees on a secret with the key, fresh for each operation.
    fn agree(&mut self) -> Result<(Value, SharedSecret), CtapError> {
        let protocol = self.pin_protocol()?;
        let answer = self
            .client_pin(protocol, GET_KEY_AGREEMENT, Vec::new())?
            .map()?;
        let peer = answer.required(0x01, "keyAgreement")?;
        encapsulate(protocol, peer, self.entropy())
    }

    fn pin_protocol(&mut self) -> Result<PinProtocol, CtapError> {
        self.known()?.pin_protocol().ok_or(CtapError::Unsupported {
            what: "pinUvAuthProtocols",
        })
    }

    fn client_pin(
        &mut self,
        protocol: PinProtocol,
        subcommand: u8,
        mut parameters: Vec<(i64, Option<Value>)>,
    ) -> Result<super::client::Body, CtapError> {
        parameters.push((0x01, Some(Value::Unsigned(protocol.number().into()))));
        parameters.push((0x02, Some(Value::Unsigned(subcommand.into()))));
        let parameters = Wiped::numbered(parameters);
        self.cbor(Command::ClientPin, Some(&parameters), SLOW, &mut |_| {})
    }
}

fn read_token(answer: &Answer, shared: &SharedSecret) -> Result<Secret<Vec<u8>>, CtapError> {
    let malformed = CtapError::Malformed {
        what: "pinUvAuthToken",
    };
    let encrypted = answer.bytes(0x02, "pinUvAuthToken")?;
    let mut token = shared.decrypt(encrypted).ok_or(malformed.clone())?;
    match (shared.protocol(), token.len()) {
        (PinProtocol::One, 16 | 32) | (PinProtocol::Two, 32) => {
            Ok(Secret::new(std::mem::take(&mut *token)))
        }
        (PinProtocol::One | PinProtocol::Two, _) => Err(malformed),
    }
}
