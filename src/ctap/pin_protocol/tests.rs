use super::*;
use crate::ctap::pin::Pin;
use crate::primitives::bytes::from_hex;
use crate::primitives::bytes::hex;
use proptest::prelude::*;

// python-fido2, test/test_ctap2.py, TestPinProtocolV1.
const OUR_PRIVATE: &str = "7452e599fee739d8a653f6a507343d12d382249108a651402520b72f24fe7684";
const OUR_X: &str = "44d78d7989b97e62ea993496c9ef6e8fd58b8b00715f9a89153ddd9c4657e47f";
const OUR_Y: &str = "ec802ee7d22bd4e100f12e48537eb4e7e96ed3a47a0a3bd5f5eeab65001664f9";
const KEY_X: &str = "0501d5bc78da9252560a26cb08fcc60cbe0b6d3b8e1d1fcee514fac0af675168";
const KEY_Y: &str = "d551b3ed46f665731f95b4532939c25d91db7eb844bd96d4abd4083785f8df47";
const SHARED: &str = "c42a039d548100dfba521e487debcbbb8b66bb7496f8b1862a7a395ed83e1a1c";

/// Yields the bytes it was given, and no more.
struct Fixed(Vec<u8>);

impl Entropy for Fixed {
    fn fill(&mut self, buffer: &mut [u8]) {
        let rest = self.0.split_off(buffer.len());
        buffer.copy_from_slice(&self.0);
        self.0 = rest;
    }
}

fn cose(x: &str, y: &str) -> Value {
    Value::numbered(vec![
        (1, Some(Value::int(2))),
        (3, Some(Value::int(-25))),
        (-1, Some(Value::int(1))),
        (-2, Some(Value::Bytes(from_hex(x).unwrap()))),
        (-3, Some(Value::Bytes(from_hex(y).unwrap()))),
    ])
}

fn agreed(protocol: PinProtocol) -> (Value, SharedSecret) {
    let mut entropy = Fixed(from_hex(OUR_PRIVATE).unwrap());
    encapsulate(protocol, &cose(KEY_X, KEY_Y), &mut entropy)
        .ok()
        .unwrap()
}

fn no_entropy() -> Fixed {
    Fixed(Vec::new())
}

fn counting() -> Fixed {
    Fixed((0..16).collect())
}

#[test]
fn protocol_one_agrees_as_published() {
    let (ours, shared) = agreed(PinProtocol::One);
    assert_eq!(ours, cose(OUR_X, OUR_Y));
    assert_eq!(hex(shared.hmac_key.expose()), SHARED);
    assert_eq!(hex(shared.aes_key.expose()), SHARED);
}

#[test]
fn protocol_one_sets_proves_and_changes_a_pin_as_published() {
    let (_, shared) = agreed(PinProtocol::One);
    let (old, new) = (Pin::new("1234").unwrap(), Pin::new("4321").unwrap());
    let first = shared.encrypt(old.padded(), &mut no_entropy());
    assert_eq!(
        hex(&first),
        "0222fc42c6dd76a274a7057858b9b29d98e8a722ec2dc6668476168c5320473c\
         ec9907b4cd76ce7943c96ba5683943211d84471e64d9c51e54763488cd66526a"
    );
    assert_eq!(
        hex(&shared.authenticate(&first)),
        "7b40c084ccc5794194189ab57836475f"
    );
    let hash = shared.encrypt(&old.hash(), &mut no_entropy());
    assert_eq!(hex(&hash), "afe8327ce416da8ee3d057589c2ce1a9");
    let second = shared.encrypt(new.padded(), &mut no_entropy());
    assert_eq!(
        hex(&second),
        "4280e14aac4fcbf02dd079985f0c0ffc9ea7d5f9c173fd1a4c843826f7590cb3\
         c2d080c6923e2fe6d7a52c31ea1309d3fcca3dedae8a2ef14b6330cafc79339e"
    );
    assert_eq!(
        hex(&shared.authenticate(&[second, hash].concat())),
        "fb97e92f3724d7c85e001d7f93e6490a"
    );
}

#[test]
fn protocol_one_decrypts_the_published_token() {
    let (_, shared) = agreed(PinProtocol::One);
    let token = from_hex("7a9f98e31b77be90f9c64d12e9635040").unwrap();
    assert_eq!(
        hex(&shared.decrypt(&token).unwrap()),
        "aff12c6dcfbf9df52f7a09211e8865cd"
    );
}

