//! What one account is and may: its roles, units, methods of every kind, passes.

use super::AccountFacts;
use crate::entra::AdministrativeUnit;
use crate::entra::AllMethods;
use crate::entra::Answer;
use crate::entra::Answers;
use crate::entra::DenialReason;
use crate::entra::Membership;
use crate::entra::RegistrationDetails;
use crate::entra::RoleAssignment;
use crate::entra::RoleInstance;
use crate::entra::RoleScope;
use crate::entra::Ticket;
use crate::entra::User;
use crate::entra::Wave;
use crate::entra::ask_active_roles_of;
use crate::entra::ask_administrative_units;
use crate::entra::ask_all_methods;
use crate::entra::ask_eligible_roles_of;
use crate::entra::ask_membership;
use crate::entra::ask_registration_details;
use crate::entra::ask_roles_of;
use crate::entra::ask_user;
use crate::entra::ask_user_by_upn;
use crate::plan::Plan;
use crate::primitives::Guid;
use std::collections::BTreeSet;

/// What one account of the plan is and may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its alias in the plan.
    pub alias: String,
    /// Which account of the tenant that is.
    pub identity: Identity,
}

/// Which account of the tenant an account of the plan is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The plan pins an object id. User, groups and passkeys are in
    /// [`TenantFacts`](super::TenantFacts).
    Pinned(Box<Held>),
    /// The plan pins none: nothing of the account is believed.
    NotPinned {
        /// The user principal name of the plan.
        upn: String,
        /// The object id that the name leads to today, to be pinned.
        found: Answer<Guid>,
    },
}

/// What an account holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its object id, pinned by the plan.
    pub object_id: Guid,
    /// Its methods of every kind.
    pub methods: Answer<AllMethods>,
    /// The roles it holds now, directly.
    pub roles: Answer<Vec<RoleAssignment>>,
    /// Its active roles as PIM knows them, those of its groups among them.
    pub active: Answer<Vec<RoleInstance>>,
    /// The roles it may activate.
    pub eligible: Answer<Vec<RoleInstance>>,
    /// Its administrative units.
    pub units: Answer<Vec<AdministrativeUnit>>,
    /// The tenant's report on its methods; `None` where the methods themselves were read, or the
    /// report would need no less.
    pub report: Option<Answer<RegistrationDetails>>,
}

impl Standing {
    /// What the account holds; `None` if the plan pins no object id.
    #[must_use]
    pub fn held(&self) -> Option<&Held> {
        match &self.identity {
            Identity::Pinned(held) => Some(held),
            Identity::NotPinned { .. } => None,
        }
    }
}

impl Held {
    /// The roles that are known to count for it now in the whole tenant, directly or through a
    /// group. Whether these are all is told by [`Self::roles`] and [`Self::active`]: without the
    /// latter, roles of its groups are missing.
    #[must_use]
    pub fn roles_now(&self) -> BTreeSet<Guid> {
        let mut all = BTreeSet::new();
        if let Answer::Known(roles) = &self.roles {
            let wide = |one: &&RoleAssignment| one.scope == RoleScope::Tenant;
            all.extend(roles.iter().filter(wide).map(|one| one.role));
        }
        if let Answer::Known(active) = &self.active {
            let wide = |one: &&RoleInstance| one.scope == RoleScope::Tenant;
            all.extend(active.iter().filter(wide).map(|one| one.role));
        }
        all
    }
}

/// Where the answers to the first wave will be.
pub(super) struct Tickets(Vec<AccountTickets>);

struct AccountTickets {
    alias: String,
    asked: Asked,
}

enum Asked {
    Pinned(Box<PinnedTickets>),
    ByName(String, Ticket<User>),
}

struct PinnedTickets {
    object_id: Guid,
    user: Ticket<User>,
    membership: Ticket<Membership>,
    methods: Ticket<AllMethods>,
    roles: Ticket<Vec<RoleAssignment>>,
    active: Ticket<Vec<RoleInstance>>,
    eligible: Ticket<Vec<RoleInstance>>,
    units: Ticket<Vec<AdministrativeUnit>>,
}

/// Asks all that needs no earlier answer, of every account of the plan.
pub(super) fn ask(wave: &mut Wave, plan: &Plan) -> Tickets {
    let mut tickets = Vec::new();
    for account in &plan.accounts {
        let asked = match &account.object_id {
            Some(id) => Asked::Pinned(Box::new(PinnedTickets {
                object_id: *id,
                user: wave.ask(ask_user(id)),
                membership: wave.ask(ask_membership(id)),
                methods: wave.ask(ask_all_methods(id)),
                roles: wave.ask(ask_roles_of(id)),
                active: wave.ask(ask_active_roles_of(id)),
                eligible: wave.ask(ask_eligible_roles_of(id)),
                units: wave.ask(ask_administrative_units(id)),
            })),
            None => Asked::ByName(account.upn.clone(), wave.ask(ask_user_by_upn(&account.upn))),
        };
        tickets.push(AccountTickets {
            alias: account.alias.clone(),
            asked,
        });
    }
    Tickets(tickets)
}

/// Takes the answers to the first wave: each account's standing, and the facts of those that are
/// pinned.
pub(super) fn take(answers: &mut Answers, tickets: &Tickets) -> (Vec<Standing>, Vec<AccountFacts>) {
    let mut standings = Vec::new();
    let mut facts = Vec::new();
    for AccountTickets { alias, asked } in &tickets.0 {
        let identity = match asked {
            Asked::ByName(upn, ticket) => Identity::NotPinned {
                upn: upn.clone(),
                found: answers.take(ticket).map(|user| user.id),
            },
            Asked::Pinned(tickets) => {
                let methods = answers.take(&tickets.methods);
                facts.push(AccountFacts {
                    alias: alias.clone(),
                    object_id: tickets.object_id,
                    user: answers.take(&tickets.user),
                    membership: answers.take(&tickets.membership),
                    methods: methods.clone().map(|methods| methods.passkeys),
                });
                Identity::Pinned(Box::new(Held {
                    object_id: tickets.object_id,
                    methods,
                    roles: answers.take(&tickets.roles),
                    active: answers.take(&tickets.active),
                    eligible: answers.take(&tickets.eligible),
                    units: answers.take(&tickets.units),
                    report: None,
                }))
            }
        };
        standings.push(Standing {
            alias: alias.clone(),
            identity,
        });
    }
    (standings, facts)
}

/// Where the answers to a further wave will be.
pub(super) struct Further(Vec<(Guid, Ticket<RegistrationDetails>)>);

/// Asks for the report on the methods of those whose methods we may not read.
pub(super) fn ask_further(standings: &[Standing], wave: &mut Wave) -> Further {
    let mut tickets = Vec::new();
    for held in standings.iter().filter_map(Standing::held) {
        let refused = matches!(
            &held.methods,
            Answer::Denied(denial) if denial.reason == DenialReason::Permission
        );
        if refused && held.report.is_none() {
            let ticket = wave.ask(ask_registration_details(&held.object_id));
            tickets.push((held.object_id, ticket));
        }
    }
    Further(tickets)
}

/// Takes the answers to a further wave.
pub(super) fn take_further(standings: &mut [Standing], further: &Further, answers: &mut Answers) {
    for (id, ticket) in &further.0 {
        let report = answers.take(ticket);
        for standing in &mut *standings {
            if let Identity::Pinned(held) = &mut standing.identity
                && held.object_id == *id
                && held.report.is_none()
            {
                held.report = Some(report.clone());
            }
        }
    }
}
