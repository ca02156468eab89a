//! What a book tells of a period, for an auditor: verifications expected, performed, late and missed;
//! approvals, trainings, exceptions, acceptances, incidents, losses, retirements; who was authorised
//! to use what, and when. A typed model: text, JSON and page are printed from it. Nothing in it is
//! judged: audit first.

mod access;
mod authorised;
mod events;
mod history;
mod people;
mod stated;
mod verifications;

pub use access::AccessRow;
pub use authorised::Authorised;
pub use authorised::What;
pub use events::AcceptanceRow;
pub use events::AmendmentRow;
pub use events::Approval;
pub use events::ExceptionRow;
pub use events::LossRow;
pub use events::OpeningRow;
pub use events::RetirementRow;
pub use events::TrainingRow;
pub use history::KeyHistory;
pub use history::KeyPoint;
pub use people::PolicySpan;
pub use people::RoleSpan;
pub use stated::DriftRow;
pub use stated::StatedRow;
pub use verifications::AccountReport;
pub use verifications::Counts;
pub use verifications::KeyReport;
pub use verifications::Overdue;
pub use verifications::Verified;

use super::Ledger;
use super::LedgerError;
use super::staff::Staff;
use crate::facts::due::Happening;
use crate::plan::Plan;
use crate::plan::Policy;
use crate::primitives::UtcTime;
use crate::record::Statement;
use serde::Serialize;

/// A period; both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// Its first second.
    pub from: UtcTime,
    /// Its last second.
    pub to: UtcTime,
}

impl Period {
    /// Whether a moment is in it.
    #[must_use]
    pub fn has(&self, at: UtcTime) -> bool {
        self.from <= at && at <= self.to
    }
}

/// A moment that a record tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// The record's index.
    pub record: u64,
    /// When its ceremony began.
    pub at: UtcTime,
}

/// From one record until another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The record that began it.
    pub from: Mark,
    /// The record that ended it; absent while it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Mark>,
}

impl Span {
    /// Whether it holds at some moment of a period.
    #[must_use]
    pub fn touches(&self, period: &Period) -> bool {
        self.from.at <= period.to && self.until.is_none_or(|until| until.at >= period.from)
    }

    /// While both hold; `None` if they never do.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        let place = |mark: Mark| (mark.at, mark.record);
        let from = if place(self.from) >= place(other.from) {
            self.from
        } else {
            other.from
        };
        let until = match (self.until, other.until) {
            (Some(one), Some(two)) if place(two) < place(one) => Some(two),
            (Some(one), _) => Some(one),
            (None, two) => two,
        };
        let both = until.is_none_or(|until| place(until) > place(from));
        both.then_some(Self { from, until })
    }
}

/// What a book tells of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The period.
    pub period: Period,
    /// The ledger's origin, whatever the period; absent of a book without a record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// When its first record began, whatever the period; absent of a book without a record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begins: Option<UtcTime>,
    /// Whether its records are a rehearsal's, whatever the period.
    pub rehearsal: bool,
    /// Records there are until the period's end; later ones are not looked at.
    pub records: u64,
    /// The keys that were in use in the period.
    pub keys: Vec<KeyReport>,
    /// The accounts that had a key in use then.
    pub accounts: Vec<AccountReport>,
    /// The period's records, with who was to sign them and who did.
    pub approvals: Vec<Approval>,
    /// Where ceremonies of the period left their script.
    pub exceptions: Vec<ExceptionRow>,
    /// Findings that were accepted at some moment of the period.
    pub acceptances: Vec<AcceptanceRow>,
    /// Records of the period that correct earlier ones.
    pub amendments: Vec<AmendmentRow>,
    /// Who was trained in the period.
    pub trainings: Vec<TrainingRow>,
    /// Bags that were opened in the period; incidents are among them.
    pub openings: Vec<OpeningRow>,
    /// Keys that were lost in the period.
    pub losses: Vec<LossRow>,
    /// Keys that were taken out of use in the period.
    pub retirements: Vec<RetirementRow>,
    /// Who had which role at some moment of the period.
    pub people: Vec<RoleSpan>,
    /// The policies that were in force in the period.
    pub policies: Vec<PolicySpan>,
    /// Who was authorised to use what, and when.
    pub authorised: Vec<Authorised>,
    /// Who can open what from where at the period's end: a row a key that is in use then.
    pub access: Vec<AccessRow>,
    /// What the records tell of each of the `keys`, from its registration on.
    pub histories: Vec<KeyHistory>,
    /// Checks that did not pass, as the period's records state them.
    pub failed: Vec<StatedRow>,
    /// Checks that came to something else in the period than when they were stated last.
    pub drift: Vec<DriftRow>,
}

