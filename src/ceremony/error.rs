//! Why a ceremony stopped. What was kept until then stands in `open/`.

use super::DeskError;
use super::OpenError;
use super::SignError;
use super::pins::PinStop;
use super::trial::TrialFault;
use crate::ctap::CtapError;
use crate::ctap::KeysError;
use crate::entra::Answer;
use crate::entra::ReadBack;
use crate::entra::Written;
use crate::findings::Finding;
use crate::ledger::LedgerError;
use crate::ledger::StoreError;
use crate::paper::PaperError;
use crate::record::SignatureFault;
use crate::webauthn::RpIdNotAllowed;

/// Why a ceremony stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CeremonyError {
    /// A person declined, or nobody could be asked.
    Declined,
    /// A person declined, or nobody could be asked, and nothing of the ceremony is left.
    Withdrawn,
    /// The plan has no such key.
    NoSuchKey(String),
    /// The plan has no such account.
    NoSuchAccount(String),
    /// The account has no object id in the plan yet.
    NoObjectId(String),
    /// The ledger has a genesis, and a book has one.
    HasGenesis,
    /// No record says that this key is registered and in use.
    NotInUse(String),
    /// The open verification of this key was begun at another depth.
    OtherDepth(String),
    /// The label has a registration in the ledger: a label is never used again.
    LabelUsed(String),
    /// The plan, the roster in force and the people in the room do not fit.
    People(String),
    /// Another ceremony of this book has begun and not finished.
    Unfinished(String),
    /// What was asked for cannot be stated.
    Matter {
        /// Why.
        why: String,
        /// What to do.
        next: String,
    },
    /// Something outside of the room stopped it, after something had changed there.
    Halted {
        /// What was or was not changed, a sentence without its full stop.
        what: String,
        /// Why.
        why: String,
        /// What to do.
        next: String,
    },
    /// The last record in the ledger lacks the signature of its operator: it is at work, or was cut off,
    /// elsewhere.
    Unsigned {
        /// The record's index.
        index: u64,
        /// Whose signature.
        operator: String,
    },
    /// The record is whole, and is appended once these people have signed it.
    Waiting {
        /// The ceremony's folder in `open/`.
        ceremony: String,
        /// Who has to sign.
        missing: Vec<String>,
    },
    /// A key that is to come on the roster did not sign on trial as it must.
    Trial {
        /// Whose.
        reference: String,
        /// Why.
        why: TrialFault,
    },
    /// Checks failed before anything was changed.
    Refused(Vec<Finding>),
    /// Keys could not be listed or opened.
    Keys(KeysError),
    /// A key command failed.
    Key(CtapError),
    /// The PIN is blocked until the key is replugged, and it was not.
    Replug,
    /// The PIN tries left are at the policy's floor: nothing is typed before someone looks into it.
    AtFloor {
        /// Tries left.
        left: u32,
    },
    /// Another of the rules of a PIN.
    Pin(PinStop),
    /// The two PINs or bag numbers that were typed differ, twice.
    Mismatch(&'static str),
    /// The tenant could not be asked.
    Tenant {
        /// What was asked for.
        what: &'static str,
        /// What came.
        why: TenantWhy,
    },
    /// The tenant's options name another relying party.
    RpId(RpIdNotAllowed),
    /// The key's answer does not fit what was asked.
    Answer(&'static str),
    /// The ledger did not take it.
    Ledger(LedgerError),
    /// An open ceremony's folder.
    Open(OpenError),
    /// A person's signature.
    Sign {
        /// Who.
        reference: String,
        /// Why not.
        why: SignError,
    },
    /// A signature that was just made does not verify.
    Signature {
        /// Whose.
        reference: String,
        /// Why.
        why: SignatureFault,
    },
    /// A page was not made.
    Paper(PaperError),
    /// A value has no canonical form: our bug.
    NotCanonical,
}

/// Why the tenant gave nothing that could be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantWhy {
    /// A read.
    Read(Answer<()>),
    /// A write.
    Write(Written<()>),
    /// Reading back.
    ReadBack(ReadBack<()>),
}

impl TenantWhy {
    /// A write that came to nothing, without what it would have brought.
    pub(super) fn write<T>(written: Written<T>) -> Self {
        Self::Write(match written {
            Written::Done(_) => Written::Done(()),
            Written::MayHaveHappened(unclear) => Written::MayHaveHappened(unclear),
            Written::Denied(denial) => Written::Denied(denial),
            Written::Absent => Written::Absent,
            Written::Throttled(wait) => Written::Throttled(wait),
            Written::Refused(error) => Written::Refused(error),
            Written::NotSent(why) => Written::NotSent(why),
        })
    }

    /// A read-back that showed nothing, without what it would have shown.
    pub(super) fn read_back<T>(seen: ReadBack<T>) -> Self {
        Self::ReadBack(match seen {
            ReadBack::Seen(_) => ReadBack::Seen(()),
            ReadBack::NotSeen => ReadBack::NotSeen,
            ReadBack::Denied(denial) => ReadBack::Denied(denial),
            ReadBack::Failed(failure) => ReadBack::Failed(failure),
        })
    }
}

impl From<CtapError> for CeremonyError {
    fn from(error: CtapError) -> Self {
        Self::Key(error)
    }
}

impl From<PinStop> for CeremonyError {
    fn from(stop: PinStop) -> Self {
        match stop {
            PinStop::Declined => Self::Declined,
            PinStop::Replug { .. } => Self::Replug,
            PinStop::AtFloor { left } => Self::AtFloor { left },
            PinStop::Mismatch => Self::Mismatch("PIN"),
            PinStop::Key(error) => Self::Key(error),
            PinStop::NoPinSupport
            | PinStop::AlreadySet
            | PinStop::NotSet
            | PinStop::ChangeDemanded
            | PinStop::Blocked
            | PinStop::Wrong { .. }
            | PinStop::Typed(_)
            | PinStop::Length { .. }
            | PinStop::NoEntropy
            | PinStop::RefusedByKey
            | PinStop::Lacks(_)
            | PinStop::WouldShrink { .. }
            | PinStop::NotShown
            | PinStop::Partly { .. } => Self::Pin(stop),
        }
    }
}

impl From<KeysError> for CeremonyError {
    fn from(error: KeysError) -> Self {
        Self::Keys(error)
    }
}

impl From<LedgerError> for CeremonyError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<StoreError> for CeremonyError {
    fn from(error: StoreError) -> Self {
        Self::Ledger(LedgerError::Store(error))
    }
}

impl From<OpenError> for CeremonyError {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

impl From<DeskError> for CeremonyError {
    fn from(error: DeskError) -> Self {
        Self::Open(OpenError::Desk(error))
    }
}

impl From<PaperError> for CeremonyError {
    fn from(error: PaperError) -> Self {
        Self::Paper(error)
    }
}

impl From<crate::primitives::json::NotCanonical> for CeremonyError {
    fn from(_: crate::primitives::json::NotCanonical) -> Self {
        Self::NotCanonical
    }
}
