//! The relying party a credential belongs to.

use crate::primitives::Cloud;
use crate::primitives::Digest;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// An rp id: a host name (WebAuthn §4, RP ID).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RpId(String);

impl RpId {
    /// Any text as an rp id, as authenticators report it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The rp id of Microsoft Entra in `cloud`; `None` where it is not known to us, so that
    /// nothing is registered there through Graph.
    #[must_use]
    pub fn of_cloud(cloud: Cloud) -> Option<Self> {
        entra_host(cloud).map(Self::new)
    }

    /// Whether it is that of Microsoft Entra in a cloud where it is known to us.
    #[must_use]
    pub fn is_entra(&self) -> bool {
        [Cloud::Global, Cloud::UsGov, Cloud::UsGovDod, Cloud::China]
            .into_iter()
            .any(|cloud| entra_host(cloud) == Some(self.as_str()))
    }

    /// Our own rp id, for credentials that only attest (`ceremony.glasskey.invalid`).
    #[must_use]
    pub fn ceremony() -> Self {
        Self::new("ceremony.glasskey.invalid")
    }

    /// SHA-256 of the rp id, as authenticator data begins (WebAuthn §6.1).
    #[must_use]
    pub fn hash(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The host that Microsoft Entra in `cloud` takes for its rp id; `None` where it is not known to us.
const fn entra_host(cloud: Cloud) -> Option<&'static str> {
    match cloud {
        Cloud::Global => Some("login.microsoft.com"),
        Cloud::UsGov | Cloud::UsGovDod | Cloud::China => None,
    }
}

impl fmt::Display for RpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
