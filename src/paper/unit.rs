//! Lengths, in whole micrometres, and the two sizes of paper.

/// Micrometres in `millimetres`.
pub(super) const fn mm(millimetres: i32) -> i32 {
    millimetres * 1_000
}

/// Micrometres in tenths of a typographic point (1/72 inch), rounded down.
pub(super) const fn pt(tenths: i32) -> i32 {
    tenths * 25_400 / 720
}

/// A sheet of paper, upright.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    /// ISO 216 A4, 210 × 297 mm.
    #[default]
    A4,
    /// US letter, 8.5 × 11 inches.
    Letter,
}

impl Paper {
    /// Width in micrometres.
    #[must_use]
    pub const fn width(self) -> i32 {
        match self {
            Self::A4 => 210_000,
            Self::Letter => 215_900,
        }
    }

    /// Height in micrometres.
    #[must_use]
    pub const fn height(self) -> i32 {
        match self {
            Self::A4 => 297_000,
            Self::Letter => 279_400,
        }
    }
}

/// A place on a page: micrometres from its left and top edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) w: i32,
    pub(super) h: i32,
}

impl Rect {
    pub(super) const fn new(x: i32, y: i32, w: i32, h: i32) -> Self {
        Self { x, y, w, h }
    }

    pub(super) const fn right(self) -> i32 {
        self.x + self.w
    }

    pub(super) const fn bottom(self) -> i32 {
        self.y + self.h
    }
}
