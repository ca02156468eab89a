//! A ceremony that was refused while nothing was done leaves nothing behind: what was begun by mistake
//! stands in nobody's way. And a key whose erasure has begun is erased as it was begun.

use crate::departure::NEVER;
use crate::departure::PAIR;
use crate::departure::THREE;
use crate::departure::book;
use crate::departure::declined_at_the_words;
use crate::departure::deletes;
use crate::departure::heard;
use crate::departure::is_whole;
use crate::departure::methods;
use crate::departure::retired;
use crate::departure::statement;
use crate::departure::stopped_in_the_erasure;
use crate::replacement;
use crate::table::Table;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::Mode;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::Prompt;
use glasskey::ceremony::RegistrationWish;
use glasskey::ceremony::provision::Wish;
use glasskey::ceremony::provision::provision;
use glasskey::ceremony::register;
use glasskey::ceremony::register_as;
use glasskey::ceremony::retire;
use glasskey::record::KeyEnd;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use glasskey::webauthn::Aaguid;

const LABEL: &str = "BG1-A";

fn unfinished(table: &Table) -> Vec<String> {
    OpenCeremony::unfinished(&table.desk).unwrap()
}

#[track_caller]
fn nothing_is_left(table: &Table) {
    let left: Vec<&String> = table.desk.files.keys().collect();
    let open = left.iter().filter(|name| name.starts_with("open/"));
    assert_eq!(open.count(), 0, "{left:?}");
}

#[test]
fn a_retirement_that_is_declined_before_the_tenant_let_go_leaves_nothing() {
    for end in [KeyEnd::Deleted, KeyEnd::Reset, KeyEnd::NotInHand] {
        let run = |table: &mut Table, at| {
            heard(table, at, |room, session| retire(room, session, LABEL, end))
        };
        let (_, all) = run(&mut book(Personality::Standard, &THREE), NEVER);
        let deletion = |prompt: &Prompt| matches!(prompt, Prompt::TenantChange { .. });
        let last = all.asked.iter().position(deletion).unwrap();
        for at in 0..=last {
            let mut table = book(Personality::Standard, &THREE);
            let (ended, _) = run(&mut table, at);
            let when = format!("{end:?}, question {at}");
            assert_eq!(ended.unwrap_err(), CeremonyError::Withdrawn, "{when}");
            nothing_is_left(&table);
            assert_eq!((deletes(&table), methods(&table, "BG-1")), (0, 2), "{when}");
            // Another key is what was meant.
            retired(&mut table, "BG1-B", KeyEnd::NotInHand).unwrap();
            is_whole(&table, 5, &when);
        }
    }
}

#[test]
fn a_reset_whose_label_is_not_typed_is_not_wished_any_more() {
    let run = |table: &mut Table, at| {
        heard(table, at, |room, session| {
            retire(room, session, LABEL, KeyEnd::Reset)
        })
    };
    let erase = |prompt: &Prompt| matches!(prompt, Prompt::Erase { .. });
    // Before anything was done, and where an earlier run had the tenant let go of the key.
    for mut table in [
        book(Personality::Standard, &PAIR),
        declined_at_the_words(KeyEnd::Reset),
    ] {
        let was_open = !unfinished(&table).is_empty();
        let files = table.desk.files.clone();
        let records = table.audit().records.len();
        let mut rehearsed = if was_open {
            declined_at_the_words(KeyEnd::Reset)
        } else {
            book(Personality::Standard, &PAIR)
        };
        assert_eq!(rehearsed.desk.files.len(), files.len());
        let (_, all) = run(&mut rehearsed, NEVER);
        let at = all.asked.iter().position(erase).unwrap();
        let (ended, _) = run(&mut table, at);
        let expected = if was_open {
            CeremonyError::Declined
        } else {
            CeremonyError::Withdrawn
        };
        assert_eq!(ended.unwrap_err(), expected);
        retired(&mut table, LABEL, KeyEnd::Deleted).unwrap();
        is_whole(&table, records + 1, "retired");
        let index = u64::try_from(records).unwrap();
        let ended = statement(&mut table, index).retirement.unwrap().end;
        assert_eq!(ended, KeyEnd::Deleted);
        assert_eq!(deletes(&table), 1);
        let key = table.world.key(LABEL).unwrap();
        assert!(key.has_pin(&World::pin(LABEL)), "it was not reset");
    }
}

#[test]
fn a_key_whose_erasure_has_begun_is_erased_as_it_was_begun() {
    for (end, other) in [
        (KeyEnd::Deleted, KeyEnd::Reset),
        // Without an option it goes on as it was begun.
        (KeyEnd::Reset, KeyEnd::Reset),
    ] {
        let mut refused = 0;
        for mut table in stopped_in_the_erasure(end) {
            let has = |table: &Table, file: &str| {
                let name = format!("open/retirement-BG1-A/{file}");
                table.desk.files.contains_key(&name)
            };
            if !has(&table, "erasing.json") {
                continue;
            }
            let is_done = has(&table, "erased.json");
            let key = table.world.key(LABEL).unwrap().clone();
            let before = key.statistics();
            if other != end {
                refused += 1;
                let error = retired(&mut table, LABEL, other).unwrap_err();
                let CeremonyError::Matter { why, .. } = &error else {
                    panic!("{error:?}");
                };
                let what = "the deletion of the account's credential on BG1-A";
                assert!(why.starts_with(what), "{why}");
                assert_eq!(key.statistics(), before, "nothing is sent to the key");
                assert!(key.has_pin(&World::pin(LABEL)));
            }
            retired(&mut table, LABEL, KeyEnd::Deleted).unwrap();
            is_whole(&table, 5, "retired");
            let stated = statement(&mut table, 4).retirement.unwrap().end;
            assert_eq!(stated, end, "done: {is_done}");
            assert_eq!(key.has_pin(&World::pin(LABEL)), end == KeyEnd::Deleted);
        }
        assert!(other == end || refused >= 2, "{refused}");
    }
}

