//! An app's certificate: a PEM file with its private key, and the assertion signed with it (RFC 7523;
//! Microsoft identity platform, application authentication certificate credentials), on ring.

use crate::entra::login_host;
use crate::io::SystemClock;
use crate::primitives::Clock;
use crate::primitives::Cloud;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::primitives::TenantId;
use crate::primitives::UtcTime;
use async_trait::async_trait;
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use data_encoding::BASE64URL_NOPAD;
use der::Decode;
use pki_types::CertificateDer;
use pki_types::PrivateKeyDer;
use pki_types::pem::PemObject;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;
use ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use ring::signature::EcdsaKeyPair;
use ring::signature::KeyPair;
use ring::signature::RSA_PSS_SHA256;
use ring::signature::RsaKeyPair;
use serde_json::json;
use std::fmt;
use std::fs;
use std::io::Read;
use std::path::Path;
use zeroize::Zeroizing;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 * 1_024;
/// How long an assertion is good, in seconds.
const LIFE: i64 = 600;

enum Key {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
}

/// A certificate with its private key. It has no `Clone`, and its `Debug` shows nothing of the key.
pub struct Certificate {
    key: Key,
    /// `x5t#S256`
    thumbprint: Digest,
    not_after: UtcTime,
}

/// Why a certificate cannot be used. Nothing of the file is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// The file cannot be read: path and the system's words.
    Unreadable(String),
    /// It is larger than 256 KiB.
    TooLarge,
    /// There is no certificate in it.
    NoCertificate,
    /// There is no private key in it.
    NoKey,
    /// The private key has a pass phrase.
    Encrypted,
    /// The key is neither RSA of 2048 to 4096 bits nor P-256.
    Unsupported,
    /// The certificate is for another key.
    OtherKey,
    /// It ended then.
    Expired(UtcTime),
}

impl CertificateFault {
    /// Why, in a line.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Unreadable(words) => words.clone(),
            Self::TooLarge => "the certificate's file is larger than 256 KiB".to_owned(),
            Self::NoCertificate => "there is no CERTIFICATE in the file".to_owned(),
            Self::NoKey => "there is no PRIVATE KEY in the file".to_owned(),
            Self::Encrypted => "the private key has a pass phrase".to_owned(),
            Self::Unsupported => {
                "the private key is neither RSA of 2048 to 4096 bits nor P-256".to_owned()
            }
            Self::OtherKey => "certificate and private key do not belong together".to_owned(),
            Self::Expired(when) => format!("the certificate ended {when}"),
        }
    }

    /// What to do.
    #[must_use]
    pub const fn next(&self) -> &'static str {
        match self {
            Self::Expired(_) => {
                "make a new one and upload its public part: docs/sign-in.md, unattended"
            }
            Self::Unreadable(_)
            | Self::TooLarge
            | Self::NoCertificate
            | Self::NoKey
            | Self::Encrypted
            | Self::Unsupported
            | Self::OtherKey => {
                "name a PEM file with one certificate and its unencrypted PKCS#8 key in \
                 AZURE_CLIENT_CERTIFICATE_PATH"
            }
        }
    }
}