impl Report {
    /// When the book begins, if that is after the period.
    #[must_use]
    pub fn begins_after(&self) -> Option<UtcTime> {
        self.begins.filter(|begins| *begins > self.period.to)
    }

    /// The book as people name it: its origin.
    #[must_use]
    pub fn book(&self) -> &str {
        self.origin.as_deref().unwrap_or("a book without a record")
    }

    /// That the book begins after the period, without a full stop; `None` if it does not.
    #[must_use]
    pub fn not_begun(&self) -> Option<String> {
        let begins = self.begins_after()?.day();
        Some(format!("the book begins on {begins}, after this period"))
    }
}

/// What the parts of a report are made of: the records until the period's end, in order.
struct Read<'r> {
    period: Period,
    statements: &'r [Statement],
    happened: &'r [Happening],
}

impl Read<'_> {
    /// The records with their place in time.
    fn marked(&self) -> impl Iterator<Item = (Mark, &Statement)> {
        (0..).zip(self.statements).map(|(record, statement)| {
            let at = statement.time.started;
            (Mark { record, at }, statement)
        })
    }

    /// Those of the period.
    fn within(&self) -> impl Iterator<Item = (Mark, &Statement)> {
        self.marked().filter(|(mark, _)| self.period.has(mark.at))
    }

    /// The policy that was in force at a moment.
    fn policy_at(&self, at: UtcTime) -> Option<&Policy> {
        let before = self.statements.iter().filter(|one| one.time.started <= at);
        before.filter_map(|one| one.policy.as_ref()).next_back()
    }
}

/// The label of the key that a statement is about, plugged in or not.
fn label_of(statement: &Statement) -> Option<&str> {
    let unseen = statement.unseen_key.as_ref().map(|key| key.label.as_str());
    let key = statement.key.as_ref().map(|key| key.label.as_str());
    key.or(unseen)
}

impl Ledger<'_> {
    /// What the book tells of a period. `plan` says who holds which PIN envelope. Nothing is judged
    /// here: audit first.
    ///
    /// # Errors
    /// [`LedgerError::Record`], [`LedgerError::Store`].
    pub fn report(&self, period: Period, plan: Option<&Plan>) -> Result<Report, LedgerError> {
        let mut statements = Vec::new();
        let mut happened = Vec::new();
        let mut staff = Staff::default();
        let (mut origin, mut begins, mut rehearsal) = (None, None, false);
        for index in 0..self.size()? {
            let statement = self.record(index)?.statement;
            // The first record says whose book it is, even if all of it is after the period.
            if index == 0 {
                origin = Some(statement.ledger.origin.clone());
                begins = Some(statement.time.started);
                rehearsal = statement.rehearsal;
            }
            if statement.time.started > period.to {
                break;
            }
            rehearsal |= statement.rehearsal;
            happened.extend(staff.take(index, &statement));
            statements.push(statement);
        }
        let read = Read {
            period,
            statements: &statements,
            happened: &happened,
        };
        let people = people::roles(&read);
        let keys = verifications::keys(&read);
        let authorised = authorised::authorised(&read, &people, &keys, plan);
        let histories = history::histories(&read, &keys);
        Ok(Report {
            period,
            origin,
            begins,
            rehearsal,
            records: u64::try_from(statements.len()).unwrap_or(u64::MAX),
            accounts: verifications::accounts(&read, &keys),
            approvals: events::approvals(&read, &self.signing()?),
            exceptions: events::exceptions(&read),
            acceptances: events::acceptances(&read),
            amendments: events::amendments(&read),
            trainings: events::trainings(&read),
            openings: events::openings(&read),
            losses: events::losses(&read),
            retirements: events::retirements(&read),
            policies: people::policies(&read),
            access: access::access(&histories, &authorised, plan),
            failed: stated::failed(&read),
            drift: stated::drift(&read),
            authorised,
            histories,
            keys,
            people,
        })
    }
}
