//! What an audit came to.

use super::fault::LedgerFault;
use crate::facts::evidence::RememberedHead;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::ledger::Checkpoint;
use crate::ledger::FileName;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::record::Event;
use crate::record::Level;
use crate::record::Statement;

/// Findings that pass or were not run, and are listed one by one; more are counted.
const QUIET_LISTED: usize = 20_000;

/// Findings of other verdicts, and faults, that are listed one by one; more are counted.
const LISTED: usize = 20_000;

/// Rows of the newest records that are kept at least; twice as many at most.
const ROWS: usize = 5_000;

/// How a book stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nothing fails and nothing is unknown.
    Clean,
    /// Some verdict is `fail` or `unknown`.
    Open,
    /// A fault in the files, or a finding that no genuine record can have.
    Broken,
}

/// One record, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// Its index.
    pub index: u64,
    /// What happened.
    pub event: Event,
    /// When it began.
    pub started: UtcTime,
    /// SHA-256 of `record.json`.
    pub sha256: Digest,
    /// The account's alias; `None` if it is about none.
    pub account: Option<String>,
    /// The key's label; `None` if it is about none.
    pub key: Option<String>,
    /// The bag the key went into; `None` if it says nothing of one.
    pub bag: Option<String>,
    /// The safe it went into; `None` if it says nothing of one.
    pub safe: Option<String>,
    /// How deep a verification went; `None` of other events.
    pub level: Option<Level>,
}

impl RecordRow {
    pub(super) fn new(index: u64, sha256: Digest, statement: &Statement) -> Self {
        let unseen = statement.unseen_key.as_ref().map(|key| &key.label);
        let label = statement.key.as_ref().map(|key| &key.label).or(unseen);
        let custody = statement.custody.as_ref();
        Self {
            index,
            event: statement.event,
            started: statement.time.started,
            sha256,
            account: statement.account.as_ref().map(|part| part.alias.clone()),
            key: label.cloned(),
            bag: custody.map(|custody| custody.bag.clone()),
            safe: custody.map(|custody| custody.safe.clone()),
            level: statement.level,
        }
    }
}

/// Why a file is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why<'a> {
    /// Its place in the ledger, its form, or a signature.
    Fault(&'a LedgerFault),
    /// What it proves.
    Finding(&'a Finding),
}

/// What an audit came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// The head of the records that are there; `None` if genesis cannot be read.
    pub head: Option<Checkpoint>,
    /// SHA-256 of genesis; `None` if it cannot be read.
    pub genesis: Option<Digest>,
    /// Whether the book is a rehearsal's.
    pub rehearsal: bool,
    /// When the book is judged: in a rehearsal, when its last record began.
    pub judged_as_of: UtcTime,
    /// Faults in the files, the first bad file first.
    pub faults: Vec<LedgerFault>,
    /// What the checks say, in the order of the records, then of the book.
    pub findings: Vec<Finding>,
    /// Passing findings that are not listed, because there are more than 20,000.
    pub passes_not_listed: u64,
    /// Other findings that are not listed; the first that breaks the book always is.
    pub findings_not_listed: u64,
    /// Faults that are not listed, because there are more than 20,000.
    pub faults_not_listed: u64,
    /// The records whose statement could be read: all, or the newest 5,000 to 10,000.
    pub records: Vec<RecordRow>,
    /// Records before those.
    pub records_not_listed: u64,
    /// When the last of them began; `None` without any.
    pub last_started: Option<UtcTime>,
    quiet: usize,
    /// Whether a finding that breaks the book is listed.
    broken: bool,
    /// Whether a finding that is open was not listed.
    open: bool,
    /// Remembered heads, those of the trust file first, against the ledger.
    pub heads: Vec<RememberedHead>,
    /// Kinds of outside anchor that the policy in force asks for.
    pub anchors_needed: u32,
}

impl AuditReport {
    pub(super) const fn new(as_of: UtcTime) -> Self {
        Self {
            head: None,
            genesis: None,
            rehearsal: false,
            judged_as_of: as_of,
            faults: Vec::new(),
            findings: Vec::new(),
            passes_not_listed: 0,
            findings_not_listed: 0,
            faults_not_listed: 0,
            records: Vec::new(),
            records_not_listed: 0,
            last_started: None,
            quiet: 0,
            broken: false,
            open: false,
            heads: Vec::new(),
            anchors_needed: 0,
        }
    }

