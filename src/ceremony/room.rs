//! Everything a ceremony takes part with: ports, people, plan.

use super::Desk;
use super::Operator;
use super::Signer;
use crate::ctap::Keys;
use crate::entra::TenantWrite;
use crate::facts::second_opinion::SecondReader;
use crate::ledger::LedgerStore;
use crate::paper::Paper;
use crate::plan::Plan;
use crate::primitives::Clock;
use crate::primitives::Digest;
use crate::primitives::Entropy;
use crate::record::TimeSource;

/// Makes sources of randomness: each caller owns one.
pub trait EntropySource {
    /// A fresh source.
    fn source(&self) -> Box<dyn Entropy>;
}

/// The room a ceremony is held in.
pub struct Room<'a> {
    /// The keys that are plugged in.
    pub keys: &'a mut dyn Keys,
    /// The independent client that the policy's `second-opinion` asks for; `None` if there is none.
    pub second: Option<&'a mut (dyn SecondReader + 'static)>,
    /// The tenant.
    pub tenant: &'a mut dyn TenantWrite,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn EntropySource,
    /// The people at the terminal.
    pub operator: &'a mut dyn Operator,
    /// Who signs: the operator first, then the witnesses who are present.
    pub signers: Vec<Box<dyn Signer + 'a>>,
    /// The ledger.
    pub store: &'a mut dyn LedgerStore,
    /// The book's folder.
    pub desk: &'a mut dyn Desk,
    /// The plan.
    pub plan: &'a Plan,
    /// SHA-256 of the plan's file.
    pub plan_sha256: Digest,
    /// Where the time is from; a rehearsal's clock makes a rehearsal.
    pub time_source: TimeSource,
    /// Sheets are printed on this.
    pub paper: Paper,
}

impl Room<'_> {
    /// Whether this is a rehearsal.
    #[must_use]
    pub fn is_rehearsal(&self) -> bool {
        self.time_source == TimeSource::Rehearsal
    }

    /// Refs of everyone who signs, the operator first.
    #[must_use]
    pub fn references(&self) -> Vec<String> {
        self.signers
            .iter()
            .map(|signer| signer.reference().to_owned())
            .collect()
    }
}
