//! The platform's side, for these tests alone.

use super::*;
use crate::primitives::cbor;
use crate::primitives::cbor::Mode;
use crate::rehearsal::key::VirtualPort;
use aes::Aes256;
use cbc::cipher::Block;
use cbc::cipher::BlockModeDecrypt;
use cbc::cipher::BlockModeEncrypt;
use cbc::cipher::KeyIvInit;
use p256::elliptic_curve::sec1::ToSec1Point;
use ring::hmac;

/// A token and the protocol it is for.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) protocol: u64,
    pub(super) secret: Vec<u8>,
}

impl Token {
    pub(super) fn mac(&self, message: &[u8]) -> Value {
        Value::Bytes(mac(self.protocol, &self.secret, message))
    }
}

pub(super) fn mac(protocol: u64, key: &[u8], message: &[u8]) -> Vec<u8> {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message);
    let length = if protocol == 1 { 16 } else { 32 };
    tag.as_ref()[..length].to_vec()
}

/// The platform's half of a key agreement.
pub(super) struct Agreed {
    pub(super) protocol: u64,
    pub(super) public: Value,
    pub(super) hmac_key: Vec<u8>,
    pub(super) aes_key: [u8; 32],
}

impl Agreed {
    pub(super) fn encrypt(&self, plain: &[u8]) -> Vec<u8> {
        let iv = if self.protocol == 1 { [0; 16] } else { [7; 16] };
        let mut cipher = cbc::Encryptor::<Aes256>::new((&self.aes_key).into(), (&iv).into());
        let mut sealed = if self.protocol == 1 {
            vec![]
        } else {
            iv.to_vec()
        };
        for chunk in plain.chunks_exact(16) {
            let mut block = Block::<Aes256>::try_from(chunk).unwrap();
            cipher.encrypt_block(&mut block);
            sealed.extend_from_slice(&block);
        }
        sealed
    }

    pub(super) fn decrypt(&self, sealed: &[u8]) -> Vec<u8> {
        let (iv, sealed) = if self.protocol == 1 {
            ([0; 16], sealed)
        } else {
            (sealed[..16].try_into().unwrap(), &sealed[16..])
        };
        let mut cipher = cbc::Decryptor::<Aes256>::new((&self.aes_key).into(), (&iv).into());
        let mut plain = Vec::new();
        for chunk in sealed.chunks_exact(16) {
            let mut block = Block::<Aes256>::try_from(chunk).unwrap();
            cipher.decrypt_block(&mut block);
            plain.extend_from_slice(&block);
        }
        plain
    }

    pub(super) fn mac(&self, message: &[u8]) -> Value {
        Value::Bytes(mac(self.protocol, &self.hmac_key, message))
    }
}

pub(super) fn pin_hash(pin: &str) -> Vec<u8> {
    let hash = ring::digest::digest(&ring::digest::SHA256, pin.as_bytes());
    hash.as_ref()[..16].to_vec()
}

pub(super) fn padded(pin: &str) -> Vec<u8> {
    let mut padded = pin.as_bytes().to_vec();
    padded.resize(64, 0);
    padded
}

pub(super) struct Client {
    pub(super) port: VirtualPort,
    pub(super) clock: Rc<RehearsalClock>,
    pub(super) channel: [u8; 4],
    /// Statuses of the keep-alives of the last answer.
    pub(super) keepalives: Vec<u8>,
    /// Every report, in order; those sent begin with `>`.
    pub(super) wire: Vec<(char, Report)>,
}

impl Client {
    pub(super) fn open(key: &VirtualKey, clock: &Rc<RehearsalClock>) -> Self {
        let mut client = Self {
            port: key.open().unwrap(),
            clock: Rc::clone(clock),
            channel: [0xff; 4],
            keepalives: Vec::new(),
            wire: Vec::new(),
        };
        client.send(0x86, &[1, 2, 3, 4, 5, 6, 7, 8]);
        let (command, answer) = client.receive().unwrap();
        assert_eq!(
            (command, &answer[..8]),
            (0x86, &[1, 2, 3, 4, 5, 6, 7, 8][..])
        );
        client.channel = answer[8..12].try_into().unwrap();
        client
    }

