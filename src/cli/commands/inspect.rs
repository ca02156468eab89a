//! `glasskey inspect`: every plugged-in key, without a PIN; with `--credentials`, what it holds.

mod book;
mod held;
mod names;
mod observe;
mod read;
mod report;
mod watch;

use crate::cli::Output;
use crate::cli::args::Inspect;
use crate::cli::commands::credentials::PinFrom;
use crate::cli::commands::second_opinion;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::words;
use crate::ctap::Keys;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::io::HidKeys;
use book::Book;
use read::Beside;
use read::Seen;
use serde_json::json;
use std::path::Path;

/// Runs the command.
pub(crate) fn run(arguments: &Inspect, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let names = names::Names::read(arguments.book.as_deref())?;
    if arguments.instead.observe {
        return observe::run(output);
    }
    if arguments.instead.watch {
        return watch::run(&names, output);
    }
    let second = arguments
        .second_opinion
        .then(second_opinion::client)
        .transpose()?;
    let mut unread = Exit::Done;
    let mut keys = HidKeys::new().map_err(|error| words::keys(&error))?;
    let entries = keys.list().map_err(|error| words::keys(&error))?;
    if entries.is_empty() {
        return none(output);
    }
    // A book that was named must be readable; one that is only here is not in the way.
    let beside = match &arguments.book {
        Some(folder) => Some(Book::open(folder)?),
        None if book::is_book(Path::new(".")) => match Book::open(Path::new(".")) {
            Ok(book) => Some(book),
            Err(failure) => {
                failure.write(output.err);
                unread = failure.exit;
                None
            }
        },
        None => None,
    };
    let with = Beside {
        book: beside.as_ref(),
        second: second.as_ref(),
    };
    let mut seen = read::all(&entries, with);
    if arguments.credentials {
        let mut pins = PinFrom::open(arguments.pin_fd, output.style)?;
        held::all(&mut pins, &mut seen)?;
    }
    if output.json {
        output.print(&format!("{:#}\n", report::json(&seen, &names)))?;
    } else {
        let text = report::text(&seen, &names, output.style, output.verbose);
        output.print(&text)?;
    }
    for one in &seen {
        if let Err(why) = &one.read {
            why.failure().write(output.err);
        }
        if let Some(Err(failure)) = &one.held {
            failure.write(output.err);
        }
    }
    Ok(exit(&seen).max(unread))
}

/// No key is no crash: it is said, and what to do; `--json` says it too.
fn none(output: &mut Output<'_>) -> Result<Exit, Failure> {
    if output.json {
        let value = json!({"schema": report::SCHEMA, "keys": [], "findings": []});
        output.print(&format!("{value:#}\n"))?;
    }
    Err(Failure::new(
        Exit::Key,
        "no security key was found; nothing was sent to any device",
        "no HID device with usage page 0xF1D0 is plugged in",
        "plug a key in; `glasskey doctor` says why one is not seen",
    ))
}

/// 0 if every key is usable, 1 if a finding of one fails, 4 if one was not read. What is only not
/// known lifts nothing: a key that does not tell something is not therefore bad. But a second
/// opinion that was asked for and did not come is missed.
fn exit(seen: &[Seen]) -> Exit {
    let mut exit = Exit::Done;
    for one in seen {
        match &one.read {
            Err(why) => exit = exit.max(why.failure().exit),
            Ok(read) => {
                if read.findings.iter().any(counts) {
                    exit = exit.max(Exit::Findings);
                }
            }
        }
        if let Some(Err(failure)) = &one.held {
            exit = exit.max(failure.exit);
        }
    }
    exit
}

fn counts(finding: &Finding) -> bool {
    let missed = finding.check == Check::SecondOpinion && finding.verdict == Verdict::Unknown;
    finding.verdict == Verdict::Fail || missed
}

#[cfg(test)]
mod tests;
