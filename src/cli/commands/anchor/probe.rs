//! `glasskey anchor probe`: whether what keeps the ledger would refuse an overwrite.

use crate::cli::Output;
use crate::cli::args::AnchorProbe;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::page;
use crate::cli::place;
use crate::cli::place::Planned;
#[cfg(feature = "object-store")]
use crate::io::SystemEntropy;
#[cfg(feature = "object-store")]
use crate::io::object::Answer;
use crate::plan::ObjectUrl;
#[cfg(feature = "object-store")]
use crate::primitives::Entropy;
#[cfg(feature = "object-store")]
use crate::primitives::bytes;
use serde_json::json;

const NOTHING: &str = "nothing was tried";

/// What a probe came to.
struct Verdict {
    /// `refuses`, `allows` or `unknown`.
    overwrite: &'static str,
    detail: String,
    /// The object that was made for it and is still there.
    left: Option<String>,
}

/// Runs the command.
pub(crate) fn run(arguments: &AnchorProbe, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let url = match place::address(&arguments.book, NOTHING)? {
        Some(url) => Some(url),
        None => match place::planned(&arguments.book, NOTHING)? {
            Planned::Address(url) => Some(url),
            Planned::Folder(_) => None,
        },
    };
    let verdict = match &url {
        Some(url) => probe(url)?,
        None => Verdict {
            overwrite: "allows",
            detail: "the ledger lies in a folder, and whoever may write there may replace its \
                     files"
                .to_owned(),
            left: None,
        },
    };
    let exit = if verdict.overwrite == "refuses" {
        Exit::Done
    } else {
        Exit::Findings
    };
    if output.json {
        let mut value = json!({
            "schema": "glasskey.anchor-probe/1",
            "exit": exit.code(),
            "kind": "retention",
            "overwrite": verdict.overwrite,
            "detail": verdict.detail,
        });
        if let (Some(members), Some(left)) = (value.as_object_mut(), &verdict.left) {
            members.insert("left".to_owned(), json!(left));
        }
        output.print(&format!("{value:#}\n"))?;
        return Ok(exit);
    }
    let said = match verdict.overwrite {
        "refuses" => "Would refuse an overwrite",
        "allows" => "Would allow an overwrite",
        _ => "Unknown whether it would refuse an overwrite",
    };
    let mut text = page::hang("", 0, &format!("{said}: {}.", verdict.detail));
    if let Some(left) = &verdict.left {
        let words = format!("The test object {left} stays until its retention ends.");
        text.push_str(&page::hang("", 0, &words));
    }
    output.print(&text)?;
    Ok(exit)
}

#[cfg(not(feature = "object-store"))]
fn probe(url: &ObjectUrl) -> Result<Verdict, Failure> {
    Err(place::not_built_in(url, NOTHING))
}

/// Tries it beside the ledger, never in it: a file that is not the ledger's would break it.
#[cfg(feature = "object-store")]
fn probe(url: &ObjectUrl) -> Result<Verdict, Failure> {
    let Some(above) = url.parent() else {
        return Ok(Verdict {
            overwrite: "unknown",
            detail: "the whole container is the ledger, and nothing of ours may be put into it"
                .to_owned(),
            left: None,
        });
    };
    let mut id = [0; 8];
    SystemEntropy::open()
        .map_err(|error| Failure::new(Exit::Output, NOTHING, error.0, "run the command again"))?
        .fill(&mut id);
    let container = place::container(url, NOTHING)?;
    let place = above.join(".glasskey-probe");
    let probed = container
        .probe(&place, &bytes::hex(&id))
        .map_err(|fault| place::failed(fault, &place, NOTHING))?;
    let (overwrite, detail) = judged(probed.overwrite, probed.delete);
    Ok(Verdict {
        overwrite,
        detail: detail.to_owned(),
        left: probed.left.then_some(probed.object),
    })
}

#[cfg(feature = "object-store")]
const fn judged(overwrite: Answer, delete: Answer) -> (&'static str, &'static str) {
    match (overwrite, delete) {
        (Answer::Retained, Answer::Retained) => (
            "refuses",
            "it refused to replace and to remove an object of ours, by retention; whether that is \
             locked cannot be seen from here",
        ),
        (Answer::Retained, _) => (
            "refuses",
            "it refused to replace an object of ours, by retention; whether that is locked cannot \
             be seen from here",
        ),
        (Answer::Allowed, Answer::Retained) => (
            "allows",
            "it took another version of an object of ours, and keeps the first by retention; \
             glasskey reads the newest version alone",
        ),
        (Answer::Allowed, _) => ("allows", "it replaced an object of ours"),
        (Answer::NotByUs, _) => (
            "unknown",
            "it refused these credentials, which is not retention: others may be allowed to",
        ),
        (Answer::Unclear(_), _) => ("unknown", "it did not say why it did not do it"),
    }
}

#[cfg(all(test, feature = "object-store"))]
mod tests {
    use super::*;
    use crate::ledger::RemoteFault;

    #[test]
    fn only_retention_counts_as_a_refusal() {
        let said = |overwrite, delete| judged(overwrite, delete).0;
        assert_eq!(said(Answer::Retained, Answer::Retained), "refuses");
        assert_eq!(said(Answer::Allowed, Answer::Allowed), "allows");
        // S3 with object lock: a new version hides the one that is kept.
        assert_eq!(said(Answer::Allowed, Answer::Retained), "allows");
        assert_eq!(said(Answer::NotByUs, Answer::NotByUs), "unknown");
        let unclear = Answer::Unclear(RemoteFault::Status(409));
        assert_eq!(said(unclear, Answer::Allowed), "unknown");
    }
}
