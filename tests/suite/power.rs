//! A power cut after every single write of a ceremony: it goes on, and nothing is done twice.

use crate::table::Table;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::OpenCeremony;
use glasskey::entra::Graph;
use glasskey::entra::Session;
use glasskey::entra::ask_fido2_methods;
use glasskey::ledger::audit::Standing;
use glasskey::primitives::Clock;
use glasskey::rehearsal::SeededEntropy;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use std::rc::Rc;
use std::time::Duration;

const LABEL: &str = "BG1-A";

fn after_genesis() -> Table {
    let mut table = Table::new(Personality::Standard);
    table.genesis().unwrap();
    table
}

/// Passkeys that the tenant shows for the first account, once its delays are over.
fn methods(table: &mut Table) -> usize {
    let clock = Rc::clone(&table.world.clock);
    clock.wait(Duration::from_mins(5));
    let (_, account) = World::accounts().remove(0);
    let mut session = Session::new(
        table.plan.tenant.cloud,
        &mut SeededEntropy::new(b"suite", "methods"),
    );
    let mut graph = Graph::new(&mut table.world.tenant, &*clock, &mut session);
    graph
        .one(ask_fido2_methods(&account))
        .known()
        .unwrap()
        .len()
}

/// Everything that must be so after a registration, however often it was interrupted.
#[track_caller]
fn is_whole(table: &mut Table, when: &str) {
    let report = table.audit();
    assert_eq!(
        report.standing(),
        Standing::Clean,
        "{when}: {:?}",
        report.first_bad()
    );
    assert_eq!(report.records.len(), 2, "{when}");
    assert_eq!(table.posts(), 1, "{when}: POSTs");
    assert_eq!(table.other_writes(), 0, "{when}: other writes");
    assert_eq!(methods(table), 1, "{when}: methods of the account");
    let key = table.world.key(LABEL).unwrap();
    assert_eq!(key.statistics().pin_tries_spent, 0, "{when}: PIN tries");
    assert_eq!(key.pin_retries(), 8, "{when}: PIN tries left");
    assert_eq!(
        key.resident_credentials(),
        1,
        "{when}: credentials on the key"
    );
    let unfinished = OpenCeremony::unfinished(&table.desk).unwrap();
    assert!(unfinished.is_empty(), "{when}: {unfinished:?}");
    let pages = table
        .desk
        .files
        .keys()
        .filter(|name| name.starts_with("paper/"))
        .count();
    // Three of genesis; inside sheet, bag face, PIN envelope, inventory, two receipts, minutes.
    assert_eq!(pages, 3 + 7, "{when}: pages");
}

/// Runs the registration again; one that was cut while it was tidied up is finished already.
#[track_caller]
fn goes_on(table: &mut Table, when: &str) {
    table.power_back(LABEL);
    match table.register(LABEL) {
        Ok(_) => {}
        Err(CeremonyError::LabelUsed(label)) if label == LABEL => {}
        Err(other) => panic!("{when}: {other:?}"),
    }
}

/// Writes of a registration that nothing interrupts.
fn writes_of_a_registration() -> u32 {
    let mut table = after_genesis();
    let before = table.power.writes();
    table.register(LABEL).unwrap();
    is_whole(&mut table, "without a cut");
    table.power.writes() - before
}

#[test]
fn a_registration_goes_on_after_a_cut_at_any_write() {
    let writes = writes_of_a_registration();
    assert!(writes > 20, "{writes} writes");
    for cut in 0..=writes {
        let when = format!("cut after {cut} of {writes} writes");
        let mut table = after_genesis();
        table.power.fail_after_writes(cut);
        assert!(
            table.register(LABEL).is_err(),
            "{when}: the cut was not felt"
        );
        goes_on(&mut table, &when);
        is_whole(&mut table, &when);
    }
}