    pub(super) fn write(&mut self, report: Report) {
        self.wire.push(('>', report));
        self.port.write_report(&report).unwrap();
    }

    pub(super) fn read(&mut self) -> Option<Report> {
        let report = self.port.read_report(Duration::from_secs(1)).unwrap()?;
        self.wire.push(('<', report));
        Some(report)
    }

    pub(super) fn send(&mut self, command: u8, message: &[u8]) {
        let length = u16::try_from(message.len()).unwrap().to_be_bytes();
        let mut content = [&[command][..], &length, message].concat();
        let mut sequence = 0;
        loop {
            let mut report = [0; 64];
            report[..4].copy_from_slice(&self.channel);
            let rest = content.split_off(content.len().min(60));
            report[4..4 + content.len()].copy_from_slice(&content);
            self.write(report);
            if rest.is_empty() {
                return;
            }
            content = [vec![sequence], rest].concat();
            sequence += 1;
        }
    }

    /// The next message on our channel but keep-alives.
    pub(super) fn receive(&mut self) -> Option<(u8, Vec<u8>)> {
        self.keepalives.clear();
        loop {
            let report = self.read()?;
            if report[..4] != self.channel {
                continue;
            }
            if report[4] == 0xbb {
                self.keepalives.push(report[7]);
                continue;
            }
            let length = usize::from(u16::from_be_bytes([report[5], report[6]]));
            let mut message = report[7..].to_vec();
            for sequence in 0.. {
                if message.len() >= length {
                    break;
                }
                let more = self.read()?;
                assert_eq!(more[4], sequence);
                message.extend_from_slice(&more[5..]);
            }
            message.truncate(length);
            return Some((report[4], message));
        }
    }

    pub(super) fn raw(&mut self, message: &[u8]) -> Vec<u8> {
        self.send(0x90, message);
        let (command, answer) = self.receive().unwrap();
        assert_eq!(command, 0x90);
        answer
    }

    /// One CTAP2 command: its answer, or its status.
    pub(super) fn cbor(&mut self, code: u8, parameters: Option<&Value>) -> Result<Value, u8> {
        let parameters = parameters.map(Value::encode).unwrap_or_default();
        let answer = self.raw(&[vec![code], parameters].concat());
        match (answer[0], &answer[1..]) {
            (0, []) => Ok(Value::Null),
            (0, body) => Ok(cbor::decode(body, Mode::Canonical).unwrap()),
            (status, []) => Err(status),
            (status, body) => panic!("status {status:#x} with {} bytes", body.len()),
        }
    }

    pub(super) fn info(&mut self) -> Value {
        self.cbor(0x04, None).unwrap()
    }

    pub(super) fn wait(&self, seconds: u64) {
        self.clock.wait(Duration::from_secs(seconds));
    }

    pub(super) fn agree(&mut self, protocol: u64) -> Agreed {
        let request = map(vec![
            (1, Value::Unsigned(protocol)),
            (2, Value::Unsigned(2)),
        ]);
        let answer = self.cbor(0x06, Some(&request)).unwrap();
        let peer = answer.at(1).unwrap();
        let (x, y) = (peer.at(-2).unwrap(), peer.at(-3).unwrap());
        let point = [&[4], x.as_bytes().unwrap(), y.as_bytes().unwrap()].concat();
        let peer = p256::PublicKey::from_sec1_bytes(&point).unwrap();
        let own = p256::SecretKey::from_slice(&[0x31; 32]).unwrap();
        let shared = own.diffie_hellman(&peer);
        let z = &shared.raw_secret_bytes()[..];
        let (hmac_key, aes_key) = if protocol == 1 {
            let key = ring::digest::digest(&ring::digest::SHA256, z);
            (key.as_ref().to_vec(), key.as_ref().try_into().unwrap())
        } else {
            // HKDF-SHA-256 with a salt of 32 zeros, one block long.
            let prk = mac(2, &[0; 32], z);
            let aes_key = mac(2, &prk, b"CTAP2 AES key\x01");
            (
                mac(2, &prk, b"CTAP2 HMAC key\x01"),
                aes_key.try_into().unwrap(),
            )
        };
        let own = own.public_key().to_sec1_point(false);
        Agreed {
            protocol,
            public: map(vec![
                (1, Value::int(2)),
                (3, Value::int(-25)),
                (-1, Value::int(1)),
                (-2, Value::bytes(own.x().unwrap())),
                (-3, Value::bytes(own.y().unwrap())),
            ]),
            hmac_key,
            aes_key,
        }
    }

