//! The key of the records in the hand, and how it is before its PIN.

use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::returning::Returning;
use super::the_key;
use super::the_key::InHand;
use super::the_key::Stops;
use crate::facts::key as facts_key;
use crate::facts::key::Health;
use crate::facts::key::KeyFacts;
use crate::facts::key::OnRecord;
use crate::facts::key::Probe;
use crate::facts::key::RecognisedBy;
use crate::facts::key::RecordedCredential;
use crate::facts::key::TouchSensor;
use crate::findings;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::plan::PlannedKey;
use crate::plan::Policy;
use crate::primitives::bytes::Bytes;
use crate::record::Presence;

/// The file in `open/` that holds the probe's evidence.
const PROBE: &str = "probe.json";
/// How often a key that turns out to be another is handed back.
const PATIENCE: u32 = 3;

/// The key that is asked for, as plan and records know it.
pub(super) struct Expected<'a> {
    pub(super) planned: &'a PlannedKey,
    pub(super) recorded: &'a OnRecord,
    pub(super) credential: &'a RecordedCredential,
    /// Where the probe's evidence is kept.
    pub(super) open: &'a OpenCeremony,
    pub(super) policy: &'a Policy,
    /// Whether it signs with PIN and touch later on, and so tells what silence left open.
    pub(super) signs: bool,
}

/// How the key is, PIN and touch apart.
pub(super) struct Looked {
    /// What may be stated: rules over evidence are `audit`'s.
    pub(super) findings: Vec<Finding>,
}

/// The key as its record knows it, to be recognised by.
pub(super) fn returning(room: &Room<'_>, key: &Expected<'_>) -> Returning {
    Returning::recorded(key.recorded, key.credential, room.plan.tenant.id)
}

/// Waits until the key of the record is plugged in, and looks at it.
pub(super) fn take<'c>(
    room: &mut Room<'c>,
    key: &Expected<'_>,
) -> Result<(InHand<'c>, Looked), CeremonyError> {
    let clock = room.clock;
    let expected = PlannedKey {
        aaguid: Some(key.recorded.aaguid),
        serial: key
            .recorded
            .serial
            .clone()
            .or_else(|| key.planned.serial.clone()),
        ..key.planned.clone()
    };
    let mut last = Vec::new();
    let mut refused = None;
    for _ in 0..PATIENCE {
        let stops = Stops::AtAnotherKey;
        let given_back = refused.as_ref();
        let nothing = &|_: &KeyFacts| Vec::new();
        let mut hand = the_key::look(room, clock, &expected, None, given_back, stops, nothing)?;
        let mut nonce = [0; 16];
        room.entropy.source().fill(&mut nonce);
        let probe = facts_key::probe(&mut hand.ctap, &room.plan.tenant.id, &nonce, key.credential)?;
        keep(room, key.open, &probe)?;
        let signed = probe.signed().is_some_and(facts_key::Signed::is_genuine);
        let told = hand.told || signed;
        let health = Health {
            facts: hand.facts.clone(),
            recorded: key.recorded.clone(),
            by: RecognisedBy::Serial,
            probe,
            touch: TouchSensor::NotAsked,
        };
        let mut looked = stated(&hand, findings::health(&health, key.policy));
        let another = looked.iter().any(|one| {
            matches!(one.check, Check::SameKey | Check::CredPresent) && one.verdict == Verdict::Fail
        });
        room.operator.findings(&seen_now(&looked));
        if !another {
            if !told {
                the_key::meant(room.operator, &expected, &hand.facts)?;
            }
            if key.signs {
                // What silence left open, the key's own signature over the statement will tell.
                let open = |one: &Finding| {
                    matches!(one.check, Check::SameKey | Check::CredPresent)
                        && one.verdict == Verdict::Unknown
                };
                looked.retain(|one| !open(one));
            }
            return Ok((hand, Looked { findings: looked }));
        }
        room.operator.say(
            "This is not the key of the record; no PIN was asked for and nothing was changed.",
        );
        last = looked;
        refused = Some(hand.facts.entry.clone());
    }
    Err(CeremonyError::Refused(last))
}

/// The two looks at the key as one: what the silent probe told replaces what was told without it.
fn stated(hand: &InHand<'_>, health: Vec<Finding>) -> Vec<Finding> {
    let computed = [
        Check::Up,
        Check::Uv,
        Check::PresSig,
        Check::PresBind,
        Check::CtrMono,
        Check::CtrDelta,
    ];
    let mut all: Vec<Finding> = hand
        .findings
        .iter()
        .filter(|one| health.iter().all(|other| other.check != one.check))
        .cloned()
        .collect();
    all.extend(
        health
            .into_iter()
            .filter(|one| !computed.contains(&one.check)),
    );
    all
}

/// What the first look did not show yet.
fn seen_now(all: &[Finding]) -> Vec<Finding> {
    let new = [Check::SameKey, Check::CredPresent];
    all.iter()
        .filter(|one| new.contains(&one.check))
        .cloned()
        .collect()
}

/// Keeps the probe's signature for the record; one that is not genuine is none.
fn keep(room: &mut Room<'_>, open: &OpenCeremony, probe: &Probe) -> Result<(), CeremonyError> {
    let Some(signed) = probe.signed().filter(|signed| signed.is_genuine()) else {
        return Ok(());
    };
    let evidence = Presence {
        authenticator_data: Bytes(signed.auth_data.raw().to_vec()),
        client_data_json: Bytes(signed.client_data_json.clone()),
        signature: Bytes(signed.signature_bytes.clone()),
    };
    Ok(open.put(&mut *room.desk, PROBE, &evidence)?)
}

/// The probe's evidence; `None` if the key answered none.
pub(super) fn kept_probe(
    room: &Room<'_>,
    open: &OpenCeremony,
) -> Result<Option<Presence>, CeremonyError> {
    Ok(open.value(&*room.desk, PROBE)?)
}
