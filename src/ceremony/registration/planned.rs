//! Model and serial number of a key that was registered, written into the plan: from then on no other
//! key is taken for it.

use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::plan::PlannedKey;
use crate::plan::SeenKey;
use crate::plan::SeenKeyFault;
use crate::plan::with_seen_key;
use crate::record::Statement;
use crate::webauthn::Aaguid;

const PLAN: &str = "glasskey.toml";

/// Writes what the plan does not name yet of the key in `statement`; what it names stays as it is.
pub(super) fn write(
    room: &mut Room<'_>,
    planned: &PlannedKey,
    statement: &Statement,
) -> Result<(), CeremonyError> {
    let Some(key) = &statement.key else {
        return Ok(());
    };
    let serial = key.serial.as_ref().map(|claim| claim.value.as_str());
    let model = Some(key.aaguid).filter(|aaguid| *aaguid != Aaguid::ZERO);
    let known = (planned.aaguid.is_some() || model.is_none())
        && (planned.serial.is_some() || serial.is_none());
    if known {
        return Ok(());
    }
    let seen = SeenKey {
        aaguid: model,
        serial,
    };
    let before = room.desk.read(PLAN)?;
    let text = before.and_then(|bytes| String::from_utf8(bytes).ok());
    let after = match &text {
        Some(text) => with_seen_key(text, &planned.label, seen),
        None => Err(SeenKeyFault::NotAPlan),
    };
    match after {
        Ok(after) if Some(&after) == text.as_ref() => {}
        Ok(after) => {
            room.desk.put(PLAN, after.as_bytes())?;
            room.operator.say(&format!(
                "{PLAN} names model and serial number of {} now; every other line stands as it was.",
                planned.label
            ));
        }
        Err(fault) => {
            let why = words(fault);
            let serial =
                serial.map_or_else(String::new, |serial| format!(", serial = \"{serial}\""));
            room.operator.say(&format!(
                "{PLAN} was not changed: {why}. Write beneath the label {} yourself: aaguid = \
                 \"{}\"{serial}.",
                planned.label, key.aaguid
            ));
        }
    }
    Ok(())
}

fn words(fault: SeenKeyFault) -> &'static str {
    match fault {
        SeenKeyFault::NotAPlan => "it is not here, or no plan any more",
        SeenKeyFault::NoSuchKey => "the key is not in it any more",
        SeenKeyFault::NamesAnother => "it names another model by now",
        SeenKeyFault::NoPlace => "no line can be put in safely",
    }
}
