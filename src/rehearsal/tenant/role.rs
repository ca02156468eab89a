//! Directory roles: who has which, for how long, and who could take which.

use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::primitives::bytes;

/// A directory role that every tenant has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Global Administrator
    GlobalAdministrator,
    /// Privileged Role Administrator
    PrivilegedRoleAdministrator,
    /// Privileged Authentication Administrator
    PrivilegedAuthenticationAdministrator,
    /// Authentication Administrator
    AuthenticationAdministrator,
    /// Global Reader
    GlobalReader,
    /// User Administrator
    UserAdministrator,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::GlobalAdministrator,
        Self::PrivilegedRoleAdministrator,
        Self::PrivilegedAuthenticationAdministrator,
        Self::AuthenticationAdministrator,
        Self::GlobalReader,
        Self::UserAdministrator,
    ];

    const fn row(self) -> (&'static str, &'static str) {
        match self {
            Self::GlobalAdministrator => (
                "62e90394-69f5-4237-9190-012177145e10",
                "Global Administrator",
            ),
            Self::PrivilegedRoleAdministrator => (
                "e8611ab8-c189-46e8-94e1-60213ab1f814",
                "Privileged Role Administrator",
            ),
            Self::PrivilegedAuthenticationAdministrator => (
                "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
                "Privileged Authentication Administrator",
            ),
            Self::AuthenticationAdministrator => (
                "c4e39bd9-1100-46d3-8c65-fb160da0071f",
                "Authentication Administrator",
            ),
            Self::GlobalReader => ("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader"),
            Self::UserAdministrator => {
                ("fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator")
            }
        }
    }

    /// The id of its definition, which is its template's: the same in every tenant.
    #[must_use]
    pub fn id(self) -> Guid {
        Guid::parse(self.row().0).unwrap_or(Guid([0; 16]))
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().1
    }

    /// The role with this definition; `None` if it is none of these.
    #[must_use]
    pub fn of(id: Guid) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }
}

/// How an assignment came to be and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// Active without an end.
    Permanent,
    /// Active until a time.
    Until(UtcTime),
    /// Activated from an eligibility, until a time.
    Activated(UtcTime),
    /// Not active: the principal may activate it.
    Eligible,
}

/// A role that a principal has or could take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// An account, a group or an app.
    pub principal: Guid,
    /// The role's definition.
    pub role: Guid,
    /// `/` for the whole directory, or `/administrativeUnits/<id>`.
    pub scope: String,
    /// For how long.
    pub holding: Holding,
    /// When it was made.
    pub created: UtcTime,
}

impl Assignment {
    /// A permanent one over the whole directory.
    #[must_use]
    pub fn permanent(principal: Guid, role: Role, created: UtcTime) -> Self {
        Self {
            principal,
            role: role.id(),
            scope: "/".to_owned(),
            holding: Holding::Permanent,
            created,
        }
    }

    /// Its opaque id: role and principal in base64url, and the scope.
    #[must_use]
    pub fn id(&self) -> String {
        let raw: Vec<u8> = [self.role, self.principal]
            .iter()
            .flat_map(wire_order)
            .collect();
        let scope = if self.scope == "/" {
            String::new()
        } else {
            format!("-{}", bytes::base64url(self.scope.as_bytes()))
        };
        format!("{}-1{scope}", bytes::base64url(&raw))
    }

    /// Whether it is in force at a time.
    #[must_use]
    pub fn is_active(&self, now: UtcTime) -> bool {
        match self.holding {
            Holding::Permanent => true,
            Holding::Until(end) | Holding::Activated(end) => now < end,
            Holding::Eligible => false,
        }
    }

    /// The end of a time-bound one.
    #[must_use]
    pub const fn end(&self) -> Option<UtcTime> {
        match self.holding {
            Holding::Until(end) | Holding::Activated(end) => Some(end),
            Holding::Permanent | Holding::Eligible => None,
        }
    }
}

/// The order in which Windows keeps a GUID: its first three fields reversed.
fn wire_order(id: &Guid) -> [u8; 16] {
    const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    ORDER.map(|at| id.0.get(at).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_has_the_id_that_the_published_example_has() {
        let assignment = Assignment::permanent(
            Guid::parse("ace08ec9-aa11-4ada-9145-addf0398233e").unwrap(),
            Role::GlobalAdministrator,
            UtcTime::from_unix(0),
        );
        assert_eq!(
            assignment.id(),
            "lAPpYvVpN0KRkAEhdxReEMmO4KwRqtpKkUWt3wOYIz4-1"
        );
    }
}
