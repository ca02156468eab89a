//! The operator of a rehearsal: hands that plug keys in and touch them, answers from the script, or
//! from a person at the keyboard.

use super::bags::Bags;
use super::key::Hand;
use super::key::VirtualKey;
use super::key::VirtualKeys;
use super::world::World;
use crate::ceremony::Operator;
use crate::ceremony::Prompt;
use crate::ceremony::Screen;
use crate::ctap::KeepAlive;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::primitives::Digest;
use crate::primitives::Secret;
use crate::primitives::nonce_words;
use std::collections::BTreeMap;

/// A person who answers in place of the script (`--hands-on`).
pub trait Human {
    /// A line; `None` to decline.
    fn line(&mut self, question: &str) -> Option<String>;
    /// A PIN, unseen; `None` to decline.
    fn pin(&mut self, question: &str) -> Option<Secret<String>>;
    /// Yes or no.
    fn confirm(&mut self, question: &str) -> bool;
    /// Waits until the person touches; `false` to decline.
    fn touch(&mut self, label: &str) -> bool;
}

/// What the script does wrong, once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    /// Plugs in another key than asked for.
    pub wrong_key: bool,
    /// Types a wrong PIN three times.
    pub wrong_pins: u8,
}

/// The operator of a rehearsal.
pub struct RehearsalOperator<'a> {
    ports: VirtualKeys,
    keys: Vec<(String, VirtualKey)>,
    screen: &'a mut dyn Screen,
    human: Option<&'a mut dyn Human>,
    /// What will still be done wrong.
    pub mistakes: Mistakes,
    /// Checks that failed in front of the operator.
    pub failed: Vec<Check>,
    /// Whether the key had to be replugged.
    pub replugged: bool,
    nonces: BTreeMap<String, u32>,
    label: String,
    bags: Bags,
}

impl<'a> RehearsalOperator<'a> {
    /// An operator in this world, seen on `screen`.
    pub fn new(
        world: &World,
        screen: &'a mut dyn Screen,
        human: Option<&'a mut dyn Human>,
        mistakes: Mistakes,
    ) -> Self {
        Self {
            ports: world.ports.clone(),
            keys: world.keys(),
            screen,
            human,
            mistakes,
            failed: Vec::new(),
            replugged: false,
            nonces: BTreeMap::new(),
            label: String::new(),
            bags: world.bags.clone(),
        }
    }

    fn plug_only(&self, label: &str) {
        for (name, key) in &self.keys {
            self.ports.unplug(key);
            if name == label {
                self.ports.plug(key);
            }
        }
    }

    fn hand(&self, label: &str) -> Option<Hand> {
        self.keys
            .iter()
            .find(|(name, _)| name == label)
            .map(|(_, key)| key.hand())
    }

    /// Another key than the one with this label: the one before it, else the last.
    fn other(&self, label: &str) -> String {
        let position = self
            .keys
            .iter()
            .position(|(name, _)| name == label)
            .unwrap_or(0);
        let other = position
            .checked_sub(1)
            .unwrap_or(self.keys.len().saturating_sub(1));
        self.keys
            .get(other)
            .map(|(name, _)| name.clone())
            .unwrap_or_default()
    }

    fn scripted_line(&mut self, prompt: &Prompt) -> Option<String> {
        match prompt {
            Prompt::Bag { label, .. } => Some(self.bags.next(label)),
            Prompt::OldBag { label } => Some(self.bags.read(label)),
            Prompt::Explain { what } => Some(format!("Rehearsed: {what}")),
            Prompt::Nonce { witness } => Some(self.next_nonce(witness)),
            Prompt::Insert { .. }
            | Prompt::Replug { .. }
            | Prompt::Pin { .. }
            | Prompt::NewPin { .. }
            | Prompt::AnotherTry { .. }
            | Prompt::SpendAtFloor { .. }
            | Prompt::TypeBack { .. }
            | Prompt::ChangePolicy { .. }
            | Prompt::TenantChange { .. }
            | Prompt::PinAccount { .. }
            | Prompt::SignInSeen { .. }
            | Prompt::BackByHand { .. }
            | Prompt::WordsAgree
            | Prompt::Agreed
            | Prompt::Question(_)
            | Prompt::Sealed { .. } => None,
        }
    }

