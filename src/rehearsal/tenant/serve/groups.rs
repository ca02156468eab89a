//! `/groups` and `/directory/administrativeUnits`.

use super::members::KNOWN;
use super::members::OPTIONS;
use super::method_not_allowed;
use super::no_segment;
use crate::primitives::Guid;
use crate::rehearsal::tenant::call::Call;
use crate::rehearsal::tenant::call::Listing;
use crate::rehearsal::tenant::fault::Verb;
use crate::rehearsal::tenant::http::Answer;
use crate::rehearsal::tenant::permissions::Service;
use crate::rehearsal::tenant::world::VirtualTenant;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reference {
    #[serde(rename = "@odata.id")]
    id: String,
}

impl VirtualTenant {
    pub(super) fn group(&mut self, call: &Call<'_>, id: &str, rest: &[&str]) -> Answer {
        let found = Guid::parse(id).and_then(|id| self.seen().groups.get(&id).cloned());
        let Some(group) = found else {
            return Answer::not_found(id);
        };
        match (call.verb, rest) {
            (Verb::Get, []) => {
                let all = self.group_members(&group);
                match call.takes(&["$select"]) {
                    Ok(()) => call.entity("groups", "group", None, all),
                    Err(answer) => answer,
                }
            }
            (Verb::Get, ["owners"]) => {
                // v1.0 does not list apps as owners.
                let accounts = &self.seen().accounts;
                let owners = group.owners.into_iter();
                let owners = owners.filter(|id| accounts.contains_key(id)).collect();
                self.objects(call, &owners)
            }
            (Verb::Get, ["members"]) => self.objects(call, &group.members),
            (Verb::Get, ["transitiveMembers"]) => {
                let all = self.seen().members_of(group.id);
                self.objects(call, &all)
            }
            (Verb::Post, ["members", "$ref"]) => self
                .add_member(call, group.id)
                .unwrap_or_else(|answer| answer),
            (Verb::Delete, ["members", member, "$ref"]) => self
                .drop_member(group.id, member)
                .unwrap_or_else(|answer| answer),
            // What deletes a member of a group without `/$ref` deletes the member itself.
            (Verb::Delete, ["members", member]) => match Guid::parse(member) {
                Some(member) if group.members.contains(&member) => {
                    self.change().delete(member);
                    Answer::empty(204)
                }
                _ => Answer::not_found(member),
            },
            (Verb::Delete, []) => {
                self.change().delete(group.id);
                Answer::empty(204)
            }
            (_, [] | ["owners" | "members" | "transitiveMembers", ..]) => method_not_allowed(),
            (_, rest) => no_segment(rest.first().unwrap_or(&"groups")),
        }
    }

    /// A list of accounts, groups and apps, each with its type.
    fn objects(&self, call: &Call<'_>, ids: &BTreeSet<Guid>) -> Answer {
        let items: Vec<Value> = ids.iter().filter_map(|id| self.object(*id)).collect();
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

    /// An object of the directory with its type; `None` if there is none of that id.
    pub(super) fn object(&self, id: Guid) -> Option<Value> {
        let seen = self.seen();
        let (kind, mut object) = if let Some(account) = seen.accounts.get(&id) {
            ("user", self.user_members(account))
        } else if let Some(group) = seen.groups.get(&id) {
            ("group", self.group_members(group))
        } else {
            ("servicePrincipal", seen.apps.get(&id)?.json())
        };
        if let Some(members) = object.as_object_mut() {
            members.insert(
                "@odata.type".to_owned(),
                json!(format!("#microsoft.graph.{kind}")),
            );
        }
        Some(object)
    }

    /// Refuses to change the members of a group that the caller may not.
    fn may_change_members(&self, group: Guid) -> Result<(), Answer> {
        let Some(found) = self.history.truth().groups.get(&group) else {
            return Err(Answer::not_found(&group.to_string()));
        };
        if found.rule.is_some() {
            return Err(Answer::error(
                400,
                "Request_BadRequest",
                "Insufficient privileges to complete the operation: the group has a dynamic \
                 membership.",
            ));
        }
        if found.synced == Some(true) {
            return Err(Answer::error(
                400,
                "Request_BadRequest",
                "Unable to update the specified properties for on-premises mastered Directory Sync \
                 objects.",
            ));
        }
        let permission = "RoleManagement.ReadWrite.Directory";
        if found.role_assignable && !self.permissions.any(&[permission]) {
            return Err(Service::Directory.denied(&[permission]));
        }
        self.may_change(group)
    }

    fn add_member(&mut self, call: &Call<'_>, group: Guid) -> Result<Answer, Answer> {
        let body: Reference = call.body()?;
        let named = [
            "https://graph.microsoft.com/v1.0/directoryObjects/",
            "https://graph.microsoft.com/v1.0/users/",
        ]
        .iter()
        .find_map(|base| body.id.strip_prefix(base))
        .and_then(Guid::parse);
        let Some(member) = named else {
            return Err(Answer::error(
                400,
                "Request_BadRequest",
                "Invalid URL format specified in payload.",
            ));
        };
        self.may_change_members(group)?;
        if !self.seen().has(member) {
            return Err(Answer::not_found(&member.to_string()));
        }
        let already =
            |group: &crate::rehearsal::tenant::group::Group| group.members.contains(&member);
        if self.history.truth().groups.get(&group).is_some_and(already) {
            return Err(Answer::error(
                400,
                "Request_BadRequest",
                "One or more added object references already exist for the following modified \
                 properties: 'members'.",
            ));
        }
        if let Some(group) = self.change().groups.get_mut(&group) {
            group.members.insert(member);
        }
        let activity = "Add member to group";
        self.record("Core Directory", "GroupManagement", activity, member);
        Ok(Answer::empty(204))
    }

    fn drop_member(&mut self, group: Guid, member: &str) -> Result<Answer, Answer> {
        self.may_change_members(group)?;
        let id = Guid::parse(member);
        let found = id.filter(|id| {
            let groups = &self.history.truth().groups;
            groups
                .get(&group)
                .is_some_and(|group| group.members.contains(id))
        });
        let Some(id) = found else {
            return Err(Answer::not_found(member));
        };
        if let Some(group) = self.change().groups.get_mut(&group) {
            group.members.remove(&id);
        }
        let activity = "Remove member from group";
        self.record("Core Directory", "GroupManagement", activity, id);
        Ok(Answer::empty(204))
    }

    pub(super) fn units(&self, call: &Call<'_>, rest: &[&str]) -> Answer {
        let seen = self.seen();
        match (call.verb, rest) {
            (Verb::Get, []) => {
                let units = seen.units.values().map(Self::unit_members).collect();
                let listing = Listing {
                    context: "directory/administrativeUnits",
                    kind: "administrativeUnit",
                    options: &["$select", "$filter", "$top"],
                    filters: &["displayName", "id"],
                    known: KNOWN,
                    ..Listing::plain("", "")
                };
                call.list(self.page_size, &listing, units)
            }
            (Verb::Get, [unit, "members"]) => {
                match Guid::parse(unit).and_then(|id| seen.units.get(&id)) {
                    Some(unit) => self.objects(call, &unit.members),
                    None => Answer::not_found(unit),
                }
            }
            (Verb::Get, rest) => no_segment(rest.last().unwrap_or(&"")),
            (Verb::Post | Verb::Patch | Verb::Delete, _) => method_not_allowed(),
        }
    }
}
