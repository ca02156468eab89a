//! `ACCOUNT-COUNT`: as many accounts as are intended, and all of them there.

use crate::entra::Answer;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::found::Found;
use crate::findings::judged::Judged;

/// Fewer than these are a single point of failure.
const FEWEST: usize = 2;

/// `ACCOUNT-COUNT`
pub(super) fn count(judged: &Judged<'_>) -> Vec<Finding> {
    let subject = Subject::book();
    let mut found = Found::new(Check::AccountCount, &subject);
    let planned = judged.plan.accounts.len();
    let most = usize::try_from(judged.policy.max_emergency_accounts).unwrap_or(usize::MAX);
    let users = || judged.survey.tenant.accounts.iter().map(|one| &one.user);
    let there = users()
        .filter(|user| matches!(user, Answer::Known(_)))
        .count();
    let unseen = users()
        .find(|user| matches!(user, Answer::Denied(_) | Answer::Failed(_)))
        .filter(|_| there < FEWEST);
    if planned > most {
        found.fix(
            Verdict::Fail,
            format!("{planned} accounts in the plan; the policy allows {most}"),
            "retire the surplus one, or adopt a policy that allows it",
        );
    }
    if planned < FEWEST {
        found.fix(
            Verdict::Fail,
            format!("{planned} in the plan: one account is a single point of failure"),
            "add a second account",
        );
    } else if let Some(user) = unseen {
        found.unknown("every account", user);
    } else if there < FEWEST {
        found.fix(
            Verdict::Fail,
            format!("{planned} accounts in the plan, {there} found in the tenant"),
            "see ACCOUNT-ENABLED of each account",
        );
    }
    found.or_pass(format!(
        "{there} of {planned} accounts found, {most} allowed"
    ))
}
