//! The options of getInfo (CTAP 2.1 §6.4), each absence, true and false by its name.

use crate::primitives::cbor::Value;

/// An option that is there or not; absent means not, but for `up`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Support {
    /// True.
    Yes,
    /// False, or absent.
    #[default]
    No,
}

/// `clientPin`: whether the key has a PIN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientPin {
    /// Absent: it takes no PIN.
    #[default]
    NotSupported,
    /// False: it takes one and has none.
    NotSet,
    /// True: it has one.
    Set,
}

/// A feature of a key that can be set up: `uv`, `bioEnroll`, `alwaysUv`, `ep`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Feature {
    /// Absent: the key does not have it.
    #[default]
    NotSupported,
    /// False: it has it, and it is not set up or switched off.
    Off,
    /// True: it has it, and it is set up or switched on.
    On,
}

/// The options a key reports. What is absent has the specification's default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// `plat`: built into the computer.
    pub platform: Support,
    /// `rk`: it stores discoverable credentials.
    pub resident_key: Support,
    /// `clientPin`.
    pub client_pin: ClientPin,
    /// `up`: it tests for presence; the default is yes.
    pub user_presence: Support,
    /// `uv`: built-in user verification, such as a fingerprint.
    pub user_verification: Feature,
    /// `pinUvAuthToken`: it gives tokens with permissions.
    pub pin_uv_auth_token: Support,
    /// `noMcGaPermissionsWithClientPin`: a PIN alone does not allow makeCredential and
    /// getAssertion.
    pub no_mc_ga_permissions_with_client_pin: Support,
    /// `largeBlobs`.
    pub large_blobs: Support,
    /// `ep`: enterprise attestation.
    pub enterprise_attestation: Feature,
    /// `bioEnroll`: fingerprints.
    pub bio_enroll: Feature,
    /// `authnrCfg`: authenticatorConfig.
    pub authenticator_config: Support,
    /// `credMgmt`.
    pub credential_management: Support,
    /// `credentialMgmtPreview`: the prototype of it.
    pub credential_management_preview: Support,
    /// `perCredMgmtRO`: persistent read-only tokens (CTAP 2.2).
    pub persistent_read_only: Support,
    /// `setMinPINLength`.
    pub set_min_pin_length: Support,
    /// `makeCredUvNotRqd`: a credential that is not discoverable needs no user verification.
    pub make_credential_uv_not_required: Support,
    /// `alwaysUv`: every use needs user verification.
    pub always_uv: Feature,
    /// Every option that is true or false, in the order reported, by the specification's name.
    pub reported: Vec<(String, bool)>,
    /// Options that are neither, or whose name is no text.
    pub odd: Vec<(Value, Value)>,
}

impl Options {
    /// Reads the options map; `None` if it is none. A value that is not true or false is set
    /// aside as odd, and its option counts as absent.
    #[must_use]
    pub fn read(value: &Value) -> Option<Self> {
        let mut reported = Vec::new();
        let mut odd = Vec::new();
        for (name, value) in value.as_map()? {
            match (name.as_text(), value.as_bool()) {
                (Some(name), Some(truth)) => reported.push((name.to_owned(), truth)),
                (Some(_) | None, _) => odd.push((name.clone(), value.clone())),
            }
        }
        Some(Self::of(reported, odd))
    }

    fn of(reported: Vec<(String, bool)>, odd: Vec<(Value, Value)>) -> Self {
        let find = |name: &str| {
            let found = reported.iter().find(|(reported, _)| reported == name);
            found.map(|(_, truth)| *truth)
        };
        let support = |name: &str| Support::from_option(find(name).unwrap_or_default());
        Self {
            platform: support("plat"),
            resident_key: support("rk"),
            client_pin: ClientPin::from_option(find("clientPin")),
            user_presence: Support::from_option(find("up").unwrap_or(true)),
            user_verification: Feature::from_option(find("uv")),
            pin_uv_auth_token: support("pinUvAuthToken"),
            no_mc_ga_permissions_with_client_pin: support("noMcGaPermissionsWithClientPin"),
            large_blobs: support("largeBlobs"),
            enterprise_attestation: Feature::from_option(find("ep")),
            bio_enroll: Feature::from_option(find("bioEnroll")),
            authenticator_config: support("authnrCfg"),
            credential_management: support("credMgmt"),
            credential_management_preview: support("credentialMgmtPreview"),
            persistent_read_only: support("perCredMgmtRO"),
            set_min_pin_length: support("setMinPINLength"),
            make_credential_uv_not_required: support("makeCredUvNotRqd"),
            always_uv: Feature::from_option(find("alwaysUv")),
            reported,
            odd,
        }
    }
}

impl Default for Options {
    /// The options of a key that reports none.
    fn default() -> Self {
        Self::of(Vec::new(), Vec::new())
    }
}

impl Support {
    /// What true and false mean.
    #[must_use]
    pub const fn from_option(truth: bool) -> Self {
        if truth { Self::Yes } else { Self::No }
    }
}

impl ClientPin {
    /// What absence, false and true mean.
    #[must_use]
    pub const fn from_option(reported: Option<bool>) -> Self {
        match reported {
            None => Self::NotSupported,
            Some(false) => Self::NotSet,
            Some(true) => Self::Set,
        }
    }
}

impl Feature {
    /// What absence, false and true mean.
    #[must_use]
    pub const fn from_option(reported: Option<bool>) -> Self {
        match reported {
            None => Self::NotSupported,
            Some(false) => Self::Off,
            Some(true) => Self::On,
        }
    }
}
