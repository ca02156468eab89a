//! Somebody who was to sign is gone, and others come: what nobody's signature stands under is stated anew
//! for them, what is in the ledger is finished by them. And a bag that tears after the touch.

use crate::sk_signers::line;
use crate::support::is_a;
use crate::table::Table;
use crate::table::audit_at;
use crate::table::questions::Heard;
use crate::table::questions::Questions;
use glasskey::ceremony::Appended;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::Depth;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::Opening;
use glasskey::ceremony::Prompt;
use glasskey::ceremony::Signer;
use glasskey::ceremony::notes;
use glasskey::ceremony::open_bag;
use glasskey::ceremony::roster_change;
use glasskey::ceremony::roster_change::Changed;
use glasskey::ceremony::roster_change::Newcomer;
use glasskey::ceremony::roster_change::Trial;
use glasskey::ceremony::witnesses_of_what_is_open;
use glasskey::ledger::FileName;
use glasskey::ledger::Ledger;
use glasskey::ledger::LedgerStore;
use glasskey::plan::Person;
use glasskey::plan::Role;
use glasskey::primitives::Clock;
use glasskey::record::Namespace;
use glasskey::record::OpeningReason;
use glasskey::record::Statement;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::RehearsalSigner;
use glasskey::rehearsal::Step;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use std::time::Duration;

const LABEL: &str = "BG1-A";

/// A ceremony that is held at a table.
type Held<'h> = &'h dyn Fn(&mut Table) -> Result<(), CeremonyError>;

fn first() -> Vec<Box<dyn Signer>> {
    World::signers().unwrap()
}

fn second_operator() -> RehearsalSigner {
    RehearsalSigner::new("op-2", &[2; 32]).unwrap()
}

/// The other operator, with the same witnesses.
fn second() -> Vec<Box<dyn Signer>> {
    let mut all = first();
    all[0] = Box::new(second_operator());
    all
}

/// A book with two operators.
fn begun() -> Table {
    let mut table = Table::new(Personality::Standard);
    let second = second_operator();
    table.roster.push_str(&line("op-2", second.public_key()));
    table.plan.people.push(Person {
        reference: "op-2".to_owned(),
        roles: vec![Role::Operator],
        key: second.public_key().to_string(),
    });
    let plan = World::plan().unwrap().into_bytes();
    let names = World::people_file().into_bytes();
    table.desk.files.insert("glasskey.toml".to_owned(), plan);
    table.desk.files.insert("people.toml".to_owned(), names);
    table.genesis().unwrap();
    table
}

/// The same, with a key that is due.
fn with_a_key() -> Table {
    let mut table = begun();
    table.register(LABEL).unwrap();
    table.world.clock.wait(Duration::from_hours(24 * 80));
    table
}

/// The tenant's throttle does not count the runs together.
fn later(table: &Table) {
    table.world.clock.wait(Duration::from_mins(10));
}

/// The table as a cut leaves it once `file` is in the open ceremony and `not_yet` is not.
fn stopped(
    ready: impl Fn() -> Table,
    held: impl Fn(&mut Table) -> Result<(), CeremonyError>,
    file: &str,
    not_yet: &str,
) -> Table {
    let has = |table: &Table, file: &str| {
        let mut names = table.desk.files.keys();
        names.any(|name| name.starts_with("open/") && name.ends_with(&format!("/{file}")))
    };
    for cut in 1..200 {
        let mut table = ready();
        table.power.fail_after_writes(cut);
        held(&mut table).unwrap_err();
        table.power_back(LABEL);
        if has(&table, file) {
            later(&table);
            assert!(!has(&table, not_yet), "{file} and {not_yet}");
            table.questions = Questions::default();
            return table;
        }
    }
    panic!("no cut leaves {file}");
}

fn statement(table: &mut Table, index: u64) -> Statement {
    let ledger = Ledger::new(&mut table.store);
    ledger.record(index).unwrap().statement
}

fn heard(table: &mut Table) -> Heard {
    std::mem::take(&mut table.questions).heard()
}

fn asks_to_state_anew(table: &mut Table) -> usize {
    let asked = heard(table).asked;
    let anew = |one: &&Prompt| matches!(one, Prompt::StateAnew { .. });
    asked.iter().filter(anew).count()
}

