//! What registering keys needs loose, and that it is back once they are registered.

use super::Bench;
use super::State;
use super::Step;
use super::Told;
use super::group;
use super::group::Wanted;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::error::TenantWhy;
use crate::ceremony::looks;
use crate::ceremony::restore;
use crate::ceremony::restore::PutBack;
use crate::ceremony::tenant_change;
use crate::ceremony::tenant_change::Change;
use crate::ceremony::tenant_change::Ended;
use crate::entra::Answer;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::Session;
use crate::entra::Told as Flag;
use crate::entra::ask_fido2_policy;
use crate::facts::restore::Loosened;

/// How turning it on is noted.
const SELF_SERVICE_ON: &str = "self-service on";

/// Self-service set-up of passkeys: the switch that also governs registration through Graph.
pub(super) fn self_service(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &Bench<'_>,
) -> Result<Told, CeremonyError> {
    let step = Step::SelfService;
    if bench.keys_are_in() {
        let items = restore::loose(&*room.desk)?;
        let ours = |item: &&crate::facts::restore::RestoreItem| {
            item.loosened == Loosened::SelfService && item.by == bench.course.by
        };
        if !items.iter().any(|item| ours(&item)) {
            let detail = "nothing was loosened for its keys, which are registered";
            return Ok(Told::new(step, State::Right, detail));
        }
        let back = restore::put_back(room, session, &bench.course, &Loosened::SelfService)?;
        let hand = "turn off \"Allow self-service set up\" in the passkey policy";
        return Ok(put_back(step, back, "it is off, as it was", hand));
    }
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let allowed = graph
        .one(ask_fido2_policy())
        .map(|policy| policy.self_service);
    match allowed {
        Answer::Known(Flag::Yes) => {
            bench.course.settle_one(&mut *room.desk, SELF_SERVICE_ON)?;
            let detail = "self-service set-up is on, so keys can be registered";
            return Ok(Told::new(step, State::Right, detail));
        }
        Answer::Known(Flag::No) => {}
        Answer::Known(Flag::NotTold) | Answer::Denied(_) => {
            let why = match allowed {
                Answer::Denied(denial) => tenant_change::denied(&denial),
                Answer::Known(_) | Answer::Absent | Answer::Failed(_) => {
                    "the policy does not tell it".to_owned()
                }
            };
            let detail = format!("it is not known whether keys can be registered: {why}");
            return Ok(Told::new(step, State::Unknown, detail)
                .next("have Policy.Read.AuthenticationMethod consented to, then run it again"));
        }
        other @ (Answer::Absent | Answer::Failed(_)) => {
            return Err(CeremonyError::Tenant {
                what: "reading the passkey policy",
                why: TenantWhy::Read(other.map(|_| ())),
            });
        }
    }
    let change = Change {
        id: SELF_SERVICE_ON,
        what: "turning self-service set-up on",
        is: "Self-service set-up of passkeys is off: the tenant takes no key, not even from an \
             administrator."
            .to_owned(),
        would: "Turn it on until the keys are registered".to_owned(),
        loosens: Some(Loosened::SelfService),
    };
    let mut send = |graph: &mut GraphWrite<'_>| graph.allow_self_service(true);
    let mut look = |graph: &mut Graph<'_>| {
        let policy = graph.one(ask_fido2_policy());
        looks::when(policy.map(|policy| policy.self_service == Flag::Yes), true)
    };
    let ended = tenant_change::make(room, session, &bench.course, &change, &mut send, &mut look)?;
    Ok(match ended {
        Ended::Made(()) | Ended::Found(()) => Told::new(
            step,
            State::Changed,
            "it is on, and is noted to be turned off once the keys are registered",
        ),
        Ended::Would => Told::new(step, State::Would, "it would be turned on for a while"),
        Ended::Declined => Told::new(step, State::Declined, "it was left off: declined"),
        Ended::NotLet(why) => Told::new(step, State::ByHand, format!("it was left off: {why}"))
            .next(
                "have \"Allow self-service set up\" turned on in the passkey policy; it is noted \
                 to be turned off again",
            ),
        Ended::NotShown => return Err(tenant_change::not_shown(&change)),
    })
}

