//! Members of a statement about bags that were opened, sign-ins that were seen, and lists that were
//! gone through.

use super::statement_parts::PreviousBag;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde::Serialize;

/// Why a bag was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OpeningReason {
    /// An emergency: the account was needed. A review and a new PIN are due.
    Incident,
    /// A drill.
    Test,
    /// To look at key or bag.
    Inspection,
    /// To put the key elsewhere.
    Move,
}

/// A bag that was opened; the key is in none until a later record seals it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningPart {
    /// When it was opened; the record may be written afterwards.
    pub at: UtcTime,
    /// The bag, read while it was closed; absent where nobody looked in the emergency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bag: Option<PreviousBag>,
    /// Refs of those who opened it; empty where they are those who sign.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opened_by: Vec<String>,
    /// Why.
    pub reason: OpeningReason,
    /// Why, in a sentence; absent where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// An alert that a sign-in raised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertPart {
    /// What the alert is called where it was seen: its id there.
    pub id: String,
    /// Who saw it: not the operator.
    pub seen_by: String,
}

/// A sign-in, as the tenant's log shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInPart {
    /// The alert it raised; absent where none was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<AlertPart>,
    /// When, by the tenant's log.
    pub at: UtcTime,
    /// The id of the log's entry.
    pub id: Guid,
}

/// A line of a list that was gone through: done, with what shows it, or not done, because.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistPart {
    /// Whether it was done.
    pub done: bool,
    /// The line's word in the script.
    pub item: String,
    /// What shows it, or why it was not done.
    pub text: String,
}
