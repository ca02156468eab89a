//! The operator of a rehearsal: hands that plug keys in and touch them, answers from the script, or
//! from a person at the keyboard.

mod acting;
mod scripted;

use super::at_portal::AtPortal;
use super::bags::Bags;
use super::clock::RehearsalClock;
use super::key::Touch;
use super::key::VirtualKey;
use super::key::VirtualKeys;
use super::tenant::Browser;
use super::world::World;
use crate::ceremony::Operator;
use crate::ceremony::PlugIn;
use crate::ceremony::Prompt;
use crate::ceremony::Screen;
use crate::ctap::KeepAlive;
use crate::ctap::Listen;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::primitives::Digest;
use crate::primitives::Secret;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// How long a person takes to touch a key at the portal.
const TOUCHED_AFTER: Duration = Duration::from_millis(400);

/// A person who answers in place of the script (`--hands-on`).
pub trait Human {
    /// A line; `None` to decline.
    fn line(&mut self, question: &str) -> Option<String>;
    /// A PIN, unseen; `None` to decline.
    fn pin(&mut self, question: &str) -> Option<Secret<String>>;
    /// Yes or no.
    fn confirm(&mut self, question: &str) -> bool;
    /// Shows a secret once; `false` if nobody took it.
    fn show_once(&mut self, what: &str, secret: &Secret<String>) -> bool {
        let _ = (what, secret);
        true
    }
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
    /// What goes wrong at a sign-in; `None` if nothing does.
    pub at_sign_in: Option<SignInMistake>,
    /// How a key is registered at the portal, the first time.
    pub at_portal: AtPortal,
    /// At which touch the key is pulled instead, 1 the first; 0 at none.
    pub pulled_at_touch: u8,
}

/// What goes wrong at a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInMistake {
    /// Another account signs in, with its own key; the log is not waited for.
    OtherAccount,
    /// The account signs in with its other key; the log is not waited for.
    OtherKey,
    /// The operator is named as who saw the alert, at first.
    OwnAlert,
    /// The log is not waited for, and nobody has seen an alert.
    StopsWaiting,
    /// The window is closed without signing out, and nobody does it later.
    StaysSignedIn,
}

impl Mistakes {
    /// None at all.
    pub const NONE: Self = Self {
        wrong_key: false,
        wrong_pins: 0,
        at_sign_in: None,
        at_portal: AtPortal::AsAsked,
        pulled_at_touch: 0,
    };
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
    bags: Bags,
    browser: Browser,
    clock: Rc<RehearsalClock>,
    /// Whether somebody stopped instead of touching.
    stopped: Rc<Cell<bool>>,
}

impl<'a> RehearsalOperator<'a> {
    /// An operator in this world, seen on `screen`.
    pub fn new(
        world: &World,
        screen: &'a mut dyn Screen,
        human: Option<&'a mut dyn Human>,
        mistakes: Mistakes,
    ) -> Self {
        let operator = Self {
            ports: world.ports.clone(),
            keys: world.keys(),
            screen,
            human,
            mistakes,
            failed: Vec::new(),
            replugged: false,
            nonces: BTreeMap::new(),
            bags: world.bags.clone(),
            browser: world.tenant.browser(),
            clock: Rc::clone(&world.clock),
            stopped: Rc::default(),
        };
        if operator.human.is_some() {
            // No key touches itself any more.
            operator.touched(Touch::ByHand);
        }
        // Whoever begins has put the last key away.
        operator.put_away();
        operator
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

    fn hands(&mut self, todo: &PlugIn) {
        self.screen.say(&todo.words());
        if std::mem::take(&mut self.mistakes.wrong_key) {
            self.plug_only(&self.other(&todo.label));
        } else {
            self.plug_only(&todo.label);
        }
    }

    fn keep_alive(&mut self, label: &str, state: KeepAlive) {
        if state != KeepAlive::UpNeeded {
            return;
        }
        self.screen.touch(label);
        let pulled = self.mistakes.pulled_at_touch == 1;
        self.mistakes.pulled_at_touch = self.mistakes.pulled_at_touch.saturating_sub(1);
        if pulled {
            return self.put_away();
        }
        let Some(human) = self.human.as_deref_mut() else {
            return;
        };
        if !human.touch(label) {
            self.stopped.set(true);
        } else if let Some(hand) = self.hand(label) {
            hand.touch();
        }
    }

    fn stops(&self) -> Listen<'static> {
        let stopped = Rc::clone(&self.stopped);
        Box::new(move || {
            stopped.set(false);
            let stopped = Rc::clone(&stopped);
            Box::new(move || stopped.get())
        })
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
        let right = self.remembered(prompt);
        if self.mistakes.wrong_pins > 0 && matches!(prompt, Prompt::Pin { .. }) {
            self.mistakes.wrong_pins -= 1;
            return Some(Secret::new(format!("{}?", self.in_hand())));
        }
        Some(Secret::new(right))
    }

    fn show_once(&mut self, what: &str, secret: &Secret<String>) -> bool {
        if let Some(human) = self.human.as_deref_mut() {
            return human.show_once(what, secret);
        }
        self.screen.answered(what, "(shown once, noted)");
        true
    }

    fn confirm(&mut self, prompt: &Prompt) -> bool {
        let question = prompt.words();
        if self.human.is_some() {
            self.touched(Touch::ByHand);
        }
        let agreed = if let Some(human) = self.human.as_deref_mut() {
            human.confirm(&question)
        } else {
            let stays = self.mistakes.at_sign_in == Some(SignInMistake::StaysSignedIn);
            let stops = self.stops_waiting() && matches!(prompt, Prompt::WaitOn { .. })
                || stays && matches!(prompt, Prompt::SignOut { .. });
            self.screen
                .answered(&question, if stops { "no" } else { "yes" });
            !stops
        };
        if agreed {
            self.act(prompt);
        }
        agreed
    }
}
