//! A directory role for ever, over the whole tenant. An assignment that ends cannot be written here.

use crate::primitives::Guid;
use crate::primitives::UtcTime;
use serde_json::json;

/// A role that an account is to hold, active and without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleGrant {
    /// The role, by the id of its template.
    pub role: Guid,
    /// Who is to hold it.
    pub principal: Guid,
}

/// How far a request to Privileged Identity Management came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleStatus {
    /// `Provisioned`: it is carried out.
    Provisioned,
    /// Not yet, or not without somebody's word: `PendingApproval` and others, as sent, at most 100
    /// characters; empty if not told.
    Other(String),
}

impl ScheduleStatus {
    pub(super) fn read(word: Option<&str>) -> Self {
        let word = word.unwrap_or_default();
        if word.eq_ignore_ascii_case("Provisioned") {
            Self::Provisioned
        } else {
            let plain = |c: &char| c.is_ascii_alphanumeric();
            Self::Other(word.chars().filter(plain).take(100).collect())
        }
    }
}

impl RoleGrant {
    /// The body where there is no Privileged Identity Management (POST `roleAssignments`).
    pub(super) fn plain(&self) -> Vec<u8> {
        json!({
            "@odata.type": "#microsoft.graph.unifiedRoleAssignment",
            "roleDefinitionId": self.role,
            "principalId": self.principal,
            "directoryScopeId": "/",
        })
        .to_string()
        .into_bytes()
    }

    /// The body where there is (POST `roleAssignmentScheduleRequests`).
    pub(super) fn scheduled(&self, start: UtcTime, justification: &str) -> Vec<u8> {
        json!({
            "action": "adminAssign",
            "justification": justification,
            "roleDefinitionId": self.role,
            "directoryScopeId": "/",
            "principalId": self.principal,
            "scheduleInfo": {
                "startDateTime": start,
                "expiration": { "type": "noExpiration" },
            },
        })
        .to_string()
        .into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const GRANT: RoleGrant = RoleGrant {
        role: Guid([0x62; 16]),
        principal: Guid([0x99; 16]),
    };

    #[test]
    fn both_bodies_are_tenant_wide_and_without_end() {
        let plain: Value = serde_json::from_slice(&GRANT.plain()).unwrap();
        assert_eq!(
            plain,
            json!({
                "@odata.type": "#microsoft.graph.unifiedRoleAssignment",
                "roleDefinitionId": "62626262-6262-6262-6262-626262626262",
                "principalId": "99999999-9999-9999-9999-999999999999",
                "directoryScopeId": "/",
            })
        );
        let start = UtcTime::parse("2026-11-23T08:00:00Z").unwrap();
        let scheduled = GRANT.scheduled(start, "Emergency access");
        let scheduled: Value = serde_json::from_slice(&scheduled).unwrap();
        assert_eq!(
            scheduled,
            json!({
                "action": "adminAssign",
                "justification": "Emergency access",
                "roleDefinitionId": "62626262-6262-6262-6262-626262626262",
                "directoryScopeId": "/",
                "principalId": "99999999-9999-9999-9999-999999999999",
                "scheduleInfo": {
                    "startDateTime": "2026-11-23T08:00:00Z",
                    "expiration": { "type": "noExpiration" },
                },
            })
        );
    }

    #[test]
    fn only_provisioned_is_the_end_of_a_request() {
        let other = |word: &str| ScheduleStatus::Other(word.to_owned());
        for (word, status) in [
            (Some("provisioned"), ScheduleStatus::Provisioned),
            (Some("PendingApproval"), other("PendingApproval")),
            (Some("Pro\u{1b}[2Jvisioned"), other("Pro2Jvisioned")),
            (None, other("")),
        ] {
            assert_eq!(ScheduleStatus::read(word), status);
        }
    }
}
