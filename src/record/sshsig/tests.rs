use super::*;
use crate::primitives::bytes;
use crate::record::Namespace;
use crate::record::SshKeyError;
use crate::record::SshKeyType;
use crate::record::SshPublicKey;
use proptest::prelude::*;

const ED25519: &[u8] = include_bytes!("../../../tests/vectors/sshsig/ed25519.sig");
const ECDSA: &[u8] = include_bytes!("../../../tests/vectors/sshsig/ecdsa.sig");
const RSA: &[u8] = include_bytes!("../../../tests/vectors/sshsig/rsa.sig");
const RSA_SHA256: &[u8] = include_bytes!("../../../tests/vectors/sshsig/rsa-sha256.sig");
const MESSAGE: &[u8] = include_bytes!("../../../tests/vectors/sshsig/message");

/// The fields of a signature, to be changed and put together again.
struct Fields {
    version: u32,
    key: Vec<u8>,
    namespace: Vec<u8>,
    reserved: Vec<u8>,
    hash: Vec<u8>,
    signature: Vec<u8>,
    after: Vec<u8>,
}

type Change = Box<dyn FnOnce(&mut Fields)>;

impl Fields {
    fn of(armoured: &[u8]) -> Self {
        let signature = SshSignature::parse(armoured).unwrap();
        Self {
            version: 1,
            key: signature.key().blob().to_vec(),
            namespace: signature.namespace().as_bytes().to_vec(),
            reserved: Vec::new(),
            hash: signature.hash().name().as_bytes().to_vec(),
            signature: signature.raw().encode(),
            after: Vec::new(),
        }
    }

    fn parse(&self) -> Result<SshSignature, SshSigError> {
        let mut blob = b"SSHSIG".to_vec();
        blob.extend_from_slice(&self.version.to_be_bytes());
        for string in [
            &self.key,
            &self.namespace,
            &self.reserved,
            &self.hash,
            &self.signature,
        ] {
            wire::put_string(&mut blob, string);
        }
        blob.extend_from_slice(&self.after);
        SshSignature::parse(&armour::encode(&blob))
    }
}

fn changed(armoured: &[u8], change: impl FnOnce(&mut Fields)) -> SshSigError {
    let mut fields = Fields::of(armoured);
    assert_eq!(fields.parse(), SshSignature::parse(armoured));
    change(&mut fields);
    fields.parse().unwrap_err()
}

/// The `signature` field: a name, then strings.
fn field(name: &str, strings: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    wire::put_string(&mut out, name.as_bytes());
    for string in strings {
        wire::put_string(&mut out, string);
    }
    out
}

#[test]
fn signatures_made_by_openssh_are_good_and_armour_to_the_same_bytes() {
    for (armoured, kind, hash) in [
        (ED25519, SshKeyType::Ed25519, SshHash::Sha512),
        (ECDSA, SshKeyType::EcdsaP256, SshHash::Sha512),
        (RSA, SshKeyType::Rsa, SshHash::Sha512),
        (RSA_SHA256, SshKeyType::Rsa, SshHash::Sha256),
    ] {
        let signature = SshSignature::parse(armoured).unwrap();
        assert_eq!(signature.key().key_type(), kind);
        assert_eq!(signature.hash(), hash);
        assert_eq!(signature.namespace(), "glasskey-record-v1");
        assert_eq!(signature.armour(), armoured);
        assert_eq!(signature.verify(Namespace::Record, MESSAGE), Ok(()));
        assert_eq!(
            signature.verify(Namespace::Record, b"{}"),
            Err(SshSigError::Bad)
        );
        assert_eq!(
            signature.verify(Namespace::Roster, MESSAGE),
            Err(SshSigError::OtherNamespace("glasskey-record-v1".into()))
        );
    }
}

#[test]
fn every_field_has_one_accepted_form() {
    let cases: Vec<(SshSigError, Change)> = vec![
        (SshSigError::Version(0), Box::new(|f| f.version = 0)),
        (SshSigError::Version(2), Box::new(|f| f.version = 2)),
        (
            SshSigError::Key(SshKeyError::Wire(WireFault::Truncated)),
            Box::new(|f| f.key.truncate(20)),
        ),
        (
            SshSigError::NamespaceForm,
            Box::new(|f| f.namespace.clear()),
        ),
        (
            SshSigError::NamespaceForm,
            Box::new(|f| f.namespace.push(b'\n')),
        ),
        (SshSigError::Reserved, Box::new(|f| f.reserved.push(0))),
        (
            SshSigError::Hash("sha1".into()),
            Box::new(|f| f.hash = b"sha1".to_vec()),
        ),
        (
            SshSigError::Wire(WireFault::Trailing),
            Box::new(|f| f.after.push(0)),
        ),
        (
            SshSigError::Wire(WireFault::Trailing),
            Box::new(|f| f.signature.push(0)),
        ),
        (
            SshSigError::Wire(WireFault::Truncated),
            Box::new(|f| f.signature.truncate(30)),
        ),
        (
            SshSigError::Length,
            Box::new(|f| f.signature = field("ssh-ed25519", &[&[1; 63]])),
        ),
        (
            SshSigError::Kind {
                key: SshKeyType::Ed25519,
                signature: "rsa-sha2-512".into(),
            },
            Box::new(|f| f.signature = field("rsa-sha2-512", &[&[1; 64]])),
        ),
    ];
    for (expected, change) in cases {
        assert_eq!(changed(ED25519, change), expected);
    }
}

