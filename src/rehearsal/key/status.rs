//! CTAP2 status codes a key answers with.

/// Why a command was refused (CTAP 2.1 §8.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    InvalidCommand,
    InvalidParameter,
    InvalidLength,
    UnexpectedType,
    InvalidCbor,
    MissingParameter,
    LimitExceeded,
    CredentialExcluded,
    UnsupportedAlgorithm,
    OperationDenied,
    KeyStoreFull,
    UnsupportedOption,
    InvalidOption,
    KeepaliveCancel,
    NoCredentials,
    UserActionTimeout,
    NotAllowed,
    PinInvalid,
    PinBlocked,
    PinAuthInvalid,
    PinAuthBlocked,
    PinNotSet,
    PuatRequired,
    PinPolicyViolation,
    RequestTooLarge,
    InvalidSubcommand,
    UnauthorizedPermission,
    Other,
}

impl Status {
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::InvalidCommand => 0x01,
            Self::InvalidParameter => 0x02,
            Self::InvalidLength => 0x03,
            Self::UnexpectedType => 0x11,
            Self::InvalidCbor => 0x12,
            Self::MissingParameter => 0x14,
            Self::LimitExceeded => 0x15,
            Self::CredentialExcluded => 0x19,
            Self::UnsupportedAlgorithm => 0x26,
            Self::OperationDenied => 0x27,
            Self::KeyStoreFull => 0x28,
            Self::UnsupportedOption => 0x2b,
            Self::InvalidOption => 0x2c,
            Self::KeepaliveCancel => 0x2d,
            Self::NoCredentials => 0x2e,
            Self::UserActionTimeout => 0x2f,
            Self::NotAllowed => 0x30,
            Self::PinInvalid => 0x31,
            Self::PinBlocked => 0x32,
            Self::PinAuthInvalid => 0x33,
            Self::PinAuthBlocked => 0x34,
            Self::PinNotSet => 0x35,
            Self::PuatRequired => 0x36,
            Self::PinPolicyViolation => 0x37,
            Self::RequestTooLarge => 0x39,
            Self::InvalidSubcommand => 0x3e,
            Self::UnauthorizedPermission => 0x40,
            Self::Other => 0x7f,
        }
    }
}
