//! The accounts that policies are held against.

use crate::entra::AccountFacts as ProfileAccount;
use crate::entra::AccountKind;
use crate::entra::Answer;
use crate::entra::CaAccount;
use crate::entra::Completeness;
use crate::entra::Membership;
use crate::entra::Roles;
use crate::entra::Told;
use crate::entra::UserType;
use crate::facts::tenant::AccountFacts;
use crate::facts::tenant::Held;
use crate::findings::Subject;
use crate::findings::judged::Judged;
use crate::findings::tenant_checks;
use crate::plan::Account;
use crate::webauthn::Aaguid;

/// A key of an account, by its model.
pub(super) struct KeyModel<'a> {
    /// Its label.
    pub(super) label: &'a str,
    /// Its model; `None` if the plan names none and it is not registered.
    pub(super) aaguid: Option<Aaguid>,
    /// Whether a record says that it is registered.
    pub(super) registered: bool,
}

/// An account that the plan pins.
pub(super) struct Seen<'a> {
    pub(super) subject: Subject,
    pub(super) planned: &'a Account,
    pub(super) facts: &'a AccountFacts,
    pub(super) user_type: UserType,
    pub(super) membership: Membership,
    pub(super) kind: AccountKind,
    pub(super) roles: Roles,
    /// Keys in use, then those of the plan that are not registered.
    pub(super) keys: Vec<KeyModel<'a>>,
}

impl Seen<'_> {
    /// Its alias.
    pub(super) fn alias(&self) -> &str {
        &self.planned.alias
    }

    /// As the passkey policy sees it.
    pub(super) fn for_profiles(&self) -> ProfileAccount<'_> {
        ProfileAccount {
            id: self.facts.object_id,
            user_type: &self.user_type,
            membership: &self.membership,
        }
    }

    /// As Conditional Access sees it.
    pub(super) fn for_conditional_access(&self) -> CaAccount<'_> {
        CaAccount {
            id: self.facts.object_id,
            kind: self.kind,
            membership: &self.membership,
            roles: &self.roles,
        }
    }

    /// The models of its keys that are known, each once.
    pub(super) fn models(&self) -> Vec<Aaguid> {
        let mut models: Vec<Aaguid> = self.keys.iter().filter_map(|key| key.aaguid).collect();
        models.sort();
        models.dedup();
        models
    }

    /// Whether a key of it is registered.
    pub(super) fn has_key(&self) -> bool {
        self.keys.iter().any(|key| key.registered)
    }

    /// Whether a key of the plan is not registered.
    pub(super) fn lacks_key(&self) -> bool {
        self.keys.iter().any(|key| !key.registered)
    }
}

/// Every account that the plan pins, in its order.
pub(super) fn seen<'a>(judged: &Judged<'a>) -> Vec<Seen<'a>> {
    let of = |planned: &'a Account| {
        let facts = judged.survey.account(&planned.alias)?;
        let held = judged.survey.standing(&planned.alias)?.held()?;
        let (user_type, membership) = tenant_checks::type_and_groups(facts);
        Some(Seen {
            subject: Subject::account(&planned.alias),
            planned,
            facts,
            user_type,
            kind: match &facts.user {
                Answer::Known(user) => AccountKind::of(user),
                Answer::Denied(_) | Answer::Failed(_) | Answer::Absent => AccountKind::NotTold,
            },
            roles: roles(held, &membership),
            membership,
            keys: keys(judged, planned),
        })
    };
    judged.plan.accounts.iter().filter_map(of).collect()
}

/// The roles that count for it now, and whether these are all: without what PIM knows, a group that
/// may hold roles may hold another one.
fn roles(held: &Held, membership: &Membership) -> Roles {
    let no_group_holds_roles = membership.completeness == Completeness::Whole
        && membership
            .groups
            .iter()
            .all(|group| group.role_assignable == Told::No);
    let whole = match (&held.active, &held.roles) {
        (Answer::Known(_), _) => true,
        (_, Answer::Known(_)) => no_group_holds_roles,
        (_, _) => false,
    };
    Roles {
        ids: held.roles_now(),
        completeness: if whole {
            Completeness::Whole
        } else {
            Completeness::Partial
        },
    }
}

fn keys<'a>(judged: &Judged<'a>, planned: &'a Account) -> Vec<KeyModel<'a>> {
    let in_use: Vec<_> = judged.book.keys_of(&planned.alias).collect();
    let mut keys: Vec<KeyModel<'a>> = in_use
        .iter()
        .map(|key| KeyModel {
            label: &key.label,
            aaguid: Some(key.aaguid),
            registered: true,
        })
        .collect();
    for key in &planned.keys {
        if in_use.iter().all(|other| other.label != key.label) {
            keys.push(KeyModel {
                label: &key.label,
                aaguid: key.aaguid,
                registered: false,
            });
        }
    }
    keys
}
