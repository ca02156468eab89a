//! `[policy]`: thresholds and quorum. Genesis and `policy` records hold it in canonical JSON.

use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// The book's policy. Every member has a default; unknown members are refused.
///
/// In the plan its members are spelled with dashes, in a record with underscores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Keys each account must have.
    #[serde(alias = "keys-per-account")]
    pub keys_per_account: u32,
    /// Sites an account's keys must lie at.
    #[serde(alias = "sites-per-account")]
    pub sites_per_account: u32,
    /// Emergency access accounts there may be.
    #[serde(alias = "max-emergency-accounts")]
    pub max_emergency_accounts: u32,
    /// Days until a key is due for verification.
    #[serde(alias = "verify-every-days")]
    pub verify_every_days: u32,
    /// Days before that in which the day's page says so.
    #[serde(alias = "remind-days")]
    pub remind_days: u32,
    /// Witnesses a ceremony needs.
    pub witnesses: Witnesses,
    /// Shortest PIN a key may accept, in code points.
    #[serde(alias = "min-pin-length")]
    pub min_pin_length: u32,
    /// PIN tries left at which everything stops and asks.
    #[serde(alias = "pin-retries-floor")]
    pub pin_retries_floor: u32,
    /// Age of the last proof that a PIN is known, in days.
    #[serde(alias = "pin-proven-days")]
    pub pin_proven_days: PinProvenDays,
    /// Portals at which a registration signs in.
    pub portals: Vec<String>,
    /// Kinds of outside anchor the ledger needs.
    #[serde(alias = "outside-anchors")]
    pub outside_anchors: u32,
    /// Whether each key is also read through the independent client.
    #[serde(alias = "second-opinion")]
    pub second_opinion: bool,
    /// Lowest firmware accepted, by vendor.
    #[serde(alias = "min-firmware")]
    pub min_firmware: BTreeMap<String, String>,
    /// Difference between this host's clock and the tenant's that is tolerated, in seconds.
    #[serde(alias = "time-skew-seconds")]
    pub time_skew_seconds: u32,
    /// Age of metadata after its `nextUpdate`, in days.
    #[serde(alias = "metadata-stale-days")]
    pub metadata_stale_days: MetadataStaleDays,
}

/// Witnesses needed, by event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Witnesses {
    /// At a registration.
    pub registration: u32,
    /// At a loss.
    pub loss: u32,
    /// At every other event, genesis included.
    pub other: u32,
}

/// Days since a PIN was last proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PinProvenDays {
    /// Warns from here on.
    pub warn: u32,
    /// Fails from here on.
    pub fail: u32,
}

/// Days since metadata's `nextUpdate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetadataStaleDays {
    /// Warns from here on.
    pub warn: u32,
    /// Fails from here on.
    pub fail: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            keys_per_account: 2,
            sites_per_account: 2,
            max_emergency_accounts: 2,
            verify_every_days: 90,
            remind_days: 21,
            witnesses: Witnesses::default(),
            min_pin_length: 6,
            pin_retries_floor: 3,
            pin_proven_days: PinProvenDays::default(),
            portals: ["entra", "azure", "m365-admin"].map(String::from).to_vec(),
            outside_anchors: 1,
            second_opinion: false,
            min_firmware: BTreeMap::from([("yubico".to_owned(), "5.7.0".to_owned())]),
            time_skew_seconds: 120,
            metadata_stale_days: MetadataStaleDays::default(),
        }
    }
}

impl Default for Witnesses {
    fn default() -> Self {
        Self {
            registration: 1,
            loss: 1,
            other: 1,
        }
    }
}

impl Default for PinProvenDays {
    fn default() -> Self {
        Self {
            warn: 180,
            fail: 365,
        }
    }
}

impl Default for MetadataStaleDays {
    fn default() -> Self {
        Self { warn: 14, fail: 90 }
    }
}
