//! The ceremonies about words, played alone: genesis is the script's, what follows is the person's.

use super::Only;
use super::Open;
use super::Stage;
use super::play;
use crate::ceremony::CeremonyError;
use crate::ceremony::LateException;
use crate::ceremony::MemoryDesk;
use crate::ceremony::Room;
use crate::ceremony::Screen;
use crate::ceremony::adopt_policy;
use crate::ceremony::notes;
use crate::ceremony::roster_change;
use crate::ceremony::roster_change::Newcomer;
use crate::ceremony::roster_change::Trial;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::ledger::Ledger;
use crate::ledger::MemoryStore;
use crate::plan::Plan;
use crate::plan::Role;
use crate::primitives::Clock;
use crate::primitives::Digest;
use crate::record::LedgerHead;
use crate::rehearsal::Mistakes;
use crate::rehearsal::Power;
use crate::rehearsal::RehearsalSigner;
use crate::rehearsal::World;
use crate::rehearsal::key::Personality;

/// A ceremony about words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// Somebody comes, signs with another key, and goes.
    People,
    /// The policy changes.
    Policy,
    /// What came after its statement is noted.
    Exception,
    /// A record is corrected.
    Amendment,
    /// A finding is accepted.
    Acceptance,
    /// A rehearsal is noted.
    Training,
}

/// Who comes.
const NEWCOMER: &str = "w-3";
/// Who was trained.
const TRAINEE: &str = "w-2";
/// How long a finding is accepted, in days.
const ACCEPTED_DAYS: i64 = 90;

impl Words {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::People,
        Self::Policy,
        Self::Exception,
        Self::Amendment,
        Self::Acceptance,
        Self::Training,
    ];

    /// As `--only` names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Policy => "policy",
            Self::Exception => "exception",
            Self::Amendment => "amendment",
            Self::Acceptance => "acceptance",
            Self::Training => "training",
        }
    }

    /// The one of this name; `None` if there is none.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == text)
    }
}