    pub(super) fn set_pin(&mut self, protocol: u64, pin: &str) -> Result<Value, u8> {
        let agreed = self.agree(protocol);
        let sealed = agreed.encrypt(&padded(pin));
        let request = map(vec![
            (1, Value::Unsigned(protocol)),
            (2, Value::Unsigned(3)),
            (3, agreed.public.clone()),
            (4, agreed.mac(&sealed)),
            (5, Value::Bytes(sealed)),
        ]);
        self.cbor(0x06, Some(&request))
    }

    pub(super) fn change_pin(&mut self, protocol: u64, from: &str, to: &str) -> Result<Value, u8> {
        let agreed = self.agree(protocol);
        let sealed = agreed.encrypt(&padded(to));
        let hash = agreed.encrypt(&pin_hash(from));
        let request = map(vec![
            (1, Value::Unsigned(protocol)),
            (2, Value::Unsigned(4)),
            (3, agreed.public.clone()),
            (4, agreed.mac(&[&sealed[..], &hash].concat())),
            (5, Value::Bytes(sealed)),
            (6, Value::Bytes(hash)),
        ]);
        self.cbor(0x06, Some(&request))
    }

    /// A token; without permissions, the legacy one.
    pub(super) fn token(
        &mut self,
        protocol: u64,
        pin: &str,
        permissions: Option<u64>,
        rp: Option<&str>,
    ) -> Result<Token, u8> {
        let agreed = self.agree(protocol);
        let hash = agreed.encrypt(&pin_hash(pin));
        let command = if permissions.is_some() { 9 } else { 5 };
        let request = Value::numbered(vec![
            (1, Some(Value::Unsigned(protocol))),
            (2, Some(Value::Unsigned(command))),
            (3, Some(agreed.public.clone())),
            (6, Some(Value::Bytes(hash))),
            (9, permissions.map(Value::Unsigned)),
            (10, rp.map(Value::text)),
        ]);
        let answer = self.cbor(0x06, Some(&request))?;
        let secret = agreed.decrypt(answer.at(2).unwrap().as_bytes().unwrap());
        Ok(Token { protocol, secret })
    }

    pub(super) fn retries(&mut self) -> (u64, Option<bool>) {
        let request = map(vec![(2, Value::Unsigned(1))]);
        let answer = self.cbor(0x06, Some(&request)).unwrap();
        let power_cycle = answer.at(4).and_then(Value::as_bool);
        (answer.at(3).unwrap().as_u64().unwrap(), power_cycle)
    }

    pub(super) fn make(&mut self, wish: &Make<'_>, token: Option<&Token>) -> Result<Made, u8> {
        let request = wish.request(token);
        self.cbor(0x01, Some(&request))
            .map(|answer| Made::of(&answer))
    }

    pub(super) fn assert(&mut self, wish: &Get<'_>, token: Option<&Token>) -> Result<Value, u8> {
        let request = wish.request(token);
        self.cbor(0x02, Some(&request))
    }

    pub(super) fn manage(
        &mut self,
        command: u8,
        parameters: Option<Value>,
        token: Option<&Token>,
    ) -> Result<Value, u8> {
        let encoded = parameters.as_ref().map(Value::encode).unwrap_or_default();
        let message = [vec![command], encoded].concat();
        let request = Value::numbered(vec![
            (1, Some(Value::Unsigned(u64::from(command)))),
            (2, parameters),
            (3, token.map(|token| Value::Unsigned(token.protocol))),
            (4, token.map(|token| token.mac(&message))),
        ]);
        self.cbor(0x0a, Some(&request))
    }
}
