//! A verified metadata BLOB.

use super::EntryMalformed;
use super::MetadataEntry;
use super::MetadataError;
use super::entry;
use super::jws;
use super::served::Served;
use super::status::day;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use crate::webauthn::attestation::Anchor;
use crate::webauthn::attestation::AnchorSource;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A metadata BLOB whose signature was good as of a time. Entries are read when asked for.
#[derive(Debug)]
pub struct Metadata {
    number: u64,
    next_update: UtcTime,
    sha256: Digest,
    signer: Digest,
    root: Digest,
    entries: usize,
    models: BTreeMap<Aaguid, Vec<Box<RawValue>>>,
    served: OnceLock<Served>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    no: u64,
    next_update: String,
    entries: Vec<Box<RawValue>>,
}

impl Metadata {
    /// Verifies and reads the whole of `blob`, up to 32 MiB, as of a time: signature, the signer's
    /// name, and its chain to one of `roots` (DER). Memory is within a constant factor of the file.
    ///
    /// Whether it is stale or older than one already seen is for the caller to judge by
    /// [`Self::next_update`] and [`Self::number`]. Revocation of the signer is not checked.
    ///
    /// # Errors
    /// Why it is refused, whole.
    pub fn verify(blob: &[u8], roots: &[&[u8]], as_of: UtcTime) -> Result<Self, MetadataError> {
        let signed = jws::verify(blob, roots, as_of)?;
        let payload: Payload =
            serde_json::from_slice(&signed.payload).map_err(|_| MetadataError::PayloadMalformed)?;
        let entries = payload.entries.len();
        let mut models: BTreeMap<Aaguid, Vec<Box<RawValue>>> = BTreeMap::new();
        for raw in payload.entries {
            if let Some(model) = entry::model(raw.get()) {
                models.entry(model).or_default().push(raw);
            }
        }
        Ok(Self {
            number: payload.no,
            next_update: day(&payload.next_update).ok_or(MetadataError::PayloadMalformed)?,
            sha256: Digest::of(blob),
            signer: signed.signer,
            root: signed.root,
            entries,
            models,
            served: OnceLock::new(),
        })
    }

    /// The member `no`: rises with every BLOB.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The member `nextUpdate`: the start of the day by which a newer BLOB is there.
    #[must_use]
    pub const fn next_update(&self) -> UtcTime {
        self.next_update
    }

    /// SHA-256 of the file.
    #[must_use]
    pub const fn sha256(&self) -> Digest {
        self.sha256
    }

    /// SHA-256 of the signer's certificate.
    #[must_use]
    pub const fn signer(&self) -> Digest {
        self.signer
    }

    /// SHA-256 of the root that the signer leads to.
    #[must_use]
    pub const fn root(&self) -> Digest {
        self.root
    }

    /// How many entries there are, those of U2F and UAF models included.
    #[must_use]
    pub const fn entries(&self) -> usize {
        self.entries
    }

    /// The models that have an entry.
    pub fn models(&self) -> impl Iterator<Item = Aaguid> {
        self.models.keys().copied()
    }

    /// What is held about `model`; `None` if it is not listed. Several entries for one model count
    /// as one.
    ///
    /// # Errors
    /// [`EntryMalformed`] if it is listed and cannot be read.
    pub fn entry(&self, model: Aaguid) -> Result<Option<MetadataEntry>, EntryMalformed> {
        let Some(raws) = self.models.get(&model) else {
            return Ok(None);
        };
        let mut all = MetadataEntry::default();
        for raw in raws {
            let one = entry::read(raw.get()).ok_or(EntryMalformed(model))?;
            all.description = all.description.or(one.description);
            all.attestation_roots.extend(one.attestation_roots);
            all.status_reports.extend(one.status_reports);
        }
        Ok(Some(all))
    }

    /// The anchors of `model`, with the number of models each serves; empty if the model is not
    /// listed or its entry cannot be read.
    #[must_use]
    pub fn anchors_for(&self, model: Aaguid) -> Vec<Anchor> {
        let Ok(Some(entry)) = self.entry(model) else {
            return Vec::new();
        };
        let served = self.served.get_or_init(|| self.count_served());
        entry
            .attestation_roots
            .into_iter()
            .map(|der| Anchor {
                serves: served.count(&der),
                source: AnchorSource::Metadata,
                der,
            })
            .collect()
    }

    fn count_served(&self) -> Served {
        let mut served = Served::default();
        for model in self.models() {
            if let Ok(Some(entry)) = self.entry(model) {
                for der in &entry.attestation_roots {
                    served.add(model, der);
                }
            }
        }
        served
    }
}
