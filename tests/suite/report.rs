//! `report`: what a book tells an auditor of a period, in exact numbers.

use crate::hands_on::is_golden;
use crate::support::TempDir;
use crate::support::glasskey;
use crate::support::rehearse;
use crate::support::text;
use crate::table::Table;
use glasskey::ceremony::Depth;
use glasskey::ceremony::lose;
use glasskey::ledger::Ledger;
use glasskey::ledger::report::Counts;
use glasskey::ledger::report::Overdue;
use glasskey::ledger::report::Period;
use glasskey::ledger::report::Report;
use glasskey::ledger::report::What;
use glasskey::plan::Role;
use glasskey::primitives::Clock;
use glasskey::primitives::UtcTime;
use glasskey::record::Level;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::key::Personality;
use serde_json::Value;
use serde_json::json;
use std::fs;
use std::rc::Rc;
use std::time::Duration;

fn at(text: &str) -> UtcTime {
    UtcTime::parse(text).unwrap()
}

fn days(table: &Table, count: u64) {
    let clock = Rc::clone(&table.world.clock);
    clock.wait(Duration::from_hours(24 * count));
}

/// Two keys registered on 2026-01-05; BG1-A verified after 84 days and 110 days later, without its PIN
/// in between; BG1-B never.
fn a_year() -> Table {
    let mut table = Table::new(Personality::Standard);
    table.genesis().unwrap();
    table.register("BG1-A").unwrap();
    table.register("BG1-B").unwrap();
    days(&table, 84);
    table.verify("BG1-A", Depth::WithPin).unwrap();
    days(&table, 60);
    table.verify("BG1-A", Depth::WithoutPin).unwrap();
    days(&table, 50);
    table.verify("BG1-A", Depth::WithPin).unwrap();
    table
}

fn report(table: &mut Table, from: &str, to: &str) -> Report {
    let plan = table.plan.clone();
    let period = Period {
        from: at(&format!("{from}T00:00:00Z")),
        to: at(&format!("{to}T23:59:59Z")),
    };
    Ledger::new(&mut table.store)
        .report(period, Some(&plan))
        .unwrap()
}

/// Expected, in time, late; and the days that were missed.
fn numbers(counts: &Counts) -> ([u32; 3], Vec<String>) {
    let missed = counts.missed.iter().map(|day| day.day()).collect();
    ([counts.expected, counts.in_time, counts.late], missed)
}

fn of(days: &[&str]) -> Vec<String> {
    days.iter().map(|day| (*day).to_owned()).collect()
}

#[test]
fn what_was_expected_of_each_key_is_performed_late_or_missed() {
    let mut table = a_year();
    let all = report(&mut table, "2026-01-01", "2026-12-31");
    let [first, second] = all.keys.as_slice() else {
        panic!("{:?}", all.keys)
    };
    assert_eq!(
        (first.label.as_str(), second.label.as_str()),
        ("BG1-A", "BG1-B")
    );
    // In time on 2026-03-30, due 2026-06-28 and 20 days late, then due 2026-10-16 and missed.
    assert_eq!(numbers(&first.counts), ([3, 1, 1], of(&["2026-10-16"])));
    let seen: Vec<(Level, u32, Option<String>)> = first
        .verifications
        .iter()
        .map(|one| (one.level, one.days_late, one.due.map(UtcTime::day)))
        .collect();
    assert_eq!(
        seen,
        [
            (Level::L1, 0, Some("2026-04-05".to_owned())),
            (Level::L0, 0, None),
            (Level::L1, 21, Some("2026-06-28".to_owned())),
        ]
    );
    // Every ninety days from 2026-01-05 on.
    let missed = ["2026-04-05", "2026-07-04", "2026-10-02", "2026-12-31"];
    assert_eq!(numbers(&second.counts), ([4, 0, 0], of(&missed)));
    let [account] = all.accounts.as_slice() else {
        panic!("{:?}", all.accounts)
    };
    assert_eq!(account.levels, [1, 2, 0]);
    assert_eq!(numbers(&account.sign_ins), ([4, 0, 0], of(&missed)));
    assert_eq!(account.keys.expected, 7);
}

