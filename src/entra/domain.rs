//! The tenant's domains.

use super::Ask;
use super::Told;
use serde::Deserialize;
use serde_json::Value;

/// `authenticationType`: who checks the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainAuthentication {
    /// `Managed`: the tenant itself.
    Managed,
    /// `Federated`: somebody else's server.
    Federated,
    /// A word we do not know.
    Other(String),
    /// Absent or null.
    NotTold,
}

/// A domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its name, in lower case.
    pub name: String,
    /// Who checks passwords.
    pub authentication: DomainAuthentication,
    /// `isInitial`: the one the tenant was born with.
    pub initial: Told,
    /// `passwordValidityPeriodInDays`; `None` if not told.
    pub password_days: Option<u32>,
}

/// `passwordValidityPeriodInDays` where passwords do not expire.
pub const PASSWORDS_LAST: u32 = 2_147_483_647;

impl Domain {
    /// Reads an array of domains; `None` if one cannot be read.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let wires: Vec<Wire> = serde_json::from_value(value).ok()?;
        let domain = |wire: Wire| Self {
            name: wire.id.to_ascii_lowercase(),
            authentication: match wire.authentication_type {
                None => DomainAuthentication::NotTold,
                Some(word) if word.eq_ignore_ascii_case("Managed") => DomainAuthentication::Managed,
                Some(word) if word.eq_ignore_ascii_case("Federated") => {
                    DomainAuthentication::Federated
                }
                Some(word) => DomainAuthentication::Other(word),
            },
            initial: wire.is_initial.into(),
            password_days: wire.password_validity_period_in_days,
        };
        Some(wires.into_iter().map(domain).collect())
    }
}

/// Reads the tenant's domains.
#[must_use]
pub fn ask_domains() -> Ask<Vec<Domain>> {
    Ask::list(
        "/domains".into(),
        "Domain.Read.All",
        "the tenant's domains",
        Domain::read_all,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    authentication_type: Option<String>,
    is_initial: Option<bool>,
    password_validity_period_in_days: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_tenant_has_an_initial_domain_and_a_federated_one() {
        let text = include_str!("../../tests/graph/domains.json");
        let page: Value = serde_json::from_str(text).unwrap();
        assert_eq!(
            Domain::read_all(page["value"].clone()).unwrap(),
            [
                Domain {
                    name: "contoso.onmicrosoft.com".into(),
                    authentication: DomainAuthentication::Managed,
                    initial: Told::Yes,
                    password_days: Some(PASSWORDS_LAST),
                },
                Domain {
                    name: "contoso.com".into(),
                    authentication: DomainAuthentication::Federated,
                    initial: Told::No,
                    password_days: None,
                },
            ]
        );
    }
}
