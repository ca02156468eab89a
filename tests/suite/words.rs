//! Ceremonies about words: people, policy, notes. What they leave, what they refuse, and that a power
//! cut after any write is gone on from.

use crate::refusing::at_every_question;
use crate::table::Table;
use glasskey::ceremony::Appended;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::LateException;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::Room;
use glasskey::ceremony::Signer;
use glasskey::ceremony::adopt_policy;
use glasskey::ceremony::notes;
use glasskey::ceremony::roster_change;
use glasskey::ceremony::roster_change::Changed;
use glasskey::ceremony::roster_change::Newcomer;
use glasskey::ceremony::roster_change::Trial;
use glasskey::findings::Check;
use glasskey::findings::Subject;
use glasskey::ledger::Ledger;
use glasskey::ledger::audit::Standing;
use glasskey::plan::PeopleFile;
use glasskey::plan::Plan;
use glasskey::plan::Role;
use glasskey::primitives::Digest;
use glasskey::primitives::UtcTime;
use glasskey::record::Event;
use glasskey::record::LedgerHead;
use glasskey::record::Roster;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::RehearsalSigner;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;

const SEED: [u8; 32] = [3; 32];

fn begun() -> Table {
    let mut table = Table::new(Personality::Standard);
    table.genesis().unwrap();
    let plan = World::plan().unwrap();
    table
        .desk
        .files
        .insert("glasskey.toml".to_owned(), plan.into_bytes());
    let people = World::people_file();
    table
        .desk
        .files
        .insert("people.toml".to_owned(), people.into_bytes());
    table
}