#[test]
fn a_period_counts_what_fell_due_in_it_and_looks_at_no_later_record() {
    let mut table = a_year();
    let quarter = report(&mut table, "2026-01-01", "2026-03-31");
    assert_eq!(quarter.records, 4);
    assert_eq!(numbers(&quarter.keys[0].counts), ([1, 1, 0], of(&[])));
    assert_eq!(numbers(&quarter.keys[1].counts), ([0, 0, 0], of(&[])));
    let second = report(&mut table, "2026-04-01", "2026-06-30");
    // On that day nothing was done about what was due two days before.
    assert_eq!(
        numbers(&second.keys[0].counts),
        ([1, 0, 0], of(&["2026-06-28"]))
    );
    assert_eq!(
        numbers(&second.keys[1].counts),
        ([1, 0, 0], of(&["2026-04-05"]))
    );
    let third = report(&mut table, "2026-07-01", "2026-09-30");
    assert_eq!(numbers(&third.keys[0].counts), ([1, 0, 1], of(&[])));
    let before = report(&mut table, "2025-01-01", "2025-12-31");
    assert_eq!(
        (before.records, before.keys.len(), before.people.len()),
        (0, 0, 0)
    );
    // Whose book it is, and that it is a rehearsal, is told of any period.
    assert_eq!(before.origin, quarter.origin);
    assert!(before.origin.is_some() && before.rehearsal);
    assert_eq!(
        before.not_begun().unwrap(),
        "the book begins on 2026-01-05, after this period"
    );
    assert_eq!(quarter.begins, before.begins);
    assert_eq!(quarter.not_begun(), None);
}

/// Since which day, and until which.
fn overdue(overdue: Option<Overdue>) -> Option<(String, Option<String>)> {
    overdue.map(|one| (one.since.day(), one.until.map(UtcTime::day)))
}

fn all_through(since: &str) -> (String, Option<String>) {
    (since.to_owned(), None)
}

#[test]
fn what_was_due_before_a_period_and_not_done_in_it_was_overdue_all_through_it() {
    let mut table = a_year();
    // No day falls into May: nothing is expected in it, and BG1-B is overdue all the same.
    let may = report(&mut table, "2026-05-01", "2026-05-31");
    let [first, second] = may.keys.as_slice() else {
        panic!("{:?}", may.keys)
    };
    assert_eq!(numbers(&first.counts), ([0, 0, 0], of(&[])));
    assert_eq!(overdue(first.overdue), None);
    assert_eq!(numbers(&second.counts), ([0, 0, 0], of(&[])));
    assert_eq!(overdue(second.overdue), Some(all_through("2026-04-05")));
    // The account never signed in.
    assert_eq!(
        overdue(may.accounts[0].overdue),
        Some(all_through("2026-04-05"))
    );
    // In July BG1-A was late, and no longer overdue in the end; for BG1-B one more day passed.
    let july = report(&mut table, "2026-07-01", "2026-07-31");
    assert_eq!(numbers(&july.keys[0].counts), ([1, 0, 1], of(&[])));
    assert_eq!(overdue(july.keys[0].overdue), None);
    assert_eq!(
        numbers(&july.keys[1].counts),
        ([1, 0, 0], of(&["2026-07-04"]))
    );
    assert_eq!(
        overdue(july.keys[1].overdue),
        Some(all_through("2026-04-05"))
    );
    // What falls due in the period is missed in it, and was not overdue before.
    let all = report(&mut table, "2026-01-01", "2026-12-31");
    assert!(all.keys.iter().all(|key| key.overdue.is_none()));
}

