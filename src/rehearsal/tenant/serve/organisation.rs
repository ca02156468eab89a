//! `/organization`, `/domains`, `/subscribedSkus`.

use super::method_not_allowed;
use crate::rehearsal::tenant::call::Call;
use crate::rehearsal::tenant::call::Listing;
use crate::rehearsal::tenant::fault::Verb;
use crate::rehearsal::tenant::http::Answer;
use crate::rehearsal::tenant::world::VirtualTenant;

impl VirtualTenant {
    pub(super) fn organisation(&self, call: &Call<'_>) -> Answer {
        if call.verb != Verb::Get {
            return method_not_allowed();
        }
        let organisation = &self.seen().organisation;
        let (context, kind, items) = match call.path.split('/').nth(1) {
            Some("organization") => ("organization", "organization", vec![organisation.json()]),
            Some("domains") => ("domains", "domain", organisation.domains()),
            _ => ("subscribedSkus", "subscribedSku", organisation.skus()),
        };
        let listing = Listing {
            options: &["$select"],
            ..Listing::plain(context, kind)
        };
        call.list(self.page_size, &listing, items)
    }
}
