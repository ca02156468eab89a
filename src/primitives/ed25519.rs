//! Ed25519 signatures (RFC 8032): verified, never made.
//!
//! What is accepted is what OpenSSH, OpenSSL and ring accept: the equation of RFC 8032 §5.1.7 without
//! the cofactor, its result compared byte for byte with the `R` of the signature, and an `S` below the
//! group's order. So no two verifiers of a book differ over a signature.

use ed25519_dalek::Signature;
use ed25519_dalek::Verifier;
use ed25519_dalek::VerifyingKey;
use std::hash::Hash;
use std::hash::Hasher;
use std::sync::OnceLock;

/// A public key: 32 bytes, and the point that they encode once it is asked for.
#[derive(Clone)]
pub struct Ed25519Key {
    bytes: [u8; 32],
    point: OnceLock<Option<VerifyingKey>>,
}

impl Ed25519Key {
    /// The key with these bytes. Whether they encode a point is found out by [`Self::verifies`]: it
    /// never verifies anything if not.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self {
            bytes,
            point: OnceLock::new(),
        }
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Whether this key made `signature`, 64 bytes, over `message`. The point is decompressed the first
    /// time and kept.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let point = self
            .point
            .get_or_init(|| VerifyingKey::from_bytes(&self.bytes).ok());
        match (point, Signature::from_slice(signature)) {
            (Some(point), Ok(signature)) => point.verify(message, &signature).is_ok(),
            (None, _) | (_, Err(_)) => false,
        }
    }
}

impl PartialEq for Ed25519Key {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Ed25519Key {}

impl Hash for Ed25519Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;
    use ring::signature::ED25519;
    use ring::signature::Ed25519KeyPair;
    use ring::signature::KeyPair;
    use ring::signature::UnparsedPublicKey;

    /// What ring says of it.
    fn by_ring(key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, key)
            .verify(message, signature)
            .is_ok()
    }

    #[track_caller]
    fn both(key: [u8; 32], message: &[u8], signature: &[u8]) -> bool {
        let ours = Ed25519Key::new(key).verifies(message, signature);
        let theirs = by_ring(&key, message, signature);
        assert_eq!(
            ours,
            theirs,
            "key {} message {} signature {}",
            HEXLOWER.encode(&key),
            HEXLOWER.encode(message),
            HEXLOWER.encode(signature)
        );
        ours
    }

    fn bytes(text: &str) -> Vec<u8> {
        HEXLOWER.decode(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_examples_of_the_rfc_verify_and_not_one_bit_of_them_may_differ() {
        // RFC 8032 §7.1, TEST 1 to 3.
        for (key, message, signature) in [
            (
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970\
                 1cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613\
                 d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
            (
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760\
                 984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ),
        ] {
            let (key, message, signature) = (bytes(key), bytes(message), bytes(signature));
            let key: [u8; 32] = key.try_into().unwrap();
            assert!(both(key, &message, &signature));
            for bit in 0..signature.len() * 8 {
                let mut spoilt = signature.clone();
                spoilt[bit / 8] ^= 1 << (bit % 8);
                assert!(!both(key, &message, &spoilt), "bit {bit}");
            }
            for length in [0, 63, 65] {
                let mut other = signature.clone();
                other.resize(length, 0);
                assert!(!both(key, &message, &other), "{length} bytes");
            }
        }
    }

    /// Points of small order, and encodings of them and of others with a `y` of 2²⁵⁵ − 19 or more.
    const ODD_POINTS: [&str; 14] = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];

    #[test]
    fn of_odd_points_the_same_is_accepted_as_by_ring() {
        let mut accepted = 0;
        for key in ODD_POINTS {
            let key: [u8; 32] = bytes(key).try_into().unwrap();
            for r in ODD_POINTS {
                for message in 0..32_u8 {
                    let signature = [bytes(r), vec![0; 32]].concat();
                    accepted += u32::from(both(key, &[message], &signature));
                }
            }
        }
        assert!(accepted > 0, "none of them is accepted by anybody");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn whatever_is_signed_or_spoilt_is_judged_as_by_ring(
            seed in any::<[u8; 32]>(),
            message in proptest::collection::vec(any::<u8>(), 0..200),
            (at, bit) in (0_usize..128, 0_u32..8),
            odd in 0..ODD_POINTS.len() * 4,
        ) {
            let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
            let key: [u8; 32] = pair.public_key().as_ref().try_into().unwrap();
            let signature = pair.sign(&message);
            prop_assert!(both(key, &message, signature.as_ref()));
            let mut spoilt = [&key[..], signature.as_ref(), &message].concat();
            if let Some(byte) = spoilt.get_mut(at) {
                *byte ^= 1 << bit;
            }
            if let Some(point) = ODD_POINTS.get(odd) {
                spoilt[32..64].copy_from_slice(&bytes(point));
            }
            let key: [u8; 32] = spoilt[..32].try_into().unwrap();
            both(key, &spoilt[96..], &spoilt[32..96]);
        }
    }
}
