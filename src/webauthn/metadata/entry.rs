//! One model's entry (MDS3 §3.1.1), read when it is asked for.

use super::StatusReport;
use super::status::WrittenReport;
use super::status::loose_base64;
use crate::primitives::foreign_json;
use crate::primitives::foreign_json::Object;
use crate::primitives::foreign_json::present;
use crate::webauthn::Aaguid;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde_json::value::RawValue;
use std::fmt;

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
    #[serde(default, deserialize_with = "present")]
    metadata_statement: Option<Object<WrittenStatement>>,
    #[serde(default)]
    status_reports: Vec<Object<WrittenReport>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenStatement {
    #[serde(default, deserialize_with = "present")]
    description: Option<String>,
    #[serde(default)]
    attestation_root_certificates: Vec<String>,
}

/// What names the model of an entry, whatever else is in it.
struct WrittenModel {
    aaguid: Option<String>,
}

impl<'de> Deserialize<'de> for WrittenModel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ModelAlone)
    }
}

struct ModelAlone;

impl<'de> Visitor<'de> for ModelAlone {
    type Value = WrittenModel;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an entry")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut aaguid = None;
        while let Some(name) = map.next_key::<&RawValue>()? {
            // A name that is not Unicode is another's.
            let name = serde_json::from_str::<String>(name.get());
            if name.is_ok_and(|name| name == "aaguid") {
                if aaguid.replace(map.next_value()?).is_some() {
                    return Err(M::Error::duplicate_field("aaguid"));
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(WrittenModel { aaguid })
    }
}

/// The AAGUID of an entry; `None` for U2F and UAF models, which have none, and where it is no text.
/// What cannot be read beside it spoils the model that it names, and no other.
pub(super) fn model(json: &str) -> Option<Aaguid> {
    let written: WrittenModel = serde_json::from_str(json).ok()?;
    Aaguid::parse(&written.aaguid?)
}

/// Reads an entry; `None` if it is malformed. A root that is not base64 is left out, one without
/// bytes is malformed.
pub(super) fn read(json: &str) -> Option<MetadataEntry> {
    let written: WrittenEntry = foreign_json::object(json)?;
    let reports = written.status_reports.into_iter();
    let status_reports = reports.map(|Object(report)| report.into()).collect();
    let (description, roots) = match written.metadata_statement {
        Some(Object(statement)) => (
            statement.description,
            statement.attestation_root_certificates,
        ),
        None => (None, Vec::new()),
    };
    let attestation_roots: Vec<Vec<u8>> =
        roots.iter().filter_map(|text| loose_base64(text)).collect();
    if attestation_roots.iter().any(Vec::is_empty) {
        return None;
    }
    Some(MetadataEntry {
        description,
        attestation_roots,
        status_reports,
    })
}
