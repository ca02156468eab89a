//! What changed since a record: what it stated, beside what is found now.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::words::listed;
use crate::entra::Answer;
use crate::entra::Fido2Method;
use crate::facts::book::BookKey;
use crate::facts::tenant::Survey;
use crate::primitives::UtcTime;
use crate::webauthn::CredentialId;

/// Details that are compared word by word, because a policy of the tenant speaks in them.
const POLICY: [Check; 6] = [
    Check::AaguidAllowed,
    Check::PasskeyType,
    Check::AttestationEnforced,
    Check::CaExclusion,
    Check::RolePermanent,
    Check::EnrolPaths,
];
/// What is named in one line; of more, the rest is counted.
const NAMED: usize = 4;

/// What a record stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The record.
    pub record: u64,
    /// When its ceremony began.
    pub at: UtcTime,
    /// Its findings before the touch.
    pub findings: Vec<Finding>,
    /// The keys in use when it was appended.
    pub keys: Vec<BookKey>,
}

/// How something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It was in order, or not known to be bad, and is worse now.
    Worse,
    /// It is no better or worse, and not what it was.
    Other,
    /// It is better now.
    Better,
    /// It is open now, and the record says nothing of it.
    NotStated,
}

impl Change {
    /// As `--json` writes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Other => "other",
            Self::Better => "better",
            Self::NotStated => "not_stated",
        }
    }
}

/// One thing that changed since a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// How.
    pub change: Change,
    /// The check.
    pub check: Check,
    /// What it is about.
    pub subject: Subject,
    /// In a few words: `a sealed key is refused now`.
    pub words: String,
    /// What the record stated; `None` if nothing.
    pub then: Option<(Verdict, String)>,
    /// What is found now.
    pub now: (Verdict, String),
}

/// What changed since a record, the worst first. What it did not state and is in order is left out.
#[must_use]
pub fn drift(stated: &Stated, now: &[Finding], survey: &Survey, keys: &[BookKey]) -> Vec<Drift> {
    let mut all = methods(stated, survey, keys);
    all.extend(exclusions(stated, now));
    for found in worst_of_each(now) {
        let told = all
            .iter()
            .any(|one: &Drift| one.check == found.check && one.subject == found.subject);
        if !told {
            all.extend(one(stated, now, found));
        }
    }
    all.sort_by_key(|one| one.change);
    all
}

/// For each check of each subject the worst finding, in the order of the findings.
fn worst_of_each(findings: &[Finding]) -> Vec<&Finding> {
    let mut all: Vec<&Finding> = Vec::new();
    for finding in findings {
        let known = all
            .iter_mut()
            .find(|one| one.check == finding.check && one.subject == finding.subject);
        match known {
            Some(known) if gravity(finding.verdict) > gravity(known.verdict) => *known = finding,
            Some(_) => {}
            None => all.push(finding),
        }
    }
    all
}

/// How bad a verdict is; what was not asked says nothing.
const fn gravity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NotRun => 0,
        Verdict::Pass => 1,
        Verdict::Accepted => 2,
        Verdict::Warn => 3,
        Verdict::Unknown => 4,
        Verdict::Fail => 5,
    }
}

fn one(stated: &Stated, now: &[Finding], found: &Finding) -> Option<Drift> {
    let of = |findings: &[Finding], verdict: Option<Verdict>| -> Vec<String> {
        let same = findings.iter().filter(|one| {
            one.check == found.check
                && one.subject == found.subject
                && verdict.is_none_or(|verdict| one.verdict == verdict)
        });
        same.map(|one| one.detail.clone()).collect()
    };
    let then: Vec<&Finding> = worst_of_each(&stated.findings)
        .into_iter()
        .filter(|one| one.check == found.check && one.subject == found.subject)
        .collect();
    let open = found.verdict.is_open();
    let Some(then) = then.first() else {
        return open.then(|| Drift {
            change: Change::NotStated,
            check: found.check,
            subject: found.subject.clone(),
            words: "not stated then".to_owned(),
            then: None,
            now: (found.verdict, details(&of(now, Some(found.verdict)))),
        });
    };
    let (before, after) = (gravity(then.verdict), gravity(found.verdict));
    let asked = then.verdict != Verdict::NotRun && found.verdict != Verdict::NotRun;
    let change = if asked && after > before {
        Change::Worse
    } else if asked && after < before {
        Change::Better
    } else if POLICY.contains(&found.check)
        && after == before
        && of(&stated.findings, None) != of(now, None)
    {
        Change::Other
    } else {
        return None;
    };
    Some(Drift {
        change,
        check: found.check,
        subject: found.subject.clone(),
        words: words(found.check, change, found.verdict),
        then: Some((
            then.verdict,
            details(&of(&stated.findings, Some(then.verdict))),
        )),
        now: (found.verdict, details(&of(now, Some(found.verdict)))),
    })
}

fn details(all: &[String]) -> String {
    listed(all, NAMED)
}

