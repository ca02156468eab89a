//! Which key is meant, before anything is asked: nothing is guessed among several.

use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held;
use crate::ctap::KeyEntry;
use crate::facts::key::KeyFacts;
use crate::plan;
use crate::plan::PlannedKey;
use crate::plan::Policy;
use crate::primitives::text;
use std::path::Path;

const UNTOUCHED: &str = "no PIN was asked for, and nothing was changed on any key";

/// The key that a person named, and the policy it is held to.
pub(super) struct Wanted {
    /// What they named: a label, a serial number or a node; `None` for the only key.
    name: Option<String>,
    /// What the plan knows of the label.
    planned: Option<PlannedKey>,
    /// The book's policy; the usual one without a book.
    pub(super) policy: Policy,
}

impl Wanted {
    /// Reads the plan of the book, if there is one: a label and a policy come from there.
    pub(super) fn read(name: Option<&String>, book: Option<&Path>) -> Result<Self, Failure> {
        let path = book.unwrap_or(Path::new(".")).join("glasskey.toml");
        let mut wanted = Self {
            name: name.cloned(),
            planned: None,
            policy: Policy::default(),
        };
        if book.is_none() && std::fs::symlink_metadata(&path).is_err() {
            return Ok(wanted);
        }
        let unusable = |why: &str| {
            Failure::new(
                Exit::Usage,
                UNTOUCHED,
                format!("{}: {why}", path.display()),
                "correct the plan, or name the book with --book DIR",
            )
        };
        let bytes = held::file(&path, UNTOUCHED)?;
        let text = String::from_utf8(bytes).map_err(|_| unusable("not UTF-8"))?;
        let plan = plan::read(&text)
            .plan
            .ok_or_else(|| unusable("the plan cannot be used as it is"))?;
        wanted.planned = name
            .and_then(|name| plan.key(name))
            .map(|(_, key)| key.clone());
        wanted.policy = plan.policy;
        Ok(wanted)
    }

    /// The key among those that are plugged in.
    pub(super) fn choose<'e>(&self, entries: &'e [KeyEntry]) -> Result<&'e KeyEntry, Failure> {
        let stop = |why: String, next: &str| Failure::new(Exit::Key, UNTOUCHED, why, next);
        if entries.is_empty() {
            return Err(stop(
                "no security key is plugged in".to_owned(),
                "plug the key in, and no other",
            ));
        }
        let serial = match (&self.planned, &self.name) {
            (Some(planned), _) => planned.serial.as_deref(),
            (None, name) => name.as_deref(),
        };
        let Some(wanted) = serial else {
            return match entries {
                [only] => Ok(only),
                several => Err(stop(
                    format!("{} security keys are plugged in", several.len()),
                    "unplug the others, or name the key by its serial number",
                )),
            };
        };
        let fits =
            |entry: &&KeyEntry| entry.serial.as_deref() == Some(wanted) || entry.path == wanted;
        let mut fitting = entries.iter().filter(fits);
        match (fitting.next(), fitting.next()) {
            (Some(entry), None) => Ok(entry),
            (Some(_), Some(_)) => Err(stop(
                format!("two keys call themselves {}", text::printable(wanted)),
                "unplug the other one",
            )),
            (None, _) => Err(stop(
                format!("no plugged-in key is {}", self.words(wanted)),
                "`glasskey inspect` lists what is plugged in; plug the right key in",
            )),
        }
    }

    /// Refuses a key that is not the one the plan knows by that label.
    pub(super) fn interlock(&self, facts: &KeyFacts) -> Result<(), Failure> {
        let Some(planned) = &self.planned else {
            return Ok(());
        };
        match planned.aaguid {
            Some(expected) if facts.aaguid().known() != Some(&expected) => Err(Failure::new(
                Exit::Key,
                UNTOUCHED,
                format!("this is not {}: it is of another model", planned.label),
                "plug the right key in; `glasskey inspect` shows what each one is",
            )),
            Some(_) | None => Ok(()),
        }
    }

    fn words(&self, wanted: &str) -> String {
        let wanted = text::printable(wanted);
        match &self.planned {
            Some(planned) => format!("{} (serial {wanted})", text::printable(&planned.label)),
            None => wanted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, serial: Option<&str>) -> KeyEntry {
        KeyEntry {
            path: path.to_owned(),
            serial: serial.map(str::to_owned),
            ..KeyEntry::default()
        }
    }

    fn wanted(name: Option<&str>) -> Wanted {
        Wanted {
            name: name.map(str::to_owned),
            planned: None,
            policy: Policy::default(),
        }
    }

    #[test]
    fn the_only_key_is_taken_and_among_several_nothing_is_guessed() {
        let two = [entry("/a", Some("1")), entry("/b", Some("2"))];
        assert_eq!(wanted(None).choose(&two[..1]).unwrap().path, "/a");
        let refused = wanted(None).choose(&two).unwrap_err();
        assert_eq!(refused.exit, Exit::Key);
        assert!(refused.why.contains("2 security keys"));
        assert_eq!(wanted(None).choose(&[]).unwrap_err().exit, Exit::Key);
    }

    #[test]
    fn a_key_is_named_by_serial_number_or_node() {
        let two = [entry("/a", Some("1")), entry("/b", Some("2"))];
        assert_eq!(wanted(Some("2")).choose(&two).unwrap().path, "/b");
        assert_eq!(wanted(Some("/a")).choose(&two).unwrap().path, "/a");
        assert!(wanted(Some("3")).choose(&two).is_err());
        let twins = [entry("/a", Some("1")), entry("/b", Some("1"))];
        assert!(wanted(Some("1")).choose(&twins).is_err());
        // One key alone is not taken for another.
        assert!(wanted(Some("3")).choose(&two[..1]).is_err());
    }
}
