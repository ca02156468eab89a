//! Registering a key at the tenant's portal: what is found, joined, graded and recorded, and what goes
//! wrong there.

use crate::refusing::at_every_question;
use crate::table::Table;
use crate::table::questions::Asks;
use crate::table::questions::Instead;
use crate::table::questions::Questions;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::RegistrationWish;
use glasskey::ceremony::Sealed;
use glasskey::ceremony::Via;
use glasskey::ceremony::register_as;
use glasskey::ceremony::restore;
use glasskey::findings::Check;
use glasskey::findings::Finding;
use glasskey::findings::Verdict;
use glasskey::ledger::Ledger;
use glasskey::ledger::audit::AuditReport;
use glasskey::primitives::Clock;
use glasskey::record::Basis;
use glasskey::record::CeremonyRecord;
use glasskey::rehearsal::AtPortal;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::tenant::Fault;
use glasskey::rehearsal::tenant::Trouble;
use glasskey::rehearsal::tenant::Verb;
use std::time::Duration;

const LABEL: &str = "BG1-A";

/// A book that has begun, and an account that may use a pass.
fn prepared(personality: Personality) -> Table {
    let mut table = Table::with_portals(personality);
    table.genesis().unwrap();
    let group = table.world.tenant.group_mut(World::id("tap")).unwrap();
    group.members.insert(World::id("BG-1"));
    table
}

fn at_the_portal(table: &mut Table, how: AtPortal) -> Result<Sealed, CeremonyError> {
    let mistakes = Mistakes {
        at_portal: how,
        ..Mistakes::NONE
    };
    let wish = RegistrationWish {
        via: Some(Via::Portal),
        ..RegistrationWish::of(LABEL)
    };
    table.room(mistakes, |room, session| register_as(room, session, &wish))
}

fn report(table: &Table) -> AuditReport {
    let as_of = table.world.clock.utc();
    crate::table::audit_at(&table.store, &table.trust(), as_of)
}

fn last(table: &mut Table) -> CeremonyRecord {
    let ledger = Ledger::new(&mut table.store);
    let size = ledger.size().unwrap();
    ledger.record(size - 1).unwrap()
}

fn of(report: &AuditReport, check: Check) -> Vec<(Verdict, &str)> {
    let of = |one: &&Finding| one.check == check && one.subject.to_string() == "record:000001";
    let found = report.findings.iter().filter(of);
    found
        .map(|one| (one.verdict, one.detail.as_str()))
        .collect()
}

/// What breaks the book, or fails.
fn wrong(report: &AuditReport) -> Vec<String> {
    let fails = |one: &&Finding| one.verdict == Verdict::Fail;
    let bad = report.first_bad().map(|bad| format!("{bad:?}"));
    let failing = report.findings.iter().filter(fails);
    bad.into_iter()
        .chain(failing.map(|one| format!("{} {}", one.check, one.detail)))
        .collect()
}

/// Everything that must be so after a registration at the portal, however it went.
#[track_caller]
fn is_whole(table: &mut Table, when: &str) {
    let report = report(table);
    assert_eq!(wrong(&report), Vec::<String>::new(), "{when}");
    assert_eq!(report.records.len(), 2, "{when}");
    let unfinished = OpenCeremony::unfinished(&table.desk).unwrap();
    assert!(unfinished.is_empty(), "{when}: {unfinished:?}");
    assert_eq!(restore::loose(&table.desk).unwrap(), [], "{when}: loose");
    assert!(table.world.tenant.passes().is_empty(), "{when}: passes");
    let passkeys = table.world.tenant.passkeys();
    let names: Vec<&str> = passkeys
        .iter()
        .map(|one| one.display_name.as_str())
        .collect();
    assert_eq!(names, [LABEL], "{when}");
    let key = table.world.key(LABEL).unwrap();
    assert_eq!(key.resident_credentials(), 1, "{when}: the key holds one");
    assert_eq!(key.statistics().pin_tries_spent, 0, "{when}: PIN tries");
    let posts = table.world.tenant.writes().iter();
    let sent =
        posts.filter(|(path, _)| path.starts_with("POST ") && path.ends_with("/fido2Methods"));
    assert_eq!(sent.count(), 0, "{when}: no passkey is sent by us");
}

