//! `CA-EXCLUSION` `CA-REPORT-ONLY`: each policy against each account, and what the plan intends.

use super::accounts::Seen;
use super::changes;
use super::policy_demands::applied;
use super::policy_words;
use crate::entra::Answer;
use crate::entra::Because;
use crate::entra::CaPolicy;
use crate::entra::CaState;
use crate::entra::GLOBAL_ADMINISTRATOR;
use crate::entra::Reach;
use crate::entra::Subjects;
use crate::entra::reach;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::judged::Judged;
use crate::findings::tenant_words;
use crate::findings::words::counted;
use crate::findings::words::listed;

/// Names that are listed before the rest is counted.
const MOST: usize = 5;

/// `CA-EXCLUSION`: one finding a policy that applies, and one an account that none shuts out.
pub(super) fn exclusion(judged: &Judged<'_>, accounts: &[Seen<'_>]) -> Vec<Finding> {
    let check = Check::CaExclusion;
    let policies = match of_state(judged, check, accounts, |state| {
        matches!(state, CaState::Enabled | CaState::Other(_))
    }) {
        Ok(policies) => policies,
        Err(unknown) => return unknown,
    };
    let mut findings = Vec::new();
    let mut tallies: Vec<Tally> = accounts.iter().map(|_| Tally::default()).collect();
    for policy in policies {
        let mut outcomes = Vec::new();
        for (account, tally) in accounts.iter().zip(&mut tallies) {
            outcomes.extend(one(judged, policy, account, tally));
        }
        findings.extend(of_policy(check, judged, policy, outcomes));
        findings.extend(exempts_administrators(policy));
    }
    findings.extend(accounts.iter().zip(tallies).filter_map(|(account, tally)| {
        let detail = tally.words("is on", "are on")?;
        let subject = account.subject.clone();
        Some(Finding::new(check, Verdict::Pass, subject, detail))
    }));
    findings
}

/// `CA-REPORT-ONLY`: what would apply if it were switched on.
pub(super) fn report_only(judged: &Judged<'_>, accounts: &[Seen<'_>]) -> Vec<Finding> {
    let check = Check::CaReportOnly;
    // A state that cannot be read may be this one.
    let policies = match of_state(judged, check, accounts, |state| {
        matches!(state, CaState::ReportOnly | CaState::Other(_))
    }) {
        Ok(policies) => policies,
        Err(unknown) => return unknown,
    };
    let mut findings = Vec::new();
    let mut tallies: Vec<Tally> = accounts.iter().map(|_| Tally::default()).collect();
    for policy in policies {
        let mut outcomes = Vec::new();
        for (account, tally) in accounts.iter().zip(&mut tallies) {
            let outcome = one(judged, policy, account, tally);
            outcomes.extend(outcome.map(|outcome| Outcome {
                // It shuts nobody out yet.
                verdict: if outcome.verdict == Verdict::Fail {
                    Verdict::Warn
                } else {
                    outcome.verdict
                },
                ..outcome
            }));
        }
        findings.extend(of_policy(check, judged, policy, outcomes));
    }
    findings.extend(accounts.iter().zip(tallies).filter_map(|(account, tally)| {
        let detail = tally.words("is report-only", "are report-only")?;
        let subject = account.subject.clone();
        Some(Finding::new(check, Verdict::Pass, subject, detail))
    }));
    findings
}

/// The policies in such a state that act at a sign-in; where they are not known, that, of each
/// account.
fn of_state<'a>(
    judged: &Judged<'a>,
    check: Check,
    accounts: &[Seen<'_>],
    is_wanted: fn(&CaState) -> bool,
) -> Result<Vec<&'a CaPolicy>, Vec<Finding>> {
    match &judged.survey.access.policies {
        Answer::Known(policies) => Ok(policies
            .iter()
            .filter(|policy| is_wanted(&policy.state))
            .filter(|policy| !policy.circumstances.only_user_actions())
            .collect()),
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            let what = "the Conditional Access policies";
            Err(accounts
                .iter()
                .map(|account| tenant_words::unknown(check, &account.subject, what, other))
                .collect())
        }
    }
}

/// What became of the policies for one account.
#[derive(Default)]
struct Tally {
    all: usize,
    excluded: usize,
    not_about_users: usize,
    intended: usize,
    not_targeted: Vec<String>,
    /// A finding says otherwise.
    spoilt: bool,
}

impl Tally {
    /// What passes; `None` if a finding says otherwise.
    fn words(&self, is: &str, are: &str) -> Option<String> {
        if self.spoilt {
            return None;
        }
        if self.all == 0 {
            return Some(format!("no policy {is}"));
        }
        let verb = if self.all == 1 { is } else { are };
        let mut parts = Vec::new();
        if self.excluded > 0 {
            parts.push(format!("{} exclude it", self.excluded));
        }
        if self.intended > 0 {
            let many = "demand phishing-resistant authentication, as intended";
            parts.push(format!("{} {many}", self.intended));
        }
        if self.not_about_users > 0 {
            parts.push(format!(
                "{} are about services or agents",
                self.not_about_users
            ));
        }
        if !self.not_targeted.is_empty() {
            parts.push(format!(
                "{} do not name it, which is weaker than an exclusion ({})",
                self.not_targeted.len(),
                listed(&self.not_targeted, MOST)
            ));
        }
        let all = counted(self.all, "policy", "policies");
        Some(format!("{all} {verb}: {}", parts.join(", ")))
    }
}