#[track_caller]
fn is_whole(table: &Table, records: usize) {
    let report = audit_at(&table.store, &table.trust(), table.world.clock.utc());
    assert_eq!(report.first_bad(), None);
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    assert_eq!(report.records.len(), records);
    let open = OpenCeremony::unfinished(&table.desk).unwrap();
    assert!(open.is_empty(), "{open:?}");
}

#[track_caller]
fn matter<T: std::fmt::Debug>(ended: Result<T, CeremonyError>) -> (String, String) {
    match ended {
        Err(CeremonyError::Matter { why, next }) => (why, next),
        other => panic!("{other:?}"),
    }
}

fn add(table: &mut Table) -> Result<Changed, CeremonyError> {
    table.room(Mistakes::default(), |room, _| {
        let mut new = RehearsalSigner::new("w-3", &[3; 32]).unwrap();
        let comer = Newcomer {
            roles: vec![Role::Witness],
            name: "Katherine Johnson".to_owned(),
            key: new.public_key().clone(),
        };
        roster_change::add(room, "w-3", Some(&comer), Some(Trial::Here(&mut new)))
    })
}

fn amend(table: &mut Table) -> Result<Appended, CeremonyError> {
    table.room(Mistakes::default(), |room, _| {
        notes::amend(room, 0, Some("the safe is SAFE-C"))
    })
}

fn verify(table: &mut Table) -> Result<(), CeremonyError> {
    table.verify(LABEL, Depth::WithPin).map(drop)
}

#[test]
fn what_waits_for_a_witness_whose_key_is_dead_is_stated_anew_with_another() {
    let mut table = begun();
    table.signers = || first().into_iter().take(1).collect();
    table.away = vec!["w-1".to_owned()];
    let ended = add(&mut table).map(drop);
    let Err(CeremonyError::Waiting { missing, .. }) = ended else {
        panic!("{ended:?}");
    };
    assert_eq!(missing, ["w-1"]);
    let waits = table.desk.files.clone();
    // The operator has signed: that is not given up unasked.
    table.away = vec!["w-2".to_owned()];
    table.questions.declines = Some(|one| matches!(one, Prompt::StateAnew { .. }));
    let (why, next) = matter(add(&mut table));
    assert!(why.contains("expects op-1, w-1 to sign"), "{why}");
    assert!(next.contains("as op-1 with `--witness w-1`"), "{next}");
    for (name, bytes) in &waits {
        if !is_a(name, "txt") {
            assert_eq!(table.desk.files.get(name), Some(bytes), "{name}");
        }
    }
    // Nor for people who may not sign at all.
    table.questions.declines = None;
    table.away.clear();
    let ended = add(&mut table).map(drop);
    assert!(matches!(ended, Err(CeremonyError::People(_))), "{ended:?}");
    table.questions = Questions::default();
    // With another witness, and once more as the message says.
    table.signers = || {
        let mut all = first();
        all.remove(1);
        all
    };
    let (why, next) = matter(add(&mut table));
    assert!(why.contains("for op-1, w-1 to sign"), "{why}");
    assert!(next.contains("all that it is to state"), "{next}");
    assert_eq!(asks_to_state_anew(&mut table), 1);
    add(&mut table).unwrap();
    assert_eq!(asks_to_state_anew(&mut table), 0);
    let stated = statement(&mut table, 1).expected_signers;
    assert_eq!(stated, ["op-1", "w-2"]);
    is_whole(&table, 2);
}

#[test]
fn words_that_nobody_signed_are_another_operators_to_state() {
    let held = |table: &mut Table| amend(table).map(drop);
    let mut table = stopped(begun, held, "statement.json", "record.json");
    table.signers = second;
    matter(amend(&mut table));
    amend(&mut table).unwrap();
    assert_eq!(asks_to_state_anew(&mut table), 0);
    assert_eq!(statement(&mut table, 1).expected_signers[0], "op-2");
    is_whole(&table, 2);
}

