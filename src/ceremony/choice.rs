//! One key of those that are plugged in: the one that is meant, never a guess, before any PIN.

use super::EntropySource;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::KeyEntry;
use crate::ctap::Keys;
use crate::ctap::KeysError;
use crate::ctap::Standing;
use crate::ctap::touch_to_select;
use crate::facts::Observed;
use crate::facts::claims::same_serial;
use crate::facts::key;
use crate::facts::key::KeyFacts;
use crate::plan::PlannedKey;
use crate::primitives::Clock;

/// Which key is wanted.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'p> {
    /// The one that is meant by whoever is here.
    Any,
    /// The one that the plan names by model and serial number, as far as it does.
    Planned(&'p PlannedKey),
    /// The one with this serial number, or at this place.
    Named(&'p str),
}

/// The key that is meant, open. What it said came through this handle.
pub struct Chosen<'c> {
    /// The open key.
    pub ctap: Ctap<'c>,
    /// What it says of itself.
    pub facts: KeyFacts,
}

/// Whoever can touch a key.
pub trait Chooser {
    /// Whether somebody is here to be asked.
    fn present(&self) -> bool;

    /// Asks for a touch of the one that is meant of these, which blink from now on.
    fn ask(&mut self, keys: &[&KeyFacts]);

    /// What one of them does, whenever it changes.
    fn standing(&mut self, key: &KeyFacts, standing: &Standing);

    /// Whether nobody wants to choose any more.
    fn stopped(&self) -> bool;
}

/// Why a key that is plugged in was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It did not open.
    Keys(KeysError),
    /// It did not answer as it should.
    Key(CtapError),
}

/// Why no key was chosen. Nothing but reading and, where it says so, asking for a touch was done.
/// Keys are named as [`KeyFacts::name`] does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotChosen {
    /// None is plugged in.
    NoKey,
    /// Keys cannot be listed.
    Keys(KeysError),
    /// None of those that are plugged in could be read.
    Unread(Vec<(KeyEntry, Unread)>),
    /// The wanted one is not among those that were read.
    NotHere {
        /// The label of the wanted one, or how it was named.
        label: String,
        /// Its serial number by the plan; `None` if it knows none.
        serial: Option<String>,
        /// Those that are here.
        here: Vec<String>,
        /// Those that are here too and could not be read: one may be the wanted one.
        unread: Vec<(KeyEntry, Unread)>,
    },
    /// Several could be meant, and nobody is here to touch one.
    Several(Vec<String>),
    /// Several could be meant, and none of them can be chosen by a touch (CTAP 2.0), or stayed so.
    CannotSelect(Vec<String>),
    /// Nobody touched any.
    Untouched(Vec<String>),
    /// Whoever was asked does not want to choose.
    Stopped,
}

/// Opens the key that is meant. One that is alone is meant, if it is the wanted one; so is the one
/// with the wanted serial number among many. Of several others, the one that is touched: those that
/// can are made to show themselves first (CTAPHID_WINK), and no other handle stays open.
///
/// # Errors
/// [`NotChosen`], and then no PIN was asked for and nothing was changed on any key.
pub fn choose<'c>(
    keys: &mut dyn Keys,
    clock: &'c dyn Clock,
    entropy: &dyn EntropySource,
    wanted: Wanted<'_>,
    chooser: &mut dyn Chooser,
) -> Result<Chosen<'c>, NotChosen> {
    let entries = keys.list().map_err(NotChosen::Keys)?;
    if entries.is_empty() {
        return Err(NotChosen::NoKey);
    }
    let (mut read, mut unread) = (Vec::new(), Vec::new());
    for entry in entries {
        match open(keys, clock, entropy, &entry) {
            Ok(chosen) => read.push(chosen),
            Err(why) => unread.push((entry, why)),
        }
    }
    if read.is_empty() {
        return Err(NotChosen::Unread(unread));
    }
    let here: Vec<String> = read.iter().map(|one| one.facts.name()).collect();
    let mut meant = read;
    meant.retain(|one| wanted.fits(&one.facts));
    if meant.is_empty() {
        let (label, serial) = wanted.words();
        return Err(NotChosen::NotHere {
            label,
            serial,
            here,
            unread,
        });
    }
    // One that could not be read may be the one that is meant.
    if meant.len() == 1
        && (wanted.is_one() || unread.is_empty())
        && let Some(only) = meant.pop()
    {
        return Ok(only);
    }
    by_touch(meant, chooser)
}

