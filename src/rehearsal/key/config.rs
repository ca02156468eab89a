//! authenticatorConfig: the least PIN length, a forced change, alwaysUv (CTAP 2.1 §6.11).

use super::authenticator::Answer;
use super::authenticator::Authenticator;
use super::request::Request;
use super::spec::KeySpec;
use super::spec::Personality;
use super::status::Status;
use super::token;
use super::token::Scope;
use crate::primitives::cbor::Value;

const SUB_COMMAND: i64 = 0x01;
const PARAMETERS: i64 = 0x02;
const PROTOCOL: i64 = 0x03;
const PIN_UV_AUTH_PARAM: i64 = 0x04;

const NEW_MIN_PIN_LENGTH: i64 = 0x01;
const MIN_PIN_LENGTH_RP_IDS: i64 = 0x02;
const FORCE_CHANGE_PIN: i64 = 0x03;

/// The most code points a minimum can ask for: what 63 bytes can hold.
const MOST_CODE_POINTS: u64 = 63;

/// What can be configured, as it is now.
#[derive(Clone, Copy)]
pub(super) struct Config {
    /// Code points a new PIN must have; it only grows.
    pub(super) min_pin_length: u8,
    /// The PIN gives no token before it is changed.
    pub(super) force_pin_change: bool,
    /// Every use asks for user verification.
    pub(super) always_uv: bool,
}

impl Config {
    /// As the key leaves the factory, and after a reset.
    pub(super) fn of(spec: &KeySpec) -> Self {
        Self {
            min_pin_length: spec.min_pin_length,
            force_pin_change: false,
            always_uv: spec.personality == Personality::AlwaysUv,
        }
    }
}

impl Authenticator {
    pub(super) fn authenticator_config(&mut self, request: &Request) -> Answer {
        let command = request.required(SUB_COMMAND, Value::as_u64)?;
        match command {
            0x02 => {
                self.statistics.note("config/toggleAlwaysUv");
                // So that a key that leaves the factory with alwaysUv can be freed of it.
                if self.pin.is_set() || !self.config.always_uv {
                    self.authorise_config(request, 0x02)?;
                }
                self.config.always_uv = !self.config.always_uv;
                Ok(None)
            }
            0x03 => {
                self.statistics.note("config/setMinPINLength");
                self.authorise_config(request, 0x03)?;
                self.set_min_pin_length(request)
            }
            _ => {
                self.statistics.note("config/unknown");
                Err(Status::InvalidParameter)
            }
        }
    }

    fn set_min_pin_length(&mut self, request: &Request) -> Answer {
        let parameters = request.nested(PARAMETERS)?;
        let least = parameters
            .optional(NEW_MIN_PIN_LENGTH, Value::as_u64)?
            .unwrap_or(u64::from(self.config.min_pin_length));
        if parameters.raw(MIN_PIN_LENGTH_RP_IDS).is_some() {
            return Err(Status::InvalidParameter); // no extension minPinLength
        }
        let force = parameters
            .optional(FORCE_CHANGE_PIN, Value::as_bool)?
            .unwrap_or_default();
        if least < u64::from(self.config.min_pin_length) || least > MOST_CODE_POINTS {
            return Err(Status::PinPolicyViolation);
        }
        if force && !self.pin.is_set() {
            return Err(Status::PinNotSet);
        }
        let short = self.pin.is_set() && u64::from(self.pin.code_points()) < least;
        if force || short {
            self.config.force_pin_change = true;
            self.token = None;
        }
        self.config.min_pin_length = u8::try_from(least).unwrap_or(u8::MAX);
        Ok(None)
    }

    /// Checks the token where the key is protected; an unprotected one is configured by anybody.
    fn authorise_config(&mut self, request: &Request, code: u8) -> Result<(), Status> {
        if !self.pin.is_set() && !self.config.always_uv {
            return Ok(());
        }
        let mac = request
            .optional(PIN_UV_AUTH_PARAM, Value::as_bytes)?
            .ok_or(Status::PuatRequired)?;
        let protocol = self.protocol(request, PROTOCOL)?;
        // Only canonical bytes come this far, so that encoding again gives the bytes sent.
        let parameters = request.raw(PARAMETERS).map(Value::encode);
        let message = [
            &[0xff; 32][..],
            &[0x0d, code],
            &parameters.unwrap_or_default(),
        ]
        .concat();
        let permission = token::AUTHENTICATOR_CONFIGURATION;
        self.authorise(protocol, &message, mac, permission, &Scope::Any)
    }
}
