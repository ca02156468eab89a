//! Makes certificates and attestation objects for tests: honest ones, and ones with one thing wrong.

use crate::primitives::UtcTime;
use crate::primitives::cbor::Value;
use crate::webauthn::Aaguid;
use crate::webauthn::AttestationObject;
use crate::webauthn::RpId;
use ring::rand::SystemRandom;
use ring::signature;
use ring::signature::EcdsaKeyPair;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair;
use ring::signature::RsaKeyPair;
use sha2::Digest as _;
use sha2::Sha256;

/// One DER element.
pub(in crate::webauthn) fn tlv(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let length = u32::try_from(content.len()).unwrap();
    let head = match length {
        0..0x80 => vec![tag, u8::try_from(length).unwrap()],
        0x80..0x100 => vec![tag, 0x81, u8::try_from(length).unwrap()],
        0x100..0x1_0000 => [&[tag, 0x82], &length.to_be_bytes()[2..]].concat(),
        _ => [&[tag, 0x84], length.to_be_bytes().as_slice()].concat(),
    };
    [head, content].concat()
}

fn oid(text: &str) -> Vec<u8> {
    let numbers: Vec<u64> = text.split('.').map(|one| one.parse().unwrap()).collect();
    let first = numbers[0] * 40 + numbers[1];
    let mut content = Vec::new();
    for mut number in std::iter::once(first).chain(numbers[2..].iter().copied()) {
        let mut part = vec![u8::try_from(number % 128).unwrap()];
        while number >= 128 {
            number /= 128;
            part.insert(0, 128 | u8::try_from(number % 128).unwrap());
        }
        content.extend(part);
    }
    tlv(0x06, &[&content])
}

/// A key that signs certificates and statements.
pub(in crate::webauthn) enum Key {
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl Key {
    pub(in crate::webauthn) fn p256() -> Self {
        let kind = &signature::ECDSA_P256_SHA256_ASN1_SIGNING;
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        Self::P256(EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap())
    }

    pub(in crate::webauthn) fn p384() -> Self {
        let kind = &signature::ECDSA_P384_SHA384_ASN1_SIGNING;
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        Self::P384(EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap())
    }

    pub(in crate::webauthn) fn ed25519() -> Self {
        Self::Ed25519(Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap())
    }

    pub(in crate::webauthn) fn rsa() -> Self {
        let document = include_bytes!("../../../tests/vectors/rsa-2048-test-key.pk8");
        Self::Rsa(RsaKeyPair::from_pkcs8(document).unwrap())
    }

    /// The COSE number of what this key makes.
    pub(in crate::webauthn) fn algorithm(&self) -> i64 {
        match self {
            Self::P256(_) => -7,
            Self::P384(_) => -35,
            Self::Ed25519(_) => -8,
            Self::Rsa(_) => -257,
        }
    }

    fn public(&self) -> &[u8] {
        match self {
            Self::P256(key) | Self::P384(key) => key.public_key().as_ref(),
            Self::Ed25519(key) => key.public_key().as_ref(),
            Self::Rsa(key) => key.public_key().as_ref(),
        }
    }

    pub(in crate::webauthn) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(key) | Self::P384(key) => key
                .sign(&SystemRandom::new(), message)
                .unwrap()
                .as_ref()
                .to_vec(),
            Self::Ed25519(key) => key.sign(message).as_ref().to_vec(),
            Self::Rsa(_) => self.sign_rsa(&signature::RSA_PKCS1_SHA256, message),
        }
    }

    pub(in crate::webauthn) fn sign_rsa(
        &self,
        padding: &'static dyn signature::RsaEncoding,
        message: &[u8],
    ) -> Vec<u8> {
        let Self::Rsa(key) = self else {
            panic!("not an RSA key")
        };
        let mut made = vec![0; key.public().modulus_len()];
        key.sign(padding, &SystemRandom::new(), message, &mut made)
            .unwrap();
        made
    }

    fn signature_algorithm(&self) -> Vec<u8> {
        let null = tlv(0x05, &[]);
        match self {
            Self::P256(_) => tlv(0x30, &[&oid("1.2.840.10045.4.3.2")]),
            Self::P384(_) => tlv(0x30, &[&oid("1.2.840.10045.4.3.3")]),
            Self::Ed25519(_) => tlv(0x30, &[&oid("1.3.101.112")]),
            Self::Rsa(_) => tlv(0x30, &[&oid("1.2.840.113549.1.1.11"), &null]),
        }
    }

    fn spki(&self) -> Vec<u8> {
        let ec = oid("1.2.840.10045.2.1");
        let null = tlv(0x05, &[]);
        let algorithm = match self {
            Self::P256(_) => tlv(0x30, &[&ec, &oid("1.2.840.10045.3.1.7")]),
            Self::P384(_) => tlv(0x30, &[&ec, &oid("1.3.132.0.34")]),
            Self::Ed25519(_) => tlv(0x30, &[&oid("1.3.101.112")]),
            Self::Rsa(_) => tlv(0x30, &[&oid("1.2.840.113549.1.1.1"), &null]),
        };
        tlv(0x30, &[&algorithm, &tlv(0x03, &[&[0], self.public()])])
    }

    /// The COSE form of an elliptic curve key.
    pub(in crate::webauthn) fn cose(&self) -> Vec<u8> {
        let public = self.public();
        let half = public.len() / 2;
        Value::numbered(match self {
            Self::Ed25519(_) => vec![
                (1, Some(Value::int(1))),
                (3, Some(Value::int(-8))),
                (-1, Some(Value::int(6))),
                (-2, Some(Value::bytes(public))),
            ],
            Self::P256(_) | Self::P384(_) => vec![
                (1, Some(Value::int(2))),
                (3, Some(Value::int(self.algorithm()))),
                (-1, Some(Value::int(if half == 32 { 1 } else { 2 }))),
                (-2, Some(Value::bytes(&public[1..=half]))),
                (-3, Some(Value::bytes(&public[half + 1..]))),
            ],
            Self::Rsa(_) => panic!("not needed"),
        })
        .encode()
    }
}

