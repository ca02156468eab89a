//! A quarter later: a key is verified, and what goes wrong with it.

use super::Fault;
use super::Mistakes;
use super::Only;
use super::Open;
use super::Phase;
use super::Played;
use super::Stage;
use super::note;
use crate::ceremony::CeremonyError;
use crate::ceremony::Depth;
use crate::ceremony::Room;
use crate::ceremony::Sealed;
use crate::ceremony::collect_sign_ins;
use crate::ceremony::notes::Accept;
use crate::ceremony::notes::accept;
use crate::ceremony::verify;
use crate::ceremony::verify_due;
use crate::entra::Session;
use crate::findings::Check;
use crate::findings::Subject;
use crate::ledger::Ledger;
use crate::primitives::Clock;
use crate::record::BagState;
use crate::record::Level;
use crate::rehearsal::World;
use crate::rehearsal::operator::SignInMistake;
use std::time::Duration;

/// From one quarter's verification to the next: within the days of the policy.
const QUARTER: Duration = Duration::from_hours(24 * 84);
/// How late the log is where it is late.
const LATE: Duration = Duration::from_hours(1);
/// How late it is otherwise.
const USUAL: Duration = Duration::from_mins(3);
/// Days for which a broken bag that was looked into is accepted.
const ACCEPTED_DAYS: i64 = 90;

impl Open<'_> {
    /// Waits for a quarter.
    pub(super) fn a_quarter(&self) {
        self.clock.wait(QUARTER);
        self.pause();
    }

    /// One verification a quarter later, or what else is practised then, where it is practised or something
    /// goes wrong in it.
    pub(super) fn a_quarter_later(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        only: Only,
        faults: &[Fault],
        played: &mut Played,
    ) -> Result<(), CeremonyError> {
        let wrong: Vec<Fault> = faults
            .iter()
            .copied()
            .filter(|fault| fault.phase() == Phase::Verification)
            .collect();
        if !only.is_a_quarter_later() && wrong.is_empty() {
            return Ok(());
        }
        self.a_quarter();
        let label = World::labels().into_iter().next().unwrap_or_default();
        let (depth, how) = match only {
            Only::Due => return self.every_due(stage, session),
            Only::Collection => return self.late_and_collected(stage, session, label),
            Only::VerificationWithPin => (Depth::WithPin, "is verified"),
            Only::VerificationWithoutPin => (Depth::WithoutPin, "is looked at without its PIN"),
            Only::Verification
            | Only::Everything
            | Only::Registrations
            | Only::Registration
            | Only::PortalRegistration
            | Only::Replacement
            | Only::Words(_)
            | Only::Custody
            | Only::Move
            | Only::Incident
            | Only::Loss
            | Only::Retirement => (Depth::WithSignIn, "signs in and is verified"),
        };
        stage
            .screen
            .part(&format!("A quarter later: {label} {how}"));
        let faults = &mut played.faults;
        self.verification(stage, session, label, depth, &wrong, faults)?;
        Ok(())
    }

    /// Every key that is due, one after the other.
    fn every_due(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
    ) -> Result<(), CeremonyError> {
        stage
            .screen
            .part("A quarter later: every key that is due is verified");
        let walked = self
            .room(stage, Mistakes::NONE, |room| verify_due(room, session))
            .0?;
        walked.stopped.map_or(Ok(()), Err)
    }

    /// A verification whose sign-in is not in the log yet, which the script plays, and its collection.
    fn late_and_collected(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        label: &str,
    ) -> Result<(), CeremonyError> {
        let human = stage.human.take();
        stage.screen.part(&format!(
            "Before it: {label} signs in and is verified, and the log is an hour late"
        ));
        self.world.tenant.set_log_lag(LATE);
        let mistakes = Mistakes {
            at_sign_in: Some(SignInMistake::StopsWaiting),
            ..Mistakes::NONE
        };
        let run = |room: &mut Room<'_>| verify(room, session, label, Depth::WithSignIn);
        let (sealed, _) = self.room(stage, mistakes, run);
        self.world.tenant.set_log_lag(USUAL);
        stage.human = human;
        self.collected(stage, session, sealed?.appended.index)?;
        Ok(())
    }

    /// One verification with what goes wrong in it, and how it was caught.
    pub(super) fn verification(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        label: &str,
        depth: Depth,
        faults: &[Fault],
        caught: &mut Vec<(Fault, bool)>,
    ) -> Result<Sealed, CeremonyError> {
        let broken = faults.contains(&Fault::BrokenBag);
        let late = faults.contains(&Fault::LateLog) && depth == Depth::WithSignIn;
        if broken {
            self.world.bags.tear(label);
        }
        if late {
            self.world.tenant.set_log_lag(LATE);
        }
        let mistakes = Mistakes {
            at_sign_in: late.then_some(SignInMistake::StopsWaiting),
            ..Mistakes::NONE
        };
        let (sealed, _) = self.room(stage, mistakes, |room| verify(room, session, label, depth));
        self.world.tenant.set_log_lag(USUAL);
        let sealed = sealed?;
        let index = sealed.appended.index;
        if broken {
            let found = found_broken(stage, index)?;
            note(caught, Fault::BrokenBag, found);
            self.looked_into(stage, index)?;
        }
        if late {
            let collected = self.collected(stage, session, index)?;
            note(caught, Fault::LateLog, collected);
        }
        Ok(sealed)
    }

    /// What a broken bag leads to: somebody finds out who opened it, and the finding is accepted.
    fn looked_into(&mut self, stage: &mut Stage<'_>, index: u64) -> Result<(), CeremonyError> {
        self.pause();
        stage
            .screen
            .part("The broken bag was looked into: the finding is accepted for a while");
        let until = self.clock.utc().plus_days(ACCEPTED_DAYS);
        let wanted = Accept {
            check: Check::BagContinuity,
            subject: Subject::record(index),
            until,
            reason: "Rehearsed: the bag tore in the drawer; the key was never out of the safe"
                .to_owned(),
        };
        let accepted = self.room(stage, Mistakes::NONE, |room| accept(room, Some(&wanted)));
        accepted.0.map(|_| ())
    }

    /// Collects the pending sign-in once the log has it; whether the record was pending, and an
    /// amendment brings it.
    fn collected(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        index: u64,
    ) -> Result<bool, CeremonyError> {
        let level = Ledger::new(&mut *stage.store)
            .record(index)?
            .statement
            .level;
        self.clock.wait(LATE);
        self.pause();
        stage
            .screen
            .part("The log has the sign-in now: it is collected");
        let collected = self.room(stage, Mistakes::NONE, |room| {
            collect_sign_ins(room, session)
        });
        let collected = collected.0?;
        Ok(level == Some(Level::L1) && collected.done.len() == 1 && collected.left.is_empty())
    }
}

/// Whether the record says that the bag was broken.
fn found_broken(stage: &mut Stage<'_>, index: u64) -> Result<bool, CeremonyError> {
    let statement = Ledger::new(&mut *stage.store).record(index)?.statement;
    let before = statement.custody.and_then(|custody| custody.previous_bag);
    let broken = before.is_some_and(|bag| bag.state == BagState::Broken);
    Ok(broken && !statement.exceptions.is_empty())
}
