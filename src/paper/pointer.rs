//! The text of the code outside on a bag: which record of which ledger, by digest.

use crate::primitives::Digest;
use crate::primitives::bytes;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;

const PREFIX: &str = "GLASSKEY1:R:";
const LEDGER_LEN: usize = 10;
const INDEX_LEN: usize = 6;

/// A pointer to a record: `GLASSKEY1:R:`, 10 base32 characters of SHA-256 of the ledger's
/// origin, six digits of index, base32 of SHA-256 of `record.json`. It opens nothing and names
/// no tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pointer {
    ledger: String,
    index: u32,
    record: Digest,
}

impl Pointer {
    /// A pointer to the record of `index` in the ledger of `origin`, `record` being the SHA-256
    /// of its `record.json`; `None` for an index of more than six digits.
    #[must_use]
    pub fn new(origin: &str, index: u64, record: Digest) -> Option<Self> {
        let index = u32::try_from(index)
            .ok()
            .filter(|index| *index <= 999_999)?;
        Some(Self {
            ledger: ledger_tag(origin),
            index,
            record,
        })
    }

    /// Reads exactly the text of a pointer; `None` on anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (ledger, rest) = text.strip_prefix(PREFIX)?.split_once(':')?;
        let (index, record) = rest.split_once(':')?;
        let base32 = |c: char| c.is_ascii_uppercase() || matches!(c, '2'..='7');
        let well_formed = ledger.len() == LEDGER_LEN
            && ledger.chars().all(base32)
            && index.len() == INDEX_LEN
            && index.chars().all(|c| c.is_ascii_digit());
        if !well_formed {
            return None;
        }
        Some(Self {
            ledger: ledger.to_owned(),
            index: index.parse().ok()?,
            record: Digest(bytes::from_base32(record)?.try_into().ok()?),
        })
    }

    /// Whether this points into the ledger of `origin`.
    #[must_use]
    pub fn is_into(&self, origin: &str) -> bool {
        self.ledger == ledger_tag(origin)
    }

    /// Index of the record in its ledger.
    #[must_use]
    pub const fn index(&self) -> u32 {
        self.index
    }

    /// SHA-256 of `record.json`.
    #[must_use]
    pub const fn record(&self) -> Digest {
        self.record
    }
}

impl TryFrom<String> for Pointer {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a pointer")
    }
}

impl From<Pointer> for String {
    fn from(pointer: Pointer) -> Self {
        pointer.to_string()
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{PREFIX}{}:{:06}:{}",
            self.ledger,
            self.index,
            bytes::base32(&self.record.0)
        )
    }
}

fn ledger_tag(origin: &str) -> String {
    bytes::base32(&Digest::of(origin.as_bytes()).0)
        .chars()
        .take(LEDGER_LEN)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pointer() -> Pointer {
        Pointer::new("glasskey:t/contoso", 3, Digest::of(b"record")).unwrap()
    }

    #[test]
    fn the_text_is_as_pinned() {
        let text = pointer().to_string();
        let tag = &bytes::base32(&Digest::of(b"glasskey:t/contoso").0)[..10];
        let record = bytes::base32(&Digest::of(b"record").0);
        assert_eq!(text, format!("GLASSKEY1:R:{tag}:000003:{record}"));
        assert_eq!(text.len(), 12 + 10 + 1 + 6 + 1 + 52);
    }

    #[test]
    fn the_text_reads_back() {
        let read = Pointer::parse(&pointer().to_string()).unwrap();
        assert_eq!(read, pointer());
        assert!(read.is_into("glasskey:t/contoso"));
        assert!(!read.is_into("glasskey:t/fabrikam"));
        assert_eq!((read.index(), read.record()), (3, Digest::of(b"record")));
    }

    #[test]
    fn an_index_of_seven_digits_is_refused() {
        assert_eq!(Pointer::new("o", 1_000_000, Digest::of(b"")), None);
    }

    #[test]
    fn second_spellings_are_refused() {
        let text = pointer().to_string();
        for wrong in [
            text.to_lowercase(),
            format!("{text} "),
            format!("{text}="),
            text.replace(":000003:", ":+00003:"),
            text.replace(":000003:", ":3:"),
            text.replace("GLASSKEY1", "GLASSKEY2"),
        ] {
            assert_eq!(Pointer::parse(&wrong), None, "{wrong}");
        }
        // The last of 52 base32 characters carries one bit; its spare bits must be zero.
        let spare = format!("{}R", &text[..text.len() - 1]);
        assert_eq!(Pointer::parse(&spare), None, "{spare}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn every_pointer_reads_back(origin: String, index in 0u64..1_000_000, digest: [u8; 32]) {
            let pointer = Pointer::new(&origin, index, Digest(digest)).unwrap();
            prop_assert_eq!(Pointer::parse(&pointer.to_string()), Some(pointer));
        }

        #[test]
        fn what_is_read_prints_as_it_was(
            random in ".{0,120}",
            at in 0usize..82,
            with in proptest::char::any(),
        ) {
            let mut mutated: Vec<char> = pointer().to_string().chars().collect();
            mutated[at] = with;
            for text in [random, mutated.into_iter().collect()] {
                if let Some(read) = Pointer::parse(&text) {
                    prop_assert_eq!(read.to_string(), text);
                }
            }
        }
    }
}
