//! Whether a key that is plugged in is one that was seen before: by its serial number, else by a silent
//! probe of a credential it is known to hold. Never by its path, which says where and not who.

use super::Observed;
use super::claims::same_serial;
use super::key::KeyFacts;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::GetAssertion;
use crate::primitives::TenantId;
use crate::webauthn::Aaguid;
use crate::webauthn::ClientData;
use crate::webauthn::CoseKey;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;
use crate::webauthn::SignatureCheck;

/// What is known of a key from before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Its model; `None` if it did not say.
    pub aaguid: Option<Aaguid>,
    /// Its serial number; `None` if it has none.
    pub serial: Option<String>,
    /// A credential it holds; `None` if none is known.
    pub credential: Option<KnownCredential>,
}

/// A credential that a key is known to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownCredential {
    /// The tenant, for the probe's client data.
    pub tenant: TenantId,
    /// Whom the credential is for.
    pub rp_id: RpId,
    /// Its id.
    pub id: CredentialId,
    /// Its public key, as recorded when it was made.
    pub public_key: CoseKey,
}

/// Whether a key is the one that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognition {
    /// It is, by its serial number and model: both claims.
    SameSerial,
    /// It is: it signed with the known credential.
    SameCredential,
    /// It is another: another model, or another serial number.
    Other,
    /// It signed, and not with the known public key: another key, or one that lies.
    OtherSignature,
    /// It cannot be told; why the probe did not help, `None` if no credential is known.
    Unknown(Option<CtapError>),
}

impl Recognition {
    /// Whether it is the known key.
    #[must_use]
    pub const fn is_same(&self) -> bool {
        match self {
            Self::SameSerial | Self::SameCredential => true,
            Self::Other | Self::OtherSignature | Self::Unknown(_) => false,
        }
    }
}

impl Known {
    /// What `facts` tell of a key for later.
    #[must_use]
    pub fn of(facts: &KeyFacts) -> Self {
        Self {
            aaguid: facts.aaguid().known().copied(),
            serial: facts.serial().known().cloned(),
            credential: None,
        }
    }

    /// What claims alone tell; `None` if they tell nothing. A key that had a serial number and has
    /// none now is another.
    #[must_use]
    pub fn by_claims(&self, facts: &KeyFacts) -> Option<Recognition> {
        if facts.aaguid().known() != self.aaguid.as_ref() {
            return Some(Recognition::Other);
        }
        match (&self.serial, facts.serial()) {
            (Some(known), Observed::Known(seen)) if same_serial(known, &seen) => {
                Some(Recognition::SameSerial)
            }
            (Some(_), Observed::Known(_) | Observed::NotReported) | (None, Observed::Known(_)) => {
                Some(Recognition::Other)
            }
            (Some(_), Observed::Denied(_))
            | (None, Observed::NotReported | Observed::Denied(_)) => None,
        }
    }
}

/// Tells whether the open key, which says `facts`, is the known one. At most one silent assertion is
/// asked for: no PIN, no touch. A key that hides the credential from it (credProtect 3), or refuses
/// silence, is [`Recognition::Unknown`]; so is one that does not hold it, because that cannot be told
/// from hiding.
///
/// # Errors
/// [`CtapError`] if the key went away or the line broke.
pub fn recognise(
    ctap: &mut Ctap<'_>,
    facts: &KeyFacts,
    known: &Known,
    nonce: &[u8; 16],
) -> Result<Recognition, CtapError> {
    if let Some(told) = known.by_claims(facts) {
        return Ok(told);
    }
    match &known.credential {
        Some(credential) => by_credential(ctap, credential, nonce),
        None => Ok(Recognition::Unknown(None)),
    }
}

/// Tells whether the open key holds the known credential, whatever it claims to be: as [`recognise`].
///
/// # Errors
/// [`CtapError`] if the key went away or the line broke.
pub fn by_credential(
    ctap: &mut Ctap<'_>,
    credential: &KnownCredential,
    nonce: &[u8; 16],
) -> Result<Recognition, CtapError> {
    let client_data = ClientData::probe(&credential.tenant, nonce);
    let allow = [credential.id.clone()];
    let request = GetAssertion {
        rp_id: &credential.rp_id,
        client_data: &client_data,
        allow: &allow,
        user_presence: false,
    };
    let answer = match ctap.get_assertion(&request, None, &mut |_| {}) {
        Ok(answer) => answer,
        Err(error @ (CtapError::Gone | CtapError::Transport(_))) => return Err(error),
        Err(error) => return Ok(Recognition::Unknown(Some(error))),
    };
    let signed = [answer.auth_data.raw(), client_data.hash().bytes()].concat();
    let genuine = answer.credential_id == credential.id
        && answer.auth_data.rp_id_hash() == &credential.rp_id.hash().0
        && credential.public_key.verify(&signed, &answer.signature) == SignatureCheck::Good;
    Ok(if genuine {
        Recognition::SameCredential
    } else {
        Recognition::OtherSignature
    })
}
