//! POST `fido2Methods`: what Entra checks before it takes a passkey.

use super::account::Passkey;
use super::attestation;
use super::attestation::Proof;
use super::http::Answer;
use super::options::Returned;
use super::world::VirtualTenant;
use crate::primitives::Guid;
use crate::primitives::bytes;
use crate::webauthn::AttestationObject;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;

const ORIGIN: &str = "https://login.microsoft.com";

/// What Graph accepts; any other member is refused.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Body {
    #[serde(rename = "@odata.type")]
    _odata_type: Option<String>,
    display_name: String,
    public_key_credential: Credential,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Credential {
    #[serde(rename = "@odata.type")]
    _odata_type: Option<String>,
    id: String,
    response: Response,
    #[serde(rename = "clientExtensionResults")]
    _client_extension_results: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Response {
    #[serde(rename = "@odata.type")]
    _odata_type: Option<String>,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    cross_origin: Option<bool>,
}

impl VirtualTenant {
    /// Takes a passkey for an account, or says why not.
    pub(super) fn register(&mut self, account: Guid, body: &[u8]) -> Result<Passkey, Answer> {
        let refuse = |message: &str| Answer::bad_request(message);
        let body: Body =
            serde_json::from_slice(body).map_err(|_| refuse("Invalid request body"))?;
        if !(1..=30).contains(&body.display_name.chars().count()) {
            return Err(refuse("displayName must have 1 to 30 characters."));
        }
        let sent = &body.public_key_credential;
        let decode = |text: &str| {
            bytes::from_base64url(text).ok_or_else(|| refuse("A value is not base64url."))
        };
        let id = decode(&sent.id)?;
        let client_data = decode(&sent.response.client_data)?;
        let object = decode(&sent.response.attestation_object)?;

        let challenge = self.client_data(account, &client_data)?;
        let object = AttestationObject::parse(&object)
            .ok_or_else(|| refuse("The attestation object is malformed."))?;
        let credential = checked_credential(&object, &id)?;
        let truth = self.history.truth();
        if truth.holds(&credential) {
            return Err(refuse("The credential is registered already."));
        }
        let now = self.clock.utc();
        let proof = attestation::judge(&object, &client_data, &self.roots, now).map_err(refuse)?;
        let aaguid = object
            .auth_data()
            .credential()
            .map(|made| made.aaguid)
            .ok_or_else(|| refuse("The attestation object is malformed."))?;
        let thumbprint = match proof {
            Proof::Attested(thumbprint) => Some(thumbprint),
            Proof::NotAttested => None,
        };
        let groups = truth.groups_of(account);
        if let Some(message) = truth.policy.refusal(&groups, &aaguid, thumbprint.is_some()) {
            return Err(refuse(message));
        }
        self.challenges.spend(&challenge);
        Ok(Passkey {
            account,
            credential,
            display_name: body.display_name,
            created: now,
            aaguid,
            thumbprint,
            synced: false,
            last_used: None,
        })
    }

    /// The challenge of client data that is as it must be.
    fn client_data(&self, account: Guid, client_data: &[u8]) -> Result<String, Answer> {
        let refuse = |message: &str| Err(Answer::bad_request(message));
        let Ok(data) = serde_json::from_slice::<ClientData>(client_data) else {
            return refuse("The client data is not JSON.");
        };
        if data.kind != "webauthn.create" {
            return refuse("The client data has the wrong type.");
        }
        if data.origin != ORIGIN || data.cross_origin == Some(true) {
            return refuse("The client data has the wrong origin.");
        }
        let now = self.clock.elapsed();
        match self.challenges.judge(&data.challenge, account, now) {
            Returned::Good => Ok(data.challenge),
            Returned::Expired => refuse("The challenge has expired."),
            Returned::Unknown => refuse("The challenge is not valid."),
        }
    }
}

/// The credential of authenticator data that is as it must be, and is the one that was named.
fn checked_credential(object: &AttestationObject, id: &[u8]) -> Result<CredentialId, Answer> {
    let refuse = |message: &str| Err(Answer::bad_request(message));
    let auth_data = object.auth_data();
    if *auth_data.rp_id_hash() != RpId::new("login.microsoft.com").hash().0 {
        return refuse("The authenticator data is for another relying party.");
    }
    if !auth_data.user_present() || !auth_data.user_verified() {
        return refuse("User presence and user verification are required.");
    }
    let Some(made) = auth_data.credential() else {
        return refuse("The authenticator data holds no credential.");
    };
    if made.credential_id.bytes() != id {
        return refuse("The credential id does not match.");
    }
    if ![-7, -257].contains(&made.public_key.algorithm()) {
        return refuse("The algorithm was not asked for.");
    }
    Ok(made.credential_id.clone())
}
