//! The names of a ledger's files. Anything that has none of these names does not belong there.

use crate::primitives::Digest;
use std::fmt;

/// Longest ref, in bytes.
const MAX_REF_BYTES: usize = 64;

/// A file of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileName {
    /// `origin`
    Origin,
    /// `roster/000000.allowed_signers`: the roster as of the record of that index.
    Roster(u64),
    /// `roster/000000.op-7.sig`
    RosterSignature(u64, String),
    /// `records/000000/record.json`
    Record(u64),
    /// `records/000000/op-7.sig`
    RecordSignature(u64, String),
    /// `checkpoints/000001.txt`: the head of that size.
    Checkpoint(u64),
    /// `checkpoints/000001.txt.op-7.sig`
    CheckpointSignature(u64, String),
    /// `mds/<sha256>.jwt`
    Metadata(Digest),
}

impl FileName {
    /// Reads a name relative to the ledger; `None` if it is none of ours.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let Some((folder, rest)) = name.split_once('/') else {
            return (name == "origin").then_some(Self::Origin);
        };
        let file = match folder {
            "roster" => {
                let (index, rest) = rest.split_once('.')?;
                let index = number(index)?;
                match rest.strip_suffix(".sig") {
                    Some(reference) => Self::RosterSignature(index, owned(reference)?),
                    None if rest == "allowed_signers" => Self::Roster(index),
                    None => return None,
                }
            }
            "records" => {
                let (index, rest) = rest.split_once('/')?;
                let index = number(index)?;
                match rest.strip_suffix(".sig") {
                    Some(reference) => Self::RecordSignature(index, owned(reference)?),
                    None if rest == "record.json" => Self::Record(index),
                    None => return None,
                }
            }
            "checkpoints" => {
                let (size, rest) = rest.split_once('.')?;
                let size = number(size)?;
                match rest.strip_prefix("txt.") {
                    Some(rest) => {
                        let reference = rest.strip_suffix(".sig")?;
                        Self::CheckpointSignature(size, owned(reference)?)
                    }
                    None if rest == "txt" => Self::Checkpoint(size),
                    None => return None,
                }
            }
            "mds" => Self::Metadata(Digest::from_hex(rest.strip_suffix(".jwt")?)?),
            _ => return None,
        };
        Some(file)
    }

    /// Whose signature it is; `None` if it is no signature.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::RosterSignature(_, reference)
            | Self::RecordSignature(_, reference)
            | Self::CheckpointSignature(_, reference) => Some(reference),
            Self::Origin
            | Self::Roster(_)
            | Self::Record(_)
            | Self::Checkpoint(_)
            | Self::Metadata(_) => None,
        }
    }

    /// As [`Self::reference`], kept.
    pub(super) fn into_reference(self) -> Option<String> {
        match self {
            Self::RosterSignature(_, reference)
            | Self::RecordSignature(_, reference)
            | Self::CheckpointSignature(_, reference) => Some(reference),
            Self::Origin
            | Self::Roster(_)
            | Self::Record(_)
            | Self::Checkpoint(_)
            | Self::Metadata(_) => None,
        }
    }

    /// The index of the record that the file came with; `None` for files of no one record, and for
    /// a checkpoint of size 0, which is never written.
    #[must_use]
    pub const fn record(&self) -> Option<u64> {
        match self {
            Self::Roster(index)
            | Self::RosterSignature(index, _)
            | Self::Record(index)
            | Self::RecordSignature(index, _) => Some(*index),
            Self::Checkpoint(size) | Self::CheckpointSignature(size, _) => size.checked_sub(1),
            Self::Origin | Self::Metadata(_) => None,
        }
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Origin => f.write_str("origin"),
            Self::Roster(index) => write!(f, "roster/{index:06}.allowed_signers"),
            Self::RosterSignature(index, name) => write!(f, "roster/{index:06}.{name}.sig"),
            Self::Record(index) => write!(f, "records/{index:06}/record.json"),
            Self::RecordSignature(index, name) => write!(f, "records/{index:06}/{name}.sig"),
            Self::Checkpoint(size) => write!(f, "checkpoints/{size:06}.txt"),
            Self::CheckpointSignature(size, name) => {
                write!(f, "checkpoints/{size:06}.txt.{name}.sig")
            }
            Self::Metadata(digest) => write!(f, "mds/{digest}.jwt"),
        }
    }
}

/// Whether `text` may be a person's ref in a file name: letters, digits, `-` and `_`, a letter or
/// digit first, up to 64.
#[must_use]
pub fn is_reference(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.len() <= MAX_REF_BYTES
        && text.bytes().all(plain)
        && text
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_alphanumeric())
}

/// A ref, if it is one.
fn owned(reference: &str) -> Option<String> {
    is_reference(reference).then(|| reference.to_owned())
}

/// A number of six or more digits, up to 2^53, as [`FileName`] prints it.
fn number(text: &str) -> Option<u64> {
    let padded = match text.len() {
        0..6 => false,
        6 => true,
        7.. => !text.starts_with('0'),
    };
    if !padded || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u64 = text.parse().ok()?;
    (number < 1 << 53).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn every_kind() -> Vec<FileName> {
        vec![
            FileName::Origin,
            FileName::Roster(0),
            FileName::RosterSignature(12, "op-7".into()),
            FileName::Record(3),
            FileName::RecordSignature(999_999, "w_1".into()),
            FileName::Checkpoint(1),
            FileName::CheckpointSignature(1_000_000, "op-7".into()),
            FileName::Metadata(Digest::of(b"")),
        ]
    }

    #[test]
    fn every_name_reads_back() {
        for name in every_kind() {
            assert_eq!(FileName::parse(&name.to_string()), Some(name));
        }
    }

    #[test]
    fn the_names_are_those_of_the_format() {
        let names: Vec<String> = every_kind().iter().map(FileName::to_string).collect();
        assert_eq!(
            names,
            [
                "origin",
                "roster/000000.allowed_signers",
                "roster/000012.op-7.sig",
                "records/000003/record.json",
                "records/999999/w_1.sig",
                "checkpoints/000001.txt",
                "checkpoints/1000000.txt.op-7.sig",
                "mds/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.jwt",
            ]
        );
    }

    #[test]
    fn odd_names_are_none_of_ours() {
        for name in [
            "",
            "Origin",
            "origin/",
            "origin2",
            "records/000000/",
            "records/00000/record.json",
            "records/0000000/record.json",
            "records/+00000/record.json",
            "records/000000/record.json~",
            "records/000000/sub/record.json",
            "records/000000/.sig",
            "records/000000/-x.sig",
            "records/000000/a.b.sig",
            "records/000000/../x.sig",
            "roster/000000.allowed_signers.bak",
            "roster/000000.sig",
            "checkpoints/000001.op-7.sig",
            "checkpoints/000001.txt.sig",
            "checkpoints/99999999999999999999.txt",
            "mds/00.jwt",
            ".DS_Store",
            "records/000000/op-7.sig/x",
        ] {
            assert_eq!(FileName::parse(name), None, "{name}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn a_name_that_is_read_is_written_the_same(noise in any::<String>(), kind in 0_usize..8, at in 0_usize..90, c in any::<char>()) {
            let mut mutated: Vec<char> = every_kind()[kind].to_string().chars().collect();
            let at = at % mutated.len();
            mutated[at] = c;
            for name in [noise, mutated.into_iter().collect()] {
                if let Some(read) = FileName::parse(&name) {
                    prop_assert_eq!(read.to_string(), name);
                }
            }
        }
    }
}
