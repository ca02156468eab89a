//! Why a time stamp was refused.

use std::fmt;

/// Why a time stamp was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StampFault {
    /// Larger than [`MAX_STAMP_BYTES`](super::MAX_STAMP_BYTES).
    TooLarge,
    /// Not the DER of a TimeStampResp; the part that is not as RFC 3161 or RFC 5652 has it.
    Malformed(&'static str),
    /// The authority did not grant it.
    Refused {
        /// PKIStatus (RFC 3161 §2.4.2).
        status: u8,
        /// The authority's words; may be empty.
        words: String,
    },
    /// What was stamped is no SHA-256 digest.
    OtherDigest,
    /// The digest or signature algorithm is not checked here.
    Algorithm(String),
    /// The signer's certificate is not in it: it was asked for without `certReq`.
    NoCertificate,
    /// The signed attributes are not those of this token: what differs.
    Attribute(&'static str),
    /// The signature is not the certificate's.
    SignatureBad,
    /// The certificate is not for time stamping, critically and alone (RFC 3161 §2.3).
    Purpose,
}

impl fmt::Display for StampFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("larger than 64 KiB"),
            Self::Malformed(part) => write!(f, "no time stamp response: {part}"),
            Self::Refused { status, words } if words.is_empty() => {
                write!(f, "the authority refused: status {status}")
            }
            Self::Refused { status, words } => {
                write!(f, "the authority refused: status {status}, {words}")
            }
            Self::OtherDigest => f.write_str("what was stamped is no SHA-256 digest"),
            Self::Algorithm(name) => write!(f, "signed with {name}, which is not checked here"),
            Self::NoCertificate => f.write_str("the signer's certificate is not in it"),
            Self::Attribute(what) => write!(f, "the signed attribute {what} is not this token's"),
            Self::SignatureBad => f.write_str("the signature does not verify"),
            Self::Purpose => f.write_str(
                "the signer's certificate is not for time stamping, critically and alone",
            ),
        }
    }
}
