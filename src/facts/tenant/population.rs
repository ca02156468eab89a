//! Who else could get at the accounts: administrators, groups, apps, licence, domains.

use super::Access;
use super::AccountFacts;
use crate::entra::Answer;
use crate::entra::Answers;
use crate::entra::AppRole;
use crate::entra::AppRoleAssignment;
use crate::entra::AuthorizationPolicy;
use crate::entra::Domain;
use crate::entra::ENROLLING_ROLES;
use crate::entra::GroupObject;
use crate::entra::Licence;
use crate::entra::PassPolicy;
use crate::entra::Principal;
use crate::entra::PrincipalKind;
use crate::entra::Principals;
use crate::entra::RoleAssignment;
use crate::entra::RoleDefinition;
use crate::entra::RoleInstance;
use crate::entra::Ticket;
use crate::entra::User;
use crate::entra::Wave;
use crate::entra::ask_active_holders_of;
use crate::entra::ask_authorization_policy;
use crate::entra::ask_domains;
use crate::entra::ask_eligible_holders_of;
use crate::entra::ask_graph_app_role_assignments;
use crate::entra::ask_graph_app_roles;
use crate::entra::ask_group;
use crate::entra::ask_holders_of;
use crate::entra::ask_licence;
use crate::entra::ask_members;
use crate::entra::ask_owners;
use crate::entra::ask_pass_policy;
use crate::entra::ask_role_definitions;
use crate::entra::ask_transitive_members;
use crate::entra::ask_user;
use crate::plan::Plan;
use crate::primitives::Guid;
use std::collections::BTreeSet;

/// Who else could get at the accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {
    /// The tenant's roles.
    pub roles: Answer<Vec<RoleDefinition>>,
    /// Who holds the roles that can enrol a key, in the order of
    /// [`ENROLLING_ROLES`](crate::entra::ENROLLING_ROLES).
    pub holders: Vec<RoleHolders>,
    /// The groups among those holders.
    pub groups: Vec<HoldingGroup>,
    /// The group that Conditional Access excludes; `None` if the plan names none.
    pub exclusion: Option<ExclusionGroup>,
    /// The permissions that Microsoft Graph offers to applications.
    pub app_roles: Answer<Vec<AppRole>>,
    /// The applications that hold them.
    pub applications: Answer<Vec<AppRoleAssignment>>,
    /// The tenant's domains.
    pub domains: Answer<Vec<Domain>>,
    /// What the tenant is licensed for.
    pub licence: Answer<Licence>,
    /// Whether administrators may reset their own password.
    pub authorization: Answer<AuthorizationPolicy>,
    /// The policy on Temporary Access Passes.
    pub passes: Answer<PassPolicy>,
    /// Users whom Conditional Access excludes by name and the plan does not name: at most 20 of
    /// them, so that a person need not look up an id.
    pub excluded: Vec<(Guid, Answer<User>)>,
}

/// Users excluded by name whose own names are asked for.
const MOST_NAMES: usize = 20;

/// Who holds a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleHolders {
    /// The role's name.
    pub name: &'static str,
    /// The role.
    pub role: Guid,
    /// Who holds it now, directly.
    pub now: Answer<Vec<RoleAssignment>>,
    /// The same as PIM knows it: for how long.
    pub active: Answer<Vec<RoleInstance>>,
    /// Who may activate it.
    pub eligible: Answer<Vec<RoleInstance>>,
}

impl RoleHolders {
    /// Everybody known to hold the role or to be able to activate it, with what is known of them.
    pub fn principals(&self) -> impl Iterator<Item = (Guid, Option<&Principal>)> {
        let now = known(&self.now).map(|one| (one.principal_id, one.principal.as_ref()));
        let active = known(&self.active).map(|one| (one.principal_id, one.principal.as_ref()));
        let eligible = known(&self.eligible).map(|one| (one.principal_id, one.principal.as_ref()));
        now.chain(active).chain(eligible)
    }
}

fn known<T>(answer: &Answer<Vec<T>>) -> impl Iterator<Item = &T> {
    let list: &[T] = match answer {
        Answer::Known(list) => list,
        Answer::Denied(_) | Answer::Absent | Answer::Failed(_) => &[],
    };
    list.iter()
}

/// A group that holds a role: its members hold it too, its owners can become members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldingGroup {
    /// Object id.
    pub id: Guid,
    /// Its members, and those of groups nested in it.
    pub members: Answer<Principals>,
    /// Its owners.
    pub owners: Answer<Principals>,
}

/// The group that Conditional Access excludes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExclusionGroup {
    /// Object id, as the plan names it.
    pub id: Guid,
    /// The group.
    pub group: Answer<GroupObject>,
    /// Its owners.
    pub owners: Answer<Principals>,
    /// Its direct members.
    pub members: Answer<Principals>,
    /// Its members, and those of groups nested in it.
    pub transitive: Answer<Principals>,
}

