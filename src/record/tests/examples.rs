//! One full record of every event: a small ledger from genesis to a retirement. The document shows
//! them, so they are made of what stays equal from run to run.
//!
//! Past 400 lines: one ledger, each record of which builds on those before.

use super::example_key::*;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::plan::Policy;
use crate::plan::Role;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::primitives::bytes::Bytes;
use crate::record::*;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair;

/// Every event, in the order of its variants and of the example ledger.
pub(super) const EVENTS: [Event; 12] = [
    Event::Genesis,
    Event::Registration,
    Event::Verification,
    Event::Custody,
    Event::Retirement,
    Event::Loss,
    Event::Exception,
    Event::Amendment,
    Event::People,
    Event::Policy,
    Event::Acceptance,
    Event::Training,
];

/// One record an event and a registration at a portal, each citing the head before it.
pub(super) fn all() -> Vec<CeremonyRecord> {
    let mut book = Book { files: Vec::new() };
    let mut all: Vec<CeremonyRecord> = EVENTS.into_iter().map(|event| book.add(event)).collect();
    all.push(book.at_a_portal());
    all
}

struct Book {
    files: Vec<Vec<u8>>,
}

impl Book {
    fn add(&mut self, event: Event) -> CeremonyRecord {
        let mut statement = self.bare(event);
        self.describe(&mut statement);
        let evidence = match event {
            Event::Registration => Evidence {
                presence: Some(presence(&statement)),
                registration: Some(registration()),
                ..Evidence::default()
            },
            Event::Verification => Evidence {
                attest: Some(attest(&statement)),
                presence: Some(presence(&statement)),
                probe: Some(probe()),
                ..Evidence::default()
            },
            Event::Retirement => Evidence {
                presence: Some(presence(&statement)),
                ..Evidence::default()
            },
            Event::Genesis
            | Event::Custody
            | Event::Loss
            | Event::Exception
            | Event::Amendment
            | Event::People
            | Event::Policy
            | Event::Acceptance
            | Event::Training => Evidence::default(),
        };
        let record = CeremonyRecord {
            evidence,
            statement,
        };
        self.files.push(record.bytes().unwrap());
        record
    }

    /// A key that was registered at a portal, in the place of another.
    fn at_a_portal(&mut self) -> CeremonyRecord {
        let mut statement = self.bare(Event::Registration);
        at_the_safe(&mut statement, None);
        if let Some(custody) = &mut statement.custody {
            custody.bag = "A1234570".into();
        }
        statement.key = Some(KeyPart {
            label: "BG1-C".into(),
            public_key: Some(PublicKeyPart {
                basis: Basis::Listed,
                cose: cose(),
            }),
            ..key()
        });
        statement.portal = Some(PortalPart {
            attested: true,
            certificates: Thumbprint::parse("dbe793efdf1945e2df25d93653a1e8a3268a9075")
                .into_iter()
                .collect(),
            enforced: true,
            pass: Some(PassPart {
                gone: time("2026-12-04T16:09:31Z"),
                made: time("2026-12-04T16:01:12Z"),
            }),
        });
        statement.replaces = Some(UnseenKey {
            label: "BG1-B".into(),
            record: 4,
        });
        let record = CeremonyRecord {
            evidence: Evidence {
                attest: Some(attest(&statement)),
                presence: Some(presence(&statement)),
                ..Evidence::default()
            },
            statement,
        };
        self.files.push(record.bytes().unwrap());
        record
    }

