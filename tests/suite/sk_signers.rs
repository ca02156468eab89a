//! People who sign with security keys: each signature has another counter, so that no two over the same
//! bytes are the same. What was signed before a stop is taken, and never made again.

use crate::refusing::at_every_write;
use crate::table::Table;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::Depth;
use glasskey::ceremony::OpenCeremony;
use glasskey::ceremony::SignError;
use glasskey::ceremony::Signer;
use glasskey::ceremony::notes;
use glasskey::ceremony::roster_change;
use glasskey::ceremony::roster_change::Newcomer;
use glasskey::ceremony::roster_change::Trial;
use glasskey::ceremony::waiting;
use glasskey::ceremony::waiting::Collected;
use glasskey::ledger::FileName;
use glasskey::ledger::Ledger;
use glasskey::ledger::LedgerStore;
use glasskey::plan::Role;
use glasskey::primitives::Clock;
use glasskey::primitives::Digest;
use glasskey::record::Namespace;
use glasskey::record::RawSignature;
use glasskey::record::SshHash;
use glasskey::record::SshPublicKey;
use glasskey::record::SshSignature;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::RehearsalSigner;
use glasskey::rehearsal::Step;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair;
use std::fmt::Write as _;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use std::time::Duration;

const LABEL: &str = "BG1-A";
const APPLICATION: &str = "ssh:";
/// What a security key says of itself: touched, and a PIN was typed.
const TOUCHED_WITH_PIN: u8 = 0x01 | 0x04;
/// Touched alone.
const TOUCHED: u8 = 0x01;

/// How often any of them has signed.
static COUNT: AtomicU32 = AtomicU32::new(1);

/// A person with a security key (`sk-ssh-ed25519`).
struct SecurityKeySigner {
    reference: String,
    pair: Ed25519KeyPair,
    public_key: SshPublicKey,
    flags: u8,
}

impl SecurityKeySigner {
    fn new(reference: &str, flags: u8) -> Self {
        let seed = Digest::of(reference.as_bytes()).0;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let mut blob = Vec::new();
        let kind = b"sk-ssh-ed25519@openssh.com".as_slice();
        for part in [kind, pair.public_key().as_ref(), APPLICATION.as_bytes()] {
            blob.extend(u32::try_from(part.len()).unwrap().to_be_bytes());
            blob.extend(part);
        }
        Self {
            reference: reference.to_owned(),
            pair,
            public_key: SshPublicKey::from_blob(&blob).unwrap(),
            flags,
        }
    }
}

impl Signer for SecurityKeySigner {
    fn reference(&self) -> &str {
        &self.reference
    }

    fn sign(&mut self, namespace: Namespace, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let counter = COUNT.fetch_add(1, Ordering::Relaxed);
        let data = SshSignature::signed_bytes(namespace, SshHash::Sha512, message);
        let mut signed = Digest::of(APPLICATION.as_bytes()).0.to_vec();
        signed.push(self.flags);
        signed.extend(counter.to_be_bytes());
        signed.extend(Digest::of(&data).0);
        let raw = RawSignature::SkEd25519 {
            signature: self.pair.sign(&signed).as_ref().try_into().unwrap(),
            flags: self.flags,
            counter,
        };
        let signature = SshSignature::new(self.public_key.clone(), namespace, raw).unwrap();
        Ok(signature.armour())
    }
}

fn people() -> Vec<SecurityKeySigner> {
    let with_key = |reference| SecurityKeySigner::new(reference, TOUCHED_WITH_PIN);
    ["op-1", "w-1", "w-2"].map(with_key).into()
}

fn signers() -> Vec<Box<dyn Signer>> {
    let all = people().into_iter();
    all.map(|one| -> Box<dyn Signer> { Box::new(one) })
        .collect()
}

/// A line of a roster.
pub(crate) fn line(reference: &str, key: &SshPublicKey) -> String {
    format!(
        "{reference} namespaces=\"glasskey-record-v1,glasskey-checkpoint-v1,glasskey-roster-v1\" {key}\n"
    )
}

