//! `sign --export`: a bundle of what lacks signatures, to be taken to those who sign.

use super::name;
use super::record_number;
use super::records::missing_json;
use super::records::missing_text;
use super::records::write_new;
use crate::ceremony::waiting;
use crate::ceremony::waiting::Waiting;
use crate::cli::Output;
use crate::cli::args::Sign;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::open_book;
use crate::cli::page;
use crate::cli::place;
use crate::cli::words;
use crate::ledger::Bundle;
use crate::ledger::Ledger;
use crate::ledger::Signing;
use serde_json::json;
use std::path::PathBuf;

const NOTHING: &str = "no bundle was written";

/// Writes a bundle.
pub(super) fn run(arguments: &Sign, output: &mut Output<'_>) -> Result<Exit, Failure> {
    open_book::in_a_folder(&arguments.book, NOTHING)?;
    let mut store = place::ledger_of(&arguments.book, NOTHING)?;
    let desk = open_book::desk(&arguments.book);
    let ledger = Ledger::new(&mut store);
    let failed = |error| words::ceremony(&error);
    let mut chosen: Vec<Waiting> = Vec::new();
    if arguments.what.is_empty() {
        chosen = waiting::incomplete(&ledger, &desk).map_err(failed)?;
    }
    for text in &arguments.what {
        let signing = ledger.signing().map_err(|error| words::ledger(&error))?;
        let number = record_number(text);
        let found = signing
            .into_iter()
            .find(|one| number.is_some() && one.index == number);
        let signing = found.ok_or_else(|| {
            Failure::new(
                Exit::Usage,
                NOTHING,
                format!("the book has no record {text}"),
                "name numbers that `glasskey audit` lists, or none for all that lack signatures",
            )
        })?;
        chosen.push(Waiting {
            open: None,
            signing,
        });
    }
    if chosen.is_empty() {
        return nothing_missing(output);
    }
    let mut records = Vec::new();
    for one in &chosen {
        records.push(waiting::to_sign(&ledger, &desk, one).map_err(failed)?);
    }
    let origin = ledger
        .origin()
        .map_err(|error| words::ledger(&error))?
        .ok_or_else(|| words::ledger(&crate::ledger::LedgerError::Origin))?;
    let bytes = Bundle::new(&origin, &records)
        .bytes()
        .map_err(|_| words::ceremony(&crate::ceremony::CeremonyError::NotCanonical))?;
    let out = arguments
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from("to-sign.json"));
    write_new(&out, &bytes, NOTHING)?;
    let signing: Vec<Signing> = chosen.into_iter().map(|one| one.signing).collect();
    let shown = if output.json {
        let value = json!({
            "schema": "glasskey.sign-export/1",
            "file": out.display().to_string(),
            "records": signing.iter().map(|one| one.index).collect::<Vec<_>>(),
            "missing": missing_json(&signing),
        });
        format!("{value:#}\n")
    } else {
        let mut shown = String::new();
        for one in &signing {
            let line = name(one.index, &one.happened);
            shown.push_str(&page::hang("In it: ", 7, &line));
        }
        let open: Vec<Signing> = signing
            .into_iter()
            .filter(|one| !one.is_complete())
            .collect();
        shown.push_str(&missing_text(&open));
        shown.push_str(&page::hang(
            "",
            0,
            &format!(
                "Take {} to their machines: `glasskey sign {}`. It holds no secret.",
                out.display(),
                out.display()
            ),
        ));
        shown
    };
    output.print(&shown)?;
    Ok(Exit::Done)
}

fn nothing_missing(output: &mut Output<'_>) -> Result<Exit, Failure> {
    let shown = if output.json {
        let value = json!({
            "schema": "glasskey.sign-export/1",
            "file": null,
            "records": [],
            "missing": [],
        });
        format!("{value:#}\n")
    } else {
        "No record lacks a signature: no bundle was written.\n".to_owned()
    };
    output.print(&shown)?;
    Ok(Exit::Done)
}
