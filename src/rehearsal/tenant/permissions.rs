//! Which permission opens which path, and what Graph says to those who have none.

use super::call::Call;
use super::fault::Verb;
use super::http::Answer;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

/// The smallest set with which everything that a check asks can be read.
pub const READING: &[&str] = &[
    "User.Read.All",
    "GroupMember.Read.All",
    "RoleManagement.Read.Directory",
    "AdministrativeUnit.Read.All",
    "Policy.Read.All",
    "UserAuthenticationMethod.Read.All",
    "AuditLog.Read.All",
    "Application.Read.All",
    "Domain.Read.All",
    "Organization.Read.All",
    "User.Read",
];

/// What making accounts and enrolling keys needs beside that.
pub const CHANGING: &[&str] = &[
    "UserAuthMethod-Passkey.ReadWrite.All",
    "UserAuthMethod-TAP.ReadWrite.All",
    "GroupMember.ReadWrite.All",
    "User.ReadWrite.All",
    "User.RevokeSessions.All",
    "RoleManagement.ReadWrite.Directory",
    "RoleAssignmentSchedule.ReadWrite.Directory",
    "Policy.ReadWrite.AuthenticationMethod",
];

/// The permissions of a token.
pub(super) struct Permissions(BTreeSet<String>);

impl Default for Permissions {
    fn default() -> Self {
        let all = READING.iter().chain(CHANGING);
        Self(all.map(|name| (*name).to_owned()).collect())
    }
}

impl Permissions {
    pub(super) fn set(&mut self, granted: &[&str]) {
        self.0 = granted.iter().map(|name| (*name).to_owned()).collect();
    }

    pub(super) fn withdraw(&mut self, permission: &str) {
        self.0.remove(permission);
    }

    /// Whether one of these is there.
    pub(super) fn any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.0.contains(*name))
    }

    /// The refusal of a request that needs a permission that is not there.
    pub(super) fn refusal(&self, call: &Call<'_>) -> Option<Answer> {
        let (service, sufficient) = needs(call)?;
        (!self.any(sufficient)).then(|| service.denied(sufficient))
    }
}

/// Who answers, and so how a refusal reads.
#[derive(Clone, Copy)]
pub(super) enum Service {
    Directory,
    Methods,
    Policies,
    Privileged,
    Logs,
}

impl Service {
    /// The refusal of one who has none of these permissions.
    pub(super) fn denied(self, sufficient: &[&str]) -> Answer {
        match self {
            Self::Directory => Answer::error(
                403,
                "Authorization_RequestDenied",
                "Insufficient privileges to complete the operation.",
            ),
            Self::Methods => Answer::forbidden(),
            Self::Policies => Answer::error(
                403,
                "AccessDenied",
                "You cannot perform the requested operation, required scopes are missing in the token.",
            ),
            Self::Privileged => {
                let inner = json!({
                    "errorCode": "PermissionScopeNotGranted",
                    "message": format!(
                        "Authorization failed due to missing permission scope {}.",
                        sufficient.join(",")
                    ),
                    "instanceAnnotations": [],
                });
                Answer::error(403, "UnknownError", &inner.to_string())
            }
            Self::Logs => Answer::error(
                403,
                "Authentication_MSGraphPermissionMissing",
                "Calling principal does not have required MSGraph permissions AuditLog.Read.All",
            ),
        }
    }
}

const USERS: &[&str] = &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All"];
const CREATE: &[&str] = &["User.ReadWrite.All", "Directory.ReadWrite.All"];
const CHANGE_PASSWORD: &[&str] = &[
    "User-PasswordProfile.ReadWrite.All",
    "User.ReadWrite.All",
    "Directory.ReadWrite.All",
];
const ENABLE: &[&str] = &[
    "User.EnableDisableAccount.All",
    "User.ReadWrite.All",
    "Directory.ReadWrite.All",
];
const REVOKE: &[&str] = &["User.RevokeSessions.All", "User.ReadWrite.All"];
const GROUPS: &[&str] = &[
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "Group.Read.All",
    "Directory.Read.All",
];
const MEMBERS: &[&str] = &["GroupMember.ReadWrite.All", "Group.ReadWrite.All"];
pub(super) const UNITS: &[&str] = &["AdministrativeUnit.Read.All", "Directory.Read.All"];
const ALL_METHODS: &[&str] = &[
    "UserAuthenticationMethod.Read.All",
    "UserAuthenticationMethod.ReadWrite.All",
];
const PASSKEYS: &[&str] = &[
    "UserAuthMethod-Passkey.Read.All",
    "UserAuthMethod-Passkey.ReadWrite.All",
    "UserAuthenticationMethod.Read.All",
    "UserAuthenticationMethod.ReadWrite.All",
];
const WRITE_PASSKEYS: &[&str] = &[
    "UserAuthMethod-Passkey.ReadWrite.All",
    "UserAuthenticationMethod.ReadWrite.All",
];
const PASSES: &[&str] = &[
    "UserAuthMethod-TAP.Read.All",
    "UserAuthMethod-TAP.ReadWrite.All",
    "UserAuthenticationMethod.Read.All",
    "UserAuthenticationMethod.ReadWrite.All",
];
const WRITE_PASSES: &[&str] = &[
    "UserAuthMethod-TAP.ReadWrite.All",
    "UserAuthenticationMethod.ReadWrite.All",
];
pub(super) const ROLES: &[&str] = &[
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
    "Directory.Read.All",
];
const WRITE_ROLES: &[&str] = &["RoleManagement.ReadWrite.Directory"];
const SCHEDULES: &[&str] = &[
    "RoleAssignmentSchedule.Read.Directory",
    "RoleAssignmentSchedule.ReadWrite.Directory",
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
];
const WRITE_SCHEDULES: &[&str] = &[
    "RoleAssignmentSchedule.ReadWrite.Directory",
    "RoleManagement.ReadWrite.Directory",
];
const ELIGIBLE: &[&str] = &[
    "RoleEligibilitySchedule.Read.Directory",
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
];
const METHOD_POLICY: &[&str] = &[
    "Policy.Read.AuthenticationMethod",
    "Policy.ReadWrite.AuthenticationMethod",
    "Policy.Read.All",
];
const WRITE_METHOD_POLICY: &[&str] = &["Policy.ReadWrite.AuthenticationMethod"];
const STRENGTHS: &[&str] = &["Policy.Read.AuthenticationMethod", "Policy.Read.All"];
const POLICIES: &[&str] = &["Policy.Read.All"];
pub(super) const LOGS: &[&str] = &["AuditLog.Read.All"];
const ORGANISATION: &[&str] = &["Organization.Read.All", "Directory.Read.All"];
const DOMAINS: &[&str] = &["Domain.Read.All", "Directory.Read.All"];
const LICENCES: &[&str] = &[
    "LicenseAssignment.Read.All",
    "Organization.Read.All",
    "Directory.Read.All",
];
const APPS: &[&str] = &["Application.Read.All", "Directory.Read.All"];
const ME: &[&str] = &["User.Read", "User.Read.All"];

