//! The rehearsal played: genesis, the tenant's check, a registration a key, the check again, and what
//! goes wrong.

mod checking;
mod fault;
mod spoiling;

pub use fault::Fault;

use super::key::REHEARSAL_AAGUID;
use super::key::attestation_root_der;
use super::operator::Human;
use super::operator::Mistakes;
use super::operator::RehearsalOperator;
use super::power::Power;
use super::power::PoweredDesk;
use super::power::PoweredStore;
use super::world::World;
use crate::ceremony::CeremonyError;
use crate::ceremony::Desk;
use crate::ceremony::Room;
use crate::ceremony::Screen;
use crate::ceremony::Sealed;
use crate::ceremony::genesis;
use crate::ceremony::register;
use crate::entra::Recorder;
use crate::entra::Session;
use crate::findings::Check;
use crate::ledger::LedgerStore;
use crate::paper::Paper;
use crate::plan::Plan;
use crate::primitives::Clock;
use crate::primitives::Digest;
use crate::record::TimeSource;
use crate::webauthn::Aaguid;
use std::rc::Rc;
use std::time::Duration;

/// How much is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// Everything there is.
    Everything,
    /// Genesis and exactly one registration.
    Registration,
}

/// What a rehearsal came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// The registrations, in order.
    pub registered: Vec<Sealed>,
    /// Each fault that was asked for, and whether it was caught.
    pub faults: Vec<(Fault, bool)>,
}

/// What the world is played against.
pub struct Stage<'a> {
    /// The ledger.
    pub store: &'a mut dyn LedgerStore,
    /// The book's folder.
    pub desk: &'a mut dyn Desk,
    /// Where it is seen.
    pub screen: &'a mut dyn Screen,
    /// Who answers in place of the script.
    pub human: Option<&'a mut dyn Human>,
    /// The power of the room.
    pub power: Rc<Power>,
    /// What was exchanged with the tenant, a line each.
    pub exchanges: String,
}

/// A model that is on nobody's desk: what the tenant allows instead in `aaguid-not-allowed`.
const ANOTHER_MODEL: &str = "00000000-0000-4000-8000-000000000001";
/// What the tenant refuses a key for, before PIN and touch.
const REFUSED: [Fault; 2] = [Fault::AaguidNotAllowed, Fault::SyncedOnlyProfile];
/// Between two ceremonies: until the next half hour.
const PAUSE: Duration = Duration::from_mins(30);

/// Plays a rehearsal.
///
/// # Errors
/// [`CeremonyError`] that the script does not foresee.
pub fn play(
    world: &mut World,
    stage: &mut Stage<'_>,
    plan: &Plan,
    plan_sha256: Digest,
    only: Only,
    faults: &[Fault],
) -> Result<Played, CeremonyError> {
    let clock = Rc::clone(&world.clock);
    let mut session = Session::new(
        plan.tenant.cloud,
        &mut super::SeededEntropy::new(b"jitter", "session"),
    );
    let roster = World::roster().map_err(signing)?;
    let mut open = Open {
        world,
        plan,
        plan_sha256,
        clock,
    };

    stage
        .screen
        .part("Genesis: who may sign, and which policy holds");
    open.room(stage, Mistakes::default(), |room| {
        genesis(
            room,
            roster.as_bytes(),
            &[attestation_root_der().to_vec()],
            World::people_file().as_bytes(),
        )
    })
    .0?;

    let wanted = |fault: Fault| faults.contains(&fault);
    if wanted(Fault::AaguidNotAllowed) {
        open.world
            .allow_models(&Aaguid::parse(ANOTHER_MODEL).into_iter().collect::<Vec<_>>());
    }
    if wanted(Fault::SyncedOnlyProfile) {
        spoiling::spoil(Fault::SyncedOnlyProfile, open.world, &mut *stage.desk)?;
    }
    let mut played = Played {
        registered: Vec::new(),
        faults: Vec::new(),
    };
    open.check_first(stage, &mut session, faults, &mut played)?;

    let labels = World::labels();
    let count = if only == Only::Registration {
        1
    } else {
        labels.len()
    };
    for (number, label) in labels.into_iter().take(count).enumerate() {
        open.pause();
        stage
            .screen
            .part(&format!("Registration {} of {count}: {label}", number + 1));
        // What goes wrong goes wrong at the last key, where there is most to lose.
        let now: Vec<Fault> = if number + 1 == count {
            faults.to_vec()
        } else {
            early(faults)
        };
        let registered = open.registration(stage, &mut session, label, &now, &mut played.faults)?;
        played.registered.push(registered);
    }
    open.pause();
    open.check_drift(stage, &mut session, faults, &mut played)?;
    Ok(played)
}

