//! The arguments of `verify`.

use crate::cli::at_the_safe::CeremonyArguments;
use crate::cli::tenant_port::Method;
use crate::cli::tenant_port::SignInArguments;
use crate::cli::tenant_port::guid;
use crate::primitives::Guid;
use clap::Args;

/// `verify`
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The key, by its label in the plan; without it the one whose verification is open.
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// Every key that is due, safe by safe; it can be stopped between two keys.
    #[arg(long, conflicts_with_all = ["key", "depth", "collect"])]
    pub(crate) due: bool,
    /// How deep.
    #[command(flatten)]
    pub(crate) depth: DepthArguments,
    /// Bring the sign-ins that records say are pending, by amendments.
    #[arg(long, conflicts_with_all = ["key", "depth"])]
    pub(crate) collect: bool,
    /// Book, people and paper.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
    /// How to sign in to read.
    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
}

/// How deep a verification goes; PIN and touch without any of these.
#[derive(Debug, Args)]
#[group(id = "depth", multiple = false)]
pub(crate) struct DepthArguments {
    /// Also wait for a real sign-in with the key, for its alert, and go through Microsoft's list.
    #[arg(long)]
    pub(crate) sign_in: bool,
    /// Leave the PIN envelope closed; moves no due date.
    #[arg(long)]
    pub(crate) without_pin: bool,
}

/// How to sign in to read, where it shall be otherwise than the plan says.
#[derive(Debug, Args)]
pub(crate) struct ReadingArguments {
    /// Read the tenant by this way of signing in instead of the plan's: browser, device-code,
    /// azure-cli, client-secret, client-certificate, managed-identity, workload-identity.
    #[arg(
        long = "read-with",
        value_name = "METHOD",
        value_enum,
        hide_possible_values = true
    )]
    method: Option<Method>,
    /// Use this app registration instead of the plan's.
    #[arg(long, value_name = "ID", value_parser = guid)]
    client_id: Option<Guid>,
    /// Read the app's secret as one line from this open file; else from AZURE_CLIENT_SECRET.
    #[arg(long, value_name = "N")]
    client_secret_fd: Option<u32>,
}

impl ReadingArguments {
    /// The same as every other command has them.
    pub(crate) fn sign_in(&self) -> SignInArguments {
        SignInArguments {
            sign_in: self.method,
            client_id: self.client_id,
            client_secret_fd: self.client_secret_fd,
        }
    }
}
