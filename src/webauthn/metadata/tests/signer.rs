//! Signs small BLOBs under a root of our own.

use super::super::*;
use crate::primitives::bytes;
use crate::webauthn::Aaguid;
use crate::webauthn::attestation::forge::AAGUID;
use crate::webauthn::attestation::forge::Key;
use crate::webauthn::attestation::forge::Paper;
use crate::webauthn::attestation::forge::model;
use crate::webauthn::attestation::forge::noon;
use crate::webauthn::attestation::forge::tlv;
use ring::signature::RSA_PKCS1_SHA256;
use ring::signature::RSA_PSS_SHA256;
use serde_json::Value;
use serde_json::json;
use std::sync::LazyLock;

pub(super) const SAN: &str = "2.5.29.17";
pub(super) const FIDO: &str = "mds.fidoalliance.org";

/// A signer below a root, and what it writes into the header.
pub(super) struct Signer {
    pub(super) key: Key,
    pub(super) algorithm: &'static str,
    pub(super) root: Vec<u8>,
    pub(super) x5c: Vec<Vec<u8>>,
}

pub(super) fn signer_named(key: Key, algorithm: &'static str, name: &str) -> Signer {
    let (root_key, middle_key) = (Key::p384(), Key::p256());
    let names = tlv(0x30, &[&tlv(0x82, &[name.as_bytes()])]);
    let leaf = Paper {
        unit: "",
        common: "Signer",
        ..Paper::leaf("Middle", model())
    }
    .without(AAGUID)
    .with(SAN, false, names);
    Signer {
        root: Paper::authority("Root", "Root").sign(&root_key, &root_key),
        x5c: vec![
            leaf.sign(&key, &middle_key),
            Paper::authority("Middle", "Root").sign(&middle_key, &root_key),
        ],
        key,
        algorithm,
    }
}

pub(super) fn signer(key: Key, algorithm: &'static str) -> Signer {
    signer_named(key, algorithm, FIDO)
}

/// An ECDSA signature as JWS wants it (RFC 7518 §3.4): r and s, 32 bytes each.
pub(super) fn fixed(der: &[u8]) -> Vec<u8> {
    let mut rest = &der[2..];
    let mut out = Vec::new();
    for _ in 0..2 {
        let length = usize::from(rest[1]);
        let number = &rest[2..2 + length];
        let number = &number[number.len().saturating_sub(32)..];
        out.extend(vec![0; 32 - number.len()]);
        out.extend_from_slice(number);
        rest = &rest[2 + length..];
    }
    out
}

impl Signer {
    pub(super) fn header(&self) -> Value {
        let x5c: Vec<String> = self.x5c.iter().map(|der| bytes::base64(der)).collect();
        json!({"alg": self.algorithm, "typ": "JWT", "x5c": x5c})
    }

    pub(super) fn blob_with(&self, header: &Value, payload: &str) -> Vec<u8> {
        let signed = format!(
            "{}.{}",
            bytes::base64url(header.to_string().as_bytes()),
            bytes::base64url(payload.as_bytes())
        );
        let message = signed.as_bytes();
        let signature = match (&self.key, self.algorithm) {
            (Key::Rsa(_), "PS256") => self.key.sign_rsa(&RSA_PSS_SHA256, message),
            (Key::Rsa(_), _) => self.key.sign_rsa(&RSA_PKCS1_SHA256, message),
            (Key::P256(_), _) => fixed(&self.key.sign(message)),
            (Key::P384(_) | Key::Ed25519(_), _) => self.key.sign(message),
        };
        format!("{signed}.{}", bytes::base64url(&signature)).into_bytes()
    }

    pub(super) fn blob(&self, payload: &str) -> Vec<u8> {
        self.blob_with(&self.header(), payload)
    }

    pub(super) fn verify(&self, blob: &[u8]) -> Result<Metadata, MetadataError> {
        Metadata::verify(blob, &[&self.root], noon())
    }

    pub(super) fn refusal(&self, header: &Value) -> MetadataError {
        let blob = self.blob_with(header, &payload(&[]));
        self.verify(&blob).unwrap_err()
    }
}

pub(super) fn payload(entries: &[Value]) -> String {
    json!({"legalHeader": "for tests", "no": 7, "nextUpdate": "2026-12-01", "entries": entries})
        .to_string()
}

pub(super) fn other_model() -> Aaguid {
    Aaguid::parse("11111111-2222-3333-4444-555555555555").unwrap()
}

pub(super) fn entry(model: Aaguid, roots: &[&[u8]]) -> Value {
    let roots: Vec<String> = roots.iter().map(|der| bytes::base64(der)).collect();
    json!({
        "aaguid": model.to_string(),
        "metadataStatement": {"description": "Testkey", "attestationRootCertificates": roots},
        "statusReports": [],
    })
}

pub(super) static HONEST: LazyLock<Signer> = LazyLock::new(|| signer(Key::rsa(), "RS256"));
pub(super) static SMALL: LazyLock<Vec<u8>> =
    LazyLock::new(|| HONEST.blob(&payload(&[entry(model(), &[b"root"])])));