#[test]
fn a_key_that_is_registered_at_the_portal_is_found_joined_and_tenant_attested() {
    let mut table = prepared(Personality::Standard);
    at_the_portal(&mut table, AtPortal::AsAsked)
        .unwrap_or_else(|error| panic!("{error:?}\n{}", table.seen.0));
    is_whole(&mut table, "as asked");
    let record = last(&mut table);
    let statement = &record.statement;
    let key = statement.key.clone().unwrap();
    let passkey = table.world.tenant.passkeys()[0].clone();
    assert_eq!(key.credential_id, Some(passkey.credential.clone()));
    assert_eq!(key.public_key.unwrap().basis, Basis::Listed);
    let portal = statement.portal.clone().unwrap();
    assert!(portal.attested && portal.enforced);
    let thumbprint = portal.certificates[0].to_string();
    assert_eq!(Some(thumbprint), passkey.thumbprint);
    let pass = portal.pass.unwrap();
    assert!(pass.made < pass.gone, "{pass:?}");
    assert!(record.evidence.registration.is_none());
    assert!(record.evidence.attest.is_some() && record.evidence.presence.is_some());
    assert!(statement.sign_in.is_some(), "{:?}", statement.exceptions);
    assert_eq!(statement.exceptions, []);
    let report = report(&table);
    assert_eq!(
        of(&report, Check::CredMatch),
        [(
            Verdict::Pass,
            "registered at the portal, tenant-attested: the tenant names the certificate that \
             attests this key"
        )]
    );
    assert_eq!(of(&report, Check::AttChain)[0].0, Verdict::Pass);
    // The pass is nowhere: neither on the screen nor in a file.
    let passes: Vec<String> = table.world.tenant.secrets().map(str::to_owned).collect();
    assert_eq!(passes.len(), 1);
    for secret in passes {
        assert!(!table.seen.0.contains(&secret));
        for (name, bytes) in &table.desk.files {
            assert!(!String::from_utf8_lossy(bytes).contains(&secret), "{name}");
        }
    }
}

#[test]
fn what_goes_wrong_at_the_portal_is_found_and_mended() {
    for how in [AtPortal::TooLate, AtPortal::OtherName] {
        let mut table = prepared(Personality::Standard);
        at_the_portal(&mut table, how)
            .unwrap_or_else(|error| panic!("{how:?}: {error:?}\n{}", table.seen.0));
        is_whole(&mut table, &format!("{how:?}"));
    }
}

#[test]
fn another_key_at_the_portal_is_found_on_the_key_in_the_hand_and_its_passkey_goes() {
    let mut table = prepared(Personality::Standard);
    let error = at_the_portal(&mut table, AtPortal::OtherKey).unwrap_err();
    assert_eq!(
        error,
        CeremonyError::Halted {
            what: "the passkey of the other key was deleted, and is gone".to_owned(),
            why: "another key than BG1-A was registered at the portal".to_owned(),
            next: "run the same command again, with BG1-A at the portal".to_owned(),
        },
        "{}",
        table.seen.0
    );
    assert!(table.world.tenant.passkeys().is_empty());
    assert!(table.world.tenant.passes().is_empty());
    at_the_portal(&mut table, AtPortal::AsAsked).unwrap();
    is_whole(&mut table, "after another key");
}

#[test]
fn two_new_passkeys_stop_the_ceremony_until_one_is_gone() {
    let mut table = prepared(Personality::Standard);
    let error = at_the_portal(&mut table, AtPortal::Twice).unwrap_err();
    let CeremonyError::Halted { why, .. } = &error else {
        panic!("{error:?}\n{}", table.seen.0);
    };
    assert!(why.starts_with("BG-1 has 2 new passkeys and one was to be registered: "));
    let stranger = table.world.tenant.passkeys();
    let stranger = stranger.iter().find(|one| one.display_name != LABEL);
    let credential = stranger.unwrap().credential.clone();
    table.world.tenant.remove_passkey(&credential);
    at_the_portal(&mut table, AtPortal::AsAsked).unwrap();
    is_whole(&mut table, "after two");
}

