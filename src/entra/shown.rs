//! Texts of the tenant as a terminal and a record may show them.

/// At most 100 characters, none of them a control character.
pub(super) fn shown(text: &str) -> String {
    shown_to(text, 100)
}

/// At most `limit` characters, none of them a control character.
pub(super) fn shown_to(text: &str, limit: usize) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(limit)
        .collect()
}
