//! Every command against answers that are mutated or made up: a value or a typed error, in time.

use super::fake::Counter;
use super::fake::Device;
use super::fake::HandClock;
use super::fake::Step;
use super::fake::Wire;
use super::key::Key;
use super::key::TOKEN;
use crate::ctap::AuthenticatorInfo;
use crate::ctap::ChannelId;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::GetAssertion;
use crate::ctap::MakeCredential;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::ctap::PinProtocol;
use crate::ctap::PinRetries;
use crate::ctap::PinToken;
use crate::ctap::RelyingParty;
use crate::ctap::TokenKind;
use crate::ctap::hid;
use crate::primitives::Clock;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::webauthn::ClientData;
use crate::webauthn::RpId;
use proptest::prelude::*;
use std::time::Duration;

/// One thing done to an answer.
#[derive(Clone, Debug)]
enum Spoil {
    Flip(usize, u8),
    Cut(usize),
    Insert(usize, u8),
    Replace(Vec<u8>),
    /// Flips within one report of the answer: report, byte, bits.
    Report(usize, usize, u8),
    /// Loses or repeats one report.
    Lose(usize),
    Repeat(usize),
}

fn any_spoil() -> impl Strategy<Value = Spoil> {
    prop_oneof![
        4 => (any::<usize>(), 1_u8..).prop_map(|(at, flip)| Spoil::Flip(at, flip)),
        2 => any::<usize>().prop_map(Spoil::Cut),
        2 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Spoil::Insert(at, byte)),
        2 => proptest::collection::vec(any::<u8>(), 0..300).prop_map(Spoil::Replace),
        2 => (any::<usize>(), any::<usize>(), 1_u8..).prop_map(|(r, b, flip)| Spoil::Report(r, b, flip)),
        1 => any::<usize>().prop_map(Spoil::Lose),
        1 => any::<usize>().prop_map(Spoil::Repeat),
    ]
}

impl Spoil {
    fn payload(&self, mut answer: Vec<u8>) -> Vec<u8> {
        // The status byte is left alone three times in four, so that the body is read.
        let place = |at: usize| if at.is_multiple_of(4) { at } else { at.max(1) };
        match self {
            Self::Flip(at, flip) => {
                let at = place(*at) % answer.len();
                answer[at] ^= flip;
            }
            Self::Cut(at) => answer.truncate(at % answer.len()),
            Self::Insert(at, byte) => answer.insert(place(*at) % (answer.len() + 1), *byte),
            Self::Replace(bytes) => answer = [&[0], bytes.as_slice()].concat(),
            Self::Report(..) | Self::Lose(_) | Self::Repeat(_) => {}
        }
        answer
    }

    fn reports(&self, steps: &mut Vec<Step>) {
        let count = steps.len();
        match self {
            Self::Report(report, byte, flip) => steps[report % count].1[byte % 64] ^= flip,
            Self::Lose(report) => drop(steps.remove(report % count)),
            Self::Repeat(report) => {
                let again = steps[report % count];
                steps.insert(report % count, again);
            }
            Self::Flip(..) | Self::Cut(_) | Self::Insert(..) | Self::Replace(_) => {}
        }
    }
}

/// A key whose answer to the message of one number is spoiled, and all later ones too.
struct Hostile {
    key: Key,
    spoil: Spoil,
    from: usize,
    messages: usize,
}

impl Device for Hostile {
    fn message(&mut self, channel: ChannelId, command: u8, payload: &[u8]) -> Vec<Step> {
        if command == hid::CANCEL {
            return Vec::new();
        }
        self.messages += 1;
        let spoiled = self.messages > self.from;
        let spoil = self.spoil.clone();
        self.key.spoil = Box::new(move |_, answer| {
            if spoiled {
                spoil.payload(answer)
            } else {
                answer
            }
        });
        let mut steps = self.key.message(channel, command, payload);
        if spoiled {
            self.spoil.reports(&mut steps);
        }
        steps
    }
}

/// Runs `act` against a key that is spoiled from message `from` on (0 is INIT).
fn against<T>(
    spoil: Spoil,
    from: usize,
    act: impl FnOnce(&mut Ctap<'_>) -> Result<T, CtapError>,
) -> (Option<Result<T, CtapError>>, Duration) {
    let clock = HandClock::default();
    let device = Hostile {
        key: Key {
            pin: (from != 4).then(|| b"123456".to_vec()),
            assertions: 3,
            ..Key::default()
        },
        spoil,
        from,
        messages: 0,
    };
    let wire = Wire::new(device, &clock);
    let opened = Ctap::open(Box::new(wire), &clock, Box::new(Counter(3)));
    let result = opened.ok().map(|mut ctap| act(&mut ctap));
    (result, clock.elapsed())
}

fn token() -> PinToken {
    PinToken::new(
        Secret::new(TOKEN.to_vec()),
        PinProtocol::Two,
        Permissions::GET_ASSERTION,
        None,
        TokenKind::WithPermissions,
    )
}

/// INIT, a clean-up of the channel, getInfo and up to two further plain exchanges.
const HANDSHAKE: Duration = Duration::from_secs(3 + 6 + 3 + 20);

macro_rules! survives {
    ($($name:ident, $from:expr, $within:expr, $act:expr;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(crate::whole_test_cases()))]
            $(
                #[test]
                fn $name(spoil in any_spoil()) {
                    let (_, took) = against(spoil, $from, $act);
                    prop_assert!(took <= HANDSHAKE + Duration::from_secs($within), "{:?}", took);
                }
            )*
        }
    };
}

