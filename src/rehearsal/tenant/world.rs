//! The virtual tenant: what it is made of, and how it is watched.

use super::azure::Azure;
use super::browser::Browser;
use super::directory::Directory;
use super::directory::History;
use super::fault::Fault;
use super::fault::Faults;
use super::log::Logs;
use super::options::Challenges;
use super::options::IdEncoding;
use super::organisation::Organisation;
use super::permissions::Permissions;
use super::policy::Policy;
use super::throttle::Throttle;
use crate::primitives::Clock;
use crate::primitives::Entropy;
use crate::primitives::Guid;
use crate::primitives::Secret;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A signed-in account.
    User(Guid),
    /// An app by itself.
    App,
}

/// A tenant in memory. Equal set-up, clock and entropy give equal answers.
pub struct VirtualTenant {
    pub(super) clock: Rc<dyn Clock>,
    pub(super) entropy: Box<dyn Entropy>,
    pub(super) history: History,
    pub(super) logs: Logs,
    pub(super) browser: Browser,
    pub(super) azure: Azure,
    pub(super) roots: Vec<Vec<u8>>,
    pub(super) challenges: Challenges,
    pub(super) permissions: Permissions,
    pub(super) caller: Caller,
    /// Whether the caller may change administrators.
    pub(super) privileged: bool,
    /// Whether the caller administers the restricted units.
    pub(super) of_the_unit: bool,
    /// Requests to Privileged Identity Management, as they were answered.
    pub(super) schedule_requests: Vec<Value>,
    /// Whether role settings allow an assignment without an end.
    pub(super) permanent_roles: bool,
    pub(super) delay: Duration,
    pub(super) latency: Duration,
    pub(super) page_size: usize,
    pub(super) encoding: IdEncoding,
    pub(super) faults: Faults,
    pub(super) throttle: Throttle,
    pub(super) reads: BTreeMap<String, u32>,
    pub(super) writes: BTreeMap<String, u32>,
    pub(super) waves: u32,
    /// Passwords that it was sent and passes that it made.
    pub(super) secrets: Vec<Secret<String>>,
}

impl VirtualTenant {
    /// A tenant with this policy and nobody in it, with a P2 licence, asked by an app that has every
    /// permission we know of. Changes show up in reads after 5 seconds.
    #[must_use]
    pub fn new(clock: Rc<dyn Clock>, entropy: Box<dyn Entropy>, policy: Policy) -> Self {
        let organisation = Organisation::new(
            Guid([0x7e; 16]),
            "Contoso",
            "contoso.onmicrosoft.com",
            clock.utc().plus_days(-365),
        );
        Self {
            browser: Browser::new(Rc::clone(&clock)),
            clock,
            entropy,
            history: History::new(Directory::new(policy, organisation)),
            logs: Logs::default(),
            azure: Azure::default(),
            roots: Vec::new(),
            challenges: Challenges::default(),
            permissions: Permissions::default(),
            caller: Caller::App,
            privileged: true,
            of_the_unit: false,
            schedule_requests: Vec::new(),
            permanent_roles: true,
            delay: Duration::from_secs(5),
            latency: Duration::ZERO,
            page_size: 100,
            encoding: IdEncoding::default(),
            faults: Faults::default(),
            throttle: Throttle::default(),
            reads: BTreeMap::new(),
            writes: BTreeMap::new(),
            waves: 0,
            secrets: Vec::new(),
        }
    }

    /// Trusts attestation that ends at this certificate (X.509, DER).
    pub fn trust_attestation_root(&mut self, der: &[u8]) {
        self.roots.push(der.to_vec());
    }

    /// How long a change takes to show up in reads.
    pub const fn set_delay(&mut self, delay: Duration) {
        self.delay = delay;
    }

    /// How late sign-ins and changes are in the logs.
    pub const fn set_log_lag(&mut self, lag: Duration) {
        self.logs.lag = lag;
    }

    /// How much later than a sign-in the steps of its authentication are in the logs.
    pub const fn set_detail_lag(&mut self, lag: Duration) {
        self.logs.detail_lag = lag;
    }

    /// How long each wave and each write takes.
    pub const fn set_latency(&mut self, latency: Duration) {
        self.latency = latency;
    }

    /// Items on a page of a list, at least one.
    pub fn set_page_size(&mut self, items: usize) {
        self.page_size = items.max(1);
    }

    /// How `creationOptions` writes excluded ids.
    pub const fn set_id_encoding(&mut self, encoding: IdEncoding) {
        self.encoding = encoding;
    }

    /// Lets something go wrong.
    pub fn inject(&mut self, fault: Fault) {
        self.faults.add(fault);
    }

    /// Ends all faults.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// Writes that arrived, by verb and path: `POST /v1.0/users/…/fido2Methods`.
    #[must_use]
    pub const fn writes(&self) -> &BTreeMap<String, u32> {
        &self.writes
    }

    /// Reads that arrived, by path.
    #[must_use]
    pub const fn reads(&self) -> &BTreeMap<String, u32> {
        &self.reads
    }

    /// Waves that arrived: how many round trips deep the reads were.
    #[must_use]
    pub const fn waves(&self) -> u32 {
        self.waves
    }

    /// Requests that were over a published throttle; a good client has none.
    #[must_use]
    pub const fn over_throttle(&self) -> u32 {
        self.throttle.refused
    }

    /// Objects that a request deleted as a whole; a good client deletes none.
    #[must_use]
    pub const fn deleted(&self) -> &BTreeSet<Guid> {
        &self.history.truth().deleted
    }

    /// Passwords that it was sent and passes that it made, for tests that look for them elsewhere.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(|secret| secret.expose().as_str())
    }

    /// What readers see now.
    pub(super) fn seen(&self) -> &Directory {
        self.history.seen(self.clock.elapsed())
    }

    /// The directory, to be changed by a request.
    pub(super) fn change(&mut self) -> &mut Directory {
        self.history.change(self.clock.elapsed(), self.delay)
    }

    pub(super) fn fresh_guid(&mut self) -> Guid {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        let [.., b6, _, b8, _, _, _, _, _, _, _] = &mut bytes;
        *b6 = (*b6 & 0x0f) | 0x40;
        *b8 = (*b8 & 0x3f) | 0x80;
        Guid(bytes)
    }
}
