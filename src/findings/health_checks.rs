//! How a key of the book is with its PIN envelope closed: level L0, which is never presence.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::counter_words;
use super::key_checks;
use crate::ctap::CtapStatus;
use crate::facts::key::Health;
use crate::facts::key::Probe;
use crate::facts::key::RecognisedBy;
use crate::facts::key::Signed;
use crate::facts::key::TouchSensor;
use crate::facts::key::VERIFICATION_REQUIRED;
use crate::facts::key::known_to_answer;
use crate::plan::Policy;
use crate::webauthn::SignatureCheck;

/// What must not be read into a probe.
const NO_PRESENCE: &str = "a silent probe is no presence: nobody touched, nobody typed";

type Judged = (Verdict, String, Option<&'static str>);

/// Every check of a key of the book that needs neither PIN nor touch; `UP`, `UV` and `PRES-*` are
/// `not_run` whatever the probe brought. The subject is `key:` and its label.
#[must_use]
pub fn health(health: &Health, policy: &Policy) -> Vec<Finding> {
    let subject = Subject::key(&health.recorded.label);
    let mut findings = key_checks(&health.facts, policy, &subject);
    let judged = [
        (Check::SameKey, same_key(health)),
        (Check::CredPresent, cred_present(health)),
        (Check::TouchSensor, touch_sensor(health.touch)),
        (Check::CtrMono, counter(health, counter_words::rises)),
        (Check::CtrDelta, counter(health, counter_words::step)),
        (Check::Up, not_run(NO_PRESENCE)),
        (Check::Uv, not_run(NO_PRESENCE)),
        (Check::PresSig, not_run(NO_PRESENCE)),
        (Check::PresBind, not_run(NO_PRESENCE)),
    ];
    for (check, (verdict, detail, fix)) in judged {
        let finding = Finding::new(check, verdict, subject.clone(), detail);
        findings.push(match fix {
            Some(fix) => finding.fix(fix),
            None => finding,
        });
    }
    findings
}

fn not_run(why: &str) -> Judged {
    (Verdict::NotRun, why.to_owned(), None)
}

/// Whether this is the key that the label names, by what it can do rather than what it says.
fn same_key(health: &Health) -> Judged {
    match (&health.probe, health.by) {
        (Probe::Signed(signed), _) if signed.is_genuine() => {
            let detail = "it signed with the credential on record".to_owned();
            (Verdict::Pass, detail, None)
        }
        (Probe::Signed(signed), _) => not_genuine(signed),
        (Probe::Refused(CtapStatus::NoCredentials), _) if answers_probes(health) => (
            Verdict::Unknown,
            "model and serial number are those on record, and the credential is not there"
                .to_owned(),
            Some("keep it apart: it was reset, or it is another device that claims this number"),
        ),
        (Probe::Refused(_) | Probe::NotAsked, RecognisedBy::Serial) => (
            Verdict::Pass,
            "model and serial number are those on record: a claim".to_owned(),
            None,
        ),
        (Probe::Refused(_) | Probe::NotAsked, RecognisedBy::Credential) => (
            Verdict::Unknown,
            "it signed with the credential on record before, and not now".to_owned(),
            None,
        ),
    }
}

/// Whether the credential on record is on this key, and signs.
fn cred_present(health: &Health) -> Judged {
    match &health.probe {
        Probe::NotAsked => not_run("no credential of this key is on record"),
        Probe::Signed(signed) => signed_silently(signed),
        Probe::Refused(CtapStatus::NoCredentials) => not_there(health),
        Probe::Refused(
            status @ (CtapStatus::UpRequired
            | CtapStatus::PuatRequired
            | CtapStatus::UnsupportedOption),
        ) => not_run(&format!(
            "this key answers no silent probe: {}",
            name(*status)
        )),
        Probe::Refused(status) => (
            Verdict::Unknown,
            format!("it answered the probe with {}", name(*status)),
            None,
        ),
    }
}

fn signed_silently(signed: &Signed) -> Judged {
    if !signed.is_genuine() {
        return not_genuine(signed);
    }
    let data = &signed.auth_data;
    let claims = match (data.user_present(), data.user_verified()) {
        (false, false) => {
            let detail = "the credential on record signed; no touch, no PIN, no presence";
            return (Verdict::Pass, detail.to_owned(), None);
        }
        (true, false) => "a touch",
        (false, true) => "a PIN",
        (true, true) => "a touch and a PIN",
    };
    (
        Verdict::Fail,
        format!("it signed, and claims {claims} that nobody was asked for"),
        Some("do not use this key: what it says of presence means nothing"),
    )
}

/// It signed, and not as the credential on record would.
fn not_genuine(signed: &Signed) -> Judged {
    if let SignatureCheck::UnknownAlgorithm(algorithm) = signed.signature {
        let detail = format!("signatures of COSE algorithm {algorithm} cannot be verified here");
        return (Verdict::Unknown, detail, None);
    }
    let why = if !signed.same_credential {
        "by another credential than was asked"
    } else if signed.signature == SignatureCheck::Good {
        "for another relying party"
    } else {
        "not by the key on record"
    };
    (
        Verdict::Fail,
        format!("it answered with a signature, but {why}"),
        Some("do not use this key; compare what is engraved on it with the record"),
    )
}

/// Whether the credential on record, if it is there, answers a probe.
fn answers_probes(health: &Health) -> bool {
    let recorded = health.recorded.credential.as_ref();
    recorded.is_some_and(|one| known_to_answer(&health.facts, &one.cred_protect))
}

fn not_there(health: &Health) -> Judged {
    if answers_probes(health) {
        return (
            Verdict::Fail,
            "the credential on record is not on this key".to_owned(),
            Some("the key was reset, or its credential deleted: register it anew"),
        );
    }
    let level = health
        .recorded
        .credential
        .as_ref()
        .and_then(|credential| credential.cred_protect.known());
    let why = match level {
        None => "how it is protected is not on record".to_owned(),
        Some(level) if (1..VERIFICATION_REQUIRED).contains(level) => {
            "nobody has seen how this model answers (docs/keys-observed.md)".to_owned()
        }
        Some(level) => format!("credProtect {level} hides it from whoever has not typed the PIN"),
    };
    (
        Verdict::Unknown,
        format!("no answer without PIN; {why}"),
        Some("only a verification with PIN and touch can tell"),
    )
}

fn touch_sensor(touch: TouchSensor) -> Judged {
    match touch {
        TouchSensor::NotAsked => not_run("nobody was asked to touch"),
        TouchSensor::NotSupported => not_run("the key cannot be asked for a touch alone"),
        TouchSensor::Felt => (Verdict::Pass, "a touch was felt".to_owned(), None),
        TouchSensor::NotFelt => (
            Verdict::Fail,
            "no touch was felt in time".to_owned(),
            Some("try again, a whole finger for a second; if it stays, replace the key"),
        ),
    }
}

/// What the counter says, of a signature that the credential on record made.
fn counter(health: &Health, judge: fn(u32, u32) -> (Verdict, String)) -> Judged {
    let signed = health.probe.signed().filter(|signed| signed.is_genuine());
    let Some(signed) = signed else {
        return not_run("no signature of the credential on record came");
    };
    let before = health
        .recorded
        .credential
        .as_ref()
        .and_then(|credential| credential.counter);
    let Some(before) = before else {
        return not_run("there is no earlier count");
    };
    let (verdict, detail) = judge(before, signed.auth_data.counter());
    let fix = (verdict == Verdict::Fail)
        .then_some("keep the key apart and register another: this one may have been copied");
    (verdict, detail, fix)
}

fn name(status: CtapStatus) -> String {
    status
        .name()
        .map_or_else(|| format!("0x{:02x}", status.byte()), str::to_owned)
}

#[cfg(test)]
mod tests;
