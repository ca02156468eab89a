//! `--watch`: a line for each key that is plugged in or pulled out, and its page, until Ctrl-C.

use super::names::Names;
use super::read;
use super::read::NotRead;
use super::read::Seen;
use super::report;
use crate::cli::Output;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::words;
use crate::ctap::KeyEntry;
use crate::ctap::Keys;
use crate::facts::claims::same_serial;
use crate::facts::recognition::Known;
use crate::io::HidKeys;
use crate::io::Interrupt;
use crate::io::SystemClock;
use crate::primitives::Clock;
use crate::primitives::text;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// How often the system's list is looked at.
const EVERY: Duration = Duration::from_millis(300);
/// How often a key that was just plugged in, and does not open yet, is tried again: the system may
/// still be giving the person the right to.
const PATIENCE: u32 = 3;

/// Keys as they come and go. A key is known again by model and serial number, never by its path.
#[derive(Default)]
struct Comings {
    here: Vec<(String, Option<Known>, String)>,
    gone: Vec<Known>,
}

/// Whether a key was seen before in this watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    First,
    Again,
    /// A key without a serial number, of a model that was here: the same, or its twin.
    Perhaps,
}

impl Comings {
    /// Those that are not listed any more, as (path, name).
    fn left(&mut self, entries: &[KeyEntry]) -> Vec<(String, String)> {
        let listed: BTreeSet<&str> = entries.iter().map(|one| one.path.as_str()).collect();
        let (here, left) = std::mem::take(&mut self.here)
            .into_iter()
            .partition(|(path, ..)| listed.contains(path.as_str()));
        self.here = here;
        let mut names = Vec::new();
        for (path, known, name) in left {
            names.push((path, name));
            self.gone.extend(known);
        }
        names
    }

    /// Those that were not listed before.
    fn fresh(&self, entries: Vec<KeyEntry>) -> Vec<KeyEntry> {
        let known = |entry: &KeyEntry| self.here.iter().any(|(path, ..)| *path == entry.path);
        entries.into_iter().filter(|entry| !known(entry)).collect()
    }

    /// Notes a key that came.
    fn came(&mut self, path: &str, known: Option<Known>, name: &str) -> Met {
        let met = known.as_ref().map_or(Met::First, |now| self.met(now));
        self.here.push((path.to_owned(), known, name.to_owned()));
        met
    }

    fn met(&self, now: &Known) -> Met {
        let mut met = Met::First;
        for before in self
            .gone
            .iter()
            .filter(|before| before.aaguid == now.aaguid)
        {
            match (&before.serial, &now.serial) {
                (Some(before), Some(now)) if same_serial(before, now) => return Met::Again,
                (None, None) => met = Met::Perhaps,
                (Some(_) | None, Some(_)) | (Some(_), None) => {}
            }
        }
        met
    }
}

/// Watches until Ctrl-C.
pub(super) fn run(names: &Names, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let interrupt = Interrupt::listen().map_err(|why| {
        Failure::new(
            Exit::Key,
            "keys were not watched",
            why,
            "run `glasskey inspect` each time",
        )
    })?;
    let clock = SystemClock::new();
    let mut keys = HidKeys::new().map_err(|error| words::keys(&error))?;
    let mut comings = Comings::default();
    while !interrupt.asked() {
        let entries = keys.list().map_err(|error| words::keys(&error))?;
        for (path, name) in comings.left(&entries) {
            pulled_out(output, &clock, &path, &name)?;
        }
        let new = comings.fresh(entries);
        if !new.is_empty() {
            for seen in patiently(&new, &clock) {
                plugged_in(output, &clock, names, &mut comings, &seen)?;
            }
        }
        clock.wait(EVERY);
    }
    Ok(Exit::Done)
}

/// Reads the keys; those that may not be opened yet, again.
fn patiently(entries: &[KeyEntry], clock: &SystemClock) -> Vec<Seen> {
    let mut seen = read::all(entries, read::Beside::default());
    for _ in 0..PATIENCE {
        for one in &mut seen {
            if matches!(&one.read, Err(NotRead::Keys(_))) {
                clock.wait(EVERY);
                one.read = read::one(&one.entry, read::Beside::default());
            }
        }
    }
    seen
}

