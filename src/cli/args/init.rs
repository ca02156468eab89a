//! `init`

use crate::cli::at_the_safe::CeremonyArguments;
use clap::Args;
use std::path::PathBuf;

/// `init`
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// A plan that is written already (docs/formats/plan.md), instead of being asked; a people.toml
    /// beside it is taken too.
    #[arg(long, value_name = "PLAN")]
    pub(crate) from: Option<PathBuf>,
    /// The ceremony. Without --witness every witness of the plan signs afterwards.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
}
