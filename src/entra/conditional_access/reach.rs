//! Whether a policy reaches an account. A pure decision; what cannot be told is unknown, never
//! "does not apply".
//!
//! Every account that could be this one, as far as it is known, is considered: if the policy
//! reaches them all, it applies; if it reaches none, it does not; else it is unknown. An exclusion
//! always wins.

use super::policy::CaPolicy;
use super::policy::Subjects;
use super::users::CaUsers;
use super::users::GuestKind;
use super::users::Guests;
use super::users::Side;
use crate::entra::Completeness;
use crate::entra::Membership;
use crate::entra::User;
use crate::entra::UserType;
use crate::primitives::Guid;
use std::collections::BTreeSet;

/// What an account is to the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// Made here, of type Member: what an emergency access account is.
    Member,
    /// Made here, of type Guest.
    InternalGuest,
    /// From elsewhere, of type Guest.
    ExternalGuest,
    /// From elsewhere, of type Member.
    ExternalMember,
    /// It is not told.
    NotTold,
}

impl AccountKind {
    /// What the directory's answer says an account is.
    #[must_use]
    pub fn of(user: &User) -> Self {
        let invited = user
            .creation_type
            .as_deref()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("Invitation"));
        let external = user
            .upn
            .as_deref()
            .is_some_and(|upn| upn.to_ascii_uppercase().contains("#EXT#"));
        match (&user.user_type, invited || external) {
            (UserType::Member, false) => Self::Member,
            (UserType::Member, true) => Self::ExternalMember,
            (UserType::Guest, false) => Self::InternalGuest,
            (UserType::Guest, true) => Self::ExternalGuest,
            (UserType::Other(_) | UserType::NotTold, _) => Self::NotTold,
        }
    }

    /// What it may be.
    const fn possible(self) -> &'static [Self] {
        match self {
            Self::Member => &[Self::Member],
            Self::InternalGuest => &[Self::InternalGuest],
            Self::ExternalGuest => &[Self::ExternalGuest],
            Self::ExternalMember => &[Self::ExternalMember],
            Self::NotTold => &[
                Self::Member,
                Self::InternalGuest,
                Self::ExternalGuest,
                Self::ExternalMember,
            ],
        }
    }

    const fn guest(self) -> Option<GuestKind> {
        match self {
            Self::Member | Self::NotTold => None,
            Self::InternalGuest => Some(GuestKind::InternalGuest),
            Self::ExternalGuest => Some(GuestKind::ExternalGuest),
            Self::ExternalMember => Some(GuestKind::ExternalMember),
        }
    }
}

/// The directory roles that an account holds now, for the whole tenant: Conditional Access knows
/// no others. Eligible ones count only while they are active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Template ids.
    pub ids: BTreeSet<Guid>,
    /// Whether these are all.
    pub completeness: Completeness,
}

impl Roles {
    /// No role is known.
    #[must_use]
    pub const fn unknown() -> Self {
        Self {
            ids: BTreeSet::new(),
            completeness: Completeness::Partial,
        }
    }

    /// Exactly these.
    #[must_use]
    pub fn whole(ids: impl IntoIterator<Item = Guid>) -> Self {
        Self {
            ids: ids.into_iter().collect(),
            completeness: Completeness::Whole,
        }
    }
}

/// The account that is asked about.
#[derive(Clone, Copy, Debug)]
pub struct CaAccount<'a> {
    /// Object id.
    pub id: Guid,
    /// What it is.
    pub kind: AccountKind,
    /// Transitive groups.
    pub membership: &'a Membership,
    /// Active roles.
    pub roles: &'a Roles,
}

/// Why a policy includes or excludes an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// It means all users.
    Everybody,
    /// It names the account.
    User,
    /// It names a group that the account is in, directly or through others.
    Group(Guid),
    /// It names a role that the account holds.
    Role(Guid),
    /// It means guests or external users.
    Guest,
}

/// Why it cannot be told whether a policy reaches an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// The policy's users are null or cannot be read.
    UsersNotTold,
    /// Nothing is told of whom it includes.
    IncludeNotTold,
    /// Nothing is told of whom it excludes.
    ExcludeNotTold,
    /// An entry of the policy's users that cannot be read.
    Entry(String),
    /// A condition that cannot be read, and may bring others in.
    Condition(String),
    /// A group, of which the account may be a member without our seeing it.
    Group(Guid),
    /// A role, which the account may hold without our seeing it.
    Role(Guid),
    /// It is not told whether the account is a guest.
    Kind,
    /// The policy means guests of some tenants, and whose this one is is not told.
    HomeTenant,
}

/// Whether a policy reaches an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It does, for each of these reasons.
    Applies(Vec<Because>),
    /// It is excluded, explicitly: that holds whatever else it includes.
    Excluded(Vec<Because>),
    /// It is not included. Weaker than excluded: another group, role or inclusion changes it.
    NotTargeted,
    /// The policy is about services or agents.
    NotAboutUsers,
    /// It cannot be told.
    Unknown(Vec<Doubt>),
}

