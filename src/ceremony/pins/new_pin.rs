//! A new PIN: typed twice, or generated, shown once and typed back.

use super::Generate;
use super::PinDesk;
use super::PinRules;
use super::PinStop;
use super::TypedFault;
use super::desk::PATIENCE;
use super::generated::generate;
use super::typed;
use crate::ceremony::Prompt;
use crate::ctap::Pin;

/// Where a new PIN comes from.
pub enum NewPinFrom<'g> {
    /// A person thinks of it and types it twice.
    Typed,
    /// It is made here, shown once, and typed back.
    Generated(Generate<'g>),
}

impl PinDesk<'_, '_> {
    /// A new PIN that keeps the rules and is not `current`. Nothing is sent.
    pub(super) fn new_pin(
        &mut self,
        from: &mut NewPinFrom<'_>,
        rules: &PinRules,
        current: Option<&Pin>,
    ) -> Result<Pin, PinStop> {
        match from {
            NewPinFrom::Typed => self.typed_twice(rules, current),
            NewPinFrom::Generated(how) => self.generated(how, rules),
        }
    }

    fn typed_twice(&mut self, rules: &PinRules, current: Option<&Pin>) -> Result<Pin, PinStop> {
        let prompt = |again| Prompt::NewPin {
            key: self.name.clone(),
            min_length: rules.least(),
            again,
        };
        let (first, again) = (prompt(false), prompt(true));
        let refuse = |pin: &Pin| {
            let same = current.is_some_and(|current| current.is_same(pin));
            same.then_some(TypedFault::Unchanged)
                .or_else(|| rules.broken_by(pin))
        };
        for _ in 0..PATIENCE {
            let pin = self.typed(&first, &refuse)?;
            if self.repeats(&again, &pin)? {
                return Ok(pin);
            }
            self.operator.say("The two differ: nothing was set.");
        }
        Err(PinStop::Mismatch)
    }

    fn generated(&mut self, how: &mut Generate<'_>, rules: &PinRules) -> Result<Pin, PinStop> {
        let length = how.length_for(rules)?;
        let text = generate(how.entropy, length).ok_or(PinStop::NoEntropy)?;
        let pin = typed::pin(&text).map_err(PinStop::Typed)?;
        if !how.show.show(&self.name, &text) {
            return Err(PinStop::Declined);
        }
        drop(text);
        let prompt = Prompt::TypeBack {
            key: self.name.clone(),
        };
        for _ in 0..PATIENCE {
            if self.repeats(&prompt, &pin)? {
                return Ok(pin);
            }
            self.operator
                .say("That is not the PIN that was shown: nothing was set.");
        }
        Err(PinStop::Mismatch)
    }

    /// Whether what is typed now is `pin`.
    fn repeats(&mut self, prompt: &Prompt, pin: &Pin) -> Result<bool, PinStop> {
        let text = self.operator.pin(prompt).ok_or(PinStop::Declined)?;
        Ok(typed::pin(&text).is_ok_and(|again| again.is_same(pin)))
    }
}