impl Certificate {
    /// Reads a PEM file: `CERTIFICATE` (the first counts) and `PRIVATE KEY`, in any order.
    ///
    /// # Errors
    /// [`CertificateFault`]
    pub fn read(path: &Path, now: UtcTime) -> Result<Self, CertificateFault> {
        let unreadable = |error: std::io::Error| {
            CertificateFault::Unreadable(format!("{}: {error}", path.display()))
        };
        let mut text = Zeroizing::new(Vec::new());
        fs::File::open(path)
            .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut text))
            .map_err(unreadable)?;
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > LARGEST {
            return Err(CertificateFault::TooLarge);
        }
        Self::parse(&text, now)
    }

    /// Reads the bytes of such a file.
    ///
    /// # Errors
    /// [`CertificateFault`]
    pub fn parse(pem: &[u8], now: UtcTime) -> Result<Self, CertificateFault> {
        let certificate =
            CertificateDer::from_pem_slice(pem).map_err(|_| CertificateFault::NoCertificate)?;
        let read = x509_cert::Certificate::from_der(&certificate)
            .map_err(|_| CertificateFault::NoCertificate)?;
        let body = read.tbs_certificate();
        let key = private_key(pem)?;
        let public = body
            .subject_public_key_info()
            .subject_public_key
            .raw_bytes();
        let ours = match &key {
            Key::Rsa(pair) => pair.public_key().as_ref(),
            Key::P256(pair) => pair.public_key().as_ref(),
        };
        if ours != public {
            return Err(CertificateFault::OtherKey);
        }
        let ends = body.validity().not_after.to_unix_duration().as_secs();
        let not_after = UtcTime::from_unix(i64::try_from(ends).unwrap_or(i64::MAX));
        if not_after < now {
            return Err(CertificateFault::Expired(not_after));
        }
        Ok(Self {
            key,
            thumbprint: Digest::of(&certificate),
            not_after,
        })
    }

    /// When it ends.
    #[must_use]
    pub const fn not_after(&self) -> UtcTime {
        self.not_after
    }

    /// A signed JWT (RFC 7515) of these claims; `None` if signing fails.
    fn sign(&self, claims: &serde_json::Value) -> Option<String> {
        let algorithm = match &self.key {
            Key::Rsa(_) => "PS256",
            Key::P256(_) => "ES256",
        };
        let header = json!({
            "alg": algorithm,
            "typ": "JWT",
            "x5t#S256": BASE64URL_NOPAD.encode(&self.thumbprint.0),
        });
        let part = |value: &serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&header), part(claims));
        let random = SystemRandom::new();
        let signature = match &self.key {
            Key::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PSS_SHA256, &random, signed.as_bytes(), &mut signature)
                    .ok()?;
                signature
            }
            Key::P256(pair) => pair
                .sign(&random, signed.as_bytes())
                .ok()?
                .as_ref()
                .to_vec(),
        };
        Some(format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature)))
    }
}

fn private_key(pem: &[u8]) -> Result<Key, CertificateFault> {
    let encrypted = pem
        .windows(b"ENCRYPTED".len())
        .any(|window| window == b"ENCRYPTED");
    let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| {
        if encrypted {
            CertificateFault::Encrypted
        } else {
            CertificateFault::NoKey
        }
    })?;
    let rsa = match &key {
        PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()).ok(),
        PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).ok(),
        PrivateKeyDer::Sec1(_) | _ => None,
    };
    if let Some(pair) = rsa {
        return Ok(Key::Rsa(pair));
    }
    let PrivateKeyDer::Pkcs8(der) = &key else {
        return Err(CertificateFault::Unsupported);
    };
    EcdsaKeyPair::from_pkcs8(
        &ECDSA_P256_SHA256_FIXED_SIGNING,
        der.secret_pkcs8_der(),
        &SystemRandom::new(),
    )
    .map(Key::P256)
    .map_err(|_| CertificateFault::Unsupported)
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("thumbprint", &self.thumbprint)
            .finish_non_exhaustive()
    }
}

/// Signs an assertion for each token.
#[derive(Debug)]
pub(super) struct Assertion {
    certificate: Certificate,
    audience: String,
    app: Guid,
}

impl Assertion {
    pub(super) fn new(certificate: Certificate, cloud: Cloud, tenant: TenantId, app: Guid) -> Self {
        let host = login_host(cloud);
        Self {
            certificate,
            audience: format!("https://{host}/{tenant}/oauth2/v2.0/token"),
            app,
        }
    }

    fn make(&self) -> Option<String> {
        let mut id = [0; 16];
        SystemRandom::new().fill(&mut id).ok()?;
        let now = SystemClock::new().utc().unix();
        self.certificate.sign(&json!({
            "aud": self.audience,
            "exp": now.saturating_add(LIFE),
            "iat": now,
            "iss": self.app,
            "jti": Guid(id),
            "nbf": now,
            "sub": self.app,
        }))
    }
}

#[async_trait]
impl ClientAssertion for Assertion {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        self.make().ok_or_else(|| {
            azure_core::Error::with_message(
                azure_core::error::ErrorKind::Credential,
                "the certificate's key did not sign",
            )
        })
    }
}
