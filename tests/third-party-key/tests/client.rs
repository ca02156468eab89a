//! Our whole CTAP client against a key that we did not write.

use glasskey::ctap::AssertionResponse;
use glasskey::ctap::ClientPin;
use glasskey::ctap::Ctap;
use glasskey::ctap::CtapError;
use glasskey::ctap::CtapStatus;
use glasskey::ctap::Feature;
use glasskey::ctap::GetAssertion;
use glasskey::ctap::KeepAlive;
use glasskey::ctap::KeyEntry;
use glasskey::ctap::MakeCredential;
use glasskey::ctap::Permissions;
use glasskey::ctap::Pin;
use glasskey::ctap::PinProtocol;
use glasskey::ctap::PinToken;
use glasskey::ctap::Support;
use glasskey::ctap::TokenKind;
use glasskey::facts::Observed;
use glasskey::facts::key as facts;
use glasskey::facts::key::Health;
use glasskey::facts::key::OnRecord;
use glasskey::facts::key::RecognisedBy;
use glasskey::facts::key::RecordedCredential;
use glasskey::facts::key::TouchSensor;
use glasskey::findings;
use glasskey::findings::Check;
use glasskey::findings::Verdict;
use glasskey::io::SystemClock;
use glasskey::io::SystemEntropy;
use glasskey::plan::Policy;
use glasskey::primitives::Clock;
use glasskey::primitives::Cloud;
use glasskey::primitives::Guid;
use glasskey::primitives::Secret;
use glasskey::primitives::UtcTime;
use glasskey::webauthn::Assertion;
use glasskey::webauthn::AttestationObject;
use glasskey::webauthn::ClientData;
use glasskey::webauthn::CoseKey;
use glasskey::webauthn::Creation;
use glasskey::webauthn::CreationOptions;
use glasskey::webauthn::CredentialId;
use glasskey::webauthn::RpId;
use glasskey::webauthn::SignatureCheck;
use glasskey::webauthn::attestation;
use glasskey::webauthn::attestation::Anchor;
use glasskey::webauthn::attestation::AnchorSource;
use glasskey::webauthn::attestation::ChainFact;
use glasskey::webauthn::attestation::ExtensionFact;
use glasskey::webauthn::attestation::Format;
use glasskey::webauthn::attestation::SignatureFact;
use std::cell::Cell;
use std::time::Duration;
use third_party_key::Key;
use third_party_key::Spec;
use third_party_key::with_key;

const PIN: &str = "135790";
const TENANT: Guid = Guid([0xab; 16]);
const BOTH: [Spec; 2] = [
    Spec {
        protocol_one: false,
    },
    Spec { protocol_one: true },
];

fn client<'a>(key: &'a Key<'_>, clock: &'a SystemClock) -> Ctap<'a> {
    let entropy = Box::new(SystemEntropy::open().unwrap());
    Ctap::open(key.open(), clock, entropy).unwrap()
}

fn pin(text: &str) -> Pin {
    Pin::new(text).unwrap()
}

fn options(user: u8) -> CreationOptions {
    CreationOptions {
        cloud: Cloud::Global,
        rp_id: RpId::new("login.microsoft.com"),
        rp_name: "Microsoft".to_owned(),
        user_id: Secret::new(vec![user; 33]),
        user_name: format!("bg{user}@contoso.onmicrosoft.com"),
        user_display_name: format!("BG-{user}"),
        challenge: "q80".to_owned(),
        algorithms: vec![CoseKey::ES256],
        exclude: Vec::new(),
        cred_protect: Some(1),
        enforce_cred_protect: true,
        hmac_create_secret: true,
    }
}

/// A credential that was registered, and the client data it was registered over.
struct Registered {
    object: AttestationObject,
    client_data: ClientData<Creation>,
}

impl Registered {
    fn id(&self) -> &CredentialId {
        &self.object.auth_data().credential().unwrap().credential_id
    }

    fn key(&self) -> &CoseKey {
        &self.object.auth_data().credential().unwrap().public_key
    }
}

fn token(ctap: &mut Ctap<'_>, permissions: Permissions, rp_id: &RpId) -> PinToken {
    ctap.token(&pin(PIN), permissions, Some(rp_id)).unwrap()
}

