//! A row, played against a key whose answers are spoiled.

use super::line::HostileLine;
use super::line::Script;
use super::rows;
use super::rows::Begin;
use super::rows::PIN;
use super::rows::Ready;
use super::rows::Row;
use glasskey::ctap::Ctap;
use glasskey::ctap::CtapError;
use glasskey::primitives::Clock;
use glasskey::primitives::UtcTime;
use glasskey::rehearsal::RehearsalClock;
use glasskey::rehearsal::SeededEntropy;
use glasskey::rehearsal::key::KeySpec;
use glasskey::rehearsal::key::VirtualKey;
use glasskey::webauthn::CredentialId;
use std::rc::Rc;
use std::time::Duration;

/// An honest key with what its row needs, behind a line that can be made to lie.
pub(crate) struct Stage {
    row: &'static Row,
    clock: Rc<RehearsalClock>,
    key: VirtualKey,
    credential: Option<CredentialId>,
}

/// How a conversation ended.
pub(crate) struct Ended {
    pub(crate) result: Result<(), CtapError>,
    /// On the key's clock, from when the first answer could be spoiled.
    pub(crate) took: Duration,
    /// PINs that the key compared in that time.
    pub(crate) pins: u32,
}

impl Stage {
    pub(crate) fn new(row: &'static Row) -> Self {
        let clock = Rc::new(RehearsalClock::new(UtcTime::from_unix(1_767_603_600)));
        let spec = KeySpec::new("BG1-A", 1).with_personality(row.personality);
        let mut stage = Self {
            row,
            key: VirtualKey::new(spec, Rc::clone(&clock)),
            clock,
            credential: None,
        };
        if row.has_pin {
            stage.key.set_pin_directly(PIN);
            let ready = rows::stock(&mut stage.open(&[]).0.unwrap());
            stage.credential = ready.credential;
        }
        stage
    }

    fn open(&self, bytes: &[u8]) -> (Result<Ctap<'_>, CtapError>, Script) {
        self.key.power_cycle();
        let script = Script::default();
        if self.row.begin == Begin::Closed {
            script.arm(bytes, self.row.spared.0, self.row.spared.1);
        }
        let port = self.key.open().unwrap();
        let line = HostileLine::new(port, Rc::clone(&self.clock), script.clone());
        let entropy = SeededEntropy::new(b"hostile", "client");
        let ctap = Ctap::open(Box::new(line), &*self.clock, Box::new(entropy));
        (ctap, script)
    }

    /// Plays the row; `bytes` decide what is spoiled.
    pub(crate) fn play(&self, bytes: &[u8]) -> Ended {
        if self.row.has_pin {
            self.key.set_pin_directly(PIN);
        }
        let mut before = (self.clock.elapsed(), self.key.statistics().pins_compared);
        let (ctap, script) = self.open(bytes);
        let result = ctap.and_then(|mut ctap| {
            let mut ready = Ready {
                credential: self.credential.clone(),
                ..Ready::default()
            };
            if self.row.begin != Begin::Closed {
                rows::begin(self.row, &mut ctap, &mut ready);
                script.arm(bytes, self.row.spared.0, self.row.spared.1);
                before = (self.clock.elapsed(), self.key.statistics().pins_compared);
            }
            (self.row.act)(&mut ctap, &ready)
        });
        Ended {
            result,
            took: self.clock.elapsed().saturating_sub(before.0),
            pins: self.key.statistics().pins_compared - before.1,
        }
    }

    /// Plays the row, and expects an end in time and no PIN that nobody typed.
    pub(crate) fn survives(&self, bytes: &[u8]) -> Ended {
        let ended = self.play(bytes);
        let name = self.row.name;
        assert!(
            ended.took <= Duration::from_secs(self.row.within),
            "{name} took {:?}: {bytes:?}",
            ended.took
        );
        assert!(
            ended.pins <= self.row.pins,
            "{name} had {} PINs compared: {bytes:?}",
            ended.pins
        );
        ended
    }
}
