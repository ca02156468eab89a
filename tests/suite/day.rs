//! Bare `glasskey`: what a person reads who remembers nothing, and the one next command.

use crate::hands_on::is_golden;
use crate::support::TempDir;
use crate::support::command;
use crate::support::ended;
use crate::support::glasskey;
use crate::support::rehearse;
use crate::support::text;
use crate::table::Table;
use glasskey::ceremony::Begun;
use glasskey::ceremony::Depth;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::day::Day;
use glasskey::ceremony::day::DayFacts;
use glasskey::ceremony::day::Kind;
use glasskey::ceremony::day::Unfinished;
use glasskey::ceremony::day::day;
use glasskey::ceremony::day::resume;
use glasskey::ceremony::scripts::SCRIPTS;
use glasskey::facts::restore::Loosened;
use glasskey::facts::restore::RestoreItem;
use glasskey::facts::restore::written;
use glasskey::findings::Check;
use glasskey::findings::Subject;
use glasskey::ledger::BookReading;
use glasskey::ledger::Ledger;
use glasskey::plan::Plan;
use glasskey::primitives::Clock;
use glasskey::primitives::Guid;
use glasskey::primitives::UtcTime;
use glasskey::record::AcceptancePart;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

const QUARTER: Duration = Duration::from_hours(24 * 84);

fn at(text: &str) -> UtcTime {
    UtcTime::parse(text).unwrap()
}

/// Four keys registered.
fn whole_book() -> Table {
    let mut table = Table::with_portals(Personality::Standard);
    table.genesis().unwrap();
    for label in World::labels() {
        table.register(label).unwrap();
    }
    table
}

fn reading(table: &mut Table) -> BookReading {
    Ledger::new(&mut table.store).read_book().unwrap()
}

/// The page of what was read, without an audit.
fn page(plan: &Plan, reading: &BookReading, unfinished: &[Unfinished], as_of: UtcTime) -> Day {
    day(&DayFacts {
        plan,
        reading,
        unfinished,
        late: 0,
        unsigned: &[],
        findings: &[],
        broken: None,
        as_of,
    })
}

/// Kind, words and what to do of each line.
fn lines(day: &Day) -> Vec<String> {
    let line = |item: &glasskey::ceremony::day::DayItem| {
        format!("{} | {} | {}", item.kind.word(), item.what, item.next)
    };
    day.items.iter().map(line).collect()
}

/// The page as the program shows it, the folder's name taken out.
fn shown(dir: &Path, code: i32) -> String {
    let book = dir.join("book");
    let ran = ended(command(Vec::<&str>::new()).current_dir(&book)).exits(code);
    assert_eq!(ran.err, "");
    for line in ran.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    ran.out.replace(text(dir), "DIR")
}

#[test]
fn outside_of_a_book_it_says_what_it_is_and_where_to_begin() {
    let dir = TempDir::new();
    let ran = ended(command(Vec::<&str>::new()).current_dir(dir.path())).exits(0);
    is_golden("day-no-book.txt", &ran.out);
    let ran = ended(command(["--json"]).current_dir(dir.path())).exits(0);
    let value = ran.json();
    assert_eq!(value["schema"], "glasskey.day/1");
    assert_eq!(value["next"], "glasskey rehearse");
}

#[test]
fn a_book_in_which_nothing_is_due_says_so_and_when_each_key_is() {
    let dir = TempDir::new();
    rehearse(dir.path(), &[]).exits(0);
    is_golden("day-registered.txt", &shown(dir.path(), 0));
    let book = dir.join("book");
    let ran = glasskey(["--book", text(&book), "--json"]).exits(0);
    let value = ran.json();
    assert_eq!(value["schema"], "glasskey.day/1");
    assert_eq!(value["items"].as_array().unwrap().len(), 0);
    assert_eq!(value["findings"].as_array().unwrap().len(), 0);
    assert_eq!(value["keys"][0]["label"], "BG1-A");
    assert_eq!(value["keys"][0]["due"], "2026-04-05T09:30:00Z");
    assert_eq!(value["keys"][0]["overdue"], false);
    let next = format!("glasskey audit {}", text(&book));
    assert_eq!(value["next"], next.as_str());
}

#[test]
fn keys_that_are_planned_are_registered_next() {
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    is_golden("day-one-key.txt", &shown(dir.path(), 0));
}

