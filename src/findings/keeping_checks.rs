//! `COMMON-MODE` `PIN-CUSTODY` `PIN-PROVEN`: how keys and PINs are kept, by plan and records.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::judged::Judged;
use super::words::counted;
use crate::facts::book::BookKey;
use crate::plan::PinCustody;
use crate::plan::Policy;
use crate::plan::Role;
use crate::primitives::UtcTime;
use crate::webauthn::model;
use std::fmt::Write as _;

/// Holders that a PIN envelope needs.
const HOLDERS: usize = 2;

/// Every check of how keys and PINs are kept.
pub(super) fn keeping(judged: &Judged<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for account in &judged.plan.accounts {
        let keys: Vec<&BookKey> = judged.book.keys_of(&account.alias).collect();
        findings.extend(common_mode(judged, &account.alias, &keys));
    }
    for key in &judged.book.keys {
        findings.push(pin_custody(judged, key));
        findings.push(pin_proven(key, judged.policy, judged.as_of));
    }
    findings
}

/// `COMMON-MODE`: what would take every key of an account at once.
fn common_mode(judged: &Judged<'_>, alias: &str, keys: &[&BookKey]) -> Vec<Finding> {
    let subject = Subject::account(alias);
    let about =
        |verdict, detail: String| Finding::new(Check::CommonMode, verdict, subject.clone(), detail);
    let [first, rest @ ..] = keys else {
        return vec![about(Verdict::NotRun, "no key is in use".to_owned())];
    };
    if rest.is_empty() {
        let detail = "one key alone is in use: RECOVERY says what its loss does";
        return vec![about(Verdict::NotRun, detail.to_owned())];
    }
    let mut found = Vec::new();
    if let Some(safe) = safe_of(judged, first)
        && rest.iter().all(|key| safe_of(judged, key) == Some(safe))
    {
        // A book that asks for one site alone has taken this on.
        let verdict = if judged.policy.sites_per_account > 1 {
            Verdict::Fail
        } else {
            Verdict::Warn
        };
        let detail = format!("all its keys lie in {safe}");
        found.push(about(verdict, detail).fix("move one to a safe at another site"));
    }
    if let Some(envelope) = pin_of(judged, first).map(|pin| &pin.envelope)
        && rest
            .iter()
            .all(|key| pin_of(judged, key).is_some_and(|pin| pin.envelope == *envelope))
    {
        let detail = format!("all its PINs are in envelope {envelope}");
        let fix = "give each key a PIN envelope of its own, kept elsewhere";
        found.push(about(Verdict::Warn, detail).fix(fix));
    }
    let models = rest.iter().all(|key| key.aaguid == first.aaguid);
    let firmware = first.firmware.as_deref();
    let same_firmware =
        firmware.is_some() && rest.iter().all(|key| key.firmware.as_deref() == firmware);
    let name =
        model(&first.aaguid).map_or_else(|| first.aaguid.to_string(), |it| it.name.to_owned());
    if models && same_firmware {
        let firmware = firmware.unwrap_or_default();
        let detail = format!("all its keys are of one model and firmware: {name}, {firmware}");
        let fix = "take a second model next time: one recall takes all of one";
        found.push(about(Verdict::Warn, detail).fix(fix));
    } else if found.is_empty() {
        let count = counted(keys.len(), "key", "keys");
        let detail = if models {
            format!("{count} of one model, {name}, and not all of one firmware")
        } else {
            format!("{count} of more than one model")
        };
        found.push(about(Verdict::Pass, detail));
    }
    found
}

/// Where a key lies: as last recorded, else as planned.
fn safe_of<'a>(judged: &Judged<'a>, key: &'a BookKey) -> Option<&'a str> {
    let planned = || Some(judged.plan.key(&key.label)?.1.safe.as_str());
    key.safe.as_deref().or_else(planned)
}

