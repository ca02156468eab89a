//! The pinUvAuthToken: what it permits, for whom, and until when (CTAP 2.1 §6.5.2).

use super::pin_protocol::PinProtocol;
use super::status::Status;
use crate::primitives::Digest;
use crate::primitives::Secret;
use std::time::Duration;

/// Permission bits (CTAP 2.1 §6.5.5.7).
pub(super) const MAKE_CREDENTIAL: u64 = 0x01;
pub(super) const GET_ASSERTION: u64 = 0x02;
pub(super) const CREDENTIAL_MANAGEMENT: u64 = 0x04;
pub(super) const AUTHENTICATOR_CONFIGURATION: u64 = 0x20;
const LARGE_BLOB_WRITE: u64 = 0x10;

/// A token not used within this time is void.
const INITIAL_USAGE: Duration = Duration::from_secs(30);
/// A token is void after this time, used or not.
const MAX_USAGE: Duration = Duration::from_mins(10);

/// The one token in use.
pub(super) struct Token {
    protocol: PinProtocol,
    secret: Secret<[u8; 32]>,
    permissions: u64,
    rp_id: Option<String>,
    user_verified: bool,
    since: Duration,
    used: bool,
    /// CTAP 2.0: no permissions, no end before the power is cut.
    lasting: bool,
}

/// For which relying party a token is asked.
pub(super) enum Scope<'a> {
    /// The token must be bound to this rp id, or is bound to it now.
    Bind(&'a str),
    /// The token must be bound to none.
    Unbound,
    /// The token must be bound to the rp id with this hash, or to none.
    UnboundOr(Digest),
    /// The token may be bound to anything.
    Any,
}

impl Token {
    /// A token issued at `now`.
    pub(super) const fn new(
        protocol: PinProtocol,
        secret: [u8; 32],
        permissions: u64,
        rp_id: Option<String>,
        now: Duration,
        lasting: bool,
    ) -> Self {
        Self {
            protocol,
            secret: Secret::new(secret),
            permissions,
            rp_id,
            user_verified: true,
            since: now,
            used: false,
            lasting,
        }
    }

    /// Whether it is of CTAP 2.0 and a touch takes nothing from it.
    pub(super) const fn is_lasting(&self) -> bool {
        self.lasting
    }

    /// Whether the token is still in use at `now`.
    pub(super) fn lives(&self, now: Duration) -> bool {
        let age = now.saturating_sub(self.since);
        self.lasting || (age < MAX_USAGE && (self.used || age < INITIAL_USAGE))
    }

    /// Checks `mac` over `message`, then permission and scope, in the specification's order.
    pub(super) fn authorises(
        &mut self,
        protocol: PinProtocol,
        message: &[u8],
        mac: &[u8],
        permission: u64,
        scope: &Scope<'_>,
    ) -> Result<(), Status> {
        let known =
            self.protocol == protocol && protocol.verifies(self.secret.expose(), message, mac);
        if !known {
            return Err(Status::PinAuthInvalid);
        }
        self.used = true;
        if self.lasting {
            return Ok(());
        }
        if self.permissions & permission == 0 || !self.user_verified {
            return Err(Status::PinAuthInvalid);
        }
        let fits = match (scope, self.rp_id.as_deref()) {
            (Scope::Any, _) | (Scope::Bind(_) | Scope::Unbound | Scope::UnboundOr(_), None) => true,
            (Scope::Bind(asked), Some(bound)) => *asked == bound,
            (Scope::UnboundOr(asked), Some(bound)) => *asked == Digest::of(bound.as_bytes()),
            (Scope::Unbound, Some(_)) => false,
        };
        if !fits {
            return Err(Status::PinAuthInvalid);
        }
        if let Scope::Bind(rp_id) = scope {
            self.rp_id = Some((*rp_id).to_owned());
        }
        Ok(())
    }

    /// After a test of user presence: nothing is permitted any more but writing large blobs.
    pub(super) fn spend(&mut self) {
        self.user_verified = false;
        self.permissions &= LARGE_BLOB_WRITE;
    }
}
