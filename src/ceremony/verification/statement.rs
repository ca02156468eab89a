//! New bag, nonces, the statement, and what changed since the record before.

use super::Course;
use super::Depth;
use super::SignInSide;
use super::TenantSide;
use super::presence;
use super::stating;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::found::FoundBag;
use crate::ceremony::key_part::Credential;
use crate::ceremony::key_part::Now;
use crate::ceremony::key_part::key_part;
use crate::ceremony::pin_change;
use crate::ceremony::the_key::InHand;
use crate::ceremony::the_recorded::Looked;
use crate::ledger::Ledger;
use crate::record::AccountPart;
use crate::record::Basis;
use crate::record::Custody;
use crate::record::Event;
use crate::record::KeyPart;
use crate::record::Level;
use crate::record::PublicKeyPart;
use crate::record::Statement;

/// New bag, nonces, and the statement of all that is known before the touch.
pub(super) fn state(
    room: &mut Room<'_>,
    course: &Course<'_>,
    found: &FoundBag,
    tenant: TenantSide,
    sign_in: SignInSide,
    hand: &mut InHand<'_>,
    looked: &Looked,
) -> Result<Statement, CeremonyError> {
    let label = &course.planned.label;
    let bag = presence::bag_number(room, label)?;
    // A witness's nonce makes the touch fresh; where nobody touches there is nothing to make fresh.
    let nonces = match course.depth {
        Depth::WithPin | Depth::WithSignIn => presence::nonces(room)?,
        Depth::WithoutPin => Vec::new(),
    };
    let exceptions = course.follow.exceptions(room)?;
    let mut statement =
        stating::statement(room, Event::Verification, &course.begun, &course.force)?;
    statement.account = Some(AccountPart {
        alias: course.account.alias.clone(),
        object_id: course.object_id,
    });
    statement.custody = Some(Custody {
        bag,
        previous_bag: Some(found.bag.clone()),
        safe: course.planned.safe.clone(),
        shelf: course.planned.shelf.clone(),
    });
    statement.exceptions = found.exception().into_iter().collect();
    statement.exceptions.extend(sign_in.exception.clone());
    statement.exceptions.extend(sign_in.signed_in_still.clone());
    statement.exceptions.extend(exceptions);
    statement.inputs.script_sha256 = Some(course.follow.script.digest());
    statement.findings = tenant.findings;
    statement.findings.extend(looked.findings.iter().cloned());
    statement.inputs.graph_date = tenant.headers.date.as_ref().map(|date| date.graph);
    statement.inputs.request_ids = tenant.headers.request_ids;
    statement.key = Some(key(room, course, hand)?);
    statement.level = Some(match (course.depth, &sign_in) {
        (Depth::WithoutPin, _) => Level::L0,
        (
            Depth::WithPin | Depth::WithSignIn,
            SignInSide {
                sign_in: Some(_), ..
            },
        ) => Level::L2,
        (Depth::WithPin | Depth::WithSignIn, SignInSide { sign_in: None, .. }) => Level::L1,
    });
    statement.sign_in = sign_in.sign_in;
    statement.checklist = sign_in.checklist;
    statement.nonces = nonces;
    course
        .follow
        .open
        .put(&mut *room.desk, "statement.json", &statement)?;
    Ok(statement)
}

fn key(
    room: &mut Room<'_>,
    course: &Course<'_>,
    hand: &mut InHand<'_>,
) -> Result<KeyPart, CeremonyError> {
    let method_id = before(room, &course.planned.label, None)?.and_then(|part| part.method_id);
    let now = Now {
        pin_retries: hand
            .ctap
            .pin_retries()
            .ok()
            .map(|retries| u32::from(retries.remaining)),
        slots_left: hand.facts.slots_left().known().copied(),
    };
    let credential = Credential {
        aaguid: course.recorded.aaguid,
        id: course.credential.id.clone(),
        method_id,
        public_key: PublicKeyPart {
            basis: Basis::Record,
            cose: course.credential.public_key.clone(),
        },
        rp_id: course.rp_id.clone(),
    };
    let label = &course.planned.label;
    let mut part = key_part(&hand.facts, label, credential, now);
    if course.depth != Depth::WithoutPin {
        part.pin.changed = pin_change::stated(room, label, &course.book.facts.follow_ups)?;
    }
    Ok(part)
}

/// The key as the latest record but this one names it; `None` if none does.
fn before(
    room: &mut Room<'_>,
    label: &str,
    but: Option<&Statement>,
) -> Result<Option<KeyPart>, CeremonyError> {
    let ledger = Ledger::new(&mut *room.store);
    let found = ledger.latest_of_key(label, |record| {
        but.is_none_or(|but| but.record_id != record.statement.record_id)
    })?;
    Ok(found.and_then(|(_, record)| record.statement.key))
}

/// What changed on the key since the record before, a sentence each.
pub(super) fn changes(
    room: &mut Room<'_>,
    statement: &Statement,
) -> Result<Vec<String>, CeremonyError> {
    let Some(now) = &statement.key else {
        return Ok(Vec::new());
    };
    let Some(then) = before(room, &now.label, Some(statement))? else {
        return Ok(Vec::new());
    };
    Ok(differences(&then, now))
}

fn differences(then: &KeyPart, now: &KeyPart) -> Vec<String> {
    let mut all = Vec::new();
    let mut number = |what: &str, then: Option<u32>, now: Option<u32>| {
        if then != now {
            let word = |number: Option<u32>| {
                number.map_or_else(|| "not reported".to_owned(), |number| number.to_string())
            };
            all.push(format!("{what}: {} before, {} now.", word(then), word(now)));
        }
    };
    number("PIN tries left", then.pin.retries, now.pin.retries);
    number("Free slots", then.slots.left, now.slots.left);
    number("Shortest PIN", then.pin.min_length, now.pin.min_length);
    let firmware = |part: &KeyPart| {
        part.firmware
            .as_ref()
            .map_or_else(|| "not reported".to_owned(), |claim| claim.value.clone())
    };
    if firmware(then) != firmware(now) {
        let (then, now) = (firmware(then), firmware(now));
        all.push(format!("Firmware: {then} before, {now} now."));
    }
    if all.is_empty() {
        all.push("Nothing changed on the key since its last record.".to_owned());
    }
    all
}
