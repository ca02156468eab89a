//! What was begun with a key that dies or is lost in the middle of it: the key's loss or retirement gives it
//! up, and the book is in nobody's way.

use crate::departure::NEVER;
use crate::departure::THREE;
use crate::departure::book;
use crate::departure::heard;
use crate::departure::is_whole;
use crate::departure::lost;
use crate::departure::methods;
use crate::departure::retired;
use crate::replacement;
use crate::table::Table;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::Depth;
use glasskey::ceremony::GivenUp;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::Opening;
use glasskey::ceremony::Prompt;
use glasskey::ceremony::RegistrationWish;
use glasskey::ceremony::Via;
use glasskey::ceremony::give_up_registration;
use glasskey::ceremony::is_unrecorded;
use glasskey::ceremony::lose;
use glasskey::ceremony::open_bag;
use glasskey::ceremony::register_as;
use glasskey::ceremony::restore;
use glasskey::ceremony::retire;
use glasskey::ceremony::seal_bag;
use glasskey::ledger::Ledger;
use glasskey::primitives::Clock;
use glasskey::record::KeyEnd;
use glasskey::record::OpeningReason;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use std::time::Duration;

const LABEL: &str = "BG1-A";

fn unfinished(table: &Table) -> Vec<String> {
    OpenCeremony::unfinished(&table.desk).unwrap()
}

fn records(table: &mut Table) -> u64 {
    Ledger::new(&mut table.store).size().unwrap()
}

/// Cuts the power after each write of `held`, and brings back every table on which `id` was left open; the
/// record of it is in the ledger, or is not.
fn cut_off(
    id: &str,
    label: &str,
    ready: impl Fn() -> Table,
    held: impl Fn(&mut Table) -> Result<(), CeremonyError>,
) -> Vec<Table> {
    let mut left = Vec::new();
    for cut in 0.. {
        let mut table = ready();
        table.power.fail_after_writes(cut);
        if held(&mut table).is_ok() {
            assert!(!left.is_empty(), "nothing was left open");
            return left;
        }
        table.power_back(label);
        table.world.clock.wait(Duration::from_mins(10));
        if unfinished(&table).contains(&id.to_owned()) {
            left.push(table);
        }
    }
    unreachable!("it ends")
}

fn opened() -> Table {
    let mut table = book(Personality::Standard, &THREE);
    let opening = Opening {
        reason: OpeningReason::Inspection,
        why: Some("rehearsed".to_owned()),
        at: None,
        opened_by: Vec::new(),
    };
    table
        .room(Mistakes::default(), |room, _| {
            open_bag(room, LABEL, &opening)
        })
        .unwrap();
    table.world.bags.open(LABEL);
    table
}

fn verified(table: &mut Table) -> Result<(), CeremonyError> {
    table.verify(LABEL, Depth::WithPin).map(drop)
}

fn sealed(table: &mut Table) -> Result<(), CeremonyError> {
    table
        .room(Mistakes::default(), |room, _| seal_bag(room, LABEL))
        .map(drop)
}

