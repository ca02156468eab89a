//! `audit --qr`: a code that was scanned, as text or as a picture.

use super::NOTHING;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::words;
use crate::findings::Finding;
use crate::io::AnyLedger;
use crate::ledger::Checkpoint;
use crate::ledger::Ledger;
use crate::paper::MOST_PIXELS;
use crate::paper::PictureFault;
use crate::paper::Scanned;
use crate::paper::codes_in;
use std::path::Path;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;

/// How long a picture is looked at.
const LONGEST: Duration = Duration::from_secs(15);

/// What was scanned.
pub(super) struct Code {
    scanned: Scanned,
}

impl Code {
    /// Reads the value of `--qr`: the code's text, else the name of a picture (PNG) that shows it.
    pub(super) fn read(value: &str) -> Result<Self, Failure> {
        if let Some(scanned) = Scanned::parse(value) {
            return Ok(Self { scanned });
        }
        let text = seen_in(Path::new(value))?;
        match Scanned::parse(&text) {
            Some(scanned) => Ok(Self { scanned }),
            None => Err(none_of_ours(&format!(
                "{value}: the code in it is none of ours"
            ))),
        }
    }

    /// The head that it names, to be held against the tree; `None` if it names none.
    pub(super) fn head(&self) -> Option<&Checkpoint> {
        match &self.scanned {
            Scanned::Head(head) => Some(head),
            Scanned::Pointer(_) | Scanned::Seal(_) => None,
        }
    }

    /// What it comes to in a book: it is about the code alone, and breaks no book.
    pub(super) fn finding(&self, store: &mut AnyLedger) -> Result<Finding, Failure> {
        self.scanned
            .held_against(&Ledger::new(store))
            .map_err(|error| words::ledger(&error))
    }
}

/// The text of the one code of ours in a picture.
fn seen_in(path: &Path) -> Result<String, Failure> {
    let odd = |why: &str| none_of_ours(&format!("{}: {why}", path.display()));
    let file = super::input(path).map_err(|failure| none_of_ours(&failure.why))?;
    let (answer, answered) = mpsc::channel();
    // A picture can be drawn so that looking takes for ever: then nobody waits for this thread, and
    // it ends with the program.
    thread::spawn(move || answer.send(codes_in(&file)));
    let texts = match answered.recv_timeout(LONGEST) {
        Ok(Ok(texts)) => texts,
        Ok(Err(PictureFault::NotPng(why))) => return Err(odd(&format!("no PNG picture ({why})"))),
        Ok(Err(PictureFault::TooLarge(width, height))) => {
            return Err(odd(&format!(
                "{width} × {height} pixels are more than {MOST_PIXELS}"
            )));
        }
        Ok(Err(PictureFault::Unreadable)) | Err(RecvTimeoutError::Disconnected) => {
            return Err(odd("no code can be read in it"));
        }
        Err(RecvTimeoutError::Timeout) => {
            let seconds = LONGEST.as_secs();
            return Err(odd(&format!(
                "no code was found in it in {seconds} seconds"
            )));
        }
    };
    let ours = |text: &&String| Scanned::parse(text).is_some();
    match (texts.iter().filter(ours).count(), texts.is_empty()) {
        (0, true) => Err(odd("no code can be read in it")),
        (0, false) => Err(odd("the code in it is none of ours")),
        (1, _) => Ok(texts.into_iter().filter(|text| ours(&text)).collect()),
        (several, _) => Err(odd(&format!("there are {several} codes in it"))),
    }
}

fn none_of_ours(why: &str) -> Failure {
    Failure::new(
        Exit::Usage,
        NOTHING,
        why,
        "give the text of a code from bag, inside sheet, receipt or inventory, or a PNG that shows it",
    )
}
