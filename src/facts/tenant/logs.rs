//! What the logs tell of the accounts: sign-ins, changes, last activity.

use super::AccountFacts;
use crate::entra::Answer;
use crate::entra::Answers;
use crate::entra::DirectoryAudit;
use crate::entra::Failure;
use crate::entra::Fido2Method;
use crate::entra::SignIn;
use crate::entra::SignInActivity;
use crate::entra::Ticket;
use crate::entra::Version;
use crate::entra::Wave;
use crate::entra::ask_audits;
use crate::entra::ask_audits_of_policies;
use crate::entra::ask_audits_of_user;
use crate::entra::ask_fido2_methods;
use crate::entra::ask_sign_in_activity;
use crate::entra::ask_sign_ins;
use crate::entra::ask_sign_ins_v1;
use crate::plan::Plan;
use crate::primitives::Guid;

/// How the sign-in log was asked for last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInsBy {
    /// From beta, which tells with what somebody signed in: interactive sign-ins and others.
    Beta,
    /// From v1.0, which does not: interactive sign-ins alone.
    V1,
    /// From v1.0, one request an account.
    V1Each,
}

/// How the audit log was asked for last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditsBy {
    /// In one request.
    Together,
    /// One request an account, and one for policies.
    Each,
}

/// What the logs tell of the accounts: sign-ins, changes, last activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logs {
    /// Sign-ins of the accounts, as far back as Graph keeps them.
    pub sign_ins: Answer<Vec<SignIn>>,
    /// How they were asked for.
    pub sign_ins_by: SignInsBy,
    /// When each account last signed in, by object id.
    pub activity: Vec<(Guid, Answer<SignInActivity>)>,
    /// Changes of the accounts, by the accounts, and of policies.
    pub audits: Answer<Vec<DirectoryAudit>>,
    /// How they were asked for.
    pub audits_by: AuditsBy,
    /// The passkeys with their last use, by object id, of accounts of which the sign-in log does
    /// not tell how they signed in.
    pub last_used: Vec<(Guid, Answer<Vec<Fido2Method>>)>,
}

impl Logs {
    /// Nothing was asked: all of it is unknown.
    #[must_use]
    pub const fn not_asked() -> Self {
        Self {
            sign_ins: Answer::Failed(Failure::NotAsked),
            sign_ins_by: SignInsBy::Beta,
            activity: Vec::new(),
            audits: Answer::Failed(Failure::NotAsked),
            audits_by: AuditsBy::Together,
            last_used: Vec::new(),
        }
    }

    /// When an account last signed in; `None` if that was not asked.
    #[must_use]
    pub fn activity_of(&self, id: Guid) -> Option<&Answer<SignInActivity>> {
        let found = self.activity.iter().find(|(user, _)| *user == id)?;
        Some(&found.1)
    }

    /// The passkeys of an account with their last use; `None` if that was not asked.
    #[must_use]
    pub fn last_used_of(&self, id: Guid) -> Option<&Answer<Vec<Fido2Method>>> {
        let found = self.last_used.iter().find(|(user, _)| *user == id)?;
        Some(&found.1)
    }

    /// The last change of the policy with this id that the audit log tells of; `None` if it tells
    /// of none.
    #[must_use]
    pub fn last_change_of(&self, policy: &str) -> Option<&DirectoryAudit> {
        let Answer::Known(audits) = &self.audits else {
            return None;
        };
        audits
            .iter()
            .filter(|audit| audit.succeeded != Some(false) && audit.concerns(policy))
            .max_by_key(|audit| audit.at)
    }

    /// Whether the log tells with what the account signed in, or that it never did.
    fn tells_how(&self, id: Guid) -> bool {
        let never = matches!(
            self.activity_of(id),
            Some(Answer::Known(activity)) if *activity == SignInActivity::default()
        );
        let Answer::Known(sign_ins) = &self.sign_ins else {
            return never;
        };
        let told = |sign_in: &SignIn| {
            sign_in.user == id
                && sign_in.succeeded() == Some(true)
                && sign_in
                    .steps
                    .as_ref()
                    .is_some_and(|steps| steps.iter().any(|step| !step.is_earlier()))
        };
        never || sign_ins.iter().any(told)
    }
}

/// Where the answers to the first wave will be.
pub(super) struct Tickets {
    sign_ins: Option<Ticket<Vec<SignIn>>>,
    activity: Vec<(Guid, Ticket<SignInActivity>)>,
    audits: Ticket<Vec<DirectoryAudit>>,
}

