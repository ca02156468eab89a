//! `glasskey mds`: FIDO metadata comes in from a file, and what is kept is looked at. Nothing here
//! meets the network.

mod kept;

use super::evidence;
use crate::cli::Output;
use crate::cli::args::MdsImport;
use crate::cli::args::MdsStatus;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held;
use crate::cli::held::AsOf;
use crate::cli::page;
use crate::cli::place;
use crate::cli::words;
use crate::facts::metadata::BlobFacts;
use crate::facts::metadata::BlobRead;
use crate::facts::metadata::Listing;
use crate::facts::metadata::ModelFacts;
use crate::findings;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::io::AnyLedger;
use crate::io::FolderLedger;
use crate::io::Lock;
use crate::ledger::Created;
use crate::ledger::FileName;
use crate::ledger::Ledger;
use crate::ledger::LedgerStore;
use crate::plan::MetadataStaleDays;
use crate::plan::Policy;
use crate::primitives::text;
use crate::webauthn::metadata::Metadata;
use crate::webauthn::metadata::MetadataError;
use kept::Kept;
use serde_json::Value;
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;
use std::path::PathBuf;

const NOTHING: &str = "nothing was kept";

/// Runs `mds import`.
pub(crate) fn import(arguments: &MdsImport, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let as_of = AsOf::of(arguments.as_of.as_ref());
    let trust = held::trust(arguments.trust.as_deref(), NOTHING)?;
    let roots = trust.metadata_roots();
    let bytes = held::file(&arguments.file, NOTHING)?;
    let writes = !as_of.hypothetical || arguments.keep;
    let far = place::is_address(&arguments.book);
    if far && as_of.hypothetical && writes {
        return Err(needs_folder(&arguments.book));
    }
    let found = place::find(&arguments.book, NOTHING)?;
    if writes && found.is_none() {
        return Err(no_ledger(&arguments.book));
    }
    // Without a ledger it is verified and printed.
    let empty = || AnyLedger::Folder(FolderLedger::new(PathBuf::new(), PathBuf::new()));
    let mut store = found.unwrap_or_else(empty);
    let kept = Kept::read(&mut store, &roots)?;
    let verified = Metadata::verify(&bytes, &roots, as_of.time);
    let mut facts = evidence::blob_facts(&verified, as_of);
    facts.highest_before = kept.highest();
    let stale = stale_days(&mut store);
    let all = findings::metadata(&facts, &stale, &Subject::book());
    let refused = all.iter().any(|one| one.verdict == Verdict::Fail);
    let exit = evidence::exit(&all);
    let name = match &verified {
        Ok(metadata) if writes && !refused => {
            // A container has no lock, and needs none to create one file.
            let lock = (!far).then(|| Lock::take(&arguments.book)).transpose();
            let _lock = lock.map_err(|error| words::locked(&error, NOTHING))?;
            if as_of.hypothetical {
                note(&arguments.book, metadata, as_of)?;
            }
            let digest = Ledger::new(&mut store)
                .keep_metadata(&bytes)
                .map_err(|error| words::ledger(&error))?;
            Some(format!("ledger/{}", FileName::Metadata(digest)))
        }
        Ok(_) | Err(_) => None,
    };
    let printed = if output.json {
        let mut value = json!({
            "schema": "glasskey.mds/1",
            "command": "import",
            "exit": exit.code(),
            "judged_as_of": as_of.time,
            "hypothetical": as_of.hypothetical,
            "findings": all,
        });
        if let Some(members) = value.as_object_mut() {
            if let Ok(metadata) = &verified {
                members.insert("blob".to_owned(), blob_json(metadata));
            }
            if let Some(name) = &name {
                members.insert("kept".to_owned(), json!(name));
            }
        }
        format!("{value:#}\n")
    } else {
        import_text(arguments, &verified, &all, as_of, name.as_deref(), output)
    };
    output.print(&printed)?;
    Ok(exit)
}

fn import_text(
    arguments: &MdsImport,
    verified: &Result<Metadata, MetadataError>,
    all: &[Finding],
    as_of: AsOf,
    kept: Option<&str>,
    output: &Output<'_>,
) -> String {
    let mut out = String::new();
    let file = text::printable(&arguments.file.display().to_string());
    let _ = writeln!(out, "{}", output.style.strong(&file));
    if let Ok(metadata) = verified {
        out.push_str(&blob_text(metadata));
    }
    out.push_str(&page::hang("  ", 2, &as_of.words()));
    out.push('\n');
    out.push_str(&evidence::listed(all, output));
    out.push('\n');
    let last = match kept {
        Some(name) if as_of.hypothetical => format!(
            "Kept as {name}; mds/ in the book's folder notes that this was as of a hypothetical time."
        ),
        Some(name) => format!("Kept as {name}."),
        None if verified.is_err() || all.iter().any(|one| one.verdict == Verdict::Fail) => {
            "Refused whole. Nothing was kept.".to_owned()
        }
        None => "Nothing was kept: that takes --keep, or no --as-of.".to_owned(),
    };
    out.push_str(&page::hang("", 0, &last));
    out
}

/// The newest metadata that the ledger of `book` keeps and that was good at some time; `None` if it
/// keeps none.
pub(super) fn newest(book: &Path) -> Result<Option<Metadata>, Failure> {
    let trust = held::trust(None, NOTHING)?;
    let mut store = place::find(book, NOTHING)?.ok_or_else(|| no_ledger(book))?;
    let kept = Kept::read(&mut store, &trust.metadata_roots())?;
    Ok(kept.into_newest())
}

