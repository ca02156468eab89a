//! What a witness takes home: the words that were read aloud, and the ledger's head after it.

use super::Paper;
use super::PaperError;
use super::Pdf;
use super::checkpoint_code;
use super::face::Face;
use super::flow;
use super::flow::Flow;
use super::flow::Sheet;
use super::furniture;
use super::furniture::BODY;
use super::furniture::HEADING;
use super::furniture::MARGIN;
use super::furniture::MONO;
use super::furniture::SMALL;
use super::page::Faces;
use super::page::Page;
use super::page_file;
use super::page_file::PageValues;
use super::pdf;
use super::pdf::About;
use super::style::Role;
use super::style::Style;
use super::unit::Rect;
use super::unit::mm;
use super::unit::pt;
use super::word_grid;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde::Serialize;

/// Height of a line of words.
const WORD_ROW: i32 = mm(8);

/// A receipt. It names no account, key or safe: it may lie anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Whose it is: the witness's ref.
    pub witness: String,
    /// Index of the record.
    pub record: u64,
    /// The statement's digest: its words were read aloud.
    pub statement: Digest,
    /// SHA-256 of `record.json`: what the witness signed.
    pub sha256: Digest,
    /// When the ceremony began.
    pub made: UtcTime,
    /// The ledger's head with this record: a checkpoint's text.
    pub checkpoint: String,
    /// Whether this is a rehearsal.
    pub rehearsal: bool,
}

/// The receipt on one sheet.
///
/// # Errors
/// Which field does not fit or cannot be printed.
pub fn receipt(receipt: &Receipt, paper: Paper) -> Result<Pdf, PaperError> {
    let faces = Faces::read()?;
    let pages = layout(receipt, paper, &faces)?;
    let about = About {
        title: format!(
            "Receipt for {}, record {:06}",
            receipt.witness, receipt.record
        ),
        made: receipt.made,
        of: receipt.sha256,
    };
    let attachments = page_file::with(PageValues::Receipt(receipt.clone()), &[])?;
    pdf::write(&about, &faces, &pages, &attachments)
}

pub(super) fn layout<'f>(
    receipt: &Receipt,
    paper: Paper,
    faces: &'f Faces,
) -> Result<Vec<Page<'f>>, PaperError> {
    let sheet = Sheet {
        rehearsal: receipt.rehearsal,
        kind: "RECEIPT · YOURS TO KEEP",
        which: ("WITNESS", receipt.witness.clone()),
        foot: format!("record {:06}", receipt.record),
    };
    flow::pages(&sheet, paper, faces, |flow| {
        let title = Style::new(Face::SansBold, pt(200)).leading(1_200);
        flow.text(
            "title",
            Role::Heading(1),
            title,
            "What you witnessed",
            mm(3),
        )?;
        let text = format!(
            "Record {:06} of {}. You compared the words below with your own screen and signed the \
             record. Whoever shows you other words for it later shows you another record.",
            receipt.record, receipt.made
        );
        flow.text("title", Role::Paragraph, BODY, &text, mm(6))?;
        flow.place(|page, y| words(page, y, receipt))?;
        let what = "Keep it away from the book. One day an auditor asks you for it: a ledger that was \
                    cut or written anew does not contain this head.";
        checkpoint_code::place(flow, &receipt.checkpoint, what)?;
        flow.skip(mm(4));
        doubted(flow)
    })
}

/// What the receipt is good for.
fn doubted(flow: &mut Flow<'_>) -> Result<(), PaperError> {
    flow.need("doubted", mm(42))?;
    let text = "When somebody doubts the ledger";
    flow.text("doubted", Role::Heading(2), HEADING, text, mm(2))?;
    for (style, text, after) in [
        (
            BODY,
            "1. Scan the code into a file heads.txt, or copy what stands beside it as three lines: the \
             book’s name, which may be folded here, the number of records, the root.",
            mm(3),
        ),
        (
            BODY,
            "2. Beside a copy of the book, with the auditor’s file of what is known from elsewhere:",
            mm(2),
        ),
        (
            MONO,
            "glasskey audit BOOK --trust TRUST.toml --heads heads.txt",
            mm(3),
        ),
        (
            BODY,
            "3. A head that the ledger does not contain any more is told as a failure, in words. Then \
             show this paper.",
            mm(0),
        ),
    ] {
        flow.text("doubted", Role::Paragraph, style, text, after)?;
    }
    Ok(())
}

fn words(page: &mut Page<'_>, y: i32, receipt: &Receipt) -> Result<i32, PaperError> {
    let y = word_grid::draw(page, y, WORD_ROW, &receipt.statement)? + mm(5);
    let w = furniture::measure(page);
    let at = Rect::new(MARGIN, y, w, mm(5));
    let text = "SHA-256 of the record that you signed:";
    let y = page.text("record", Role::Paragraph, SMALL, at, text)? + mm(3);
    let hex = Style::new(Face::MonoBold, pt(95)).leading(1_450);
    let at = Rect::new(MARGIN, y, w, mm(11));
    let digits = furniture::grouped(&receipt.sha256.to_string());
    Ok(page.fit("record", hex, pt(85), at, &digits)? + mm(10))
}
