//! Our signatures and `ssh-keygen`'s, each judged by the other side; and every single flipped bit.

#[path = "serve/skipped.rs"]
mod skipped;
#[path = "serve/told.rs"]
mod told;

use glasskey::ceremony::Signer;
use glasskey::io::ssh_keygen::SshKeygenSigner;
use glasskey::primitives::Digest;
use glasskey::primitives::UtcTime;
use glasskey::record::Namespace;
use glasskey::record::RawSignature;
use glasskey::record::Roster;
use glasskey::record::RosterEntry;
use glasskey::record::SignatureFault;
use glasskey::record::SshHash;
use glasskey::record::SshKeyType;
use glasskey::record::SshPublicKey;
use glasskey::record::SshSigError;
use glasskey::record::SshSignature;
use glasskey::rehearsal::people::RehearsalSigner;
use p256::ecdsa::Signature;
use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::Signer as _;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair;
use skipped::skipped;
use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

const MESSAGE: &[u8] = include_bytes!("vectors/sshsig/message");
const APPLICATION: &[u8] = b"ssh:";
const UP: u8 = 0x01;
const UV: u8 = 0x04;

fn now() -> UtcTime {
    UtcTime::parse("2026-11-22T15:58:07Z").unwrap()
}

fn roster(reference: &str, key: SshPublicKey) -> Roster {
    Roster::new(vec![RosterEntry {
        reference: reference.to_owned(),
        namespaces: vec![Namespace::Record, Namespace::Checkpoint, Namespace::Roster],
        valid_after: UtcTime::parse("2026-01-01T00:00:00Z"),
        valid_before: None,
        key,
    }])
    .unwrap()
}

fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap();
    [&length.to_be_bytes(), bytes].concat()
}

/// What a security key signs for a record.
fn assertion(flags: u8, counter: u32) -> Vec<u8> {
    let data = SshSignature::signed_bytes(Namespace::Record, SshHash::Sha512, MESSAGE);
    [
        &Digest::of(APPLICATION).0[..],
        &[flags],
        &counter.to_be_bytes(),
        &Digest::of(&data).0,
    ]
    .concat()
}

/// A signature over the flags `signed` that says it is over `flags`.
fn sk_ed25519(signed: u8, flags: u8) -> SshSignature {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[3; 32]).unwrap();
    let blob = [
        string(SshKeyType::SkEd25519.name().as_bytes()),
        string(pair.public_key().as_ref()),
        string(APPLICATION),
    ];
    let raw = RawSignature::SkEd25519 {
        signature: pair
            .sign(&assertion(signed, 7))
            .as_ref()
            .try_into()
            .unwrap(),
        flags,
        counter: 7,
    };
    let key = SshPublicKey::from_blob(&blob.concat()).unwrap();
    SshSignature::new(key, Namespace::Record, raw).unwrap()
}

/// A signature over the flags `signed` that says it is over `flags`.
fn sk_ecdsa(signed: u8, flags: u8) -> SshSignature {
    let pair = SigningKey::from_slice(&[3; 32]).unwrap();
    let blob = [
        string(SshKeyType::SkEcdsaP256.name().as_bytes()),
        string(b"nistp256"),
        string(pair.verifying_key().to_sec1_point(false).as_bytes()),
        string(APPLICATION),
    ];
    let signature: Signature = pair.sign(&assertion(signed, 7));
    let raw = RawSignature::SkEcdsaP256 {
        signature: signature.to_bytes().into(),
        flags,
        counter: 7,
    };
    let key = SshPublicKey::from_blob(&blob.concat()).unwrap();
    SshSignature::new(key, Namespace::Record, raw).unwrap()
}

#[test]
fn a_security_key_counts_with_touch_and_verification_alone() {
    for sign in [sk_ed25519, sk_ecdsa] {
        let judge = |flags: u8| {
            let signature = sign(flags, flags);
            let key = signature.key().clone();
            let armoured = signature.armour();
            assert_eq!(SshSignature::parse(&armoured), Ok(signature));
            roster("op-7", key).verify("op-7", Namespace::Record, MESSAGE, &armoured, now())
        };
        assert_eq!(judge(UP | UV), Ok(()));
        for flags in [0, UP, UV] {
            let fault = SshSigError::NotVerified { flags };
            assert_eq!(judge(flags), Err(SignatureFault::Malformed(fault)));
        }
    }
}

#[test]
fn flags_that_were_not_signed_are_refused() {
    for claimed in [sk_ed25519(UP, UP | UV), sk_ecdsa(UP, UP | UV)] {
        assert_eq!(
            claimed.verify(Namespace::Record, MESSAGE),
            Err(SshSigError::Bad)
        );
    }
}

#[test]
fn every_flipped_bit_of_every_kind_of_signature_is_refused() {
    let samples: [&[u8]; 6] = [
        include_bytes!("vectors/sshsig/ed25519.sig"),
        include_bytes!("vectors/sshsig/ecdsa.sig"),
        include_bytes!("vectors/sshsig/rsa.sig"),
        include_bytes!("vectors/sshsig/rsa-sha256.sig"),
        &sk_ed25519(UP | UV, UP | UV).armour(),
        &sk_ecdsa(UP | UV, UP | UV).armour(),
    ];
    for armoured in samples {
        let judge = |bytes: &[u8]| SshSignature::parse(bytes)?.verify(Namespace::Record, MESSAGE);
        assert_eq!(judge(armoured), Ok(()));
        let mut flipped = armoured.to_vec();
        for index in 0..flipped.len() {
            for bit in 0..8 {
                flipped[index] ^= 1 << bit;
                assert!(judge(&flipped).is_err(), "byte {index}, bit {bit}");
                flipped[index] ^= 1 << bit;
            }
        }
    }
}