/// Runs `mds status`.
pub(crate) fn status(arguments: &MdsStatus, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let as_of = AsOf::of(arguments.as_of.as_ref());
    let trust = held::trust(arguments.trust.as_deref(), "nothing was looked at")?;
    let roots = trust.metadata_roots();
    let found = place::find(&arguments.book, NOTHING)?;
    let mut store = found.ok_or_else(|| no_ledger(&arguments.book))?;
    let kept = Kept::read(&mut store, &roots)?;
    let stale = stale_days(&mut store);
    let all = status_findings(&kept, &stale, as_of);
    let exit = evidence::exit(&all);
    let printed = if output.json {
        let blobs: Vec<Value> = kept
            .blobs()
            .map(|(metadata, cited_by)| {
                let mut value = blob_json(metadata);
                if let Some(members) = value.as_object_mut() {
                    members.insert("cited_by".to_owned(), json!(cited_by));
                }
                value
            })
            .collect();
        let value = json!({
            "schema": "glasskey.mds/1",
            "command": "status",
            "exit": exit.code(),
            "judged_as_of": as_of.time,
            "hypothetical": as_of.hypothetical,
            "blobs": blobs,
            "findings": all,
        });
        format!("{value:#}\n")
    } else {
        let mut out = page::hang("", 0, &as_of.words());
        for (metadata, cited_by) in kept.blobs() {
            out.push('\n');
            out.push_str(&blob_text(metadata));
            let _ = writeln!(out, "  cited by {} records", cited_by.len());
        }
        out.push('\n');
        out.push_str(&evidence::listed(&all, output));
        out
    };
    output.print(&printed)?;
    Ok(exit)
}

fn status_findings(kept: &Kept, stale: &MetadataStaleDays, as_of: AsOf) -> Vec<Finding> {
    let mut all = Vec::new();
    for (digest, error) in kept.refused() {
        let verified = Err(error.clone());
        let facts = evidence::blob_facts(&verified, as_of);
        let name = FileName::Metadata(*digest);
        all.extend(
            findings::metadata(&facts, stale, &Subject::book())
                .into_iter()
                .map(|mut finding| {
                    finding.detail = format!("ledger/{name} {}", finding.detail);
                    finding
                }),
        );
    }
    let Some(newest) = kept.newest() else {
        let detail = "no metadata is kept: the maker of a key is not proven";
        let finding = Finding::new(Check::MdsSig, Verdict::Unknown, Subject::book(), detail);
        all.push(finding.fix(findings::FETCH_METADATA));
        return all;
    };
    // It was verified as of its own time: an old signer's certificate lapses, as it should.
    let facts = BlobFacts {
        at: as_of.time,
        blob: Ok(BlobRead::of(newest)),
        number_stated: None,
        highest_before: None,
    };
    let of_newest = findings::metadata(&facts, stale, &Subject::book());
    all.extend(
        of_newest
            .into_iter()
            .filter(|one| one.check == Check::MdsStale),
    );
    let (first, last) = newest.valid();
    let detail = format!(
        "no {}, whose certificates hold from {} to {}",
        newest.number(),
        first.day(),
        last.day()
    );
    all.insert(
        0,
        Finding::new(Check::MdsSig, Verdict::Pass, Subject::book(), detail),
    );
    for (label, model) in kept.keys() {
        let model = ModelFacts {
            aaguid: *model,
            certificates: Vec::new(),
            firmware: None,
        };
        let listing = Listing::of(newest, model.aaguid);
        let number = newest.number();
        let subject = Subject::key(label);
        all.push(findings::status(
            &model, &listing, number, None, as_of.time, &subject,
        ));
    }
    all
}

fn blob_json(metadata: &Metadata) -> Value {
    json!({
        "no": metadata.number(),
        "sha256": metadata.sha256(),
        "next_update": metadata.next_update().day(),
        "entries": metadata.entries(),
        "root": metadata.root(),
        "signer": metadata.signer(),
    })
}

fn blob_text(metadata: &Metadata) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "  no {}, {} entries, next update {}",
        metadata.number(),
        metadata.entries(),
        metadata.next_update().day()
    );
    let _ = writeln!(out, "  SHA-256 {}", metadata.sha256());
    let _ = writeln!(out, "  root    {}", metadata.root());
    out
}

/// How old metadata may be: the ledger's policy, else the default.
fn stale_days(store: &mut AnyLedger) -> MetadataStaleDays {
    let policy = Ledger::new(store)
        .in_force()
        .map(|in_force| in_force.policy);
    policy
        .unwrap_or_else(|_| Policy::default())
        .metadata_stale_days
}

/// Notes, before the BLOB is kept, that it was verified as of a time that is not now.
fn note(book: &Path, metadata: &Metadata, as_of: AsOf) -> Result<(), Failure> {
    let name = format!("{}.as-of", metadata.sha256());
    let mut notes = FolderLedger::new(book.join("mds"), book.join("open").join(".tmp"));
    let line = format!("{}\n", as_of.time);
    match notes.create(&name, line.as_bytes()) {
        // The first note stays: it says that this BLOB did not come in as of its own day.
        Ok(Created::Created | Created::Exists) => Ok(()),
        Err(error) => Err(words::store(&error)),
    }
}

/// That a hypothetical time is noted in a folder, and there is none.
fn needs_folder(book: &Path) -> Failure {
    Failure::new(
        Exit::Usage,
        NOTHING,
        format!(
            "{} has no folder to note a hypothetical time in",
            book.display()
        ),
        "name the book's folder with --book, or leave out --keep",
    )
}

fn no_ledger(book: &Path) -> Failure {
    Failure::new(
        Exit::Usage,
        NOTHING,
        format!("{} has no ledger", book.display()),
        "name the book with --book DIR: the folder that holds glasskey.toml and its ledger",
    )
}
