//! The groups that an emergency access account is in for good.

use super::Bench;
use super::State;
use super::Step;
use super::Told;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::error::TenantWhy;
use crate::ceremony::looks;
use crate::ceremony::tenant_change;
use crate::ceremony::tenant_change::Change;
use crate::ceremony::tenant_change::Ended;
use crate::entra::Answer;
use crate::entra::DirectorySync;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::Session;
use crate::entra::Told as Flag;
use crate::entra::ask_group;
use crate::facts::restore::Loosened;
use crate::plan::ConditionalAccess;
use crate::primitives::Guid;
use crate::primitives::text::printable;

/// A group to be in.
pub(super) struct Wanted {
    pub(super) step: Step,
    /// What it is for.
    pub(super) purpose: &'static str,
    pub(super) group: Guid,
    pub(super) loosens: Option<Loosened>,
}

/// The group that Conditional Access excludes.
pub(super) fn exclusion(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &Bench<'_>,
) -> Result<Told, CeremonyError> {
    let step = Step::Exclusion;
    if bench.account.conditional_access == ConditionalAccess::PhishingResistant {
        let detail = "the plan means Conditional Access to apply to this account";
        return Ok(Told::new(step, State::Right, detail));
    }
    let Some(group) = room.plan.groups.ca_exclusion else {
        let detail = "the plan means the account to be excluded, and names no group for it";
        return Ok(Told::new(step, State::ByHand, detail)
            .next("write ca-exclusion into [groups] of the plan, then run it again"));
    };
    let wanted = Wanted {
        step,
        purpose: "which Conditional Access excludes",
        group,
        loosens: None,
    };
    join(room, session, bench, wanted)
}

/// The group that the passkey policy includes.
pub(super) fn passkey(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &Bench<'_>,
) -> Result<Told, CeremonyError> {
    let step = Step::Passkey;
    let Some(group) = room.plan.groups.passkey else {
        let detail = "the plan names no group: `glasskey check` tells whether keys are allowed";
        return Ok(Told::new(step, State::Right, detail));
    };
    let wanted = Wanted {
        step,
        purpose: "which may have passkeys",
        group,
        loosens: None,
    };
    join(room, session, bench, wanted)
}

/// Puts the account into a group, unless it is in it.
pub(super) fn join(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &Bench<'_>,
    wanted: Wanted,
) -> Result<Told, CeremonyError> {
    let Wanted {
        step,
        purpose,
        group,
        loosens,
    } = wanted;
    let Some(account) = bench.object_id else {
        return Ok(Told::new(step, State::Waiting, "there is no account yet").stop());
    };
    let id = format!("join {group}");
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    match looks::is_in(&mut graph, &account, &group) {
        Answer::Known(true) => {
            bench.course.settle_one(&mut *room.desk, &id)?;
            let detail = format!("it is in group {group}, {purpose}");
            return Ok(Told::new(step, State::Right, detail));
        }
        Answer::Known(false) => {}
        // An account that was just made: its memberships may be nowhere yet.
        Answer::Absent if clock.elapsed() < bench.course.young_until => {}
        Answer::Denied(denial) => {
            let why = tenant_change::denied(&denial);
            let detail = format!("its groups cannot be read: {why}");
            return Ok(Told::new(step, State::Unknown, detail)
                .next("have GroupMember.Read.All consented to, then run it again"));
        }
        other @ (Answer::Absent | Answer::Failed(_)) => {
            return Err(CeremonyError::Tenant {
                what: "reading the account's groups",
                why: TenantWhy::Read(other.map(|_| ())),
            });
        }
    }
    let name = match known_name(&mut graph, &group) {
        Ok(name) => name,
        Err(why) => {
            let detail = format!("it is not in group {group}, {purpose}, and {why}");
            return Ok(Told::new(step, State::ByHand, detail).next(format!(
                "put {} into it by hand, then run it again: it looks",
                bench.account.upn
            )));
        }
    };
    let change = Change {
        id: &id,
        what: "putting the account into a group",
        is: format!("{} is not in {name}, {purpose}.", bench.account.upn),
        would: "Put it into that group".to_owned(),
        loosens,
    };
    let mut send = |graph: &mut GraphWrite<'_>| graph.add_member(&group, &account);
    let mut look = |graph: &mut Graph<'_>| looks::when(looks::is_in(graph, &account, &group), true);
    let ended = tenant_change::make(room, session, &bench.course, &change, &mut send, &mut look)?;
    Ok(match ended {
        Ended::Made(()) | Ended::Found(()) => {
            let detail = format!("it is in {name}, {purpose}: read back");
            Told::new(step, State::Changed, detail)
        }
        Ended::Would => Told::new(step, State::Would, format!("it would be put into {name}")),
        Ended::Declined => Told::new(
            step,
            State::Declined,
            format!("it was not put into {name}: declined"),
        ),
        Ended::NotLet(why) => Told::new(
            step,
            State::ByHand,
            format!("it was not put into {name}: {why}"),
        )
        .next(format!(
            "have somebody who may put {} into it, then run it again: it looks",
            bench.account.upn
        )),
        Ended::NotShown => return Err(tenant_change::not_shown(&change)),
    })
}

/// The group by name; an error says why nobody can be put into it here.
fn known_name(graph: &mut Graph<'_>, group: &Guid) -> Result<String, &'static str> {
    match graph.one(ask_group(group)) {
        Answer::Known(one) if one.dynamic == Flag::Yes => Err("a rule decides who is in it"),
        Answer::Known(one) if one.sync == DirectorySync::Synced => {
            Err("it is synced from an on-premises directory")
        }
        Answer::Known(one) => Ok(one.name.map_or_else(
            || format!("group {group}"),
            |name| format!("\"{}\"", printable(&name)),
        )),
        Answer::Absent => Err("there is no such group"),
        // It may be hidden from us and still take members.
        Answer::Denied(_) | Answer::Failed(_) => Ok(format!("group {group}")),
    }
}
