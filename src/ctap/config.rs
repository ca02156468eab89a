//! authenticatorConfig (CTAP 2.1 §6.11): the key's own PIN policy.

use super::answer::Wiped;
use super::client::Ctap;
use super::command::Command;
use super::command::SLOW;
use super::error::CtapError;
use super::options::Support;
use super::token::PinToken;
use crate::primitives::cbor::Value;

const TOGGLE_ALWAYS_UV: u8 = 0x02;
const SET_MIN_PIN_LENGTH: u8 = 0x03;

/// What is changed of the PIN's rules (CTAP 2.1 §6.11.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PinLengthRule {
    /// The new minimum in code points, which can only grow; `None` leaves it.
    pub min_length: Option<u8>,
    /// Whether the PIN must be changed before it gives tokens again. It cannot be taken back.
    pub force_change: bool,
}

impl Ctap<'_> {
    /// Changes the PIN's rules. `token` needs
    /// [`Permissions::AUTHENTICATOR_CONFIGURATION`](super::Permissions::AUTHENTICATOR_CONFIGURATION);
    /// a key without a PIN wants none. Where a change of the PIN follows, tokens end.
    ///
    /// # Errors
    /// [`CtapError`]; a shorter minimum is `PinPolicyViolation`.
    pub fn set_min_pin_length(
        &mut self,
        rule: PinLengthRule,
        token: Option<&PinToken>,
    ) -> Result<(), CtapError> {
        let options = self.known()?.effective_options();
        if options.set_min_pin_length == Support::No {
            return Err(CtapError::Unsupported {
                what: "setMinPINLength",
            });
        }
        let length = |length: u8| Value::Unsigned(length.into());
        let parameters = Value::numbered(vec![
            (0x01, rule.min_length.map(length)),
            (0x03, rule.force_change.then_some(Value::Bool(true))),
        ]);
        self.configure(SET_MIN_PIN_LENGTH, Some(parameters), token)
    }

    /// Switches `alwaysUv` on where it is off, and off where it is on (CTAP 2.1 §6.11.2): read
    /// getInfo before and after. `token` as in [`Self::set_min_pin_length`].
    ///
    /// # Errors
    /// [`CtapError`]; a key that does not let it be switched off says `OperationDenied`.
    pub fn toggle_always_uv(&mut self, token: Option<&PinToken>) -> Result<(), CtapError> {
        self.configure(TOGGLE_ALWAYS_UV, None, token)
    }

    fn configure(
        &mut self,
        subcommand: u8,
        parameters: Option<Value>,
        token: Option<&PinToken>,
    ) -> Result<(), CtapError> {
        if self.known()?.effective_options().authenticator_config == Support::No {
            return Err(CtapError::Unsupported { what: "authnrCfg" });
        }
        let message = signed(subcommand, parameters.as_ref());
        let parameters = Wiped::numbered(vec![
            (0x01, Some(Value::Unsigned(subcommand.into()))),
            (0x02, parameters),
            (0x03, token.map(PinToken::protocol_value)),
            (0x04, token.map(|token| token.authenticate(&message))),
        ]);
        self.cbor(Command::Config, Some(&parameters), SLOW, &mut |_| {})?;
        Ok(())
    }
}

/// What `pinUvAuthParam` is made over: 32 bytes of 0xff, the command, the subcommand, its
/// parameters.
pub(super) fn signed(subcommand: u8, parameters: Option<&Value>) -> Vec<u8> {
    let encoded = parameters.map(Value::encode).unwrap_or_default();
    [
        &[0xff; 32][..],
        &[Command::Config.byte(), subcommand],
        &encoded,
    ]
    .concat()
}
