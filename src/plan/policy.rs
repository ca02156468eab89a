//! `[policy]`: thresholds and quorum. Genesis and `policy` records hold it in canonical JSON.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

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

impl Policy {
    /// Witnesses that its most demanding ceremony needs.
    #[must_use]
    pub fn most_witnesses(&self) -> u32 {
        let Witnesses {
            registration,
            loss,
            other,
        } = self.witnesses;
        registration.max(loss).max(other)
    }

    /// Each setting by the name that the plan has for it, and its value, in the order of names.
    #[must_use]
    pub fn settings(&self) -> Vec<(String, String)> {
        let mut into = Vec::new();
        if let Ok(value) = serde_json::to_value(self) {
            flatten("", &value, &mut into);
        }
        into.sort_unstable();
        into
    }

    /// Each setting that `after` changes: `verify-every-days: 90 becomes 60`.
    #[must_use]
    pub fn changes(&self, after: &Self) -> Vec<String> {
        let (old, new) = (self.settings(), after.settings());
        let names: BTreeSet<&String> = old.iter().chain(&new).map(|(name, _)| name).collect();
        let value = |of: &[(String, String)], name: &String| {
            let found = of.iter().find(|(one, _)| one == name);
            found.map_or_else(|| "nothing".to_owned(), |(_, value)| value.clone())
        };
        names
            .into_iter()
            .map(|name| (name, value(&old, name), value(&new, name)))
            .filter(|(_, old, new)| old != new)
            .map(|(name, old, new)| format!("{name}: {old} becomes {new}"))
            .collect()
    }
}

fn flatten(path: &str, value: &Value, into: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('_', "-");
                let path = if path.is_empty() {
                    name
                } else {
                    format!("{path}.{name}")
                };
                flatten(&path, member, into);
            }
        }
        Value::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            let shown = if items.is_empty() {
                "none".to_owned()
            } else {
                items.join(", ")
            };
            into.push((path.to_owned(), shown));
        }
        Value::Bool(true) => into.push((path.to_owned(), "yes".to_owned())),
        Value::Bool(false) => into.push((path.to_owned(), "no".to_owned())),
        Value::String(text) => into.push((path.to_owned(), text.clone())),
        Value::Number(number) => into.push((path.to_owned(), number.to_string())),
        Value::Null => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_policy_is_told_setting_by_setting() {
        let mut after = Policy {
            verify_every_days: 60,
            portals: Vec::new(),
            second_opinion: true,
            ..Policy::default()
        };
        after.witnesses.loss = 2;
        after.min_firmware = BTreeMap::from([("feitian".to_owned(), "1.2".to_owned())]);
        assert_eq!(
            Policy::default().changes(&after),
            [
                "min-firmware.feitian: nothing becomes 1.2",
                "min-firmware.yubico: 5.7.0 becomes nothing",
                "portals: entra, azure, m365-admin becomes none",
                "second-opinion: no becomes yes",
                "verify-every-days: 90 becomes 60",
                "witnesses.loss: 1 becomes 2",
            ]
        );
        assert!(after.changes(&after).is_empty());
    }
}
