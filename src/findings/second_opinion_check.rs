//! `SECOND-OPINION`: what two clients read from one key, member by member.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use crate::facts::Observed;
use crate::facts::key::KeyFacts;
use crate::facts::second_opinion::Member;
use crate::facts::second_opinion::SecondFault;
use crate::facts::second_opinion::SecondReading;
use crate::facts::second_opinion::Told;
use crate::primitives::bytes;
use crate::primitives::cbor::Value;

/// Characters of one value that a detail shows.
const SHOWN: usize = 60;

/// What we have to say of a member.
enum Ours {
    /// The key reported it.
    Said(Told),
    /// It did not.
    Silent,
    /// It is not compared: we set its value aside, or the other client cannot hold it.
    Apart,
}

/// Compares what we read with what the other client read of the same key.
///
/// To the other client absence, zero, false and empty are one. So where the key did not report a
/// member to us and the other has nothing either, there is nothing to compare; where one has a value
/// and the other none, they disagree. What is encrypted anew at every reading is never compared.
#[must_use]
pub fn second_opinion(
    facts: &KeyFacts,
    second: &Result<SecondReading, SecondFault>,
    subject: &Subject,
) -> Finding {
    let finding = |verdict, detail: String| {
        Finding::new(Check::SecondOpinion, verdict, subject.clone(), detail)
    };
    let reading = match second {
        Ok(reading) => reading,
        Err(fault) => return finding(Verdict::Unknown, fault_words(fault)).fix(fault_fix(fault)),
    };
    let mut agreed = 0_u32;
    let mut differ = Vec::new();
    let mut unread = Vec::new();
    for member in Member::ALL.iter().copied() {
        let other = reading.0.get(&member);
        match (ours(facts, member), other) {
            (Ours::Apart | Ours::Silent, None) | (Ours::Apart, Some(_)) => {}
            (Ours::Silent, Some(theirs)) if theirs.is_nothing() => {}
            (Ours::Silent, Some(theirs)) => {
                differ.push(disagreement(member, "not reported", &shown(theirs)));
            }
            (Ours::Said(_), None) => unread.push(member.name()),
            (Ours::Said(ours), Some(theirs)) if ours == *theirs => agreed += 1,
            (Ours::Said(ours), Some(theirs)) => {
                differ.push(disagreement(member, &shown(&ours), &shown(theirs)));
            }
        }
    }
    if !differ.is_empty() {
        return finding(Verdict::Fail, differ.join("; ")).fix(
            "read the key on another computer; while the two disagree, register nothing with it, and report it",
        );
    }
    if !unread.is_empty() || agreed == 0 {
        let what = if unread.is_empty() {
            "anything".to_owned()
        } else {
            unread.join(", ")
        };
        return finding(
            Verdict::Unknown,
            format!("the other client did not read {what}"),
        )
        .fix("unplug the key, plug it in and read it again");
    }
    finding(
        Verdict::Pass,
        format!("{agreed} facts, the same through two independent clients"),
    )
}

fn disagreement(member: Member, ours: &str, theirs: &str) -> String {
    format!(
        "{}: {ours} to us, {theirs} to the other client",
        member.name()
    )
}

fn fault_words(fault: &SecondFault) -> String {
    match fault {
        SecondFault::NotInThisBuild => "this build of glasskey has no other client".to_owned(),
        SecondFault::NotStarted(words) => format!("the other client did not start: {words}"),
        SecondFault::TimedOut => "the other client did not answer in time".to_owned(),
        SecondFault::Crashed => "the other client crashed on this key's answers".to_owned(),
        SecondFault::Unreadable => "the other client's answer cannot be read".to_owned(),
        SecondFault::Refused(words) => format!("the other client read nothing: {}", cut(words)),
    }
}

