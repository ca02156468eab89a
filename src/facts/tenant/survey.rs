//! Everything a check of the tenant needs, in as few waves as its depth.

use super::Access;
use super::AccountFacts;
use super::AzureFacts;
use super::Logs;
use super::Population;
use super::Standing;
use super::TenantFacts;
use super::access;
use super::azure;
use super::logs;
use super::population;
use super::standing;
use crate::entra::Graph;
use crate::entra::Wave;
use crate::entra::ask_fido2_policy;
use crate::plan::Plan;

/// Waves after the first one; what would need more is left unknown.
const FURTHER_WAVES: usize = 3;

/// The tenant as a check sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Policy, accounts that the plan pins, groups, passkeys.
    pub tenant: TenantFacts,
    /// What each account of the plan is and may, in the order of the plan.
    pub standings: Vec<Standing>,
    /// Who else could get at them.
    pub population: Population,
    /// What can shut them out.
    pub access: Access,
    /// What the logs tell.
    pub logs: Logs,
    /// Log export and alert rules; `None` if the plan names no subscription.
    pub azure: Option<AzureFacts>,
}

impl Survey {
    /// User, groups and passkeys of an account; `None` if the plan pins no object id for it.
    #[must_use]
    pub fn account(&self, alias: &str) -> Option<&AccountFacts> {
        self.tenant
            .accounts
            .iter()
            .find(|account| account.alias == alias)
    }

    /// What an account is and may; `None` if the plan does not name it.
    #[must_use]
    pub fn standing(&self, alias: &str) -> Option<&Standing> {
        self.standings
            .iter()
            .find(|standing| standing.alias == alias)
    }
}

/// Reads everything a check of the tenant needs.
pub fn survey(graph: &mut Graph<'_>, plan: &Plan) -> Survey {
    let mut wave = Wave::new();
    let policy = wave.ask(ask_fido2_policy());
    let asked = (
        standing::ask(&mut wave, plan),
        population::ask(&mut wave, plan),
        access::ask(&mut wave, plan),
        logs::ask(&mut wave, plan),
        plan.azure.as_ref().map(|_| azure::ask(&mut wave, plan)),
    );
    let mut answers = graph.exchange(&wave);
    let (standings, accounts) = standing::take(&mut answers, &asked.0);
    let mut survey = Survey {
        tenant: TenantFacts {
            policy: answers.take(&policy),
            accounts,
            headers: graph.session().observed().clone(),
        },
        standings,
        population: population::take(&mut answers, &asked.1),
        access: access::take(&mut answers, &asked.2),
        logs: logs::take(&mut answers, &asked.3),
        azure: asked
            .4
            .as_ref()
            .map(|tickets| azure::take(&mut answers, tickets)),
    };
    for _ in 0..FURTHER_WAVES {
        if !go_further(graph, &mut survey) {
            break;
        }
    }
    survey.tenant.headers = graph.session().observed().clone();
    survey
}

/// One further wave; `false` if nobody asks anything more.
fn go_further(graph: &mut Graph<'_>, survey: &mut Survey) -> bool {
    let accounts = &survey.tenant.accounts;
    let mut wave = Wave::new();
    let further = (
        standing::ask_further(&survey.standings, &mut wave),
        population::ask_further(&survey.population, &survey.access, accounts, &mut wave),
        access::ask_further(&survey.access, accounts, &mut wave),
        logs::ask_further(&survey.logs, accounts, &mut wave),
        survey
            .azure
            .as_ref()
            .map(|facts| azure::ask_further(facts, accounts, &mut wave)),
    );
    if wave.is_empty() {
        return false;
    }
    let mut answers = graph.exchange(&wave);
    standing::take_further(&mut survey.standings, &further.0, &mut answers);
    population::take_further(&mut survey.population, &further.1, &mut answers);
    access::take_further(&mut survey.access, &further.2, &mut answers);
    logs::take_further(&mut survey.logs, &further.3, &mut answers);
    if let (Some(facts), Some(further)) = (&mut survey.azure, &further.4) {
        azure::take_further(facts, further, &mut answers);
    }
    true
}