#[test]
fn a_key_that_is_lost_while_it_is_overdue_was_overdue_until_then() {
    let mut table = Table::new(Personality::Standard);
    table.genesis().unwrap();
    table.register("BG1-A").unwrap();
    table.register("BG1-B").unwrap();
    days(&table, 100);
    table
        .room(Mistakes::default(), |room, session| {
            lose(room, Some(session), "BG1-A", None)
        })
        .unwrap();
    let april = report(&mut table, "2026-04-10", "2026-04-30");
    let until = Some(("2026-04-05".to_owned(), Some("2026-04-15".to_owned())));
    assert_eq!(overdue(april.keys[0].overdue), until);
    assert_eq!(
        april.keys[0].overdue.unwrap().words(),
        "overdue since 2026-04-05, until it went out of use on 2026-04-15"
    );
    assert_eq!(
        overdue(april.keys[1].overdue),
        Some(all_through("2026-04-05"))
    );
    assert_eq!(
        overdue(april.accounts[0].overdue),
        Some(all_through("2026-04-05"))
    );
    // A period after the loss has nothing to say of it.
    let may = report(&mut table, "2026-05-01", "2026-05-31");
    let labels: Vec<&str> = may.keys.iter().map(|key| key.label.as_str()).collect();
    assert_eq!(labels, ["BG1-B"]);
}

#[test]
fn a_key_that_is_overdue_all_through_a_period_has_a_line_and_ends_in_exit_1() {
    let dir = TempDir::new();
    let book = dir.join("book");
    a_year().leave(&book);
    let may = ["--from", "2026-05-01", "--to", "2026-05-31"];
    let arguments = [&["report", "--book", text(&book)][..], &may].concat();
    let ran = glasskey(&arguments).exits(1);
    let line = "overdue since 2026-04-05, all through this period";
    let rows = "\
  with PIN and touch       expected  in time  late  missed
  BG1-A of BG-1                   0        0     0       0
    2026-05-29T09:00:22Z L0 record 000004
  BG1-B of BG-1                   0        0     0       0
    overdue since 2026-04-05, all through this period
  by a real sign-in        expected  in time  late  missed
  BG-1                            0        0     0       0
    of its keys: 1 without PIN (L0), 0 with PIN (L1), 0 by sign-in (L2)
    overdue since 2026-04-05, all through this period
";
    assert!(ran.out.contains(rows), "{}", ran.out);
    let value = glasskey([&arguments[..], &["--json"]].concat())
        .exits(1)
        .json();
    assert_eq!(value["exit"], 1);
    assert_eq!(value["keys"][0]["overdue"], Value::Null);
    let of_key = json!({"since": "2026-04-05T09:00:10Z"});
    assert_eq!(value["keys"][1]["overdue"], of_key);
    // The account's days count from its first key on.
    let of_account = json!({"since": "2026-04-05T09:00:00Z"});
    assert_eq!(value["accounts"][0]["overdue"], of_account);
    let page = glasskey([&arguments[..], &["--html"]].concat())
        .exits(1)
        .out;
    assert_eq!(page.matches(line).count(), 2, "a key and an account");
    assert!(page.contains("0 late, 0 missed, 2 overdue since before"));
}

