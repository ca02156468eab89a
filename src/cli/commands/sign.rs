//! `glasskey sign`: a witness signs on a machine of their own, and what they signed comes back.

mod collect;
mod export;
mod nonce;
mod records;
mod trial;

use crate::ceremony::OpenCeremony;
use crate::ceremony::waiting;
use crate::cli::Output;
use crate::cli::args::Sign;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::open_book::OpenBook;
use crate::cli::words;
use crate::ledger::Ledger;
use crate::ledger::Signing;

/// Runs the command.
pub(crate) fn run(arguments: &Sign, output: &mut Output<'_>) -> Result<Exit, Failure> {
    if arguments.instead.nonce {
        return nonce::run(output);
    }
    if let Some(reference) = &arguments.instead.trial {
        return trial::run(reference, arguments, output);
    }
    if arguments.instead.export {
        return export::run(arguments, output);
    }
    if arguments.instead.collect {
        return collect::run(arguments, output);
    }
    records::run(arguments, output)
}

/// The number of a record, if `text` is one and no file of that name is there.
fn record_number(text: &str) -> Option<u64> {
    let is_number = text.len() <= 15 && text.chars().all(|c| c.is_ascii_digit());
    let is_file = std::fs::symlink_metadata(text).is_ok();
    (is_number && !is_file).then(|| text.parse().ok())?
}

/// A record in a few words: its number and what it says.
fn name(index: Option<u64>, happened: &str) -> String {
    match index {
        Some(index) => format!("{index:06}  {happened}"),
        None => format!("(open)  {happened}"),
    }
}

/// What is still missing in a book after something was signed or collected: a line a record, and
/// the command that goes on, if a ceremony can.
pub(crate) fn left(book: &mut OpenBook) -> Result<(Vec<Signing>, Option<String>), Failure> {
    let ledger = Ledger::new(&mut book.store);
    let all = waiting::incomplete(&ledger, &book.desk).map_err(|error| words::ceremony(&error))?;
    // A record in open/ whose signatures are all there lacks nothing but its ceremony.
    let lacks = all.into_iter().map(|one| one.signing);
    let left: Vec<Signing> = lacks.filter(|one| !one.is_complete()).collect();
    let mut next = None;
    if left.iter().all(|one| one.index.is_some()) {
        // Nothing waits in open/ for a signature: what has begun there can go on.
        let open = OpenCeremony::unfinished(&book.desk);
        let open = open.map_err(|error| words::ceremony(&error.into()))?;
        next = open.first().map(|id| waiting::command(id));
    }
    Ok((left, next))
}
