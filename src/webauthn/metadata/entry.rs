//! One model's entry (MDS3 §3.1.1), read when it is asked for.

use super::StatusReport;
use super::status::WrittenReport;
use super::status::loose_base64;
use crate::webauthn::Aaguid;
use serde::Deserialize;

/// What metadata holds about a model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetadataEntry {
    /// The model's name for people; `None` if the entry has none.
    pub description: Option<String>,
    /// Certificates that may attest the model (DER), in the order written; need not be roots.
    pub attestation_roots: Vec<Vec<u8>>,
    /// Everything reported, in the order written.
    pub status_reports: Vec<StatusReport>,
}

/// A model's entry is there and cannot be read: nothing is known about the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryMalformed(pub Aaguid);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenEntry {
    metadata_statement: Option<WrittenStatement>,
    #[serde(default)]
    status_reports: Vec<WrittenReport>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenStatement {
    description: Option<String>,
    #[serde(default)]
    attestation_root_certificates: Vec<String>,
}

#[derive(Deserialize)]
struct WrittenModel {
    aaguid: Option<String>,
}

/// The AAGUID of an entry; `None` for U2F and UAF models, which have none, and where unreadable.
pub(super) fn model(json: &str) -> Option<Aaguid> {
    let written: WrittenModel = serde_json::from_str(json).ok()?;
    Aaguid::parse(&written.aaguid?)
}

/// Reads an entry; `None` if it is malformed. A root that is not base64 is left out.
pub(super) fn read(json: &str) -> Option<MetadataEntry> {
    let written: WrittenEntry = serde_json::from_str(json).ok()?;
    let status_reports = written.status_reports.into_iter().map(Into::into).collect();
    let (description, roots) = match written.metadata_statement {
        Some(statement) => (
            statement.description,
            statement.attestation_root_certificates,
        ),
        None => (None, Vec::new()),
    };
    Some(MetadataEntry {
        description,
        attestation_roots: roots.iter().filter_map(|text| loose_base64(text)).collect(),
        status_reports,
    })
}
