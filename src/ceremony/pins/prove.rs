//! Proving a PIN: typed, sent once, and a token for it.

use super::PinDesk;
use super::PinStop;
use crate::ctap::CtapStatus;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::ctap::PinToken;
use crate::webauthn::RpId;

impl PinDesk<'_, '_> {
    /// Asks for the PIN and has a token for it. A wrong PIN is asked for again only if the person
    /// wants to, and never at the floor.
    ///
    /// # Errors
    /// [`PinStop`]
    pub fn prove(
        &mut self,
        permissions: Permissions,
        rp_id: Option<&RpId>,
    ) -> Result<(Pin, PinToken), PinStop> {
        let info = self.info_with_pin()?;
        if info.force_pin_change == Some(true) {
            return Err(PinStop::ChangeDemanded);
        }
        for misses in 1.. {
            let left = self.guard()?;
            let pin = self.current(left)?;
            match self.ctap.token(&pin, permissions, rp_id) {
                Ok(token) => return Ok((pin, token)),
                // The PIN was right (CTAP 2.1 §6.5.5.7.2), though getInfo did not say it.
                Err(error) if error.status() == Some(CtapStatus::PinPolicyViolation) => {
                    return Err(PinStop::ChangeDemanded);
                }
                Err(error) => self.another_after(error, left, misses)?,
            }
        }
        Err(PinStop::Declined) // never: a key has eight tries at most
    }
}
