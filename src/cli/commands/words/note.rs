//! `note exception|amendment|training`.

use super::NOTHING;
use crate::ceremony::notes;
use crate::ceremony::notes::Rehearsed;
use crate::ceremony::notes::Told;
use crate::cli::Output;
use crate::cli::args::NoteAmendment;
use crate::cli::args::NoteCommand;
use crate::cli::args::NoteException;
use crate::cli::args::NoteTraining;
use crate::cli::at_the_safe::AtSafe;
use crate::cli::at_the_safe::report;
use crate::cli::commands::audit;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held;
use crate::cli::place;
use crate::cli::words;
use crate::ledger::Ledger;
use crate::ledger::Trust;
use crate::ledger::TrustedAnchor;
use crate::record::Event;
use crate::record::LedgerHead;
use crate::rehearsal::key::REHEARSAL_AAGUID;
use crate::rehearsal::key::attestation_root_der;
use std::fs;
use std::path::Path;

/// Runs the command.
pub(in crate::cli) fn run(command: &NoteCommand, output: &mut Output<'_>) -> Result<Exit, Failure> {
    match command {
        NoteCommand::Exception(arguments) => exception(arguments, output),
        NoteCommand::Amendment(arguments) => amendment(arguments, output),
        NoteCommand::Training(arguments) => training(arguments, output),
    }
}

/// Something went otherwise than a script.
fn exception(arguments: &NoteException, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut safe = AtSafe::open(&arguments.room, NOTHING, output)?;
    let told = arguments.text.as_ref().map(|text| Told {
        step: arguments.step.clone(),
        record: arguments.of,
        text: text.clone(),
    });
    let appended = safe.words(|room| notes::note_exception(room, told.as_ref()))?;
    report::ended(&mut safe, &appended, &[], &[], output)
}

/// A record is corrected.
fn amendment(arguments: &NoteAmendment, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut safe = AtSafe::open(&arguments.room, NOTHING, output)?;
    let text = arguments.text.as_deref();
    let appended = safe.words(|room| notes::amend(room, arguments.record, text))?;
    report::ended(&mut safe, &appended, &[], &[], output)
}

/// Somebody was trained.
fn training(arguments: &NoteTraining, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let rehearsed = arguments.from.as_deref().map(rehearsed).transpose()?;
    let mut safe = AtSafe::open(&arguments.room, NOTHING, output)?;
    let appended = safe.words(|room| notes::note_training(room, rehearsed.as_ref()))?;
    report::ended(&mut safe, &appended, &[], &[], output)
}

/// The rehearsal in `folder`, audited: only one that is whole is noted.
fn rehearsed(folder: &Path) -> Result<Rehearsed, Failure> {
    let inside = folder.join("book");
    let book = if inside.is_dir() {
        inside
    } else {
        folder.to_owned()
    };
    let refuse = |exit, why: String, next: &str| Failure::new(exit, NOTHING, why, next);
    let trust = trust(folder)?;
    let audited = audit::book(&book, &trust, &[])?;
    if let Some((file, why)) = audited.first_bad() {
        return Err(refuse(
            Exit::Ledger,
            format!("{}: {file}: {why}", book.display()),
            "a rehearsal that is not whole shows nothing: play it again",
        ));
    }
    if !audited.is_rehearsal() {
        return Err(refuse(
            Exit::Usage,
            format!("{} is no rehearsal", book.display()),
            "name what `glasskey rehearse --hands-on --trainee REF --out DIR` left",
        ));
    }
    if audited.exit() == Exit::Ledger {
        return Err(refuse(
            Exit::Ledger,
            format!("{} does not stand an audit", book.display()),
            "look at it: `glasskey audit`",
        ));
    }
    let mut store = place::ledger_of(&book, NOTHING)?;
    let ledger = Ledger::new(&mut store);
    let failed = |error| words::ledger(&error).saying(NOTHING);
    let head = ledger.head().map_err(failed)?;
    let mut events = Vec::new();
    let mut trainee = None;
    for index in 0..head.size {
        let statement = ledger.record(index).map_err(failed)?.statement;
        if statement.event == Event::Genesis {
            trainee = notes::trainee_of(&statement);
        } else if !events.contains(&statement.event.word()) {
            events.push(statement.event.word());
        }
    }
    let origin = ledger.origin().map_err(failed)?;
    Ok(Rehearsed {
        head: LedgerHead {
            origin: origin.map_or_else(String::new, |origin| origin.to_string()),
            root: head.root,
            size: head.size,
        },
        trainee,
        events,
    })
}

/// What an auditor holds of a rehearsal: the file that it left, else its anchor alone.
fn trust(folder: &Path) -> Result<Trust, Failure> {
    let file = folder.join("auditor").join("trust.toml");
    if fs::metadata(&file).is_ok_and(|meta| meta.is_file()) {
        return held::trust(Some(&file), NOTHING);
    }
    Ok(Trust {
        anchors: vec![TrustedAnchor {
            aaguid: REHEARSAL_AAGUID,
            der: attestation_root_der().to_vec(),
        }],
        ..Trust::default()
    })
}
