//! Microsoft's list for emergency access accounts: each line with what shows it, or asked.
//!
//! Source: "Manage emergency access accounts in Microsoft Entra ID", Microsoft Learn, of 2025-02-10.

use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::record::ChecklistPart;

/// What is known of a line before anybody is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It was observed.
    Shown(String),
    /// It was observed not to be so.
    NotSo(String),
    /// Nothing that was observed tells.
    Asked,
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its word in the record.
    pub(super) item: &'static str,
    /// What is asked where nothing tells.
    pub(super) question: &'static str,
    /// What is known.
    pub(super) known: Known,
}

/// What a verification observed beside the tenant's findings.
pub(super) struct Observed<'o> {
    /// What the tenant came to, of the account and of the book.
    pub(super) findings: &'o [Finding],
    /// The sign-in in the log; `None` while it is pending.
    pub(super) sign_in: Option<String>,
    /// The alert and who saw it; `None` while it is pending.
    pub(super) alert: Option<String>,
    /// What the audit log shows that the account did; `None` if nothing.
    pub(super) task: Option<String>,
    /// Whether the account has its role; `None` if the tenant does not tell.
    pub(super) has_role: Option<bool>,
    /// The safes that the account's keys lie in and their sites, as last recorded.
    pub(super) sites: Known,
    /// Who came or left since the key was seen last; empty if nobody did.
    pub(super) staff: Vec<String>,
    /// The people who count, as the plan has them too; else what differs.
    pub(super) people: Known,
    /// The script that is followed, and its digest.
    pub(super) script: String,
    /// The record of the last training of everyone who signs; `None` if there is none.
    pub(super) training: Option<String>,
}

/// Every line, in Microsoft's order.
pub(super) fn lines(seen: &Observed<'_>) -> Vec<Line> {
    let of = |checks: &[Check]| shown(seen.findings, checks);
    let or_asked = |shown: &Option<String>| shown.clone().map_or(Known::Asked, Known::Shown);
    let line = |item, question, known| Line {
        item,
        question,
        known,
    };
    vec![
        line("told", "security monitoring was told before", Known::Asked),
        line(
            "people",
            "the list of people who may use the account is up to date",
            seen.people.clone(),
        ),
        line(
            "procedure",
            "the procedure is documented and up to date",
            Known::Shown(seen.script.clone()),
        ),
        line(
            "training",
            "everyone who would use the account is trained",
            or_asked(&seen.training),
        ),
        line(
            "accounts",
            "there are two or more emergency access accounts",
            of(&[Check::AccountCount]),
        ),
        line(
            "cloud-only",
            "the account is cloud-only, of the onmicrosoft.com domain",
            of(&[Check::AccountCloudOnly, Check::AccountDomain]),
        ),
        line(
            "role",
            "the account is Global Administrator, active and permanent",
            if seen.has_role == Some(false) {
                Known::NotSo("the account has no role yet".to_owned())
            } else {
                of(&[Check::RolePermanent])
            },
        ),
        line(
            "methods",
            "no phone, app or self-service reset of one person is on the account",
            of(&[Check::MethodsOnlyStrong, Check::SsprOff]),
        ),
        line(
            "expiry",
            "no automation removes the account or its keys for not being used",
            Known::Asked,
        ),
        line(
            "safes",
            "the keys lie in fireproof safes at separate places",
            seen.sites.clone(),
        ),
        line(
            "staff",
            "safe combinations and PINs were changed after somebody left",
            if seen.staff.is_empty() {
                Known::Shown("nobody came or left since the key was seen last".to_owned())
            } else {
                Known::Asked
            },
        ),
        line(
            "sign-in",
            "the account signed in",
            seen.sign_in.clone().map_or_else(
                || Known::NotSo("the tenant's log does not show it yet".to_owned()),
                Known::Shown,
            ),
        ),
        line(
            "task",
            "something that takes an administrator was done",
            match (&seen.task, seen.has_role) {
                (Some(task), _) => Known::Shown(task.clone()),
                (None, Some(false)) => Known::NotSo("the account has no role yet".to_owned()),
                (None, Some(true) | None) => Known::Asked,
            },
        ),
        line(
            "alert",
            "the sign-in raised an alert",
            seen.alert.clone().map_or_else(
                || Known::NotSo("no alert was seen yet".to_owned()),
                Known::Shown,
            ),
        ),
    ]
}

