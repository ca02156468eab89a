//! The right key in the hand, before any PIN: one key, the expected one, usable.

use super::CeremonyError;
use super::Operator;
use super::Prompt;
use super::Room;
use crate::ctap::ClientPin;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::CtapStatus;
use crate::ctap::KeyEntry;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::facts::Observed;
use crate::facts::claims::same_serial;
use crate::facts::key;
use crate::facts::key::KeyFacts;
use crate::facts::second_opinion;
use crate::findings;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::key_checks;
use crate::ledger::Ledger;
use crate::plan::PlannedKey;
use crate::plan::Policy;
use crate::primitives::Clock;
use crate::primitives::Secret;
use crate::webauthn::RpId;

/// How often a wrong key or a blocked one is handed back before the ceremony stops.
const PATIENCE: u32 = 3;

/// An opened key that passed, and what it said.
pub(super) struct InHand<'c> {
    pub(super) ctap: Ctap<'c>,
    pub(super) facts: KeyFacts,
    pub(super) findings: Vec<Finding>,
}

/// Asks for the key until the right one is plugged in, alone, and it may be used.
///
/// `extra` judges what only the caller knows (whether the tenant takes this model, say).
pub(super) fn take<'c>(
    room: &mut Room<'_>,
    clock: &'c dyn Clock,
    planned: &PlannedKey,
    extra: &dyn Fn(&KeyFacts) -> Vec<Finding>,
) -> Result<InHand<'c>, CeremonyError> {
    let mut last = Vec::new();
    for _ in 0..PATIENCE {
        let prompt = Prompt::Insert {
            label: planned.label.clone(),
            serial: planned.serial.clone(),
        };
        if !room.operator.confirm(&prompt) {
            return Err(CeremonyError::Declined);
        }
        let entries = room.keys.list()?;
        let [entry] = entries.as_slice() else {
            last = vec![one_key(&entries, &planned.label)];
            room.operator.findings(&last);
            continue;
        };
        let (mut ctap, mut facts) = open(room, clock, entry)?;
        let mut findings = judge(room, &entries, &facts, planned, extra)?;
        if room.plan.policy.second_opinion && !findings.iter().any(stops) {
            let reading = second_opinion::ask(room.second.as_deref_mut(), ctap, entry);
            // Another key could have taken its place: all is judged by the handle that is used on.
            (ctap, facts) = open(room, clock, entry)?;
            findings = judge(room, &entries, &facts, planned, extra)?;
            let subject = Subject::key(&planned.label);
            findings.push(findings::second_opinion(&facts, &reading, &subject));
        }
        room.operator.findings(&findings);
        if !findings.iter().any(stops) {
            return Ok(InHand {
                ctap,
                facts,
                findings,
            });
        }
        let replug = findings
            .iter()
            .any(|one| one.check == Check::PinPowerCycle && one.verdict == Verdict::Fail);
        let wrong = findings.iter().any(|one| {
            matches!(one.check, Check::SameKey | Check::KeyShared) && one.verdict == Verdict::Fail
        });
        drop(ctap);
        last = findings;
        if replug {
            replugged(room.operator, planned, &facts)?;
        } else if wrong {
            room.operator
                .say("This is not the key; no PIN was asked for and nothing was changed.");
        } else {
            break;
        }
    }
    Err(CeremonyError::Refused(last))
}

fn open<'c>(
    room: &mut Room<'_>,
    clock: &'c dyn Clock,
    entry: &KeyEntry,
) -> Result<(Ctap<'c>, KeyFacts), CeremonyError> {
    let mut ctap = Ctap::open(room.keys.open(&entry.path)?, clock, room.entropy.source())?;
    let facts = key::observe(&mut ctap, entry, clock.utc())?;
    Ok((ctap, facts))
}

/// Whether the key is the expected one and may be used.
fn judge(
    room: &mut Room<'_>,
    entries: &[KeyEntry],
    facts: &KeyFacts,
    planned: &PlannedKey,
    extra: &dyn Fn(&KeyFacts) -> Vec<Finding>,
) -> Result<Vec<Finding>, CeremonyError> {
    let subject = Subject::key(&planned.label);
    let mut findings = key_checks(facts, &room.plan.policy, &subject);
    // A ceremony sets the first PIN itself.
    findings.retain(|one| one.check != Check::PinSet || facts.client_pin != ClientPin::NotSet);
    findings.push(one_key(entries, &planned.label));
    findings.push(same_key(facts, planned));
    findings.push(key_shared(room, facts, &planned.label)?);
    findings.extend(extra(facts));
    Ok(findings)
}

