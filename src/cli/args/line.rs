//! The command line as it is read: the help of every command ends with its examples and with where
//! the exit codes are.

use super::Arguments;
use clap::Command;
use clap::CommandFactory as _;
use clap::FromArgMatches as _;
use std::ffi::OsString;

/// How the examples of a command's help begin.
pub(crate) const EXAMPLES: &str = "Examples:";
/// What the help of every command ends with.
const EXIT_CODES: &str = "Exit codes: docs/exit-codes.md";

/// Every command, its options and its help.
pub(crate) fn command_line() -> Command {
    pointed(Arguments::command())
}

/// Reads a command line.
///
/// # Errors
/// What clap says: a mistake, or a question for help or version.
pub(crate) fn read(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Arguments, clap::Error> {
    let matches = command_line().try_get_matches_from(arguments)?;
    Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command_line()))
}

/// A command whose commands beneath point at the exit codes.
fn pointed(command: Command) -> Command {
    command.mut_subcommands(|inner| {
        let help = match inner.get_after_help() {
            Some(help) => format!("{help}\n\n{EXIT_CODES}"),
            None => EXIT_CODES.to_owned(),
        };
        pointed(inner.after_help(help))
    })
}

/// The examples in the help of a command, one a line, as they stand there.
pub(crate) fn examples(command: &Command) -> Vec<String> {
    let help = command.get_after_help().map(ToString::to_string);
    help.unwrap_or_default()
        .lines()
        .skip_while(|line| *line != EXAMPLES)
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .map(|line| line.strip_prefix("  ").unwrap_or(line).to_owned())
        .collect()
}
