//! What is overdue or due soon, what fails, and what was accepted for a while.

use super::DayFacts;
use super::DayItem;
use super::Kind;
use crate::findings;
use crate::findings::Check;
use crate::findings::Due;
use crate::findings::DueDepth;
use crate::findings::DueStanding;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::plan::Policy;

/// Days in which an acceptance that ran out is still said.
const ACCEPTED_LATELY: i64 = 90;

/// How a person comes to vouch for a book.
const PIN: &str = "compare genesis with the paper of the first day, then `glasskey audit --pin`";

/// Checks that are about a day by which something is done, verifications apart.
const DATED: [&str; 5] = [
    "PIN-PROVEN",
    "PIN-CHANGE",
    "INCIDENT-REVIEW",
    "LOSS-REVOKED",
    "MDS-STALE",
];

pub(super) fn dues(facts: &DayFacts<'_>) -> Vec<DayItem> {
    let policy = facts.reading.policy.as_ref().unwrap_or(&facts.plan.policy);
    let mut found: Vec<Finding> = facts.findings.to_vec();
    let known = |found: &[Finding], new: &Finding| {
        let mut all = found.iter();
        all.any(|one| one.check == new.check && one.subject == new.subject)
    };
    for key in &facts.reading.facts.keys {
        let proven = findings::pin_proven(key, policy, facts.as_of);
        if !known(&found, &proven) {
            found.push(proven);
        }
    }
    let acceptances = &facts.reading.acceptances;
    acceptances.apply(&mut found, facts.as_of);
    // Nobody vouches for a rehearsal.
    let asked = |one: &&Finding| one.check != Check::TrustRoot || !facts.reading.rehearsal;
    let mut items = verifications(facts, policy, &found);
    items.extend(found.iter().filter(asked).filter_map(item));
    items.extend(accepted(facts, policy));
    items
}

/// Verifications that are overdue or due soon.
fn verifications(facts: &DayFacts<'_>, policy: &Policy, found: &[Finding]) -> Vec<DayItem> {
    let dues = findings::dues(&facts.reading.facts, &[], policy, facts.as_of);
    let one = |due: Due| {
        let (kind, is) = match due.standing {
            DueStanding::Overdue => (Kind::Overdue, "was"),
            DueStanding::Soon => (Kind::Due, "is"),
            DueStanding::Later => return None,
        };
        let how = match due.depth {
            DueDepth::Presence => "with PIN and touch",
            DueDepth::SignIn => "by a real sign-in",
        };
        let day = due.by.day();
        let mut what = format!("{}: its verification {how} {is} due {day}", due.label);
        for reason in &due.reasons {
            what.push_str("; ");
            what.push_str(reason);
        }
        let subject = Subject::key(&due.label);
        let mut findings = found.iter();
        let mut item = DayItem::new(kind, subject.clone(), what, due.command());
        item.by = Some(due.by);
        item.finding = findings
            .find(|one| one.check == Check::Due && one.subject == subject)
            .cloned();
        Some(item)
    };
    dues.into_iter().filter_map(one).collect()
}

/// What a finding leaves to be done; `None` if nothing. What is said of a record is history: the
/// audit tells it.
fn item(finding: &Finding) -> Option<DayItem> {
    let of_record = finding.subject.to_string().starts_with("record:");
    let dated = DATED.contains(&finding.check.id());
    let kind = match finding.verdict {
        _ if of_record || finding.check == Check::Due => return None,
        Verdict::Fail if dated => Kind::Overdue,
        Verdict::Fail | Verdict::Unknown => Kind::Open,
        Verdict::Warn if dated => Kind::Due,
        Verdict::Warn | Verdict::Pass | Verdict::NotRun | Verdict::Accepted => return None,
    };
    let title = if finding.check == Check::PinProven {
        "its PIN"
    } else {
        finding.check.id()
    };
    let what = format!("{}, {title}: {}", name(&finding.subject), finding.detail);
    let next = match (finding.check, &finding.fix) {
        (Check::TrustRoot, _) => PIN.to_owned(),
        (_, Some(fix)) => fix.clone(),
        (_, None) => "glasskey audit".to_owned(),
    };
    let mut item = DayItem::new(kind, finding.subject.clone(), what, next);
    item.finding = Some(finding.clone());
    Some(item)
}

/// A subject as people say it: `BG1-A`, `the book`.
fn name(subject: &Subject) -> String {
    let text = subject.to_string();
    match text.split_once(':') {
        Some((_, name)) => name.to_owned(),
        None => format!("the {text}"),
    }
}

/// Acceptances that run out soon, or did lately.
fn accepted(facts: &DayFacts<'_>, policy: &Policy) -> Vec<DayItem> {
    let one = |(check, subject, until, record): (Check, &Subject, _, u64)| {
        let until: crate::primitives::UtcTime = until;
        let reminded = until.plus_days(-i64::from(policy.remind_days));
        let over = facts.as_of > until;
        if facts.as_of < reminded || facts.as_of > until.plus_days(ACCEPTED_LATELY) {
            return None;
        }
        let (kind, how) = if over {
            (Kind::Overdue, "ran out")
        } else {
            (Kind::Due, "runs out")
        };
        let what = format!(
            "{}: the acceptance of {check} {how} {} (record {record:06})",
            name(subject),
            until.day()
        );
        let next = format!("mend it, or `glasskey accept {check} {subject} --until DATE`");
        let mut item = DayItem::new(kind, subject.clone(), what, next);
        item.by = Some(until);
        Some(item)
    };
    facts.reading.acceptances.all().filter_map(one).collect()
}

/// A count with its noun.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
