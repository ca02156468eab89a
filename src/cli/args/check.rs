//! The arguments of `check`.

use crate::cli::held;
use crate::cli::tenant_port::SignInArguments;
use crate::primitives::UtcTime;
use clap::Args;
use clap::ValueEnum;
use std::path::PathBuf;

/// `check`
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// A label of the plan: the plugged-in key is judged for its account, without PIN or touch.
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// How the result is written: text, json, junit.
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub(crate) format: Option<Format>,
    /// Keep what was exchanged with the tenant, raw bodies included, in a new file (JSON Lines).
    #[arg(long, value_name = "FILE")]
    pub(crate) save_exchanges: Option<PathBuf>,
    /// Judge such a file instead of the tenant: no network, no sign-in; what is not in it is unknown.
    #[arg(long, value_name = "FILE", conflicts_with = "save_exchanges")]
    pub(crate) offline: Option<PathBuf>,
    /// Also say what drifted from what this record stated.
    #[arg(long, value_name = "RECORD", value_parser = held::record)]
    pub(crate) since: Option<u64>,
    /// A witness's own run: also give the digest that a record carries.
    #[arg(long)]
    pub(crate) observer: bool,
    /// Keep what that digest is of, in a new file: canonical JSON.
    #[arg(long, value_name = "FILE", requires = "observer")]
    pub(crate) out: Option<PathBuf>,
    /// Judge as of this time instead of now; the result is hypothetical.
    #[arg(long, value_name = "TIME", value_parser = held::time)]
    pub(crate) as_of: Option<UtcTime>,
    /// How to sign in.
    #[command(flatten)]
    pub(crate) sign_in: SignInArguments,
}

/// How a check is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs: `glasskey.check/1`.
    Json,
    /// For pipelines.
    Junit,
}
