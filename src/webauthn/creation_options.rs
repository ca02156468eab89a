//! What a relying party asks for when a credential is made.

use super::CredentialId;
use super::RpId;
use crate::primitives::Cloud;
use crate::primitives::Secret;

/// The relying party's handle of a user, up to 64 bytes (WebAuthn §5.4.3). It is never written
/// anywhere but to the key: no `Debug`, no `Serialize`.
pub type UserHandle = Secret<Vec<u8>>;

/// The part of `PublicKeyCredentialCreationOptions` (WebAuthn §5.4) that Entra sends and we use.
/// `entra` decodes into it.
pub struct CreationOptions {
    /// The cloud that was asked; decides which rp id is accepted.
    pub cloud: Cloud,
    /// The relying party, as sent.
    pub rp_id: RpId,
    /// Its name for people.
    pub rp_name: String,
    /// The user's handle.
    pub user_id: UserHandle,
    /// The user's name: the UPN.
    pub user_name: String,
    /// The user's name for people.
    pub user_display_name: String,
    /// The challenge, exactly the text that was sent; it goes into the client data as it is.
    pub challenge: String,
    /// COSE algorithm numbers in the order of preference.
    pub algorithms: Vec<i64>,
    /// Credentials the account has already, decoded.
    pub exclude: Vec<CredentialId>,
    /// `credProtect` level asked for (CTAP 2.1 §12.1): 1, 2 or 3; `None` if not asked.
    pub cred_protect: Option<u8>,
    /// Whether a key that cannot do that level must refuse.
    pub enforce_cred_protect: bool,
    /// Whether the `hmac-secret` extension is asked for (CTAP 2.1 §12.5).
    pub hmac_create_secret: bool,
}
