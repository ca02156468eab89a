//! Machines made of files: each reason a key cannot be seen or opened, as it lies on disk.
//!
//! Past 400 lines: every test is one machine, made by the same few functions at the top.

use super::*;
use crate::facts::Observed;
use crate::facts::system::Holder;
use crate::facts::system::LockState;
use crate::facts::system::Opened;
use crate::facts::system::Platform;
use crate::facts::system::RuleGives;
use crate::findings::DoctorItem;
use crate::findings::Verdict;
use crate::findings::doctor;
use crate::io::Lock;
use crate::io::SystemClock;
use crate::io::temp_dir::TempDir;
use std::os::unix::fs::PermissionsExt;

/// CTAP 2.1 §11.2.8.2, the example.
const FIDO: &[u8] = &[
    0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01, 0x09, 0x20, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08,
    0x95, 0x40, 0x81, 0x02, 0xc0,
];
const MOUSE: &[u8] = &[0x05, 0x01, 0x09, 0x02, 0xa1, 0x01, 0xc0];
const OUR_RULE: &str = include_str!("../../../udev/70-glasskey.rules");
const TAGGING: &str = "SUBSYSTEM==\"hidraw\", ENV{ID_SECURITY_TOKEN}==\"1\", TAG+=\"uaccess\"\n";

struct Machine {
    folder: TempDir,
    probe: SystemProbe,
}

impl Machine {
    /// A Linux with its drivers, udev, our rule and no key; a user in group 1000.
    fn new() -> Self {
        let folder = TempDir::new();
        let probe = SystemProbe {
            root: folder.path().to_owned(),
            uid: 1_000,
            groups: vec![1_000],
            open: opening,
            path: OsString::new(),
            ssl_cert_file: None,
            ssl_cert_dir: None,
            locale: Some("C.UTF-8".to_owned()),
        };
        let machine = Self { folder, probe };
        for name in [
            "sys/class/hidraw/",
            "sys/bus/hid/drivers/hid-generic/",
            "sys/bus/usb/drivers/usbhid/",
            "sys/bus/usb/devices/",
        ] {
            machine.folder(name);
        }
        machine.file("run/udev/control", b"");
        machine.file("proc/sys/kernel/osrelease", b"6.1.0-37-amd64\n");
        machine.file(
            "etc/passwd",
            b"root:x:0:0::/:/bin/sh\nop:x:1000:1000::/:/bin/sh\n",
        );
        machine.file("etc/group", b"root:x:0:\nplugdev:x:46:\n");
        machine.file("etc/udev/rules.d/70-glasskey.rules", OUR_RULE.as_bytes());
        machine
    }

    fn folder(&self, name: &str) {
        fs::create_dir_all(self.folder.path().join(name)).unwrap();
    }

    fn file(&self, name: &str, bytes: &[u8]) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn remove(&self, name: &str) {
        let path = self.folder.path().join(name);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }

    /// What the kernel knows of `hidraw0`.
    fn class(&self, descriptor: &[u8]) {
        let device = "sys/class/hidraw/hidraw0/device";
        self.file("sys/class/hidraw/hidraw0/dev", b"244:0\n");
        self.file(&format!("{device}/report_descriptor"), descriptor);
        self.file(
            &format!("{device}/uevent"),
            b"DRIVER=hid-generic\nHID_ID=0003:00001050:00000407\nHID_NAME=Yubico YubiKey\n",
        );
    }

    /// A key with its node.
    fn with_key() -> Self {
        let machine = Self::new();
        machine.class(FIDO);
        machine.file("dev/hidraw0", b"");
        machine
    }

    /// The same, which does not open.
    fn locked_out(mode: u32) -> Self {
        let mut machine = Self::with_key();
        let node = machine.folder.path().join("dev/hidraw0");
        fs::set_permissions(node, fs::Permissions::from_mode(mode)).unwrap();
        machine.probe.open = |_| Some(Errno::ACCESS);
        machine
    }

    fn read(&self) -> SystemFacts {
        let nowhere = self.folder.path().join("no-book");
        self.probe.read(&nowhere, &SystemClock::new())
    }

