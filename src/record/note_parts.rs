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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LossPart {
    /// When the key was found to be gone.
    pub discovered: UtcTime,
    /// What the sign-in log told of the account since a record last saw the key; absent where it
    /// was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hunt: Option<HuntPart>,
    /// When the tenant was read back without the key's method; absent while it has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<UtcTime>,
}

/// What was looked for in the tenant's sign-in log after a loss, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HuntPart {
    /// From when on the log was read: the last record that saw the key, or as far back as the log
    /// reaches.
    pub from: UtcTime,
    /// What the people say of what they read there.
    pub outcome: String,
    /// How many sign-ins and attempts of the account the log shows in that time.
    pub sign_ins: u64,
    /// When it was read.
    pub until: UtcTime,
}

/// What becomes of a key that is taken out of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyEnd {
    /// The account's credential is deleted from it; other credentials stay.
    Deleted,
    /// It is reset: nothing is left on it.
    Reset,
    /// It is not in the hand: nothing is done to it.
    NotInHand,
}

/// A retirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetirementPart {
    /// What becomes of the key.
    pub end: KeyEnd,
    /// When the tenant was read back without the key's method.
    pub revoked: UtcTime,
}

/// The review of an opening in an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewPart {
    /// Index of the record of the opening.
    pub record: u64,
    /// What the key was used for, and what the review found.
    pub text: String,
}

/// The PIN envelope of a key, and who holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinEnvelopePart {
    /// Refs of those who hold it, in the plan's order.
    pub held_by: Vec<String>,
    /// Its number.
    pub number: String,
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
