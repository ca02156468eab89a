//! clientPIN: the PIN, its tries, and tokens for it (CTAP 2.1 §6.5.5).

use super::authenticator::Answer;
use super::authenticator::Authenticator;
use super::pin_protocol::KeyAgreement;
use super::pin_protocol::PinProtocol;
use super::pin_protocol::SharedSecret;
use super::request::Request;
use super::status::Status;
use super::token;
use super::token::Token;
use crate::primitives::Digest;
use crate::primitives::Secret;
use crate::primitives::bytes::constant_time_eq;
use crate::primitives::cbor::Value;

/// Tries a PIN has from the start (`maxPinRetries`).
const MOST_RETRIES: u8 = 8;
/// Misses in a row after which the key wants to be unplugged.
const MOST_MISSES: u8 = 3;

const PROTOCOL: i64 = 0x01;
const SUB_COMMAND: i64 = 0x02;
const KEY_AGREEMENT: i64 = 0x03;
const PIN_UV_AUTH_PARAM: i64 = 0x04;
const NEW_PIN_ENC: i64 = 0x05;
const PIN_HASH_ENC: i64 = 0x06;
const PERMISSIONS: i64 = 0x09;
const RP_ID: i64 = 0x0a;

/// The PIN's hash and what is left of its tries.
pub(super) struct PinState {
    hash: Option<Secret<[u8; 16]>>,
    code_points: u8,
    retries: u8,
    misses: u8,
}

impl PinState {
    pub(super) const fn unset() -> Self {
        Self {
            hash: None,
            code_points: 0,
            retries: MOST_RETRIES,
            misses: 0,
        }
    }

    /// A fresh PIN with all its tries.
    pub(super) fn set(pin: &[u8]) -> Self {
        let mut hash = [0; 16];
        for (slot, byte) in hash.iter_mut().zip(Digest::of(pin).0) {
            *slot = byte;
        }
        Self {
            hash: Some(Secret::new(hash)),
            code_points: code_points(pin),
            ..Self::unset()
        }
    }

    pub(super) const fn is_set(&self) -> bool {
        self.hash.is_some()
    }

    /// `PINCodePointLength`; 0 if no PIN is set.
    pub(super) const fn code_points(&self) -> u8 {
        self.code_points
    }

    pub(super) fn is(&self, pin: &[u8]) -> bool {
        let hash = Digest::of(pin).0;
        let half = hash.get(..16).unwrap_or_default();
        self.hash
            .as_ref()
            .is_some_and(|known| constant_time_eq(known.expose(), half))
    }

    pub(super) const fn retries(&self) -> u8 {
        self.retries
    }

    pub(super) const fn power_cycle(&mut self) {
        self.misses = 0;
    }

    const fn power_cycle_needed(&self) -> bool {
        self.misses >= MOST_MISSES
    }

    /// Whether a PIN may be tried at all.
    const fn ready(&self) -> Result<(), Status> {
        if self.hash.is_none() {
            Err(Status::PinNotSet)
        } else if self.retries == 0 {
            Err(Status::PinBlocked)
        } else if self.power_cycle_needed() {
            Err(Status::PinAuthBlocked)
        } else {
            Ok(())
        }
    }

    /// Compares; a miss costs a try.
    fn compare(&mut self, hash: Option<&[u8]>) -> Result<(), Status> {
        self.ready()?;
        let right = match (&self.hash, hash) {
            (Some(expected), Some(hash)) => constant_time_eq(expected.expose(), hash),
            (None, _) | (_, None) => false,
        };
        if right {
            self.retries = MOST_RETRIES;
            self.misses = 0;
            return Ok(());
        }
        self.retries = self.retries.saturating_sub(1);
        self.misses = self.misses.saturating_add(1);
        self.ready().and(Err(Status::PinInvalid))
    }
}

