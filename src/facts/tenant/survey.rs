//! Everything a check of the tenant needs, in as few waves as its depth.

use super::Access;
use super::AzureFacts;
use super::Logs;
use super::Population;
use super::Standing;
use super::TenantFacts;
use super::access;
use super::azure;
use super::logs;
use super::observe;
use super::population;
use crate::entra::Graph;
use crate::entra::Wave;
use crate::plan::Plan;

/// Waves after the first one; what would need more is left unknown.
const FURTHER_WAVES: usize = 3;

/// The tenant as a check sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Policy, accounts, groups, passkeys.
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

/// Reads everything a check of the tenant needs.
pub fn survey(graph: &mut Graph<'_>, plan: &Plan) -> Survey {
    let asked: Vec<_> = plan
        .accounts
        .iter()
        .filter_map(|account| Some((account.alias.clone(), account.object_id?)))
        .collect();
    let tenant = observe(graph, &asked);
    let mut wave = Wave::new();
    let tickets = (
        population::ask(&mut wave, plan),
        access::ask(&mut wave, plan),
        logs::ask(&mut wave, plan),
        plan.azure.as_ref().map(|_| azure::ask(&mut wave, plan)),
    );
    let mut answers = graph.exchange(&wave);
    let mut survey = Survey {
        tenant,
        standings: Vec::new(),
        population: population::take(&mut answers, &tickets.0),
        access: access::take(&mut answers, &tickets.1),
        logs: logs::take(&mut answers, &tickets.2),
        azure: tickets
            .3
            .as_ref()
            .map(|tickets| azure::take(&mut answers, tickets)),
    };
    for _ in 0..FURTHER_WAVES {
        let accounts = &survey.tenant.accounts;
        let mut wave = Wave::new();
        let further = (
            population::ask_further(&survey.population, accounts, &mut wave),
            access::ask_further(&survey.access, accounts, &mut wave),
            logs::ask_further(&survey.logs, accounts, &mut wave),
            survey
                .azure
                .as_ref()
                .map(|facts| azure::ask_further(facts, accounts, &mut wave)),
        );
        if wave.is_empty() {
            break;
        }
        let mut answers = graph.exchange(&wave);
        population::take_further(&mut survey.population, &further.0, &mut answers);
        access::take_further(&mut survey.access, &further.1, &mut answers);
        logs::take_further(&mut survey.logs, &further.2, &mut answers);
        if let (Some(facts), Some(further)) = (&mut survey.azure, &further.3) {
            azure::take_further(facts, further, &mut answers);
        }
    }
    survey
}
