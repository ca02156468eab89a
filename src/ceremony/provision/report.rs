//! What provisioning came to, step by step.

use crate::facts::restore::RestoreItem;
use crate::primitives::Guid;

/// A step of provisioning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The tenant's initial domain.
    Domain,
    /// The account itself.
    Account,
    /// Its object id in the plan.
    Plan,
    /// The group that Conditional Access excludes.
    Exclusion,
    /// The group that the passkey policy includes.
    Passkey,
    /// Whether keys can be registered in the tenant.
    SelfService,
    /// The group that may use a pass.
    PassGroup,
    /// Passes.
    Passes,
    /// What was changed by hand.
    ByHand,
    /// Its keys: registered, and seen to sign in.
    Keys,
    /// Its roles.
    Role,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 11] = [
        Self::Domain,
        Self::Account,
        Self::Plan,
        Self::Exclusion,
        Self::Passkey,
        Self::SelfService,
        Self::PassGroup,
        Self::Passes,
        Self::ByHand,
        Self::Keys,
        Self::Role,
    ];

    /// As it stands in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Account => "account",
            Self::Plan => "plan",
            Self::Exclusion => "exclusion-group",
            Self::Passkey => "passkey-group",
            Self::SelfService => "self-service",
            Self::PassGroup => "pass-group",
            Self::Passes => "passes",
            Self::ByHand => "by-hand",
            Self::Keys => "keys",
            Self::Role => "role",
        }
    }

    /// As it is read aloud.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Domain => "The tenant: its initial domain",
            Self::Account => "The account: cloud only, enabled, its password known to nobody",
            Self::Plan => "The plan: the account is pinned by its object id",
            Self::Exclusion => "Conditional Access: the exclusion group",
            Self::Passkey => "Passkeys: the group that may have them",
            Self::SelfService => "Passkeys: whether the tenant takes new ones",
            Self::PassGroup => "Temporary Access Pass: the group that may use one",
            Self::Passes => "Temporary Access Pass: none is left",
            Self::ByHand => "What was changed by hand",
            Self::Keys => "The keys: registered, and seen to sign in",
            Self::Role => "The role: last, and for ever",
        }
    }
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It was right, and nothing was changed.
    Right,
    /// It was changed and read back.
    Changed,
    /// It would be changed (`--dry-run`).
    Would,
    /// Something else comes first.
    Waiting,
    /// A person has to do it; the next run looks.
    ByHand,
    /// It cannot be told how it is.
    Unknown,
    /// A person declined.
    Declined,
    /// Not looked at.
    NotReached,
}

impl State {
    /// As it stands in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Changed => "changed",
            Self::Would => "would-change",
            Self::Waiting => "waiting",
            Self::ByHand => "by-hand",
            Self::Unknown => "unknown",
            Self::Declined => "declined",
            Self::NotReached => "not-reached",
        }
    }

    /// Whether nothing is left to do.
    #[must_use]
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Right | Self::Changed)
    }
}

/// What a step has to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The step.
    pub step: Step,
    /// How it ended.
    pub state: State,
    /// What was seen or done: a sentence without its full stop.
    pub detail: String,
    /// What to do next; `None` if nothing is.
    pub next: Option<String>,
    /// Whether the steps after it cannot be taken.
    pub(super) stops: bool,
}

impl Told {
    /// A step that ended so; `detail` is a sentence without its full stop.
    pub fn new(step: Step, state: State, detail: impl Into<String>) -> Self {
        Self {
            step,
            state,
            detail: detail.into(),
            next: None,
            stops: state == State::Declined,
        }
    }

    /// The same, with what to do next.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    pub(super) const fn stop(mut self) -> Self {
        self.stops = true;
        self
    }

    /// What is read aloud.
    pub(super) fn sentence(&self) -> String {
        let mut detail = self.detail.clone();
        if let Some(first) = detail.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        match &self.next {
            Some(next) => format!("{detail}. Next: {next}."),
            None => format!("{detail}."),
        }
    }
}

/// What provisioning came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provisioned {
    /// The account's alias.
    pub alias: String,
    /// Its object id; `None` if it is not in the tenant yet.
    pub object_id: Option<Guid>,
    /// Whether nothing was changed on purpose.
    pub dry_run: bool,
    /// Every step, in order.
    pub steps: Vec<Told>,
    /// What is loose in the tenant, by this account's provisioning or by others.
    pub loose: Vec<RestoreItem>,
}

impl Provisioned {
    /// The steps that are not done, in order.
    pub fn open(&self) -> impl Iterator<Item = &Told> {
        self.steps.iter().filter(|told| !told.state.is_done())
    }

    /// Whether a step ended so.
    #[must_use]
    pub fn has(&self, state: State) -> bool {
        self.steps.iter().any(|told| told.state == state)
    }
}
