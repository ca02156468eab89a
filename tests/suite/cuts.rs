//! The power fails after every single write of what is played nowhere else write by write: a
//! verification without a PIN, an opening in an incident, a loss without the tenant, a sign-in that is
//! collected later, a key in another one's place at the portal. Each goes on, and nothing is done twice.

use crate::refusing::at_every_write;
use crate::table::Table;
use crate::table::questions::Questions;
use crate::table::small_book;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::Depth;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::Opening;
use glasskey::ceremony::RegistrationWish;
use glasskey::ceremony::Via;
use glasskey::ceremony::collect_sign_ins;
use glasskey::ceremony::day::resume;
use glasskey::ceremony::lose;
use glasskey::ceremony::notes::amend;
use glasskey::ceremony::open_bag;
use glasskey::ceremony::register_as;
use glasskey::ledger::Ledger;
use glasskey::primitives::Clock;
use glasskey::primitives::UtcTime;
use glasskey::record::OpeningReason;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::SignInMistake;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use std::time::Duration;

const LABEL: &str = "BG1-A";
const DAY: Duration = Duration::from_hours(24);

fn days_later(mut table: Table, days: u32) -> Table {
    table.power.restore();
    table.world.clock.wait(DAY * days);
    table.seen.0.clear();
    table
}

#[test]
fn a_verification_without_a_pin_goes_on_after_a_cut_at_any_write() {
    let writes = at_every_write(
        "L0",
        LABEL,
        || days_later(small_book(), 80),
        |table| table.verify(LABEL, Depth::WithoutPin).map(drop),
    );
    assert!(writes > 10, "{writes}");
}

#[test]
fn an_opening_in_an_incident_goes_on_after_a_cut_at_any_write() {
    let incident = |at| Opening {
        reason: OpeningReason::Incident,
        why: Some("rehearsed".to_owned()),
        at,
        opened_by: vec!["w-2".to_owned()],
    };
    // Written as it happens, and two days afterwards.
    let before = UtcTime::parse("2026-01-13T03:12:00Z").unwrap();
    for at in [None, Some(before)] {
        let writes = at_every_write(
            "an incident",
            LABEL,
            || days_later(small_book(), 10),
            |table| {
                table
                    .room(Mistakes::default(), |room, _| {
                        open_bag(room, LABEL, &incident(at))
                    })
                    .map(drop)
            },
        );
        assert!(writes > 8, "{writes}");
    }
}

#[test]
fn a_loss_without_the_tenant_goes_on_after_a_cut_at_any_write() {
    let both = || {
        let mut table = small_book();
        table.register("BG2-A").unwrap();
        days_later(table, 10)
    };
    let writes = at_every_write("a loss without the tenant", LABEL, both, |table| {
        table
            .room(Mistakes::default(), |room, _| lose(room, None, LABEL, None))
            .map(drop)
    });
    assert!(writes > 8, "{writes}");
}

/// Record 2 says that its sign-in is pending, and the log has it now.
fn pending() -> Table {
    let mut table = days_later(small_book(), 80);
    table.world.tenant.set_log_lag(Duration::from_hours(1));
    let late = Mistakes {
        at_sign_in: Some(SignInMistake::StopsWaiting),
        ..Mistakes::NONE
    };
    table.verify_with(LABEL, Depth::WithSignIn, late).unwrap();
    days_later(table, 1)
}

/// `verify --collect`: nothing is pending afterwards.
fn collect(table: &mut Table) -> Result<(), CeremonyError> {
    let collected = table.room(Mistakes::default(), |room, session| {
        collect_sign_ins(room, session)
    })?;
    assert_eq!(collected.left, Vec::<String>::new());
    assert_eq!(collected.done.len(), 1);
    Ok(())
}

#[test]
fn a_sign_in_that_is_collected_goes_on_after_a_cut_at_any_write() {
    let writes = at_every_write("collected", LABEL, pending, collect);
    assert!(writes > 8, "{writes}");
}

#[test]
fn an_amendment_in_the_ledger_is_finished_by_the_command_of_the_days_page() {
    let records = |table: &mut Table| Ledger::new(&mut table.store).size().unwrap();
    let mut finished = 0;
    for cut in 0.. {
        let mut table = pending();
        table.power.fail_after_writes(cut);
        if collect(&mut table).is_ok() {
            break;
        }
        table.power_back(LABEL);
        let unfinished = OpenCeremony::unfinished(&table.desk).unwrap();
        if unfinished.is_empty() || records(&mut table) < 4 {
            continue;
        }
        let [id] = unfinished.as_slice() else {
            panic!("{unfinished:?}");
        };
        assert_eq!(resume(id).unwrap(), "glasskey note amendment 000002");
        table.questions = Questions::default();
        table
            .room(Mistakes::NONE, |room, _| amend(room, 2, None))
            .unwrap_or_else(|error| panic!("{cut}: {error:?}\n{}", table.seen.0));
        assert!(
            table.questions.asked.is_empty(),
            "{cut}: it was asked again"
        );
        assert_eq!(records(&mut table), 4, "{cut}");
        assert!(OpenCeremony::unfinished(&table.desk).unwrap().is_empty());
        finished += 1;
    }
    assert!(finished > 0, "no cut was between the record and the end");
}

#[test]
fn a_replacement_at_the_portal_goes_on_after_a_cut_at_any_write() {
    let both = || {
        let mut table = Table::with_portals(Personality::Standard);
        table.genesis().unwrap();
        for label in [LABEL, "BG1-B"] {
            table.register(label).unwrap();
            table.world.clock.wait(Duration::from_hours(1));
        }
        let group = table.world.tenant.group_mut(World::id("tap")).unwrap();
        group.members.insert(World::id("BG-1"));
        days_later(table, 1)
    };
    let wish = RegistrationWish {
        replaces: Some(LABEL),
        via: Some(Via::Portal),
        ..RegistrationWish::of(LABEL)
    };
    let writes = at_every_write("a replacement at the portal", LABEL, both, |table| {
        table
            .room(Mistakes::default(), |room, session| {
                register_as(room, session, &wish)
            })
            .map(drop)
    });
    assert!(writes > 25, "{writes}");
}
