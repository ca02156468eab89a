use super::fake::HandClock;
use super::key::Key;
use super::key::open;
use super::key::shared;
use crate::ctap::CredentialsMetadata;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::ctap::PinToken;
use crate::ctap::RelyingParty;
use crate::primitives::Clock;
use crate::webauthn::RpId;
use std::time::Duration;

fn token(ctap: &mut Ctap<'_>) -> PinToken {
    let pin = Pin::new("123456").unwrap();
    ctap.token(&pin, Permissions::CREDENTIAL_MANAGEMENT, None)
        .unwrap()
}

fn example() -> RelyingParty {
    let rp_id = RpId::new("example.com");
    RelyingParty {
        rp_id_hash: rp_id.hash(),
        rp_id: Some(rp_id),
        name: None,
    }
}

#[test]
fn slots_relying_parties_and_credentials_are_listed_by_either_protocol() {
    for protocols in [Some(vec![2, 1]), Some(vec![1])] {
        let clock = HandClock::default();
        let key = shared(Key {
            protocols,
            ..Key::default()
        });
        let mut ctap = open(&key, &clock);
        let token = token(&mut ctap);
        assert_eq!(
            ctap.credentials_metadata(&token),
            Ok(CredentialsMetadata {
                existing: 2,
                remaining: 98
            })
        );
        assert_eq!(ctap.relying_parties(&token), Ok(vec![example(); 3]));
        let listed = ctap.credentials(&token, &example().rp_id_hash);
        let listed = listed.ok().unwrap();
        assert_eq!(listed.len(), 2);
        assert_eq!(listed[1].credential_id.bytes(), [7; 48]);
        assert_eq!(listed[1].user.expose(), b"handle");
        assert_eq!(listed[1].user_name.as_deref(), Some("bg1@example.com"));
        assert_eq!(listed[1].user_display_name, None);
        assert_eq!(listed[1].cred_protect, Some(2));
        assert_eq!(listed[1].public_key.algorithm(), -7);
    }
}

#[test]
fn an_empty_key_lists_nothing() {
    let clock = HandClock::default();
    let key = shared(Key {
        relying_parties: 0,
        credentials: 0,
        ..Key::default()
    });
    let mut ctap = open(&key, &clock);
    let token = token(&mut ctap);
    assert_eq!(ctap.relying_parties(&token), Ok(vec![]));
    let none = ctap.credentials(&token, &example().rp_id_hash).ok();
    assert_eq!(none.map(|list| list.len()), Some(0));
}

#[test]
fn a_total_that_no_key_holds_is_refused_and_not_obeyed() {
    let clock = HandClock::default();
    let key = shared(Key {
        relying_parties: 300_000,
        credentials: u64::MAX,
        ..Key::default()
    });
    let mut ctap = open(&key, &clock);
    let token = token(&mut ctap);
    let asked = key.borrow().log.len();
    assert_eq!(
        ctap.relying_parties(&token),
        Err(CtapError::TooMany {
            what: "totalRPs",
            claimed: 300_000
        })
    );
    assert_eq!(
        ctap.credentials(&token, &example().rp_id_hash).err(),
        Some(CtapError::TooMany {
            what: "totalCredentials",
            claimed: u64::MAX
        })
    );
    assert_eq!(key.borrow().log.len(), asked + 2);
}

#[test]
fn the_prototype_command_is_used_only_where_there_is_no_other() {
    type Options<'a> = &'a [(&'a str, bool)];
    let cases: [(Options<'static>, Option<u8>); 4] = [
        (
            &[("credMgmt", true), ("credentialMgmtPreview", true)],
            Some(0x0a),
        ),
        (
            &[("credMgmt", false), ("credentialMgmtPreview", true)],
            Some(0x41),
        ),
        (&[("credentialMgmtPreview", true)], Some(0x41)),
        (&[], None),
    ];
    for (options, expected) in cases {
        let clock = HandClock::default();
        let mut all = vec![("clientPin", true)];
        all.extend(options);
        let key = shared(Key {
            options: all,
            ..Key::default()
        });
        let mut ctap = open(&key, &clock);
        let token = token(&mut ctap);
        let result = ctap.credentials_metadata(&token);
        if let Some(command) = expected {
            assert!(result.is_ok());
            assert_eq!(key.borrow().log.last().unwrap().0, command);
        } else {
            assert_eq!(result, Err(CtapError::Unsupported { what: "credMgmt" }));
        }
    }
}

#[test]
fn a_slow_key_cannot_stretch_a_list_for_ever() {
    let clock = HandClock::default();
    let key = shared(Key {
        relying_parties: 1_000,
        ..Key::default()
    });
    let mut ctap = open(&key, &clock);
    let token = token(&mut ctap);
    let began = clock.elapsed();
    key.borrow_mut().delay = Duration::from_secs(4);
    assert_eq!(ctap.relying_parties(&token), Err(CtapError::Timeout));
    let took = clock.elapsed().saturating_sub(began);
    assert!(took <= Duration::from_secs(70), "{took:?}");
}
