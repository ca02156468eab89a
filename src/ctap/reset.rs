//! authenticatorReset (CTAP 2.1 §6.6), and the deletion of one credential (§6.8.5): what cannot be
//! taken back.

use super::answer::Wiped;
use super::client::Ctap;
use super::command::Command;
use super::command::SLOW;
use super::command::TOUCH;
use super::error::CtapError;
use super::hid::KeepAlive;
use super::token::PinToken;
use crate::primitives::cbor::Value;
use crate::webauthn::CredentialId;
use std::time::Duration;

/// How long after power-up a key takes a reset (CTAP 2.1 §6.6).
pub const RESET_WINDOW: Duration = Duration::from_secs(10);

const DELETE_CREDENTIAL: u8 = 0x06;

impl Ctap<'_> {
    /// Erases every credential, the PIN and all settings, after a touch. It is sent once.
    ///
    /// # Errors
    /// [`CtapError`]; a key that was powered up more than [`RESET_WINDOW`] ago says `NotAllowed`.
    pub fn reset(&mut self, touch: &mut dyn FnMut(KeepAlive)) -> Result<(), CtapError> {
        self.cbor(Command::Reset, None, TOUCH, touch)?;
        // Whatever it said of itself is no more so.
        self.get_info()?;
        Ok(())
    }

    /// Deletes one discoverable credential. `token` needs
    /// [`Permissions::CREDENTIAL_MANAGEMENT`](super::Permissions::CREDENTIAL_MANAGEMENT).
    ///
    /// # Errors
    /// [`CtapError`]; [`CtapError::Unsupported`] if the key manages no credentials;
    /// `NoCredentials` if it holds none of this id.
    pub fn delete_credential(
        &mut self,
        token: &PinToken,
        id: &CredentialId,
    ) -> Result<(), CtapError> {
        let command: Option<Command> = self.known()?.credential_management();
        let command = command.ok_or(CtapError::Unsupported { what: "credMgmt" })?;
        let descriptor = Value::named(vec![
            ("id", Value::bytes(id.bytes())),
            ("type", Value::text("public-key")),
        ]);
        let parameters = Value::numbered(vec![(0x02, Some(descriptor))]);
        let mut signed = vec![DELETE_CREDENTIAL];
        signed.extend_from_slice(&parameters.encode());
        let parameters = Wiped::numbered(vec![
            (0x01, Some(Value::Unsigned(DELETE_CREDENTIAL.into()))),
            (0x02, Some(parameters)),
            (0x03, Some(token.protocol_value())),
            (0x04, Some(token.authenticate(&signed))),
        ]);
        self.cbor(command, Some(&parameters), SLOW, &mut |_| {})?;
        Ok(())
    }
}
