//! Registering a key: which one is next, what a dry run does, what the plan learns.

use crate::refusing::at_every_question;
use crate::table::Table;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::RegistrationWish;
use glasskey::ceremony::WouldRegister;
use glasskey::ceremony::next_registration;
use glasskey::ceremony::would_register;
use glasskey::findings::Check;
use glasskey::findings::Verdict;
use glasskey::ledger::Ledger;
use glasskey::plan::Plan;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;

const LABEL: &str = "BG1-A";

fn after_genesis() -> Table {
    let mut table = Table::with_portals(Personality::Standard);
    table.genesis().unwrap();
    table
}

fn next(table: &mut Table) -> Option<String> {
    let ledger = Ledger::new(&mut table.store);
    next_registration(&table.plan, &ledger, &table.desk).unwrap()
}

fn dry_run(table: &mut Table, label: &str) -> Result<WouldRegister, CeremonyError> {
    table.room(Mistakes::default(), |room, session| {
        would_register(room, session, &RegistrationWish::of(label))
    })
}

/// The rehearsal's plan before any of its keys was seen.
fn unseen_plan() -> String {
    let text = World::plan().unwrap();
    let seen = |line: &&str| line.starts_with("aaguid") || line.starts_with("serial");
    let lines: Vec<&str> = text.lines().filter(|line| !seen(line)).collect();
    format!("{}\n", lines.join("\n"))
}

#[test]
fn the_open_registration_is_next_then_the_first_of_the_plan() {
    let mut table = after_genesis();
    assert_eq!(next(&mut table).as_deref(), Some("BG1-A"));
    table.power.fail_after_writes(4);
    table.register("BG2-A").unwrap_err();
    table.power_back("BG2-A");
    assert_eq!(next(&mut table).as_deref(), Some("BG2-A"));
    for (label, after) in [
        ("BG2-A", Some("BG1-A")),
        ("BG1-A", Some("BG1-B")),
        ("BG1-B", Some("BG2-B")),
        ("BG2-B", None),
    ] {
        table.register(label).unwrap();
        assert_eq!(next(&mut table).as_deref(), after, "after {label}");
    }
}

#[test]
fn a_registration_writes_model_and_serial_number_into_the_plan() {
    let mut table = after_genesis();
    let before = unseen_plan();
    table.plan = Plan::parse(&before).unwrap();
    table
        .desk
        .files
        .insert("glasskey.toml".to_owned(), before.clone().into_bytes());
    table.register(LABEL).unwrap();
    let after = String::from_utf8(table.desk.files["glasskey.toml"].clone()).unwrap();
    let lines = "aaguid = \"676c6173-736b-6579-2d72-656865617273\"\nserial = \"26010001\"\n";
    assert_eq!(after.replacen(lines, "", 1), before);
    assert!(after.contains(&format!("label = \"BG1-A\"\n{lines}")));
    assert!(
        table
            .seen
            .0
            .contains("glasskey.toml names model and serial number of BG1-A now")
    );
    // The next key is not taken for the first one.
    table.plan = Plan::parse(&after).unwrap();
    table.register("BG1-B").unwrap();
    let whole = String::from_utf8(table.desk.files["glasskey.toml"].clone()).unwrap();
    assert!(whole.contains("serial = \"26010002\""), "{whole}");
}

#[test]
fn a_plan_that_cannot_be_written_is_said_and_stops_nothing() {
    let mut table = after_genesis();
    table.plan = Plan::parse(&unseen_plan()).unwrap();
    table.register(LABEL).unwrap();
    assert!(
        table.seen.0.contains(
            "glasskey.toml was not changed: it is not here, or no plan any more. Write beneath the \
             label BG1-A yourself: aaguid = \"676c6173-736b-6579-2d72-656865617273\", serial = \
             \"26010001\"."
        ),
        "{}",
        table.seen.0
    );
}

#[test]
fn a_dry_run_reads_all_and_writes_nothing() {
    let mut table = after_genesis();
    let files = table.desk.files.clone();
    let writes = table.power.writes();
    let would = dry_run(&mut table, LABEL).unwrap();
    assert_eq!(
        (would.label.as_str(), would.account.as_str()),
        (LABEL, "BG-1")
    );
    let of = |check| {
        let mut found = would.findings.iter().filter(|one| one.check == check);
        found.next().map(|one| one.verdict)
    };
    assert_eq!(of(Check::AccountEnabled), Some(Verdict::Pass));
    assert_eq!(of(Check::AaguidAllowed), Some(Verdict::Pass));
    assert_eq!(of(Check::SameKey), Some(Verdict::Pass));
    assert_eq!(
        would.would[2],
        "The tenant would be sent it once, as \"BG1-A\", and read back."
    );
    assert_eq!(table.desk.files, files);
    assert_eq!(table.power.writes(), writes);
    assert!(table.world.tenant.writes().is_empty());
    let key = table.world.key(LABEL).unwrap();
    assert_eq!(key.statistics().pins_compared, 0);
    assert_eq!(key.statistics().touches_asked, 0);
    assert_eq!(key.resident_credentials(), 0);
    assert!(OpenCeremony::unfinished(&table.desk).unwrap().is_empty());
    table.register(LABEL).unwrap();
    assert_eq!(
        dry_run(&mut table, LABEL).unwrap_err(),
        CeremonyError::LabelUsed(LABEL.to_owned())
    );
}

#[test]
fn each_question_may_be_answered_wrongly_and_the_key_is_registered_once() {
    let asked = at_every_question("registration", after_genesis, |table| {
        table.register(LABEL).map(drop)
    });
    assert_eq!(asked, 11);
}