/// Asks all that needs no earlier answer.
pub(super) fn ask(wave: &mut Wave, plan: &Plan) -> Tickets {
    let ids: Vec<Guid> = plan
        .accounts
        .iter()
        .filter_map(|account| account.object_id)
        .collect();
    Tickets {
        sign_ins: (!ids.is_empty()).then(|| wave.ask(ask_sign_ins(&ids))),
        activity: ids
            .iter()
            .map(|id| (*id, wave.ask(ask_sign_in_activity(id))))
            .collect(),
        audits: wave.ask(ask_audits(&ids)),
    }
}

/// Takes the answers to the first wave.
pub(super) fn take(answers: &mut Answers, tickets: &Tickets) -> Logs {
    Logs {
        sign_ins: tickets
            .sign_ins
            .as_ref()
            .map_or(Answer::Failed(Failure::NotAsked), |ticket| {
                answers.take(ticket)
            }),
        activity: tickets
            .activity
            .iter()
            .map(|(id, ticket)| (*id, answers.take(ticket)))
            .collect(),
        audits: answers.take(&tickets.audits),
        ..Logs::not_asked()
    }
}

/// Where the answers to a further wave will be.
pub(super) struct Further {
    sign_ins: Option<(SignInsBy, Vec<Ticket<Vec<SignIn>>>)>,
    audits: Vec<Ticket<Vec<DirectoryAudit>>>,
    last_used: Vec<(Guid, Ticket<Vec<Fido2Method>>)>,
}

/// Asks what the answers so far make worth asking; called once a wave until nobody asks more.
pub(super) fn ask_further(facts: &Logs, _accounts: &[AccountFacts], wave: &mut Wave) -> Further {
    let ids: Vec<Guid> = facts.activity.iter().map(|(id, _)| *id).collect();
    let mut further = Further {
        sign_ins: None,
        audits: Vec::new(),
        last_used: Vec::new(),
    };
    if ids.is_empty() {
        return further;
    }
    let refused = matches!(
        facts.sign_ins,
        Answer::Failed(Failure::Status(_)) | Answer::Absent
    );
    further.sign_ins = match facts.sign_ins_by {
        // Not every cloud has beta, and not every one takes a filter of several accounts.
        SignInsBy::Beta if refused => {
            let ticket = wave.ask(ask_sign_ins_v1(&ids));
            Some((SignInsBy::V1, vec![ticket]))
        }
        SignInsBy::V1 if refused && ids.len() > 1 => {
            let each = |id: &Guid| wave.ask(ask_sign_ins_v1(&[*id]));
            Some((SignInsBy::V1Each, ids.iter().map(each).collect()))
        }
        SignInsBy::Beta | SignInsBy::V1 | SignInsBy::V1Each => None,
    };
    if facts.audits_by == AuditsBy::Together
        && matches!(facts.audits, Answer::Failed(Failure::Status(_)))
    {
        let each = |id: &Guid| wave.ask(ask_audits_of_user(id));
        further.audits = ids.iter().map(each).collect();
        further.audits.push(wave.ask(ask_audits_of_policies()));
    }
    if facts.last_used.is_empty() {
        further.last_used = ids
            .iter()
            .filter(|id| !facts.tells_how(**id))
            .map(|id| {
                let ask = ask_fido2_methods(id).in_version(Version::Beta);
                (*id, wave.ask(ask))
            })
            .collect();
    }
    further
}

/// Takes the answers to a further wave.
pub(super) fn take_further(facts: &mut Logs, further: &Further, answers: &mut Answers) {
    if let Some((by, tickets)) = &further.sign_ins {
        facts.sign_ins = all(tickets, answers);
        facts.sign_ins_by = *by;
    }
    if !further.audits.is_empty() {
        facts.audits = all(&further.audits, answers);
        facts.audits_by = AuditsBy::Each;
    }
    for (id, ticket) in &further.last_used {
        facts.last_used.push((*id, answers.take(ticket)));
    }
}

/// All the answers as one; the first that is not known, if there is such a one.
fn all<T>(tickets: &[Ticket<Vec<T>>], answers: &mut Answers) -> Answer<Vec<T>> {
    let mut together = Vec::new();
    for ticket in tickets {
        match answers.take(ticket) {
            Answer::Known(mut items) => together.append(&mut items),
            other @ (Answer::Denied(_) | Answer::Absent | Answer::Failed(_)) => return other,
        }
    }
    Answer::Known(together)
}
