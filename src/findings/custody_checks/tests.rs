use super::*;
use crate::facts::custody::SignerFacts;

fn time(text: &str) -> UtcTime {
    UtcTime::parse(text).unwrap()
}

fn signer(reference: &str, role: Role) -> SignerFacts {
    SignerFacts {
        reference: reference.into(),
        roles: vec![role],
        key: Some(format!("SHA256:{reference}")),
        gave_nonce: true,
    }
}

fn facts() -> CustodyFacts {
    CustodyFacts {
        record: 3,
        signers: vec![signer("op-7", Role::Operator), signer("w-1", Role::Witness)],
        nonces_needed: true,
        witnesses_needed: 1,
        bag: Some(BagFacts {
            label: "BG1-A".into(),
            bag: Some("T-2".into()),
            used_by: None,
            came_out_of: Some(("T-1".into(), BagFound::Intact)),
            last_recorded: Some(("T-1".into(), 1)),
        }),
        started: time("2026-03-02T10:00:00Z"),
        started_before: Some(time("2026-03-01T10:00:00Z")),
        started_cited: Some(time("2026-03-01T10:00:00Z")),
    }
}

fn judge(facts: &CustodyFacts) -> Vec<Finding> {
    custody(facts, &Policy::default(), time("2026-03-03T00:00:00Z"))
}

fn failed(facts: &CustodyFacts) -> Vec<(Check, String)> {
    judge(facts)
        .into_iter()
        .filter(|finding| finding.verdict == Verdict::Fail)
        .map(|finding| (finding.check, finding.detail))
        .collect()
}

#[test]
fn a_good_record_passes_every_check() {
    for finding in judge(&facts()) {
        assert_eq!(finding.verdict, Verdict::Pass, "{finding:?}");
    }
}

#[test]
fn witness_count_fails_and_names_the_command() {
    let mut facts = facts();
    facts.signers[1].key = None;
    let found = judge(&facts);
    assert_eq!(found[0].check, Check::WitnessCount);
    assert_eq!(found[0].verdict, Verdict::Fail);
    assert_eq!(found[0].detail, "0 of 1");
    assert_eq!(found[0].fix.as_deref(), Some("glasskey sign 000003"));
}

#[test]
fn a_reviewer_and_a_witness_without_a_nonce_do_not_count() {
    let mut reviewed = facts();
    reviewed.signers[1].roles = vec![Role::Reviewer];
    assert_eq!(reviewed.witnesses(), 0);
    let mut late = facts();
    late.signers[1].gave_nonce = false;
    assert_eq!(late.witnesses(), 0);
    late.nonces_needed = false;
    assert_eq!(late.witnesses(), 1);
}

#[test]
fn role_separation_fails_on_one_key_for_two_people() {
    let mut facts = facts();
    facts.signers[1].key = facts.signers[0].key.clone();
    assert_eq!(
        failed(&facts),
        [
            (Check::WitnessCount, "0 of 1".to_owned()),
            (
                Check::RoleSeparation,
                "op-7 and w-1 sign with one key".to_owned()
            ),
        ]
    );
}

#[test]
fn role_separation_fails_outside_of_a_role() {
    let mut facts = facts();
    facts.signers[0].roles = vec![Role::Witness];
    assert_eq!(
        failed(&facts),
        [(Check::RoleSeparation, "op-7 is no operator".to_owned())]
    );
}

#[test]
fn time_order_fails_before_the_cited_and_warns_on_overlap() {
    let mut facts = facts();
    facts.started = time("2026-02-28T10:00:00Z");
    assert_eq!(failed(&facts)[0].0, Check::TimeOrder);
    facts.started_cited = Some(time("2026-02-01T10:00:00Z"));
    let found = judge(&facts);
    assert_eq!(found[2].check, Check::TimeOrder);
    assert_eq!(found[2].verdict, Verdict::Warn);
}

#[test]
fn time_order_fails_in_the_future() {
    let mut facts = facts();
    facts.started = time("2026-03-03T00:02:01Z");
    assert_eq!(failed(&facts)[0].0, Check::TimeOrder);
    facts.started = time("2026-03-03T00:02:00Z");
    assert_eq!(failed(&facts), []);
}

#[test]
fn bag_unique_fails() {
    let mut facts = facts();
    facts.bag.as_mut().unwrap().used_by = Some(2);
    assert_eq!(
        failed(&facts),
        [(Check::BagUnique, "T-2 was used by record 000002".to_owned())]
    );
}

#[test]
fn bag_continuity_fails() {
    for (last, out) in [
        (None, Some(("T-1", BagFound::Intact))),
        (Some("T-1"), None),
        (Some("T-1"), Some(("T-9", BagFound::Intact))),
        (Some("T-1"), Some(("T-1", BagFound::Broken))),
        (Some("T-1"), Some(("T-1", BagFound::Missing))),
    ] {
        let mut facts = facts();
        let bag = facts.bag.as_mut().unwrap();
        bag.last_recorded = last.map(|number| (number.to_owned(), 1));
        bag.came_out_of = out.map(|(number, found)| (number.to_owned(), found));
        assert_eq!(failed(&facts).len(), 1);
        assert_eq!(failed(&facts)[0].0, Check::BagContinuity);
    }
}
