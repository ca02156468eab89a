//! The commands of the client, one row each.

use glasskey::ctap::Ctap;
use glasskey::ctap::CtapError;
use glasskey::ctap::GetAssertion;
use glasskey::ctap::KeyEntry;
use glasskey::ctap::MakeCredential;
use glasskey::ctap::Permissions;
use glasskey::ctap::Pin;
use glasskey::ctap::PinToken;
use glasskey::facts::key;
use glasskey::primitives::Guid;
use glasskey::primitives::Secret;
use glasskey::primitives::UtcTime;
use glasskey::rehearsal::key::Personality;
use glasskey::webauthn::ClientData;
use glasskey::webauthn::CredentialId;
use glasskey::webauthn::RpId;

/// The PIN of the virtual key, and what a person types.
pub(crate) const PIN: &str = "483920";
const TENANT: Guid = Guid([7; 16]);
/// More than the client lists of anything.
const MOST: usize = 1_024;

/// What a row begins with.
#[derive(Default)]
pub(crate) struct Ready {
    /// A credential that the key holds.
    pub(crate) credential: Option<CredentialId>,
    pub(crate) token: Option<PinToken>,
}

/// What the person and the key do before anything is spoiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begin {
    /// Nothing: INIT is spoiled too, and all that follows.
    Closed,
    /// The key was opened and has told of itself.
    Open,
    /// A PIN was typed for a token that makes and uses credentials of one relying party.
    Token,
    /// A PIN was typed for a token that lists what the key holds.
    List,
}

/// One command, and what it may cost.
pub(crate) struct Row {
    /// Its name in the specification.
    pub(crate) name: &'static str,
    pub(crate) begin: Begin,
    pub(crate) personality: Personality,
    /// Whether the key has a PIN.
    pub(crate) has_pin: bool,
    /// Answers that are left alone, and among how many after them the first spoiled one is.
    pub(crate) spared: (u8, u8),
    /// PINs that a person typed for it, beside that of the token.
    pub(crate) pins: u32,
    /// Seconds that it may take in all.
    pub(crate) within: u64,
    pub(crate) act: Act,
}

