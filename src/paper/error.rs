//! Why a page was not made.

/// Why a page was not made; nothing is ever cut, shrunk out of sight or drawn as an empty box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaperError {
    /// The text does not fit where this field stands, even at its smallest size.
    TooLong {
        /// The field, in the words of the page.
        field: &'static str,
    },
    /// The fonts have no glyph for this character.
    Unprintable {
        /// The field, in the words of the page.
        field: &'static str,
        /// The first such character, after composition (Unicode NFC).
        character: char,
    },
    /// An attachment's name, media type or description is not one a PDF can hold, or its name
    /// is used twice.
    Attachment {
        /// The name of the attachment.
        name: String,
    },
    /// The PDF writer or its PDF/A-3b validator refused the document: our bug.
    Writer {
        /// What it said.
        reason: String,
    },
}
