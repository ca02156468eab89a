//! What goes wrong in the tenant, how it is found, and how an administrator mends it.

use super::Fault;
use super::checking::Checked;
use crate::ceremony::CeremonyError;
use crate::ceremony::Desk;
use crate::ceremony::restore;
use crate::facts::restore::Loosened;
use crate::facts::restore::RestoreItem;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::primitives::Clock;
use crate::rehearsal::World;
use crate::rehearsal::tenant;
use crate::rehearsal::tenant::CHANGING;
use crate::rehearsal::tenant::Holding;
use crate::rehearsal::tenant::Licence;
use crate::rehearsal::tenant::READING;
use crate::rehearsal::tenant::Role;
use crate::rehearsal::tenant::Trouble;
use crate::rehearsal::tenant::Verb;

/// The permission that is taken.
const PERMISSION: &str = "UserAuthenticationMethod.Read.All";
/// How long Graph asks to be left alone, in seconds.
const LEFT_ALONE: u32 = 20;
/// The ceremony that left something loose.
const CEREMONY: &str = "registration/BG1-A";

/// Lets it go wrong.
pub(super) fn spoil(
    fault: Fault,
    world: &mut World,
    desk: &mut dyn Desk,
) -> Result<(), CeremonyError> {
    let tenant = &mut world.tenant;
    match fault {
        Fault::PermissionMissing => tenant.withdraw_permission(PERMISSION),
        Fault::NoLicence => tenant.set_licence(Licence::Free),
        Fault::GraphThrottled => {
            for path in ["/transitiveMemberOf", "/authentication/methods"] {
                tenant.inject(tenant::Fault {
                    verb: Verb::Get,
                    path: path.to_owned(),
                    trouble: Trouble::Throttled(Some(LEFT_ALONE)),
                    times: 1,
                });
            }
        }
        Fault::SyncedOnlyProfile => {
            for profile in &mut tenant.policy_mut().profiles {
                profile.rules.device_bound = false;
                profile.rules.synced = true;
            }
        }
        Fault::ExclusionLost => {
            if let Some(group) = tenant.group_mut(World::id("ca-exclusion")) {
                group.members.remove(&World::id("BG-1"));
            }
        }
        Fault::TapLeft => tenant.add_pass(World::id("BG-1")),
        Fault::UndeclaredAdmin => {
            let who = World::id("alex");
            tenant.assign(who, Role::GlobalAdministrator, Holding::Permanent);
        }
        Fault::RestoreOpen => {
            if let Some(group) = tenant.group_mut(World::id("tap")) {
                group.members.insert(World::id("BG-1"));
            }
            let item = RestoreItem {
                loosened: loosened(),
                by: CEREMONY.to_owned(),
                since: world.clock.utc(),
            };
            restore::note(desk, item)?;
        }
        Fault::WrongKey
        | Fault::AaguidNotAllowed
        | Fault::PinBlocked
        | Fault::PassExpired
        | Fault::PortalOtherName
        | Fault::PortalOtherKey
        | Fault::PortalTwice
        | Fault::BrokenBag
        | Fault::LateLog
        | Fault::PrinterFails
        | Fault::AnswerLost
        | Fault::KeyPulled
        | Fault::WitnessLeaves
        | Fault::PowerCut(_) => {}
    }
    Ok(())
}

fn loosened() -> Loosened {
    Loosened::TapGroup {
        group: World::id("tap"),
        account: World::id("BG-1"),
    }
}

