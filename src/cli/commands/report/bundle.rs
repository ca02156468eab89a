//! An auditor's bundle: a zip with the book, the report in each form, the verifier, and what is evidence
//! for which question. The same book and period give the same bytes.

use super::NOTHING;
use super::Reported;
use super::days;
use super::further::Further;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held;
use crate::cli::place;
use crate::cli::words;
use crate::io::AnyLedger;
use crate::ledger::LedgerStore;
use crate::ledger::VERIFY_MD;
use crate::ledger::VERIFY_PY;
use crate::paper::evidence_markdown;
use crate::paper::inventory_csv;
use crate::paper::report_page;
use crate::primitives::UtcTime;
use crate::primitives::text;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Cursor;
use std::io::Write;
use std::path::Path;
use zip::CompressionMethod;
use zip::DateTime;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What is said of a bundle that was not made.
const UNWRITTEN: &str = "nothing was written";

/// Folders of a book, the ledger apart, that an auditor is given.
const FOLDERS: [&str; 3] = ["anchors/", "paper/", "transcripts/"];
/// Files at the top of a book that an auditor is given: not the names behind the refs.
const FILES: [&str; 4] = [
    "VERIFY.md",
    "glasskey.toml",
    "roster.allowed_signers",
    "verify.py",
];

/// A bundle.
pub(super) struct Bundle {
    /// The zip.
    pub(super) bytes: Vec<u8>,
    /// Names in the book that are not plain, and are left out.
    pub(super) left_out: Vec<String>,
}

/// Makes it.
pub(super) fn bundle(
    book: &Path,
    store: &AnyLedger,
    reported: &Reported,
    further: &Further,
) -> Result<Bundle, Failure> {
    let mut taken = Taken::default();
    for name in listed(store, "")? {
        taken.take(store, &name, format!("ledger/{name}"))?;
    }
    if let Some(around) = place::around(book, "", NOTHING)? {
        for name in FILES {
            if listed(&around, name)?.iter().any(|one| one == name) {
                taken.take(&around, name, name.to_owned())?;
            }
        }
        for folder in FOLDERS {
            for name in listed(&around, folder)? {
                taken.take(&around, &name, name.clone())?;
            }
        }
    }
    let Taken {
        mut files,
        left_out,
    } = taken;
    if let Some(path) = reported.source.file() {
        files.insert("trust.toml".to_owned(), held::file(path, NOTHING)?);
    }
    let json = format!("{:#}\n", super::json(reported)?);
    let has_trust = files.contains_key("trust.toml");
    for (name, bytes) in [
        (
            "EVIDENCE.md",
            evidence_markdown(&reported.report).into_bytes(),
        ),
        (
            "README.txt",
            readme(reported, has_trust, &left_out).into_bytes(),
        ),
        ("VERIFY.md", VERIFY_MD.as_bytes().to_vec()),
        ("due.ics", days::text(reported, further).into_bytes()),
        (
            "inventory.csv",
            inventory_csv(&reported.report, &further.dues).into_bytes(),
        ),
        ("report.html", report_page(&further.page(reported))),
        ("report.json", json.into_bytes()),
        ("verify.py", VERIFY_PY.as_bytes().to_vec()),
    ] {
        files.insert(name.to_owned(), bytes);
    }
    Ok(Bundle {
        bytes: zipped(&files, reported.report.period.to)?,
        left_out,
    })
}

/// What was taken out of a book.
#[derive(Default)]
struct Taken {
    /// Files of the bundle.
    files: BTreeMap<String, Vec<u8>>,
    /// Names in the book that are not plain.
    left_out: Vec<String>,
}

impl Taken {
    /// Takes the file `name`, which is `in_book` as people name it.
    ///
    /// # Errors
    /// That it cannot be read, or is gone: an auditor is given a whole book or none.
    fn take(&mut self, from: &dyn LedgerStore, name: &str, in_book: String) -> Result<(), Failure> {
        if !is_plain(&in_book) {
            self.left_out.push(in_book);
            return Ok(());
        }
        let bytes = match from.read(name) {
            Ok(bytes) => bytes.ok_or_else(|| "it was there, and is gone".to_owned()),
            Err(error) => Err(words::stored(&error)),
        };
        let bytes = bytes.map_err(|why| {
            Failure::new(
                Exit::Ledger,
                UNWRITTEN,
                format!("{in_book}: {why}"),
                "let this user read every file of the book, and nobody write to it meanwhile; then run it again",
            )
        })?;
        self.files.insert(format!("book/{in_book}"), bytes);
        Ok(())
    }
}

