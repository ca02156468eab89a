//! Drives a key without a PIN through `ctap-hid-fido2`, and compares what it says fact by fact with
//! what our own client reads; the key is never open to both. It spends one PIN try, sets a PIN,
//! makes a credential and uses it: for a virtual key.
//!
//! ```text
//! $ ctap_hid_fido2 /dev/hidraw0 1
//! ```
//!
//! The number is the PIN/UV auth protocol.

use ctap_hid_fido2::Cfg;
use ctap_hid_fido2::FidoKeyHid;
use ctap_hid_fido2::FidoKeyHidFactory;
use ctap_hid_fido2::HidParam;
use ctap_hid_fido2::fidokey::GetAssertionArgsBuilder;
use ctap_hid_fido2::fidokey::MakeCredentialArgsBuilder;
use ctap_hid_fido2::public_key::PublicKey;
use ctap_hid_fido2::public_key_credential_user_entity::PublicKeyCredentialUserEntity;
use ctap_hid_fido2::verifier;
use glasskey::ctap::ClientPin;
use glasskey::ctap::Ctap;
use glasskey::ctap::CtapError;
use glasskey::ctap::CtapStatus;
use glasskey::ctap::Keys;
use glasskey::ctap::Permissions;
use glasskey::ctap::Pin;
use glasskey::ctap::PinToken;
use glasskey::io::HidKeys;
use glasskey::io::SystemClock;
use glasskey::io::SystemEntropy;
use glasskey::primitives::Digest;
use glasskey::webauthn::AuthenticatorData;
use std::io::Write as _;

const FIRST: &str = "135790";
const PIN: &str = "975310";
const RP: &str = "example.com";
const USER: &[u8] = b"u1";

/// Where the key is, and the PIN/UV auth protocol that the other client speaks to it.
struct Key {
    path: String,
    protocol: u8,
}

impl Key {
    /// What the other client does with the key, which is closed then.
    fn theirs<T>(&self, work: impl FnOnce(&FidoKeyHid) -> T) -> T {
        let mut settings = Cfg::init();
        settings.enable_keep_alive_msg = false;
        settings.use_pre_credential_management = false;
        let path = HidParam::Path(self.path.clone());
        let key = FidoKeyHidFactory::create_by_params(&[path], &settings).unwrap();
        work(&key.with_pin_protocol_version(self.protocol))
    }

    /// What our client does with the key, which is closed then.
    fn ours<T>(&self, work: impl FnOnce(&mut Ctap<'_>) -> T) -> T {
        let clock = SystemClock::new();
        let entropy = Box::new(SystemEntropy::open().unwrap());
        let port = HidKeys::new().unwrap().open(&self.path).unwrap();
        let mut ctap = Ctap::open(port, &clock, entropy).unwrap();
        ctap.get_info().unwrap();
        work(&mut ctap)
    }

    fn tries(&self) -> u32 {
        let theirs = self.theirs(|key| key.get_pin_retries().unwrap());
        let ours = self.ours(|key| key.pin_retries().unwrap().remaining);
        assert_eq!(i32::from(ours), theirs);
        u32::from(ours)
    }
}

fn token(ctap: &mut Ctap<'_>, pin: &str) -> Result<PinToken, CtapError> {
    let manage = Permissions::CREDENTIAL_MANAGEMENT;
    ctap.token(&Pin::new(pin).unwrap(), manage, None)
}

fn say(line: &str) {
    std::io::stderr()
        .write_all(format!("{line}\n").as_bytes())
        .unwrap();
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, protocol] = arguments.as_slice() else {
        panic!("ctap_hid_fido2 PATH PROTOCOL");
    };
    let key = Key {
        path: path.clone(),
        protocol: protocol.parse().unwrap(),
    };
    pins(&key);
    let (id, public_key) = credential(&key);
    listed(&key, &id, &public_key);
    assertion(&key, &id, &public_key);
}

/// Each client takes the PIN that the other set, and counts the same tries.
fn pins(key: &Key) {
    let pin = |ctap: &mut Ctap<'_>| ctap.get_info().unwrap().client_pin();
    assert_eq!(key.ours(pin), ClientPin::NotSet);
    key.theirs(|key| key.set_new_pin(FIRST).unwrap());
    assert_eq!(key.ours(pin), ClientPin::Set);
    assert_eq!(key.tries(), 8);
    key.theirs(|key| key.change_pin(FIRST, PIN).unwrap());
    let old = key.ours(|ctap| token(ctap, FIRST).err());
    let Some(CtapError::Status { status, .. }) = old else {
        panic!("{old:?}");
    };
    assert_eq!(status, CtapStatus::PinInvalid);
    assert_eq!(key.tries(), 7);
    key.ours(|ctap| drop(token(ctap, PIN).unwrap()));
    assert_eq!(key.tries(), 8);
    say("agreed: PIN set and changed; tries left 8, 7, 8");
}

