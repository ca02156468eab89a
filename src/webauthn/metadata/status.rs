//! What FIDO reports about a model (MDS3 §3.1.3, §3.1.4).

use crate::primitives::UtcTime;
use crate::primitives::bytes;
use crate::primitives::foreign_json::present;
use serde::Deserialize;

/// A status of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Never certified.
    NotFidoCertified,
    /// The vendor's own claim was filed.
    SelfAssertionSubmitted,
    /// Certified; the name of the level as written, `FIDO_CERTIFIED` to `FIDO_CERTIFIED_L3plus`.
    FidoCertified(String),
    /// A newer firmware exists.
    UpdateAvailable,
    /// User verification can be bypassed.
    UserVerificationBypass,
    /// An attestation key is in other hands; judge attestations of any date by it.
    AttestationKeyCompromise,
    /// Users' keys can be got at from afar.
    UserKeyRemoteCompromise,
    /// Users' keys can be got at by whoever holds the authenticator.
    UserKeyPhysicalCompromise,
    /// Not to be trusted any more.
    Revoked,
    /// A status that is not known here, as written, cut at 64 characters.
    Other(String),
}

impl Status {
    fn read(text: &str) -> Self {
        match text {
            "NOT_FIDO_CERTIFIED" => Self::NotFidoCertified,
            "SELF_ASSERTION_SUBMITTED" => Self::SelfAssertionSubmitted,
            "FIDO_CERTIFIED"
            | "FIDO_CERTIFIED_L1"
            | "FIDO_CERTIFIED_L1plus"
            | "FIDO_CERTIFIED_L2"
            | "FIDO_CERTIFIED_L2plus"
            | "FIDO_CERTIFIED_L3"
            | "FIDO_CERTIFIED_L3plus" => Self::FidoCertified(text.to_owned()),
            "UPDATE_AVAILABLE" => Self::UpdateAvailable,
            "USER_VERIFICATION_BYPASS" => Self::UserVerificationBypass,
            "ATTESTATION_KEY_COMPROMISE" => Self::AttestationKeyCompromise,
            "USER_KEY_REMOTE_COMPROMISE" => Self::UserKeyRemoteCompromise,
            "USER_KEY_PHYSICAL_COMPROMISE" => Self::UserKeyPhysicalCompromise,
            "REVOKED" => Self::Revoked,
            other => Self::Other(other.chars().take(64).collect()),
        }
    }
}

/// One report about a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// What is reported.
    pub status: Status,
    /// From when it holds (the start of that day); `None`, if no date can be read, means always.
    pub effective: Option<UtcTime>,
    /// The first firmware version it is about, in the model's own counting; `None` means all.
    pub authenticator_version: Option<u64>,
    /// The compromised attestation certificate (DER); `None` means any.
    pub certificate: Option<Vec<u8>>,
    /// Where more is told.
    pub url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WrittenReport {
    status: String,
    #[serde(default, deserialize_with = "present")]
    effective_date: Option<String>,
    #[serde(default, deserialize_with = "present")]
    authenticator_version: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    certificate: Option<String>,
    #[serde(default, deserialize_with = "present")]
    url: Option<String>,
}

impl From<WrittenReport> for StatusReport {
    fn from(written: WrittenReport) -> Self {
        Self {
            status: Status::read(&written.status),
            effective: written.effective_date.as_deref().and_then(day),
            authenticator_version: written.authenticator_version,
            certificate: written.certificate.as_deref().and_then(loose_base64),
            url: written.url,
        }
    }
}

/// The start of a day written `YYYY-MM-DD`; `None` on anything else.
pub(super) fn day(text: &str) -> Option<UtcTime> {
    UtcTime::parse(&format!("{text}T00:00:00Z"))
}

/// Bytes of standard base64 in which vendors have left line ends and spaces.
pub(super) fn loose_base64(text: &str) -> Option<Vec<u8>> {
    let tight: String = text.split_ascii_whitespace().collect();
    bytes::from_base64(&tight)
}