#[test]
fn rsa_with_sha_1_or_another_length_is_refused() {
    assert_eq!(
        changed(RSA, |f| f.signature = field("ssh-rsa", &[&[1; 256]])),
        SshSigError::Kind {
            key: SshKeyType::Rsa,
            signature: "ssh-rsa".into()
        }
    );
    for length in [255, 257] {
        let raw = vec![1; length];
        assert_eq!(
            changed(RSA, |f| f.signature = field("rsa-sha2-512", &[&raw])),
            SshSigError::Length
        );
    }
}

#[test]
fn ecdsa_integers_are_minimal_positive_and_short() {
    let pair = |r: &[u8], s: &[u8]| {
        let mut inner = Vec::new();
        wire::put_string(&mut inner, r);
        wire::put_string(&mut inner, s);
        field("ecdsa-sha2-nistp256", &[&inner])
    };
    for (r, s, expected) in [
        (&[][..], &[1][..], SshSigError::Wire(WireFault::Integer)),
        (&[1], &[0], SshSigError::Wire(WireFault::Integer)),
        (&[0, 1], &[1], SshSigError::Wire(WireFault::Integer)),
        (&[0xff], &[1], SshSigError::Wire(WireFault::Integer)),
        (&[1; 33], &[1], SshSigError::Length),
    ] {
        assert_eq!(changed(ECDSA, |f| f.signature = pair(r, s)), expected);
    }
    let mut three = pair(&[1], &[1]);
    three.extend_from_slice(&[0, 0, 0, 0]);
    assert_eq!(
        changed(ECDSA, |f| f.signature = three),
        SshSigError::Wire(WireFault::Trailing)
    );
}

#[test]
fn only_the_armour_that_openssh_writes_is_read() {
    let text = String::from_utf8(ED25519.to_vec()).unwrap();
    for other in [
        text.replace('\n', "\r\n"),
        text.trim_end().to_owned(),
        format!("{text}\n"),
        format!("\n{text}"),
        format!("{text}{text}"),
        String::new(),
    ] {
        assert_eq!(
            SshSignature::parse(other.as_bytes()),
            Err(SshSigError::Armour)
        );
    }
    assert_eq!(
        SshSignature::parse(&vec![b'A'; MAX_SIGNATURE_BYTES + 1]),
        Err(SshSigError::TooLarge)
    );
    assert_eq!(
        SshSignature::parse(&armour::encode(b"SSHSIX\0\0\0\x01")),
        Err(SshSigError::Preamble)
    );
}

#[test]
fn a_signature_is_built_for_the_key_that_made_it_alone() {
    let key = SshPublicKey::ed25519([1; 32]);
    let raw = RawSignature::SkEd25519 {
        signature: [0; 64],
        flags: 5,
        counter: 1,
    };
    assert_eq!(
        SshSignature::new(key, Namespace::Record, raw),
        Err(SshSigError::Kind {
            key: SshKeyType::Ed25519,
            signature: "sk-ssh-ed25519@openssh.com".into()
        })
    );
}

#[test]
fn what_is_signed_is_the_protocols_example_of_fields() {
    let data = SshSignature::signed_bytes(Namespace::Record, SshHash::Sha256, b"");
    assert_eq!(
        bytes::hex(&data),
        "53534853494700000012676c6173736b65792d7265636f72642d76310000000000000006736861323536\
         00000020e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn no_bytes_make_the_parser_panic(blob in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = SshSignature::parse(&blob);
        let _ = SshSignature::parse(&armour::encode(&blob));
        let _ = SshSignature::parse(&armour::encode(&[b"SSHSIG\0\0\0\x01", &blob[..]].concat()));
    }

    #[test]
    fn a_changed_signature_is_refused_or_armours_to_the_same_bytes(
        which in 0_usize..4, at in any::<prop::sample::Index>(), byte in any::<u8>(), remove in any::<bool>(),
    ) {
        let armoured = [ED25519, ECDSA, RSA, RSA_SHA256][which];
        let mut blob = armour::decode(armoured).unwrap();
        let index = at.index(blob.len());
        if remove { blob.remove(index); } else { blob[index] = byte; }
        let text = armour::encode(&blob);
        if let Ok(read) = SshSignature::parse(&text) {
            prop_assert_eq!(read.armour(), text.clone());
            prop_assert_eq!(read.verify(Namespace::Record, MESSAGE).is_ok(), text == armoured);
        }
    }
}
