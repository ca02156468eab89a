//! Grows a book with full evidence, the same at every run, on all cores.
//!
//! Records are made in rounds of [`ROUND`]. Those of one round do not hang on each other: each
//! cites the head before the round and seals the signatures of its own place in the round before.
//! Every tenth round registers new keys; the others verify those, one record a key.

use glasskey::ledger::Checkpoint;
use glasskey::ledger::FileName;
use glasskey::ledger::Origin;
use glasskey::ledger::Tree;
use glasskey::ledger::Trust;
use glasskey::ledger::TrustedAnchor;
use glasskey::plan::Policy;
use glasskey::plan::Role;
use glasskey::primitives::Digest;
use glasskey::primitives::Guid;
use glasskey::primitives::TenantId;
use glasskey::primitives::UtcTime;
use glasskey::primitives::bytes::Bytes;
use glasskey::primitives::cbor::Value;
use glasskey::primitives::json;
use glasskey::record::{
    AccountPart, BagState, Basis, CeremonyRecord, Claim, Custody, Event, Evidence, Inputs, KeyPart,
    LedgerHead, Level, Namespace, NoncePart, PersonPart, PinPart, Presence, PreviousBag,
    PublicKeyPart, RawSignature, Registration, Roster, RosterEntry, Slots, SshHash, SshPublicKey,
    SshSignature, Statement, TimePart, TimeSource, Tool,
};
use glasskey::rehearsal::key::REHEARSAL_AAGUID;
use glasskey::rehearsal::key::attestation_root_der;
use glasskey::webauthn::AttestationObject;
use glasskey::webauthn::ClientData;
use glasskey::webauthn::CoseKey;
use glasskey::webauthn::CredentialId;
use glasskey::webauthn::RpId;
use p256::ecdsa::DerSignature;
use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::Signer as _;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair;
use std::thread;

/// Records that are made side by side.
pub(crate) const ROUND: usize = 256;
/// Rounds from one registration of new keys to the next.
const ROUNDS_A_KEY: usize = 10;
/// The people who sign: operator and witness.
pub(crate) const REFS: [&str; 2] = ["op-7", "w-1"];

const LEAF: &[u8] = include_bytes!("../../../src/rehearsal/key/attestation/leaf.der");
const LEAF_KEY: &[u8; 32] = include_bytes!("../../../src/rehearsal/key/attestation/leaf.key");

/// A file: its name and its bytes.
pub(crate) type File = (FileName, Vec<u8>);

fn tenant() -> TenantId {
    Guid([0x9c; 16])
}

pub(crate) fn origin() -> Origin {
    Origin::new(tenant(), "bench", false).unwrap()
}

fn rp_id() -> RpId {
    RpId::new("login.microsoft.com")
}

/// When the record at `index` began: a minute after the one before.
fn started(index: usize) -> UtcTime {
    UtcTime::parse("2026-01-01T00:00:00Z")
        .unwrap()
        .plus_seconds(60 * i64::try_from(index).unwrap())
}

/// When the book is judged.
pub(crate) fn as_of(records: usize) -> UtcTime {
    started(records)
}

/// What an auditor of the book holds.
pub(crate) fn trust(genesis: &[u8]) -> Trust {
    Trust {
        genesis: Some(Digest::of(genesis)),
        anchors: vec![TrustedAnchor {
            aaguid: REHEARSAL_AAGUID,
            der: attestation_root_der().to_vec(),
        }],
        ..Trust::default()
    }
}

struct Person {
    reference: &'static str,
    pair: Ed25519KeyPair,
}

impl Person {
    fn all() -> Vec<Self> {
        let person = |(place, reference): (usize, &&'static str)| Self {
            reference,
            pair: Ed25519KeyPair::from_seed_unchecked(&[u8::try_from(place).unwrap() + 7; 32])
                .unwrap(),
        };
        REFS.iter().enumerate().map(person).collect()
    }

    fn key(&self) -> SshPublicKey {
        SshPublicKey::ed25519(self.pair.public_key().as_ref().try_into().unwrap())
    }

