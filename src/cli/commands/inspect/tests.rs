//! A key that is pulled, silent, slow, busy or lying, at every step of reading it beside a book.

use super::book::Book;
use super::book::InBook;
use super::book::as_json;
use super::book::as_text;
use super::read::NotRead;
use super::read::Read;
use super::read::examine;
use crate::cli::exit::Exit;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::KeyTransport;
use crate::ctap::KeysError;
use crate::ctap::MakeCredential;
use crate::ctap::Report;
use crate::ctap::TransportError;
use crate::facts::Observed;
use crate::facts::key::OnRecord;
use crate::facts::key::RecordedCredential;
use crate::findings::Check;
use crate::findings::Verdict;
use crate::plan::Policy;
use crate::primitives::Clock;
use crate::primitives::Cloud;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::primitives::UtcTime;
use crate::primitives::text;
use crate::rehearsal::RehearsalClock;
use crate::rehearsal::SeededEntropy;
use crate::rehearsal::key::Access;
use crate::rehearsal::key::Fault;
use crate::rehearsal::key::KeySpec;
use crate::rehearsal::key::REHEARSAL_AAGUID;
use crate::rehearsal::key::Touch;
use crate::rehearsal::key::TouchScript;
use crate::rehearsal::key::VirtualKey;
use crate::rehearsal::key::VirtualPort;
use crate::rehearsal::key::When;
use crate::webauthn::AttestationObject;
use crate::webauthn::ClientData;
use crate::webauthn::CreationOptions;
use crate::webauthn::RpId;
use std::rc::Rc;
use std::time::Duration;

const TENANT: Guid = Guid([0xab; 16]);
const PIN: &str = "483920";
/// Longer than any single command may take, all steps together.
const LONGEST: Duration = Duration::from_mins(1);

struct Stage {
    key: VirtualKey,
    clock: Rc<RehearsalClock>,
    book: Book,
}

fn entropy(name: &str) -> SeededEntropy {
    SeededEntropy::new(b"inspect", name)
}

impl Stage {
    /// A key with a PIN and one credential, which is on record, and is known by its credential.
    fn new() -> Self {
        let start = UtcTime::parse("2026-01-05T09:00:00Z").unwrap();
        let clock = Rc::new(RehearsalClock::new(start));
        let key = VirtualKey::new(KeySpec::new("BG1-A", 1_000_001), Rc::clone(&clock));
        key.plug();
        let object = made(&key, &clock);
        let credential = object.auth_data().credential().unwrap().clone();
        key.set_pin_directly(PIN);
        let book = Book {
            tenant: TENANT,
            policy: Policy::default(),
            keys: vec![OnRecord {
                label: "BG1-A".into(),
                account: "BG-1".into(),
                aaguid: REHEARSAL_AAGUID,
                serial: None,
                credential: Some(RecordedCredential {
                    rp_id: RpId::new("login.microsoft.com"),
                    id: credential.credential_id,
                    public_key: credential.public_key,
                    cred_protect: Observed::Known(1),
                    counter: Some(object.auth_data().counter()),
                }),
                bag: Some("T-0001".into()),
                safe: Some("SAFE-A".into()),
                last: (1, start),
                gone: None,
            }],
        };
        Self { key, clock, book }
    }

    fn read(&self) -> Result<Read, NotRead> {
        let port = Box::new(self.key.open()?);
        let mut ctap = Ctap::open(port, &*self.clock, Box::new(entropy("channel")))?;
        let mut nonces = entropy("nonces");
        let entry = self.key.entry();
        examine(
            &mut ctap,
            &entry,
            &*self.clock,
            &mut nonces,
            Some(&self.book),
        )
    }
}

/// A credential, made while the key has no PIN.
fn made(key: &VirtualKey, clock: &RehearsalClock) -> AttestationObject {
    let port = Box::new(key.open().unwrap());
    let mut ctap = Ctap::open(port, clock, Box::new(entropy("made"))).unwrap();
    let options = CreationOptions {
        cloud: Cloud::Global,
        rp_id: RpId::new("login.microsoft.com"),
        rp_name: "Microsoft".into(),
        user_id: Secret::new(vec![1; 33]),
        user_name: "bg1@contoso.onmicrosoft.com".into(),
        user_display_name: "BG-1".into(),
        challenge: "q80".into(),
        algorithms: vec![-7],
        exclude: Vec::new(),
        cred_protect: Some(1),
        enforce_cred_protect: true,
        hmac_create_secret: true,
    };
    let data = ClientData::registration(&options).unwrap();
    let request = MakeCredential::resident(&options, &data);
    ctap.make_credential(&request, None, &mut |_| {}).unwrap()
}