#[test]
fn an_opening_that_nobody_signed_keeps_what_was_read_and_makes_way_for_an_incident() {
    let opening = |reason| Opening {
        reason,
        why: Some("rehearsed".to_owned()),
        at: None,
        opened_by: Vec::new(),
    };
    let held = |table: &mut Table, reason| {
        let opening = opening(reason);
        let appended = table.room(Mistakes::default(), |room, _| {
            open_bag(room, LABEL, &opening)
        });
        appended.map(drop)
    };
    for reason in [OpeningReason::Test, OpeningReason::Incident] {
        let test = |table: &mut Table| held(table, OpeningReason::Test);
        let mut table = stopped(with_a_key, test, "statement.json", "record.json");
        table.signers = second;
        held(&mut table, reason).unwrap();
        let reads = |one: &&Prompt| matches!(one, Prompt::OldBag { .. });
        let read = heard(&mut table).asked.iter().filter(reads).count();
        assert_eq!(read, usize::from(reason == OpeningReason::Incident));
        let stated = statement(&mut table, 2);
        assert_eq!(stated.expected_signers[0], "op-2");
        assert_eq!(stated.opening.unwrap().reason, reason);
        is_whole(&table, 3);
    }
}

#[test]
fn an_incident_does_not_wait_for_a_change_of_the_roster_that_was_cut_off() {
    for cut in 1..200 {
        let mut table = with_a_key();
        table.power.fail_after_writes(cut);
        add(&mut table).unwrap_err();
        table.power_back(LABEL);
        let there = |file: &str| table.store.files().contains_key(file);
        if !there("records/000002/record.json") {
            continue;
        }
        assert!(!there("roster/000002.allowed_signers"));
        later(&table);
        let opening = Opening {
            reason: OpeningReason::Incident,
            why: None,
            at: None,
            opened_by: Vec::new(),
        };
        let opened = table.room(Mistakes::default(), |room, _| {
            open_bag(room, LABEL, &opening)
        });
        opened.unwrap();
        add(&mut table).unwrap();
        is_whole(&table, 4);
        return;
    }
    panic!("no cut leaves a record without its roster");
}

#[test]
fn a_key_that_signed_for_an_operator_who_is_gone_signs_again_for_another() {
    for (file, not_yet) in [
        ("presence.json", "record.json"),
        ("record.json", "op-1.sig"),
        ("op-1.sig", "w-1.sig"),
    ] {
        let mut table = stopped(with_a_key, verify, file, not_yet);
        let presence = OpenCeremony::new("verification", LABEL)
            .presence(&table.desk)
            .unwrap();
        table.signers = second;
        verify(&mut table).unwrap();
        assert_eq!(asks_to_state_anew(&mut table), 1, "{file}");
        let record = Ledger::new(&mut table.store).record(2).unwrap();
        assert_eq!(record.statement.expected_signers[0], "op-2", "{file}");
        assert!(presence.is_some() && record.evidence.presence != presence);
        is_whole(&table, 3);
    }
}

#[test]
fn what_is_in_the_ledger_is_finished_by_another_operator_who_signs_nothing_of_it() {
    let mut table = begun();
    table.power.fail_after(Step::Paper);
    table.register(LABEL).unwrap_err();
    table.power_back(LABEL);
    table.signers = second;
    // A witness is not needed for that; and without a word, those who signed are meant.
    let mut ledger = Ledger::new(&mut table.store);
    let witnesses = witnesses_of_what_is_open(&ledger, &table.desk, "op-2").unwrap();
    assert_eq!(witnesses, ["w-1", "w-2"]);
    let head = ledger.head().unwrap();
    ledger = Ledger::new(&mut table.store);
    assert_eq!(ledger.size(), Ok(2));
    let sealed = table.register(LABEL).unwrap();
    let signed = sealed.appended.signatures.iter();
    let signed: Vec<&str> = signed.map(|(who, _)| who.as_str()).collect();
    assert_eq!(signed, ["op-1", "w-1", "w-2"]);
    assert_eq!(asks_to_state_anew(&mut table), 0);
    assert_eq!(Ledger::new(&mut table.store).head(), Ok(head));
    assert_eq!(statement(&mut table, 1).expected_signers[0], "op-1");
    let theirs = [
        FileName::RecordSignature(1, "op-2".to_owned()),
        FileName::CheckpointSignature(2, "op-2".to_owned()),
    ];
    for name in theirs {
        assert_eq!(table.store.read(&name.to_string()), Ok(None), "{name}");
    }
    is_whole(&table, 2);
}

