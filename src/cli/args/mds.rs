//! The arguments of `mds`.

use crate::cli::held;
use crate::primitives::UtcTime;
use clap::Args;
use clap::Subcommand;
use std::path::PathBuf;

/// `mds`
#[derive(Debug, Subcommand)]
pub(crate) enum Mds {
    /// Verify a metadata BLOB and keep it in the book's ledger.
    #[command(
        after_help = "Examples:\n  glasskey mds import blob.jwt --book contoso\n  glasskey mds import old.jwt --book contoso --as-of 2026-01-05"
    )]
    Import(MdsImport),
    /// What is kept, how old it is, and what it reports against the book's keys.
    #[command(after_help = "Examples:\n  glasskey mds status --book contoso")]
    Status(MdsStatus),
}

/// `mds import`
#[derive(Debug, Args)]
pub(crate) struct MdsImport {
    /// The BLOB, as https://mds3.fidoalliance.org/ gives it.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// Further roots that may sign metadata (docs/formats/trust.md).
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// Verify as of this time instead of now; keeps nothing without --keep.
    #[arg(long, value_name = "TIME", value_parser = held::time)]
    pub(crate) as_of: Option<UtcTime>,
    /// Keep it although the time is hypothetical, and note that time beside the ledger.
    #[arg(long, requires = "as_of")]
    pub(crate) keep: bool,
}

/// `mds status`
#[derive(Debug, Args)]
pub(crate) struct MdsStatus {
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// Further roots that may sign metadata (docs/formats/trust.md).
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// Judge as of this time instead of now; the result is hypothetical.
    #[arg(long, value_name = "TIME", value_parser = held::time)]
    pub(crate) as_of: Option<UtcTime>,
}
