//! `glasskey inspect`: every plugged-in key, without a PIN.

use crate::cli::Output;
use crate::cli::args::Inspect;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;

/// Runs the command.
pub(crate) fn run(_: &Inspect, _: &mut Output<'_>) -> Result<Exit, Failure> {
    Ok(Exit::Done)
}