#[test]
fn before_genesis_the_book_is_begun_next() {
    let dir = TempDir::new();
    let book = dir.join("book");
    fs::create_dir(&book).unwrap();
    fs::write(book.join("glasskey.toml"), World::plan().unwrap()).unwrap();
    let page = shown(dir.path(), 0);
    assert!(page.ends_with("Next: glasskey init\n"), "{page}");
}

#[test]
fn a_quarter_later_what_is_overdue_and_what_is_due_has_its_command() {
    let mut table = whole_book();
    let clock = Rc::clone(&table.world.clock);
    clock.wait(QUARTER);
    table.verify("BG1-A", Depth::WithPin).unwrap();
    clock.wait(Duration::from_hours(24 * 10));
    table.verify("BG1-B", Depth::WithPin).unwrap();
    let dir = TempDir::new();
    table.leave(&dir.join("book"));
    is_golden("day-quarter.txt", &shown(dir.path(), 1));
}

#[test]
fn a_missing_signature_is_exit_6_and_names_who_and_how() {
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    fs::remove_file(dir.join("book/ledger/records/000001/w-1.sig")).unwrap();
    let page = shown(dir.path(), 6);
    assert!(page.contains("Signatures missing"), "{page}");
    assert!(!page.contains("not whole"), "{page}");
    let next = "Next: glasskey sign --export 000001 -o to-sign.json\n";
    assert!(page.ends_with(next), "{page}");
}

#[test]
fn a_book_that_is_not_whole_is_audited_next() {
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let path = dir.join("book/ledger/records/000001/record.json");
    let altered = fs::read_to_string(&path).unwrap().replace("BG1-A", "BG1-X");
    fs::write(&path, altered).unwrap();
    let page = shown(dir.path(), 6);
    assert!(
        page.contains("Do not go on: the book is not whole"),
        "{page}"
    );
    assert!(page.ends_with("Next: glasskey audit\n"), "{page}");
}

#[test]
fn what_is_unfinished_and_what_is_loose_comes_first() {
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let mut table = Table::new(Personality::Standard);
    let open = OpenCeremony::new("registration", "BG1-B");
    let begun = Begun {
        label: Some("BG1-B".to_owned()),
        record_id: Guid([4; 16]),
        started: at("2026-01-05T10:00:00Z"),
    };
    open.put(&mut table.desk, "begun.json", &begun).unwrap();
    let bytes = table.desk.files.remove(&open.name("begun.json")).unwrap();
    let book = dir.join("book");
    fs::create_dir_all(book.join("open/registration-BG1-B")).unwrap();
    fs::write(book.join(open.name("begun.json")), bytes).unwrap();
    let item = RestoreItem {
        loosened: Loosened::SelfService,
        by: "provision/BG-1".to_owned(),
        since: at("2026-01-05T09:00:00Z"),
    };
    fs::write(book.join("open/restore.json"), written(&[item])).unwrap();
    let page = shown(dir.path(), 1);
    is_golden("day-unfinished.txt", &page);
}

#[test]
fn a_plan_that_cannot_be_read_has_its_faults_said_all_at_once() {
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let path = dir.join("book/glasskey.toml");
    let wrong = fs::read_to_string(&path)
        .unwrap()
        .replace("safe = \"SAFE-B\"", "saef = \"SAFE-B\"");
    fs::write(&path, wrong).unwrap();
    let ran = ended(command(Vec::<&str>::new()).current_dir(dir.join("book"))).exits(2);
    assert_eq!(ran.out, "");
    let faults = ran
        .err
        .lines()
        .filter(|line| line.starts_with("glasskey: plan: "));
    assert!(faults.count() >= 2, "{}", ran.err);
    assert!(
        ran.err.contains("glasskey: next: correct the plan"),
        "{}",
        ran.err
    );
}

#[test]
fn a_book_before_the_command_is_refused_with_the_fix() {
    let [_, because, next] = glasskey(["--book", "x", "check"]).exits(2).three_lines();
    assert_eq!(because, "--book stands before the command");
    assert!(next.contains("glasskey check --book DIR"), "{next}");
}

