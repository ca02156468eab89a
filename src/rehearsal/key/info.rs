//! getInfo (CTAP 2.1 §6.4).

use super::authenticator::Authenticator;
use super::request::MOST_IN_LIST;
use crate::primitives::cbor::Value;
use crate::webauthn::CoseKey;

/// `maxMsgSize`: the longest command, code included.
pub(super) const MAX_MESSAGE_SIZE: usize = 1_200;
/// `maxCredentialIdLength`; longer ids are nobody's.
const MAX_CREDENTIAL_ID: u64 = 128;

impl Authenticator {
    pub(super) fn info(&self) -> Value {
        let old = self.spec.is_fido_2_0();
        let new = |value: Value| (!old).then_some(value);
        let texts = |texts: &[&str]| Value::Array(texts.iter().map(|t| Value::text(t)).collect());
        let (versions, extensions, protocols) = if old {
            (
                texts(&["U2F_V2", "FIDO_2_0"]),
                texts(&["hmac-secret"]),
                vec![Value::Unsigned(1)],
            )
        } else {
            (
                texts(&["FIDO_2_0", "FIDO_2_1"]),
                texts(&["credProtect", "hmac-secret"]),
                vec![Value::Unsigned(2), Value::Unsigned(1)],
            )
        };
        let algorithm = Value::named(vec![
            ("alg", Value::int(CoseKey::ES256)),
            ("type", Value::text("public-key")),
        ]);
        let [major, minor, patch] = self.spec.firmware;
        let firmware = u32::from_be_bytes([0, major, minor, patch]);
        Value::numbered(vec![
            (0x01, Some(versions)),
            (0x02, Some(extensions)),
            (0x03, Some(Value::bytes(self.spec.aaguid.bytes()))),
            (0x04, Some(self.options())),
            (0x05, Some(number(MAX_MESSAGE_SIZE))),
            (0x06, Some(Value::Array(protocols))),
            (0x07, new(number(MOST_IN_LIST))),
            (0x08, new(Value::Unsigned(MAX_CREDENTIAL_ID))),
            (0x09, new(texts(&["usb"]))),
            (0x0a, new(Value::Array(vec![algorithm]))),
            (0x0c, new(Value::Bool(self.config.force_pin_change))),
            (
                0x0d,
                new(Value::Unsigned(u64::from(self.config.min_pin_length))),
            ),
            (0x0e, new(Value::Unsigned(u64::from(firmware)))),
            (0x14, new(number(self.free_slots()))),
        ])
    }

    /// Discoverable credentials there is room for.
    pub(super) fn free_slots(&self) -> usize {
        self.spec
            .resident_slots
            .saturating_sub(self.residents.len())
    }

    /// Whether a credential that is not discoverable may be made without user verification.
    pub(super) fn uv_not_required(&self) -> bool {
        !self.spec.is_fido_2_0() && !self.config.always_uv
    }

    fn options(&self) -> Value {
        let mut options = vec![
            ("rk", true),
            ("up", true),
            ("plat", false),
            ("clientPin", self.pin.is_set()),
        ];
        if !self.spec.is_fido_2_0() {
            options.push(("credMgmt", true));
            options.push(("pinUvAuthToken", true));
            options.push(("makeCredUvNotRqd", self.uv_not_required()));
            options.push(("authnrCfg", true));
            options.push(("setMinPINLength", true));
            options.push(("alwaysUv", self.config.always_uv));
        }
        Value::named(
            options
                .into_iter()
                .map(|(name, value)| (name, Value::Bool(value)))
                .collect(),
        )
    }
}

/// A count as CBOR.
pub(super) fn number(count: usize) -> Value {
    Value::Unsigned(u64::try_from(count).unwrap_or(u64::MAX))
}
