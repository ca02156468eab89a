//! What makes a key due for verification before its days are over.

use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;

/// Whom something concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concerns {
    /// Every key.
    Everyone,
    /// The keys of the account with this alias.
    Account(String),
    /// The key with this label.
    Key(String),
    /// The keys of this model.
    Model(Aaguid),
}

impl Concerns {
    /// Whether a key is concerned.
    #[must_use]
    pub fn concerns(&self, account: &str, label: &str, model: Option<Aaguid>) -> bool {
        match self {
            Self::Everyone => true,
            Self::Account(alias) => alias == account,
            Self::Key(one) => one == label,
            Self::Model(aaguid) => Some(*aaguid) == model,
        }
    }
}

/// Something after which a key is to be looked at, however lately it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: UtcTime,
    /// Whom it concerns.
    pub concerns: Concerns,
    /// What, without a full stop: `cu-2, a custodian, left by record 000007`.
    pub what: String,
}
