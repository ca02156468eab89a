//! `glasskey audit --evidence`: judges one registration alone, offline, without a book.

use crate::cli::Output;
use crate::cli::args::Audit;
use crate::cli::console;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held;
use crate::cli::held::AsOf;
use crate::cli::page;
use crate::facts::metadata::BlobFacts;
use crate::facts::metadata::BlobFault;
use crate::facts::metadata::BlobRead;
use crate::findings;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::ledger::Trust;
use crate::ledger::audit::LoneRegistration;
use crate::ledger::audit::breaks;
use crate::ledger::audit::judge_alone;
use crate::plan::Policy;
use crate::primitives::text;
use crate::webauthn::metadata::Metadata;
use crate::webauthn::metadata::MetadataError;
use serde_json::Value;
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

const NOTHING: &str = "nothing was judged";

/// Runs the command.
pub(crate) fn run(
    path: &Path,
    arguments: &Audit,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let as_of = AsOf::of(arguments.as_of.as_ref());
    let mut trust = held::trust(arguments.trust.as_deref(), NOTHING)?;
    let registration: LoneRegistration = serde_json::from_slice(&held::file(path, NOTHING)?)
        .map_err(|error| {
            Failure::new(
                Exit::Usage,
                NOTHING,
                format!("{}: {error}", path.display()),
                "write {\"attestation_object\":…,\"client_data_json\":…,\"rp_id\":…}, bytes in unpadded base64url (docs/formats/evidence.md)",
            )
        })?;
    let subject = Subject::key("evidence");
    let mut all = match &arguments.mds {
        Some(blob) => brought(blob, &mut trust, as_of, &subject)?,
        None => Vec::new(),
    };
    all.extend(judge_alone(&registration, &trust, as_of.time, &subject));
    all.sort_by_key(|finding| finding.check);
    let exit = exit(&all);
    let printed = if output.json {
        format!("{:#}\n", as_json(&all, &trust, as_of, exit))
    } else {
        as_text(&all, &trust, path, as_of, exit, output)
    };
    output.print(&printed)?;
    Ok(exit)
}

/// Verifies the BLOB that the auditor brought, and puts it into `trust` if it is good.
///
/// # Errors
/// [`Failure`] with exit 2 if the file cannot be read.
pub(crate) fn brought(
    path: &Path,
    trust: &mut Trust,
    as_of: AsOf,
    subject: &Subject,
) -> Result<Vec<Finding>, Failure> {
    let bytes = held::file(path, NOTHING)?;
    let verified = Metadata::verify(&bytes, &trust.metadata_roots(), as_of.time);
    let facts = blob_facts(&verified, as_of);
    trust.metadata = verified.ok().map(Arc::new);
    let stale = Policy::default().metadata_stale_days;
    let mut all = findings::metadata(&facts, &stale, subject);
    all.retain(|finding| finding.check != Check::MdsRollback); // there is nothing it could be older than
    Ok(all)
}

/// The facts of a BLOB that stands alone.
pub(crate) fn blob_facts(verified: &Result<Metadata, MetadataError>, as_of: AsOf) -> BlobFacts {
    BlobFacts {
        at: as_of.time,
        blob: verified
            .as_ref()
            .map(BlobRead::of)
            .map_err(|error| BlobFault::Refused(error.clone())),
        number_stated: None,
        highest_before: None,
    }
}

/// How findings without a ledger end.
pub(crate) fn exit(all: &[Finding]) -> Exit {
    if all.iter().any(breaks) {
        Exit::Ledger
    } else if all.iter().any(|finding| finding.verdict.is_open()) {
        Exit::Findings
    } else {
        Exit::Done
    }
}

fn as_json(all: &[Finding], trust: &Trust, as_of: AsOf, exit: Exit) -> Value {
    let mut value = json!({
        "schema": "glasskey.evidence/1",
        "exit": exit.code(),
        "judged_as_of": as_of.time,
        "hypothetical": as_of.hypothetical,
        "findings": all,
    });
    if let (Some(members), Some(metadata)) = (value.as_object_mut(), &trust.metadata) {
        let cited = json!({"no": metadata.number(), "sha256": metadata.sha256()});
        members.insert("mds".to_owned(), cited);
    }
    value
}

fn as_text(
    all: &[Finding],
    trust: &Trust,
    path: &Path,
    as_of: AsOf,
    exit: Exit,
    output: &Output<'_>,
) -> String {
    let style = output.style;
    let mut out = String::new();
    let name = path.display().to_string();
    let _ = writeln!(out, "{}", style.strong(&text::printable(&name)));
    out.push_str(&page::hang("  ", 2, &as_of.words()));
    let anchors = match &trust.metadata {
        Some(metadata) => format!(
            "Anchors: metadata no {}, SHA-256 {}.",
            metadata.number(),
            metadata.sha256()
        ),
        None if trust.anchors.is_empty() => {
            "No metadata and no trusted anchor: the maker of the key is not proven.".to_owned()
        }
        None => "Anchors: the trust file's.".to_owned(),
    };
    out.push_str(&page::hang("  ", 2, &anchors));
    out.push('\n');
    for finding in all {
        out.push_str(&page::finding(style, finding));
    }
    out.push('\n');
    out.push_str(&page::hang("", 0, &verdict(all, exit, style)));
    out
}

fn verdict(all: &[Finding], exit: Exit, style: page::Style) -> String {
    match (exit, all.iter().find(|finding| breaks(finding))) {
        (Exit::Ledger, Some(first)) => format!(
            "{} {}: {}",
            style.strong("Do not trust this registration."),
            first.check,
            text::printable(&first.detail)
        ),
        (Exit::Done, _) => format!(
            "{} A key of this model made this credential.",
            style.strong("Genuine.")
        ),
        _ => {
            let open: Vec<&str> = all
                .iter()
                .filter(|finding| finding.verdict.is_open())
                .map(|finding| finding.check.id())
                .collect();
            format!("{} Open: {}.", style.strong("Not proven."), open.join(" "))
        }
    }
}

/// Findings for people, for a command that has no book to put them under.
pub(crate) fn listed(all: &[Finding], output: &Output<'_>) -> String {
    let mut out = String::new();
    for one in all {
        if output.verbose || one.verdict != Verdict::NotRun {
            let rest = std::slice::from_ref(one);
            out.push_str(&console::findings(output.style, true, rest, 2));
        }
    }
    out
}