/// Whether a finding stops a ceremony before the touch. What only warns about the past does not.
fn stops(finding: &Finding) -> bool {
    finding.verdict == Verdict::Fail
        || (finding.verdict == Verdict::Unknown && finding.check == Check::AaguidAllowed)
}

fn replugged(
    operator: &mut dyn Operator,
    planned: &PlannedKey,
    facts: &KeyFacts,
) -> Result<(), CeremonyError> {
    let prompt = Prompt::Replug {
        label: planned.label.clone(),
        tries_left: facts.pin_retries.known().copied(),
    };
    if operator.confirm(&prompt) {
        Ok(())
    } else {
        Err(CeremonyError::Declined)
    }
}

fn one_key(entries: &[KeyEntry], label: &str) -> Finding {
    let subject = Subject::key(label);
    match entries.len() {
        1 => Finding::new(
            Check::OneKey,
            Verdict::Pass,
            subject,
            "1 security key is plugged in",
        ),
        0 => Finding::new(
            Check::OneKey,
            Verdict::Fail,
            subject,
            "no security key is plugged in",
        )
        .fix(format!("plug in {label}")),
        many => Finding::new(
            Check::OneKey,
            Verdict::Fail,
            subject,
            format!("{many} security keys are plugged in"),
        )
        .fix(format!("leave {label} plugged in and unplug the others")),
    }
}

fn same_key(facts: &KeyFacts, planned: &PlannedKey) -> Finding {
    let subject = Subject::key(&planned.label);
    let mut faults = Vec::new();
    if let Some(expected) = planned.aaguid {
        match facts.aaguid() {
            Observed::Known(seen) if seen == expected => {}
            Observed::Known(seen) => faults.push(format!("AAGUID {seen}, expected {expected}")),
            Observed::NotReported | Observed::Denied(_) => {
                faults.push(format!("no AAGUID, expected {expected}"));
            }
        }
    }
    if let Some(expected) = &planned.serial {
        match facts.serial() {
            Observed::Known(seen) if same_serial(&seen, expected) => {}
            Observed::Known(seen) => faults.push(format!("serial {seen}, expected {expected}")),
            Observed::NotReported | Observed::Denied(_) => {
                faults.push(format!("no serial number, expected {expected}"));
            }
        }
    }
    if !faults.is_empty() {
        return Finding::new(Check::SameKey, Verdict::Fail, subject, faults.join("; "))
            .fix(format!("plug in {}", planned.label));
    }
    if planned.aaguid.is_none() && planned.serial.is_none() {
        return Finding::new(
            Check::SameKey,
            Verdict::NotRun,
            subject,
            "the plan does not name model or serial number yet",
        );
    }
    Finding::new(
        Check::SameKey,
        Verdict::Pass,
        subject,
        "model and serial number as planned",
    )
}

fn key_shared(
    room: &mut Room<'_>,
    facts: &KeyFacts,
    label: &str,
) -> Result<Finding, CeremonyError> {
    let subject = Subject::key(label);
    let Observed::Known(serial) = facts.serial() else {
        return Ok(Finding::new(
            Check::KeyShared,
            Verdict::NotRun,
            subject,
            "the key has no serial number to compare",
        ));
    };
    let ledger = Ledger::new(&mut *room.store);
    for index in 0..ledger.size()? {
        let record = ledger.record(index)?;
        let Some(key) = &record.statement.key else {
            continue;
        };
        let same = key
            .serial
            .as_ref()
            .is_some_and(|claim| same_serial(&claim.value, &serial))
            && Some(&key.aaguid) == facts.aaguid().known();
        if same && key.label != label {
            return Ok(Finding::new(
                Check::KeyShared,
                Verdict::Fail,
                subject,
                format!(
                    "serial {serial} is {} already, by record {index:06}",
                    key.label
                ),
            )
            .fix(format!("put it back, and take the key meant for {label}")));
        }
    }
    Ok(Finding::new(
        Check::KeyShared,
        Verdict::Pass,
        subject,
        "no other label has this key",
    ))
}

