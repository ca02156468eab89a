//! `/users/{id}/authentication/temporaryAccessPassMethods`.

use super::method_not_allowed;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::primitives::UtcTime;
use crate::rehearsal::tenant::account::Account;
use crate::rehearsal::tenant::call::Call;
use crate::rehearsal::tenant::call::Listing;
use crate::rehearsal::tenant::fault::Verb;
use crate::rehearsal::tenant::http::Answer;
use crate::rehearsal::tenant::method::Pass;
use crate::rehearsal::tenant::world::VirtualTenant;
use serde::Deserialize;

/// Characters of a pass; none that looks like another.
const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789+*#-";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Body {
    #[serde(rename = "@odata.type")]
    _odata_type: Option<String>,
    start_date_time: Option<String>,
    lifetime_in_minutes: Option<u32>,
    is_usable_once: Option<bool>,
}

impl VirtualTenant {
    pub(super) fn passes_of(
        &mut self,
        call: &Call<'_>,
        account: &Account,
        rest: &[&str],
    ) -> Answer {
        let seen = self.seen();
        let now = self.clock.utc();
        let enabled = seen.pass_policy.enabled;
        let own = |pass: &&Pass| pass.account == account.id;
        let context = format!(
            "users('{}')/authentication/temporaryAccessPassMethods",
            account.id
        );
        match (call.verb, rest) {
            (Verb::Get, []) => {
                let passes = seen.passes.iter().filter(own);
                let items = passes.map(|pass| pass.json(now, enabled, None)).collect();
                let listing = Listing::plain(&context, "temporaryAccessPassAuthenticationMethod");
                call.list(self.page_size, &listing, items)
            }
            (Verb::Post, []) => self
                .make_pass(call, account)
                .unwrap_or_else(|answer| answer),
            (Verb::Get | Verb::Delete, [id]) => {
                let named = Guid::parse(id);
                let found = seen.passes.iter().filter(own).find(|p| Some(p.id) == named);
                let Some(found) = found.cloned() else {
                    return Answer::not_found(id);
                };
                if call.verb == Verb::Get {
                    let shown = found.json(now, enabled, None);
                    return call.object(200, &format!("{context}/$entity"), shown);
                }
                if let Err(answer) = self.may_change(account.id) {
                    return answer;
                }
                self.change().passes.retain(|pass| pass.id != found.id);
                self.record(
                    "Authentication Methods",
                    "UserManagement",
                    "Admin deleted security info",
                    account.id,
                );
                Answer::empty(204)
            }
            _ => method_not_allowed(),
        }
    }

    fn make_pass(&mut self, call: &Call<'_>, account: &Account) -> Result<Answer, Answer> {
        let refuse = |message: &str| Answer::bad_request(message);
        let body: Body = call.body()?;
        self.may_change(account.id)?;
        let seen = self.seen();
        let policy = &seen.pass_policy;
        let groups = seen.groups_of(account.id);
        let included = policy.include.iter().any(|scope| scope.means(&groups));
        let excluded = policy.exclude.iter().any(|scope| scope.means(&groups));
        if !policy.enabled || !included || excluded {
            return Err(refuse(
                "Temporary Access Pass cannot be added to a user that is not enabled by policy.",
            ));
        }
        let minutes = body.lifetime_in_minutes.unwrap_or(policy.usual);
        if !(policy.shortest..=policy.longest).contains(&minutes) {
            return Err(refuse("Temporary Access Pass has an invalid lifetime."));
        }
        if policy.once && body.is_usable_once == Some(false) {
            return Err(refuse(
                "Policy allows one-time Temporary Access Passes alone.",
            ));
        }
        let once = body.is_usable_once.unwrap_or(policy.once);
        let length = policy.length;
        let now = self.clock.utc();
        let start = match body.start_date_time.as_deref() {
            None => now,
            Some(text) => match UtcTime::parse_rfc3339(text) {
                Some(start) => start.max(now),
                None => return Err(refuse("Invalid request body")),
            },
        };
        let word = self.pass_word(length);
        let pass = Pass {
            account: account.id,
            id: self.fresh_guid(),
            created: now,
            start,
            minutes,
            once,
            used: false,
        };
        let shown = pass.json(now, true, Some(&word));
        self.secrets.push(Secret::new(word));
        let passes = &mut self.change().passes;
        passes.retain(|other| other.account != account.id);
        passes.push(pass);
        self.record(
            "Authentication Methods",
            "UserManagement",
            "Admin registered security info",
            account.id,
        );
        let context = format!(
            "users('{}')/authentication/temporaryAccessPassMethods/$entity",
            account.id
        );
        Ok(call.object(201, &context, shown))
    }

    fn pass_word(&mut self, length: usize) -> String {
        let mut random = vec![0; length];
        self.entropy.fill(&mut random);
        random
            .iter()
            .filter_map(|byte| ALPHABET.get(usize::from(*byte) % ALPHABET.len()))
            .map(|byte| char::from(*byte))
            .collect()
    }
}
