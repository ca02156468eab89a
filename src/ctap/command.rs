//! CTAP2 commands and how long each may take.

use std::time::Duration;

/// A CTAP2 command (CTAP 2.1 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// authenticatorMakeCredential
    MakeCredential,
    /// authenticatorGetAssertion
    GetAssertion,
    /// authenticatorGetInfo
    GetInfo,
    /// authenticatorClientPIN
    ClientPin,
    /// authenticatorReset
    Reset,
    /// authenticatorGetNextAssertion
    GetNextAssertion,
    /// authenticatorCredentialManagement
    CredentialManagement,
    /// authenticatorSelection
    Selection,
    /// authenticatorConfig
    Config,
    /// The prototype of credential management that FIDO_2_1_PRE keys have.
    CredentialManagementPreview,
}

impl Command {
    /// The command byte.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::MakeCredential => 0x01,
            Self::GetAssertion => 0x02,
            Self::GetInfo => 0x04,
            Self::ClientPin => 0x06,
            Self::Reset => 0x07,
            Self::GetNextAssertion => 0x08,
            Self::CredentialManagement => 0x0a,
            Self::Selection => 0x0b,
            Self::Config => 0x0d,
            Self::CredentialManagementPreview => 0x41,
        }
    }

    /// The specification's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MakeCredential => "authenticatorMakeCredential",
            Self::GetAssertion => "authenticatorGetAssertion",
            Self::GetInfo => "authenticatorGetInfo",
            Self::ClientPin => "authenticatorClientPIN",
            Self::Reset => "authenticatorReset",
            Self::GetNextAssertion => "authenticatorGetNextAssertion",
            Self::CredentialManagement => "authenticatorCredentialManagement",
            Self::Selection => "authenticatorSelection",
            Self::Config => "authenticatorConfig",
            Self::CredentialManagementPreview => "authenticatorCredentialManagement (preview)",
        }
    }
}

/// What needs neither a person nor the key's store.
pub(super) const PLAIN: Duration = Duration::from_secs(3);
/// PIN handshakes and walks through the store: slow chips take seconds.
pub(super) const SLOW: Duration = Duration::from_secs(10);
/// A touch: keys give up by themselves after 30 s, so only a broken one reaches this.
pub(super) const TOUCH: Duration = Duration::from_mins(1);

/// Whether a CTAPHID_CBOR message only asks and carries no secret: getInfo, and what clientPIN asks
/// with nothing but protocol and subcommand (tries left, key agreement). Such a message may be sent
/// again where the key did not take it; one that spends, makes or signs is sent once.
pub(super) const fn only_asks(message: &[u8]) -> bool {
    matches!(message, [0x04] | [0x06, 0xa2, 0x01, _, 0x02, _])
}
