//! A bundle: what a person needs to sign records on their own machine, in one file
//! (`docs/formats/bundle.md`). It comes from elsewhere: everything in it is held against itself.

use super::FileName;
use super::InForce;
use super::Ledger;
use super::LedgerError;
use super::Origin;
use crate::plan::Policy;
use crate::primitives::Digest;
use crate::primitives::bytes::Bytes;
use crate::primitives::json;
use crate::primitives::json::NotCanonical;
use crate::record::CeremonyRecord;
use crate::record::Event;
use crate::record::Namespace;
use crate::record::PersonPart;
use crate::record::RecordError;
use crate::record::Roster;
use crate::record::Statement;
use serde::Deserialize;
use serde::Serialize;

/// Largest bundle that is read, in bytes.
pub const MAX_BUNDLE_BYTES: usize = 16 << 20;

/// Records in one bundle, at most.
const MAX_RECORDS: usize = 256;

const SCHEMA: &str = "glasskey.bundle/1";

/// Why a bundle was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BundleFault {
    /// Larger than [`MAX_BUNDLE_BYTES`].
    TooLarge,
    /// Not canonical JSON of this shape, or of another schema.
    NotABundle,
    /// No record, or more than 256.
    Count(usize),
    /// Not an origin.
    Origin,
    /// A record that cannot be read.
    Record(RecordError),
    /// Its records are not those of one book: another origin, tenant, or a rehearsal among real ones.
    OtherBook,
    /// A roster that cannot be read.
    Roster,
    /// The roster is not the one that the record names.
    RosterDiffers,
    /// The policy is not the one that the record names.
    PolicyDiffers,
    /// A signature in it does not count: the record is not the one that was signed.
    Signature,
    /// A record that changes the roster comes without the new one, or another with one.
    RosterAfter,
}

/// One record with what it is judged by, as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
    people: Vec<PersonPart>,
    policy: Policy,
    record: Bytes,
    roster: Bytes,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    roster_after: Option<Bytes>,
    signatures: Vec<SignedPart>,
}

/// A signature over the record, as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignedPart {
    #[serde(rename = "ref")]
    reference: String,
    signature: Bytes,
}

/// A bundle, as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    origin: String,
    records: Vec<Item>,
    schema: String,
}

/// A record to sign, held against all that came with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToSign {
    /// Its index; `None` while it waits in `open/` for signatures.
    pub index: Option<u64>,
    /// The bytes of `record.json`.
    pub record: Vec<u8>,
    /// What it states.
    pub statement: Statement,
    /// Who may sign it.
    pub roster: Roster,
    /// Their roles.
    pub people: Vec<PersonPart>,
    /// The policy that counts for it.
    pub policy: Policy,
    /// The roster that it brings, its bytes and read; `None` if it brings none.
    pub roster_after: Option<(Vec<u8>, Roster)>,
    /// Who had signed it when the bundle was made, and their signatures, which count.
    pub signatures: Vec<(String, Vec<u8>)>,
}

impl ToSign {
    /// The documents that each signer signs, and the namespace of each.
    #[must_use]
    pub fn documents(&self) -> Vec<(Namespace, &[u8])> {
        let mut all = vec![(Namespace::Record, self.record.as_slice())];
        if let Some((bytes, _)) = &self.roster_after {
            all.push((Namespace::Roster, bytes));
        }
        all
    }

    /// A record with what counts for it, and the roster that it brings.
    ///
    /// # Errors
    /// [`BundleFault`] where they do not fit.
    pub fn new(
        index: Option<u64>,
        record: &[u8],
        force: &InForce,
        roster_after: Option<&[u8]>,
        signatures: &[(String, Vec<u8>)],
    ) -> Result<Self, BundleFault> {
        Item {
            index,
            people: force.people.clone(),
            policy: force.policy.clone(),
            record: Bytes(record.to_vec()),
            roster: Bytes(force.roster.clone()),
            roster_after: roster_after.map(|bytes| Bytes(bytes.to_vec())),
            signatures: signatures.iter().map(signed_part).collect(),
        }
        .judge()
    }

    /// The record at `index` of a ledger, with what counts for it and who of those it expects has
    /// signed it.
    ///
    /// # Errors
    /// [`LedgerError`] if a file cannot be read; the inner [`BundleFault`] if they do not fit.
    pub fn from_ledger(
        ledger: &Ledger<'_>,
        index: u64,
    ) -> Result<Result<Self, BundleFault>, LedgerError> {
        let record = ledger.record_bytes(index)?;
        let force = ledger.in_force_for(index)?;
        let read = |name: FileName| ledger.store().read(&name.to_string());
        let after = read(FileName::Roster(index))?;
        let mut signatures = Vec::new();
        for reference in ledger.record(index)?.statement.expected_signers {
            let name = FileName::RecordSignature(index, reference.clone());
            if let Some(signature) = read(name)? {
                signatures.push((reference, signature));
            }
        }
        Ok(Self::new(
            Some(index),
            &record,
            &force,
            after.as_deref(),
            &signatures,
        ))
    }

