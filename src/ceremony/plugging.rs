//! One security key is waited for. Nobody is asked whether it is there: the ports tell. Where none is, or
//! more than one, hands are told what to do, once a change, and a line says every 30 seconds that it is
//! waited for.

use super::CeremonyError;
use super::Room;
use super::the_key;
use crate::ctap::KeyEntry;
use crate::plan::PlannedKey;
use crate::primitives::Clock;
use std::time::Duration;

/// Between two looks at the ports.
const EVERY: Duration = Duration::from_millis(500);
/// Between two lines that say that it is waited for.
const SAID_EVERY: Duration = Duration::from_secs(30);
/// The longest that is waited.
const LONGEST: Duration = Duration::from_mins(10);

/// What hands are to do at the ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlugIn {
    /// The label of the key that is to be the only one there.
    pub label: String,
    /// The serial number that must be on it; `None` if the plan does not know it yet.
    pub serial: Option<String>,
    /// What is there now.
    pub there: There,
}

/// What is plugged in instead of the one key that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum There {
    /// No key.
    Nothing,
    /// One that was looked at and is another.
    Another,
    /// So many keys: 2 or more.
    Several(usize),
}

impl PlugIn {
    /// What is to be done, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let serial = self.serial.as_ref();
        let key = serial.map_or_else(
            || self.label.clone(),
            |serial| format!("{} (serial {serial})", self.label),
        );
        let todo = match self.there {
            There::Nothing => format!("Plug in {key} and no other security key."),
            There::Another => format!("Unplug this one, and plug in {key} and no other."),
            There::Several(count) => format!(
                "{count} security keys are plugged in. Leave {key} plugged in and unplug the others."
            ),
        };
        format!("{todo} It goes on by itself; Ctrl-C stops.")
    }
}

/// The one key that is plugged in. `refused` is one that was looked at and is another: it is waited until
/// it is gone.
///
/// # Errors
/// [`CeremonyError::Refused`] if there is not exactly one within 10 minutes, [`CeremonyError::Declined`]
/// if a person ended the wait, and what listing the keys says.
pub(super) fn one_key(
    room: &mut Room<'_>,
    planned: &PlannedKey,
    refused: Option<&KeyEntry>,
) -> Result<KeyEntry, CeremonyError> {
    let clock = room.clock;
    let mut refused = refused.cloned();
    let (begun, mut said) = (clock.elapsed(), Duration::ZERO);
    let mut told = None;
    let mut settled = true;
    let listen = room.operator.stops();
    let stopped = listen();
    loop {
        let entries = room.keys.list()?;
        let there = match entries.as_slice() {
            [] => There::Nothing,
            [one] if refused.as_ref() == Some(one) => There::Another,
            [one] if settled => return Ok(one.clone()),
            [_] => {
                // It has only just come: the system may not let anybody open it yet.
                wait(clock, &*stopped)?;
                settled = true;
                continue;
            }
            several => There::Several(several.len()),
        };
        if there != There::Another {
            // Its path may be the next one's.
            refused = None;
        }
        let waited = clock.elapsed().saturating_sub(begun);
        if waited >= LONGEST {
            let last = vec![the_key::one_key(&entries, &planned.label)];
            room.operator.findings(&last);
            return Err(CeremonyError::Refused(last));
        }
        if told != Some(there) {
            told = Some(there);
            said = waited;
            room.operator.hands(&PlugIn {
                label: planned.label.clone(),
                serial: planned.serial.clone(),
                there,
            });
            continue;
        }
        if waited.saturating_sub(said) >= SAID_EVERY {
            said = waited;
            let seconds = waited.as_secs();
            room.operator.say(&format!(
                "{} is waited for, {seconds} s so far; Ctrl-C stops.",
                planned.label
            ));
        }
        wait(clock, &*stopped)?;
        settled = false;
    }
}

/// Waits until the next look, unless a person wishes to stop: a wait that ends before its time says so too.
fn wait(clock: &dyn Clock, stopped: &dyn Fn() -> bool) -> Result<(), CeremonyError> {
    let before = clock.elapsed();
    clock.wait(EVERY);
    if stopped() || clock.elapsed().saturating_sub(before) < EVERY / 2 {
        return Err(CeremonyError::Declined);
    }
    Ok(())
}
