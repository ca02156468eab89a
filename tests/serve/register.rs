//! The registration ceremony on a real key node: genesis and the registration of BG1-A, with the one
//! key that the system lists, through hidapi, against the virtual tenant; then a silent probe of the
//! new credential. People, bag and plan are the rehearsal's.
//!
//! ```text
//! register FOLDER
//! ```
//!
//! FOLDER gets `book` and `trust.toml`, for `glasskey audit`. The key should be fresh: the ceremony
//! gives it its PIN.

use glasskey::ceremony::Desk;
use glasskey::ceremony::Room;
use glasskey::ceremony::Screen;
use glasskey::ceremony::genesis;
use glasskey::ceremony::register;
use glasskey::ctap::AssertionResponse;
use glasskey::ctap::Ctap;
use glasskey::ctap::GetAssertion;
use glasskey::ctap::Keys;
use glasskey::entra::Session;
use glasskey::findings::Finding;
use glasskey::io::FolderDesk;
use glasskey::io::FolderLedger;
use glasskey::io::HidKeys;
use glasskey::io::SystemClock;
use glasskey::io::SystemEntropy;
use glasskey::ledger::FOR_STRANGERS;
use glasskey::ledger::Ledger;
use glasskey::ledger::Trust;
use glasskey::ledger::TrustedAnchor;
use glasskey::paper::Paper;
use glasskey::plan::Plan;
use glasskey::primitives::Digest;
use glasskey::record::TimeSource;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::RehearsalOperator;
use glasskey::rehearsal::SeededEntropy;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::key::REHEARSAL_AAGUID;
use glasskey::rehearsal::key::attestation_root_der;
use glasskey::webauthn::ClientData;
use glasskey::webauthn::CoseKey;
use glasskey::webauthn::CredentialId;
use glasskey::webauthn::RpId;
use glasskey::webauthn::SignatureCheck;
use std::fs;
use std::io;
use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;

const LABEL: &str = "BG1-A";

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("register FOLDER"));
    let book = folder.join("book");
    let scratch = book.join("open").join(".tmp");
    let mut store = FolderLedger::new(book.join("ledger"), scratch.clone());
    let mut desk = FolderDesk::new(book, scratch);
    let text = World::plan().unwrap();
    let plan = Plan::parse(&text).unwrap();
    let people = World::people_file();
    for (name, text) in [("glasskey.toml", &text), ("people.toml", &people)] {
        desk.put(name, text.as_bytes()).unwrap();
    }
    for (name, text) in FOR_STRANGERS {
        desk.put(name, text.as_bytes()).unwrap();
    }
    hold(&mut store, &mut desk, &plan, Digest::of(text.as_bytes()));

    let ledger = Ledger::new(&mut store);
    let trust = Trust {
        genesis: Some(Digest::of(&ledger.record_bytes(0).unwrap())),
        anchors: vec![TrustedAnchor {
            aaguid: REHEARSAL_AAGUID,
            der: attestation_root_der().to_vec(),
        }],
        heads: vec![ledger.head().unwrap()],
        ..Trust::default()
    };
    fs::write(folder.join("trust.toml"), trust.text()).unwrap();

    let key = ledger.record(1).unwrap().statement.key.unwrap();
    let public_key = key.public_key.unwrap().cose;
    probe(&plan, &key.credential_id.unwrap(), &public_key);
    say("probed: the key signs for the recorded credential, without PIN and touch");
}

/// Genesis and one registration.
fn hold(store: &mut FolderLedger, desk: &mut FolderDesk, plan: &Plan, plan_sha256: Digest) {
    let mut world = World::new(Personality::Standard);
    let clock = Rc::clone(&world.clock);
    let jitter = &mut SeededEntropy::new(b"jitter", "session");
    let mut session = Session::new(plan.tenant.cloud, jitter);
    let mut screen = Printed;
    let mut operator = RehearsalOperator::new(&world, &mut screen, None, Mistakes::default());
    let mut keys = HidKeys::new().unwrap();
    let mut room = Room {
        keys: &mut keys,
        tenant: &mut world.tenant,
        clock: &*clock,
        entropy: &world.sources,
        operator: &mut operator,
        signers: World::signers().unwrap(),
        away: Vec::new(),
        store,
        desk,
        plan,
        plan_sha256,
        reference: None,
        time_source: TimeSource::Rehearsal,
        paper: Paper::A4,
        second: None,
    };
    let roster = World::roster().unwrap();
    let anchors = [attestation_root_der().to_vec()];
    let people = World::people_file();
    genesis(&mut room, roster.as_bytes(), &anchors, people.as_bytes()).unwrap();
    register(&mut room, &mut session, LABEL).unwrap();
}

/// The health check of a key in its safe: no PIN, no touch.
fn probe(plan: &Plan, id: &CredentialId, public_key: &CoseKey) {
    let mut keys = HidKeys::new().unwrap();
    let listed = keys.list().unwrap();
    let clock = SystemClock::new();
    let entropy = Box::new(SystemEntropy::open().unwrap());
    let port = keys.open(&listed[0].path).unwrap();
    let mut ctap = Ctap::open(port, &clock, entropy).unwrap();
    let client_data = ClientData::probe(&plan.tenant.id, &[7; 16]);
    let request = GetAssertion {
        rp_id: &RpId::of_cloud(plan.tenant.cloud).unwrap(),
        client_data: &client_data,
        allow: std::slice::from_ref(id),
        user_presence: false,
    };
    let mut keep_alive = |_| {};
    let made: AssertionResponse = ctap.get_assertion(&request, None, &mut keep_alive).unwrap();
    assert!(!made.auth_data.user_present() && !made.auth_data.user_verified());
    let message = [made.auth_data.raw(), client_data.hash().bytes()].concat();
    assert!(public_key.verify(&message, &made.signature) == SignatureCheck::Good);
}

/// What the operator sees.
struct Printed;

impl Screen for Printed {
    fn part(&mut self, title: &str) {
        say(title);
    }

    fn step(&mut self, number: u32, of: u32, title: &str) {
        say(&format!("{number}/{of} {title}"));
    }

    fn say(&mut self, text: &str) {
        say(text);
    }

    fn findings(&mut self, findings: &[Finding]) {
        for one in findings {
            say(&format!(
                "{:?} {:?}: {}",
                one.check, one.verdict, one.detail
            ));
        }
    }

    fn digest(&mut self, digest: &Digest) {
        say(&format!("{digest}"));
    }

    fn touch(&mut self, label: &str) {
        say(&format!("touch {label}"));
    }

    fn answered(&mut self, question: &str, answer: &str) {
        say(&format!("{question} {answer}"));
    }
}

fn say(line: &str) {
    io::stdout()
        .write_all(format!("{line}\n").as_bytes())
        .unwrap();
}
