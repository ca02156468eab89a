//! Every question of a ceremony in turn, not answered as asked, each way that there is; with what becomes
//! of the book, the key and the tenant.

use crate::table::Table;
use crate::table::audit_at;
use crate::table::questions::Asked;
use crate::table::questions::Asks;
use crate::table::questions::Instead;
use crate::table::questions::Questions;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::OpenCeremony;
use glasskey::ledger::Ledger;
use glasskey::primitives::Clock;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a ceremony left behind.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    records: u64,
    posts: u32,
    deletes: u32,
}

fn left(table: &mut Table) -> Left {
    let writes = table.world.tenant.writes().iter();
    // A pass that nobody wanted is deleted, and another made.
    let deletes = writes
        .filter(|(path, _)| path.starts_with("DELETE ") && !path.contains("temporaryAccessPass"));
    Left {
        deletes: deletes.map(|(_, count)| count).sum(),
        posts: table.posts(),
        records: Ledger::new(&mut table.store).size().unwrap(),
    }
}

/// The book as anybody may find it: whatever is in it is sound.
#[track_caller]
fn is_sound(table: &Table, when: &str) {
    if Ledger::new(&mut table.store.clone()).size().unwrap() > 0 {
        let report = audit_at(&table.store, &table.trust(), table.world.clock.utc());
        assert_eq!(report.first_bad(), None, "{when}\n{}", table.seen.0);
    }
}

/// Holds a ceremony once for every question of it and everything that may be done there instead of
/// answering it; then once more, answered as asked. Every time the book is sound in between and whole
/// in the end, no PIN try was spent but where a wrong PIN was typed, and the tenant has seen no passkey
/// and no deletion more than once. Says how many questions there were.
#[track_caller]
pub(crate) fn at_every_question(
    name: &str,
    ready: impl Fn() -> Table,
    held: impl Fn(&mut Table) -> Result<(), CeremonyError>,
) -> usize {
    let mut whole = ready();
    whole.questions = Questions::default();
    held(&mut whole).unwrap_or_else(|error| panic!("{name}: {error:?}\n{}", whole.seen.0));
    let asked = std::mem::take(&mut whole.questions.asked);
    let expected = left(&mut whole);
    for (number, Asked { asks, words, .. }) in asked.iter().enumerate() {
        for instead in asks.others() {
            let when = format!("{name}, question {number}, {words:?}: {instead:?}");
            let mut table = ready();
            let spent = tries_spent(&table);
            table.questions = Questions::with(number, *instead);
            let ended = held(&mut table);
            table.questions.instead = None;
            is_sound(&table, &when);
            let unfinished = !OpenCeremony::unfinished(&table.desk).unwrap().is_empty();
            // The tenant's throttle does not count the runs together.
            table.world.clock.wait(Duration::from_mins(10));
            if ended.is_err() || unfinished {
                held(&mut table).unwrap_or_else(|error| {
                    panic!("{when}: again: {error:?}\n{}", table.seen.0);
                });
            }
            is_sound(&table, &when);
            let unfinished = OpenCeremony::unfinished(&table.desk).unwrap();
            assert!(unfinished.is_empty(), "{when}: {unfinished:?}");
            let now = left(&mut table);
            assert_eq!(now.records, expected.records, "{when}");
            assert!(
                now.posts <= expected.posts && now.deletes <= expected.deletes,
                "{when}: {now:?}, and not {expected:?}\n{}",
                table.seen.0
            );
            let wrong_pin = *asks == Asks::Pin && *instead == Instead::TypesSomethingElse;
            let most = spent + u32::from(wrong_pin);
            assert!(tries_spent(&table) <= most, "{when}: PIN tries");
        }
    }
    asked.len()
}

fn tries_spent(table: &Table) -> u32 {
    let keys = table.world.keys();
    let spent = keys.iter().map(|(_, key)| key.statistics().pin_tries_spent);
    spent.sum()
}

/// Holds a ceremony once for every write of it, the power failing after that write; then once more, if
/// anything of it is left or it was not held at all. Every time the book is whole in the end, as many
/// records are in it as if nothing had happened, the tenant saw each write as often, and no PIN try was
/// spent. Says how many writes there were.
#[track_caller]
pub(crate) fn at_every_write(
    name: &str,
    label: &str,
    ready: impl Fn() -> Table,
    held: impl Fn(&mut Table) -> Result<(), CeremonyError>,
) -> u32 {
    let mut whole = ready();
    let before = whole.power.writes();
    held(&mut whole).unwrap_or_else(|error| panic!("{name}: {error:?}\n{}", whole.seen.0));
    let writes = whole.power.writes() - before;
    let (expected, sent) = (left(&mut whole), sent(&whole));
    for cut in 0..=writes {
        let when = format!("{name}, cut after {cut} of {writes} writes");
        let mut table = ready();
        table.power.fail_after_writes(cut);
        assert!(held(&mut table).is_err(), "{when}: the cut was not felt");
        table.power_back(label);
        // The tenant's throttle does not count the runs together.
        table.world.clock.wait(Duration::from_mins(10));
        let unfinished = !OpenCeremony::unfinished(&table.desk).unwrap().is_empty();
        let records = Ledger::new(&mut table.store).size().unwrap();
        if unfinished || records < expected.records {
            held(&mut table).unwrap_or_else(|error| {
                panic!("{when}: again: {error:?}\n{}", table.seen.0);
            });
        }
        is_sound(&table, &when);
        let unfinished = OpenCeremony::unfinished(&table.desk).unwrap();
        assert!(unfinished.is_empty(), "{when}: {unfinished:?}");
        assert_eq!(left(&mut table), expected, "{when}");
        assert_eq!(self::sent(&table), sent, "{when}: writes");
        assert_eq!(tries_spent(&table), 0, "{when}: PIN tries");
    }
    writes
}

/// How often the tenant saw each write; ids that it gave itself are left out. Two that may come again are
/// not counted: a pass that was made and that nobody saw is made anew, and that sessions end is asked again.
fn sent(table: &Table) -> BTreeMap<String, u32> {
    let mut all = BTreeMap::new();
    let writes = table.world.tenant.writes().iter();
    let again = ["temporaryAccessPass", "revokeSignInSessions"];
    let once = |path: &str| again.iter().all(|one| !path.contains(one));
    for (path, count) in writes.filter(|(path, _)| once(path)) {
        let made = path.split_inclusive("Methods/").next();
        *all.entry(made.unwrap_or_default().to_owned()).or_default() += count;
    }
    all
}
