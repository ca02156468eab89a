//! Bags that are opened and sealed, an incident, a lost key, a key that is taken out of use: each alone,
//! after the script has played what must come before.

use super::Fault;
use super::Only;
use super::Open;
use super::Stage;
use crate::ceremony::CeremonyError;
use crate::ceremony::Opening;
use crate::ceremony::Place;
use crate::ceremony::lose;
use crate::ceremony::move_bag;
use crate::ceremony::open_bag;
use crate::ceremony::retire;
use crate::ceremony::review_incident;
use crate::ceremony::seal_bag;
use crate::entra::Session;
use crate::primitives::Clock;
use crate::primitives::Digest;
use crate::record::KeyEnd;
use crate::record::OpeningReason;
use crate::rehearsal::Mistakes;
use crate::rehearsal::World;
use crate::rehearsal::key::REHEARSAL_AAGUID;
use crate::rehearsal::tenant::SignIn;
use crate::rehearsal::tenant::SignInMethod;
use std::rc::Rc;
use std::time::Duration;

/// The key that something happens to.
const LABEL: &str = "BG1-A";
/// Between the registrations and what happens then.
const LATER: Duration = Duration::from_hours(24 * 30);

impl Open<'_> {
    /// Plays what happens in `only` to one key, with its keys registered by the script before.
    ///
    /// # Errors
    /// [`CeremonyError`] that the script does not foresee.
    pub(super) fn departing(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        only: Only,
        faults: &[Fault],
    ) -> Result<(), CeremonyError> {
        // What comes before is nobody's to practise now.
        let human = stage.human.take();
        let before = self.before(stage, session, only, faults);
        stage.human = human;
        before?;
        self.clock.wait(LATER);
        match only {
            Only::Custody => {
                self.opened(stage, LABEL, OpeningReason::Inspection)?;
                self.sealed(stage, LABEL)
            }
            Only::Incident => {
                self.opened(stage, LABEL, OpeningReason::Incident)?;
                self.sealed(stage, LABEL)?;
                self.reviewed(stage, LABEL)
            }
            Only::Move => self.moved(stage),
            Only::Loss => self.lost(stage, session, LABEL),
            Only::Retirement => self.retired(stage, session),
            Only::PortalRegistration
            | Only::Replacement
            | Only::Everything
            | Only::Registrations
            | Only::Registration
            | Only::Verification
            | Only::VerificationWithPin
            | Only::VerificationWithoutPin
            | Only::Due
            | Only::Collection
            | Only::Words(_) => Ok(()),
        }
    }

    fn before(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        only: Only,
        faults: &[Fault],
    ) -> Result<(), CeremonyError> {
        // A key goes where another is left.
        let labels: &[&str] = match only {
            Only::Loss | Only::Retirement => &[LABEL, "BG1-B"],
            Only::Custody
            | Only::Incident
            | Only::PortalRegistration
            | Only::Replacement
            | Only::Everything
            | Only::Registrations
            | Only::Registration
            | Only::Verification
            | Only::VerificationWithPin
            | Only::VerificationWithoutPin
            | Only::Due
            | Only::Collection
            | Only::Move
            | Only::Words(_) => &[LABEL],
        };
        for label in labels {
            self.pause();
            stage
                .screen
                .part(&format!("Before it: {label} is registered"));
            self.registration(stage, session, label, faults, &mut Vec::new())?;
        }
        Ok(())
    }

    pub(super) fn opened(
        &mut self,
        stage: &mut Stage<'_>,
        label: &str,
        reason: OpeningReason,
    ) -> Result<(), CeremonyError> {
        stage.screen.part(match reason {
            OpeningReason::Incident => "An incident: a bag is opened, and nobody waits for it",
            OpeningReason::Test | OpeningReason::Inspection | OpeningReason::Move => {
                "A bag is opened, to look at the key"
            }
        });
        let opening = Opening {
            reason,
            why: None,
            at: None,
            opened_by: Vec::new(),
        };
        self.room(stage, Mistakes::default(), |room| {
            open_bag(room, label, &opening)
        })
        .0?;
        self.world.bags.open(label);
        self.pause();
        Ok(())
    }

    /// The plan says another shelf, and the closed bag goes there.
    fn moved(&mut self, stage: &mut Stage<'_>) -> Result<(), CeremonyError> {
        stage
            .screen
            .part("The plan was changed: the bag goes to shelf 3, closed");
        let mut plan = self.plan.clone();
        let mut keys = plan
            .accounts
            .iter_mut()
            .flat_map(|account| &mut account.keys);
        if let Some(key) = keys.find(|key| key.label == LABEL) {
            key.shelf = Some("3".to_owned());
        }
        let text = plan.text();
        stage.desk.put("glasskey.toml", text.as_bytes())?;
        let mut open = Open {
            world: &mut *self.world,
            plan: &plan,
            plan_sha256: Digest::of(text.as_bytes()),
            clock: Rc::clone(&self.clock),
        };
        open.room(stage, Mistakes::default(), |room| {
            move_bag(room, LABEL, &Place::default())
        })
        .0?;
        Ok(())
    }

    pub(super) fn sealed(
        &mut self,
        stage: &mut Stage<'_>,
        label: &str,
    ) -> Result<(), CeremonyError> {
        stage.screen.part("The key goes into a new bag");
        self.room(stage, Mistakes::default(), |room| seal_bag(room, label))
            .0?;
        self.pause();
        Ok(())
    }

    pub(super) fn reviewed(
        &mut self,
        stage: &mut Stage<'_>,
        label: &str,
    ) -> Result<(), CeremonyError> {
        stage
            .screen
            .part("The review: what the key was used for, within 5 days");
        self.room(stage, Mistakes::default(), |room| {
            review_incident(room, label, None)
        })
        .0?;
        Ok(())
    }

    pub(super) fn lost(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        label: &str,
    ) -> Result<(), CeremonyError> {
        stage.screen.part("A key is lost");
        let method = SignInMethod::Passkey {
            name: label.to_owned(),
            aaguid: REHEARSAL_AAGUID.to_string(),
        };
        let yesterday = self.clock.utc().plus_days(-1);
        let sign_in = SignIn::new(
            World::id(
                self.plan
                    .key(label)
                    .map_or("BG-1", |(account, _)| account.alias.as_str()),
            ),
            yesterday,
            method,
        );
        self.world.tenant.add_sign_in(sign_in);
        self.room(stage, Mistakes::default(), |room| {
            lose(room, Some(session), label, None)
        })
        .0?;
        Ok(())
    }

    fn retired(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
    ) -> Result<(), CeremonyError> {
        stage.screen.part("A key is taken out of use");
        self.room(stage, Mistakes::default(), |room| {
            retire(room, session, LABEL, KeyEnd::Deleted)
        })
        .0?;
        Ok(())
    }
}