/// A folder of this test's own, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("glasskey-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Whether `ssh-keygen` is there; if not, says what is skipped, and fails where nothing may be.
#[track_caller]
fn openssh(test: &str) -> bool {
    let there = Command::new("ssh-keygen")
        .arg("-?")
        .stdin(Stdio::null())
        .output()
        .is_ok();
    if !there {
        skipped(test, "ssh-keygen");
    }
    there
}

/// Runs `ssh-keygen -Y verify` and says whether it says Good.
fn stock_says_good(
    folder: &Folder,
    reference: &str,
    roster: &Roster,
    namespace: &str,
    message: &[u8],
    armoured: &[u8],
) -> bool {
    let output = Command::new("ssh-keygen")
        .args(["-Y", "verify", "-I", reference, "-n", namespace, "-f"])
        .arg(folder.file("roster.allowed_signers", roster.text()))
        .arg("-s")
        .arg(folder.file("signature", armoured))
        .args(["-O", &format!("verify-time={}", now().compact())])
        .stdin(File::open(folder.file("message", message)).unwrap())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success() && words.starts_with("Good ")
}

fn new_key(folder: &Folder, name: &str, kind: &[&str]) -> (PathBuf, SshPublicKey) {
    let path = folder.0.join(name);
    let status = Command::new("ssh-keygen")
        .args(["-q", "-N", "", "-C", "", "-f"])
        .arg(&path)
        .args(kind)
        .status()
        .unwrap();
    assert!(status.success());
    let text = fs::read_to_string(path.with_extension("pub")).unwrap();
    (path, SshPublicKey::parse(text.trim_end()).unwrap())
}

#[test]
fn what_real_people_sign_through_openssh_is_good_here_and_there() {
    if !openssh("signatures by ssh-keygen, verified here") {
        return;
    }
    let folder = Folder::new("openssh-signs");
    for (name, kind) in [
        ("ed25519", &["-t", "ed25519"][..]),
        ("ecdsa", &["-t", "ecdsa", "-b", "256"]),
        ("rsa", &["-t", "rsa", "-b", "2048"]),
    ] {
        let (path, key) = new_key(&folder, name, kind);
        let roster = roster("w-1", key);
        let mut signer = SshKeygenSigner::new("w-1", &path);
        assert_eq!(signer.reference(), "w-1");
        for namespace in [Namespace::Record, Namespace::Checkpoint, Namespace::Roster] {
            for message in [b"".as_slice(), MESSAGE, &vec![0xff; 100_000]] {
                let armoured = signer.sign(namespace, message).unwrap();
                let judged = roster.verify("w-1", namespace, message, &armoured, now());
                assert_eq!(judged, Ok(()), "{name}");
                let stock = |n| stock_says_good(&folder, "w-1", &roster, n, message, &armoured);
                assert!(stock(namespace.name()), "{name}");
                assert!(!stock("file"), "{name}");
            }
        }
    }
}

#[test]
fn openssh_says_good_to_what_the_rehearsals_people_sign() {
    if !openssh("our own signatures, verified by ssh-keygen") {
        return;
    }
    let folder = Folder::new("rehearsal-signs");
    let mut operator = RehearsalSigner::new("op-7", &[7; 32]).unwrap();
    let roster = roster("op-7", operator.public_key().clone());
    let armoured = operator.sign(Namespace::Record, MESSAGE).unwrap();
    let good = |reference, message: &[u8]| {
        let namespace = Namespace::Record.name();
        stock_says_good(&folder, reference, &roster, namespace, message, &armoured)
    };
    assert!(good("op-7", MESSAGE));
    assert!(!good("op-8", MESSAGE));
    assert!(!good("op-7", b"{}"));
}

#[test]
fn openssh_reads_our_security_key_signatures_and_is_the_more_lenient_judge() {
    if !openssh("security key signatures, verified by ssh-keygen") {
        return;
    }
    let folder = Folder::new("sk-signs");
    for flags in [UP | UV, UP, 0] {
        for signature in [sk_ed25519(flags, flags), sk_ecdsa(flags, flags)] {
            let roster = roster("op-7", signature.key().clone());
            let namespace = Namespace::Record.name();
            let armoured = signature.armour();
            assert!(
                stock_says_good(&folder, "op-7", &roster, namespace, MESSAGE, &armoured),
                "flags {flags:#x}"
            );
        }
    }
}

#[test]
fn a_key_file_that_is_not_there_is_said_in_openssh_words() {
    if !openssh("ssh-keygen's words about a missing key file") {
        return;
    }
    let mut signer = SshKeygenSigner::new("op-7", Path::new("/nonexistent/key"));
    let error = signer.sign(Namespace::Record, MESSAGE).unwrap_err();
    let words = format!("{error:?}");
    assert!(words.starts_with("Failed("), "{words}");
}
