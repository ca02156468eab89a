//! `glasskey anchor request`: what is carried to an authority.

use super::audited;
use super::demand_whole;
use super::keep;
use crate::cli::Output;
use crate::cli::args::AnchorRequest;
use crate::cli::commands::audit::outside;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::page;
use crate::io::SystemEntropy;
use crate::ledger::stamp::StampName;
use crate::ledger::stamp::StampRequest;
use serde_json::json;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

const NOTHING: &str = "no request was made";

/// Runs the command.
pub(crate) fn run(arguments: &AnchorRequest, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let (audited, _) = audited(&arguments.book, None, NOTHING)?;
    demand_whole(&audited, NOTHING)?;
    let head = audited.head().ok_or_else(|| {
        Failure::new(
            Exit::Ledger,
            NOTHING,
            "the ledger has no head",
            "run `glasskey audit` on it",
        )
    })?;
    let mut entropy = SystemEntropy::open()
        .map_err(|error| Failure::new(Exit::Output, NOTHING, error.0, "run the command again"))?;
    let request = StampRequest::new(head, &mut entropy);
    let bytes = request.der();
    let name = StampName::of_request(head.size, &request);
    if let Some(path) = &arguments.out {
        create(path, &bytes)?;
    }
    keep(&arguments.book, &name, &bytes, "the request was not kept")?;
    let kept = arguments.book.join(outside::FOLDER).join(&name);
    let carried = arguments.out.as_ref().unwrap_or(&kept).display();
    if output.json {
        let value = json!({
            "schema": "glasskey.anchor/1",
            "file": carried.to_string(),
            "kept": kept.display().to_string(),
            "size": head.size,
            "sha256": request.imprint,
        });
        output.print(&format!("{value:#}\n"))?;
        return Ok(Exit::Done);
    }
    let mut text = page::hang(
        "",
        0,
        &format!(
            "A request to stamp the head of size {}; it holds a digest and nothing else of the book. \
             Where there is a network, and with the address of an authority you trust:",
            head.size
        ),
    );
    text.push_str("  curl -sS -H 'Content-Type: application/timestamp-query' \\\n");
    let _ = writeln!(
        text,
        "    --data-binary @{carried} -o answer.tsr https://AUTHORITY"
    );
    text.push_str(&page::hang(
        "",
        0,
        "Then, here: `glasskey anchor add answer.tsr`",
    ));
    output.print(&text)?;
    Ok(Exit::Done)
}

/// Writes a file that was not there.
fn create(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .map_err(|error| {
            Failure::new(
                Exit::Output,
                NOTHING,
                format!("{}: {error}", path.display()),
                "name a new file in a folder that this user may write",
            )
        })
}
