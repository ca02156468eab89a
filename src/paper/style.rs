//! How a mark looks and what it is: ink, role, and the setting of text.

use super::face::Face;

/// How dark a mark is; four greys, so that any printer prints them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Black,
    /// Secondary words.
    Grey,
    /// Hair lines.
    Light,
    /// The ground of a panel.
    Pale,
    White,
}

/// What a piece of text is, for people who listen to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Heading(u16),
    Paragraph,
    /// Repeated furniture that is not read aloud.
    Furniture,
}

/// Where text stands in its area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// How text is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) face: Face,
    /// Micrometres in an em.
    pub(super) size: i32,
    /// Baseline to baseline, in thousandths of the size.
    pub(super) leading: i32,
    /// Added between characters, in thousandths of the size.
    pub(super) tracking: i32,
    pub(super) ink: Ink,
    pub(super) align: Align,
}

impl Style {
    /// Plain black text, set left.
    pub(super) const fn new(face: Face, size: i32) -> Self {
        Self {
            face,
            size,
            leading: 1_400,
            tracking: 0,
            ink: Ink::Black,
            align: Align::Left,
        }
    }

    pub(super) const fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    pub(super) const fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    pub(super) const fn leading(self, leading: i32) -> Self {
        Self { leading, ..self }
    }

    pub(super) const fn tracking(self, tracking: i32) -> Self {
        Self { tracking, ..self }
    }

    /// Height of a capital letter; an area's top edge is that of its first line's capitals.
    pub(super) const fn capital(self) -> i32 {
        self.size * 73 / 100
    }

    /// How far letters reach below the baseline.
    pub(super) const fn descent(self) -> i32 {
        self.size * 22 / 100
    }

    pub(super) const fn step(self) -> i32 {
        self.size * self.leading / 1_000
    }

    /// The last baseline of `rows` lines whose first capitals touch `top`.
    pub(super) fn last_baseline(self, top: i32, rows: usize) -> i32 {
        let more = i32::try_from(rows.saturating_sub(1)).unwrap_or(i32::MAX);
        (top + self.capital()).saturating_add(more.saturating_mul(self.step()))
    }

    /// The lowest edge of those lines.
    pub(super) fn bottom(self, top: i32, rows: usize) -> i32 {
        self.last_baseline(top, rows).saturating_add(self.descent())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_a_leading_apart() {
        let style = Style::new(Face::Sans, 10_000).leading(1_500);
        assert_eq!(style.last_baseline(1_000, 1), 8_300);
        assert_eq!(style.last_baseline(1_000, 3), 38_300);
        assert_eq!(style.bottom(1_000, 3), 40_500);
        assert_eq!(style.last_baseline(0, usize::MAX), i32::MAX);
    }
}