/// Where the answers to the first wave will be.
pub(super) struct Tickets {
    roles: Ticket<Vec<RoleDefinition>>,
    holders: Vec<HolderTickets>,
    exclusion: Option<GroupTickets>,
    app_roles: Ticket<Vec<AppRole>>,
    applications: Ticket<Vec<AppRoleAssignment>>,
    domains: Ticket<Vec<Domain>>,
    licence: Ticket<Licence>,
    authorization: Ticket<AuthorizationPolicy>,
    passes: Ticket<PassPolicy>,
}

struct HolderTickets {
    name: &'static str,
    role: Guid,
    now: Ticket<Vec<RoleAssignment>>,
    active: Ticket<Vec<RoleInstance>>,
    eligible: Ticket<Vec<RoleInstance>>,
}

struct GroupTickets {
    id: Guid,
    group: Ticket<GroupObject>,
    owners: Ticket<Principals>,
    members: Ticket<Principals>,
    transitive: Ticket<Principals>,
}

/// Asks all that needs no earlier answer.
pub(super) fn ask(wave: &mut Wave, plan: &Plan) -> Tickets {
    Tickets {
        roles: wave.ask(ask_role_definitions()),
        holders: ENROLLING_ROLES
            .into_iter()
            .map(|(name, role)| HolderTickets {
                name,
                role,
                now: wave.ask(ask_holders_of(&role)),
                active: wave.ask(ask_active_holders_of(&role)),
                eligible: wave.ask(ask_eligible_holders_of(&role)),
            })
            .collect(),
        exclusion: plan.groups.ca_exclusion.map(|id| GroupTickets {
            id,
            group: wave.ask(ask_group(&id)),
            owners: wave.ask(ask_owners(&id)),
            members: wave.ask(ask_members(&id)),
            transitive: wave.ask(ask_transitive_members(&id)),
        }),
        app_roles: wave.ask(ask_graph_app_roles()),
        applications: wave.ask(ask_graph_app_role_assignments()),
        domains: wave.ask(ask_domains()),
        licence: wave.ask(ask_licence()),
        authorization: wave.ask(ask_authorization_policy()),
        passes: wave.ask(ask_pass_policy()),
    }
}

/// Takes the answers to the first wave.
pub(super) fn take(answers: &mut Answers, tickets: &Tickets) -> Population {
    Population {
        roles: answers.take(&tickets.roles),
        holders: tickets
            .holders
            .iter()
            .map(|holder| RoleHolders {
                name: holder.name,
                role: holder.role,
                now: answers.take(&holder.now),
                active: answers.take(&holder.active),
                eligible: answers.take(&holder.eligible),
            })
            .collect(),
        groups: Vec::new(),
        exclusion: tickets.exclusion.as_ref().map(|tickets| ExclusionGroup {
            id: tickets.id,
            group: answers.take(&tickets.group),
            owners: answers.take(&tickets.owners),
            members: answers.take(&tickets.members),
            transitive: answers.take(&tickets.transitive),
        }),
        app_roles: answers.take(&tickets.app_roles),
        applications: answers.take(&tickets.applications),
        domains: answers.take(&tickets.domains),
        licence: answers.take(&tickets.licence),
        authorization: answers.take(&tickets.authorization),
        passes: answers.take(&tickets.passes),
        excluded: Vec::new(),
    }
}

/// Where the answers to a further wave will be.
pub(super) struct Further {
    groups: Vec<(Guid, Ticket<Principals>, Ticket<Principals>)>,
    excluded: Vec<(Guid, Ticket<User>)>,
}

/// Asks who is in the groups that hold a role, and who owns them; and who the users are that
/// Conditional Access excludes by name. `accounts` are the plan's.
pub(super) fn ask_further(
    facts: &Population,
    access: &Access,
    accounts: &[AccountFacts],
    wave: &mut Wave,
) -> Further {
    let groups: BTreeSet<Guid> = facts
        .holders
        .iter()
        .flat_map(RoleHolders::principals)
        .filter(|(_, principal)| {
            principal.is_some_and(|principal| principal.kind == PrincipalKind::Group)
        })
        .map(|(id, _)| id)
        .filter(|id| facts.groups.iter().all(|group| group.id != *id))
        .collect();
    let groups = groups.into_iter().map(|id| {
        let members = wave.ask(ask_transitive_members(&id));
        (id, members, wave.ask(ask_owners(&id)))
    });
    let groups = groups.collect();
    let strangers: BTreeSet<Guid> = access
        .excluded_users()
        .into_iter()
        .map(|(id, _)| id)
        .filter(|id| accounts.iter().all(|account| account.object_id != *id))
        .collect();
    let excluded = if facts.excluded.is_empty() {
        let asked = strangers.into_iter().take(MOST_NAMES);
        asked.map(|id| (id, wave.ask(ask_user(&id)))).collect()
    } else {
        Vec::new()
    };
    Further { groups, excluded }
}

/// Takes the answers to a further wave.
pub(super) fn take_further(facts: &mut Population, further: &Further, answers: &mut Answers) {
    for (id, members, owners) in &further.groups {
        facts.groups.push(HoldingGroup {
            id: *id,
            members: answers.take(members),
            owners: answers.take(owners),
        });
    }
    for (id, ticket) in &further.excluded {
        facts.excluded.push((*id, answers.take(ticket)));
    }
}
