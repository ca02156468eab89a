//! `glasskey anchor list`: what holds the book from outside.

use super::audited;
use crate::cli::Output;
use crate::cli::args::AnchorList;
use crate::cli::commands::audit::outside;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use serde_json::json;

/// Runs the command.
pub(crate) fn run(arguments: &AnchorList, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let (book, _) = audited(
        &arguments.book,
        arguments.trust.as_deref(),
        "nothing was listed",
    )?;
    let text = if output.json {
        let value = json!({
            "schema": "glasskey.anchors/1",
            "exit": book.exit().code(),
            "anchors": outside::json(&book),
        });
        format!("{value:#}\n")
    } else {
        outside::lines(&book, output.style)
    };
    output.print(&text)?;
    Ok(book.exit())
}
