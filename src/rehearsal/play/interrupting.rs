//! What stops a registration halfway: an answer that is lost, a key that is pulled, a witness who leaves.
//! Each time the same command goes on, and nothing is done twice.

use super::Fault;
use super::Mistakes;
use super::Open;
use super::Stage;
use super::note;
use super::signing;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::Sealed;
use crate::ceremony::SignError;
use crate::ceremony::Signer;
use crate::ceremony::register;
use crate::ceremony::waiting;
use crate::entra::Session;
use crate::ledger::Ledger;
use crate::primitives::Clock;
use crate::record::Namespace;
use crate::rehearsal::World;
use crate::rehearsal::tenant;
use crate::rehearsal::tenant::Trouble;
use crate::rehearsal::tenant::Verb;
use std::time::Duration;

/// How often a key is pulled at most.
const PATIENCE: u8 = 8;
/// Who leaves.
const WITNESS: &str = "w-1";

impl Open<'_> {
    /// The tenant takes the passkey and its answer is lost: the tenant is asked what it holds.
    pub(super) fn answer_lost(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        label: &str,
        caught: &mut Vec<(Fault, bool)>,
    ) -> Result<Sealed, CeremonyError> {
        self.world.tenant.inject(tenant::Fault {
            verb: Verb::Post,
            path: "/fido2Methods".to_owned(),
            trouble: Trouble::AnswerLost,
            times: 1,
        });
        let run = |room: &mut Room<'_>| register(room, session, label);
        let sealed = self.room(stage, Mistakes::NONE, run).0?;
        let held = self.holds_one(label);
        if held {
            stage.screen.say(
                "No answer came to the POST. It was not sent again: the tenant was asked, and holds \
                 the passkey once.",
            );
        }
        note(caught, Fault::AnswerLost, held);
        Ok(sealed)
    }

    /// The key is pulled at its first touch, in the next run at the second, and so on.
    pub(super) fn key_pulled(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        label: &str,
        caught: &mut Vec<(Fault, bool)>,
    ) -> Result<Sealed, CeremonyError> {
        let mut pulled = 0;
        for touch in 1..=PATIENCE {
            let mistakes = Mistakes {
                pulled_at_touch: touch,
                ..Mistakes::NONE
            };
            let run = |room: &mut Room<'_>| register(room, session, label);
            match self.room(stage, mistakes, run).0 {
                Err(CeremonyError::Key(_)) => pulled += 1,
                Ok(sealed) => {
                    note(
                        caught,
                        Fault::KeyPulled,
                        pulled > 0 && self.holds_one(label),
                    );
                    return Ok(sealed);
                }
                Err(other) => return Err(other),
            }
            stage
                .screen
                .say("The key was pulled out before it was touched; nothing was signed with it.");
            self.pause();
            stage
                .screen
                .part(&format!("The registration of {label} goes on"));
        }
        Err(CeremonyError::Answer("a key is pulled again and again"))
    }

    /// A witness leaves when it is their turn to sign: the record is appended without them, says who is
    /// missing, and is whole once they have signed on their own machine.
    pub(super) fn witness_leaves(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        label: &str,
        caught: &mut Vec<(Fault, bool)>,
    ) -> Result<Sealed, CeremonyError> {
        let leaves = |signer: Box<dyn Signer>| -> Box<dyn Signer> {
            if signer.reference() == WITNESS {
                Box::new(Leaves)
            } else {
                signer
            }
        };
        let people = World::signers().map_err(signing)?;
        let people = people.into_iter().map(leaves).collect();
        let run = |room: &mut Room<'_>| register(room, session, label);
        let (stopped, _) = self.room_of(stage, Mistakes::NONE, (people, Vec::new()), run);
        let stopped = matches!(stopped, Err(CeremonyError::Sign { .. }));
        stage.screen.say(&format!(
            "{WITNESS} is called away before signing. Everything until then is kept."
        ));
        self.pause();
        stage.screen.part(&format!(
            "The registration of {label} goes on without {WITNESS}"
        ));
        let mut people = World::signers().map_err(signing)?;
        people.retain(|signer| signer.reference() != WITNESS);
        let run = |room: &mut Room<'_>| register(room, session, label);
        let away = vec![WITNESS.to_owned()];
        let sealed = self.room_of(stage, Mistakes::NONE, (people, away), run).0?;
        let said = sealed.appended.missing == [WITNESS];
        self.clock.wait(Duration::from_hours(24));
        let signed = signs_later(stage)?;
        stage.screen.part(&format!(
            "The next day {WITNESS} signs, with `glasskey sign`: the record is whole"
        ));
        let whole = waiting::incomplete(&Ledger::new(&mut *stage.store), &*stage.desk)?.is_empty();
        let held = stopped && said && signed == 1 && whole && self.holds_one(label);
        note(caught, Fault::WitnessLeaves, held);
        Ok(sealed)
    }

    /// Whether tenant and key hold this one passkey, made by one POST, and no PIN try was spent.
    fn holds_one(&self, label: &str) -> bool {
        let tenant = &self.world.tenant;
        let named = tenant.passkeys().iter();
        let named = named.filter(|one| one.display_name == label).count();
        let posts: u32 = tenant
            .writes()
            .iter()
            .filter(|(path, _)| path.starts_with("POST ") && path.ends_with("/fido2Methods"))
            .map(|(_, count)| count)
            .sum();
        let passkeys = u32::try_from(tenant.passkeys().len()).unwrap_or(u32::MAX);
        let key = self.world.key(label).is_some_and(|key| {
            key.resident_credentials() == 1 && key.statistics().pin_tries_spent == 0
        });
        named == 1 && posts == passkeys && key
    }
}

/// The witness signs all that waits for them; says how much that was.
fn signs_later(stage: &mut Stage<'_>) -> Result<usize, CeremonyError> {
    let mut people = World::signers().map_err(signing)?;
    let mut ledger = Ledger::new(&mut *stage.store);
    let all = waiting::incomplete(&ledger, &*stage.desk)?;
    let mut signed = 0;
    for one in &all {
        let record = waiting::to_sign(&ledger, &*stage.desk, one)?;
        let witness = people
            .iter_mut()
            .find(|signer| signer.reference() == WITNESS);
        if let Some(witness) = witness {
            let signature = witness
                .sign(Namespace::Record, &record.record)
                .map_err(signing)?;
            let document = Namespace::Record;
            let kept = waiting::keep(
                &mut ledger,
                &mut *stage.desk,
                one,
                WITNESS,
                document,
                &signature,
            )?;
            signed += usize::from(kept);
        }
    }
    Ok(signed)
}

/// A witness who is gone when it is their turn.
struct Leaves;

impl Signer for Leaves {
    fn reference(&self) -> &str {
        WITNESS
    }

    fn sign(&mut self, _: Namespace, _: &[u8]) -> Result<Vec<u8>, SignError> {
        Err(SignError::Declined)
    }
}
