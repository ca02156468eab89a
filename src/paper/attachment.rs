//! Files that travel inside a PDF: what the page was made from.

/// A file attached to a PDF (PDF/A-3, `AFRelationship` `Source`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// File name, ASCII, no path; each name at most once a document.
    pub name: String,
    /// Media type, such as `application/json`.
    pub media_type: String,
    /// What the file is, for people; not empty.
    pub description: String,
    /// The content, attached as it is.
    pub bytes: Vec<u8>,
}

impl Attachment {
    /// A JSON file: a record or a statement.
    #[must_use]
    pub fn json(name: &str, description: &str, bytes: &[u8]) -> Self {
        Self::new(name, "application/json", description, bytes)
    }

    /// A text file: an armoured signature, a roster, a checkpoint.
    #[must_use]
    pub fn text(name: &str, description: &str, bytes: &[u8]) -> Self {
        Self::new(name, "text/plain", description, bytes)
    }

    fn new(name: &str, media_type: &str, description: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            description: description.to_owned(),
            bytes: bytes.to_vec(),
        }
    }

    /// Whether the name is a plain file name that every system can write.
    pub(super) fn name_is_plain(&self) -> bool {
        !self.name.starts_with('.')
            && !self.name.is_empty()
            && self
                .name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
    }
}
