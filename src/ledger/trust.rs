//! What an auditor brings from outside: the trust file and remembered heads. A book cannot vouch
//! for itself.

use super::Checkpoint;
use super::Origin;
use crate::primitives::Digest;
use crate::primitives::bytes;
use crate::webauthn::Aaguid;
use crate::webauthn::attestation::Anchor;
use crate::webauthn::attestation::AnchorSource;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Largest trust file or file of heads that is read, in bytes.
pub const MAX_TRUST_BYTES: usize = 1 << 20;

/// Why a trust file or a file of heads was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustFault {
    /// Larger than [`MAX_TRUST_BYTES`].
    TooLarge,
    /// Not UTF-8.
    NotUtf8,
    /// Not TOML, an unknown key, or a value of another type.
    Toml {
        /// The line, from 1; `None` if the reader did not say.
        line: Option<usize>,
        /// The reader's words.
        words: String,
    },
    /// `genesis` is not 64 lower-case hexadecimal digits.
    Genesis,
    /// The `der` of this `[[mds-root]]` (from 1) is not padded base64.
    MdsRoot(usize),
    /// This `[[anchor]]` (from 1) has no GUID as `aaguid`, or no padded base64 as `der`.
    Anchor(usize),
    /// This `[[head]]` (from 1) has no ledger's origin, or no hexadecimal digest as `root`; in a
    /// file of heads, this checkpoint is not one.
    Head(usize),
}

impl std::fmt::Display for TrustFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge => write!(f, "larger than {MAX_TRUST_BYTES} bytes"),
            Self::NotUtf8 => f.write_str("not UTF-8"),
            Self::Toml {
                line: Some(line),
                words,
            } => write!(f, "line {line}: {words}"),
            Self::Toml { line: None, words } => f.write_str(words),
            Self::Genesis => f.write_str("genesis is not 64 lower-case hexadecimal digits"),
            Self::MdsRoot(number) => write!(f, "mds-root {number}: der is not base64"),
            Self::Anchor(number) => write!(
                f,
                "anchor {number}: no GUID as aaguid, or der is not base64"
            ),
            Self::Head(number) => write!(f, "head {number} is not one"),
        }
    }
}

/// A certificate that the auditor trusts to attest one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedAnchor {
    /// The model.
    pub aaguid: Aaguid,
    /// The certificate (DER).
    pub der: Vec<u8>,
}

/// What an auditor holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// SHA-256 of record 000000's `record.json`; `None` leaves `TRUST-ROOT` unknown.
    pub genesis: Option<Digest>,
    /// Further roots (DER) that may sign metadata.
    pub mds_roots: Vec<Vec<u8>>,
    /// Anchors that stand in for metadata entries.
    pub anchors: Vec<TrustedAnchor>,
    /// Remembered heads.
    pub heads: Vec<Checkpoint>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    genesis: Option<String>,
    #[serde(default)]
    mds_root: Vec<FileRoot>,
    #[serde(default)]
    anchor: Vec<FileAnchor>,
    #[serde(default)]
    head: Vec<FileHead>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRoot {
    der: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileAnchor {
    aaguid: String,
    der: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileHead {
    origin: String,
    size: u64,
    root: String,
}

impl Trust {
    /// Reads a trust file.
    ///
    /// # Errors
    /// The first offence.
    pub fn parse(file: &[u8]) -> Result<Self, TrustFault> {
        let text = text(file)?;
        let file: File = toml::from_str(text).map_err(|error| TrustFault::Toml {
            line: error.span().and_then(|span| {
                let before = text.get(..span.start)?;
                Some(before.matches('\n').count() + 1)
            }),
            words: error.message().to_owned(),
        })?;
        Ok(Self {
            genesis: file
                .genesis
                .map(|hex| Digest::from_hex(&hex).ok_or(TrustFault::Genesis))
                .transpose()?,
            mds_roots: each(file.mds_root, TrustFault::MdsRoot, |root| der(&root.der))?,
            anchors: each(file.anchor, TrustFault::Anchor, |anchor| {
                Some(TrustedAnchor {
                    aaguid: Aaguid::parse(&anchor.aaguid)?,
                    der: der(&anchor.der)?,
                })
            })?,
            heads: each(file.head, TrustFault::Head, |head| {
                Some(Checkpoint {
                    origin: Origin::parse(&head.origin)?,
                    size: head.size,
                    root: Digest::from_hex(&head.root)?,
                })
            })?,
        })
    }

    /// The file's text, which [`Self::parse`] reads back.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        if let Some(genesis) = &self.genesis {
            let _ = writeln!(text, "genesis = \"{genesis}\"");
        }
        for root in &self.mds_roots {
            let _ = writeln!(text, "\n[[mds-root]]\nder = \"{}\"", bytes::base64(root));
        }
        for TrustedAnchor { aaguid, der } in &self.anchors {
            let der = bytes::base64(der);
            let _ = writeln!(text, "\n[[anchor]]\naaguid = \"{aaguid}\"\nder = \"{der}\"");
        }
        for Checkpoint { origin, size, root } in &self.heads {
            // An origin has no control characters: these two are all that TOML escapes in it.
            let origin = origin
                .to_string()
                .replace('\\', "\\\\")
                .replace('"', "\\\"");
            let _ = writeln!(
                text,
                "\n[[head]]\norigin = \"{origin}\"\nsize = {size}\nroot = \"{root}\""
            );
        }
        text
    }

    /// The anchors of a model, in the order of the file.
    #[must_use]
    pub fn anchors_of(&self, aaguid: &Aaguid) -> Vec<Anchor> {
        self.anchors
            .iter()
            .filter(|anchor| anchor.aaguid == *aaguid)
            .map(|anchor| {
                let models: BTreeSet<&Aaguid> = self
                    .anchors
                    .iter()
                    .filter(|other| other.der == anchor.der)
                    .map(|other| &other.aaguid)
                    .collect();
                Anchor {
                    der: anchor.der.clone(),
                    source: AnchorSource::TrustFile,
                    serves: models.len(),
                }
            })
            .collect()
    }
}