fn register(ctap: &mut Ctap<'_>, options: &CreationOptions) -> Result<Registered, CtapError> {
    let client_data = ClientData::registration(options).unwrap();
    let token = token(ctap, Permissions::MAKE_CREDENTIAL, &options.rp_id);
    let request = MakeCredential::resident(options, &client_data);
    let object = ctap.make_credential(&request, Some(&token), &mut |_| {})?;
    Ok(Registered {
        object,
        client_data,
    })
}

fn signed_by(key: &CoseKey, data: &ClientData<Assertion>, made: &AssertionResponse) -> bool {
    let message = [made.auth_data.raw(), data.hash().bytes()].concat();
    key.verify(&message, &made.signature) == SignatureCheck::Good
}

#[test]
fn it_says_of_itself_what_nitrokeys_say() {
    with_key(Spec::default(), |key| {
        let clock = SystemClock::new();
        let mut ctap = client(key, &clock);
        assert_eq!(ctap.init().device_version, [1, 8, 0]);
        let can = ctap.init().capabilities;
        assert!(can.cbor() && can.msg() && !can.wink());
        let info = ctap.get_info().unwrap();
        let versions = ["U2F_V2", "FIDO_2_0", "FIDO_2_1", "FIDO_2_3"];
        assert_eq!(info.versions.as_deref().unwrap(), versions);
        assert_eq!(info.pin_uv_auth_protocols.as_deref(), Some(&[2, 1][..]));
        assert_eq!(info.client_pin(), ClientPin::NotSet);
        assert_eq!(info.firmware_version, Some(0x0001_0800));
        // What its file system has room for; credential management alone knows the limit of 10.
        assert_eq!(info.remaining_discoverable_credentials, Some(39));
        let options = info.options.as_ref().unwrap();
        assert_eq!(options.resident_key, Support::Yes);
        assert_eq!(options.pin_uv_auth_token, Support::Yes);
        assert_eq!(options.credential_management, Support::Yes);
        assert_eq!(options.always_uv, Feature::Off);
        assert_eq!((info.unknown, info.odd), (Vec::new(), Vec::new()));
        assert_eq!(ctap.pin_retries().unwrap().remaining, 8);
        let what = "CAPABILITY_WINK";
        assert_eq!(ctap.wink(), Err(CtapError::Unsupported { what }));
    });
}

#[test]
fn a_pin_is_set_changed_and_counted_with_either_protocol() {
    for spec in BOTH {
        with_key(spec, |key| {
            let clock = SystemClock::new();
            let mut ctap = client(key, &clock);
            let manage = Permissions::CREDENTIAL_MANAGEMENT;
            ctap.set_pin(&pin(PIN)).unwrap();
            assert_eq!(ctap.get_info().unwrap().client_pin(), ClientPin::Set);
            let token = ctap.token(&pin(PIN), manage, None).unwrap();
            let protocol = if spec.protocol_one {
                PinProtocol::One
            } else {
                PinProtocol::Two
            };
            assert_eq!(token.protocol(), protocol);
            assert_eq!(token.kind(), TokenKind::WithPermissions);
            let again = ctap.set_pin(&pin("1234567")).unwrap_err();
            assert_eq!(again.status(), Some(CtapStatus::PinAuthInvalid));
            ctap.change_pin(&pin(PIN), &pin("schön 24680")).unwrap();
            let old = ctap.token(&pin(PIN), manage, None).err().unwrap();
            assert_eq!(old.status(), Some(CtapStatus::PinInvalid));
            assert_eq!(ctap.pin_retries().unwrap().remaining, 7);
            let old = ctap.change_pin(&pin(PIN), &pin(PIN)).unwrap_err();
            assert_eq!(old.status(), Some(CtapStatus::PinInvalid));
            assert_eq!(ctap.pin_retries().unwrap().remaining, 6);
            ctap.token(&pin("scho\u{308}n 24680"), manage, None)
                .unwrap();
            let retries = ctap.pin_retries().unwrap();
            assert_eq!(retries.remaining, 8);
            assert_ne!(retries.power_cycle_needed, Some(true));
        });
    }
}

