//! The arguments of `doctor`.

use crate::cli::tenant_port::SignInArguments;
use clap::Args;
use std::path::PathBuf;

/// `doctor`
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// Really sign in to the plan's tenant, and say what worked, what was refused and what is missing.
    #[arg(long)]
    pub(crate) rehearse_sign_in: bool,
    /// How to sign in.
    #[command(flatten)]
    pub(crate) sign_in: SignInArguments,
}
