//! `glasskey anchor add`: what an authority answered, verified and kept.

use super::anchors;
use super::audited;
use super::demand_whole;
use super::keep;
use crate::cli::Output;
use crate::cli::args::AnchorAdd;
use crate::cli::commands::audit::outside;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held;
use crate::cli::page;
use crate::cli::place;
use crate::cli::words;
use crate::ledger::FileName;
use crate::ledger::LedgerStore;
use crate::ledger::stamp::Authority;
use crate::ledger::stamp::Stamp;
use crate::ledger::stamp::StampName;
use crate::ledger::stamp::answers;
use crate::ledger::stamp::requests;
use crate::ledger::stamp::verify;
use crate::primitives::Digest;
use serde_json::json;

const NOTHING: &str = "the stamp was not kept";

/// Runs the command.
pub(crate) fn run(arguments: &AnchorAdd, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let bytes = held::file(&arguments.file, NOTHING)?;
    let (book, trust) = audited(&arguments.book, arguments.trust.as_deref(), NOTHING)?;
    demand_whole(&book, NOTHING)?;
    let roots: Vec<&[u8]> = trust.tsa_roots.iter().map(Vec::as_slice).collect();
    let refuse = |why: String, next: &str| {
        let why = format!("{}: {why}", arguments.file.display());
        Failure::new(Exit::Ledger, NOTHING, why, next)
    };
    let stamp = verify(&bytes, &roots).map_err(|fault| {
        refuse(
            fault.to_string(),
            "ask the authority again, with the file of `glasskey anchor request`",
        )
    })?;
    let ledger = place::ledger_of(&arguments.book, NOTHING)?;
    let size = size_of(&ledger, &stamp)
        .map_err(|error| words::store(&error))?
        .ok_or_else(|| {
            refuse(
                "it stamps no head of this ledger".to_owned(),
                "name the book it was asked for: `glasskey anchor add FILE --book BOOK`",
            )
        })?;
    let kept = anchors(&arguments.book, NOTHING)?;
    let asked = requests(&kept).map_err(|error| words::store(&error))?;
    if !answers(&stamp, &asked) {
        return Err(refuse(
            "it answers another request than those kept for that head".to_owned(),
            "look whether answers were mixed up, or ask the authority again",
        ));
    }
    let name = StampName {
        size,
        sha256: Digest::of(&bytes),
    };
    let new = keep(&arguments.book, &name.to_string(), &bytes, NOTHING)?;
    let file = arguments.book.join(outside::FOLDER).join(name.to_string());
    let (exit, worth) = worth(&stamp.authority);
    if output.json {
        let value = json!({
            "schema": "glasskey.anchor/1",
            "file": file.display().to_string(),
            "new": new,
            "size": size,
            "time": stamp.time,
            "signer": stamp.signer,
            "verified": exit == Exit::Done,
            "detail": worth,
        });
        output.print(&format!("{value:#}\n"))?;
        return Ok(exit);
    }
    let text = format!(
        "{}: the head of size {size} was there on {}, says {}. {worth} It lies in {}.",
        if new { "Kept" } else { "Kept before" },
        stamp.time,
        stamp.signer,
        file.display()
    );
    output.print(&page::hang("", 0, &text))?;
    Ok(exit)
}

/// What the auditor's roots make of it.
fn worth(authority: &Authority) -> (Exit, String) {
    match authority {
        Authority::Trusted { root } => (
            Exit::Done,
            format!("It leads to your tsa-root of SHA-256 {root}."),
        ),
        Authority::NoRoots => (
            Exit::Findings,
            "Nobody vouches for it yet: name the authority's root, had from elsewhere, as \
             tsa-root in a trust file."
                .to_owned(),
        ),
        Authority::NotToRoot { why } => (
            Exit::Findings,
            format!("Nobody vouches for it: it leads to no tsa-root of yours ({why})."),
        ),
    }
}

/// The size of the head that was stamped; `None` if it is none of this ledger.
fn size_of(
    ledger: &dyn LedgerStore,
    stamp: &Stamp,
) -> Result<Option<u64>, crate::ledger::StoreError> {
    for name in ledger.list("checkpoints/")? {
        if let Some(FileName::Checkpoint(size)) = FileName::parse(&name)
            && let Some(text) = ledger.read(&name)?
            && Digest::of(&text) == stamp.imprint
        {
            return Ok(Some(size));
        }
    }
    Ok(None)
}
