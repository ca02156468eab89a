//! The set-up that the tests share.

use crate::entra::Answer;
use crate::entra::Fido2Method;
use crate::entra::GraphWrite;
use crate::entra::Offer;
use crate::entra::Session;
use crate::entra::Wave;
use crate::entra::ask_creation_options;
use crate::entra::ask_fido2_methods;
use crate::primitives::Clock;
use crate::primitives::Cloud;
use crate::primitives::Entropy;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::rehearsal::tenant::Account;
use crate::rehearsal::tenant::Group;
use crate::rehearsal::tenant::Policy;
use crate::rehearsal::tenant::VirtualTenant;
use crate::webauthn::Aaguid;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

pub(super) const BG1: Guid = Guid([0x11; 16]);
pub(super) const BG2: Guid = Guid([0x22; 16]);
pub(super) const GROUP: Guid = Guid([0xaa; 16]);
const ROOT: &[u8] = include_bytes!("../../../../tests/graph/attestation/root.der");

pub(super) fn model() -> Aaguid {
    Aaguid::parse("a25342c0-3cdc-4414-8e46-f4807fca511c").unwrap()
}

#[derive(Default)]
pub(super) struct TestClock(Cell<Duration>);

impl Clock for TestClock {
    fn utc(&self) -> UtcTime {
        let seconds = self.0.get().as_secs().try_into().unwrap();
        UtcTime::parse("2027-01-04T09:00:00Z")
            .unwrap()
            .plus_seconds(seconds)
    }

    fn elapsed(&self) -> Duration {
        self.0.get()
    }

    fn wait(&self, duration: Duration) {
        self.0.set(self.0.get() + duration);
    }
}

/// A counter, for bytes that differ but repeat from run to run.
pub(super) struct Counting(pub(super) u64);

impl Entropy for Counting {
    fn fill(&mut self, buffer: &mut [u8]) {
        for byte in buffer {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            *byte = self.0.to_be_bytes()[0];
        }
    }
}

pub(super) struct Stage {
    pub(super) clock: Rc<TestClock>,
    pub(super) tenant: VirtualTenant,
    pub(super) session: Session,
}

impl Stage {
    /// Two accounts in one group, for which attested keys of one model are allowed.
    pub(super) fn new() -> Self {
        let clock = Rc::new(TestClock::default());
        let policy = Policy::attested_keys_for(GROUP, &[model()]);
        let mut tenant = VirtualTenant::new(clock.clone(), Box::new(Counting(1)), policy);
        for (id, name) in [(BG1, "bg1"), (BG2, "bg2")] {
            let upn = format!("{name}@contoso.onmicrosoft.com");
            tenant.add_account(Account::new(
                id,
                &upn,
                name,
                UtcTime::from_unix(1_700_000_000),
            ));
        }
        tenant.add_group(Group::new(GROUP, "sg-passkey", &[BG1, BG2]));
        tenant.trust_attestation_root(ROOT);
        Self {
            clock,
            tenant,
            session: Session::new(Cloud::Global, &mut Counting(2)),
        }
    }

    pub(super) fn graph(&mut self) -> GraphWrite<'_> {
        GraphWrite::new(&mut self.tenant, self.clock.as_ref(), &mut self.session)
    }

    /// Fresh options and the account's methods, in one wave.
    pub(super) fn offer(&mut self, user: Guid) -> (Offer, Vec<Fido2Method>) {
        let mut wave = Wave::new();
        let methods = wave.ask(ask_fido2_methods(&user));
        let options = wave.ask(ask_creation_options(&user));
        let mut graph = self.graph();
        let mut answers = graph.reads().exchange(&wave);
        let methods = answers.take(&methods).known().unwrap();
        let Answer::Known(sent) = answers.take(&options) else {
            panic!("no options")
        };
        match sent.decode(Cloud::Global, &methods) {
            Ok(offer) => (offer, methods),
            Err(fault) => panic!("{fault:?}"),
        }
    }
}
