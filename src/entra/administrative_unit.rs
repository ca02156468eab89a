//! The administrative units that an account is in.

use super::Ask;
use super::Told;
use crate::primitives::Guid;
use serde::Deserialize;
use serde_json::Value;

/// An administrative unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdministrativeUnit {
    /// Object id.
    pub id: Guid,
    /// `displayName`; `None` if not told.
    pub name: Option<String>,
    /// `isMemberManagementRestricted`: only roles scoped to the unit may change its members.
    pub restricted: Told,
}

impl AdministrativeUnit {
    /// Reads an array of units; `None` if one cannot be read.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let wires: Vec<Wire> = serde_json::from_value(value).ok()?;
        let unit = |wire: Wire| Self {
            id: wire.id,
            name: wire.display_name,
            restricted: wire.is_member_management_restricted.into(),
        };
        Some(wires.into_iter().map(unit).collect())
    }
}

/// Reads the administrative units of an account.
#[must_use]
pub fn ask_administrative_units(user: &Guid) -> Ask<Vec<AdministrativeUnit>> {
    Ask::list(
        format!(
            "/users/{user}/memberOf/microsoft.graph.administrativeUnit\
             ?$select=id,displayName,isMemberManagementRestricted"
        ),
        "AdministrativeUnit.Read.All",
        "the account's administrative units",
        AdministrativeUnit::read_all,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: Guid,
    display_name: Option<String>,
    is_member_management_restricted: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_unit_is_restricted() {
        let text = include_str!("../../tests/graph/administrativeunits-memberof.json");
        let page: Value = serde_json::from_str(text).unwrap();
        assert_eq!(
            AdministrativeUnit::read_all(page["value"].clone()).unwrap(),
            [AdministrativeUnit {
                id: Guid::parse("4d7ea995-bc0f-45c0-8c3e-132e93bf95f8").unwrap(),
                name: Some("Restricted: emergency access".into()),
                restricted: Told::Yes,
            }]
        );
    }
}
