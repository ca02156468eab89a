//! What the records tell of each key, one after the other: PIN tries, slots, firmware, bags, levels.

use super::KeyReport;
use super::Mark;
use super::Read;
use super::Span;
use super::label_of;
use crate::record::BagState;
use crate::record::Event;
use crate::record::Level;
use crate::record::Statement;
use crate::webauthn;
use crate::webauthn::Aaguid;
use serde::Serialize;

/// A key of the period, from its registration on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyHistory {
    /// Its label.
    pub label: String,
    /// The alias of its account.
    pub account: String,
    /// Its model's AAGUID, as last stated; absent where no record states one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aaguid: Option<Aaguid>,
    /// What people call its model; absent of one that is not in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Its serial number, as last stated; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// From its registration until it was lost or taken out of use.
    pub in_use: Span,
    /// What each record says of it, in order; those before the period too.
    pub points: Vec<KeyPoint>,
}

/// What one record says of a key. What it does not say is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyPoint {
    /// The record.
    #[serde(flatten)]
    pub mark: Mark,
    /// What happened.
    pub event: Event,
    /// How deep a verification went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// PIN tries left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin_tries: Option<u32>,
    /// Whether the PIN was changed since the last record with a touch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin_changed: Option<bool>,
    /// Free slots for resident credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slots_left: Option<u32>,
    /// Used slots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slots_used: Option<u32>,
    /// The firmware.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firmware: Option<String>,
    /// The bag that it was read from while it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bag_before: Option<String>,
    /// How that bag was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<BagState>,
    /// The bag it is in from here on; absent where it is in none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bag: Option<String>,
    /// The safe it lies in from here on, as last stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub safe: Option<String>,
    /// The shelf, as last stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shelf: Option<String>,
}

impl KeyHistory {
    /// What is known at the period's end; `None` of a key that no record has shown.
    #[must_use]
    pub fn last(&self) -> Option<&KeyPoint> {
        self.points.last()
    }

    /// The firmware as last stated.
    #[must_use]
    pub fn firmware(&self) -> Option<&str> {
        let mut stated = self.points.iter().rev();
        stated.find_map(|point| point.firmware.as_deref())
    }
}

/// The histories of these keys, in their order.
pub(super) fn histories(read: &Read<'_>, keys: &[KeyReport]) -> Vec<KeyHistory> {
    keys.iter().map(|key| history(read, key)).collect()
}

fn history(read: &Read<'_>, key: &KeyReport) -> KeyHistory {
    let mut all = KeyHistory {
        label: key.label.clone(),
        account: key.account.clone(),
        aaguid: None,
        model: None,
        serial: None,
        in_use: key.in_use,
        points: Vec::new(),
    };
    for (mark, statement) in read.marked() {
        let earlier = mark.record < key.in_use.from.record;
        if earlier || label_of(statement) != Some(key.label.as_str()) {
            continue;
        }
        if let Some(part) = &statement.key {
            all.aaguid = Some(part.aaguid);
            all.model = webauthn::model(&part.aaguid).map(|model| model.name.to_owned());
            if let Some(serial) = &part.serial {
                all.serial = Some(serial.value.clone());
            }
        }
        let point = point(mark, statement, all.points.last());
        all.points.push(point);
    }
    all
}

fn point(mark: Mark, statement: &Statement, before: Option<&KeyPoint>) -> KeyPoint {
    let key = statement.key.as_ref();
    let custody = statement.custody.as_ref();
    let opened = statement.opening.as_ref();
    let left = custody
        .and_then(|custody| custody.previous_bag.as_ref())
        .or_else(|| opened.and_then(|opening| opening.bag.as_ref()));
    let gone = matches!(statement.event, Event::Loss | Event::Retirement);
    let bag = match custody {
        Some(custody) => Some(custody.bag.clone()),
        None if opened.is_some() || gone => None,
        None => before.and_then(|point| point.bag.clone()),
    };
    let (safe, shelf) = match custody {
        Some(custody) => (Some(custody.safe.clone()), custody.shelf.clone()),
        None => before.map_or((None, None), |point| {
            (point.safe.clone(), point.shelf.clone())
        }),
    };
    KeyPoint {
        mark,
        event: statement.event,
        level: statement.level,
        pin_tries: key.and_then(|key| key.pin.retries),
        pin_changed: key.and_then(|key| key.pin.changed),
        slots_left: key.and_then(|key| key.slots.left),
        slots_used: key.and_then(|key| key.slots.used),
        firmware: key.and_then(|key| Some(key.firmware.as_ref()?.value.clone())),
        bag_before: left.map(|bag| bag.number.clone()),
        found: left.map(|bag| bag.state),
        bag,
        safe,
        shelf,
    }
}
