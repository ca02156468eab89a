//! What an account is a member of.

use super::no_segment;
use crate::primitives::Guid;
use crate::rehearsal::tenant::call::Call;
use crate::rehearsal::tenant::call::Listing;
use crate::rehearsal::tenant::group::Group;
use crate::rehearsal::tenant::group::Unit;
use crate::rehearsal::tenant::http::Answer;
use crate::rehearsal::tenant::permissions::ROLES;
use crate::rehearsal::tenant::permissions::UNITS;
use crate::rehearsal::tenant::role::Role;
use crate::rehearsal::tenant::world::VirtualTenant;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

/// Query options of a list of directory objects.
pub(super) const OPTIONS: &[&str] = &["$select", "$top", "$count", "$filter"];

/// What may be selected of directory objects of whatever kind.
pub(super) const KNOWN: &[&str] = &[
    "id",
    "displayName",
    "userPrincipalName",
    "accountEnabled",
    "userType",
    "isAssignableToRole",
    "isManagementRestricted",
    "isMemberManagementRestricted",
    "appId",
    "groupTypes",
    "securityEnabled",
    "roleTemplateId",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CheckBody {
    group_ids: Vec<Guid>,
}

impl VirtualTenant {
    /// All members of a group.
    pub(super) fn group_members(&self, group: &Group) -> Value {
        let dynamic = group.rule.is_some();
        json!({
            "id": group.id,
            "deletedDateTime": null,
            "displayName": group.display_name,
            "description": null,
            "createdDateTime": self.seen().organisation.created,
            "groupTypes": if dynamic { vec!["DynamicMembership"] } else { Vec::new() },
            "isAssignableToRole": group.role_assignable,
            "isManagementRestricted": self.seen().is_restricted(group.id),
            "membershipRule": group.rule,
            "membershipRuleProcessingState": dynamic.then_some("On"),
            "onPremisesSyncEnabled": group.synced,
            "securityEnabled": true,
            "mailEnabled": false,
            "mailNickname": group.id.to_string(),
            "visibility": "Private",
        })
    }

    /// All members of a unit.
    pub(super) fn unit_members(unit: &Unit) -> Value {
        json!({
            "id": unit.id,
            "deletedDateTime": null,
            "displayName": unit.display_name,
            "description": null,
            "isMemberManagementRestricted": unit.restricted,
            "visibility": null,
        })
    }

    pub(super) fn memberships(&self, call: &Call<'_>, account: Guid, rest: &[&str]) -> Answer {
        let seen = self.seen();
        let direct = || -> BTreeSet<Guid> {
            let groups = seen.groups.values();
            groups
                .filter(|group| group.members.contains(&account))
                .map(|group| group.id)
                .collect()
        };
        match rest {
            ["checkMemberGroups"] => {
                let body: CheckBody = match call.body() {
                    Ok(body) => body,
                    Err(answer) => return answer,
                };
                if body.group_ids.len() > 20 {
                    return Answer::error(
                        400,
                        "Request_BadRequest",
                        "Invalid number of group ids specified: at most 20.",
                    );
                }
                let groups = seen.groups_of(account);
                let named = body.group_ids.iter().filter(|id| groups.contains(*id));
                let listing = Listing::plain("Collection(Edm.String)", "string");
                call.list(usize::MAX, &listing, named.map(|id| json!(id)).collect())
            }
            ["memberOf", "microsoft.graph.administrativeUnit"] => {
                let units = seen.units_of(account).map(Self::unit_members).collect();
                let listing = Listing {
                    context: "directory/administrativeUnits",
                    kind: "administrativeUnit",
                    options: &["$select", "$top"],
                    known: KNOWN,
                    ..Listing::plain("", "")
                };
                call.list(self.page_size, &listing, units)
            }
            ["transitiveMemberOf", "microsoft.graph.group"] => {
                self.groups_page(call, &seen.groups_of(account))
            }
            ["memberOf", "microsoft.graph.group"] => self.groups_page(call, &direct()),
            ["memberOf"] => self.everything(call, account, &direct()),
            ["transitiveMemberOf"] => self.everything(call, account, &seen.groups_of(account)),
            _ => no_segment(rest.last().unwrap_or(&"memberOf")),
        }
    }

    fn groups_page(&self, call: &Call<'_>, ids: &BTreeSet<Guid>) -> Answer {
        let groups = ids.iter().filter_map(|id| self.seen().groups.get(id));
        let items = groups
            .map(|group| {
                let all = self.group_members(group);
                // A hidden membership is told by the id alone.
                if group.hidden { hidden(&all) } else { all }
            })
            .collect();
        let listing = Listing {
            context: "groups",
            kind: "group",
            options: OPTIONS,
            filters: &["displayName", "id"],
            known: KNOWN,
            usual: None,
            most: 999,
            advanced: true,
        };
        call.list(self.page_size, &listing, items)
    }

    /// Groups, units and roles in one list; what the token may not read shows its id alone.
    fn everything(&self, call: &Call<'_>, account: Guid, groups: &BTreeSet<Guid>) -> Answer {
        let seen = self.seen();
        let typed = |kind: &str, readable: bool, mut object: Value| {
            if !readable {
                object = hidden(&object);
            }
            if let Some(members) = object.as_object_mut() {
                members.insert(
                    "@odata.type".to_owned(),
                    json!(format!("#microsoft.graph.{kind}")),
                );
            }
            object
        };
        let groups = groups
            .iter()
            .filter_map(|id| seen.groups.get(id))
            .map(|group| typed("group", !group.hidden, self.group_members(group)));
        let units = seen.units_of(account).map(|unit| {
            let readable = self.permissions.any(UNITS);
            typed("administrativeUnit", readable, Self::unit_members(unit))
        });
        let roles: BTreeSet<Guid> = seen
            .roles_of(account, self.clock.utc())
            .iter()
            .filter(|assignment| assignment.scope == "/")
            .map(|assignment| assignment.role)
            .collect();
        let roles = roles.into_iter().map(|role| {
            let readable = self.permissions.any(ROLES);
            let name = Role::of(role).map_or("A role", Role::name);
            let mut id = role;
            let [first, ..] = &mut id.0;
            *first ^= 0xff;
            let object = json!({
                "id": id,
                "deletedDateTime": null,
                "displayName": name,
                "description": name,
                "roleTemplateId": role,
            });
            typed("directoryRole", readable, object)
        });
        let items = groups.chain(units).chain(roles).collect();
        let listing = Listing {
            context: "directoryObjects",
            kind: "directoryObject",
            options: OPTIONS,
            filters: &["displayName", "id"],
            known: KNOWN,
            usual: None,
            most: 999,
            advanced: true,
        };
        call.list(self.page_size, &listing, items)
    }
}

/// An object of which only the id is told.
fn hidden(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(members) = object.as_object_mut() {
        for (name, value) in members.iter_mut() {
            if name != "id" {
                *value = Value::Null;
            }
        }
        // Lists are never null.
        members.remove("groupTypes");
    }
    object
}
