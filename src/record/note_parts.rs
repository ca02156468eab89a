//! The members of a statement that one event alone has.

use super::statement_parts::LedgerHead;
use crate::findings::Check;
use crate::findings::Subject;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde::Serialize;

/// A finding that is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptancePart {
    /// The check whose failing is accepted.
    pub check: Check,
    /// Why; absent where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it is accepted of.
    pub subject: Subject,
    /// The last second at which it is accepted.
    pub until: UtcTime,
}

/// A correction. The corrected record stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendmentPart {
    /// The corrected record's index.
    pub record: u64,
    /// SHA-256 of its file.
    pub sha256: Digest,
    /// What it should have said, and why it did not.
    pub text: String,
}

/// A loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LossPart {
    /// When the key was found to be gone.
    pub discovered: UtcTime,
    /// When the tenant was read back without the key's method; absent while it has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<UtcTime>,
}

/// A training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingPart {
    /// The head that the rehearsal's ledger ended with.
    pub head: LedgerHead,
    /// Refs of the people who were trained.
    pub people: Vec<String>,
}

/// A key as an earlier record knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnseenKey {
    /// Its label in the plan.
    pub label: String,
    /// Index of the last record with a key part of that label.
    pub record: u64,
}
