//! What `init` came to, on standard output. Schema `glasskey.init/1`.

use super::Begun;
use super::pin;
use crate::cli::Output;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::page;
use crate::cli::pinned::First;
use crate::cli::plan_file;
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;

/// Pins the trust file, and says what was begun and what comes next.
pub(super) fn ended(
    folder: &Path,
    begun: &Begun,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let pinned = pin(folder, begun)?;
    if begun.before && !matches!(pinned, First::Pinned(_)) {
        return Err(Failure::new(
            Exit::Usage,
            "nothing was begun; the book is as it was",
            "the book has its genesis already, and its trust file is pinned",
            "run `glasskey` in the book: it says what is due; a new book is a new folder",
        ));
    }
    let next = next(folder, begun, output)?;
    let shown = if output.json {
        let value = json!({
            "schema": "glasskey.init/1",
            "exit": Exit::Done.code(),
            "book": folder.display().to_string(),
            "genesis": begun.genesis,
            "head": {"root": begun.head.root, "size": begun.head.size},
            "missing": begun.missing,
            "pinned": match &pinned {
                First::Pinned(path) | First::There(path) => Some(path.display().to_string()),
                First::Another(_) | First::Nowhere => None,
            },
            "next": next,
        });
        format!("{value:#}\n")
    } else {
        text(folder, begun, &pinned, &next)
    };
    output.print(&shown)?;
    Ok(Exit::Done)
}

fn text(folder: &Path, begun: &Begun, pinned: &First, next: &[String]) -> String {
    let mut text = page::hang(
        "",
        0,
        &format!("The book in {} has begun.", folder.display()),
    );
    let _ = writeln!(text, "  SHA-256 of record 000000:\n  {}", begun.genesis);
    text.push_str(&page::hang(
        "",
        0,
        "Write that digest on paper, and have everyone who signed sign it in ink: no book vouches for \
         itself.",
    ));
    text.push_str(&page::hang("", 0, &words(pinned)));
    if !begun.missing.is_empty() {
        let line = format!("Yet to sign: {}.", begun.missing.join(", "));
        text.push_str(&page::hang("", 0, &line));
    }
    text.push_str("Next:\n");
    for line in next {
        text.push_str(&page::hang("  ", 4, line));
    }
    text
}

fn words(pinned: &First) -> String {
    match pinned {
        First::Pinned(path) => format!(
            "Pinned: {} holds this genesis; audits on this machine are held against it.",
            path.display()
        ),
        First::There(path) => format!("It was pinned before, in {}.", path.display()),
        First::Another(path) => format!(
            "NOT pinned: {} holds another book of this tenant. Audit this one with a trust file of \
             its own: `--trust FILE` (docs/formats/trust.md).",
            path.display()
        ),
        First::Nowhere => {
            "NOT pinned: neither XDG_CONFIG_HOME nor HOME names a folder. Write a trust file by hand: \
             docs/formats/trust.md."
                .to_owned()
        }
    }
}

/// What comes next, a command or a sentence each.
fn next(folder: &Path, begun: &Begun, output: &mut Output<'_>) -> Result<Vec<String>, Failure> {
    let mut all = Vec::new();
    if !begun.missing.is_empty() {
        all.push("glasskey sign --export 000000 -o to-sign.json".to_owned());
    }
    let plan = plan_file::read(folder, super::WRITTEN, output)?.plan;
    all.push("glasskey mds import BLOB (from https://mds3.fidoalliance.org/)".to_owned());
    all.extend(
        plan.accounts
            .iter()
            .map(|account| format!("glasskey provision {}", account.alias)),
    );
    all.push("glasskey register".to_owned());
    Ok(all)
}
