//! The text of the code inside a bag: the key's own signature over the statement.

use crate::primitives::Digest;
use crate::primitives::bytes;
use crate::primitives::cbor;
use crate::primitives::cbor::Mode;
use crate::webauthn::AuthenticatorData;
use crate::webauthn::CoseKey;
use std::fmt;

const PREFIX: &str = "GLASSKEY1:S:";
/// The most characters a QR symbol holds in alphanumeric mode (ISO/IEC 18004, 40-L).
const LONGEST: usize = 4_296;
/// Bytes of authenticator data before its extensions (WebAuthn §6.1).
const HEAD_LEN: usize = 37;
/// Flags of authenticator data: attested credential data, extension data (WebAuthn §6.1).
const AT: u8 = 0x40;
const ED: u8 = 0x80;

/// A presence assertion over a statement: `GLASSKEY1:S:`, then base32 of D, the COSE key,
/// the authenticator data and the signature, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// D, the SHA-256 of the statement.
    pub digest: Digest,
    /// The public key of the credential that signed.
    pub public_key: CoseKey,
    /// The authenticator data of the assertion.
    pub authenticator_data: AuthenticatorData,
    /// The signature over authenticator data and client data hash.
    pub signature: Vec<u8>,
}

impl Seal {
    /// Reads exactly the text of a seal; `None` on anything else. The signature is not checked.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let raw = bytes::from_base32(text.strip_prefix(PREFIX)?)?;
        let (digest, rest) = raw.split_first_chunk::<32>()?;
        let (key, rest) = one_item(rest)?;
        let (head, after) = rest.split_at_checked(HEAD_LEN)?;
        let flags = head.get(32)?;
        if flags & AT != 0 {
            return None;
        }
        let extensions = if flags & ED == 0 {
            0
        } else {
            one_item(after)?.0.len()
        };
        let (data, signature) = rest.split_at_checked(HEAD_LEN.checked_add(extensions)?)?;
        if signature.is_empty() {
            return None;
        }
        Some(Self {
            digest: Digest(*digest),
            public_key: CoseKey::parse(key)?,
            authenticator_data: AuthenticatorData::parse(data)?,
            signature: signature.to_vec(),
        })
    }
}

/// Splits one CBOR item off the front of `bytes`.
fn one_item(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, after) = cbor::decode_prefix(bytes, Mode::Tolerant).ok()?;
    bytes.split_at_checked(bytes.len().checked_sub(after.len())?)
}

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let raw = [
            self.digest.0.as_slice(),
            self.public_key.raw(),
            self.authenticator_data.raw(),
            &self.signature,
        ]
        .concat();
        write!(f, "{PREFIX}{}", bytes::base32(&raw))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::primitives::cbor::Value;
    use proptest::prelude::*;

    /// A seal of the size that a P-256 key makes.
    pub(in super::super) fn seal() -> Seal {
        let key = Value::numbered(vec![
            (1, Some(Value::int(2))),
            (3, Some(Value::int(CoseKey::ES256))),
            (-1, Some(Value::int(1))),
            (-2, Some(Value::bytes(&[0x11; 32]))),
            (-3, Some(Value::bytes(&[0x22; 32]))),
        ]);
        let mut data = Digest::of(b"login.microsoft.com").0.to_vec();
        data.extend([0x05, 0, 0, 0, 43]);
        Seal {
            digest: Digest::of(b"statement"),
            public_key: CoseKey::parse(&key.encode()).unwrap(),
            authenticator_data: AuthenticatorData::parse(&data).unwrap(),
            signature: (0..71).collect(),
        }
    }

    fn with_extensions() -> Seal {
        let mut data = Digest::of(b"login.microsoft.com").0.to_vec();
        data.extend([0x85, 0, 0, 0, 43]);
        data.extend(Value::named(vec![("x", Value::int(1))]).encode());
        Seal {
            authenticator_data: AuthenticatorData::parse(&data).unwrap(),
            ..seal()
        }
    }

    #[test]
    fn the_text_reads_back_with_and_without_extensions() {
        for seal in [seal(), with_extensions()] {
            assert_eq!(Seal::parse(&seal.to_string()), Some(seal));
        }
    }

    #[test]
    fn the_text_is_as_pinned() {
        let seal = seal();
        let text = seal.to_string();
        let raw = bytes::from_base32(text.strip_prefix("GLASSKEY1:S:").unwrap()).unwrap();
        assert_eq!(raw.len(), 32 + 77 + 37 + 71);
        assert_eq!(raw[..32], seal.digest.0);
        assert_eq!(raw[raw.len() - 71..], seal.signature);
    }

    #[test]
    fn every_truncation_and_second_spelling_is_refused() {
        let text = seal().to_string();
        // Shorter than D, key and authenticator data; what is shorter by less is a shorter signature.
        let shortest = PREFIX.len() + (32 + 77 + 37) * 8 / 5;
        for end in 0..shortest {
            assert_eq!(Seal::parse(&text[..end]), None, "{end}");
        }
        assert_eq!(Seal::parse(&text.to_lowercase()), None);
        assert_eq!(Seal::parse(&format!("{text}=")), None);
        assert_eq!(Seal::parse(&format!("{PREFIX}{}", "A".repeat(4_400))), None);
    }

    #[test]
    fn attested_credential_data_has_no_place_in_an_assertion() {
        let mut raw = bytes::from_base32(&seal().to_string()[PREFIX.len()..]).unwrap();
        raw[32 + 77 + 32] |= AT;
        let text = format!("{PREFIX}{}", bytes::base32(&raw));
        assert_eq!(Seal::parse(&text), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn what_is_read_prints_as_it_was(
            random in proptest::collection::vec(any::<u8>(), 0..400),
            at in 0usize..217,
            with: u8,
            cut in 0usize..217,
        ) {
            let valid = bytes::from_base32(&seal().to_string()[PREFIX.len()..]).unwrap();
            let mut mutated = valid.clone();
            mutated[at] = with;
            for raw in [random, mutated.clone(), mutated[..cut].to_vec()] {
                let text = format!("{PREFIX}{}", bytes::base32(&raw));
                if let Some(read) = Seal::parse(&text) {
                    prop_assert_eq!(read.to_string(), text);
                }
            }
        }

        #[test]
        fn any_text_is_answered(text in ".{0,200}") {
            prop_assert_eq!(Seal::parse(&text), None);
        }
    }
}