/// Who answers, and which permissions suffice; `None` where any caller may.
fn needs(call: &Call<'_>) -> Option<(Service, &'static [&'static str])> {
    let segments: Vec<&str> = call.target.segments.iter().map(String::as_str).collect();
    let reads = call.verb == Verb::Get;
    let (service, read, write) = match segments.as_slice() {
        ["me"] => (Service::Directory, ME, ME),
        ["users", _, "authentication", kind, rest @ ..] => {
            let (read, write) = match *kind {
                "fido2Methods"
                    if rest
                        .first()
                        .is_some_and(|r| r.starts_with("creationOptions")) =>
                {
                    (WRITE_PASSKEYS, WRITE_PASSKEYS)
                }
                "fido2Methods" => (PASSKEYS, WRITE_PASSKEYS),
                "temporaryAccessPassMethods" => (PASSES, WRITE_PASSES),
                _ => (ALL_METHODS, ALL_METHODS),
            };
            (Service::Methods, read, write)
        }
        ["users", _, "memberOf", "microsoft.graph.administrativeUnit"] => {
            (Service::Directory, UNITS, UNITS)
        }
        [
            "users",
            _,
            "memberOf" | "transitiveMemberOf" | "checkMemberGroups",
            ..,
        ] => (Service::Directory, GROUPS, GROUPS),
        ["users", _, "revokeSignInSessions"] => (Service::Directory, REVOKE, REVOKE),
        ["users", _] if call.verb == Verb::Patch => (Service::Directory, USERS, update(call)),
        ["users", ..] => (Service::Directory, USERS, CREATE),
        ["groups", ..] => (Service::Directory, GROUPS, MEMBERS),
        ["directory", "administrativeUnits", ..] => (Service::Directory, UNITS, UNITS),
        ["roleManagement", "directory", kind, ..] => match *kind {
            "roleAssignmentScheduleInstances" | "roleAssignmentScheduleRequests" => {
                (Service::Privileged, SCHEDULES, WRITE_SCHEDULES)
            }
            "roleEligibilityScheduleInstances" => (Service::Privileged, ELIGIBLE, ELIGIBLE),
            _ => (Service::Directory, ROLES, WRITE_ROLES),
        },
        ["policies", "authenticationMethodsPolicy", ..] => {
            (Service::Policies, METHOD_POLICY, WRITE_METHOD_POLICY)
        }
        ["policies", "authenticationStrengthPolicies", ..] => {
            (Service::Policies, STRENGTHS, STRENGTHS)
        }
        ["policies" | "identity", ..] => (Service::Policies, POLICIES, POLICIES),
        ["auditLogs" | "reports", ..] => (Service::Logs, LOGS, LOGS),
        ["organization"] => (Service::Directory, ORGANISATION, ORGANISATION),
        ["domains"] => (Service::Directory, DOMAINS, DOMAINS),
        ["subscribedSkus"] => (Service::Directory, LICENCES, LICENCES),
        [first, ..] if first.starts_with("servicePrincipals") => (Service::Directory, APPS, APPS),
        _ => return None,
    };
    // A read that is POSTed.
    let reads = reads || segments.ends_with(&["checkMemberGroups"]);
    Some((service, if reads { read } else { write }))
}

/// What suffices to change these members of a user.
fn update(call: &Call<'_>) -> &'static [&'static str] {
    let members: Map<String, Value> = call.body().unwrap_or_default();
    let names: Vec<&str> = members
        .keys()
        .map(String::as_str)
        .filter(|name| *name != "@odata.type")
        .collect();
    match names.as_slice() {
        ["passwordProfile"] => CHANGE_PASSWORD,
        ["accountEnabled"] => ENABLE,
        _ => CREATE,
    }
}