/// The group that may use a pass: joined for registration in the portal, left afterwards.
pub(super) fn pass_group(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &Bench<'_>,
) -> Result<Told, CeremonyError> {
    let step = Step::PassGroup;
    let (Some(group), Some(account)) = (room.plan.groups.tap, bench.object_id) else {
        let detail = "the plan names no group for passes";
        let needed = bench.portal && !bench.keys_are_in();
        return Ok(if needed {
            Told::new(step, State::ByHand, detail)
                .next("write tap into [groups] of the plan: registration in the portal needs it")
        } else {
            Told::new(step, State::Right, detail)
        });
    };
    let loosened = Loosened::TapGroup { group, account };
    let items = restore::loose(&*room.desk)?;
    let noted = items.iter().any(|item| item.loosened == loosened);
    if !bench.keys_are_in() && (bench.portal || noted) {
        let wanted = Wanted {
            step,
            purpose: "which may use a Temporary Access Pass, until its keys are registered",
            group,
            loosens: Some(loosened),
        };
        let told = group::join(room, session, bench, wanted)?;
        return Ok(match told.state {
            State::Right | State::Changed => Told {
                state: State::Waiting,
                next: Some("register its keys, then run it again to take it out".to_owned()),
                ..told
            },
            State::Would
            | State::Waiting
            | State::ByHand
            | State::Unknown
            | State::Declined
            | State::NotReached => told,
        });
    }
    let back = restore::put_back(room, session, &bench.course, &loosened)?;
    let hand =
        format!("take the account out of group {group} by hand, then run it again: it looks");
    Ok(put_back(
        step,
        back,
        "it is not in that group: read back",
        &hand,
    ))
}

/// Passes: none is left.
pub(super) fn passes(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &mut Bench<'_>,
) -> Result<Told, CeremonyError> {
    let step = Step::Passes;
    let Some(account) = bench.object_id else {
        return Ok(Told::new(step, State::Waiting, "there is no account yet").stop());
    };
    let loosened = Loosened::Pass { account };
    let back = restore::put_back(room, session, &bench.course, &loosened)?;
    let none = matches!(back, PutBack::WasBack | PutBack::IsBack);
    bench.closed = none;
    let hand = "delete the account's Temporary Access Pass in the portal, then run it again";
    Ok(put_back(step, back, "it has no pass: read back", hand))
}

/// What this account's provisioning noted to be put back by hand.
pub(super) fn by_hand(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &Bench<'_>,
) -> Result<Told, CeremonyError> {
    let step = Step::ByHand;
    let items = restore::loose(&*room.desk)?;
    let ours = items
        .into_iter()
        .filter(|item| item.by == bench.course.by)
        .filter(|item| matches!(item.loosened, Loosened::ByHand { .. }));
    let mut told = Told::new(step, State::Right, "nothing is noted");
    for item in ours {
        let back = restore::put_back(room, session, &bench.course, &item.loosened)?;
        let hand = "put it back, then run it again";
        let one = put_back(step, back, "it is back, by your word", hand);
        let done = one.state.is_done();
        told = one;
        if !done {
            break;
        }
    }
    Ok(told)
}

/// What putting something back came to, as a step.
fn put_back(step: Step, back: PutBack, done: &str, hand: &str) -> Told {
    match back {
        PutBack::WasBack => Told::new(step, State::Right, done),
        PutBack::IsBack => Told::new(step, State::Changed, done),
        PutBack::StaysFor(others) => {
            let detail = format!("it stays loose for {}", others.join(", "));
            Told::new(step, State::Right, detail)
        }
        PutBack::Would => Told::new(step, State::Would, "it would be put back"),
        PutBack::Declined => {
            Told::new(step, State::Declined, "it was left as it is: declined").next(hand)
        }
        PutBack::ByHand(why) => Told::new(step, State::ByHand, why).next(hand),
        PutBack::Unknown(why) => {
            Told::new(step, State::Unknown, format!("it cannot be read: {why}")).next(hand)
        }
    }
}
