//! What can still be opened after a loss: every single and double loss of a physical key, a safe, a
//! site or a person who holds PINs, over plan and book.
//!
//! An account can be opened while one of its keys in use is there and somebody is who holds its PIN.
//! Keys that the plan does not name do not count: nobody knows who holds their PIN.

use crate::facts::book::BookKey;
use crate::facts::claims::same_serial;
use crate::plan::Plan;
use std::fmt;

/// Things that are lost two by two; of more, single losses alone are worked out.
pub const MOST_THINGS: usize = 300;
/// Keys that are taken into account; more than any plan should have.
const MOST_KEYS: usize = 1_000;

/// One thing that can be lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    /// A physical key, by its label; by every label that it has, where it has several.
    Key(Vec<String>),
    /// A safe with what is in it.
    Safe {
        /// Its name.
        id: String,
        /// Its site, if no other safe with keys is there: then both are one loss.
        site: Option<String>,
    },
    /// A site with more than one safe.
    Site(String),
    /// A person who holds PINs, with what only this person holds.
    Person(String),
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(labels) => f.write_str(&labels.join(" = ")),
            Self::Safe { id, site: None } => f.write_str(id),
            Self::Safe {
                id,
                site: Some(site),
            } => write!(f, "{id} (site {site})"),
            Self::Site(site) => write!(f, "site {site}"),
            Self::Person(person) => f.write_str(person),
        }
    }
}

/// What a loss leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome<'r> {
    /// What is lost: one thing or two.
    pub lost: Vec<&'r Loss>,
    /// The accounts that can still be opened, in the order of the plan.
    pub open: Vec<&'r str>,
}

impl Outcome<'_> {
    /// Whether nothing can be opened any more.
    #[must_use]
    pub const fn locks_out(&self) -> bool {
        self.open.is_empty()
    }
}

/// A key in use whose PIN somebody holds. Numbers are places in [`Recovery::things`].
#[derive(Clone, Debug, PartialEq, Eq)]
struct Way {
    account: usize,
    key: usize,
    safe: usize,
    site: Option<usize>,
    holders: Vec<usize>,
}

impl Way {
    fn is_open(&self, lost: &[usize]) -> bool {
        let gone = |thing: &usize| lost.contains(thing);
        !gone(&self.key)
            && !gone(&self.safe)
            && !self.site.as_ref().is_some_and(gone)
            && !self.holders.iter().all(gone)
    }
}

/// What can be opened after which loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    accounts: Vec<String>,
    things: Vec<Loss>,
    ways: Vec<Way>,
    uncounted: Vec<String>,
}

/// Where a key is, before things have their places.
struct Placed<'a> {
    key: &'a BookKey,
    account: usize,
    safe: &'a str,
    site: Option<&'a str>,
    holders: &'a [String],
}

impl Recovery {
    /// What `keys`, those in use, leave open by this plan. Leave a key out to see what its loss does.
    #[must_use]
    pub fn of(plan: &Plan, keys: &[BookKey]) -> Self {
        let mut recovery = Self {
            accounts: plan
                .accounts
                .iter()
                .map(|account| account.alias.clone())
                .collect(),
            things: Vec::new(),
            ways: Vec::new(),
            uncounted: Vec::new(),
        };
        let mut placed: Vec<Placed<'_>> = Vec::new();
        for key in keys {
            match placed_by(plan, key) {
                Some(place) if placed.len() < MOST_KEYS => placed.push(place),
                Some(_) | None => recovery.uncounted.push(key.label.clone()),
            }
        }
        for place in &placed {
            let account = place.account;
            let key = recovery.key(place, &placed);
            let safe = recovery.safe(place, &placed);
            let site = recovery.site(place, &placed);
            let person = |person: &String| recovery.thing(Loss::Person(person.clone()));
            let holders = place.holders.iter().map(person).collect();
            recovery.ways.push(Way {
                account,
                key,
                safe,
                site,
                holders,
            });
        }
        recovery
    }

    /// Every account of the plan, by its alias.
    #[must_use]
    pub fn accounts(&self) -> &[String] {
        &self.accounts
    }

    /// Everything whose loss closes something.
    #[must_use]
    pub fn things(&self) -> &[Loss] {
        &self.things
    }

    /// Labels of keys in use that do not count: the plan does not name them, or nobody holds their
    /// PIN.
    #[must_use]
    pub fn uncounted(&self) -> &[String] {
        &self.uncounted
    }

    /// The accounts that can be opened while nothing is lost.
    #[must_use]
    pub fn open_now(&self) -> Vec<&str> {
        self.after(&[])
    }

