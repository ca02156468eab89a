//! Whom a policy includes and excludes (Graph `conditionalAccessUsers`).

use super::wire::flags;
use super::wire::member;
use super::wire::strangers;
use super::wire::texts;
use crate::entra::shown::shown;
use crate::primitives::Guid;
use serde_json::Map;
use serde_json::Value;

/// A kind of guest or external user (`guestOrExternalUserTypes`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GuestKind {
    /// `internalGuest`: made in this tenant, of type Guest.
    InternalGuest,
    /// `b2bCollaborationGuest`: from elsewhere, of type Guest.
    ExternalGuest,
    /// `b2bCollaborationMember`: from elsewhere, of type Member.
    ExternalMember,
    /// `b2bDirectConnectUser`, `otherExternalUser`, `serviceProvider`: no account of this tenant.
    NoAccount,
}

/// A choice of guests or external users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guests {
    /// The kinds that are named.
    pub kinds: Vec<GuestKind>,
    /// Whether only those of listed tenants are meant.
    pub of_some_tenants: bool,
}

/// One side of a policy's users: whom it includes, or whom it excludes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Whether any member of this side was told. If not, nothing is known of it.
    pub told: bool,
    /// `All`
    pub all: bool,
    /// Users, by object id.
    pub users: Vec<Guid>,
    /// Groups, with all that is nested in them.
    pub groups: Vec<Guid>,
    /// Directory roles, by template id.
    pub roles: Vec<Guid>,
    /// Guests and external users.
    pub guests: Vec<Guests>,
    /// What cannot be read, and may mean the account.
    pub unread: Vec<String>,
}

impl Side {
    /// Whether it names nobody, and all of it could be read.
    #[must_use]
    pub const fn is_nobody(&self) -> bool {
        !self.all
            && self.users.is_empty()
            && self.groups.is_empty()
            && self.roles.is_empty()
            && self.guests.is_empty()
            && self.unread.is_empty()
    }
}

/// Whom a policy includes and excludes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaUsers {
    /// Whom it includes.
    pub include: Side,
    /// Whom it excludes; this wins.
    pub exclude: Side,
}

/// The names of a side's members in the answer.
struct Names {
    users: &'static str,
    groups: &'static str,
    roles: &'static str,
    guests: &'static str,
}

const INCLUDE: Names = Names {
    users: "includeUsers",
    groups: "includeGroups",
    roles: "includeRoles",
    guests: "includeGuestsOrExternalUsers",
};

const EXCLUDE: Names = Names {
    users: "excludeUsers",
    groups: "excludeGroups",
    roles: "excludeRoles",
    guests: "excludeGuestsOrExternalUsers",
};

impl CaUsers {
    pub(super) fn read(object: &Map<String, Value>) -> Self {
        let mut users = Self {
            include: side(object, &INCLUDE),
            exclude: side(object, &EXCLUDE),
        };
        let known: Vec<&str> = [&INCLUDE, &EXCLUDE]
            .iter()
            .flat_map(|names| [names.users, names.groups, names.roles, names.guests])
            .collect();
        for stranger in strangers(object, &known) {
            let lower = stranger.to_ascii_lowercase();
            if !lower.starts_with("exclude") {
                users.include.unread.push(stranger.clone());
            }
            if !lower.starts_with("include") {
                users.exclude.unread.push(stranger);
            }
        }
        users
    }
}

fn side(object: &Map<String, Value>, names: &Names) -> Side {
    let mut side = Side {
        told: [names.users, names.groups, names.roles, names.guests]
            .iter()
            .any(|name| !member(object, name).is_null()),
        ..Side::default()
    };
    match texts(member(object, names.users)) {
        Some(words) => words.iter().for_each(|word| user(&mut side, word)),
        None => side.unread.push(names.users.to_owned()),
    }
    for (name, into) in [
        (names.groups, &mut side.groups),
        (names.roles, &mut side.roles),
    ] {
        let Some(words) = texts(member(object, name)) else {
            side.unread.push(name.to_owned());
            continue;
        };
        for word in words {
            match Guid::parse(&word) {
                Some(id) => into.push(id),
                None => side.unread.push(format!("{name}: {}", shown(&word))),
            }
        }
    }
    match member(object, names.guests) {
        Value::Null => {}
        Value::Object(guests) => read_guests(&mut side, guests, names.guests),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            side.unread.push(names.guests.to_owned());
        }
    }
    side
}

fn user(side: &mut Side, word: &str) {
    if let Some(id) = Guid::parse(word) {
        side.users.push(id);
    } else if word.eq_ignore_ascii_case("All") {
        side.all = true;
    } else if word.eq_ignore_ascii_case("GuestsOrExternalUsers") {
        // From before the kinds were told apart: all of them, from everywhere.
        side.guests.push(Guests {
            kinds: vec![
                GuestKind::InternalGuest,
                GuestKind::ExternalGuest,
                GuestKind::ExternalMember,
                GuestKind::NoAccount,
            ],
            of_some_tenants: false,
        });
    } else if !word.eq_ignore_ascii_case("None") && !word.eq_ignore_ascii_case("AllAgentIdUsers") {
        // `AllAgentIdUsers` are the user accounts of agents, never a person's.
        side.unread.push(shown(word));
    }
}

fn read_guests(side: &mut Side, object: &Map<String, Value>, name: &str) {
    let Some(words) = flags(member(object, "guestOrExternalUserTypes")) else {
        side.unread.push(name.to_owned());
        return;
    };
    let mut kinds = Vec::new();
    for word in words {
        match word.to_ascii_lowercase().as_str() {
            "none" => {}
            "internalguest" => kinds.push(GuestKind::InternalGuest),
            "b2bcollaborationguest" => kinds.push(GuestKind::ExternalGuest),
            "b2bcollaborationmember" => kinds.push(GuestKind::ExternalMember),
            "b2bdirectconnectuser" | "otherexternaluser" | "serviceprovider" => {
                kinds.push(GuestKind::NoAccount);
            }
            _ => side.unread.push(format!("{name}: {}", shown(&word))),
        }
    }
    let tenants = member(object, "externalTenants");
    let of_all = tenants.is_null()
        || tenants
            .get("membershipKind")
            .and_then(Value::as_str)
            .is_some_and(|kind| kind.eq_ignore_ascii_case("all"));
    if !kinds.is_empty() {
        side.guests.push(Guests {
            kinds,
            of_some_tenants: !of_all,
        });
    }
}
