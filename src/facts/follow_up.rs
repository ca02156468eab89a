//! What records leave to be done: an incident to be reviewed, a PIN to be changed, a method that the
//! tenant may still have.

use crate::primitives::UtcTime;

/// An opening in an incident that no record reviews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewFacts {
    /// The key's label.
    pub label: String,
    /// When its bag was opened.
    pub opened: UtcTime,
    /// The record of it.
    pub record: u64,
}

/// Why somebody knows a PIN who should not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinKnown {
    /// It was used in an incident.
    Incident,
    /// This person held it and is custodian no more.
    Left(String),
}

/// A PIN that was not changed since somebody knows it who should not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinChangeFacts {
    /// The key's label.
    pub label: String,
    /// Why.
    pub why: PinKnown,
    /// Since when.
    pub since: UtcTime,
    /// The record that tells of it.
    pub record: u64,
}

/// A lost key whose method no record shows to be gone from the tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnrevokedFacts {
    /// The key's label.
    pub label: String,
    /// When the loss was recorded.
    pub since: UtcTime,
    /// The record of it.
    pub record: u64,
}

/// All that records leave to be done, in the order of labels, then of records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FollowUps {
    /// Incidents to be reviewed, of keys that are gone too.
    pub reviews: Vec<ReviewFacts>,
    /// PINs to be changed, of keys in use.
    pub pin_changes: Vec<PinChangeFacts>,
    /// Methods to be revoked.
    pub unrevoked: Vec<UnrevokedFacts>,
}

impl FollowUps {
    /// Why the PIN of the key with this label is to be changed; nothing if it is not.
    pub fn pin_changes_of<'a>(
        &'a self,
        label: &'a str,
    ) -> impl Iterator<Item = &'a PinChangeFacts> {
        self.pin_changes
            .iter()
            .filter(move |one| one.label == label)
    }
}
