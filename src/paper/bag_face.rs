//! The outside of a bag: printed from the record and glued across the flap.

use super::Attachment;
use super::BagNumber;
use super::CallLine;
use super::KeyLabel;
use super::Paper;
use super::PaperError;
use super::Pdf;
use super::Pointer;
use super::face::Face;
use super::furniture;
use super::furniture::BODY;
use super::furniture::HEADING;
use super::furniture::LABEL;
use super::furniture::MARGIN;
use super::furniture::MONO;
use super::furniture::SMALL;
use super::page::Faces;
use super::page::Page;
use super::page_file;
use super::page_file::BagValues;
use super::page_file::PageValues;
use super::pdf;
use super::pdf::About;
use super::qr::Matrix;
use super::style::Ink;
use super::style::Role;
use super::style::Style;
use super::unit::Rect;
use super::unit::mm;
use super::unit::pt;
use crate::primitives::UtcTime;
use qrcode::EcLevel;

/// Side of a module of the pointer code.
const MODULE: i32 = 800;
/// The edge of the closed flap.
const FLAP: i32 = mm(112);

/// Height of a row of the table of openings.
const ROW: i32 = mm(10);

/// What may stand outside on a bag. Whoever finds it must not learn what it opens, so there is
/// no place here for a user name, a tenant, a serial number or a role: each of its words has a type
/// that is made from the one part of plan or record that names it, and from no text.
///
/// ```
/// use glasskey::paper::{BagFace, BagNumber, CallLine, KeyLabel, Pointer};
/// use glasskey::plan::{Account, Book};
/// use glasskey::primitives::UtcTime;
/// use glasskey::record::{Custody, KeyPart};
///
/// fn face(book: &Book, key: &KeyPart, at: &Custody, of: Pointer, when: UtcTime) -> BagFace {
///     let (bag, call) = (BagNumber::of(at), CallLine::of(book));
///     BagFace::new(bag, KeyLabel::of(key), of, when, when, call, false)
/// }
/// ```
///
/// An account, with its user name and roles, gives no label:
///
/// ```compile_fail
/// use glasskey::paper::{BagFace, BagNumber, CallLine, KeyLabel, Pointer};
/// use glasskey::plan::{Account, Book};
/// use glasskey::primitives::UtcTime;
/// use glasskey::record::{Custody, KeyPart};
///
/// fn face(book: &Book, key: &Account, at: &Custody, of: Pointer, when: UtcTime) -> BagFace {
///     let (bag, call) = (BagNumber::of(at), CallLine::of(book));
///     BagFace::new(bag, KeyLabel::of(key), of, when, when, call, false)
/// }
/// ```
///
/// Nor does text, whatever it says, such as a serial number:
///
/// ```compile_fail
/// use glasskey::paper::{BagFace, BagNumber, CallLine, KeyLabel, Pointer};
/// use glasskey::plan::{Account, Book};
/// use glasskey::primitives::UtcTime;
/// use glasskey::record::{Custody, KeyPart};
///
/// fn face(book: &Book, key: &str, at: &Custody, of: Pointer, when: UtcTime) -> BagFace {
///     let (bag, call) = (BagNumber::of(at), CallLine::of(book));
///     BagFace::new(bag, key, of, when, when, call, false)
/// }
/// ```
///
/// And a tenant is no book:
///
/// ```compile_fail
/// use glasskey::paper::{BagFace, BagNumber, CallLine, KeyLabel, Pointer};
/// use glasskey::plan::{Account, TenantEntry};
/// use glasskey::primitives::UtcTime;
/// use glasskey::record::{Custody, KeyPart};
///
/// fn face(book: &TenantEntry, key: &KeyPart, at: &Custody, of: Pointer, when: UtcTime) -> BagFace {
///     let (bag, call) = (BagNumber::of(at), CallLine::of(book));
///     BagFace::new(bag, KeyLabel::of(key), of, when, when, call, false)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BagFace {
    bag: BagNumber,
    key_label: KeyLabel,
    pointer: Pointer,
    sealed: UtcTime,
    next_check_due: UtcTime,
    call: CallLine,
    rehearsal: bool,
}

impl BagFace {
    /// The face of the bag numbered `bag` that holds the key `key_label`, as the record that
    /// `pointer` names says; `call` is whom to call when it is found open.
    #[must_use]
    pub const fn new(
        bag: BagNumber,
        key_label: KeyLabel,
        pointer: Pointer,
        sealed: UtcTime,
        next_check_due: UtcTime,
        call: CallLine,
        rehearsal: bool,
    ) -> Self {
        Self {
            bag,
            key_label,
            pointer,
            sealed,
            next_check_due,
            call,
            rehearsal,
        }
    }
}

impl BagFace {
    pub(super) fn call(&self) -> &str {
        self.call.as_str()
    }

    pub(super) const fn pointer(&self) -> &Pointer {
        &self.pointer
    }

    pub(super) const fn next_check_due(&self) -> UtcTime {
        self.next_check_due
    }
}

/// The outside of a bag on one sheet, with `attachments` (the record and its signatures) in
/// the file but not on the paper.
///
/// # Errors
/// Which field does not fit or cannot be printed, or which attachment is refused.
pub fn bag_face(
    face: &BagFace,
    attachments: &[Attachment],
    paper: Paper,
) -> Result<Pdf, PaperError> {
    let faces = Faces::read()?;
    let page = layout(face, paper, &faces)?;
    let about = About {
        title: format!("Bag face, record {:06}", face.pointer.index()),
        made: face.sealed,
        of: face.pointer.record(),
    };
    let attachments = page_file::with(PageValues::Bag(BagValues::of(face)), attachments)?;
    pdf::write(&about, &faces, &[page], &attachments)
}