    /// The members that every event has.
    fn bare(&self, event: Event) -> Statement {
        let index = self.files.len();
        let days = i64::try_from(index).unwrap();
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
                plan_sha256: Digest::of(b"glasskey.toml"),
                policy_sha256: Digest::of(
                    &crate::primitives::json::encode(&Policy::default()).unwrap(),
                ),
                request_ids: Vec::new(),
                roster_sha256: Digest::of(roster(&["op-7", "w-1"]).text().as_bytes()),
                script_sha256: None,
            },
            key: None,
            ledger: LedgerHead {
                origin: format!("glasskey:{}/contoso-emergency-access", tenant()),
                root: root(&self.leaves()),
                size: index.try_into().unwrap(),
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
            record_id: Guid::parse(&format!("00000000-0000-4000-8000-{index:012x}")).unwrap(),
            reference: None,
            rehearsal: false,
            replaces: None,
            retirement: None,
            review: None,
            schema: Statement::SCHEMA.into(),
            sealed: self.sealed(),
            sign_in: None,
            tenant_id: tenant(),
            time: TimePart {
                source: TimeSource::HostClock,
                started: time("2026-11-22T15:58:07Z").plus_days(days),
            },
            tool: Tool {
                name: "glasskey".into(),
                version: "0.1.0".into(),
            },
            training: None,
            unseen_key: None,
        }
    }

    /// The members that this event has.
    fn describe(&self, statement: &mut Statement) {
        match statement.event {
            Event::Genesis => {
                statement.anchors = vec![Digest::of(b"an anchor's DER")];
                statement.people = people(&["op-7", "w-1"]);
                statement.people_sha256 = Some(Digest::of(b"salt and names"));
                statement.policy = Some(Policy::default());
            }
            Event::Registration => at_the_safe(statement, None),
            Event::Verification => {
                at_the_safe(statement, Some(("A1234567", BagState::Intact)));
                if let Some(key) = &mut statement.key {
                    key.pin.changed = Some(true);
                }
                statement.level = Some(Level::L2);
                statement.sign_in = Some(SignInPart {
                    alert: Some(AlertPart {
                        id: "INC-20931".into(),
                        seen_by: "w-1".into(),
                    }),
                    at: time("2026-11-24T16:10:44Z"),
                    id: Guid([0x5a; 16]),
                });
                statement.checklist = vec![ChecklistPart {
                    done: false,
                    item: "safe-combinations".into(),
                    text: "nobody left since the last verification".into(),
                }];
                statement.inputs.observer_sha256 = Some(Digest::of(b"a second check"));
            }
            Event::Custody => {
                statement.account = Some(account());
                statement.opening = Some(OpeningPart {
                    at: time("2026-11-25T03:12:00Z"),
                    bag: previous(Some(("A1234569", BagState::Intact))),
                    opened_by: vec!["cu-2".into()],
                    reason: OpeningReason::Incident,
                    text: Some("a policy locked everyone out".into()),
                });
                statement.unseen_key = Some(unseen());
            }
            Event::Retirement => {
                statement.account = Some(account());
                // Another key of the account: this one is lost in the next example.
                statement.key = Some(KeyPart {
                    label: "BG1-B".into(),
                    ..key()
                });
                statement.nonces = nonces();
                statement.retirement = Some(RetirementPart {
                    end: KeyEnd::Reset,
                    revoked: time("2026-11-26T16:02:31Z"),
                });
            }
            Event::Loss => lost(statement),
            Event::Exception => {
                statement.exceptions = vec![Exception {
                    step: "4.2".into(),
                    text: "the bag tore while it was closed; a new one was used".into(),
                }];
            }
            Event::Amendment => {
                statement.amendment = Some(AmendmentPart {
                    record: 3,
                    sha256: Digest::of(&self.files[3]),
                    text: "the shelf is 2; it was left out".into(),
                });
            }
            Event::People => {
                let refs = ["op-7", "w-1", "w-2"];
                statement.people = people(&refs);
                statement.people_sha256 = Some(Digest::of(b"new salt and names"));
                statement.inputs.roster_sha256 = Digest::of(roster(&refs).text().as_bytes());
            }
            Event::Policy => {
                let policy = Policy {
                    verify_every_days: 60,
                    ..Policy::default()
                };
                statement.policy = Some(policy);
            }
            Event::Acceptance => {
                statement.acceptance = Some(AcceptancePart {
                    check: Check::SitePair,
                    reason: Some("the second site opens in March".into()),
                    subject: Subject::account("BG-1"),
                    until: time("2027-03-31T23:59:59Z"),
                });
                statement.reference = Some("CHG-1042".into());
            }
            Event::Training => {
                statement.training = Some(TrainingPart {
                    head: LedgerHead {
                        origin: "rehearsal.glasskey.invalid/contoso".into(),
                        root: Digest::of(b"a rehearsal"),
                        size: 5,
                    },
                    people: vec!["op-7".into(), "w-1".into()],
                });
            }
        }
    }

    /// Leaves as the ledger hashes them (RFC 6962 §2.1 over the digest of each file).
    fn leaves(&self) -> Vec<Digest> {
        self.files
            .iter()
            .map(|file| Digest::of_parts(&[&[0], &Digest::of(file).0]))
            .collect()
    }

    /// Digests of the newest record's signature files, sorted.
    fn sealed(&self) -> Vec<Digest> {
        let mut digests: Vec<Digest> = self
            .files
            .last()
            .into_iter()
            .flat_map(|file| [7, 1].map(|seed| Digest::of(&sign(seed, file))))
            .collect();
        digests.sort();
        digests
    }
}

fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(b""),
        [one] => *one,
        [..] => {
            let left = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(left);
            Digest::of_parts(&[&[1], &root(left).0, &root(right).0])
        }
    }
}

/// A key that is lost.
fn lost(statement: &mut Statement) {
    statement.account = Some(account());
    statement.loss = Some(LossPart {
        discovered: time("2026-11-27T07:30:00Z"),
        hunt: Some(HuntPart {
            from: time("2026-11-24T15:58:07Z"),
            outcome: "the sign-in of the incident in record 000003, and no other".into(),
            sign_ins: 1,
            until: time("2026-11-27T07:44:10Z"),
        }),
        revoked: Some(time("2026-11-27T07:41:22Z")),
    });
    statement.review = Some(ReviewPart {
        record: 3,
        text: "a policy that locked everyone out was switched off; INC-20931".into(),
    });
    statement.unseen_key = Some(unseen());
}

