//! Assertions: finding credentials, signing, and the lists a key remembers between commands.

use super::authenticator::Authenticator;
use super::credential;
use super::credential::Credential;
use super::credential::Resident;
use super::make_credential::UP;
use super::make_credential::UV;
use super::status::Status;
use crate::primitives::Digest;
use crate::primitives::cbor::Value;
use std::time::Duration;

/// A list is remembered this long (CTAP 2.1 §6.3).
const REMEMBERED_FOR: Duration = Duration::from_secs(30);

/// What the next command may ask more of.
pub(super) enum Remembered {
    Nothing,
    /// For getNextAssertion, the next last.
    Assertions(Signing, Vec<Credential>, Duration),
    /// For enumerateRPsGetNextRP, the next last.
    Rps(Vec<String>, Duration),
    /// For enumerateCredentialsGetNextCredential, the next last.
    Credentials(Vec<Resident>, Duration),
}

impl Remembered {
    /// Whether a list begun at `since` is forgotten at `now`.
    pub(super) fn forgotten(since: Duration, now: Duration) -> bool {
        now.saturating_sub(since) >= REMEMBERED_FOR
    }
}

/// What is the same for every assertion of one getAssertion.
pub(super) struct Signing {
    pub(super) client_data_hash: Vec<u8>,
    pub(super) rp_id: String,
    pub(super) present: bool,
    pub(super) verified: bool,
    /// More than one account: with user verification, their names are told.
    pub(super) several: bool,
}

/// Assertions that will be made when the key is touched.
pub(super) struct NewAssertion {
    pub(super) signing: Signing,
    /// The first to answer last; never empty.
    pub(super) credentials: Vec<Credential>,
}

impl Authenticator {
    /// The credential `id` if this key made it for `rp_id` and, if discoverable, still holds it.
    pub(super) fn credential(&self, id: &[u8], rp_id: &str) -> Option<Credential> {
        let (resident, protection) = self.master.open(id, rp_id)?;
        let user = if resident {
            let held = self.residents.iter().find(|r| r.id == id)?;
            Some(held.user.clone())
        } else {
            None
        };
        Some(Credential {
            id: id.to_vec(),
            protection,
            user,
        })
    }

    /// Signs with the last of the credentials and remembers the others.
    pub(super) fn assert(&mut self, new: NewAssertion) -> Result<Value, Status> {
        let NewAssertion {
            signing,
            mut credentials,
        } = new;
        let first = credentials.pop().ok_or(Status::NoCredentials)?;
        let count = u64::try_from(credentials.len()).map_or(u64::MAX, |rest| rest + 1);
        let answer = self.sign(&signing, &first, (count > 1).then_some(count));
        if count > 1 {
            self.remembered = Remembered::Assertions(signing, credentials, self.now());
        }
        Ok(answer)
    }

    /// getNextAssertion (CTAP 2.1 §6.3).
    pub(super) fn next_assertion(&mut self, remembered: Remembered) -> Result<Value, Status> {
        let Remembered::Assertions(signing, mut credentials, since) = remembered else {
            return Err(Status::NotAllowed);
        };
        let now = self.now();
        if Remembered::forgotten(since, now) {
            return Err(Status::NotAllowed);
        }
        let next = credentials.pop().ok_or(Status::NotAllowed)?;
        let answer = self.sign(&signing, &next, None);
        self.remembered = Remembered::Assertions(signing, credentials, now);
        Ok(answer)
    }

    fn sign(&mut self, signing: &Signing, credential: &Credential, count: Option<u64>) -> Value {
        let flags = if signing.present { UP } else { 0 } | if signing.verified { UV } else { 0 };
        let auth_data = [
            &Digest::of(signing.rp_id.as_bytes()).0[..],
            &[flags],
            &self.next_counter().to_be_bytes(),
        ]
        .concat();
        let key = self.master.signing_key(&credential.id);
        let signed = [&auth_data[..], &signing.client_data_hash].concat();
        let signature = credential::sign(&key, &signed);
        self.statistics.assertions_signed = self.statistics.assertions_signed.saturating_add(1);
        let user = credential.user.as_ref();
        let with_names = signing.verified && signing.several;
        Value::numbered(vec![
            (0x01, Some(descriptor(&credential.id))),
            (0x02, Some(Value::Bytes(auth_data))),
            (0x03, Some(Value::Bytes(signature))),
            (0x04, user.map(|user| user.entity(with_names))),
            (0x05, count.map(Value::Unsigned)),
        ])
    }
}

/// A PublicKeyCredentialDescriptor.
pub(super) fn descriptor(id: &[u8]) -> Value {
    Value::named(vec![
        ("id", Value::bytes(id)),
        ("type", Value::text("public-key")),
    ])
}
