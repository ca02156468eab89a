//! The arguments of `report`.

use crate::cli::held;
use crate::primitives::UtcTime;
use clap::Args;
use std::path::PathBuf;

/// `report`
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// The first day of the period: YYYY-MM-DD, from 00:00:00 UTC on; or a moment. Without it, the day
    /// of the first record.
    #[arg(long, value_name = "DATE", value_parser = held::time)]
    pub(crate) from: Option<UtcTime>,
    /// The last day of the period, which belongs to it whole; or a moment. Without it, today; of a
    /// rehearsal, the day of its last record.
    #[arg(long, value_name = "DATE", value_parser = held::end_of)]
    pub(crate) to: Option<UtcTime>,
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// What the auditor knows from elsewhere (docs/formats/trust.md). Without it, what was pinned for
    /// the book's tenant counts.
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// What is written instead of the report on the screen.
    #[command(flatten)]
    pub(crate) to_files: ReportFiles,
}

/// What `report` writes. A file is new: what is there is never replaced.
#[derive(Debug, Args)]
pub(crate) struct ReportFiles {
    /// One page of HTML, which needs no network and no script; without FILE on standard output.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub(crate) html: Option<PathBuf>,
    /// The days by which something is due, for a calendar (iCalendar).
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub(crate) ics: Option<PathBuf>,
    /// The inventory of keys, for a spreadsheet.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub(crate) csv: Option<PathBuf>,
    /// A zip for an auditor: the book without names and unfinished work, this report in each form, the
    /// verifier, and what is evidence for which question.
    #[arg(long, value_name = "FILE")]
    pub(crate) bundle: Option<PathBuf>,
}
