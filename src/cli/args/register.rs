//! The arguments of `register`.

use crate::ceremony::Via;
use crate::cli::at_the_safe::CeremonyArguments;
use crate::cli::tenant_port::SignInArguments;
use clap::Args;
use clap::ValueEnum;

/// `--via`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Way {
    /// Through Microsoft Graph.
    Graph,
    /// At the tenant's portal.
    Portal,
}

impl From<Way> for Via {
    fn from(way: Way) -> Self {
        match way {
            Way::Graph => Self::Graph,
            Way::Portal => Self::Portal,
        }
    }
}

/// `register`
#[derive(Debug, Args)]
pub(crate) struct Register {
    /// The key, by its label in the plan; without it the one that is open, else the plan's next.
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// How the key becomes known to the tenant: graph, or portal, where a person registers it with a pass
    /// that is made last and deleted afterwards.
    #[arg(long, value_name = "WAY", value_enum, hide_possible_values = true)]
    pub(crate) via: Option<Way>,
    /// The key in whose place it is: its passkey is deleted first, after another key of the account has
    /// signed in. Without KEY the account's next open key, else this key itself, registered anew.
    #[arg(long, value_name = "LABEL")]
    pub(crate) replaces: Option<String>,
    /// Look at tenant and key, say what would be done, and change nothing anywhere.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Take a sign-in without a person; a standing secret that can do this is itself a finding.
    #[arg(long)]
    pub(crate) allow_app_only: bool,
    /// Book, people and paper.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
    /// How to sign in.
    #[command(flatten)]
    pub(crate) sign_in: SignInArguments,
}