#[test]
fn a_checkpoint_that_its_operator_has_not_signed_is_signed_by_another_in_that_ones_place() {
    for who in ["op-2", "op-1"] {
        let mut table = begun();
        table.power.fail_after(Step::Append);
        table.register(LABEL).unwrap_err();
        table.power_back(LABEL);
        table.signers = if who == "op-2" { second } else { first };
        table.register(LABEL).unwrap();
        let said = "op-2 signed the checkpoint of record 000001 in the place of op-1.";
        let mut lines = heard(&mut table).said.into_iter();
        assert_eq!(lines.any(|line| line == said), who == "op-2");
        let signed = table.store.list("checkpoints/000002.txt.").unwrap();
        assert_eq!(signed, [format!("checkpoints/000002.txt.{who}.sig")]);
        assert_eq!(statement(&mut table, 1).expected_signers[0], "op-1");
        is_whole(&table, 2);
    }
}

/// At another desk, op-2 has a new key put onto the roster.
fn rotated_elsewhere(table: &mut Table) -> Result<Changed, CeremonyError> {
    let desk = table.desk.clone();
    table
        .desk
        .files
        .retain(|name, _| !name.starts_with("open/"));
    let rotated = table.room(Mistakes::default(), |room, _| {
        let mut signer = RehearsalSigner::new("op-2", &[5; 32]).unwrap();
        let key = signer.public_key().clone();
        let trial = Trial::Here(&mut signer);
        roster_change::rotate(room, "op-2", Some(&key), Some(trial))
    });
    table.desk = desk;
    rotated
}

/// A registration by op-1, cut off once this file is in the ledger.
fn cut_after(file: &str) -> Table {
    for cut in 1..200 {
        let mut table = begun();
        table.power.fail_after_writes(cut);
        table.register(LABEL).unwrap_err();
        table.power_back(LABEL);
        if table.store.files().contains_key(file) {
            later(&table);
            return table;
        }
    }
    panic!("no cut leaves {file}");
}

#[test]
fn a_key_that_came_after_a_record_signs_nothing_of_it() {
    let mut table = cut_after("records/000001/w-2.sig");
    rotated_elsewhere(&mut table).unwrap();
    table.signers = || {
        let mut all = first();
        all[0] = Box::new(RehearsalSigner::new("op-2", &[5; 32]).unwrap());
        all
    };
    let refused = table.register(LABEL).map(drop).unwrap_err();
    assert!(
        matches!(&refused, CeremonyError::Signature { reference, .. } if reference == "op-2"),
        "{refused:?}"
    );
    let signed = table.store.list("checkpoints/000002.txt.");
    assert_eq!(signed, Ok(Vec::new()));
    table.signers = first;
    table.register(LABEL).unwrap();
    is_whole(&table, 3);
}

#[test]
fn nothing_is_stated_after_a_record_that_was_cut_off_elsewhere_before_its_operator_signed_it() {
    let mut table = cut_after("records/000001/record.json");
    let before = table.store.clone();
    let unsigned = CeremonyError::Unsigned {
        index: 1,
        operator: "op-1".to_owned(),
    };
    assert_eq!(rotated_elsewhere(&mut table).map(drop), Err(unsigned));
    assert!(table.store == before, "something was written");
    table.register(LABEL).unwrap();
    rotated_elsewhere(&mut table).unwrap();
    is_whole(&table, 3);
}

#[test]
fn whoever_a_record_makes_an_operator_does_not_finish_it() {
    let new = || RehearsalSigner::new("op-3", &[4; 32]).unwrap();
    let add = |table: &mut Table| {
        table.room(Mistakes::default(), |room, _| {
            let mut signer = new();
            let comer = Newcomer {
                roles: vec![Role::Operator],
                name: "Mary Jackson".to_owned(),
                key: signer.public_key().clone(),
            };
            roster_change::add(room, "op-3", Some(&comer), Some(Trial::Here(&mut signer)))
        })
    };
    let mut table = begun();
    table.power.fail_after(Step::Append);
    add(&mut table).unwrap_err();
    table.power_back(LABEL);
    let before = table.store.clone();
    table.signers = || {
        let mut all = first();
        all[0] = Box::new(RehearsalSigner::new("op-3", &[4; 32]).unwrap());
        all
    };
    let (why, next) = matter(add(&mut table));
    assert!(why.contains("op-3 does not operate"), "{why}");
    assert_eq!(next, "run the same command as op-1 or op-2");
    assert!(table.store == before, "something was written");
    table.signers = second;
    add(&mut table).unwrap();
    is_whole(&table, 2);
}

