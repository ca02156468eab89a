//! The tenant's initial domain, which nothing federates; its licence is read beside it.

use super::Bench;
use super::State;
use super::Step;
use super::Told;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::error::TenantWhy;
use crate::ceremony::tenant_change;
use crate::entra::Answer;
use crate::entra::Domain;
use crate::entra::DomainAuthentication;
use crate::entra::Graph;
use crate::entra::Session;
use crate::entra::Told as Flag;
use crate::entra::Wave;
use crate::entra::ask_domains;
use crate::entra::ask_licence;

/// Whether the account's name is in the tenant's initial domain; reads the licence beside it.
pub(super) fn domain(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &mut Bench<'_>,
) -> Result<Told, CeremonyError> {
    let clock = room.clock;
    let mut wave = Wave::new();
    let tickets = (wave.ask(ask_domains()), wave.ask(ask_licence()));
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let mut answers = graph.exchange(&wave);
    bench.licence = answers.take(&tickets.1).known();
    let domains = match answers.take(&tickets.0) {
        Answer::Known(domains) => domains,
        Answer::Denied(denial) => {
            let detail = format!(
                "the domains cannot be read: {}",
                tenant_change::denied(&denial)
            );
            let next = "have Domain.Read.All consented to, then run it again";
            let told = Told::new(Step::Domain, State::Unknown, detail).next(next);
            // An account that is there needs no domain to be chosen.
            return Ok(if bench.object_id.is_some() {
                told
            } else {
                told.stop()
            });
        }
        other @ (Answer::Absent | Answer::Failed(_)) => {
            return Err(CeremonyError::Tenant {
                what: "reading the domains",
                why: TenantWhy::Read(other.map(|_| ())),
            });
        }
    };
    Ok(judge_domain(bench, &domains))
}

fn judge_domain(bench: &Bench<'_>, domains: &[Domain]) -> Told {
    let upn = &bench.account.upn;
    let suffix = upn
        .rsplit_once('@')
        .map(|(_, domain)| domain.to_ascii_lowercase())
        .unwrap_or_default();
    let initial = domains.iter().find(|domain| domain.initial == Flag::Yes);
    let Some(initial) = initial else {
        let detail = "the tenant names no initial domain";
        return Told::new(Step::Domain, State::Unknown, detail)
            .next("look at Domain names in the portal")
            .stop();
    };
    let good = initial.name == suffix && initial.authentication == DomainAuthentication::Managed;
    if good {
        let detail = format!("{upn} is in the initial domain {}", initial.name);
        return Told::new(Step::Domain, State::Right, detail);
    }
    let detail = format!(
        "the plan names {upn}; the tenant's initial domain, which nothing federates, is {}",
        initial.name
    );
    let told = Told::new(Step::Domain, State::ByHand, detail);
    if bench.object_id.is_some() {
        told.next("an account of another domain falls with that domain: make a new one")
    } else {
        let next = format!("write a name that ends in @{} into the plan", initial.name);
        told.next(next).stop()
    }
}
