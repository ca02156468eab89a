//! Why a metadata BLOB is refused.

use crate::webauthn::attestation::ChainFault;

/// A part of a JWS in compact form (RFC 7515 §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JwsPart {
    /// The first: algorithm and certificates.
    Header,
    /// The second: the metadata.
    Payload,
    /// The third.
    Signature,
}

/// Why a metadata BLOB is refused. It is refused whole: nothing in it was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataError {
    /// More than 32 MiB.
    TooLarge {
        /// How many bytes there are.
        bytes: usize,
    },
    /// Not three parts with dots between them; a truncated file looks like this.
    NotCompact,
    /// A part is not unpadded base64url, or its spare bits are set.
    NotBase64Url(JwsPart),
    /// The header is not a JSON object with an algorithm, or has a member twice.
    HeaderMalformed,
    /// The header demands an extension (`crit`), and none is known.
    CriticalHeader,
    /// The signature algorithm is none of RS256, PS256, ES256.
    AlgorithmNotAllowed {
        /// Its name, cut at 32 characters.
        algorithm: String,
    },
    /// The algorithm is not one that the signer's key makes.
    AlgorithmOtherThanKey {
        /// Its name.
        algorithm: String,
    },
    /// The header has no certificates.
    NoCertificates,
    /// A certificate of the header cannot be read.
    CertificateMalformed {
        /// Its place, the signer's being 0.
        index: usize,
    },
    /// The signer's certificate is not for `mds.fidoalliance.org`.
    OtherName {
        /// What it is for.
        names: Vec<String>,
    },
    /// The signer's certificate does not lead to a root given, as of the time.
    NotToRoot(ChainFault),
    /// The signature is not the signer's over these bytes: the file was changed or cut.
    SignatureBad,
    /// What was signed is not metadata.
    PayloadMalformed,
}
