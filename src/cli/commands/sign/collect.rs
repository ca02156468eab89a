//! `sign --collect`: signatures from other machines, verified, into the book.

use super::left;
use super::records::document;
use super::records::missing_json;
use super::records::missing_text;
use crate::ceremony::waiting;
use crate::ceremony::waiting::Collected;
use crate::cli::Output;
use crate::cli::args::Sign;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held;
use crate::cli::open_book::OpenBook;
use crate::cli::page;
use crate::cli::words;
use crate::ledger::Ledger;
use crate::record::MAX_SIGNATURE_BYTES;
use serde_json::json;
use std::path::Path;

const NOTHING: &str = "nothing was collected";
/// Signatures in one file, at most: a bundle's records, with their rosters.
const MOST: usize = 512;
const END: &[u8] = b"-----END SSH SIGNATURE-----\n";

/// Collects signatures.
pub(super) fn run(arguments: &Sign, output: &mut Output<'_>) -> Result<Exit, Failure> {
    if arguments.what.is_empty() {
        return Err(Failure::new(
            Exit::Usage,
            NOTHING,
            "no file was named",
            "name the files that came back: `glasskey sign --collect w-1.sig`",
        ));
    }
    let mut blocks = Vec::new();
    for file in &arguments.what {
        let bytes = held::file(Path::new(file), NOTHING)?;
        blocks.extend(split(&bytes).map(|block| (file.clone(), block.to_vec())));
    }
    if blocks.len() > MOST {
        return Err(Failure::new(
            Exit::Usage,
            NOTHING,
            format!("more than {MOST} signatures"),
            "collect fewer files at once",
        ));
    }
    let mut book = OpenBook::open(&arguments.book, NOTHING)?;
    let mut all = Vec::new();
    for (file, block) in blocks {
        let mut ledger = Ledger::new(&mut book.store);
        let collected = waiting::collect(&mut ledger, &mut book.desk, &block)
            .map_err(|error| words::ceremony(&error))?;
        all.push((file, collected));
    }
    let (left, next) = left(&mut book)?;
    let shown = if output.json {
        let value = json!({
            "schema": "glasskey.sign-collect/1",
            "collected": all.iter().map(|(file, one)| as_json(file, one)).collect::<Vec<_>>(),
            "missing": missing_json(&left),
            "next": next,
        });
        format!("{value:#}\n")
    } else {
        let mut shown = String::new();
        for (file, one) in &all {
            shown.push_str(&page::hang("", 0, &format!("{file}: {}", in_words(one))));
        }
        shown.push_str(&missing_text(&left));
        if left.is_empty() {
            shown.push_str("Nobody is missing: every record has its signatures.\n");
        }
        if let Some(next) = &next {
            let line = format!("What waits in open/ goes on: `{next}`.");
            shown.push_str(&page::hang("", 0, &line));
        }
        shown
    };
    output.print(&shown)?;
    let bad = |one: &&(String, Collected)| {
        matches!(one.1, Collected::OfNothingHere | Collected::NotASignature)
    };
    match all.iter().find(bad) {
        Some((file, one)) => Err(Failure::new(
            Exit::Ledger,
            "not every signature was kept; those that count are in the book",
            format!("{file}: {}", in_words(one)),
            "let that person sign the bundle again, with the key that the roster names",
        )),
        None => Ok(Exit::Done),
    }
}

/// The signatures in a file, one after the other; what is none is taken whole, to be refused.
fn split(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = file;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .windows(END.len())
            .take(MAX_SIGNATURE_BYTES)
            .position(|window| window == END)
            .map_or(rest.len(), |at| at + END.len());
        let (block, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(block)
    })
}

fn place(index: Option<u64>) -> String {
    index.map_or_else(
        || "the record that waits in open/".to_owned(),
        |index| format!("record {index:06}"),
    )
}

fn in_words(one: &Collected) -> String {
    match one {
        Collected::Kept {
            reference,
            document: what,
            index,
            expected,
        } => {
            let of = match document(*what) {
                "roster" => format!("the roster of {}", place(*index)),
                _ => place(*index),
            };
            if *expected {
                format!("{reference} signed {of}; it verifies, and is kept")
            } else {
                format!("{reference} reviewed {of}; it verifies, is kept, and does not count")
            }
        }
        Collected::Before { reference, index } => format!(
            "{reference} had signed {} before; nothing was changed",
            place(*index)
        ),
        Collected::OfNothingHere => {
            "it verifies over no record of this book, by nobody who may sign one".to_owned()
        }
        Collected::NotASignature => "it is not an SSH signature in its one spelling".to_owned(),
    }
}

fn as_json(file: &str, one: &Collected) -> serde_json::Value {
    match one {
        Collected::Kept {
            reference,
            document: what,
            index,
            expected,
        } => json!({
            "file": file, "state": "kept", "ref": reference, "record": index,
            "document": document(*what), "expected": expected,
        }),
        Collected::Before { reference, index } => json!({
            "file": file, "state": "before", "ref": reference, "record": index,
        }),
        Collected::OfNothingHere => json!({"file": file, "state": "of_nothing_here"}),
        Collected::NotASignature => json!({"file": file, "state": "not_a_signature"}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_cut_after_each_signature() {
        let one = [b"-----BEGIN SSH SIGNATURE-----\nAA==\n", END].concat();
        let two = [one.as_slice(), one.as_slice()].concat();
        assert_eq!(split(&two).collect::<Vec<_>>(), [&one[..], &one[..]]);
        let odd = [one.as_slice(), b"x"].concat();
        assert_eq!(split(&odd).collect::<Vec<_>>(), [&one[..], b"x"]);
        assert_eq!(split(b"").count(), 0);
    }
}
