//! What goes wrong in a rehearsal is caught, leaves a clean book, and costs no more than it must.

use crate::support::TempDir;
use crate::support::audit;
use crate::support::rehearse;
use crate::support::verdicts;
use crate::table::Table;
use glasskey::ceremony::CeremonyError;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::Step;
use glasskey::rehearsal::key::Personality;
use glasskey::webauthn::Aaguid;

/// Plays the faults in one registration; all must be caught, and the book be clean.
#[track_caller]
fn caught(faults: &[&str]) {
    let dir = TempDir::new();
    let mut arguments = vec!["--only", "registration", "--json"];
    for fault in faults {
        arguments.extend(["--fault", fault]);
    }
    let answer = rehearse(dir.path(), &arguments).exits(0).json();
    let said: Vec<(&str, bool)> = answer["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["fault"].as_str().unwrap(),
                one["caught"].as_bool().unwrap(),
            )
        })
        .collect();
    for fault in faults {
        assert!(said.contains(&(fault, true)), "{fault} in {said:?}");
    }
    assert_eq!(said.len(), faults.len());
    let audited = audit(dir.path(), &["--json"]).exits(0).json();
    assert_eq!(verdicts(&audited, "TRUST-ROOT"), ["pass"]);
    assert_eq!(audited["records"].as_array().unwrap().len(), 2);
    assert_eq!(audited["unfinished"].as_array().unwrap().len(), 0);
}

#[test]
fn a_wrong_key_is_caught() {
    caught(&["wrong-key"]);
}

#[test]
fn a_model_that_the_tenant_does_not_take_is_caught() {
    caught(&["aaguid-not-allowed"]);
}

#[test]
fn a_blocked_pin_is_caught() {
    caught(&["pin-blocked"]);
}

#[test]
fn what_an_administrator_does_before_the_ceremony_is_caught() {
    for fault in [
        "synced-only-profile",
        "permission-missing",
        "graph-throttled",
    ] {
        caught(&[fault]);
    }
}

#[test]
fn what_somebody_does_after_the_ceremony_is_caught() {
    for fault in [
        "exclusion-lost",
        "tap-left",
        "undeclared-admin",
        "restore-open",
    ] {
        caught(&[fault]);
    }
}

#[test]
fn what_was_found_in_the_tenant_is_explained_with_what_to_do() {
    let dir = TempDir::new();
    let faults = [
        "exclusion-lost",
        "tap-left",
        "undeclared-admin",
        "restore-open",
    ];
    let mut arguments = vec!["--only", "registration"];
    for fault in &faults {
        arguments.extend(["--fault", fault]);
    }
    let said = rehearse(dir.path(), &arguments).exits(0).out;
    for line in [
        "  FAIL     CA-GROUP-PROTECTED BG-1 is not in it, though the plan wants it",
        "  FAIL     TAP-LEFT        a Temporary Access Pass is left: made",
        "  FAIL     ACCOUNT-UNDECLARED \"Alex Wilber\"",
        "      An administrator puts BG-1 back into the exclusion group.",
        "      An administrator takes the role from whom nobody declared.",
        "  tap-left: caught, and recovered from.",
    ] {
        assert!(said.lines().any(|one| one == line), "{line}\n{said}");
    }
    assert!(!dir.join("book/open/restore.json").exists());
}

#[test]
fn a_power_cut_is_caught_at_every_step() {
    for step in Step::ALL {
        caught(&[&format!("power-cut={}", step.name())]);
    }
}

#[test]
fn everything_at_once_is_caught() {
    for step in Step::ALL {
        let cut = format!("power-cut={}", step.name());
        caught(&[
            "wrong-key",
            "aaguid-not-allowed",
            "synced-only-profile",
            "pin-blocked",
            "exclusion-lost",
            "restore-open",
            &cut,
        ]);
    }
}

#[test]
fn no_bag_is_closed_without_its_sheet_and_none_is_marked_before_the_record() {
    caught(&["printer-fails"]);
    let dir = TempDir::new();
    let ran = rehearse(
        dir.path(),
        &["--fault", "printer-fails", "--only", "registration"],
    )
    .exits(0);
    let place = |words: &str| {
        let found = ran.out.match_indices(words).map(|(at, _)| at);
        found.collect::<Vec<_>>()
    };
    let (stopped, sheet) = (place("stands still"), place("Inside sheet: paper/"));
    let (closed, record) = (
        place("are in bag R26-0101, closed"),
        place("Bag face: paper/"),
    );
    assert_eq!(
        (stopped.len(), sheet.len(), record.len()),
        (2, 1, 1),
        "{}",
        ran.out
    );
    assert!(stopped[0] < sheet[0] && sheet[0] < closed[0], "{}", ran.out);
    assert!(
        closed[0] < stopped[1] && stopped[1] < record[0],
        "{}",
        ran.out
    );
    assert_eq!(closed.len(), 1, "{}", ran.out);
    audit(dir.path(), &[]).exits(0);
    rehearse(
        TempDir::new().path(),
        &["--fault", "printer-fails", "--fault", "tap-left"],
    )
    .exits(2);
    for fault in ["answer-lost", "key-pulled", "witness-leaves"] {
        rehearse(
            TempDir::new().path(),
            &["--fault", "tap-left", "--fault", fault],
        )
        .exits(2);
    }
}

#[test]
fn a_post_without_an_answer_is_not_sent_again() {
    caught(&["answer-lost"]);
}

#[test]
fn a_key_that_is_pulled_at_every_touch_is_taken_up_again() {
    caught(&["key-pulled"]);
    let dir = TempDir::new();
    let ran = rehearse(
        dir.path(),
        &["--fault", "key-pulled", "--only", "registration"],
    )
    .exits(0);
    let pulled = ran.out.matches("was pulled out before it was touched");
    assert_eq!(pulled.count(), 2, "credential and statement: {}", ran.out);
}

