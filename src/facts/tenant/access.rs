//! What can shut an account out: Conditional Access, authentication strengths, security defaults.

use super::AccountFacts;
use crate::entra::Answer;
use crate::entra::Answers;
use crate::entra::CaPolicy;
use crate::entra::CaState;
use crate::entra::Failure;
use crate::entra::Models;
use crate::entra::SecurityDefaults;
use crate::entra::Strength;
use crate::entra::StrengthKind;
use crate::entra::Subjects;
use crate::entra::Ticket;
use crate::entra::Wave;
use crate::entra::ask_ca_policies;
use crate::entra::ask_security_defaults;
use crate::entra::ask_strength_models;
use crate::entra::ask_strengths;
use crate::entra::ask_strengths_alone;
use crate::plan::Plan;
use crate::primitives::Guid;

/// How the authentication strengths were asked for last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrengthsBy {
    /// With their lists of models.
    Expanded,
    /// Alone: the lists are asked for one by one.
    Alone,
}

/// What can shut an account out: Conditional Access, authentication strengths, security defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Every Conditional Access policy.
    pub policies: Answer<Vec<CaPolicy>>,
    /// Every authentication strength.
    pub strengths: Answer<Vec<Strength>>,
    /// How those were asked for.
    pub strengths_by: StrengthsBy,
    /// Security defaults.
    pub security_defaults: Answer<SecurityDefaults>,
}

impl Access {
    /// Nothing was asked: all of it is unknown.
    #[must_use]
    pub const fn not_asked() -> Self {
        Self {
            policies: Answer::Failed(Failure::NotAsked),
            strengths: Answer::Failed(Failure::NotAsked),
            strengths_by: StrengthsBy::Expanded,
            security_defaults: Answer::Failed(Failure::NotAsked),
        }
    }

    /// Every user whom a policy that is not disabled excludes by name, with that policy's name, in
    /// their order; empty as well where the policies are not known.
    #[must_use]
    pub fn excluded_users(&self) -> Vec<(Guid, String)> {
        let Answer::Known(policies) = &self.policies else {
            return Vec::new();
        };
        policies
            .iter()
            .filter(|policy| policy.state != CaState::Disabled)
            .filter_map(|policy| match &policy.subjects {
                Subjects::Users(users) => Some((policy, &users.exclude.users)),
                Subjects::Services | Subjects::NotTold => None,
            })
            .flat_map(|(policy, users)| users.iter().map(|id| (*id, policy.name.clone())))
            .collect()
    }

    /// The strengths that are known; empty where they are not, and then what a policy says of its
    /// own strength counts.
    #[must_use]
    pub fn known_strengths(&self) -> &[Strength] {
        if let Answer::Known(strengths) = &self.strengths {
            strengths
        } else {
            &[]
        }
    }
}

/// Where the answers to the first wave will be.
pub(super) struct Tickets {
    policies: Ticket<Vec<CaPolicy>>,
    strengths: Ticket<Vec<Strength>>,
    security_defaults: Ticket<SecurityDefaults>,
}

/// Asks all that needs no earlier answer.
pub(super) fn ask(wave: &mut Wave, _plan: &Plan) -> Tickets {
    Tickets {
        policies: wave.ask(ask_ca_policies()),
        strengths: wave.ask(ask_strengths()),
        security_defaults: wave.ask(ask_security_defaults()),
    }
}

/// Takes the answers to the first wave.
pub(super) fn take(answers: &mut Answers, tickets: &Tickets) -> Access {
    Access {
        policies: answers.take(&tickets.policies),
        strengths: answers.take(&tickets.strengths),
        strengths_by: StrengthsBy::Expanded,
        security_defaults: answers.take(&tickets.security_defaults),
    }
}

/// Where the answers to a further wave will be.
pub(super) struct Further {
    strengths: Option<Ticket<Vec<Strength>>>,
    models: Vec<(String, Ticket<Models>)>,
}

/// Asks what the answers so far make worth asking; called once a wave until nobody asks more.
pub(super) fn ask_further(facts: &Access, _accounts: &[AccountFacts], wave: &mut Wave) -> Further {
    let mut further = Further {
        strengths: None,
        models: Vec::new(),
    };
    match (&facts.strengths, facts.strengths_by) {
        (Answer::Known(strengths), _) => {
            let open = |strength: &&Strength| {
                strength.models == Models::NotTold && strength.kind != StrengthKind::BuiltIn
            };
            for strength in strengths.iter().filter(open) {
                let ticket = wave.ask(ask_strength_models(&strength.id));
                further.models.push((strength.id.clone(), ticket));
            }
        }
        // Perhaps it was the expansion that was not taken.
        (Answer::Failed(Failure::Status(_)), StrengthsBy::Expanded) => {
            further.strengths = Some(wave.ask(ask_strengths_alone()));
        }
        (Answer::Denied(_) | Answer::Absent | Answer::Failed(_), _) => {}
    }
    further
}

/// Takes the answers to a further wave.
pub(super) fn take_further(facts: &mut Access, further: &Further, answers: &mut Answers) {
    if let Some(ticket) = &further.strengths {
        facts.strengths = answers.take(ticket);
        facts.strengths_by = StrengthsBy::Alone;
    }
    let Answer::Known(strengths) = &mut facts.strengths else {
        return;
    };
    for (id, ticket) in &further.models {
        let models = answers.take(ticket).known().unwrap_or(Models::Unreadable);
        for strength in strengths.iter_mut().filter(|strength| strength.id == *id) {
            strength.models = models.clone();
        }
    }
}