/// Faults that show at the first key, because the tenant has them for every key.
fn early(faults: &[Fault]) -> Vec<Fault> {
    faults
        .iter()
        .copied()
        .filter(|fault| REFUSED.contains(fault))
        .collect()
}

fn signing(why: crate::ceremony::SignError) -> CeremonyError {
    CeremonyError::Sign {
        reference: "op-1".to_owned(),
        why,
    }
}

/// The world while it is played.
struct Open<'w> {
    world: &'w mut World,
    plan: &'w Plan,
    plan_sha256: Digest,
    clock: Rc<super::RehearsalClock>,
}

impl Open<'_> {
    /// Opens a room under the stage's power, and says what the operator saw.
    fn room<T>(
        &mut self,
        stage: &mut Stage<'_>,
        mistakes: Mistakes,
        run: impl FnOnce(&mut Room<'_>) -> Result<T, CeremonyError>,
    ) -> (Result<T, CeremonyError>, Seen) {
        let signers = match World::signers() {
            Ok(signers) => signers,
            Err(why) => return (Err(signing(why)), Seen::default()),
        };
        let clock = Rc::clone(&self.clock);
        let mut ports = self.world.ports.clone();
        let mut store = PoweredStore::new(&mut *stage.store, Rc::clone(&stage.power));
        let mut desk = PoweredDesk::new(&mut *stage.desk, Rc::clone(&stage.power));
        let human = stage
            .human
            .as_deref_mut()
            .map(|human| -> &mut dyn Human { human });
        let mut operator = RehearsalOperator::new(self.world, &mut *stage.screen, human, mistakes);
        let World {
            tenant, sources, ..
        } = &mut *self.world;
        let mut tenant = Recorder::new(tenant, self.plan.tenant.cloud);
        let result = run(&mut Room {
            keys: &mut ports,
            second: None,
            tenant: &mut tenant,
            clock: &*clock,
            entropy: sources,
            operator: &mut operator,
            signers,
            away: Vec::new(),
            store: &mut store,
            desk: &mut desk,
            plan: self.plan,
            plan_sha256: self.plan_sha256,
            time_source: TimeSource::Rehearsal,
            paper: Paper::A4,
        });
        stage.exchanges.push_str(&tenant.json_lines());
        (
            result,
            Seen {
                failed: operator.failed,
                replugged: operator.replugged,
            },
        )
    }

    /// One registration with what goes wrong in it, and how it was caught.
    fn registration(
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
        };
        if faults.contains(&Fault::PinBlocked) {
            // The key has its PIN from an earlier attempt; otherwise there is none to mistype.
            if let Some(key) = self.world.key(label) {
                key.set_pin_directly(&World::pin(label));
            }
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

    /// Waits until the next half hour begins.
    fn pause(&self) {
        let into = self.clock.elapsed().as_secs() % PAUSE.as_secs();
        self.clock
            .wait(PAUSE.saturating_sub(Duration::from_secs(into)));
    }

    /// Whether the key was neither touched nor given a PIN.
    fn untouched(&self, label: &str) -> bool {
        self.world.key(label).is_some_and(|key| {
            let statistics = key.statistics();
            statistics.touches_asked == 0 && statistics.pins_compared == 0
        })
    }
}

fn note(caught: &mut Vec<(Fault, bool)>, fault: Fault, was: bool) {
    if !caught.iter().any(|(one, _)| *one == fault) {
        caught.push((fault, was));
    }
}

/// What the operator saw go wrong.
#[derive(Default)]
struct Seen {
    failed: Vec<Check>,
    replugged: bool,
}