#[test]
fn three_wrong_pins_in_a_row_need_a_replug_and_no_more_are_spent() {
    with_key(Spec::default(), |key| {
        let clock = SystemClock::new();
        let mut ctap = client(key, &clock);
        ctap.set_pin(&pin(PIN)).unwrap();
        let manage = Permissions::CREDENTIAL_MANAGEMENT;
        let mut statuses = Vec::new();
        for typed in ["000000", "000001", "000002", PIN, PIN] {
            let error = ctap.token(&pin(typed), manage, None).err().unwrap();
            statuses.push(error.status().unwrap());
        }
        let [invalid, blocked] = [CtapStatus::PinInvalid, CtapStatus::PinAuthBlocked];
        assert_eq!(statuses, [invalid, invalid, blocked, blocked, blocked]);
        assert_eq!(ctap.pin_retries().unwrap().remaining, 5);
    });
}

#[test]
fn a_registration_is_attested_and_its_credential_proves_presence_with_either_protocol() {
    for spec in BOTH {
        with_key(spec, |key| {
            let clock = SystemClock::new();
            let mut ctap = client(key, &clock);
            ctap.set_pin(&pin(PIN)).unwrap();
            let made = register(&mut ctap, &options(1)).unwrap();
            let data = made.object.auth_data();
            assert!(data.user_present() && data.user_verified());
            assert_eq!(*data.rp_id_hash(), options(1).rp_id.hash().0);

            let anchor = Anchor {
                der: include_bytes!("../data/fido-cert.der").to_vec(),
                source: AnchorSource::TrustFile,
                serves: 1,
            };
            let as_of = UtcTime::parse("2026-11-22T15:58:07Z").unwrap();
            let anchors = [anchor];
            let json = made.client_data.json();
            let facts = attestation::judge(&made.object, json, &anchors, as_of);
            assert_eq!(facts.format, Format::Packed);
            assert_eq!(facts.signature, SignatureFact::Good);
            assert_eq!(
                facts.chain,
                ChainFact::ToAnchor {
                    anchor: anchors[0].sha256(),
                    index: 0,
                    source: AnchorSource::TrustFile,
                    serves: 1,
                }
            );
            assert_eq!(facts.certificate_requirements, []);
            assert_eq!(facts.aaguid_extension, ExtensionFact::Matches);
            let other = attestation::judge(&made.object, b"{}", &anchors, as_of);
            assert_eq!(other.signature, SignatureFact::Bad);

            let rp_id = options(1).rp_id;
            let statement = ClientData::presence(&TENANT, b"{}");
            let allow = [made.id().clone()];
            let request = GetAssertion {
                rp_id: &rp_id,
                client_data: &statement,
                allow: &allow,
                user_presence: true,
            };
            let token = token(&mut ctap, Permissions::GET_ASSERTION, &rp_id);
            let signed = ctap
                .get_assertion(&request, Some(&token), &mut |_| {})
                .unwrap();
            assert_eq!(signed.credential_id, *made.id());
            assert!(signed.auth_data.user_present() && signed.auth_data.user_verified());
            assert!(signed.auth_data.counter() > data.counter());
            assert!(signed_by(made.key(), &statement, &signed));
            let other = ClientData::presence(&TENANT, b"{\"a\":1}");
            assert!(!signed_by(made.key(), &other, &signed));
        });
    }
}

#[test]
fn a_silent_probe_needs_neither_pin_nor_touch_up_to_cred_protect_2() {
    with_key(Spec::default(), |key| {
        let clock = SystemClock::new();
        let mut ctap = client(key, &clock);
        ctap.set_pin(&pin(PIN)).unwrap();
        for level in 1..=3 {
            let options = CreationOptions {
                cred_protect: Some(level),
                ..options(level)
            };
            let made = register(&mut ctap, &options).unwrap();
            let asked = key.presence.asked();
            let probe = ClientData::probe(&TENANT, &[level; 16]);
            let allow = [made.id().clone()];
            let request = GetAssertion {
                rp_id: &options.rp_id,
                client_data: &probe,
                allow: &allow,
                user_presence: false,
            };
            let answer = ctap.get_assertion(&request, None, &mut |_| {});
            assert_eq!(key.presence.asked(), asked);
            match answer {
                Ok(signed) => {
                    assert!(level < 3);
                    assert!(!signed.auth_data.user_present() && !signed.auth_data.user_verified());
                    assert!(signed_by(made.key(), &probe, &signed));
                }
                Err(error) => {
                    assert_eq!(
                        (level, error.status()),
                        (3, Some(CtapStatus::NoCredentials))
                    );
                }
            }
        }
    });
}

