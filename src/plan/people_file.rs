//! `people.toml`: the names behind the refs. It stays outside the ledger, which holds its SHA-256
//! alone; a fresh salt with every change keeps that from proving a guessed name.

use super::forms;
use crate::primitives::bytes;
use serde::Deserialize;
use std::fmt::Write as _;

/// The file's name in a book.
pub const PEOPLE_FILE: &str = "people.toml";
/// Largest file that is read, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// The most characters of a name.
const NAME_CHARS: usize = 120;

/// A file of names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleFile {
    /// The salt, in hexadecimal.
    salt: String,
    /// Everyone who is named.
    #[serde(default, rename = "person")]
    people: Vec<NamedPerson>,
}

/// A ref, and who that is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedPerson {
    /// The pseudonym in records.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The name.
    pub name: String,
}

impl PeopleFile {
    /// Reads the file; `None` if it is none. What is wrong with one name is not the next one's fault:
    /// names are taken as they stand.
    #[must_use]
    pub fn parse(file: &[u8]) -> Option<Self> {
        if file.len() > MAX_BYTES {
            return None;
        }
        toml::from_str(std::str::from_utf8(file).ok()?).ok()
    }

    /// Everyone who is named, in the order of the file.
    #[must_use]
    pub fn people(&self) -> &[NamedPerson] {
        &self.people
    }

    /// The name behind a ref; `None` if the file has none.
    #[must_use]
    pub fn name_of(&self, reference: &str) -> Option<&str> {
        let mut found = self.people.iter().filter(|one| one.reference == reference);
        found.next().map(|one| one.name.as_str())
    }

    /// The same under another salt.
    #[must_use]
    pub fn salted(self, salt: [u8; 16]) -> Self {
        Self {
            salt: bytes::hex(&salt),
            ..self
        }
    }

    /// The same with this person's name, in place of an earlier one.
    #[must_use]
    pub fn with(mut self, reference: &str, name: &str) -> Self {
        let person = NamedPerson {
            reference: reference.to_owned(),
            name: name.to_owned(),
        };
        match self
            .people
            .iter_mut()
            .find(|one| one.reference == reference)
        {
            Some(one) => *one = person,
            None => self.people.push(person),
        }
        self
    }

    /// The same without this person's name.
    #[must_use]
    pub fn without(mut self, reference: &str) -> Self {
        self.people.retain(|one| one.reference != reference);
        self
    }

    /// The file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!(
            "# Names behind the refs. This file stays outside the ledger, which has its SHA-256 alone.\n\
             salt = {}\n",
            quoted(&self.salt)
        );
        for person in &self.people {
            let (reference, name) = (quoted(&person.reference), quoted(&person.name));
            let _ = write!(text, "\n[[person]]\nref = {reference}\nname = {name}\n");
        }
        text
    }
}

/// Whether `text` can be the name of a person: 1 to 120 characters, none that hides or reorders text.
#[must_use]
pub fn is_name(text: &str) -> bool {
    forms::text(text, NAME_CHARS).is_none()
}

/// A text as TOML's basic string (TOML 1.0, "String").
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_names_reads_back_whatever_the_names_hold() {
        let file = PeopleFile::default()
            .salted([7; 16])
            .with("op-7", "Ada \"Countess\" L\\ovelace\u{7}")
            .with("w-1", "Grace Hopper")
            .with("op-7", "Ada Lovelace\u{7f}");
        assert_eq!(
            PeopleFile::parse(file.text().as_bytes()),
            Some(file.clone())
        );
        assert_eq!(file.name_of("op-7"), Some("Ada Lovelace\u{7f}"));
        let gone = file.without("op-7");
        assert_eq!(gone.people().len(), 1);
        assert!(!gone.text().contains("Ada"));
        assert!(
            gone.text()
                .contains("salt = \"07070707070707070707070707070707\"\n")
        );
    }

    #[test]
    fn the_documented_file_is_one_and_is_written_so() {
        let page = include_str!("../../docs/formats/people.md");
        let (_, rest) = page.split_once("```toml\n").unwrap();
        let text = rest.split_once("```").unwrap().0;
        let file = PeopleFile::parse(text.as_bytes()).unwrap();
        assert_eq!(file.name_of("w-1"), Some("Grace Hopper"));
        assert_eq!(file.text(), text);
    }

    #[test]
    fn what_is_no_file_of_names_is_none() {
        for text in [
            "",
            "salt = 1",
            "salt = \"00\"\nage = 3",
            "[[person]]\nref = \"a\"",
        ] {
            assert_eq!(PeopleFile::parse(text.as_bytes()), None, "{text}");
        }
        assert!(PeopleFile::parse(b"salt = \"00\"\n").is_some());
        assert_eq!(PeopleFile::parse(&vec![b' '; MAX_BYTES + 1]), None);
        assert!(is_name("Zoë Müller-O'Neill") && !is_name(" ") && !is_name("a\u{202e}b"));
    }
}
