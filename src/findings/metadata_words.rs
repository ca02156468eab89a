//! Metadata's refusals and statuses in words.

use super::attestation_checks::chain_words;
use crate::webauthn::metadata::JwsPart;
use crate::webauthn::metadata::MetadataError;
use crate::webauthn::metadata::Status;

/// Why a BLOB is refused.
pub(super) fn refusal(error: &MetadataError) -> String {
    match error {
        MetadataError::TooLarge { bytes } => format!("{bytes} bytes, more than are read"),
        MetadataError::NotCompact => "not three parts with dots between them".to_owned(),
        MetadataError::NotBase64Url(part) => {
            let part = match part {
                JwsPart::Header => "header",
                JwsPart::Payload => "payload",
                JwsPart::Signature => "signature",
            };
            format!("its {part} is not unpadded base64url in its one spelling")
        }
        MetadataError::HeaderMalformed => "its header cannot be read".to_owned(),
        MetadataError::CriticalHeader => "its header demands an unknown extension".to_owned(),
        MetadataError::AlgorithmNotAllowed { algorithm } => {
            format!("signed by {algorithm:?}, which is not allowed")
        }
        MetadataError::AlgorithmOtherThanKey { algorithm } => {
            format!("{algorithm} is not what the signer's key makes")
        }
        MetadataError::NoCertificates => "it names no signer".to_owned(),
        MetadataError::CertificateMalformed { index } => {
            format!("its certificate {index} cannot be read")
        }
        MetadataError::OtherName { names } => {
            let names: Vec<String> = names
                .iter()
                .take(4)
                .map(|name| format!("{name:?}"))
                .collect();
            let names = if names.is_empty() {
                "nobody".to_owned()
            } else {
                names.join(", ")
            };
            format!("the signer is {names}, not mds.fidoalliance.org")
        }
        MetadataError::NotToRoot(why) => {
            format!("the signer leads to no root: {}", chain_words(why))
        }
        MetadataError::SignatureBad => {
            "the signature is not over these bytes: it was changed or cut".to_owned()
        }
        MetadataError::PayloadMalformed => "what was signed is no metadata".to_owned(),
    }
}

/// A status, as metadata writes it.
pub(super) fn status(status: &Status) -> &str {
    match status {
        Status::NotFidoCertified => "NOT_FIDO_CERTIFIED",
        Status::SelfAssertionSubmitted => "SELF_ASSERTION_SUBMITTED",
        Status::UpdateAvailable => "UPDATE_AVAILABLE",
        Status::UserVerificationBypass => "USER_VERIFICATION_BYPASS",
        Status::AttestationKeyCompromise => "ATTESTATION_KEY_COMPROMISE",
        Status::UserKeyRemoteCompromise => "USER_KEY_REMOTE_COMPROMISE",
        Status::UserKeyPhysicalCompromise => "USER_KEY_PHYSICAL_COMPROMISE",
        Status::Revoked => "REVOKED",
        Status::FidoCertified(name) | Status::Other(name) => name,
    }
}