/// The PIN of the key in the hand, proven there by a token for `rp_id`: typed once, or set for the
/// first time.
pub(super) fn unlock(
    room: &mut Room<'_>,
    hand: &mut InHand<'_>,
    rp_id: &RpId,
) -> Result<Pin, CeremonyError> {
    let permissions = Permissions::GET_ASSERTION;
    if hand.facts.client_pin == ClientPin::NotSet {
        let pin = first_pin(room, hand)?;
        hand.ctap.set_pin(&pin)?;
        room.operator
            .say("The PIN is set. Write it on the PIN sheet now; it is kept nowhere else.");
        hand.facts.client_pin = ClientPin::Set;
        hand.ctap.get_info()?;
        hand.ctap.token(&pin, permissions, Some(rp_id))?;
        return Ok(pin);
    }
    loop {
        // A key that does not tell its tries is given no PIN: nobody could see what it costs.
        let left = u32::from(hand.ctap.pin_retries()?.remaining);
        if left <= room.plan.policy.pin_retries_floor {
            return Err(CeremonyError::AtFloor { left });
        }
        let prompt = Prompt::Pin {
            key: hand.facts.name(),
            tries_left: Some(left),
        };
        let typed = room.operator.pin(&prompt).ok_or(CeremonyError::Declined)?;
        let pin = match Pin::new(typed.expose()) {
            Ok(pin) => pin,
            Err(fault) => {
                room.operator
                    .say(&format!("{}; no try was spent.", fault_words(fault)));
                continue;
            }
        };
        match hand.ctap.token(&pin, permissions, Some(rp_id)) {
            Ok(_) => return Ok(pin),
            Err(CtapError::Status {
                status: CtapStatus::PinInvalid,
                ..
            }) => {
                room.operator.say("Wrong PIN: one try was spent.");
            }
            Err(CtapError::Status {
                status: CtapStatus::PinAuthBlocked,
                ..
            }) => {
                room.operator
                    .say("Wrong PIN: one try was spent, the third in a row.");
                return Err(CeremonyError::Replug);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn first_pin(room: &mut Room<'_>, hand: &InHand<'_>) -> Result<Pin, CeremonyError> {
    let min_length = least(&room.plan.policy, &hand.facts);
    for _ in 0..PATIENCE {
        let key = hand.facts.name();
        let first = Prompt::NewPin {
            key: key.clone(),
            min_length,
            again: false,
        };
        let again = Prompt::NewPin {
            key,
            min_length,
            again: true,
        };
        let typed = room.operator.pin(&first).ok_or(CeremonyError::Declined)?;
        match Pin::new(typed.expose()) {
            Ok(pin) if pin.code_points() < usize::try_from(min_length).unwrap_or(usize::MAX) => {
                room.operator.say(&format!(
                    "Shorter than {min_length} characters; nothing was set."
                ));
            }
            Ok(pin) => {
                let repeated = room.operator.pin(&again).ok_or(CeremonyError::Declined)?;
                if same(&typed, &repeated) {
                    return Ok(pin);
                }
                room.operator.say("The two PINs differ; nothing was set.");
            }
            Err(fault) => room
                .operator
                .say(&format!("{}; nothing was set.", fault_words(fault))),
        }
    }
    Err(CeremonyError::Mismatch("PIN"))
}

fn least(policy: &Policy, facts: &KeyFacts) -> u32 {
    facts
        .min_pin_length()
        .known()
        .copied()
        .unwrap_or(4)
        .max(policy.min_pin_length)
}

fn same(a: &Secret<String>, b: &Secret<String>) -> bool {
    crate::primitives::bytes::constant_time_eq(a.expose().as_bytes(), b.expose().as_bytes())
}

fn fault_words(fault: crate::ctap::PinFault) -> &'static str {
    use crate::ctap::PinFault;
    match fault {
        PinFault::TooShort => "A PIN has 4 characters or more",
        PinFault::TooLong => "A PIN has 63 bytes at most",
        PinFault::EndsInZero => "A PIN does not end in a zero byte",
    }
}
