//! A key that answers anything at any moment: every command of the client, on the key's own clock,
//! ends in a value or a typed error, in time, in bounded memory, and without a PIN that nobody
//! typed. `GLASSKEY_CASES` says how many answers are spoiled for each command; the gate says 40,000.

mod conversation;
mod heads;
mod line;
mod rows;
mod source;
mod spoil;

use conversation::Ended;
use conversation::Stage;
use glasskey::ctap::CtapError;
use peak_alloc::PeakAlloc;
use rows::ROWS;
use rows::Row;
use std::collections::BTreeMap;
use std::io::Write;
use std::io::stdout;
use std::sync::Mutex;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Cases that one virtual key serves before it is replaced; also what is repeated to see a case
/// again.
const BATCH: u32 = 250;
/// The most that one conversation may hold at once, client, line and virtual key together.
const MOST_BYTES: usize = 1 << 20;

fn cases() -> u32 {
    let named = std::env::var("GLASSKEY_CASES").ok();
    named.map_or(1_000, |text| text.parse().unwrap())
}

/// The bytes that decide a case: SplitMix64 from the case's number.
fn bytes(row: u64, case: u32) -> Vec<u8> {
    let mut state = (row << 32) | u64::from(case);
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)).to_be_bytes()
    };
    (0..12).flat_map(|_| next()).collect()
}

/// What came of the cases of one row.
#[derive(Default)]
struct Tally {
    ends: BTreeMap<&'static str, u32>,
    longest: Duration,
}

fn end(ended: &Ended) -> &'static str {
    match &ended.result {
        Ok(()) => "a value",
        Err(CtapError::Status { .. }) => "status",
        Err(CtapError::Hid(_)) => "CTAPHID error",
        Err(CtapError::Timeout) => "timeout",
        Err(CtapError::Cancelled) => "cancelled",
        Err(CtapError::Gone) => "gone",
        Err(CtapError::Malformed { .. }) => "malformed",
        Err(CtapError::Unsupported { .. }) => "unsupported",
        Err(CtapError::Busy) => "busy",
        Err(CtapError::TooMany { .. }) => "too many",
        Err(CtapError::TooLong { .. }) => "too long",
        Err(CtapError::NoEntropy | CtapError::Transport(_)) => "neither key nor line",
    }
}

impl Tally {
    fn add(&mut self, ended: &Ended) {
        *self.ends.entry(end(ended)).or_default() += 1;
        self.longest = self.longest.max(ended.took);
    }

    fn join(&mut self, other: Self) {
        for (end, count) in other.ends {
            *self.ends.entry(end).or_default() += count;
        }
        self.longest = self.longest.max(other.longest);
    }
}

fn batch(row: &'static Row, number: u64, from: u32, to: u32) -> Tally {
    let mut tally = Tally::default();
    let mut stage = Stage::new(row);
    for case in from..to {
        if !row.has_pin {
            // The one before may have set one.
            stage = Stage::new(row);
        }
        tally.add(&stage.survives(&bytes(number, case)));
    }
    tally
}

/// Plays all cases of a row on every core; its tally, and the most memory that was held meanwhile.
fn play(number: u64, row: &'static Row, cases: u32, workers: usize) -> (Tally, usize) {
    let turn = AtomicU32::new(0);
    let all = Mutex::new(Tally::default());
    let work = || {
        loop {
            let from = turn.fetch_add(BATCH, Ordering::Relaxed);
            if from >= cases {
                return;
            }
            let tally = batch(row, number, from, cases.min(from + BATCH));
            all.lock().unwrap().join(tally);
        }
    };
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    let peak = MEMORY.peak_usage().saturating_sub(before); // other tests let go of some
    (all.into_inner().unwrap(), peak)
}

#[test]
fn every_command_survives_a_key_that_answers_anything() {
    let cases = cases();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut all = Tally::default();
    for (number, row) in (0..).zip(&ROWS) {
        let (tally, peak) = play(number, row, cases, workers);
        assert_eq!(tally.ends.values().sum::<u32>(), cases, "{}", row.name);
        if cases > 1_000 {
            writeln!(
                stdout(),
                "{}: {cases} cases, longest {:?} of {} s, at most {} KiB in {workers} threads: {:?}",
                row.name,
                tally.longest,
                row.within,
                peak.div_ceil(1 << 10),
                tally.ends
            )
            .unwrap();
        }
        assert!(peak <= workers * MOST_BYTES, "{}: {peak} bytes", row.name);
        all.join(tally);
    }
    assert!(!all.ends.contains_key("neither key nor line"));
    if cases < 1_000 {
        return;
    }
    // The key did what it could: every way to end was taken.
    for end in [
        "a value",
        "status",
        "CTAPHID error",
        "timeout",
        "cancelled",
        "gone",
        "malformed",
        "unsupported",
        "busy",
        "too many",
    ] {
        assert!(all.ends.contains_key(end), "{end}: {:?}", all.ends);
    }
}

#[test]
fn a_key_that_is_not_spoiled_passes_every_row() {
    for row in &ROWS {
        let ended = Stage::new(row).play(&[]);
        assert_eq!(ended.result, Ok(()), "{}", row.name);
        assert_eq!(ended.pins, row.pins, "{}", row.name);
    }
}

#[test]
fn a_case_is_the_same_every_time() {
    let row = &ROWS[2];
    for case in 0..20 {
        let once = Stage::new(row).play(&bytes(2, case));
        let again = Stage::new(row).play(&bytes(2, case));
        assert_eq!(once.result, again.result);
        assert_eq!(once.took, again.took);
    }
}