#[test]
fn a_registration_goes_on_when_the_power_fails_again_and_again() {
    // With one write a run the credential is made anew for ever: two are the least that get on.
    // Every run gets a few writes further than the one before, until one reaches the end.
    for step in 2..=5 {
        let mut table = after_genesis();
        let mut runs = 0;
        loop {
            table.power.fail_after_writes(step);
            let ended = table.register(LABEL);
            table.power_back(LABEL);
            // It is away for a while: the tenant's throttle does not count the runs together.
            table.world.clock.wait(Duration::from_mins(10));
            runs += 1;
            assert!(
                runs < 60,
                "{step} writes a run never reach the end: {ended:?}"
            );
            match ended {
                Ok(_) | Err(CeremonyError::LabelUsed(_)) => break,
                Err(_) => {}
            }
        }
        is_whole(&mut table, &format!("{runs} runs of {step} writes"));
    }
}

#[test]
fn a_crash_between_the_post_and_its_note_sends_nothing_again() {
    let mut table = after_genesis();
    let open = OpenCeremony::new("registration", LABEL);
    let method = open.name("method.json");
    for cut in 0.. {
        table.power.fail_after_writes(cut);
        assert!(table.register(LABEL).is_err());
        table.power_back(LABEL);
        if table.desk.files.remove(&method).is_some() {
            break;
        }
        table = after_genesis();
    }
    assert_eq!(table.posts(), 1);
    goes_on(&mut table, "after the POST");
    is_whole(&mut table, "after the POST");
    assert!(
        table.seen.0.contains("nothing was sent again"),
        "{}",
        table.seen.0
    );
}

#[test]
fn genesis_goes_on_after_a_cut_at_any_write() {
    let mut table = Table::new(Personality::Standard);
    table.genesis().unwrap();
    let writes = table.power.writes();
    for cut in 0..=writes {
        let when = format!("cut after {cut} of {writes} writes");
        let mut table = Table::new(Personality::Standard);
        table.power.fail_after_writes(cut);
        assert!(table.genesis().is_err(), "{when}: the cut was not felt");
        table.power_back(LABEL);
        // One that was cut while it was tidied up is finished already, and says so.
        let again = table.genesis();
        let report = table.audit();
        assert_eq!(
            report.standing(),
            Standing::Clean,
            "{when}: {:?}",
            report.first_bad()
        );
        assert_eq!(report.records.len(), 1, "{when}: {again:?}");
        table.register(LABEL).unwrap();
        is_whole(&mut table, &when);
    }
}

#[test]
fn a_registration_goes_on_after_the_disk_was_full_at_any_write() {
    let writes = writes_of_a_registration();
    for full in 0..writes {
        let when = format!("full after {full} of {writes} writes");
        let mut table = after_genesis();
        table.power.fill_after_writes(full);
        let refused = table.register(LABEL);
        // Tidying up writes nothing: it may be the only thing left to do.
        if let Err(error) = &refused {
            let said = format!("{error:?}");
            assert!(said.contains("Full"), "{when}: {said}");
        }
        table.power.restore();
        match table.register(LABEL) {
            Ok(_) | Err(CeremonyError::LabelUsed(_)) => {}
            Err(other) => panic!("{when}: {other:?}"),
        }
        is_whole(&mut table, &when);
    }
}

#[test]
fn genesis_goes_on_after_the_disk_was_full_at_any_write() {
    let mut table = Table::new(Personality::Standard);
    table.genesis().unwrap();
    let writes = table.power.writes();
    for full in 0..writes {
        let when = format!("full after {full} of {writes} writes");
        let mut table = Table::new(Personality::Standard);
        table.power.fill_after_writes(full);
        let refused = table.genesis();
        table.power.restore();
        let again = table.genesis();
        assert_eq!(table.audit().standing(), Standing::Clean, "{when}");
        assert_eq!(
            table.audit().records.len(),
            1,
            "{when}: {refused:?} {again:?}"
        );
        table.register(LABEL).unwrap();
        is_whole(&mut table, &when);
    }
}

#[test]
fn a_book_has_one_genesis() {
    let mut table = after_genesis();
    assert!(table.genesis().is_err());
    assert_eq!(table.audit().records.len(), 1);
    assert!(OpenCeremony::unfinished(&table.desk).unwrap().is_empty());
}
