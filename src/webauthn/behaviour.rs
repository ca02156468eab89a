//! How models behave where the specification leaves it open, as far as somebody saw it:
//! `docs/keys-observed.tsv`. What is not listed is unknown.

use super::Aaguid;

/// The table; the page beside it explains it.
pub const KEYS_OBSERVED: &str = include_str!("../../docs/keys-observed.tsv");

/// What a model does with a silent assertion (`up=false`) for a credential of credProtect 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SilentProbe {
    /// It signs.
    Answered,
    /// It refuses silence.
    Refused,
    /// It says that it holds no such credential.
    Hidden,
}

/// What a touch takes from a pinUvAuthToken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenConsumption {
    /// Its permissions: a second use is refused.
    Consumed,
    /// Nothing.
    Kept,
}

/// How the signature counter steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CounterStep {
    /// By one.
    One,
    /// By more than one, and not evenly.
    Random,
    /// Not at all: it is always zero.
    Zero,
}

/// Which credProtect level a credential has that was made with level 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredProtect {
    /// The one that was asked for.
    AsAsked,
    /// Always 3.
    AlwaysRequired,
}

/// What was seen of a model with a firmware; `None`: nobody looked, or two saw different things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Behaviour {
    /// Silent assertions.
    pub silent_probe: Option<SilentProbe>,
    /// Tokens.
    pub token_consumption: Option<TokenConsumption>,
    /// Counters.
    pub counter_step: Option<CounterStep>,
    /// credProtect.
    pub cred_protect: Option<CredProtect>,
    /// Answers to the vendor's own commands; 0 where it knows none.
    pub vendor_pages: Option<u8>,
}

/// What was seen of `model` with `firmware`.
#[must_use]
pub fn behaviour(model: Aaguid, firmware: &str) -> Behaviour {
    rows()
        .filter(|row| row.aaguid == model && row.firmware == firmware)
        .map(|row| row.behaviour)
        .reduce(Behaviour::and)
        .unwrap_or_default()
}

impl Behaviour {
    /// What two rows agree on.
    fn and(self, other: Self) -> Self {
        fn same<T: PartialEq>(one: Option<T>, other: Option<&T>) -> Option<T> {
            one.filter(|value| other == Some(value))
        }
        Self {
            silent_probe: same(self.silent_probe, other.silent_probe.as_ref()),
            token_consumption: same(self.token_consumption, other.token_consumption.as_ref()),
            counter_step: same(self.counter_step, other.counter_step.as_ref()),
            cred_protect: same(self.cred_protect, other.cred_protect.as_ref()),
            vendor_pages: same(self.vendor_pages, other.vendor_pages.as_ref()),
        }
    }
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedRow {
    /// What people call the model.
    pub model: &'static str,
    /// The model.
    pub aaguid: Aaguid,
    /// Its firmware.
    pub firmware: &'static str,
    /// Who saw it.
    pub who: &'static str,
    /// When, `2026-11-22`.
    pub date: &'static str,
    /// What was seen.
    pub behaviour: Behaviour,
}

/// Every row of the table; one that cannot be read is left out, which a test forbids.
pub fn rows() -> impl Iterator<Item = ObservedRow> {
    KEYS_OBSERVED.lines().skip(1).filter_map(row)
}

fn row(line: &'static str) -> Option<ObservedRow> {
    let cells: Vec<&'static str> = line.split('\t').collect();
    let [
        model,
        aaguid,
        firmware,
        who,
        date,
        silent,
        token,
        counter,
        protect,
        pages,
    ] = cells.as_slice()
    else {
        return None;
    };
    let behaviour = Behaviour {
        silent_probe: word(
            silent,
            &[
                ("answered", SilentProbe::Answered),
                ("refused", SilentProbe::Refused),
                ("hidden", SilentProbe::Hidden),
            ],
        )
        .ok()?,
        token_consumption: word(
            token,
            &[
                ("consumed", TokenConsumption::Consumed),
                ("kept", TokenConsumption::Kept),
            ],
        )
        .ok()?,
        counter_step: word(
            counter,
            &[
                ("one", CounterStep::One),
                ("random", CounterStep::Random),
                ("zero", CounterStep::Zero),
            ],
        )
        .ok()?,
        cred_protect: word(
            protect,
            &[
                ("as-asked", CredProtect::AsAsked),
                ("always-3", CredProtect::AlwaysRequired),
            ],
        )
        .ok()?,
        vendor_pages: match *pages {
            "unknown" => None,
            number => Some(number.parse().ok()?),
        },
    };
    Some(ObservedRow {
        model,
        aaguid: Aaguid::parse(aaguid)?,
        firmware,
        who,
        date,
        behaviour,
    })
}

/// A cell is a word that is not in the table's vocabulary.
struct NoWord;

/// The meaning of a cell; `unknown` is `None`.
fn word<T: Copy>(cell: &str, words: &[(&str, T)]) -> Result<Option<T>, NoWord> {
    if cell == "unknown" {
        return Ok(None);
    }
    let found = words.iter().find(|(word, _)| *word == cell);
    found.map(|(_, meaning)| Some(*meaning)).ok_or(NoWord)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_reads_and_names_who_and_when() {
        assert_eq!(rows().count(), KEYS_OBSERVED.lines().count() - 1);
        for row in rows() {
            assert!(!row.model.is_empty() && !row.who.is_empty(), "{row:?}");
            let time = format!("{}T00:00:00Z", row.date);
            assert!(
                crate::primitives::UtcTime::parse(&time).is_some(),
                "{row:?}"
            );
        }
    }

    #[test]
    fn the_page_names_every_column_and_every_word() {
        let page = include_str!("../../docs/keys-observed.md");
        let head = KEYS_OBSERVED.lines().next().unwrap();
        let words =
            "answered refused hidden consumed kept one random zero as-asked always-3 unknown";
        for word in head.split('\t').chain(words.split(' ')) {
            assert!(page.contains(&format!("`{word}`")), "{word}");
        }
    }

    #[test]
    fn what_is_not_listed_is_unknown_and_so_is_what_rows_disagree_on() {
        assert_eq!(behaviour(Aaguid::ZERO, "5.7.4"), Behaviour::default());
        let mut both = rows().filter(|row| row.model.starts_with("virtual key"));
        let (one, other) = (both.next().unwrap(), both.next().unwrap());
        assert_ne!(one.behaviour, other.behaviour);
        let said = behaviour(one.aaguid, one.firmware);
        assert_eq!(said.counter_step, None);
        assert_eq!(said.vendor_pages, Some(0));
    }
}
