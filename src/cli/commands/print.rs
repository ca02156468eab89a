//! `glasskey print`: a page again, from plan and ledger; nothing is signed, no key and no tenant is
//! asked.

pub(super) mod of_book;
mod outdated;
pub(super) mod procedure;

use crate::ceremony::Desk;
use crate::cli::Output;
use crate::cli::args::Print;
use crate::cli::args::PrintTo;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::open_book;
use crate::cli::place;
use crate::cli::plan_file;
use crate::cli::plan_file::PlanFile;
use crate::cli::words;
use crate::io::AnyLedger;
use crate::io::FolderDesk;
use crate::paper::NotOfRecord;
use crate::paper::Paper;
use crate::paper::PaperError;
use crate::paper::Pdf;
use crate::primitives::text;
use serde_json::json;
use std::fs;
use std::path::Path;

/// What is said of a page that was not made.
const NOTHING: &str = "nothing was printed";

/// A page, and the name of its file in the book's folder `paper`.
struct Printed {
    name: String,
    pdf: Pdf,
    /// Why it is for the file alone; `None` of a page that may be used.
    outdated: Option<String>,
}

impl Printed {
    /// A page that may be used.
    const fn new(name: String, pdf: Pdf) -> Self {
        Self {
            name,
            pdf,
            outdated: None,
        }
    }
}

/// A book that is read, and how its pages are made.
pub(super) struct Source {
    /// `None` only of a book that an audit opened without its plan.
    file: Option<PlanFile>,
    store: Option<AnyLedger>,
    desk: FolderDesk,
    paper: Paper,
    /// What is said where nothing comes of it.
    nothing: &'static str,
}

impl Source {
    fn open(to: &PrintTo, output: &mut Output<'_>) -> Result<Self, Failure> {
        open_book::in_a_folder(&to.book, NOTHING)?;
        Ok(Self {
            file: Some(plan_file::read(&to.book, NOTHING, output)?),
            store: place::find(&to.book, NOTHING)?,
            desk: open_book::desk(&to.book),
            paper: to.paper.into(),
            nothing: NOTHING,
        })
    }

    /// The book in `folder`, with its ledger `store`, for an audit, which writes nothing and says
    /// `nothing` where it comes to nothing: without a plan if there is none.
    pub(super) fn at(
        folder: &Path,
        store: AnyLedger,
        nothing: &'static str,
        output: &mut Output<'_>,
    ) -> Result<Self, Failure> {
        let planned = !place::is_address(folder) && folder.join("glasskey.toml").is_file();
        let file = if planned {
            Some(plan_file::read(folder, nothing, output)?)
        } else {
            None
        };
        Ok(Self {
            file,
            store: Some(store),
            desk: open_book::desk(folder),
            paper: Paper::default(),
            nothing,
        })
    }

    /// The plan; `None` if there is none.
    pub(super) const fn plan(&self) -> Option<&PlanFile> {
        self.file.as_ref()
    }

    /// The plan, of a page that is made from it.
    pub(super) fn planned(&self) -> Result<&PlanFile, Failure> {
        self.file.as_ref().ok_or_else(|| {
            let next = "name the folder that holds glasskey.toml";
            Failure::new(
                Exit::Usage,
                self.nothing,
                "this book is without its plan",
                next,
            )
        })
    }

    /// The ledger, of a page that is made from records.
    pub(super) fn ledger(&mut self) -> Result<&mut AnyLedger, Failure> {
        self.store.as_mut().ok_or_else(|| {
            Failure::new(
                Exit::Usage,
                self.nothing,
                "this book has no ledger yet",
                "begin it with `glasskey init`; scripts and blanks can be printed before",
            )
        })
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &Print, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let to = to(arguments);
    let mut source = Source::open(to, output)?;
    let pages = match arguments {
        Print::Inside { of, .. } => of_book::inside(&mut source, of),
        Print::Blank { key, .. } => of_book::blank(&mut source, key),
        Print::Bag { of, .. } => of_book::bag(&mut source, of),
        Print::PinEnvelope { key, .. } => of_book::pin_envelope(&mut source, key),
        Print::Inventory { safe, .. } => of_book::inventory(&mut source, safe),
        Print::Receipt {
            record, witness, ..
        } => of_book::receipts(&mut source, record, witness.as_deref()),
        Print::Minutes { record, .. } => procedure::minutes(&mut source, record),
        Print::Script {
            ceremony, about, ..
        } => procedure::script(&mut source, ceremony, about.as_deref()),
    }?;
    let mut files = Vec::new();
    for printed in &pages {
        files.push(write(&mut source.desk, to, printed, pages.len())?);
    }
    for why in pages.iter().filter_map(|page| page.outdated.as_ref()) {
        let _ = writeln!(output.err, "glasskey: warn: {}", text::printable(why));
    }
    let shown = if output.json {
        let value =
            json!({"schema": "glasskey.print/1", "exit": Exit::Done.code(), "pages": files});
        format!("{value:#}\n")
    } else {
        // A path a line, however long: it is for another program too.
        files.join("\n") + "\n"
    };
    output.print(&shown)?;
    Ok(Exit::Done)
}

const fn to(arguments: &Print) -> &PrintTo {
    match arguments {
        Print::Inside { to, .. }
        | Print::Blank { to, .. }
        | Print::Bag { to, .. }
        | Print::PinEnvelope { to, .. }
        | Print::Inventory { to, .. }
        | Print::Minutes { to, .. }
        | Print::Receipt { to, .. }
        | Print::Script { to, .. } => to,
    }
}

/// Writes a page; says which file it is now.
fn write(
    desk: &mut FolderDesk,
    to: &PrintTo,
    printed: &Printed,
    of: usize,
) -> Result<String, Failure> {
    let Some(out) = &to.out else {
        let name = format!("paper/{}", printed.name);
        desk.put(&name, &printed.pdf.bytes)
            .map_err(|error| words::desk(&error))?;
        return Ok(to.book.join(name).display().to_string());
    };
    if of > 1 {
        return Err(Failure::new(
            Exit::Usage,
            NOTHING,
            format!("{of} pages do not go into one file"),
            "name one witness, or leave -o out",
        ));
    }
    fs::write(out, &printed.pdf.bytes).map_err(|error| unwritten(out, &error))?;
    Ok(out.display().to_string())
}

fn unwritten(out: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        Exit::Output,
        "the page was not written whole",
        format!("{}: {error}", out.display()),
        "name a file in a folder where this user may write: -o FILE",
    )
}

fn refused(error: &PaperError) -> Failure {
    words::ceremony(&crate::ceremony::CeremonyError::Paper(error.clone())).saying(NOTHING)
}

fn not_of_record(why: NotOfRecord) -> Failure {
    let next = match why {
        NotOfRecord::NoBag => {
            "name a registration, a verification or a sealing: `glasskey audit` lists them"
        }
        NotOfRecord::NoPresence => "name a record with PIN and touch",
        NotOfRecord::NotPlanned => {
            "write the key into glasskey.toml as it was, print, and take it out again"
        }
        NotOfRecord::NoPointer => "name a record of before: this page points to its record",
        NotOfRecord::NotCanonical => "run `glasskey audit`",
    };
    Failure::new(Exit::Usage, NOTHING, why.to_string(), next)
}
