//! Setting a key's first PIN, and replacing it.

use super::NewPinFrom;
use super::PinDesk;
use super::PinStop;
use super::desk::checked;
use crate::ctap::ClientPin;
use crate::ctap::CtapError;
use crate::ctap::CtapStatus;
use crate::ctap::Pin;
use crate::primitives::Secret;

impl PinDesk<'_, '_> {
    /// Sets the first PIN, once its rules were said, and reads back that it is set. The PIN comes
    /// back for the ceremony that goes on with it.
    ///
    /// # Errors
    /// [`PinStop::AlreadySet`] for a key that has one; else [`PinStop`].
    pub fn set(&mut self, mut from: NewPinFrom<'_>) -> Result<Pin, PinStop> {
        self.has_none()?;
        let rules = self.rules()?;
        for line in rules.words() {
            self.operator.say(&line);
        }
        let pin = self.new_pin(&mut from, &rules, None)?;
        self.put(&pin)?;
        Ok(pin)
    }

    /// Sets a first PIN that was handed over in one piece; nobody is asked.
    ///
    /// # Errors
    /// As [`Self::set`]; [`PinStop::Typed`] if it breaks the rules.
    pub fn set_given(&mut self, text: &Secret<String>) -> Result<(), PinStop> {
        self.has_none()?;
        let rules = self.rules()?;
        let pin = checked(text, &|pin| rules.broken_by(pin)).map_err(PinStop::Typed)?;
        self.put(&pin)
    }

    /// Replaces the PIN: the current one, then the new one, sent together and once. A wrong current
    /// one is asked for again as in [`Self::prove`]; the new one is not.
    ///
    /// # Errors
    /// [`PinStop::NotSet`] for a key that has none; else [`PinStop`].
    pub fn change(&mut self, mut from: NewPinFrom<'_>) -> Result<(), PinStop> {
        self.info_with_pin()?;
        let rules = self.rules()?;
        let mut left = self.guard()?;
        for line in rules.words() {
            self.operator.say(&line);
        }
        let mut new: Option<Pin> = None;
        for misses in 1.. {
            let current = self.current(left)?;
            let chosen = match new.take().filter(|new| !new.is_same(&current)) {
                Some(new) => new,
                None => self.new_pin(&mut from, &rules, Some(&current))?,
            };
            match self.ctap.change_pin(&current, &chosen) {
                Ok(()) => return self.shows(),
                Err(error) if refused_by_rule(&error) => return Err(PinStop::RefusedByKey),
                Err(error) => self.another_after(error, left, misses)?,
            }
            new = Some(chosen);
            left = self.guard()?;
        }
        Err(PinStop::Declined) // never: a key has eight tries at most
    }

    fn has_none(&mut self) -> Result<(), PinStop> {
        match self.ctap.get_info()?.client_pin() {
            ClientPin::NotSet => Ok(()),
            ClientPin::Set => Err(PinStop::AlreadySet),
            ClientPin::NotSupported => Err(PinStop::NoPinSupport),
        }
    }

    fn put(&mut self, pin: &Pin) -> Result<(), PinStop> {
        match self.ctap.set_pin(pin) {
            Ok(()) => self.shows(),
            Err(error) if refused_by_rule(&error) => Err(PinStop::RefusedByKey),
            Err(error) => Err(PinStop::Key(error)),
        }
    }

    /// Reads back that a PIN is set and that no other is demanded.
    fn shows(&mut self) -> Result<(), PinStop> {
        let info = self.ctap.get_info()?;
        if info.client_pin() == ClientPin::Set && info.force_pin_change != Some(true) {
            Ok(())
        } else {
            Err(PinStop::NotShown)
        }
    }
}

fn refused_by_rule(error: &CtapError) -> bool {
    error.status() == Some(CtapStatus::PinPolicyViolation)
}