/// What a policy does to an account, where that is not as it should be.
struct Outcome {
    verdict: Verdict,
    /// `BG-1 (all users)`; the alias alone where it is not known.
    who: String,
    what: String,
    fix: Option<String>,
}

/// One policy against one account; `None` if it is as it should be.
fn one(
    judged: &Judged<'_>,
    policy: &CaPolicy,
    account: &Seen<'_>,
    tally: &mut Tally,
) -> Option<Outcome> {
    tally.all += 1;
    let because = match reach(policy, &account.for_conditional_access()) {
        Reach::Excluded(_) => {
            tally.excluded += 1;
            return None;
        }
        Reach::NotAboutUsers => {
            tally.not_about_users += 1;
            return None;
        }
        Reach::NotTargeted => {
            tally.not_targeted.push(policy_words::name(policy));
            return None;
        }
        Reach::Unknown(doubts) => {
            tally.spoilt = true;
            return Some(Outcome {
                verdict: Verdict::Unknown,
                who: account.alias().to_owned(),
                what: format!(
                    "whether it applies cannot be told: {}",
                    policy_words::doubts(&doubts)
                ),
                fix: None,
            });
        }
        Reach::Applies(because) => because,
    };
    let (verdict, demand) = applied(judged, policy, account);
    if verdict == Verdict::Pass {
        tally.intended += 1;
        return None;
    }
    tally.spoilt = true;
    let what = policy_words::demand(&demand, policy);
    Some(Outcome {
        verdict,
        who: who(account, &because),
        what,
        fix: Some(fix(judged, policy, account)),
    })
}

fn who(account: &Seen<'_>, because: &[Because]) -> String {
    let reasons = policy_words::reasons(because, account);
    if reasons.is_empty() {
        account.alias().to_owned()
    } else {
        format!("{} ({reasons})", account.alias())
    }
}

/// How to end it.
fn fix(judged: &Judged<'_>, policy: &CaPolicy, account: &Seen<'_>) -> String {
    let name = policy_words::name(policy);
    let alias = account.alias();
    let Some(group) = judged.plan.groups.ca_exclusion else {
        return format!("exclude {alias} in {name} > Users > Exclude");
    };
    let excludes = match &policy.subjects {
        Subjects::Users(users) => users.exclude.groups.contains(&group),
        Subjects::Services | Subjects::NotTold => false,
    };
    if excludes {
        format!("put {alias} back into the exclusion group {group}, which the policy excludes")
    } else {
        format!("exclude the exclusion group {group} in {name} > Users > Exclude")
    }
}

/// The findings of one policy: one for each verdict and each demand.
fn of_policy(
    check: Check,
    judged: &Judged<'_>,
    policy: &CaPolicy,
    outcomes: Vec<Outcome>,
) -> Vec<Finding> {
    let mut together: Vec<(Outcome, Vec<String>)> = Vec::new();
    for outcome in outcomes {
        let same = together
            .iter_mut()
            .find(|(other, _)| other.verdict == outcome.verdict && other.what == outcome.what);
        if let Some((_, all)) = same {
            all.push(outcome.who);
        } else {
            let who = outcome.who.clone();
            together.push((outcome, vec![who]));
        }
    }
    let name = policy_words::name(policy);
    let would = if check == Check::CaReportOnly {
        "would apply"
    } else {
        "applies"
    };
    together
        .into_iter()
        .map(|(outcome, all)| {
            let all = listed(&all, MOST);
            let detail = if outcome.fix.is_some() {
                let when = policy_words::when(policy);
                let changed = changes::of_policy(&judged.survey.logs, policy);
                format!("{name} {would} to {all}: {}{when}{changed}", outcome.what)
            } else {
                format!("{name} and {all}: {}", outcome.what)
            };
            let subject = Subject::policy(&policy.id);
            let finding = Finding::new(check, outcome.verdict, subject, detail);
            match outcome.fix {
                Some(fix) => finding.fix(fix),
                None => finding,
            }
        })
        .collect()
}

/// An exclusion of the role exempts every Global Administrator, not the emergency accounts alone.
fn exempts_administrators(policy: &CaPolicy) -> Option<Finding> {
    let Subjects::Users(users) = &policy.subjects else {
        return None;
    };
    if !users.exclude.roles.contains(&GLOBAL_ADMINISTRATOR) {
        return None;
    }
    let name = policy_words::name(policy);
    Some(
        Finding::new(
            Check::CaExclusion,
            Verdict::Warn,
            Subject::policy(&policy.id),
            format!("{name} excludes the role Global Administrator: every one of them is exempt"),
        )
        .fix("exclude the exclusion group instead of the role"),
    )
}