fn plugged_in(
    output: &mut Output<'_>,
    clock: &SystemClock,
    names: &Names,
    comings: &mut Comings,
    seen: &Seen,
) -> Result<(), Failure> {
    let (known, name) = match &seen.read {
        Ok(read) => (Some(Known::of(&read.facts)), read.facts.name()),
        Err(_) => (None, seen.entry.product.clone().unwrap_or_default()),
    };
    let met = comings.came(&seen.entry.path, known, &name);
    if output.json {
        let key = report::one(seen, names);
        return line(
            output,
            &json!({
                "schema": report::WATCH_SCHEMA,
                "event": "plugged_in",
                "at": clock.utc(),
                "seen_before": match met {
                    Met::First => "no",
                    Met::Again => "yes",
                    Met::Perhaps => "unknown",
                },
                "key": key,
            }),
        );
    }
    let again = match met {
        Met::First => "",
        Met::Again => ", again",
        Met::Perhaps => ", perhaps again: it has no serial number",
    };
    let name = text::printable(&name);
    let path = text::printable(&seen.entry.path);
    let head = format!("{} plugged in: {name} at {path}{again}\n", clock.utc());
    let page = report::text(
        std::slice::from_ref(seen),
        names,
        output.style,
        output.verbose,
    );
    output.print(&format!("{head}{page}"))?;
    if let Err(why) = &seen.read {
        why.failure().write(output.err);
    }
    Ok(())
}

fn pulled_out(
    output: &mut Output<'_>,
    clock: &SystemClock,
    path: &str,
    name: &str,
) -> Result<(), Failure> {
    if output.json {
        return line(
            output,
            &json!({
                "schema": report::WATCH_SCHEMA,
                "event": "pulled_out",
                "at": clock.utc(),
                "path": path,
                "name": name,
            }),
        );
    }
    let (name, path) = (text::printable(name), text::printable(path));
    output.print(&format!("{} pulled out: {name} at {path}\n", clock.utc()))
}

fn line(output: &mut Output<'_>, value: &Value) -> Result<(), Failure> {
    output.print(&format!("{value}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str) -> KeyEntry {
        KeyEntry {
            path: path.to_owned(),
            ..KeyEntry::default()
        }
    }

    fn known(serial: Option<&str>) -> Known {
        Known {
            serial: serial.map(str::to_owned),
            ..Known::default()
        }
    }

    /// One key leaves and another comes, at the same path.
    fn swapped(before: Option<Known>, after: Option<Known>) -> Met {
        let mut comings = Comings::default();
        assert_eq!(comings.came("/dev/hidraw0", before, "A"), Met::First);
        assert_eq!(comings.left(&[entry("/dev/hidraw0")]), []);
        assert_eq!(comings.fresh(vec![entry("/dev/hidraw0")]), []);
        let left = comings.left(&[]);
        assert_eq!(left, [("/dev/hidraw0".to_owned(), "A".to_owned())]);
        assert_eq!(comings.fresh(vec![entry("/dev/hidraw0")]).len(), 1);
        comings.came("/dev/hidraw0", after, "B")
    }

    #[test]
    fn the_same_key_at_any_path_is_met_again_by_its_serial_number() {
        assert_eq!(
            swapped(Some(known(Some("7"))), Some(known(Some("007")))),
            Met::Again
        );
    }

    #[test]
    fn another_key_at_the_same_path_is_another() {
        assert_eq!(
            swapped(Some(known(Some("7"))), Some(known(Some("8")))),
            Met::First
        );
        assert_eq!(
            swapped(Some(known(Some("7"))), Some(known(None))),
            Met::First
        );
        assert_eq!(swapped(None, Some(known(Some("7")))), Met::First);
    }

    #[test]
    fn of_two_keys_without_serial_numbers_nothing_is_claimed() {
        assert_eq!(swapped(Some(known(None)), Some(known(None))), Met::Perhaps);
    }
}
