//! Judging one record by its own files: pure, so that records can be judged side by side.

use super::anchors::Anchors;
use super::cited;
use super::evidence;
use super::fault::Fault;
use super::fault::Rule;
use super::files::Contents;
use super::files::CountingRoster;
use super::files::RecordFiles;
use super::files::Signed;
use super::rules;
use crate::facts::evidence::EvidenceFacts;
use crate::facts::metadata::BlobFacts;
use crate::facts::metadata::ModelFacts;
use crate::ledger::Checkpoint;
use crate::ledger::Trust;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::record::CeremonyRecord;
use crate::record::Message;
use crate::record::Namespace;
use crate::record::Roster;
use crate::record::Statement;
use crate::webauthn::AttestedCredentialData;
use crate::webauthn::attestation::Chains;

/// What a signature file came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It counts; made by the key with this fingerprint.
    Good {
        /// `SHA256:…`
        fingerprint: String,
    },
    /// It does not.
    Bad(Fault),
    /// There was no roster, record or time to judge it by.
    NotJudged,
}

/// A signature file, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedSignature {
    /// Whose, by the file's name.
    pub reference: String,
    /// SHA-256 of the file; `None` if it cannot be read.
    pub sha256: Option<Digest>,
    /// What it came to.
    pub judged: Judged,
}

/// What one record's own files show. What hangs on other records is for the fold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordFacts {
    /// The record's index.
    pub index: u64,
    /// SHA-256 of `record.json`; `None` if it cannot be read.
    pub sha256: Option<Digest>,
    /// The statement, or why there is none.
    pub statement: Result<Statement, Fault>,
    /// What the evidence shows; counters and registrations of other records are not in it yet.
    pub evidence: EvidenceFacts,
    /// Members that its event needs and that are absent, or never has and that are there.
    pub offences: Vec<Rule>,
    /// The metadata that the record cites, as of its time; `None` if it cites none.
    pub metadata: Option<BlobFacts>,
    /// The model that its registration attests; `None` if it attests none.
    pub model: Option<ModelFacts>,
    /// The credential that its registration attests.
    pub attested: Option<AttestedCredentialData>,
    /// Signatures of the record.
    pub signatures: Vec<JudgedSignature>,
    /// Digest and refs of the roster of that index; `None` if there is none.
    pub roster: Option<Result<(Digest, Vec<String>), Fault>>,
    /// Signatures of that roster.
    pub roster_signatures: Vec<JudgedSignature>,
    /// The checkpoint of the size that this record made; `None` if there is none.
    pub checkpoint: Option<Result<Checkpoint, Fault>>,
    /// Signatures of that checkpoint.
    pub checkpoint_signatures: Vec<JudgedSignature>,
    /// Bytes of all its files, to bound what is held at once.
    pub bytes: usize,
}

/// Where records are judged: what an auditor trusts, and the chains that were followed so far.
#[derive(Debug)]
pub struct Court<'a> {
    /// What the auditor holds.
    pub trust: &'a Trust,
    anchors: Anchors<'a>,
    chains: Chains,
}

impl<'a> Court<'a> {
    /// One that has followed no chain yet.
    #[must_use]
    pub fn new(trust: &'a Trust) -> Self {
        Self {
            trust,
            anchors: Anchors::new(trust),
            chains: Chains::default(),
        }
    }

    /// What the files of one record show. The auditor's trust brings anchors of attestations, which
    /// are judged as of the record's time. The same files always show the same.
    #[must_use]
    pub fn judge(&self, files: &RecordFiles) -> RecordFacts {
        judge(files, &self.anchors, &self.chains)
    }
}

