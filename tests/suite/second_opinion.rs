//! The policy's `second-opinion = true` in a ceremony: asked before the PIN, with no handle of ours
//! open; a disagreement stops it, a client that is missing or crashed is `unknown` in the record.

use crate::table::Table;
use glasskey::ceremony::CeremonyError;
use glasskey::ctap::Ctap;
use glasskey::ctap::KeyEntry;
use glasskey::ctap::Keys;
use glasskey::facts::second_opinion::Closed;
use glasskey::facts::second_opinion::Member;
use glasskey::facts::second_opinion::SecondFault;
use glasskey::facts::second_opinion::SecondReader;
use glasskey::facts::second_opinion::SecondReading;
use glasskey::facts::second_opinion::Told;
use glasskey::findings::Check;
use glasskey::findings::Finding;
use glasskey::findings::Verdict;
use glasskey::ledger::Ledger;
use glasskey::rehearsal::RehearsalClock;
use glasskey::rehearsal::SeededEntropy;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::key::VirtualKeys;
use std::cell::Cell;
use std::rc::Rc;

/// A client that opens the key as the other one does, and says what it is told to.
struct Other {
    ports: VirtualKeys,
    clock: Rc<RehearsalClock>,
    says: Result<SecondReading, SecondFault>,
    asked: Rc<Cell<u32>>,
}

impl SecondReader for Other {
    fn read(&mut self, entry: &KeyEntry, _: Closed) -> Result<SecondReading, SecondFault> {
        self.asked.set(self.asked.get() + 1);
        let port = self.ports.open(&entry.path).unwrap();
        let entropy = Box::new(SeededEntropy::new(b"suite", "other client"));
        let mut ctap = Ctap::open(port, &*self.clock, entropy).unwrap();
        ctap.get_info().unwrap();
        self.says.clone()
    }
}

/// A table whose policy asks for a second opinion, and how often it was asked for.
fn table(says: Result<SecondReading, SecondFault>) -> (Table, Rc<Cell<u32>>) {
    let mut table = Table::with_portals(Personality::Standard);
    table.plan.policy.second_opinion = true;
    let asked = Rc::new(Cell::new(0));
    table.second = Some(Box::new(Other {
        ports: table.world.ports.clone(),
        clock: Rc::clone(&table.world.clock),
        says,
        asked: Rc::clone(&asked),
    }));
    table.genesis().unwrap();
    (table, asked)
}

fn opinions(findings: &[Finding]) -> Vec<(Verdict, &str)> {
    let of = findings
        .iter()
        .filter(|one| one.check == Check::SecondOpinion);
    of.map(|one| (one.verdict, one.detail.as_str())).collect()
}

#[test]
fn a_disagreement_stops_a_registration_before_the_pin_and_names_the_member() {
    let versions = Told::Texts(vec!["FIDO_2_3".to_owned()]);
    let reading = SecondReading([(Member::Versions, versions)].into());
    let (mut table, asked) = table(Ok(reading));
    let Err(CeremonyError::Refused(findings)) = table.register("BG1-A") else {
        panic!("{}", table.seen.0);
    };
    let opinion = opinions(&findings);
    let [(Verdict::Fail, detail)] = opinion.as_slice() else {
        panic!("{opinion:?}");
    };
    assert!(detail.starts_with("versions: "), "{detail}");
    assert!(
        detail.ends_with(" to us, FIDO_2_3 to the other client"),
        "{detail}"
    );
    assert_eq!(asked.get(), 1);
    let seen = table.world.key("BG1-A").unwrap().statistics();
    assert_eq!((seen.pins_compared, seen.touches_asked), (0, 0));
    assert_eq!(seen.most_handles, 1);
    assert_eq!(table.posts(), 0);
}

#[test]
fn a_crashed_client_is_unknown_in_the_record_and_the_key_is_never_open_twice() {
    let (mut table, asked) = table(Err(SecondFault::Crashed));
    table.register("BG1-A").unwrap();
    // Before the sign-ins and after them: another key could have taken its place.
    assert_eq!(asked.get(), 2);
    let seen = table.world.key("BG1-A").unwrap().statistics();
    assert_eq!(seen.most_handles, 1);
    let record = Ledger::new(&mut table.store).record(1).unwrap();
    assert_eq!(
        opinions(&record.statement.findings),
        [(
            Verdict::Unknown,
            "the other client crashed on this key's answers"
        )]
    );
}

#[test]
fn a_policy_that_asks_for_what_this_build_lacks_is_told_so() {
    let (mut table, _) = table(Err(SecondFault::Crashed));
    table.second = None;
    table.register("BG1-A").unwrap();
    let record = Ledger::new(&mut table.store).record(1).unwrap();
    assert_eq!(
        opinions(&record.statement.findings),
        [(
            Verdict::Unknown,
            "this build of glasskey has no other client"
        )]
    );
}

#[test]
fn without_that_policy_nobody_is_asked() {
    let (mut table, asked) = table(Err(SecondFault::Crashed));
    table.plan.policy.second_opinion = false;
    table.register("BG1-A").unwrap();
    assert_eq!(asked.get(), 0);
    let record = Ledger::new(&mut table.store).record(1).unwrap();
    assert_eq!(opinions(&record.statement.findings), []);
}
