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
        /// The label of the wanted one.
        label: String,
        /// Those that are here.
        here: Vec<String>,
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
/// with the wanted serial number among many. Of several others, the one that is touched.
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
    let mut certain = false;
    if let Wanted::Planned(planned) = wanted {
        meant.retain(|one| fits(&one.facts, planned));
        certain = planned.serial.is_some();
        if meant.is_empty() {
            let label = planned.label.clone();
            return Err(NotChosen::NotHere { label, here });
        }
    }
    // One that could not be read may be the one that is meant.
    if meant.len() == 1
        && (certain || unread.is_empty())
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

/// Whether a key is what the plan says, as far as it says it.
fn fits(facts: &KeyFacts, planned: &PlannedKey) -> bool {
    let model = planned
        .aaguid
        .is_none_or(|wanted| facts.aaguid() == Observed::Known(wanted));
    let serial = planned.serial.as_deref().is_none_or(|wanted| {
        facts
            .serial()
            .known()
            .is_some_and(|seen| same_serial(seen, wanted))
    });
    model && serial
}

fn by_touch<'c>(
    mut meant: Vec<Chosen<'c>>,
    chooser: &mut dyn Chooser,
) -> Result<Chosen<'c>, NotChosen> {
    let names: Vec<String> = meant.iter().map(|one| one.facts.name()).collect();
    if !chooser.present() {
        return Err(NotChosen::Several(names));
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
