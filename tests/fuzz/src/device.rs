//! What a security key sends.

use crate::conversation::Stage;
use crate::rows::ROWS;
use crate::source::Source;
use glasskey::ctap::Assembler;
use glasskey::ctap::AuthenticatorInfo;
use glasskey::ctap::ChannelId;
use glasskey::ctap::Ctap;
use glasskey::ctap::Fed;
use glasskey::ctap::GetAssertion;
use glasskey::ctap::KeyTransport;
use glasskey::ctap::MAX_PAYLOAD;
use glasskey::ctap::MakeCredential;
use glasskey::ctap::Report;
use glasskey::ctap::TransportError;
use glasskey::ctap::split;
use glasskey::primitives::Clock;
use glasskey::primitives::Guid;
use glasskey::primitives::Secret;
use glasskey::primitives::UtcTime;
use glasskey::primitives::cbor as wire;
use glasskey::primitives::cbor::Mode;
use glasskey::rehearsal::RehearsalClock;
use glasskey::rehearsal::SeededEntropy;
use glasskey::webauthn::AttestationObject;
use glasskey::webauthn::AuthenticatorData;
use glasskey::webauthn::ClientData;
use glasskey::webauthn::CoseKey;
use glasskey::webauthn::RpId;
use glasskey::webauthn::attestation as judging;
use glasskey::webauthn::attestation::Anchor;
use glasskey::webauthn::attestation::AnchorSource;
use std::collections::VecDeque;
use std::time::Duration;

pub(crate) fn cbor(bytes: &[u8]) {
    let tolerant = wire::decode(bytes, Mode::Tolerant);
    if let Ok(value) = wire::decode(bytes, Mode::Canonical) {
        assert_eq!(value.encode(), bytes);
        assert_eq!(tolerant.as_ref(), Ok(&value));
    }
    if let Ok(value) = tolerant {
        // What was read tolerantly is written canonically, but for tags and odd simple values.
        let again = value.encode();
        assert!(wire::decode(&again, Mode::Tolerant).is_ok());
    }
}

/// The first byte chooses the command, the rest what is done to the key's answers.
pub(crate) fn conversation(bytes: &[u8]) {
    let Some((row, rest)) = bytes.split_first() else {
        return;
    };
    let row = &ROWS[usize::from(*row) % ROWS.len()];
    let stage = Stage::new(row);
    let ended = stage.survives(rest);
    if rest.len() < 2 {
        assert_eq!(ended.result, Ok(()));
    }
}

pub(crate) fn frames(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let mut assembler = Assembler::new(ChannelId(1));
    while !source.is_empty() {
        let mut report = [0; 64];
        if source.chance(4) {
            report[3] = source.byte();
        } else {
            report[3] = 1;
        }
        report[4] = source.byte();
        for slot in report.iter_mut().skip(5).take(6) {
            *slot = source.byte();
        }
        match assembler.feed(&report) {
            Ok(Fed::Whole(message)) => assert!(message.payload.len() <= MAX_PAYLOAD),
            Ok(Fed::Foreign | Fed::Stray | Fed::More) => {}
            Err(_) => assembler = Assembler::new(ChannelId(1)),
        }
    }
}

/// A key that answers INIT properly, getInfo if it is not to be fuzzed, and all else with bytes.
struct Fixed<'a> {
    body: &'a [u8],
    info: &'a [u8],
    queue: VecDeque<Report>,
}

impl KeyTransport for Fixed<'_> {
    fn write_report(&mut self, report: &Report) -> Result<(), TransportError> {
        let [a, b, c, d, kind, _, _, rest @ ..] = report;
        let channel = ChannelId(u32::from_be_bytes([*a, *b, *c, *d]));
        let answer = match kind {
            0x86 => [&rest[..8], &[0, 0, 0, 1, 2, 5, 7, 4, 0x0d]].concat(),
            0x90 if rest[0] == 4 => [&[0], self.info].concat(),
            0x90 => [&[0], self.body].concat(),
            _ => return Ok(()),
        };
        let answer = answer.get(..MAX_PAYLOAD).unwrap_or(&answer);
        self.queue
            .extend(split(channel, kind & 0x7f, answer).unwrap_or_default());
        Ok(())
    }

    fn read_report(&mut self, _: Duration) -> Result<Option<Report>, TransportError> {
        Ok(self.queue.pop_front())
    }
}

