//! `UP` `UV` `PRES-*` `RP-HASH` `CRED-MATCH` `CTR-*`, `TRUST-ROOT` and `LEDGER-HEAD`: what the
//! key's own bytes, and what an auditor holds, prove.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::attestation_checks::attestation;
use super::counter_words;
use crate::facts::evidence::CredentialMatch;
use crate::facts::evidence::EvidenceFacts;
use crate::facts::evidence::HeadMatch;
use crate::facts::evidence::PresenceEvidence;
use crate::facts::evidence::RememberedHead;
use crate::facts::evidence::Shown;
use crate::facts::evidence::TrustFacts;
use crate::webauthn::SignatureCheck;
use crate::webauthn::attestation::RpIdHashFact;

type Judged = (Verdict, String);

/// Every check of a record's evidence; empty for a record that has none and needs none.
#[must_use]
pub fn evidence(facts: &EvidenceFacts) -> Vec<Finding> {
    if facts.registration == Shown::NotNeeded
        && facts.presence == Shown::NotNeeded
        && facts.credential == CredentialMatch::NotNeeded
        && facts.attest == Shown::NotNeeded
        && facts.probe == Shown::NotNeeded
    {
        return Vec::new();
    }
    let subject = Subject::record(facts.record);
    let mut findings: Vec<Finding> = [
        (Check::Up, user_present(facts)),
        (Check::Uv, user_verified(facts)),
        (Check::PresSig, presence_signature(facts)),
        (Check::PresBind, presence_binding(facts)),
        (Check::RpHash, rp_id_hash(facts)),
        (Check::CredMatch, credential_match(facts)),
        (Check::CtrMono, counter_rises(facts)),
        (Check::CtrDelta, counter_step(facts)),
    ]
    .into_iter()
    .map(|(check, (verdict, detail))| Finding::new(check, verdict, subject.clone(), detail))
    .collect();
    match &facts.registration {
        Shown::Shown(registration) => findings.extend(attestation(
            &registration.attestation,
            facts.firmware_stated.as_deref(),
            &subject,
        )),
        Shown::Missing | Shown::Malformed => findings.push(Finding::new(
            Check::AttFmt,
            Verdict::Fail,
            subject,
            "the registration is missing or cannot be read",
        )),
        Shown::NotNeeded => {}
    }
    findings.extend(attest_made(facts));
    findings
}

/// `ATT-*` of the credential that was made to attest.
fn attest_made(facts: &EvidenceFacts) -> Vec<Finding> {
    let subject = Subject::record(facts.record);
    match &facts.attest {
        Shown::Shown(made) => attestation(
            &made.attestation,
            facts.firmware_stated.as_deref(),
            &subject,
        ),
        Shown::Missing | Shown::Malformed => vec![Finding::new(
            Check::AttFmt,
            Verdict::Fail,
            subject,
            "the credential made to attest cannot be read",
        )],
        Shown::NotNeeded if matches!(facts.credential, CredentialMatch::AtPortal { .. }) => {
            let detail = "nothing attests the key's model: it was registered at the portal";
            vec![Finding::new(
                Check::AttFmt,
                Verdict::Unknown,
                subject,
                detail,
            )]
        }
        Shown::NotNeeded => Vec::new(),
    }
}

fn pass(detail: impl Into<String>) -> Judged {
    (Verdict::Pass, detail.into())
}

fn fail(detail: impl Into<String>) -> Judged {
    (Verdict::Fail, detail.into())
}

fn not_run(detail: impl Into<String>) -> Judged {
    (Verdict::NotRun, detail.into())
}

/// What `judge` says of the presence, or what its absence means.
fn of_presence(facts: &EvidenceFacts, judge: impl Fn(&PresenceEvidence) -> Judged) -> Judged {
    match &facts.presence {
        Shown::Shown(presence) => judge(presence),
        Shown::Missing => fail("there is no presence assertion"),
        Shown::Malformed => fail("the presence assertion cannot be read"),
        Shown::NotNeeded => not_run("without the PIN, so without presence"),
    }
}

/// `UP` and `UV`: a flag, in the registration and in the presence assertion.
fn flag(
    facts: &EvidenceFacts,
    name: &str,
    of_registration: Option<bool>,
    read: impl Fn(&PresenceEvidence) -> bool,
) -> Judged {
    if of_registration == Some(false) {
        return fail(format!("{name} is not set in the registration"));
    }
    of_presence(facts, |presence| {
        if read(presence) {
            pass("set in all that the key signed")
        } else {
            fail(format!("{name} is not set in the presence assertion"))
        }
    })
}

