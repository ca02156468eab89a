//! What a plan says, once read and linted.

use super::Policy;
use crate::primitives::Cloud;
use crate::primitives::Guid;
use crate::primitives::TenantId;
use crate::webauthn::Aaguid;
use serde::Deserialize;
use serde::Serialize;

/// A whole plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// `[book]`
    pub book: Book,
    /// `[tenant]`
    pub tenant: TenantEntry,
    /// `[sign-in]`
    pub sign_in: SignIn,
    /// `[groups]`
    pub groups: Groups,
    /// `[policy]`
    pub policy: Policy,
    /// `[azure]`; `None` leaves alert and log checks not run.
    pub azure: Option<Azure>,
    /// `[[safe]]`
    pub safes: Vec<Safe>,
    /// `[[account]]`
    pub accounts: Vec<Account>,
    /// `[[person]]`: proposes; what counts is in the ledger.
    pub people: Vec<Person>,
}

impl Plan {
    /// The key with this label and the account it opens; `None` if the plan has none.
    #[must_use]
    pub fn key(&self, label: &str) -> Option<(&Account, &PlannedKey)> {
        self.accounts.iter().find_map(|account| {
            let key = account.keys.iter().find(|key| key.label == label)?;
            Some((account, key))
        })
    }

    /// Every key in the order of the plan.
    pub fn keys(&self) -> impl Iterator<Item = (&Account, &PlannedKey)> {
        self.accounts
            .iter()
            .flat_map(|account| account.keys.iter().map(move |key| (account, key)))
    }
}

/// `[book]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// The book's name, the end of its ledger's origin.
    pub name: String,
    /// Where the ledger is: a folder beside the plan, or `az://…`, `s3://…`.
    pub ledger: String,
    /// Whom the finder of an opened bag calls; printed on bag faces.
    pub call: String,
}

/// `[tenant]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenantEntry {
    /// The directory id.
    pub id: TenantId,
    /// The cloud it lives in.
    pub cloud: Cloud,
}

/// `[sign-in]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// How a token is had.
    pub method: SignInMethod,
    /// The app registration; `None` where the method brings its own.
    pub client_id: Option<Guid>,
}

/// How a token is had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInMethod {
    /// Authorization code with PKCE in the operator's browser.
    Browser,
    /// A code typed into a browser elsewhere.
    DeviceCode,
    /// The Azure CLI's sign-in.
    AzureCli,
    /// An app's secret.
    ClientSecret,
    /// An app's certificate.
    ClientCertificate,
    /// An Azure machine's own identity.
    ManagedIdentity,
    /// A federated workload's identity.
    WorkloadIdentity,
}

/// `[groups]`: object ids; `None` where the plan names none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// Excluded from Conditional Access.
    pub ca_exclusion: Option<Guid>,
    /// Included in the passkey policy.
    pub passkey: Option<Guid>,
    /// May use a Temporary Access Pass.
    pub tap: Option<Guid>,
}

/// `[azure]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Azure {
    /// The subscription with log export and alert rules.
    pub subscription: Guid,
}

/// `[[safe]]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Safe {
    /// Its name in records: `SAFE-A`.
    pub id: String,
    /// Two safes at one site fall together.
    pub site: String,
    /// Where it stands; in the plan and on the auditor's copy only.
    pub location: Option<String>,
}

/// `[[account]]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name in records: `BG-1`.
    pub alias: String,
    /// Its object id; `None` until `provision` wrote it.
    pub object_id: Option<Guid>,
    /// Its user principal name today.
    pub upn: String,
    /// The directory roles it is meant to hold.
    pub roles: Vec<String>,
    /// What Conditional Access is meant to do with it.
    pub conditional_access: ConditionalAccess,
    /// `[[account.key]]`
    pub keys: Vec<PlannedKey>,
}

/// What Conditional Access is meant to do with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConditionalAccess {
    /// No policy applies to it.
    Excluded,
    /// Policies that demand phishing-resistant authentication may apply.
    PhishingResistant,
}

/// `[[account.key]]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedKey {
    /// Names one physical key, for ever.
    pub label: String,
    /// The safe it lies in.
    pub safe: String,
    /// The shelf in that safe.
    pub shelf: Option<String>,
    /// Who keeps its PIN.
    pub pin: PinCustody,
    /// The model that must be in the hand; `None` before it is registered.
    pub aaguid: Option<Aaguid>,
    /// The serial number that must be in the hand; `None` before, or where a key has none.
    pub serial: Option<String>,
}

/// Who keeps a PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinCustody {
    /// The PIN envelope's number.
    pub envelope: String,
    /// Refs of the people who hold it.
    pub held_by: Vec<String>,
}

/// `[[person]]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The pseudonym in records: `op-7`.
    pub reference: String,
    /// What this person may do.
    pub roles: Vec<Role>,
    /// The OpenSSH public key this person signs with: type and base64.
    pub key: String,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Runs ceremonies and signs first.
    Operator,
    /// Watches and signs on a machine of their own.
    Witness,
    /// Holds PIN envelopes.
    Custodian,
    /// Opens safes.
    SafeController,
    /// Checks afterwards.
    Auditor,
    /// Signs later, without having been present.
    Reviewer,
}

impl Role {
    /// Every role, in the order in which a record lists them.
    pub const ALL: [Self; 6] = [
        Self::Operator,
        Self::Witness,
        Self::Custodian,
        Self::SafeController,
        Self::Auditor,
        Self::Reviewer,
    ];

    /// As a person says it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Witness => "witness",
            Self::Custodian => "custodian",
            Self::SafeController => "safe controller",
            Self::Auditor => "auditor",
            Self::Reviewer => "reviewer",
        }
    }

    /// As a plan has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SafeController => "safe-controller",
            Self::Operator | Self::Witness | Self::Custodian | Self::Auditor | Self::Reviewer => {
                self.word()
            }
        }
    }
}