/// What registration and verification have in common.
fn at_the_safe(statement: &mut Statement, bag: Option<(&str, BagState)>) {
    statement.account = Some(account());
    statement.key = Some(key());
    statement.nonces = nonces();
    statement.custody = Some(Custody {
        bag: if bag.is_some() {
            "A1234569"
        } else {
            "A1234567"
        }
        .into(),
        previous_bag: previous(bag),
        safe: "SAFE-A".into(),
        shelf: Some("2".into()),
    });
    statement.exceptions = vec![Exception {
        step: "3.1".into(),
        text: "the door was opened by cu-2 in place of cu-3".into(),
    }];
    statement.findings = vec![
        Finding::new(
            Check::AaguidAllowed,
            Verdict::Pass,
            Subject::key("BG1-A"),
            "allowed by profile \"Emergency access\"",
        ),
        Finding::new(
            Check::PinRetries,
            Verdict::Warn,
            Subject::key("BG1-A"),
            "7 of 8 tries left",
        )
        .fix("enter the PIN once correctly"),
    ];
    statement.inputs.graph_date = Some(statement.time.started.plus_seconds(40));
    statement.inputs.mds = Some(MdsInput {
        no: 291,
        sha256: Digest::of(b"blob.jwt"),
    });
    statement.inputs.request_ids = vec![Guid([0x5a; 16])];
    statement.inputs.script_sha256 = Some(Digest::of(b"the printed script"));
    statement.pin_envelope = Some(PinEnvelopePart {
        held_by: vec!["cu-2".into(), "cu-3".into()],
        number: "P-0007".into(),
    });
    statement.reference = Some("CHG-1041".into());
}

fn time(text: &str) -> UtcTime {
    UtcTime::parse(text).unwrap()
}

fn account() -> AccountPart {
    AccountPart {
        alias: "BG-1".into(),
        object_id: Guid::parse("7b1e5c2d-90aa-4f3b-b6c4-2e8d7f6a5b41").unwrap(),
    }
}

fn previous(bag: Option<(&str, BagState)>) -> Option<PreviousBag> {
    bag.map(|(number, state)| PreviousBag {
        number: number.into(),
        state,
    })
}

fn unseen() -> UnseenKey {
    UnseenKey {
        label: "BG1-A".into(),
        record: 2,
    }
}

fn nonces() -> Vec<NoncePart> {
    vec![NoncePart {
        reference: "w-1".into(),
        value: Bytes(vec![0x1d; 16]),
    }]
}

fn people(refs: &[&str]) -> Vec<PersonPart> {
    let roles = |reference: &str| match reference {
        "op-7" => vec![Role::Operator, Role::SafeController],
        _ => vec![Role::Witness],
    };
    refs.iter()
        .map(|reference| PersonPart {
            reference: (*reference).into(),
            roles: roles(reference),
        })
        .collect()
}

fn roster(refs: &[&str]) -> Roster {
    let entry = |(index, reference): (usize, &&str)| RosterEntry {
        reference: (*reference).into(),
        namespaces: vec![Namespace::Record, Namespace::Checkpoint, Namespace::Roster],
        valid_after: Some(time("2026-11-22T00:00:00Z")),
        valid_before: None,
        key: person([7, 1, 2][index]).1,
    };
    Roster::new(refs.iter().enumerate().map(entry).collect()).unwrap()
}

fn person(seed: u8) -> (Ed25519KeyPair, SshPublicKey) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
    let public = pair.public_key().as_ref().try_into().unwrap();
    (pair, SshPublicKey::ed25519(public))
}

fn sign(seed: u8, file: &[u8]) -> Vec<u8> {
    let (pair, key) = person(seed);
    let data = SshSignature::signed_bytes(Namespace::Record, SshHash::Sha512, file);
    let raw = RawSignature::Ed25519(pair.sign(&data).as_ref().try_into().unwrap());
    SshSignature::new(key, Namespace::Record, raw)
        .unwrap()
        .armour()
}

fn key() -> KeyPart {
    let claim = |basis, value: &str| Claim {
        basis,
        value: value.into(),
    };
    KeyPart {
        aaguid: aaguid(),
        credential_id: Some(credential_id()),
        firmware: Some(claim(Basis::Getinfo, "5.7.4")),
        label: "BG1-A".into(),
        method_id: Some("AQIDBAUGBwgJCgsMDQ4PEA2".into()),
        pin: PinPart {
            always_uv: Some(false),
            changed: None,
            force_change: Some(false),
            min_length: Some(6),
            retries: Some(7),
            set: true,
            uv_retries: Some(3),
        },
        public_key: Some(PublicKeyPart {
            basis: Basis::Registration,
            cose: cose(),
        }),
        rp_id: Some(rp_id()),
        serial: Some(claim(Basis::Engraved, "31415926")),
        slots: Slots {
            left: Some(99),
            used: Some(1),
        },
    }
}
