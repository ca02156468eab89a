//! How fast an audit is, and how much memory it takes. `cargo bench` prints it; nothing fails.
//!
//! Goals (DESIGN §10): at least 80 % of the raw rate at which ring verifies the same signatures, on
//! all cores; at least 50 times a shell loop of `ssh-keygen -Y verify` over the same signatures; at
//! most 64 MiB + 128 B a record, to 10⁵ records.
//!
//! How it is measured:
//! - The books are grown in process, with two people's signatures of each record, the operator's of
//!   each checkpoint, a presence assertion in each record and an attestation in every tenth.
//! - Each audit runs in a process of its own, whose highest resident memory (`VmHWM`) is all that it
//!   ever held: program, stacks and allocator included. The book of 10⁵ records lies in one file,
//!   which is read as the audit asks for it, so that it is in the machine's memory (the page cache)
//!   and not in the process's. The smaller ones are folders. All were just written, so no disk is waited for.
//! - Raw means: ring's verification alone, of the same signatures, keys and messages, already
//!   decoded and hashed as far as they are before a signature, on as many threads as there are cores.
//!   Certificate chains are not among them: an audit follows each chain once.
//! - Ring runs before each audit, and the shortest times count: other programs only add to them. On
//!   a machine that is not idle the share of processor time says more than that of the clock.
//! - The loop's rate is its signatures a second; the audit's is of SSH signatures alone, though it
//!   checks presence, attestation, tree and rules beside them.

#[path = "audit/blob.rs"]
mod blob;
#[path = "audit/book.rs"]
mod book;
#[path = "audit/raw.rs"]
mod raw;

use glasskey::io::Cores;
use glasskey::io::FolderLedger;
use glasskey::ledger::audit::Outside;
use glasskey::ledger::audit::SharedStore;
use glasskey::ledger::audit::Standing;
use glasskey::ledger::audit::audit;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::time::Instant;

/// Signatures in the shell loop.
const SAMPLE: usize = 100;

/// How long something took.
#[derive(Clone, Copy)]
struct Took {
    /// On the clock.
    wall: Duration,
    /// On all processors together, in this process; to 10 ms.
    cpu: Duration,
}

impl Took {
    fn of<T>(work: impl FnOnce() -> T) -> (T, Self) {
        let (began, used) = (Instant::now(), cpu());
        let done = work();
        let wall = began.elapsed();
        let cpu = cpu().saturating_sub(used);
        (done, Self { wall, cpu })
    }

    /// The shorter of each: what other programs do at the same time only adds to them.
    fn shorter(self, other: Self) -> Self {
        Self {
            wall: self.wall.min(other.wall),
            cpu: self.cpu.min(other.cpu),
        }
    }
}

/// Processor time of this process: `utime` and `stime` of `/proc/self/stat`, in hundredths of a
/// second.
fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let fields = after.split_whitespace().skip(11).take(2);
    let ticks: u64 = fields.filter_map(|one| one.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// One audit in a process of its own.
struct Run {
    took: Took,
    /// KiB.
    peak: u64,
    /// KiB, before the audit began.
    before: u64,
}

/// `VmHWM` of this process, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

fn child(kind: &str, folder: &Path, records: usize) {
    let store: Box<SharedStore<'static>> = if kind == "folder" {
        Box::new(FolderLedger::new(
            folder.join("ledger"),
            folder.join("scratch"),
        ))
    } else {
        Box::new(blob::Blob::open(folder))
    };
    let genesis = store.read("records/000000/record.json").unwrap().unwrap();
    let trust = book::trust(&genesis);
    let outside = Outside {
        trust: &trust,
        heads: &[],
        as_of: book::as_of(records),
    };
    let before = peak();
    let (report, took) = Took::of(|| audit(&*store, &outside, &mut Cores::all()).unwrap());
    assert_eq!(
        report.standing(),
        Standing::Clean,
        "{:?}",
        report.first_bad()
    );
    let size = report.head.as_ref().map_or(0, |head| head.size);
    assert_eq!(usize::try_from(size).unwrap(), records);
    print(&format!(
        "{} {} {} {before}",
        took.wall.as_micros(),
        took.cpu.as_micros(),
        peak()
    ));
}

/// Audits in a process of its own, `runs` times, and ring alone before each: the shortest times.
fn measured(kind: &str, folder: &Path, records: usize, runs: usize, raw: &raw::Raw) -> (Run, Took) {
    let run = |_| {
        let ring = raw.run();
        let output = Command::new(std::env::current_exe().unwrap())
            .args([
                "--child",
                kind,
                &folder.display().to_string(),
                &records.to_string(),
            ])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{words}");
        let mut numbers = text.split_whitespace().map(|word| word.parse().unwrap());
        let run = Run {
            took: Took {
                wall: Duration::from_micros(numbers.next().unwrap()),
                cpu: Duration::from_micros(numbers.next().unwrap()),
            },
            peak: numbers.next().unwrap(),
            before: numbers.next().unwrap(),
        };
        (run, ring)
    };
    let both = |(one, ring): (Run, Took), (other, again): (Run, Took)| {
        let run = Run {
            took: one.took.shorter(other.took),
            peak: one.peak.max(other.peak),
            before: one.before.max(other.before),
        };
        (run, ring.shorter(again))
    };
    (0..runs).map(run).reduce(both).unwrap()
}

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn print(line: &str) {
    println!("{line}");
}