#[test]
fn its_health_is_seen_without_a_pin_and_what_it_hides_is_not_called_missing() {
    with_key(Spec::default(), |key| {
        let clock = SystemClock::new();
        let mut ctap = client(key, &clock);
        ctap.set_pin(&pin(PIN)).unwrap();
        ctap.get_info().unwrap();
        for (user, level) in [(1, 1), (2, 2), (3, 3)] {
            let asked = CreationOptions {
                cred_protect: Some(level),
                ..options(user)
            };
            let made = register(&mut ctap, &asked).unwrap();
            let mut recorded = RecordedCredential {
                rp_id: asked.rp_id.clone(),
                id: made.id().clone(),
                public_key: made.key().clone(),
                cred_protect: Observed::Known(level),
                counter: Some(made.object.auth_data().counter()),
            };
            let touches = key.presence.asked();
            let mut judged = |recorded: &RecordedCredential| {
                let probe = facts::probe(&mut ctap, &TENANT, &[7; 16], recorded).unwrap();
                let seen = facts::observe(&mut ctap, &KeyEntry::default(), clock.utc()).unwrap();
                let health = Health {
                    recorded: OnRecord {
                        label: "BG1-A".to_owned(),
                        account: "BG-1".to_owned(),
                        aaguid: *seen.aaguid().known().unwrap(),
                        serial: None,
                        credential: Some(recorded.clone()),
                        bag: None,
                        safe: None,
                        last: (1, clock.utc()),
                        gone: None,
                    },
                    facts: seen,
                    by: RecognisedBy::Serial,
                    probe,
                    touch: TouchSensor::NotAsked,
                };
                let findings = findings::health(&health, &Policy::default());
                [Check::CredPresent, Check::SameKey, Check::CtrMono].map(|check| {
                    let mut of = findings.iter().filter(|one| one.check == check);
                    of.next().unwrap().verdict
                })
            };
            let expected = if level == 3 {
                [Verdict::Unknown, Verdict::Pass, Verdict::NotRun]
            } else {
                [Verdict::Pass, Verdict::Pass, Verdict::Pass]
            };
            assert_eq!(judged(&recorded), expected, "credProtect {level}");
            // A credential that it does not hold, known to answer if it did.
            recorded.id = CredentialId::new(vec![9; 64]).unwrap();
            recorded.cred_protect = Observed::Known(1);
            let gone = [Verdict::Fail, Verdict::Unknown, Verdict::NotRun];
            assert_eq!(judged(&recorded), gone);
            recorded.cred_protect = Observed::NotReported;
            let hidden = [Verdict::Unknown, Verdict::Pass, Verdict::NotRun];
            assert_eq!(judged(&recorded), hidden);
            assert_eq!(key.presence.asked(), touches, "nobody was asked to touch");
        }
        assert_eq!(ctap.pin_retries().unwrap().remaining, 8);
    });
}

#[test]
fn an_excluded_credential_stops_a_second_registration() {
    with_key(Spec::default(), |key| {
        let clock = SystemClock::new();
        let mut ctap = client(key, &clock);
        ctap.set_pin(&pin(PIN)).unwrap();
        let made = register(&mut ctap, &options(1)).unwrap();
        let again = CreationOptions {
            exclude: vec![made.id().clone()],
            ..options(2)
        };
        let error = register(&mut ctap, &again).err().unwrap();
        assert_eq!(error.status(), Some(CtapStatus::CredentialExcluded));
    });
}

