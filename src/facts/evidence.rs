//! What a record's evidence shows, read from the key's own bytes by the ledger's audit.

use crate::primitives::Digest;
use crate::webauthn::SignatureCheck;
use crate::webauthn::attestation::AttestationFacts;
use crate::webauthn::attestation::RegistrationFacts;

/// Evidence that may be absent or unreadable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Shown<T> {
    /// The record has none, and its event needs none.
    #[default]
    NotNeeded,
    /// The record has none, and its event needs it.
    Missing,
    /// It is there and cannot be read.
    Malformed,
    /// It was read.
    Shown(T),
}

impl<T> Shown<T> {
    /// What was read; `None` otherwise.
    pub const fn shown(&self) -> Option<&T> {
        match self {
            Self::Shown(facts) => Some(facts),
            Self::NotNeeded | Self::Missing | Self::Malformed => None,
        }
    }
}

/// What one record's evidence shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceFacts {
    /// The record's index.
    pub record: u64,
    /// The registration with Entra.
    pub registration: Shown<RegistrationEvidence>,
    /// The presence assertion.
    pub presence: Shown<PresenceEvidence>,
    /// A credential on our own rp id, made to attest.
    pub attest: Shown<AttestEvidence>,
    /// A silent probe.
    pub probe: Shown<ProbeEvidence>,
    /// The credential stated, against the registration it is from.
    pub credential: CredentialMatch,
    /// The firmware stated; `None` if none is.
    pub firmware_stated: Option<String>,
    /// The rp id stated; `None` if none is.
    pub rp_id: Option<RpIdFact>,
}

/// The rp id that a statement names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RpIdFact {
    /// The rp id.
    pub rp_id: String,
    /// Whether it is known to be Entra's, in some cloud.
    pub is_entra: bool,
}

/// What a registration shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationEvidence {
    /// What it says of itself.
    pub claims: RegistrationFacts,
    /// Whether its client data is of type `webauthn.create` with the origin `https://` + rp id.
    pub client_data_is_registration: bool,
    /// What its attestation shows.
    pub attestation: AttestationFacts,
    /// The signature counter at creation.
    pub counter: u32,
}

/// What a presence assertion shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PresenceEvidence {
    /// UP: a person touched the key.
    pub user_present: bool,
    /// UV: the key verified that person.
    pub user_verified: bool,
    /// Whether authenticator data is for the rp id stated; `None` if none is stated.
    pub rp_id_hash_matches: Option<bool>,
    /// Whether the client data is, byte for byte, the one that commits to this statement.
    pub binds_statement: bool,
    /// The signature by the public key stated; `None` if none is stated.
    pub signature: Option<SignatureCheck>,
    /// The signature counter.
    pub counter: u32,
    /// The highest counter seen before from this credential; `None` if none was.
    pub counter_before: Option<u32>,
}

/// What a credential that was made only to attest shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestEvidence {
    /// UP: a person touched the key.
    pub user_present: bool,
    /// Whether authenticator data is for our own rp id.
    pub rp_id_hash_matches: bool,
    /// Whether the client data is, byte for byte, the one that commits to this statement.
    pub binds_statement: bool,
    /// Whether the model attested is the one stated; `None` if no key is stated.
    pub model_matches: Option<bool>,
    /// What its attestation shows.
    pub attestation: AttestationFacts,
    /// SHA-1 of the certificate that attests it, as a tenant would name it; `None` without one.
    pub thumbprint: Option<[u8; 20]>,
}

/// What a silent probe shows. It is never presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbeEvidence {
    /// UP: it claims that a person touched the key.
    pub user_present: bool,
    /// Whether authenticator data is for the rp id stated; `None` if none is stated.
    pub rp_id_hash_matches: Option<bool>,
    /// Whether the client data is that of a probe: its type, this tenant, a nonce of 16 bytes.
    pub is_probe: bool,
    /// The signature by the public key stated; `None` if none is stated.
    pub signature: Option<SignatureCheck>,
}

/// A part of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialPart {
    /// The credential id.
    Id,
    /// The public key.
    PublicKey,
    /// The model.
    Aaguid,
}

impl CredentialPart {
    /// In words.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Id => "credential id",
            Self::PublicKey => "public key",
            Self::Aaguid => "AAGUID",
        }
    }
}

/// The credential stated, against the registration it is from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CredentialMatch {
    /// The record states no credential and needs none.
    #[default]
    NotNeeded,
    /// The record states none, and its event needs it.
    NotStated,
    /// No registration of this key for this account is on record.
    NotRegistered,
    /// Stated by the registration itself, which was made at a portal.
    AtPortal {
        /// Why it is not proven that the credential is of a key that the tenant saw attested;
        /// `None` if it is: its grade is `tenant-attested`, else `same-session`.
        below: Option<&'static str>,
    },
    /// Compared with the registration in the record of this index.
    Compared {
        /// That record.
        registration: u64,
        /// What differs; empty if nothing does.
        differs: Vec<CredentialPart>,
    },
}

/// A head remembered outside, against the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadMatch {
    /// The ledger had exactly this head.
    Same,
    /// At that size the ledger has another root: it was rewritten.
    OtherRoot,
    /// The ledger is shorter than that: it was cut or rolled back.
    Shorter {
        /// Records it has.
        has: u64,
    },
    /// It is a head of another ledger.
    OtherLedger,
}

/// A head that someone outside remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RememberedHead {
    /// Records in it.
    pub size: u64,
    /// Its root.
    pub root: Digest,
    /// What the ledger says to it.
    pub found: HeadMatch,
}

/// What the auditor brought from outside, against the book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustFacts {
    /// SHA-256 of genesis; `None` if it cannot be read.
    pub genesis: Option<Digest>,
    /// What the auditor says it is; `None` without a trust file, or one that does not say.
    pub genesis_trusted: Option<Digest>,
    /// Remembered heads, against the ledger.
    pub heads: Vec<RememberedHead>,
}
