//! The statement: what is known before the touch, and what every signature commits to.

use super::event_parts::ChecklistPart;
use super::event_parts::OpeningPart;
use super::event_parts::SignInPart;
use super::note_parts::AcceptancePart;
use super::note_parts::AmendmentPart;
use super::note_parts::LossPart;
use super::note_parts::PinEnvelopePart;
use super::note_parts::RetirementPart;
use super::note_parts::ReviewPart;
use super::note_parts::TrainingPart;
use super::note_parts::UnseenKey;
use super::portal_part::PortalPart;
use super::statement_parts::AccountPart;
use super::statement_parts::Custody;
use super::statement_parts::Exception;
use super::statement_parts::Inputs;
use super::statement_parts::KeyPart;
use super::statement_parts::LedgerHead;
use super::statement_parts::NoncePart;
use super::statement_parts::PersonPart;
use super::statement_parts::TimePart;
use super::statement_parts::Tool;
use crate::findings::Finding;
use crate::plan::Policy;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::primitives::TenantId;
use crate::primitives::json;
use crate::primitives::json::NotCanonical;
use serde::Deserialize;
use serde::Serialize;

/// What happened (DESIGN §2). One record is one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// The book begins: roster, policy, anchors.
    Genesis,
    /// A key was registered, sealed and put into its safe.
    Registration,
    /// A key was checked.
    Verification,
    /// A bag was opened, sealed or moved.
    Custody,
    /// A key was taken out of use.
    Retirement,
    /// A key was lost.
    Loss,
    /// Something went otherwise than the script.
    Exception,
    /// An earlier record is corrected.
    Amendment,
    /// The roster changes.
    People,
    /// The policy changes.
    Policy,
    /// A finding is accepted until a date.
    Acceptance,
    /// Someone was trained.
    Training,
}

impl Event {
    /// Whether a record of this event and level is worth nothing without a presence assertion; then
    /// a witness counts only with a nonce in the statement.
    #[must_use]
    pub const fn needs_presence(self, level: Option<Level>) -> bool {
        match self {
            Self::Registration => true,
            Self::Verification => matches!(level, Some(Level::L1 | Level::L2)),
            Self::Genesis
            | Self::Custody
            | Self::Retirement
            | Self::Loss
            | Self::Exception
            | Self::Amendment
            | Self::People
            | Self::Policy
            | Self::Acceptance
            | Self::Training => false,
        }
    }

    /// Witnesses that the policy demands of it.
    #[must_use]
    pub const fn witnesses(self, policy: &Policy) -> u32 {
        match self {
            Self::Registration => policy.witnesses.registration,
            Self::Loss => policy.witnesses.loss,
            Self::Genesis
            | Self::Verification
            | Self::Custody
            | Self::Retirement
            | Self::Exception
            | Self::Amendment
            | Self::People
            | Self::Policy
            | Self::Acceptance
            | Self::Training => policy.witnesses.other,
        }
    }

    /// Whether its record brings a roster.
    #[must_use]
    pub const fn brings_roster(self) -> bool {
        matches!(self, Self::Genesis | Self::People)
    }

    /// What happened, in a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Genesis => "genesis",
            Self::Registration => "registration",
            Self::Verification => "verification",
            Self::Custody => "custody",
            Self::Retirement => "retirement",
            Self::Loss => "loss",
            Self::Exception => "exception",
            Self::Amendment => "amendment",
            Self::People => "people",
            Self::Policy => "policy",
            Self::Acceptance => "acceptance",
            Self::Training => "training",
        }
    }
}

/// How deep a verification went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// Without the PIN: alive, unlocked, a silent probe.
    L0,
    /// Present with PIN and touch.
    L1,
    /// A real sign-in, seen in the tenant's log, and its alert.
    L2,
}

/// A statement. Its canonical bytes' SHA-256 is the digest D that the key signs; members are in
/// canonical order, and absent ones are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Acceptance only: what is accepted, until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance: Option<AcceptancePart>,
    /// The account the key opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountPart>,
    /// Amendment only: which record is corrected, and how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amendment: Option<AmendmentPart>,
    /// Genesis only: SHA-256 of each trust anchor (DER) that the book brings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anchors: Vec<Digest>,
    /// Verification only: the list that was gone through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<ChecklistPart>,
    /// Where the key is kept from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custody: Option<Custody>,
    /// What happened.
    pub event: Event,
    /// Where the ceremony left its script.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
    /// Refs of everyone whose signature this record needs, the operator first.
    pub expected_signers: Vec<String>,
    /// What the checks before the touch said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// What the judgement was based on.
    pub inputs: Inputs,
    /// The key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyPart>,
    /// A head of the ledger at or before the append.
    pub ledger: LedgerHead,
    /// Verification only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Loss only: when it was found, and when the tenant let go of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<LossPart>,
    /// The witnesses' fresh nonces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nonces: Vec<NoncePart>,
    /// Custody only: the bag was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<OpeningPart>,
    /// Genesis and people: the whole roster's roles from here on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonPart>,
    /// Genesis and people: SHA-256 of the salted file of names, which stays outside the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people_sha256: Option<Digest>,
    /// Where the key's PIN is kept, and who holds it, by the plan; absent where no PIN is spoken of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin_envelope: Option<PinEnvelopePart>,
    /// Genesis and policy: the whole policy from here on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// Registration only: it was made at a portal of the tenant, and this is what the tenant says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portal: Option<PortalPart>,
    /// This record's own random id (a version 4 UUID).
    pub record_id: Guid,
    /// A change ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Whether key, tenant and people were the rehearsal's.
    pub rehearsal: bool,
    /// Registration only: the key in whose place this one is. The tenant was read back without it; it
    /// opens nothing from here on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<UnseenKey>,
    /// Retirement only: what becomes of the key, and since when the tenant is without its method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retirement: Option<RetirementPart>,
    /// An opening in an incident is reviewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewPart>,
    /// Always [`Statement::SCHEMA`].
    pub schema: String,
    /// SHA-256 of every signature file of earlier records that no statement has named yet, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sealed: Vec<Digest>,
    /// A sign-in with the key that the tenant's log shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in: Option<SignInPart>,
    /// The tenant.
    pub tenant_id: TenantId,
    /// When, by which clock.
    pub time: TimePart,
    /// The program.
    pub tool: Tool,
    /// Training only: who was trained, and the head of the rehearsal's ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<TrainingPart>,
    /// The key, where it was not plugged in and so no [`KeyPart`] could be read: it is lost, or
    /// its bag stayed closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen_key: Option<UnseenKey>,
}

impl Statement {
    /// The one schema there is.
    pub const SCHEMA: &'static str = "glasskey.record/1";

    /// The canonical bytes.
    ///
    /// # Errors
    /// [`NotCanonical`] if an integer is 2^53 or more.
    pub fn bytes(&self) -> Result<Vec<u8>, NotCanonical> {
        json::encode(self)
    }

    /// D: SHA-256 of the canonical bytes.
    ///
    /// # Errors
    /// [`NotCanonical`] as [`Self::bytes`].
    pub fn digest(&self) -> Result<Digest, NotCanonical> {
        Ok(Digest::of(&self.bytes()?))
    }
}
