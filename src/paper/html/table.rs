//! Tables: a caption, heads with scopes, a first cell that names its row; wide ones scroll by
//! themselves, with the keyboard too.

use super::markup::Html;
use crate::findings::Verdict;
use crate::primitives::UtcTime;
use crate::primitives::text::printable;

/// What is in a cell.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    /// Words.
    Text(String),
    /// A name, a number of a record, a digest: characters that are compared one by one.
    Code(String),
    /// A count.
    Count(u64),
    /// A day.
    Day(UtcTime),
    /// A moment.
    Moment(UtcTime),
    /// A verdict, in words.
    Verdict(Verdict),
    /// Words that call for attention.
    Alarm(String),
    /// Several names, one beneath the other.
    Several(Vec<String>),
    /// Nothing is said; in words, what that means.
    Nothing(&'static str),
    /// No number is known: a dash, and for those who do not see it, what it means.
    NoNumber(&'static str),
}

impl Cell {
    /// Words.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A name.
    pub(super) fn code(text: impl Into<String>) -> Self {
        Self::Code(text.into())
    }

    /// The number of a record.
    pub(super) fn record(index: u64) -> Self {
        Self::Code(format!("{index:06}"))
    }

    /// A count of things in memory.
    pub(super) fn count(count: usize) -> Self {
        Self::Count(u64::try_from(count).unwrap_or(u64::MAX))
    }

    /// A name, or what its absence means.
    pub(super) fn or(text: Option<&str>, nothing: &'static str) -> Self {
        text.map_or(Self::Nothing(nothing), |text| Self::Code(text.to_owned()))
    }

    /// A number, or that nothing is said.
    pub(super) fn number(number: Option<u32>) -> Self {
        number.map_or(Self::NoNumber("not reported"), |one| {
            Self::Count(u64::from(one))
        })
    }

    /// Several names, or what their absence means.
    pub(super) fn several(names: &[String], nothing: &'static str) -> Self {
        if names.is_empty() {
            Self::Nothing(nothing)
        } else {
            Self::Several(names.to_vec())
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Count(_) | Self::NoNumber(_))
    }

    fn put(&self, html: &mut Html) {
        match self {
            Self::Text(text) => {
                html.text(text);
            }
            Self::Code(text) => code(html, text),
            Self::Count(count) => {
                html.text(&count.to_string());
            }
            Self::Day(at) => {
                html.with("time", &[("datetime", &at.day())], &at.day());
            }
            Self::Moment(at) => moment(html, *at),
            Self::Verdict(verdict) => badge(html, *verdict),
            Self::Alarm(text) => {
                html.with("strong", &[("class", "alarm")], text);
            }
            Self::Several(names) => {
                for name in names {
                    html.element("span", &[("class", "one")], |html| code(html, name));
                    html.fixed(" ");
                }
            }
            Self::Nothing(words) => {
                html.with("span", &[("class", "nothing")], words);
            }
            Self::NoNumber(words) => {
                html.with("span", &[("aria-hidden", "true")], "–");
                html.with("span", &[("class", "heard")], words);
            }
        }
    }
}

/// A name; a short one stays in one line.
fn code(html: &mut Html, text: &str) {
    let short = printable(text).chars().count() <= 26;
    let class = if short { "code whole-line" } else { "code" };
    html.with("span", &[("class", class)], text);
}

/// A moment, to the minute on the page and to the second for programs.
pub(super) fn moment(html: &mut Html, at: UtcTime) {
    let whole = at.to_string();
    let shown = whole.get(..16).unwrap_or(&whole).replace('T', " ");
    html.with("time", &[("datetime", &whole)], &shown);
}

/// A verdict as a word in a frame; the word alone tells.
pub(super) fn badge(html: &mut Html, verdict: Verdict) {
    let (class, word) = match verdict {
        Verdict::Pass => ("badge pass", "pass"),
        Verdict::Warn => ("badge warn", "warn"),
        Verdict::Fail => ("badge fail", "fail"),
        Verdict::Unknown => ("badge unknown", "unknown"),
        Verdict::NotRun => ("badge quiet", "not run"),
        Verdict::Accepted => ("badge quiet", "accepted"),
    };
    html.with("span", &[("class", class)], word);
}

/// A table: its id, its caption, the heads of its columns, its rows.
pub(super) struct Table<'a> {
    /// Unique on the page.
    pub(super) id: &'a str,
    /// What it shows; unique on the page.
    pub(super) caption: &'a str,
    /// The heads.
    pub(super) heads: &'a [&'a str],
    /// The rows; the first cell of each names it.
    pub(super) rows: Vec<Vec<Cell>>,
    /// What it means that there is no row.
    pub(super) none: &'static str,
}

impl Table<'_> {
    /// The table, or a sentence where it has no row.
    pub(super) fn put(&self, html: &mut Html) {
        if self.rows.is_empty() {
            html.element("p", &[("class", "none")], |html| {
                html.with("span", &[("class", "what")], self.caption);
                html.text(" ").text(self.none);
            });
            return;
        }
        let id = format!("{}-caption", self.id);
        let region: &[(&str, &str)] = &[
            ("class", "wide"),
            ("role", "region"),
            ("tabindex", "0"),
            ("aria-labelledby", &id),
        ];
        html.element("div", region, |html| {
            html.element("table", &[("id", self.id)], |html| {
                html.element("caption", &[("id", &id)], |html| {
                    html.of("span", self.caption);
                });
                self.head(html);
                html.element("tbody", &[], |html| {
                    for row in &self.rows {
                        html.element("tr", &[], |html| cells(html, row));
                    }
                });
            });
        });
        html.fixed("\n");
    }

    fn head(&self, html: &mut Html) {
        html.element("thead", &[], |html| {
            html.element("tr", &[], |html| {
                for (place, head) in self.heads.iter().enumerate() {
                    let mut cells = self.rows.iter().filter_map(|row| row.get(place));
                    let class = if place > 0 && cells.any(Cell::is_number) {
                        "number"
                    } else {
                        "words"
                    };
                    html.with("th", &[("scope", "col"), ("class", class)], head);
                }
            });
        });
    }
}

fn cells(html: &mut Html, row: &[Cell]) {
    for (place, cell) in row.iter().enumerate() {
        if place == 0 {
            html.element("th", &[("scope", "row")], |html| cell.put(html));
        } else if cell.is_number() {
            html.element("td", &[("class", "number")], |html| cell.put(html));
        } else {
            html.element("td", &[], |html| cell.put(html));
        }
    }
}
