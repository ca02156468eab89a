//! What the page of a report is made of.

use crate::findings::Due;
use crate::findings::Finding;
use crate::findings::Recovery;
use crate::findings::Verdict;
use crate::ledger::report::Report;
use crate::primitives::Digest;
use crate::primitives::UtcTime;

/// A report as its page shows it. All of it was read and judged before.
#[derive(Clone, Copy, Debug)]
pub struct ReportPage<'a> {
    /// The book's name.
    pub book: &'a str,
    /// What the book tells of the period.
    pub report: &'a Report,
    /// The first bad file and why; `None` if the book is whole, but for signatures that are yet to come.
    pub bad: Option<&'a (String, String)>,
    /// When the book is judged.
    pub as_of: UtcTime,
    /// When each key in use is due, the earliest first.
    pub dues: &'a [Due],
    /// What is to be done, the most pressing first.
    pub to_do: &'a [ToDo],
    /// What the audit found, in its order.
    pub findings: &'a [Finding],
    /// What can be opened after which loss; `None` without a plan.
    pub recovery: Option<&'a Recovery>,
    /// Where the ledger ends; `None` if its first record cannot be read.
    pub ledger: Option<LedgerState>,
    /// What outside the book holds it.
    pub anchors: &'a [AnchorRow],
    /// Outside anchors, of different kinds, that the policy asks for.
    pub anchors_needed: u32,
    /// The program and its version.
    pub tool: &'a str,
}

/// Why something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToDoKind {
    /// Its day is over, or it fails, or it is not finished: it waits for somebody.
    Pressing,
    /// Something that a ceremony loosened is not read back.
    Restore,
    /// It comes within the policy's `remind-days`.
    Soon,
    /// Plan and records do not say the same.
    Drift,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToDo {
    /// Why.
    pub kind: ToDoKind,
    /// What is, in words.
    pub what: String,
    /// What to do.
    pub next: String,
    /// The day by which; `None` where there is none.
    pub by: Option<UtcTime>,
}

/// Where a ledger ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerState {
    /// Records in it.
    pub size: u64,
    /// The root of its tree.
    pub root: Digest,
    /// SHA-256 of its first record.
    pub genesis: Digest,
}

/// Something outside the book that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnchorRow {
    /// `genesis`, `head` or `stamp`.
    pub kind: &'static str,
    /// Records up to which it speaks.
    pub size: u64,
    /// When it was made; `None` if it does not say.
    pub time: Option<UtcTime>,
    /// Whether it holds, and somebody outside vouches for it.
    pub verdict: Verdict,
    /// Where it lies.
    pub source: String,
    /// What it comes to.
    pub detail: String,
}