fn fault_fix(fault: &SecondFault) -> &'static str {
    match fault {
        SecondFault::NotInThisBuild => {
            "take a released binary or build with --features second-opinion"
        }
        SecondFault::NotStarted(_) | SecondFault::Unreadable => {
            "run `glasskey inspect --second-opinion` by itself; if it stays, report it"
        }
        SecondFault::TimedOut | SecondFault::Crashed | SecondFault::Refused(_) => {
            "close other programs that use the key, replug it and read it again; if it stays, report the model"
        }
    }
}

/// A value as a detail shows it.
fn shown(told: &Told) -> String {
    fn pairs<T: ToString>(items: impl Iterator<Item = (String, T)>) -> String {
        let items = items.map(|(name, value)| format!("{name} {}", value.to_string()));
        items.collect::<Vec<_>>().join(", ")
    }
    let text = match told {
        _ if told.is_nothing() => "nothing or zero".to_owned(),
        Told::Number(number) => number.to_string(),
        Told::Truth(truth) => truth.to_string(),
        Told::Texts(texts) => texts.join(", "),
        Told::Numbers(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
            numbers.join(", ")
        }
        Told::Truths(truths) => pairs(truths.clone().into_iter()),
        Told::Levels(levels) => pairs(levels.clone().into_iter()),
        Told::Hex(hex) => hex.clone(),
    };
    cut(&text)
}

