//! What the tenant says of one account, its methods and the policy that judges its keys.

mod access;
mod azure;
mod logs;
mod population;
mod standing;
mod survey;

pub use access::Access;
pub use access::StrengthsBy;
pub use azure::AzureFacts;
pub use azure::SIGN_IN_LOGS;
pub use logs::AuditsBy;
pub use logs::Logs;
pub use logs::SignInsBy;
pub use population::ExclusionGroup;
pub use population::HoldingGroup;
pub use population::Population;
pub use population::RoleHolders;
pub use standing::Held;
pub use standing::Identity;
pub use standing::Standing;
pub use survey::Survey;
pub use survey::survey;

use crate::entra::Answer;
use crate::entra::Fido2Method;
use crate::entra::Fido2Policy;
use crate::entra::Graph;
use crate::entra::Membership;
use crate::entra::Observed as Headers;
use crate::entra::User;
use crate::entra::Wave;
use crate::entra::ask_fido2_methods;
use crate::entra::ask_fido2_policy;
use crate::entra::ask_membership;
use crate::entra::ask_user;
use crate::primitives::Guid;

/// One account, as the tenant answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFacts {
    /// Its alias in the plan.
    pub alias: String,
    /// Its object id, pinned by the plan.
    pub object_id: Guid,
    /// The user.
    pub user: Answer<User>,
    /// Its transitive groups.
    pub membership: Answer<Membership>,
    /// Its passkeys.
    pub methods: Answer<Vec<Fido2Method>>,
}

/// The tenant, as far as it bears on registering keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantFacts {
    /// The passkey (FIDO2) method policy.
    pub policy: Answer<Fido2Policy>,
    /// The accounts that were asked about, in that order.
    pub accounts: Vec<AccountFacts>,
    /// `Date` and request ids of the answers.
    pub headers: Headers,
}

/// Reads policy, accounts, groups and methods in one wave.
pub fn observe(graph: &mut Graph<'_>, accounts: &[(String, Guid)]) -> TenantFacts {
    let mut wave = Wave::new();
    let policy = wave.ask(ask_fido2_policy());
    let tickets: Vec<_> = accounts
        .iter()
        .map(|(_, id)| {
            (
                wave.ask(ask_user(id)),
                wave.ask(ask_membership(id)),
                wave.ask(ask_fido2_methods(id)),
            )
        })
        .collect();
    let mut answers = graph.exchange(&wave);
    let accounts = accounts
        .iter()
        .zip(&tickets)
        .map(
            |((alias, object_id), (user, membership, methods))| AccountFacts {
                alias: alias.clone(),
                object_id: *object_id,
                user: answers.take(user),
                membership: answers.take(membership),
                methods: answers.take(methods),
            },
        )
        .collect();
    TenantFacts {
        policy: answers.take(&policy),
        accounts,
        headers: graph.session().observed().clone(),
    }
}
