//! Why what an auditor brings was refused.

use super::MAX_TRUST_BYTES;

/// Why a trust file or a file of heads was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustFault {
    /// Larger than [`MAX_TRUST_BYTES`].
    TooLarge,
    /// Not UTF-8.
    NotUtf8,
    /// Not TOML, an unknown key, or a value of another type.
    Toml {
        /// The line, from 1; `None` if the reader did not say.
        line: Option<usize>,
        /// The reader's words.
        words: String,
    },
    /// `genesis` is not 64 lower-case hexadecimal digits.
    Genesis,
    /// The `der` of this `[[mds-root]]` (from 1) is not padded base64.
    MdsRoot(usize),
    /// The `der` of this `[[tsa-root]]` (from 1) is not padded base64.
    TsaRoot(usize),
    /// This `[[anchor]]` (from 1) has no GUID as `aaguid`, or no padded base64 as `der`.
    Anchor(usize),
    /// This `[[head]]` (from 1) has no ledger's origin, or no hexadecimal digest as `root`; in a
    /// file of heads, this checkpoint is not one.
    Head(usize),
    /// A file of heads without any.
    NoHeads,
}

impl std::fmt::Display for TrustFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge => write!(f, "larger than {MAX_TRUST_BYTES} bytes"),
            Self::NotUtf8 => f.write_str("not UTF-8"),
            Self::Toml {
                line: Some(line),
                words,
            } => write!(f, "line {line}: {words}"),
            Self::Toml { line: None, words } => f.write_str(words),
            Self::Genesis => f.write_str("genesis is not 64 lower-case hexadecimal digits"),
            Self::MdsRoot(number) => write!(f, "mds-root {number}: der is not base64"),
            Self::TsaRoot(number) => write!(f, "tsa-root {number}: der is not base64"),
            Self::Anchor(number) => write!(
                f,
                "anchor {number}: no GUID as aaguid, or der is not base64"
            ),
            Self::Head(number) => write!(f, "head {number} is not one"),
            Self::NoHeads => f.write_str("no head is in it"),
        }
    }
}