/// Reads a file of remembered heads: checkpoint texts, each separated from the next by one blank
/// line.
///
/// # Errors
/// The first offence.
pub fn parse_heads(file: &[u8]) -> Result<Vec<Checkpoint>, TrustFault> {
    let text = text(file)?;
    text.split("\n\n")
        .enumerate()
        .map(|(index, part)| {
            let body = part.strip_suffix('\n').unwrap_or(part);
            Checkpoint::parse(format!("{body}\n").as_bytes()).ok_or(TrustFault::Head(index + 1))
        })
        .collect()
}

fn text(file: &[u8]) -> Result<&str, TrustFault> {
    if file.len() > MAX_TRUST_BYTES {
        return Err(TrustFault::TooLarge);
    }
    std::str::from_utf8(file).map_err(|_| TrustFault::NotUtf8)
}

fn each<T, U>(
    items: Vec<T>,
    fault: fn(usize) -> TrustFault,
    read: fn(T) -> Option<U>,
) -> Result<Vec<U>, TrustFault> {
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| read(item).ok_or_else(|| fault(index + 1)))
        .collect()
}

fn der(base64: &str) -> Option<Vec<u8>> {
    bytes::from_base64(base64).filter(|der| !der.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Guid;
    use proptest::prelude::*;

    fn trust() -> Trust {
        let origin = Origin::new(Guid([0xab; 16]), "a \"quoted\" \\ book", false).unwrap();
        let aaguid = |byte| Aaguid(Guid([byte; 16]));
        Trust {
            genesis: Some(Digest::of(b"genesis")),
            mds_roots: vec![vec![0x30, 0]],
            anchors: vec![
                TrustedAnchor {
                    aaguid: aaguid(1),
                    der: vec![0x30, 1, 2],
                },
                TrustedAnchor {
                    aaguid: aaguid(2),
                    der: vec![0x30, 1, 2],
                },
                TrustedAnchor {
                    aaguid: aaguid(1),
                    der: vec![0x30, 9],
                },
            ],
            heads: vec![Checkpoint {
                origin,
                size: 3,
                root: Digest::of(b"root"),
            }],
        }
    }

    #[test]
    fn a_trust_file_reads_back() {
        assert_eq!(Trust::parse(trust().text().as_bytes()), Ok(trust()));
        assert_eq!(Trust::parse(b""), Ok(Trust::default()));
    }

    #[test]
    fn an_anchor_knows_how_many_models_it_serves() {
        let anchors = trust().anchors_of(&Aaguid(Guid([1; 16])));
        let serves: Vec<usize> = anchors.iter().map(|anchor| anchor.serves).collect();
        assert_eq!(serves, [2, 1]);
        assert_eq!(trust().anchors_of(&Aaguid(Guid([3; 16]))), []);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let fault = Trust::parse(b"# trust\ngenisis = \"00\"\n").unwrap_err();
        let TrustFault::Toml { line, words } = fault else {
            panic!("{fault:?}");
        };
        assert_eq!(line, Some(2));
        assert!(words.contains("genisis"), "{words}");
    }

    #[test]
    fn values_that_are_no_digest_or_der_are_refused() {
        let root = Digest::of(b"");
        for (text, fault) in [
            ("genesis = \"AB\"".to_owned(), TrustFault::Genesis),
            (
                "[[mds-root]]\nder = \"MA\"".to_owned(),
                TrustFault::MdsRoot(1),
            ),
            (
                "[[mds-root]]\nder = \"\"".to_owned(),
                TrustFault::MdsRoot(1),
            ),
            (
                "[[anchor]]\naaguid = \"x\"\nder = \"MAA=\"".to_owned(),
                TrustFault::Anchor(1),
            ),
            (
                format!("[[head]]\norigin = \"x\"\nsize = 1\nroot = \"{root}\""),
                TrustFault::Head(1),
            ),
        ] {
            assert_eq!(Trust::parse(text.as_bytes()), Err(fault), "{text}");
        }
    }

    #[test]
    fn heads_are_checkpoints_with_a_blank_line_between() {
        let mut second = trust().heads.remove(0);
        let first = second.clone();
        second.size = 4;
        let file = format!("{}\n{}", first.text(), second.text());
        assert_eq!(parse_heads(file.as_bytes()), Ok(vec![first, second]));
        assert_eq!(parse_heads(b""), Err(TrustFault::Head(1)));
        assert_eq!(
            parse_heads(file.replace("\n\n", "\n\n\n").as_bytes()),
            Err(TrustFault::Head(2))
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn no_bytes_make_it_panic(
            noise in proptest::collection::vec(any::<u8>(), 0..300),
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let mut mutated = trust().text().into_bytes();
            let at = at.index(mutated.len());
            mutated[at] = byte;
            for file in [noise, mutated] {
                let _ = Trust::parse(&file);
                let _ = parse_heads(&file);
            }
        }
    }
}
