//! How an account holds a role: for ever, for a while, or not.

use super::Bench;
use crate::ceremony::tenant_change;
use crate::entra::Answer;
use crate::entra::AssignmentType;
use crate::entra::DenialReason;
use crate::entra::Failure;
use crate::entra::Graph;
use crate::entra::Licence;
use crate::entra::MemberType;
use crate::entra::RoleAssignment;
use crate::entra::RoleEnd;
use crate::entra::RoleInstance;
use crate::entra::RoleScope;
use crate::entra::Wave;
use crate::entra::ask_active_roles_of;
use crate::entra::ask_role_definitions;
use crate::entra::ask_roles_of;
use crate::entra::built_in_role;
use crate::primitives::Guid;
use crate::primitives::UtcTime;

/// How roles are given in this tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Privileged Identity Management: an assignment says whether it ends.
    Pim,
    /// Without it: an assignment never ends.
    Plain,
}

/// How an account holds a role over the whole tenant, by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// For ever.
    ForEver,
    /// Until a moment; `None` if the tenant does not tell when.
    Until(Option<UtcTime>),
    /// Not at all, or not by itself.
    Not(Way),
    /// It cannot be told. Why.
    Unknown(String),
}

/// The id of a role by its name; an error says why there is none.
pub(super) fn named(graph: &mut Graph<'_>, name: &str) -> Result<Guid, String> {
    if let Some(id) = built_in_role(name) {
        return Ok(id);
    }
    match graph.one(ask_role_definitions()) {
        Answer::Known(roles) => roles
            .iter()
            .find(|role| role.name.eq_ignore_ascii_case(name))
            .map(|role| role.id)
            .ok_or_else(|| format!("the tenant has no role of the name {name}")),
        Answer::Denied(denial) => Err(tenant_change::denied(&denial)),
        Answer::Absent | Answer::Failed(_) => Err("the roles cannot be read".to_owned()),
    }
}

/// How the account holds a role.
pub(super) fn held(
    graph: &mut Graph<'_>,
    bench: &Bench<'_>,
    account: &Guid,
    role: &Guid,
) -> Answer<Held> {
    let mut wave = Wave::new();
    let tickets = (
        wave.ask(ask_active_roles_of(account)),
        wave.ask(ask_roles_of(account)),
    );
    let mut answers = graph.exchange(&wave);
    let (active, plain) = (answers.take(&tickets.0), answers.take(&tickets.1));
    let without_pim = match active {
        Answer::Known(instances) => return Answer::Known(by_pim(&instances, account, role)),
        Answer::Denied(denial) if denial.reason == DenialReason::Licence => true,
        Answer::Denied(denial) => {
            if bench.licence.is_none_or(|licence| licence == Licence::P2) {
                return Answer::Known(Held::Unknown(tenant_change::denied(&denial)));
            }
            true
        }
        // Tenants without the licence answer 400 too.
        Answer::Failed(Failure::Status(error)) if error.status == 400 => {
            bench.licence.is_some_and(|licence| licence < Licence::P2)
        }
        Answer::Absent => false,
        Answer::Failed(failure) => return Answer::Failed(failure),
    };
    if !without_pim {
        return Answer::Known(Held::Unknown(
            "it is not known whether this tenant has Privileged Identity Management".to_owned(),
        ));
    }
    plain.map(|assignments| plainly(&assignments, account, role))
}

fn by_pim(instances: &[RoleInstance], account: &Guid, role: &Guid) -> Held {
    let own = instances.iter().filter(|one| {
        one.role == *role
            && one.principal_id == *account
            && one.scope == RoleScope::Tenant
            && one.member == MemberType::Direct
            && one.assignment == AssignmentType::Assigned
    });
    let mut held = Held::Not(Way::Pim);
    for one in own {
        match one.end {
            RoleEnd::Never => return Held::ForEver,
            RoleEnd::At(at) => held = Held::Until(Some(at)),
            RoleEnd::NotTold => held = Held::Until(None),
        }
    }
    held
}

fn plainly(assignments: &[RoleAssignment], account: &Guid, role: &Guid) -> Held {
    let own = assignments.iter().any(|one| {
        one.role == *role && one.principal_id == *account && one.scope == RoleScope::Tenant
    });
    if own {
        Held::ForEver
    } else {
        Held::Not(Way::Plain)
    }
}
