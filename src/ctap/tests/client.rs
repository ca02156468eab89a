use super::fake::GIVEN;
use super::fake::HandClock;
use super::fake::Scripted;
use super::fake::Wire;
use super::fake::at_once;
use super::fake::init_answer;
use super::key::Key;
use super::key::open;
use super::key::shared;
use crate::ctap::ChannelId;
use crate::ctap::Command;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::CtapStatus;
use crate::ctap::GetAssertion;
use crate::ctap::MakeCredential;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::ctap::PinToken;
use crate::ctap::hid;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::primitives::bytes::hex;
use crate::primitives::cbor::Value;
use crate::webauthn::Assertion;
use crate::webauthn::ClientData;
use crate::webauthn::Creation;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;
use crate::webauthn::UserHandle;
use std::cell::RefCell;
use std::rc::Rc;

fn creation() -> ClientData<Creation> {
    ClientData::attest(&Guid([1; 16]), b"{}")
}

fn presence() -> ClientData<Assertion> {
    ClientData::presence(&Guid([1; 16]), b"{}")
}

fn id(byte: u8) -> CredentialId {
    CredentialId::new(vec![byte; 32]).unwrap()
}

fn token(ctap: &mut Ctap<'_>) -> PinToken {
    let pin = Pin::new("123456").unwrap();
    ctap.token(&pin, Permissions::MAKE_CREDENTIAL, None)
        .unwrap()
}

fn last(key: &Rc<RefCell<Key>>) -> (u8, Value) {
    key.borrow().log.last().unwrap().clone()
}

fn request<'a>(
    client_data: &'a ClientData<Creation>,
    rp_id: &'a RpId,
    user: &'a UserHandle,
    exclude: &'a [CredentialId],
) -> MakeCredential<'a> {
    MakeCredential {
        client_data,
        rp_id,
        rp_name: "Ceremony",
        user,
        user_name: "BG-1",
        user_display_name: "BG-1",
        algorithms: &[-7, -8],
        exclude,
        resident: true,
        cred_protect: Some(2),
        enforce_cred_protect: false,
        hmac_secret: true,
    }
}

#[test]
fn a_credential_is_made_and_authenticated_by_either_protocol() {
    for protocols in [Some(vec![2, 1]), Some(vec![1])] {
        let clock = HandClock::default();
        let key = shared(Key {
            protocols,
            ..Key::default()
        });
        let mut ctap = open(&key, &clock);
        let token = token(&mut ctap);
        let (data, rp_id, user) = (creation(), RpId::ceremony(), Secret::new(vec![9; 4]));
        let request = request(&data, &rp_id, &user, &[]);
        let made = ctap
            .make_credential(&request, Some(&token), &mut |_| {})
            .unwrap();
        assert_eq!(made.format(), "packed");
        assert_eq!(made.auth_data().counter(), 28);
        let credential = made.auth_data().credential().unwrap();
        assert_eq!(
            credential.aaguid.to_string(),
            "f8a011f3-8c0a-4d15-8006-17111f9edc7d"
        );
    }
}

#[test]
fn a_make_credential_request_is_written_in_canonical_order() {
    let clock = HandClock::default();
    let key = shared(Key::default());
    let mut ctap = open(&key, &clock);
    let (data, rp_id, user) = (creation(), RpId::new("a.b"), Secret::new(vec![9; 4]));
    let exclude = [id(3)];
    let request = request(&data, &rp_id, &user, &exclude);
    ctap.make_credential(&request, None, &mut |_| {}).unwrap();
    let (command, parameters) = last(&key);
    assert_eq!(command, 0x01);
    let hash = hex(data.hash().bytes());
    assert_eq!(
        hex(&parameters.encode()),
        format!(
            "a7015820{hash}02a262696463612e62646e616d656843657265\
             6d6f6e7903a36269644409090909646e616d656442472d316b646973706c61794e616d656442472d31\
             0482a263616c672664747970656a7075626c69632d6b6579a263616c672764747970656a7075626c69632d6b6579\
             0581a26269645820{}64747970656a7075626c69632d6b6579\
             06a26b6372656450726f74656374026b686d61632d736563726574f5\
             07a162726bf5",
            "03".repeat(32)
        )
    );
}

