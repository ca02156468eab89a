//! A registration through Graph, with what goes wrong in it.

use super::Fault;
use super::Open;
use super::REFUSED;
use super::Stage;
use super::note;
use crate::ceremony::CeremonyError;
use crate::ceremony::Sealed;
use crate::ceremony::register;
use crate::entra::Session;
use crate::findings::Check;
use crate::rehearsal::Mistakes;
use crate::rehearsal::World;
use crate::rehearsal::key::REHEARSAL_AAGUID;

impl Open<'_> {
    /// One registration with what goes wrong in it, and how it was caught.
    pub(super) fn registration(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        label: &str,
        faults: &[Fault],
        caught: &mut Vec<(Fault, bool)>,
    ) -> Result<Sealed, CeremonyError> {
        let mistakes = Mistakes {
            wrong_key: faults.contains(&Fault::WrongKey),
            wrong_pins: if faults.contains(&Fault::PinBlocked) {
                3
            } else {
                0
            },
            ..Mistakes::default()
        };
        if faults.contains(&Fault::PinBlocked) {
            // The key has its PIN from an earlier attempt; otherwise there is none to mistype.
            if let Some(key) = self.world.key(label) {
                key.set_pin_directly(&World::pin(label));
            }
        }
        if faults.contains(&Fault::PrinterFails) {
            return self.with_a_bad_printer(stage, session, label, caught);
        }
        if faults.contains(&Fault::AnswerLost) {
            return self.answer_lost(stage, session, label, caught);
        }
        if faults.contains(&Fault::KeyPulled) {
            return self.key_pulled(stage, session, label, caught);
        }
        if faults.contains(&Fault::WitnessLeaves) {
            return self.witness_leaves(stage, session, label, caught);
        }
        for fault in faults {
            if let Fault::PowerCut(step) = fault {
                stage.power.fail_after(*step);
            }
        }
        let (mut result, mut seen) =
            self.room(stage, mistakes, |room| register(room, session, label));
        let refused: Vec<Fault> = faults
            .iter()
            .copied()
            .filter(|fault| REFUSED.contains(fault))
            .collect();
        if let (Err(CeremonyError::Refused(_)), false) = (&result, refused.is_empty()) {
            let shown = seen.failed.contains(&Check::AaguidAllowed) && self.untouched(label);
            for fault in refused {
                note(caught, fault, shown);
            }
            stage.screen.say(
                "Refused before PIN and touch. An administrator changes that one setting, and the ceremony is begun again.",
            );
            self.world.allow_models(&[REHEARSAL_AAGUID]);
            self.pause();
            (result, seen) = self.room(stage, mistakes, |room| register(room, session, label));
        }
        if stage.power.is_off() {
            stage.screen.say("The power fails.");
            stage.power.restore();
            if let Some(key) = self.world.key(label) {
                self.world.ports.unplug(key);
            }
            self.pause();
            stage.screen.part(&format!(
                "The power is back: the registration of {label} goes on"
            ));
            let nothing = Mistakes::default();
            let more;
            (result, more) = self.room(stage, nothing, |room| register(room, session, label));
            seen.failed.extend(more.failed);
            for fault in faults {
                if let Fault::PowerCut(_) = fault {
                    note(caught, *fault, result.is_ok());
                }
            }
        }
        let registered = result?;
        if faults.contains(&Fault::WrongKey) {
            let seen =
                seen.failed.contains(&Check::SameKey) || seen.failed.contains(&Check::KeyShared);
            note(caught, Fault::WrongKey, seen);
        }
        if faults.contains(&Fault::PinBlocked) {
            note(caught, Fault::PinBlocked, seen.replugged);
        }
        Ok(registered)
    }
}
