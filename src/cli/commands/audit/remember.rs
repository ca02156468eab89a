//! Heads that an auditor remembers: read, and added to.

use super::Audited;
use super::input;
use super::unusable;
use crate::cli::args::Audit;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::io::own_file;
use crate::io::own_file::OwnFileError;
use crate::ledger::Checkpoint;
use crate::ledger::TrustFault;
use crate::ledger::parse_heads;
use crate::ledger::remember;
use std::fs;
use std::path::Path;

/// The heads of `--heads`, then those that the file of `--remember` already holds.
pub(super) fn heads(arguments: &Audit) -> Result<Vec<Checkpoint>, Failure> {
    let mut heads = match &arguments.heads {
        None => Vec::new(),
        Some(path) => {
            parse_heads(&input(path)?).map_err(|fault| unusable(path, &fault.to_string()))?
        }
    };
    let earlier = arguments
        .remember
        .as_deref()
        .filter(|path| fs::symlink_metadata(path).is_ok());
    if let Some(path) = earlier {
        let found = match parse_heads(&input(path)?) {
            Ok(found) => found,
            Err(TrustFault::NoHeads) => Vec::new(),
            Err(fault) => return Err(unusable(path, &fault.to_string())),
        };
        for head in found {
            if !heads.contains(&head) {
                heads.push(head);
            }
        }
    }
    Ok(heads)
}

/// Adds the head of a whole book to the file at `path`. Returns what was done, in a sentence.
pub(super) fn head(path: &Path, audited: &Audited) -> Result<String, Failure> {
    let Some(head) = audited
        .report
        .head
        .as_ref()
        .filter(|_| audited.exit() != Exit::Ledger)
    else {
        return Ok("Nothing was remembered: only the head of a whole book is.".to_owned());
    };
    let place = path.display();
    let failed = |why: String| {
        Failure::new(
            Exit::Output,
            "the head was not remembered; the file is as it was",
            format!("{place}: {why}"),
            "name a file in a folder that this user may write, then run the audit again",
        )
    };
    match own_file::change(path, |old| remember(old, head)) {
        Ok(true) => Ok(format!(
            "Remembered: the head of size {} in {place}.",
            head.size
        )),
        Ok(false) => Ok(format!("Remembered before: {place} holds this head.")),
        Err(OwnFileError::Io(error)) => Err(failed(error.to_string())),
        Err(OwnFileError::TooLarge) => Err(failed("larger than 1 MiB".to_owned())),
        Err(OwnFileError::Refused(fault)) => Err(failed(fault.to_string())),
    }
}
