use super::*;
use proptest::prelude::*;

const ED25519: &str = include_str!("../../../tests/vectors/sshsig/ed25519.pub");
const ECDSA: &str = include_str!("../../../tests/vectors/sshsig/ecdsa.pub");
const RSA: &str = include_str!("../../../tests/vectors/sshsig/rsa.pub");

/// The wire form of strings one after another.
fn blob(strings: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for string in strings {
        wire::put_string(&mut out, string);
    }
    out
}

/// The generator of P-256, uncompressed (FIPS 186-4 §D.1.2.3).
fn generator() -> Vec<u8> {
    bytes::from_hex(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
         4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    )
    .unwrap()
}

#[test]
fn keys_made_by_openssh_print_as_they_were_read_but_for_the_comment() {
    let cases = [
        (
            ED25519,
            SshKeyType::Ed25519,
            "OubIWZXgpvo5ED0Jz0xrp9osqlYsJmEII6SGvpX7RKc",
        ),
        (
            ECDSA,
            SshKeyType::EcdsaP256,
            "5iqIpDtBBKiOZV2w09/kVGcIHT/rnPKlYT5iU3ih8a4",
        ),
        (
            RSA,
            SshKeyType::Rsa,
            "Nv6rZlrnTRz+FB93nU4ZMq7PsPDnvR/sN60BsGd01jQ",
        ),
    ];
    for (line, kind, fingerprint) in cases {
        let line = line.trim_end();
        let key = SshPublicKey::parse(line).unwrap();
        assert_eq!(key.key_type(), kind);
        assert_eq!(key.fingerprint(), format!("SHA256:{fingerprint}"));
        let (bare, _comment) = line.rsplit_once(' ').unwrap();
        assert_eq!(key.to_string(), bare);
        assert_eq!(SshPublicKey::parse(bare), Ok(key));
    }
}

#[test]
fn security_keys_are_read_with_their_application() {
    for (name, strings) in [
        (SshKeyType::SkEd25519, vec![vec![9; 32]]),
        (
            SshKeyType::SkEcdsaP256,
            vec![b"nistp256".to_vec(), generator()],
        ),
    ] {
        let mut parts: Vec<&[u8]> = vec![name.name().as_bytes()];
        parts.extend(strings.iter().map(Vec::as_slice));
        let good = [parts.clone(), vec![b"ssh:contoso"]].concat();
        let key = SshPublicKey::from_blob(&blob(&good)).unwrap();
        assert_eq!(key.key_type(), name);
        assert_eq!(key.application(), Some("ssh:contoso"));
        let foreign = [parts, vec![b"login.microsoft.com"]].concat();
        assert_eq!(
            SshPublicKey::from_blob(&blob(&foreign)),
            Err(SshKeyError::Application("login.microsoft.com".into()))
        );
    }
}

#[test]
fn second_spellings_of_the_text_are_refused() {
    let key = ED25519.trim_end().rsplit_once(' ').unwrap().0;
    for text in [
        key.replacen(' ', "  ", 1),
        key.replacen(' ', "\t", 1),
        format!(" {key}"),
        format!("{key} "),
        format!("{key}\n"),
        format!("{key}="),
        format!("{key} a\u{1b}[2J"),
        "ssh-ed25519".to_owned(),
        format!("{key} {}", "c".repeat(MAX_KEY_TEXT)),
    ] {
        assert_eq!(
            SshPublicKey::parse(&text),
            Err(SshKeyError::Form),
            "{text:?}"
        );
    }
}

#[test]
fn keys_that_do_not_sign_here_are_refused_by_name() {
    let base64 = ED25519.split(' ').nth(1).unwrap();
    for name in [
        "ssh-dss",
        "ecdsa-sha2-nistp384",
        "ssh-ed25519-cert-v01@openssh.com",
        "SSH-ED25519",
    ] {
        assert_eq!(
            SshPublicKey::parse(&format!("{name} {base64}")),
            Err(SshKeyError::UnknownType(name.to_owned()))
        );
    }
    assert_eq!(
        SshPublicKey::parse(&format!("ssh-rsa {base64}")),
        Err(SshKeyError::OtherType(SshKeyType::Ed25519))
    );
}

#[test]
fn points_off_the_curve_and_other_curves_are_refused() {
    let name: &[u8] = b"ecdsa-sha2-nistp256";
    let mut off = generator();
    off[64] ^= 1;
    let compressed = [&[3], &generator()[1..33]].concat();
    let read = |strings: &[&[u8]]| SshPublicKey::from_blob(&blob(strings)).map(|_| ());
    assert_eq!(read(&[name, b"nistp256", &generator()]), Ok(()));
    assert_eq!(read(&[name, b"nistp256", &off]), Err(SshKeyError::Curve));
    assert_eq!(
        read(&[name, b"nistp384", &generator()]),
        Err(SshKeyError::Curve)
    );
    assert_eq!(
        read(&[name, b"nistp256", &compressed]),
        Err(SshKeyError::Length)
    );
    assert_eq!(
        read(&[name, b"nistp256", &generator(), b""]),
        Err(SshKeyError::Wire(WireFault::Trailing))
    );
    assert_eq!(
        read(&[name, b"nistp256"]),
        Err(SshKeyError::Wire(WireFault::Truncated))
    );
}

#[test]
fn rsa_needs_2048_bits_and_a_sound_exponent() {
    let read = |e: &[u8], n: &[u8]| SshPublicKey::from_blob(&blob(&[b"ssh-rsa", e, n])).map(|_| ());
    let modulus = |bytes: usize, first: u8, last: u8| {
        let mut n = vec![0; bytes];
        n[0] = first;
        n[bytes - 1] = last;
        if first >= 0x80 {
            n.insert(0, 0);
        }
        n
    };
    let e: &[u8] = &[1, 0, 1];
    assert_eq!(read(e, &modulus(256, 0x80, 1)), Ok(()));
    assert_eq!(read(e, &modulus(1024, 0x80, 1)), Ok(()));
    assert_eq!(
        read(e, &modulus(256, 0x7f, 1)),
        Err(SshKeyError::Modulus { bits: 2047 })
    );
    assert_eq!(
        read(e, &modulus(1025, 1, 1)),
        Err(SshKeyError::Modulus { bits: 8193 })
    );
    assert_eq!(
        read(e, &modulus(256, 0x80, 2)),
        Err(SshKeyError::Modulus { bits: 2048 })
    );
    for exponent in [&[1][..], &[4], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 1]] {
        assert_eq!(
            read(exponent, &modulus(256, 0x80, 1)),
            Err(SshKeyError::Exponent)
        );
    }
    let long = [&[0], &modulus(256, 0x70, 1)[..]].concat();
    assert_eq!(read(e, &long), Err(SshKeyError::Wire(WireFault::Integer)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,200}") {
        let _ = SshPublicKey::parse(&text);
    }

    #[test]
    fn a_changed_key_is_refused_or_prints_as_it_was_read(
        which in 0_usize..3, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(),
    ) {
        let key = SshPublicKey::parse([ED25519, ECDSA, RSA][which].trim_end()).unwrap();
        let mut changed = key.blob().to_vec();
        let index = at.index(changed.len());
        changed[index] = byte;
        if let Ok(read) = SshPublicKey::from_blob(&changed) {
            prop_assert_eq!(SshPublicKey::parse(&read.to_string()), Ok(read));
        }
        prop_assert!(SshPublicKey::from_blob(&key.blob()[..cut.index(key.blob().len())]).is_err());
    }
}
