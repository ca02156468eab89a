//! Row 10: arguments, wiring, words, exit codes.

mod args;
mod asking;
mod at_terminal;
mod at_the_safe;
mod choosing;
mod commands;
mod console;
pub mod exit;
mod failure;
mod given;
mod hands_on;
mod held;
mod key_page;
mod nonce_file;
mod open_book;
mod own_key;
mod page;
mod pinned;
mod place;
mod plan_file;
mod progress;
mod tenant_port;
mod whose;
mod words;

use crate::primitives::text;
use args::Colour;
use args::Command;
use clap::error::ErrorKind;
use exit::Exit;
use failure::Failure;
use page::Style;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::io::Write;
use std::process::ExitCode;

/// What a command writes to, and how.
pub(crate) struct Output<'a> {
    /// Results.
    pub(crate) out: &'a mut dyn Write,
    /// Errors.
    pub(crate) err: &'a mut dyn Write,
    /// Colours.
    pub(crate) style: Style,
    /// `--json`
    pub(crate) json: bool,
    /// `--verbose`
    pub(crate) verbose: bool,
}

impl Output<'_> {
    /// Writes a result; a reader that went away ends nothing else. Whatever a device, a file or the
    /// tenant said, nothing that a terminal acts on is written, but for our own colours.
    ///
    /// # Errors
    /// [`Failure`] with exit 7 if the disk or pipe does not take it.
    pub(crate) fn print(&mut self, text: &str) -> Result<(), Failure> {
        let shown = if self.json {
            text::printable_json(text)
        } else {
            text::printable_lines(text, self.style.colour)
        };
        self.bytes(shown.as_bytes())
    }

    /// Writes a file's bytes as they are; a reader that went away ends nothing else.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.out.write_all(bytes).and_then(|()| self.out.flush());
        match written {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::new(
                Exit::Output,
                "the result was not written whole",
                error.to_string(),
                "look at where standard output goes, then run the command again",
            )),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// Runs the program with real ports; returns how it ended.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let arguments = match args::read(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, out, err),
    };
    if arguments.plain || std::env::var_os("TERM").is_some_and(|value| value == "dumb") {
        crate::io::keep_plain();
    }
    let colour = match arguments.color {
        _ if arguments.plain => false,
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            std::io::stdout().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                && std::env::var_os("TERM").is_none_or(|value| value != "dumb")
        }
    };
    let mut output = Output {
        out,
        err,
        style: Style {
            colour: colour && !arguments.json,
        },
        json: arguments.json,
        verbose: arguments.verbose,
    };
    let Some(command) = arguments.command else {
        return ended(
            commands::day::run(arguments.day.as_deref(), &mut output),
            &mut output,
        );
    };
    if arguments.day.is_some() {
        return ended(Err(book_before()), &mut output);
    }
    let result = match command {
        Command::Accept(accept) => commands::words::accept::run(&accept, &mut output),
        Command::Anchor(args::Anchor::Request(request)) => {
            commands::anchor::request(&request, &mut output)
        }
        Command::Anchor(args::Anchor::Add(add)) => commands::anchor::add(&add, &mut output),
        Command::Anchor(args::Anchor::List(list)) => commands::anchor::list(&list, &mut output),
        Command::Anchor(args::Anchor::Probe(probe)) => commands::anchor::probe(&probe, &mut output),
        Command::Audit(audit) => commands::audit::run(&audit, &mut output),
        Command::Check(check) => commands::check::run(&check, &mut output),
        Command::Doctor(doctor) => commands::doctor::run(&doctor, &mut output),
        Command::Mds(args::Mds::Import(import)) => commands::mds::import(&import, &mut output),
        Command::Mds(args::Mds::Status(status)) => commands::mds::status(&status, &mut output),
        Command::Note(note) => commands::words::note::run(&note, &mut output),
        Command::People(people) => commands::words::people::run(&people, &mut output),
        Command::Policy(args::PolicyCommand::Adopt(adopt)) => {
            commands::words::policy::adopt(&adopt, &mut output)
        }
        Command::Pin(args::PinCommand::Set(set)) => commands::pin::set(&set, &mut output),
        Command::Pin(args::PinCommand::Change(change)) => {
            commands::pin::change(&change, &mut output)
        }
        Command::Pin(args::PinCommand::Policy(policy)) => {
            commands::pin::policy(&policy, &mut output)
        }
        Command::Print(print) => commands::print::run(&print, &mut output),
        Command::Provision(provision) => commands::provision::run(&provision, &mut output),
        Command::Init(init) => commands::init::run(&init, &mut output),
        Command::Inspect(inspect) => commands::inspect::run(&inspect, &mut output),
        Command::Register(register) => commands::register::run(&register, &mut output),
        Command::Report(report) => commands::report::run(&report, &mut output),
        Command::Custody(custody) => commands::custody::run(&custody, &mut output),
        Command::Lost(lost) => commands::departure::lost(&lost, &mut output),
        Command::Retire(retire) => commands::departure::retired(&retire, &mut output),
        Command::Rehearse(rehearse) => commands::rehearse::run(&rehearse, &mut output),
        Command::Sign(sign) => commands::sign::run(&sign, &mut output),
        Command::Completions(completions) => {
            commands::set_up::completions(&completions, &mut output)
        }
        Command::Man(man) => commands::set_up::man(&man, &mut output),
        Command::Verify(verify) => commands::verify::run(&verify, &mut output),
        #[cfg(feature = "second-opinion")]
        Command::SecondReading { path } => commands::second_opinion::answer(&path),
    };
    ended(result, &mut output)
}

