//! What the records say of bags, people and time, one beside the other.

use super::due::Happening;
use crate::plan::Role;
use crate::primitives::UtcTime;

/// How a bag was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BagFound {
    /// Closed and whole.
    Intact,
    /// Opened or torn.
    Broken,
    /// Not there.
    Missing,
}

/// What a record says of a key's bag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BagFacts {
    /// The key's label.
    pub label: String,
    /// The new bag's number; `None` where the bag was opened and the key is in none.
    pub bag: Option<String>,
    /// The earlier record that used this number already; `None` if none did.
    pub used_by: Option<u64>,
    /// The bag this record says the key came out of, and how it was found.
    pub came_out_of: Option<(String, BagFound)>,
    /// The bag the key was last recorded in, and by which record; `None` if it never was.
    pub last_recorded: Option<(String, u64)>,
}

/// A person who signs a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerFacts {
    /// The ref.
    pub reference: String,
    /// The roles that counted; empty if the person had none.
    pub roles: Vec<Role>,
    /// The fingerprint of the key that made a good signature; `None` if there is none.
    pub key: Option<String>,
    /// Whether this person gave a nonce.
    pub gave_nonce: bool,
}

/// What a record says of people, bags and time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustodyFacts {
    /// The record's index.
    pub record: u64,
    /// The expected signers, the operator first.
    pub signers: Vec<SignerFacts>,
    /// Whether a witness counts only with a nonce: the key was present.
    pub nonces_needed: bool,
    /// Witnesses that the policy that counted demands.
    pub witnesses_needed: u32,
    /// The key's bag; `None` if the record says nothing of one.
    pub bag: Option<BagFacts>,
    /// When the ceremony began.
    pub started: UtcTime,
    /// When the one recorded before it began; `None` at genesis.
    pub started_before: Option<UtcTime>,
    /// When the last one of the head it cites began; `None` at genesis.
    pub started_cited: Option<UtcTime>,
}

impl CustodyFacts {
    /// Witnesses that count: not first of the signers, with that role, a good signature by a key
    /// of their own, and a nonce where one is needed.
    #[must_use]
    pub fn witnesses(&self) -> usize {
        let mut keys: Vec<&str> = Vec::new();
        let mut count = 0;
        for (place, signer) in self.signers.iter().enumerate() {
            let Some(key) = signer.key.as_deref() else {
                continue;
            };
            let counts = place > 0
                && signer.roles.contains(&Role::Witness)
                && (signer.gave_nonce || !self.nonces_needed)
                && !keys.contains(&key);
            keys.push(key);
            count += usize::from(counts);
        }
        count
    }
}

/// When a key was last seen with PIN and touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueFacts {
    /// The key's label.
    pub label: String,
    /// The latest registration or verification of level L1 or L2.
    pub last: UtcTime,
    /// The record of it.
    pub record: u64,
    /// What makes it due earlier than its days.
    pub happened: Vec<Happening>,
}