fn pin_of<'a>(judged: &Judged<'a>, key: &BookKey) -> Option<&'a PinCustody> {
    Some(&judged.plan.key(&key.label)?.1.pin)
}

/// Whether a person has a role: by the records, or by the plan before there are any.
fn has_role(judged: &Judged<'_>, person: &str, role: Role) -> bool {
    let recorded = &judged.book.people;
    if recorded.is_empty() {
        let mut planned = judged.plan.people.iter();
        planned.any(|one| one.reference == person && one.roles.contains(&role))
    } else {
        let mut recorded = recorded.iter();
        recorded.any(|one| one.reference == person && one.roles.contains(&role))
    }
}

/// `PIN-CUSTODY`: two custodians hold each PIN, and none of them opens safes.
fn pin_custody(judged: &Judged<'_>, key: &BookKey) -> Finding {
    let about = |verdict, detail: String| {
        Finding::new(Check::PinCustody, verdict, Subject::key(&key.label), detail)
    };
    let Some(pin) = pin_of(judged, key) else {
        let detail = "the plan does not name this key, nor who holds its PIN";
        return about(Verdict::Fail, detail.to_owned()).fix("write it into the plan");
    };
    let envelope = &pin.envelope;
    let custodians: Vec<&str> = pin
        .held_by
        .iter()
        .map(String::as_str)
        .filter(|person| has_role(judged, person, Role::Custodian))
        .collect();
    let reaches_both: Vec<&str> = pin
        .held_by
        .iter()
        .map(String::as_str)
        .filter(|person| has_role(judged, person, Role::SafeController))
        .collect();
    if !reaches_both.is_empty() {
        let who = reaches_both.join(" and ");
        let detail = format!("{who} alone reaches key and PIN: holds {envelope} and opens safes");
        return about(Verdict::Fail, detail)
            .fix("let somebody hold the PIN envelope who opens no safe");
    }
    if custodians.len() < HOLDERS {
        let strangers: Vec<&str> = pin
            .held_by
            .iter()
            .map(String::as_str)
            .filter(|person| !custodians.contains(person))
            .collect();
        let mut detail = match custodians.as_slice() {
            [] => format!("no custodian holds {envelope}"),
            all => format!("{} alone holds {envelope}", all.join(" and ")),
        };
        if !strangers.is_empty() {
            let role = "no custodian by the latest people record";
            let _ = write!(detail, "; {role}: {}", strangers.join(", "));
        }
        return about(Verdict::Fail, detail).fix("name a second custodian who holds it");
    }
    about(
        Verdict::Pass,
        format!("{envelope} is held by {}", custodians.join(" and ")),
    )
}

/// `PIN-PROVEN`: how long ago somebody typed the PIN of a key.
#[must_use]
pub fn pin_proven(key: &BookKey, policy: &Policy, as_of: UtcTime) -> Finding {
    let about = |verdict, detail: String| {
        Finding::new(Check::PinProven, verdict, Subject::key(&key.label), detail)
    };
    let fix = format!("open the PIN envelope: `glasskey verify {}`", key.label);
    let Some(proven) = key.pin_proven else {
        let detail = "no record shows that its PIN was ever typed";
        return about(Verdict::Fail, detail.to_owned()).fix(fix);
    };
    let days = &policy.pin_proven_days;
    let from = |days: u32| proven.plus_days(i64::from(days));
    let day = proven.day();
    if as_of >= from(days.fail) {
        let detail = format!("last typed {day}, {} days ago or more", days.fail);
        about(Verdict::Fail, detail).fix(fix)
    } else if as_of >= from(days.warn) {
        let last = from(days.fail).day();
        let detail = format!(
            "last typed {day}, {} days ago or more; fails on {last}",
            days.warn
        );
        about(Verdict::Warn, detail).fix(fix)
    } else {
        about(Verdict::Pass, format!("last typed {day}"))
    }
}

#[cfg(test)]
mod tests;
