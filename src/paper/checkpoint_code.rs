//! A checkpoint as a code, with its words beside it.

use super::PaperError;
use super::face::Face;
use super::flow::Flow;
use super::furniture;
use super::furniture::BODY;
use super::furniture::HEADING;
use super::furniture::MARGIN;
use super::page::Page;
use super::qr::Matrix;
use super::style::Role;
use super::style::Style;
use super::unit::Rect;
use super::unit::mm;
use super::unit::pt;
use qrcode::EcLevel;

/// Side of a module.
const MODULE: i32 = 800;
/// Height that the code and its words need, with the largest text that an origin makes.
pub(super) const HEIGHT: i32 = mm(57);

/// Sets the code of a checkpoint's text where the flow has come to, and beside it `what` it is for.
///
/// # Errors
/// `TooLong` if no symbol or place holds it.
pub(super) fn place(flow: &mut Flow<'_>, checkpoint: &str, what: &str) -> Result<(), PaperError> {
    flow.need("checkpoint", HEIGHT)?;
    flow.place(|page, y| draw(page, y, checkpoint, what))
}

fn draw(page: &mut Page<'_>, y: i32, checkpoint: &str, what: &str) -> Result<i32, PaperError> {
    let matrix = Matrix::of("checkpoint", checkpoint, EcLevel::M)?;
    let quiet = Matrix::QUIET_ZONE * MODULE;
    let top = y + mm(1);
    let description = "QR code: the ledger's head, as a checkpoint";
    let side = page.code(matrix, (MARGIN - quiet, top - quiet), MODULE, description) - 2 * quiet;
    if side > HEIGHT - mm(2) {
        return Err(PaperError::TooLong {
            field: "checkpoint",
        });
    }
    let x = MARGIN + side + mm(8);
    let w = furniture::right(page) - x;
    let at = Rect::new(x, top, w, mm(6));
    let after = page.text(
        "checkpoint",
        Role::Heading(2),
        HEADING,
        at,
        "The ledger’s head",
    )?;
    let at = Rect::new(x, after + mm(3), w, mm(16));
    let mut line = page.text("checkpoint", Role::Paragraph, BODY, at, what)? + mm(4);
    let mono = Style::new(Face::Mono, pt(75)).leading(1_350);
    for text in checkpoint.lines().take(3) {
        let at = Rect::new(x, line, w, mm(16));
        line = page.text("checkpoint", Role::Paragraph, mono, at, text)? + mm(2);
    }
    Ok(line.max(top + side) + mm(4))
}