/// What an administrator does about it.
pub(super) fn mend(
    fault: Fault,
    world: &mut World,
    desk: &mut dyn Desk,
) -> Result<(), CeremonyError> {
    let tenant = &mut world.tenant;
    match fault {
        Fault::PermissionMissing => {
            let all: Vec<&str> = READING.iter().chain(CHANGING).copied().collect();
            tenant.set_permissions(&all);
        }
        Fault::NoLicence => tenant.set_licence(Licence::P2),
        Fault::GraphThrottled => tenant.clear_faults(),
        Fault::ExclusionLost => {
            if let Some(group) = tenant.group_mut(World::id("ca-exclusion")) {
                group.members.insert(World::id("BG-1"));
            }
        }
        Fault::TapLeft => tenant.remove_pass(World::id("BG-1")),
        Fault::UndeclaredAdmin => {
            tenant.unassign(World::id("alex"), Role::GlobalAdministrator);
        }
        Fault::RestoreOpen => {
            if let Some(group) = tenant.group_mut(World::id("tap")) {
                group.members.remove(&World::id("BG-1"));
            }
            restore::strike(desk, &loosened(), Some(CEREMONY))?;
        }
        Fault::SyncedOnlyProfile
        | Fault::WrongKey
        | Fault::BrokenBag
        | Fault::LateLog
        | Fault::PrinterFails
        | Fault::AnswerLost
        | Fault::KeyPulled
        | Fault::WitnessLeaves
        | Fault::AaguidNotAllowed
        | Fault::PinBlocked
        | Fault::PassExpired
        | Fault::PortalOtherName
        | Fault::PortalOtherKey
        | Fault::PortalTwice
        | Fault::PowerCut(_) => {}
    }
    Ok(())
}

/// Whether a check shows it.
pub(super) fn is_found(fault: Fault, checked: &Checked) -> bool {
    let any = |found: &dyn Fn(&Finding) -> bool| checked.findings.iter().any(found);
    let fails = |check: Check| any(&|one| one.check == check && one.verdict == Verdict::Fail);
    let unknown =
        |words: &str| any(&|one| one.verdict == Verdict::Unknown && one.detail.contains(words));
    match fault {
        Fault::PermissionMissing => unknown(PERMISSION),
        Fault::NoLicence => unknown("licence"),
        // It was waited as long as Graph asked, and then everything was answered.
        Fault::GraphThrottled => checked.waited >= LEFT_ALONE.into() && !unknown("throttled"),
        Fault::SyncedOnlyProfile | Fault::AaguidNotAllowed => fails(Check::AaguidAllowed),
        Fault::ExclusionLost => fails(Check::CaExclusion) || fails(Check::CaGroupProtected),
        Fault::TapLeft => fails(Check::TapLeft),
        Fault::UndeclaredAdmin => fails(Check::AccountUndeclared),
        Fault::RestoreOpen => fails(Check::RestoreOpen),
        Fault::WrongKey
        | Fault::PinBlocked
        | Fault::PassExpired
        | Fault::PortalOtherName
        | Fault::PortalOtherKey
        | Fault::PortalTwice
        | Fault::BrokenBag
        | Fault::LateLog
        | Fault::PrinterFails
        | Fault::AnswerLost
        | Fault::KeyPulled
        | Fault::WitnessLeaves
        | Fault::PowerCut(_) => false,
    }
}

/// What an administrator did, in a sentence.
pub(super) const fn mended(fault: Fault) -> &'static str {
    match fault {
        Fault::PermissionMissing => "An administrator consents to the permission that is named.",
        Fault::NoLicence => "The tenant has its licence again.",
        Fault::GraphThrottled => {
            "Microsoft Graph asked to be left alone; it was waited, and asked again."
        }
        Fault::ExclusionLost => "An administrator puts BG-1 back into the exclusion group.",
        Fault::TapLeft => "An administrator deletes the pass, and looks for who made it.",
        Fault::UndeclaredAdmin => "An administrator takes the role from whom nobody declared.",
        Fault::RestoreOpen => {
            "The ceremony is run again: it takes BG-1 out of the group, and reads it back."
        }
        Fault::SyncedOnlyProfile
        | Fault::WrongKey
        | Fault::BrokenBag
        | Fault::LateLog
        | Fault::PrinterFails
        | Fault::AnswerLost
        | Fault::KeyPulled
        | Fault::WitnessLeaves
        | Fault::AaguidNotAllowed
        | Fault::PinBlocked
        | Fault::PassExpired
        | Fault::PortalOtherName
        | Fault::PortalOtherKey
        | Fault::PortalTwice
        | Fault::PowerCut(_) => "",
    }
}
