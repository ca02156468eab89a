//! Which key is meant, before anything is asked: nothing is guessed among several.

use crate::ceremony;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held;
use crate::cli::open_book;
use crate::io::SystemClock;
use crate::plan;
use crate::plan::PlannedKey;
use crate::plan::Policy;
use crate::primitives::Clock;
use std::path::Path;
use std::path::PathBuf;

const UNTOUCHED: &str = "no PIN was asked for, and nothing was changed on any key";

/// The key that a person named, and the policy it is held to.
pub(super) struct Wanted {
    /// What they named: a label, a serial number or a node; `None` for the only key.
    name: Option<String>,
    /// What the plan knows of the label.
    planned: Option<PlannedKey>,
    /// The book's policy; the usual one without a book.
    pub(super) policy: Policy,
    /// The book's folder; `None` without a book.
    book: Option<PathBuf>,
}

impl Wanted {
    /// Reads the plan of the book, if there is one: a label and a policy come from there.
    pub(super) fn read(name: Option<&String>, book: Option<&Path>) -> Result<Self, Failure> {
        let path = book.unwrap_or(Path::new(".")).join("glasskey.toml");
        let mut wanted = Self {
            name: name.cloned(),
            planned: None,
            policy: Policy::default(),
            book: None,
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
        wanted.book = Some(book.unwrap_or(Path::new(".")).to_owned());
        Ok(wanted)
    }

    /// Notes in the book that the PIN of this key of the plan was changed, for the next record that
    /// seals it.
    pub(super) fn note_the_change(&self) -> Result<(), Failure> {
        let (Some(planned), Some(book)) = (&self.planned, &self.book) else {
            return Ok(());
        };
        let mut desk = open_book::desk(book);
        let now = SystemClock::new().utc();
        ceremony::pin_change::note(&mut desk, &planned.label, now).map_err(|error| {
            Failure::new(
                Exit::Output,
                "the PIN is changed; that it was is not noted in the book",
                format!("open/pins.json: {error:?}"),
                "say so in the record that seals the key next",
            )
        })
    }

    /// Which key that is, for `ceremony::choose`: what the plan says of a label is an interlock.
    pub(super) fn key(&self) -> ceremony::Wanted<'_> {
        match (&self.planned, &self.name) {
            (Some(planned), _) => ceremony::Wanted::Planned(planned),
            (None, Some(name)) => ceremony::Wanted::Named(name),
            (None, None) => ceremony::Wanted::Any,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const DOC: &str = include_str!("../../../../docs/formats/plan.md");

    #[test]
    fn a_label_is_what_the_plan_says_and_any_other_name_a_serial_number_or_a_place() {
        let dir = std::env::temp_dir().join(format!("glasskey-wanted-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let plan = DOC.split("```toml\n").nth(1).unwrap();
        let plan = plan.split("```").next().unwrap();
        fs::write(dir.join("glasskey.toml"), plan).unwrap();
        let read = |name: Option<&str>| {
            let name = name.map(str::to_owned);
            Wanted::read(name.as_ref(), Some(&dir))
                .map_err(|failure| failure.why)
                .unwrap()
        };
        let (label, other, none) = (read(Some("BG1-A")), read(Some("7")), read(None));
        fs::remove_dir_all(&dir).unwrap();
        let ceremony::Wanted::Planned(planned) = label.key() else {
            panic!("{:?}", label.key());
        };
        assert_eq!(planned.label, "BG1-A");
        assert!(matches!(other.key(), ceremony::Wanted::Named("7")));
        assert!(matches!(none.key(), ceremony::Wanted::Any));
    }
}
