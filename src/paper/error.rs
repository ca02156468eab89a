//! Why a page was not made.

use std::fmt;

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

impl fmt::Display for PaperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { field } => write!(f, "{field} does not fit on the page"),
            Self::Unprintable { field, character } => {
                let character = character.escape_unicode();
                write!(f, "{field} holds {character}, which the fonts do not have")
            }
            Self::Attachment { name } => write!(f, "{name} cannot be attached"),
            Self::Writer { reason } => f.write_str(reason),
        }
    }
}
