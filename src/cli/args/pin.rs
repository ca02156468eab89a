//! The arguments of `pin`.

use clap::Args;
use clap::Subcommand;
use clap::ValueEnum;
use std::path::PathBuf;

/// `pin`
#[derive(Debug, Subcommand)]
pub(crate) enum PinCommand {
    /// Set the first PIN of a key: its rules are said before it is asked for, twice.
    #[command(
        after_help = "Examples:\n  glasskey pin set\n  glasskey pin set BG1-A --book contoso --generate\n  glasskey pin set --generate --length 10\n  pass show keys/bg1-a | glasskey pin set --pin-fd 0"
    )]
    Set(PinSet),
    /// Replace the PIN of a key: the current one first, then the new one twice.
    #[command(
        after_help = "Examples:\n  glasskey pin change\n  glasskey pin change 1234567 --generate"
    )]
    Change(PinChange),
    /// Show what a key asks of a PIN, without one; with options, raise it.
    #[command(
        after_help = "Examples:\n  glasskey pin policy --json\n  glasskey pin policy --min-length 8\n  glasskey pin policy --force-change --always-uv on"
    )]
    Policy(PinPolicy),
}

/// Where a new PIN comes from.
#[derive(Debug, Args)]
pub(crate) struct PinNew {
    /// Make a PIN of digits, show it once on the terminal, and have it typed back.
    #[arg(long)]
    pub(crate) generate: bool,
    /// Its length in digits, within the rules; usually 8.
    #[arg(long, value_name = "N", requires = "generate")]
    pub(crate) length: Option<u32>,
}

/// `pin set`
#[derive(Debug, Args)]
pub(crate) struct PinSet {
    /// A label of the plan, or a serial number; without it the only key, or the one that is touched.
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// The book whose plan and policy count; usually this folder, if it is one.
    #[arg(long, value_name = "DIR")]
    pub(crate) book: Option<PathBuf>,
    /// How it is made.
    #[command(flatten)]
    pub(crate) new: PinNew,
    /// Read the PIN as one line from this open file; never from arguments or the environment.
    #[arg(long, value_name = "N", conflicts_with = "generate")]
    pub(crate) pin_fd: Option<u32>,
}

/// `pin change`
#[derive(Debug, Args)]
pub(crate) struct PinChange {
    /// A label of the plan, or a serial number; without it the only key, or the one that is touched.
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// The book whose plan and policy count; usually this folder, if it is one.
    #[arg(long, value_name = "DIR")]
    pub(crate) book: Option<PathBuf>,
    /// How it is made.
    #[command(flatten)]
    pub(crate) new: PinNew,
}

/// `pin policy`
#[derive(Debug, Args)]
pub(crate) struct PinPolicy {
    /// A label of the plan, or a serial number; without it the only key, or the one that is touched.
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// The book whose plan and policy count; usually this folder, if it is one.
    #[arg(long, value_name = "DIR")]
    pub(crate) book: Option<PathBuf>,
    /// Raise the shortest PIN that the key takes; only a reset lowers it again.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(4..=63))]
    pub(crate) min_length: Option<u8>,
    /// Demand a new PIN before the key gives anything.
    #[arg(long)]
    pub(crate) force_change: bool,
    /// Ask for PIN or fingerprint at every use, or only where a site does.
    #[arg(long, value_enum, value_name = "on|off", hide_possible_values = true)]
    pub(crate) always_uv: Option<Switch>,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

impl Switch {
    /// Whether it is on.
    pub(crate) const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }
}