    /// The verdict of an item, what was read, and the fix.
    fn says(&self, item: DoctorItem) -> (Verdict, String, String) {
        let findings = doctor(&self.read());
        let mut of = findings.into_iter().filter(|one| one.item == item);
        let one = of.next().unwrap();
        assert!(of.next().is_none());
        (one.verdict, one.detail, one.fix.unwrap_or_default())
    }

    #[track_caller]
    fn expect(&self, item: DoctorItem, verdict: Verdict, detail: &str, fix: &str) {
        let said = self.says(item);
        assert_eq!(said.0, verdict, "{said:?}");
        assert!(said.1.contains(detail), "{detail:?} in {:?}", said.1);
        assert!(said.2.contains(fix), "{fix:?} in {:?}", said.2);
        assert_eq!(said.2.is_empty(), fix.is_empty(), "{:?}", said.2);
    }
}

use DoctorItem as Item;
use Verdict::Fail;
use Verdict::NotRun;
use Verdict::Pass;
use Verdict::Warn;

#[test]
fn a_machine_with_a_key_that_opens_is_fine() {
    let machine = Machine::with_key();
    machine.expect(Item::Platform, Pass, "Linux", "");
    machine.expect(Item::Kernel, Pass, "it made nodes", "");
    let named = "/dev/hidraw0 Yubico YubiKey (1050:0407)";
    machine.expect(Item::KeySeen, Pass, named, "");
    machine.expect(Item::KeyAccess, Pass, "it opens; mode 0644", "");
    machine.expect(Item::UdevRules, Pass, "70-glasskey.rules", "");
    machine.expect(Item::KeyHeld, Pass, "no program of this user", "");
    machine.expect(Item::Container, NotRun, "not in a container", "");
}

#[test]
fn nothing_plugged_in_is_told_from_a_kernel_that_makes_no_nodes() {
    let machine = Machine::new();
    machine.expect(Item::Kernel, Pass, "hidraw, hid-generic and usbhid", "");
    machine.expect(
        Item::KeySeen,
        Warn,
        "no security key is plugged in",
        "plug a key in",
    );
    machine.expect(Item::KeyAccess, NotRun, "no node", "");
    machine.remove("sys/bus/hid/drivers/hid-generic");
    machine.expect(
        Item::Kernel,
        Fail,
        "driver hid-generic",
        "modprobe -a hid-generic",
    );
    machine.remove("sys/class/hidraw");
    machine.expect(
        Item::Kernel,
        Fail,
        "/sys/class/hidraw",
        "modprobe -a hid hid-generic",
    );
    machine.remove("sys/bus/usb/drivers/usbhid");
    machine.expect(
        Item::Kernel,
        Fail,
        "driver usbhid",
        "hid hid-generic usbhid",
    );
}

#[test]
fn a_mouse_is_no_key_and_a_key_without_a_readable_descriptor_is() {
    let machine = Machine::new();
    machine.class(MOUSE);
    machine.file("dev/hidraw0", b"");
    assert_eq!(machine.read().nodes, []);
    machine.remove("sys/class/hidraw/hidraw0/device/report_descriptor");
    assert_eq!(machine.read().nodes.len(), 1, "1050:0407 is a known key");
}

#[test]
fn a_known_key_without_a_node_is_named() {
    let machine = Machine::new();
    machine.file("sys/bus/usb/devices/1-2/idVendor", b"1050\n");
    machine.file("sys/bus/usb/devices/1-2/idProduct", b"0407\n");
    machine.file(
        "sys/bus/usb/devices/1-2/product",
        b"YubiKey OTP+FIDO+CCID\n",
    );
    machine.file("sys/bus/usb/devices/1-3/idVendor", b"046d\n");
    machine.file("sys/bus/usb/devices/1-3/idProduct", b"c077\n");
    let named = "YubiKey OTP+FIDO+CCID (1050:0407, USB 1-2)";
    machine.expect(Item::KeySeen, Fail, named, "FIDO over USB");
    machine.remove("sys/bus/usb/drivers/usbhid");
    machine.expect(Item::KeySeen, Fail, named, "KERNEL");
    machine.file(".dockerenv", b"");
    machine.expect(Item::KeySeen, Fail, named, "to the container");
}

