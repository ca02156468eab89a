//! Steps 2 and 3: the bag, the key of the record, its PIN, and what else is on it.

use super::Course;
use super::foreign;
use super::wish;
use crate::ceremony::CeremonyError;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::found;
use crate::ceremony::found::FoundBag;
use crate::ceremony::key_part::Credential;
use crate::ceremony::key_part::Now;
use crate::ceremony::key_part::key_part;
use crate::ceremony::sealing;
use crate::ceremony::sealing::Signing;
use crate::ceremony::the_key;
use crate::ceremony::the_key::InHand;
use crate::ceremony::the_recorded;
use crate::ceremony::the_recorded::Looked;
use crate::ctap::Pin;
use crate::ctap::Support;
use crate::record::Basis;
use crate::record::Exception;
use crate::record::KeyEnd;
use crate::record::KeyPart;
use crate::record::PublicKeyPart;

/// The key in the hand, with its PIN.
pub(super) struct Held<'c> {
    hand: InHand<'c>,
    pin: Pin,
    pub(super) looked: Looked,
}

impl<'c> Held<'c> {
    /// The key and its PIN.
    pub(super) fn both(&mut self) -> (&mut InHand<'c>, &Pin) {
        (&mut self.hand, &self.pin)
    }

    /// What signs the statement.
    pub(super) fn signing(self) -> Signing<'c> {
        Signing {
            hand: self.hand,
            pin: Some(self.pin),
        }
    }

    /// The key and its PIN after the signature: nothing more is stated of it.
    pub(super) const fn again(hand: InHand<'c>, pin: Pin) -> Self {
        let looked = Looked {
            findings: Vec::new(),
        };
        Self { hand, pin, looked }
    }

    /// The key as the statement names it.
    pub(super) fn part(
        &mut self,
        room: &mut Room<'_>,
        course: &Course<'_>,
    ) -> Result<KeyPart, CeremonyError> {
        let label = &course.key.planned.label;
        let mut known = course.key.book.facts.keys.iter();
        let credential = Credential {
            aaguid: course.key.recorded.aaguid,
            id: course.credential.id.clone(),
            method_id: known
                .find(|key| key.label == *label)
                .and_then(|key| key.method_id.clone()),
            public_key: PublicKeyPart {
                basis: Basis::Record,
                cose: course.credential.public_key.clone(),
            },
            rp_id: course.credential.rp_id.clone(),
        };
        let retries = self.hand.ctap.pin_retries().ok();
        let now = Now {
            pin_retries: retries.map(|retries| u32::from(retries.remaining)),
            slots_left: self.hand.facts.slots_left().known().copied(),
        };
        // Time passed while the tenant was asked: what was said since then belongs to this step.
        course.follow.exceptions(room)?;
        Ok(key_part(&self.hand.facts, label, credential, now))
    }
}

/// The bag, the key and its PIN; what else is on the key is said, and a reset agreed to by its label.
pub(super) fn take<'c>(
    room: &mut Room<'c>,
    course: &Course<'_>,
) -> Result<Held<'c>, CeremonyError> {
    let (label, open) = (&course.key.planned.label, &course.follow.open);
    loop {
        course.follow.step(room, 2, label)?;
        if course.key.recorded.bag.is_some() {
            found::read(room, open, &course.key.recorded)?;
        }
        let (mut hand, looked) = the_recorded::take(room, &course.expected())?;
        can_end(course, &mut hand)?;
        course.follow.step(room, 3, "")?;
        let pin = match the_key::unlock(room, &mut hand, &course.credential.rp_id) {
            Ok(pin) => pin,
            Err(CeremonyError::Replug) => {
                sealing::replug(room, course.key.planned, &mut hand)?;
                continue;
            }
            Err(error) => return Err(error),
        };
        foreign::say(room, course, &mut hand, &pin)?;
        if course.end == KeyEnd::Reset {
            let prompt = Prompt::Erase {
                label: label.clone(),
            };
            let typed = room.operator.line(&prompt);
            if typed.as_deref().map(str::trim) != Some(label.as_str()) {
                // Nobody agreed to a reset: the next run does what it is asked for.
                wish::forget(room, open)?;
                return Err(CeremonyError::Declined);
            }
        }
        return Ok(Held { hand, pin, looked });
    }
}

/// Refuses what the key cannot do, before anything is done.
fn can_end(course: &Course<'_>, hand: &mut InHand<'_>) -> Result<(), CeremonyError> {
    let options = hand.ctap.get_info()?.effective_options();
    let manages = [
        options.credential_management,
        options.credential_management_preview,
    ]
    .contains(&Support::Yes);
    if manages || course.end != KeyEnd::Deleted {
        return Ok(());
    }
    Err(CeremonyError::Matter {
        why: "this key cannot delete one credential alone".to_owned(),
        next: "reset it, which erases everything on it: --reset".to_owned(),
    })
}

/// What was not as recorded of the bag.
pub(super) fn odd_bag(
    room: &Room<'_>,
    course: &Course<'_>,
) -> Result<Option<Exception>, CeremonyError> {
    let kept = found::kept(room, &course.follow.open)?;
    Ok(kept.as_ref().and_then(FoundBag::exception))
}
