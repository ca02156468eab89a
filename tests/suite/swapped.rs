//! A key that comes back in the middle of a registration is known again by what it holds, never by
//! where it is plugged in: its twin is caught before PIN and touch.

use crate::table::Table;
use glasskey::ceremony::Depth;
use glasskey::findings::Verdict;
use glasskey::ledger::Ledger;
use glasskey::primitives::Clock;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::Step;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::key::Statistics;
use std::time::Duration;

const SWAPPED: Mistakes = Mistakes {
    wrong_key: true,
    ..Mistakes::NONE
};

/// A table on which the registration of BG1-A was interrupted, and its twin is plugged in next.
struct Interrupted {
    table: Table,
    twins: Vec<(String, Statistics)>,
}

impl Interrupted {
    fn after(mut table: Table, stop: impl Fn(&Table)) -> Self {
        table.genesis().unwrap();
        stop(&table);
        table.register("BG1-A").unwrap_err();
        table.power_back("BG1-A");
        let twins = table.world.keys().into_iter();
        let twins = twins
            .filter(|(label, _)| label != "BG1-A")
            .map(|(label, key)| (label, key.statistics()))
            .collect();
        Self { table, twins }
    }

    /// Goes on with the twin in the hand first: it is refused, and saw no PIN and no touch.
    fn refuses_the_twin(mut self, why: &str) {
        self.table.register_with("BG1-A", SWAPPED).unwrap();
        let said = format!("fail SAME-KEY {why}");
        assert_eq!(
            self.table.seen.0.matches(&said).count(),
            1,
            "{}",
            self.table.seen.0
        );
        let mut asked = 0;
        for (label, before) in &self.twins {
            let now = self.table.world.key(label).unwrap().statistics();
            assert_eq!(now.pins_compared, before.pins_compared, "{label}");
            assert_eq!(now.touches_asked, before.touches_asked, "{label}");
            assert_eq!(
                now.seen("clientPIN/setPIN"),
                before.seen("clientPIN/setPIN")
            );
            asked += now.seen("getAssertion");
        }
        assert_eq!(asked, 1, "one silent probe of one twin");
        let report = self.table.audit();
        assert_eq!(report.records.len(), 2);
        let failed = report
            .findings
            .iter()
            .filter(|one| one.verdict == Verdict::Fail);
        assert_eq!(failed.count(), 0);
    }
}

#[test]
fn a_twin_without_a_serial_number_is_caught_between_statement_and_touch() {
    let table = Table::nameless(Personality::Standard);
    Interrupted::after(table, |table| table.power.fail_after(Step::Statement))
        .refuses_the_twin("it does not hold the credential that was made before");
}

#[test]
fn a_twin_is_caught_after_the_credential_was_made_and_before_there_is_a_statement() {
    let mut met = 0;
    for writes in 1..12 {
        let table = Table::nameless(Personality::Standard);
        let stopped = Interrupted::after(table, |table| table.power.fail_after_writes(writes));
        let kept = |file: &str| {
            stopped
                .table
                .desk
                .files
                .keys()
                .any(|name| name.ends_with(file))
        };
        if kept("registration.json") && !kept("statement.json") {
            met += 1;
            stopped.refuses_the_twin("it does not hold the credential that was made before");
        }
    }
    assert!(met > 0, "no write fell between credential and statement");
}

#[test]
fn a_key_whose_credential_hides_goes_on_and_the_record_is_its_own() {
    for personality in [Personality::CredProtect3, Personality::RefusesSilent] {
        let table = Table::nameless(personality);
        let mut stopped =
            Interrupted::after(table, |table| table.power.fail_after(Step::Statement));
        stopped.table.register("BG1-A").unwrap();
        assert!(!stopped.table.seen.0.contains("fail SAME-KEY"));
        assert!(
            stopped
                .table
                .seen
                .0
                .contains("pass SAME-KEY model as planned")
        );
        assert_eq!(stopped.table.audit().records.len(), 2);
    }
}

/// What a verification of this key asks, a quarter after its registration.
fn asked_at_a_verification(personality: Personality) -> Vec<String> {
    let mut table = Table::nameless(personality);
    table.genesis().unwrap();
    table.register("BG1-A").unwrap();
    table.world.clock.wait(Duration::from_hours(24 * 90));
    let before = table.seen.1.len();
    table.verify("BG1-A", Depth::WithPin).unwrap();
    table.seen.1.split_off(before)
}

#[test]
fn a_key_that_nothing_tells_apart_is_asked_about_before_its_pin() {
    let place = |asked: &[String], head: &str| asked.iter().position(|one| one.starts_with(head));
    let meant = "Neither a serial number nor a credential tells which key this is";
    for personality in [Personality::CredProtect3, Personality::RefusesSilent] {
        let asked = asked_at_a_verification(personality);
        let (meant, pin) = (place(&asked, meant), place(&asked, "FIDO2 PIN of "));
        assert!(
            meant.is_some() && meant < pin,
            "{personality:?}: {asked:#?}"
        );
    }
    // One that signs silently is known by that.
    let asked = asked_at_a_verification(Personality::Standard);
    assert_eq!(place(&asked, meant), None, "{asked:#?}");
}

#[test]
fn serial_number_model_and_credential_of_a_record_come_from_one_handle() {
    let mut table = Table::with_portals(Personality::Standard);
    table.genesis().unwrap();
    table.register("BG1-A").unwrap();
    let seen = table.world.key("BG1-A").unwrap().statistics();
    // One channel before the sign-ins, for what makes the credential; one after them, for what says who
    // it is, and what signs.
    assert_eq!((seen.seen("INIT"), seen.most_handles), (2, 1));
    assert_eq!(seen.seen("makeCredential"), 1);
    let ledger = Ledger::new(&mut table.store);
    let key = ledger.record(1).unwrap().statement.key.unwrap();
    assert_eq!(key.serial.unwrap().value, "26010001");
}
