//! A PIN/UV auth token and what it allows (CTAP 2.1 §6.5.5.7).

use super::pin_protocol::PinProtocol;
use crate::primitives::Secret;
use crate::primitives::cbor::Value;
use crate::webauthn::RpId;
use std::ops::BitOr;

/// What a token allows, as bits; joined with `|`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions(u8);

impl Permissions {
    /// mc: makeCredential, for one rp id.
    pub const MAKE_CREDENTIAL: Self = Self(0x01);
    /// ga: getAssertion, for one rp id.
    pub const GET_ASSERTION: Self = Self(0x02);
    /// cm: credential management.
    pub const CREDENTIAL_MANAGEMENT: Self = Self(0x04);
    /// be: fingerprints.
    pub const BIO_ENROLLMENT: Self = Self(0x08);
    /// lbw: writing large blobs.
    pub const LARGE_BLOB_WRITE: Self = Self(0x10);
    /// acfg: configuration.
    pub const AUTHENTICATOR_CONFIGURATION: Self = Self(0x20);
    /// pcmr: reading credential management for as long as the token lives (CTAP 2.2).
    pub const PERSISTENT_CREDENTIAL_MANAGEMENT_READ_ONLY: Self = Self(0x40);

    /// The bits.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether all of `other` is allowed.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Permissions {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// How a token was had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// By getPinUvAuthTokenUsingPinWithPermissions (0x09).
    WithPermissions,
    /// By getPinToken (0x05), the only way of CTAP 2.0 keys: it allows everything, for every rp
    /// id, until the key is unplugged.
    Legacy,
}

/// A PIN/UV auth token. It cannot be printed or copied, and is wiped when dropped.
pub struct PinToken {
    secret: Secret<Vec<u8>>,
    protocol: PinProtocol,
    permissions: Permissions,
    rp_id: Option<RpId>,
    kind: TokenKind,
}

impl PinToken {
    pub(super) const fn new(
        secret: Secret<Vec<u8>>,
        protocol: PinProtocol,
        permissions: Permissions,
        rp_id: Option<RpId>,
        kind: TokenKind,
    ) -> Self {
        Self {
            secret,
            protocol,
            permissions,
            rp_id,
            kind,
        }
    }

    /// The protocol it belongs to.
    #[must_use]
    pub const fn protocol(&self) -> PinProtocol {
        self.protocol
    }

    /// The permissions that were asked for. The key takes them away after a touch.
    #[must_use]
    pub const fn permissions(&self) -> Permissions {
        self.permissions
    }

    /// The rp id it is bound to; `None` if to none.
    #[must_use]
    pub const fn rp_id(&self) -> Option<&RpId> {
        self.rp_id.as_ref()
    }

    /// How it was had.
    #[must_use]
    pub const fn kind(&self) -> TokenKind {
        self.kind
    }

    /// `pinUvAuthParam` over `message`.
    pub(super) fn authenticate(&self, message: &[u8]) -> Value {
        Value::Bytes(self.protocol.authenticate(self.secret.expose(), message))
    }

    /// `pinUvAuthProtocol`.
    pub(super) fn protocol_value(&self) -> Value {
        Value::Unsigned(self.protocol.number().into())
    }
}