/// Three lines of 80 columns, exit 4, and nothing spent.
#[track_caller]
fn said(stage: &Stage, why: &NotRead, at: &str) {
    let failure = why.failure();
    let mut written = Vec::new();
    failure.write(&mut written);
    let lines = String::from_utf8(written).unwrap();
    assert_eq!(lines.lines().count(), 3, "{at}: {lines}");
    for line in lines.lines() {
        assert!(text::display_width(line) <= 80, "{at}: {line}");
    }
    assert_eq!(failure.exit, Exit::Key, "{at}: {lines}");
    assert!(
        failure.what.contains("no PIN try was spent") || failure.what.contains("nothing was sent"),
        "{at}: {lines}"
    );
    assert_eq!(stage.key.pin_retries(), 8, "{at}");
    assert_eq!(stage.key.statistics().pins_compared, 0, "{at}");
    assert!(
        stage.clock.elapsed() < LONGEST,
        "{at}: {:?}",
        stage.clock.elapsed()
    );
}

#[test]
fn a_key_of_the_book_is_named_with_account_and_bag() {
    let stage = Stage::new();
    let read = stage.read().ok().unwrap();
    let in_book = read.in_book.unwrap();
    let page = as_text(&in_book);
    assert!(
        page.contains("this is BG1-A (account BG-1, sealed in bag T-0001,"),
        "{page}"
    );
    assert!(
        page.contains("signed by the credential on record"),
        "{page}"
    );
    assert!(
        page.lines().all(|line| text::display_width(line) <= 80),
        "{page}"
    );
    let json = as_json(&in_book);
    assert_eq!(json["label"], "BG1-A");
    assert_eq!(json["recognised_by"], "credential");
    assert_eq!(json["probe"]["genuine"], true);
    assert!(
        read.findings
            .iter()
            .all(|one| one.subject.to_string() == "key:BG1-A")
    );
    let present = read
        .findings
        .iter()
        .find(|one| one.check == Check::CredPresent);
    assert_eq!(present.unwrap().verdict, Verdict::Pass);
    assert_eq!(stage.key.statistics().pins_compared, 0);
}

#[test]
fn a_key_that_no_record_knows_is_a_stranger() {
    let mut stage = Stage::new();
    stage.book.keys.clear();
    let read = stage.read().ok().unwrap();
    let in_book = read.in_book.unwrap();
    assert!(matches!(in_book, InBook::Stranger));
    assert_eq!(as_json(&in_book), serde_json::json!({"recognised": false}));
    assert!(as_text(&in_book).contains("no key that its records know"));
}

#[test]
fn a_key_that_does_not_open_says_why() {
    for access in [Access::NotAllowed, Access::HeldByAnother] {
        let stage = Stage::new();
        stage.key.set_access(access);
        let why = stage.read().err().unwrap();
        assert!(matches!(
            why,
            NotRead::Keys(KeysError::NotAllowed { .. } | KeysError::HeldByAnother { .. })
        ));
        said(&stage, &why, &format!("{access:?}"));
        assert!(why.failure().next.contains("glasskey doctor"));
    }
    let stage = Stage::new();
    stage.key.unplug();
    said(&stage, &stage.read().err().unwrap(), "unplugged");
}

#[test]
fn a_key_that_is_pulled_at_any_report_is_gone_and_nothing_is_spent() {
    let mut pulled = 0;
    for reports in 1..200 {
        let stage = Stage::new();
        stage.key.unplug_after(reports);
        match stage.read() {
            Ok(_) => {
                assert!(
                    pulled >= 8,
                    "INIT, getInfo, tries and probe both ways: {pulled}"
                );
                return;
            }
            Err(why) => {
                let gone = matches!(why, NotRead::Ctap(CtapError::Gone));
                assert!(gone, "after {reports}: {}", why.state());
                said(&stage, &why, &format!("pulled after {reports}"));
                pulled += 1;
            }
        }
    }
    panic!("never read");
}

