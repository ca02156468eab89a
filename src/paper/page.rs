//! A page as a list of marks, in reading order. Whatever is placed fits where it was placed.

use super::PaperError;
use super::face::Face;
use super::face::Metrics;
use super::face::composed;
use super::qr::Matrix;
use super::style::Align;
use super::style::Ink;
use super::style::Role;
use super::style::Style;
use super::unit::Paper;
use super::unit::Rect;
use super::wrap;

/// More bytes than any place on a page holds.
const LONGEST: usize = 2_000;

/// One line of text, placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) x: i32,
    pub(super) baseline: i32,
    pub(super) width: i32,
    pub(super) text: String,
}

/// One mark on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Text {
        role: Role,
        style: Style,
        lines: Vec<Line>,
    },
    Fill {
        area: Rect,
        ink: Ink,
    },
    Frame {
        area: Rect,
        width: i32,
        ink: Ink,
    },
    Rule {
        from: (i32, i32),
        to: (i32, i32),
        width: i32,
        ink: Ink,
        dashed: bool,
    },
    Code {
        matrix: Matrix,
        /// Corner of the first module, inside the quiet zone.
        at: (i32, i32),
        module: i32,
        /// What the code is, for people who listen to the page.
        description: &'static str,
    },
}

/// The measures of all faces, read once a document.
pub(super) struct Faces([Metrics; 4]);

impl Faces {
    pub(super) fn read() -> Result<Self, PaperError> {
        Ok(Self([
            Metrics::of(Face::Sans)?,
            Metrics::of(Face::SansBold)?,
            Metrics::of(Face::Mono)?,
            Metrics::of(Face::MonoBold)?,
        ]))
    }

    pub(super) const fn of(&self, face: Face) -> &Metrics {
        let Self([sans, sans_bold, mono, mono_bold]) = self;
        match face {
            Face::Sans => sans,
            Face::SansBold => sans_bold,
            Face::Mono => mono,
            Face::MonoBold => mono_bold,
        }
    }
}

/// A page being laid out.
pub(super) struct Page<'f> {
    pub(super) paper: Paper,
    pub(super) marks: Vec<Mark>,
    faces: &'f Faces,
}

impl<'f> Page<'f> {
    pub(super) const fn new(paper: Paper, faces: &'f Faces) -> Self {
        Self {
            paper,
            marks: Vec::new(),
            faces,
        }
    }

    /// Sets `text` in `area`, wrapped; returns the last baseline.
    ///
    /// # Errors
    /// `TooLong` if it does not fit, `Unprintable`.
    pub(super) fn text(
        &mut self,
        field: &'static str,
        role: Role,
        style: Style,
        area: Rect,
        text: &str,
    ) -> Result<i32, PaperError> {
        let text = composed(text);
        let lines = self.lines(field, style, area.w, &text)?;
        if !lines.is_empty() && style.bottom(area.y, lines.len()) > area.bottom() {
            return Err(PaperError::TooLong { field });
        }
        let last = style.last_baseline(area.y, lines.len());
        let metrics = self.faces.of(style.face);
        let mut baseline = area.y + style.capital();
        let mut placed = Vec::new();
        for text in lines {
            let width = metrics
                .width(text.trim_end(), style.size, style.tracking)
                .map_err(|character| PaperError::Unprintable { field, character })?;
            let slack = area.w - width;
            if slack < 0 {
                return Err(PaperError::TooLong { field });
            }
            let x = match style.align {
                Align::Left => area.x,
                Align::Centre => area.x + slack / 2,
                Align::Right => area.x + slack,
            };
            placed.push(Line {
                x,
                baseline,
                width,
                text,
            });
            baseline += style.step();
        }
        if !placed.is_empty() {
            self.marks.push(Mark::Text {
                role,
                style,
                lines: placed,
            });
        }
        Ok(last)
    }

    /// How high `text` stands in `width`, wrapped, from its first capitals to its lowest letters; 0
    /// without any.
    ///
    /// # Errors
    /// `TooLong` for more characters than any place holds, `Unprintable`.
    pub(super) fn height(
        &self,
        field: &'static str,
        style: Style,
        width: i32,
        text: &str,
    ) -> Result<i32, PaperError> {
        let rows = self.lines(field, style, width, &composed(text))?.len();
        Ok(if rows == 0 { 0 } else { style.bottom(0, rows) })
    }

    /// Sets a value in `area` as large as it can be, between the style's size and `smallest`: on
    /// one line if that takes it down to no less than two thirds, else wrapped. Returns the last
    /// baseline.
    ///
    /// # Errors
    /// `TooLong` if it does not fit, `Unprintable`.
    pub(super) fn fit(
        &mut self,
        field: &'static str,
        style: Style,
        smallest: i32,
        area: Rect,
        text: &str,
    ) -> Result<i32, PaperError> {
        let text = composed(text);
        let two_thirds = style.size * 2 / 3;
        let mut style = Style {
            leading: 1_250,
            ..style
        };
        while style.size > smallest {
            let rows = self.lines(field, style, area.w, &text)?.len();
            let wrapped = style.size <= two_thirds && style.bottom(area.y, rows) <= area.bottom();
            if rows <= 1 || wrapped {
                break;
            }
            style.size = (style.size * 19 / 20).max(smallest);
        }
        self.text(field, Role::Paragraph, style, area, &text)
    }

    /// The lines of `text`; more characters than any place holds are refused before they are
    /// measured.
    fn lines(
        &self,
        field: &'static str,
        style: Style,
        width: i32,
        text: &str,
    ) -> Result<Vec<String>, PaperError> {
        if text.len() > LONGEST {
            return Err(PaperError::TooLong { field });
        }
        wrap::lines(
            self.faces.of(style.face),
            style.size,
            style.tracking,
            width,
            text,
        )
        .map_err(|character| PaperError::Unprintable { field, character })
    }

    pub(super) fn fill(&mut self, area: Rect, ink: Ink) {
        self.marks.push(Mark::Fill { area, ink });
    }

    /// Puts a pale panel under the marks from the `start`th on.
    pub(super) fn ground(&mut self, start: usize, area: Rect) {
        let ground = Mark::Fill {
            area,
            ink: Ink::Pale,
        };
        self.marks.insert(start.min(self.marks.len()), ground);
    }

    pub(super) fn frame(&mut self, area: Rect, width: i32, ink: Ink) {
        self.marks.push(Mark::Frame { area, width, ink });
    }

    /// A level line from `x` to `right`.
    pub(super) fn rule(&mut self, x: i32, right: i32, y: i32, width: i32, ink: Ink) {
        self.marks.push(Mark::Rule {
            from: (x, y),
            to: (right, y),
            width,
            ink,
            dashed: false,
        });
    }

    /// A level line of dashes, to fold or glue along.
    pub(super) fn dashes(&mut self, x: i32, right: i32, y: i32) {
        self.marks.push(Mark::Rule {
            from: (x, y),
            to: (right, y),
            width: 250,
            ink: Ink::Black,
            dashed: true,
        });
    }

    /// Draws a code with its quiet zone of four modules inside the square at `x`, `y`; returns
    /// the side of that square.
    pub(super) fn code(
        &mut self,
        matrix: Matrix,
        (x, y): (i32, i32),
        module: i32,
        description: &'static str,
    ) -> i32 {
        let side = matrix.side_with_quiet_zone(module);
        let quiet = Matrix::QUIET_ZONE * module;
        self.marks.push(Mark::Code {
            matrix,
            at: (x + quiet, y + quiet),
            module,
            description,
        });
        side
    }
}
