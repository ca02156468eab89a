//! The rehearsal played: genesis, the tenant's check, a registration a key, the check again, and what
//! goes wrong.

mod checking;
mod departing;
mod fault;
mod interrupting;
mod printing;
mod registering;
mod spoiling;
mod through_graph;
mod verification;
mod words;
mod year;

pub use fault::Fault;
pub use words::Words;

use fault::Phase;

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
use crate::ceremony::Signer;
use crate::ceremony::Transcribing;
use crate::ceremony::genesis;
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
    /// The registrations, and what comes after them in a year; where something is to go wrong, as far
    /// as that.
    Everything,
    /// Genesis and the registrations of all keys.
    Registrations,
    /// Genesis and exactly one registration.
    Registration,
    /// Genesis and one registration at the tenant's portal.
    PortalRegistration,
    /// Genesis, the registrations of an account's keys, and one of them registered anew.
    Replacement,
    /// Genesis, played by the script, and a ceremony about words.
    Words(Words),
    /// A bag is opened, and the key sealed anew.
    Custody,
    /// A bag is opened in an incident; new PIN, new bag, review.
    Incident,
    /// A key is lost.
    Loss,
    /// A key is taken out of use.
    Retirement,
    /// Genesis, the registrations, and a quarter later one verification with a sign-in.
    Verification,
    /// The same without a sign-in.
    VerificationWithPin,
    /// The same without its PIN, the PIN envelope staying sealed.
    VerificationWithoutPin,
    /// Genesis, the registrations of an account's keys, and a quarter later every key that is due.
    Due,
    /// A verification whose sign-in the tenant's log did not show yet, and its collection.
    Collection,
    /// A closed bag is put elsewhere.
    Move,
}

impl Only {
    /// Whether what is practised comes a quarter after the registrations.
    const fn is_a_quarter_later(self) -> bool {
        matches!(
            self,
            Self::Verification
                | Self::VerificationWithPin
                | Self::VerificationWithoutPin
                | Self::Due
                | Self::Collection
        )
    }
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
    let mut open = Open {
        world,
        plan,
        plan_sha256,
        clock,
    };

    stage
        .screen
        .part("Genesis: who may sign, and which policy holds");
    // What must come before what is practised is the script's.
    let human = (!matches!(only, Only::Everything | Only::Registrations))
        .then(|| stage.human.take())
        .flatten();
    open.begin(stage)?;
    let mut waits = None;
    if only.is_a_quarter_later() || only == Only::Replacement {
        waits = human;
    } else if human.is_some() {
        stage.human = human;
    }
    if let Only::Words(words) = only {
        open.words(stage, words)?;
        return Ok(Played {
            registered: Vec::new(),
            faults: Vec::new(),
        });
    }

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

    if only == Only::PortalRegistration {
        open.pause();
        let sealed = open.at_the_portal(stage, &mut session, faults, &mut played.faults)?;
        played.registered.push(sealed);
        return Ok(played);
    }
    if matches!(
        only,
        Only::Custody | Only::Move | Only::Incident | Only::Loss | Only::Retirement
    ) {
        open.departing(stage, &mut session, only, faults)?;
        return Ok(played);
    }
    let labels = World::labels();
    let count = registrations(only).min(labels.len());
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
    if only == Only::Replacement {
        stage.human = waits;
        open.pause();
        let sealed = open.replacement(stage, &mut session)?;
        played.registered.push(sealed);
        return Ok(played);
    }
    open.pause();
    open.check_drift(stage, &mut session, faults, &mut played)?;
    if waits.is_some() {
        stage.human = waits;
    }
    open.a_quarter_later(stage, &mut session, only, faults, &mut played)?;
    if only == Only::Everything && faults.is_empty() {
        open.year(stage, &mut session)?;
    }
    Ok(played)
}

/// How many keys are registered before what is practised, at most.
const fn registrations(only: Only) -> usize {
    match only {
        // What registers none ends before.
        Only::Words(_)
        | Only::PortalRegistration
        | Only::Custody
        | Only::Move
        | Only::Incident
        | Only::Loss
        | Only::Retirement => 0,
        Only::Registration => 1,
        Only::Replacement | Only::Due => 2,
        Only::Everything
        | Only::Registrations
        | Only::Verification
        | Only::VerificationWithPin
        | Only::VerificationWithoutPin
        | Only::Collection => usize::MAX,
    }
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
    /// Genesis.
    fn begin(&mut self, stage: &mut Stage<'_>) -> Result<(), CeremonyError> {
        let roster = World::roster().map_err(signing)?;
        let begun = self.room(stage, Mistakes::default(), |room| {
            genesis(
                room,
                roster.as_bytes(),
                &[attestation_root_der().to_vec()],
                World::people_file().as_bytes(),
            )
        });
        begun.0.map(|_| ())
    }

    /// Opens a room under the stage's power, and says what the operator saw.
    fn room<T>(
        &mut self,
        stage: &mut Stage<'_>,
        mistakes: Mistakes,
        run: impl FnOnce(&mut Room<'_>) -> Result<T, CeremonyError>,
    ) -> (Result<T, CeremonyError>, Seen) {
        match World::signers() {
            Ok(signers) => self.room_of(stage, mistakes, (signers, Vec::new()), run),
            Err(why) => (Err(signing(why)), Seen::default()),
        }
    }

    /// The same, with these people here and those away.
    fn room_of<T>(
        &mut self,
        stage: &mut Stage<'_>,
        mistakes: Mistakes,
        (signers, away): (Vec<Box<dyn Signer>>, Vec<String>),
        run: impl FnOnce(&mut Room<'_>) -> Result<T, CeremonyError>,
    ) -> (Result<T, CeremonyError>, Seen) {
        let clock = Rc::clone(&self.clock);
        let mut ports = self.world.ports.clone();
        let mut store = PoweredStore::new(&mut *stage.store, Rc::clone(&stage.power));
        let mut desk = PoweredDesk::new(&mut *stage.desk, Rc::clone(&stage.power));
        let human = stage
            .human
            .as_deref_mut()
            .map(|human| -> &mut dyn Human { human });
        let mut operator = RehearsalOperator::new(self.world, &mut *stage.screen, human, mistakes);
        let reference = self.world.reference.clone();
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
            operator: &mut Transcribing::new(&mut operator),
            signers,
            away,
            store: &mut store,
            desk: &mut desk,
            plan: self.plan,
            plan_sha256: self.plan_sha256,
            reference,
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
