//! A verified metadata BLOB.

use super::EntryMalformed;
use super::MetadataEntry;
use super::MetadataError;
use super::entry;
use super::jws;
use super::jws::When;
use super::payload::Payload;
use super::served::Served;
use super::status::day;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use crate::webauthn::attestation::Anchor;
use crate::webauthn::attestation::AnchorSource;
use crate::webauthn::attestation::chain;
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
    x5c: Vec<Vec<u8>>,
    valid: (UtcTime, UtcTime),
    entries: usize,
    models: BTreeMap<Aaguid, Vec<Box<RawValue>>>,
    served: OnceLock<Served>,
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
        Self::read(blob, roots, When::At(as_of))
    }

    /// As [`Self::verify`], as of some time at which the signer's certificate led to a root: for a
    /// BLOB that was kept. Ask [`Self::holds_at`] before anything in it is used as of a time.
    ///
    /// # Errors
    /// Why it is refused, whole.
    pub fn verify_ever(blob: &[u8], roots: &[&[u8]]) -> Result<Self, MetadataError> {
        Self::read(blob, roots, When::Ever)
    }

    fn read(blob: &[u8], roots: &[&[u8]], when: When) -> Result<Self, MetadataError> {
        let signed = jws::verify(blob, roots, when)?;
        let payload = Payload::read(&signed.payload).ok_or(MetadataError::PayloadMalformed)?;
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
            x5c: signed.x5c,
            valid: signed.valid,
            entries,
            models,
            served: OnceLock::new(),
        })
    }

    /// Whether the signer's certificate leads to one of `roots`, the same that it was verified
    /// with, as of another time. Cheap where every certificate was valid then.
    ///
    /// # Errors
    /// [`MetadataError::NotToRoot`] if it does not.
    pub fn holds_at(&self, roots: &[&[u8]], as_of: UtcTime) -> Result<(), MetadataError> {
        let (first, last) = self.valid;
        if first <= as_of && as_of <= last {
            return Ok(());
        }
        let x5c: Vec<&[u8]> = self.x5c.iter().map(Vec::as_slice).collect();
        let (leaf, issuers) = x5c.split_first().ok_or(MetadataError::NoCertificates)?;
        chain::path(leaf, issuers, roots, as_of)
            .map(|_| ())
            .map_err(MetadataError::NotToRoot)
    }

    /// First and last moment at which every certificate it came with is valid.
    #[must_use]
    pub const fn valid(&self) -> (UtcTime, UtcTime) {
        self.valid
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
        let served = self.served();
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

    /// The models behind each anchor that an entry lists.
    #[must_use]
    pub fn served(&self) -> &Served {
        self.served.get_or_init(|| self.count_served())
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

/// The same file, led to the same root.
impl PartialEq for Metadata {
    fn eq(&self, other: &Self) -> bool {
        self.sha256 == other.sha256 && self.root == other.root
    }
}

impl Eq for Metadata {}