fn judge(files: &RecordFiles, anchors: &Anchors<'_>, chains: &Chains) -> RecordFacts {
    let trust = anchors.trust;
    let (sha256, record) = match &files.record {
        Ok(bytes) => (
            Some(Digest::of(bytes)),
            CeremonyRecord::parse(bytes).map_err(Fault::NotARecord),
        ),
        Err(error) => (None, Err(Fault::Store(error.clone()))),
    };
    let at = record
        .as_ref()
        .ok()
        .map(|record| record.statement.time.started);
    let bench = Bench {
        counting: files.counting.as_deref(),
        at,
    };
    let roster = files.roster.as_ref().map(read_roster);
    let (metadata, own) = match &record {
        Ok(record) => cited::cited(&files.metadata, &record.statement, trust),
        Err(_) => (None, None),
    };
    let (evidence, offences) = match &record {
        Ok(record) => {
            let metadata = own.or(trust.metadata.as_deref());
            let bytes = files.record.as_deref().ok();
            let stated = bytes
                .and_then(CeremonyRecord::statement_in)
                .unwrap_or_default();
            let evidence = evidence::facts(files.index, record, stated, metadata, anchors, chains);
            (evidence, rules::offences(record))
        }
        Err(_) => (evidence::Evidence::unread(files.index), Vec::new()),
    };
    RecordFacts {
        index: files.index,
        bytes: files.bytes(),
        sha256,
        evidence: evidence.facts,
        metadata,
        model: evidence.model,
        offences,
        attested: evidence.registered,
        signatures: bench.judge(&files.signatures, Namespace::Record, Some(&files.record)),
        roster_signatures: bench.judge(
            &files.roster_signatures,
            Namespace::Roster,
            files.roster.as_ref(),
        ),
        checkpoint_signatures: bench.judge(
            &files.checkpoint_signatures,
            Namespace::Checkpoint,
            files.checkpoint.as_ref(),
        ),
        checkpoint: files.checkpoint.as_ref().map(|contents| match contents {
            Ok(bytes) => Checkpoint::parse(bytes).ok_or(Fault::NotACheckpoint),
            Err(error) => Err(Fault::Store(error.clone())),
        }),
        roster,
        statement: record.map(|record| record.statement),
    }
}

fn read_roster(contents: &Contents) -> Result<(Digest, Vec<String>), Fault> {
    let bytes = contents
        .as_ref()
        .map_err(|error| Fault::Store(error.clone()))?;
    let roster = Roster::parse(bytes).map_err(Fault::NotARoster)?;
    let refs = roster.entries().iter().map(|entry| entry.reference.clone());
    Ok((Digest::of(bytes), refs.collect()))
}

/// What signatures of one record are judged by.
struct Bench<'a> {
    counting: Option<&'a CountingRoster>,
    at: Option<UtcTime>,
}

impl Bench<'_> {
    fn judge(
        &self,
        files: &[Signed],
        namespace: Namespace,
        message: Option<&Contents>,
    ) -> Vec<JudgedSignature> {
        let message = message.and_then(|contents| contents.as_ref().ok());
        let message = message.map(|bytes| Message::new(bytes));
        files
            .iter()
            .map(|file| JudgedSignature {
                reference: file.reference.clone(),
                sha256: file.contents.as_ref().ok().map(|bytes| Digest::of(bytes)),
                judged: self.one(file, namespace, message.as_ref()),
            })
            .collect()
    }

    fn one(&self, file: &Signed, namespace: Namespace, message: Option<&Message<'_>>) -> Judged {
        let signature = match &file.contents {
            Ok(signature) => signature,
            Err(error) => return Judged::Bad(Fault::Store(error.clone())),
        };
        let (Some(counting), Some(at), Some(message)) = (self.counting, self.at, message) else {
            return Judged::NotJudged;
        };
        let reference = &file.reference;
        let roster = &counting.roster;
        match roster.verify_message(reference, namespace, message, signature, at) {
            Ok(()) => Judged::Good {
                fingerprint: counting
                    .fingerprint(reference)
                    .unwrap_or_default()
                    .to_owned(),
            },
            Err(fault) => Judged::Bad(Fault::BadSignature(fault)),
        }
    }
}