    fn sign(&self, namespace: Namespace, message: &[u8]) -> Vec<u8> {
        let data = SshSignature::signed_bytes(namespace, SshHash::Sha512, message);
        let raw = self.pair.sign(&data).as_ref().try_into().unwrap();
        SshSignature::new(self.key(), namespace, RawSignature::Ed25519(raw))
            .unwrap()
            .armour()
    }
}

/// A security key, as it was made for one registration.
struct Key {
    number: usize,
    signing: SigningKey,
}

impl Key {
    fn new(number: usize) -> Self {
        let seed = Digest::of_parts(&[b"bench key", &number.to_be_bytes()]);
        Self {
            number,
            signing: SigningKey::from_slice(&seed.0).unwrap(),
        }
    }

    fn id(&self) -> CredentialId {
        let id = Digest::of_parts(&[b"bench id", &self.number.to_be_bytes()]);
        CredentialId::new(id.0.to_vec()).unwrap()
    }

    fn cose(&self) -> CoseKey {
        let point = self.signing.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        let key = Value::numbered(vec![
            (1, Some(Value::int(2))),
            (3, Some(Value::int(-7))),
            (-1, Some(Value::int(1))),
            (-2, Some(Value::bytes(x))),
            (-3, Some(Value::bytes(y))),
        ]);
        CoseKey::parse(&key.encode()).unwrap()
    }

    fn auth_data(&self, flags: u8, counter: u32) -> Vec<u8> {
        let mut data = rp_id().hash().0.to_vec();
        data.push(flags);
        data.extend_from_slice(&counter.to_be_bytes());
        if flags & 0x40 != 0 {
            data.extend_from_slice(REHEARSAL_AAGUID.bytes());
            data.extend_from_slice(&[0, 32]);
            data.extend_from_slice(self.id().bytes());
            data.extend_from_slice(self.cose().raw());
        }
        data
    }

    fn register(&self) -> Registration {
        let json = br#"{"type":"webauthn.create","challenge":"YWJj","origin":"https://login.microsoft.com","crossOrigin":false}"#;
        let data = self.auth_data(0x45, 1);
        let leaf = SigningKey::from_slice(LEAF_KEY).unwrap();
        let signature: DerSignature = leaf.sign(&[data.as_slice(), &Digest::of(json).0].concat());
        let statement = Value::named(vec![
            ("alg", Value::int(-7)),
            ("sig", Value::bytes(signature.as_bytes())),
            ("x5c", Value::Array(vec![Value::bytes(LEAF)])),
        ]);
        let object = AttestationObject::build("packed", statement, &data).unwrap();
        Registration {
            attestation_object: Bytes(object.raw().to_vec()),
            client_data_json: Bytes(json.to_vec()),
        }
    }

    fn presence(&self, statement: &Statement, counter: u32) -> Presence {
        let client = ClientData::presence(&tenant(), &statement.bytes().unwrap());
        let data = self.auth_data(0x05, counter);
        let message = [data.as_slice(), client.hash().bytes()].concat();
        let signature: DerSignature = self.signing.sign(&message);
        Presence {
            signature: Bytes(signature.as_bytes().to_vec()),
            authenticator_data: Bytes(data),
            client_data_json: Bytes(client.json().to_vec()),
        }
    }
}

fn roster() -> Vec<u8> {
    let entries = Person::all()
        .iter()
        .map(|person| RosterEntry {
            reference: person.reference.to_owned(),
            namespaces: vec![Namespace::Record, Namespace::Checkpoint, Namespace::Roster],
            valid_after: None,
            valid_before: None,
            key: person.key(),
        })
        .collect();
    Roster::new(entries).unwrap().text().into_bytes()
}