fn user_present(facts: &EvidenceFacts) -> Judged {
    if facts.attest.shown().is_some_and(|made| !made.user_present) {
        return fail("UP is not set in the credential made to attest");
    }
    if facts.probe.shown().is_some_and(|probe| probe.user_present) {
        return fail("UP is set in a probe, which is silent");
    }
    let registration = facts.registration.shown();
    let claimed = registration.map(|registration| registration.claims.user_present);
    flag(facts, "UP", claimed, |presence| presence.user_present)
}

fn user_verified(facts: &EvidenceFacts) -> Judged {
    let registration = facts.registration.shown();
    let claimed = registration.map(|registration| registration.claims.user_verified);
    flag(facts, "UV", claimed, |presence| presence.user_verified)
}

fn presence_signature(facts: &EvidenceFacts) -> Judged {
    of_presence(facts, |presence| match presence.signature {
        Some(SignatureCheck::Good) => pass("good, by the credential's key"),
        Some(SignatureCheck::Bad) => fail("not made by the credential's key"),
        Some(SignatureCheck::UnknownAlgorithm(number)) => (
            Verdict::Unknown,
            format!("COSE algorithm {number} is not checked"),
        ),
        None => fail("the statement names no public key"),
    })
}

fn presence_binding(facts: &EvidenceFacts) -> Judged {
    if facts
        .attest
        .shown()
        .is_some_and(|made| !made.binds_statement)
    {
        return fail("the credential made to attest is not over this statement");
    }
    of_presence(facts, |presence| {
        if presence.binds_statement {
            pass("over this statement, byte for byte")
        } else {
            fail("not over this statement")
        }
    })
}

fn rp_id_hash(facts: &EvidenceFacts) -> Judged {
    if facts
        .attest
        .shown()
        .is_some_and(|made| !made.rp_id_hash_matches)
    {
        return fail("the credential made to attest is not for our own rp id");
    }
    let Some(stated) = &facts.rp_id else {
        return match facts.credential {
            CredentialMatch::NotNeeded => not_run("no credential is stated"),
            CredentialMatch::NotStated
            | CredentialMatch::NotRegistered
            | CredentialMatch::AtPortal { .. }
            | CredentialMatch::Compared { .. } => fail("the statement names no rp id"),
        };
    };
    let rp_id = &stated.rp_id;
    if let Some(registration) = facts.registration.shown() {
        if registration.claims.rp_id_hash != RpIdHashFact::Matches {
            return fail(format!("the registration is not for {rp_id}"));
        }
        if !registration.client_data_is_registration {
            return fail(format!(
                "the registration's client data is not webauthn.create for https://{rp_id}"
            ));
        }
    }
    if let Some(presence) = facts.presence.shown()
        && presence.rp_id_hash_matches != Some(true)
    {
        return fail(format!("the presence assertion is not for {rp_id}"));
    }
    if let Some(probe) = facts.probe.shown()
        && probe.rp_id_hash_matches != Some(true)
    {
        return fail(format!("the probe is not for {rp_id}"));
    }
    if stated.is_entra {
        pass(format!("for {rp_id}"))
    } else {
        let detail = format!("for {rp_id}, which is not known to be Entra's");
        (Verdict::Unknown, detail)
    }
}

/// What is wrong with the probe, or with the model of the credential made to attest.
fn other_evidence(facts: &EvidenceFacts) -> Option<Judged> {
    if facts
        .attest
        .shown()
        .is_some_and(|made| made.model_matches == Some(false))
    {
        return Some(fail("the credential made to attest is of another model"));
    }
    match &facts.probe {
        Shown::NotNeeded => None,
        Shown::Missing | Shown::Malformed => Some(fail("the probe cannot be read")),
        Shown::Shown(probe) if !probe.is_probe => {
            Some(fail("the probe's client data is not that of a probe"))
        }
        Shown::Shown(probe) => match probe.signature {
            Some(SignatureCheck::Good) => None,
            Some(SignatureCheck::Bad) => {
                Some(fail("the probe was not signed by the credential's key"))
            }
            Some(SignatureCheck::UnknownAlgorithm(number)) => Some((
                Verdict::Unknown,
                format!("the probe: COSE algorithm {number} is not checked"),
            )),
            None => Some(fail(
                "there is a probe, and the statement names no public key",
            )),
        },
    }
}