/// How a command ended; a failure is told.
fn ended(result: Result<Exit, Failure>, output: &mut Output<'_>) -> Exit {
    match result {
        Ok(exit) => exit,
        Err(failure) => {
            failure.write(output.err);
            failure.exit
        }
    }
}

/// `--book` belongs to a command, or stands alone.
fn book_before() -> Failure {
    Failure::new(
        Exit::Usage,
        "the command line was not understood; nothing was done",
        "--book stands before the command",
        "write it after the command: `glasskey check --book DIR`",
    )
}

/// Help and version go to standard output; what cannot be understood is three lines and exit 2.
fn usage(error: &clap::Error, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let kind = error.kind();
    if matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = write!(out, "{error}");
        return Exit::Done;
    }
    if kind == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = write!(err, "{error}");
        return Exit::Usage;
    }
    let rendered = error.to_string();
    // What is missing stands on lines of its own beneath.
    let told: Vec<&str> = rendered
        .lines()
        .take_while(|line| !line.is_empty())
        .map(str::trim)
        .collect();
    let why = told.join(" ");
    let why = why.strip_prefix("error: ").unwrap_or(&why);
    let tip = rendered
        .lines()
        .find_map(|line| line.trim().strip_prefix("tip: "));
    Failure::new(
        Exit::Usage,
        "the command line was not understood; nothing was done",
        why,
        tip.map_or_else(|| "see `glasskey --help`".to_owned(), str::to_owned),
    )
    .write(err);
    Exit::Usage
}

/// The program: [`run`] on the process's own streams. A panic is our bug: three lines, exit 70, and
/// no word of the panic's own, which could hold what a person typed.
#[must_use]
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let ended = std::panic::catch_unwind(|| {
        let mut out = std::io::stdout();
        let mut err = std::io::stderr();
        run(arguments, &mut out, &mut err)
    });
    let exit = ended.unwrap_or_else(|_| {
        Failure::new(
            Exit::Bug,
            "glasskey stopped in the middle; what was written before stands",
            "a bug in glasskey",
            "run the same command again: a ceremony goes on from open/; please report what you did",
        )
        .write(&mut std::io::stderr());
        Exit::Bug
    });
    ExitCode::from(exit.code())
}

#[cfg(test)]
mod tests;
