//! Grows a signed book in memory.

use super::key;
use super::key::SoftKey;
use crate::ledger::Created;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::ledger::LedgerStore;
use crate::ledger::MemoryStore;
use crate::ledger::Origin;
use crate::ledger::Trust;
use crate::ledger::TrustedAnchor;
use crate::ledger::audit;
use crate::ledger::audit::AuditReport;
use crate::ledger::audit::InOrder;
use crate::ledger::audit::Outside;
use crate::ledger::audit::SharedStore;
use crate::plan::Policy;
use crate::plan::Role;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::primitives::TenantId;
use crate::primitives::UtcTime;
use crate::primitives::bytes::Bytes;
use crate::primitives::json;
use crate::record::*;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair;

pub(super) const REFS: [(&str, u8); 3] = [("op-7", 0x71), ("w-1", 0x72), ("w-2", 0x73)];

pub(super) fn time(text: &str) -> UtcTime {
    UtcTime::parse(text).unwrap()
}

pub(super) fn tenant() -> TenantId {
    Guid::parse("9c2a6f0e-41d3-4b57-8a0c-6d1f2e3b4c5d").unwrap()
}

fn pair(reference: &str) -> Ed25519KeyPair {
    let (_, seed) = REFS.iter().find(|(name, _)| *name == reference).unwrap();
    Ed25519KeyPair::from_seed_unchecked(&[*seed; 32]).unwrap()
}

pub(super) fn public_key(reference: &str) -> SshPublicKey {
    SshPublicKey::ed25519(pair(reference).public_key().as_ref().try_into().unwrap())
}

pub(super) fn sign(reference: &str, namespace: Namespace, message: &[u8]) -> Vec<u8> {
    let data = SshSignature::signed_bytes(namespace, SshHash::Sha512, message);
    let raw = pair(reference).sign(&data).as_ref().try_into().unwrap();
    SshSignature::new(public_key(reference), namespace, RawSignature::Ed25519(raw))
        .unwrap()
        .armour()
}

pub(super) fn roster(refs: &[&str]) -> Vec<u8> {
    let entries = refs
        .iter()
        .map(|reference| RosterEntry {
            reference: (*reference).to_owned(),
            namespaces: vec![Namespace::Record, Namespace::Checkpoint, Namespace::Roster],
            valid_after: None,
            valid_before: None,
            key: public_key(reference),
        })
        .collect();
    Roster::new(entries).unwrap().text().into_bytes()
}

pub(super) fn people(refs: &[&str]) -> Vec<PersonPart> {
    refs.iter()
        .map(|reference| PersonPart {
            reference: (*reference).to_owned(),
            roles: vec![if reference.starts_with("op") {
                Role::Operator
            } else {
                Role::Witness
            }],
        })
        .collect()
}

/// A book that grows record by record.
pub(super) struct Book {
    pub(super) store: MemoryStore,
    pub(super) rehearsal: bool,
}

/// A record, ready to append.
#[derive(Clone)]
pub(super) struct Prepared {
    pub(super) index: u64,
    pub(super) record: CeremonyRecord,
    pub(super) roster: Option<Vec<u8>>,
}

impl Book {
    pub(super) fn new() -> Self {
        Self {
            store: MemoryStore::new(),
            rehearsal: false,
        }
    }

    /// Genesis and one registration, by `op-7` and `w-1`.
    pub(super) fn of_two() -> Self {
        let mut book = Self::new();
        let genesis = book.genesis();
        book.append(&genesis);
        let registration = book.registration(&mut SoftKey::new(0x21), "BG1-A", "T-0001");
        book.append(&registration);
        book
    }

    pub(super) fn origin(&self) -> Origin {
        Origin::new(tenant(), "contoso", self.rehearsal).unwrap()
    }

    pub(super) fn size(&mut self) -> u64 {
        Ledger::new(&mut self.store).size().unwrap()
    }