    /// Every single loss.
    #[must_use]
    pub fn single(&self) -> Vec<Outcome<'_>> {
        (0..self.things.len())
            .map(|one| self.outcome(&[one]))
            .collect()
    }

    /// Every double loss; `None` of more than [`MOST_THINGS`].
    #[must_use]
    pub fn double(&self) -> Option<Vec<Outcome<'_>>> {
        let pairs = self.pairs()?;
        Some(pairs.map(|pair| self.outcome(&pair)).collect())
    }

    /// The double losses that lock out although neither loss alone does, and no lesser pair: of a key
    /// in a safe the key is named, not the safe. `None` as of [`Self::double`].
    #[must_use]
    pub fn least_double_lock_outs(&self) -> Option<Vec<Outcome<'_>>> {
        let alone: Vec<bool> = (0..self.things.len())
            .map(|one| self.after(&[one]).is_empty())
            .collect();
        let locks = |one: &usize| alone.get(*one).copied().unwrap_or(false);
        let pairs: Vec<[usize; 2]> = self
            .pairs()?
            .filter(|pair| !pair.iter().any(locks) && self.after(pair).is_empty())
            .collect();
        let lesser = |pair: &[usize; 2]| {
            pairs.iter().any(|other| {
                other != pair
                    && other
                        .iter()
                        .all(|part| pair.iter().any(|whole| self.is_within(*part, *whole)))
            })
        };
        let least = pairs.iter().filter(|pair| !lesser(pair));
        Some(least.map(|pair| self.outcome(pair)).collect())
    }

    fn pairs(&self) -> Option<impl Iterator<Item = [usize; 2]> + use<>> {
        let count = self.things.len();
        (count <= MOST_THINGS)
            .then(|| (0..count).flat_map(move |one| (one + 1..count).map(move |two| [one, two])))
    }

    fn after(&self, lost: &[usize]) -> Vec<&str> {
        let open = |account: usize| {
            let mut ways = self.ways.iter().filter(|way| way.account == account);
            ways.any(|way| way.is_open(lost))
        };
        let accounts = self.accounts.iter().enumerate();
        accounts
            .filter(|(account, _)| open(*account))
            .map(|(_, alias)| alias.as_str())
            .collect()
    }

    fn outcome(&self, lost: &[usize]) -> Outcome<'_> {
        Outcome {
            lost: lost
                .iter()
                .filter_map(|one| self.things.get(*one))
                .collect(),
            open: self.after(lost),
        }
    }

    /// Whether losing the thing `whole` loses the thing `part`, or is the same.
    fn is_within(&self, part: usize, whole: usize) -> bool {
        let inside = |way: &Way| {
            (way.key == part && (way.safe == whole || way.site == Some(whole)))
                || (way.safe == part && way.site == Some(whole))
        };
        part == whole || self.ways.iter().any(inside)
    }

    fn thing(&mut self, loss: Loss) -> usize {
        let place = self.things.iter().position(|one| *one == loss);
        place.unwrap_or_else(|| {
            self.things.push(loss);
            self.things.len() - 1
        })
    }

    fn key(&mut self, place: &Placed<'_>, all: &[Placed<'_>]) -> usize {
        let same = all.iter().filter(|other| same_key(place.key, other.key));
        let labels = same.map(|other| other.key.label.clone()).collect();
        self.thing(Loss::Key(labels))
    }

    fn safe(&mut self, place: &Placed<'_>, all: &[Placed<'_>]) -> usize {
        let alone = is_alone(place, all);
        self.thing(Loss::Safe {
            id: place.safe.to_owned(),
            site: place.site.filter(|_| alone).map(str::to_owned),
        })
    }

    /// The site, where it is another loss than the safe.
    fn site(&mut self, place: &Placed<'_>, all: &[Placed<'_>]) -> Option<usize> {
        let site = place.site.filter(|_| !is_alone(place, all))?;
        Some(self.thing(Loss::Site(site.to_owned())))
    }
}

/// Whether no other safe with keys is at the safe's site.
fn is_alone(place: &Placed<'_>, all: &[Placed<'_>]) -> bool {
    all.iter()
        .filter(|other| other.site == place.site)
        .all(|other| other.safe == place.safe)
}

fn placed_by<'a>(plan: &'a Plan, key: &'a BookKey) -> Option<Placed<'a>> {
    let (_, planned) = plan.key(&key.label)?;
    let account = plan
        .accounts
        .iter()
        .position(|account| account.alias == key.account)?;
    let safe = key.safe.as_deref().unwrap_or(&planned.safe);
    let site = plan.safes.iter().find(|one| one.id == safe);
    (!planned.pin.held_by.is_empty()).then_some(Placed {
        key,
        account,
        safe,
        site: site.map(|safe| safe.site.as_str()),
        holders: &planned.pin.held_by,
    })
}

/// Whether two labels are on one physical key: the same credential, or the same model and number.
fn same_key(one: &BookKey, other: &BookKey) -> bool {
    let credential = one.credential_id.is_some() && one.credential_id == other.credential_id;
    let serial = match (&one.serial, &other.serial) {
        (Some(one), Some(other)) => same_serial(one, other),
        (Some(_) | None, Some(_) | None) => false,
    };
    one.label == other.label || credential || (serial && one.aaguid == other.aaguid)
}

#[cfg(test)]
mod tests;