    /// Refs of those who had signed it when the bundle was made.
    #[must_use]
    pub fn signed(&self) -> Vec<&str> {
        let refs = self.signatures.iter().map(|(who, _)| who.as_str());
        refs.collect()
    }
}

fn signed_part((reference, signature): &(String, Vec<u8>)) -> SignedPart {
    SignedPart {
        reference: reference.clone(),
        signature: Bytes(signature.clone()),
    }
}

impl Item {
    fn judge(self) -> Result<ToSign, BundleFault> {
        let record = CeremonyRecord::parse(&self.record.0).map_err(BundleFault::Record)?;
        let statement = record.statement;
        let roster = Roster::parse(&self.roster.0).map_err(|_| BundleFault::Roster)?;
        let brings = statement.event.brings_roster();
        if brings != self.roster_after.is_some() {
            return Err(BundleFault::RosterAfter);
        }
        let after = match self.roster_after {
            Some(Bytes(bytes)) => {
                let read = Roster::parse(&bytes).map_err(|_| BundleFault::Roster)?;
                Some((bytes, read))
            }
            None => None,
        };
        let named = after.as_ref().map_or(&self.roster.0, |(bytes, _)| bytes);
        let own = statement.event == Event::Genesis;
        if Digest::of(named) != statement.inputs.roster_sha256 || (own && *named != self.roster.0) {
            return Err(BundleFault::RosterDiffers);
        }
        let policy = json::encode(&self.policy).map(|bytes| Digest::of(&bytes));
        if policy != Ok(statement.inputs.policy_sha256) {
            return Err(BundleFault::PolicyDiffers);
        }
        let at = statement.time.started;
        let mut signatures = Vec::new();
        for part in self.signatures {
            let (who, file) = (part.reference, part.signature.0);
            roster
                .verify(&who, Namespace::Record, &self.record.0, &file, at)
                .map_err(|_| BundleFault::Signature)?;
            signatures.push((who, file));
        }
        Ok(ToSign {
            index: self.index,
            record: self.record.0,
            statement,
            roster,
            people: self.people,
            policy: self.policy,
            roster_after: after,
            signatures,
        })
    }
}

impl Bundle {
    /// A bundle of these records of one book.
    #[must_use]
    pub fn new(origin: &Origin, records: &[ToSign]) -> Self {
        let item = |one: &ToSign| Item {
            index: one.index,
            people: one.people.clone(),
            policy: one.policy.clone(),
            record: Bytes(one.record.clone()),
            roster: Bytes(one.roster.text().into_bytes()),
            roster_after: one
                .roster_after
                .as_ref()
                .map(|(bytes, _)| Bytes(bytes.clone())),
            signatures: one.signatures.iter().map(signed_part).collect(),
        };
        Self {
            origin: origin.to_string(),
            records: records.iter().map(item).collect(),
            schema: SCHEMA.to_owned(),
        }
    }

    /// The file's bytes: canonical JSON and a newline.
    ///
    /// # Errors
    /// [`NotCanonical`] if an integer is 2^53 or more.
    pub fn bytes(&self) -> Result<Vec<u8>, NotCanonical> {
        let mut bytes = json::encode(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads a bundle strictly, and holds each record against the roster and policy that came with
    /// it.
    ///
    /// # Errors
    /// [`BundleFault`] with the reason.
    pub fn parse(bytes: &[u8]) -> Result<(Origin, Vec<ToSign>), BundleFault> {
        if bytes.len() > MAX_BUNDLE_BYTES {
            return Err(BundleFault::TooLarge);
        }
        let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let bundle: Self = json::decode(body).map_err(|_| BundleFault::NotABundle)?;
        if bundle.schema != SCHEMA {
            return Err(BundleFault::NotABundle);
        }
        let count = bundle.records.len();
        if !(1..=MAX_RECORDS).contains(&count) {
            return Err(BundleFault::Count(count));
        }
        let origin = Origin::parse(&bundle.origin).ok_or(BundleFault::Origin)?;
        let mut records = Vec::new();
        for item in bundle.records {
            let one = item.judge()?;
            let same = one.statement.ledger.origin == bundle.origin
                && one.statement.tenant_id == *origin.tenant()
                && one.statement.rehearsal == origin.is_rehearsal();
            if !same {
                return Err(BundleFault::OtherBook);
            }
            records.push(one);
        }
        Ok((origin, records))
    }
}

impl std::fmt::Display for BundleFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "it is larger than 16 MiB",
            Self::NotABundle => "it is no bundle to sign (glasskey.bundle/1)",
            Self::Count(count) => return write!(f, "it holds {count} records, not 1 to 256"),
            Self::Origin => "it does not name a book",
            Self::Record(_) => "a record in it cannot be read",
            Self::OtherBook => "a record in it is of another book",
            Self::Roster => "a roster in it cannot be read",
            Self::RosterDiffers => "its roster is not the one that the record names",
            Self::PolicyDiffers => "its policy is not the one that the record names",
            Self::Signature => "the record in it is not the one that others signed",
            Self::RosterAfter => "the roster that the record brings is missing, or one too many",
        })
    }
}