    /// The members that every statement has, on the present head.
    pub(super) fn bare(&mut self, event: Event) -> Statement {
        let origin = self.origin();
        let rehearsal = self.rehearsal;
        let ledger = Ledger::new(&mut self.store);
        let size = ledger.size().unwrap();
        let (policy, roster) = match ledger.in_force() {
            Ok(force) => (force.policy, force.roster),
            Err(_) => (Policy::default(), roster(&["op-7", "w-1"])),
        };
        let root = if size == 0 {
            Digest::of(&[])
        } else {
            ledger.head().unwrap().root
        };
        Statement {
            acceptance: None,
            account: None,
            amendment: None,
            anchors: Vec::new(),
            checklist: Vec::new(),
            custody: None,
            event,
            exceptions: Vec::new(),
            expected_signers: vec!["op-7".into(), "w-1".into()],
            findings: Vec::new(),
            inputs: Inputs {
                graph_date: None,
                mds: None,
                observer_sha256: None,
                plan_sha256: Digest::of(b"plan"),
                policy_sha256: Digest::of(&json::encode(&policy).unwrap()),
                request_ids: Vec::new(),
                roster_sha256: Digest::of(&roster),
                script_sha256: None,
            },
            key: None,
            ledger: LedgerHead {
                origin: origin.to_string(),
                root,
                size,
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
            record_id: Guid(Digest::of(&size.to_be_bytes()).0[..16].try_into().unwrap()),
            reference: None,
            rehearsal,
            replaces: None,
            retirement: None,
            review: None,
            schema: Statement::SCHEMA.into(),
            sealed: ledger.sealed_for_next().unwrap(),
            sign_in: None,
            tenant_id: tenant(),
            time: TimePart {
                source: TimeSource::HostClock,
                started: time("2026-01-01T12:00:00Z").plus_days(size.try_into().unwrap()),
            },
            tool: Tool {
                name: "glasskey".into(),
                version: "0.1.0".into(),
            },
            training: None,
            unseen_key: None,
        }
    }

    pub(super) fn prepare(&mut self, statement: Statement, evidence: Evidence) -> Prepared {
        Prepared {
            index: self.size(),
            record: CeremonyRecord {
                evidence,
                statement,
            },
            roster: None,
        }
    }

    pub(super) fn genesis(&mut self) -> Prepared {
        let mut statement = self.bare(Event::Genesis);
        statement.people = people(&["op-7", "w-1"]);
        statement.policy = Some(Policy::default());
        let mut prepared = self.prepare(statement, Evidence::default());
        prepared.roster = Some(roster(&["op-7", "w-1"]));
        prepared
    }

    /// A statement about a key that is plugged in.
    pub(super) fn at_the_safe(
        &mut self,
        event: Event,
        key: &SoftKey,
        label: &str,
        bag: &str,
        previous: Option<&str>,
    ) -> Statement {
        let mut statement = self.bare(event);
        statement.account = Some(AccountPart {
            alias: "BG-1".into(),
            object_id: Guid([0xb1; 16]),
        });
        statement.custody = Some(Custody {
            bag: bag.into(),
            previous_bag: previous.map(|number| PreviousBag {
                number: number.into(),
                state: BagState::Intact,
            }),
            safe: "SAFE-A".into(),
            shelf: None,
        });
        statement.key = Some(KeyPart {
            aaguid: key::aaguid(),
            credential_id: Some(key.id()),
            firmware: Some(Claim {
                basis: Basis::Getinfo,
                value: "5.7.4".into(),
            }),
            label: label.into(),
            method_id: Some("method".into()),
            pin: PinPart {
                always_uv: None,
                changed: None,
                force_change: None,
                min_length: Some(6),
                retries: Some(8),
                set: true,
                uv_retries: None,
            },
            public_key: Some(PublicKeyPart {
                basis: Basis::Registration,
                cose: key.cose(),
            }),
            rp_id: Some(key::rp_id()),
            serial: None,
            slots: Slots::default(),
        });
        statement.nonces = vec![NoncePart {
            reference: "w-1".into(),
            value: Bytes(vec![0x5a; 16]),
        }];
        statement
    }

    pub(super) fn registration(&mut self, key: &mut SoftKey, label: &str, bag: &str) -> Prepared {
        let registration = key.register();
        let statement = self.at_the_safe(Event::Registration, key, label, bag, None);
        let evidence = Evidence {
            presence: Some(key.presence(&tenant(), &statement)),
            registration: Some(registration),
            ..Evidence::default()
        };
        self.prepare(statement, evidence)
    }

    pub(super) fn verification(
        &mut self,
        key: &mut SoftKey,
        label: &str,
        bag: &str,
        previous: &str,
    ) -> Prepared {
        let mut statement = self.at_the_safe(Event::Verification, key, label, bag, Some(previous));
        statement.level = Some(Level::L1);
        let evidence = Evidence {
            presence: Some(key.presence(&tenant(), &statement)),
            ..Evidence::default()
        };
        self.prepare(statement, evidence)
    }

    pub(super) fn append(&mut self, prepared: &Prepared) {
        let origin = self.origin();
        write(&mut self.store, &origin, prepared).unwrap();
    }

    pub(super) fn audit(&self) -> AuditReport {
        audit_of(&self.store)
    }
}

/// Every write of an event, in order; run again, it finishes.
pub(super) fn write(
    store: &mut dyn LedgerStore,
    origin: &Origin,
    prepared: &Prepared,
) -> Result<(), LedgerError> {
    let index = prepared.index;
    let bytes = prepared.record.bytes().unwrap();
    let signers = &prepared.record.statement.expected_signers;
    let sign_all = |namespace, message: &[u8]| -> Vec<(String, Vec<u8>)> {
        signers
            .iter()
            .map(|name| (name.clone(), sign(name, namespace, message)))
            .collect()
    };
    let mut ledger = Ledger::new(store);
    if index == 0 {
        ledger.begin(origin)?;
    }
    let signed = sign_all(Namespace::Record, &bytes);
    ledger.append(index, &bytes, &borrowed(&signed))?;
    if let Some(roster) = &prepared.roster {
        let signed = sign_all(Namespace::Roster, roster);
        ledger.write_roster(index, roster, &borrowed(&signed))?;
    }
    let text = ledger.head_of(index + 1)?.text();
    let signature = sign(&signers[0], Namespace::Checkpoint, text.as_bytes());
    ledger.write_checkpoint(index + 1, &[(&signers[0], &signature)])?;
    Ok(())
}

fn borrowed(signatures: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    signatures
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect()
}

/// The trust file of an auditor who knows this book and this model.
pub(super) fn trust_in(store: &MemoryStore) -> Trust {
    Trust {
        genesis: store
            .files()
            .get("records/000000/record.json")
            .map(|bytes| Digest::of(bytes)),
        anchors: vec![TrustedAnchor {
            aaguid: key::aaguid(),
            der: key::certificate(),
        }],
        ..Trust::default()
    }
}

pub(super) fn audit_with(store: &SharedStore<'_>, trust: &Trust) -> AuditReport {
    let outside = Outside {
        trust,
        heads: &[],
        as_of: time("2026-01-20T00:00:00Z"),
    };
    audit::audit(store, &outside, &mut InOrder).unwrap()
}

pub(super) fn audit_of(store: &MemoryStore) -> AuditReport {
    audit_with(store, &trust_in(store))
}

/// A store whose power fails after some writes.
pub(super) struct Failing<'a> {
    pub(super) store: &'a mut MemoryStore,
    pub(super) writes_left: usize,
}

impl LedgerStore for Failing<'_> {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, crate::ledger::StoreError> {
        self.store.read(name)
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, crate::ledger::StoreError> {
        self.store.list(prefix)
    }

    fn create(&mut self, name: &str, bytes: &[u8]) -> Result<Created, crate::ledger::StoreError> {
        if self.writes_left == 0 {
            let name = name.to_owned();
            return Err(crate::ledger::StoreError::Full { name });
        }
        let created = self.store.create(name, bytes)?;
        if created == Created::Created {
            self.writes_left -= 1;
        }
        Ok(created)
    }
}
