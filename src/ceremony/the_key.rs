//! The right key in the hand, before any PIN: one key, the expected one, usable.

use super::CeremonyError;
use super::Operator;
use super::Prompt;
use super::Room;
use super::pins::AtFloor;
use super::pins::NewPinFrom;
use super::pins::PinDesk;
use super::plugging;
use super::returning::Returning;
use crate::ctap::ClientPin;
use crate::ctap::Ctap;
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
use crate::primitives::Clock;
use crate::webauthn::RpId;

/// How often a wrong key or a blocked one is handed back before the ceremony stops.
const PATIENCE: u32 = 3;

/// Which findings hand a key back before its PIN.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stops {
    /// Every failure: a key is to be registered.
    AtFailures,
    /// Only what makes it another key, or one that cannot be used now: a verification records the
    /// rest.
    AtAnotherKey,
}

impl Stops {
    /// Whether a finding stops a ceremony before the touch. What only warns about the past does not.
    fn at(self, finding: &Finding) -> bool {
        let fails = finding.verdict == Verdict::Fail;
        match self {
            Self::AtFailures => {
                fails
                    || (finding.verdict == Verdict::Unknown
                        && finding.check == Check::AaguidAllowed)
            }
            Self::AtAnotherKey => {
                fails
                    && matches!(
                        finding.check,
                        Check::OneKey
                            | Check::SameKey
                            | Check::KeyShared
                            | Check::PinSet
                            | Check::PinPowerCycle
                            | Check::SecondOpinion
                    )
            }
        }
    }
}

/// An opened key that passed, and what it said.
pub(super) struct InHand<'c> {
    pub(super) ctap: Ctap<'c>,
    pub(super) facts: KeyFacts,
    pub(super) findings: Vec<Finding>,
    /// Whether a serial number, or a credential, told that it is the one that is meant.
    pub(super) told: bool,
}

/// As [`look`]; where nothing told that it is the key, a person says so before its PIN.
pub(super) fn take<'c>(
    room: &mut Room<'_>,
    clock: &'c dyn Clock,
    planned: &PlannedKey,
    returning: Option<&Returning>,
    stops: Stops,
    extra: &dyn Fn(&KeyFacts) -> Vec<Finding>,
) -> Result<InHand<'c>, CeremonyError> {
    let hand = look(room, clock, planned, returning, None, stops, extra)?;
    if !hand.told {
        meant(room.operator, planned, &hand.facts)?;
    }
    Ok(hand)
}

