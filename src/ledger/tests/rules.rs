//! Statements that everybody signed and that break a rule.
//!
//! Past 400 lines: a test a rule, all on one book.

use super::book::Book;
use super::book::Prepared;
use super::book::audit_of;
use super::book::people;
use super::book::tenant;
use super::book::time;
use super::key::SoftKey;
use crate::findings::Check;
use crate::findings::Verdict;
use crate::ledger::audit::Fault;
use crate::ledger::audit::Rule;
use crate::ledger::audit::Standing;
use crate::ledger::audit::offences;
use crate::plan::Policy;
use crate::plan::Role;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::primitives::json;
use crate::record::*;

type Change = Box<dyn Fn(&mut Statement)>;

fn rule(fault: Fault) -> Option<Rule> {
    if let Fault::Rule(rule) = fault {
        Some(rule)
    } else {
        None
    }
}

/// The rules that a registration breaks after `change` had its way; the key signs what came of it.
fn broken_by(change: impl Fn(&mut Statement)) -> Vec<Rule> {
    let mut book = Book::new();
    let genesis = book.genesis();
    book.append(&genesis);
    let mut key = SoftKey::new(0x21);
    let mut registration = book.registration(&mut key, "BG1-A", "T-0001");
    let record = &mut registration.record;
    change(&mut record.statement);
    record.evidence.presence = Some(key.presence(&tenant(), &record.statement));
    book.append(&registration);
    let report = book.audit();
    report
        .faults
        .into_iter()
        .filter(|fault| fault.file == "records/000001/record.json")
        .map(|fault| rule(fault.fault).unwrap())
        .collect()
}

#[test]
fn each_rule_is_broken_alone() {
    let other = Digest::of(b"another");
    let cases: Vec<(Rule, Change)> = vec![
        (
            Rule::MemberMissing("account"),
            Box::new(|statement| statement.account = None),
        ),
        (
            Rule::MemberMissing("custody"),
            Box::new(|statement| statement.custody = None),
        ),
        (
            Rule::MemberMissing("key.rp_id"),
            Box::new(|statement| statement.key.as_mut().unwrap().rp_id = None),
        ),
        (
            Rule::MemberUnexpected("level"),
            Box::new(|statement| statement.level = Some(Level::L1)),
        ),
        (
            Rule::MemberUnexpected("policy"),
            Box::new(|statement| statement.policy = Some(Policy::default())),
        ),
        (
            Rule::Origin,
            Box::new(|statement| statement.ledger.origin.push('x')),
        ),
        (
            Rule::Rehearsal { record: true },
            Box::new(|statement| statement.rehearsal = true),
        ),
        (
            Rule::RecordId { first: 0 },
            Box::new(|statement| {
                statement.record_id =
                    Guid(Digest::of(&0_u64.to_be_bytes()).0[..16].try_into().unwrap());
            }),
        ),
        (
            Rule::HeadSize { size: 2 },
            Box::new(|statement| statement.ledger.size = 2),
        ),
        (
            Rule::HeadSize { size: 0 },
            Box::new(|statement| {
                statement.ledger.size = 0;
                statement.ledger.root = Digest::of(&[]);
            }),
        ),
        (
            Rule::HeadRoot { size: 1 },
            Box::new(move |statement| statement.ledger.root = other),
        ),
        (
            Rule::SealedOrder,
            Box::new(|statement| statement.sealed.reverse()),
        ),
        (
            Rule::PolicyInput,
            Box::new(move |statement| statement.inputs.policy_sha256 = other),
        ),
        (
            Rule::RosterInput,
            Box::new(move |statement| statement.inputs.roster_sha256 = other),
        ),
        (
            Rule::Nonce {
                reference: "op-9".into(),
            },
            Box::new(|statement| {
                statement.nonces.push(NoncePart {
                    reference: "op-9".into(),
                    value: statement.nonces[0].value.clone(),
                });
            }),
        ),
        (
            Rule::Quorum { have: 0, need: 1 },
            Box::new(|statement| statement.nonces.clear()),
        ),
        (
            Rule::Quorum { have: 0, need: 1 },
            Box::new(|statement| statement.expected_signers.truncate(1)),
        ),
    ];
    for (expected, change) in cases {
        let broken = broken_by(change);
        if expected == (Rule::Quorum { have: 0, need: 1 }) {
            assert!(broken.contains(&expected), "{broken:?}");
        } else {
            assert_eq!(broken, [expected]);
        }
    }
}

#[test]
fn signers_in_the_wrong_order_break_their_roles() {
    let broken = broken_by(|statement| statement.expected_signers.reverse());
    assert_eq!(
        broken,
        [
            Rule::RoleNotHeld {
                reference: "w-1".into(),
                role: Role::Operator
            },
            Rule::RoleNotHeld {
                reference: "op-7".into(),
                role: Role::Witness
            },
            Rule::Quorum { have: 0, need: 1 },
        ]
    );
}

