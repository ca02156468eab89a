//! What pages share: the rehearsal banner, head and foot, a label over its value.

use super::PaperError;
use super::face::Face;
use super::page::Page;
use super::style::Align;
use super::style::Ink;
use super::style::Role;
use super::style::Style;
use super::unit::Rect;
use super::unit::mm;
use super::unit::pt;

/// Left and right margin.
pub(super) const MARGIN: i32 = mm(18);
/// Where a page's own matter begins.
pub(super) const TOP: i32 = mm(37);

pub(super) const BODY: Style = Style::new(Face::Sans, pt(95)).leading(1_420);
pub(super) const BOLD: Style = Style::new(Face::SansBold, pt(95)).leading(1_420);
pub(super) const SMALL: Style = Style::new(Face::Sans, pt(82)).leading(1_400).ink(Ink::Grey);
pub(super) const LABEL: Style = Style::new(Face::SansBold, pt(72))
    .tracking(50)
    .ink(Ink::Grey);
pub(super) const HEADING: Style = Style::new(Face::SansBold, pt(115)).leading(1_300);
pub(super) const MONO: Style = Style::new(Face::Mono, pt(85)).leading(1_500);

/// Right edge of the matter.
pub(super) const fn right(page: &Page<'_>) -> i32 {
    page.paper.width() - MARGIN
}

/// Width of the matter.
pub(super) const fn measure(page: &Page<'_>) -> i32 {
    right(page) - MARGIN
}

/// Lowest edge of the matter.
pub(super) const fn floor(page: &Page<'_>) -> i32 {
    page.paper.height() - mm(18)
}

/// The line over the foot.
const fn foot(page: &Page<'_>) -> i32 {
    page.paper.height() - mm(14)
}

/// Head and foot: what this page is, and in a rehearsal a banner that no one can miss.
///
/// # Errors
/// As [`Page::text`].
pub(super) fn frame(
    page: &mut Page<'_>,
    rehearsal: bool,
    kind: &str,
    (what, which): (&'static str, &str),
    number: &str,
) -> Result<(), PaperError> {
    let (w, x) = (measure(page), MARGIN);
    if rehearsal {
        page.fill(Rect::new(0, 0, page.paper.width(), mm(15)), Ink::Black);
        let style = Style::new(Face::SansBold, pt(130))
            .tracking(140)
            .ink(Ink::White)
            .align(Align::Centre);
        let area = Rect::new(x, mm(6), w, mm(7));
        page.text(
            "banner",
            Role::Paragraph,
            style,
            area,
            "REHEARSAL · NOT A REAL KEY",
        )?;
    }
    let head = Style::new(Face::SansBold, pt(85)).tracking(90);
    let area = Rect::new(x, mm(23), w * 55 / 100, mm(5));
    page.text("kind of page", Role::Paragraph, head, area, kind)?;
    let which_style = Style::new(Face::MonoBold, pt(85)).align(Align::Right);
    let area = Rect::new(x + w * 55 / 100, mm(23), w * 45 / 100, mm(6));
    page.fit(what, which_style, pt(45), area, which)?;
    page.rule(x, x + w, mm(29), 500, Ink::Black);

    let y = foot(page);
    page.rule(x, x + w, y, 150, Ink::Light);
    let foot = Style::new(Face::Sans, pt(72)).ink(Ink::Grey);
    let left = if rehearsal {
        "glasskey · REHEARSAL"
    } else {
        "glasskey"
    };
    let area = Rect::new(x, y + mm(3), w, mm(4));
    page.text("foot", Role::Furniture, foot, area, left)?;
    page.text(
        "foot",
        Role::Furniture,
        foot.align(Align::Right),
        area,
        number,
    )?;
    Ok(())
}

/// A small label with its value below it, shrunk and wrapped to the area.
///
/// # Errors
/// As [`Page::fit`].
pub(super) fn labelled(
    page: &mut Page<'_>,
    label: &'static str,
    style: Style,
    smallest: i32,
    area: Rect,
    value: &str,
) -> Result<i32, PaperError> {
    page.text(label, Role::Paragraph, LABEL, area, label)?;
    // Large values stand further off their labels.
    let drop = mm(4) + 200 + style.size / 6;
    let below = Rect::new(area.x, area.y + drop, area.w, area.h - drop);
    page.fit(label, style, smallest, below, value)
}

/// A black panel that says what to do with something sealed that is found open; `call` is set large,
/// and where it is empty the panel says whom to tell.
///
/// # Errors
/// As [`Page::fit`].
pub(super) fn found_open(
    page: &mut Page<'_>,
    y: i32,
    advice: &str,
    call: &str,
) -> Result<(), PaperError> {
    let area = Rect::new(MARGIN, y, measure(page), mm(37));
    page.fill(area, Ink::Black);
    let (x, w) = (area.x + mm(7), area.w - mm(14));
    let title = HEADING.ink(Ink::White);
    let at = Rect::new(x, y + mm(6), w, mm(6));
    let text = "Found open, torn or out of place?";
    page.text("call", Role::Heading(1), title, at, text)?;
    let at = Rect::new(x, y + mm(13), w, mm(6));
    page.text("call", Role::Paragraph, BODY.ink(Ink::White), at, advice)?;
    let number = Style::new(Face::SansBold, pt(220)).ink(Ink::White);
    let at = Rect::new(x, y + mm(21), w, mm(14));
    let call = if call.is_empty() {
        "whoever keeps the safes"
    } else {
        call
    };
    page.fit("call", number, pt(100), at, call)?;
    Ok(())
}

/// Lines to write on from `top` down: the first is black, and the last row ends on the foot's own
/// line. Rows are `least` high or a little higher.
pub(super) fn lines_to_the_foot(page: &mut Page<'_>, top: i32, least: i32) {
    let (x, w) = (MARGIN, measure(page));
    let room = foot(page) - top;
    let rows = (room / least).max(1);
    for row in 0..rows {
        let ink = if row == 0 { Ink::Black } else { Ink::Light };
        let width = if row == 0 { 300 } else { 150 };
        page.rule(x, x + w, top + room * row / rows, width, ink);
    }
}

/// Short marks at both edges, where the sheet is folded once for a C5 bag.
pub(super) fn fold_ticks(page: &mut Page<'_>) {
    let (y, width) = (page.paper.height() / 2, page.paper.width());
    page.rule(mm(4), mm(9), y, 250, Ink::Light);
    page.rule(width - mm(9), width - mm(4), y, 250, Ink::Light);
}

/// The hexadecimal digits of `digest` in groups of eight, for the eye.
pub(super) fn grouped(hex: &str) -> String {
    let digits: Vec<char> = hex.chars().collect();
    digits
        .chunks(8)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The same on two lines of four groups.
pub(super) fn halves(hex: &str) -> [String; 2] {
    let (left, right) = hex.split_at_checked(32).unwrap_or((hex, ""));
    [grouped(left), grouped(right)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_grouped_in_eights() {
        assert_eq!(grouped("0123456789abcdef01"), "01234567 89abcdef 01");
    }
}
