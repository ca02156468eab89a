//! How a ceremony waits for the one key: nobody is asked whether it is plugged in, and nobody is told twice.

use crate::table::Table;
use crate::table::small_book;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::Depth;
use glasskey::ceremony::Operator;
use glasskey::ceremony::PlugIn;
use glasskey::ceremony::Prompt;
use glasskey::ceremony::Room;
use glasskey::ceremony::There;
use glasskey::ceremony::verify;
use glasskey::ctap::KeepAlive;
use glasskey::ctap::KeyEntry;
use glasskey::ctap::KeyTransport;
use glasskey::ctap::Keys;
use glasskey::ctap::KeysError;
use glasskey::findings::Check;
use glasskey::findings::Finding;
use glasskey::findings::Verdict;
use glasskey::ledger::Ledger;
use glasskey::primitives::Clock;
use glasskey::primitives::Digest;
use glasskey::primitives::Secret;
use glasskey::primitives::UtcTime;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::RehearsalClock;
use glasskey::rehearsal::key::VirtualKey;
use glasskey::rehearsal::key::VirtualKeys;
use std::rc::Rc;
use std::time::Duration;

const LABEL: &str = "BG1-A";
const OTHER: &str = "BG1-B";

/// Which keys are plugged in from when on, in seconds since the ports were looked at first.
type Day = &'static [(u64, &'static [&'static str])];

/// Ports at which keys come and go by the clock, whatever anybody is told.
struct Ports {
    inner: VirtualKeys,
    keys: Vec<(String, VirtualKey)>,
    clock: Rc<RehearsalClock>,
    began: Option<Duration>,
    day: Day,
    done: usize,
}

impl Keys for Ports {
    fn list(&mut self) -> Result<Vec<KeyEntry>, KeysError> {
        let now = self.clock.elapsed();
        let since = now.saturating_sub(*self.began.get_or_insert(now));
        while let Some((from, labels)) = self.day.get(self.done) {
            if since < Duration::from_secs(*from) {
                break;
            }
            self.done += 1;
            for (label, key) in &self.keys {
                self.inner.unplug(key);
                if labels.contains(&label.as_str()) {
                    self.inner.plug(key);
                }
            }
        }
        self.inner.list()
    }

    fn open(&mut self, path: &str) -> Result<Box<dyn KeyTransport>, KeysError> {
        self.inner.open(path)
    }
}

/// What people were told and asked.
#[derive(Default)]
struct Told {
    hands: Vec<There>,
    said: Vec<String>,
    asked: Vec<&'static str>,
}

/// An operator whose hands do nothing.
struct Idle<'o> {
    inner: &'o mut dyn Operator,
    told: &'o mut Told,
}

impl Idle<'_> {
    fn asks(&mut self, prompt: &Prompt) {
        let words = prompt.words();
        let heads = [
            ("Number of the closed bag", "old bag"),
            ("Number of the new bag", "new bag"),
            ("The bag number once more", "new bag"),
            ("w-", "nonce"),
            ("FIDO2 PIN of ", "PIN"),
            ("BG1-A and its inside sheet are in bag", "confirm"),
        ];
        let known = heads.iter().find(|(head, _)| words.starts_with(head));
        let known = known.unwrap_or_else(|| panic!("{words} was asked"));
        self.told.asked.push(known.1);
    }
}

