//! The way from this machine to a tenant, and what a sign-in there brought.

use super::Observed;
use crate::entra::Claims;
use crate::entra::Licence;
use crate::entra::SignInRefusal;
use crate::primitives::UtcTime;

/// What was read of the way to a plan's tenant. Hosts are asked without a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The proxy of this machine's variables.
    pub proxy: Option<ProxySetting>,
    /// The host that signs people in.
    pub login: HostTried,
    /// Microsoft Graph's host.
    pub graph: HostTried,
    /// The sign-in, if it was rehearsed.
    pub sign_in: SignInTried,
}

/// A proxy, as the variables name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxySetting {
    /// The variable.
    pub variable: &'static str,
    /// Its address, without name and password.
    pub address: String,
    /// `NO_PROXY`; `None` if it is not set.
    pub not_for: Option<String>,
}

/// A host that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostTried {
    /// Its name.
    pub host: String,
    /// What came.
    pub came: Result<HostAnswer, HostFault>,
}

/// That a host answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The `Date` header; `None` if there is none that can be read.
    pub date: Option<UtcTime>,
    /// Our clock when the answer came.
    pub here: UtcTime,
}

/// Why a host did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostFault {
    /// No way leads there: the name is unknown, nothing answers. So it is on a machine without network.
    NoWay(String),
    /// Something on the way refuses: a certificate, a proxy.
    Refused(String),
}

/// A sign-in that was, or was not, rehearsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInTried {
    /// It was not.
    Not,
    /// It failed.
    Failed {
        /// Why.
        why: String,
        /// What to do.
        next: String,
        /// Entra's refusal, if it was one.
        refusal: Option<SignInRefusal>,
    },
    /// Somebody is signed in.
    Done(Box<SignedIn>),
}

/// Who is signed in, and what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// What the token says of itself.
    pub claims: Claims,
    /// The tenant's licence, which is also the first question that Graph was asked.
    pub licence: Observed<Licence>,
    /// Whether a token for Azure Resource Manager was had, or why not; `None` if the plan needs none.
    pub azure: Option<Result<(), String>>,
}
