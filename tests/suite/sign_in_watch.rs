//! A sign-in that a ceremony asks for, watched in the tenant's log until it is there.

use crate::table::Table;
use crate::table::small_book;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::Seen;
use glasskey::ceremony::SignedIn;
use glasskey::ceremony::WantedSignIn;
use glasskey::ceremony::sign_in;
use glasskey::ceremony::sign_in_at_each;
use glasskey::entra::Portal;
use glasskey::ledger::Ledger;
use glasskey::primitives::Clock;
use glasskey::primitives::Guid;
use glasskey::primitives::UtcTime;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::SignInMistake;
use glasskey::webauthn::CredentialId;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

const LABEL: &str = "BG1-A";

fn credential(table: &mut Table) -> CredentialId {
    let record = Ledger::new(&mut table.store).record(1).unwrap();
    record.statement.key.unwrap().credential_id.unwrap()
}

fn watch(table: &mut Table, mistakes: Mistakes) -> Result<SignedIn, CeremonyError> {
    let credential = credential(table);
    let plan = table.plan.clone();
    let (account, _) = plan.key(LABEL).unwrap();
    let aaguid = glasskey::rehearsal::key::REHEARSAL_AAGUID;
    table.room(mistakes, |room, session| {
        let wanted = WantedSignIn {
            account,
            object_id: account.object_id.unwrap(),
            label: LABEL,
            aaguid,
            credential: &credential,
            portal: Portal::Entra,
            task: false,
            sign_out: false,
            taken: &[],
        };
        let open = OpenCeremony::new("verification", LABEL);
        sign_in(room, session, &open, &wanted)
    })
}

#[track_caller]
fn seen(signed_in: Result<SignedIn, CeremonyError>) -> Seen {
    match signed_in.unwrap() {
        SignedIn::Seen(seen) => seen,
        SignedIn::Pending(why) => panic!("pending: {why}"),
    }
}

fn lasts(table: &Table, from: UtcTime) -> i64 {
    table.world.clock.utc().unix() - from.unix()
}

