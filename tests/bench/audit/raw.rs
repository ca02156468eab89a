//! What ring takes for the signatures of a book, and nothing else.

use super::Took;
use super::book;
use glasskey::ledger::FileName;
use glasskey::primitives::Digest;
use glasskey::record::CeremonyRecord;
use glasskey::record::Namespace;
use glasskey::record::RawSignature;
use glasskey::record::SshSignature;
use glasskey::webauthn::AttestationObject;
use ring::signature;
use ring::signature::UnparsedPublicKey;
use ring::signature::VerificationAlgorithm;
use std::fs;
use std::path::Path;
use std::thread;

/// The signatures of a book.
pub(crate) struct Raw {
    pub(crate) records: u128,
    all: Vec<One>,
}

struct One {
    algorithm: &'static dyn VerificationAlgorithm,
    key: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl One {
    fn ssh(namespace: Namespace, message: &[u8], armoured: &[u8]) -> Self {
        let read = SshSignature::parse(armoured).unwrap();
        let RawSignature::Ed25519(raw) = read.raw() else {
            panic!("{}", read.raw().name());
        };
        let blob = read.key().blob();
        Self {
            algorithm: &signature::ED25519,
            key: blob[blob.len() - 32..].to_vec(),
            message: SshSignature::signed_bytes(namespace, read.hash(), message),
            signature: raw.to_vec(),
        }
    }

    fn verify(&self) {
        UnparsedPublicKey::new(self.algorithm, &self.key)
            .verify(&self.message, &self.signature)
            .unwrap();
    }
}

/// Every signature in the record at `index`.
fn signatures(ledger: &Path, index: u64) -> Vec<One> {
    let read = |name: FileName| fs::read(ledger.join(name.to_string())).unwrap();
    let bytes = read(FileName::Record(index));
    let mut all: Vec<One> = book::REFS
        .iter()
        .map(|reference| {
            let name = FileName::RecordSignature(index, (*reference).to_owned());
            One::ssh(Namespace::Record, &bytes, &read(name))
        })
        .collect();
    let operator = book::REFS[0].to_owned();
    all.push(One::ssh(
        Namespace::Checkpoint,
        &read(FileName::Checkpoint(index + 1)),
        &read(FileName::CheckpointSignature(index + 1, operator)),
    ));
    let CeremonyRecord {
        statement,
        evidence,
    } = CeremonyRecord::parse(&bytes).unwrap();
    if let Some(presence) = evidence.presence {
        let client = Digest::of(&presence.client_data_json.0);
        let key = statement.key.unwrap().public_key.unwrap().cose;
        all.push(One {
            algorithm: &signature::ECDSA_P256_SHA256_ASN1,
            key: key.point().unwrap().to_vec(),
            message: [presence.authenticator_data.0.as_slice(), &client.0].concat(),
            signature: presence.signature.0,
        });
    }
    if let Some(made) = evidence.registration {
        let object = AttestationObject::parse(&made.attestation_object.0).unwrap();
        let client = Digest::of(&made.client_data_json.0);
        let signature = object.statement().named_member("sig").unwrap();
        all.push(One {
            algorithm: &signature::ECDSA_P256_SHA256_ASN1,
            key: book::leaf_key(),
            message: [object.auth_data().raw(), &client.0].concat(),
            signature: signature.as_bytes().unwrap().to_vec(),
        });
    }
    all
}

impl Raw {
    /// Every signature of the book in `folder`.
    pub(crate) fn read(folder: &Path, records: usize) -> Self {
        let ledger = folder.join("ledger");
        let count = u64::try_from(records).unwrap();
        Self {
            records: u128::from(count),
            all: (0..count)
                .flat_map(|index| signatures(&ledger, index))
                .collect(),
        }
    }

    /// How many there are.
    pub(crate) fn signatures(&self) -> usize {
        self.all.len()
    }

    /// Verifies every signature on all cores.
    pub(crate) fn run(&self) -> Took {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Took::of(|| {
            thread::scope(|scope| {
                for part in self.all.chunks(self.all.len().div_ceil(cores)) {
                    scope.spawn(|| part.iter().for_each(One::verify));
                }
            });
        })
        .1
    }
}
