//! What is wrong with a ledger's files: each fault names the file, so that the first one says where
//! to look.

use crate::ledger::Checkpoint;
use crate::ledger::FileName;
use crate::ledger::StoreError;
use crate::plan::Role;
use crate::primitives::Digest;
use crate::record::Event;
use crate::record::RecordError;
use crate::record::RosterError;
use crate::record::SignatureFault;

/// What is wrong with a file. None of these is ever a matter of degree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It should be there and is not.
    Missing,
    /// A signature that the record expects is not there.
    SignatureMissing {
        /// Whose.
        reference: String,
    },
    /// A checkpoint, which is the last or is cited, is signed neither by the operator of its record
    /// nor by another.
    CheckpointNotSigned {
        /// The operator of its record.
        reference: String,
    },
    /// It is no file of a ledger.
    Unknown,
    /// It cannot be read.
    Store(StoreError),
    /// It is no origin line.
    NotAnOrigin,
    /// The statements name another origin.
    OriginDiffers {
        /// The one that genesis states.
        stated: String,
    },
    /// It is no record.
    NotARecord(RecordError),
    /// Its bytes are not those that were signed and that the checkpoint commits to.
    AlteredAfterSigning,
    /// It is no roster.
    NotARoster(RosterError),
    /// It is not the roster that the record of its index commits to.
    RosterDiffers {
        /// SHA-256 that the record states.
        stated: Digest,
    },
    /// No record of that index brings a roster.
    RosterUnexpected,
    /// The signature does not count.
    BadSignature(SignatureFault),
    /// It is no checkpoint.
    NotACheckpoint,
    /// It is not the head of the records.
    CheckpointDiffers {
        /// The head, recomputed.
        recomputed: Box<Checkpoint>,
    },
    /// Its name is not the digest of its bytes.
    MetadataDiffers,
    /// It is not the signature file that a later statement sealed.
    NotAsSealed {
        /// The record whose statement sealed another.
        by: u64,
    },
    /// The statement breaks a rule.
    Rule(Rule),
}

/// A rule that a statement breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Genesis stands at index 0, and nowhere else.
    GenesisPlace(Event),
    /// A member that its event needs is absent.
    MemberMissing(&'static str),
    /// A member that its event never has is there.
    MemberUnexpected(&'static str),
    /// A list is longer than it may be: 64 signers or nonces, 1,000 people.
    TooMany(&'static str),
    /// The origin is not the ledger's.
    Origin,
    /// The tenant is not the ledger's.
    Tenant,
    /// A rehearsal record in a real book, or a real one in a rehearsal's.
    Rehearsal {
        /// What the record says it is.
        record: bool,
    },
    /// The record id is that of an earlier record.
    RecordId {
        /// That record.
        first: u64,
    },
    /// Its registration's credential is that of an earlier registration: one key under two names.
    CredentialUsed {
        /// That record.
        first: u64,
    },
    /// Its label named another physical key before: a label is never used again.
    LabelReused {
        /// The record that named it.
        first: u64,
    },
    /// Its account's alias had another object id before, or its object id another alias.
    AccountMoved {
        /// The record that said so.
        first: u64,
    },
    /// The head cited is larger than the ledger was, or before genesis.
    HeadSize {
        /// The size cited.
        size: u64,
    },
    /// The head cited is not one that the ledger had.
    HeadRoot {
        /// The size cited.
        size: u64,
    },
    /// `sealed` is not sorted, or names a digest twice.
    SealedOrder,
    /// `sealed` names a signature file that is not there, or that another statement named.
    SealedNotThere(Digest),
    /// It seals nothing, though signatures of records that it builds on are not sealed yet.
    SealsNothing {
        /// The first such record.
        first: u64,
    },
    /// The policy named as in force is another.
    PolicyInput,
    /// The roster named as in force is another.
    RosterInput,
    /// A ref in `people` twice, or somebody on the roster without roles.
    People {
        /// The ref.
        reference: String,
    },
    /// Nobody is expected to sign.
    NoSigners,
    /// Somebody is expected to sign twice.
    SignerTwice {
        /// The ref.
        reference: String,
    },
    /// An expected signer does not hold the role: operator for the first, witness for the others.
    RoleNotHeld {
        /// The ref.
        reference: String,
        /// The role.
        role: Role,
    },
    /// A nonce that is not 16 bytes, of nobody who signs, or a second one of a person.
    Nonce {
        /// The ref.
        reference: String,
    },
    /// Fewer witnesses count than the policy demands.
    Quorum {
        /// Witnesses that count.
        have: u32,
        /// Witnesses demanded.
        need: u32,
    },
}

/// A fault and the file it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerFault {
    /// The file, relative to the ledger.
    pub file: String,
    /// What is wrong with it.
    pub fault: Fault,
}

impl LedgerFault {
    pub(super) fn new(file: &FileName, fault: Fault) -> Self {
        Self {
            file: file.to_string(),
            fault,
        }
    }

    /// The command that mends it; `None` where no command does.
    #[must_use]
    pub fn command(&self) -> Option<String> {
        let index = FileName::parse(&self.file)?.record()?;
        match &self.fault {
            Fault::SignatureMissing { .. } | Fault::Rule(Rule::Quorum { .. }) => {
                Some(format!("glasskey sign {index:06}"))
            }
            // An append that was interrupted: the ceremony goes on where it stopped.
            Fault::CheckpointNotSigned { .. } | Fault::Missing => Some("glasskey".to_owned()),
            Fault::Unknown
            | Fault::Store(_)
            | Fault::NotAnOrigin
            | Fault::OriginDiffers { .. }
            | Fault::NotARecord(_)
            | Fault::AlteredAfterSigning
            | Fault::NotARoster(_)
            | Fault::RosterDiffers { .. }
            | Fault::RosterUnexpected
            | Fault::BadSignature(_)
            | Fault::NotACheckpoint
            | Fault::CheckpointDiffers { .. }
            | Fault::MetadataDiffers
            | Fault::NotAsSealed { .. }
            | Fault::Rule(_) => None,
        }
    }
}