#[test]
fn who_approved_what_and_who_may_use_what_is_told() {
    let mut table = a_year();
    let all = report(&mut table, "2026-01-01", "2026-12-31");
    let approvals: Vec<(u64, &str, usize, u32)> = all
        .approvals
        .iter()
        .map(|one| {
            let (record, signers) = (one.mark.record, one.expected.len());
            (record, one.event.word(), signers, one.witnesses)
        })
        .collect();
    assert_eq!(
        approvals,
        [
            (0, "genesis", 3, 2),
            (1, "registration", 3, 2),
            (2, "registration", 3, 2),
            (3, "verification", 3, 2),
            (4, "verification", 3, 2),
            (5, "verification", 3, 2),
        ]
    );
    assert!(all.approvals.iter().all(|one| one.missing.is_empty()));
    let roles: Vec<(&str, Role)> = all
        .people
        .iter()
        .map(|one| (one.person.as_str(), one.role))
        .collect();
    assert_eq!(
        roles,
        [
            ("op-1", Role::Operator),
            ("w-1", Role::Witness),
            ("w-1", Role::Custodian),
            ("w-2", Role::Witness),
            ("w-2", Role::Custodian),
        ]
    );
    let of_a: Vec<(&str, &What, u64)> = all
        .authorised
        .iter()
        .filter(|one| one.what.key() == "BG1-A")
        .map(|one| (one.person.as_str(), &one.what, one.span.from.record))
        .collect();
    let envelope = What::PinEnvelope {
        envelope: "P-0001".to_owned(),
        key: "BG1-A".to_owned(),
    };
    let ceremonies = What::Ceremonies {
        key: "BG1-A".to_owned(),
    };
    assert_eq!(
        of_a,
        [
            ("op-1", &ceremonies, 1),
            ("w-1", &envelope, 1),
            ("w-2", &envelope, 1),
        ]
    );
    assert_eq!(all.policies.len(), 1);
    assert_eq!(all.policies[0].changes, Vec::<String>::new());
}

#[test]
fn the_report_on_the_screen_and_for_programs() {
    let dir = TempDir::new();
    let book = dir.join("book");
    a_year().leave(&book);
    let period = ["--from", "2026-01-01", "--to", "2026-12-31"];
    let arguments = [&["report", "--book", text(&book)][..], &period].concat();
    let ran = glasskey(&arguments).exits(1);
    assert_eq!(ran.err, "");
    for line in ran.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    is_golden("report.txt", &ran.out);
    let json = [&arguments[..], &["--json"]].concat();
    let value = glasskey(&json).exits(1).json();
    assert_eq!(value["schema"], "glasskey.report/1");
    assert_eq!(
        (&value["exit"], &value["whole"]),
        (&Value::from(1), &Value::from(true))
    );
    assert_eq!(value["period"]["to"], "2026-12-31T23:59:59Z");
    assert_eq!(value["keys"][0]["counts"]["expected"], 3);
    assert_eq!(value["authorised"][0]["what"], "ceremonies");
    // What was all in time is exit 0, and what nobody signed is exit 6.
    let quarter = [
        "report",
        "--book",
        text(&book),
        "--from",
        "2026-01-01",
        "--to",
        "2026-03-31",
    ];
    glasskey(quarter).exits(0);
    fs::remove_file(book.join("ledger/records/000002/w-2.sig")).unwrap();
    let ran = glasskey(quarter).exits(6);
    assert!(ran.out.contains("NOT SIGNED: w-2"), "{}", ran.out);
}

#[test]
fn a_period_that_ends_before_it_begins_is_refused() {
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let book = dir.join("book");
    let arguments = [
        "report",
        "--book",
        text(&book),
        "--from",
        "2026-02-01",
        "--to",
        "2026-01-01",
    ];
    let [_, because, _] = glasskey(arguments).exits(2).three_lines();
    assert_eq!(because, "the period ends on 2026-01-01 before it begins");
}

#[test]
fn the_page_of_the_report_s_format_names_every_member() {
    let format = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats/report.md");
    let format = fs::read_to_string(format).unwrap();
    let mut table = a_year();
    let value = serde_json::to_value(report(&mut table, "2026-05-01", "2026-12-31")).unwrap();
    assert!(value["keys"][1]["overdue"]["since"].is_string());
    let named = |name: &String| assert!(format.contains(&format!("`{name}`")), "{name}");
    value.as_object().unwrap().keys().for_each(named);
    for list in [
        "keys",
        "accounts",
        "approvals",
        "people",
        "policies",
        "authorised",
        "access",
        "histories",
    ] {
        value[list][0].as_object().unwrap().keys().for_each(named);
    }
}
