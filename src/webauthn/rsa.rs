//! Which RSA keys count: those of 2,048 to 8,192 bits. The library below counts whole bytes, and
//! would take one of 2,041.

use der::Decode;
use der::SliceReader;
use der::Tag;
use der::Tagged;
use der::asn1::AnyRef;
use pki_types::AlgorithmIdentifier;
use pki_types::InvalidSignature;
use pki_types::SignatureVerificationAlgorithm;
use pki_types::alg_id::RSA_ENCRYPTION;

/// Whether a key with this modulus counts.
pub(super) fn modulus_counts(modulus: &[u8]) -> bool {
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let digits = modulus.get(zeros..).unwrap_or_default();
    match (digits.first(), digits.len()) {
        (Some(first), 256) => *first >= 0x80,
        (_, length) => (257..=1024).contains(&length),
    }
}

/// Whether `key`, an `RSAPublicKey` (RFC 8017 §A.1.1), counts.
pub(super) fn key_counts(key: &[u8]) -> bool {
    modulus(key).is_some_and(modulus_counts)
}

fn modulus(key: &[u8]) -> Option<&[u8]> {
    let whole = AnyRef::from_der(key).ok()?;
    let mut numbers = SliceReader::new(whole.value()).ok()?;
    let first = AnyRef::decode(&mut numbers).ok()?;
    (first.tag() == Tag::Integer).then(|| first.value())
}

/// An algorithm that makes no signature with an RSA key that does not count.
#[derive(Debug)]
pub(super) struct Counting(pub(super) &'static dyn SignatureVerificationAlgorithm);

impl SignatureVerificationAlgorithm for Counting {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        if self.0.public_key_alg_id() == RSA_ENCRYPTION && !key_counts(public_key) {
            return Err(InvalidSignature);
        }
        self.0.verify_signature(public_key, message, signature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.0.public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.0.signature_alg_id()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_modulus_counts_by_its_bits_and_not_by_its_bytes() {
        let of = |first: u8, length: usize| [&[first][..], &vec![0xff; length - 1]].concat();
        for (modulus, counts) in [
            (of(0x80, 256), true),
            (of(0x7f, 256), false),
            (of(0x01, 256), false),
            (of(0xff, 255), false),
            (of(0x01, 257), true),
            (of(0xff, 1024), true),
            (of(0x01, 1025), false),
            (vec![0; 300], false),
            (Vec::new(), false),
        ] {
            assert_eq!(modulus_counts(&modulus), counts, "{}", modulus.len());
            let longer = [&[0][..], &modulus].concat();
            assert_eq!(modulus_counts(&longer), counts, "a zero before it");
        }
        assert!(!key_counts(b"no key"));
    }
}