/// What happened, in a few words.
fn words(check: Check, change: Change, now: Verdict) -> String {
    let known = match (change, check) {
        (Change::Better, _) => return "better than then".to_owned(),
        (Change::Other, _) => return "changed, and judged as then".to_owned(),
        (Change::NotStated, _) => return "not stated then".to_owned(),
        (Change::Worse, _) if now == Verdict::Unknown => {
            return "known then, and cannot be told now".to_owned();
        }
        (Change::Worse, Check::AaguidAllowed) => "a sealed key is refused now",
        (Change::Worse, Check::Fido2Enabled) => "security keys were turned off",
        (Change::Worse, Check::CaExclusion) => "an exclusion is lost",
        (Change::Worse, Check::CaGroupProtected) => "the exclusion group is within reach",
        (Change::Worse, Check::RolePermanent) => "a role is lost",
        (Change::Worse, Check::AccountEnabled) => "the account is shut",
        (Change::Worse, Check::MethodMissing) => "a method was removed",
        (Change::Worse, Check::MethodUnexpected) => "a method was added",
        (Change::Worse, Check::MethodsOnlyStrong) => "a weaker method was added",
        (Change::Worse, Check::PasskeyType) => "synced passkeys are taken now",
        (Change::Worse, Check::AttestationEnforced) => "attestation is demanded no more",
        (Change::Worse, Check::TapLeft) => "a pass was made",
        (Change::Worse, Check::AccountUndeclared) => "somebody else has what the accounts have",
        (Change::Worse, Check::PasswordChanged) => "the password was changed",
        (Change::Worse, Check::SigninSince) => "somebody signed in",
        (Change::Worse, Check::SecurityDefaults) => "security defaults were changed",
        (Change::Worse, _) => return format!("no longer so: {}", check.title()),
    };
    known.to_owned()
}

/// Methods of the keys that were in use then: removed since, or made anew.
fn methods(stated: &Stated, survey: &Survey, keys: &[BookKey]) -> Vec<Drift> {
    let mut all = Vec::new();
    for then in &stated.keys {
        let Some(credential) = &then.credential_id else {
            continue;
        };
        let Some(held) = held(survey, &then.account) else {
            continue; // not known, which METHOD-MISSING says
        };
        if held.contains(credential) {
            continue;
        }
        let subject = Subject::account(&then.account);
        let still = keys
            .iter()
            .any(|key| key.credential_id.as_ref() == Some(credential));
        let (change, check, words, verdict, detail) = if still {
            (
                Change::Worse,
                Check::MethodMissing,
                "a method was removed",
                Verdict::Fail,
                format!("the tenant does not have {} any more", then.label),
            )
        } else {
            (
                Change::Other,
                Check::MethodMissing,
                "a key is in use no more",
                Verdict::Pass,
                format!(
                    "{} was replaced, retired or lost by a later record",
                    then.label
                ),
            )
        };
        let told = all
            .iter_mut()
            .find(|one: &&mut Drift| one.subject == subject && one.change == change);
        if let Some(told) = told {
            told.now.1.push_str("; ");
            told.now.1.push_str(&detail);
        } else {
            all.push(Drift {
                change,
                check,
                subject,
                words: words.to_owned(),
                then: Some((Verdict::Pass, format!("{} was registered", then.label))),
                now: (verdict, detail),
            });
        }
    }
    all
}

/// Exclusions from Conditional Access that an account had: policies that apply to it speak for
/// themselves, and nothing is said of the account any more.
fn exclusions(stated: &Stated, now: &[Finding]) -> Vec<Drift> {
    let check = Check::CaExclusion;
    let mut all = Vec::new();
    for then in &stated.findings {
        let Some(alias) = then.subject.account_alias() else {
            continue;
        };
        if then.check != check || then.verdict != Verdict::Pass {
            continue;
        }
        if now
            .iter()
            .any(|one| one.check == check && one.subject == then.subject)
        {
            continue; // judged as every check is
        }
        let against = now.iter().filter(|one| applies_to(one, alias));
        let against: Vec<&Finding> = against.collect();
        let Some(worst) = against
            .iter()
            .map(|one| one.verdict)
            .max_by_key(|one| gravity(*one))
        else {
            continue;
        };
        let details: Vec<String> = against.iter().map(|one| one.detail.clone()).collect();
        all.push(Drift {
            change: Change::Worse,
            check,
            subject: then.subject.clone(),
            words: "an exclusion is lost".to_owned(),
            then: Some((then.verdict, then.detail.clone())),
            now: (worst, listed(&details, NAMED)),
        });
    }
    all
}

/// Whether a finding says that a Conditional Access policy of the tenant acts, or may act, on an account.
#[must_use]
pub fn applies_to(finding: &Finding, alias: &str) -> bool {
    let mut words = finding
        .detail
        .split(|one: char| one.is_whitespace() || matches!(one, ',' | ':' | ';'));
    finding.check == Check::CaExclusion
        && finding.subject.is_policy()
        && finding.verdict.is_open()
        && words.any(|word| word == alias)
}

/// The credentials that an account has; `None` if that is not known.
fn held(survey: &Survey, alias: &str) -> Option<Vec<CredentialId>> {
    match &survey.account(alias)?.methods {
        Answer::Known(methods) => {
            Some(methods.iter().filter_map(Fido2Method::credential).collect())
        }
        Answer::Denied(_) | Answer::Absent | Answer::Failed(_) => None,
    }
}

#[cfg(test)]
mod tests;
