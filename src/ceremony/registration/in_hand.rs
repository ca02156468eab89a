//! The key that is registered, in the hand: the right one, allowed before any touch, and its PIN.

use super::Course;
use super::NUMBERS;
use super::PIN;
use super::tenant_side;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::returning::Returning;
use crate::ceremony::sealing;
use crate::ceremony::the_key;
use crate::ceremony::the_key::InHand;
use crate::ceremony::the_key::Stops;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::facts::key::KeyFacts;
use crate::facts::tenant::TenantFacts;
use crate::primitives::Clock;
use crate::webauthn::RpId;

/// Whether the key comes into the hand for the first time in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// In the steps that the script has for it.
    First,
    /// After a browser had it, within this step: the numbers on the screen never go back.
    Again(u32),
}

/// The right key, allowed. `demand` refuses a key before its PIN.
pub(super) fn key_in_hand<'c>(
    room: &mut Room<'_>,
    course: &Course<'_>,
    clock: &'c dyn Clock,
    tenant: &TenantFacts,
    returning: Option<&Returning>,
    turn: Turn,
    demand: &dyn Fn(&KeyFacts) -> Result<(), CeremonyError>,
) -> Result<InHand<'c>, CeremonyError> {
    let planned = course.planned;
    match turn {
        Turn::First => {
            let number = course.number(NUMBERS.key);
            course.follow.step(room, number, &planned.label)?;
        }
        Turn::Again(number) => {
            let title = format!("The key: {} in the hand again, and no other", planned.label);
            course.follow.announce(room, number, &title)?;
        }
    }
    let stops = Stops::AtFailures;
    let allowed = &|facts: &KeyFacts| vec![tenant_side::allowed(tenant, facts)];
    let hand = the_key::take(room, clock, planned, returning, stops, allowed)?;
    demand(&hand.facts)?;
    Ok(hand)
}

/// As [`key_in_hand`], its PIN proven: steps 2 and 3 at the first turn.
pub(super) fn key_and_pin<'c>(
    room: &mut Room<'_>,
    course: &Course<'_>,
    clock: &'c dyn Clock,
    tenant: &TenantFacts,
    returning: Option<Returning>,
    turn: Turn,
    demand: &dyn Fn(&KeyFacts) -> Result<(), CeremonyError>,
) -> Result<(InHand<'c>, Pin), CeremonyError> {
    let mut returning = returning;
    loop {
        let before = returning.as_ref();
        let mut hand = key_in_hand(room, course, clock, tenant, before, turn, demand)?;
        if turn == Turn::First {
            course.follow.step(room, course.number(PIN), "")?;
        }
        let (permissions, rp_id) = match RpId::of_cloud(room.plan.tenant.cloud) {
            Some(rp_id) => (Permissions::GET_ASSERTION, Some(rp_id)),
            None => (Permissions::CREDENTIAL_MANAGEMENT, None),
        };
        match the_key::unlock_for(room, &mut hand, permissions, rp_id.as_ref()) {
            Ok(pin) => return Ok((hand, pin)),
            Err(CeremonyError::Replug) => {
                sealing::replug(room, course.planned, &mut hand)?;
                returning = returning.or_else(|| Some(Returning::seen(&hand.facts)));
            }
            Err(error) => return Err(error),
        }
    }
}
