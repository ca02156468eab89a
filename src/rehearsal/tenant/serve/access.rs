//! `/identity/conditionalAccess/policies`.

use super::method_not_allowed;
use super::no_segment;
use crate::primitives::Guid;
use crate::rehearsal::tenant::call::Call;
use crate::rehearsal::tenant::call::Listing;
use crate::rehearsal::tenant::fault::Verb;
use crate::rehearsal::tenant::http::Answer;
use crate::rehearsal::tenant::world::VirtualTenant;

impl VirtualTenant {
    pub(super) fn access(&self, call: &Call<'_>, rest: &[&str]) -> Answer {
        let seen = self.seen();
        match (call.verb, rest) {
            (Verb::Get, []) => {
                let policies = seen.access.iter();
                let items = policies
                    .map(|policy| policy.json(&seen.strengths))
                    .collect();
                let listing = Listing {
                    context: "identity/conditionalAccess/policies",
                    kind: "conditionalAccessPolicy",
                    options: &["$filter", "$select", "$top", "$skip", "$count", "$orderby"],
                    filters: &["state", "displayName", "id"],
                    ..Listing::plain("", "")
                };
                call.list(self.page_size, &listing, items)
            }
            (Verb::Get, [id]) => {
                let named = Guid::parse(id);
                match seen.access.iter().find(|policy| policy.id() == named) {
                    Some(policy) => call.object(
                        200,
                        "identity/conditionalAccess/policies/$entity",
                        policy.json(&seen.strengths),
                    ),
                    None => Answer::not_found(id),
                }
            }
            (Verb::Get, rest) => no_segment(rest.last().unwrap_or(&"")),
            (Verb::Post | Verb::Patch | Verb::Delete, _) => method_not_allowed(),
        }
    }
}
