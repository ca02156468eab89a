//! authenticatorMakeCredential (CTAP 2.1 §6.1).

use super::answer::Answer;
use super::answer::Wiped;
use super::client::Ctap;
use super::command::Command;
use super::command::TOUCH;
use super::error::CtapError;
use super::hid::KeepAlive;
use super::info::AuthenticatorInfo;
use super::token::PinToken;
use crate::primitives::cbor::Value;
use crate::webauthn::AttestationObject;
use crate::webauthn::ClientData;
use crate::webauthn::Creation;
use crate::webauthn::CreationOptions;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;
use crate::webauthn::UserHandle;

/// What is asked of a key when a credential is made.
pub struct MakeCredential<'a> {
    /// The client data; only its hash goes to the key.
    pub client_data: &'a ClientData<Creation>,
    /// Whom the credential is for.
    pub rp_id: &'a RpId,
    /// Its name for people.
    pub rp_name: &'a str,
    /// The user's handle. The same rp id and handle overwrite a discoverable credential.
    pub user: &'a UserHandle,
    /// The user's name.
    pub user_name: &'a str,
    /// The user's name for people.
    pub user_display_name: &'a str,
    /// COSE algorithm numbers, the favourite first.
    pub algorithms: &'a [i64],
    /// Credentials that this key must not have already.
    pub exclude: &'a [CredentialId],
    /// Whether the credential is discoverable, and takes a slot.
    pub resident: bool,
    /// `credProtect` level asked for: 1, 2 or 3; `None` if not asked. Left out where the key does
    /// not list the extension, unless it is enforced.
    pub cred_protect: Option<u8>,
    /// Whether a key that cannot do that level is refused, before it is asked.
    pub enforce_cred_protect: bool,
    /// Whether `hmac-secret` is asked for; left out where the key does not list it.
    pub hmac_secret: bool,
}

impl<'a> MakeCredential<'a> {
    /// A discoverable credential as a relying party asks for it.
    #[must_use]
    pub fn resident(options: &'a CreationOptions, client_data: &'a ClientData<Creation>) -> Self {
        Self {
            client_data,
            rp_id: &options.rp_id,
            rp_name: &options.rp_name,
            user: &options.user_id,
            user_name: &options.user_name,
            user_display_name: &options.user_display_name,
            algorithms: &options.algorithms,
            exclude: &options.exclude,
            resident: true,
            cred_protect: options.cred_protect,
            enforce_cred_protect: options.enforce_cred_protect,
            hmac_secret: options.hmac_create_secret,
        }
    }

    fn parameters(
        &self,
        info: &AuthenticatorInfo,
        token: Option<&PinToken>,
    ) -> Result<Wiped, CtapError> {
        let hash = self.client_data.hash();
        let rp = Value::named(vec![
            ("id", Value::text(self.rp_id.as_str())),
            ("name", Value::text(self.rp_name)),
        ]);
        let user = Value::named(vec![
            ("id", Value::bytes(self.user.expose())),
            ("name", Value::text(self.user_name)),
            ("displayName", Value::text(self.user_display_name)),
        ]);
        let algorithms = self.algorithms.iter().map(|algorithm| {
            Value::named(vec![
                ("alg", Value::int(*algorithm)),
                ("type", Value::text("public-key")),
            ])
        });
        let options = Value::named(vec![("rk", Value::Bool(true))]);
        Ok(Wiped::numbered(vec![
            (0x01, Some(Value::bytes(hash.bytes()))),
            (0x02, Some(rp)),
            (0x03, Some(user)),
            (0x04, Some(Value::Array(algorithms.collect()))),
            (0x05, descriptors(self.exclude)),
            (0x06, self.extensions(info)?),
            (0x07, self.resident.then_some(options)),
            (0x08, token.map(|token| token.authenticate(hash.bytes()))),
            (0x09, token.map(PinToken::protocol_value)),
        ]))
    }

    fn extensions(&self, info: &AuthenticatorInfo) -> Result<Option<Value>, CtapError> {
        let mut asked = Vec::new();
        if let Some(level) = self.cred_protect {
            if info.has_extension("credProtect") {
                asked.push(("credProtect", Value::Unsigned(level.into())));
            } else if self.enforce_cred_protect && level > 1 {
                return Err(CtapError::Unsupported {
                    what: "credProtect",
                });
            }
        }
        if self.hmac_secret && info.has_extension("hmac-secret") {
            asked.push(("hmac-secret", Value::Bool(true)));
        }
        Ok((!asked.is_empty()).then(|| Value::named(asked)))
    }
}

/// A list of credentials; `None` if there are none, since keys refuse an empty list.
pub(super) fn descriptors(ids: &[CredentialId]) -> Option<Value> {
    let list: Vec<Value> = ids
        .iter()
        .map(|id| {
            Value::named(vec![
                ("id", Value::bytes(id.bytes())),
                ("type", Value::text("public-key")),
            ])
        })
        .collect();
    (!list.is_empty()).then_some(Value::Array(list))
}

impl Ctap<'_> {
    /// Makes a credential, after a touch.
    ///
    /// # Errors
    /// [`CtapError`]
    pub fn make_credential(
        &mut self,
        request: &MakeCredential<'_>,
        token: Option<&PinToken>,
        touch: &mut dyn FnMut(KeepAlive),
    ) -> Result<AttestationObject, CtapError> {
        let parameters = request.parameters(self.known()?, token)?;
        let body = self.cbor(Command::MakeCredential, Some(&parameters), TOUCH, touch)?;
        read(&body.map()?)
    }
}

fn read(answer: &Answer) -> Result<AttestationObject, CtapError> {
    let malformed = |what| CtapError::Malformed { what };
    let format = answer.required(0x01, "fmt")?;
    let format = format.as_text().ok_or(malformed("fmt"))?;
    let auth_data = answer.bytes(0x02, "authData")?;
    let statement = answer.required(0x03, "attStmt")?;
    statement.as_map().ok_or(malformed("attStmt"))?;
    AttestationObject::build(format, statement.clone(), auth_data)
        .filter(|object| object.auth_data().credential().is_some())
        .ok_or(malformed("authData"))
}
