//! The arguments of `provision`.

use crate::cli::tenant_port::SignInArguments;
use clap::Args;
use std::path::PathBuf;

/// `provision`
#[derive(Debug, Args)]
pub(crate) struct Provision {
    /// The account, by its alias in the plan: BG-1.
    #[arg(value_name = "ACCOUNT")]
    pub(crate) account: String,
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// Say every step and change nothing: neither the tenant nor a file.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Prepare for keys that are registered in the portal: join the group that may use a pass.
    #[arg(long)]
    pub(crate) portal: bool,
    /// Take a sign-in without a person; a standing secret that can do this is itself a finding.
    #[arg(long)]
    pub(crate) allow_app_only: bool,
    /// How to sign in.
    #[command(flatten)]
    pub(crate) sign_in: SignInArguments,
}
