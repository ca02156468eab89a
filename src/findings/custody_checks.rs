//! `BAG-*` `WITNESS-COUNT` `ROLE-SEPARATION` `TIME-ORDER`: bags, people and time.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use crate::facts::custody::BagFacts;
use crate::facts::custody::BagFound;
use crate::facts::custody::CustodyFacts;
use crate::plan::Policy;
use crate::plan::Role;
use crate::primitives::UtcTime;

/// Every check of what a record says of bags, people and time. `as_of` is when the book is judged.
#[must_use]
pub fn custody(facts: &CustodyFacts, policy: &Policy, as_of: UtcTime) -> Vec<Finding> {
    let subject = Subject::record(facts.record);
    let mut findings = vec![
        witness_count(facts, &subject),
        role_separation(facts, &subject),
        time_order(facts, policy, as_of, &subject),
    ];
    if let Some(bag) = &facts.bag {
        findings.extend(bag_unique(bag, &subject));
        findings.push(bag_continuity(bag, &subject));
    }
    findings
}

/// `WITNESS-COUNT`
fn witness_count(facts: &CustodyFacts, subject: &Subject) -> Finding {
    let (have, need) = (facts.witnesses(), facts.witnesses_needed);
    let enough = u32::try_from(have).is_ok_and(|have| have >= need);
    let verdict = if enough { Verdict::Pass } else { Verdict::Fail };
    let finding = Finding::new(
        Check::WitnessCount,
        verdict,
        subject.clone(),
        format!("{have} of {need}"),
    );
    if enough {
        finding
    } else {
        finding.fix(format!("glasskey sign {:06}", facts.record))
    }
}

/// `ROLE-SEPARATION`: nobody signs twice, under two refs or with one key, and each in their role.
fn role_separation(facts: &CustodyFacts, subject: &Subject) -> Finding {
    let mut wrong = Vec::new();
    for (place, signer) in facts.signers.iter().enumerate() {
        let (role, word) = if place == 0 {
            (Role::Operator, "operator")
        } else {
            (Role::Witness, "witness")
        };
        if !signer.roles.contains(&role) {
            wrong.push(format!("{} is no {word}", signer.reference));
        }
        for earlier in facts.signers.iter().take(place) {
            if earlier.reference == signer.reference {
                wrong.push(format!("{} signs twice", signer.reference));
            } else if signer.key.is_some() && earlier.key == signer.key {
                wrong.push(format!(
                    "{} and {} sign with one key",
                    earlier.reference, signer.reference
                ));
            }
        }
    }
    let (verdict, detail) = if wrong.is_empty() {
        (Verdict::Pass, "each in one role, with one key".to_owned())
    } else {
        (Verdict::Fail, wrong.join("; "))
    };
    Finding::new(Check::RoleSeparation, verdict, subject.clone(), detail)
}

/// `TIME-ORDER`: a record is no older than the head it cites, and not from the future.
fn time_order(facts: &CustodyFacts, policy: &Policy, as_of: UtcTime, subject: &Subject) -> Finding {
    let started = facts.started;
    let latest = as_of.plus_seconds(i64::from(policy.time_skew_seconds));
    let (verdict, detail) = if started > latest {
        (Verdict::Fail, format!("{started} is after {as_of}"))
    } else if let Some(cited) = facts.started_cited.filter(|cited| started < *cited) {
        (
            Verdict::Fail,
            format!("{started} is before {cited}, of a record it cites"),
        )
    } else if let Some(before) = facts.started_before.filter(|before| started < *before) {
        (
            Verdict::Warn,
            format!("{started} is before {before}, of the record before it: ceremonies overlapped"),
        )
    } else {
        (Verdict::Pass, started.to_string())
    };
    Finding::new(Check::TimeOrder, verdict, subject.clone(), detail)
}

/// `BAG-UNIQUE`
fn bag_unique(bag: &BagFacts, subject: &Subject) -> Option<Finding> {
    let number = bag.bag.as_ref()?;
    let (verdict, detail) = match bag.used_by {
        None => (Verdict::Pass, number.clone()),
        Some(record) => (
            Verdict::Fail,
            format!("{number} was used by record {record:06}"),
        ),
    };
    let subject = subject.clone();
    Some(Finding::new(Check::BagUnique, verdict, subject, detail))
}

/// `BAG-CONTINUITY`
fn bag_continuity(bag: &BagFacts, subject: &Subject) -> Finding {
    let label = &bag.label;
    let (verdict, detail) = match (&bag.last_recorded, &bag.came_out_of) {
        (None, None) => (Verdict::Pass, format!("{label} was in no bag")),
        (None, Some((number, _))) => (
            Verdict::Fail,
            format!("{label} came out of {number}, which no record put it in"),
        ),
        (Some((last, record)), None) => (
            Verdict::Fail,
            format!(
                "{label} was last put in {last} by record {record:06}, and nothing is said of it"
            ),
        ),
        (Some((last, record)), Some((number, _))) if last != number => (
            Verdict::Fail,
            format!("{label} came out of {number}; record {record:06} put it in {last}"),
        ),
        (Some(_), Some((number, BagFound::Intact))) => {
            (Verdict::Pass, format!("{number}, found intact"))
        }
        (Some(_), Some((number, BagFound::Broken))) => {
            (Verdict::Fail, format!("{number}, found broken"))
        }
        (Some(_), Some((number, BagFound::Missing))) => {
            (Verdict::Fail, format!("{number}, found missing"))
        }
    };
    Finding::new(Check::BagContinuity, verdict, subject.clone(), detail)
}

#[cfg(test)]
mod tests;