    /// Notes a record.
    pub(super) fn note(&mut self, row: RecordRow) {
        self.last_started = Some(row.started);
        self.records.push(row);
        if self.records.len() >= 2 * ROWS {
            self.records.drain(..ROWS);
            self.records_not_listed += u64::try_from(ROWS).unwrap_or(0);
        }
    }

    /// Notes a fault.
    pub(super) fn blame(&mut self, fault: LedgerFault) {
        if self.faults.len() < LISTED {
            self.faults.push(fault);
        } else {
            self.faults_not_listed += 1;
        }
    }

    /// Adds findings after those that are there.
    pub fn add(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            let quiet = matches!(finding.verdict, Verdict::Pass | Verdict::NotRun)
                && finding.subject != Subject::book();
            let room = if quiet {
                self.quiet < QUIET_LISTED
            } else {
                self.findings.len() - self.quiet < LISTED
            };
            if room || (breaks(&finding) && !self.broken) {
                self.quiet += usize::from(quiet);
                self.broken |= breaks(&finding);
                self.findings.push(finding);
            } else if finding.verdict == Verdict::Pass {
                self.passes_not_listed += 1;
            } else {
                self.open |= finding.verdict.is_open();
                self.findings_not_listed += 1;
            }
        }
    }

    /// How the book stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        if self.first_bad().is_some() {
            Standing::Broken
        } else if self.open || self.findings.iter().any(|one| one.verdict.is_open()) {
            Standing::Open
        } else {
            Standing::Clean
        }
    }

    /// The first bad file, relative to the ledger, and why; `None` if there is none. Faults come
    /// before findings, but for what an earlier record than that of the first fault proves.
    #[must_use]
    pub fn first_bad(&self) -> Option<(String, Why<'_>)> {
        let finding = self.findings.iter().find(|finding| breaks(finding));
        let fault = self.faults.first().filter(|fault| {
            let fault = FileName::parse(&fault.file).and_then(|file| file.record());
            let finding = finding.and_then(record_of);
            fault
                .zip(finding)
                .is_none_or(|(fault, finding)| fault <= finding)
        });
        if let Some(fault) = fault {
            return Some((fault.file.clone(), Why::Fault(fault)));
        }
        finding.map(|finding| (self.file_of(finding), Why::Finding(finding)))
    }

    /// The file that a finding is about.
    fn file_of(&self, finding: &Finding) -> String {
        match (finding.check, record_of(finding)) {
            (_, Some(index)) => FileName::Record(index),
            (Check::LedgerHead, None) => {
                FileName::Checkpoint(self.head.as_ref().map_or(0, |head| head.size))
            }
            (_, None) => FileName::Record(0),
        }
        .to_string()
    }
}

/// The record that a finding is about; `None` if it is about something else.
fn record_of(finding: &Finding) -> Option<u64> {
    let subject = finding.subject.to_string();
    subject.strip_prefix("record:")?.parse().ok()
}

/// Whether a finding is one that no genuine record or registration can have.
#[must_use]
pub fn breaks(finding: &Finding) -> bool {
    finding.verdict == Verdict::Fail && !is_acceptable(finding.check)
}

/// Whether people may accept for a while that this check fails. What breaks a book is never accepted.
#[must_use]
pub const fn is_acceptable(check: Check) -> bool {
    !matches!(
        check,
        Check::Up
            | Check::Uv
            | Check::PresSig
            | Check::PresBind
            | Check::RpHash
            | Check::CredMatch
            | Check::AttFmt
            | Check::AttSig
            | Check::AttChain
            | Check::AttAaguidExt
            | Check::AttCertReq
            | Check::MdsSig
            | Check::MdsRollback
            | Check::LedgerHead
            | Check::TrustRoot
            | Check::PageDrawn
            | Check::PageSigned
            | Check::PageRecord
            | Check::PagePlan
    )
}
