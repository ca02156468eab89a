//! `MFA-READY` `METHODS-ONLY-STRONG` `METHOD-ATTESTED`: what the account signs in with.

use super::Beside;
use crate::entra::AccountFacts as ProfileAccount;
use crate::entra::AllMethods;
use crate::entra::Answer;
use crate::entra::AttestationLevel;
use crate::entra::Decision;
use crate::entra::Fido2Method;
use crate::entra::MethodKind;
use crate::entra::OtherMethod;
use crate::entra::PasskeyType;
use crate::entra::Usage;
use crate::entra::decide;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::findings::found::Found;
use crate::findings::reconciling::Expected;
use crate::findings::tenant_checks;
use crate::findings::tenant_words;

const METHODS: &str = "the account's authentication methods";
/// Words of the tenant's report for what belongs on the account.
const STRONG_WORDS: [&str; 2] = ["fido2SecurityKey", "passKeyDeviceBound"];

/// `MFA-READY`: a passkey that never leaves its key, and that the policy takes today.
pub(super) fn mfa_ready(beside: &Beside<'_>) -> Vec<Finding> {
    let mut found = Found::new(Check::MfaReady, &beside.subject);
    let Some(methods) = methods(&mut found, beside) else {
        return found.or_pass("");
    };
    let bound: Vec<&Fido2Method> = methods
        .passkeys
        .iter()
        .filter(|key| key.passkey_type != PasskeyType::Synced)
        .collect();
    if bound.is_empty() {
        found.fix(
            Verdict::Fail,
            "no security key is registered: Microsoft's portals refuse a password alone",
            "glasskey register",
        );
        return found.or_pass("");
    }
    let policy = match &beside.judged.survey.tenant.policy {
        Answer::Known(policy) => policy,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the passkey policy", other);
            return found.or_pass("");
        }
    };
    let (user_type, membership) = tenant_checks::type_and_groups(beside.facts);
    let who = ProfileAccount {
        id: beside.facts.object_id,
        user_type: &user_type,
        membership: &membership,
    };
    let mut usable = 0;
    let mut refused: Option<(String, String)> = None;
    let mut unsure: Option<String> = None;
    for key in &bound {
        let Some(aaguid) = &key.aaguid else {
            let name = tenant_words::method(key);
            unsure = unsure.or_else(|| Some(format!("the tenant tells no model of {name}")));
            continue;
        };
        match decide(policy, &who, aaguid, Usage::SignIn) {
            Decision::Allowed(_) => usable += 1,
            Decision::Refused { first, further } => {
                let why = tenant_words::refused(aaguid, &first, &further);
                let fix = tenant_words::setting(&first.setting);
                refused = refused.or(Some((why, fix)));
            }
            Decision::Unknown(why) => {
                unsure = unsure.or_else(|| Some(tenant_words::unsure(&why)));
            }
        }
    }
    if usable == 0 {
        match (unsure, refused) {
            (Some(why), _) => found.say(Verdict::Unknown, why),
            (None, Some((why, fix))) => found.fix(Verdict::Fail, why, fix),
            (None, None) => {}
        }
    }
    found.or_pass(format!("{usable} of {} keys may sign in", bound.len()))
}

/// `METHODS-ONLY-STRONG`: besides the password, security keys and certificates alone.
pub(super) fn only_strong(beside: &Beside<'_>) -> Vec<Finding> {
    let mut found = Found::new(Check::MethodsOnlyStrong, &beside.subject);
    let Some(methods) = methods(&mut found, beside) else {
        return found.or_pass("");
    };
    for other in &methods.others {
        let named = other.name.as_ref().map(|name| format!(", \"{name}\""));
        let named = named.unwrap_or_default();
        match weakness(other) {
            Weakness::None => {}
            Weakness::Weak(words) => found.fix(
                Verdict::Fail,
                format!("{words}{named}"),
                "remove it; it makes the account one person's, or one computer's",
            ),
            Weakness::Unknown(word) => found.fix(
                Verdict::Unknown,
                format!("a method of a kind that this version does not know: {word}{named}"),
                "find out what it is; remove it if it is neither a security key nor a certificate",
            ),
        }
    }
    for key in &methods.passkeys {
        let name = tenant_words::method(key);
        match &key.passkey_type {
            PasskeyType::DeviceBound | PasskeyType::NotTold => {}
            PasskeyType::Synced => found.fix(
                Verdict::Fail,
                format!("a synced passkey, of which copies may be anywhere: {name}"),
                "delete it, and find out who registered it",
            ),
            PasskeyType::Other(word) => found.say(
                Verdict::Unknown,
                format!("a passkey of a type that we do not know, {word}: {name}"),
            ),
        }
    }
    let keys = methods.passkeys.len();
    found.or_pass(format!("password and passkeys alone ({keys})"))
}

