//! Records judged on all cores, and folded in their order on the thread that asks.

use crate::ledger::audit::Court;
use crate::ledger::audit::Judges;
use crate::ledger::audit::RecordFacts;
use crate::ledger::audit::RecordFiles;
use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::thread;

/// Records for each thread that may wait to be folded.
const AHEAD: u64 = 32;

/// Bytes of records that may wait to be folded; one record more may be judged.
const AHEAD_BYTES: usize = 8 << 20;

/// Threads that judge records.
#[derive(Clone, Copy, Debug)]
pub struct Cores {
    threads: usize,
}

impl Cores {
    /// As many threads as there are cores.
    #[must_use]
    pub fn all() -> Self {
        Self::new(thread::available_parallelism().map_or(1, NonZero::get))
    }

    /// This many threads; at least one.
    #[must_use]
    pub const fn new(threads: usize) -> Self {
        Self {
            threads: if threads == 0 { 1 } else { threads },
        }
    }
}

impl Judges for Cores {
    fn judge(
        &mut self,
        next: &(dyn Fn() -> Option<RecordFiles> + Sync),
        court: &Court<'_>,
        fold: &mut dyn FnMut(RecordFacts),
    ) {
        let ahead = AHEAD * u64::try_from(self.threads).unwrap_or(1);
        let desk = Desk::new(ahead);
        let work = || Some(court.judge(&next()?));
        thread::scope(|scope| {
            for _ in 1..self.threads {
                scope.spawn(|| while desk.turn(&work, None) {});
            }
            while desk.turn(&work, Some(fold)) {}
        });
    }
}

/// What the threads share.
struct Desk {
    state: Mutex<State>,
    changed: Condvar,
    /// Records that may be judged before they can be folded.
    ahead: u64,
}

#[derive(Default)]
struct State {
    /// Judged, and not folded yet: from the record to be folded next on. Its places are used again
    /// and again, so that no record asks the allocator for one.
    waiting: VecDeque<Option<RecordFacts>>,
    bytes: usize,
    /// Asked for.
    taken: u64,
    /// Being judged.
    busy: u64,
    folded: u64,
    /// Threads that wait for a change: nobody else has to be told of one.
    asleep: usize,
    /// There are no more, or a thread died.
    ended: bool,
}

impl State {
    /// Puts a record at its place among those that wait.
    fn put(&mut self, facts: RecordFacts) {
        let place = facts.index.checked_sub(self.folded);
        let Some(place) = place.and_then(|place| usize::try_from(place).ok()) else {
            return;
        };
        while self.waiting.len() <= place {
            self.waiting.push_back(None);
        }
        if let Some(waits) = self.waiting.get_mut(place) {
            *waits = Some(facts);
        }
    }
}

impl Desk {
    fn new(ahead: u64) -> Self {
        Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            ahead,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes whoever waits for a change.
    fn tell(&self, state: MutexGuard<'_, State>) {
        let anyone = state.asleep > 0;
        drop(state);
        if anyone {
            self.changed.notify_all();
        }
    }

    /// Folds what can be folded, or judges a record, or waits; `false` once there is no more to do.
    fn turn(
        &self,
        work: &impl Fn() -> Option<RecordFacts>,
        fold: Option<&mut dyn FnMut(RecordFacts)>,
    ) -> bool {
        let mut state = self.state();
        if let Some(fold) = fold {
            if state.waiting.front().is_some_and(Option::is_some)
                && let Some(facts) = state.waiting.pop_front().flatten()
            {
                state.folded += 1;
                state.bytes = state.bytes.saturating_sub(facts.bytes);
                self.tell(state);
                fold(facts);
                return true;
            }
            if state.ended && state.busy == 0 {
                return false;
            }
        } else if state.ended {
            return false;
        }
        let room = state.taken < state.folded + self.ahead && state.bytes < AHEAD_BYTES;
        if !state.ended && (room || state.taken == state.folded) {
            state.taken += 1;
            state.busy += 1;
            drop(state);
            let mut seat = Seat {
                desk: self,
                facts: None,
            };
            seat.facts = work();
        } else {
            state.asleep += 1;
            let mut state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.asleep -= 1;
        }
        true
    }
}

/// A record that is being judged; given up, also by a panic, it leaves nobody waiting.
struct Seat<'d> {
    desk: &'d Desk,
    facts: Option<RecordFacts>,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut state = self.desk.state();
        state.busy -= 1;
        match self.facts.take() {
            Some(facts) => {
                state.bytes += facts.bytes;
                state.put(facts);
            }
            None => state.ended = true,
        }
        self.desk.tell(state);
    }
}
