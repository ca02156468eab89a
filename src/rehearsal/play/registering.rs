//! A registration at the tenant's portal, and a key in another one's place, each by itself.

use super::Fault;
use super::Open;
use super::Stage;
use super::note;
use crate::ceremony::CeremonyError;
use crate::ceremony::RegistrationWish;
use crate::ceremony::Sealed;
use crate::ceremony::Via;
use crate::ceremony::register_as;
use crate::entra::Session;
use crate::rehearsal::AtPortal;
use crate::rehearsal::Mistakes;
use crate::rehearsal::World;

/// The key that is registered, or registered anew.
const LABEL: &str = "BG1-A";
/// Its account.
const ACCOUNT: &str = "BG-1";

/// What goes wrong at the portal, by its fault.
const AT_PORTAL: [(Fault, AtPortal); 4] = [
    (Fault::PassExpired, AtPortal::TooLate),
    (Fault::PortalOtherName, AtPortal::OtherName),
    (Fault::PortalOtherKey, AtPortal::OtherKey),
    (Fault::PortalTwice, AtPortal::Twice),
];

impl Open<'_> {
    /// A registration at the portal, with what goes wrong there, and how it was caught.
    pub(super) fn at_the_portal(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        faults: &[Fault],
        caught: &mut Vec<(Fault, bool)>,
    ) -> Result<Sealed, CeremonyError> {
        stage
            .screen
            .part(&format!("Registration at the portal: {LABEL}"));
        stage.screen.say(
            "An administrator has run `glasskey provision BG-1 --portal`: the account may use a pass.",
        );
        if let Some(group) = self.world.tenant.group_mut(World::id("tap")) {
            group.members.insert(World::id(ACCOUNT));
        }
        let wrong = AT_PORTAL
            .iter()
            .find(|(fault, _)| faults.contains(fault))
            .copied();
        let mistakes = Mistakes {
            at_portal: wrong.map(|(_, how)| how).unwrap_or_default(),
            ..Mistakes::NONE
        };
        let wish = RegistrationWish {
            via: Some(Via::Portal),
            ..RegistrationWish::of(LABEL)
        };
        let (mut result, _) = self.room(stage, mistakes, |room| register_as(room, session, &wish));
        if let (Err(CeremonyError::Halted { what, why, .. }), Some((fault, how))) = (&result, wrong)
        {
            stage.screen.say(&format!("The ceremony stops: {what}."));
            stage.screen.say(&format!("Because {why}."));
            note(caught, fault, true);
            if how == AtPortal::Twice {
                stage
                    .screen
                    .say("An administrator finds the other key, and deletes its passkey.");
                self.world.keep_passkeys_named(LABEL);
            }
            self.pause();
            stage
                .screen
                .part(&format!("The registration of {LABEL} goes on"));
            (result, _) = self.room(stage, Mistakes::NONE, |room| {
                register_as(room, session, &wish)
            });
        }
        let sealed = result?;
        if let Some((fault, _)) = wrong {
            note(caught, fault, true);
        }
        Ok(sealed)
    }

    /// The first key registered anew, after the account's other key has signed in.
    pub(super) fn replacement(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
    ) -> Result<Sealed, CeremonyError> {
        stage
            .screen
            .part(&format!("Replacement: {LABEL} is registered anew"));
        let wish = RegistrationWish {
            replaces: Some(LABEL),
            ..RegistrationWish::of(LABEL)
        };
        self.room(stage, Mistakes::NONE, |room| {
            register_as(room, session, &wish)
        })
        .0
    }
}
