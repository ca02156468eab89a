//! authenticatorGetAssertion and authenticatorGetNextAssertion (CTAP 2.1 §6.2, §6.3).

use super::answer::Answer;
use super::answer::Wiped;
use super::answer::optional;
use super::client::Ctap;
use super::command::Command;
use super::command::SLOW;
use super::command::TOUCH;
use super::error::CtapError;
use super::hid::KeepAlive;
use super::make_credential::descriptors;
use super::token::PinToken;
use crate::primitives::cbor::Value;
use crate::webauthn::Assertion;
use crate::webauthn::AuthenticatorData;
use crate::webauthn::ClientData;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;

/// More credentials for one rp than any key holds.
const MOST_CREDENTIALS: u64 = 1_024;

/// What is asked of a key when a credential signs.
pub struct GetAssertion<'a> {
    /// Whom the credential is for.
    pub rp_id: &'a RpId,
    /// The client data; only its hash goes to the key.
    pub client_data: &'a ClientData<Assertion>,
    /// Credentials that may sign; empty for the discoverable ones.
    pub allow: &'a [CredentialId],
    /// Whether a touch is asked for; false makes a silent probe.
    pub user_presence: bool,
}

/// A signature by a credential. The user's handle that may come with it is dropped unread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertionResponse {
    /// The credential that signed.
    pub credential_id: CredentialId,
    /// What the key signed, before the client data hash.
    pub auth_data: AuthenticatorData,
    /// The signature over both.
    pub signature: Vec<u8>,
    /// How many credentials could sign; `None` if the key does not say, which means one.
    pub number_of_credentials: Option<u64>,
}

/// How many more assertions the last getAssertion left to be asked for.
#[derive(Default)]
pub(super) struct NextAssertions {
    left: u64,
}

impl GetAssertion<'_> {
    fn parameters(&self, token: Option<&PinToken>) -> Wiped {
        let hash = self.client_data.hash();
        let silent = Value::named(vec![("up", Value::Bool(false))]);
        Wiped::numbered(vec![
            (0x01, Some(Value::text(self.rp_id.as_str()))),
            (0x02, Some(Value::bytes(hash.bytes()))),
            (0x03, descriptors(self.allow)),
            (0x05, (!self.user_presence).then_some(silent)),
            (0x06, token.map(|token| token.authenticate(hash.bytes()))),
            (0x07, token.map(PinToken::protocol_value)),
        ])
    }
}

impl Ctap<'_> {
    /// Has a credential sign, after a touch if one is asked for.
    ///
    /// # Errors
    /// [`CtapError`]
    pub fn get_assertion(
        &mut self,
        request: &GetAssertion<'_>,
        token: Option<&PinToken>,
        touch: &mut dyn FnMut(KeepAlive),
    ) -> Result<AssertionResponse, CtapError> {
        self.known()?; // how long a message may be
        let parameters = request.parameters(token);
        let allowed = if request.user_presence { TOUCH } else { SLOW };
        let body = self.cbor(Command::GetAssertion, Some(&parameters), allowed, touch)?;
        let only = match request.allow {
            [only] => Some(only),
            _ => None,
        };
        let response = read(&body.map()?, only)?;
        self.next.left = response
            .number_of_credentials
            .unwrap_or(1)
            .saturating_sub(1);
        Ok(response)
    }

    /// The signature of the next credential; `None` once each of `number_of_credentials` has
    /// signed. Any other command in between ends the series.
    ///
    /// # Errors
    /// [`CtapError`], which ends the series too.
    pub fn next_assertion(&mut self) -> Result<Option<AssertionResponse>, CtapError> {
        let Some(left) = self.next.left.checked_sub(1) else {
            return Ok(None);
        };
        self.next.left = 0;
        let body = self.cbor(Command::GetNextAssertion, None, SLOW, &mut |_| {})?;
        let response = read(&body.map()?, None)?;
        self.next.left = left;
        Ok(Some(response))
    }
}

fn read(answer: &Answer, only: Option<&CredentialId>) -> Result<AssertionResponse, CtapError> {
    let malformed = |what| CtapError::Malformed { what };
    let named = optional(answer.get(0x01), "credential", |credential| {
        CredentialId::new(credential.named_member("id")?.as_bytes()?.to_vec())
    })?;
    let auth_data = answer.bytes(0x02, "authData")?;
    let signature = answer.bytes(0x03, "signature")?.to_vec();
    let number_of_credentials = answer.optional(0x05, "numberOfCredentials", Value::as_u64)?;
    if let Some(claimed) = number_of_credentials.filter(|number| *number > MOST_CREDENTIALS) {
        return Err(CtapError::TooMany {
            what: "numberOfCredentials",
            claimed,
        });
    }
    Ok(AssertionResponse {
        // A key may leave it out where only one was allowed.
        credential_id: named
            .or_else(|| only.cloned())
            .ok_or(malformed("credential"))?,
        auth_data: AuthenticatorData::parse(auth_data).ok_or(malformed("authData"))?,
        signature,
        number_of_credentials,
    })
}
