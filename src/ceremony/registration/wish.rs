//! Which way a key is registered, and in whose place; kept, so that it goes on the same way.

use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Room;
use crate::plan::Plan;
use crate::webauthn::RpId;
use serde::Deserialize;
use serde::Serialize;

/// The file in `open/` that holds it.
const FILE: &str = "wish.json";

/// The way a key becomes known to the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// The ceremony makes the credential and sends it to Microsoft Graph.
    Graph,
    /// A person registers the key at the tenant's portal, with a pass that the ceremony makes.
    Portal,
}

impl Via {
    /// The way that the plan's cloud has where none is named.
    #[must_use]
    pub fn of_plan(plan: &Plan) -> Self {
        match RpId::of_cloud(plan.tenant.cloud) {
            Some(_) => Self::Graph,
            None => Self::Portal,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Graph => "graph",
            Self::Portal => "portal",
        }
    }
}

/// What is registered, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistrationWish<'w> {
    /// The key's label in the plan.
    pub label: &'w str,
    /// The way; `None` for the one that the cloud has, or that an open ceremony began with.
    pub via: Option<Via>,
    /// The label in whose place the key is registered: the same one for the same physical key.
    pub replaces: Option<&'w str>,
}

impl<'w> RegistrationWish<'w> {
    /// A key in no other's place, the usual way.
    #[must_use]
    pub const fn of(label: &'w str) -> Self {
        Self {
            label,
            via: None,
            replaces: None,
        }
    }
}

/// A wish as it was begun with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begun {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) replaces: Option<String>,
    pub(super) via: Via,
}

impl Begun {
    /// What a new ceremony begins with.
    pub(super) fn of(wish: &RegistrationWish<'_>, plan: &Plan) -> Result<Self, CeremonyError> {
        let usual = Via::of_plan(plan);
        let via = wish.via.unwrap_or(usual);
        if via == Via::Graph && usual == Via::Portal {
            return Err(CeremonyError::Matter {
                why: "this cloud registers no key through Graph".to_owned(),
                next: "leave out --via, or write --via portal".to_owned(),
            });
        }
        Ok(Self {
            replaces: wish.replaces.map(str::to_owned),
            via,
        })
    }

    /// What the open ceremony was begun with, which a wish may not contradict.
    pub(super) fn kept(
        room: &Room<'_>,
        open: &OpenCeremony,
        wish: &RegistrationWish<'_>,
    ) -> Result<Self, CeremonyError> {
        let kept: Option<Self> = open.value(&*room.desk, FILE)?;
        let kept = kept.unwrap_or(Self {
            replaces: None,
            via: Via::Graph,
        });
        let same = wish.via.is_none_or(|via| via == kept.via)
            && wish
                .replaces
                .is_none_or(|label| kept.replaces.as_deref() == Some(label));
        if same {
            return Ok(kept);
        }
        let replaces = kept
            .replaces
            .as_ref()
            .map_or_else(String::new, |label| format!(" --replaces {label}"));
        Err(CeremonyError::Matter {
            why: format!(
                "the registration of {} that is open was begun otherwise",
                wish.label
            ),
            next: format!(
                "glasskey register {} --via {}{replaces}",
                wish.label,
                kept.via.word()
            ),
        })
    }

    /// Keeps it; what is usual is not written.
    pub(super) fn keep(
        &self,
        room: &mut Room<'_>,
        open: &OpenCeremony,
    ) -> Result<(), CeremonyError> {
        if self.via == Via::Graph && self.replaces.is_none() {
            return Ok(());
        }
        Ok(open.put(&mut *room.desk, FILE, self)?)
    }
}