#[test]
fn a_digest_sealed_twice_or_never_there_is_missed() {
    let mut book = Book::of_two();
    let again = book.bare(Event::Exception);
    let first = audit_seal(&mut book, again, |sealed| {
        sealed.push(Digest::of(b"nowhere"));
    });
    assert_eq!(first, [Rule::SealedNotThere(Digest::of(b"nowhere"))]);
}

/// The rules that a note breaks whose `sealed` was changed.
fn audit_seal(
    book: &mut Book,
    mut statement: Statement,
    change: impl Fn(&mut Vec<Digest>),
) -> Vec<Rule> {
    change(&mut statement.sealed);
    statement.sealed.sort_unstable();
    let prepared = book.prepare(statement, Evidence::default());
    book.append(&prepared);
    book.audit()
        .faults
        .into_iter()
        .filter_map(|fault| rule(fault.fault))
        .collect()
}

#[test]
fn a_signature_that_one_statement_sealed_is_not_sealed_again() {
    let mut book = Book::of_two();
    let sealed = Digest::of(&book.store.files()["records/000000/op-7.sig"]);
    let statement = book.bare(Event::Exception);
    let broken = audit_seal(&mut book, statement, |list| list.push(sealed));
    assert_eq!(broken, [Rule::SealedNotThere(sealed)]);
}

#[test]
fn genesis_stands_at_the_beginning_and_nowhere_else() {
    let mut book = Book::new();
    let mut note = book.bare(Event::Exception);
    note.reference = Some("CHG-1".into());
    let prepared = book.prepare(note, Evidence::default());
    book.append(&prepared);
    let first = book
        .audit()
        .faults
        .into_iter()
        .find_map(|fault| rule(fault.fault));
    assert_eq!(first, Some(Rule::GenesisPlace(Event::Exception)));

    let mut book = Book::of_two();
    let mut second = book.genesis();
    second.roster = Some(super::book::roster(&["op-7", "w-1"]));
    book.append(&second);
    let fault = &book.audit().faults[0];
    assert_eq!(fault.file, "records/000002/record.json");
    assert_eq!(fault.fault, Fault::Rule(Rule::GenesisPlace(Event::Genesis)));
}

#[test]
fn a_rehearsal_book_is_judged_as_of_its_last_record() {
    let mut book = Book::new();
    book.rehearsal = true;
    let genesis = book.genesis();
    book.append(&genesis);
    let registration = book.registration(&mut SoftKey::new(1), "BG1-A", "T-1");
    book.append(&registration);
    let report = book.audit();
    assert!(report.rehearsal);
    assert_eq!(report.judged_as_of, time("2026-01-02T12:00:00Z"));
    assert_eq!(report.standing(), Standing::Clean, "{report:#?}");
}

#[test]
fn a_real_record_in_a_rehearsal_book_is_refused() {
    let mut book = Book::new();
    book.rehearsal = true;
    let genesis = book.genesis();
    book.append(&genesis);
    let mut note = book.bare(Event::Exception);
    note.rehearsal = false;
    let prepared = book.prepare(note, Evidence::default());
    book.append(&prepared);
    assert_eq!(
        book.audit().faults[0].fault,
        Fault::Rule(Rule::Rehearsal { record: false })
    );
}

#[test]
fn a_new_policy_and_new_people_count_from_the_next_record_on() {
    let mut book = Book::of_two();
    let policy = Policy {
        verify_every_days: 5,
        ..Policy::default()
    };
    let mut statement = book.bare(Event::Policy);
    statement.policy = Some(policy.clone());
    let prepared = book.prepare(statement, Evidence::default());
    book.append(&prepared);
    let roster = super::book::roster(&["op-7", "w-1", "w-2"]);
    let mut statement = book.bare(Event::People);
    assert_eq!(
        statement.inputs.policy_sha256,
        Digest::of(&json::encode(&policy).unwrap())
    );
    statement.people = people(&["op-7", "w-1", "w-2"]);
    statement.inputs.roster_sha256 = Digest::of(&roster);
    let mut prepared = book.prepare(statement, Evidence::default());
    prepared.roster = Some(roster);
    book.append(&prepared);
    let mut statement = book.bare(Event::Exception);
    statement.expected_signers = vec!["op-7".into(), "w-2".into()];
    let prepared = book.prepare(statement, Evidence::default());
    book.append(&prepared);
    let report = book.audit();
    assert_eq!(report.faults, []);
    // Registered on 2 January, due after 5 days, judged on the 20th.
    let due = report
        .findings
        .iter()
        .find(|finding| finding.check == Check::Due);
    assert_eq!(due.map(|finding| finding.verdict), Some(Verdict::Fail));
    assert_eq!(report.standing(), Standing::Open);
}

#[test]
fn people_without_roles_on_the_roster_break_a_rule() {
    let mut book = Book::new();
    let mut genesis = book.genesis();
    genesis.roster = Some(super::book::roster(&["op-7", "w-1", "w-2"]));
    genesis.record.statement.inputs.roster_sha256 = Digest::of(genesis.roster.as_ref().unwrap());
    book.append(&genesis);
    assert_eq!(
        book.audit().faults[0].fault,
        Fault::Rule(Rule::People {
            reference: "w-2".into()
        })
    );
}

