//! `glasskey custody open|seal|move|review KEY`: the wiring; the order of things is in
//! `ceremony::custody`.

use crate::ceremony::Opening;
use crate::ceremony::Place;
use crate::ceremony::move_bag;
use crate::ceremony::open_bag;
use crate::ceremony::opening_begun;
use crate::ceremony::review_incident;
use crate::ceremony::seal_bag;
use crate::cli::Output;
use crate::cli::args::CustodyCommand;
use crate::cli::args::CustodyMove;
use crate::cli::args::CustodyOpen;
use crate::cli::args::CustodyReview;
use crate::cli::args::CustodySeal;
use crate::cli::at_the_safe::AtSafe;
use crate::cli::at_the_safe::report;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::words;
use crate::record::OpeningReason;

/// What is said of a run that did not begin.
const NOTHING: &str = "nothing was begun";

/// Runs the command.
pub(crate) fn run(command: &CustodyCommand, output: &mut Output<'_>) -> Result<Exit, Failure> {
    match command {
        CustodyCommand::Open(open) => opened(open, output),
        CustodyCommand::Seal(seal) => sealed(seal, output),
        CustodyCommand::Move(to) => moved(to, output),
        CustodyCommand::Review(review) => reviewed(review, output),
    }
}

fn opened(arguments: &CustodyOpen, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut safe = AtSafe::open(&arguments.room, NOTHING, output)?;
    let label = &arguments.key;
    let opening = opening(&safe, arguments)?;
    let appended = safe.words(|room| open_bag(room, label, &opening))?;
    let keys = safe.reading()?.facts.keys;
    let mut next = Vec::new();
    // A key that was lost or retired since the opening began goes into no bag.
    if keys.iter().any(|key| key.label == *label) {
        next.push(format!("glasskey custody seal {label}"));
    }
    if opening.reason == OpeningReason::Incident {
        next.push(format!("glasskey custody review {label}"));
    }
    report::ended(&mut safe, &appended, &[], &next, output)
}

/// What is asked for; without a reason, what the unfinished one was begun with.
fn opening(safe: &AtSafe, arguments: &CustodyOpen) -> Result<Opening, Failure> {
    let label = &arguments.key;
    if let Some(reason) = arguments.reason {
        return Ok(Opening {
            reason: reason.into(),
            why: arguments.why.clone(),
            at: arguments.at,
            opened_by: arguments.opened_by.clone(),
        });
    }
    let begun = opening_begun(&safe.book.desk, label).map_err(|error| words::ceremony(&error))?;
    begun.ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            NOTHING,
            format!("no opening of {label} is unfinished, and --reason says why it is opened"),
            format!("glasskey custody open {label} --reason incident | test | inspection | move"),
        )
    })
}

fn sealed(arguments: &CustodySeal, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut safe = AtSafe::open(&arguments.room, NOTHING, output)?;
    let sealed = safe.with_key(|room| seal_bag(room, &arguments.key))?;
    report::ended(&mut safe, &sealed.appended, &sealed.pages, &[], output)
}

fn moved(arguments: &CustodyMove, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut safe = AtSafe::open(&arguments.room, NOTHING, output)?;
    let to = Place {
        safe: arguments.to.clone(),
        shelf: arguments.shelf.clone(),
    };
    let appended = safe.words(|room| move_bag(room, &arguments.key, &to))?;
    report::ended(&mut safe, &appended, &[], &[], output)
}

fn reviewed(arguments: &CustodyReview, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut safe = AtSafe::open(&arguments.room, NOTHING, output)?;
    let text = arguments.text.as_deref();
    let appended = safe.words(|room| review_incident(room, &arguments.key, text))?;
    report::ended(&mut safe, &appended, &[], &[], output)
}