#[test]
fn a_node_without_permission_names_owner_and_rule() {
    let machine = Machine::locked_out(0o600);
    machine.remove("etc/udev/rules.d/70-glasskey.rules");
    let who = "op (uid 1000) may not open it; mode 0600";
    machine.expect(
        Item::KeyAccess,
        Fail,
        who,
        "sudo install -m 644 udev/70-glasskey",
    );
    machine.expect(Item::UdevRules, Fail, "root alone", "sudo install -m 644");
    // Present, and not triggered.
    machine.file("etc/udev/rules.d/70-glasskey.rules", OUR_RULE.as_bytes());
    machine.expect(
        Item::KeyAccess,
        Fail,
        who,
        "udevadm trigger --subsystem-match=hidraw",
    );
    machine.expect(
        Item::UdevRules,
        Pass,
        "/etc/udev/rules.d/70-glasskey.rules",
        "",
    );
    // Triggered, and the user sits elsewhere.
    machine.file("run/udev/tags/uaccess/c244:0", b"");
    machine.expect(Item::KeyAccess, Fail, who, "whoever sits at this machine");
    machine.file("run/systemd/seats/seat0", b"ACTIVE_UID=1001\n");
    machine.expect(Item::KeyAccess, Fail, who, "whoever sits at this machine");
    machine.file("run/systemd/seats/seat0", b"IS=x\nACTIVE_UID=1000\n");
    machine.expect(Item::KeyAccess, Fail, who, "its access list is not");
    // Nobody reads the rules.
    machine.remove("run/udev/control");
    machine.expect(Item::KeyAccess, Fail, who, "udev does not run");
    machine.expect(Item::UdevRules, Fail, "udev does not run", "systemd-udevd");
}

#[test]
fn a_rule_that_sorts_after_the_seat_has_no_effect() {
    let machine = Machine::locked_out(0o600);
    machine.remove("etc/udev/rules.d/70-glasskey.rules");
    machine.file("etc/udev/rules.d/99-glasskey.rules", OUR_RULE.as_bytes());
    let rename = "sudo mv /etc/udev/rules.d/99-glasskey.rules /etc/udev/rules.d/70-glasskey.rules";
    machine.expect(
        Item::UdevRules,
        Fail,
        "sorts behind 73-seat-late.rules",
        rename,
    );
    machine.expect(Item::KeyAccess, Fail, "may not open", rename);
    // A group needs no seat.
    machine.file(
        "usr/lib/udev/rules.d/99-u2f.rules",
        b"KERNEL==\"hidraw*\", ATTRS{idVendor}==\"1050\", GROUP=\"plugdev\"\n",
    );
    machine.expect(Item::UdevRules, Pass, "99-u2f.rules", "");
}

#[test]
fn the_distributions_own_rules_count_only_together() {
    let machine = Machine::with_key();
    machine.remove("etc/udev/rules.d/70-glasskey.rules");
    machine.file("usr/lib/udev/rules.d/70-uaccess.rules", TAGGING.as_bytes());
    machine.expect(Item::UdevRules, Warn, "no rule", "sudo install");
    machine.file(
        "usr/lib/udev/rules.d/60-fido-id.rules",
        b"SUBSYSTEM==\"hidraw\", IMPORT{builtin}=\"fido_id\"\n",
    );
    machine.expect(Item::UdevRules, Pass, "70-uaccess.rules", "");
    // An empty file of the same name in /etc switches it off (udev(7)).
    machine.file("etc/udev/rules.d/70-uaccess.rules", b"");
    machine.expect(Item::UdevRules, Warn, "no rule", "sudo install");
    let commented = format!("# {TAGGING}");
    machine.file("etc/udev/rules.d/70-uaccess.rules", commented.as_bytes());
    machine.expect(Item::UdevRules, Warn, "no rule", "sudo install");
}