/// What findings say of a line: shown if each check was judged and none is open.
fn shown(findings: &[Finding], checks: &[Check]) -> Known {
    let mut shown: Vec<String> = Vec::new();
    let mut wrong: Vec<String> = Vec::new();
    for check in checks {
        let own: Vec<&Finding> = findings.iter().filter(|one| one.check == *check).collect();
        if own.is_empty() {
            return Known::Asked;
        }
        for one in own {
            let words = format!("{check}: {}", one.detail);
            match one.verdict {
                Verdict::Pass | Verdict::Accepted => shown.push(words),
                Verdict::Fail | Verdict::Warn => wrong.push(words),
                Verdict::Unknown | Verdict::NotRun => return Known::Asked,
            }
        }
    }
    if wrong.is_empty() {
        Known::Shown(shown.join("; "))
    } else {
        Known::NotSo(wrong.join("; "))
    }
}

/// The lines that somebody is asked for, in order.
pub(super) fn asked(lines: &[Line]) -> Vec<&Line> {
    lines
        .iter()
        .filter(|line| line.known == Known::Asked)
        .collect()
}

/// The numbers, from 1, of what was not done, in what a person typed: `all` or nothing where all was;
/// `None` if it cannot be understood.
pub(super) fn not_done(typed: &str, count: usize) -> Option<Vec<usize>> {
    let typed = typed.trim();
    if typed.is_empty() || typed.eq_ignore_ascii_case("all") {
        return Some(Vec::new());
    }
    let mut numbers = Vec::new();
    for word in typed.split([' ', ',']).filter(|word| !word.is_empty()) {
        let number: usize = word.parse().ok()?;
        if number == 0 || number > count {
            return None;
        }
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    Some(numbers)
}

/// A line as it stands in the record. `because` is why it was not done; without it somebody said
/// that it was.
pub(super) fn part(line: &Line, because: Option<&str>, operator: &str) -> ChecklistPart {
    let (done, text) = match (&line.known, because) {
        (Known::Shown(text), _) => (true, text.clone()),
        (Known::NotSo(text), _) => (false, text.clone()),
        (Known::Asked, Some(because)) => (false, because.to_owned()),
        (Known::Asked, None) => (
            true,
            format!("{}, by the word of {operator}", line.question),
        ),
    };
    ChecklistPart {
        done,
        item: line.item.to_owned(),
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::Subject;

    fn finding(check: Check, verdict: Verdict, detail: &str) -> Finding {
        Finding::new(check, verdict, Subject::book(), detail)
    }

    #[test]
    fn a_line_is_shown_only_by_checks_that_were_judged_and_passed() {
        let checks = [Check::MethodsOnlyStrong, Check::SsprOff];
        let both = |verdict| {
            [
                finding(Check::MethodsOnlyStrong, Verdict::Pass, "keys alone"),
                finding(Check::SsprOff, verdict, "off"),
            ]
        };
        assert_eq!(
            shown(&both(Verdict::Pass), &checks),
            Known::Shown("METHODS-ONLY-STRONG: keys alone; SSPR-OFF: off".to_owned())
        );
        assert_eq!(
            shown(&both(Verdict::Fail), &checks),
            Known::NotSo("SSPR-OFF: off".to_owned())
        );
        assert_eq!(shown(&both(Verdict::Unknown), &checks), Known::Asked);
        assert_eq!(shown(&both(Verdict::Pass), &[Check::Rmau]), Known::Asked);
    }

    #[test]
    fn numbers_say_what_was_not_done() {
        assert_eq!(not_done("", 3), Some(vec![]));
        assert_eq!(not_done(" All ", 3), Some(vec![]));
        assert_eq!(not_done("3, 1 3", 3), Some(vec![1, 3]));
        for wrong in ["0", "4", "yes", "1 x"] {
            assert_eq!(not_done(wrong, 3), None, "{wrong}");
        }
    }

    #[test]
    fn what_nobody_observed_is_done_by_somebodys_word_or_not_done_because() {
        let line = Line {
            item: "told",
            question: "security monitoring was told before",
            known: Known::Asked,
        };
        let part = |because| {
            let part = part(&line, because, "op-1");
            (part.done, part.text)
        };
        let word = "security monitoring was told before, by the word of op-1".to_owned();
        assert_eq!(part(None), (true, word));
        assert_eq!(part(Some("no time")), (false, "no time".to_owned()));
    }
}