impl Open<'_> {
    /// Plays one of them.
    pub(super) fn words(
        &mut self,
        stage: &mut Stage<'_>,
        words: Words,
    ) -> Result<(), CeremonyError> {
        self.pause();
        match words {
            Words::People => self.people(stage),
            Words::Policy => self.policy(stage),
            Words::Exception => self.exception(stage),
            Words::Amendment => {
                stage.screen.part("A correction: record 000000");
                self.held(stage, |room| notes::amend(room, 0, None).map(drop))
            }
            Words::Acceptance => self.acceptance(stage),
            Words::Training => self.training(stage),
        }
    }

    fn held<T>(
        &mut self,
        stage: &mut Stage<'_>,
        run: impl FnOnce(&mut Room<'_>) -> Result<T, CeremonyError>,
    ) -> Result<T, CeremonyError> {
        self.room(stage, Mistakes::default(), run).0
    }

    fn people(&mut self, stage: &mut Stage<'_>) -> Result<(), CeremonyError> {
        stage.screen.part(&format!("{NEWCOMER} comes"));
        let mut first = signer(1)?;
        let newcomer = Newcomer {
            roles: vec![Role::Witness],
            name: format!("rehearsal {NEWCOMER}"),
            key: first.public_key().clone(),
        };
        self.held(stage, |room| {
            let trial = Some(Trial::Here(&mut first));
            roster_change::add(room, NEWCOMER, Some(&newcomer), trial)
        })?;
        self.pause();
        stage
            .screen
            .part(&format!("{NEWCOMER} signs with another key"));
        let mut second = signer(2)?;
        let key = second.public_key().clone();
        self.held(stage, |room| {
            let trial = Some(Trial::Here(&mut second));
            roster_change::rotate(room, NEWCOMER, Some(&key), trial)
        })?;
        self.pause();
        stage.screen.part(&format!("{NEWCOMER} goes"));
        let gone = self.held(stage, |room| roster_change::remove(room, NEWCOMER))?;
        for line in gone.due.iter().chain(&gone.by_hand) {
            stage.screen.say(line);
        }
        Ok(())
    }

    fn policy(&mut self, stage: &mut Stage<'_>) -> Result<(), CeremonyError> {
        stage.screen.part("The policy changes");
        stage
            .screen
            .say("Somebody wrote `verify-every-days = 60` into the plan.");
        let mut plan = self.plan.clone();
        plan.policy.verify_every_days = 60;
        let text = plan.text();
        stage.desk.put("glasskey.toml", text.as_bytes())?;
        let mut changed = Open {
            world: &mut *self.world,
            plan: &plan,
            plan_sha256: Digest::of(text.as_bytes()),
            clock: std::rc::Rc::clone(&self.clock),
        };
        changed.held(stage, |room| adopt_policy(room).map(drop))
    }

    fn exception(&mut self, stage: &mut Stage<'_>) -> Result<(), CeremonyError> {
        stage.screen.part("An exception that came late");
        let late = LateException {
            record: 0,
            step: "3".to_owned(),
            text: "the paper for the signatures in ink was not there; it came the day after"
                .to_owned(),
        };
        LateException::keep(&mut *stage.desk, &[late])?;
        stage
            .screen
            .say("When record 000000 was signed, somebody said what no statement holds.");
        self.held(stage, |room| notes::note_exception(room, None).map(drop))
    }

    fn acceptance(&mut self, stage: &mut Stage<'_>) -> Result<(), CeremonyError> {
        stage.screen.part("A finding is accepted until a date");
        let accept = notes::Accept {
            check: Check::LogExport,
            subject: Subject::book(),
            until: self.clock.utc().plus_days(ACCEPTED_DAYS),
            reason: "the export to another subscription is being built".to_owned(),
        };
        self.held(stage, |room| notes::accept(room, Some(&accept)).map(drop))
    }

    fn training(&mut self, stage: &mut Stage<'_>) -> Result<(), CeremonyError> {
        stage.screen.part("A training is noted");
        let rehearsed = rehearsed(self.plan, self.plan_sha256)?;
        self.held(stage, |room| {
            notes::note_training(room, Some(&rehearsed)).map(drop)
        })
    }
}

/// The newcomer with the key of this number.
fn signer(number: u8) -> Result<RehearsalSigner, CeremonyError> {
    RehearsalSigner::new(NEWCOMER, &[number; 32]).map_err(super::signing)
}

/// A rehearsal within the rehearsal, which nobody sees: what a trainee left.
fn rehearsed(plan: &Plan, plan_sha256: Digest) -> Result<notes::Rehearsed, CeremonyError> {
    let mut world = World::new(Personality::Standard);
    world.reference = Some(notes::trainee_reference(TRAINEE));
    let (mut store, mut desk, mut unseen) = (MemoryStore::new(), MemoryDesk::default(), Unseen);
    let mut stage = Stage {
        store: &mut store,
        desk: &mut desk,
        screen: &mut unseen,
        human: None,
        power: Power::reliable(),
        exchanges: String::new(),
    };
    let only = Only::Registration;
    play(&mut world, &mut stage, plan, plan_sha256, only, &[])?;
    let ledger = Ledger::new(&mut store);
    let genesis = ledger.record(0)?.statement;
    let head = ledger.head()?;
    let mut events = Vec::new();
    for index in 1..head.size {
        events.push(ledger.record(index)?.statement.event.word());
    }
    Ok(notes::Rehearsed {
        head: LedgerHead {
            origin: genesis.ledger.origin.clone(),
            root: head.root,
            size: head.size,
        },
        trainee: notes::trainee_of(&genesis),
        events,
    })
}

/// A screen that nobody looks at.
struct Unseen;

impl Screen for Unseen {
    fn part(&mut self, _: &str) {}

    fn step(&mut self, _: u32, _: u32, _: &str) {}

    fn say(&mut self, _: &str) {}

    fn findings(&mut self, _: &[Finding]) {}

    fn digest(&mut self, _: &Digest) {}

    fn touch(&mut self, _: &str) {}

    fn answered(&mut self, _: &str, _: &str) {}
}
