//! The presence assertion, and what people read aloud before it.

use super::CeremonyError;
use super::Prompt;
use super::Room;
use super::the_key::InHand;
use crate::ctap::GetAssertion;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::ctap::TokenKind;
use crate::primitives::bytes::Bytes;
use crate::primitives::nonce_words;
use crate::record::NoncePart;
use crate::record::Presence;
use crate::record::Statement;
use crate::webauthn::ClientData;
use crate::webauthn::RpId;
use crate::webauthn::SignatureCheck;

/// How often what was typed twice may differ.
const PATIENCE: u32 = 3;
/// Longest bag number that is taken.
const LONGEST_BAG: usize = 40;

/// Has the credential of the statement sign its digest, with PIN and touch, and verifies it.
pub(super) fn prove(
    room: &mut Room<'_>,
    rp_id: &RpId,
    hand: &mut InHand<'_>,
    pin: &Pin,
    statement: &Statement,
) -> Result<Presence, CeremonyError> {
    let bytes = statement.bytes()?;
    let client_data = ClientData::presence(&statement.tenant_id, &bytes);
    let key = statement.key.as_ref();
    let (Some(id), Some(public_key)) = (
        key.and_then(|key| key.credential_id.clone()),
        key.and_then(|key| key.public_key.as_ref())
            .map(|part| &part.cose),
    ) else {
        return Err(CeremonyError::Answer("the statement names no credential"));
    };
    // The same PIN to the same open handle, where it succeeded in this ceremony (DESIGN §5).
    let token = hand
        .ctap
        .token(pin, Permissions::GET_ASSERTION, Some(rp_id))?;
    if token.kind() == TokenKind::Legacy {
        room.operator
            .say("This key gives only a token without limits: unplug it right after the touch.");
    }
    let label = key.map(|key| key.label.clone()).unwrap_or_default();
    let allow = [id.clone()];
    let request = GetAssertion {
        rp_id,
        client_data: &client_data,
        allow: &allow,
        user_presence: true,
    };
    let operator = &mut *room.operator;
    let answer = hand
        .ctap
        .get_assertion(&request, Some(&token), &mut |state| {
            operator.keep_alive(&label, state);
        })?;
    let signed = [answer.auth_data.raw(), client_data.hash().bytes()].concat();
    let genuine = answer.credential_id == id
        && answer.auth_data.rp_id_hash() == &rp_id.hash().0
        && answer.auth_data.user_present()
        && answer.auth_data.user_verified()
        && public_key.verify(&signed, &answer.signature) == SignatureCheck::Good;
    if !genuine {
        return Err(CeremonyError::Answer(
            "the key's assertion is not one by this credential, with touch and PIN, over the statement",
        ));
    }
    operator.say("The key signed the statement; its signature verifies.");
    Ok(Presence {
        authenticator_data: Bytes(answer.auth_data.raw().to_vec()),
        client_data_json: Bytes(client_data.json().to_vec()),
        signature: Bytes(answer.signature),
    })
}

/// The number of the new bag: read aloud, typed twice, never used before.
pub(super) fn bag_number(room: &mut Room<'_>, label: &str) -> Result<String, CeremonyError> {
    for _ in 0..PATIENCE {
        let mut ask = |again| {
            let prompt = Prompt::Bag {
                label: label.to_owned(),
                again,
            };
            let line = room.operator.line(&prompt).ok_or(CeremonyError::Declined)?;
            Ok::<String, CeremonyError>(line.trim().to_uppercase())
        };
        let first = ask(false)?;
        if !plausible(&first) {
            room.operator
                .say("A bag number has 1 to 40 letters, digits, dashes, dots or slashes.");
            continue;
        }
        if ask(true)? != first {
            room.operator.say("The two numbers differ.");
            continue;
        }
        if let Some(index) = used(room, &first)? {
            room.operator.say(&format!(
                "Bag {first} was used before, in record {index:06}: take a new one."
            ));
            continue;
        }
        return Ok(first);
    }
    Err(CeremonyError::Mismatch("bag number"))
}

/// Whether this can be a bag's number.
pub(super) fn plausible(number: &str) -> bool {
    (1..=LONGEST_BAG).contains(&number.len())
        && number
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '/'))
}

fn used(room: &mut Room<'_>, number: &str) -> Result<Option<u64>, CeremonyError> {
    let ledger = crate::ledger::Ledger::new(&mut *room.store);
    for index in 0..ledger.size()? {
        let record = ledger.record(index)?;
        if record
            .statement
            .custody
            .is_some_and(|custody| custody.bag == number)
        {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// The nonces of every witness in the room.
pub(super) fn nonces(room: &mut Room<'_>) -> Result<Vec<NoncePart>, CeremonyError> {
    let mut nonces = Vec::new();
    for witness in room.references().into_iter().skip(1) {
        nonces.push(NoncePart {
            value: nonce(room, &witness)?,
            reference: witness,
        });
    }
    Ok(nonces)
}

/// A witness's nonce, typed as 12 words.
fn nonce(room: &mut Room<'_>, witness: &str) -> Result<Bytes, CeremonyError> {
    for _ in 0..PATIENCE {
        let prompt = Prompt::Nonce {
            witness: witness.to_owned(),
        };
        let line = room.operator.line(&prompt).ok_or(CeremonyError::Declined)?;
        if let Some(nonce) = nonce_words::from_words(&line) {
            return Ok(Bytes(nonce.to_vec()));
        }
        room.operator
            .say("Those are not 12 words with a right last one; ask the witness again.");
    }
    Err(CeremonyError::Mismatch("nonce"))
}