fn cut(text: &str) -> String {
    let mut cut: String = text.chars().take(SHOWN).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

/// What the key said to us, in the form that both clients have.
fn ours(facts: &KeyFacts, member: Member) -> Ours {
    let info = &facts.info;
    if number_of(member).is_some_and(|number| set_aside(&info.odd, number)) {
        return Ours::Apart;
    }
    match member {
        Member::Versions => texts(info.versions.as_ref()),
        Member::Extensions => texts(info.extensions.as_ref()),
        Member::Aaguid => said(
            info.aaguid
                .map(|aaguid| Told::Hex(bytes::hex(aaguid.bytes()))),
        ),
        Member::Options => match &info.options {
            Some(options) if options.odd.is_empty() => {
                Ours::Said(Told::Truths(options.reported.iter().cloned().collect()))
            }
            Some(_) => Ours::Apart,
            None => Ours::Silent,
        },
        Member::MaxMsgSize => number(info.max_msg_size),
        Member::PinUvAuthProtocols => numbers(info.pin_uv_auth_protocols.as_ref()),
        Member::MaxCredentialCountInList => number(info.max_credential_count_in_list),
        Member::MaxCredentialIdLength => number(info.max_credential_id_length),
        Member::Transports => texts(info.transports.as_ref()),
        Member::Algorithms => said(info.algorithms.clone().map(Told::Numbers)),
        Member::MaxSerializedLargeBlobArray => number(info.max_serialized_large_blob_array),
        Member::ForcePinChange => said(info.force_pin_change.map(Told::Truth)),
        Member::MinPinLength => number(info.min_pin_length),
        Member::FirmwareVersion => number(info.firmware_version),
        Member::MaxCredBlobLength => number(info.max_cred_blob_length),
        Member::MaxRpIdsForSetMinPinLength => number(info.max_rp_ids_for_set_min_pin_length),
        Member::PreferredPlatformUvAttempts => number(info.preferred_platform_uv_attempts),
        Member::UvModality => number(info.uv_modality),
        Member::Certifications => certifications(info.certifications.as_ref()),
        Member::RemainingDiscoverableCredentials => number(info.remaining_discoverable_credentials),
        Member::VendorPrototypeConfigCommands => {
            numbers(info.vendor_prototype_config_commands.as_ref())
        }
        Member::AttestationFormats => texts(info.attestation_formats.as_ref()),
        Member::UvCountSinceLastPinEntry => number(info.uv_count_since_last_pin_entry),
        Member::LongTouchForReset => said(info.long_touch_for_reset.map(Told::Truth)),
        Member::TransportsForReset => texts(info.transports_for_reset.as_ref()),
        Member::PinComplexityPolicy => said(info.pin_complexity_policy.map(Told::Truth)),
        Member::PinComplexityPolicyUrl => said(
            info.pin_complexity_policy_url
                .as_ref()
                .map(|url| Told::Hex(bytes::hex(url))),
        ),
        Member::MaxPinLength => number(info.max_pin_length),
        Member::AuthenticatorConfigCommands => numbers(info.authenticator_config_commands.as_ref()),
        Member::PinRetries => observed(&facts.pin_retries),
        Member::UvRetries => observed(&facts.uv_retries),
    }
}

fn said(told: Option<Told>) -> Ours {
    told.map_or(Ours::Silent, Ours::Said)
}

fn texts(texts: Option<&Vec<String>>) -> Ours {
    said(texts.cloned().map(Told::Texts))
}

/// The other client holds numbers of 32 bits.
fn number(number: Option<u64>) -> Ours {
    match number.map(u32::try_from) {
        None => Ours::Silent,
        Some(Ok(number)) => Ours::Said(Told::Number(number.into())),
        Some(Err(_)) => Ours::Apart,
    }
}

/// The other client leaves out what has more than 32 bits.
fn numbers(numbers: Option<&Vec<u64>>) -> Ours {
    said(numbers.map(|numbers| {
        let small = numbers.iter().filter_map(|one| u32::try_from(*one).ok());
        Told::Numbers(small.map(i64::from).collect())
    }))
}

/// The other client leaves out levels of more than 31 bits.
fn certifications(levels: Option<&Vec<(String, u64)>>) -> Ours {
    said(levels.map(|levels| {
        let small = levels
            .iter()
            .filter_map(|(name, level)| Some((name.clone(), i32::try_from(*level).ok()?.into())));
        Told::Levels(small.collect())
    }))
}

/// Tries that we did not ask for are not compared.
fn observed(tries: &Observed<u32>) -> Ours {
    match tries {
        Observed::Known(tries) => Ours::Said(Told::Number((*tries).into())),
        Observed::NotReported | Observed::Denied(_) => Ours::Apart,
    }
}

fn set_aside(odd: &[(Value, Value)], number: u64) -> bool {
    odd.iter().any(|(key, _)| key.as_u64() == Some(number))
}

/// The member's number in getInfo (CTAP 2.1 §6.4); `None` for what is not there.
const fn number_of(member: Member) -> Option<u64> {
    Some(match member {
        Member::Versions => 0x01,
        Member::Extensions => 0x02,
        Member::Aaguid => 0x03,
        Member::Options => 0x04,
        Member::MaxMsgSize => 0x05,
        Member::PinUvAuthProtocols => 0x06,
        Member::MaxCredentialCountInList => 0x07,
        Member::MaxCredentialIdLength => 0x08,
        Member::Transports => 0x09,
        Member::Algorithms => 0x0a,
        Member::MaxSerializedLargeBlobArray => 0x0b,
        Member::ForcePinChange => 0x0c,
        Member::MinPinLength => 0x0d,
        Member::FirmwareVersion => 0x0e,
        Member::MaxCredBlobLength => 0x0f,
        Member::MaxRpIdsForSetMinPinLength => 0x10,
        Member::PreferredPlatformUvAttempts => 0x11,
        Member::UvModality => 0x12,
        Member::Certifications => 0x13,
        Member::RemainingDiscoverableCredentials => 0x14,
        Member::VendorPrototypeConfigCommands => 0x15,
        Member::AttestationFormats => 0x16,
        Member::UvCountSinceLastPinEntry => 0x17,
        Member::LongTouchForReset => 0x18,
        Member::TransportsForReset => 0x1a,
        Member::PinComplexityPolicy => 0x1b,
        Member::PinComplexityPolicyUrl => 0x1c,
        Member::MaxPinLength => 0x1d,
        Member::AuthenticatorConfigCommands => 0x1f,
        Member::PinRetries | Member::UvRetries => return None,
    })
}

#[cfg(test)]
mod tests;