#[test]
fn extensions_that_the_key_does_not_list_are_left_out_or_refused() {
    let clock = HandClock::default();
    let key = shared(Key {
        extensions: vec![],
        ..Key::default()
    });
    let mut ctap = open(&key, &clock);
    let (data, rp_id, user) = (creation(), RpId::ceremony(), Secret::new(vec![9]));
    let mut request = request(&data, &rp_id, &user, &[]);
    request.resident = false;
    ctap.make_credential(&request, None, &mut |_| {}).unwrap();
    let (_, parameters) = last(&key);
    for absent in [0x05, 0x06, 0x07, 0x08, 0x09] {
        assert_eq!(parameters.at(absent), None);
    }
    request.enforce_cred_protect = true;
    assert_eq!(
        ctap.make_credential(&request, None, &mut |_| {}),
        Err(CtapError::Unsupported {
            what: "credProtect"
        })
    );
}

#[test]
fn a_request_that_is_longer_than_the_key_takes_is_not_sent() {
    let clock = HandClock::default();
    let key = shared(Key::default());
    let mut ctap = open(&key, &clock);
    let (data, rp_id, user) = (creation(), RpId::ceremony(), Secret::new(vec![9]));
    let exclude: Vec<CredentialId> = (0..40).map(id).collect();
    let request = request(&data, &rp_id, &user, &exclude);
    let error = ctap.make_credential(&request, None, &mut |_| {}).err();
    assert!(
        matches!(error, Some(CtapError::TooLong { length, limit: 1200 }) if length > 1200),
        "{error:?}"
    );
    assert_eq!(last(&key).0, 0x04);
}

#[test]
fn a_made_credential_without_a_credential_is_malformed() {
    let clock = HandClock::default();
    let key = shared(Key::default());
    let mut ctap = open(&key, &clock);
    ctap.get_info().unwrap();
    key.borrow_mut().spoil = Box::new(|_, _| {
        let answer = Value::numbered(vec![
            (1, Some(Value::text("none"))),
            (2, Some(Value::bytes(&[0; 37]))),
            (3, Some(Value::Map(vec![]))),
        ]);
        [vec![0], answer.encode()].concat()
    });
    let (data, rp_id, user) = (creation(), RpId::ceremony(), Secret::new(vec![9]));
    let request = request(&data, &rp_id, &user, &[]);
    assert_eq!(
        ctap.make_credential(&request, None, &mut |_| {}),
        Err(CtapError::Malformed { what: "authData" })
    );
}

#[test]
fn an_assertion_is_read_as_a_real_key_writes_it() {
    let clock = HandClock::default();
    let key = shared(Key::default());
    let mut ctap = open(&key, &clock);
    let token = token(&mut ctap);
    let (data, rp_id) = (presence(), RpId::ceremony());
    let request = GetAssertion {
        rp_id: &rp_id,
        client_data: &data,
        allow: &[],
        user_presence: true,
    };
    let response = ctap
        .get_assertion(&request, Some(&token), &mut |_| {})
        .unwrap();
    assert!(hex(response.credential_id.bytes()).starts_with("fe3aac036d14c1e1"));
    assert_eq!(response.auth_data.counter(), 29);
    assert!(response.auth_data.user_present() && !response.auth_data.user_verified());
    assert_eq!(response.signature.len(), 70);
    assert_eq!(response.number_of_credentials, None);
    let (_, parameters) = last(&key);
    assert_eq!(parameters.at(0x03), None);
    assert_eq!(parameters.at(0x05), None);
    assert_eq!(ctap.next_assertion(), Ok(None));
}

#[test]
fn a_silent_probe_asks_for_no_touch() {
    let clock = HandClock::default();
    let key = shared(Key::default());
    let mut ctap = open(&key, &clock);
    let (data, rp_id) = (
        ClientData::probe(&Guid([1; 16]), &[7; 16]),
        RpId::ceremony(),
    );
    let request = GetAssertion {
        rp_id: &rp_id,
        client_data: &data,
        allow: &[id(5)],
        user_presence: false,
    };
    ctap.get_assertion(&request, None, &mut |_| {}).unwrap();
    let (_, parameters) = last(&key);
    assert_eq!(
        parameters.at(0x05),
        Some(&Value::named(vec![("up", Value::Bool(false))]))
    );
    assert_eq!(parameters.at(0x06), None);
}

