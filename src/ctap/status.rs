//! CTAP2 status codes (CTAP 2.1 §8.2), total over a byte.

macro_rules! statuses {
    ($($byte:literal $variant:ident $name:literal $doc:literal)*) => {
        /// The first byte of a CTAP2 answer. Every byte is one, and is kept.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum CtapStatus {
            $(#[doc = $doc] $variant,)*
            /// 0xE0 to 0xEF: set aside for extensions.
            Extension(u8),
            /// 0xF0 to 0xFF: set aside for vendors.
            Vendor(u8),
            /// A byte that the specification gives no meaning.
            Other(u8),
        }

        impl CtapStatus {
            /// The status that `byte` stands for.
            #[must_use]
            pub const fn from_byte(byte: u8) -> Self {
                match byte {
                    $($byte => Self::$variant,)*
                    0xe0..=0xef => Self::Extension(byte),
                    0xf0..=0xff => Self::Vendor(byte),
                    _ => Self::Other(byte),
                }
            }

            /// The byte.
            #[must_use]
            pub const fn byte(self) -> u8 {
                match self {
                    $(Self::$variant => $byte,)*
                    Self::Extension(byte) | Self::Vendor(byte) | Self::Other(byte) => byte,
                }
            }

            /// The specification's name; `None` if it has none.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$variant => Some($name),)*
                    Self::Extension(_) | Self::Vendor(_) | Self::Other(_) => None,
                }
            }
        }
    };
}

statuses! {
    0x00 Ok "CTAP2_OK" "Success."
    0x01 InvalidCommand "CTAP1_ERR_INVALID_COMMAND" "The authenticator has no such command."
    0x02 InvalidParameter "CTAP1_ERR_INVALID_PARAMETER" "A parameter is invalid."
    0x03 InvalidLength "CTAP1_ERR_INVALID_LENGTH" "The message has a wrong length."
    0x04 InvalidSequence "CTAP1_ERR_INVALID_SEQ" "Packets came out of sequence."
    0x05 MessageTimeout "CTAP1_ERR_TIMEOUT" "The message was not complete in time."
    0x06 ChannelBusy "CTAP1_ERR_CHANNEL_BUSY" "Another program is being served."
    0x0a LockRequired "CTAP1_ERR_LOCK_REQUIRED" "The command needs the channel lock."
    0x0b InvalidChannel "CTAP1_ERR_INVALID_CHANNEL" "The channel is not allocated."
    0x11 CborUnexpectedType "CTAP2_ERR_CBOR_UNEXPECTED_TYPE" "A CBOR item has the wrong type."
    0x12 InvalidCbor "CTAP2_ERR_INVALID_CBOR" "The CBOR is not what the authenticator reads."
    0x14 MissingParameter "CTAP2_ERR_MISSING_PARAMETER" "A required parameter is missing."
    0x15 LimitExceeded "CTAP2_ERR_LIMIT_EXCEEDED" "A limit on the number of items is exceeded."
    0x17 FingerprintDatabaseFull "CTAP2_ERR_FP_DATABASE_FULL" "No room for another fingerprint."
    0x18 LargeBlobStorageFull "CTAP2_ERR_LARGE_BLOB_STORAGE_FULL" "No room in the large blob store."
    0x19 CredentialExcluded "CTAP2_ERR_CREDENTIAL_EXCLUDED" "A credential of the exclude list is on this authenticator."
    0x21 Processing "CTAP2_ERR_PROCESSING" "It is still processing."
    0x22 InvalidCredential "CTAP2_ERR_INVALID_CREDENTIAL" "The credential is not valid for it."
    0x23 UserActionPending "CTAP2_ERR_USER_ACTION_PENDING" "It waits for a person."
    0x24 OperationPending "CTAP2_ERR_OPERATION_PENDING" "An operation is pending."
    0x25 NoOperations "CTAP2_ERR_NO_OPERATIONS" "No operation is pending."
    0x26 UnsupportedAlgorithm "CTAP2_ERR_UNSUPPORTED_ALGORITHM" "It has none of the algorithms."
    0x27 OperationDenied "CTAP2_ERR_OPERATION_DENIED" "The person or the authenticator declined."
    0x28 KeyStoreFull "CTAP2_ERR_KEY_STORE_FULL" "No room for another discoverable credential."
    0x2b UnsupportedOption "CTAP2_ERR_UNSUPPORTED_OPTION" "It does not have the option."
    0x2c InvalidOption "CTAP2_ERR_INVALID_OPTION" "The option is not valid here."
    0x2d KeepaliveCancel "CTAP2_ERR_KEEPALIVE_CANCEL" "The platform cancelled."
    0x2e NoCredentials "CTAP2_ERR_NO_CREDENTIALS" "No credential that may be used."
    0x2f UserActionTimeout "CTAP2_ERR_USER_ACTION_TIMEOUT" "No touch came in time."
    0x30 NotAllowed "CTAP2_ERR_NOT_ALLOWED" "The command does not follow what came before."
    0x31 PinInvalid "CTAP2_ERR_PIN_INVALID" "The PIN is wrong, and one attempt is gone."
    0x32 PinBlocked "CTAP2_ERR_PIN_BLOCKED" "No attempts are left: only a reset helps."
    0x33 PinAuthInvalid "CTAP2_ERR_PIN_AUTH_INVALID" "The authentication parameter does not verify."
    0x34 PinAuthBlocked "CTAP2_ERR_PIN_AUTH_BLOCKED" "Three misses in a row: it answers no PIN until it is unplugged and plugged in."
    0x35 PinNotSet "CTAP2_ERR_PIN_NOT_SET" "It has no PIN yet."
    0x36 PuatRequired "CTAP2_ERR_PUAT_REQUIRED" "The command needs a PIN/UV auth token."
    0x37 PinPolicyViolation "CTAP2_ERR_PIN_POLICY_VIOLATION" "The PIN breaks its rules, or must be changed first."
    0x38 PinTokenExpired "CTAP2_ERR_PIN_TOKEN_EXPIRED" "The token has expired (CTAP 2.0; reserved since)."
    0x39 RequestTooLarge "CTAP2_ERR_REQUEST_TOO_LARGE" "The request does not fit its memory."
    0x3a ActionTimeout "CTAP2_ERR_ACTION_TIMEOUT" "The current action timed out."
    0x3b UpRequired "CTAP2_ERR_UP_REQUIRED" "It wants a touch."
    0x3c UvBlocked "CTAP2_ERR_UV_BLOCKED" "Its built-in user verification is blocked."
    0x3d IntegrityFailure "CTAP2_ERR_INTEGRITY_FAILURE" "A checksum is wrong."
    0x3e InvalidSubcommand "CTAP2_ERR_INVALID_SUBCOMMAND" "The command has no such part."
    0x3f UvInvalid "CTAP2_ERR_UV_INVALID" "Built-in user verification failed; it may be tried again."
    0x40 UnauthorizedPermission "CTAP2_ERR_UNAUTHORIZED_PERMISSION" "The permission may not be had."
    0x7f Unspecified "CTAP1_ERR_OTHER" "Another error, not said which."
    0xdf SpecLast "CTAP2_ERR_SPEC_LAST" "The last code of the specification."
}

