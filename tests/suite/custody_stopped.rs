//! An opening or a move that is stopped before its statement: what was answered is kept in `open/`, and not
//! asked again.

use crate::table::Table;
use crate::table::questions::Heard;
use crate::table::small_book;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::Opening;
use glasskey::ceremony::Place;
use glasskey::ceremony::Prompt;
use glasskey::ceremony::move_bag;
use glasskey::ceremony::open_bag;
use glasskey::ledger::Ledger;
use glasskey::primitives::Clock;
use glasskey::record::OpeningReason;
use glasskey::record::Statement;
use glasskey::rehearsal::Mistakes;
use std::time::Duration;

const LABEL: &str = "BG1-A";
/// Nobody declines.
const NEVER: usize = usize::MAX;
const KEPT: [&str; 2] = [
    "open/custody-open-BG1-A/opening.json",
    "open/custody-move-BG1-A/moving.json",
];

fn for_a(reason: OpeningReason) -> Opening {
    Opening {
        reason,
        why: None,
        at: None,
        opened_by: Vec::new(),
    }
}

/// A day after a key was sealed; the plan has another place for it than the book.
fn ready() -> Table {
    let mut table = small_book();
    table.world.clock.wait(Duration::from_hours(24));
    let key = &mut table.plan.accounts[0].keys[0];
    "SAFE-B".clone_into(&mut key.safe);
    key.shelf = Some("3".to_owned());
    table
}

/// What is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Opens,
    Moves,
}

fn held(
    table: &mut Table,
    what: What,
    reason: OpeningReason,
    at: usize,
) -> (Result<(), CeremonyError>, Heard) {
    table.declining(at, Mistakes::default(), |room, _| match what {
        What::Opens => open_bag(room, LABEL, &for_a(reason)).map(drop),
        What::Moves => move_bag(room, LABEL, &Place::default()).map(drop),
    })
}

fn drill(table: &mut Table, what: What, at: usize) -> (Result<(), CeremonyError>, Heard) {
    held(table, what, OpeningReason::Test, at)
}

/// Each question in one word.
fn words(heard: &Heard) -> Vec<&'static str> {
    let heads = [
        ("Number of the closed bag", "bag"),
        ("Why was the bag opened?", "why"),
        ("The statement was read aloud", "sign"),
    ];
    let word = |prompt: &Prompt| {
        let words = prompt.words();
        let known = heads.iter().find(|(head, _)| words.starts_with(head));
        known.unwrap_or_else(|| panic!("{words} was asked")).1
    };
    heard.asked.iter().map(word).collect()
}

fn unfinished(table: &Table) -> Vec<String> {
    OpenCeremony::unfinished(&table.desk).unwrap()
}

fn last(table: &mut Table) -> Statement {
    Ledger::new(&mut table.store).record(2).unwrap().statement
}

fn records(table: &mut Table) -> u64 {
    Ledger::new(&mut table.store).size().unwrap()
}

#[test]
fn an_opening_that_is_stopped_asks_on_where_it_was() {
    let (ended, heard) = drill(&mut ready(), What::Opens, NEVER);
    ended.unwrap();
    assert_eq!(words(&heard), ["bag", "why", "sign"]);
    let mut table = ready();
    let (ended, _) = drill(&mut table, What::Opens, 1);
    assert_eq!(ended, Err(CeremonyError::Declined));
    assert_eq!(unfinished(&table), ["custody-open-BG1-A"]);
    let (ended, heard) = drill(&mut table, What::Opens, NEVER);
    ended.unwrap();
    assert_eq!(words(&heard), ["why", "sign"]);
    let said = "Bag R26-0101 was read before: intact.".to_owned();
    assert!(heard.said.contains(&said), "{:?}", heard.said);
    assert_eq!(unfinished(&table), Vec::<String>::new());
    let opening = last(&mut table).opening.unwrap();
    assert_eq!(opening.bag.unwrap().number, "R26-0101");
    assert_eq!(opening.reason, OpeningReason::Test);
}

#[test]
fn whoever_answers_nothing_or_does_not_sign_leaves_nothing() {
    for (what, questions) in [(What::Opens, 3), (What::Moves, 2)] {
        for at in [0, questions - 1] {
            let mut table = ready();
            let before = table.desk.files.clone();
            let (ended, _) = drill(&mut table, what, at);
            assert_eq!(ended, Err(CeremonyError::Withdrawn), "{what:?} {at}");
            assert!(table.desk.files == before, "{what:?} {at}");
        }
    }
}

