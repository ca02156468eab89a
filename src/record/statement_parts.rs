//! The members of a statement. None can hold a PIN, a pass, a token, a password or a user handle.

use crate::plan::Role;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::primitives::bytes::Bytes;
use crate::webauthn::Aaguid;
use crate::webauthn::CoseKey;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;
use serde::Deserialize;
use serde::Serialize;

/// The account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountPart {
    /// Its name in the plan.
    pub alias: String,
    /// Its object id in the tenant.
    pub object_id: Guid,
}

/// Where the key is kept from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Custody {
    /// The number of the bag it is sealed in.
    pub bag: String,
    /// The bag it came out of; absent when it had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_bag: Option<PreviousBag>,
    /// The safe.
    pub safe: String,
    /// The shelf; absent where the plan names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelf: Option<String>,
}

/// The bag a key came out of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreviousBag {
    /// Its number, as read while it was closed.
    pub number: String,
    /// How it was found.
    pub state: BagState,
}

/// How a bag was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BagState {
    /// Closed and whole.
    Intact,
    /// Opened or torn.
    Broken,
    /// Not there.
    Missing,
}

/// Where the ceremony left its script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The step's number.
    pub step: String,
    /// What was done instead, and why.
    pub text: String,
}

/// What the judgement was based on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// `Date` of the tenant's last answer; absent without a tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub graph_date: Option<UtcTime>,
    /// The metadata BLOB; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mds: Option<MdsInput>,
    /// SHA-256 of a second observer's own check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observer_sha256: Option<Digest>,
    /// SHA-256 of the plan file.
    pub plan_sha256: Digest,
    /// SHA-256 of the canonical JSON of the policy in force.
    pub policy_sha256: Digest,
    /// Graph's `request-id` of each answer that was used, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub request_ids: Vec<Guid>,
    /// SHA-256 of the roster file in force.
    pub roster_sha256: Digest,
    /// SHA-256 of the printed script; absent before scripts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script_sha256: Option<Digest>,
}

/// A metadata BLOB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MdsInput {
    /// Its number.
    pub no: u32,
    /// SHA-256 of the file.
    pub sha256: Digest,
}

/// How a value is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The key's getInfo says so.
    Getinfo,
    /// The USB descriptor says so.
    Usb,
    /// The key's answer to INIT says so.
    Init,
    /// A vendor command says so.
    Vendor,
    /// The attestation certificate says so.
    Attested,
    /// The key's own list of what it holds, read with its PIN, says so.
    Listed,
    /// A person read it off the key.
    Engraved,
    /// The registration in this record.
    Registration,
    /// An earlier record.
    Record,
}

/// A value with how it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// How it is known.
    pub basis: Basis,
    /// The value.
    pub value: String,
}

/// The key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyPart {
    /// The model, as the key claims it.
    pub aaguid: Aaguid,
    /// The credential that opens the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<CredentialId>,
    /// The firmware; absent where the key does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firmware: Option<Claim>,
    /// The key's label in the plan.
    pub label: String,
    /// The tenant's id of the method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method_id: Option<String>,
    /// The PIN's state.
    pub pin: PinPart,
    /// The credential's public key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<PublicKeyPart>,
    /// The relying party of the credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rp_id: Option<RpId>,
    /// The serial number; absent where the key has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<Claim>,
    /// Slots for resident credentials.
    pub slots: Slots,
}

/// The PIN's state; never the PIN, nor its length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinPart {
    /// Verification is demanded at every use; absent where not reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub always_uv: Option<bool>,
    /// Whether the PIN was changed since the last record with a touch; absent where that is not
    /// known to have happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<bool>,
    /// The PIN must be changed before it is of use; absent where not reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_change: Option<bool>,
    /// Shortest PIN accepted, in code points; absent where not reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// Tries left; absent where not reported or no PIN is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<u32>,
    /// Whether a PIN is set.
    pub set: bool,
    /// Fingerprint tries left; absent where the key has no sensor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uv_retries: Option<u32>,
}

/// The credential's public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKeyPart {
    /// How it is known.
    pub basis: Basis,
    /// The COSE key's bytes.
    pub cose: CoseKey,
}

/// Slots for resident credentials; members are absent where not reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slots {
    /// Free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
    /// Used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<u32>,
}

/// A head of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerHead {
    /// The ledger's origin line.
    pub origin: String,
    /// The tree's root.
    pub root: Digest,
    /// The tree's size in records.
    pub size: u64,
}

/// A witness's fresh nonce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoncePart {
    /// The witness.
    #[serde(rename = "ref")]
    pub reference: String,
    /// 16 bytes.
    pub value: Bytes,
}

/// A person on the roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonPart {
    /// The pseudonym.
    #[serde(rename = "ref")]
    pub reference: String,
    /// What this person may do, sorted.
    pub roles: Vec<Role>,
}

/// When, by which clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimePart {
    /// The clock.
    pub source: TimeSource,
    /// When the ceremony began.
    pub started: UtcTime,
}

/// A clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeSource {
    /// The host's clock.
    HostClock,
    /// The rehearsal's clock.
    Rehearsal,
}

/// The program that made the statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// `glasskey`
    pub name: String,
    /// Its version.
    pub version: String,
}