#[test]
fn a_passkey_that_was_deleted_at_the_portal_meanwhile_is_registered_anew() {
    let found = "open/registration-BG1-A/found.json";
    let cut_after = |writes: &u32| {
        let mut table = prepared(Personality::Standard);
        table.power.fail_after_writes(*writes);
        at_the_portal(&mut table, AtPortal::AsAsked).unwrap_err();
        table.power_back(LABEL);
        table
    };
    let mut tables = (1..200).map(|writes| cut_after(&writes));
    let has = |table: &Table| table.desk.files.contains_key(found);
    let mut table = tables.find(has).unwrap();
    let credential = table.world.tenant.passkeys()[0].credential.clone();
    table.world.tenant.remove_passkey(&credential);
    table.world.clock.wait(Duration::from_mins(10));
    // Whoever does not want that keeps what there was.
    table.questions.declines = Some(|prompt| prompt.words().contains("at the portal anew"));
    let error = at_the_portal(&mut table, AtPortal::AsAsked).unwrap_err();
    assert_eq!(error, CeremonyError::Declined);
    assert!(has(&table));
    table.questions.declines = None;
    at_the_portal(&mut table, AtPortal::AsAsked)
        .unwrap_or_else(|error| panic!("{error:?}\n{}", table.seen.0));
    is_whole(&mut table, "anew");
    let anew = table.world.tenant.passkeys()[0].credential.clone();
    assert_ne!(anew, credential);
    let statement = last(&mut table).statement;
    assert_eq!(statement.key.unwrap().credential_id, Some(anew));
    assert!(statement.sign_in.is_some());
}

/// The next write of this kind to the passes is forbidden.
fn forbid(table: &mut Table, verb: Verb) {
    table.world.tenant.inject(Fault {
        verb,
        path: "/temporaryAccessPassMethods".to_owned(),
        trouble: Trouble::Forbidden,
        times: 1,
    });
}

#[test]
fn a_pass_that_could_not_be_deleted_stays_noted_also_where_no_other_one_can_be_made() {
    let mut whole = prepared(Personality::Standard);
    whole.questions = Questions::default();
    at_the_portal(&mut whole, AtPortal::AsAsked).unwrap();
    let mut asked = whole.questions.asked.iter();
    let shown = asked.position(|one| one.asks == Asks::Shows).unwrap();

    // The pass is made and not wanted; the right to delete it is over.
    let mut table = prepared(Personality::Standard);
    table.questions = Questions::with(shown, Instead::Declines);
    forbid(&mut table, Verb::Delete);
    let error = at_the_portal(&mut table, AtPortal::AsAsked).unwrap_err();
    let CeremonyError::Halted { what, .. } = &error else {
        panic!("{error:?}\n{}", table.seen.0);
    };
    assert!(what.contains("it is noted in open/restore.json"), "{what}");
    let noted = restore::loose(&table.desk).unwrap();
    assert_eq!((noted.len(), table.world.tenant.passes().len()), (1, 1));

    // So is the right to make one.
    table.questions = Questions::default();
    forbid(&mut table, Verb::Post);
    let error = at_the_portal(&mut table, AtPortal::AsAsked).unwrap_err();
    let CeremonyError::Halted { what, .. } = &error else {
        panic!("{error:?}\n{}", table.seen.0);
    };
    assert_eq!(
        what,
        "no pass was made; one of an earlier run may still open the account, and stays noted in \
         open/restore.json"
    );
    assert_eq!(table.world.tenant.passes().len(), 1);
    assert_eq!(restore::loose(&table.desk).unwrap(), noted);

    at_the_portal(&mut table, AtPortal::AsAsked).unwrap();
    is_whole(&mut table, "with the right again");
}