/// A name of common name, country, vendor and unit; an empty text is left out.
fn name(parts: &[(&str, &str)]) -> Vec<u8> {
    let relative: Vec<Vec<u8>> = parts
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(id, text)| {
            let value = tlv(0x0c, &[text.as_bytes()]);
            tlv(0x31, &[&tlv(0x30, &[&oid(id), &value])])
        })
        .collect();
    tlv(0x30, &[&relative.concat()])
}

/// What goes into a certificate.
#[derive(Clone)]
pub(in crate::webauthn) struct Paper {
    /// The version field as written (2 means 3); `None` leaves it out, which means 1.
    pub(in crate::webauthn) version: Option<u8>,
    pub(in crate::webauthn) country: &'static str,
    pub(in crate::webauthn) vendor: &'static str,
    pub(in crate::webauthn) unit: &'static str,
    pub(in crate::webauthn) common: &'static str,
    pub(in crate::webauthn) issuer: &'static str,
    pub(in crate::webauthn) from: &'static str,
    pub(in crate::webauthn) until: &'static str,
    /// The signature algorithm that is named in place of the issuer's own, if it is not empty.
    pub(in crate::webauthn) algorithm: &'static str,
    /// Extensions: id, critical, content of `extnValue`.
    pub(in crate::webauthn) extensions: Vec<(&'static str, bool, Vec<u8>)>,
}

pub(in crate::webauthn) const BASIC: &str = "2.5.29.19";
pub(in crate::webauthn) const USAGE: &str = "2.5.29.15";
pub(in crate::webauthn) const AAGUID: &str = "1.3.6.1.4.1.45724.1.1.4";
pub(in crate::webauthn) const SERIAL: &str = "1.3.6.1.4.1.45724.1.1.2";
pub(in crate::webauthn) const FIRMWARE: &str = "1.3.6.1.4.1.41482.13.1";

impl Paper {
    /// An authority.
    pub(in crate::webauthn) fn authority(common: &'static str, issuer: &'static str) -> Self {
        Self {
            version: Some(2),
            country: "",
            vendor: "",
            unit: "",
            common,
            issuer,
            from: "20200101000000Z",
            until: "20400101000000Z",
            algorithm: "",
            extensions: vec![(BASIC, true, tlv(0x30, &[&tlv(0x01, &[&[0xff]])]))],
        }
    }

    /// An attestation certificate with nothing wrong.
    pub(in crate::webauthn) fn leaf(issuer: &'static str, aaguid: Aaguid) -> Self {
        Self {
            country: "SE",
            vendor: "Testkey AB",
            unit: "Authenticator Attestation",
            common: "Testkey EE 1",
            extensions: vec![
                (BASIC, true, tlv(0x30, &[])),
                (AAGUID, false, tlv(0x04, &[aaguid.bytes()])),
            ],
            ..Self::authority("", issuer)
        }
    }