#[test]
fn a_group_that_would_do_is_named() {
    let machine = Machine::locked_out(0o660);
    let mut facts = machine.read();
    let owner = facts.nodes[0].owner.as_mut().unwrap();
    (owner.gid, owner.group) = (46, Some("plugdev".to_owned()));
    let findings = doctor(&facts);
    let access = findings.iter().find(|one| one.item == Item::KeyAccess);
    let fix = access.unwrap().fix.as_deref().unwrap();
    assert_eq!(
        fix,
        "sudo usermod -aG plugdev op; then sign out and in again"
    );
}

#[test]
fn a_program_that_has_the_node_open_is_named() {
    let mut machine = Machine::with_key();
    machine.file("proc/4711/comm", b"firefox\n");
    machine.folder("proc/4711/fd");
    machine.folder("proc/self/fd");
    let link = machine.folder.path().join("proc/4711/fd/30");
    std::os::unix::fs::symlink("/dev/hidraw0", link).unwrap();
    let expected = Holder {
        pid: 4_711,
        program: Some("firefox".to_owned()),
    };
    assert_eq!(machine.read().nodes[0].holders, [expected]);
    machine.expect(
        Item::KeyHeld,
        Warn,
        "also open in firefox (pid 4711)",
        "close it",
    );
    machine.probe.open = |_| Some(Errno::BUSY);
    assert_eq!(machine.read().nodes[0].opened, Opened::Busy);
    machine.expect(
        Item::KeyHeld,
        Fail,
        "held by firefox (pid 4711)",
        "close it",
    );
    machine.expect(Item::KeyAccess, Fail, "holds it for itself", "KEY-HELD");
    machine.remove("proc/4711");
    machine.expect(
        Item::KeyHeld,
        Fail,
        "may not see which",
        "fuser -v /dev/hidraw0",
    );
}

#[test]
fn a_container_without_the_device_says_how_it_gets_it() {
    for mark in [".dockerenv", "run/.containerenv"] {
        let machine = Machine::new();
        machine.file(mark, b"");
        machine.expect(Item::Container, Warn, mark, "--device=/dev/hidrawN");
        machine.class(FIDO);
        machine.expect(Item::Container, Warn, mark, "--device=/dev/hidraw0");
        machine.expect(
            Item::KeyAccess,
            Fail,
            "/dev does not",
            "--device=/dev/hidraw0",
        );
        machine.expect(Item::UdevRules, NotRun, "on the host", "");
        machine.file("dev/hidraw0", b"");
        machine.expect(Item::Container, Pass, "that has a key", "");
    }
    for groups in [
        "0::/docker/1f",
        "1:cpu:/kubepods/pod1",
        "0::/machine/libpod-1",
    ] {
        let machine = Machine::new();
        machine.file("proc/1/cgroup", groups.as_bytes());
        machine.expect(Item::Container, Warn, "/proc/1/cgroup", "--device=");
    }
    let mut machine = Machine::locked_out(0o600);
    machine.file("run/systemd/container", b"podman\n");
    machine.expect(Item::KeyAccess, Fail, "may not open", "--group-add=");
    machine.probe.open = |_| None;
    machine.expect(Item::Container, Pass, "podman", "");
}

#[test]
fn a_node_that_dev_lacks_outside_a_container_is_made_again() {
    let machine = Machine::new();
    machine.class(FIDO);
    let trigger = "udevadm trigger --action=add /sys/class/hidraw/hidraw0";
    machine.expect(
        Item::KeyAccess,
        Fail,
        "the kernel has /dev/hidraw0",
        trigger,
    );
}

#[test]
fn in_wsl_the_key_is_attached_from_windows() {
    let machine = Machine::new();
    let release = b"5.15.167.4-microsoft-standard-WSL2\n";
    machine.file("proc/sys/kernel/osrelease", release);
    assert_eq!(machine.read().platform, Platform::Wsl);
    machine.expect(Item::Platform, Warn, "WSL", "usbipd attach --wsl");
    machine.expect(Item::KeySeen, Warn, "no security key", "usbipd bind");
    machine.remove("sys/class/hidraw");
    machine.expect(
        Item::Kernel,
        Fail,
        "/sys/class/hidraw",
        "WSL needs a kernel",
    );
}