/// `amount` in `took`, a second.
fn rate(amount: u128, took: Duration) -> u128 {
    amount * 1_000_000 / took.as_micros().max(1)
}

fn folder_book(folder: &Path, records: usize) {
    let ledger = folder.join("ledger");
    book::grow(records, |_, files| {
        for (name, bytes) in files {
            let path = ledger.join(name.to_string());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    });
}

/// Signatures a second of a shell loop of `ssh-keygen -Y verify`; `None` without it.
fn shell_loop(folder: &Path, sample: usize) -> Option<u128> {
    let script = format!(
        "set -e; cd {}/ledger/records; n=0; for d in *; do \
         [ $n -lt {sample} ] || break; n=$((n+1)); \
         ssh-keygen -Y verify -f ../roster/000000.allowed_signers -I {} -n glasskey-record-v1 \
         -s $d/{}.sig < $d/record.json > /dev/null; done",
        folder.display(),
        book::REFS[0],
        book::REFS[0],
    );
    Command::new("ssh-keygen").arg("-?").output().ok()?;
    let began = Instant::now();
    let ended = Command::new("sh").args(["-c", &script]).status().ok()?;
    assert!(ended.success());
    Some(rate(u128::try_from(sample).unwrap(), began.elapsed()))
}

fn yes(met: bool) -> &'static str {
    if met { "yes" } else { "NO" }
}

/// How much of ring's rate an audit reaches, in thousandths: `records` in `own`, `of` in `ring`.
fn share(records: usize, own: Duration, of: u128, ring: Duration) -> u128 {
    rate(u128::try_from(records).unwrap(), own) * 1000 / rate(of, ring).max(1)
}

fn compare(
    what: &str,
    records: usize,
    (run, ring): &(Run, Took),
    raw: &raw::Raw,
    keygen: Option<u128>,
) {
    let own = rate(u128::try_from(records).unwrap(), run.took.wall);
    let by_clock = share(records, run.took.wall, raw.records, ring.wall);
    let by_cpu = share(records, run.took.cpu, raw.records, ring.cpu);
    let allowed = 64 * 1024 + records * 128 / 1024;
    print(&format!(
        "{what:<16} {:>8.2?} {own:>5} records/s; of ring's rate {}.{} % by the clock, {}.{} % by \
         processor time; peak {} KiB ({} before) of {allowed}",
        run.took.wall,
        by_clock / 10,
        by_clock % 10,
        by_cpu / 10,
        by_cpu % 10,
        run.peak,
        run.before,
    ));
    let fits = usize::try_from(run.peak).unwrap() <= allowed;
    let mut goals = format!(
        "    goals: >= 80 % of ring: {} ({} by processor time); memory: {}",
        yes(by_clock >= 800),
        yes(by_cpu >= 800),
        yes(fits)
    );
    if let Some(keygen) = keygen {
        // Two signatures of the record, one of its checkpoint.
        let times = own * 3 / keygen.max(1);
        let reached = yes(times >= 50);
        write!(goals, "; >= 50 x ssh-keygen: {reached} ({times} x)").unwrap();
    }
    print(&goals);
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, kind, folder, records] = arguments.as_slice()
        && flag == "--child"
    {
        return child(kind, Path::new(folder), records.parse().unwrap());
    }
    let folder = std::env::temp_dir().join(format!("glasskey-audit-bench-{}", std::process::id()));
    fs::create_dir_all(folder.join("blob/beside")).unwrap();
    let (small, middle, large) = (1_000, 10_000, 100_000);
    let began = Instant::now();
    folder_book(&folder.join("small"), small);
    folder_book(&folder.join("middle"), middle);
    blob::write(&folder.join("blob"), large);
    print(&format!(
        "audit: {} records grown and signed in {:.1?}",
        small + middle + large,
        began.elapsed()
    ));
    let keygen = shell_loop(&folder.join("small"), SAMPLE);
    let raw = raw::Raw::read(&folder.join("middle"), middle);
    let alone = raw.run();
    print(&format!(
        "ring alone: {} signatures in {:.2?}, {} records/s; ssh-keygen -Y verify in a loop: {} signatures/s",
        raw.signatures(),
        alone.wall,
        rate(raw.records, alone.wall),
        keygen.map_or_else(|| "not installed".to_owned(), |rate| rate.to_string()),
    ));
    print("peak: VmHWM of a process that only audits; the book is in the page cache, not in it");
    let books = [
        ("10^3 in a folder", "folder", "small", small, 12),
        ("10^4 in a folder", "folder", "middle", middle, 7),
        ("10^5 in memory", "blob", "blob", large, 2),
    ];
    for (what, kind, name, records, runs) in books {
        let run = measured(kind, &folder.join(name), records, runs, &raw);
        compare(what, records, &run, &raw, keygen);
    }
    fs::remove_dir_all(folder).unwrap();
}
