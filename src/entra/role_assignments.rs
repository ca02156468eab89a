//! Who holds which directory role, and for how long.
//!
//! `roleAssignments` lists what is active now, for ever or for an hour alike; the schedule instances
//! of Privileged Identity Management (PIM) tell these apart, where the tenant has it.

use super::Ask;
use super::Principal;
use super::principal;
use super::told::Nullable;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde_json::Value;

/// `directoryScopeId`: where a role counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleScope {
    /// `/`: the whole tenant.
    Tenant,
    /// An administrative unit.
    Unit(Guid),
    /// One object, or a scope we do not know.
    Other(String),
    /// Absent or null.
    NotTold,
}

impl RoleScope {
    fn of(text: Option<String>) -> Self {
        let Some(text) = text else {
            return Self::NotTold;
        };
        let unit = text.strip_prefix("/administrativeUnits/");
        match unit.and_then(Guid::parse) {
            Some(unit) => Self::Unit(unit),
            None if text == "/" => Self::Tenant,
            None => Self::Other(text),
        }
    }
}

/// An assignment that is active now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleAssignment {
    /// Its own id, opaque; what a removal names.
    pub id: String,
    /// The role.
    pub role: Guid,
    /// Who holds it.
    pub principal_id: Guid,
    /// The holder, where it was asked for; `None` if it was not, or was deleted.
    pub principal: Option<Principal>,
    /// Where it counts.
    pub scope: RoleScope,
}

/// `assignmentType`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssignmentType {
    /// `Assigned`
    Assigned,
    /// `Activated`: an eligible role, for some hours.
    Activated,
    /// A word we do not know.
    Other(String),
    /// Absent or null, as in eligible instances.
    NotTold,
}

/// `memberType`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberType {
    /// `Direct`
    Direct,
    /// `Group`: held by a group that the principal is in.
    Group,
    /// `Inherited`: from a wider scope.
    Inherited,
    /// A word we do not know.
    Other(String),
    /// Absent or null.
    NotTold,
}

/// `endDateTime`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleEnd {
    /// Null: it does not end.
    Never,
    /// It ends.
    At(UtcTime),
    /// Absent, or no moment.
    NotTold,
}

/// A schedule instance: a role as PIM knows it, active or eligible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleInstance {
    /// The role.
    pub role: Guid,
    /// Who holds it, or may activate it.
    pub principal_id: Guid,
    /// The same, where it was asked for; `None` if it was not, or was deleted.
    pub principal: Option<Principal>,
    /// Where it counts.
    pub scope: RoleScope,
    /// Assigned or activated.
    pub assignment: AssignmentType,
    /// Direct or through a group.
    pub member: MemberType,
    /// When it ends.
    pub end: RoleEnd,
}

impl RoleInstance {
    /// Whether it is active without end, by itself rather than by an activation.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.assignment == AssignmentType::Assigned && self.end == RoleEnd::Never
    }

    /// Reads an array of active or eligible instances; `None` if one cannot be read.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let wires: Vec<WireInstance> = serde_json::from_value(value).ok()?;
        Some(wires.into_iter().map(WireInstance::instance).collect())
    }
}

impl RoleAssignment {
    /// Reads an array of `unifiedRoleAssignment`; `None` if one cannot be read.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let wires: Vec<WireAssignment> = serde_json::from_value(value).ok()?;
        let assignment = |wire: WireAssignment| Self {
            id: wire.id,
            role: wire.role_definition_id,
            principal_id: wire.principal_id,
            principal: wire.principal.and_then(principal::Wire::principal),
            scope: RoleScope::of(wire.directory_scope_id),
        };
        Some(wires.into_iter().map(assignment).collect())
    }
}

/// One permission for all of these reads, so that one consent serves them; the schedules alone would
/// need no more than `RoleAssignmentSchedule.Read.Directory` or `RoleEligibilitySchedule.Read.Directory`.
const NEEDS: &str = "RoleManagement.Read.Directory";
const ASSIGNMENTS: &str = "/roleManagement/directory/roleAssignments";
const ACTIVE: &str = "/roleManagement/directory/roleAssignmentScheduleInstances";
const ELIGIBLE: &str = "/roleManagement/directory/roleEligibilityScheduleInstances";

