//! What can go wrong in a rehearsal, by name.

use crate::rehearsal::Step;

/// What goes wrong in a rehearsal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another key than asked for is plugged in.
    WrongKey,
    /// The tenant does not take the model.
    AaguidNotAllowed,
    /// Three wrong PINs in a row.
    PinBlocked,
    /// The power fails after a step's write.
    PowerCut(Step),
    /// The profile of the accounts takes synced passkeys alone.
    SyncedOnlyProfile,
    /// The sign-in lacks a permission.
    PermissionMissing,
    /// The tenant has no licence for what is asked.
    NoLicence,
    /// Graph answers several times that it is asked too much.
    GraphThrottled,
    /// An account loses its exclusion from Conditional Access.
    ExclusionLost,
    /// A Temporary Access Pass is left on an account.
    TapLeft,
    /// Somebody whom nobody declared becomes Global Administrator for good.
    UndeclaredAdmin,
    /// What a ceremony loosened was not put back.
    RestoreOpen,
    /// A pass runs out before it is used at the portal.
    PassExpired,
    /// A key gets another name at the portal than its label.
    PortalOtherName,
    /// Another key than the one in the hand is registered at the portal.
    PortalOtherKey,
    /// Two keys are registered at the portal where one was to be.
    PortalTwice,
    /// A bag was torn since it was sealed.
    BrokenBag,
    /// The sign-in log is an hour late.
    LateLog,
    /// The printer stands still: before the inside sheet, and again before the bag face.
    PrinterFails,
    /// The tenant takes the new passkey, and its answer never arrives.
    AnswerLost,
    /// The key is pulled out where it is to be touched, at each touch of the ceremony in turn.
    KeyPulled,
    /// A witness leaves before signing, and signs the next day.
    WitnessLeaves,
}

/// When a fault is there to be found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// In the check before the first registration.
    Check,
    /// In the registration itself.
    Registration,
    /// In the check after the last registration.
    Drift,
    /// In a verification, a quarter later.
    Verification,
}

impl Fault {
    /// Every fault but the cuts of the power.
    pub const NAMED: [Self; 21] = [
        Self::WrongKey,
        Self::AaguidNotAllowed,
        Self::PinBlocked,
        Self::SyncedOnlyProfile,
        Self::PermissionMissing,
        Self::NoLicence,
        Self::GraphThrottled,
        Self::ExclusionLost,
        Self::TapLeft,
        Self::UndeclaredAdmin,
        Self::RestoreOpen,
        Self::PassExpired,
        Self::PortalOtherName,
        Self::PortalOtherKey,
        Self::PortalTwice,
        Self::BrokenBag,
        Self::LateLog,
        Self::PrinterFails,
        Self::AnswerLost,
        Self::KeyPulled,
        Self::WitnessLeaves,
    ];

    /// The fault of this name: `pin-blocked`, `power-cut=append`; `None` if there is none.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        match text.split_once('=') {
            Some(("power-cut", step)) => Step::ALL
                .into_iter()
                .find(|one| one.name() == step)
                .map(Self::PowerCut),
            Some(_) => None,
            None => Self::NAMED.into_iter().find(|one| one.name() == text),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::WrongKey => "wrong-key",
            Self::AaguidNotAllowed => "aaguid-not-allowed",
            Self::PinBlocked => "pin-blocked",
            Self::SyncedOnlyProfile => "synced-only-profile",
            Self::PermissionMissing => "permission-missing",
            Self::NoLicence => "no-licence",
            Self::GraphThrottled => "graph-throttled",
            Self::ExclusionLost => "exclusion-lost",
            Self::TapLeft => "tap-left",
            Self::UndeclaredAdmin => "undeclared-admin",
            Self::RestoreOpen => "restore-open",
            Self::PassExpired => "pass-expired",
            Self::PortalOtherName => "portal-other-name",
            Self::PortalOtherKey => "portal-other-key",
            Self::PortalTwice => "portal-twice",
            Self::BrokenBag => "broken-bag",
            Self::LateLog => "late-log",
            Self::PrinterFails => "printer-fails",
            Self::AnswerLost => "answer-lost",
            Self::KeyPulled => "key-pulled",
            Self::WitnessLeaves => "witness-leaves",
            Self::PowerCut(step) => return format!("power-cut={}", step.name()),
        }
        .to_owned()
    }

    /// Whether it goes wrong at the tenant's portal, and so only where a key is registered there.
    #[must_use]
    pub const fn is_at_portal(self) -> bool {
        matches!(
            self,
            Self::PassExpired | Self::PortalOtherName | Self::PortalOtherKey | Self::PortalTwice
        )
    }

    /// Whether it is played in a rehearsal of its own: it stops a ceremony, and says what became of it.
    #[must_use]
    pub const fn is_by_itself(self) -> bool {
        matches!(
            self,
            Self::PrinterFails | Self::AnswerLost | Self::KeyPulled | Self::WitnessLeaves
        )
    }

    /// When it is there to be found.
    pub(super) const fn phase(self) -> Phase {
        match self {
            Self::PermissionMissing | Self::NoLicence | Self::GraphThrottled => Phase::Check,
            Self::WrongKey
            | Self::AaguidNotAllowed
            | Self::PinBlocked
            | Self::PowerCut(_)
            | Self::PrinterFails
            | Self::AnswerLost
            | Self::KeyPulled
            | Self::WitnessLeaves
            | Self::PassExpired
            | Self::PortalOtherName
            | Self::PortalOtherKey
            | Self::PortalTwice
            | Self::SyncedOnlyProfile => Phase::Registration,
            Self::ExclusionLost | Self::TapLeft | Self::UndeclaredAdmin | Self::RestoreOpen => {
                Phase::Drift
            }
            Self::BrokenBag | Self::LateLog => Phase::Verification,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_found_by_its_name() {
        let cuts = Step::ALL.into_iter().map(Fault::PowerCut);
        for fault in Fault::NAMED.into_iter().chain(cuts) {
            assert_eq!(Fault::named(&fault.name()), Some(fault));
        }
        for other in ["", "fire", "power-cut", "power-cut=lunch", "wrong-key=1"] {
            assert_eq!(Fault::named(other), None, "{other}");
        }
    }
}