impl CtapStatus {
    /// Whether the authenticator answers no PIN until it is unplugged and plugged in again.
    #[must_use]
    pub const fn needs_replug(self) -> bool {
        matches!(self, Self::PinAuthBlocked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_byte_is_a_status_and_is_kept() {
        let mut names = BTreeSet::new();
        for byte in 0..=u8::MAX {
            let status = CtapStatus::from_byte(byte);
            assert_eq!(status.byte(), byte);
            let kept = match byte {
                0xe0..=0xef => CtapStatus::Extension(byte),
                0xf0.. => CtapStatus::Vendor(byte),
                _ => CtapStatus::Other(byte),
            };
            assert_eq!(status.name().is_none(), status == kept);
            names.extend(status.name());
        }
        assert_eq!(names.len(), 48);
    }

    #[test]
    fn a_pin_that_is_blocked_until_replug_says_so_and_no_other_does() {
        let replug: Vec<u8> = (0..=u8::MAX)
            .filter(|byte| CtapStatus::from_byte(*byte).needs_replug())
            .collect();
        assert_eq!(replug, [0x34]);
        assert_eq!(
            CtapStatus::from_byte(0x34).name(),
            Some("CTAP2_ERR_PIN_AUTH_BLOCKED")
        );
    }

    #[test]
    fn the_published_codes_have_their_published_names() {
        for (byte, name) in [
            (0x00, "CTAP2_OK"),
            (0x19, "CTAP2_ERR_CREDENTIAL_EXCLUDED"),
            (0x2e, "CTAP2_ERR_NO_CREDENTIALS"),
            (0x31, "CTAP2_ERR_PIN_INVALID"),
            (0x36, "CTAP2_ERR_PUAT_REQUIRED"),
            (0x40, "CTAP2_ERR_UNAUTHORIZED_PERMISSION"),
        ] {
            assert_eq!(CtapStatus::from_byte(byte).name(), Some(name));
        }
        assert_eq!(CtapStatus::from_byte(0xf2), CtapStatus::Vendor(0xf2));
        assert_eq!(CtapStatus::from_byte(0x41), CtapStatus::Other(0x41));
    }
}