impl Operator for Idle<'_> {
    fn step(&mut self, number: u32, of: u32, title: &str) {
        self.inner.step(number, of, title);
    }

    fn say(&mut self, text: &str) {
        self.told.said.push(text.to_owned());
        self.inner.say(text);
    }

    fn findings(&mut self, findings: &[Finding]) {
        self.inner.findings(findings);
    }

    fn digest(&mut self, digest: &Digest) {
        self.inner.digest(digest);
    }

    fn hands(&mut self, todo: &PlugIn) {
        assert_eq!(todo.label, LABEL);
        self.told.hands.push(todo.there);
    }

    fn keep_alive(&mut self, label: &str, state: KeepAlive) {
        if state == KeepAlive::UpNeeded {
            self.told.asked.push("touch");
        }
        self.inner.keep_alive(label, state);
    }

    fn line(&mut self, prompt: &Prompt) -> Option<String> {
        self.asks(prompt);
        self.inner.line(prompt)
    }

    fn pin(&mut self, prompt: &Prompt) -> Option<Secret<String>> {
        self.asks(prompt);
        self.inner.pin(prompt)
    }

    fn confirm(&mut self, prompt: &Prompt) -> bool {
        self.asks(prompt);
        self.inner.confirm(prompt)
    }
}

/// A clock whose waits a person ends at once.
struct Impatient(Rc<RehearsalClock>);