impl Authenticator {
    pub(super) fn client_pin(&mut self, request: &Request) -> Answer {
        let command = request.required(SUB_COMMAND, Value::as_u64)?;
        let old = self.spec.is_fido_2_0();
        match command {
            0x01 => {
                self.statistics.note("clientPIN/getPINRetries");
                Ok(Some(self.pin_retries()))
            }
            0x02 => {
                self.statistics.note("clientPIN/getKeyAgreement");
                let protocol = self.protocol(request, PROTOCOL)?;
                let public = self.agreement(protocol).public();
                Ok(Some(Value::numbered(vec![(0x01, Some(public))])))
            }
            0x03 => {
                self.statistics.note("clientPIN/setPIN");
                self.set_pin(request)
            }
            0x04 => {
                self.statistics.note("clientPIN/changePIN");
                self.change_pin(request)
            }
            0x05 => {
                self.statistics.note("clientPIN/getPinToken");
                let asked = request.raw(PERMISSIONS).or(request.raw(RP_ID));
                if asked.is_some() && !old {
                    return Err(Status::InvalidParameter);
                }
                let permissions = token::MAKE_CREDENTIAL | token::GET_ASSERTION;
                self.issue(request, permissions, None, Status::PinInvalid)
            }
            0x09 if !old => {
                self.statistics
                    .note("clientPIN/getPinUvAuthTokenUsingPinWithPermissions");
                self.issue_with_permissions(request)
            }
            _ => {
                self.statistics.note("clientPIN/unknown");
                Err(if old {
                    Status::InvalidParameter
                } else {
                    Status::InvalidSubcommand
                })
            }
        }
    }

    fn pin_retries(&self) -> Value {
        let power_cycle = Value::Bool(self.pin.power_cycle_needed());
        Value::numbered(vec![
            (0x03, Some(Value::Unsigned(u64::from(self.pin.retries)))),
            (0x04, (!self.spec.is_fido_2_0()).then_some(power_cycle)),
        ])
    }

    fn set_pin(&mut self, request: &Request) -> Answer {
        let protocol = self.protocol(request, PROTOCOL)?;
        let new_pin = request.required(NEW_PIN_ENC, Value::as_bytes)?;
        let mac = request.required(PIN_UV_AUTH_PARAM, Value::as_bytes)?;
        let shared = self.shared(request, protocol)?;
        if self.pin.is_set() || !shared.verifies(new_pin, mac) {
            return Err(Status::PinAuthInvalid);
        }
        self.take_new_pin(&shared, new_pin)
    }

    fn change_pin(&mut self, request: &Request) -> Answer {
        let protocol = self.protocol(request, PROTOCOL)?;
        let new_pin = request.required(NEW_PIN_ENC, Value::as_bytes)?;
        let old_hash = request.required(PIN_HASH_ENC, Value::as_bytes)?;
        let mac = request.required(PIN_UV_AUTH_PARAM, Value::as_bytes)?;
        self.pin.ready()?;
        let shared = self.shared(request, protocol)?;
        if !shared.verifies(&[new_pin, old_hash].concat(), mac) {
            return Err(Status::PinAuthInvalid);
        }
        self.compare_pin(protocol, &shared, old_hash)?;
        self.take_new_pin(&shared, new_pin)
    }

    /// Decrypts a padded PIN of 64 bytes, holds it to the policy and stores it. Tokens end.
    fn take_new_pin(&mut self, shared: &SharedSecret, sealed: &[u8]) -> Answer {
        let padded = shared.decrypt(sealed).ok_or(Status::PinAuthInvalid)?;
        let padded = padded.expose();
        if padded.len() != 64 {
            return Err(Status::InvalidParameter);
        }
        let zeros = padded.iter().rev().take_while(|byte| **byte == 0).count();
        let pin = padded.get(..padded.len() - zeros).unwrap_or_default();
        let unchanged = self.config.force_pin_change && self.pin.is(pin);
        if zeros == 0 || code_points(pin) < self.config.min_pin_length || unchanged {
            return Err(Status::PinPolicyViolation);
        }
        self.pin = PinState::set(pin);
        self.config.force_pin_change = false;
        self.token = None;
        Ok(None)
    }

