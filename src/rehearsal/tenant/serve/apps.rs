//! `/servicePrincipals`, and who was given the permissions of one.

use super::method_not_allowed;
use super::no_segment;
use crate::primitives::Guid;
use crate::primitives::bytes;
use crate::rehearsal::tenant::app::App;
use crate::rehearsal::tenant::app::GRAPH_APP;
use crate::rehearsal::tenant::call::Call;
use crate::rehearsal::tenant::call::Listing;
use crate::rehearsal::tenant::fault::Verb;
use crate::rehearsal::tenant::http::Answer;
use crate::rehearsal::tenant::world::VirtualTenant;
use serde_json::Value;
use serde_json::json;

impl VirtualTenant {
    pub(super) fn apps(&self, call: &Call<'_>, first: &str, rest: &[&str]) -> Answer {
        if call.verb != Verb::Get {
            return method_not_allowed();
        }
        let by_app_id = first
            .strip_prefix("servicePrincipals(appId='")
            .and_then(|rest| rest.strip_suffix("')"));
        let (app, rest) = match (by_app_id, rest) {
            (Some(id), rest) => (self.app(id, |app| app.app_id).ok_or(id), rest),
            (None, []) if first == "servicePrincipals" => return self.apps_page(call),
            (None, [id, rest @ ..]) if first == "servicePrincipals" => {
                (self.app(id, |app| app.id).ok_or(*id), rest)
            }
            (None, _) => return no_segment(first),
        };
        match (app, rest) {
            (Err(id), _) => Answer::not_found(id),
            (Ok(app), []) => call.entity("servicePrincipals", "servicePrincipal", None, app.json()),
            (Ok(app), ["appRoleAssignedTo"]) => self.given(call, app),
            (Ok(_), rest) => no_segment(rest.first().unwrap_or(&first)),
        }
    }

    fn app(&self, id: &str, of: impl Fn(&App) -> Guid) -> Option<&App> {
        let id = Guid::parse(id)?;
        self.seen().apps.values().find(|app| of(app) == id)
    }

    fn apps_page(&self, call: &Call<'_>) -> Answer {
        let items = self.seen().apps.values().map(App::json).collect();
        let listing = Listing {
            context: "servicePrincipals",
            kind: "servicePrincipal",
            options: &["$filter", "$select", "$top", "$count"],
            filters: &["appId", "displayName", "id"],
            ..Listing::plain("", "")
        };
        call.list(self.page_size, &listing, items)
    }

    /// Who was given which permission of an app; only Microsoft Graph has any here.
    fn given(&self, call: &Call<'_>, resource: &App) -> Answer {
        let seen = self.seen();
        let of_graph = resource.app_id.to_string() == GRAPH_APP;
        let grants = seen.grants.iter().filter(|_| of_graph);
        let items: Vec<Value> = grants
            .map(|grant| {
                let id = [grant.app.0, grant.permission.0].concat();
                let name = seen.apps.get(&grant.app).map(|app| &app.display_name);
                json!({
                    "id": bytes::base64url(&id),
                    "deletedDateTime": null,
                    "appRoleId": grant.permission,
                    "createdDateTime": grant.created,
                    "principalDisplayName": name,
                    "principalId": grant.app,
                    "principalType": "ServicePrincipal",
                    "resourceDisplayName": resource.display_name,
                    "resourceId": resource.id,
                })
            })
            .collect();
        let context = format!("servicePrincipals('{}')/appRoleAssignedTo", resource.id);
        let listing = Listing {
            context: &context,
            kind: "appRoleAssignment",
            options: &["$filter", "$select", "$top", "$count"],
            filters: &["appRoleId", "principalId"],
            ..Listing::plain("", "")
        };
        call.list(self.page_size, &listing, items)
    }
}
