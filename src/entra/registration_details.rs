//! The tenant's report on what an account has registered: old by hours, but readable with fewer
//! permissions than the methods themselves.

use super::Ask;
use super::told::moment;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde_json::Value;

/// The report on one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationDetails {
    /// `methodsRegistered`: words such as `passKeyDeviceBound` and `mobilePhone`.
    pub methods: Vec<String>,
    /// `lastUpdatedDateTime`; `None` if not told.
    pub updated: Option<UtcTime>,
}

impl RegistrationDetails {
    /// Reads a `userRegistrationDetails`; `None` if it names no methods or a member has another type.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        let wire: Wire = serde_json::from_value(value).ok()?;
        Some(Self {
            methods: wire.methods_registered,
            updated: wire.last_updated_date_time,
        })
    }
}

/// Reads the report on an account.
#[must_use]
pub fn ask_registration_details(user: &Guid) -> Ask<RegistrationDetails> {
    Ask::one(
        format!("/reports/authenticationMethods/userRegistrationDetails/{user}"),
        "AuditLog.Read.All",
        "the report on the account's methods",
        RegistrationDetails::read,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    methods_registered: Vec<String>,
    #[serde(default, deserialize_with = "moment")]
    last_updated_date_time: Option<UtcTime>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_report_says_a_device_bound_passkey() {
        let text = include_str!("../../tests/graph/userregistrationdetails.json");
        assert_eq!(
            RegistrationDetails::read(serde_json::from_str(text).unwrap()),
            Some(RegistrationDetails {
                methods: vec!["passKeyDeviceBound".into()],
                updated: UtcTime::parse("2026-10-02T09:00:00Z"),
            })
        );
    }
}
