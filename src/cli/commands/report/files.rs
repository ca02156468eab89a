//! Where a report goes: files that are new, or one of them to standard output.

use super::NOTHING;
use super::Reported;
use super::bundle;
use super::days;
use super::further::Further;
use crate::cli::Output;
use crate::cli::args::ReportFiles;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::page;
use crate::io::AnyLedger;
use crate::io::own_file;
use crate::paper::inventory_csv;
use crate::paper::report_page;
use crate::primitives::text;
use std::fs;
use std::path::Path;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Html,
    Calendar,
    Csv,
    Bundle,
}

/// What was asked for.
pub(super) struct Wanted<'a>(Vec<(Form, &'a Path)>);

impl<'a> Wanted<'a> {
    /// What the arguments ask for; refused before anything is read where it cannot be had.
    pub(super) fn of(files: &'a ReportFiles, json: bool) -> Result<Self, Failure> {
        let all = [
            (Form::Html, &files.html),
            (Form::Calendar, &files.ics),
            (Form::Csv, &files.csv),
            (Form::Bundle, &files.bundle),
        ];
        let asked = all.into_iter();
        let asked = asked.filter_map(|(form, path)| Some((form, path.as_deref()?)));
        let wanted = Self(asked.collect());
        let streams = wanted.0.iter().filter(|(_, path)| is_stream(path)).count();
        if streams + usize::from(json) > 1 {
            return Err(Failure::new(
                Exit::Usage,
                NOTHING,
                "standard output takes one thing alone",
                "name a file for each of the others: --html FILE",
            ));
        }
        let there = |path: &Path| fs::symlink_metadata(path).is_ok();
        let taken = wanted
            .0
            .iter()
            .find(|(_, path)| !is_stream(path) && there(path));
        match taken {
            Some((_, path)) => Err(in_the_way(path)),
            None => Ok(wanted),
        }
    }

    /// Whether nothing was: the report goes to the screen.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn is_stream(path: &Path) -> bool {
    path == Path::new("-")
}

fn in_the_way(path: &Path) -> Failure {
    Failure::new(
        Exit::Output,
        "nothing was written",
        format!("{} is there already, and is not replaced", path.display()),
        "name a new file, or move that one away",
    )
}

/// Writes it all; the lines that say what was written.
pub(super) fn write(
    wanted: &Wanted<'_>,
    book: &Path,
    store: &AnyLedger,
    reported: &Reported,
    further: &Further,
    output: &mut Output<'_>,
) -> Result<String, Failure> {
    // All of it first: what cannot be made whole leaves nothing behind.
    let mut made = Vec::new();
    for (form, path) in &wanted.0 {
        made.push((
            form,
            path,
            bytes(*form, book, store, reported, further, output)?,
        ));
    }
    let mut lines = String::new();
    for (form, path, bytes) in made {
        if is_stream(path) {
            output.bytes(&bytes)?;
            continue;
        }
        match own_file::create_private(path, &bytes) {
            Ok(true) => {}
            Ok(false) => return Err(in_the_way(path)),
            Err(error) => {
                return Err(Failure::new(
                    Exit::Output,
                    "the file was not written",
                    format!("{}: {error}", path.display()),
                    "name a file in a folder where this user may write",
                ));
            }
        }
        let what = match form {
            Form::Html => "the report; it opens in any browser, without a network",
            Form::Calendar => "days by which something is due, for a calendar",
            Form::Csv => "the inventory of keys",
            Form::Bundle => "book, report and verifier; whoever gets it begins with README.txt",
        };
        let line = format!("{}: {what}.", path.display());
        lines.push_str(&page::hang("", 2, &text::printable(&line)));
    }
    Ok(lines)
}

/// What a form holds.
fn bytes(
    form: Form,
    book: &Path,
    store: &AnyLedger,
    reported: &Reported,
    further: &Further,
    output: &mut Output<'_>,
) -> Result<Vec<u8>, Failure> {
    Ok(match form {
        Form::Html => report_page(&further.page(reported)),
        Form::Calendar => days::text(reported, further).into_bytes(),
        Form::Csv => inventory_csv(&reported.report, &further.dues).into_bytes(),
        Form::Bundle => {
            let bundle = bundle::bundle(book, store, reported, further)?;
            for name in &bundle.left_out {
                let name = text::printable(name);
                let _ = writeln!(
                    output.err,
                    "glasskey: warn: {name} is left out: its name is not plain"
                );
            }
            bundle.bytes
        }
    })
}