fn make(ctap: &mut Ctap<'_>) -> Result<(), CtapError> {
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
    ctap.make_credential(&request, Some(&token()), &mut |_| {})?;
    Ok(())
}

fn assert_presence(ctap: &mut Ctap<'_>) -> Result<(), CtapError> {
    let data = ClientData::presence(&Guid([1; 16]), b"{}");
    let request = GetAssertion {
        rp_id: &RpId::ceremony(),
        client_data: &data,
        allow: &[],
        user_presence: true,
    };
    ctap.get_assertion(&request, Some(&token()), &mut |_| {})?;
    let mut more = 0;
    while ctap.next_assertion()?.is_some() {
        more += 1;
        assert!(more < 1_024);
    }
    Ok(())
}

fn listed(list: &[RelyingParty]) {
    assert!(list.len() <= 1_024);
}

fn typed(ctap: &mut Ctap<'_>) -> Result<PinToken, CtapError> {
    let pin = Pin::new("123456").unwrap();
    ctap.token(&pin, Permissions::GET_ASSERTION, None)
}

fn wink(ctap: &mut Ctap<'_>) -> Result<(), CtapError> {
    ctap.wink()
}

fn get_info(ctap: &mut Ctap<'_>) -> Result<AuthenticatorInfo, CtapError> {
    ctap.get_info()
}

fn pin_retries(ctap: &mut Ctap<'_>) -> Result<PinRetries, CtapError> {
    ctap.pin_retries()
}

fn uv_retries(ctap: &mut Ctap<'_>) -> Result<u8, CtapError> {
    ctap.uv_retries()
}

survives! {
    init_survives, 0, 3, wink;
    get_info_survives, 1, 3, get_info;
    pin_retries_survive, 2, 10, pin_retries;
    uv_retries_survive, 2, 10, uv_retries;
    key_agreement_survives, 2, 20, typed;
    token_survives, 3, 20, typed;
    set_pin_survives, 4, 20, |ctap| ctap.pin_retries().and_then(|_| ctap.set_pin(&Pin::new("123456").unwrap()));
    change_pin_survives, 3, 20, |ctap| {
        let pin = Pin::new("123456").unwrap();
        ctap.change_pin(&pin, &pin)
    };
    make_credential_survives, 2, 60, make;
    get_assertion_survives, 2, 90, assert_presence;
    next_assertion_survives, 3, 90, assert_presence;
    metadata_survives, 2, 10, |ctap| ctap.credentials_metadata(&token());
    relying_parties_survive, 2, 80, |ctap| ctap.relying_parties(&token()).map(|list| listed(&list));
    next_relying_party_survives, 3, 80, |ctap| ctap.relying_parties(&token()).map(|list| listed(&list));
    credentials_survive, 2, 80, |ctap| ctap.credentials(&token(), &Digest([0; 32])).map(|list| assert!(list.len() <= 1_024));
    next_credential_survives, 3, 80, |ctap| ctap.credentials(&token(), &Digest([0; 32])).map(|list| assert!(list.len() <= 1_024));
    selection_survives, 1, 60, |ctap| ctap.selection(&mut |_| {});
    wink_survives, 1, 3, wink;
}

#[test]
fn an_unspoiled_key_passes_every_one_of_these() {
    let nothing = || Spoil::Insert(0, 0);
    let never = 1_000_000;
    assert_eq!(against(nothing(), never, make).0, Some(Ok(())));
    assert_eq!(against(nothing(), never, assert_presence).0, Some(Ok(())));
    let listing = |ctap: &mut Ctap<'_>| Ok(ctap.relying_parties(&token())?.len());
    assert_eq!(against(nothing(), never, listing).0, Some(Ok(3)));
    let info = |ctap: &mut Ctap<'_>| Ok(ctap.get_info()? == AuthenticatorInfo::default());
    assert_eq!(against(nothing(), never, info).0, Some(Ok(false)));
    let protocol = |ctap: &mut Ctap<'_>| Ok(typed(ctap)?.protocol());
    assert_eq!(
        against(nothing(), never, protocol).0,
        Some(Ok(PinProtocol::Two))
    );
}
