//! Every key that is due, one after the other: the order, the depth of each, why, and where it stops.

use crate::table::Table;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::Depth;
use glasskey::ceremony::Walked;
use glasskey::ceremony::due_now;
use glasskey::ceremony::verify_due;
use glasskey::findings::Check;
use glasskey::findings::Due;
use glasskey::findings::DueDepth;
use glasskey::findings::DueStanding;
use glasskey::findings::Verdict;
use glasskey::ledger::Ledger;
use glasskey::primitives::Clock;
use glasskey::record::Level;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::tenant::AccessPolicy;
use glasskey::rehearsal::tenant::Grant;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// All four keys registered, some days ago.
fn after(days: u32) -> Table {
    let mut table = Table::new(Personality::Standard);
    table.genesis().unwrap();
    for label in World::labels() {
        table.register(label).unwrap();
        table.world.clock.wait(Duration::from_mins(30));
    }
    table.world.clock.wait(DAY * days);
    table
}

fn walk(table: &mut Table) -> Walked {
    table.room(Mistakes::NONE, verify_due).unwrap()
}

fn now(table: &mut Table) -> Vec<Due> {
    table.room(Mistakes::NONE, due_now).unwrap()
}

fn labels(walked: &Walked) -> Vec<&str> {
    walked
        .done
        .iter()
        .map(|(label, _)| label.as_str())
        .collect()
}

fn levels(table: &mut Table, walked: &Walked) -> Vec<Level> {
    let ledger = Ledger::new(&mut table.store);
    let record = |index| ledger.record(index).unwrap().statement.level.unwrap();
    let done = walked.done.iter();
    done.map(|(_, sealed)| record(sealed.appended.index))
        .collect()
}

#[test]
fn each_safe_is_opened_once_and_each_account_gets_one_sign_in() {
    let mut table = after(84);
    let walked = walk(&mut table);
    assert_eq!(labels(&walked), ["BG1-A", "BG2-A", "BG1-B", "BG2-B"]);
    assert_eq!(
        levels(&mut table, &walked),
        [Level::L2, Level::L2, Level::L1, Level::L1]
    );
    assert_eq!((walked.left, walked.stopped), (Vec::new(), None));
    for words in [
        "1. BG1-A, in SAFE-A, due by 2026-04-05, with a sign-in.",
        "4. BG2-B, in SAFE-B, due by 2026-04-05.",
        "Key 3 of 4 is BG1-B, in SAFE-B. Go on with it?",
    ] {
        assert!(table.seen.0.contains(words), "{words}\n{}", table.seen.0);
    }
    // Nothing is due any more.
    let again = walk(&mut table);
    assert_eq!(again.done.len(), 0);
    // A quarter later the other keys sign in.
    table.world.clock.wait(DAY * 84);
    let walked = walk(&mut table);
    assert_eq!(labels(&walked), ["BG1-A", "BG2-A", "BG1-B", "BG2-B"]);
    assert_eq!(
        levels(&mut table, &walked),
        [Level::L1, Level::L1, Level::L2, Level::L2]
    );
}

#[test]
fn nothing_is_due_early_in_the_quarter() {
    let mut table = after(30);
    let walked = walk(&mut table);
    assert_eq!((walked.done, walked.left), (Vec::new(), Vec::new()));
}

#[test]
fn it_stops_between_two_keys_and_goes_on_with_what_is_open() {
    let mut table = after(84);
    let whole = {
        let mut table = after(84);
        let before = table.power.writes();
        table.verify("BG1-A", Depth::WithSignIn).unwrap();
        table.power.writes() - before
    };
    // The power fails in the middle of the second key.
    table.power.fail_after_writes(whole + 6);
    let walked = walk(&mut table);
    assert_eq!(labels(&walked), ["BG1-A"]);
    assert!(walked.stopped.is_some());
    let left: Vec<&str> = walked.left.iter().map(|one| one.label.as_str()).collect();
    assert_eq!(left, ["BG2-A", "BG1-B", "BG2-B"]);
    table.power_back("BG2-A");
    table.world.clock.wait(Duration::from_mins(10));
    let walked = walk(&mut table);
    assert_eq!(labels(&walked), ["BG2-A", "BG1-B", "BG2-B"]);
    assert_eq!(walked.stopped, None::<CeremonyError>);
}

#[test]
fn what_is_worse_in_the_tenant_makes_the_keys_of_the_account_due_early_and_says_so() {
    let mut table = after(84);
    walk(&mut table);
    table.world.clock.wait(DAY * 10);
    let early = |dues: &[Due]| -> Vec<String> {
        dues.iter()
            .filter(|one| one.standing != DueStanding::Later)
            .map(|one| one.label.clone())
            .collect()
    };
    assert_eq!(early(&now(&mut table)), Vec::<String>::new());
    let account = table.world.tenant.account_mut(World::id("BG-1")).unwrap();
    account.enabled = false;
    table.world.clock.wait(Duration::from_mins(10));
    let dues = now(&mut table);
    assert_eq!(early(&dues), ["BG1-A", "BG1-B"]);
    let one = dues.iter().find(|one| one.label == "BG1-B").unwrap();
    assert_eq!(one.depth, DueDepth::Presence);
    assert!(
        one.reasons
            .iter()
            .any(|why| why.starts_with("ACCOUNT-ENABLED is worse than in record ")),
        "{:?}",
        one.reasons
    );
}

#[test]
fn a_lost_exclusion_makes_the_keys_of_the_account_due_and_stands_in_their_next_record() {
    let mut table = after(84);
    walk(&mut table);
    table.world.clock.wait(DAY * 10);
    // A policy for everybody is made, and nobody thinks of the emergency access accounts.
    let created = table.world.clock.utc();
    let policy = AccessPolicy::new(World::id("CA009"), "CA009 Block", Grant::Block, created);
    table.world.tenant.access_policies_mut().push(policy);
    table.world.clock.wait(Duration::from_mins(10));
    let dues = now(&mut table);
    for one in &dues {
        assert_eq!(one.standing, DueStanding::Soon, "{}", one.label);
        let [why] = one.reasons.as_slice() else {
            panic!("{:?}", one.reasons);
        };
        assert!(
            why.starts_with("CA-EXCLUSION is worse than in record "),
            "{why}"
        );
        assert!(why.ends_with(": an exclusion is lost"), "{why}");
    }
    table.verify("BG1-A", Depth::WithPin).unwrap();
    let ledger = Ledger::new(&mut table.store);
    let size = ledger.size().unwrap();
    let findings = ledger.record(size - 1).unwrap().statement.findings;
    let stated = findings.iter().find(|one| one.subject.is_policy()).unwrap();
    assert_eq!(
        (stated.check, stated.verdict),
        (Check::CaExclusion, Verdict::Fail)
    );
    // It was looked at: what is no worse than that does not make it due again.
    let dues = now(&mut table);
    let one = dues.iter().find(|one| one.label == "BG1-A").unwrap();
    assert_eq!((one.standing, one.reasons.len()), (DueStanding::Later, 0));
}
