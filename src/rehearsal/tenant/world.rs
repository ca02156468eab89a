//! The virtual tenant: what it holds and how a rehearsal sets it up.

use super::account::Account;
use super::account::Group;
use super::account::Registered;
use super::fault::Fault;
use super::fault::Faults;
use super::options::Challenges;
use super::options::IdEncoding;
use super::policy::Policy;
use super::throttle::Throttle;
use crate::primitives::Clock;
use crate::primitives::Entropy;
use crate::primitives::Guid;
use crate::webauthn::CredentialId;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

/// A tenant in memory. Equal set-up, clock and entropy give equal answers.
pub struct VirtualTenant {
    pub(super) clock: Rc<dyn Clock>,
    pub(super) entropy: Box<dyn Entropy>,
    pub(super) accounts: BTreeMap<Guid, Account>,
    pub(super) groups: BTreeMap<Guid, Group>,
    pub(super) policy: Policy,
    pub(super) roots: Vec<Vec<u8>>,
    pub(super) registered: Vec<Registered>,
    pub(super) challenges: Challenges,
    pub(super) delay: Duration,
    pub(super) latency: Duration,
    pub(super) page_size: usize,
    pub(super) encoding: IdEncoding,
    pub(super) faults: Faults,
    pub(super) throttle: Throttle,
    pub(super) reads: BTreeMap<String, u32>,
    pub(super) writes: BTreeMap<String, u32>,
    pub(super) waves: u32,
}

impl VirtualTenant {
    /// A tenant with this policy and nobody in it. Changes show up in reads after 5 seconds.
    #[must_use]
    pub fn new(clock: Rc<dyn Clock>, entropy: Box<dyn Entropy>, policy: Policy) -> Self {
        Self {
            clock,
            entropy,
            accounts: BTreeMap::new(),
            groups: BTreeMap::new(),
            policy,
            roots: Vec::new(),
            registered: Vec::new(),
            challenges: Challenges::default(),
            delay: Duration::from_secs(5),
            latency: Duration::ZERO,
            page_size: 100,
            encoding: IdEncoding::default(),
            faults: Faults::default(),
            throttle: Throttle::default(),
            reads: BTreeMap::new(),
            writes: BTreeMap::new(),
            waves: 0,
        }
    }

    /// Adds an account, or replaces the one of that id.
    pub fn add_account(&mut self, account: Account) {
        self.accounts.insert(account.id, account);
    }

    /// Adds a group, or replaces the one of that id.
    pub fn add_group(&mut self, group: Group) {
        self.groups.insert(group.id, group);
    }

    /// The policy, to be changed.
    pub const fn policy_mut(&mut self) -> &mut Policy {
        &mut self.policy
    }

    /// Trusts attestation that ends at this certificate (X.509, DER).
    pub fn trust_attestation_root(&mut self, der: &[u8]) {
        self.roots.push(der.to_vec());
    }

    /// How long a change takes to show up in reads.
    pub const fn set_delay(&mut self, delay: Duration) {
        self.delay = delay;
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

    /// The groups an account is in, directly or through others.
    pub(super) fn groups_of(&self, account: Guid) -> BTreeSet<Guid> {
        let mut found = BTreeSet::new();
        let mut next = vec![account];
        while let Some(member) = next.pop() {
            for group in self.groups.values() {
                if group.members.contains(&member) && found.insert(group.id) {
                    next.push(group.id);
                }
            }
        }
        found
    }

    /// Whether some account has this credential, shown or not yet.
    pub(super) fn holds(&self, credential: &CredentialId) -> bool {
        self.registered
            .iter()
            .any(|method| method.credential == *credential && method.shown_until.is_none())
    }

    /// The passkeys of an account that reads show now.
    pub(super) fn shown(&self, account: Guid) -> Vec<&Registered> {
        let now = self.clock.elapsed();
        self.registered
            .iter()
            .filter(|method| method.account == account && method.is_shown(now))
            .collect()
    }
}
