//! A key for tests. It refuses CBOR that is not canonical.

use super::agreed::Agreed;
use super::agreed::expand;
use super::agreed::sha256;
use super::agreed::verifies;
use super::fake::Counter;
use super::fake::Device;
use super::fake::GIVEN;
use super::fake::HandClock;
use super::fake::Step;
use super::fake::Wire;
use super::fake::at_once;
use super::fake::init_answer;
use crate::ctap::ChannelId;
use crate::ctap::Ctap;
use crate::ctap::hid;
use crate::primitives::cbor;
use crate::primitives::cbor::Mode;
use crate::primitives::cbor::Value;
use p256::PublicKey;
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToSec1Point;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

pub(super) const TOKEN: [u8; 32] = [0x5a; 32];
/// The answer to makeCredential and getAssertion in python-fido2's tests (a real key's).
pub(super) const MADE: &str = "a301667061636b65640258c40021f5fc0b85cd22e60623bcd7d1ca48948909249b4776eb515154e57b66ae12410000001cf8a011f38c0a4d15800617111f9edc7d0040fe3aac036d14c1e1c65518b698dd1da8f596bc33e11072813466c6bf3845691509b80fb76d59309b8d39e0a93452688f6ca3a39a76f3fc52744fb73948b15783a5010203262001215820643566c206dd00227005fa5de69320616ca268043a38f08bde2e9dc45a5cafaf225820171353b2932434703726aae579fa6542432861fe591e481ea22d63997e1a529003a263616c67266373696758483046022100cc1ef43edf07de8f208c21619c78a565ddcf4150766ad58781193be8e0a742ed022100f1ed7c7243e45b7d8e5bda6b1abf10af7391789d1ef21b70bd69fed48dba4cb1";
pub(super) const ASSERTED: &str = "a301a26269645840fe3aac036d14c1e1c65518b698dd1da8f596bc33e11072813466c6bf3845691509b80fb76d59309b8d39e0a93452688f6ca3a39a76f3fc52744fb73948b1578364747970656a7075626c69632d6b65790258250021f5fc0b85cd22e60623bcd7d1ca48948909249b4776eb515154e57b66ae12010000001d035846304402206765cbf6e871d3af7f01ae96f06b13c90f26f54b905c5166a2c791274fc2397102200b143893586cc799fba4da83b119eaea1bd80ac3ce88fcedb3efbd596a1f4f63";

/// What may be done to an answer before it is sent.
type Spoil = Box<dyn FnMut(u8, Vec<u8>) -> Vec<u8>>;

pub(super) struct Key {
    pub options: Vec<(&'static str, bool)>,
    pub protocols: Option<Vec<u64>>,
    pub extensions: Vec<&'static str>,
    pub max_msg_size: u64,
    pub pin: Option<Vec<u8>>,
    pub relying_parties: u64,
    pub credentials: u64,
    pub assertions: u64,
    /// Command bytes and parameters, in the order received.
    pub log: Vec<(u8, Value)>,
    pub spoil: Spoil,
    /// How long each report takes.
    pub delay: Duration,
    pub private: SecretKey,
}

impl Default for Key {
    fn default() -> Self {
        Self {
            options: vec![
                ("rk", true),
                ("clientPin", true),
                ("pinUvAuthToken", true),
                ("credMgmt", true),
            ],
            protocols: Some(vec![2, 1]),
            extensions: vec!["credProtect", "hmac-secret"],
            max_msg_size: 1200,
            pin: Some(b"123456".to_vec()),
            relying_parties: 3,
            credentials: 2,
            assertions: 1,
            log: Vec::new(),
            spoil: Box::new(|_, answer| answer),
            delay: Duration::from_millis(1),
            private: SecretKey::from_slice(&[0x42; 32]).unwrap(),
        }
    }
}

impl Device for Key {
    fn message(&mut self, channel: ChannelId, command: u8, payload: &[u8]) -> Vec<Step> {
        match command {
            hid::INIT => init_answer(channel, payload, GIVEN),
            hid::CBOR => {
                let answer = self.answer(payload);
                let answer = (self.spoil)(payload[0], answer);
                let mut steps = at_once(channel, hid::KEEPALIVE, &[1]);
                steps.extend(at_once(channel, hid::CBOR, &answer));
                for step in &mut steps {
                    step.0 = self.delay;
                }
                steps
            }
            hid::WINK => at_once(channel, hid::WINK, &[]),
            _ => Vec::new(),
        }
    }
}

pub(super) fn shared(key: Key) -> Rc<RefCell<Key>> {
    Rc::new(RefCell::new(key))
}

pub(super) fn open<'a>(key: &Rc<RefCell<Key>>, clock: &'a HandClock) -> Ctap<'a> {
    let wire = Wire::new(Rc::clone(key), clock);
    Ctap::open(Box::new(wire), clock, Box::new(Counter(7))).unwrap()
}