#[test]
fn slots_parties_and_credentials_are_listed_with_either_protocol() {
    for spec in BOTH {
        with_key(spec, |key| {
            let clock = SystemClock::new();
            let mut ctap = client(key, &clock);
            ctap.set_pin(&pin(PIN)).unwrap();
            let manage = Permissions::CREDENTIAL_MANAGEMENT;
            let token = ctap.token(&pin(PIN), manage, None).unwrap();
            assert_eq!(ctap.relying_parties(&token).unwrap(), []);
            let made: Vec<Registered> = [1, 2]
                .map(|user| register(&mut ctap, &options(user)).unwrap())
                .into();
            let token = ctap.token(&pin(PIN), manage, None).unwrap();
            let slots = ctap.credentials_metadata(&token).unwrap();
            assert_eq!((slots.existing, slots.remaining), (2, 8));
            let parties = ctap.relying_parties(&token).unwrap();
            assert_eq!(parties.len(), 1);
            assert_eq!(parties[0].rp_id, Some(options(1).rp_id));
            assert_eq!(parties[0].rp_id_hash, options(1).rp_id.hash());
            let mut found = ctap.credentials(&token, &parties[0].rp_id_hash).unwrap();
            found.sort_by_key(|one| one.user.expose().clone());
            assert_eq!(found.len(), 2);
            for (user, (one, made)) in (1..).zip(found.iter().zip(&made)) {
                let options = options(user);
                assert_eq!(one.credential_id, *made.id());
                assert_eq!(one.public_key.raw(), made.key().raw());
                assert_eq!(one.user.expose(), options.user_id.expose());
                assert_eq!(one.user_name, Some(options.user_name));
                assert_eq!(one.cred_protect, Some(1));
            }
        });
    }
}

#[test]
fn discoverable_credentials_sign_one_after_another() {
    with_key(Spec::default(), |key| {
        let clock = SystemClock::new();
        let mut ctap = client(key, &clock);
        ctap.set_pin(&pin(PIN)).unwrap();
        let made = [1, 2].map(|user| register(&mut ctap, &options(user)).unwrap());
        let rp_id = options(1).rp_id;
        let statement = ClientData::presence(&TENANT, b"{}");
        let request = GetAssertion {
            rp_id: &rp_id,
            client_data: &statement,
            allow: &[],
            user_presence: true,
        };
        let token = token(&mut ctap, Permissions::GET_ASSERTION, &rp_id);
        let mut signed = vec![
            ctap.get_assertion(&request, Some(&token), &mut |_| {})
                .unwrap(),
        ];
        assert_eq!(signed[0].number_of_credentials, Some(2));
        while let Some(next) = ctap.next_assertion().unwrap() {
            signed.push(next);
        }
        assert_eq!(signed.len(), 2);
        for made in &made {
            let own = signed.iter().find(|one| one.credential_id == *made.id());
            assert!(signed_by(made.key(), &statement, own.unwrap()));
        }
    });
}

#[test]
fn it_is_chosen_by_a_touch_and_let_go_by_a_cancel() {
    with_key(Spec::default(), |key| {
        let clock = SystemClock::new();
        let mut ctap = client(key, &clock);
        ctap.selection(&mut |_| {}).unwrap();

        key.presence.touch(false);
        let waits = Cell::new(false);
        let presence = &key.presence;
        ctap.cancel_when(move || move || presence.asked() > 20);
        let error = ctap.selection(&mut |state| {
            waits.set(waits.get() || state == KeepAlive::UpNeeded);
        });
        assert_eq!(error, Err(CtapError::Cancelled));
        assert!(waits.get());

        ctap.cancel_when(|| || false);
        let error = ctap.selection(&mut |_| {}).unwrap_err();
        assert_eq!(error.status(), Some(CtapStatus::UserActionTimeout));
        key.presence.touch(true);
        ctap.selection(&mut |_| {}).unwrap();
    });
}

#[test]
fn a_second_program_is_told_that_the_key_is_busy() {
    with_key(Spec::default(), |key| {
        let clock = SystemClock::new();
        let mut second = client(key, &clock);
        let mut first = client(key, &clock);
        key.presence.touch(false);
        let told = Cell::new(None);
        let done = first.selection(&mut |state| {
            if state == KeepAlive::UpNeeded && told.take().is_none() {
                told.set(second.get_info().err());
                key.presence.touch(true);
            }
        });
        assert_eq!(told.take(), Some(CtapError::Busy));
        assert_eq!(done, Ok(()));
        std::thread::sleep(Duration::from_millis(5));
        second.get_info().unwrap();
    });
}