    fn issue_with_permissions(&mut self, request: &Request) -> Answer {
        let permissions = request.required(PERMISSIONS, Value::as_u64)?;
        let rp_id = request.optional(RP_ID, Value::as_text)?;
        let for_rp = token::MAKE_CREDENTIAL | token::GET_ASSERTION;
        if permissions == 0 {
            return Err(Status::InvalidParameter);
        }
        let others = token::CREDENTIAL_MANAGEMENT | token::AUTHENTICATOR_CONFIGURATION;
        if permissions & !(for_rp | others) != 0 {
            return Err(Status::UnauthorizedPermission);
        }
        if permissions & for_rp != 0 && rp_id.is_none() {
            return Err(Status::MissingParameter);
        }
        let rp_id = rp_id.map(str::to_owned);
        self.issue(request, permissions, rp_id, Status::PinPolicyViolation)
    }

    /// Compares the PIN and answers with a fresh token; any other token ends.
    /// `demanded` is what it says instead while a change is demanded (§6.5.5.7.1, §6.5.5.7.2).
    fn issue(
        &mut self,
        request: &Request,
        permissions: u64,
        rp_id: Option<String>,
        demanded: Status,
    ) -> Answer {
        let protocol = self.protocol(request, PROTOCOL)?;
        let hash = request.required(PIN_HASH_ENC, Value::as_bytes)?;
        self.pin.ready()?;
        let shared = self.shared(request, protocol)?;
        self.compare_pin(protocol, &shared, hash)?;
        if self.config.force_pin_change {
            return Err(demanded);
        }
        let secret: [u8; 32] = self.entropy.bytes();
        let sealed = shared.encrypt(&secret, &mut self.entropy);
        let lasting = self.spec.is_fido_2_0();
        let now = self.now();
        self.token = Some(Token::new(
            protocol,
            secret,
            permissions,
            rp_id,
            now,
            lasting,
        ));
        Ok(Some(Value::numbered(vec![(
            0x02,
            Some(Value::Bytes(sealed)),
        )])))
    }

    fn compare_pin(
        &mut self,
        protocol: PinProtocol,
        shared: &SharedSecret,
        sealed: &[u8],
    ) -> Result<(), Status> {
        let hash = shared.decrypt(sealed);
        let outcome = self.pin.compare(hash.as_ref().map(|h| &h.expose()[..]));
        let statistics = &mut self.statistics;
        statistics.pins_compared = statistics.pins_compared.saturating_add(1);
        if outcome.is_err() {
            statistics.pin_tries_spent = statistics.pin_tries_spent.saturating_add(1);
            let fresh = KeyAgreement::new(protocol, &mut self.entropy);
            *self.agreement_mut(protocol) = fresh;
        }
        outcome
    }

    fn shared(&self, request: &Request, protocol: PinProtocol) -> Result<SharedSecret, Status> {
        let peer = request.required(KEY_AGREEMENT, Some)?;
        peer.as_map().ok_or(Status::UnexpectedType)?;
        self.agreement(protocol)
            .shared(peer)
            .ok_or(Status::InvalidParameter)
    }

    const fn agreement(&self, protocol: PinProtocol) -> &KeyAgreement {
        let [one, two] = &self.agreements;
        match protocol {
            PinProtocol::One => one,
            PinProtocol::Two => two,
        }
    }

    const fn agreement_mut(&mut self, protocol: PinProtocol) -> &mut KeyAgreement {
        let [one, two] = &mut self.agreements;
        match protocol {
            PinProtocol::One => one,
            PinProtocol::Two => two,
        }
    }
}

fn code_points(pin: &[u8]) -> u8 {
    let count = std::str::from_utf8(pin).map_or(0, |text| text.chars().count());
    u8::try_from(count).unwrap_or(u8::MAX)
}