#[test]
fn a_sign_in_is_asked_for_in_words_and_taken_from_the_log_when_it_is_there() {
    let mut table = small_book();
    let began = table.world.clock.utc();
    let seen = seen(watch(&mut table, Mistakes::default()));
    assert_eq!((seen.at, seen.app.as_str()), (began, "Azure Portal"));
    assert!(seen.told);
    // Three minutes until it is in the log, and a fourth until the log tells with what.
    assert_eq!(lasts(&table, began), 240);
    let said = &table.seen.0;
    for line in [
        "Open https://entra.microsoft.com in a new private browser window.",
        "Type bg1@contoso-rehearsal.onmicrosoft.com, then choose \"Sign-in options\".",
        "Sign in as bg1@contoso-rehearsal.onmicrosoft.com with BG1-A at the Microsoft Entra admin \
         center. Done?",
        "No sign-in of the account is in the log yet. Waited 1 minute.",
        "The log shows it: a sign-in at 2026-01-05T09:",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    assert_eq!(table.world.tenant.over_throttle(), 0);
}

#[test]
fn a_cut_while_the_log_is_watched_asks_nobody_to_sign_in_again() {
    let mut table = small_book();
    table.power.fail_after_writes(2);
    watch(&mut table, Mistakes::default()).unwrap_err();
    table.power_back(LABEL);
    let before = table.seen.0.len();
    let first = seen(watch(&mut table, Mistakes::default()));
    let again = seen(watch(&mut table, Mistakes::default()));
    assert_eq!(first, again);
    let said = &table.seen.0[before..];
    assert!(!said.contains("Done?"), "{said}");
    assert!(said.contains("was seen before"), "{said}");
}

#[test]
fn a_sign_in_of_before_is_not_taken() {
    let mut table = small_book();
    let credential = credential(&mut table);
    let account = table.plan.accounts[0].object_id.unwrap();
    let app = "Azure Portal";
    table
        .world
        .tenant
        .sign_in(account, &credential, app)
        .unwrap();
    let clock = Rc::clone(&table.world.clock);
    clock.wait(Duration::from_mins(10));
    let began = clock.utc();
    let seen = seen(watch(&mut table, Mistakes::default()));
    assert_eq!(seen.at, began);
}

#[test]
fn a_sign_in_of_another_account_is_not_taken() {
    let mut table = small_book();
    table.register("BG2-A").unwrap();
    let began = table.world.clock.utc();
    let mistakes = Mistakes {
        at_sign_in: Some(SignInMistake::OtherAccount),
        ..Mistakes::default()
    };
    let signed_in = watch(&mut table, mistakes).unwrap();
    let why = "No sign-in of the account is in the log yet.".to_owned();
    assert_eq!(signed_in, SignedIn::Pending(why));
    assert_eq!(
        lasts(&table, began),
        300,
        "the person was asked after 5 minutes"
    );
}

#[test]
fn a_sign_in_with_another_key_of_the_account_is_said_and_not_taken() {
    let mut table = small_book();
    table.register("BG1-B").unwrap();
    let mistakes = Mistakes {
        at_sign_in: Some(SignInMistake::OtherKey),
        ..Mistakes::default()
    };
    let SignedIn::Pending(_) = watch(&mut table, mistakes).unwrap() else {
        panic!("taken");
    };
    assert!(
        table
            .seen
            .0
            .contains("was with another key, \"BG1-B\": it does not count."),
        "{}",
        table.seen.0
    );
}

#[test]
fn a_log_that_lags_is_not_waited_for_longer_than_the_person_wants() {
    let mut table = small_book();
    table.world.tenant.set_log_lag(Duration::from_hours(1));
    let mistakes = Mistakes {
        at_sign_in: Some(SignInMistake::StopsWaiting),
        ..Mistakes::default()
    };
    let SignedIn::Pending(why) = watch(&mut table, mistakes).unwrap() else {
        panic!("seen");
    };
    assert_eq!(why, "No sign-in of the account is in the log yet.");
    // Later it is found without another sign-in.
    table.world.clock.wait(Duration::from_hours(1));
    let before = table.seen.0.len();
    seen(watch(&mut table, Mistakes::default()));
    assert!(!table.seen.0[before..].contains("Done?"));
}

#[test]
fn a_log_that_may_not_be_read_is_not_waited_for() {
    let mut table = small_book();
    table.world.tenant.withdraw_permission("AuditLog.Read.All");
    let began = table.world.clock.utc();
    let signed_in = watch(&mut table, Mistakes::default()).unwrap();
    let why = "The sign-in log may not be read: it needs AuditLog.Read.All.".to_owned();
    assert_eq!(signed_in, SignedIn::Pending(why));
    assert_eq!(lasts(&table, began), 0);
}

#[test]
fn an_entry_of_the_log_stands_for_one_sign_in_alone() {
    let mut table = small_book();
    let credential = credential(&mut table);
    let plan = table.plan.clone();
    let (account, _) = plan.key(LABEL).unwrap();
    let each = |table: &mut Table, taken: &[Guid]| {
        table
            .room(Mistakes::default(), |room, session| {
                let wanted = WantedSignIn {
                    account,
                    object_id: account.object_id.unwrap(),
                    label: LABEL,
                    aaguid: glasskey::rehearsal::key::REHEARSAL_AAGUID,
                    credential: &credential,
                    portal: Portal::Entra,
                    task: false,
                    sign_out: false,
                    taken,
                };
                let open = OpenCeremony::new("registration", &format!("{}", taken.len()));
                sign_in_at_each(room, session, &open, &wanted, &Portal::ALL)
            })
            .unwrap()
    };
    let ids = |all: Vec<(Portal, SignedIn)>| -> BTreeSet<Guid> {
        all.into_iter().map(|(_, one)| seen(Ok(one)).id).collect()
    };
    let first = ids(each(&mut table, &[]));
    assert_eq!(first.len(), Portal::ALL.len(), "{first:?}");
    let taken: Vec<Guid> = first.iter().copied().collect();
    let again = ids(each(&mut table, &taken));
    assert_eq!(again.len(), Portal::ALL.len());
    assert!(first.is_disjoint(&again), "{first:?} {again:?}");
}
