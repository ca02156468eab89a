//! Step 1: the bag's number and state, read while it is closed, and kept in `open/`.

use super::Course;
use super::Depth;
use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::presence::plausible;
use crate::record::BagState;
use crate::record::Exception;
use crate::record::PreviousBag;
use serde::Deserialize;
use serde::Serialize;

/// How often an answer that cannot be understood is asked for again.
const PATIENCE: u32 = 3;
/// The file in `open/` that holds it.
const FILE: &str = "bag.json";
/// The file in `open/` that holds the depth.
const DEPTH: &str = "depth.json";

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
    /// The exception for the record; `None` where the bag was as recorded.
    #[must_use]
    pub(super) fn exception(&self) -> Option<Exception> {
        Some(Exception {
            step: "1".to_owned(),
            text: self.explanation.clone()?,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptDepth {
    with_pin: bool,
}

/// The depth that an earlier run began with; `None` if it kept none.
pub(super) fn depth(room: &Room<'_>, open: &OpenCeremony) -> Result<Option<Depth>, CeremonyError> {
    let kept: Option<KeptDepth> = open.value(&*room.desk, DEPTH)?;
    Ok(kept.map(|kept| {
        if kept.with_pin {
            Depth::WithPin
        } else {
            Depth::WithoutPin
        }
    }))
}

/// Keeps the depth.
pub(super) fn keep_depth(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    depth: Depth,
) -> Result<(), CeremonyError> {
    let kept = KeptDepth {
        with_pin: depth == Depth::WithPin,
    };
    Ok(open.put(&mut *room.desk, DEPTH, &kept)?)
}

/// Reads the bag with the people there, or takes what an earlier run read.
pub(super) fn read(room: &mut Room<'_>, course: &Course<'_>) -> Result<FoundBag, CeremonyError> {
    if let Some(kept) = course.follow.open.value::<FoundBag>(&*room.desk, FILE)? {
        room.operator.say(&format!(
            "Bag {} was read before: {}.",
            kept.bag.number,
            word(kept.bag.state)
        ));
        return Ok(kept);
    }
    let label = &course.planned.label;
    let last = course.recorded.bag.clone();
    let bag = ask(room, label, last.as_deref())?;
    let as_recorded = bag.state == BagState::Intact && Some(&bag.number) == last.as_ref();
    let explanation = if as_recorded {
        room.operator.say(&format!(
            "Bag {} is the one of record {:06}. Open it.",
            bag.number, course.recorded.last.0
        ));
        None
    } else {
        let what = odd(&bag, last.as_deref());
        room.operator.say(&what);
        Some(explain(room, &what)?)
    };
    let found = FoundBag { bag, explanation };
    course.follow.open.put(&mut *room.desk, FILE, &found)?;
    Ok(found)
}

/// The number, with `broken` before it for a bag that was opened or torn, or `missing`.
fn ask(room: &mut Room<'_>, label: &str, last: Option<&str>) -> Result<PreviousBag, CeremonyError> {
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
fn explain(room: &mut Room<'_>, what: &str) -> Result<String, CeremonyError> {
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
