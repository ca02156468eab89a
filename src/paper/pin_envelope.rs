//! The face of a PIN envelope: its number and who holds it. What it opens stands nowhere on it.

use super::CallLine;
use super::Paper;
use super::PaperError;
use super::Pdf;
use super::face::Face;
use super::furniture;
use super::furniture::LABEL;
use super::furniture::MARGIN;
use super::furniture::SMALL;
use super::page::Faces;
use super::page::Page;
use super::page_file;
use super::page_file::EnvelopeValues;
use super::page_file::PageValues;
use super::pdf;
use super::pdf::About;
use super::style::Ink;
use super::style::Role;
use super::style::Style;
use super::unit::Rect;
use super::unit::mm;
use super::unit::pt;
use crate::plan::PinCustody;
use crate::primitives::Digest;
use crate::primitives::UtcTime;

/// Height of a row of the log.
const ROW: i32 = mm(10);

/// What may stand on a PIN envelope. It has no place for a key, an account or a PIN: whoever finds
/// one envelope and one bag must not learn that they belong together. It is made from the plan's words
/// about the envelope alone, and from no text.
///
/// ```
/// use glasskey::paper::{CallLine, PinEnvelope};
/// use glasskey::plan::{Book, PinCustody, PlannedKey};
/// use glasskey::primitives::UtcTime;
///
/// fn face(pin: &PinCustody, book: &Book, made: UtcTime) -> PinEnvelope {
///     PinEnvelope::new(pin, made, CallLine::of(book), false)
/// }
/// ```
///
/// The whole key, with its label, safe and serial number, makes none:
///
/// ```compile_fail
/// use glasskey::paper::{CallLine, PinEnvelope};
/// use glasskey::plan::{Book, PinCustody, PlannedKey};
/// use glasskey::primitives::UtcTime;
///
/// fn face(pin: &PlannedKey, book: &Book, made: UtcTime) -> PinEnvelope {
///     PinEnvelope::new(pin, made, CallLine::of(book), false)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinEnvelope {
    number: String,
    holders: Vec<String>,
    made: UtcTime,
    call: CallLine,
    rehearsal: bool,
}

impl PinEnvelope {
    /// The envelope with this number, held by these people; `call` is whom to call when it is found
    /// open.
    #[must_use]
    pub fn new(pin: &PinCustody, made: UtcTime, call: CallLine, rehearsal: bool) -> Self {
        Self {
            number: pin.envelope.clone(),
            holders: pin.held_by.clone(),
            made,
            call,
            rehearsal,
        }
    }
}

impl PinEnvelope {
    /// That of a page that is held against its book.
    pub(super) fn of_page(values: &EnvelopeValues) -> Self {
        Self {
            number: values.number.clone(),
            holders: values.holders.clone(),
            made: values.made,
            call: CallLine::of_page(&values.call),
            rehearsal: values.rehearsal,
        }
    }

    pub(super) fn call(&self) -> &str {
        self.call.as_str()
    }

    pub(super) fn holders(&self) -> &[String] {
        &self.holders
    }

    pub(super) const fn made(&self) -> UtcTime {
        self.made
    }

    pub(super) fn number(&self) -> &str {
        &self.number
    }

    pub(super) const fn rehearsal(&self) -> bool {
        self.rehearsal
    }
}

/// The face of a PIN envelope, on one sheet.
///
/// # Errors
/// Which field does not fit or cannot be printed.
pub fn pin_envelope(envelope: &PinEnvelope, paper: Paper) -> Result<Pdf, PaperError> {
    let faces = Faces::read()?;
    let page = layout(envelope, paper, &faces)?;
    let about = About {
        title: format!("PIN envelope {}", envelope.number),
        made: envelope.made,
        of: Digest::of(envelope.number.as_bytes()),
    };
    let values = PageValues::PinEnvelope(EnvelopeValues::of(envelope));
    pdf::write(&about, &faces, &[page], &page_file::with(values, &[])?)
}

pub(super) fn layout<'f>(
    envelope: &PinEnvelope,
    paper: Paper,
    faces: &'f Faces,
) -> Result<Page<'f>, PaperError> {
    let mut page = Page::new(paper, faces);
    furniture::frame(
        &mut page,
        envelope.rehearsal,
        "SEALED ENVELOPE · DO NOT OPEN",
        ("ENVELOPE", &envelope.number),
        "outside of the envelope · page 1 of 1",
    )?;
    let (x, w) = (MARGIN, furniture::measure(&page));
    let number = Style::new(Face::MonoBold, pt(440));
    let area = Rect::new(x, mm(37), w, mm(26));
    furniture::labelled(
        &mut page,
        "ENVELOPE NUMBER",
        number,
        pt(150),
        area,
        &envelope.number,
    )?;
    let holders = Style::new(Face::MonoBold, pt(190));
    let third = w / 3;
    let area = Rect::new(x, mm(67), 2 * third - mm(6), mm(24));
    let names = if envelope.holders.is_empty() {
        "nobody yet".to_owned()
    } else {
        envelope.holders.join(", ")
    };
    furniture::labelled(&mut page, "HELD BY", holders, pt(80), area, &names)?;
    let area = Rect::new(x + 2 * third, mm(67), third, mm(24));
    let day = envelope.made.day();
    furniture::labelled(&mut page, "MADE", holders, pt(80), area, &day)?;
    warning(&mut page, envelope)?;
    flap(&mut page)?;
    log(&mut page)?;
    Ok(page)
}

fn warning(page: &mut Page<'_>, envelope: &PinEnvelope) -> Result<(), PaperError> {
    let advice = "Do not read what is in it. Leave it as it is, stay with it, and call at once:";
    furniture::found_open(page, mm(96), advice, envelope.call.as_str())
}

fn flap(page: &mut Page<'_>) -> Result<(), PaperError> {
    let (x, w) = (MARGIN, furniture::measure(page));
    let top = mm(141);
    let hint = "Written by hand, folded once, in an envelope that light does not pass. Never in the \
                safe of the bag it belongs to, and never with the one who opens that safe.";
    let area = Rect::new(x, top, w, mm(11));
    page.text("hint", Role::Paragraph, SMALL, area, hint)?;
    let gap = mm(6);
    let width = (w - gap) / 2;
    for (left, who) in [(x, "SEALED BY"), (x + width + gap, "SEEN BY")] {
        let area = Rect::new(left, top + mm(13), width, mm(24));
        page.frame(area, 300, Ink::Black);
        let inner = Rect::new(left + mm(3), area.y + mm(3), width - mm(6), mm(4));
        page.text("signature", Role::Paragraph, LABEL, inner, who)?;
        let below = Rect::new(inner.x, area.bottom() - mm(4), inner.w, mm(4));
        page.text("signature", Role::Paragraph, SMALL, below, "Name, date")?;
    }
    Ok(())
}

fn log(page: &mut Page<'_>) -> Result<(), PaperError> {
    let (x, w) = (MARGIN, furniture::measure(page));
    let top = mm(186);
    let columns = [
        ("TAKEN OUT, DATE AND TIME", 0),
        ("BY", 29),
        ("SEEN BY", 50),
        ("WHY · BACK, OR NEXT ENVELOPE", 71),
    ];
    for (text, percent) in columns {
        let at = Rect::new(x + w * percent / 100, top, w * 29 / 100, mm(4));
        page.text("log", Role::Paragraph, LABEL, at, text)?;
    }
    furniture::lines_to_the_foot(page, top + mm(5), ROW);
    Ok(())
}
