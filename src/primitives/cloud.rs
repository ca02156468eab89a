//! Which Microsoft cloud a tenant lives in.

use serde::Deserialize;
use serde::Serialize;

/// A Microsoft cloud; hosts, sign-in addresses and rp ids hang on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    /// The worldwide cloud.
    #[default]
    Global,
    /// US Government L4.
    UsGov,
    /// US Government L5 (DoD).
    UsGovDod,
    /// China, operated by 21Vianet.
    China,
}
