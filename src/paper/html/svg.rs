//! Shapes of a drawing, in whole units.

use super::markup::Html;
use crate::primitives::text::printable;

/// A drawing: what it is called, what it shows in words, how large it is.
pub(super) struct Drawing<'a> {
    /// Unique on the page.
    pub(super) id: &'a str,
    /// Its name.
    pub(super) title: &'a str,
    /// What it shows, for those who do not see it.
    pub(super) shows: &'a str,
    /// Width in units.
    pub(super) width: i64,
    /// Height in units.
    pub(super) height: i64,
}

impl Drawing<'_> {
    /// The drawing, in a region that scrolls by itself where there is no room.
    pub(super) fn put(&self, html: &mut Html, inside: impl FnOnce(&mut Html)) {
        let (title, shows) = (format!("{}-title", self.id), format!("{}-shows", self.id));
        let size = (self.width.to_string(), self.height.to_string());
        let view = format!("0 0 {} {}", self.width, self.height);
        let label = format!("{title} {shows}");
        let region: &[(&str, &str)] = &[
            ("class", "wide"),
            ("role", "region"),
            ("tabindex", "0"),
            ("aria-labelledby", &title),
        ];
        html.element("div", region, |html| {
            let drawing: &[(&str, &str)] = &[
                ("viewBox", &view),
                ("width", &size.0),
                ("height", &size.1),
                ("role", "img"),
                ("aria-labelledby", &label),
            ];
            html.element("svg", drawing, |html| {
                html.with("title", &[("id", &title)], self.title);
                html.with("desc", &[("id", &shows)], self.shows);
                inside(html);
            });
        });
        html.fixed("\n");
    }
}

/// A rectangle.
pub(super) fn rectangle(html: &mut Html, class: &str, [x, y, width, height]: [i64; 4]) {
    let [x, y, width, height] = [x, y, width, height].map(|one| one.to_string());
    html.empty(
        "rect",
        &[
            ("class", class),
            ("x", &x),
            ("y", &y),
            ("width", &width),
            ("height", &height),
            ("rx", "3"),
        ],
    );
}

/// A circle about a place.
pub(super) fn circle(html: &mut Html, class: &str, [x, y, radius]: [i64; 3]) {
    let [x, y, radius] = [x, y, radius].map(|one| one.to_string());
    html.empty(
        "circle",
        &[("class", class), ("cx", &x), ("cy", &y), ("r", &radius)],
    );
}

/// A path.
pub(super) fn path(html: &mut Html, class: &str, way: &str) {
    html.empty("path", &[("class", class), ("d", way)]);
}

/// A soft line from one place to another that is right of it.
pub(super) fn curve(html: &mut Html, class: &str, from: [i64; 2], to: [i64; 2]) {
    let middle = i64::midpoint(from[0], to[0]);
    let way = format!(
        "M{} {}C{middle} {} {middle} {} {} {}",
        from[0], from[1], from[1], to[1], to[0], to[1]
    );
    path(html, class, &way);
}

/// A straight line.
pub(super) fn line(html: &mut Html, class: &str, from: [i64; 2], to: [i64; 2]) {
    let way = format!("M{} {}L{} {}", from[0], from[1], to[0], to[1]);
    path(html, class, &way);
}

/// Words at a place, cut after so many characters.
pub(super) fn words(html: &mut Html, class: &str, [x, y]: [i64; 2], text: &str, most: usize) {
    let (x, y) = (x.to_string(), y.to_string());
    let place: &[(&str, &str)] = &[("class", class), ("x", &x), ("y", &y)];
    html.with("text", place, &cut(text, most));
}

/// The beginning of a text that is longer than `most` characters, with an ellipsis.
fn cut(text: &str, most: usize) -> String {
    let text = printable(text);
    if text.chars().count() <= most {
        return text;
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}