/// Waits until the right key is plugged in, alone, and it may be used. One that was in the hand before is
/// recognised, never by its path, before it is asked for anything.
///
/// `refused` is one that the caller looked at and gave back. `extra` judges what only the caller knows
/// (whether the tenant takes this model, say).
pub(super) fn look<'c>(
    room: &mut Room<'_>,
    clock: &'c dyn Clock,
    planned: &PlannedKey,
    returning: Option<&Returning>,
    refused: Option<&KeyEntry>,
    stops: Stops,
    extra: &dyn Fn(&KeyFacts) -> Vec<Finding>,
) -> Result<InHand<'c>, CeremonyError> {
    let stop = |finding: &Finding| stops.at(finding);
    let mut last = Vec::new();
    let mut before = None;
    let mut refused = refused.cloned();
    for _ in 0..PATIENCE {
        let entry = plugging::one_key(room, planned, refused.as_ref())?;
        let (mut ctap, mut facts) = open(room, clock, &entry)?;
        let mut findings = judge(room, &facts, planned, extra)?;
        if room.plan.policy.second_opinion && !findings.iter().any(stop) {
            let reading = second_opinion::ask(room.second.as_deref_mut(), ctap, &entry);
            // Another key could have taken its place: all is judged by the handle that is used on.
            (ctap, facts) = open(room, clock, &entry)?;
            findings = judge(room, &facts, planned, extra)?;
            let subject = Subject::key(&planned.label);
            findings.push(findings::second_opinion(&facts, &reading, &subject));
        }
        // A serial number that is planned was compared: without it the key would be another.
        let mut told = planned.serial.is_some();
        for known in [returning, before.as_ref()].into_iter().flatten() {
            if !findings.iter().any(stop) {
                let mut nonce = [0; 16];
                room.entropy.source().fill(&mut nonce);
                let same = known.judge(&mut ctap, &facts, &nonce, &planned.label)?;
                told |= same.verdict == Verdict::Pass;
                findings.push(same);
                findings = strictest(findings);
            }
        }
        room.operator.findings(&findings);
        if !findings.iter().any(stop) {
            return Ok(InHand {
                ctap,
                facts,
                findings,
                told,
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
            before = Some(Returning::seen(&facts));
            refused = None;
        } else if wrong {
            refused = Some(entry);
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
    ctap.cancel_when(room.operator.stops());
    let facts = key::observe(&mut ctap, entry, clock.utc())?;
    Ok((ctap, facts))
}

/// Whether the key is the expected one and may be used.
fn judge(
    room: &mut Room<'_>,
    facts: &KeyFacts,
    planned: &PlannedKey,
    extra: &dyn Fn(&KeyFacts) -> Vec<Finding>,
) -> Result<Vec<Finding>, CeremonyError> {
    let subject = Subject::key(&planned.label);
    let mut findings = key_checks(facts, &room.plan.policy, &subject);
    // A ceremony sets the first PIN itself.
    findings.retain(|one| one.check != Check::PinSet || facts.client_pin != ClientPin::NotSet);
    findings.push(one_key(std::slice::from_ref(&facts.entry), &planned.label));
    findings.push(same_key(facts, planned));
    findings.push(key_shared(room, facts, &planned.label)?);
    findings.extend(extra(facts));
    Ok(findings)
}

/// Of several findings of `SAME-KEY` the one that fails, else the last that says something.
fn strictest(findings: Vec<Finding>) -> Vec<Finding> {
    let same = |one: &Finding| one.check == Check::SameKey;
    let says = |one: &&Finding| same(one) && one.verdict != Verdict::NotRun;
    let fails = |one: &&Finding| same(one) && one.verdict == Verdict::Fail;
    let kept = findings
        .iter()
        .find(fails)
        .or_else(|| findings.iter().rfind(says))
        .or_else(|| findings.iter().find(|one| same(one)))
        .cloned();
    let mut rest: Vec<Finding> = findings.into_iter().filter(|one| !same(one)).collect();
    rest.extend(kept);
    rest
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

/// Asks whether the one key that is plugged in is the one that is meant: nothing else tells.
pub(super) fn meant(
    operator: &mut dyn Operator,
    planned: &PlannedKey,
    facts: &KeyFacts,
) -> Result<(), CeremonyError> {
    let prompt = Prompt::Meant {
        label: planned.label.clone(),
        key: facts.name(),
    };
    if operator.confirm(&prompt) {
        Ok(())
    } else {
        Err(CeremonyError::Declined)
    }
}

/// `ONE-KEY`: whether exactly one key is plugged in.
pub(super) fn one_key(entries: &[KeyEntry], label: &str) -> Finding {
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

/// `SAME-KEY` by model and serial number alone, beside what the plan names of them.
#[must_use]
pub fn same_key(facts: &KeyFacts, planned: &PlannedKey) -> Finding {
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
        match (planned.aaguid, &planned.serial) {
            (Some(_), Some(_)) => "model and serial number as planned",
            (Some(_), None) => "model as planned; no serial number is",
            (None, _) => "serial number as planned; no model is",
        },
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
    unlock_for(room, hand, Permissions::GET_ASSERTION, Some(rp_id))
}

/// As [`unlock`], proven by a token for something else.
pub(super) fn unlock_for(
    room: &mut Room<'_>,
    hand: &mut InHand<'_>,
    permissions: Permissions,
    rp_id: Option<&RpId>,
) -> Result<Pin, CeremonyError> {
    let policy = &room.plan.policy;
    let first = hand.facts.client_pin == ClientPin::NotSet;
    let mut desk = PinDesk {
        ctap: &mut hand.ctap,
        name: hand.facts.name(),
        operator: &mut *room.operator,
        floor: policy.pin_retries_floor,
        at_floor: AtFloor::Refuse,
        min_length: policy.min_pin_length,
    };
    if first {
        let pin = desk.set(NewPinFrom::Typed)?;
        room.operator
            .say("The PIN is set. Write it on the PIN sheet now; it is kept nowhere else.");
        hand.facts.client_pin = ClientPin::Set;
        hand.ctap.token(&pin, permissions, rp_id)?;
        return Ok(pin);
    }
    let (pin, _) = desk.prove(permissions, rp_id)?;
    Ok(pin)
}
