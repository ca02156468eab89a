//! A bag as it is found: its number and state, read while it is closed, and kept in `open/`.

use super::CeremonyError;
use super::OpenCeremony;
use super::Prompt;
use super::Room;
use super::presence::plausible;
use crate::facts::key::OnRecord;
use crate::record::BagState;
use crate::record::Exception;
use crate::record::PreviousBag;
use serde::Deserialize;
use serde::Serialize;

/// How often an answer that cannot be understood is asked for again.
const PATIENCE: u32 = 3;
/// The file in `open/` that holds it.
const FILE: &str = "bag.json";

/// A bag as it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FoundBag {
    /// Number and state.
    pub(super) bag: PreviousBag,
    /// What the people there say of it, where it is not as recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) explanation: Option<String>,
}

impl FoundBag {
    /// That it was read before, in a sentence.
    pub(super) fn read_before(&self) -> String {
        let PreviousBag { number, state } = &self.bag;
        format!("Bag {number} was read before: {}.", word(*state))
    }

    /// Whether it is, unbroken, the bag that the last record names.
    pub(super) fn is(&self, recorded: &OnRecord) -> bool {
        self.bag.state == BagState::Intact
            && Some(self.bag.number.as_str()) == recorded.bag.as_deref()
    }

    /// The exception for the record; `None` where the bag was as recorded.
    #[must_use]
    pub(super) fn exception(&self) -> Option<Exception> {
        Some(Exception {
            step: "1".to_owned(),
            text: self.explanation.clone()?,
        })
    }
}

/// The bag as an earlier step read it; `None` if none did.
pub(super) fn kept(
    room: &Room<'_>,
    open: &OpenCeremony,
) -> Result<Option<FoundBag>, CeremonyError> {
    Ok(open.value(&*room.desk, FILE)?)
}

/// Reads the bag with the people there, or takes what an earlier run read.
pub(super) fn read(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    recorded: &OnRecord,
) -> Result<FoundBag, CeremonyError> {
    if let Some(kept) = open.value::<FoundBag>(&*room.desk, FILE)? {
        return again(room, recorded, kept);
    }
    let found = look(room, recorded)?;
    if found.explanation.is_none() {
        room.operator.say("Open it.");
    }
    open.put(&mut *room.desk, FILE, &found)?;
    Ok(found)
}

/// What an earlier run read, said again. Where it is not as recorded and nobody said why, or the records
/// have changed since, the people there are asked.
pub(super) fn again(
    room: &mut Room<'_>,
    recorded: &OnRecord,
    kept: FoundBag,
) -> Result<FoundBag, CeremonyError> {
    room.operator.say(&kept.read_before());
    if kept.is(recorded) == kept.explanation.is_none() {
        return Ok(kept);
    }
    compared(room, recorded, kept.bag)
}

/// Reads the bag with the people there; where it is not as recorded, they say why.
pub(super) fn look(room: &mut Room<'_>, recorded: &OnRecord) -> Result<FoundBag, CeremonyError> {
    let bag = ask(room, &recorded.label, recorded.bag.as_deref())?;
    compared(room, recorded, bag)
}

/// Compares a bag with the last record; where it is not the same, the people there say why.
pub(super) fn compared(
    room: &mut Room<'_>,
    recorded: &OnRecord,
    bag: PreviousBag,
) -> Result<FoundBag, CeremonyError> {
    let mut found = FoundBag {
        bag,
        explanation: None,
    };
    if found.is(recorded) {
        room.operator.say(&format!(
            "Bag {} is the one of record {:06}.",
            found.bag.number, recorded.last.0
        ));
    } else {
        let what = odd(&found.bag, recorded.bag.as_deref());
        room.operator.say(&what);
        found.explanation = Some(explain(room, &what)?);
    }
    Ok(found)
}

/// The number, with `broken` before it for a bag that was opened or torn, or `missing`.
pub(in crate::ceremony) fn ask(
    room: &mut Room<'_>,
    label: &str,
    last: Option<&str>,
) -> Result<PreviousBag, CeremonyError> {
    for _ in 0..PATIENCE {
        let prompt = Prompt::OldBag {
            label: label.to_owned(),
        };
        let line = room.operator.line(&prompt).ok_or(CeremonyError::Declined)?;
        if let Some(bag) = understood(&line, last) {
            return Ok(bag);
        }
        room.operator
            .say("A bag number has 1 to 40 letters, digits, dashes, dots or slashes.");
    }
    Err(CeremonyError::Mismatch("bag number"))
}

fn understood(line: &str, last: Option<&str>) -> Option<PreviousBag> {
    let line = line.trim();
    let mut words = line.split_whitespace();
    let (first, second) = (words.next()?, words.next());
    if words.next().is_some() {
        return None;
    }
    let (state, number) = match (first.to_ascii_lowercase().as_str(), second) {
        ("missing", None) => (BagState::Missing, last?.to_owned()),
        ("broken", Some(number)) => (BagState::Broken, number.to_uppercase()),
        (_, None) => (BagState::Intact, first.to_uppercase()),
        (_, Some(_)) => return None,
    };
    plausible(&number).then_some(PreviousBag { number, state })
}

/// What is not as recorded.
fn odd(bag: &PreviousBag, last: Option<&str>) -> String {
    let found = match bag.state {
        BagState::Intact => format!("The bag is {}", bag.number),
        BagState::Broken => format!("Bag {} was opened or torn", bag.number),
        BagState::Missing => format!("Bag {} is not there", bag.number),
    };
    match last {
        Some(last) if last != bag.number => {
            format!("{found}; the last record put the key in {last}.")
        }
        Some(_) => format!("{found}."),
        None => format!("{found}; no record put the key in a bag."),
    }
}

/// A sentence for the record.
pub(super) fn explain(room: &mut Room<'_>, what: &str) -> Result<String, CeremonyError> {
    for _ in 0..PATIENCE {
        let prompt = Prompt::Explain {
            what: what.to_owned(),
        };
        let line = room.operator.line(&prompt).ok_or(CeremonyError::Declined)?;
        let text = line.trim();
        if !text.is_empty() && text.chars().count() <= 400 && !text.chars().any(char::is_control) {
            return Ok(text.to_owned());
        }
        room.operator
            .say("One sentence, at most 400 characters, never a PIN or password.");
    }
    Err(CeremonyError::Mismatch("explanation"))
}

fn word(state: BagState) -> &'static str {
    match state {
        BagState::Intact => "intact",
        BagState::Broken => "broken",
        BagState::Missing => "missing",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bag_is_said_in_one_line() {
        let bag = |line: &str| understood(line, Some("A-1")).map(|bag| (bag.number, bag.state));
        assert_eq!(bag(" a-1 "), Some(("A-1".into(), BagState::Intact)));
        assert_eq!(bag("broken a-1"), Some(("A-1".into(), BagState::Broken)));
        assert_eq!(bag("Missing"), Some(("A-1".into(), BagState::Missing)));
        for line in ["", "broken", "missing a-1", "a 1", "broken a 1", "a\u{7}"] {
            if line == "broken" {
                // A word that could be a number is taken for one, and compared with the record.
                assert_eq!(bag(line), Some(("BROKEN".into(), BagState::Intact)));
            } else {
                assert_eq!(bag(line), None, "{line}");
            }
        }
        assert_eq!(understood("missing", None), None);
    }
}