fn listed(store: &dyn LedgerStore, prefix: &str) -> Result<Vec<String>, Failure> {
    let mut names = store.list(prefix).map_err(|error| words::store(&error))?;
    // An empty folder.
    names.retain(|name| !name.ends_with('/'));
    Ok(names)
}

/// Whether whoever unpacks it gets a file beneath where they stand, on every system, and sees its name
/// as it is.
fn is_plain(name: &str) -> bool {
    let part = |part: &str| !matches!(part, "" | "." | "..");
    let bad = |c: char| matches!(c, '\\' | ':');
    !name.contains(bad) && name.split('/').all(part) && text::printable(name) == name
}

/// The zip: in the order of names, each file as of the period's end.
fn zipped(files: &BTreeMap<String, Vec<u8>>, at: UtcTime) -> Result<Vec<u8>, Failure> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(time(at))
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let failed =
        |why: String| Failure::new(Exit::Bug, "the bundle was not made", why, "report this");
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options)
            .map_err(|error| failed(error.to_string()))?;
        zip.write_all(bytes)
            .map_err(|error| failed(error.to_string()))?;
    }
    let done = zip.finish().map_err(|error| failed(error.to_string()))?;
    Ok(done.into_inner())
}

/// A time as a zip has it; its earliest where it has none such.
fn time(at: UtcTime) -> DateTime {
    let text = at.to_string();
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<u8>().ok();
    let whole = || {
        let year = text.get(..4)?.parse::<u16>().ok()?;
        let (month, day) = (part(5, 7)?, part(8, 10)?);
        let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
        DateTime::from_date_and_time(year, month, day, hour, minute, second).ok()
    };
    whole().unwrap_or_default()
}

/// What to do with it.
fn readme(reported: &Reported, has_trust: bool, left_out: &[String]) -> String {
    let report = &reported.report;
    let origin = report.book();
    let not_begun = match report.not_begun() {
        Some(words) => format!("\nNothing to tell: {words}.\n"),
        None => String::new(),
    };
    let trust = if has_trust {
        "trust.toml is the trust file of whoever made this bundle. It came with the book, so it proves\n\
         nothing by itself: compare its `genesis` with the one that you hold from elsewhere, or with\n\
         the paper that was signed when the book began. Better, use a trust file of your own.\n"
    } else {
        "No trust file is in it: whoever made it had none. Use the one that you hold from elsewhere, or\n\
         write one with the `genesis` that the paper of the first day names (VERIFY.md).\n"
    };
    let rehearsal = if report.rehearsal {
        "\nThis is a rehearsal: nothing in it is real.\n"
    } else {
        ""
    };
    let mut gone = String::new();
    if !left_out.is_empty() {
        gone.push_str("\nLeft out, as their names are not plain:\n");
    }
    for name in left_out {
        let _ = writeln!(gone, "    {}", text::printable(name));
    }
    format!(
        "A bundle for an auditor\n\
         \n\
         book     {origin}\n\
         period   {} to {}\n\
         {not_begun}{rehearsal}\n\
         To verify it (Python 3.9 or newer with the package `cryptography`; no network):\n\
         \n    \
             python3 verify.py book --trust trust.toml\n\
         \n\
         {trust}\
         \n\
         report.html    the report; opens in any browser, without a network and without script\n\
         report.json    the same for programs (glasskey.report/1)\n\
         EVIDENCE.md    what is evidence for which common question\n\
         inventory.csv  the keys\n\
         due.ics        days by which something is due\n\
         book/          plan, ledger, outside anchors, paper and minutes\n\
         verify.py      the verifier; VERIFY.md says how to check by hand\n\
         \n\
         The plan in it says where safes stand: keep this copy as you would keep that. The names behind\n\
         the refs (people.toml) and unfinished ceremonies are not in it.\n\
         {gone}",
        report.period.from.day(),
        report.period.to.day(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_every_system_unpacks_in_place_are_plain() {
        for plain in ["ledger/records/000001/record.json", "paper/é.pdf"] {
            assert!(is_plain(plain), "{plain}");
        }
        for name in [
            "paper/../x",
            "/x",
            "paper//x",
            "./x",
            "paper/",
            "paper/a\\b",
            "C:x",
            "paper/a\nb",
            "paper/\u{1b}[2J",
            "paper/\u{202e}fdp.x",
        ] {
            assert!(!is_plain(name), "{name:?}");
        }
    }
}