fn good(members: Vec<(i64, Option<Value>)>) -> Vec<u8> {
    [vec![0], Value::numbered(members).encode()].concat()
}

impl Key {
    fn answer(&mut self, message: &[u8]) -> Vec<u8> {
        let parameters = match &message[1..] {
            [] => Value::Null,
            bytes => match cbor::decode(bytes, Mode::Canonical) {
                Ok(parameters) => parameters,
                Err(_) => return vec![0x12],
            },
        };
        self.log.push((message[0], parameters.clone()));
        match message[0] {
            0x01 => self.signed(&parameters, 0x08, 0x09, MADE),
            0x02 | 0x08 => self.signed(&parameters, 0x06, 0x07, ASSERTED),
            0x04 => self.info(),
            0x06 => self.client_pin(&parameters),
            0x0a | 0x41 => self.manage(&parameters),
            0x0b | 0x0d => vec![0],
            _ => vec![0x01],
        }
    }

    fn info(&self) -> Vec<u8> {
        let texts = |texts: &[&str]| Value::Array(texts.iter().map(|t| Value::text(t)).collect());
        let options = self
            .options
            .iter()
            .map(|(name, truth)| (*name, Value::Bool(*truth)));
        let protocols = self.protocols.as_ref().map(|numbers| {
            Value::Array(
                numbers
                    .iter()
                    .map(|number| Value::Unsigned(*number))
                    .collect(),
            )
        });
        good(vec![
            (0x01, Some(texts(&["FIDO_2_0", "FIDO_2_1"]))),
            (0x02, Some(texts(&self.extensions))),
            (0x03, Some(Value::bytes(&[0xaa; 16]))),
            (0x04, Some(Value::named(options.collect()))),
            (0x05, Some(Value::Unsigned(self.max_msg_size))),
            (0x06, protocols),
        ])
    }

    /// Checks pinUvAuthParam over the client data hash, if there is one, and answers `fixed`.
    fn signed(&self, parameters: &Value, param: i64, protocol: i64, fixed: &str) -> Vec<u8> {
        let hash = if param == 0x08 { 0x01 } else { 0x02 };
        if let Some(param) = parameters.at(param) {
            let protocol = parameters.at(protocol).unwrap().as_u64().unwrap();
            let hash = parameters.at(hash).unwrap().as_bytes().unwrap();
            if !verifies(protocol, &TOKEN, hash, param.as_bytes().unwrap()) {
                return vec![0x33];
            }
        }
        let bytes = crate::primitives::bytes::from_hex(fixed).unwrap();
        let Value::Map(mut members) = cbor::decode(&bytes, Mode::Canonical).unwrap() else {
            panic!("no map");
        };
        if param == 0x06 && self.assertions > 1 {
            members.push((Value::int(5), Value::Unsigned(self.assertions)));
        }
        [vec![0], Value::Map(members).encode()].concat()
    }

    fn agreed(&self, parameters: &Value) -> Agreed {
        let key = parameters.at(0x03).unwrap();
        assert_eq!(key.at(3).unwrap().as_i64(), Some(-25));
        let (x, y) = (key.at(-2).unwrap(), key.at(-3).unwrap());
        let point = [&[4], x.as_bytes().unwrap(), y.as_bytes().unwrap()].concat();
        let peer = PublicKey::from_sec1_bytes(&point).unwrap();
        let z = self.private.diffie_hellman(&peer);
        let z = z.raw_secret_bytes();
        let protocol = parameters.at(0x01).unwrap().as_u64().unwrap();
        let (hmac_key, aes_key) = if protocol == 2 {
            (expand(z, b"CTAP2 HMAC key"), expand(z, b"CTAP2 AES key"))
        } else {
            (sha256(z), sha256(z))
        };
        Agreed {
            protocol,
            hmac_key,
            aes_key,
        }
    }

