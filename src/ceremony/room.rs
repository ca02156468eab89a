//! Everything a ceremony takes part with: ports, people, plan.

use super::Desk;
use super::Operator;
use super::Signer;
use crate::ctap::KeyEntry;
use crate::ctap::KeyTransport;
use crate::ctap::Keys;
use crate::ctap::KeysError;
use crate::entra::Get;
use crate::entra::NoReply;
use crate::entra::Reply;
use crate::entra::Tenant;
use crate::entra::TenantWrite;
use crate::entra::Write;
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
    /// Refs of the witnesses who sign afterwards, on machines of their own.
    pub away: Vec<String>,
    /// The ledger.
    pub store: &'a mut dyn LedgerStore,
    /// The book's folder.
    pub desk: &'a mut dyn Desk,
    /// The plan.
    pub plan: &'a Plan,
    /// SHA-256 of the plan's file.
    pub plan_sha256: Digest,
    /// The change ticket or other reference that its records carry; `None` if there is none.
    pub reference: Option<String>,
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

    /// Refs of everyone who signs, the operator first, those who are away last.
    #[must_use]
    pub fn references(&self) -> Vec<String> {
        self.signers
            .iter()
            .map(|signer| signer.reference().to_owned())
            .chain(self.away.iter().cloned())
            .collect()
    }
}

/// The ports of a room in which nobody plugs in a key.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoKeys;

impl Keys for NoKeys {
    fn list(&mut self) -> Result<Vec<KeyEntry>, KeysError> {
        Ok(Vec::new())
    }

    fn open(&mut self, path: &str) -> Result<Box<dyn KeyTransport>, KeysError> {
        let path = path.to_owned();
        Err(KeysError::Gone { path })
    }
}

/// The tenant of a room that has no line to it: nothing is ever sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTenant;

const NO_LINE: &str = "this ceremony does not ask the tenant";

impl Tenant for NoTenant {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        let nothing = |_| Err(NoReply::NotSent(NO_LINE.to_owned()));
        wave.iter().map(nothing).collect()
    }
}

impl TenantWrite for NoTenant {
    fn send(&mut self, _: &Write) -> Reply {
        Err(NoReply::NotSent(NO_LINE.to_owned()))
    }
}