#[test]
fn a_witness_who_leaves_before_signing_signs_the_next_day() {
    caught(&["witness-leaves"]);
    let dir = TempDir::new();
    let ran = rehearse(
        dir.path(),
        &["--fault", "witness-leaves", "--only", "registration"],
    )
    .exits(0);
    let said = "w-1 has yet to sign. Take the record along: `glasskey sign --export 000001";
    assert!(ran.out.contains(said), "{}", ran.out);
}

#[test]
fn faults_of_the_whole_rehearsal_are_told_in_words() {
    let dir = TempDir::new();
    let faults = ["--fault", "wrong-key", "--fault", "power-cut=append"];
    let ran = rehearse(dir.path(), &faults).exits(0);
    assert!(ran.out.contains("wrong-key: caught"), "{}", ran.out);
    assert!(ran.out.contains("power-cut=append: caught"), "{}", ran.out);
    assert!(!ran.out.contains("NOT CAUGHT"), "{}", ran.out);
    assert_eq!(ran.err, "");
    audit(dir.path(), &[]).exits(0);
}

fn after_genesis() -> Table {
    let mut table = Table::new(Personality::Standard);
    table.genesis().unwrap();
    table
}

#[test]
fn three_wrong_pins_cost_three_tries_and_one_post() {
    let mut table = after_genesis();
    table
        .world
        .key("BG1-A")
        .unwrap()
        .set_pin_directly(&glasskey::rehearsal::World::pin("BG1-A"));
    let mistakes = Mistakes {
        wrong_pins: 3,
        ..Mistakes::default()
    };
    table.register_with("BG1-A", mistakes).unwrap();
    let statistics = table.world.key("BG1-A").unwrap().statistics();
    assert_eq!(statistics.pin_tries_spent, 3);
    assert_eq!(table.posts(), 1);
    // The right PIN was typed after the replug: the key counts from the top again.
    assert_eq!(table.world.key("BG1-A").unwrap().pin_retries(), 8);
}

#[test]
fn a_registration_without_mistakes_spends_no_try_and_posts_once() {
    let mut table = after_genesis();
    for (posted, label) in (1..).zip(glasskey::rehearsal::World::labels()) {
        table.register(label).unwrap();
        assert_eq!(table.posts(), posted);
        let statistics = table.world.key(label).unwrap().statistics();
        assert_eq!(statistics.pin_tries_spent, 0, "{label}");
        assert_eq!(
            statistics.touches_asked, 2,
            "{label}: credential and statement"
        );
        assert_eq!(statistics.seen("makeCredential"), 1, "{label}");
        assert_eq!(statistics.assertions_signed, 1, "{label}: the statement");
    }
    assert_eq!(table.other_writes(), 0);
}

#[test]
fn a_wrong_key_is_given_back_without_pin_or_touch() {
    let mut table = after_genesis();
    table.register("BG1-A").unwrap();
    let before = table.world.key("BG1-A").unwrap().statistics();
    let mistakes = Mistakes {
        wrong_key: true,
        ..Mistakes::default()
    };
    table.register_with("BG1-B", mistakes).unwrap();
    let after = table.world.key("BG1-A").unwrap().statistics();
    assert!(
        after.reports_received > before.reports_received,
        "the wrong key was plugged in"
    );
    assert_eq!(after.pins_compared, before.pins_compared);
    assert_eq!(after.touches_asked, before.touches_asked);
    assert_eq!(after.seen("makeCredential"), before.seen("makeCredential"));
    assert_eq!(table.posts(), 2);
}

#[test]
fn a_model_that_is_not_allowed_is_refused_before_pin_and_touch() {
    let mut table = after_genesis();
    let other = Aaguid::parse("00000000-0000-4000-8000-000000000001").unwrap();
    table.world.allow_models(&[other]);
    let refused = table.register("BG1-A");
    assert!(
        matches!(refused, Err(CeremonyError::Refused(_))),
        "{refused:?}"
    );
    let statistics = table.world.key("BG1-A").unwrap().statistics();
    assert!(statistics.reports_received > 0, "the key was looked at");
    assert_eq!(statistics.touches_asked, 0);
    assert_eq!(statistics.pins_compared, 0);
    assert_eq!(statistics.seen("clientPIN/setPIN"), 0);
    assert_eq!(statistics.seen("makeCredential"), 0);
    assert_eq!(table.posts(), 0);
    assert_eq!(table.audit().records.len(), 1);
}

#[test]
fn what_goes_wrong_at_the_portal_is_caught_there_and_nowhere_else() {
    for fault in [
        "pass-expired",
        "portal-other-name",
        "portal-other-key",
        "portal-twice",
    ] {
        let dir = TempDir::new();
        let arguments = ["--only", "portal-registration", "--json", "--fault", fault];
        let answer = rehearse(dir.path(), &arguments).exits(0).json();
        assert_eq!(answer["faults"][0]["fault"], fault);
        assert_eq!(answer["faults"][0]["caught"], true, "{fault}");
        let audited = audit(dir.path(), &["--json"]).exits(0).json();
        assert_eq!(verdicts(&audited, "CRED-MATCH"), ["pass"], "{fault}");
        assert_eq!(audited["records"].as_array().unwrap().len(), 2);
        assert_eq!(audited["unfinished"].as_array().unwrap().len(), 0);
    }
    let dir = TempDir::new();
    let refused = rehearse(dir.path(), &["--fault", "portal-twice"]).exits(2);
    assert_eq!(
        refused.three_lines()[1],
        "portal-twice goes wrong at the portal alone"
    );
}