#[test]
fn windows_must_be_elevated_and_macos_needs_no_rule() {
    let mut facts = Machine::new().read();
    for (platform, verdict, words) in [
        (
            Platform::Windows {
                elevated: Some(false),
            },
            Fail,
            "not elevated",
        ),
        (
            Platform::Windows {
                elevated: Some(true),
            },
            Pass,
            "elevated",
        ),
        (Platform::Windows { elevated: None }, Warn, "cannot be told"),
        (Platform::MacOs, Pass, "no rules"),
        (Platform::Other, Warn, "not tried"),
    ] {
        facts.platform = platform;
        let findings = doctor(&facts);
        assert_eq!(findings[0].item, Item::Platform);
        assert_eq!(findings[0].verdict, verdict, "{platform:?}");
        assert!(findings[0].detail.contains(words), "{:?}", findings[0]);
        let fix = findings[0].fix.clone().unwrap_or_default();
        let asks = matches!(
            platform,
            Platform::Windows {
                elevated: Some(false) | None
            }
        );
        assert_eq!(fix.contains("Run as administrator"), asks, "{fix}");
        let rules = findings.iter().find(|one| one.item == Item::UdevRules);
        assert_eq!(rules.unwrap().verdict, NotRun);
    }
}

#[test]
fn pcscd_informs_and_never_fails() {
    let machine = Machine::new();
    machine.expect(Item::Pcscd, Pass, "does not run", "");
    machine.file("proc/99/comm", b"pcscd\n");
    machine.expect(Item::Pcscd, Pass, "CCID", "");
    machine.remove("proc/99");
    machine.file("run/pcscd/pcscd.comm", b"");
    machine.expect(Item::Pcscd, Pass, "CCID", "");
}

/// Puts a program that says `words` on standard error into `bin`.
fn program(machine: &mut Machine, name: &str, words: &str) {
    let file = format!("bin/{name}");
    machine.file(&file, format!("#!/bin/sh\necho '{words}' >&2\n").as_bytes());
    let path = machine.folder.path().join(&file);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    machine.probe.path = path.parent().unwrap().as_os_str().to_owned();
}

#[test]
fn ssh_keygen_is_there_signs_and_is_recent() {
    let mut machine = Machine::new();
    machine.expect(Item::SshKeygen, Fail, "not on the path", "openssh-client");
    program(&mut machine, "ssh-keygen", "unknown option -- Y");
    machine.expect(Item::SshKeygen, Fail, "no `-Y sign`", "8.2");
    program(
        &mut machine,
        "ssh-keygen",
        "usage: ssh-keygen -Y sign -f key_file",
    );
    machine.expect(Item::SshKeygen, Warn, "unknown version", "8.2");
    for (says, verdict, words, fix) in [
        ("OpenSSH_8.1p1, OpenSSL 1.1.1", Fail, "OpenSSH 8.1", "8.2"),
        ("OpenSSH_8.2p1, OpenSSL 1.1.1", Pass, "OpenSSH 8.2", ""),
        ("OpenSSH_10.0p2, OpenSSL 3.5", Pass, "OpenSSH 10.0", ""),
    ] {
        program(&mut machine, "ssh", says);
        machine.expect(Item::SshKeygen, verdict, words, fix);
    }
    machine.file("bin/ssh-keygen", b"#!/nonexistent/interpreter\n");
    machine.expect(Item::SshKeygen, Fail, "does not start", "8.2");
}

#[test]
fn a_clock_before_glasskey_or_before_the_last_record_is_wrong() {
    let mut facts = Machine::new().read();
    let says = |facts: &SystemFacts| {
        let findings = doctor(facts);
        let one = findings.into_iter().find(|one| one.item == Item::Clock);
        let one = one.unwrap();
        (one.verdict, one.detail)
    };
    let time = |text| crate::primitives::UtcTime::parse(text).unwrap();
    facts.now = time("1970-01-01T00:03:00Z");
    assert_eq!(says(&facts).0, Fail);
    facts.now = time("2100-01-01T00:00:00Z");
    assert_eq!(says(&facts).0, Fail);
    facts.now = time("2026-11-22T12:00:00Z");
    assert_eq!(says(&facts).0, Pass);
    let folder = TempDir::new();
    fs::create_dir(folder.path().join("ledger")).unwrap();
    facts.book = surroundings::book(folder.path());
    let book = facts.book.as_mut().unwrap();
    book.last_record = Ok(Some((7, time("2026-11-22T12:00:01Z"))));
    let (verdict, detail) = says(&facts);
    assert_eq!(verdict, Fail);
    assert!(detail.contains("before record 000007"), "{detail}");
    facts.now = time("2026-11-22T12:00:01Z");
    assert_eq!(says(&facts).0, Pass, "the same second is not earlier");
}

