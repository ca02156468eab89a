//! `/roleManagement/directory`.

use super::method_not_allowed;
use super::no_segment;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::rehearsal::tenant::call::Call;
use crate::rehearsal::tenant::call::Listing;
use crate::rehearsal::tenant::directory::Directory;
use crate::rehearsal::tenant::fault::Verb;
use crate::rehearsal::tenant::http::Answer;
use crate::rehearsal::tenant::organisation::Licence;
use crate::rehearsal::tenant::role::Assignment;
use crate::rehearsal::tenant::role::Holding;
use crate::rehearsal::tenant::role::Role;
use crate::rehearsal::tenant::world::VirtualTenant;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

const FILTERS: &[&str] = &["principalId", "roleDefinitionId", "directoryScopeId"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Body {
    #[serde(rename = "@odata.type")]
    _odata_type: Option<String>,
    role_definition_id: Guid,
    principal_id: Guid,
    directory_scope_id: String,
}

/// An assignment as `roleAssignments` shows it.
fn shown(assignment: &Assignment) -> Value {
    json!({
        "id": assignment.id(),
        "principalId": assignment.principal,
        "roleDefinitionId": assignment.role,
        "directoryScopeId": assignment.scope,
    })
}

/// An assignment as the schedule instances show it, for a principal that has it so.
fn instance(assignment: &Assignment, principal: Guid, member: &str) -> Value {
    let id = assignment.id();
    let mut json = json!({
        "id": id,
        "principalId": principal,
        "roleDefinitionId": assignment.role,
        "directoryScopeId": assignment.scope,
        "appScopeId": null,
        "startDateTime": assignment.created,
        "endDateTime": assignment.end(),
        "memberType": member,
    });
    let more = if assignment.holding == Holding::Eligible {
        json!({"roleEligibilityScheduleId": id})
    } else {
        let activated = matches!(assignment.holding, Holding::Activated(_));
        json!({
            "assignmentType": if activated { "Activated" } else { "Assigned" },
            "roleAssignmentOriginId": id,
            "roleAssignmentScheduleId": id,
        })
    };
    if let (Some(members), Value::Object(more)) = (json.as_object_mut(), more) {
        members.extend(more);
    }
    json
}

/// Instances of a kind: those of the principals themselves, and of the members of groups that have
/// them.
fn instances(seen: &Directory, wanted: impl Fn(&Assignment) -> bool) -> Vec<Value> {
    let mut found = Vec::new();
    for assignment in seen.assignments.iter().filter(|one| wanted(one)) {
        found.push(instance(assignment, assignment.principal, "Direct"));
        let members = seen.groups.get(&assignment.principal);
        for member in members.iter().flat_map(|group| &group.members) {
            found.push(instance(assignment, *member, "Group"));
        }
    }
    found
}

impl VirtualTenant {
    pub(super) fn roles(&mut self, call: &Call<'_>, kind: &str, rest: &[&str]) -> Answer {
        let now = self.clock.utc();
        let premium = self.seen().organisation.has(Licence::P2);
        match (kind, call.verb, rest) {
            ("roleDefinitions", Verb::Get, []) => self.definitions(call),
            ("roleAssignments", Verb::Get, []) => self.assignments_page(call, now),
            ("roleAssignments", Verb::Get, [id]) => {
                match self.active(now).find(|one| one.id() == *id) {
                    Some(one) => {
                        let object = self.expanded(call, shown(one));
                        call.object(
                            200,
                            "roleManagement/directory/roleAssignments/$entity",
                            object,
                        )
                    }
                    None => Answer::not_found(id),
                }
            }
            ("roleAssignments", Verb::Post, []) => {
                self.assign_role(call).unwrap_or_else(|answer| answer)
            }
            ("roleAssignments", Verb::Delete, [id]) => {
                self.drop_role(id).unwrap_or_else(|answer| answer)
            }
            (
                "roleAssignmentScheduleInstances"
                | "roleEligibilityScheduleInstances"
                | "roleAssignmentScheduleRequests",
                _,
                _,
            ) if !premium => Answer::error(
                400,
                "AadPremiumLicenseRequired",
                "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance \
                 license.",
            ),
            ("roleAssignmentScheduleInstances", Verb::Get, []) => {
                let items = instances(self.seen(), |one| one.is_active(now));
                self.instances_page(call, kind, items)
            }
            ("roleEligibilityScheduleInstances", Verb::Get, []) => {
                let items = instances(self.seen(), |one| one.holding == Holding::Eligible);
                self.instances_page(call, kind, items)
            }
            ("roleAssignmentScheduleRequests", _, _) => self.schedule(call, rest),
            (
                "roleDefinitions"
                | "roleAssignments"
                | "roleAssignmentScheduleInstances"
                | "roleEligibilityScheduleInstances",
                _,
                _,
            ) => method_not_allowed(),
            _ => no_segment(kind),
        }
    }

    fn active(&self, now: UtcTime) -> impl Iterator<Item = &Assignment> {
        let all = self.seen().assignments.iter();
        all.filter(move |one| one.is_active(now))
    }

    fn definitions(&self, call: &Call<'_>) -> Answer {
        let items = Role::ALL
            .iter()
            .map(|role| {
                json!({
                    "id": role.id(),
                    "templateId": role.id(),
                    "displayName": role.name(),
                    "description": role.name(),
                    "isBuiltIn": true,
                    "isEnabled": true,
                    "resourceScopes": ["/"],
                    "rolePermissions": [],
                    "version": "1",
                })
            })
            .collect();
        let listing = Listing {
            context: "roleManagement/directory/roleDefinitions",
            kind: "unifiedRoleDefinition",
            options: &["$filter", "$select"],
            filters: &["id", "displayName", "templateId"],
            ..Listing::plain("", "")
        };
        call.list(self.page_size, &listing, items)
    }

    fn assignments_page(&self, call: &Call<'_>, now: UtcTime) -> Answer {
        let filter = call.option("$filter").unwrap_or_default();
        if !filter.contains("principalId") && !filter.contains("roleDefinitionId") {
            return Answer::error(
                400,
                "Request_BadRequest",
                "A filter on principalId or roleDefinitionId is required.",
            );
        }
        let items: Vec<Value> = self.active(now).map(shown).collect();
        self.expanded_page(call, "roleAssignments", "unifiedRoleAssignment", items)
    }

    fn instances_page(&self, call: &Call<'_>, kind: &str, items: Vec<Value>) -> Answer {
        self.expanded_page(call, kind, "unifiedRoleScheduleInstanceBase", items)
    }

    fn expanded_page(&self, call: &Call<'_>, path: &str, kind: &str, items: Vec<Value>) -> Answer {
        let expand = call.option("$expand");
        if !matches!(expand, None | Some("principal" | "roleDefinition")) {
            return Answer::error(
                400,
                "Request_BadRequest",
                "Expanding more than one property, or another one, is not supported.",
            );
        }
        let items = items
            .into_iter()
            .map(|item| self.expanded(call, item))
            .collect();
        let end = expand.map_or(String::new(), |name| format!("({name}())"));
        let context = format!("roleManagement/directory/{path}{end}");
        let listing = Listing {
            context: &context,
            kind,
            options: &["$filter", "$expand", "$select", "$top"],
            filters: FILTERS,
            ..Listing::plain("", "")
        };
        call.list(self.page_size, &listing, items)
    }

    /// With the principal, if it was asked for: null if it was deleted.
    fn expanded(&self, call: &Call<'_>, mut item: Value) -> Value {
        let principal = item.get("principalId").and_then(Value::as_str);
        let principal = principal.and_then(Guid::parse);
        if let (Some("principal"), Some(members)) = (call.option("$expand"), item.as_object_mut()) {
            let object = principal.and_then(|id| self.object(id));
            members.insert("principal".to_owned(), object.unwrap_or_default());
        }
        item
    }

    fn assign_role(&mut self, call: &Call<'_>) -> Result<Answer, Answer> {
        let body: Body = call.body()?;
        let assignment = self.assignable(
            body.principal_id,
            body.role_definition_id,
            &body.directory_scope_id,
        )?;
        let made = shown(&assignment);
        self.change().assignments.push(assignment);
        self.record(
            "Core Directory",
            "RoleManagement",
            "Add member to role",
            body.principal_id,
        );
        let context = "roleManagement/directory/roleAssignments/$entity";
        Ok(call.object(201, context, made))
    }

    /// A permanent assignment that may be made, or why not.
    pub(super) fn assignable(
        &self,
        principal: Guid,
        role: Guid,
        scope: &str,
    ) -> Result<Assignment, Answer> {
        let seen = self.seen();
        if Role::of(role).is_none() {
            return Err(Answer::not_found(&role.to_string()));
        }
        if !seen.has(principal) {
            return Err(Answer::error(
                400,
                "Request_BadRequest",
                &format!("Principal '{principal}' does not exist or is not valid."),
            ));
        }
        let unit = scope
            .strip_prefix("/administrativeUnits/")
            .and_then(Guid::parse);
        if scope != "/" && !unit.is_some_and(|unit| seen.units.contains_key(&unit)) {
            return Err(Answer::not_found(scope));
        }
        let of_group = seen.groups.get(&principal);
        if of_group.is_some_and(|group| !group.role_assignable) {
            return Err(Answer::error(
                400,
                "Request_BadRequest",
                "The group is not assignable to a role.",
            ));
        }
        let now = self.clock.utc();
        let mut truth = self.history.truth().assignments.iter();
        let repeated = truth.any(|one| {
            one.principal == principal
                && one.role == role
                && one.scope == scope
                && one.holding == Holding::Permanent
        });
        if repeated {
            return Err(Answer::error(
                400,
                "Request_BadRequest",
                "A conflicting object with one or more of the specified property values is present \
                 in the directory.",
            ));
        }
        Ok(Assignment {
            principal,
            role,
            scope: scope.to_owned(),
            holding: Holding::Permanent,
            created: now,
        })
    }

    fn drop_role(&mut self, id: &str) -> Result<Answer, Answer> {
        let now = self.clock.utc();
        let truth = &self.history.truth().assignments;
        let Some(found) = truth
            .iter()
            .find(|one| one.is_active(now) && one.id() == id)
        else {
            return Err(Answer::not_found(id));
        };
        let found = found.clone();
        self.may_lose(&found)?;
        self.change().assignments.retain(|one| one != &found);
        self.record(
            "Core Directory",
            "RoleManagement",
            "Remove member from role",
            found.principal,
        );
        Ok(Answer::empty(204))
    }

    /// Refuses to take away the last Global Administrator.
    pub(super) fn may_lose(&self, assignment: &Assignment) -> Result<(), Answer> {
        let role = Role::GlobalAdministrator.id();
        let now = self.clock.utc();
        let others = self.history.truth().assignments.iter();
        let others = others.filter(|one| one.role == role && one.is_active(now));
        if assignment.role == role && others.count() <= 1 {
            return Err(Answer::error(
                400,
                "Request_BadRequest",
                "Removing self from Global Administrator built-in role is not allowed.",
            ));
        }
        Ok(())
    }
}