    /// Without the extension of that id.
    pub(in crate::webauthn) fn without(mut self, id: &str) -> Self {
        self.extensions.retain(|(found, _, _)| *found != id);
        self
    }

    /// With that extension in place of one of the same id.
    pub(in crate::webauthn) fn with(
        self,
        id: &'static str,
        critical: bool,
        value: Vec<u8>,
    ) -> Self {
        let mut paper = self.without(id);
        paper.extensions.push((id, critical, value));
        paper
    }

    /// The certificate of `key`, signed by `issuer`.
    pub(in crate::webauthn) fn sign(&self, key: &Key, issuer: &Key) -> Vec<u8> {
        let version = match self.version {
            Some(number) => tlv(0xa0, &[&tlv(0x02, &[&[number]])]),
            None => Vec::new(),
        };
        let subject = name(&[
            ("2.5.4.6", self.country),
            ("2.5.4.10", self.vendor),
            ("2.5.4.11", self.unit),
            ("2.5.4.3", self.common),
        ]);
        let time = |text: &str| match text.get(..4).map(str::parse::<u16>) {
            // RFC 5280 §4.1.2.5: UTCTime through the year 2049.
            Some(Ok(..2050)) => tlv(0x17, &[&text.as_bytes()[2..]]),
            _ => tlv(0x18, &[text.as_bytes()]),
        };
        let extensions: Vec<Vec<u8>> = self
            .extensions
            .iter()
            .map(|(id, critical, value)| {
                let critical = if *critical {
                    tlv(0x01, &[&[0xff]])
                } else {
                    Vec::new()
                };
                tlv(0x30, &[&oid(id), &critical, &tlv(0x04, &[value])])
            })
            .collect();
        let extensions = if extensions.is_empty() {
            Vec::new()
        } else {
            tlv(0xa3, &[&tlv(0x30, &[&extensions.concat()])])
        };
        let algorithm = match self.algorithm {
            "" => issuer.signature_algorithm(),
            named => tlv(0x30, &[&oid(named)]),
        };
        let body = tlv(
            0x30,
            &[
                &version,
                &tlv(0x02, &[&[1]]),
                &algorithm,
                &name(&[("2.5.4.3", self.issuer)]),
                &tlv(0x30, &[&time(self.from), &time(self.until)]),
                &subject,
                &key.spki(),
                &extensions,
            ],
        );
        let signature = tlv(0x03, &[&[0], &issuer.sign(&body)]);
        tlv(0x30, &[&body, &algorithm, &signature])
    }
}

/// A time at which the certificates made here are valid.
pub(in crate::webauthn) fn noon() -> UtcTime {
    UtcTime::parse("2026-11-22T12:00:00Z").unwrap()
}

/// The model the objects made here claim.
pub(in crate::webauthn) fn model() -> Aaguid {
    Aaguid::parse("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0").unwrap()
}

/// Authenticator data for `localhost` with a new credential of `key`, UP and UV set.
pub(in crate::webauthn) fn auth_data(key: &Key) -> Vec<u8> {
    [
        RpId::new("localhost").hash().0.as_slice(),
        &[0x45, 0, 0, 0, 9],
        model().bytes(),
        &[0, 4, 1, 2, 3, 4],
        &key.cose(),
    ]
    .concat()
}

/// What an authenticator signs when it attests.
pub(in crate::webauthn) fn signed(auth_data: &[u8], client_data: &[u8]) -> Vec<u8> {
    [auth_data, Sha256::digest(client_data).as_slice()].concat()
}

/// A packed attestation object over `client_data`, signed by `attesting` under `algorithm`.
pub(in crate::webauthn) fn packed(
    attesting: &Key,
    algorithm: i64,
    x5c: &[Vec<u8>],
    client_data: &[u8],
) -> AttestationObject {
    let data = auth_data(&Key::p256());
    let signature = attesting.sign(&signed(&data, client_data));
    let x5c = x5c.iter().map(|one| Value::bytes(one)).collect();
    let statement = Value::named(vec![
        ("alg", Value::int(algorithm)),
        ("sig", Value::bytes(&signature)),
        ("x5c", Value::Array(x5c)),
    ]);
    AttestationObject::build("packed", statement, &data).unwrap()
}
