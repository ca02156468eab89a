//! Matter that flows down pages: text, and rows of tables that are never torn between two pages.

mod table;

use super::Paper;
use super::PaperError;
use super::furniture;
use super::furniture::HEADING;
use super::furniture::MARGIN;
use super::furniture::MONO;
use super::furniture::TOP;
use super::page::Faces;
use super::page::Page;
use super::style::Align;
use super::style::Role;
use super::style::Style;
use super::unit::Rect;
use super::unit::mm;
pub(super) use table::Column;

/// Pages of one document, at most.
const MOST_PAGES: usize = 40;

/// What head and foot of every page say.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// Whether this is a rehearsal.
    pub(super) rehearsal: bool,
    /// The kind of page, in capitals.
    pub(super) kind: &'static str,
    /// What stands at the right of the head: its field, and its value.
    pub(super) which: (&'static str, String),
    /// What stands in the foot before the page's number.
    pub(super) foot: String,
}

/// What a heading leaves to what stands at its right.
const fn beside(aside: &str) -> i32 {
    if aside.is_empty() { 0 } else { mm(42) }
}

/// Pages while they are filled, from the top.
pub(super) struct Flow<'f> {
    paper: Paper,
    faces: &'f Faces,
    sheet: Sheet,
    /// How many pages there will be; 0 while that is found out.
    of: usize,
    done: Vec<Page<'f>>,
    page: Page<'f>,
    y: i32,
    /// Whether this page has a line of titles already.
    titled: bool,
}

/// Lays out the same matter twice: once to count its pages, once to number them.
///
/// # Errors
/// What the matter does not fit, or cannot be printed; `TooLong` past 40 pages.
pub(super) fn pages<'f>(
    sheet: &Sheet,
    paper: Paper,
    faces: &'f Faces,
    fill: impl Fn(&mut Flow<'f>) -> Result<(), PaperError>,
) -> Result<Vec<Page<'f>>, PaperError> {
    let run = |of: usize| {
        let mut flow = Flow {
            paper,
            faces,
            sheet: sheet.clone(),
            of,
            done: Vec::new(),
            page: Page::new(paper, faces),
            y: TOP,
            titled: false,
        };
        flow.head()?;
        fill(&mut flow)?;
        let Flow { mut done, page, .. } = flow;
        done.push(page);
        Ok(done)
    };
    let counted = run(0)?.len();
    run(counted)
}

impl Flow<'_> {
    /// Sets text over the whole measure, and leaves `after` beneath it.
    ///
    /// # Errors
    /// As [`Page::text`].
    pub(super) fn text(
        &mut self,
        field: &'static str,
        role: Role,
        style: Style,
        text: &str,
        after: i32,
    ) -> Result<(), PaperError> {
        let w = furniture::measure(&self.page);
        let height = self.page.height(field, style, w, text)?;
        self.need(field, height)?;
        let area = Rect::new(MARGIN, self.y, w, height);
        self.page.text(field, role, style, area, text)?;
        self.y += height + after;
        Ok(())
    }

    /// Leaves room.
    pub(super) const fn skip(&mut self, height: i32) {
        self.y += height;
    }

    /// Goes to a new page unless `height` is left on this one.
    ///
    /// # Errors
    /// `TooLong` if no page is that high, or there are too many.
    pub(super) fn need(&mut self, field: &'static str, height: i32) -> Result<(), PaperError> {
        if self.y + height <= self.floor() {
            return Ok(());
        }
        if TOP + height > self.floor() || self.done.len() + 1 >= MOST_PAGES {
            return Err(PaperError::TooLong { field });
        }
        let next = Page::new(self.paper, self.faces);
        self.done.push(std::mem::replace(&mut self.page, next));
        self.y = TOP;
        self.titled = false;
        self.head()
    }

    /// Sets a heading, and `aside` at its right.
    ///
    /// # Errors
    /// As [`Page::text`].
    pub(super) fn heading(
        &mut self,
        field: &'static str,
        text: &str,
        aside: &str,
    ) -> Result<(), PaperError> {
        let height = self.heading_height(field, text, aside)?;
        self.need(field, height)?;
        let w = furniture::measure(&self.page);
        let wide = w - beside(aside);
        let at = Rect::new(MARGIN, self.y, wide, height);
        let heading = Role::Heading(2);
        self.page.text(field, heading, HEADING, at, text)?;
        let style = MONO.align(Align::Right);
        // The same baseline.
        let drop = HEADING.capital() - style.capital();
        let at = Rect::new(MARGIN + wide, self.y + drop, w - wide, height - drop);
        self.page.text(field, Role::Paragraph, style, at, aside)?;
        self.y += height + mm(2);
        Ok(())
    }

    /// How high such a heading stands.
    ///
    /// # Errors
    /// As [`Page::height`].
    pub(super) fn heading_height(
        &self,
        field: &'static str,
        text: &str,
        aside: &str,
    ) -> Result<i32, PaperError> {
        let w = furniture::measure(&self.page) - beside(aside);
        self.page.height(field, HEADING, w, text)
    }

    /// Width of the matter.
    pub(super) const fn measure(&self) -> i32 {
        furniture::measure(&self.page)
    }

    /// As [`Page::height`].
    ///
    /// # Errors
    /// The same.
    pub(super) fn height(
        &self,
        field: &'static str,
        style: Style,
        width: i32,
        text: &str,
    ) -> Result<i32, PaperError> {
        self.page.height(field, style, width, text)
    }

    const fn floor(&self) -> i32 {
        furniture::floor(&self.page)
    }

    /// What a page has, in micrometres.
    pub(super) const fn whole(&self) -> i32 {
        self.floor() - TOP
    }

    /// What is left of this page, in micrometres.
    pub(super) const fn left(&self) -> i32 {
        self.floor() - self.y
    }

    /// Draws on this page, at the height that was reached; what it returns is the height after it.
    ///
    /// # Errors
    /// What `draw` refuses.
    pub(super) fn place(
        &mut self,
        draw: impl FnOnce(&mut Page<'_>, i32) -> Result<i32, PaperError>,
    ) -> Result<(), PaperError> {
        self.y = draw(&mut self.page, self.y)?;
        Ok(())
    }

    fn head(&mut self) -> Result<(), PaperError> {
        let Sheet {
            rehearsal,
            kind,
            which: (field, which),
            foot,
        } = &self.sheet;
        let number = format!("{foot} · page {} of {}", self.done.len() + 1, self.of);
        furniture::frame(&mut self.page, *rehearsal, kind, (field, which), &number)
    }
}
