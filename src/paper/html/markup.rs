//! Markup whose text is always escaped: nothing but this type makes HTML, what is written in this
//! program goes in as `&'static str`, and all that comes from a book goes in as text.

use crate::primitives::text::printable;

/// A piece of HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Html(String);

/// The attributes of an element: names of this program's, values from anywhere.
pub(super) type Attributes<'a> = &'a [(&'static str, &'a str)];

impl Html {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Text from anywhere.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for c in printable(text).chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c => self.0.push(c),
            }
        }
        self
    }

    /// Markup that is written in this program.
    pub(super) fn fixed(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// An element with what `inside` puts into it.
    pub(super) fn element(
        &mut self,
        name: &'static str,
        attributes: Attributes<'_>,
        inside: impl FnOnce(&mut Self),
    ) -> &mut Self {
        self.start(name, attributes).fixed(">");
        inside(self);
        self.fixed("</").fixed(name).fixed(">")
    }

    /// An element with text alone.
    pub(super) fn of(&mut self, name: &'static str, text: &str) -> &mut Self {
        self.element(name, &[], |inside| {
            inside.text(text);
        })
    }

    /// An element with attributes and text alone.
    pub(super) fn with(
        &mut self,
        name: &'static str,
        attributes: Attributes<'_>,
        text: &str,
    ) -> &mut Self {
        self.element(name, attributes, |inside| {
            inside.text(text);
        })
    }

    /// An element of SVG with nothing in it.
    pub(super) fn empty(&mut self, name: &'static str, attributes: Attributes<'_>) -> &mut Self {
        self.start(name, attributes).fixed("/>")
    }

    /// An element of HTML that never has anything in it.
    pub(super) fn open(&mut self, name: &'static str, attributes: Attributes<'_>) -> &mut Self {
        self.start(name, attributes).fixed(">")
    }

    fn start(&mut self, name: &'static str, attributes: Attributes<'_>) -> &mut Self {
        self.fixed("<").fixed(name);
        for (attribute, value) in attributes {
            self.fixed(" ").fixed(attribute).fixed("=\"");
            self.text(value).fixed("\"");
        }
        self
    }

    /// The bytes.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_values_are_never_markup() {
        let mut html = Html::new();
        html.with("p", &[("title", "a\"b")], "<b>&'\u{202e}");
        assert_eq!(
            String::from_utf8(html.into_bytes()).unwrap(),
            "<p title=\"a&quot;b\">&lt;b&gt;&amp;&#39;\\u{202e}</p>"
        );
    }
}
