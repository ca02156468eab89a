//! A credential that is made anew in the middle of a registration begins anew: what the one before it
//! showed does not count for it.

use crate::table::Table;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::OpenCeremony;
use glasskey::ledger::Ledger;
use glasskey::primitives::Clock;
use glasskey::rehearsal::key::Personality;
use serde_json::Value;
use std::time::Duration;

const LABEL: &str = "BG1-A";
const SIGNED_IN: &str = "open/registration-BG1-A/signed-in.json";

/// A registration that was cut after so many writes.
fn cut_after(writes: u32) -> Table {
    let mut table = Table::with_portals(Personality::Standard);
    table.genesis().unwrap();
    table.power.fail_after_writes(writes);
    table.register(LABEL).unwrap_err();
    table.power_back(LABEL);
    table
}

/// After how many writes the sign-ins with the new key are kept.
fn writes_until_signed_in() -> u32 {
    let mut counts = 1..;
    let kept = |count: &u32| cut_after(*count).desk.files.contains_key(SIGNED_IN);
    counts.find(kept).unwrap()
}

/// The key has signed in, the ceremony was cut off, and its passkey was deleted at the portal; and the
/// log's id of that sign-in.
fn deleted_after_its_sign_ins(writes: u32) -> (Table, String) {
    let mut table = cut_after(writes);
    let kept: Value = serde_json::from_slice(&table.desk.files[SIGNED_IN]).unwrap();
    let id = kept["sign_in"]["id"].as_str().unwrap().to_owned();
    let credential = table.world.tenant.passkeys()[0].credential.clone();
    table.world.tenant.remove_passkey(&credential);
    table.world.clock.wait(Duration::from_mins(10));
    table.seen.0.clear();
    (table, id)
}

/// One key is registered, and it is the one that signed in.
#[track_caller]
fn signed_in_itself(table: &mut Table, before: &str, when: &str) {
    let unfinished = OpenCeremony::unfinished(&table.desk).unwrap();
    assert!(unfinished.is_empty(), "{when}: {unfinished:?}");
    let passkeys = table.world.tenant.passkeys();
    assert_eq!(passkeys.len(), 1, "{when}");
    assert!(
        passkeys[0].last_used.is_some(),
        "{when}: it never signed in"
    );
    let credential = passkeys[0].credential.clone();
    let ledger = Ledger::new(&mut table.store);
    assert_eq!(ledger.size().unwrap(), 2, "{when}");
    let statement = ledger.record(1).unwrap().statement;
    let key = statement.key.unwrap();
    assert_eq!(key.credential_id, Some(credential), "{when}");
    let sign_in = statement.sign_in.unwrap();
    assert_ne!(
        sign_in.id.to_string(),
        before,
        "{when}: the sign-in of the credential before"
    );
}

#[test]
fn a_credential_that_is_made_anew_has_yet_to_sign_in() {
    let (mut table, before) = deleted_after_its_sign_ins(writes_until_signed_in());
    table
        .register(LABEL)
        .unwrap_or_else(|error| panic!("{error:?}\n{}", table.seen.0));
    let seen = &table.seen.0;
    assert!(seen.contains("anew, in the place of that one"), "{seen}");
    assert!(!seen.contains("has signed in before"), "{seen}");
    assert_eq!(table.posts(), 2);
    signed_in_itself(&mut table, &before, "made anew");
}

#[test]
fn it_has_to_sign_in_after_a_cut_at_any_write_as_well() {
    let until = writes_until_signed_in();
    let (mut whole, _) = deleted_after_its_sign_ins(until);
    let before = whole.power.writes();
    whole.register(LABEL).unwrap();
    let writes = whole.power.writes() - before;
    assert!(writes > 20, "{writes} writes");
    for cut in 0..=writes {
        let when = format!("cut after {cut} of {writes} writes");
        let (mut table, before) = deleted_after_its_sign_ins(until);
        table.power.fail_after_writes(cut);
        assert!(
            table.register(LABEL).is_err(),
            "{when}: the cut was not felt"
        );
        table.power_back(LABEL);
        // The tenant's throttle does not count the runs together.
        table.world.clock.wait(Duration::from_mins(10));
        match table.register(LABEL) {
            Ok(_) | Err(CeremonyError::LabelUsed(_)) => {}
            Err(error) => panic!("{when}: {error:?}\n{}", table.seen.0),
        }
        signed_in_itself(&mut table, &before, &when);
    }
}

#[test]
fn whoever_does_not_want_it_made_anew_keeps_what_was_signed_in() {
    let (mut table, before) = deleted_after_its_sign_ins(writes_until_signed_in());
    let files = table.desk.files.clone();
    table.questions.declines = Some(|prompt| prompt.words().contains("anew, in the place"));
    assert_eq!(table.register(LABEL), Err(CeremonyError::Declined));
    assert_eq!(table.desk.files[SIGNED_IN], files[SIGNED_IN]);
    table.questions.declines = None;
    table.register(LABEL).unwrap();
    signed_in_itself(&mut table, &before, "at the second asking");
}
