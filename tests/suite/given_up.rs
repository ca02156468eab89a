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
use glasskey::ceremony::review_incident;
use glasskey::ceremony::seal_bag;
use glasskey::entra::Graph;
use glasskey::entra::Session;
use glasskey::entra::ask_fido2_methods;
use glasskey::ledger::Ledger;
use glasskey::ledger::LedgerStore;
use glasskey::primitives::Clock;
use glasskey::primitives::Secret;
use glasskey::record::KeyEnd;
use glasskey::record::OpeningReason;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::SeededEntropy;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::tenant::Enrolled;
use glasskey::rehearsal::tenant::Fault;
use glasskey::rehearsal::tenant::Trouble;
use glasskey::rehearsal::tenant::Verb;
use std::rc::Rc;
use std::time::Duration;

const LABEL: &str = "BG1-A";
/// How late the tenant shows a change here.
const LATE: Duration = Duration::from_secs(90);

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

fn opening(reason: OpeningReason) -> Opening {
    Opening {
        reason,
        why: Some("rehearsed".to_owned()),
        at: None,
        opened_by: Vec::new(),
    }
}

fn opened() -> Table {
    let mut table = book(Personality::Standard, &THREE);
    let opening = opening(OpeningReason::Inspection);
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

fn lost_without(table: &mut Table) -> Result<(), CeremonyError> {
    let ended = table.room(Mistakes::default(), |room, _| lose(room, None, LABEL, None));
    ended.map(drop)
}

fn is_to_be_given_up(table: &mut Table, label: &str) -> bool {
    table
        .room(Mistakes::default(), |room, _| is_unrecorded(room, label))
        .unwrap()
}

#[test]
fn a_loss_without_the_tenant_of_a_key_that_is_registered_anew_is_gone_on_with_and_revokes() {
    let ready = || replacement::both(Personality::Standard);
    let held = |table: &mut Table| replacement::replace(table, LABEL, Mistakes::NONE).map(drop);
    let mut of_the_old = 0;
    for mut table in cut_off("registration-BG1-A", LABEL, ready, held) {
        if records(&mut table) == 4 {
            continue;
        }
        lost_without(&mut table).unwrap();
        of_the_old += u32::from(replacement::names(&table).len() == 2);
        assert_eq!(unfinished(&table), ["registration-BG1-A"]);
        assert!(
            !is_to_be_given_up(&mut table, LABEL),
            "its loss is gone on with"
        );
        table.world.clock.wait(Duration::from_mins(10));
        lost(&mut table, LABEL).unwrap();
        is_whole(&table, 5, "revoked");
        assert_eq!(replacement::names(&table), ["BG1-B"]);
        let book = Ledger::new(&mut table.store).read_book().unwrap();
        assert_eq!(book.facts.follow_ups.unrevoked, []);
    }
    assert!(of_the_old >= 1, "the old passkey was there");
}

#[test]
fn of_a_key_that_is_out_of_use_by_record_nobody_says_that_no_record_knows_it() {
    let ready = || replacement::both(Personality::Standard);
    let held = |table: &mut Table| replacement::replace(table, LABEL, Mistakes::NONE).map(drop);
    let method = "open/registration-BG1-A/method.json";
    let mut table = cut_off("registration-BG1-A", LABEL, ready, held)
        .into_iter()
        .find(|table| table.desk.files.contains_key(method))
        .unwrap();
    // The tenant let go of the old passkey; the new one is kept for now.
    table.questions.declines = Some(|prompt| prompt.words().contains("which no record knows"));
    let error = lost(&mut table, LABEL).unwrap_err();
    assert_eq!(error, CeremonyError::Declined);
    table.questions.declines = None;
    lost_without(&mut table).unwrap();
    assert!(is_to_be_given_up(&mut table, LABEL));
    give_up(&mut table, LABEL).unwrap();
    let said = "No record is made of it: BG1-A is out of use by record 000003 already.";
    assert!(table.seen.0.contains(said), "{}", table.seen.0);
    assert!(!table.seen.0.contains("none knows BG1-A"));
    assert_eq!(replacement::names(&table), ["BG1-B"]);
    is_whole(&table, 4, "given up");
}

fn open_it(table: &mut Table, opening: &Opening) -> Result<(), CeremonyError> {
    let ended = table.room(Mistakes::default(), |room, _| {
        open_bag(room, LABEL, opening)
    });
    ended.map(drop)
}

#[test]
fn a_signature_that_was_damaged_in_open_is_never_put_into_the_ledger() {
    let opening = Opening {
        reason: OpeningReason::Incident,
        why: Some("rehearsed".to_owned()),
        at: None,
        opened_by: Vec::new(),
    };
    let in_ledger = "records/000004/op-1.sig";
    let in_open = "open/custody-open-BG1-A/op-1.sig";
    // Cut between the record and its signatures.
    let cut_after = |writes: &u32| {
        let mut table = book(Personality::Standard, &THREE);
        table.power.fail_after_writes(*writes);
        open_it(&mut table, &opening).unwrap_err();
        table.power_back(LABEL);
        table
    };
    let mut tables = (1..100).map(|writes| cut_after(&writes));
    let there = |table: &Table, name: &str| table.store.read(name).unwrap().is_some();
    let between = |table: &Table| there(table, "records/000004/record.json");
    let mut table = tables.find(between).unwrap();
    assert!(!there(&table, in_ledger));
    let good = table.desk.files[in_open].clone();
    let damaged = table.desk.files.get_mut(in_open).unwrap();
    damaged[100] ^= 1;
    let error = lost(&mut table, "BG1-B").unwrap_err();
    assert!(
        matches!(&error, CeremonyError::Signature { reference, .. } if reference == "op-1"),
        "{error:?}"
    );
    assert!(!there(&table, in_ledger), "it could never be replaced");
    assert_eq!(methods(&table, "BG-1"), 1, "revoking waits for nothing");
    table.desk.files.insert(in_open.to_owned(), good);
    lost(&mut table, "BG1-B").unwrap();
    assert!(there(&table, in_ledger));
    open_it(&mut table, &opening).unwrap();
    is_whole(&table, 6, "loss and opening");
}

#[test]
fn an_opening_that_has_begun_outlives_its_key_and_an_incident_is_reviewed() {
    let ready = || book(Personality::Standard, &THREE);
    let at = ready().world.clock.utc().plus_seconds(-60);
    let later = Opening {
        at: Some(at),
        ..opening(OpeningReason::Incident)
    };
    for opening in [
        opening(OpeningReason::Inspection),
        opening(OpeningReason::Incident),
        later,
    ] {
        let is_incident = opening.reason == OpeningReason::Incident;
        let held = |table: &mut Table| open_it(table, &opening);
        for mut table in cut_off("custody-open-BG1-A", LABEL, ready, held) {
            lost(&mut table, LABEL).unwrap();
            let when = format!("{opening:?}");
            assert_eq!(unfinished(&table), ["custody-open-BG1-A"], "{when}");
            assert!(table.seen.0.contains("that has begun stays"), "{when}");
            open_it(&mut table, &opening)
                .unwrap_or_else(|error| panic!("{when}: {error:?}\n{}", table.seen.0));
            is_whole(&table, 6, &when);
            let last = table.seen.0.lines().rev().take(3);
            let seals = last.filter(|line| line.contains("custody seal")).count();
            assert_eq!(seals, 0, "{when}: it goes into no bag");
            let book = Ledger::new(&mut table.store).read_book().unwrap();
            let left = book.facts.follow_ups;
            assert_eq!(left.reviews.len(), usize::from(is_incident), "{when}");
            assert_eq!(left.pin_changes, [], "{when}");
            let reviewed = table.room(Mistakes::default(), |room, _| {
                review_incident(room, LABEL, Some("rehearsed"))
            });
            assert_eq!(reviewed.is_ok(), is_incident, "{when}");
            // What did not begin before is of a key that is in use.
            assert_eq!(
                open_it(&mut table, &opening).unwrap_err(),
                CeremonyError::NotInUse(LABEL.to_owned())
            );
            assert_eq!(unfinished(&table), Vec::<String>::new(), "{when}");
        }
    }
}

#[test]
fn a_retirement_waits_for_an_opening_that_has_begun_and_needs_no_key() {
    let ready = || book(Personality::Standard, &THREE);
    let incident = opening(OpeningReason::Incident);
    let held = |table: &mut Table| open_it(table, &incident);
    let all = cut_off("custody-open-BG1-A", LABEL, ready, held);
    let mut table = all.into_iter().next().unwrap();
    assert_eq!(
        retired(&mut table, LABEL, KeyEnd::NotInHand).unwrap_err(),
        CeremonyError::Unfinished("custody-open-BG1-A".to_owned())
    );
    open_it(&mut table, &incident).unwrap();
    retired(&mut table, LABEL, KeyEnd::NotInHand).unwrap();
    is_whole(&table, 6, "retired");
}

#[test]
fn a_loss_whose_deletion_was_sent_is_not_withdrawn() {
    let mut table = book(Personality::Standard, &["BG1-A", "BG2-A"]);
    table.world.tenant.inject(Fault {
        verb: Verb::Delete,
        path: "/fido2Methods/".to_owned(),
        trouble: Trouble::RequestLost,
        times: 1,
    });
    let error = lost(&mut table, LABEL).unwrap_err();
    assert!(matches!(error, CeremonyError::Tenant { .. }), "{error:?}");
    let kept = ["discovered.json", "sent.json"];
    let kept = kept.map(|file| format!("open/loss-BG1-A/{file}"));
    let has = |table: &Table| kept.iter().all(|name| table.desk.files.contains_key(name));
    assert!(has(&table));
    table.world.clock.wait(Duration::from_mins(10));
    let (ended, all) = heard(&mut table, 0, |room, session| {
        lose(room, Some(session), LABEL, None)
    });
    assert!(matches!(all.asked[0], Prompt::GiveUp { .. }));
    assert_eq!(ended.unwrap_err(), CeremonyError::Declined);
    assert_eq!(unfinished(&table), ["loss-BG1-A"]);
    assert!(has(&table));
    lost(&mut table, LABEL).unwrap();
    assert_eq!(methods(&table, "BG-1"), 0);
    is_whole(&table, 4, "lost");
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

/// A book that has begun, and an account that may use a pass.
fn with_a_group() -> Table {
    let mut table = Table::with_portals(Personality::Standard);
    table.genesis().unwrap();
    let group = table.world.tenant.group_mut(World::id("tap")).unwrap();
    group.members.insert(World::id("BG-1"));
    table
}

fn at_the_portal(table: &mut Table) -> Result<(), CeremonyError> {
    let wish = RegistrationWish {
        via: Some(Via::Portal),
        ..RegistrationWish::of(LABEL)
    };
    let ended = table.room(Mistakes::NONE, |room, session| {
        register_as(room, session, &wish)
    });
    ended.map(drop)
}

/// A registration that was cut off right after its pass was made and shown; the tenant shows everything late.
fn with_a_pass() -> Table {
    for cut in 0.. {
        let mut table = with_a_group();
        table.world.tenant.set_delay(LATE);
        table.power.fail_after_writes(cut);
        at_the_portal(&mut table).unwrap_err();
        table.power_back(LABEL);
        let tenant = &table.world.tenant;
        let noted = table.desk.files.get("open/registration-BG1-A/portal.json");
        let shown = noted.is_some_and(|bytes| String::from_utf8_lossy(bytes).contains("pass_made"));
        if shown && !tenant.passes().is_empty() && tenant.passkeys().is_empty() {
            assert_eq!(unfinished(&table), ["registration-BG1-A"]);
            return table;
        }
    }
    unreachable!("a pass is made")
}

/// Somebody registers the key at the portal, under this name; nobody looks at the tenant.
fn somebody_registers(table: &mut Table, name: &str) {
    let key = table.world.key(LABEL).unwrap().clone();
    let pin = World::pin(LABEL);
    key.set_pin_directly(&pin);
    key.plug();
    let enrolled = Enrolled {
        name: name.to_owned(),
        key,
        pin: Secret::new(pin),
    };
    let upn = table.plan.accounts[0].upn.clone();
    table.world.tenant.browser().enrol(&upn, vec![enrolled]);
    // It is done while the key is plugged in: the tenant looks at the browser when it is asked.
    let clock = Rc::clone(&table.world.clock);
    let mut entropy = SeededEntropy::new(b"suite", "portal");
    let mut session = Session::new(table.plan.tenant.cloud, &mut entropy);
    let (_, account) = World::accounts().remove(0);
    let mut graph = Graph::new(&mut table.world.tenant, &*clock, &mut session);
    graph.one(ask_fido2_methods(&account)).known().unwrap();
}

#[test]
fn a_pass_that_the_tenant_lists_late_goes_before_its_registration_is_given_up() {
    let mut table = with_a_pass();
    give_up(&mut table, LABEL).unwrap();
    assert!(table.world.tenant.passes().is_empty());
    assert_eq!(restore::loose(&table.desk).unwrap(), []);
    is_whole(&table, 1, "given up");
}

#[test]
fn a_passkey_that_the_tenant_shows_late_goes_before_its_registration_is_given_up() {
    for is_noted in [true, false] {
        let mut table = with_a_pass();
        if !is_noted {
            // Nothing is waited for but the passkey.
            table.desk.files.remove("open/restore.json").unwrap();
        }
        somebody_registers(&mut table, LABEL);
        let given_up = give_up(&mut table, LABEL).unwrap();
        assert_eq!(given_up.deleted, [LABEL], "{is_noted}");
        assert_eq!(replacement::names(&table), Vec::<String>::new());
        is_whole(&table, 1, "given up");
    }
}

#[test]
fn a_new_passkey_of_another_name_keeps_the_registration_open_until_it_is_gone_or_named() {
    let other = "My security key";
    for is_named in [true, false] {
        let mut table = with_a_pass();
        somebody_registers(&mut table, other);
        let error = give_up(&mut table, LABEL).unwrap_err();
        let CeremonyError::Halted { what, .. } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(
            what,
            "\"My security key\" opens BG-1; the registration stays open"
        );
        assert_eq!(replacement::names(&table), [other]);
        assert_eq!(unfinished(&table), ["registration-BG1-A"]);
        assert!(
            table.world.tenant.passes().is_empty(),
            "the pass goes first"
        );
        if is_named {
            let upn = table.plan.accounts[0].upn.clone();
            table.world.tenant.browser().rename(&upn, other, LABEL);
        } else {
            let credential = table.world.tenant.passkeys()[0].credential.clone();
            table.world.tenant.remove_passkey(&credential);
        }
        let given_up = give_up(&mut table, LABEL).unwrap();
        assert_eq!(given_up.deleted.len(), usize::from(is_named));
        assert_eq!(replacement::names(&table), Vec::<String>::new());
        is_whole(&table, 1, "given up");
    }
}

#[test]
fn a_credential_that_the_tenant_may_take_yet_is_waited_for_as_long_as_its_challenge_lives() {
    let mut table = book(Personality::Standard, &THREE);
    table.world.tenant.set_delay(Duration::from_secs(330));
    let error = table.register("BG2-B").unwrap_err();
    assert!(matches!(error, CeremonyError::Tenant { .. }), "{error:?}");
    let has = |file: &str| {
        let name = format!("open/registration-BG2-B/{file}");
        table.desk.files.contains_key(&name)
    };
    assert!(has("registration.json") && !has("method.json"));
    table.world.tenant.set_delay(Duration::from_secs(5));
    let given_up = give_up(&mut table, "BG2-B").unwrap();
    assert_eq!(given_up.deleted, ["BG2-B"]);
    assert_eq!(methods(&table, "BG-2"), 1);
    is_whole(&table, 4, "given up");
}

#[test]
fn a_registration_at_the_portal_is_given_up_with_its_passkey_and_its_pass() {
    let mut deleted = 0;
    for mut table in cut_off("registration-BG1-A", LABEL, with_a_group, at_the_portal) {
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
