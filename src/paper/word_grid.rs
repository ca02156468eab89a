//! A digest's 32 words, four on a line as on the screen, numbered, to be read aloud and compared; or
//! room for them.

use super::PaperError;
use super::face::Face;
use super::furniture;
use super::furniture::MARGIN;
use super::page::Page;
use super::style::Align;
use super::style::Ink;
use super::style::Role;
use super::style::Style;
use super::unit::Rect;
use super::unit::mm;
use super::unit::pt;
use crate::primitives::Digest;

/// Words on a line; a ceremony's screen has as many.
const ON_A_LINE: i32 = 4;
/// Lines.
const LINES: i32 = 8;

/// Height of a grid whose lines are `row` apart.
pub(super) const fn height(row: i32) -> i32 {
    mm(2) + LINES * row
}

/// Draws the words of `digest` at `y`, their lines `row` apart; returns where the grid ends.
///
/// # Errors
/// As [`Page::text`].
pub(super) fn draw(
    page: &mut Page<'_>,
    y: i32,
    row: i32,
    digest: &Digest,
) -> Result<i32, PaperError> {
    let word = Style::new(Face::SansBold, (row * 59 / 100).min(pt(125)));
    grid(page, y, row, word.capital(), |page, area, index| {
        let words = digest.words();
        let text = words.get(index).copied().unwrap_or_default();
        page.text("digest words", Role::Paragraph, word, area, text)?;
        Ok(())
    })
}

/// Draws a line for each of 32 words at `y`; returns where the grid ends.
///
/// # Errors
/// As [`Page::text`].
pub(super) fn blank(page: &mut Page<'_>, y: i32) -> Result<i32, PaperError> {
    grid(page, y, mm(8), mm(2) + 300, |page, area, _| {
        page.rule(area.x, area.right() - mm(3), area.y + mm(4), 150, Ink::Grey);
        Ok(())
    })
}

fn grid(
    page: &mut Page<'_>,
    top: i32,
    row: i32,
    capital: i32,
    mut cell: impl FnMut(&mut Page<'_>, Rect, usize) -> Result<(), PaperError>,
) -> Result<i32, PaperError> {
    let (x, w) = (MARGIN, furniture::measure(page));
    page.rule(x, x + w, top, 300, Ink::Black);
    let width = w / ON_A_LINE;
    let number = Style::new(Face::Mono, pt(75))
        .ink(Ink::Grey)
        .align(Align::Right);
    for index in 0..LINES * ON_A_LINE {
        let (line, column) = (index / ON_A_LINE, index % ON_A_LINE);
        let left = x + column * width;
        let y = top + mm(3) + line * row;
        // On the baseline of its word.
        let drop = capital - number.capital();
        let at = Rect::new(left, y + drop, mm(5), mm(4));
        let label = (index + 1).to_string();
        page.text("digest words", Role::Paragraph, number, at, &label)?;
        let at = Rect::new(left + mm(7), y, width - mm(8), mm(5));
        cell(page, at, usize::try_from(index).unwrap_or(0))?;
    }
    let end = top + height(row);
    page.rule(x, x + w, end, 300, Ink::Black);
    Ok(end)
}
