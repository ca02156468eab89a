//! A person who signs in with a security key, and what the tenant makes of it.

use super::log::SignIn;
use super::log::SignInMethod;
use super::world::VirtualTenant;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::webauthn::CredentialId;
use std::time::Duration;

/// Why a sign-in did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInRefused {
    /// There is no such account, or the passkey is not this account's.
    Unknown,
    /// The account is disabled.
    Disabled,
    /// The passkey policy does not take the key, now.
    NotAllowed,
}

impl SignInRefused {
    /// `status.errorCode` in the log.
    const fn code(self) -> u32 {
        match self {
            Self::Unknown => 135_004,
            Self::Disabled => 50_057,
            Self::NotAllowed => 135_011,
        }
    }
}

impl VirtualTenant {
    /// Signs an account in to an app with one of its passkeys. It is in the logs after their lag,
    /// succeeded or not.
    ///
    /// # Errors
    /// [`SignInRefused`], as Entra would refuse it.
    pub fn sign_in(
        &mut self,
        account: Guid,
        credential: &CredentialId,
        app: &str,
    ) -> Result<(), SignInRefused> {
        let when = (self.clock.utc(), self.clock.elapsed());
        self.sign_in_at(account, credential, app, when)
    }

    /// As [`Self::sign_in`], at an earlier moment: by the wall clock, and on the elapsed time.
    pub(super) fn sign_in_at(
        &mut self,
        account: Guid,
        credential: &CredentialId,
        app: &str,
        (now, elapsed): (UtcTime, Duration),
    ) -> Result<(), SignInRefused> {
        let directory = self.history.truth();
        let passkey = directory
            .passkeys_of(account)
            .find(|passkey| passkey.credential == *credential)
            .cloned();
        let found = directory.accounts.get(&account).zip(passkey);
        let result = match &found {
            None => Err(SignInRefused::Unknown),
            Some((account, _)) if !account.enabled => Err(SignInRefused::Disabled),
            Some((account, passkey)) => {
                let groups = directory.groups_of(account.id);
                let usable =
                    directory
                        .policy
                        .takes_sign_in(&groups, &passkey.aaguid, passkey.synced);
                usable.then_some(()).ok_or(SignInRefused::NotAllowed)
            }
        };
        if let Some((account, passkey)) = found {
            let entry = SignIn {
                user: account.id,
                at: now,
                app: app.to_owned(),
                method: SignInMethod::Passkey {
                    name: passkey.display_name,
                    aaguid: passkey.aaguid.to_string(),
                },
                error: result.err().map_or(0, SignInRefused::code),
                interactive: true,
            };
            self.logs.signed_in(entry, elapsed);
        }
        if result.is_ok() {
            for passkey in &mut self.history.settle().passkeys {
                if passkey.credential == *credential {
                    passkey.last_used = Some(now);
                }
            }
        }
        result
    }
}