/// Every table on which a verification, or a sealing, of a key was cut off.
fn begun_with_the_key() -> [(&'static str, Vec<Table>); 2] {
    let ready = || book(Personality::Standard, &THREE);
    [
        (
            "verification-BG1-A",
            cut_off("verification-BG1-A", LABEL, ready, verified),
        ),
        (
            "custody-seal-BG1-A",
            cut_off("custody-seal-BG1-A", LABEL, opened, sealed),
        ),
    ]
}

#[test]
fn a_loss_gives_up_what_was_begun_with_the_key_unless_its_record_is_in_the_ledger() {
    for (id, all) in begun_with_the_key() {
        let (mut given_up, mut recorded) = (0, 0);
        for mut table in all {
            let before = records(&mut table);
            lost(&mut table, LABEL).unwrap();
            let left = unfinished(&table);
            if left.is_empty() {
                given_up += 1;
                assert!(table.seen.0.contains(&format!("{id}, begun ")), "{id}");
                // Nothing stands in the way of another key.
                table.register("BG2-B").unwrap();
                let all = usize::try_from(before + 2).unwrap();
                is_whole(&table, all, id);
                continue;
            }
            recorded += 1;
            assert_eq!(left, [id]);
            if id.starts_with("verification") {
                verified(&mut table).unwrap();
            } else {
                sealed(&mut table).unwrap();
            }
            assert_eq!(unfinished(&table), Vec::<String>::new(), "{id}");
            assert_eq!(records(&mut table), before + 1, "{id}");
            assert_eq!(
                verified(&mut table).unwrap_err(),
                CeremonyError::NotInUse(LABEL.to_owned())
            );
        }
        assert!(
            given_up >= 3 && recorded >= 1,
            "{id}: {given_up} {recorded}"
        );
    }
}

#[test]
fn a_retirement_asks_whether_what_was_begun_with_the_key_is_given_up() {
    for (id, all) in begun_with_the_key() {
        let mut table = all.into_iter().next().unwrap();
        let before = records(&mut table);
        let question =
            |prompt: &Prompt| matches!(prompt, Prompt::Question(text) if text.starts_with(id));
        let (ended, all) = heard(&mut table, 0, |room, session| {
            retire(room, session, LABEL, KeyEnd::NotInHand)
        });
        assert!(question(&all.asked[0]), "{:?}", all.asked);
        assert_eq!(ended.unwrap_err(), CeremonyError::Unfinished(id.to_owned()));
        assert_eq!(unfinished(&table), [id]);
        retired(&mut table, LABEL, KeyEnd::NotInHand).unwrap();
        let all = usize::try_from(before + 1).unwrap();
        is_whole(&table, all, id);
    }
}

#[test]
fn a_retirement_does_not_begin_beside_what_was_begun_with_another_key() {
    let ready = || book(Personality::Standard, &THREE);
    let all = cut_off("verification-BG1-A", LABEL, ready, verified);
    let mut table = all.into_iter().next().unwrap();
    assert_eq!(
        retired(&mut table, "BG2-A", KeyEnd::NotInHand).unwrap_err(),
        CeremonyError::Unfinished("verification-BG1-A".to_owned())
    );
}

/// Both keys of the first account, and a third one that is planned for it.
fn with_a_third() -> Table {
    let mut table = replacement::both(Personality::Standard);
    let (first, rest) = table.plan.accounts.split_at_mut(1);
    let mut new = rest[0].keys.remove(0);
    "SAFE-A".clone_into(&mut new.safe);
    first[0].keys.push(new);
    table
}

#[test]
fn a_replacement_goes_on_where_the_old_key_is_lost_in_the_meantime() {
    let held = |table: &mut Table| replacement::replace(table, "BG2-A", Mistakes::NONE).map(drop);
    let all = cut_off("registration-BG2-A", "BG2-A", with_a_third, held);
    for (number, mut table) in all.into_iter().enumerate() {
        let when = format!("number {number}");
        let is_recorded = records(&mut table) == 4;
        if is_recorded {
            continue;
        }
        lost(&mut table, LABEL).unwrap_or_else(|error| panic!("{when}: {error:?}"));
        // The tenant's throttle does not count the runs together.
        table.world.clock.wait(Duration::from_mins(10));
        held(&mut table).unwrap_or_else(|error| panic!("{when}: {error:?}\n{}", table.seen.0));
        is_whole(&table, 5, &when);
        assert_eq!(replacement::names(&table), ["BG1-B", "BG2-A"], "{when}");
        let record = Ledger::new(&mut table.store).record(4).unwrap();
        assert_eq!(record.statement.replaces.unwrap().label, LABEL, "{when}");
    }
}

#[test]
fn a_key_that_is_lost_while_it_is_registered_anew_leaves_nothing_in_the_tenant() {
    let ready = || replacement::both(Personality::Standard);
    let held = |table: &mut Table| replacement::replace(table, LABEL, Mistakes::NONE).map(drop);
    for mut table in cut_off("registration-BG1-A", LABEL, ready, held) {
        if records(&mut table) == 4 {
            continue;
        }
        lost(&mut table, LABEL).unwrap();
        is_whole(&table, 4, "lost");
        assert_eq!(replacement::names(&table), ["BG1-B"]);
    }
}

fn give_up(table: &mut Table, label: &str) -> Result<GivenUp, CeremonyError> {
    table.room(Mistakes::default(), |room, session| {
        assert!(is_unrecorded(room, label)?);
        give_up_registration(room, session, label)
    })
}

#[test]
fn a_key_that_is_lost_before_its_record_leaves_nothing_in_the_tenant_and_nothing_open() {
    let ready = || book(Personality::Standard, &THREE);
    let held = |table: &mut Table| table.register("BG2-B").map(drop);
    let mut deleted = 0;
    for mut table in cut_off("registration-BG2-B", "BG2-B", ready, held) {
        if records(&mut table) == 5 {
            // Its record is in the ledger: it is lost as any other.
            let unrecorded =
                table.room(Mistakes::default(), |room, _| is_unrecorded(room, "BG2-B"));
            assert!(!unrecorded.unwrap());
            continue;
        }
        let error = lost(&mut table, "BG2-B").unwrap_err();
        assert_eq!(error, CeremonyError::NotInUse("BG2-B".to_owned()));
        let given_up = give_up(&mut table, "BG2-B").unwrap();
        assert_eq!(given_up.account, "BG-2");
        deleted += given_up.deleted.len();
        assert_eq!(methods(&table, "BG-2"), 1, "the recorded key's alone");
        is_whole(&table, 4, "given up");
        assert!(
            table
                .seen
                .0
                .contains("The registration of BG2-B is given up.")
        );
        table.verify(LABEL, Depth::WithPin).unwrap();
    }
    assert!(deleted >= 3, "{deleted}");
}

#[test]
fn a_registration_is_given_up_only_once_its_passkey_is_deleted() {
    let ready = || book(Personality::Standard, &THREE);
    let held = |table: &mut Table| table.register("BG2-B").map(drop);
    let all = cut_off("registration-BG2-B", "BG2-B", ready, held);
    let method = "open/registration-BG2-B/method.json";
    let mut table = all
        .into_iter()
        .find(|table| table.desk.files.contains_key(method))
        .unwrap();
    let (ended, all) = heard(&mut table, 0, |room, session| {
        give_up_registration(room, session, "BG2-B")
    });
    assert_eq!(ended.unwrap_err(), CeremonyError::Declined);
    assert!(matches!(all.asked[..], [Prompt::TenantChange { .. }]));
    assert_eq!(methods(&table, "BG-2"), 2);
    assert_eq!(unfinished(&table), ["registration-BG2-B"]);
    give_up(&mut table, "BG2-B").unwrap();
    assert_eq!(methods(&table, "BG-2"), 1);
    is_whole(&table, 4, "given up");
}

#[test]
fn a_registration_at_the_portal_is_given_up_with_its_passkey_and_its_pass() {
    let ready = || {
        let mut table = Table::with_portals(Personality::Standard);
        table.genesis().unwrap();
        let group = table.world.tenant.group_mut(World::id("tap")).unwrap();
        group.members.insert(World::id("BG-1"));
        table
    };
    let held = |table: &mut Table| {
        let wish = RegistrationWish {
            via: Some(Via::Portal),
            ..RegistrationWish::of(LABEL)
        };
        let ended = table.room(Mistakes::NONE, |room, session| {
            register_as(room, session, &wish)
        });
        ended.map(drop)
    };
    let mut deleted = 0;
    for mut table in cut_off("registration-BG1-A", LABEL, ready, held) {
        if records(&mut table) == 2 {
            continue;
        }
        deleted += give_up(&mut table, LABEL).unwrap().deleted.len();
        assert_eq!(replacement::names(&table), Vec::<String>::new());
        assert!(table.world.tenant.passes().is_empty());
        assert_eq!(restore::loose(&table.desk).unwrap(), []);
        is_whole(&table, 1, "given up");
    }
    assert!(deleted >= 3, "{deleted}");
}

#[test]
fn a_loss_that_is_declined_gives_nothing_up() {
    let ready = || book(Personality::Standard, &THREE);
    let all = cut_off("verification-BG1-A", LABEL, ready, verified);
    let mut table = all.into_iter().next().unwrap();
    let lose_it = |table: &mut Table, at| {
        heard(table, at, |room, session| {
            lose(room, Some(session), LABEL, None)
        })
    };
    let (ended, _) = lose_it(&mut table, 0);
    assert_eq!(ended.unwrap_err(), CeremonyError::Declined);
    assert!(unfinished(&table).contains(&"verification-BG1-A".to_owned()));
    let (ended, _) = lose_it(&mut table, NEVER);
    ended.unwrap();
    assert_eq!(unfinished(&table), Vec::<String>::new());
}
