//! Sign-ins and changes, as the logs keep them: late.

use crate::primitives::Guid;
use crate::primitives::UtcTime;
use std::time::Duration;

/// What somebody signed in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInMethod {
    /// A passkey of this name and model.
    Passkey {
        /// Its name in the tenant.
        name: String,
        /// Its AAGUID.
        aaguid: String,
    },
    /// A password alone.
    Password,
    /// An earlier sign-in counted.
    PreviouslySatisfied,
}

/// A sign-in, or an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Who.
    pub user: Guid,
    /// When.
    pub at: UtcTime,
    /// To what: `Azure Portal`.
    pub app: String,
    /// With what.
    pub method: SignInMethod,
    /// `status.errorCode`; 0 if it succeeded.
    pub error: u32,
    /// Whether a person did it.
    pub interactive: bool,
}

impl SignIn {
    /// A successful sign-in to the Azure portal.
    #[must_use]
    pub fn new(user: Guid, at: UtcTime, method: SignInMethod) -> Self {
        Self {
            user,
            at,
            app: "Azure Portal".to_owned(),
            method,
            error: 0,
            interactive: true,
        }
    }
}

/// A change of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// When.
    pub at: UtcTime,
    /// `loggedByService`: `Core Directory`, `Authentication Methods`.
    pub service: String,
    /// `category`: `UserManagement`.
    pub category: String,
    /// `activityDisplayName`: `Admin registered security info`.
    pub activity: String,
    /// Who did it; `None` for an app.
    pub by: Option<Guid>,
    /// The object that it was done to.
    pub target: Guid,
    /// `additionalDetails`.
    pub details: Vec<(String, String)>,
}

/// An entry and when it can be read, on the clock's elapsed time.
#[derive(Clone, Debug)]
pub(super) struct Logged<T> {
    pub(super) entry: T,
    pub(super) id: Guid,
    pub(super) readable: Duration,
    /// When the steps of its authentication can be read.
    pub(super) detailed: Duration,
}

/// The logs of the tenant.
pub(super) struct Logs {
    pub(super) sign_ins: Vec<Logged<SignIn>>,
    pub(super) audits: Vec<Logged<Audit>>,
    /// How late an entry is.
    pub(super) lag: Duration,
    /// How much later the steps of an authentication are.
    pub(super) detail_lag: Duration,
    made: u64,
}

impl Default for Logs {
    fn default() -> Self {
        Self {
            sign_ins: Vec::new(),
            audits: Vec::new(),
            lag: Duration::from_mins(3),
            detail_lag: Duration::from_mins(1),
            made: 0,
        }
    }
}

impl Logs {
    /// Keeps a sign-in that happens now.
    pub(super) fn signed_in(&mut self, entry: SignIn, now: Duration) {
        let readable = now.saturating_add(self.lag);
        let logged = self.logged(entry, readable);
        self.sign_ins.push(logged);
    }

    /// Keeps a sign-in that can be read already.
    pub(super) fn signed_in_before(&mut self, entry: SignIn) {
        let mut logged = self.logged(entry, Duration::ZERO);
        logged.detailed = Duration::ZERO;
        self.sign_ins.push(logged);
    }

    /// Keeps a change.
    pub(super) fn changed(&mut self, entry: Audit, readable: Duration) {
        let logged = self.logged(entry, readable);
        self.audits.push(logged);
    }

    fn logged<T>(&mut self, entry: T, readable: Duration) -> Logged<T> {
        self.made += 1;
        let mut id = [0xa5; 16];
        let (_, end) = id.split_at_mut(8);
        end.copy_from_slice(&self.made.to_be_bytes());
        Logged {
            entry,
            id: Guid(id),
            readable,
            detailed: readable.saturating_add(self.detail_lag),
        }
    }
}
