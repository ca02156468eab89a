//! One boot of the guest, and what it said of each claim.

use std::any::type_name;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::fs::File;
use std::io::Read;
use std::io::Write;
use std::panic;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::sync::OnceLock;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// Names the folder that `tests/guest/prepare` filled.
const FILES: &str = "GLASSKEY_TEST_GUEST";
/// The same folder, set in the guest alone.
pub(crate) const IN_GUEST: &str = "GLASSKEY_IN_GUEST";
/// A part of the names of the claims that are tried; not set: all are.
const ONLY: &str = "GLASSKEY_GUEST_ONLY";
const QEMU: &str = "qemu-system-x86_64";
/// Boot and all claims take a minute; a guest that hangs is ended then.
const LONGEST: Duration = Duration::from_mins(5);
/// One claim, on the guest's clock, which runs fast: the longest takes a tenth of it.
const LONGEST_CLAIM: Duration = Duration::from_mins(4);
/// Emulated: KVM, where there is one at all, may hang this kernel in early boot. Without pit, pic,
/// rtc and the last two arguments of the kernel, it hangs where it calibrates its clock; as it is,
/// that clock runs fast.
const MACHINE: &[&str] = &[
    "-accel",
    "tcg,thread=multi",
    "-machine",
    "microvm,pit=on,pic=on,rtc=on",
    "-cpu",
    "max",
    "-smp",
    "1",
    "-m",
    "512",
    "-nodefaults",
    "-no-user-config",
    "-no-reboot",
    "-display",
    "none",
    "-serial",
    "stdio",
    "-fsdev",
    "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
    "-device",
    "virtio-9p-device,fsdev=host,mount_tag=host",
];
const ARGUMENTS: &str = "console=ttyS0 quiet panic=-1 reboot=t mitigations=off random.trust_cpu=on \
                         nokaslr tsc_early_khz=1000000 no_timer_check";

static SAID: OnceLock<Option<String>> = OnceLock::new();

/// Does `body` in the guest; on the host, holds the guest to having done it.
pub(crate) fn claim<F: FnOnce()>(body: F) {
    // guest::what_the_claim_is::{{closure}}
    let name = type_name::<F>().split("::").nth(1).unwrap();
    if env::var_os(IN_GUEST).is_some() {
        return in_time(name, body);
    }
    let Some(said) = SAID.get_or_init(boot) else {
        return;
    };
    let line = format!("test {name} ... ok");
    let holds = said.lines().any(|found| found.trim_end() == line);
    assert!(holds, "in the guest, {name} does not hold:\n{said}");
}

/// Does `body`; if it hangs, says where, and ends the run: the claims after it then do not hold.
fn in_time<F: FnOnce()>(name: &'static str, body: F) {
    let (done, finished) = mpsc::channel::<()>();
    thread::spawn(move || {
        // Dropped, by an end or by a panic, it is no longer waited for.
        if finished.recv_timeout(LONGEST_CLAIM) == Err(mpsc::RecvTimeoutError::Timeout) {
            say(&format!("\n{name} hangs; what runs:\n{}", processes()));
            std::process::exit(1);
        }
    });
    let ended = panic::catch_unwind(AssertUnwindSafe(body));
    drop(done);
    if let Err(why) = ended {
        // Here too, for the harness says it at the end alone, and another claim may hang.
        let words = why.downcast_ref::<String>().map_or("?", String::as_str);
        measured(&format!("{name} does not hold: {words}"));
        panic::resume_unwind(why);
    }
}

/// Every thread of every program: its words, and where in the kernel it waits.
fn processes() -> String {
    let mut out = String::new();
    for process in fs::read_dir("/proc").unwrap().flatten() {
        let words = fs::read_to_string(process.path().join("cmdline")).unwrap_or_default();
        let threads = fs::read_dir(process.path().join("task"));
        for thread in threads.into_iter().flatten().flatten() {
            let part = |name| fs::read_to_string(thread.path().join(name)).unwrap_or_default();
            let (name, stack) = (part("stat"), part("stack"));
            // A thread of the kernel has no words, and a program that has ended neither.
            if !words.is_empty() || name.contains(") Z ") {
                let words = words.replace('\0', " ");
                writeln!(out, "{words}: {name}{stack}").unwrap();
            }
        }
    }
    out
}

/// Boots the guest and returns what it printed; `None`, and a line, where there is none to boot.
fn boot() -> Option<String> {
    let Some(files) = env::var_os(FILES) else {
        say("skipped: GLASSKEY_TEST_GUEST names no guest to boot (tests/guest/README.md)");
        return None;
    };
    let files = Path::new(&files).canonicalize().unwrap();
    for program in [
        super::plugged::example("uhid_key"),
        super::plugged::example("register"),
        super::plugged::THIRD_PARTY.to_owned(),
    ] {
        assert!(Path::new(&program).exists(), "{program} is not built");
    }
    let tests = env::current_exe().unwrap();
    let only = env::var(ONLY).unwrap_or_default();
    let arguments = format!(
        "{ARGUMENTS} GLASSKEY_GUEST_TESTS={} GLASSKEY_GUEST_FILES={} {ONLY}={only}",
        tests.display(),
        files.display()
    );
    let mut qemu = Command::new(QEMU)
        .args(MACHINE)
        .arg("-kernel")
        .arg(files.join("vmlinux"))
        .arg("-initrd")
        .arg(files.join("initrd"))
        .args(["-append", &arguments])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{QEMU}: {error}"));
    let mut serial = qemu.stdout.take().unwrap();
    let (end, ended) = mpsc::channel();
    let start = Instant::now();
    thread::spawn(move || {
        let mut said = Vec::new();
        let _ = serial.read_to_end(&mut said);
        end.send(said).unwrap();
    });
    let said = ended.recv_timeout(LONGEST);
    if said.is_err() {
        qemu.kill().unwrap();
    }
    let said = said.or_else(|_| ended.recv()).unwrap();
    qemu.wait().unwrap();
    let said = String::from_utf8_lossy(&said).into_owned();
    say(&format!(
        "the guest ran {:.1} s",
        start.elapsed().as_secs_f32()
    ));
    assert!(
        said.contains("guest: status "),
        "the guest did not end:\n{said}"
    );
    for line in said.lines().filter(|line| line.starts_with("measured: ")) {
        say(line);
    }
    Some(said)
}

/// Keeps a line of the guest for the host to say; standard output is the test harness's.
pub(crate) fn measured(line: &str) {
    let mut file = File::options()
        .create(true)
        .append(true)
        .open("/run/measured")
        .unwrap();
    writeln!(file, "measured: {line}").unwrap();
}

/// Says a line even of a test that passes.
fn say(line: &str) {
    std::io::stderr()
        .write_all(format!("{line}\n").as_bytes())
        .unwrap();
}