/// A table at which everyone has a security key, and nothing on it yet.
fn table() -> Table {
    let mut table = Table::new(Personality::Standard);
    table.signers = signers;
    table.roster.clear();
    for one in people() {
        let line = line(&one.reference, &one.public_key);
        table.roster.write_str(&line).unwrap();
    }
    let plan = World::plan().unwrap().into_bytes();
    let names = World::people_file().into_bytes();
    table.desk.files.insert("glasskey.toml".to_owned(), plan);
    table.desk.files.insert("people.toml".to_owned(), names);
    table
}

/// The same, with the book's first record.
fn begun() -> Table {
    let mut table = table();
    table.genesis().unwrap();
    table
}

/// The same, with a key.
fn with_a_key() -> Table {
    let mut table = begun();
    table.register(LABEL).unwrap();
    table
}

#[test]
fn no_two_signatures_of_a_security_key_are_the_same_and_each_verifies() {
    let mut key = SecurityKeySigner::new("op-1", TOUCHED_WITH_PIN);
    let [one, other] = [(), ()].map(|()| key.sign(Namespace::Record, b"{}").unwrap());
    assert_ne!(one, other);
    for armoured in [one, other] {
        let signature = SshSignature::parse(&armoured).unwrap();
        assert_eq!(signature.verify(Namespace::Record, b"{}"), Ok(()));
    }
}

#[test]
fn a_book_that_security_keys_sign_begins_after_a_cut_at_any_write() {
    let writes = at_every_write("genesis", LABEL, table, Table::genesis);
    assert!(writes > 12, "{writes}");
}

#[test]
fn a_registration_that_security_keys_sign_goes_on_after_a_cut_at_any_write() {
    let writes = at_every_write("a registration", LABEL, begun, |table| {
        table.register(LABEL).map(drop)
    });
    assert!(writes > 20, "{writes}");
}

#[test]
fn a_verification_that_security_keys_sign_goes_on_after_a_cut_at_any_write() {
    let ready = || {
        let table = with_a_key();
        table.world.clock.wait(Duration::from_hours(24 * 80));
        table
    };
    let writes = at_every_write("a verification", LABEL, ready, |table| {
        table.verify(LABEL, Depth::WithPin).map(drop)
    });
    assert!(writes > 15, "{writes}");
}

#[test]
fn words_that_security_keys_sign_go_on_after_a_cut_at_any_write() {
    let writes = at_every_write("an amendment", LABEL, begun, |table| {
        let amended = table.room(Mistakes::default(), |room, _| {
            notes::amend(room, 0, Some("the safe is SAFE-C"))
        });
        amended.map(drop)
    });
    assert!(writes > 10, "{writes}");
}

#[test]
fn a_roster_that_security_keys_sign_goes_on_after_a_cut_at_any_write() {
    let newcomer = Newcomer {
        roles: vec![Role::Witness],
        name: "Katherine Johnson".to_owned(),
        key: SecurityKeySigner::new("w-3", TOUCHED_WITH_PIN).public_key,
    };
    let writes = at_every_write("somebody comes", LABEL, begun, |table| {
        let mut new = SecurityKeySigner::new("w-3", TOUCHED_WITH_PIN);
        let changed = table.room(Mistakes::default(), |room, _| {
            roster_change::add(room, "w-3", Some(&newcomer), Some(Trial::Here(&mut new)))
        });
        changed.map(drop)
    });
    assert!(writes > 15, "{writes}");
}

