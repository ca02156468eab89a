//! The record: statement and evidence in one canonical file, `record.json`.

use super::Evidence;
use super::Statement;
use crate::primitives::Digest;
use crate::primitives::json;
use crate::primitives::json::JsonError;
use crate::primitives::json::NotCanonical;
use serde::Deserialize;
use serde::Serialize;

/// Largest record that is read, in bytes.
pub const MAX_RECORD_BYTES: usize = 1 << 20;

/// What stands before the statement in a record's bytes.
const STATEMENT: &str = ",\"statement\":";

/// Why a record was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordError {
    /// Larger than [`MAX_RECORD_BYTES`].
    TooLarge,
    /// Not canonical, or not of this shape.
    Json(JsonError),
    /// A schema this program does not know.
    UnknownSchema(String),
}

/// A record. The bytes of its file are what people sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CeremonyRecord {
    /// What the key said.
    pub evidence: Evidence,
    /// What is stated.
    pub statement: Statement,
}

impl CeremonyRecord {
    /// The canonical bytes, without a trailing newline.
    ///
    /// # Errors
    /// [`NotCanonical`] if an integer is 2^53 or more.
    pub fn bytes(&self) -> Result<Vec<u8>, NotCanonical> {
        json::encode(self)
    }

    /// Reads a record strictly: canonical bytes, known schema, no unknown member.
    ///
    /// # Errors
    /// [`RecordError`] with the reason.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > MAX_RECORD_BYTES {
            return Err(RecordError::TooLarge);
        }
        match json::decode::<Self>(bytes) {
            Ok(record) if record.statement.schema == Statement::SCHEMA => Ok(record),
            Ok(record) => Err(RecordError::UnknownSchema(record.statement.schema)),
            Err(error) => {
                Err(foreign_schema(bytes)
                    .map_or(RecordError::Json(error), RecordError::UnknownSchema))
            }
        }
    }

    /// The bytes of the statement, inside those of a record that [`Self::parse`] read; `None` for
    /// bytes of another shape.
    #[must_use]
    pub fn statement_in(bytes: &[u8]) -> Option<&[u8]> {
        // `evidence` has no member of this name at any depth, and the quotation marks of a text are
        // escaped.
        let (_, rest) = std::str::from_utf8(bytes).ok()?.split_once(STATEMENT)?;
        rest.strip_suffix('}').map(str::as_bytes)
    }

    /// SHA-256 of the file: what a leaf, a pointer QR and an auditor's trust file name.
    ///
    /// # Errors
    /// [`NotCanonical`] as [`Self::bytes`].
    pub fn digest(&self) -> Result<Digest, NotCanonical> {
        Ok(Digest::of(&self.bytes()?))
    }
}

/// The schema, if the bytes are canonical JSON that names another one than ours.
fn foreign_schema(bytes: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Outer {
        statement: Inner,
    }
    #[derive(Deserialize)]
    struct Inner {
        schema: String,
    }
    json::check(bytes).ok()?;
    let outer: Outer = serde_json::from_slice(bytes).ok()?;
    let schema = outer.statement.schema;
    (schema != Statement::SCHEMA).then_some(schema)
}
