//! `RMAU` `PASSWORD-CHANGED` `SESSIONS-REVOKED`: whether the account is as it was sealed.

use super::Beside;
use crate::entra::Answer;
use crate::entra::Domain;
use crate::entra::PASSWORDS_LAST;
use crate::entra::Told;
use crate::entra::User;
use crate::facts::book::RecordedSignIn;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::findings::found::Found;

/// `RMAU`: in no restricted management unit, or none that keeps keys from being registered.
pub(super) fn restricted(beside: &Beside<'_>) -> Vec<Finding> {
    let mut found = Found::new(Check::Rmau, &beside.subject);
    let told = match &beside.facts.user {
        Answer::Known(user) => user.management_restricted,
        Answer::Denied(_) | Answer::Failed(_) | Answer::Absent => Told::NotTold,
    };
    let units: Vec<String> = match &beside.held.units {
        Answer::Known(units) => units
            .iter()
            .filter(|unit| unit.restricted == Told::Yes)
            .map(|unit| unit.name.clone().unwrap_or_else(|| unit.id.to_string()))
            .collect(),
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            if told == Told::NotTold {
                found.unknown("the account's administrative units", other);
                return found.or_pass("");
            }
            Vec::new()
        }
    };
    if units.is_empty() && told != Told::Yes {
        return found.or_pass("in no restricted management unit");
    }
    let names = if units.is_empty() {
        "a restricted management unit".to_owned()
    } else {
        format!("restricted management unit \"{}\"", units.join("\", \""))
    };
    let (registered, planned) = beside.registered();
    if registered < planned {
        found.fix(
            Verdict::Fail,
            format!(
                "in {names}: only roles of the unit may register keys, and {registered} of \
                 {planned} are registered"
            ),
            "take it out of the unit for the ceremony, and put it back",
        );
    } else {
        found.fix(
            Verdict::Warn,
            format!("in {names}: only roles of the unit may register or delete its keys"),
            "know who has such a role; before the next registration take it out, then put it back",
        );
    }
    found.or_pass("")
}

/// `PASSWORD-CHANGED`: the password is older than the first key, and does not expire.
pub(super) fn password(beside: &Beside<'_>) -> Vec<Finding> {
    let mut found = Found::new(Check::PasswordChanged, &beside.subject);
    let user = match &beside.facts.user {
        Answer::Known(user) => user,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the account", other);
            return found.or_pass("");
        }
    };
    expiry(&mut found, beside, user);
    let first = beside.keys.iter().map(|key| key.registered).min();
    let detail = match (user.password_changed, first) {
        (None, _) => {
            found.say(
                Verdict::Unknown,
                "the tenant does not tell when the password was changed",
            );
            String::new()
        }
        (Some(changed), None) => {
            found.say(
                Verdict::NotRun,
                format!("last changed {changed}; no key is registered yet to compare with"),
            );
            String::new()
        }
        (Some(changed), Some(first)) if changed > first => {
            found.fix(
                Verdict::Fail,
                format!("changed {changed}, after its first key was registered ({first})"),
                "find out who changed it: the tenant's audit log says",
            );
            String::new()
        }
        (Some(changed), Some(first)) => {
            format!("last changed {changed}, before its first key was registered ({first})")
        }
    };
    found.or_pass(detail)
}

/// A password that expires: the account's policy says so, and its domain's as well.
fn expiry(found: &mut Found<'_>, beside: &Beside<'_>, user: &User) {
    let Some(policies) = &user.password_policies else {
        return;
    };
    let lasts = |word: &String| word.eq_ignore_ascii_case("DisablePasswordExpiration");
    let days = days_of_domain(beside, user);
    if policies.iter().any(lasts) || days == Some(PASSWORDS_LAST) {
        return;
    }
    let after = days.map(|days| format!(" after {days} days"));
    found.fix(
        Verdict::Warn,
        format!("the password expires{}", after.unwrap_or_default()),
        "set DisablePasswordExpiration on the account",
    );
}

/// How long passwords last in the account's domain; `None` if that is not known.
fn days_of_domain(beside: &Beside<'_>, user: &User) -> Option<u32> {
    let name = user.upn.as_ref()?.rsplit('@').next()?.to_ascii_lowercase();
    let Answer::Known(domains) = &beside.judged.survey.population.domains else {
        return None;
    };
    let ours = |domain: &&Domain| domain.name == name;
    domains.iter().find(ours)?.password_days
}

/// `SESSIONS-REVOKED`: nothing is left of the last sign-in that a ceremony made.
pub(super) fn sessions(beside: &Beside<'_>) -> Vec<Finding> {
    let mut found = Found::new(Check::SessionsRevoked, &beside.subject);
    let ours = |one: &&RecordedSignIn| one.account == beside.planned.alias;
    let Some(last) = beside.judged.book.sign_ins.iter().rfind(ours) else {
        found.say(Verdict::NotRun, "no record tells of a sign-in");
        return found.or_pass("");
    };
    let from = match &beside.facts.user {
        Answer::Known(user) => user.sessions_valid_from,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the account", other);
            return found.or_pass("");
        }
    };
    let Some(from) = from else {
        found.say(
            Verdict::Unknown,
            "the tenant does not tell since when sessions count",
        );
        return found.or_pass("");
    };
    if from < last.at {
        found.fix(
            Verdict::Fail,
            format!(
                "sessions count since {from}, so that of record {:06} ({}) lives on",
                last.record, last.at
            ),
            "revoke the account's sessions",
        );
    }
    found.or_pass(format!(
        "sessions count since {from}, after the sign-in of record {:06}",
        last.record
    ))
}