#[test]
fn a_verification_is_compared_with_the_registration() {
    let mut book = Book::of_two();
    let mut key = SoftKey::new(0x21);
    key.counter = 5;
    let verification = book.verification(&mut key, "BG1-A", "T-0002", "T-0001");
    book.append(&verification);
    assert_eq!(book.audit().standing(), Standing::Clean);
    let mut other = SoftKey::new(0x22);
    let verification = book.verification(&mut other, "BG1-A", "T-0003", "T-0002");
    book.append(&verification);
    let report = audit_of(&book.store);
    let failed: Vec<(Check, String)> = report
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail)
        .map(|finding| (finding.check, finding.detail.clone()))
        .collect();
    assert_eq!(
        failed[0],
        (
            Check::CredMatch,
            "credential id, public key not as registered in record 000001".to_owned()
        )
    );
}

#[test]
fn a_bag_that_stayed_closed_keeps_its_number_and_no_other_does() {
    let mut book = Book::of_two();
    let mut moved = book.bare(Event::Custody);
    moved.account = Some(AccountPart {
        alias: "BG-1".into(),
        object_id: Guid([0xb1; 16]),
    });
    moved.unseen_key = Some(UnseenKey {
        label: "BG1-A".into(),
        record: 1,
    });
    moved.custody = Some(Custody {
        bag: "T-0001".into(),
        previous_bag: Some(PreviousBag {
            number: "T-0001".into(),
            state: BagState::Intact,
        }),
        safe: "SAFE-B".into(),
        shelf: None,
    });
    let prepared = book.prepare(moved, Evidence::default());
    book.append(&prepared);
    assert_eq!(book.audit().standing(), Standing::Clean);
    let mut key = SoftKey::new(0x23);
    let registration = book.registration(&mut key, "BG1-B", "T-0001");
    book.append(&registration);
    let failed: Vec<Check> = book
        .audit()
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail)
        .map(|finding| finding.check)
        .collect();
    assert_eq!(failed, [Check::BagUnique]);
}

#[test]
fn every_documented_example_has_the_members_of_its_event() {
    let document = include_str!("../../../docs/formats/record.md");
    let examples: Vec<CeremonyRecord> = document
        .lines()
        .filter(|line| line.starts_with("{\"evidence\""))
        .map(|line| CeremonyRecord::parse(line.as_bytes()).unwrap())
        .collect();
    assert_eq!(examples.len(), 13);
    for record in examples {
        assert_eq!(offences(&record), [], "{:?}", record.statement.event);
    }
}

/// The rules of this kind that a book of two registrations breaks, after `change` to the second.
fn names_broken(change: impl FnOnce(&mut Book, &mut SoftKey) -> Prepared) -> Vec<(String, Fault)> {
    let mut book = Book::new();
    let genesis = book.genesis();
    book.append(&genesis);
    let mut key = SoftKey::new(1);
    let first = book.registration(&mut key, "BG1-A", "R26-0001");
    book.append(&first);
    let second = change(&mut book, &mut key);
    book.append(&second);
    book.audit()
        .faults
        .into_iter()
        .filter(|one| {
            matches!(
                one.fault,
                Fault::Rule(
                    Rule::CredentialUsed { .. }
                        | Rule::LabelReused { .. }
                        | Rule::AccountMoved { .. }
                )
            )
        })
        .map(|one| (one.file, one.fault))
        .collect()
}

#[test]
fn one_credential_under_two_labels_is_found() {
    let broken = names_broken(|book, key| book.registration(key, "BG1-B", "R26-0002"));
    assert_eq!(
        broken,
        [(
            "records/000002/record.json".to_owned(),
            Fault::Rule(Rule::CredentialUsed { first: 1 })
        )]
    );
    let broken =
        names_broken(|book, _| book.registration(&mut SoftKey::new(2), "BG1-B", "R26-0002"));
    assert_eq!(broken, []);
}

#[test]
fn a_label_on_another_key_and_an_alias_on_another_account_are_found() {
    let again = |edit: fn(&mut Statement)| {
        names_broken(|book, _| {
            let other = SoftKey::new(2);
            let mut statement =
                book.at_the_safe(Event::Registration, &other, "BG1-A", "R26-0002", None);
            edit(&mut statement);
            book.prepare(statement, Evidence::default())
        })
    };
    let record = "records/000002/record.json".to_owned();
    let model = again(|statement| {
        statement.key.as_mut().unwrap().aaguid = crate::webauthn::Aaguid::ZERO;
    });
    let reused = Fault::Rule(Rule::LabelReused { first: 1 });
    assert_eq!(model, [(record.clone(), reused)]);
    let moved = Fault::Rule(Rule::AccountMoved { first: 1 });
    let object_id = again(|statement| {
        statement.account.as_mut().unwrap().object_id = Guid([9; 16]);
    });
    assert_eq!(object_id, [(record.clone(), moved.clone())]);
    let alias = again(|statement| statement.account.as_mut().unwrap().alias.push('x'));
    assert_eq!(alias, [(record, moved)]);
}
