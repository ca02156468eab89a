//! The forms that single values have: names, texts, addresses, versions.

use super::fault::What;
use super::object_url::ObjectUrl;
use crate::primitives::text::is_deceptive;

/// The most characters a name may have.
const NAME_CHARS: usize = 60;

/// The fault of a name that becomes a file name and is read aloud:
/// `[A-Za-z0-9][A-Za-z0-9._-]{0,59}`; `None` if it has that form.
pub(super) fn name(text: &str) -> Option<What> {
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    let plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if text.is_empty() {
        Some(What::Empty)
    } else if text.chars().count() > NAME_CHARS {
        Some(What::TooLong { most: NAME_CHARS })
    } else if starts && plain {
        None
    } else {
        Some(What::BadName)
    }
}

/// The fault of a person's ref: a name without dots, so that a roster and its signatures' files can
/// have it.
pub(super) fn reference(text: &str) -> Option<What> {
    name(text).or_else(|| text.contains('.').then_some(What::BadRef))
}

/// The fault of a text to read, of `most` characters; `None` if it has none.
pub(super) fn text(text: &str, most: usize) -> Option<What> {
    if let Some(character) = text.chars().find(|c| is_deceptive(*c)) {
        Some(What::Deceptive { character })
    } else if text.trim().is_empty() {
        Some(What::Empty)
    } else if text.chars().count() > most {
        Some(What::TooLong { most })
    } else {
        None
    }
}

/// The fault of a user principal name; `None` if it is `name@domain` without a space.
pub(super) fn upn(value: &str) -> Option<What> {
    let whole = value.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty()
            && !domain.contains('@')
            && domain.contains('.')
            && domain.split('.').all(|label| !label.is_empty())
    });
    // 64 characters, the at sign, 48 characters: Entra's longest.
    text(value, 113)
        .or_else(|| (!whole || value.contains(char::is_whitespace)).then_some(What::BadUpn))
}

/// Whether `text` can name a safe, an account, a key or an envelope: 1 to 60 letters, digits, `.`, `_`
/// or `-`, a letter or digit first.
#[must_use]
pub fn is_word(text: &str) -> bool {
    name(text).is_none()
}

/// Whether `text` is a user principal name.
#[must_use]
pub fn is_upn(text: &str) -> bool {
    upn(text).is_none()
}

/// The fault of where the ledger lies; `None` for a folder inside the book, or `az://…`, `s3://…`.
pub(super) fn ledger(value: &str) -> Option<What> {
    let inside = if value.contains("://") {
        ObjectUrl::parse(value).is_some()
    } else {
        value.split('/').all(|part| name(part).is_none())
            && !OF_THE_BOOK.contains(&value.split('/').next().unwrap_or(value))
    };
    text(value, 1_024).or_else(|| (!inside).then_some(What::BadLedger))
}

/// Folders of the book that hold other things (DESIGN §4).
const OF_THE_BOOK: &[&str] = &["anchors", "open", "paper", "transcripts"];

/// The fault of a firmware version; `None` if it is one to four numbers with dots between them.
pub(super) fn version(value: &str) -> Option<What> {
    let parts: Vec<&str> = value.split('.').collect();
    let numbers = parts
        .iter()
        .all(|part| part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u32>().is_ok());
    (parts.len() > 4 || !numbers).then_some(What::BadVersion)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_a_file_name() {
        for good in ["BG1-A", "SAFE-A", "op-7", "P-0007", "a", "1.b_c"] {
            assert_eq!(name(good), None, "{good}");
        }
        for bad in [".hidden", "-dash", "a/b", "a b", "é", "..", "a\n"] {
            assert_eq!(name(bad), Some(What::BadName), "{bad}");
        }
        assert_eq!(name(""), Some(What::Empty));
        assert_eq!(name(&"a".repeat(60)), None);
        assert_eq!(name(&"a".repeat(61)), Some(What::TooLong { most: 60 }));
    }

    #[test]
    fn a_text_hides_nothing() {
        assert_eq!(text("Vault 2, Zürich", 60), None);
        let character = '\u{202e}';
        assert_eq!(text("a\u{202e}b", 60), Some(What::Deceptive { character }));
        assert_eq!(text("  ", 60), Some(What::Empty));
        assert_eq!(text("four", 3), Some(What::TooLong { most: 3 }));
    }

    #[test]
    fn a_upn_has_a_name_and_a_domain() {
        assert_eq!(upn("bg1@contoso.onmicrosoft.com"), None);
        for bad in [
            "bg1",
            "@contoso.com",
            "bg1@",
            "bg1@contoso",
            "a b@c.d",
            "a@b@c.d",
        ] {
            assert_eq!(upn(bad), Some(What::BadUpn), "{bad}");
        }
    }

    #[test]
    fn a_ledger_lies_in_its_book_or_in_a_store() {
        for good in [
            "ledger",
            "data/ledger",
            "az://account/container",
            "s3://bucket",
        ] {
            assert_eq!(ledger(good), None, "{good}");
        }
        for bad in [
            "/ledger",
            "../ledger",
            "a/../b",
            "open",
            "paper/x",
            "a\\b",
            "az://",
            "ftp://x",
            "a//b",
            "ledger/",
        ] {
            assert_eq!(ledger(bad), Some(What::BadLedger), "{bad}");
        }
    }

    #[test]
    fn a_version_is_numbers_and_dots() {
        for good in ["5", "5.7.0", "1.2.3.4"] {
            assert_eq!(version(good), None, "{good}");
        }
        for bad in [
            "",
            "5.",
            "5.7.x",
            "v5",
            "1.2.3.4.5",
            "5.-7",
            "5.+7",
            "99999999999",
        ] {
            assert_eq!(version(bad), Some(What::BadVersion), "{bad}");
        }
    }
}