/// Strikes each message in turn with a fault until one is not reached; what each came to.
fn at_every_message(fault: Fault) -> Vec<Option<&'static str>> {
    let mut states = Vec::new();
    for message in 1..20 {
        let stage = Stage::new();
        let before = stage.key.statistics().commands.values().sum::<u32>();
        stage.key.arm(fault, When::Message(message));
        let read = stage.read();
        if let Err(why) = &read {
            said(&stage, why, &format!("{fault:?} at message {message}"));
        }
        let sent = stage.key.statistics().commands.values().sum::<u32>() - before;
        if sent < message {
            return states;
        }
        states.push(read.err().map(|why| why.state()));
    }
    panic!("never done");
}

#[test]
fn a_key_that_falls_silent_at_any_message_is_waited_for_only_so_long() {
    let states = at_every_message(Fault::Silence);
    assert!(states.len() >= 4, "{states:?}");
    // INIT changes nothing, and is asked again.
    let (init, others) = states.split_first().unwrap();
    assert_eq!(*init, None, "{states:?}");
    for state in others {
        assert_eq!(*state, Some("silent"), "{states:?}");
    }
}

#[test]
fn a_key_that_lies_at_any_message_is_a_typed_error_or_a_value() {
    for fault in [Fault::Garbage, Fault::Truncation, Fault::ForeignFrames] {
        let states = at_every_message(fault);
        assert!(states.len() >= 4, "{fault:?} {states:?}");
        if fault == Fault::ForeignFrames {
            assert!(states.iter().all(Option::is_none), "{states:?}");
        }
    }
}

#[test]
fn a_key_that_waits_for_another_programs_touch_is_busy() {
    let stage = Stage::new();
    stage.key.touch_script(TouchScript::always(Touch::Never));
    let mut other = stage.key.open().unwrap();
    let mut report = [0_u8; 64];
    report[..4].copy_from_slice(&[0xff; 4]);
    report[4..7].copy_from_slice(&[0x86, 0, 8]); // INIT
    other.write_report(&report).unwrap();
    let answer = other.read_report(Duration::from_secs(1)).unwrap().unwrap();
    let mut report = [0_u8; 64];
    report[..4].copy_from_slice(&answer[15..19]);
    report[4..8].copy_from_slice(&[0x90, 0, 1, 0x0b]); // authenticatorSelection
    other.write_report(&report).unwrap();
    let why = stage.read().err().unwrap();
    assert!(
        matches!(why, NotRead::Ctap(CtapError::Busy)),
        "{}",
        why.state()
    );
    said(&stage, &why, "busy");
    assert!(why.failure().next.contains("close it"));
}

#[test]
fn a_key_that_is_slow_is_waited_for() {
    let stage = Stage::new();
    let slow = SlowPort {
        port: stage.key.open().unwrap(),
        clock: Rc::clone(&stage.clock),
        after: Duration::from_millis(900),
        due: Duration::ZERO,
    };
    let mut ctap = Ctap::open(Box::new(slow), &*stage.clock, Box::new(entropy("slow"))).unwrap();
    let entry = stage.key.entry();
    let read = examine(
        &mut ctap,
        &entry,
        &*stage.clock,
        &mut entropy("n"),
        Some(&stage.book),
    );
    assert!(matches!(read.ok().unwrap().in_book, Some(InBook::Known(_))));
    assert!(stage.clock.elapsed() > Duration::from_secs(1));
    // So slow that no answer is whole in time.
    let stage = Stage::new();
    let slow = SlowPort {
        port: stage.key.open().unwrap(),
        clock: Rc::clone(&stage.clock),
        after: Duration::from_secs(4),
        due: Duration::ZERO,
    };
    let opened = Ctap::open(Box::new(slow), &*stage.clock, Box::new(entropy("slow")));
    let why = NotRead::from(opened.err().unwrap());
    assert_eq!(why.state(), "silent");
    said(&stage, &why, "slow");
}

/// A key that takes its time over every message.
struct SlowPort {
    port: VirtualPort,
    clock: Rc<RehearsalClock>,
    after: Duration,
    due: Duration,
}

impl KeyTransport for SlowPort {
    fn write_report(&mut self, report: &Report) -> Result<(), TransportError> {
        self.due = self.clock.elapsed() + self.after;
        self.port.write_report(report)
    }

    fn read_report(&mut self, within: Duration) -> Result<Option<Report>, TransportError> {
        let early = self.due.saturating_sub(self.clock.elapsed());
        self.clock.wait(early.min(within));
        if early > within {
            return Ok(None);
        }
        self.port.read_report(within.saturating_sub(early))
    }
}