/// What every statement has.
fn bare(index: usize, event: Event, head: &Checkpoint, sealed: Vec<Digest>) -> Statement {
    let mut sealed = sealed;
    sealed.sort_unstable();
    Statement {
        acceptance: None,
        account: None,
        amendment: None,
        anchors: Vec::new(),
        checklist: Vec::new(),
        custody: None,
        event,
        exceptions: Vec::new(),
        expected_signers: REFS.map(str::to_owned).to_vec(),
        findings: Vec::new(),
        inputs: Inputs {
            graph_date: Some(started(index)),
            mds: None,
            observer_sha256: None,
            plan_sha256: Digest::of(b"plan"),
            policy_sha256: Digest::of(&json::encode(&Policy::default()).unwrap()),
            request_ids: Vec::new(),
            roster_sha256: Digest::of(&roster()),
            script_sha256: None,
        },
        key: None,
        ledger: LedgerHead {
            origin: origin().to_string(),
            root: head.root,
            size: head.size,
        },
        level: None,
        loss: None,
        nonces: Vec::new(),
        opening: None,
        people: Vec::new(),
        people_sha256: None,
        pin_envelope: None,
        policy: None,
        portal: None,
        record_id: id(b"record", index),
        reference: Some("CHG-1042".to_owned()),
        rehearsal: false,
        replaces: None,
        retirement: None,
        review: None,
        schema: Statement::SCHEMA.to_owned(),
        sealed,
        sign_in: None,
        tenant_id: tenant(),
        time: TimePart {
            source: TimeSource::HostClock,
            started: started(index),
        },
        tool: Tool {
            name: "glasskey".to_owned(),
            version: "0.1.0".to_owned(),
        },
        training: None,
        unseen_key: None,
    }
}

fn id(what: &[u8], number: usize) -> Guid {
    let digest = Digest::of_parts(&[what, &number.to_be_bytes()]);
    Guid(digest.0[..16].try_into().unwrap())
}

/// The record at `index`, which is not genesis.
fn about_a_key(index: usize, head: &Checkpoint, sealed: Vec<Digest>) -> CeremonyRecord {
    let (round, place) = ((index - 1) / ROUND, (index - 1) % ROUND);
    let (turn, nth) = (round / ROUNDS_A_KEY, round % ROUNDS_A_KEY);
    let number = turn * ROUND + place;
    let key = Key::new(number);
    let event = if nth == 0 {
        Event::Registration
    } else {
        Event::Verification
    };
    let mut statement = bare(index, event, head, sealed);
    statement.account = Some(AccountPart {
        alias: format!("BG-{}", number / 2),
        object_id: id(b"account", number / 2),
    });
    statement.custody = Some(Custody {
        bag: format!("T-{index:07}"),
        previous_bag: (nth > 0).then(|| PreviousBag {
            number: format!("T-{:07}", index - ROUND),
            state: BagState::Intact,
        }),
        safe: "SAFE-A".to_owned(),
        shelf: Some("2".to_owned()),
    });
    statement.key = Some(KeyPart {
        aaguid: REHEARSAL_AAGUID,
        credential_id: Some(key.id()),
        firmware: Some(Claim {
            basis: Basis::Getinfo,
            value: "5.7.4".to_owned(),
        }),
        label: format!("KEY-{number}"),
        method_id: Some(format!("method-{number:08}")),
        pin: PinPart {
            always_uv: Some(false),
            changed: None,
            force_change: Some(false),
            min_length: Some(6),
            retries: Some(8),
            set: true,
            uv_retries: None,
        },
        public_key: Some(PublicKeyPart {
            basis: if nth == 0 {
                Basis::Registration
            } else {
                Basis::Record
            },
            cose: key.cose(),
        }),
        rp_id: Some(rp_id()),
        serial: Some(Claim {
            basis: Basis::Usb,
            value: format!("{number:08}"),
        }),
        slots: Slots {
            left: Some(99),
            used: Some(1),
        },
    });
    statement.level = (nth > 0).then_some(Level::L1);
    statement.nonces = vec![NoncePart {
        reference: REFS[1].to_owned(),
        value: Bytes(id(b"nonce", index).0.to_vec()),
    }];
    let counter = u32::try_from(nth + 2).unwrap();
    CeremonyRecord {
        evidence: Evidence {
            registration: (nth == 0).then(|| key.register()),
            presence: Some(key.presence(&statement, counter)),
            ..Evidence::default()
        },
        statement,
    }
}

