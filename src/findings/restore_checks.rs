//! `RESTORE-OPEN`: what a ceremony loosened, read back from the tenant.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::judged::Judged;
use crate::entra::Answer;
use crate::entra::Completeness;
use crate::entra::Told;
use crate::facts::restore::Loosened;
use crate::facts::restore::RestoreItem;
use crate::facts::tenant::Standing;
use crate::primitives::Guid;

/// Whether something is still loose.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Loose,
    Back,
    NotKnown,
}

/// Each thing that a ceremony loosened and did not read back.
pub(super) fn restore_open(judged: &Judged<'_>) -> Vec<Finding> {
    let items = &judged.book.restore;
    if items.is_empty() {
        let detail = "no ceremony left anything loose";
        let subject = Subject::book();
        return vec![Finding::new(
            Check::RestoreOpen,
            Verdict::Pass,
            subject,
            detail,
        )];
    }
    items.iter().map(|item| one(judged, item)).collect()
}

fn one(judged: &Judged<'_>, item: &RestoreItem) -> Finding {
    let (subject, what, state) = match &item.loosened {
        Loosened::SelfService => (
            Subject::book(),
            "self-service set-up of passkeys was turned on".to_owned(),
            self_service(judged),
        ),
        Loosened::TapGroup { group, account } => (
            subject(judged, account),
            format!("put into group {group}, which may use a pass"),
            member(judged, account, group),
        ),
        Loosened::Pass { account } => (
            subject(judged, account),
            "a Temporary Access Pass was made".to_owned(),
            pass(judged, account),
        ),
        Loosened::ByHand { what } => (
            Subject::book(),
            format!("changed by hand: {what}"),
            State::Loose,
        ),
    };
    let (verdict, now) = match state {
        State::Loose => (Verdict::Fail, "and is not back"),
        State::Back => (
            Verdict::Warn,
            "and is back; its ceremony has not said so yet",
        ),
        State::NotKnown => (Verdict::Unknown, "and it cannot be told whether it is back"),
    };
    let detail = format!("{what} by {} on {} {now}", item.by, item.since.day());
    Finding::new(Check::RestoreOpen, verdict, subject, detail)
        .fix("run that ceremony again: it puts back and reads back")
}

fn subject(judged: &Judged<'_>, account: &Guid) -> Subject {
    let mut accounts = judged.plan.accounts.iter();
    accounts
        .find(|one| one.object_id == Some(*account))
        .map_or_else(Subject::book, |one| Subject::account(&one.alias))
}

fn self_service(judged: &Judged<'_>) -> State {
    match &judged.survey.tenant.policy {
        Answer::Known(policy) => match policy.self_service {
            Told::Yes => State::Loose,
            Told::No => State::Back,
            Told::NotTold => State::NotKnown,
        },
        Answer::Denied(_) | Answer::Absent | Answer::Failed(_) => State::NotKnown,
    }
}

fn member(judged: &Judged<'_>, account: &Guid, group: &Guid) -> State {
    let mut accounts = judged.survey.tenant.accounts.iter();
    let facts = accounts.find(|one| one.object_id == *account);
    match facts.map(|facts| &facts.membership) {
        Some(Answer::Known(known)) if known.ids().contains(group) => State::Loose,
        Some(Answer::Known(known)) if known.completeness == Completeness::Whole => State::Back,
        Some(Answer::Known(_) | Answer::Denied(_) | Answer::Absent | Answer::Failed(_)) | None => {
            State::NotKnown
        }
    }
}

/// Whether the account has a pass, by the list of its methods.
fn pass(judged: &Judged<'_>, account: &Guid) -> State {
    let mut held = judged.survey.standings.iter().filter_map(Standing::held);
    match held
        .find(|one| one.object_id == *account)
        .map(|one| &one.methods)
    {
        Some(Answer::Known(methods)) if methods.passes.is_empty() => State::Back,
        Some(Answer::Known(_)) => State::Loose,
        Some(Answer::Denied(_) | Answer::Absent | Answer::Failed(_)) | None => State::NotKnown,
    }
}

#[cfg(test)]
mod tests;