/// `METHOD-ATTESTED`: the tenant saw the attestation of every passkey.
pub(super) fn attested(beside: &Beside<'_>) -> Vec<Finding> {
    let mut found = Found::new(Check::MethodAttested, &beside.subject);
    let passkeys = match &beside.facts.methods {
        Answer::Known(passkeys) => passkeys,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the account's passkeys", other);
            return found.or_pass("");
        }
    };
    if passkeys.is_empty() {
        found.say(Verdict::NotRun, "no passkey is registered");
    }
    for key in passkeys {
        let name = tenant_words::method(key);
        match &key.attestation {
            AttestationLevel::Attested => {}
            AttestationLevel::NotAttested => not_attested(&mut found, beside, key, &name),
            AttestationLevel::Other(word) => found.say(
                Verdict::Unknown,
                format!("an attestation level that we do not know, {word}: {name}"),
            ),
            AttestationLevel::NotTold => found.say(
                Verdict::Unknown,
                format!("the tenant does not tell whether it saw the attestation of {name}"),
            ),
        }
    }
    found.or_pass(format!("all attested ({})", passkeys.len()))
}

fn not_attested(found: &mut Found<'_>, beside: &Beside<'_>, key: &Fido2Method, name: &str) {
    let recorded = beside.keys.iter().any(|one| Expected::of(one).is(key));
    if recorded {
        found.fix(
            Verdict::Warn,
            format!("the tenant took the model on trust: {name}; the record's own evidence counts"),
            "when attestation is enforced and another key of the account is proven, register it \
             again",
        );
    } else {
        found.fix(
            Verdict::Fail,
            format!("the tenant took the model on trust, and no record has evidence: {name}"),
            "find out whose it is; delete it, or register it in a ceremony",
        );
    }
}

/// The account's methods. Where they are not known, says so, with what the tenant's report says.
fn methods<'b>(found: &mut Found<'_>, beside: &'b Beside<'_>) -> Option<&'b AllMethods> {
    let answer = &beside.held.methods;
    if let Answer::Known(methods) = answer {
        return Some(methods);
    }
    if let Some(Answer::Known(report)) = &beside.held.report {
        let at = report.updated.map(|at| format!(" of {}", at.day()));
        let at = at.unwrap_or_default();
        let weak: Vec<&str> = report
            .methods
            .iter()
            .map(String::as_str)
            .filter(|word| !STRONG_WORDS.contains(word))
            .collect();
        let all = if report.methods.is_empty() {
            "nothing".to_owned()
        } else {
            report.methods.join(", ")
        };
        let why = tenant_words::not_known(METHODS, answer);
        let detail = format!("{why}; the tenant's report{at} names {all}");
        let fix = tenant_words::what_would_tell(answer).unwrap_or_default();
        let verdict = if found.check() == Check::MethodsOnlyStrong && !weak.is_empty() {
            Verdict::Fail
        } else {
            Verdict::Unknown
        };
        found.fix(verdict, detail, fix);
    } else {
        found.unknown(METHODS, answer);
    }
    None
}

enum Weakness {
    None,
    Weak(&'static str),
    Unknown(String),
}

fn weakness(method: &OtherMethod) -> Weakness {
    Weakness::Weak(match &method.kind {
        MethodKind::Certificate => return Weakness::None,
        MethodKind::Other(word) if word.is_empty() => {
            return Weakness::Unknown("not told".to_owned());
        }
        MethodKind::Other(word) => return Weakness::Unknown(word.clone()),
        MethodKind::Phone => "a telephone",
        MethodKind::Email => "a mail address",
        MethodKind::Authenticator => "an authenticator app",
        MethodKind::SoftwareToken => "an app with one-time codes",
        MethodKind::HardwareToken => "a device with one-time codes",
        MethodKind::WindowsHello => "Windows Hello of one computer",
        MethodKind::PlatformCredential => "a platform credential of one computer",
        MethodKind::External => "another provider's method",
        MethodKind::QrCodePin => "a QR code with a PIN",
    })
}