/// Applies `make` to each of `places`, on all cores, in their order.
fn side_by_side<T: Send>(places: usize, make: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = places.div_ceil(cores).max(1);
    let make = &make;
    thread::scope(|scope| {
        let running: Vec<_> = (0..places)
            .step_by(share)
            .map(|from| {
                let to = places.min(from + share);
                scope.spawn(move || (from..to).map(make).collect::<Vec<T>>())
            })
            .collect();
        let done = running.into_iter().map(|part| part.join().unwrap());
        done.flatten().collect()
    })
}

/// Every file of a book of `records` records, record by record; genesis first, with `origin` and
/// the roster.
pub(crate) fn grow(records: usize, mut put: impl FnMut(usize, Vec<File>)) {
    let mut tree = Tree::empty();
    let mut head = Checkpoint {
        origin: origin(),
        size: 0,
        root: tree.root(),
    };
    let mut sealed: Vec<Vec<Digest>> = Vec::new();
    let mut done = 0;
    while done < records {
        let first = done;
        let count = if first == 0 {
            1
        } else {
            ROUND.min(records - first)
        };
        let made = side_by_side(count, |place| {
            let own = sealed.get(place).cloned().unwrap_or_default();
            let record = if first == 0 {
                genesis(&head)
            } else {
                about_a_key(first + place, &head, own)
            };
            let bytes = record.bytes().unwrap();
            let signed: Vec<Vec<u8>> = Person::all()
                .iter()
                .map(|person| person.sign(Namespace::Record, &bytes))
                .collect();
            (bytes, signed)
        });
        let heads: Vec<Checkpoint> = made
            .iter()
            .map(|(bytes, _)| {
                tree.push(&Digest::of(bytes));
                Checkpoint {
                    origin: origin(),
                    size: tree.size(),
                    root: tree.root(),
                }
            })
            .collect();
        let texts = side_by_side(count, |place| {
            let text = heads[place].text().into_bytes();
            let signature = Person::all()[0].sign(Namespace::Checkpoint, &text);
            (text, signature)
        });
        sealed = made
            .iter()
            .map(|(_, signed)| signed.iter().map(|file| Digest::of(file)).collect())
            .collect();
        for (place, ((bytes, signed), (text, own))) in made.into_iter().zip(texts).enumerate() {
            let index = u64::try_from(first + place).unwrap();
            let mut files = vec![(FileName::Record(index), bytes)];
            for (reference, file) in REFS.iter().zip(signed) {
                let name = FileName::RecordSignature(index, (*reference).to_owned());
                files.push((name, file));
            }
            let operator = REFS[0].to_owned();
            files.push((FileName::Checkpoint(index + 1), text));
            files.push((FileName::CheckpointSignature(index + 1, operator), own));
            if index == 0 {
                files.push((FileName::Origin, origin().file()));
                files.push((FileName::Roster(0), roster()));
                for person in Person::all() {
                    let name = FileName::RosterSignature(0, person.reference.to_owned());
                    let file = person.sign(Namespace::Roster, &roster());
                    sealed[0].push(Digest::of(&file));
                    files.push((name, file));
                }
            }
            put(first + place, files);
        }
        head = heads.last().unwrap().clone();
        done += count;
    }
}

fn genesis(head: &Checkpoint) -> CeremonyRecord {
    let mut statement = bare(0, Event::Genesis, head, Vec::new());
    statement.policy = Some(Policy::default());
    statement.people = vec![
        PersonPart {
            reference: REFS[0].to_owned(),
            roles: vec![Role::Operator],
        },
        PersonPart {
            reference: REFS[1].to_owned(),
            roles: vec![Role::Witness],
        },
    ];
    CeremonyRecord {
        evidence: Evidence::default(),
        statement,
    }
}

/// The point of the key that attests.
pub(crate) fn leaf_key() -> Vec<u8> {
    let leaf = SigningKey::from_slice(LEAF_KEY).unwrap();
    leaf.verifying_key()
        .to_sec1_point(false)
        .as_bytes()
        .to_vec()
}
