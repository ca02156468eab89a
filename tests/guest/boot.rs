//! One boot of the guest, and what it said of each claim.

use std::any::type_name;
use std::env;
use std::fs::File;
use std::io::Read;
use std::io::Write;
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
const QEMU: &str = "qemu-system-x86_64";
/// Boot and all claims; a guest that hangs is ended then.
const LONGEST: Duration = Duration::from_mins(10);
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
    if env::var_os(IN_GUEST).is_some() {
        return body();
    }
    let Some(said) = SAID.get_or_init(boot) else {
        return;
    };
    // guest::what_the_claim_is::{{closure}}
    let name = type_name::<F>().split("::").nth(1).unwrap();
    let line = format!("test {name} ... ok");
    let holds = said.lines().any(|found| found.trim_end() == line);
    assert!(holds, "in the guest, {name} does not hold:\n{said}");
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
    let arguments = format!(
        "{ARGUMENTS} GLASSKEY_GUEST_TESTS={} GLASSKEY_GUEST_FILES={}",
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
