//! The arguments of `audit`.

use crate::cli::held;
use crate::primitives::UtcTime;
use clap::Args;
use std::path::PathBuf;

/// `audit`
#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// The book: the folder that holds the plan and its ledger, or az://container/prefix,
    /// s3://bucket/prefix. Or a page that glasskey printed (docs/formats/paper.md).
    #[arg(default_value = ".", value_name = "BOOK|PDF")]
    pub(crate) book: PathBuf,
    /// The book that a page is held against; else the one in whose folder `paper` it lies.
    #[arg(long = "book", value_name = "DIR", conflicts_with_all = ["all", "evidence"])]
    pub(crate) of: Option<PathBuf>,
    /// Every book beneath this folder or address instead of one; then --trust names a folder of
    /// files `<tenant id>.toml`.
    #[arg(long, value_name = "DIR|URL", conflicts_with_all = ["book", "heads", "evidence", "mds"])]
    pub(crate) all: Option<PathBuf>,
    /// What the auditor knows from elsewhere: genesis, anchors, heads (docs/formats/trust.md).
    /// Without it, what was pinned for the book's tenant counts.
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// Remembered heads: checkpoint texts separated by a blank line.
    #[arg(long, value_name = "FILE")]
    pub(crate) heads: Option<PathBuf>,
    /// Add the head of a whole book to this file, whose heads are held against the book first.
    #[arg(long, value_name = "FILE")]
    pub(crate) remember: Option<PathBuf>,
    /// Pin a book at first use: its genesis and head, to hold later audits against.
    #[arg(long, conflicts_with = "trust")]
    pub(crate) pin: bool,
    /// Judge this one registration alone, without a book (docs/formats/evidence.md).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["book", "heads", "remember", "pin"])]
    pub(crate) evidence: Option<PathBuf>,
    /// FIDO metadata of your own: its anchors, and what it reports against registered models.
    #[arg(long, value_name = "BLOB")]
    pub(crate) mds: Option<PathBuf>,
    /// Hold a code from bag, inside sheet, receipt or inventory against the book: its text, or a
    /// picture (PNG) that shows it (docs/formats/qr.md).
    #[arg(long, value_name = "TEXT|IMAGE", conflicts_with_all = ["all", "evidence"])]
    pub(crate) qr: Option<String>,
    /// Judge as of this time instead of now; the result is hypothetical.
    #[arg(long, value_name = "TIME", value_parser = held::time)]
    pub(crate) as_of: Option<UtcTime>,
}