#[test]
fn every_script_has_a_command_that_goes_on_or_says_to_repeat_it() {
    assert_eq!(
        resume("registration-BG1-A").as_deref(),
        Some("glasskey register BG1-A")
    );
    assert_eq!(
        resume("verification-BG1-A").as_deref(),
        Some("glasskey verify BG1-A")
    );
    assert_eq!(resume("genesis-book").as_deref(), Some("glasskey init"));
    assert_eq!(
        resume("people-add-w-3").as_deref(),
        Some("glasskey people add w-3")
    );
    assert_eq!(
        resume("people-roles").as_deref(),
        Some("glasskey policy adopt")
    );
    assert_eq!(
        resume("amendment-000002").as_deref(),
        Some("glasskey note amendment 000002")
    );
    // It follows no script, and is open while what it sent was not read back.
    assert_eq!(
        resume("provision-BG-1").as_deref(),
        Some("glasskey provision BG-1")
    );
    assert_eq!(resume("what-is-this"), None);
    let without: Vec<&str> = SCRIPTS
        .iter()
        .map(|script| script.name)
        .filter(|name| resume(&format!("{name}-X")).is_none())
        .collect();
    assert_eq!(without, ["training"]);
}

#[test]
fn an_acceptance_that_runs_out_and_one_that_ran_out_are_said() {
    let mut table = whole_book();
    let plan = table.plan.clone();
    let mut reading = reading(&mut table);
    let mut statement = {
        let ledger = Ledger::new(&mut table.store);
        ledger.record(0).unwrap().statement
    };
    statement.acceptance = Some(AcceptancePart {
        check: Check::CommonMode,
        reason: None,
        subject: Subject::account("BG-1"),
        until: at("2026-02-01T00:00:00Z"),
    });
    reading.acceptances.take(5, &statement);
    let soon = page(&plan, &reading, &[], at("2026-01-15T00:00:00Z"));
    assert_eq!(
        lines(&soon),
        [
            "due | BG-1: the acceptance of COMMON-MODE runs out 2026-02-01 (record 000005) | mend \
             it, or `glasskey accept COMMON-MODE account:BG-1 --until DATE`"
        ]
    );
    assert_eq!(
        soon.next(),
        Some("glasskey accept COMMON-MODE account:BG-1 --until DATE")
    );
    let over = page(&plan, &reading, &[], at("2026-02-02T00:00:00Z"));
    assert_eq!(over.items[0].kind, Kind::Overdue);
    assert!(over.items[0].what.contains("ran out 2026-02-01"));
    let early = page(&plan, &reading, &[], at("2026-01-10T00:00:00Z"));
    assert_eq!(lines(&early), Vec::<String>::new());
}

#[test]
fn what_the_plan_says_otherwise_than_the_records_is_said() {
    let mut table = whole_book();
    let reading = reading(&mut table);
    let text = World::plan()
        .unwrap()
        .replace("ref = \"w-2\"", "ref = \"w-9\"")
        .replace("\"w-2\"", "\"w-9\"")
        .replacen("safe = \"SAFE-A\"", "safe = \"SAFE-B\"", 1)
        + "\n[policy]\nremind-days = 30\n";
    let plan = Plan::parse(&text).unwrap();
    let changed = page(&plan, &reading, &[], at("2026-01-06T00:00:00Z"));
    assert_eq!(
        lines(&changed),
        [
            "changed | the plan proposes another policy than the one in force: remind-days: 21 \
             becomes 30 | glasskey policy adopt",
            "changed | w-9: in the plan, and not on the roster | glasskey people add w-9",
            "changed | w-2: on the roster, and not in the plan | glasskey people remove w-2",
            "changed | BG1-A: it lies in SAFE-A by the records, and in SAFE-B by the plan | \
             glasskey custody move BG1-A",
        ]
    );
}

#[test]
fn the_page_of_the_format_names_every_member() {
    let format = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats/day.md");
    let format = fs::read_to_string(format).unwrap();
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let book = dir.join("book");
    let value = glasskey(["--book", text(&book), "--json"]).exits(0).json();
    let named = |name: &String| {
        assert!(format.contains(&format!("`{name}`")), "{name}");
    };
    value.as_object().unwrap().keys().for_each(named);
    for list in ["keys", "items"] {
        let members = value[list][0].as_object().unwrap();
        members.keys().for_each(named);
    }
    for kind in Kind::ALL {
        assert!(
            format.contains(&format!("| `{}` |", kind.word())),
            "{kind:?}"
        );
    }
}
