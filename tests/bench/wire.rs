//! What reading a key costs on the wire, beside libfido2 in the same run. `cargo bench --bench wire`
//! prints it; reports and commands are asserted, times are not.
//!
//! The release binary and `fido2-token -I` each read the same virtual key behind a mocked hidraw
//! node. Goals (DESIGN §10): fewer reports than `fido2-token -I`, at most four transactions plus
//! vendor pages; several keys at once cost what one costs.

#[path = "../serve/line.rs"]
mod line;
#[path = "../serve/nodes.rs"]
mod nodes;
#[path = "../serve/served.rs"]
mod served;

use glasskey::rehearsal::key::KeySpec;
use glasskey::rehearsal::key::Statistics;
use nodes::Plugged;
use nodes::bus::installed;
use nodes::run;
use std::time::Duration;
use std::time::Instant;

const INSPECT: &[&str] = &[env!("CARGO_BIN_EXE_glasskey"), "inspect", "--json"];
const TOKEN: &[&str] = &["fido2-token", "-I", "/dev/hidraw0"];
const NOTHING: &[&str] = &["true"];
const RUNS: usize = 7;
/// Transactions that the facts of `inspect` may take.
const MOST: u32 = 4;
/// What each report takes where keys are slow, in milliseconds.
const SLOW: u32 = 20;

/// What a program cost each key, and the median of its wall time, the mocked nodes' included.
struct Cost {
    keys: Vec<Statistics>,
    time: Duration,
}

impl Cost {
    fn of(count: usize, report_millis: u32, program: &[&str]) -> Self {
        let mut runs: Vec<(Duration, Vec<Statistics>)> = (0..RUNS)
            .map(|_| {
                let keys = (0..count).map(|_| Plugged {
                    report_millis,
                    ..Plugged::new(KeySpec::new("K", 7), Some("135790"))
                });
                let keys = keys.collect();
                let began = Instant::now();
                let (output, seen) = run(keys, program);
                let time = began.elapsed();
                assert_eq!(output.status.code(), Some(0), "{program:?}");
                (time, seen)
            })
            .collect();
        for pair in runs.windows(2) {
            assert_eq!(pair[0].1, pair[1].1, "{program:?} costs the same each time");
        }
        runs.sort_by_key(|(time, _)| *time);
        let (time, keys) = runs.swap_remove(RUNS / 2);
        Self { keys, time }
    }

    /// CTAPHID transactions with the first key, but for vendor pages; those come after.
    fn transactions(&self) -> (u32, u32) {
        let all: u32 = self.keys[0].commands.values().sum();
        let vendor = self.keys[0].seen("VENDOR");
        (all - vendor, vendor)
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn row(what: &str, cost: &Cost, goal: &str) {
    let key = &cost.keys[0];
    let (transactions, vendor) = cost.transactions();
    println!(
        "{what:<34} {:>3} reports to the key {:>3} from it {transactions:>3} transactions + {vendor} vendor pages {:>9.1?}  {goal}",
        key.reports_received, key.reports_sent, cost.time
    );
}

fn main() {
    if !installed() {
        return;
    }
    let bare = Cost::of(1, 0, NOTHING);
    let ours = Cost::of(1, 0, INSPECT);
    let theirs = Cost::of(1, 0, TOKEN);
    row("nodes alone, no program", &bare, "");
    row(
        "glasskey inspect",
        &ours,
        "goal: fewer reports, 4 transactions at most",
    );
    row("  peer: fido2-token -I", &theirs, "");
    assert!(ours.keys[0].reports_received < theirs.keys[0].reports_received);
    assert!(ours.keys[0].reports_sent < theirs.keys[0].reports_sent);
    assert!(ours.transactions().0 <= MOST, "{:?}", ours.keys[0].commands);

    let one = Cost::of(1, SLOW, INSPECT);
    let four = Cost::of(4, SLOW, INSPECT);
    let slow = Cost::of(1, SLOW, TOKEN);
    let bare = Cost::of(4, SLOW, NOTHING);
    row("one key, 20 ms a report", &one, "");
    row("nodes of four keys, no program", &bare, "");
    row("four keys, 20 ms a report", &four, "goal: as long as one");
    row("  peer: fido2-token -I, one", &slow, "");
    assert_eq!(one.keys[0].commands, ours.keys[0].commands);
    assert_eq!(four.keys.len(), 4);
    for key in &four.keys {
        assert_eq!(*key, one.keys[0], "each of four is asked what one is asked");
    }
}