#[test]
fn a_terminal_is_there_wide_enough_and_speaks_utf_8() {
    let mut facts = Machine::new().read();
    for (present, columns, locale, verdict, words) in [
        (true, Some(80), Some("C.UTF-8"), Pass, "80 columns"),
        (true, None, Some("nl_NL.utf8"), Pass, "nl_NL.utf8"),
        (true, Some(79), Some("C.UTF-8"), Warn, "79 columns"),
        (true, Some(80), Some("C"), Warn, "locale C is not UTF-8"),
        (true, Some(80), None, Warn, "no locale is set"),
        (false, None, Some("C.UTF-8"), Warn, "no terminal"),
    ] {
        facts.terminal.present = present;
        facts.terminal.columns = columns;
        facts.terminal.locale = locale.map(str::to_owned);
        let findings = doctor(&facts);
        let one = findings.iter().find(|one| one.item == Item::Terminal);
        let one = one.unwrap();
        assert_eq!(one.verdict, verdict, "{one:?}");
        assert!(one.detail.contains(words), "{one:?}");
    }
}

/// A PEM file of one certificate that can be an anchor.
fn pem() -> String {
    let der = include_bytes!("../../webauthn/metadata/roots/globalsign-root-r3.der");
    let text = data_encoding::BASE64.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

#[test]
fn certificates_are_found_and_read() {
    let mut machine = Machine::new();
    machine.expect(Item::CaStore, Fail, "no file", "ca-certificates");
    machine.file(
        "etc/ssl/certs/ca-certificates.crt",
        pem().repeat(2).as_bytes(),
    );
    machine.expect(
        Item::CaStore,
        Pass,
        "ca-certificates.crt: 2 certificates",
        "",
    );
    let broken = format!(
        "{}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        pem()
    );
    machine.file("etc/ssl/certs/ca-certificates.crt", broken.as_bytes());
    machine.expect(
        Item::CaStore,
        Warn,
        "1 certificates, 1 parts",
        "ca-certificates",
    );
    machine.file("etc/ssl/certs/ca-certificates.crt", b"not PEM");
    machine.expect(Item::CaStore, Fail, "0 certificates", "ca-certificates");
    // What the environment names counts alone.
    let named = machine.folder.path().join("mine.pem");
    machine.probe.ssl_cert_file = Some(named.clone());
    machine.expect(
        Item::CaStore,
        Fail,
        "mine.pem: No such file",
        "SSL_CERT_FILE",
    );
    fs::write(&named, pem()).unwrap();
    machine.expect(Item::CaStore, Pass, "mine.pem: 1 certificates", "");
    machine.probe.ssl_cert_file = None;
    machine.file("certs/a.pem", pem().as_bytes());
    machine.file("certs/b.pem", pem().as_bytes());
    machine.probe.ssl_cert_dir = Some(machine.folder.path().join("certs"));
    machine.expect(Item::CaStore, Pass, "certs: 2 certificates", "");
}

#[test]
fn randomness_that_fails_is_said() {
    let mut facts = Machine::new().read();
    assert_eq!(facts.random, Ok(()));
    facts.random = Err("getrandom: not permitted".to_owned());
    let findings = doctor(&facts);
    let one = findings
        .iter()
        .find(|one| one.item == Item::Random)
        .unwrap();
    assert_eq!(
        (one.verdict, one.detail.as_str()),
        (Fail, "getrandom: not permitted")
    );
}

#[test]
fn a_book_is_writable_and_free_or_it_is_said_why_not() {
    let folder = TempDir::new();
    assert_eq!(surroundings::book(folder.path()), None);
    fs::create_dir(folder.path().join("ledger")).unwrap();
    let mut facts = Machine::new().read();
    let says = |facts: &SystemFacts| {
        let findings = doctor(facts);
        let one = findings.into_iter().find(|one| one.item == Item::Book);
        let one = one.unwrap();
        assert_eq!(one.subject, "book");
        (one.verdict, one.detail)
    };
    assert_eq!(says(&facts).0, NotRun);
    facts.book = surroundings::book(folder.path());
    assert_eq!(says(&facts), (Pass, "writable; no record yet".to_owned()));
    let lock = Lock::take(folder.path()).unwrap();
    let taken = surroundings::book(folder.path()).unwrap();
    assert_eq!(taken.lock, LockState::Taken);
    facts.book = Some(taken);
    assert_eq!(says(&facts).0, Warn);
    drop(lock);
    facts.book = surroundings::book(folder.path());
    assert_eq!(says(&facts).0, Pass, "looking leaves no lock behind");
    let record = folder.path().join("ledger/records/000000");
    fs::create_dir_all(&record).unwrap();
    fs::write(record.join("record.json"), "half").unwrap();
    facts.book = surroundings::book(folder.path());
    let (verdict, detail) = says(&facts);
    assert_eq!(verdict, Fail);
    assert!(detail.contains("cannot be read"), "{detail}");
    for (change, words) in [
        (Err("read-only".to_owned()), "not writable: read-only"),
        (Ok(()), "does not lock: no locks"),
    ] {
        let book = facts.book.as_mut().unwrap();
        book.writable = change;
        book.lock = LockState::Unsupported("no locks".to_owned());
        let (verdict, detail) = says(&facts);
        assert_eq!(verdict, Fail);
        assert!(detail.contains(words), "{detail}");
    }
}

#[test]
fn looking_changes_nothing() {
    let machine = Machine::with_key();
    fs::create_dir(machine.folder.path().join("ledger")).unwrap();
    let names = |machine: &Machine| {
        let mut all = Vec::new();
        let mut open = vec![machine.folder.path().to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path.clone());
                }
                all.push(path);
            }
        }
        all.sort();
        all
    };
    let before = names(&machine);
    let facts = machine
        .probe
        .read(machine.folder.path(), &SystemClock::new());
    assert!(facts.book.is_some());
    assert_eq!(names(&machine), before);
}