#[test]
fn after_a_cut_at_any_write_nothing_is_asked_twice() {
    for what in [What::Opens, What::Moves] {
        let mut whole = ready();
        let before = whole.power.writes();
        let (ended, heard) = drill(&mut whole, what, NEVER);
        ended.unwrap();
        let all = words(&heard).len();
        let mut fewest = all;
        for cut in 0..=whole.power.writes() - before {
            let when = format!("{what:?}, cut after {cut} writes");
            let mut table = ready();
            table.power.fail_after_writes(cut);
            let (ended, first) = drill(&mut table, what, NEVER);
            assert!(ended.is_err(), "{when}");
            table.power_back(LABEL);
            let kept = KEPT.iter().any(|name| table.desk.files.contains_key(*name));
            let first = words(&first).len();
            if records(&mut table) == 3 && unfinished(&table).is_empty() {
                continue;
            }
            let (ended, again) = drill(&mut table, what, NEVER);
            ended.unwrap_or_else(|error| panic!("{when}: {error:?}"));
            assert_eq!(records(&mut table), 3, "{when}");
            let asked = words(&again);
            assert!(!kept || !asked.contains(&"bag"), "{when}: {asked:?}");
            // What was answered and is not asked again comes to all, but for the answer that the cut took.
            assert!(first + asked.len() <= all + 1, "{when}: {first}, {asked:?}");
            fewest = fewest.min(asked.len());
        }
        assert_eq!(fewest, 0, "{what:?}: once it is agreed to nothing is asked");
    }
}

#[test]
fn an_opening_goes_on_as_it_was_begun_and_an_incident_comes_first() {
    let mut table = ready();
    drill(&mut table, What::Opens, 1).0.unwrap_err();
    let (ended, heard) = held(&mut table, What::Opens, OpeningReason::Inspection, NEVER);
    let Err(CeremonyError::Matter { why, .. }) = ended else {
        panic!("{ended:?}");
    };
    assert_eq!(
        why,
        "the opening of BG1-A that is unfinished was begun with other options"
    );
    assert_eq!(words(&heard), Vec::<&str>::new());
    assert_eq!(unfinished(&table), ["custody-open-BG1-A"]);
    let (ended, heard) = held(&mut table, What::Opens, OpeningReason::Incident, NEVER);
    ended.unwrap();
    assert_eq!(words(&heard), ["bag", "why", "sign"]);
    let opening = last(&mut table).opening.unwrap();
    assert_eq!(opening.reason, OpeningReason::Incident);
    assert_eq!(unfinished(&table), Vec::<String>::new());
}

#[test]
fn a_move_whose_plan_changed_meanwhile_reads_the_bag_anew() {
    // Cut just after the answer was written.
    let stopped = || {
        let cut = |cut| {
            let mut table = ready();
            table.power.fail_after_writes(cut);
            drill(&mut table, What::Moves, NEVER).0.unwrap_err();
            table.power_back(LABEL);
            table
        };
        let mut cuts = (1..).map(cut);
        cuts.find(|table| table.desk.files.contains_key(KEPT[1]))
            .unwrap()
    };
    let mut table = stopped();
    let (ended, heard) = drill(&mut table, What::Moves, NEVER);
    ended.unwrap();
    assert_eq!(words(&heard), ["sign"]);
    let mut table = stopped();
    table.plan.accounts[0].keys[0].shelf = Some("4".to_owned());
    let (ended, heard) = drill(&mut table, What::Moves, NEVER);
    ended.unwrap();
    assert_eq!(words(&heard), ["bag", "sign"]);
    let custody = last(&mut table).custody.unwrap();
    assert_eq!(custody.shelf.as_deref(), Some("4"));
}

#[test]
fn a_bag_that_was_kept_as_read_is_held_against_its_record_again() {
    for (from, to) in [("intact", "broken"), ("R26-0101", "R26-0999")] {
        let cut = |cut| {
            let mut table = ready();
            table.power.fail_after_writes(cut);
            drill(&mut table, What::Moves, NEVER).0.unwrap_err();
            table.power_back(LABEL);
            table
        };
        let mut cuts = (1..).map(cut);
        let mut table = cuts
            .find(|table| table.desk.files.contains_key(KEPT[1]))
            .unwrap();
        let kept = table.desk.files.get_mut(KEPT[1]).unwrap();
        let text = String::from_utf8(kept.clone()).unwrap();
        assert!(text.contains(from), "{text}");
        *kept = text.replace(from, to).into_bytes();
        let (ended, _) = drill(&mut table, What::Moves, NEVER);
        let Err(CeremonyError::Matter { why, .. }) = ended else {
            panic!("{to}: {ended:?}");
        };
        assert!(why.starts_with("the bag is not as recorded"), "{to}: {why}");
        assert_eq!(records(&mut table), 2);
    }
}
