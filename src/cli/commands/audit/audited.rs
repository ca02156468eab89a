//! A book that was audited, and what of it its readers ask for.

use super::report_text;
use crate::cli::Output;
use crate::cli::commands::evidence;
use crate::cli::exit::Exit;
use crate::cli::pinned::Source;
use crate::cli::words;
use crate::findings::Finding;
use crate::ledger::audit::AuditReport;
use crate::ledger::audit::Standing;
use crate::ledger::stamp::KeptStamp;
use std::path::PathBuf;

/// A book that was audited.
pub(crate) struct Audited {
    pub(super) report: AuditReport,
    /// What is wrong beside the ledger: a file of the book, and why.
    pub(super) beside: Vec<(String, String)>,
    /// Ceremonies that have begun and not finished.
    pub(super) unfinished: Vec<String>,
    /// Whether a person named the time it was judged as of.
    pub(super) hypothetical: bool,
    /// Whose word counts.
    pub(super) source: Source,
    /// Heads of the report that are the trust file's; those after them are of `heads_file`.
    pub(super) trust_heads: usize,
    /// Where the other heads came from.
    pub(super) heads_file: Option<String>,
    /// The time stamps that the book keeps.
    pub(super) stamps: Vec<KeptStamp>,
    /// What a scanned code came to: it is no part of the book.
    pub(super) code: Option<Finding>,
    /// The book's folder, as it was named.
    pub(super) folder: PathBuf,
}

impl Audited {
    /// How it ends, the code included.
    pub(crate) fn exit(&self) -> Exit {
        self.of_book().max(evidence::exit(self.code.as_slice()))
    }

    /// The code that is not this book's, if it is none.
    pub(super) fn foreign(&self) -> Option<&Finding> {
        let code = self.code.as_ref();
        code.filter(|code| crate::ledger::audit::breaks(code))
    }

    /// How the book alone ends.
    pub(super) fn of_book(&self) -> Exit {
        match self.report.standing() {
            Standing::Broken => Exit::Ledger,
            Standing::Open | Standing::Clean if !self.beside.is_empty() => Exit::Ledger,
            Standing::Open => Exit::Findings,
            Standing::Clean => Exit::Done,
        }
    }

    /// The same, judged by the word of `source`.
    pub(in crate::cli::commands) fn from(self, source: Source) -> Self {
        Self { source, ..self }
    }

    /// The head of the records that are there; `None` if genesis cannot be read.
    pub(in crate::cli::commands) fn head(&self) -> Option<&crate::ledger::Checkpoint> {
        self.report.head.as_ref()
    }

    /// SHA-256 of the first record; `None` if it cannot be read.
    pub(in crate::cli::commands) const fn genesis(&self) -> Option<crate::primitives::Digest> {
        self.report.genesis
    }

    /// Kinds of outside anchor that the policy in force asks for.
    pub(in crate::cli::commands) const fn anchors_needed(&self) -> u32 {
        self.report.anchors_needed
    }

    /// Whether it is a rehearsal.
    pub(in crate::cli::commands) const fn is_rehearsal(&self) -> bool {
        self.report.rehearsal
    }

    /// What the checks said.
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.report.findings
    }

    /// As [`Self::findings`], with that of the code.
    pub(super) fn all_findings(&self) -> Vec<Finding> {
        let all = self.report.findings.iter().chain(&self.code);
        all.cloned().collect()
    }

    /// The report in a few lines.
    pub(crate) fn summary(&self, output: &Output<'_>) -> String {
        report_text::summary(self, output)
    }

    /// When the book was judged: in a rehearsal, when its last record began.
    pub(in crate::cli::commands) const fn judged_as_of(&self) -> crate::primitives::UtcTime {
        self.report.judged_as_of
    }

    /// As [`Self::first_bad`], but for signatures that are yet to come and writes that a ceremony
    /// finishes when it goes on.
    pub(in crate::cli::commands) fn first_bad_for_good(&self) -> Option<(String, String)> {
        let waits = |fault: &&crate::ledger::audit::LedgerFault| fault.command().is_none();
        if let Some(fault) = self.report.faults.iter().find(waits) {
            return Some((format!("ledger/{}", fault.file), words::fault(fault)));
        }
        let breaks = |one: &&Finding| crate::ledger::audit::breaks(one);
        if let Some(finding) = self.report.findings.iter().find(breaks) {
            let why = format!("{}: {}", finding.check, finding.detail);
            return Some((finding.subject.to_string(), why));
        }
        let mut beside = self.beside.iter();
        beside.find(|(file, _)| !file.starts_with("open/")).cloned()
    }

    /// The first bad file, relative to the book, and why.
    pub(in crate::cli::commands) fn first_bad(&self) -> Option<(String, String)> {
        match self.report.first_bad() {
            Some((file, why)) => Some((format!("ledger/{file}"), words::why(&why))),
            None => self.beside.first().cloned(),
        }
    }
}
