//! A real udevd with the rules of a test and no others, and people who try to open a node.

use super::boot::IN_GUEST;
use super::plugged::GLASSKEY;
use super::plugged::inspected;
use super::plugged::run;
use serde_json::Value;
use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// Where udevd reads rules.
const FOLDERS: [&str; 4] = [
    "/etc/udev/rules.d",
    "/run/udev/rules.d",
    "/usr/local/lib/udev/rules.d",
    "/usr/lib/udev/rules.d",
];
/// What it keeps while it runs: what is queued, and what it knows of each device.
const RUNNING: &str = "/run/udev";
const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/udev/70-glasskey.rules");
/// On the guest's clock, which runs fast.
const LONGEST_START: Duration = Duration::from_mins(1);
const GROUP: u32 = 990;

/// A rules file: its name, and where it is; a name alone is Debian's.
type Rule = (&'static str, Option<&'static str>);

pub(crate) const OURS: Rule = ("70-glasskey.rules", Some(RULES));
pub(crate) const OURS_TOO_LATE: Rule = ("99-glasskey.rules", Some(RULES));
/// systemd's: knows a FIDO key by its report descriptor.
pub(crate) const FIDO_ID: Rule = ("60-fido-id.rules", None);
/// systemd's: gives the person at the seat access to what is tagged `uaccess`.
pub(crate) const SEAT_LATE: Rule = ("73-seat-late.rules", None);

/// udevd while it runs.
pub(crate) struct Udevd(Child);

fn files() -> PathBuf {
    Path::new(&env::var_os(IN_GUEST).unwrap()).join("udev")
}

fn program(name: &str) -> Command {
    let mut command = Command::new(files().join(name));
    command.env("LD_LIBRARY_PATH", files().join("lib"));
    command
}

impl Udevd {
    /// Starts it with these rules alone, where the group `glasskey` exists.
    pub(crate) fn start(rules: &[Rule]) -> Self {
        Self::with(rules, true)
    }

    pub(crate) fn start_without_group(rules: &[Rule]) -> Self {
        Self::with(rules, false)
    }

    fn with(rules: &[Rule], group: bool) -> Self {
        // A queue that an earlier one left would never be empty.
        for folder in FOLDERS.into_iter().chain([RUNNING]) {
            if Path::new(folder).exists() {
                fs::remove_dir_all(folder).unwrap();
            }
        }
        fs::create_dir_all(FOLDERS[0]).unwrap();
        for (name, from) in rules {
            let from = from.map_or_else(|| files().join(name), PathBuf::from);
            fs::copy(from, Path::new(FOLDERS[0]).join(name)).unwrap();
        }
        let helpers = Path::new("/usr/lib/udev");
        fs::create_dir_all(helpers).unwrap();
        fs::copy(files().join("fido_id"), helpers.join("fido_id")).unwrap();
        let groups = fs::read_to_string("/etc/group").unwrap();
        let others = groups.lines().filter(|line| !line.starts_with("glasskey:"));
        let mut groups: Vec<String> = others.map(str::to_owned).collect();
        if group {
            groups.push(format!("glasskey:x:{GROUP}:"));
        }
        fs::write("/etc/group", groups.join("\n") + "\n").unwrap();
        let udevd = Self(
            program("systemd-udevd")
                .stderr(Stdio::null())
                .spawn()
                .unwrap(),
        );
        // Until its socket is there, asking fails at once.
        let start = Instant::now();
        while !Self::admin(&["control", "--ping"]).status.success() {
            assert!(start.elapsed() < LONGEST_START, "udevd does not start");
            thread::sleep(Duration::from_millis(20));
        }
        udevd
    }

    fn admin(arguments: &[&str]) -> Output {
        program("udevadm").args(arguments).output().unwrap()
    }

    /// Waits until it has seen to every device.
    pub(crate) fn settle(&self) {
        // Only while it runs.
        let Self(_) = self;
        let settled = Self::admin(&["settle"]);
        assert!(settled.status.success(), "{settled:?}");
    }
}

impl Drop for Udevd {
    fn drop(&mut self) {
        self.0.kill().unwrap(); // asked to exit, it does not always
        self.0.wait().unwrap();
    }
}

/// Lets somebody sit at the machine, as logind would say it.
pub(crate) fn seat_of(user: Option<u32>) {
    let folder = Path::new("/run/systemd/seats");
    fs::create_dir_all(folder).unwrap();
    let active = user.map_or_else(String::new, |id| format!("ACTIVE=1\nACTIVE_UID={id}\n"));
    fs::write(folder.join("seat0"), format!("IS_SEAT0=1\n{active}")).unwrap();
}

/// Somebody who is not root.
pub(crate) struct User {
    pub(crate) name: &'static str,
    pub(crate) id: u32,
    group: Option<u32>,
}

impl User {
    pub(crate) const SITTING: Self = Self {
        name: "at the seat",
        id: 1_000,
        group: None,
    };
    pub(crate) const IN_THE_GROUP: Self = Self {
        name: "in the group",
        id: 1_001,
        group: Some(GROUP),
    };
    pub(crate) const NEITHER: Self = Self {
        name: "neither",
        id: 1_002,
        group: None,
    };
    pub(crate) const ALL: [Self; 3] = [Self::SITTING, Self::IN_THE_GROUP, Self::NEITHER];

    /// Runs the binary as this person.
    fn runs(&self, arguments: &[&str]) -> Output {
        // The build may be in a folder that is root's alone.
        let binary = env::temp_dir().join("glasskey");
        if !binary.exists() {
            fs::copy(GLASSKEY, &binary).unwrap();
            fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let id = self.id.to_string();
        let groups = self.group.map_or_else(
            || "--clear-groups".to_owned(),
            |group| format!("--groups={group}"),
        );
        let become_them = [
            "setpriv",
            &format!("--reuid={id}"),
            &format!("--regid={id}"),
            &groups,
            binary.to_str().unwrap(),
        ];
        run(&[&become_them, arguments].concat())
    }

    /// What `doctor` finds for this person, and that it ends so.
    pub(crate) fn asks_doctor(&self, code: i32) -> Vec<Value> {
        let output = self.runs(&["doctor", "--json"]);
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        let report = inspected(&output);
        assert_eq!(report["schema"], "glasskey.doctor/1");
        report["findings"].as_array().unwrap().clone()
    }

    /// Whether `inspect`, run by this person, reads the key at the node. If it does not, it must be
    /// because it may not.
    pub(crate) fn may_read(&self, path: &str) -> bool {
        let output = self.runs(&["inspect", "--json"]);
        let report = inspected(&output);
        let key = super::only(&report);
        assert_eq!(key["path"], path);
        if key["state"] == "not_allowed" {
            assert_eq!(output.status.code(), Some(4), "{output:?}");
            let why = key["error"].to_string();
            assert!(why.contains("may not be opened by this user"), "{why}");
            return false;
        }
        assert_eq!(key["slots_left"], 25, "{report}");
        true
    }
}
