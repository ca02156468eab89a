//! A key on a bench, and a person whose answers are written down beforehand.

use crate::ceremony::Operator;
use crate::ceremony::Prompt;
use crate::ceremony::pins::AtFloor;
use crate::ceremony::pins::PinDesk;
use crate::ctap::Ctap;
use crate::ctap::KeepAlive;
use crate::facts::key;
use crate::findings::Finding;
use crate::primitives::Clock;
use crate::primitives::Digest;
use crate::primitives::Secret;
use crate::primitives::UtcTime;
use crate::rehearsal::RehearsalClock;
use crate::rehearsal::SeededEntropy;
use crate::rehearsal::key::KeySpec;
use crate::rehearsal::key::Personality;
use crate::rehearsal::key::VirtualKey;
use std::collections::VecDeque;
use std::rc::Rc;

pub(super) const PIN: &str = "135790";
pub(super) const OTHER: &str = "975310";
/// What a YubiKey types when it is touched by accident.
pub(super) const CODE: &str = "cccccbtirngifjtinfdgevvftvtbjbtkrcdkrudtfgbu";

/// What the person does when asked.
#[derive(Clone, Copy)]
pub(super) enum Does {
    /// Types a PIN.
    Types(&'static str),
    /// Types a line.
    Writes(&'static str),
    Yes,
    No,
    /// Ctrl-C.
    Declines,
    /// Pulls the key and types a PIN.
    PullsAndTypes(&'static str),
}

/// The person; what was said to them and asked of them is kept.
pub(super) struct Script {
    answers: VecDeque<Does>,
    key: VirtualKey,
    pub(super) said: Vec<String>,
    pub(super) asked: Vec<Prompt>,
}

impl Script {
    fn next(&mut self, prompt: &Prompt) -> Does {
        self.asked.push(prompt.clone());
        self.answers
            .pop_front()
            .unwrap_or_else(|| panic!("nobody expected: {}", prompt.words()))
    }
}

impl Operator for Script {
    fn step(&mut self, _: u32, _: u32, _: &str) {}

    fn say(&mut self, text: &str) {
        self.said.push(text.to_owned());
    }

    fn findings(&mut self, _: &[Finding]) {}

    fn digest(&mut self, _: &Digest) {}

    fn keep_alive(&mut self, _: &str, _: KeepAlive) {}

    fn line(&mut self, prompt: &Prompt) -> Option<String> {
        match self.next(prompt) {
            Does::Writes(line) => Some(line.to_owned()),
            Does::Declines => None,
            Does::Types(_) | Does::Yes | Does::No | Does::PullsAndTypes(_) => {
                panic!("a line was asked for: {}", prompt.words())
            }
        }
    }

    fn pin(&mut self, prompt: &Prompt) -> Option<Secret<String>> {
        match self.next(prompt) {
            Does::Types(pin) => Some(Secret::new(pin.to_owned())),
            Does::PullsAndTypes(pin) => {
                self.key.unplug();
                Some(Secret::new(pin.to_owned()))
            }
            Does::Declines => None,
            Does::Writes(_) | Does::Yes | Does::No => {
                panic!("a PIN was asked for: {}", prompt.words())
            }
        }
    }

    fn confirm(&mut self, prompt: &Prompt) -> bool {
        match self.next(prompt) {
            Does::Yes => true,
            Does::No | Does::Declines => false,
            Does::Types(_) | Does::Writes(_) | Does::PullsAndTypes(_) => {
                panic!("yes or no was asked for: {}", prompt.words())
            }
        }
    }
}

/// A virtual key that is plugged in.
pub(super) struct Bench {
    pub(super) key: VirtualKey,
    pub(super) clock: Rc<RehearsalClock>,
}

/// What came of a run, what was said and asked, and what it cost at the key.
pub(super) struct Ran<T> {
    pub(super) outcome: T,
    pub(super) said: String,
    pub(super) asked: Vec<Prompt>,
    /// PINs that the key compared.
    pub(super) compared: u32,
    /// Tries that it took away.
    pub(super) spent: u32,
}

impl Bench {
    pub(super) fn of(spec: KeySpec) -> Self {
        let start = UtcTime::parse("2026-01-05T09:00:00Z").unwrap();
        let clock = Rc::new(RehearsalClock::new(start));
        let key = VirtualKey::new(spec, Rc::clone(&clock));
        key.plug();
        Self { key, clock }
    }

    pub(super) fn new() -> Self {
        Self::of(KeySpec::new("BG1-A", 1_000_001))
    }

    pub(super) fn with_pin() -> Self {
        let bench = Self::new();
        bench.key.set_pin_directly(PIN);
        bench
    }

    pub(super) fn with_pin_of(personality: Personality) -> Self {
        let bench = Self::of(KeySpec::new("BG1-A", 1_000_001).with_personality(personality));
        bench.key.set_pin_directly(PIN);
        bench
    }

    /// Leaves the key with so many tries, not blocked until replug.
    pub(super) fn with_tries_left(left: u8) -> Self {
        let bench = Self::with_pin();
        while bench.key.pin_retries() > left {
            let wrong = [Does::Types("000000"), Does::No];
            bench.run(&wrong, AtFloor::Ask, 0, |desk| {
                desk.prove(crate::ctap::Permissions::CREDENTIAL_MANAGEMENT, None)
                    .is_err()
            });
            bench.key.power_cycle();
        }
        bench
    }

    /// Plays one command as the program would: a fresh handle, the key read, `work` done.
    pub(super) fn run<T>(
        &self,
        answers: &[Does],
        at_floor: AtFloor,
        floor: u32,
        work: impl FnOnce(&mut PinDesk<'_, '_>) -> T,
    ) -> Ran<T> {
        let before = self.key.statistics();
        let entropy = SeededEntropy::new(b"pins", "client");
        let port = self.key.open().unwrap();
        let mut ctap = Ctap::open(Box::new(port), &*self.clock, Box::new(entropy)).unwrap();
        let facts = key::observe(&mut ctap, &self.key.entry(), self.clock.utc()).unwrap();
        let mut script = Script {
            answers: answers.iter().copied().collect(),
            key: self.key.clone(),
            said: Vec::new(),
            asked: Vec::new(),
        };
        let outcome = work(&mut PinDesk {
            name: facts.name(),
            ctap: &mut ctap,
            operator: &mut script,
            floor,
            at_floor,
            min_length: 6,
        });
        let left = script.answers.len();
        // With no answer left over, nobody was asked less than was expected.
        assert!(
            left == 0 || (left == 1 && floor == 0),
            "{left} answers were not asked for"
        );
        let after = self.key.statistics();
        Ran {
            outcome,
            said: script.said.join("\n"),
            asked: script.asked,
            compared: after.pins_compared - before.pins_compared,
            spent: after.pin_tries_spent - before.pin_tries_spent,
        }
    }

    /// As [`Self::run`] with the usual floor of 3, at which it asks.
    pub(super) fn usual<T>(
        &self,
        answers: &[Does],
        work: impl FnOnce(&mut PinDesk<'_, '_>) -> T,
    ) -> Ran<T> {
        self.run(answers, AtFloor::Ask, 3, work)
    }

    /// Whether this is its PIN now. The key is replugged, so that nothing is in the way.
    pub(super) fn takes(&self, pin: &str) -> bool {
        self.key.power_cycle();
        let entropy = SeededEntropy::new(b"pins", "taker");
        let port = self.key.open().unwrap();
        let mut ctap = Ctap::open(Box::new(port), &*self.clock, Box::new(entropy)).unwrap();
        let manage = crate::ctap::Permissions::GET_ASSERTION;
        let rp = crate::webauthn::RpId::new("login.microsoft.com");
        ctap.token(&crate::ctap::Pin::new(pin).unwrap(), manage, Some(&rp))
            .is_ok()
    }
}