    fn client_pin(&mut self, parameters: &Value) -> Vec<u8> {
        let bytes = |key: i64| parameters.at(key).unwrap().as_bytes().unwrap();
        match parameters.at(0x02).unwrap().as_u64().unwrap() {
            0x01 => good(vec![
                (0x03, Some(Value::Unsigned(8))),
                (0x04, Some(Value::Bool(false))),
            ]),
            0x07 => good(vec![(0x05, Some(Value::Unsigned(5)))]),
            0x02 => {
                let point = self.private.public_key().to_sec1_point(false);
                let key = Value::numbered(vec![
                    (1, Some(Value::Unsigned(2))),
                    (3, Some(Value::int(-25))),
                    (-1, Some(Value::Unsigned(1))),
                    (-2, Some(Value::bytes(point.x().unwrap()))),
                    (-3, Some(Value::bytes(point.y().unwrap()))),
                ]);
                good(vec![(0x01, Some(key))])
            }
            0x03 if self.pin.is_some() => vec![0x33],
            0x03 => {
                let agreed = self.agreed(parameters);
                if !agreed.verifies(bytes(0x05), bytes(0x04)) {
                    return vec![0x33];
                }
                self.pin = Some(unpadded(&agreed.decrypt(bytes(0x05))));
                vec![0]
            }
            0x04 => {
                let agreed = self.agreed(parameters);
                let signed = [bytes(0x05), bytes(0x06)].concat();
                if !agreed.verifies(&signed, bytes(0x04)) {
                    return vec![0x33];
                }
                if !self.knows(&agreed.decrypt(bytes(0x06))) {
                    return vec![0x31];
                }
                self.pin = Some(unpadded(&agreed.decrypt(bytes(0x05))));
                vec![0]
            }
            0x05 | 0x09 => {
                let agreed = self.agreed(parameters);
                if !self.knows(&agreed.decrypt(bytes(0x06))) {
                    return vec![0x31];
                }
                good(vec![(0x02, Some(Value::bytes(&agreed.encrypt(&TOKEN))))])
            }
            _ => vec![0x3e],
        }
    }

    fn knows(&self, hash: &[u8]) -> bool {
        let pin = self.pin.as_ref().unwrap();
        sha256(pin)[..16] == *hash
    }

    fn manage(&self, parameters: &Value) -> Vec<u8> {
        let subcommand = parameters.at(0x01).unwrap().as_u64().unwrap();
        if !matches!(subcommand, 0x03 | 0x05) {
            let mut signed = vec![u8::try_from(subcommand).unwrap()];
            signed.extend(parameters.at(0x02).map(Value::encode).unwrap_or_default());
            let protocol = parameters.at(0x03).unwrap().as_u64().unwrap();
            let param = parameters.at(0x04).unwrap().as_bytes().unwrap();
            if !verifies(protocol, &TOKEN, &signed, param) {
                return vec![0x33];
            }
        }
        match subcommand {
            0x01 => good(vec![
                (0x01, Some(Value::Unsigned(self.credentials))),
                (0x02, Some(Value::Unsigned(98))),
            ]),
            0x02 if self.relying_parties == 0 => vec![0x2e],
            0x02 | 0x03 => good(vec![
                (
                    0x03,
                    Some(Value::named(vec![("id", Value::text("example.com"))])),
                ),
                (0x04, Some(Value::bytes(&sha256(b"example.com")))),
                (
                    0x05,
                    Some(Value::Unsigned(self.relying_parties)).filter(|_| subcommand == 2),
                ),
            ]),
            0x04 if self.credentials == 0 => vec![0x2e],
            0x04 | 0x05 => good(vec![
                (
                    0x06,
                    Some(Value::named(vec![
                        ("id", Value::bytes(b"handle")),
                        ("name", Value::text("bg1@example.com")),
                    ])),
                ),
                (
                    0x07,
                    Some(Value::named(vec![("id", Value::bytes(&[7; 48]))])),
                ),
                (0x08, Some(cose_key())),
                (
                    0x09,
                    Some(Value::Unsigned(self.credentials)).filter(|_| subcommand == 4),
                ),
                (0x0a, Some(Value::Unsigned(2))),
            ]),
            _ => vec![0x3e],
        }
    }
}

fn cose_key() -> Value {
    Value::numbered(vec![
        (1, Some(Value::Unsigned(2))),
        (3, Some(Value::int(-7))),
        (-1, Some(Value::Unsigned(1))),
        (-2, Some(Value::bytes(&[1; 32]))),
        (-3, Some(Value::bytes(&[2; 32]))),
    ])
}

fn unpadded(padded: &[u8]) -> Vec<u8> {
    assert_eq!(padded.len(), 64);
    padded
        .iter()
        .copied()
        .take_while(|byte| *byte != 0)
        .collect()
}
