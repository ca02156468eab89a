//! A key that was in the hand before and comes back: the same one, or its twin. Told before any PIN.

use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::CtapStatus;
use crate::facts::Observed;
use crate::facts::key::KeyFacts;
use crate::facts::key::OnRecord;
use crate::facts::key::RecordedCredential;
use crate::facts::key::known_to_answer;
use crate::facts::recognition::Known;
use crate::facts::recognition::KnownCredential;
use crate::facts::recognition::Recognition;
use crate::facts::recognition::by_credential;
use crate::facts::recognition::recognise;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::primitives::TenantId;
use crate::record::Registration;
use crate::record::Statement;
use crate::webauthn::AttestationObject;
use crate::webauthn::RpId;

/// What is known of the key that is expected back.
pub(super) struct Returning {
    before: Before,
    /// How the credential is protected, as the key said when it made it.
    cred_protect: Observed<u8>,
}

/// Where it is known from.
enum Before {
    /// All that it claimed then is known, so that what it did not claim counts too.
    Said(Known),
    /// Only what it made.
    Made(KnownCredential),
}

impl Returning {
    /// The key as it was a moment ago.
    pub(super) fn seen(facts: &KeyFacts) -> Self {
        Self {
            before: Before::Said(Known::of(facts)),
            cred_protect: Observed::NotReported,
        }
    }

    /// The key that an interrupted run made a credential on; `None` if what it left holds none.
    pub(super) fn made(kept: &Registration, tenant: TenantId, rp_id: &RpId) -> Option<Self> {
        let object = AttestationObject::parse(&kept.attestation_object.0)?;
        let made = object.auth_data().credential()?;
        let known = KnownCredential {
            tenant,
            rp_id: rp_id.clone(),
            id: made.credential_id.clone(),
            public_key: made.public_key.clone(),
        };
        Some(Self {
            before: Before::Made(known),
            cred_protect: Observed::from(object.auth_data().cred_protect()),
        })
    }

    /// The key as its records know it.
    pub(super) fn recorded(
        key: &OnRecord,
        credential: &RecordedCredential,
        tenant: TenantId,
    ) -> Self {
        Self {
            before: Before::Said(Known {
                aaguid: Some(key.aaguid),
                serial: key.serial.clone(),
                credential: Some(KnownCredential {
                    tenant,
                    rp_id: credential.rp_id.clone(),
                    id: credential.id.clone(),
                    public_key: credential.public_key.clone(),
                }),
            }),
            cred_protect: credential.cred_protect.clone(),
        }
    }

    /// The key that a statement is about, by what it claims and the credential that is stated; `None`
    /// if it states none.
    pub(super) fn of_statement(statement: &Statement) -> Option<Self> {
        let key = statement.key.as_ref()?;
        let credential = KnownCredential {
            tenant: statement.tenant_id,
            rp_id: key.rp_id.clone()?,
            id: key.credential_id.clone()?,
            public_key: key.public_key.as_ref()?.cose.clone(),
        };
        Some(Self {
            before: Before::Said(Known {
                aaguid: Some(key.aaguid),
                serial: key.serial.as_ref().map(|claim| claim.value.clone()),
                credential: Some(credential),
            }),
            cred_protect: Observed::NotReported,
        })
    }

    /// The key that a statement is about.
    pub(super) fn stated(self, statement: &Statement) -> Self {
        let (Before::Made(credential), Some(key)) = (&self.before, &statement.key) else {
            return self;
        };
        Self {
            before: Before::Said(Known {
                aaguid: Some(key.aaguid),
                serial: key.serial.as_ref().map(|claim| claim.value.clone()),
                credential: Some(credential.clone()),
            }),
            cred_protect: self.cred_protect,
        }
    }

    /// Whether the open key is that one. At most one silent assertion is asked for.
    ///
    /// # Errors
    /// [`CtapError`] if the key went away or the line broke.
    pub(super) fn judge(
        &self,
        ctap: &mut Ctap<'_>,
        facts: &KeyFacts,
        nonce: &[u8; 16],
        label: &str,
    ) -> Result<Finding, CtapError> {
        let told = match &self.before {
            Before::Said(known) => recognise(ctap, facts, known, nonce)?,
            Before::Made(credential) => by_credential(ctap, credential, nonce)?,
        };
        let (verdict, detail) = self.verdict(&told, facts);
        let finding = Finding::new(Check::SameKey, verdict, Subject::key(label), detail);
        Ok(if verdict == Verdict::Fail {
            finding.fix(format!("plug in the {label} that was in the hand before"))
        } else {
            finding
        })
    }

    fn verdict(&self, told: &Recognition, facts: &KeyFacts) -> (Verdict, &'static str) {
        let another = "another key than the one that was in the hand before";
        match told {
            Recognition::SameSerial => (Verdict::Pass, "model and serial number as before"),
            Recognition::SameCredential => (
                Verdict::Pass,
                "it signed silently with the credential that was made on it",
            ),
            Recognition::Other => (Verdict::Fail, another),
            Recognition::OtherSignature => (
                Verdict::Fail,
                "it signed, and not with the credential that was made before",
            ),
            Recognition::Unknown(Some(CtapError::Status {
                status: CtapStatus::NoCredentials,
                ..
            })) if known_to_answer(facts, &self.cred_protect) => (
                Verdict::Fail,
                "it does not hold the credential that was made before",
            ),
            Recognition::Unknown(_) => (
                Verdict::NotRun,
                "whether it is the key from before cannot be told without PIN and touch",
            ),
        }
    }
}
