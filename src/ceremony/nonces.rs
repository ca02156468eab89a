//! The nonces that a person's own machine made, and which record took each: by them a witness knows
//! that a statement was made after they were there.

use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::primitives::bytes;
use crate::primitives::nonce_words::NONCE_LEN;
use std::fmt::Write as _;

/// Largest file that is read, in bytes.
pub const MAX_NONCES_BYTES: usize = 1 << 20;

const HEAD: &str =
    "# Nonces that this machine made for glasskey ceremonies, and the records that took them.\n";

/// One nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nonce {
    /// The 16 bytes.
    pub value: [u8; NONCE_LEN],
    /// When it was made.
    pub made: UtcTime,
    /// The id of the record that was signed with it; `None` while none was.
    pub taken_by: Option<Guid>,
}

/// Every nonce that this machine made, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nonces(Vec<Nonce>);

/// How a nonce in a statement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonceFound {
    /// This machine made it, and no record took it yet, or this very one did.
    Mine {
        /// When.
        made: UtcTime,
    },
    /// This machine made it, and another record took it.
    TakenBefore {
        /// That record's id.
        by: Guid,
    },
    /// This machine did not make it.
    NotMine,
}

impl Nonces {
    /// Reads the file; `None` if a line is not what [`Self::text`] writes. An empty file is none.
    #[must_use]
    pub fn parse(file: &[u8]) -> Option<Self> {
        if file.len() > MAX_NONCES_BYTES {
            return None;
        }
        let text = std::str::from_utf8(file).ok()?;
        let lines = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        lines.map(nonce).collect::<Option<Vec<Nonce>>>().map(Self)
    }

    /// The file: a line a nonce.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for one in &self.0 {
            let _ = write!(text, "{} {}", bytes::hex(&one.value), one.made);
            if let Some(record) = one.taken_by {
                let _ = write!(text, " {record}");
            }
            text.push('\n');
        }
        text
    }

    /// Adds a fresh one.
    pub fn add(&mut self, value: [u8; NONCE_LEN], made: UtcTime) {
        self.0.push(Nonce {
            value,
            made,
            taken_by: None,
        });
    }

    /// How the nonce `value` stands, in the statement of the record with this id.
    #[must_use]
    pub fn find(&self, value: &[u8], record: Guid) -> NonceFound {
        match self.0.iter().find(|one| one.value == value) {
            None => NonceFound::NotMine,
            Some(one) => match one.taken_by {
                Some(by) if by != record => NonceFound::TakenBefore { by },
                Some(_) | None => NonceFound::Mine { made: one.made },
            },
        }
    }

    /// Notes that the record with this id took the nonce `value`.
    pub fn take(&mut self, value: &[u8], record: Guid) {
        if let Some(one) = self.0.iter_mut().find(|one| one.value == value) {
            one.taken_by.get_or_insert(record);
        }
    }
}

fn nonce(line: &str) -> Option<Nonce> {
    let mut parts = line.split(' ');
    let one = Nonce {
        value: bytes::from_hex(parts.next()?)?.try_into().ok()?,
        made: UtcTime::parse(parts.next()?)?,
        taken_by: parts
            .next()
            .map(Guid::parse)
            .map_or(Some(None), |id| id.map(Some))?,
    };
    parts.next().is_none().then_some(one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(number: u8) -> Guid {
        Guid([number; 16])
    }

    #[test]
    fn a_nonce_is_mine_for_one_record_alone() {
        let mut nonces = Nonces::default();
        let made = UtcTime::from_unix(1_800_000_000);
        nonces.add([7; 16], made);
        assert_eq!(nonces.find(&[8; 16], id(1)), NonceFound::NotMine);
        assert_eq!(nonces.find(&[7; 16], id(1)), NonceFound::Mine { made });
        nonces.take(&[7; 16], id(1));
        assert_eq!(nonces.find(&[7; 16], id(1)), NonceFound::Mine { made });
        assert_eq!(
            nonces.find(&[7; 16], id(2)),
            NonceFound::TakenBefore { by: id(1) }
        );
        nonces.take(&[7; 16], id(2));
        assert_eq!(nonces.find(&[7; 16], id(1)), NonceFound::Mine { made });
        assert_eq!(nonces.find(&[7; 15], id(1)), NonceFound::NotMine);
    }

    #[test]
    fn a_file_that_is_not_ours_is_refused() {
        let line = "07070707070707070707070707070707 2027-01-15T08:00:00Z";
        assert_eq!(Nonces::parse(line.as_bytes()).unwrap().0.len(), 1);
        assert_eq!(Nonces::parse(b""), Some(Nonces::default()));
        for wrong in [
            "07 2027-01-15T08:00:00Z",
            "07070707070707070707070707070707",
            "07070707070707070707070707070707 yesterday",
            "07070707070707070707070707070707 2027-01-15T08:00:00Z x",
            "\u{ff}",
        ] {
            assert_eq!(Nonces::parse(wrong.as_bytes()), None, "{wrong}");
        }
        let more = format!("{line} 00000000-0000-4000-8000-000000000000 x");
        assert_eq!(Nonces::parse(more.as_bytes()), None);
        assert_eq!(Nonces::parse(&vec![b'#'; MAX_NONCES_BYTES + 1]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn what_is_written_is_read_back(all in proptest::collection::vec((any::<[u8; 16]>(), 0_i64..4_000_000_000, proptest::option::of(any::<[u8; 16]>())), 0..9)) {
            let all = all.into_iter().map(|(value, at, taken)| Nonce {
                value,
                made: UtcTime::from_unix(at),
                taken_by: taken.map(Guid),
            });
            let nonces = Nonces(all.collect());
            prop_assert_eq!(Nonces::parse(nonces.text().as_bytes()), Some(nonces));
        }

        #[test]
        fn no_file_is_too_odd_to_be_read_or_refused(noise in any::<Vec<u8>>()) {
            let _ = Nonces::parse(&noise);
        }
    }
}