type Act = fn(&mut Ctap<'_>, &Ready) -> Result<(), CtapError>;

const ANY: Row = Row {
    name: "",
    begin: Begin::Open,
    personality: Personality::Standard,
    has_pin: true,
    spared: (0, 1),
    pins: 0,
    within: 0,
    act: |_, _| Ok(()),
};

/// A channel that is asked for.
const INIT: u64 = 3;
/// A channel that is cleaned, and where that fails asked for anew.
const CLEAN: u64 = 6;
const PLAIN: u64 = 3;
const SLOW: u64 = 10;
const TOUCH: u64 = 60;
/// A list as a whole, and its last item.
const LIST: u64 = 60 + SLOW;

fn typed() -> Pin {
    Pin::new(PIN).unwrap()
}

fn token(ctap: &mut Ctap<'_>) -> Result<PinToken, CtapError> {
    let permissions = Permissions::MAKE_CREDENTIAL | Permissions::GET_ASSERTION;
    ctap.token(&typed(), permissions, Some(&RpId::ceremony()))
}

fn list_token(ctap: &mut Ctap<'_>) -> Result<PinToken, CtapError> {
    ctap.token(&typed(), Permissions::CREDENTIAL_MANAGEMENT, None)
}

/// Makes a credential for a user, and gives its name.
pub(crate) fn make(
    ctap: &mut Ctap<'_>,
    user: u8,
    token: Option<&PinToken>,
) -> Result<Option<CredentialId>, CtapError> {
    let data = ClientData::attest(&TENANT, b"{}");
    let request = MakeCredential {
        client_data: &data,
        rp_id: &RpId::ceremony(),
        rp_name: "ceremony",
        user: &Secret::new(vec![user; 16]),
        user_name: "bg1@contoso.example",
        user_display_name: "Notfallkonto Süd",
        algorithms: &[-7],
        exclude: &[],
        resident: true,
        cred_protect: Some(2),
        enforce_cred_protect: false,
        hmac_secret: true,
    };
    let made = ctap.make_credential(&request, token, &mut |_| {})?;
    let credential = made.auth_data().credential();
    Ok(credential.map(|credential| credential.credential_id.clone()))
}

fn assert(
    ctap: &mut Ctap<'_>,
    allow: &[CredentialId],
    token: Option<&PinToken>,
) -> Result<(), CtapError> {
    let data = ClientData::presence(&TENANT, b"{}");
    let request = GetAssertion {
        rp_id: &RpId::ceremony(),
        client_data: &data,
        allow,
        user_presence: token.is_some(),
    };
    ctap.get_assertion(&request, token, &mut |_| {})?;
    Ok(())
}

/// What a key holds before a row begins: three credentials for one relying party.
pub(crate) fn stock(ctap: &mut Ctap<'_>) -> Ready {
    let mut ready = Ready::default();
    for user in [1, 2, 3] {
        let token = token(ctap).unwrap();
        ready.credential = make(ctap, user, Some(&token)).unwrap();
    }
    ready
}

/// What a row needs of a key that has not been spoiled yet.
pub(crate) fn begin(row: &Row, ctap: &mut Ctap<'_>, ready: &mut Ready) {
    match row.begin {
        Begin::Closed => {}
        Begin::Open => drop(ctap.get_info().unwrap()),
        Begin::Token => ready.token = Some(token(ctap).unwrap()),
        Begin::List => ready.token = Some(list_token(ctap).unwrap()),
    }
}

fn few<T>(list: &[T]) {
    assert!(list.len() <= MOST);
}

/// Every command that the client has, and three conversations whole.
pub(crate) const ROWS: [Row; 22] = [
    Row {
        name: "CTAPHID_INIT",
        begin: Begin::Closed,
        within: INIT,
        ..ANY
    },
    Row {
        name: "CTAPHID_WINK",
        within: PLAIN,
        act: |ctap, _| ctap.wink(),
        ..ANY
    },
    Row {
        name: "getInfo",
        within: PLAIN,
        act: |ctap, _| ctap.get_info().map(drop),
        ..ANY
    },
    Row {
        name: "selection",
        within: TOUCH,
        act: |ctap, _| ctap.selection(&mut |_| {}),
        ..ANY
    },
    Row {
        name: "clientPIN/getPINRetries",
        within: SLOW,
        act: |ctap, _| ctap.pin_retries().map(drop),
        ..ANY
    },
    Row {
        name: "clientPIN/getUVRetries",
        within: SLOW,
        act: |ctap, _| match ctap.uv_retries() {
            // The virtual key has no sensor, and says so.
            Err(CtapError::Status { .. }) => Ok(()),
            other => other.map(drop),
        },
        ..ANY
    },
    Row {
        name: "clientPIN/getKeyAgreement",
        pins: 1,
        within: 2 * SLOW,
        act: |ctap, _| token(ctap).map(drop),
        ..ANY
    },
    Row {
        name: "clientPIN/getPinUvAuthTokenUsingPinWithPermissions",
        spared: (1, 1),
        pins: 1,
        within: 2 * SLOW,
        act: |ctap, _| token(ctap).map(drop),
        ..ANY
    },
    Row {
        name: "clientPIN/getPinToken",
        personality: Personality::Fido20Only,
        spared: (1, 1),
        pins: 1,
        within: 2 * SLOW,
        act: |ctap, _| token(ctap).map(drop),
        ..ANY
    },
    Row {
        name: "clientPIN/setPIN",
        has_pin: false,
        spared: (0, 2),
        within: 2 * SLOW,
        act: |ctap, _| ctap.set_pin(&typed()),
        ..ANY
    },
    Row {
        name: "clientPIN/changePIN",
        spared: (0, 2),
        pins: 1,
        within: 2 * SLOW,
        act: |ctap, _| ctap.change_pin(&typed(), &typed()),
        ..ANY
    },
    Row {
        name: "makeCredential",
        begin: Begin::Token,
        within: TOUCH,
        act: |ctap, ready| make(ctap, 1, ready.token.as_ref()).map(drop),
        ..ANY
    },
    Row {
        name: "getAssertion",
        begin: Begin::Token,
        within: TOUCH,
        act: |ctap, ready| assert(ctap, &[], ready.token.as_ref()),
        ..ANY
    },
    Row {
        name: "getAssertion, silent",
        within: SLOW,
        act: |ctap, ready| assert(ctap, ready.credential.as_slice(), None),
        ..ANY
    },
    Row {
        name: "getNextAssertion",
        begin: Begin::Token,
        spared: (1, 2),
        within: TOUCH + 2 * SLOW,
        act: |ctap, ready| {
            assert(ctap, &[], ready.token.as_ref())?;
            let mut more = 0;
            while more <= MOST && ctap.next_assertion()?.is_some() {
                more += 1;
            }
            assert!(more < MOST);
            Ok(())
        },
        ..ANY
    },
    Row {
        name: "credentialManagement/getCredsMetadata",
        begin: Begin::List,
        within: SLOW,
        act: |ctap, ready| {
            let token = ready.token.as_ref().unwrap();
            ctap.credentials_metadata(token).map(drop)
        },
        ..ANY
    },
    Row {
        name: "credentialManagement/enumerateRPs",
        begin: Begin::List,
        spared: (0, 2),
        within: LIST,
        act: |ctap, ready| {
            let list = ctap.relying_parties(ready.token.as_ref().unwrap())?;
            few(&list);
            Ok(())
        },
        ..ANY
    },
    Row {
        name: "credentialManagement/enumerateCredentialsBegin",
        begin: Begin::List,
        within: LIST,
        act: list_credentials,
        ..ANY
    },
    Row {
        name: "credentialManagement/enumerateCredentialsGetNextCredential",
        begin: Begin::List,
        spared: (1, 2),
        within: LIST,
        act: list_credentials,
        ..ANY
    },
    Row {
        name: "inspect, whole",
        begin: Begin::Closed,
        spared: (0, 4),
        within: INIT + PLAIN + 2 * (CLEAN + SLOW),
        act: |ctap, _| key::observe(ctap, &KeyEntry::default(), UtcTime::from_unix(0)).map(drop),
        ..ANY
    },
    Row {
        name: "inspect --credentials, whole",
        begin: Begin::Closed,
        spared: (0, 8),
        pins: 1,
        within: INIT + PLAIN + 3 * SLOW + LIST + LIST,
        act: |ctap, _| {
            ctap.get_info()?;
            ctap.pin_retries()?;
            let token = list_token(ctap)?;
            for rp in ctap.relying_parties(&token)?.into_iter().take(1) {
                few(&ctap.credentials(&token, &rp.rp_id_hash)?);
            }
            Ok(())
        },
        ..ANY
    },
    Row {
        name: "a credential and its first assertion, whole",
        begin: Begin::Closed,
        spared: (0, 8),
        pins: 2,
        within: INIT + PLAIN + 2 * (2 * SLOW + TOUCH),
        act: |ctap, _| {
            let first = token(ctap)?;
            let made = make(ctap, 1, Some(&first))?;
            let second = token(ctap)?;
            assert(ctap, made.as_slice(), Some(&second))
        },
        ..ANY
    },
];

fn list_credentials(ctap: &mut Ctap<'_>, ready: &Ready) -> Result<(), CtapError> {
    let token = ready.token.as_ref().unwrap();
    few(&ctap.credentials(token, &RpId::ceremony().hash())?);
    Ok(())
}
