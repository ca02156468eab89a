//! A credential that only attests, on our own rp id: which certificate stands behind the key that signs
//! the statement (DESIGN §5). It is not discoverable: the key keeps nothing of it.

use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Room;
use crate::ceremony::the_key::InHand;
use crate::ctap::CtapError;
use crate::ctap::MakeCredential;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::primitives::Secret;
use crate::primitives::bytes::Bytes;
use crate::record::Registration;
use crate::record::Statement;
use crate::webauthn::ClientData;
use crate::webauthn::CoseKey;
use crate::webauthn::RpId;
use serde::Deserialize;
use serde::Serialize;

/// The file in `open/` that holds it; it is over the statement, and goes with it.
const FILE: &str = "attest.json";

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Attested {
    /// What the key made; absent where it refuses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) made: Option<Registration>,
}

/// What an earlier run kept of it; `None` before the key was asked.
pub(super) fn kept(
    room: &Room<'_>,
    open: &OpenCeremony,
) -> Result<Option<Attested>, CeremonyError> {
    Ok(open.value(&*room.desk, FILE)?)
}

/// Has the key show who attests it, over the statement, with another touch.
pub(super) fn make(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    hand: &mut InHand<'_>,
    pin: &Pin,
    statement: &Statement,
) -> Result<Attested, CeremonyError> {
    let client_data = ClientData::attest(&statement.tenant_id, &statement.bytes()?);
    let rp_id = RpId::ceremony();
    let mut handle = vec![0; 16];
    room.entropy.source().fill(&mut handle);
    let handle = Secret::new(handle);
    let request = MakeCredential {
        client_data: &client_data,
        rp_id: &rp_id,
        rp_name: "glasskey",
        user: &handle,
        user_name: "attestation",
        user_display_name: "attestation",
        algorithms: &[CoseKey::ES256, CoseKey::RS256],
        exclude: &[],
        resident: false,
        cred_protect: None,
        enforce_cred_protect: false,
        hmac_secret: false,
    };
    let token = hand
        .ctap
        .token(pin, Permissions::MAKE_CREDENTIAL, Some(&rp_id))?;
    room.operator
        .say("The key shows who attests it: one more touch.");
    let label = statement.key.as_ref().map(|key| key.label.clone());
    let label = label.unwrap_or_default();
    let operator = &mut *room.operator;
    let made = hand
        .ctap
        .make_credential(&request, Some(&token), &mut |state| {
            operator.keep_alive(&label, state);
        });
    let made = match made {
        Ok(object) => Some(Registration {
            attestation_object: Bytes(object.raw().to_vec()),
            client_data_json: Bytes(client_data.json().to_vec()),
        }),
        Err(CtapError::Status { .. } | CtapError::Unsupported { .. }) => {
            room.operator
                .say("The key does not show it: the record's grade is same-session.");
            None
        }
        Err(error) => return Err(error.into()),
    };
    let attested = Attested { made };
    open.put(&mut *room.desk, FILE, &attested)?;
    Ok(attested)
}
