//! Tables on pages that are filled: titles, and rows that are never torn.

use super::Flow;
use crate::paper::PaperError;
use crate::paper::furniture;
use crate::paper::furniture::LABEL;
use crate::paper::furniture::MARGIN;
use crate::paper::style::Ink;
use crate::paper::style::Role;
use crate::paper::style::Style;
use crate::paper::unit::Rect;
use crate::paper::unit::mm;

/// Above and below the text of a row.
const PADDING: i32 = mm(2);

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(in crate::paper) struct Column {
    /// What stands over it, in capitals.
    pub(in crate::paper) title: &'static str,
    /// Its share of the measure, in hundredths; those of a table come to 100.
    pub(in crate::paper) percent: i32,
    /// How its cells are set.
    pub(in crate::paper) style: Style,
    /// Whether a box stands here, to write in.
    pub(in crate::paper) boxed: bool,
}

impl Column {
    pub(in crate::paper) const fn new(title: &'static str, percent: i32, style: Style) -> Self {
        Self {
            title,
            percent,
            style,
            boxed: false,
        }
    }

    /// The same, with a box to write in.
    pub(in crate::paper) const fn boxed(self) -> Self {
        Self {
            boxed: true,
            ..self
        }
    }
}

/// What a row takes.
struct Row {
    height: i32,
    /// From the tallest capitals of its first line to the lowest letters of its last.
    tall: i32,
    /// Height of those capitals.
    capitals: i32,
    /// How far those letters reach below their baseline.
    below: i32,
}

impl Flow<'_> {
    /// The line of titles over a table.
    ///
    /// # Errors
    /// As [`Page::text`].
    pub(in crate::paper) fn titles(&mut self, columns: &[Column]) -> Result<(), PaperError> {
        let w = furniture::measure(&self.page);
        let mut x = MARGIN;
        for column in columns {
            let width = w * column.percent / 100;
            let area = Rect::new(x, self.y, width - mm(2), mm(4));
            self.page
                .text("column", Role::Paragraph, LABEL, area, column.title)?;
            x += width;
        }
        self.y += mm(4);
        self.page.rule(MARGIN, MARGIN + w, self.y, 300, Ink::Black);
        self.titled = true;
        Ok(())
    }

    /// The same over the first of several like tables on a page; over the others only the line.
    ///
    /// # Errors
    /// As [`Page::text`].
    pub(in crate::paper) fn titles_once(&mut self, columns: &[Column]) -> Result<(), PaperError> {
        if !self.titled {
            return self.titles(columns);
        }
        let w = furniture::measure(&self.page);
        self.y += 500;
        self.page.rule(MARGIN, MARGIN + w, self.y, 300, Ink::Black);
        Ok(())
    }

    /// The next table has other columns: it needs its titles.
    pub(in crate::paper) const fn other_columns(&mut self) {
        self.titled = false;
    }

    /// A row; where it does not fit, it stands on the next page, beneath the titles again. It is at
    /// least `least` high. A cell that is missing is empty.
    ///
    /// # Errors
    /// As [`Page::text`].
    pub(in crate::paper) fn row(
        &mut self,
        field: &'static str,
        columns: &[Column],
        cells: &[&str],
        least: i32,
    ) -> Result<(), PaperError> {
        let w = furniture::measure(&self.page);
        let Row {
            height,
            tall,
            capitals,
            below,
        } = self.measured(field, columns, cells, least)?;
        let pages = self.done.len();
        self.need(field, height + mm(5))?;
        if self.done.len() > pages {
            self.titles(columns)?;
        }
        // All cells stand on one first baseline, in the middle of the row.
        let slack = height - tall + below;
        let top = self.y + slack / 2;
        let mut x = MARGIN;
        let cells = cells.iter().copied().chain(std::iter::repeat(""));
        for (column, text) in columns.iter().zip(cells) {
            let width = w * column.percent / 100;
            let drop = capitals - column.style.capital();
            let area = Rect::new(x, top + drop, width - mm(2), tall);
            self.page
                .text(field, Role::Paragraph, column.style, area, text)?;
            if column.boxed {
                let side = Rect::new(x, self.y + 900, width - mm(2), height - 1_800);
                self.page.frame(side, 150, Ink::Grey);
            }
            x += width;
        }
        self.y += height;
        self.page.rule(MARGIN, MARGIN + w, self.y, 150, Ink::Light);
        Ok(())
    }

    /// How high a row is.
    ///
    /// # Errors
    /// As [`Page::height`].
    pub(in crate::paper) fn row_height(
        &self,
        field: &'static str,
        columns: &[Column],
        cells: &[&str],
        least: i32,
    ) -> Result<i32, PaperError> {
        Ok(self.measured(field, columns, cells, least)?.height)
    }

    fn measured(
        &self,
        field: &'static str,
        columns: &[Column],
        cells: &[&str],
        least: i32,
    ) -> Result<Row, PaperError> {
        let w = furniture::measure(&self.page);
        let filled = || {
            columns
                .iter()
                .zip(cells)
                .filter(|(_, text)| !text.is_empty())
        };
        let styles = || filled().map(|(column, _)| column.style);
        let capitals = styles().map(Style::capital).max().unwrap_or(0);
        let below = styles().map(Style::descent).max().unwrap_or(0);
        let mut tall = 0;
        for (column, text) in filled() {
            let width = w * column.percent / 100 - mm(2);
            let text = self.page.height(field, column.style, width, text)?;
            tall = tall.max(capitals - column.style.capital() + text);
        }
        Ok(Row {
            height: least.max(tall + 2 * PADDING - below),
            tall,
            capitals,
            below,
        })
    }
}
