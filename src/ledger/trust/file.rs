//! The trust file: TOML, read and written.

use super::Trust;
use super::TrustFault;
use super::TrustedAnchor;
use crate::ledger::Checkpoint;
use crate::ledger::Origin;
use crate::primitives::Digest;
use crate::primitives::bytes;
use crate::webauthn::Aaguid;
use serde::Deserialize;
use std::fmt::Write as _;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    genesis: Option<String>,
    #[serde(default)]
    mds_root: Vec<FileRoot>,
    #[serde(default)]
    tsa_root: Vec<FileRoot>,
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
        let text = super::text(file)?;
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
            tsa_roots: each(file.tsa_root, TrustFault::TsaRoot, |root| der(&root.der))?,
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
            metadata: None,
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
        for root in &self.tsa_roots {
            let _ = writeln!(text, "\n[[tsa-root]]\nder = \"{}\"", bytes::base64(root));
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
