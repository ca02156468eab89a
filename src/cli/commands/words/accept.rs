//! `accept CHECK SUBJECT --until DATE`.

use super::NOTHING;
use super::typed;
use crate::ceremony::notes;
use crate::ceremony::notes::Accept;
use crate::cli::Output;
use crate::cli::args::AcceptArguments;
use crate::cli::at_the_safe::AtSafe;
use crate::cli::at_the_safe::report;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;

/// Accepts a finding until a date, or goes on with what has begun.
pub(in crate::cli) fn run(
    arguments: &AcceptArguments,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let mut safe = AtSafe::open(&arguments.room, NOTHING, output)?;
    let begun = safe.words(|room| notes::acceptance_begun(room))?;
    let wanted = match (arguments.check, &arguments.subject, arguments.until) {
        (Some(check), Some(subject), Some(until)) => Some(Accept {
            check,
            subject: subject.clone(),
            until,
            reason: reason(arguments, &safe, begun.is_some())?,
        }),
        (None | Some(_), None | Some(_), None | Some(_)) => None,
    };
    let appended = safe.words(|room| notes::accept(room, wanted.as_ref()))?;
    report::ended(&mut safe, &appended, &[], &[], output)
}

/// Why: as it was given, else as somebody types it.
fn reason(arguments: &AcceptArguments, safe: &AtSafe, begun: bool) -> Result<String, Failure> {
    if let Some(reason) = &arguments.reason {
        return Ok(reason.clone());
    }
    if begun {
        return Ok(String::new());
    }
    let question = "Why is it accepted, and what changes by then? One sentence for the record:";
    typed(safe.operator(), question).ok_or_else(|| {
        Failure::new(
            Exit::Declined,
            NOTHING,
            "no reason was typed",
            "give it: --reason TEXT",
        )
    })
}