/// Reads the roles that a principal holds now, directly.
#[must_use]
pub fn ask_roles_of(principal: &Guid) -> Ask<Vec<RoleAssignment>> {
    Ask::list(
        of_principal(ASSIGNMENTS, principal),
        NEEDS,
        "the account's roles",
        RoleAssignment::read_all,
    )
}

/// Reads who holds a role now, directly, with the holders.
#[must_use]
pub fn ask_holders_of(role: &Guid) -> Ask<Vec<RoleAssignment>> {
    Ask::list(
        of_role(ASSIGNMENTS, role),
        NEEDS,
        "the holders of a role",
        RoleAssignment::read_all,
    )
}

/// Reads the active roles of a principal, as PIM knows them.
#[must_use]
pub fn ask_active_roles_of(principal: &Guid) -> Ask<Vec<RoleInstance>> {
    Ask::list(
        of_principal(ACTIVE, principal),
        NEEDS,
        "how long the account's roles last",
        RoleInstance::read_all,
    )
}

/// Reads the roles that a principal may activate.
#[must_use]
pub fn ask_eligible_roles_of(principal: &Guid) -> Ask<Vec<RoleInstance>> {
    Ask::list(
        of_principal(ELIGIBLE, principal),
        NEEDS,
        "the account's eligible roles",
        RoleInstance::read_all,
    )
}

/// Reads who holds a role, as PIM knows it, with the holders.
#[must_use]
pub fn ask_active_holders_of(role: &Guid) -> Ask<Vec<RoleInstance>> {
    Ask::list(
        of_role(ACTIVE, role),
        NEEDS,
        "how long a role is held",
        RoleInstance::read_all,
    )
}

/// Reads who may activate a role, with them.
#[must_use]
pub fn ask_eligible_holders_of(role: &Guid) -> Ask<Vec<RoleInstance>> {
    Ask::list(
        of_role(ELIGIBLE, role),
        NEEDS,
        "who may activate a role",
        RoleInstance::read_all,
    )
}

fn of_principal(path: &str, principal: &Guid) -> String {
    format!("{path}?$filter=principalId%20eq%20'{principal}'")
}

fn of_role(path: &str, role: &Guid) -> String {
    format!("{path}?$filter=roleDefinitionId%20eq%20'{role}'&$expand=principal")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAssignment {
    id: String,
    role_definition_id: Guid,
    principal_id: Guid,
    directory_scope_id: Option<String>,
    principal: Option<principal::Wire>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireInstance {
    role_definition_id: Guid,
    principal_id: Guid,
    directory_scope_id: Option<String>,
    assignment_type: Option<String>,
    member_type: Option<String>,
    #[serde(default)]
    end_date_time: Nullable<String>,
    principal: Option<principal::Wire>,
}

impl WireInstance {
    fn instance(self) -> RoleInstance {
        RoleInstance {
            role: self.role_definition_id,
            principal_id: self.principal_id,
            principal: self.principal.and_then(principal::Wire::principal),
            scope: RoleScope::of(self.directory_scope_id),
            assignment: match self.assignment_type {
                None => AssignmentType::NotTold,
                Some(word) if word.eq_ignore_ascii_case("Assigned") => AssignmentType::Assigned,
                Some(word) if word.eq_ignore_ascii_case("Activated") => AssignmentType::Activated,
                Some(word) => AssignmentType::Other(word),
            },
            member: match self.member_type {
                None => MemberType::NotTold,
                Some(word) if word.eq_ignore_ascii_case("Direct") => MemberType::Direct,
                Some(word) if word.eq_ignore_ascii_case("Group") => MemberType::Group,
                Some(word) if word.eq_ignore_ascii_case("Inherited") => MemberType::Inherited,
                Some(word) => MemberType::Other(word),
            },
            end: match self.end_date_time {
                Nullable::Absent => RoleEnd::NotTold,
                Nullable::Null => RoleEnd::Never,
                Nullable::Is(text) => {
                    UtcTime::parse_rfc3339(&text).map_or(RoleEnd::NotTold, RoleEnd::At)
                }
            },
        }
    }
}

#[cfg(test)]
mod tests;