impl Clock for Impatient {
    fn utc(&self) -> UtcTime {
        self.0.utc()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn wait(&self, _: Duration) {}
}

/// Verifies the key on a day like this.
fn on_a_day(
    table: &mut Table,
    depth: Depth,
    day: Day,
    clock: &dyn Clock,
) -> (Result<(), CeremonyError>, Told) {
    let mut ports = Ports {
        inner: table.world.ports.clone(),
        keys: table.world.keys(),
        clock: Rc::clone(&table.world.clock),
        began: None,
        day,
        done: 0,
    };
    let mut told = Told::default();
    let ended = table.room(Mistakes::default(), |room, session| {
        let mut operator = Idle {
            inner: &mut *room.operator,
            told: &mut told,
        };
        let mut room = Room {
            keys: &mut ports,
            second: None,
            tenant: &mut *room.tenant,
            clock,
            entropy: room.entropy,
            operator: &mut operator,
            signers: std::mem::take(&mut room.signers),
            away: Vec::new(),
            store: &mut *room.store,
            desk: &mut *room.desk,
            plan: room.plan,
            plan_sha256: room.plan_sha256,
            reference: None,
            time_source: room.time_source,
            paper: room.paper,
        };
        verify(&mut room, session, LABEL, depth).map(drop)
    });
    (ended, told)
}

fn verified(day: Day) -> (Table, Result<(), CeremonyError>, Told) {
    let mut table = small_book();
    table.register(OTHER).unwrap();
    let clock = Rc::clone(&table.world.clock);
    clock.wait(Duration::from_hours(24 * 84));
    let (ended, told) = on_a_day(&mut table, Depth::WithPin, day, &*clock);
    (table, ended, told)
}

fn waits(told: &Told) -> Vec<&str> {
    let waits = told.said.iter().filter(|said| said.contains("waited for"));
    waits.map(String::as_str).collect()
}

#[test]
fn where_the_key_is_plugged_in_a_verification_asks_exactly_what_it_must() {
    let (_, ended, told) = verified(&[(0, &[LABEL])]);
    ended.unwrap();
    assert_eq!(told.hands, []);
    assert_eq!(
        told.asked,
        [
            "old bag", "new bag", "new bag", "nonce", "nonce", "PIN", "touch", "confirm"
        ],
        "one nonce for each of the two witnesses"
    );
}

#[test]
fn without_a_pin_a_verification_asks_for_the_bags_and_one_word() {
    let mut table = small_book();
    let clock = Rc::clone(&table.world.clock);
    let day: Day = &[(0, &[LABEL])];
    let (ended, told) = on_a_day(&mut table, Depth::WithoutPin, day, &*clock);
    ended.unwrap();
    assert_eq!(told.asked, ["old bag", "new bag", "new bag", "confirm"]);
}

#[test]
fn a_key_that_is_not_there_yet_is_waited_for_and_that_is_said_once_and_then_every_thirty_seconds() {
    let (_, ended, told) = verified(&[(0, &[]), (95, &[LABEL])]);
    ended.unwrap();
    assert_eq!(told.hands, [There::Nothing]);
    assert_eq!(
        waits(&told),
        [
            "BG1-A is waited for, 30 s so far; Ctrl-C stops.",
            "BG1-A is waited for, 60 s so far; Ctrl-C stops.",
            "BG1-A is waited for, 90 s so far; Ctrl-C stops.",
        ]
    );
}

#[test]
fn of_two_keys_none_is_opened_until_one_is_left() {
    let (table, ended, told) = verified(&[(0, &[LABEL, OTHER]), (7, &[LABEL])]);
    ended.unwrap();
    assert_eq!(told.hands, [There::Several(2)]);
    assert_eq!(waits(&told), Vec::<&str>::new());
    let asked = table.world.key(OTHER).unwrap().statistics();
    let (fresh, ..) = verified(&[(0, &[LABEL])]);
    assert_eq!(asked, fresh.world.key(OTHER).unwrap().statistics());
}

#[test]
fn another_key_is_given_back_and_waited_for_until_it_is_gone() {
    let (table, ended, told) = verified(&[(0, &[OTHER]), (40, &[]), (41, &[LABEL])]);
    ended.unwrap();
    assert_eq!(told.hands, [There::Another, There::Nothing]);
    let given_back = told
        .said
        .iter()
        .filter(|said| said.starts_with("This is not the key"));
    assert_eq!(given_back.count(), 1);
    assert_eq!(waits(&told).len(), 1);
    let other = table.world.key(OTHER).unwrap();
    let (fresh, ..) = verified(&[(0, &[LABEL])]);
    let compared = fresh.world.key(OTHER).unwrap().statistics().pins_compared;
    assert_eq!(other.statistics().pins_compared, compared, "its PIN");
}

#[test]
fn a_key_that_never_comes_is_waited_for_ten_minutes() {
    let (mut table, ended, told) = verified(&[]);
    let Err(CeremonyError::Refused(findings)) = ended else {
        panic!("{ended:?}");
    };
    let [finding] = findings.as_slice() else {
        panic!("{findings:?}");
    };
    assert_eq!(
        (finding.check, finding.verdict, finding.detail.as_str()),
        (
            Check::OneKey,
            Verdict::Fail,
            "no security key is plugged in"
        )
    );
    assert_eq!(told.hands, [There::Nothing]);
    assert_eq!(waits(&told).len(), 19);
    // The bag that was read is not asked for again.
    let clock = Rc::clone(&table.world.clock);
    let day: Day = &[(0, &[LABEL])];
    let (ended, told) = on_a_day(&mut table, Depth::WithPin, day, &*clock);
    ended.unwrap();
    assert_eq!(told.asked[0], "new bag");
    assert_eq!(Ledger::new(&mut table.store).size().unwrap(), 4);
}

#[test]
fn a_person_who_ends_the_wait_stops_the_ceremony() {
    let mut table = small_book();
    let clock = Impatient(Rc::clone(&table.world.clock));
    let (ended, told) = on_a_day(&mut table, Depth::WithPin, &[], &clock);
    assert_eq!(ended, Err(CeremonyError::Declined));
    assert_eq!(told.hands, [There::Nothing]);
}

#[test]
fn what_hands_are_told_names_the_key_and_what_is_there_instead() {
    let told = |there| {
        PlugIn {
            label: LABEL.to_owned(),
            serial: Some("26010001".to_owned()),
            there,
        }
        .words()
    };
    assert_eq!(
        told(There::Nothing),
        "Plug in BG1-A (serial 26010001) and no other security key. It goes on by itself; Ctrl-C \
         stops."
    );
    assert_eq!(
        told(There::Another),
        "Unplug this one, and plug in BG1-A (serial 26010001) and no other. It goes on by itself; \
         Ctrl-C stops."
    );
    assert_eq!(
        told(There::Several(2)),
        "2 security keys are plugged in. Leave BG1-A (serial 26010001) plugged in and unplug the \
         others. It goes on by itself; Ctrl-C stops."
    );
}
