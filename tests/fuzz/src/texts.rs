//! What stands in files, in codes on paper, and in the tenant's answers.

use glasskey::entra::Exchange;
use glasskey::entra::Fido2Policy;
use glasskey::entra::Replay;
use glasskey::entra::SentOptions;
use glasskey::ledger::Checkpoint;
use glasskey::ledger::Trust;
use glasskey::ledger::parse_heads;
use glasskey::paper::Pointer;
use glasskey::paper::Reprint;
use glasskey::paper::Seal;
use glasskey::plan::lint;
use glasskey::plan::read;
use glasskey::primitives::Cloud;
use glasskey::primitives::Digest;
use glasskey::primitives::bytes::base64url;
use glasskey::primitives::json as canonical;
use glasskey::record::CeremonyRecord;
use glasskey::record::Namespace;
use glasskey::record::Roster;
use glasskey::record::SshPublicKey;
use glasskey::record::SshSignature;
use glasskey::webauthn::metadata::Metadata;
use glasskey::webauthn::metadata::MetadataError;
use glasskey::webauthn::metadata::fido_roots;
use p256::ecdsa::Signature;
use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::Signer;
use std::str::from_utf8;

pub(crate) fn json(bytes: &[u8]) {
    if canonical::check(bytes).is_ok() {
        // Canonical is JSON, and written again it is the same.
        let value: serde_json::Value = serde_json::from_slice(bytes).expect("JSON");
        assert_eq!(canonical::encode(&value).expect("canonical"), bytes);
    }
}

pub(crate) fn record(bytes: &[u8]) {
    if let Ok(record) = CeremonyRecord::parse(bytes) {
        assert_eq!(record.bytes().expect("canonical"), bytes);
    }
}

pub(crate) fn sshsig(bytes: &[u8]) {
    if let Ok(signature) = SshSignature::parse(bytes) {
        assert_eq!(signature.armour(), bytes);
        let _ = signature.verify(Namespace::Record, b"message");
    }
}

pub(crate) fn roster(bytes: &[u8]) {
    if let Ok(roster) = Roster::parse(bytes) {
        assert_eq!(roster.text().as_bytes(), bytes);
    }
    if let Ok(text) = from_utf8(bytes)
        && let Ok(key) = SshPublicKey::parse(text)
    {
        // A comment may follow, and is not kept.
        assert!(text.starts_with(&key.to_string()));
    }
}

pub(crate) fn checkpoint(bytes: &[u8]) {
    if let Some(checkpoint) = Checkpoint::parse(bytes) {
        assert_eq!(checkpoint.text().as_bytes(), bytes);
    }
    let _ = parse_heads(bytes);
}

pub(crate) fn trust(bytes: &[u8]) {
    if let Ok(trust) = Trust::parse(bytes) {
        let again = Trust::parse(trust.text().as_bytes()).expect("what is written is read");
        assert_eq!(again, trust);
    }
}

pub(crate) fn plan(bytes: &[u8]) {
    if let Ok(text) = from_utf8(bytes) {
        let reading = read(text);
        for fault in &reading.faults {
            let _ = fault.to_string();
        }
        if let Some(plan) = reading.plan {
            let _ = lint(&plan);
        }
    }
}

pub(crate) fn exchanges(bytes: &[u8]) {
    if let Ok(text) = from_utf8(bytes) {
        if let Ok(all) = Exchange::read_all(text) {
            for exchange in all {
                let _ = (exchange.target(), exchange.reply());
                let line = exchange.line();
                assert!(Exchange::read_all(&line).is_ok());
            }
        }
        let _ = Replay::parse(text);
    }
}

pub(crate) fn creation_options(bytes: &[u8]) {
    if let Ok(value) = serde_json::from_slice(bytes)
        && let Some(sent) = SentOptions::read(value)
    {
        let _ = sent.decode(Cloud::Global, &[]);
    }
}

pub(crate) fn fido2_policy(bytes: &[u8]) {
    if let Ok(value) = serde_json::from_slice(bytes) {
        let _ = Fido2Policy::read(value);
    }
}

/// A BLOB as it is served: header, payload and signature in base64url.
pub(crate) fn metadata(bytes: &[u8]) {
    let _ = Metadata::verify_ever(bytes, &fido_roots());
    let parts: Vec<String> = bytes.splitn(3, |byte| *byte == 0).map(base64url).collect();
    let _ = Metadata::verify_ever(parts.join(".").as_bytes(), &fido_roots());
}

/// The payload of a BLOB that a signer of `tests/vectors/mds` signed.
pub(crate) fn metadata_payload(bytes: &[u8]) {
    const ROOT: &[u8] = include_bytes!("../../vectors/mds/root.der");
    const BLOB: &str = include_str!("../../vectors/mds/blob-7.jwt");
    let header = BLOB.split('.').next().unwrap_or_default();
    let signed = format!("{header}.{}", base64url(bytes));
    let scalar = Digest::of(b"glasskey mds vector: signer mds.fidoalliance.org");
    let key = SigningKey::from_slice(&scalar.0).expect("a scalar");
    let signature: Signature = key.sign(signed.as_bytes());
    let blob = format!("{signed}.{}", base64url(&signature.to_bytes()));
    match Metadata::verify_ever(blob.as_bytes(), &[ROOT]) {
        Ok(metadata) => {
            assert!(metadata.entries() <= bytes.len());
            for model in metadata.models() {
                let _ = (metadata.entry(model), metadata.anchors_for(model));
            }
        }
        Err(error) => assert_eq!(error, MetadataError::PayloadMalformed),
    }
}

/// A file as it stands, or the bodies of objects between zeros, for which the tables are made here.
pub(crate) fn page(bytes: &[u8]) {
    let file = if bytes.starts_with(b"%PDF-") {
        bytes.to_vec()
    } else {
        pdf_of(bytes)
    };
    if let Ok(page) = Reprint::read(&file) {
        let _ = (page.is_rehearsal(), page.record());
    }
}

/// The objects from 2 on; 1 says who made it.
fn pdf_of(bodies: &[u8]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = b"0000000000 65535 f \n".to_vec();
    let mut count = 1;
    let creator = &b"<</Creator(glasskey)>>"[..];
    for body in [creator].into_iter().chain(bodies.split(|byte| *byte == 0)) {
        table.extend(format!("{:010} 00000 n \n", file.len()).into_bytes());
        file.extend(format!("{count} 0 obj\n").into_bytes());
        file.extend([body, b"\nendobj\n"].concat());
        count += 1;
    }
    let place = file.len();
    file.extend(format!("xref\n0 {count}\n").into_bytes());
    file.extend(table);
    let trailer = "trailer\n<</Root 2 0 R/Info 1 0 R>>\nstartxref\n";
    file.extend(format!("{trailer}{place}\n%%EOF\n").into_bytes());
    file
}

pub(crate) fn qr(bytes: &[u8]) {
    let Ok(text) = from_utf8(bytes) else {
        return;
    };
    if let Some(pointer) = Pointer::parse(text) {
        assert_eq!(pointer.to_string(), text);
    }
    if let Some(seal) = Seal::parse(text) {
        assert_eq!(seal.to_string(), text);
    }
}
