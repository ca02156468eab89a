//! The arguments of `anchor`.

use clap::Args;
use clap::Subcommand;
use std::path::PathBuf;

/// `anchor`
#[derive(Debug, Subcommand)]
pub(crate) enum Anchor {
    /// Make a request to stamp the newest head: a file to carry to an authority.
    #[command(after_help = "Examples:\n  glasskey anchor request contoso -o head.tsq")]
    Request(AnchorRequest),
    /// Verify what an authority answered, and keep it beside the ledger.
    #[command(
        after_help = "Examples:\n  glasskey anchor add answer.tsr --book contoso\n  glasskey anchor add answer.tsr --book contoso --trust auditor/contoso.toml"
    )]
    Add(AnchorAdd),
    /// What holds the book from outside, and how far back each reaches.
    #[command(
        after_help = "Examples:\n  glasskey anchor list contoso\n  glasskey anchor list contoso --trust auditor/contoso.toml"
    )]
    List(AnchorList),
    /// Try, on a test object beside the ledger, whether its store would refuse an overwrite.
    #[command(
        after_help = "Examples:\n  glasskey anchor probe contoso\n  glasskey anchor probe az://ledgers/contoso"
    )]
    Probe(AnchorProbe),
}

/// `anchor probe`
#[derive(Debug, Args)]
pub(crate) struct AnchorProbe {
    /// The book: the folder that holds the plan, or the address of its ledger.
    #[arg(default_value = ".", value_name = "BOOK")]
    pub(crate) book: PathBuf,
}

/// `anchor request`
#[derive(Debug, Args)]
pub(crate) struct AnchorRequest {
    /// The book: the folder that holds the plan and its ledger.
    #[arg(default_value = ".", value_name = "BOOK")]
    pub(crate) book: PathBuf,
    /// Where to write it, beside the copy in anchors/: a new file.
    #[arg(short = 'o', long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// `anchor add`
#[derive(Debug, Args)]
pub(crate) struct AnchorAdd {
    /// The answer: a TimeStampResp (DER).
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// Whose roots count (docs/formats/trust.md).
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
}

/// `anchor list`
#[derive(Debug, Args)]
pub(crate) struct AnchorList {
    /// The book: the folder that holds the plan and its ledger.
    #[arg(default_value = ".", value_name = "BOOK")]
    pub(crate) book: PathBuf,
    /// Whose roots, heads and genesis count (docs/formats/trust.md).
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
}
