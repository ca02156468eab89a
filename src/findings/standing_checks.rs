//! Checks of what each account is and may.

mod account;
mod methods;
mod passes;
mod roles;
mod sealing;

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::judged::Judged;
use super::reconciling;
use super::reconciling::Expected;
use super::tenant_checks;
use super::tenant_words;
use crate::entra::Answer;
use crate::facts::book::BookKey;
use crate::facts::tenant::AccountFacts;
use crate::facts::tenant::Held;
use crate::facts::tenant::Identity;
use crate::plan::Account;
use crate::primitives::Guid;

/// What is not asked of an account that the plan does not pin.
const OF_A_PINNED_ACCOUNT: [Check; 14] = [
    Check::MethodUnexpected,
    Check::MethodMissing,
    Check::MfaReady,
    Check::AccountCloudOnly,
    Check::AccountDomain,
    Check::RolePermanent,
    Check::MethodsOnlyStrong,
    Check::MethodAttested,
    Check::SsprOff,
    Check::TapLeft,
    Check::TapExcluded,
    Check::Rmau,
    Check::PasswordChanged,
    Check::SessionsRevoked,
];

/// One account of the plan, beside what tenant and book say of it.
struct Beside<'a> {
    subject: Subject,
    planned: &'a Account,
    facts: &'a AccountFacts,
    held: &'a Held,
    keys: Vec<&'a BookKey>,
    judged: &'a Judged<'a>,
}

impl Beside<'_> {
    /// How many of the plan's keys are registered, and how many there are.
    fn registered(&self) -> (usize, usize) {
        let planned = &self.planned.keys;
        let is_registered = |label: &str| self.keys.iter().any(|key| key.label == label);
        let registered = planned.iter().filter(|key| is_registered(&key.label));
        (registered.count(), planned.len())
    }
}

/// Every check of what each account is and may.
#[must_use]
pub(super) fn standing(judged: &Judged<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for planned in &judged.plan.accounts {
        findings.extend(of_account(planned, judged));
    }
    findings.push(tenant_checks::time_skew(
        &judged.survey.tenant,
        judged.policy,
    ));
    findings
}

fn of_account(planned: &Account, judged: &Judged<'_>) -> Vec<Finding> {
    let alias = &planned.alias;
    let subject = Subject::account(alias);
    let identity = judged.survey.standing(alias).map(|one| &one.identity);
    match (identity, judged.survey.account(alias)) {
        (Some(Identity::Pinned(held)), Some(facts)) => of_pinned(&Beside {
            subject,
            planned,
            facts,
            held,
            keys: judged.book.keys_of(alias).collect(),
            judged,
        }),
        (Some(Identity::NotPinned { upn, found }), _) => not_pinned(alias, upn, found),
        (Some(Identity::Pinned(_)) | None, _) => vec![Finding::new(
            Check::AccountEnabled,
            Verdict::Unknown,
            subject,
            "the tenant was not asked about this account",
        )],
    }
}

fn of_pinned(beside: &Beside<'_>) -> Vec<Finding> {
    let expected: Vec<Expected<'_>> = beside.keys.iter().map(|key| Expected::of(key)).collect();
    let mut findings = vec![tenant_checks::account_enabled(
        beside.facts,
        &beside.subject,
    )];
    findings.extend(reconciling::methods(
        beside.facts,
        &expected,
        &beside.subject,
    ));
    for key in &beside.keys {
        findings.extend(reconciling::cred_match(beside.facts, key));
    }
    for check in [
        methods::mfa_ready,
        account::cloud_only,
        account::domain,
        roles::permanent,
        methods::only_strong,
        methods::attested,
        passes::reset_off,
        passes::left,
        passes::excluded,
        sealing::restricted,
        sealing::password,
        sealing::sessions,
    ] {
        findings.extend(check(beside));
    }
    findings
}

/// An account without an object id in the plan: a failure, with the id to pin.
fn not_pinned(alias: &str, upn: &str, found: &Answer<Guid>) -> Vec<Finding> {
    let subject = Subject::account(alias);
    let detail = format!("the plan pins no object id for {alias}, so nothing of it is believed");
    let fail = Finding::new(
        Check::AccountEnabled,
        Verdict::Fail,
        subject.clone(),
        detail,
    );
    let first = match found {
        Answer::Known(id) => fail.fix(format!(
            "{upn} is {id} today: write object-id = \"{id}\" in glasskey.toml once you are sure"
        )),
        Answer::Absent => fail.fix(format!(
            "there is no {upn}: glasskey provision {alias} makes it and writes its id"
        )),
        other @ (Answer::Denied(_) | Answer::Failed(_)) => fail.fix(format!(
            "write its object-id in glasskey.toml ({})",
            tenant_words::not_known("the account", other)
        )),
    };
    let rest = OF_A_PINNED_ACCOUNT.map(|check| {
        Finding::new(
            check,
            Verdict::NotRun,
            subject.clone(),
            "the plan pins no object id for it",
        )
    });
    [first].into_iter().chain(rest).collect()
}

#[cfg(test)]
mod tests;