#[test]
fn a_credential_that_is_left_out_is_the_only_one_that_was_allowed() {
    let clock = HandClock::default();
    let key = shared(Key {
        spoil: Box::new(|command, answer| {
            if command != 2 {
                return answer;
            }
            let bare = Value::numbered(vec![
                (2, Some(Value::bytes(&[0; 37]))),
                (3, Some(Value::bytes(&[1]))),
            ]);
            [vec![0], bare.encode()].concat()
        }),
        ..Key::default()
    });
    let mut ctap = open(&key, &clock);
    let (data, rp_id) = (presence(), RpId::ceremony());
    let mut asked = |allow: &[CredentialId]| {
        let request = GetAssertion {
            rp_id: &rp_id,
            client_data: &data,
            allow,
            user_presence: true,
        };
        let response = ctap.get_assertion(&request, None, &mut |_| {});
        response.map(|response| response.credential_id)
    };
    let missing = Err(CtapError::Malformed { what: "credential" });
    assert_eq!(asked(&[id(5)]), Ok(id(5)));
    assert_eq!(asked(&[]), missing);
    assert_eq!(asked(&[id(5), id(6)]), missing);
}

#[test]
fn each_further_credential_is_asked_for_once() {
    let clock = HandClock::default();
    let key = shared(Key {
        assertions: 3,
        ..Key::default()
    });
    let mut ctap = open(&key, &clock);
    let (data, rp_id) = (presence(), RpId::ceremony());
    let request = GetAssertion {
        rp_id: &rp_id,
        client_data: &data,
        allow: &[],
        user_presence: true,
    };
    let first = ctap.get_assertion(&request, None, &mut |_| {}).unwrap();
    assert_eq!(first.number_of_credentials, Some(3));
    assert!(ctap.next_assertion().unwrap().is_some());
    assert!(ctap.next_assertion().unwrap().is_some());
    assert_eq!(ctap.next_assertion(), Ok(None));

    ctap.get_assertion(&request, None, &mut |_| {}).unwrap();
    ctap.pin_retries().unwrap();
    assert_eq!(ctap.next_assertion(), Ok(None), "another command ended it");

    key.borrow_mut().assertions = 300_000;
    assert_eq!(
        ctap.get_assertion(&request, None, &mut |_| {}),
        Err(CtapError::TooMany {
            what: "numberOfCredentials",
            claimed: 300_000
        })
    );
    assert_eq!(ctap.next_assertion(), Ok(None));
}

#[test]
fn a_refusal_carries_the_command_and_the_status() {
    let clock = HandClock::default();
    let script = |_: u8, _: &[u8]| at_once(GIVEN, hid::CBOR, &[0x34]);
    let wire = Wire::new(Scripted(script), &clock);
    let mut ctap = Ctap::open(Box::new(wire), &clock, Box::new(super::fake::Counter(1))).unwrap();
    let error = ctap.get_info().unwrap_err();
    assert_eq!(
        error,
        CtapError::Status {
            command: Command::GetInfo,
            status: CtapStatus::PinAuthBlocked
        }
    );
    assert!(error.status().unwrap().needs_replug());
}

struct Incapable;

impl super::fake::Device for Incapable {
    fn message(&mut self, channel: ChannelId, _: u8, payload: &[u8]) -> Vec<super::fake::Step> {
        let mut steps = init_answer(channel, payload, GIVEN);
        steps[0].1[7 + 16] = 0; // the capability byte
        steps
    }
}

#[test]
fn what_the_key_cannot_do_is_not_asked() {
    let clock = HandClock::default();
    let wire = Wire::new(Incapable, &clock);
    let mut ctap = Ctap::open(Box::new(wire), &clock, Box::new(super::fake::Counter(1))).unwrap();
    let lacks = |what| Err(CtapError::Unsupported { what });
    assert_eq!(ctap.wink(), lacks("CAPABILITY_WINK"));
    assert_eq!(ctap.selection(&mut |_| {}), lacks("CAPABILITY_CBOR"));
}

#[test]
fn wink_and_selection_are_answered() {
    let clock = HandClock::default();
    let key = shared(Key::default());
    let mut ctap = open(&key, &clock);
    assert_eq!(ctap.wink(), Ok(()));
    assert_eq!(ctap.selection(&mut |_| {}), Ok(()));
    assert_eq!(last(&key), (0x0b, Value::Null));
}
