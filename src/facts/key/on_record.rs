//! A key as a book's records know it.

use crate::facts::Observed;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use crate::webauthn::CoseKey;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;

/// The level of credProtect at which a credential answers nobody without verification
/// (CTAP 2.1 §12.1, userVerificationRequired).
pub const VERIFICATION_REQUIRED: u8 = 3;

/// A key as a book's records know it. None of it is judged here: `audit` does that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnRecord {
    /// Its label in the plan.
    pub label: String,
    /// The account it opens, by its alias.
    pub account: String,
    /// Its model.
    pub aaguid: Aaguid,
    /// Its serial number; `None` where the records state none.
    pub serial: Option<String>,
    /// The credential that opens the account; `None` where the records state none.
    pub credential: Option<RecordedCredential>,
    /// The bag it was sealed in last; `None` where the records state none.
    pub bag: Option<String>,
    /// The safe it was put in last; `None` where the records state none.
    pub safe: Option<String>,
    /// The index of the latest record about it, and when that began.
    pub last: (u64, UtcTime),
    /// The index of the record that says it is lost or retired; `None` while it is in use.
    pub gone: Option<u64>,
}

/// A credential as it was registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedCredential {
    /// Its relying party.
    pub rp_id: RpId,
    /// Its name.
    pub id: CredentialId,
    /// Its public key.
    pub public_key: CoseKey,
    /// Its credProtect level, as the key itself said when it was made; not reported where the key
    /// said nothing then, or the registration is not on record.
    pub cred_protect: Observed<u8>,
    /// The highest signature counter on record; `None` where none is.
    pub counter: Option<u32>,
}