/// getInfo of a key that speaks CTAP2 and says nothing else: `{1: ["FIDO_2_0"], 3: h'00…'}`.
const PLAIN_INFO: &[u8] = b"\xa2\x01\x81\x68FIDO_2_0\x03\x50\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

fn with_key(body: &[u8], info: &[u8], act: impl FnOnce(&mut Ctap<'_>)) {
    let clock = RehearsalClock::new(UtcTime::from_unix(0));
    let key = Fixed {
        body,
        info,
        queue: VecDeque::new(),
    };
    let entropy = SeededEntropy::new(b"fuzz", "client");
    let mut ctap = Ctap::open(Box::new(key), &clock, Box::new(entropy)).expect("INIT is answered");
    act(&mut ctap);
    assert!(clock.elapsed() <= Duration::from_secs(10));
}

pub(crate) fn get_info(bytes: &[u8]) {
    with_key(&[], bytes, |ctap| {
        if let Ok(info) = ctap.get_info() {
            if bytes.len() < MAX_PAYLOAD {
                assert_eq!(info.raw, bytes);
            }
            assert_ne!(info, AuthenticatorInfo::default());
            let _ = (info.effective_options(), info.client_pin());
        }
    });
}

pub(crate) fn make_credential(bytes: &[u8]) {
    let data = ClientData::attest(&Guid([1; 16]), b"{}");
    let request = MakeCredential {
        client_data: &data,
        rp_id: &RpId::ceremony(),
        rp_name: "",
        user: &Secret::new(vec![1]),
        user_name: "",
        user_display_name: "",
        algorithms: &[-7],
        exclude: &[],
        resident: true,
        cred_protect: None,
        enforce_cred_protect: false,
        hmac_secret: false,
    };
    with_key(bytes, PLAIN_INFO, |ctap| {
        if let Ok(made) = ctap.make_credential(&request, None, &mut |_| {}) {
            assert!(made.auth_data().credential().is_some());
            // What the client makes of an answer can be read again.
            assert!(AttestationObject::parse(made.raw()).is_some());
            judged(&made);
        }
    });
}

pub(crate) fn get_assertion(bytes: &[u8]) {
    let data = ClientData::presence(&Guid([1; 16]), b"{}");
    let request = GetAssertion {
        rp_id: &RpId::ceremony(),
        client_data: &data,
        allow: &[],
        user_presence: true,
    };
    with_key(bytes, PLAIN_INFO, |ctap| {
        if ctap.get_assertion(&request, None, &mut |_| {}).is_ok() {
            let mut more = 0;
            while let Ok(Some(_)) = ctap.next_assertion() {
                more += 1;
                assert!(more < 1_024);
            }
        }
    });
}

/// An attestation object is judged with its own last certificate as the anchor, so that its chain
/// is followed.
fn judged(object: &AttestationObject) {
    let x5c = judging::certificates(object);
    let anchors: Vec<Anchor> = x5c
        .last()
        .map(|der| Anchor {
            der: der.to_vec(),
            serves: 2,
            source: AnchorSource::Metadata,
        })
        .into_iter()
        .collect();
    let as_of = UtcTime::from_unix(1_700_000_000);
    let _ = judging::judge(object, b"{}", &anchors, as_of);
}

pub(crate) fn attestation(bytes: &[u8]) {
    if let Some(object) = AttestationObject::parse(bytes) {
        assert_eq!(object.raw(), bytes);
        judged(&object);
        let _ = judging::registration(&object, b"{}", Some(&RpId::ceremony()));
    }
}

pub(crate) fn authenticator_data(bytes: &[u8]) {
    if let Some(data) = AuthenticatorData::parse(bytes) {
        assert_eq!(data.raw(), bytes);
        if let Some(credential) = data.credential() {
            assert!(credential.credential_id.bytes().len() <= bytes.len());
        }
    }
}

pub(crate) fn cose_key(bytes: &[u8]) {
    if let Some(key) = CoseKey::parse(bytes) {
        assert_eq!(key.raw(), bytes);
        let _ = (key.algorithm(), key.point());
        let _ = key.verify(b"message", bytes);
    }
}