fn words<T>(
    table: &mut Table,
    run: impl FnOnce(&mut Room<'_>) -> Result<T, CeremonyError>,
) -> Result<T, CeremonyError> {
    table.room(Mistakes::default(), |room, _| run(room))
}

fn newcomer(roles: &[Role]) -> Newcomer {
    Newcomer {
        roles: roles.to_vec(),
        name: "Katherine Johnson".to_owned(),
        key: RehearsalSigner::new("w-3", &SEED)
            .unwrap()
            .public_key()
            .clone(),
    }
}

fn add(table: &mut Table) -> Result<Changed, CeremonyError> {
    words(table, |room| {
        let comer = newcomer(&[Role::Custodian, Role::Witness]);
        let mut signer = RehearsalSigner::new("w-3", &SEED).unwrap();
        let trial = Trial::Here(&mut signer);
        roster_change::add(room, "w-3", Some(&comer), Some(trial))
    })
}

fn remove(table: &mut Table, reference: &str) -> Result<Changed, CeremonyError> {
    words(table, |room| roster_change::remove(room, reference))
}

fn rotate(table: &mut Table) -> Result<Changed, CeremonyError> {
    words(table, |room| {
        let mut signer = RehearsalSigner::new("w-1", &SEED).unwrap();
        let key = signer.public_key().clone();
        let trial = Trial::Here(&mut signer);
        roster_change::rotate(room, "w-1", Some(&key), Some(trial))
    })
}

fn adopt(table: &mut Table) -> Result<Appended, CeremonyError> {
    table.plan.policy.verify_every_days = 60;
    table.plan.policy.witnesses.loss = 2;
    words(table, adopt_policy)
}

fn site_pair() -> notes::Accept {
    notes::Accept {
        check: Check::SitePair,
        subject: Subject::account("BG-1"),
        until: UtcTime::parse("2026-03-31T23:59:59Z").unwrap(),
        reason: "the second site opens in March".to_owned(),
    }
}

fn accept(table: &mut Table) -> Result<Appended, CeremonyError> {
    words(table, |room| notes::accept(room, Some(&site_pair())))
}

fn amend(table: &mut Table) -> Result<Appended, CeremonyError> {
    words(table, |room| {
        notes::amend(room, 0, Some("the safe is SAFE-C"))
    })
}

fn late(table: &mut Table) -> Result<Appended, CeremonyError> {
    words(table, |room| notes::note_exception(room, None))
}

fn tell(table: &mut Table) -> Result<Appended, CeremonyError> {
    words(table, |room| {
        let told = notes::Told {
            step: None,
            record: Some(0),
            text: "the door stood open".to_owned(),
        };
        notes::note_exception(room, Some(&told))
    })
}

fn rehearsed() -> notes::Rehearsed {
    notes::Rehearsed {
        head: LedgerHead {
            origin: "rehearsal.glasskey.invalid/contoso".to_owned(),
            root: Digest::of(b"root"),
            size: 5,
        },
        trainee: Some("w-2".to_owned()),
        events: vec!["registration"],
    }
}

fn train(table: &mut Table) -> Result<Appended, CeremonyError> {
    words(table, |room| notes::note_training(room, Some(&rehearsed())))
}

fn waits(table: &mut Table) {
    let waits = [
        LateException {
            record: 0,
            step: "3".to_owned(),
            text: "the lamp failed".to_owned(),
        },
        LateException {
            record: 0,
            step: "3".to_owned(),
            text: "the paper jammed".to_owned(),
        },
    ];
    LateException::keep(&mut table.desk, &waits).unwrap();
}

#[track_caller]
fn is_clean(table: &Table, records: usize, when: &str) {
    let report = table.audit();
    assert_eq!(
        report.standing(),
        Standing::Clean,
        "{when}: {:?} {:?}",
        report.first_bad(),
        report.findings
    );
    assert_eq!(report.records.len(), records, "{when}");
    let open = OpenCeremony::unfinished(&table.desk).unwrap();
    assert!(open.is_empty(), "{when}: {open:?}");
}

#[track_caller]
fn matter<T: std::fmt::Debug>(ended: Result<T, CeremonyError>) -> String {
    match ended {
        Err(CeremonyError::Matter { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

fn plan_of(table: &Table) -> Plan {
    let text = String::from_utf8(table.desk.files["glasskey.toml"].clone()).unwrap();
    Plan::parse(&text).unwrap()
}

#[test]
fn whoever_comes_counts_from_the_next_record_on() {
    let mut table = begun();
    let changed = add(&mut table).unwrap();
    assert_eq!(changed.appended.index, 1);
    assert_eq!((changed.due, changed.by_hand), (Vec::new(), Vec::new()));
    is_clean(&table, 2, "after w-3 came");
    let force = Ledger::new(&mut table.store).in_force().unwrap();
    let roster = Roster::parse(&force.roster).unwrap();
    assert_eq!(roster.entry("w-3").unwrap().key, newcomer(&[]).key);
    assert_eq!(
        force.people.last().unwrap().roles,
        [Role::Witness, Role::Custodian]
    );
    assert_eq!(table.desk.files["roster.allowed_signers"], force.roster);
    // Names stay outside; their digest is inside, and the salt is new.
    let names = &table.desk.files["people.toml"];
    let read = PeopleFile::parse(names).unwrap();
    assert_eq!(read.name_of("w-3"), Some("Katherine Johnson"));
    assert_eq!(read.name_of("op-1"), Some("rehearsal op-1"));
    let record = Ledger::new(&mut table.store).record(1).unwrap().statement;
    assert_eq!(record.people_sha256, Some(Digest::of(names)));
    let old = World::people_file();
    let salt = old.lines().find(|line| line.starts_with("salt")).unwrap();
    assert!(!String::from_utf8_lossy(names).contains(salt));
    // The plan says so too, and the screen said what changes before anybody signed.
    let planned = plan_of(&table).people.pop().unwrap();
    assert_eq!(planned.reference, "w-3");
    for line in [
        "1/3 The change: w-3 comes",
        "The trial of w-3 verifies.",
        "w-3 becomes witness, custodian.",
    ] {
        assert!(table.seen.0.contains(line), "{line}: {}", table.seen.0);
    }
    // A ref is one person.
    let why = matter(add(&mut table));
    assert_eq!(why, "w-3 is on the roster already, and a ref is one person");
}

#[test]
fn a_key_that_does_not_sign_on_trial_never_comes_on_the_roster() {
    let mut table = begun();
    let other = |room: &mut Room<'_>| {
        let comer = newcomer(&[Role::Witness]);
        let mut signer = RehearsalSigner::new("w-3", &[9; 32]).unwrap();
        roster_change::add(room, "w-3", Some(&comer), Some(Trial::Here(&mut signer)))
    };
    let ended = words(&mut table, other);
    assert!(
        matches!(ended, Err(CeremonyError::Trial { ref reference, .. }) if reference == "w-3"),
        "{ended:?}"
    );
    let without = words(&mut table, |room| {
        roster_change::add(room, "w-3", Some(&newcomer(&[Role::Witness])), None)
    });
    assert_eq!(matter(without), "w-3 has signed nothing on trial");
    // Somebody else's key, an odd name, an odd ref.
    let mut odd = newcomer(&[Role::Witness]);
    odd.name = "a\u{202e}b".to_owned();
    let why = matter(words(&mut table, |room| {
        roster_change::add(room, "w-3", Some(&odd), None)
    }));
    assert!(why.starts_with("that is no name"), "{why}");
    for (reference, because) in [
        ("w 3", "w 3 is no ref"),
        ("W-1", "W-1 differs from a ref on the roster in case alone"),
    ] {
        let comer = newcomer(&[Role::Witness]);
        let why = matter(words(&mut table, |room| {
            roster_change::add(room, reference, Some(&comer), None)
        }));
        assert!(why.starts_with(because), "{why}");
    }
    assert_eq!(Ledger::new(&mut table.store).size(), Ok(1));
    is_clean(&table, 1, "after refusals");
}

#[test]
fn a_ref_that_somebody_had_is_nobody_else_s_for_ever() {
    let mut table = begun();
    remove(&mut table, "w-1").unwrap();
    let comes = |table: &mut Table, reference: &str| {
        matter(words(table, |room| {
            let comer = newcomer(&[Role::Witness]);
            let mut signer = RehearsalSigner::new(reference, &SEED).unwrap();
            let trial = Trial::Here(&mut signer);
            room.signers.remove(1);
            roster_change::add(room, reference, Some(&comer), Some(trial))
        }))
    };
    assert_eq!(
        comes(&mut table, "w-1"),
        "w-1 was on the roster until record 000001, and a ref is one person for ever"
    );
    assert_eq!(
        comes(&mut table, "w-2"),
        "w-2 is on the roster already, and a ref is one person"
    );
}

#[test]
fn when_a_holder_of_pins_goes_it_is_said_what_is_due() {
    let mut table = begun();
    table.register("BG1-A").unwrap();
    let changed = remove(&mut table, "w-1").unwrap();
    assert_eq!(changed.due.len(), 5, "{:?}", changed.due);
    assert_eq!(
        changed.due[0],
        "w-1 holds PIN envelope P-0001: the PIN of BG1-A is due to be changed \
         (`glasskey pin change BG1-A`), and the envelope to go to somebody else."
    );
    assert_eq!(
        changed.due[1],
        "w-1 holds PIN envelope P-0002 of BG1-B: give it to somebody else."
    );
    assert!(
        changed.due[4].contains("BG1-A are due"),
        "{:?}",
        changed.due
    );
    // The plan still names w-1 as a holder: a person edits that.
    assert_eq!(changed.by_hand.len(), 1);
    assert!(
        plan_of(&table)
            .people
            .iter()
            .any(|one| one.reference == "w-1")
    );
    is_clean(&table, 3, "after w-1 went");
    let names = PeopleFile::parse(&table.desk.files["people.toml"]).unwrap();
    assert_eq!(names.name_of("w-1"), None);
    // The last witness cannot go, nor the operator; who is not there cannot either.
    assert_eq!(
        matter(table.room(Mistakes::default(), |room, _| {
            room.signers.remove(1);
            roster_change::remove(room, "w-2")
        })),
        "without w-2, the policy asks for 1 beside the operator, and 0 could be there"
    );
    assert_eq!(
        matter(table.room(Mistakes::default(), |room, _| {
            room.signers.remove(1);
            roster_change::remove(room, "op-1")
        })),
        "without op-1, nobody could run a ceremony any more"
    );
    assert_eq!(
        matter(table.room(Mistakes::default(), |room, _| {
            room.signers.remove(1);
            roster_change::remove(room, "w-9")
        })),
        "w-9 is not on the roster in force"
    );
}

#[test]
fn a_new_key_counts_from_the_next_record_on_and_the_old_one_for_this() {
    let mut table = begun();
    let changed = rotate(&mut table).unwrap();
    assert_eq!(changed.by_hand, Vec::<String>::new());
    is_clean(&table, 2, "after w-1 changed keys");
    let planned = plan_of(&table);
    let planned = planned.people.iter().find(|one| one.reference == "w-1");
    assert_eq!(planned.unwrap().key, newcomer(&[]).key.to_string());
    // The old key does not sign any more.
    let ended = amend(&mut table);
    assert!(
        matches!(ended, Err(CeremonyError::Signature { ref reference, .. }) if reference == "w-1"),
        "{ended:?}"
    );
    let ended = table.room(Mistakes::default(), |room, _| {
        room.signers[1] = Box::new(RehearsalSigner::new("w-1", &SEED).unwrap());
        notes::amend(room, 0, None)
    });
    assert_eq!(ended.unwrap().index, 2);
    is_clean(&table, 3, "after the new key signed");
}

#[test]
fn what_changes_who_counts_waits_for_everyone_who_is_expected() {
    let mut table = begun();
    let away = |room: &mut Room<'_>| {
        room.signers.pop();
        room.away.push("w-2".to_owned());
        adopt_policy(room)
    };
    table.plan.policy.remind_days = 30;
    let ended = words(&mut table, away);
    assert_eq!(
        ended,
        Err(CeremonyError::Waiting {
            ceremony: "policy-book".to_owned(),
            missing: vec!["w-2".to_owned()],
        })
    );
    assert_eq!(Ledger::new(&mut table.store).size(), Ok(1));
    // Meanwhile nothing else begins.
    let other = accept(&mut table);
    assert_eq!(
        other,
        Err(CeremonyError::Unfinished("policy-book".to_owned()))
    );
    let open = OpenCeremony::new("policy", "book");
    let (record, _) = open.record(&table.desk).unwrap().unwrap();
    let mut signers = World::signers().unwrap();
    let w2: &mut Box<dyn Signer> = signers.last_mut().unwrap();
    let signature = w2
        .sign(glasskey::record::Namespace::Record, &record)
        .unwrap();
    let name = open.name("w-2.sig");
    table.desk.files.insert(name, signature);
    assert_eq!(
        words(&mut table, away).unwrap().missing,
        Vec::<String>::new()
    );
    is_clean(&table, 2, "after w-2 signed");
}

#[test]
fn a_policy_is_adopted_as_it_is_shown_and_only_if_people_can_live_by_it() {
    let mut table = begun();
    assert_eq!(
        matter(words(&mut table, adopt_policy)),
        "the plan has the very policy that counts"
    );
    adopt(&mut table).unwrap();
    is_clean(&table, 2, "after the policy changed");
    let force = Ledger::new(&mut table.store).in_force().unwrap();
    assert_eq!(force.policy, table.plan.policy);
    for line in [
        "verify-every-days: 90 becomes 60",
        "witnesses.loss: 1 becomes 2",
    ] {
        assert!(table.seen.0.contains(line), "{line}");
    }
    table.plan.policy.witnesses.loss = 3;
    assert_eq!(
        matter(words(&mut table, adopt_policy)),
        "by that policy the policy asks for 3 beside the operator, and 2 could be there"
    );
}

#[test]
fn roles_follow_the_plan_when_they_are_adopted() {
    let mut table = begun();
    assert_eq!(
        matter(words(&mut table, roster_change::adopt_roles)),
        "the plan has the very roles that count"
    );
    table.plan.people[2].roles = vec![Role::Reviewer, Role::Witness];
    let force = Ledger::new(&mut table.store).in_force().unwrap();
    assert_eq!(
        roster_change::other_roles(&force, &table.plan.people),
        ["w-2 is witness, reviewer, and was witness, custodian."]
    );
    words(&mut table, roster_change::adopt_roles).unwrap();
    is_clean(&table, 2, "after roles changed");
    table.plan.people[0].roles = vec![Role::Witness];
    assert_eq!(
        matter(words(&mut table, roster_change::adopt_roles)),
        "with these roles, nobody could run a ceremony any more"
    );
}

#[test]
fn an_acceptance_has_a_reason_a_day_and_something_that_may_be_accepted() {
    let mut table = begun();
    let refuse = |table: &mut Table, change: fn(&mut notes::Accept)| {
        let mut wanted = site_pair();
        change(&mut wanted);
        matter(words(table, |room| notes::accept(room, Some(&wanted))))
    };
    assert_eq!(
        refuse(&mut table, |one| one.check = Check::PresSig),
        "a PRES-SIG that fails breaks the book or the key's proof, and is never accepted"
    );
    assert_eq!(
        refuse(&mut table, |one| one.until =
            UtcTime::parse("2026-01-05T09:00:00Z").unwrap()),
        "2026-01-05T09:00:00Z is over already"
    );
    assert_eq!(
        refuse(&mut table, |one| one.subject = Subject::account("BG-9")),
        "nothing here is account:BG-9"
    );
    assert_eq!(
        refuse(&mut table, |one| one.subject = Subject::record(7)),
        "nothing here is record:000007"
    );
    assert!(refuse(&mut table, |one| one.reason = " ".to_owned()).starts_with("the reason is no"));
    assert_eq!(
        matter(words(&mut table, |room| notes::accept(room, None))),
        "no finding was named, and no acceptance has begun"
    );
    let appended = accept(&mut table).unwrap();
    is_clean(&table, 2, "after an acceptance");
    let statement = Ledger::new(&mut table.store)
        .record(appended.index)
        .unwrap()
        .statement;
    assert_eq!(statement.event, Event::Acceptance);
    let part = statement.acceptance.unwrap();
    assert_eq!(
        part.reason.as_deref(),
        Some("the second site opens in March")
    );
    assert_eq!(
        matter(accept(&mut table)),
        "record 000001 accepts that very finding until that very day"
    );
}

#[test]
fn what_waited_to_be_noted_waits_no_more_and_is_noted_once() {
    let mut table = begun();
    assert_eq!(matter(late(&mut table)), "no exception waits to be noted");
    waits(&mut table);
    late(&mut table).unwrap();
    is_clean(&table, 2, "after late exceptions");
    let statement = Ledger::new(&mut table.store).record(1).unwrap().statement;
    let texts: Vec<&str> = statement
        .exceptions
        .iter()
        .map(|one| one.text.as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "record 000000: the lamp failed",
            "record 000000: the paper jammed"
        ]
    );
    assert_eq!(LateException::all(&table.desk), Ok(Vec::new()));
    assert_eq!(matter(late(&mut table)), "no exception waits to be noted");
    tell(&mut table).unwrap();
    is_clean(&table, 3, "after a told exception");
    assert_eq!(
        matter(tell(&mut table)),
        "record 000002 notes it in those very words"
    );
}

#[test]
fn a_correction_names_the_record_it_corrects_and_leaves_it() {
    let mut table = begun();
    let appended = words(&mut table, |room| notes::amend(room, 0, None)).unwrap();
    let ledger = Ledger::new(&mut table.store);
    let part = ledger
        .record(appended.index)
        .unwrap()
        .statement
        .amendment
        .unwrap();
    assert_eq!(part.record, 0);
    assert_eq!(part.sha256, Digest::of(&ledger.record_bytes(0).unwrap()));
    assert_eq!(part.text, "Rehearsed: what record 000000 should have said");
    is_clean(&table, 2, "after a correction");
    assert_eq!(
        matter(words(&mut table, |room| notes::amend(room, 9, None))),
        "there is no record 000009: the book has 2"
    );
}

#[test]
fn a_training_is_of_somebody_who_held_something_and_noted_once() {
    let mut table = begun();
    let refuse = |table: &mut Table, change: fn(&mut notes::Rehearsed)| {
        let mut wanted = rehearsed();
        change(&mut wanted);
        matter(words(table, |room| {
            notes::note_training(room, Some(&wanted))
        }))
    };
    assert_eq!(
        refuse(&mut table, |one| one.trainee = None),
        "the rehearsal does not say who was trained in it"
    );
    assert_eq!(
        refuse(&mut table, |one| one.events.clear()),
        "nothing was held in that rehearsal but its beginning"
    );
    train(&mut table).unwrap();
    is_clean(&table, 2, "after a training");
    assert_eq!(
        matter(train(&mut table)),
        "record 000001 notes that very rehearsal"
    );
}

/// A ceremony, by name.
type Held = (
    &'static str,
    fn(&mut Table),
    fn(&mut Table) -> Result<(), CeremonyError>,
);

const ALL: [Held; 9] = [
    ("add", |_| (), |table| add(table).map(drop)),
    ("remove", |_| (), |table| remove(table, "w-1").map(drop)),
    ("rotate", |_| (), |table| rotate(table).map(drop)),
    ("policy", |_| (), |table| adopt(table).map(drop)),
    ("accept", |_| (), |table| accept(table).map(drop)),
    ("amend", |_| (), |table| amend(table).map(drop)),
    ("late", waits, |table| late(table).map(drop)),
    ("tell", |_| (), |table| tell(table).map(drop)),
    ("train", |_| (), |table| train(table).map(drop)),
];

#[test]
fn each_goes_on_after_a_cut_at_any_write_and_is_held_once() {
    for (name, before, held) in ALL {
        let mut table = begun();
        before(&mut table);
        let first = table.power.writes();
        held(&mut table).unwrap();
        let writes = table.power.writes() - first;
        assert!(writes > 8, "{name}: {writes} writes");
        let whole = table.desk.files;
        for cut in 0..=writes {
            let when = format!("{name}: cut after {cut} of {writes} writes");
            let mut table = begun();
            before(&mut table);
            table.power.fail_after_writes(cut);
            assert!(held(&mut table).is_err(), "{when}: the cut was not felt");
            table.power.restore();
            match held(&mut table) {
                // One that was cut while it was tidied up is finished, and says so.
                Ok(()) | Err(CeremonyError::Matter { .. } | CeremonyError::People(_)) => {}
                Err(other) => panic!("{when}: {other:?}"),
            }
            is_clean(&table, 2, &when);
            for name in ["glasskey.toml", "roster.allowed_signers"] {
                assert_eq!(
                    table.desk.files.get(name),
                    whole.get(name),
                    "{when}: {name}"
                );
            }
            assert_eq!(LateException::all(&table.desk), Ok(Vec::new()), "{when}");
        }
    }
}

#[test]
fn each_question_may_be_answered_wrongly_and_the_words_signed_once() {
    for (name, before, held) in ALL {
        let ready = || {
            let mut table = begun();
            before(&mut table);
            table
        };
        at_every_question(name, ready, held);
    }
}