#[test]
fn rules_are_told_apart_by_how_they_give_access() {
    let machine = Machine::new();
    machine.file(
        "usr/lib/udev/rules.d/70-yubi.rules",
        b"SUBSYSTEM==\"hidraw\", ATTRS{idVendor}==\"1050\", MODE=\"0666\"\n",
    );
    machine.file(
        "usr/lib/udev/rules.d/60-disk.rules",
        b"KERNEL==\"sd*\", MODE=\"0666\"\n",
    );
    let gives: Vec<RuleGives> = machine.read().rules.iter().map(|rule| rule.gives).collect();
    assert_eq!(gives, [RuleGives::Seat, RuleGives::GroupOrMode]);
    assert_eq!(machine.read().seat, Observed::NotReported);
}

#[test]
fn no_report_descriptor_is_too_odd() {
    assert!(keys::has_fido_page(FIDO));
    assert!(keys::has_fido_page(&[0x07, 0xd0, 0xf1, 0, 0]));
    assert!(keys::has_fido_page(
        &[&[0xfe, 2, 0, 0xd0, 0xf1][..], FIDO].concat()
    ));
    for odd in [
        &[][..],
        &[0x06],
        &[0x06, 0xd0],
        &[0xfe],
        &[0xfe, 0xff],
        &[0x07, 0xd0, 0xf1],
        MOUSE,
    ] {
        assert!(!keys::has_fido_page(odd), "{odd:x?}");
    }
    // The same bytes as data of another item are no usage page.
    assert!(!keys::has_fido_page(&[0x27, 0x06, 0xd0, 0xf1, 0x00]));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn any_descriptor_ends(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..256)) {
        keys::has_fido_page(&bytes);
    }
}
