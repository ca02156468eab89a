//! What the book says that the tenant is compared with.

use super::due::Happening;
use super::follow_up::FollowUps;
use super::restore::RestoreItem;
use crate::plan::Role;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use crate::webauthn::CredentialId;

/// A key in use: registered, and neither lost nor retired since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookKey {
    /// Its label.
    pub label: String,
    /// The alias of the account it opens.
    pub account: String,
    /// Its model.
    pub aaguid: Aaguid,
    /// Its credential; `None` if no record names one.
    pub credential_id: Option<CredentialId>,
    /// The tenant's id of the method; `None` if no record names one.
    pub method_id: Option<String>,
    /// Its serial number; `None` where it has none.
    pub serial: Option<String>,
    /// Its firmware as last reported; `None` if no record names one.
    pub firmware: Option<String>,
    /// The safe it was last put in; `None` if no record says.
    pub safe: Option<String>,
    /// When its registration began.
    pub registered: UtcTime,
    /// When its PIN was last proven: the last record with a presence; `None` if never.
    pub pin_proven: Option<UtcTime>,
    /// When its bag was last sealed; `None` if no record says.
    pub sealed: Option<UtcTime>,
    /// The last registration or verification with PIN and touch, and its record; `None` if never.
    pub seen: Option<(UtcTime, u64)>,
}

/// A sign-in that a record of level L2 tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedSignIn {
    /// The account's alias.
    pub account: String,
    /// The key's label.
    pub label: String,
    /// When the ceremony began.
    pub at: UtcTime,
    /// The record.
    pub record: u64,
}

/// A person whose roles count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookPerson {
    /// The pseudonym in records.
    pub reference: String,
    /// What this person may do.
    pub roles: Vec<Role>,
}

/// The book, as far as the tenant is compared with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookFacts {
    /// The keys in use.
    pub keys: Vec<BookKey>,
    /// Recorded sign-ins, oldest first.
    pub sign_ins: Vec<RecordedSignIn>,
    /// Starting times of all ceremonies, oldest first: sign-ins of those days are expected.
    pub ceremonies: Vec<(String, UtcTime)>,
    /// What a ceremony loosened and has not put back.
    pub restore: Vec<RestoreItem>,
    /// The people whose roles count, by the latest record that says so; empty before genesis.
    pub people: Vec<BookPerson>,
    /// What the records tell that makes keys due early, oldest first.
    pub happened: Vec<Happening>,
    /// What the records leave to be done.
    pub follow_ups: FollowUps,
}

impl BookFacts {
    /// The keys in use of the account with this alias.
    pub fn keys_of<'a>(&'a self, alias: &'a str) -> impl Iterator<Item = &'a BookKey> {
        self.keys.iter().filter(move |key| key.account == alias)
    }
}