#[test]
fn where_no_pass_can_be_made_none_is_noted() {
    let mut table = prepared(Personality::Standard);
    forbid(&mut table, Verb::Post);
    let error = at_the_portal(&mut table, AtPortal::AsAsked).unwrap_err();
    let CeremonyError::Halted { what, .. } = &error else {
        panic!("{error:?}\n{}", table.seen.0);
    };
    assert_eq!(what, "no pass was made; nothing was changed in the tenant");
    assert!(table.world.tenant.passes().is_empty());
    assert_eq!(restore::loose(&table.desk).unwrap(), []);
}

#[test]
fn every_personality_that_the_tenant_takes_is_registered_or_refused_before_anything() {
    for personality in Personality::ALL {
        let mut table = prepared(personality);
        let ended = at_the_portal(&mut table, AtPortal::AsAsked);
        match personality {
            Personality::Fido20Only => {
                assert!(
                    matches!(&ended, Err(CeremonyError::Matter { why, .. })
                        if why.starts_with("BG1-A cannot list what it holds")),
                    "{ended:?}"
                );
                assert!(table.world.tenant.writes().is_empty());
                let key = table.world.key(LABEL).unwrap();
                assert_eq!(key.statistics().pins_compared, 0);
            }
            Personality::SelfAttestation | Personality::NoAttestation => {
                // The portal takes no key without attestation: nothing new is found, no pass is left.
                assert!(ended.is_err(), "{personality:?}");
                assert!(table.world.tenant.passes().is_empty());
                assert_eq!(restore::loose(&table.desk).unwrap(), []);
            }
            Personality::Standard
            | Personality::RandomGlobalCounter
            | Personality::ZeroCounter
            | Personality::AlwaysUv
            | Personality::CredProtect3
            | Personality::RefusesSilent => {
                ended
                    .unwrap_or_else(|error| panic!("{personality:?}: {error:?}\n{}", table.seen.0));
                is_whole(&mut table, &format!("{personality:?}"));
            }
        }
    }
}

#[test]
fn a_tenant_that_did_not_demand_attestation_leaves_the_grade_same_session() {
    let mut table = prepared(Personality::Standard);
    for profile in &mut table.world.tenant.policy_mut().profiles {
        profile.rules.attested = false;
    }
    at_the_portal(&mut table, AtPortal::AsAsked).unwrap();
    let report = report(&table);
    assert_eq!(
        of(&report, Check::CredMatch),
        [(
            Verdict::Warn,
            "registered at the portal, same-session: the tenant did not demand attestation"
        )]
    );
}

#[test]
fn it_goes_on_after_a_cut_at_any_write() {
    let mut whole = prepared(Personality::Standard);
    let before = whole.power.writes();
    at_the_portal(&mut whole, AtPortal::AsAsked).unwrap();
    let writes = whole.power.writes() - before;
    assert!(writes > 25, "{writes} writes");
    for cut in 0..=writes {
        let when = format!("cut after {cut} of {writes} writes");
        let mut table = prepared(Personality::Standard);
        table.power.fail_after_writes(cut);
        assert!(
            at_the_portal(&mut table, AtPortal::AsAsked).is_err(),
            "{when}"
        );
        table.power_back(LABEL);
        match at_the_portal(&mut table, AtPortal::AsAsked) {
            Ok(_) | Err(CeremonyError::LabelUsed(_)) => {}
            Err(error) => panic!("{when}: {error:?}\n{}", table.seen.0),
        }
        is_whole(&mut table, &when);
    }
}

#[test]
fn each_question_may_be_answered_wrongly_and_one_key_is_registered() {
    let asked = at_every_question(
        "registration at the portal",
        || prepared(Personality::Standard),
        |table| at_the_portal(table, AtPortal::AsAsked).map(drop),
    );
    assert_eq!(asked, 14);
}
