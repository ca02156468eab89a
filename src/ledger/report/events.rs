//! What happened in the period, a row each.

use super::Mark;
use super::Read;
use super::label_of;
use crate::findings::Check;
use crate::findings::Subject;
use crate::ledger::Signing;
use crate::primitives::UtcTime;
use crate::record::BagState;
use crate::record::Event;
use crate::record::OpeningReason;
use crate::record::Statement;
use serde::Serialize;

/// A record of the period, and who was to sign it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Approval {
    /// The record.
    #[serde(flatten)]
    pub mark: Mark,
    /// What happened.
    pub event: Event,
    /// In one sentence.
    pub happened: String,
    /// Everyone it expects, the operator first.
    pub expected: Vec<String>,
    /// Those of them whose signature is not there.
    pub missing: Vec<String>,
    /// Witnesses in that role who signed, and that the policy demands.
    pub witnesses: u32,
    /// Witnesses that the policy demands.
    pub witnesses_needed: u32,
    /// A change ticket; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// Where a ceremony left its script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExceptionRow {
    /// The record.
    #[serde(flatten)]
    pub mark: Mark,
    /// The step.
    pub step: String,
    /// What was done instead, and why.
    pub text: String,
}

/// A finding that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AcceptanceRow {
    /// The record.
    #[serde(flatten)]
    pub mark: Mark,
    /// The check.
    pub check: Check,
    /// What it was accepted of.
    pub subject: Subject,
    /// The last second of it.
    pub until: UtcTime,
    /// Why; absent where nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AmendmentRow {
    /// The record that corrects.
    #[serde(flatten)]
    pub mark: Mark,
    /// The record that is corrected.
    pub corrects: u64,
    /// What it should have said.
    pub text: String,
}

/// A training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrainingRow {
    /// The record.
    #[serde(flatten)]
    pub mark: Mark,
    /// Who was trained.
    pub people: Vec<String>,
    /// Records of the rehearsal that it was done with.
    pub rehearsed: u64,
}

/// A bag that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpeningRow {
    /// The record.
    #[serde(flatten)]
    pub mark: Mark,
    /// The key's label.
    pub key: String,
    /// When the bag was opened.
    pub opened: UtcTime,
    /// Why.
    pub reason: OpeningReason,
    /// The bag; absent where nobody looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bag: Option<String>,
    /// How it was found; absent where nobody looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<BagState>,
}

/// A loss.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LossRow {
    /// The record.
    #[serde(flatten)]
    pub mark: Mark,
    /// The key's label.
    pub key: String,
    /// When it was found to be gone.
    pub discovered: UtcTime,
    /// When the tenant was read back without its method; absent while it has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<UtcTime>,
}

/// A retirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RetirementRow {
    /// The record.
    #[serde(flatten)]
    pub mark: Mark,
    /// The key's label.
    pub key: String,
}

pub(super) fn approvals(read: &Read<'_>, signing: &[Signing]) -> Vec<Approval> {
    let row = |(mark, statement): (Mark, &Statement)| {
        let stands = signing.iter().find(|one| one.index == Some(mark.record));
        Approval {
            mark,
            event: statement.event,
            happened: statement.happened(),
            expected: statement.expected_signers.clone(),
            missing: stands
                .map(Signing::who_is_missing)
                .unwrap_or_default()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            witnesses: stands.map_or(0, |one| one.witnesses),
            witnesses_needed: stands.map_or(0, |one| one.witnesses_needed),
            reference: statement.reference.clone(),
        }
    };
    read.within().map(row).collect()
}

pub(super) fn exceptions(read: &Read<'_>) -> Vec<ExceptionRow> {
    let mut rows = Vec::new();
    for (mark, statement) in read.within() {
        rows.extend(statement.exceptions.iter().map(|one| ExceptionRow {
            mark,
            step: one.step.clone(),
            text: one.text.clone(),
        }));
    }
    rows
}

pub(super) fn acceptances(read: &Read<'_>) -> Vec<AcceptanceRow> {
    let row = |(mark, statement): (Mark, &Statement)| {
        let accepted = statement.acceptance.as_ref()?;
        Some(AcceptanceRow {
            mark,
            check: accepted.check,
            subject: accepted.subject.clone(),
            until: accepted.until,
            reason: accepted.reason.clone(),
        })
    };
    let from = read.period.from;
    let all = read.marked().filter_map(row);
    all.filter(|row| row.until >= from).collect()
}

pub(super) fn amendments(read: &Read<'_>) -> Vec<AmendmentRow> {
    let row = |(mark, statement): (Mark, &Statement)| {
        let amended = statement.amendment.as_ref()?;
        Some(AmendmentRow {
            mark,
            corrects: amended.record,
            text: amended.text.clone(),
        })
    };
    read.within().filter_map(row).collect()
}

pub(super) fn trainings(read: &Read<'_>) -> Vec<TrainingRow> {
    let row = |(mark, statement): (Mark, &Statement)| {
        let training = statement.training.as_ref()?;
        Some(TrainingRow {
            mark,
            people: training.people.clone(),
            rehearsed: training.head.size,
        })
    };
    read.within().filter_map(row).collect()
}

pub(super) fn openings(read: &Read<'_>) -> Vec<OpeningRow> {
    let row = |(mark, statement): (Mark, &Statement)| {
        let opening = statement.opening.as_ref()?;
        Some(OpeningRow {
            mark,
            key: label_of(statement).unwrap_or_default().to_owned(),
            opened: opening.at,
            reason: opening.reason,
            bag: opening.bag.as_ref().map(|bag| bag.number.clone()),
            found: opening.bag.as_ref().map(|bag| bag.state),
        })
    };
    let period = read.period;
    let all = read.marked().filter_map(row);
    all.filter(|row| period.has(row.opened)).collect()
}

pub(super) fn losses(read: &Read<'_>) -> Vec<LossRow> {
    let row = |(mark, statement): (Mark, &Statement)| {
        let loss = statement.loss.as_ref()?;
        Some(LossRow {
            mark,
            key: label_of(statement).unwrap_or_default().to_owned(),
            discovered: loss.discovered,
            revoked: loss.revoked,
        })
    };
    read.within().filter_map(row).collect()
}

pub(super) fn retirements(read: &Read<'_>) -> Vec<RetirementRow> {
    let retired = |(_, statement): &(Mark, &Statement)| statement.event == Event::Retirement;
    let row = |(mark, statement): (Mark, &Statement)| RetirementRow {
        mark,
        key: label_of(statement).unwrap_or_default().to_owned(),
    };
    read.within().filter(retired).map(row).collect()
}