#[test]
fn a_signature_that_came_back_while_the_ceremony_was_stopped_is_the_one_that_stays() {
    let signature = FileName::RecordSignature(1, "w-1".to_owned()).to_string();
    let record = FileName::Record(1).to_string();
    let stopped = |cut| {
        let mut table = begun();
        table.power.fail_after_writes(cut);
        table.register(LABEL).unwrap_err();
        table.power_back(LABEL);
        table
    };
    // Between the record and the witness's signature beside it.
    let mut table = (1..200)
        .map(stopped)
        .find(|table| table.store.read(&record).unwrap().is_some())
        .unwrap();
    assert_eq!(table.store.read(&signature), Ok(None));
    let before = table.desk.files["open/registration-BG1-A/w-1.sig"].clone();
    let bytes = table.store.read(&record).unwrap().unwrap();
    let mut witness = SecurityKeySigner::new("w-1", TOUCHED_WITH_PIN);
    let later = witness.sign(Namespace::Record, &bytes).unwrap();
    assert_ne!(before, later);
    let mut ledger = Ledger::new(&mut table.store);
    let kept = waiting::collect(&mut ledger, &mut table.desk, &later).unwrap();
    assert!(
        matches!(kept, Collected::Kept { index: Some(1), .. }),
        "{kept:?}"
    );
    let sealed = table.register(LABEL).unwrap();
    assert_eq!(table.store.read(&signature), Ok(Some(later.clone())));
    let of_witness = |(who, _): &&(String, Vec<u8>)| who == "w-1";
    let shown = sealed.appended.signatures.iter().find(of_witness);
    assert_eq!(shown.map(|(_, file)| file), Some(&later));
    assert_eq!(table.audit().first_bad(), None);
    assert!(OpenCeremony::unfinished(&table.desk).unwrap().is_empty());
}

#[test]
fn a_book_whose_first_operator_cannot_sign_begins_with_the_key_that_the_plan_names_then() {
    let mut table = Table::new(Personality::Standard);
    let world = table.roster.clone();
    // The key does no verification of its person: its signature counts nowhere.
    let signer = SecurityKeySigner::new("op-1", TOUCHED);
    let others = world.lines().skip(1);
    table.roster = line("op-1", &signer.public_key);
    for other in others {
        writeln!(table.roster, "{other}").unwrap();
    }
    table.signers = || {
        let mut all = World::signers().unwrap();
        all[0] = Box::new(SecurityKeySigner::new("op-1", TOUCHED));
        all
    };
    let ended = table.genesis();
    assert!(
        matches!(ended, Err(CeremonyError::Signature { .. })),
        "{ended:?}"
    );
    let record = "open/genesis-book/record.json";
    assert!(table.desk.files.contains_key(record));
    assert_eq!(Ledger::new(&mut table.store).size(), Ok(0));
    // Another key, another plan.
    table.roster.clone_from(&world);
    table.signers = || World::signers().unwrap();
    table.plan_sha256 = Digest::of(b"the plan with another key");
    table.genesis().unwrap();
    let genesis = Ledger::new(&mut table.store).record(0).unwrap().statement;
    assert_eq!(genesis.inputs.roster_sha256, Digest::of(world.as_bytes()));
    assert_eq!(genesis.inputs.plan_sha256, table.plan_sha256);
    assert_eq!(table.audit().first_bad(), None);
}

#[test]
fn a_first_record_that_is_in_the_ledger_is_finished_with_the_roster_that_it_names_alone() {
    let mut table = Table::new(Personality::Standard);
    table.power.fail_after(Step::Append);
    table.genesis().unwrap_err();
    table.power_back(LABEL);
    assert_eq!(Ledger::new(&mut table.store).size(), Ok(1));
    let roster = table.roster.clone();
    let stranger = RehearsalSigner::new("w-3", &[3; 32]).unwrap();
    table.roster.push_str(&line("w-3", stranger.public_key()));
    let (plan, other) = (table.plan_sha256, Digest::of(b"another plan"));
    table.plan_sha256 = other;
    let Err(CeremonyError::Matter { next, .. }) = table.genesis() else {
        panic!("{}", table.seen.0);
    };
    assert!(next.starts_with("put the plan back as it was"), "{next}");
    assert_eq!(table.store.read(&FileName::Roster(0).to_string()), Ok(None));
    (table.roster, table.plan_sha256) = (roster, plan);
    table.genesis().unwrap();
    assert_eq!(table.audit().first_bad(), None);
}