#[test]
fn of_an_erased_key_that_is_not_in_the_hand_any_more_it_is_stated_what_was_done() {
    for end in [KeyEnd::Deleted, KeyEnd::Reset] {
        let mut known = 0;
        for mut table in stopped_in_the_erasure(end) {
            let erased = "open/retirement-BG1-A/erased.json";
            if !table.desk.files.contains_key(erased) {
                continue;
            }
            known += 1;
            retired(&mut table, LABEL, KeyEnd::NotInHand).unwrap();
            is_whole(&table, 5, "retired");
            let stated = statement(&mut table, 4);
            assert_eq!(stated.retirement.unwrap().end, end);
            assert_eq!(stated.exceptions, []);
            assert!(stated.key.is_some(), "it signed before it was erased");
        }
        assert!(known >= 1, "{end:?}");
    }
}

#[test]
fn a_replacement_that_is_declined_before_the_deletion_leaves_nothing() {
    let wish = RegistrationWish {
        replaces: Some(LABEL),
        ..RegistrationWish::of(LABEL)
    };
    let run =
        |table: &mut Table, at| heard(table, at, |room, session| register_as(room, session, &wish));
    let (_, all) = run(&mut replacement::both(Personality::Standard), NEVER);
    let deletion = |prompt: &Prompt| matches!(prompt, Prompt::TenantChange { .. });
    let at = all.asked.iter().position(deletion).unwrap();
    let mut table = replacement::both(Personality::Standard);
    let (ended, _) = run(&mut table, at);
    assert_eq!(ended.unwrap_err(), CeremonyError::Withdrawn);
    nothing_is_left(&table);
    assert_eq!(replacement::names(&table), [LABEL, "BG1-B"]);
    table.register("BG2-A").unwrap();
    // Once the passkey is gone it can only go on.
    let mut table = replacement::both(Personality::Standard);
    let (ended, _) = run(&mut table, at + 1);
    assert_eq!(ended.unwrap_err(), CeremonyError::Declined);
    assert_eq!(unfinished(&table), ["registration-BG1-A"]);
    assert_eq!(replacement::names(&table), ["BG1-B"]);
}

#[test]
fn a_registration_that_is_refused_or_declined_before_its_credential_leaves_nothing() {
    let other = Aaguid::parse("00000000-0000-4000-8000-000000000001").unwrap();
    let mut table = Table::new(Personality::Standard);
    table.genesis().unwrap();
    table.world.allow_models(&[other]);
    let refused = table.register(LABEL).unwrap_err();
    assert!(matches!(refused, CeremonyError::Refused(_)), "{refused:?}");
    nothing_is_left(&table);

    let run =
        |table: &mut Table, at| heard(table, at, |room, session| register(room, session, LABEL));
    let ready = || {
        let mut table = Table::new(Personality::Standard);
        table.genesis().unwrap();
        table
    };
    let (_, all) = run(&mut ready(), NEVER);
    let is_bag = |prompt: &Prompt| matches!(prompt, Prompt::Bag { .. });
    let bag = all.asked.iter().position(is_bag).unwrap();
    assert!(bag > 0);
    let mut table = ready();
    let (ended, _) = run(&mut table, 0);
    assert_eq!(ended.unwrap_err(), CeremonyError::Withdrawn);
    nothing_is_left(&table);
    // Once there is a credential it goes on.
    let (ended, _) = run(&mut table, bag);
    assert_eq!(ended.unwrap_err(), CeremonyError::Declined);
    assert_eq!(unfinished(&table), ["registration-BG1-A"]);
    table.register(LABEL).unwrap();
    assert_eq!(table.posts(), 1);
}

#[test]
fn an_account_is_provisioned_beside_the_open_registration_of_its_own_key_alone() {
    let mut table = Table::new(Personality::Standard);
    table.genesis().unwrap();
    for cut in 0.. {
        table.power.fail_after_writes(cut);
        table.register(LABEL).unwrap_err();
        table.power_back(LABEL);
        if !unfinished(&table).is_empty() {
            break;
        }
    }
    let mut provisioned = |alias: &str| {
        let wish = Wish {
            alias,
            mode: Mode::DryRun,
            portal: true,
        };
        let ended = table.room(Mistakes::NONE, |room, session| {
            provision(room, session, &wish)
        });
        ended.map(drop)
    };
    let own = provisioned("BG-1");
    let refused = matches!(own, Err(CeremonyError::Unfinished(_)));
    assert!(!refused, "{own:?}");
    assert_eq!(
        provisioned("BG-2").unwrap_err(),
        CeremonyError::Unfinished("registration-BG1-A".to_owned())
    );
}