/// The same exchange under protocol two, computed with pyca/cryptography 48 (ECDH, HKDF, AES-CBC)
/// and Python's hmac; IV 00 01 … 0f.
#[test]
fn protocol_two_agrees_encrypts_and_authenticates_as_another_implementation_does() {
    let (ours, shared) = agreed(PinProtocol::Two);
    assert_eq!(ours, cose(OUR_X, OUR_Y));
    assert_eq!(
        hex(shared.hmac_key.expose()),
        "65ef955dd8cfcacab489ad582d64b872299cec1970aeffb10c90b9d9f4b4f1a7"
    );
    assert_eq!(
        hex(shared.aes_key.expose()),
        "46cc03964825ccbaf159fde1958b2063871bd5b66ecf28972eaac583214a22d8"
    );
    let pin = Pin::new("1234").unwrap();
    let new_pin = shared.encrypt(pin.padded(), &mut counting());
    assert_eq!(
        hex(&new_pin),
        "000102030405060708090a0b0c0d0e0f76f442d0c109cfc29362cfdea56c2dd2\
         a64f2a11b02e40df972a71df1011cf8426ff2f3887edf477a73a518467f90ff7\
         6adf360c00e8cd95e2eef66012267ec2"
    );
    assert_eq!(
        hex(&shared.authenticate(&new_pin)),
        "cbd8ce828e9847125882660c6f7ffd3b71e5dbb13039a2b37dbae9d50f7c34cb"
    );
    assert_eq!(
        hex(&shared.encrypt(&pin.hash(), &mut counting())),
        "000102030405060708090a0b0c0d0e0f09870d15a35707bcc287efb5be976011"
    );
    let token = from_hex(
        "000102030405060708090a0b0c0d0e0fcb0b6231c125b55416f2c79373b61ac1d590f9bfddf1078fe0e9a3271623d3bf",
    );
    let plain: Vec<u8> = (32..64).collect();
    assert_eq!(*shared.decrypt(&token.unwrap()).unwrap(), plain);
}

#[test]
fn the_protocol_is_two_where_listed_and_one_where_nothing_is() {
    for (reported, expected) in [
        (None, Some(PinProtocol::One)),
        (Some(&[2, 1][..]), Some(PinProtocol::Two)),
        (Some(&[1, 2]), Some(PinProtocol::Two)),
        (Some(&[3, 1]), Some(PinProtocol::One)),
        (Some(&[3]), None),
        (Some(&[]), None),
    ] {
        assert_eq!(PinProtocol::choose(reported), expected, "{reported:?}");
    }
}

#[test]
fn a_point_that_is_not_on_the_curve_is_malformed() {
    let off = cose(KEY_X, OUR_Y);
    let mut entropy = Fixed(from_hex(OUR_PRIVATE).unwrap());
    assert_eq!(
        encapsulate(PinProtocol::Two, &off, &mut entropy).err(),
        Some(CtapError::Malformed {
            what: "keyAgreement"
        })
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn what_is_encrypted_is_decrypted(two in any::<bool>(), blocks in 0_usize..5, seed in any::<[u8; 16]>()) {
        let protocol = if two { PinProtocol::Two } else { PinProtocol::One };
        let shared = SharedSecret::derive(protocol, &seed);
        let plain: Vec<u8> = seed.iter().copied().cycle().take(blocks * 16).collect();
        let encrypted = shared.encrypt(&plain, &mut Fixed(seed.to_vec()));
        prop_assert_eq!(encrypted.len(), plain.len() + if two { 16 } else { 0 });
        prop_assert_eq!(shared.decrypt(&encrypted).unwrap().to_vec(), plain);
    }

    #[test]
    fn no_ciphertext_makes_decryption_panic(two in any::<bool>(), bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        let protocol = if two { PinProtocol::Two } else { PinProtocol::One };
        let shared = SharedSecret::derive(protocol, &[1]);
        let whole = bytes.len() % 16 == 0 && (!two || bytes.len() >= 16);
        prop_assert_eq!(shared.decrypt(&bytes).is_some(), whole);
    }

    #[test]
    fn no_peer_key_makes_agreement_panic(x in proptest::collection::vec(any::<u8>(), 30..34), y in proptest::collection::vec(any::<u8>(), 30..34), kty in 0_i64..4) {
        let peer = Value::numbered(vec![
            (1, Some(Value::int(kty))),
            (-1, Some(Value::int(1))),
            (-2, Some(Value::Bytes(x))),
            (-3, Some(Value::Bytes(y))),
        ]);
        let mut entropy = Fixed(from_hex(OUR_PRIVATE).unwrap());
        prop_assert!(encapsulate(PinProtocol::Two, &peer, &mut entropy).is_err());
    }
}
