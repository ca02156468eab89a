//! The account's object id in the plan: names change, object ids do not.

use super::Bench;
use super::State;
use super::Step;
use super::Told;
use super::account;
use crate::ceremony::CeremonyError;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::tenant_change::Mode;
use crate::plan::PinFault;
use crate::plan::with_object_id;

const PLAN: &str = "glasskey.toml";

/// The object id in the plan's own text.
pub(super) fn plan(room: &mut Room<'_>, bench: &Bench<'_>) -> Result<Told, CeremonyError> {
    let alias = &bench.account.alias;
    let told = |state, detail: String| Told::new(Step::Plan, state, detail);
    let Some(object_id) = bench.object_id else {
        return Ok(told(State::Waiting, "there is no object id yet".to_owned()).stop());
    };
    if bench.account.object_id == Some(object_id) {
        account::forget_made(room, bench)?;
        return Ok(told(
            State::Right,
            format!("{alias} is pinned as {object_id}"),
        ));
    }
    if bench.course.mode == Mode::DryRun {
        let detail = format!("object-id \"{object_id}\" would be written into it");
        return Ok(told(State::Would, detail));
    }
    let by_hand = |why: &str| {
        told(State::ByHand, format!("it was not changed: {why}")).next(format!(
            "write object-id = \"{object_id}\" beneath the alias {alias} in {PLAN}"
        ))
    };
    let before = room.desk.read(PLAN)?;
    let Some(text) = before.and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return Ok(by_hand("it is not here, or no text"));
    };
    let after = match with_object_id(&text, alias, &object_id) {
        Ok(after) => after,
        Err(PinFault::PinsAnother(other)) => {
            let why = format!("it pins {other} by now");
            return Ok(by_hand(&why).stop());
        }
        Err(PinFault::NotAPlan) => return Ok(by_hand("it is not a plan any more")),
        Err(PinFault::NoSuchAccount) => return Ok(by_hand("the account is not in it any more")),
        Err(PinFault::NoPlace) => return Ok(by_hand("no line can be put in safely")),
    };
    if after == text {
        return Ok(told(
            State::Right,
            format!("{alias} is pinned as {object_id}"),
        ));
    }
    let prompt = Prompt::PinAccount {
        alias: alias.clone(),
        object_id,
    };
    if !room.operator.confirm(&prompt) {
        return Ok(told(
            State::Declined,
            "it was not changed: declined".to_owned(),
        ));
    }
    room.desk.put(PLAN, after.as_bytes())?;
    account::forget_made(room, bench)?;
    Ok(told(
        State::Changed,
        format!("{alias} is pinned as {object_id}; every other line stands as it was"),
    ))
}