fn open<'c>(
    keys: &mut dyn Keys,
    clock: &'c dyn Clock,
    entropy: &dyn EntropySource,
    entry: &KeyEntry,
) -> Result<Chosen<'c>, Unread> {
    let port = keys.open(&entry.path).map_err(Unread::Keys)?;
    let mut ctap = Ctap::open(port, clock, entropy.source()).map_err(Unread::Key)?;
    let facts = key::observe(&mut ctap, entry, clock.utc()).map_err(Unread::Key)?;
    Ok(Chosen { ctap, facts })
}

impl Wanted<'_> {
    /// Whether a key is what is wanted, as far as that is said.
    fn fits(self, facts: &KeyFacts) -> bool {
        let has = |wanted: &str| {
            let serial = facts.serial();
            serial.known().is_some_and(|seen| same_serial(seen, wanted))
        };
        match self {
            Self::Any => true,
            Self::Named(name) => facts.entry.path == name || has(name),
            Self::Planned(planned) => {
                let model = planned
                    .aaguid
                    .is_none_or(|wanted| facts.aaguid() == Observed::Known(wanted));
                model && planned.serial.as_deref().is_none_or(has)
            }
        }
    }

    /// Whether no other key can be it.
    const fn is_one(self) -> bool {
        match self {
            Self::Any => false,
            Self::Named(_) => true,
            Self::Planned(planned) => planned.serial.is_some(),
        }
    }

    /// How the wanted key is called, and its serial number by the plan.
    fn words(self) -> (String, Option<String>) {
        match self {
            Self::Any => (String::new(), None),
            Self::Named(name) => (name.to_owned(), None),
            Self::Planned(planned) => (planned.label.clone(), planned.serial.clone()),
        }
    }
}

fn by_touch<'c>(
    mut meant: Vec<Chosen<'c>>,
    chooser: &mut dyn Chooser,
) -> Result<Chosen<'c>, NotChosen> {
    let names: Vec<String> = meant.iter().map(|one| one.facts.name()).collect();
    if !chooser.present() {
        return Err(NotChosen::Several(names));
    }
    for one in &mut meant {
        // One that cannot, or went away, says so when it is asked for a touch.
        let _ = one.ctap.wink();
    }
    let (mut opened, facts): (Vec<&mut Ctap<'c>>, Vec<&KeyFacts>) = meant
        .iter_mut()
        .map(|one| (&mut one.ctap, &one.facts))
        .unzip();
    chooser.ask(&facts);
    let stood = {
        let told = std::cell::RefCell::new(&mut *chooser);
        touch_to_select(
            &mut opened,
            &mut |index, standing| {
                if let (Some(facts), Ok(mut chooser)) = (facts.get(index), told.try_borrow_mut()) {
                    chooser.standing(facts, standing);
                }
            },
            &|| told.try_borrow().is_ok_and(|chooser| chooser.stopped()),
        )
    };
    if let Some(index) = stood.iter().position(|one| *one == Standing::Touched) {
        return Ok(meant.swap_remove(index));
    }
    let cannot = |one: &Standing| {
        matches!(
            one,
            Standing::CannotSelect | Standing::Gone | Standing::Busy | Standing::Failed(_)
        )
    };
    if stood.iter().all(cannot) {
        Err(NotChosen::CannotSelect(names))
    } else if stood.contains(&Standing::Cancelled) {
        Err(NotChosen::Stopped)
    } else {
        Err(NotChosen::Untouched(names))
    }
}
