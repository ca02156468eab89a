//! What an independent client reads from the same key, and the port through which it is asked.
//!
//! Two programs on one node hear each other's answers, so the key is never open twice: a reader is
//! asked by [`ask`] alone, which takes our own handle and closes it first. A reader is gone when it
//! has answered; then the key may be opened again.
//!
//! Nobody else can make the [`Closed`] that a reader demands:
//!
//! ```compile_fail,E0423
//! use glasskey::ctap::KeyEntry;
//! use glasskey::facts::second_opinion::Closed;
//! use glasskey::facts::second_opinion::SecondReader;
//!
//! fn beside_ours(reader: &mut dyn SecondReader) {
//!     let _ = reader.read(&KeyEntry::default(), Closed(()));
//! }
//! ```

use crate::ctap::Ctap;
use crate::ctap::KeyEntry;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

macro_rules! members {
    ($($variant:ident $name:literal $what:literal;)*) => {
        /// A fact that two clients can read from a key, by the specification's name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Member {
            $(
                #[doc = concat!("`", $name, "`: ", $what)]
                #[serde(rename = $name)]
                $variant,
            )*
        }

        impl Member {
            /// Every one, in getInfo's order (CTAP 2.1 §6.4), then clientPIN's.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The specification's name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

members! {
    Versions "versions" "0x01, texts.";
    Extensions "extensions" "0x02, texts.";
    Aaguid "aaguid" "0x03, bytes.";
    Options "options" "0x04, names and truths, sorted by name.";
    MaxMsgSize "maxMsgSize" "0x05, bytes.";
    PinUvAuthProtocols "pinUvAuthProtocols" "0x06, numbers.";
    MaxCredentialCountInList "maxCredentialCountInList" "0x07.";
    MaxCredentialIdLength "maxCredentialIdLength" "0x08, bytes.";
    Transports "transports" "0x09, texts.";
    Algorithms "algorithms" "0x0A, COSE numbers of those for `public-key`.";
    MaxSerializedLargeBlobArray "maxSerializedLargeBlobArray" "0x0B, bytes.";
    ForcePinChange "forcePINChange" "0x0C.";
    MinPinLength "minPINLength" "0x0D, code points.";
    FirmwareVersion "firmwareVersion" "0x0E.";
    MaxCredBlobLength "maxCredBlobLength" "0x0F, bytes.";
    MaxRpIdsForSetMinPinLength "maxRPIDsForSetMinPINLength" "0x10.";
    PreferredPlatformUvAttempts "preferredPlatformUvAttempts" "0x11.";
    UvModality "uvModality" "0x12, bits.";
    Certifications "certifications" "0x13, names and levels, sorted by name.";
    RemainingDiscoverableCredentials "remainingDiscoverableCredentials" "0x14.";
    VendorPrototypeConfigCommands "vendorPrototypeConfigCommands" "0x15, numbers.";
    AttestationFormats "attestationFormats" "0x16, texts.";
    UvCountSinceLastPinEntry "uvCountSinceLastPinEntry" "0x17.";
    LongTouchForReset "longTouchForReset" "0x18.";
    TransportsForReset "transportsForReset" "0x1A, texts.";
    PinComplexityPolicy "pinComplexityPolicy" "0x1B.";
    PinComplexityPolicyUrl "pinComplexityPolicyURL" "0x1C, bytes.";
    MaxPinLength "maxPINLength" "0x1D, code points.";
    AuthenticatorConfigCommands "authenticatorConfigCommands" "0x1F, numbers.";
    PinRetries "pinRetries" "clientPIN 0x03; asked only of a key that has a PIN.";
    UvRetries "uvRetries" "clientPIN 0x05; asked only of a key with a sensor.";
}

/// A value in a form that does not depend on the client that read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// A number.
    Number(i64),
    /// True or false.
    Truth(bool),
    /// Texts in the key's order.
    Texts(Vec<String>),
    /// Numbers in the key's order.
    Numbers(Vec<i64>),
    /// Names and truths.
    Truths(BTreeMap<String, bool>),
    /// Names and numbers.
    Levels(BTreeMap<String, i64>),
    /// Bytes, in lower-case hex.
    Hex(String),
}

impl Told {
    /// Whether it is zero, false or empty: all that the other client says of a member which the key
    /// does not report.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Number(number) => *number == 0,
            Self::Truth(truth) => !truth,
            Self::Texts(texts) => texts.is_empty(),
            Self::Numbers(numbers) => numbers.is_empty(),
            Self::Truths(truths) => truths.is_empty(),
            Self::Levels(levels) => levels.is_empty(),
            Self::Hex(hex) => hex.is_empty(),
        }
    }
}

/// What the other client read. A member that is missing could not be read, or was not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecondReading(pub BTreeMap<Member, Told>);

/// Why there is no second reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondFault {
    /// This build has no other client.
    NotInThisBuild,
    /// Its process could not be started; the system's words.
    NotStarted(String),
    /// It did not answer in time, and was ended.
    TimedOut,
    /// It ended without an answer.
    Crashed,
    /// Its answer is none: too long, or not what it should be.
    Unreadable,
    /// What it said instead. Words of a program, perhaps of the key.
    Refused(String),
}

/// Proof that our own handle on the key was closed.
#[derive(Debug)]
pub struct Closed(());

/// An independent client, which reads a key without a PIN and without a touch.
pub trait SecondReader {
    /// Opens the key, reads it, and is gone from it when it returns, whatever it returns.
    ///
    /// # Errors
    /// [`SecondFault`]
    fn read(&mut self, entry: &KeyEntry, closed: Closed) -> Result<SecondReading, SecondFault>;
}

/// Closes our handle on a key, then has the same key read by another client.
///
/// # Errors
/// [`SecondFault`]
pub fn ask(
    reader: Option<&mut (dyn SecondReader + '_)>,
    ours: Ctap<'_>,
    entry: &KeyEntry,
) -> Result<SecondReading, SecondFault> {
    drop(ours);
    reader
        .ok_or(SecondFault::NotInThisBuild)?
        .read(entry, Closed(()))
}
