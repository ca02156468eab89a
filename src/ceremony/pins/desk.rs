//! One key, its PIN, and who is asked for it: the guard before each try.

use super::PinRules;
use super::PinStop;
use super::TypedFault;
use super::typed;
use crate::ceremony::Operator;
use crate::ceremony::Prompt;
use crate::ctap::AuthenticatorInfo;
use crate::ctap::ClientPin;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::CtapStatus;
use crate::ctap::Pin;
use crate::primitives::Secret;

/// How often something that cannot be taken is asked for again.
pub(super) const PATIENCE: u32 = 5;
/// Misses in a row after which a key wants to be unplugged (CTAP 2.1 §6.5.5.2).
const MISSES_IN_A_ROW: u32 = 3;

/// What happens where the tries left are at the floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtFloor {
    /// It stops: nothing that is done is worth one of the last tries.
    Refuse,
    /// It stops and asks for a sentence that names what is spent; then one try is taken, no more.
    Ask,
}

/// Where a key's PIN is dealt with. Each PIN is sent once for each time it was typed.
pub struct PinDesk<'d, 'c> {
    /// The key.
    pub ctap: &'d mut Ctap<'c>,
    /// The key in words a person knows.
    pub name: String,
    /// Who is asked.
    pub operator: &'d mut dyn Operator,
    /// Tries left at which it stops (policy `pin-retries-floor`).
    pub floor: u32,
    /// What happens there.
    pub at_floor: AtFloor,
    /// The fewest characters of a new PIN by the policy (`min-pin-length`).
    pub min_length: u32,
}

impl PinDesk<'_, '_> {
    /// What the key asks of a new PIN, asked anew.
    ///
    /// # Errors
    /// [`PinStop::Key`]
    pub fn rules(&mut self) -> Result<PinRules, PinStop> {
        Ok(PinRules::of(&self.ctap.get_info()?, self.min_length))
    }

    /// What the key says of itself now, if it has a PIN.
    pub(super) fn info_with_pin(&mut self) -> Result<AuthenticatorInfo, PinStop> {
        let info = self.ctap.get_info()?;
        match info.client_pin() {
            ClientPin::Set => Ok(info),
            ClientPin::NotSet => Err(PinStop::NotSet),
            ClientPin::NotSupported => Err(PinStop::NoPinSupport),
        }
    }

    /// Tries left, if one may be spent: looked at before each PIN that is asked for.
    pub(super) fn guard(&mut self) -> Result<u32, PinStop> {
        let retries = self.ctap.pin_retries()?;
        let left = u32::from(retries.remaining);
        if left == 0 {
            return Err(PinStop::Blocked);
        }
        if retries.power_cycle_needed == Some(true) {
            return Err(PinStop::Replug {
                spent: 0,
                left: Some(left),
            });
        }
        if left > self.floor {
            return Ok(left);
        }
        match self.at_floor {
            AtFloor::Refuse => Err(PinStop::AtFloor { left }),
            AtFloor::Ask => {
                let prompt = Prompt::SpendAtFloor {
                    key: self.name.clone(),
                    tries_left: left,
                };
                let answer = self.operator.line(&prompt);
                let answer = answer.as_deref().map(str::trim);
                if answer == Some(Prompt::spend_words(left).as_str()) {
                    Ok(left)
                } else {
                    Err(PinStop::AtFloor { left })
                }
            }
        }
    }

    /// The PIN that the key has, as it was typed.
    pub(super) fn current(&mut self, left: u32) -> Result<Pin, PinStop> {
        let prompt = Prompt::Pin {
            key: self.name.clone(),
            tries_left: Some(left),
        };
        self.typed(&prompt, &|_| None)
    }

    /// Asks until what is typed can be a PIN and `refuse` has nothing against it. Nothing is sent.
    pub(super) fn typed(
        &mut self,
        prompt: &Prompt,
        refuse: &dyn Fn(&Pin) -> Option<TypedFault>,
    ) -> Result<Pin, PinStop> {
        let mut last = None;
        for _ in 0..PATIENCE {
            let Some(text) = self.operator.pin(prompt) else {
                return Err(last.map_or(PinStop::Declined, PinStop::Typed));
            };
            match checked(&text, refuse) {
                Ok(pin) => return Ok(pin),
                Err(fault) => {
                    self.operator.say(&format!(
                        "{}: nothing was sent, no try was spent.",
                        fault.words()
                    ));
                    last = Some(fault);
                }
            }
        }
        Err(last.map_or(PinStop::Declined, PinStop::Typed))
    }

    /// What follows when the key did not take the PIN: the tries are read anew, and only a person's
    /// consent leads to another.
    pub(super) fn another_after(
        &mut self,
        error: CtapError,
        before: u32,
        misses: u32,
    ) -> Result<(), PinStop> {
        let now = self.ctap.pin_retries().ok();
        let left = now.map(|retries| u32::from(retries.remaining));
        let spent = left.map_or(1, |left| before.saturating_sub(left).min(1));
        if error.status() == Some(CtapStatus::PinBlocked) || left == Some(0) {
            return Err(PinStop::Blocked);
        }
        if error.status() == Some(CtapStatus::PinAuthBlocked) {
            return Err(PinStop::Replug { spent, left });
        }
        if error.status() != Some(CtapStatus::PinInvalid) {
            return Err(PinStop::Key(error));
        }
        let left = left.unwrap_or(before.saturating_sub(1));
        if now.is_none() || left <= self.floor {
            return Err(PinStop::Wrong { left });
        }
        let prompt = Prompt::AnotherTry {
            key: self.name.clone(),
            tries_left: left,
            last_before_replug: misses + 1 >= MISSES_IN_A_ROW,
        };
        if self.operator.confirm(&prompt) {
            Ok(())
        } else {
            Err(PinStop::Wrong { left })
        }
    }
}

/// The PIN in a text that nothing is to be said against.
pub(super) fn checked(
    text: &Secret<String>,
    refuse: &dyn Fn(&Pin) -> Option<TypedFault>,
) -> Result<Pin, TypedFault> {
    let pin = typed::pin(text)?;
    refuse(&pin).map_or(Ok(pin), Err)
}
