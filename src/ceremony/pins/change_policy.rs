//! The key's own PIN policy: the minimum, a forced change, alwaysUv (CTAP 2.1 §6.11).

use super::PinDesk;
use super::PinStop;
use crate::ceremony::Prompt;
use crate::ctap::AuthenticatorInfo;
use crate::ctap::ClientPin;
use crate::ctap::CtapError;
use crate::ctap::CtapStatus;
use crate::ctap::Feature;
use crate::ctap::Permissions;
use crate::ctap::PinLengthRule;
use crate::ctap::PinToken;
use crate::ctap::Support;

/// What is wished of a key's policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyWish {
    /// The minimum length in characters; `None` leaves it.
    pub min_length: Option<u8>,
    /// Demand a new PIN before the key gives anything.
    pub force_change: bool,
    /// Ask for PIN or fingerprint at every use; `None` leaves it.
    pub always_uv: Option<bool>,
}

/// One thing that was changed, or is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyChange {
    /// Verification at every use: on or off.
    AlwaysUv(bool),
    /// The minimum length in characters.
    MinLength {
        /// Before.
        from: u8,
        /// After.
        to: u8,
    },
    /// A new PIN is demanded.
    ForceChange,
}

impl PolicyChange {
    /// It in words, with what cannot be undone.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::AlwaysUv(true) => {
                "every use asks for PIN or fingerprint (alwaysUv on)".to_owned()
            }
            Self::AlwaysUv(false) => {
                "a use asks for PIN or fingerprint only where the site does (alwaysUv off)"
                    .to_owned()
            }
            Self::MinLength { from, to } => format!(
                "the shortest PIN grows from {from} to {to} characters, and only a reset, which \
                 destroys every credential, makes it shorter; a shorter PIN must be changed"
            ),
            Self::ForceChange => {
                "the key gives nothing before its PIN is changed, and this cannot be taken back"
                    .to_owned()
            }
        }
    }
}

impl PinDesk<'_, '_> {
    /// Changes the policy, once the person agreed to each change, and reads it back. What is so
    /// already is not touched: with nothing to change, nobody is asked.
    ///
    /// # Errors
    /// [`PinStop`]; [`PinStop::Partly`] where some was changed before it stopped.
    pub fn change_policy(&mut self, wish: PolicyWish) -> Result<Vec<PolicyChange>, PinStop> {
        let info = self.ctap.get_info()?;
        let changes = changes(&info, wish)?;
        if changes.is_empty() {
            return Ok(changes);
        }
        let has_pin = info.client_pin() == ClientPin::Set;
        if has_pin && info.force_pin_change == Some(true) {
            return Err(PinStop::ChangeDemanded);
        }
        let prompt = Prompt::ChangePolicy {
            key: self.name.clone(),
            changes: changes.iter().map(|change| change.words()).collect(),
        };
        if !self.operator.confirm(&prompt) {
            return Err(PinStop::Declined);
        }
        let token = if has_pin {
            let permission = Permissions::AUTHENTICATOR_CONFIGURATION;
            Some(self.prove(permission, None)?.1)
        } else {
            None
        };
        self.carry_out(&changes, token.as_ref())?;
        Ok(changes)
    }

    fn carry_out(
        &mut self,
        changes: &[PolicyChange],
        token: Option<&PinToken>,
    ) -> Result<(), PinStop> {
        let mut rule = PinLengthRule::default();
        let mut done = Vec::new();
        for change in changes {
            match *change {
                PolicyChange::AlwaysUv(_) => {
                    self.ctap.toggle_always_uv(token).map_err(refused)?;
                    done.push(*change);
                }
                PolicyChange::MinLength { to, .. } => rule.min_length = Some(to),
                PolicyChange::ForceChange => rule.force_change = true,
            }
        }
        // Last, since it ends the token where a change of the PIN follows.
        if rule != PinLengthRule::default() {
            let ruled = self.ctap.set_min_pin_length(rule, token).map_err(refused);
            ruled.map_err(|why| partly(&done, why))?;
        }
        let info = self.ctap.get_info()?;
        if changes.iter().all(|change| is_so(&info, *change)) {
            Ok(())
        } else {
            Err(PinStop::NotShown)
        }
    }
}

fn partly(done: &[PolicyChange], why: PinStop) -> PinStop {
    if done.is_empty() {
        return why;
    }
    PinStop::Partly {
        done: done.to_vec(),
        why: Box::new(why),
    }
}

/// What must be changed for the wish, in the order in which it is done.
fn changes(info: &AuthenticatorInfo, wish: PolicyWish) -> Result<Vec<PolicyChange>, PinStop> {
    let options = info.effective_options();
    let mut changes = Vec::new();
    if let Some(on) = wish.always_uv {
        match options.always_uv {
            Feature::NotSupported => return Err(PinStop::Lacks("alwaysUv")),
            Feature::On | Feature::Off => changes.push(PolicyChange::AlwaysUv(on)),
        }
    }
    if let Some(to) = wish.min_length {
        let now = info.min_pin_length.unwrap_or(4);
        let from = u8::try_from(now).unwrap_or(u8::MAX);
        if to < from {
            return Err(PinStop::WouldShrink {
                now: from.into(),
                asked: to.into(),
            });
        }
        changes.push(PolicyChange::MinLength { from, to });
    }
    if wish.force_change {
        if info.client_pin() != ClientPin::Set {
            return Err(PinStop::NotSet);
        }
        changes.push(PolicyChange::ForceChange);
    }
    changes.retain(|change| !is_so(info, *change));
    if changes.is_empty() {
        return Ok(changes);
    }
    if options.authenticator_config == Support::No {
        return Err(PinStop::Lacks("authnrCfg"));
    }
    let ruled = |change: &PolicyChange| !matches!(change, PolicyChange::AlwaysUv(_));
    if changes.iter().any(ruled) && options.set_min_pin_length == Support::No {
        return Err(PinStop::Lacks("setMinPINLength"));
    }
    Ok(changes)
}

fn is_so(info: &AuthenticatorInfo, change: PolicyChange) -> bool {
    match change {
        PolicyChange::AlwaysUv(on) => {
            let wished = if on { Feature::On } else { Feature::Off };
            info.effective_options().always_uv == wished
        }
        PolicyChange::MinLength { to, .. } => info.min_pin_length.unwrap_or(4) == u64::from(to),
        PolicyChange::ForceChange => info.force_pin_change == Some(true),
    }
}

fn refused(error: CtapError) -> PinStop {
    match error.status() {
        Some(CtapStatus::PuatRequired | CtapStatus::PinNotSet) => PinStop::NotSet,
        Some(CtapStatus::PinPolicyViolation) => PinStop::RefusedByKey,
        _ => PinStop::Key(error),
    }
}
