//! Log export and alert rules, as Azure Resource Manager tells them.

use super::AccountFacts;
use crate::entra::Answer;
use crate::entra::Answers;
use crate::entra::DiagnosticSetting;
use crate::entra::Failure;
use crate::entra::QueryRule;
use crate::entra::SentinelRule;
use crate::entra::Ticket;
use crate::entra::Wave;
use crate::entra::WorkspaceId;
use crate::entra::ask_diagnostic_settings;
use crate::entra::ask_query_rules;
use crate::entra::ask_sentinel_rules;
use crate::plan::Plan;

/// Workspaces that are asked for Sentinel's rules; a tenant has at most five diagnostic settings.
const WORKSPACES: usize = 5;

/// The category of the sign-in log.
pub const SIGN_IN_LOGS: &str = "SignInLogs";

/// Log export and alert rules, as Azure Resource Manager tells them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AzureFacts {
    /// Where Entra's logs are exported to.
    pub settings: Answer<Vec<DiagnosticSetting>>,
    /// Log search alert rules of the subscription.
    pub rules: Answer<Vec<QueryRule>>,
    /// Sentinel's rules of each workspace that gets the sign-in log.
    pub sentinel: Vec<(WorkspaceId, Answer<Vec<SentinelRule>>)>,
}

impl AzureFacts {
    /// Nothing was asked: all of it is unknown.
    #[must_use]
    pub const fn not_asked() -> Self {
        Self {
            settings: Answer::Failed(Failure::NotAsked),
            rules: Answer::Failed(Failure::NotAsked),
            sentinel: Vec::new(),
        }
    }

    /// The workspaces that get the sign-in log, each once; empty as well if that is not known.
    #[must_use]
    pub fn workspaces(&self) -> Vec<WorkspaceId> {
        let Answer::Known(settings) = &self.settings else {
            return Vec::new();
        };
        let mut workspaces: Vec<WorkspaceId> = settings
            .iter()
            .filter(|setting| setting.exports(SIGN_IN_LOGS))
            .filter_map(|setting| setting.workspace.clone())
            .collect();
        workspaces.sort();
        workspaces.dedup();
        workspaces
    }
}

/// Where the answers to the first wave will be.
pub(super) struct Tickets {
    settings: Ticket<Vec<DiagnosticSetting>>,
    rules: Option<Ticket<Vec<QueryRule>>>,
}

/// Asks all that needs no earlier answer.
pub(super) fn ask(wave: &mut Wave, plan: &Plan) -> Tickets {
    Tickets {
        settings: wave.ask(ask_diagnostic_settings()),
        rules: plan
            .azure
            .as_ref()
            .map(|azure| wave.ask(ask_query_rules(&azure.subscription))),
    }
}

/// Takes the answers to the first wave.
pub(super) fn take(answers: &mut Answers, tickets: &Tickets) -> AzureFacts {
    let mut facts = AzureFacts::not_asked();
    facts.settings = answers.take(&tickets.settings);
    if let Some(ticket) = &tickets.rules {
        facts.rules = answers.take(ticket);
    }
    facts
}

/// Where the answers to a further wave will be.
pub(super) struct Further {
    sentinel: Vec<(WorkspaceId, Ticket<Vec<SentinelRule>>)>,
}

/// Asks what the answers so far make worth asking; called once a wave until nobody asks more.
pub(super) fn ask_further(
    facts: &AzureFacts,
    _accounts: &[AccountFacts],
    wave: &mut Wave,
) -> Further {
    let asked = |workspace: &WorkspaceId| facts.sentinel.iter().any(|(id, _)| id == workspace);
    Further {
        sentinel: facts
            .workspaces()
            .into_iter()
            .take(WORKSPACES)
            .filter(|workspace| !asked(workspace))
            .map(|workspace| {
                let ticket = wave.ask(ask_sentinel_rules(&workspace));
                (workspace, ticket)
            })
            .collect(),
    }
}

/// Takes the answers to a further wave.
pub(super) fn take_further(facts: &mut AzureFacts, further: &Further, answers: &mut Answers) {
    for (workspace, ticket) in &further.sentinel {
        facts
            .sentinel
            .push((workspace.clone(), answers.take(ticket)));
    }
}