    fn next_nonce(&mut self, witness: &str) -> String {
        let count = self
            .nonces
            .entry(format!("{witness} {}", self.label))
            .or_insert(0);
        *count += 1;
        let nonce = World::nonce(&format!("{witness} {}", self.label), *count);
        nonce_words::words(&nonce).join(" ")
    }
}

impl Operator for RehearsalOperator<'_> {
    fn step(&mut self, number: u32, of: u32, title: &str) {
        self.screen.step(number, of, title);
    }

    fn say(&mut self, text: &str) {
        self.screen.say(text);
    }

    fn findings(&mut self, findings: &[Finding]) {
        let failed = findings.iter().filter(|one| one.verdict == Verdict::Fail);
        self.failed.extend(failed.map(|one| one.check));
        self.screen.findings(findings);
    }

    fn digest(&mut self, digest: &Digest) {
        self.screen.digest(digest);
    }

    fn keep_alive(&mut self, label: &str, state: KeepAlive) {
        if state != KeepAlive::UpNeeded {
            return;
        }
        self.screen.touch(label);
        let Some(human) = self.human.as_deref_mut() else {
            return;
        };
        let touched = human.touch(label);
        if let Some(hand) = self.hand(label) {
            if touched { hand.touch() } else { hand.refuse() }
        }
    }

    fn line(&mut self, prompt: &Prompt) -> Option<String> {
        let question = prompt.words();
        if self.human.is_some() {
            if let Prompt::Nonce { witness } = prompt {
                let words = self.next_nonce(witness);
                self.screen
                    .say(&format!("{witness}'s own screen shows: {words}"));
            }
            return self.human.as_deref_mut()?.line(&question);
        }
        let answer = self.scripted_line(prompt)?;
        self.screen.answered(&question, &answer);
        Some(answer)
    }

    fn pin(&mut self, prompt: &Prompt) -> Option<Secret<String>> {
        let question = prompt.words();
        if let Some(human) = self.human.as_deref_mut() {
            return human.pin(&question);
        }
        self.screen.answered(&question, "(typed, unseen)");
        let right = World::pin(&self.label);
        if self.mistakes.wrong_pins > 0 && matches!(prompt, Prompt::Pin { .. }) {
            self.mistakes.wrong_pins -= 1;
            return Some(Secret::new(format!("{}?", self.label)));
        }
        Some(Secret::new(right))
    }

    fn confirm(&mut self, prompt: &Prompt) -> bool {
        let question = prompt.words();
        let agreed = if let Some(human) = self.human.as_deref_mut() {
            human.confirm(&question)
        } else {
            self.screen.answered(&question, "yes");
            true
        };
        match prompt {
            Prompt::Insert { label, .. } if agreed => {
                self.label.clone_from(label);
                if std::mem::take(&mut self.mistakes.wrong_key) {
                    let other = self.other(label);
                    self.plug_only(&other);
                } else {
                    self.plug_only(label);
                }
            }
            Prompt::Replug { label, .. } if agreed => {
                self.replugged = true;
                self.plug_only(label);
            }
            Prompt::Sealed { bag, label } if agreed => self.bags.seal(label, bag),
            Prompt::Insert { .. }
            | Prompt::Replug { .. }
            | Prompt::Pin { .. }
            | Prompt::NewPin { .. }
            | Prompt::AnotherTry { .. }
            | Prompt::SpendAtFloor { .. }
            | Prompt::TypeBack { .. }
            | Prompt::ChangePolicy { .. }
            | Prompt::OldBag { .. }
            | Prompt::Explain { .. }
            | Prompt::Bag { .. }
            | Prompt::Nonce { .. }
            | Prompt::TenantChange { .. }
            | Prompt::PinAccount { .. }
            | Prompt::SignInSeen { .. }
            | Prompt::BackByHand { .. }
            | Prompt::WordsAgree
            | Prompt::Agreed
            | Prompt::Question(_)
            | Prompt::Sealed { .. } => {}
        }
        agreed
    }
}