pub(super) fn layout<'f>(
    face: &BagFace,
    paper: Paper,
    faces: &'f Faces,
) -> Result<Page<'f>, PaperError> {
    let mut page = Page::new(paper, faces);
    let record = format!("record {:06}", face.pointer.index());
    furniture::frame(
        &mut page,
        face.rehearsal,
        "SEALED BAG · DO NOT OPEN",
        ("record", &record),
        "outside of the bag · page 1 of 1",
    )?;
    identity(&mut page, face)?;
    flap(&mut page)?;
    call(&mut page, face)?;
    pointer(&mut page, face)?;
    openings(&mut page)?;
    Ok(page)
}

fn identity(page: &mut Page<'_>, face: &BagFace) -> Result<(), PaperError> {
    let (x, w) = (MARGIN, furniture::measure(page));
    let number = Style::new(Face::MonoBold, pt(440));
    let area = Rect::new(x, mm(37), w, mm(26));
    furniture::labelled(page, "BAG NUMBER", number, pt(150), area, face.bag.as_str())?;
    let third = w / 3;
    let value = Style::new(Face::MonoBold, pt(190));
    let at = |column: i32| Rect::new(x + third * column, mm(67), third - mm(6), mm(19));
    let texts = [
        ("KEY", face.key_label.as_str().to_owned()),
        ("SEALED", face.sealed.day()),
        ("NEXT CHECK DUE", face.next_check_due.day()),
    ];
    for (column, (label, text)) in (0..).zip(&texts) {
        furniture::labelled(page, label, value, pt(85), at(column), text)?;
    }
    Ok(())
}

fn flap(page: &mut Page<'_>) -> Result<(), PaperError> {
    let (x, w) = (MARGIN, furniture::measure(page));
    let hint = "Glue this sheet so that the dashed line lies on the edge of the closed flap. \
                Sign across the line.";
    let area = Rect::new(x, mm(90), w, mm(5));
    page.text("flap hint", Role::Paragraph, SMALL, area, hint)?;
    page.dashes(0, page.paper.width(), FLAP);
    let gap = mm(6);
    let width = (w - gap) / 2;
    for (left, who) in [(x, "OPERATOR"), (x + width + gap, "WITNESS")] {
        let area = Rect::new(left, FLAP - mm(15), width, mm(30));
        page.frame(area, 300, Ink::Black);
        let inner = Rect::new(left + mm(3), area.y + mm(3), width - mm(6), mm(4));
        page.text("signature", Role::Paragraph, LABEL, inner, who)?;
        let below = Rect::new(inner.x, area.bottom() - mm(4), inner.w, mm(4));
        page.text("signature", Role::Paragraph, SMALL, below, "Name, date")?;
    }
    Ok(())
}

fn call(page: &mut Page<'_>, face: &BagFace) -> Result<(), PaperError> {
    let advice = "Use nothing that is in it. Leave it as it is, stay with it, and call at once:";
    furniture::found_open(page, mm(136), advice, face.call.as_str())
}

fn pointer(page: &mut Page<'_>, face: &BagFace) -> Result<(), PaperError> {
    let top = mm(181);
    let matrix = Matrix::of("pointer", &face.pointer.to_string(), EcLevel::Q)?;
    let quiet = Matrix::QUIET_ZONE * MODULE;
    // The quiet zone hangs into the margin, so that the dark edge stands on it.
    let side = page.code(
        matrix,
        (MARGIN - quiet, top - quiet),
        MODULE,
        "QR code: which record of which ledger describes this bag, with its SHA-256",
    );
    let x = MARGIN + side - 2 * quiet + mm(8);
    let w = furniture::right(page) - x;
    let at = Rect::new(x, top, w, mm(6));
    let title = "Is this the bag the ledger knows?";
    page.text("pointer", Role::Heading(2), HEADING, at, title)?;
    let text = "The code names the record of this bag and that record’s SHA-256. It opens nothing. \
                In the book, this must print the same digits:";
    let at = Rect::new(x, top + mm(7), w, mm(10));
    page.text("pointer", Role::Paragraph, BODY, at, text)?;
    let command = format!(
        "sha256sum ledger/records/{:06}/record.json",
        face.pointer.index()
    );
    let at = Rect::new(x, top + mm(18), w, mm(5));
    page.text("pointer", Role::Paragraph, MONO, at, &command)?;
    let digits = Style::new(Face::MonoBold, pt(85));
    let hex = face.pointer.record().to_string();
    for (line, half) in (0..).zip(furniture::halves(&hex)) {
        let at = Rect::new(x, top + mm(23) + line * (mm(4) + 300), w, mm(5));
        page.text("record digest", Role::Paragraph, digits, at, &half)?;
    }
    Ok(())
}

fn openings(page: &mut Page<'_>) -> Result<(), PaperError> {
    let (x, w) = (MARGIN, furniture::measure(page));
    let top = mm(222);
    let columns = [
        ("OPENED, DATE AND TIME", 0),
        ("BY", 25),
        ("WITNESS", 48),
        ("WHY · NEXT BAG", 71),
    ];
    for (text, percent) in columns {
        let at = Rect::new(x + w * percent / 100, top, w * 29 / 100, mm(4));
        page.text("openings", Role::Paragraph, LABEL, at, text)?;
    }
    furniture::lines_to_the_foot(page, top + mm(5), ROW);
    Ok(())
}
