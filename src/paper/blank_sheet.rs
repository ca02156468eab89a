//! The inside sheet for a vault without a printer: what the plan knows is printed before, what the
//! ceremony brings is written in by hand.

use super::Paper;
use super::PaperError;
use super::Pdf;
use super::emergency_page;
use super::emergency_page::Front;
use super::face::Face;
use super::furniture;
use super::furniture::BODY;
use super::furniture::HEADING;
use super::furniture::LABEL;
use super::furniture::MARGIN;
use super::furniture::TOP;
use super::page::Faces;
use super::page::Page;
use super::page_file;
use super::page_file::PageValues;
use super::pdf;
use super::pdf::About;
use super::proof_page;
use super::proof_page::ByHand;
use super::style::Ink;
use super::style::Role;
use super::style::Style;
use super::unit::Rect;
use super::unit::mm;
use super::unit::pt;
use super::word_grid;
use crate::primitives::Cloud;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde::Serialize;

/// Height of a field to write in.
const FIELD: i32 = mm(13) + 500;

/// What a blank shows: all from the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlankSheet {
    /// Whether this is a rehearsal: then every page says so.
    pub rehearsal: bool,
    /// The cloud whose portals the steps name.
    pub cloud: Cloud,
    /// The account's alias, `BG-1`.
    pub account_alias: String,
    /// The name that is typed at sign-in.
    pub user_principal_name: String,
    /// The key's label, `BG1-A`.
    pub key_label: String,
    /// The number of the PIN envelope.
    pub pin_envelope: String,
    /// Who holds the PIN envelope; never where.
    pub pin_holders: Vec<String>,
    /// Whom to call afterwards.
    pub call: String,
    /// When it was printed.
    pub made: UtcTime,
    /// SHA-256 of the plan's file.
    pub plan_sha256: Digest,
}

/// The blank: what to do in an emergency, and on its back room for what the key signs.
///
/// # Errors
/// Which field does not fit or cannot be printed.
pub fn blank_sheet(sheet: &BlankSheet, paper: Paper) -> Result<Pdf, PaperError> {
    let faces = Faces::read()?;
    let pages = layout(sheet, paper, &faces)?;
    let about = About {
        title: format!("Blank inside sheet, key {}", sheet.key_label),
        made: sheet.made,
        of: sheet.plan_sha256,
    };
    let attachments = page_file::with(PageValues::Blank(sheet.clone()), &[])?;
    pdf::write(&about, &faces, &pages, &attachments)
}

pub(super) fn layout<'f>(
    sheet: &BlankSheet,
    paper: Paper,
    faces: &'f Faces,
) -> Result<[Page<'f>; 2], PaperError> {
    let front = Front {
        rehearsal: sheet.rehearsal,
        cloud: sheet.cloud,
        account_alias: &sheet.account_alias,
        user_principal_name: &sheet.user_principal_name,
        key_label: &sheet.key_label,
        pin_envelope: &sheet.pin_envelope,
        pin_holders: &sheet.pin_holders,
        call: &sheet.call,
        key: None,
    };
    Ok([
        emergency_page::layout(&front, paper, faces)?,
        back(sheet, paper, faces)?,
    ])
}

fn back<'f>(sheet: &BlankSheet, paper: Paper, faces: &'f Faces) -> Result<Page<'f>, PaperError> {
    let mut page = Page::new(paper, faces);
    furniture::frame(
        &mut page,
        sheet.rehearsal,
        "INSIDE SHEET · WRITTEN BY HAND",
        ("KEY", &sheet.key_label),
        "inside the bag · page 2 of 2",
    )?;
    let (x, w) = (MARGIN, furniture::measure(&page));
    let title = Style::new(Face::SansBold, pt(200));
    let at = Rect::new(x, TOP, w, mm(8));
    page.text("title", Role::Heading(1), title, at, "What this key signed")?;
    let text = "Write in block letters what the screen shows, before the bag is closed. A second \
                person reads it back, word by word, and signs below.";
    let at = Rect::new(x, TOP + mm(9), w, mm(10));
    page.text("title", Role::Paragraph, BODY, at, text)?;
    let y = TOP + mm(23);
    let heading = "The words of the statement’s digest";
    let at = Rect::new(x, y, w, mm(5));
    page.text("words", Role::Heading(2), HEADING, at, heading)?;
    let y = word_grid::blank(&mut page, y + mm(8))? + mm(5);
    let y = digits(&mut page, y)?;
    let y = fields(&mut page, y)?;
    let by = ByHand {
        digest: "In ledger/records/, in the record’s folder; glasskey words says this digest in words:",
        signed: "For each signer, with its ref, the roster that holds, and the time above as \
                 20261122155807Z:"
            .to_owned(),
        signer: "REF",
        roster: "NUMBER.allowed_signers",
        time: "TIME".to_owned(),
    };
    proof_page::by_hand(&mut page, &by, y)?;
    furniture::fold_ticks(&mut page);
    Ok(page)
}

/// Room for the digest in hexadecimal; returns where the next part stands.
fn digits(page: &mut Page<'_>, top: i32) -> Result<i32, PaperError> {
    let (x, w) = (MARGIN, furniture::measure(page));
    let at = Rect::new(x, top, w, mm(4));
    let label = "THE SAME IN HEXADECIMAL, EIGHT DIGITS ON EACH LINE";
    page.text("digits", Role::Paragraph, LABEL, at, label)?;
    for group in 0..8 {
        let left = x + w * group / 8;
        page.rule(left, left + w / 8 - mm(3), top + mm(10), 150, Ink::Grey);
    }
    Ok(top + mm(15))
}

/// Lines to write on, two in a row; returns where the next part stands.
fn fields(page: &mut Page<'_>, top: i32) -> Result<i32, PaperError> {
    let (x, w, gap) = (MARGIN, furniture::measure(page), mm(6));
    let width = (w - gap) / 2;
    let rows = [
        ["DATE AND TIME, UTC", "RECORDS BEFORE IT IN THE LEDGER"],
        ["WRITTEN BY", "READ BACK BY"],
        ["SIGNATURE", "SIGNATURE"],
    ];
    for (row, labels) in (0..).zip(rows) {
        for (column, label) in (0..).zip(labels) {
            let left = x + column * (width + gap);
            let y = top + row * FIELD;
            let at = Rect::new(left, y, width, mm(4));
            page.text("field", Role::Paragraph, LABEL, at, label)?;
            page.rule(left, left + width, y + mm(10), 150, Ink::Grey);
        }
    }
    Ok(top + 3 * FIELD + mm(2))
}