fn credential_match(facts: &EvidenceFacts) -> Judged {
    let judged = credential_compared(facts);
    match other_evidence(facts) {
        Some(wrong) if judged.0 != Verdict::Fail => wrong,
        Some(_) | None => judged,
    }
}

fn credential_compared(facts: &EvidenceFacts) -> Judged {
    match &facts.credential {
        CredentialMatch::NotNeeded => not_run("no credential is stated"),
        CredentialMatch::NotStated => fail("the statement names no credential"),
        CredentialMatch::NotRegistered => {
            fail("no registration of this key for this account is on record")
        }
        CredentialMatch::AtPortal { below: None } => pass(
            "registered at the portal, tenant-attested: the tenant names the certificate that \
             attests this key",
        ),
        CredentialMatch::AtPortal { below: Some(why) } => (
            Verdict::Warn,
            format!("registered at the portal, same-session: {why}"),
        ),
        CredentialMatch::Compared {
            registration,
            differs,
        } => {
            let words: Vec<&str> = differs.iter().map(|part| part.word()).collect();
            if words.is_empty() {
                pass(format!("as registered in record {registration:06}"))
            } else {
                fail(format!(
                    "{} not as registered in record {registration:06}",
                    words.join(", ")
                ))
            }
        }
    }
}

/// The counters before and at the presence; `None` without presence or an earlier one.
fn counters(facts: &EvidenceFacts) -> Option<(u32, u32)> {
    let presence = facts.presence.shown()?;
    Some((presence.counter_before?, presence.counter))
}

fn counter_rises(facts: &EvidenceFacts) -> Judged {
    match counters(facts) {
        None => not_run("there is no earlier count"),
        Some((before, now)) => counter_words::rises(before, now),
    }
}

fn counter_step(facts: &EvidenceFacts) -> Judged {
    match counters(facts) {
        None => not_run("there is no earlier count"),
        Some((before, now)) => counter_words::step(before, now),
    }
}

/// `TRUST-ROOT`
#[must_use]
pub fn trust_root(facts: &TrustFacts) -> Finding {
    let make =
        |verdict, detail: String| Finding::new(Check::TrustRoot, verdict, Subject::book(), detail);
    match (facts.genesis, facts.genesis_trusted) {
        (Some(found), Some(trusted)) if found == trusted => {
            make(Verdict::Pass, format!("genesis is {trusted}"))
        }
        (Some(found), Some(trusted)) => make(
            Verdict::Fail,
            format!("genesis is {found}; the trust file says {trusted}"),
        )
        .fix("this is not the book the trust file is for: stop, and ask who replaced it"),
        (None, Some(_)) => make(Verdict::Fail, "genesis cannot be read".to_owned()),
        (found, None) => {
            let genesis =
                found.map_or_else(|| "unreadable".to_owned(), |digest| digest.to_string());
            make(
                Verdict::Unknown,
                format!("nobody outside says what genesis is; here it is {genesis}"),
            )
            .fix("audit with --trust FILE, a trust file from somewhere else than this book")
        }
    }
}

/// `LEDGER-HEAD`
#[must_use]
pub fn ledger_head(facts: &TrustFacts) -> Vec<Finding> {
    let make =
        |verdict, detail: String| Finding::new(Check::LedgerHead, verdict, Subject::book(), detail);
    if facts.heads.is_empty() {
        let detail = "no head is remembered outside: a cut tail or an older copy is not found";
        let fix = "audit with --heads FILE, heads from receipts or from the safes' inside sheets";
        return vec![make(Verdict::NotRun, detail.to_owned()).fix(fix)];
    }
    facts
        .heads
        .iter()
        .map(|RememberedHead { size, root, found }| match found {
            HeadMatch::Same => make(Verdict::Pass, format!("as remembered at size {size}")),
            HeadMatch::OtherRoot => make(
                Verdict::Fail,
                format!(
                    "at size {size} the root is not the remembered {root}: records were rewritten"
                ),
            )
            .fix("stop: this is a fork of the book; compare with its other copies and receipts"),
            HeadMatch::Shorter { has } => make(
                Verdict::Fail,
                format!(
                    "size {size}, root {root}, is remembered and {has} are here: the ledger was \
                     cut, or this is an older copy"
                ),
            )
            .fix("stop: find the newer copy, and who put this one in its place"),
            HeadMatch::OtherLedger => make(
                Verdict::Unknown,
                format!("the head of size {size}, root {root}, is of another ledger"),
            ),
        })
        .collect()
}

#[cfg(test)]
mod tests;