#[test]
fn a_signature_of_the_checkpoint_by_another_operator_is_taken_by_whoever_finishes() {
    let mut table = begun();
    table.power.fail_after(Step::Append);
    table.register(LABEL).unwrap_err();
    table.power_back(LABEL);
    let signature = second_operator()
        .sign(
            Namespace::Checkpoint,
            Ledger::new(&mut table.store)
                .head_of(2)
                .unwrap()
                .text()
                .as_bytes(),
        )
        .unwrap();
    let mut ledger = Ledger::new(&mut table.store);
    ledger.write_checkpoint(2, &[("op-2", &signature)]).unwrap();
    table.signers = first;
    table.register(LABEL).unwrap();
    let signed = table.store.list("checkpoints/000002.txt.").unwrap();
    assert_eq!(signed, ["checkpoints/000002.txt.op-2.sig"]);
    is_whole(&table, 2);
}

#[test]
fn without_a_word_the_witnesses_are_those_of_what_the_operator_has_open_if_that_is_clear() {
    let mut table = stopped(with_a_key, verify, "statement.json", "presence.json");
    let who = |table: &mut Table, operator: &str| {
        let ledger = Ledger::new(&mut table.store);
        witnesses_of_what_is_open(&ledger, &table.desk, operator).unwrap()
    };
    assert_eq!(who(&mut table, "op-1"), ["w-1", "w-2"]);
    assert_eq!(who(&mut table, "op-2"), Vec::<String>::new());
    // Another one beside it, of the same people; then of others.
    for name in ["begun.json", "statement.json"] {
        let bytes = table.desk.files[&format!("open/verification-{LABEL}/{name}")].clone();
        let beside = format!("open/loss-{LABEL}/{name}");
        table.desk.files.insert(beside, bytes);
    }
    assert_eq!(who(&mut table, "op-1"), ["w-1", "w-2"]);
    let open = OpenCeremony::new("loss", LABEL);
    let mut other = open.statement(&table.desk).unwrap().unwrap();
    other.expected_signers.pop();
    open.put(&mut table.desk, "statement.json", &other).unwrap();
    assert_eq!(who(&mut table, "op-1"), Vec::<String>::new());
}

#[test]
fn a_bag_that_tears_after_the_touch_is_replaced_by_another() {
    let register = |table: &mut Table| table.register(LABEL).map(drop);
    let all: [(&str, &dyn Fn() -> Table, Held<'_>); 2] = [
        ("registration", &begun, &register),
        ("verification", &with_a_key, &verify),
    ];
    for (name, ready, held) in all {
        let mut table = ready();
        let open = OpenCeremony::new(name, LABEL);
        // "No" to both keeps what the key signed, as a Ctrl-C does.
        let neither =
            |one: &Prompt| matches!(one, Prompt::Sealed { .. } | Prompt::AnotherBag { .. });
        table.questions.declines = Some(neither);
        assert_eq!(held(&mut table), Err(CeremonyError::Declined), "{name}");
        let presence = open.presence(&table.desk).unwrap();
        assert!(presence.is_some(), "{name}");
        later(&table);
        // Another bag gives it up.
        table.questions = Questions::default();
        table.questions.declines = Some(|one| matches!(one, Prompt::Sealed { .. }));
        assert_eq!(held(&mut table), Err(CeremonyError::Declined), "{name}");
        let asked = heard(&mut table).asked;
        assert!(matches!(
            asked.as_slice(),
            [.., Prompt::Sealed { .. }, Prompt::AnotherBag { .. }]
        ));
        assert_eq!(open.presence(&table.desk), Ok(None), "{name}");
        assert_eq!(open.statement(&table.desk), Ok(None), "{name}");
        // The next run asks for its number, and for a touch.
        later(&table);
        held(&mut table).unwrap();
        let numbers = |one: &&Prompt| matches!(one, Prompt::Bag { .. });
        assert_eq!(heard(&mut table).asked.iter().filter(numbers).count(), 2);
        let index = Ledger::new(&mut table.store).size().unwrap() - 1;
        let record = Ledger::new(&mut table.store).record(index).unwrap();
        assert!(record.evidence.presence != presence, "{name}");
        is_whole(&table, usize::try_from(index).unwrap() + 1);
    }
}
