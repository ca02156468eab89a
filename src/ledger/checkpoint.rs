//! Checkpoints: a head of the ledger as text (C2SP tlog-checkpoint, the body without signatures).

use super::Origin;
use crate::primitives::Digest;
use crate::primitives::bytes;

/// Longest text that is read, in bytes.
const MAX_BYTES: usize = 512;

/// A head of a ledger: three lines, each ended by a newline: origin, size in decimal, root in
/// padded base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The ledger.
    pub origin: Origin,
    /// Records in the tree.
    pub size: u64,
    /// The tree's root.
    pub root: Digest,
}

impl Checkpoint {
    /// The text: what is signed, printed and remembered.
    #[must_use]
    pub fn text(&self) -> String {
        let root = bytes::base64(&self.root.0);
        format!("{}\n{}\n{root}\n", self.origin, self.size)
    }

    /// Reads exactly what [`Self::text`] writes; `None` on anything else.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let whole = std::str::from_utf8(text).ok()?;
        let mut lines = whole.split('\n');
        let checkpoint = Self {
            origin: Origin::parse(lines.next()?)?,
            size: lines.next()?.parse().ok()?,
            root: Digest(bytes::from_base64(lines.next()?)?.try_into().ok()?),
        };
        (checkpoint.text() == whole).then_some(checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Guid;
    use proptest::prelude::*;

    fn checkpoint() -> Checkpoint {
        Checkpoint {
            origin: Origin::new(Guid([0xab; 16]), "contoso", false).unwrap(),
            size: 15,
            root: Digest::of(b""),
        }
    }

    const TEXT: &str = "glasskey:abababab-abab-abab-abab-abababababab/contoso\n15\n\
                        47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";

    #[test]
    fn a_checkpoint_is_three_lines_and_reads_back() {
        assert_eq!(checkpoint().text(), TEXT);
        assert_eq!(Checkpoint::parse(TEXT.as_bytes()), Some(checkpoint()));
    }

    #[test]
    fn second_spellings_are_refused() {
        for text in [
            TEXT.trim_end().to_owned(),
            format!("{TEXT}\n"),
            TEXT.replace("15", "015"),
            TEXT.replace("15", "+15"),
            TEXT.replace('\n', "\r\n"),
            TEXT.replace("SuFU=", "SuFU"),
            TEXT.replace("SuFU=", "SuFV="),
            TEXT.replace("15", "18446744073709551616"),
        ] {
            assert_eq!(Checkpoint::parse(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn every_truncation_is_refused() {
        for length in 0..TEXT.len() {
            assert_eq!(Checkpoint::parse(&TEXT.as_bytes()[..length]), None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn no_bytes_are_read_that_would_not_be_written(
            at in 0..TEXT.len(),
            byte in any::<u8>(),
            noise in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let mut mutated = TEXT.as_bytes().to_vec();
            mutated[at] = byte;
            for text in [mutated, noise] {
                if let Some(read) = Checkpoint::parse(&text) {
                    prop_assert_eq!(read.text().into_bytes(), text);
                }
            }
        }
    }
}