/// Decides whether `policy`, in whatever state, reaches `account`.
#[must_use]
pub fn reach(policy: &CaPolicy, account: &CaAccount<'_>) -> Reach {
    let users = match &policy.subjects {
        Subjects::Users(users) => users,
        Subjects::Services => return Reach::NotAboutUsers,
        Subjects::NotTold => return Reach::Unknown(vec![Doubt::UsersNotTold]),
    };
    let mut worlds = account
        .kind
        .possible()
        .iter()
        .map(|kind| as_kind(users, account, *kind));
    let first = worlds.next().unwrap_or(Reach::Unknown(vec![Doubt::Kind]));
    let found = worlds.fold(first, either);
    // A condition narrows what a policy does; one that we do not know may also widen whom it means.
    // An exclusion holds in any case.
    if found == Reach::NotTargeted && !policy.circumstances.unread.is_empty() {
        let condition = |name: &String| Doubt::Condition(name.clone());
        return Reach::Unknown(policy.circumstances.unread.iter().map(condition).collect());
    }
    found
}

/// What is told of an account that may be either.
fn either(one: Reach, other: Reach) -> Reach {
    match (one, other) {
        (Reach::Applies(mut reasons), Reach::Applies(others)) => {
            reasons.retain(|reason| others.contains(reason));
            Reach::Applies(reasons)
        }
        (Reach::Excluded(mut reasons), Reach::Excluded(others)) => {
            reasons.retain(|reason| others.contains(reason));
            Reach::Excluded(reasons)
        }
        (Reach::Excluded(_) | Reach::NotTargeted, Reach::Excluded(_) | Reach::NotTargeted) => {
            Reach::NotTargeted
        }
        (one, other) => {
            let mut doubts = BTreeSet::from([Doubt::Kind]);
            for reach in [one, other] {
                if let Reach::Unknown(found) = reach {
                    doubts.extend(found);
                }
            }
            Reach::Unknown(doubts.into_iter().collect())
        }
    }
}

/// Whether the users reach the account if it is of this kind.
fn as_kind(users: &CaUsers, account: &CaAccount<'_>, kind: AccountKind) -> Reach {
    let exclude = Matches::of(&users.exclude, account, kind);
    if !exclude.certain.is_empty() {
        return Reach::Excluded(exclude.certain);
    }
    let include = Matches::of(&users.include, account, kind);
    if include.certain.is_empty() {
        // What would bring it in by a group or role that also shuts it out never brings it in.
        let mut doubts: Vec<Doubt> = include
            .doubts
            .into_iter()
            .filter(|doubt| match doubt {
                Doubt::Group(id) => !users.exclude.groups.contains(id),
                Doubt::Role(id) => !users.exclude.roles.contains(id),
                Doubt::UsersNotTold
                | Doubt::IncludeNotTold
                | Doubt::ExcludeNotTold
                | Doubt::Entry(_)
                | Doubt::Condition(_)
                | Doubt::Kind
                | Doubt::HomeTenant => true,
            })
            .collect();
        if !users.include.told {
            doubts.push(Doubt::IncludeNotTold);
        }
        return if doubts.is_empty() {
            Reach::NotTargeted
        } else {
            Reach::Unknown(doubts)
        };
    }
    let mut doubts = exclude.doubts;
    if !users.exclude.told {
        doubts.push(Doubt::ExcludeNotTold);
    }
    if doubts.is_empty() {
        Reach::Applies(include.certain)
    } else {
        Reach::Unknown(doubts)
    }
}

/// What of a side means the account, and what may.
struct Matches {
    certain: Vec<Because>,
    doubts: Vec<Doubt>,
}

impl Matches {
    fn of(side: &Side, account: &CaAccount<'_>, kind: AccountKind) -> Self {
        let mut found = Self {
            certain: Vec::new(),
            doubts: side.unread.iter().cloned().map(Doubt::Entry).collect(),
        };
        if side.all {
            found.certain.push(Because::Everybody);
        }
        if side.users.contains(&account.id) {
            found.certain.push(Because::User);
        }
        let groups = account.membership.ids();
        let hidden = account.membership.completeness == Completeness::Partial;
        found.among(&side.groups, &groups, hidden, Because::Group, Doubt::Group);
        let hidden = account.roles.completeness == Completeness::Partial;
        let roles = &account.roles.ids;
        found.among(&side.roles, roles, hidden, Because::Role, Doubt::Role);
        if let Some(guest) = kind.guest() {
            found.guests(&side.guests, guest);
        }
        found
    }

    fn among(
        &mut self,
        named: &[Guid],
        held: &BTreeSet<Guid>,
        hidden: bool,
        because: fn(Guid) -> Because,
        doubt: fn(Guid) -> Doubt,
    ) {
        for id in named {
            if held.contains(id) {
                self.certain.push(because(*id));
            } else if hidden {
                self.doubts.push(doubt(*id));
            }
        }
    }

    fn guests(&mut self, choices: &[Guests], guest: GuestKind) {
        for choice in choices
            .iter()
            .filter(|choice| choice.kinds.contains(&guest))
        {
            if choice.of_some_tenants && guest != GuestKind::InternalGuest {
                self.doubts.push(Doubt::HomeTenant);
            } else if !self.certain.contains(&Because::Guest) {
                self.certain.push(Because::Guest);
            }
        }
    }
}