/// A credential that the other client makes, and whose attestation it verifies itself.
fn credential(key: &Key) -> (Vec<u8>, PublicKey) {
    let challenge = verifier::create_challenge();
    let user = PublicKeyCredentialUserEntity::new(Some(USER), Some("fred"), Some("Fred"));
    let arguments = MakeCredentialArgsBuilder::new(RP, &challenge)
        .pin(PIN)
        .user_entity(&user)
        .resident_key()
        .build();
    let made = key.theirs(|key| key.make_credential_with_args(&arguments).unwrap());
    let verified = verifier::verify_attestation(RP, &challenge, &made);
    assert!(verified.is_success);
    let ours = AuthenticatorData::parse(&made.auth_data).unwrap();
    let attested = ours.credential().unwrap();
    assert_eq!(ours.rp_id_hash().to_vec(), made.rpid_hash);
    assert_eq!(attested.aaguid.bytes().to_vec(), made.aaguid);
    assert_eq!(
        attested.credential_id.bytes(),
        made.credential_descriptor.id
    );
    assert_eq!(
        attested.public_key.point().unwrap(),
        verified.credential_public_key.der
    );
    assert!(ours.user_present() && ours.user_verified());
    say("agreed: a credential made by it, attested, read by ours");
    (verified.credential_id, verified.credential_public_key)
}

/// Both list the one credential.
fn listed(key: &Key, id: &[u8], public_key: &PublicKey) {
    let counts = key.theirs(|key| {
        key.credential_management_get_creds_metadata(Some(PIN))
            .unwrap()
    });
    let rps = key.theirs(|key| key.credential_management_enumerate_rps(Some(PIN)).unwrap());
    let [rp] = rps.as_slice() else {
        panic!("{}", rps.len());
    };
    let held = key.theirs(|key| {
        key.credential_management_enumerate_credentials(Some(PIN), &rp.rpid_hash)
            .unwrap()
    });
    let [theirs] = held.as_slice() else {
        panic!("{}", held.len());
    };
    key.ours(|ctap| {
        let token = token(ctap, PIN).unwrap();
        let metadata = ctap.credentials_metadata(&token).unwrap();
        let existing = u64::from(counts.existing_resident_credentials_count);
        let remaining = u64::from(counts.max_possible_remaining_resident_credentials_count);
        assert_eq!(
            (metadata.existing, metadata.remaining),
            (existing, remaining)
        );
        assert_eq!(existing, 1);
        let rps = ctap.relying_parties(&token).unwrap();
        assert_eq!(rps.len(), 1);
        assert_eq!(rps[0].rp_id_hash, Digest::of(RP.as_bytes()));
        assert_eq!(rps[0].rp_id_hash.0.to_vec(), rp.rpid_hash);
        let name = rps[0].rp_id.as_ref().map(ToString::to_string);
        assert_eq!(name.as_ref(), Some(&rp.public_key_credential_rp_entity.id));
        let ours = ctap.credentials(&token, &rps[0].rp_id_hash).unwrap();
        assert_eq!(ours.len(), 1);
        let user = &theirs.public_key_credential_user_entity;
        assert_eq!(*ours[0].user.expose(), user.id);
        assert_eq!(user.id, USER);
        assert_eq!(ours[0].user_name.as_ref(), Some(&user.name));
        let display = ours[0].user_display_name.as_ref();
        assert_eq!(display, Some(&user.display_name));
        let their_id = &theirs.public_key_credential_descriptor.id;
        assert_eq!(ours[0].credential_id.bytes(), their_id);
        assert_eq!(their_id, id);
        assert_eq!(ours[0].public_key.point().unwrap(), theirs.public_key.der);
        assert_eq!(theirs.public_key.der, public_key.der);
    });
    say("agreed: counts, relying party and credential, as both list them");
}

/// An assertion that the other client asks for, and verifies itself.
fn assertion(key: &Key, id: &[u8], public_key: &PublicKey) {
    let challenge = verifier::create_challenge();
    let arguments = GetAssertionArgsBuilder::new(RP, &challenge)
        .pin(PIN)
        .credential_id(id)
        .build();
    let signed = key.theirs(|key| key.get_assertion_with_args(&arguments).unwrap());
    assert_eq!(signed.len(), 1);
    assert!(verifier::verify_assertion(
        RP, public_key, &challenge, &signed[0]
    ));
    assert!(!verifier::verify_assertion(
        RP,
        public_key,
        b"another challenge",
        &signed[0]
    ));
    let ours = AuthenticatorData::parse(&signed[0].auth_data).unwrap();
    assert_eq!(ours.counter(), signed[0].sign_count);
    assert_eq!(ours.rp_id_hash().to_vec(), signed[0].rpid_hash);
    assert!(ours.user_present() && ours.user_verified());
    say("agreed: an assertion, its signature and counter");
}
