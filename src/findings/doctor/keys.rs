//! Why a key cannot be seen or opened.

use super::DoctorFinding;
use super::DoctorItem;
use crate::facts::Observed;
use crate::facts::system::KernelPart;
use crate::facts::system::Node;
use crate::facts::system::Opened;
use crate::facts::system::Owner;
use crate::facts::system::Platform;
use crate::facts::system::RuleFile;
use crate::facts::system::RuleGives;
use crate::facts::system::SystemFacts;
use crate::facts::system::UsbDevice;
use crate::findings::Verdict;

const INSTALL: &str = "sudo install -m 644 udev/70-glasskey.rules /etc/udev/rules.d/ && \
     sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=hidraw";
const TRIGGER: &str = "sudo udevadm control --reload && sudo udevadm trigger \
     --subsystem-match=hidraw; or unplug the key and plug it in";
const USBIPD: &str = "in Windows, as administrator: `usbipd list`, `usbipd bind --busid ID`, \
     `usbipd attach --wsl --busid ID`; the WSL kernel must have hidraw and usbhid";
/// A rule whose file sorts behind this one gives nothing to the seat.
const SEAT_LATE: &str = "73-seat-late.rules";

fn is_linux(facts: &SystemFacts) -> bool {
    matches!(facts.platform, Platform::Linux | Platform::Wsl)
}

fn not_linux(item: DoctorItem) -> DoctorFinding {
    DoctorFinding::new(item, Verdict::NotRun, "Linux alone has this")
}

/// `PLATFORM`
pub(super) fn platform(facts: &SystemFacts) -> DoctorFinding {
    let make = |verdict, detail: &str| DoctorFinding::new(DoctorItem::Platform, verdict, detail);
    match facts.platform {
        Platform::Linux => make(Verdict::Pass, "Linux"),
        Platform::Wsl => {
            let detail = "Linux in Windows (WSL): keys must be attached to it";
            let seen = !facts.nodes.is_empty();
            let finding = make(if seen { Verdict::Pass } else { Verdict::Warn }, detail);
            if seen { finding } else { finding.fix(USBIPD) }
        }
        Platform::Windows {
            elevated: Some(true),
        } => make(Verdict::Pass, "Windows, elevated"),
        Platform::Windows {
            elevated: Some(false),
        } => make(
            Verdict::Fail,
            "Windows, not elevated: it hides security keys from such programs",
        )
        .fix("start the terminal with \"Run as administrator\", then run this again"),
        Platform::Windows { elevated: None } => make(
            Verdict::Warn,
            "Windows; whether this program is elevated cannot be told",
        )
        .fix("if no key is seen, start the terminal with \"Run as administrator\""),
        Platform::MacOs => make(
            Verdict::Pass,
            "macOS: no rules are needed; a program that has a key open keeps others out",
        ),
        Platform::Other => make(Verdict::Warn, "a system that glasskey was not tried on")
            .fix("use Linux for ceremonies"),
    }
}

/// `CONTAINER`
pub(super) fn container(facts: &SystemFacts) -> DoctorFinding {
    let make = |verdict, detail: String| DoctorFinding::new(DoctorItem::Container, verdict, detail);
    let Some(mark) = &facts.container else {
        return make(Verdict::NotRun, "not in a container".to_owned());
    };
    if facts.nodes.iter().any(|node| node.opened == Opened::Yes) {
        return make(
            Verdict::Pass,
            format!("in a container ({mark}) that has a key"),
        );
    }
    make(
        Verdict::Warn,
        format!("in a container ({mark}) without a key"),
    )
    .fix(pass_in(&facts.nodes))
}

/// How a container is given its keys.
fn pass_in(nodes: &[Node]) -> String {
    let mut devices: Vec<String> = nodes
        .iter()
        .map(|node| format!("--device={}", node.path))
        .collect();
    if devices.is_empty() {
        devices.push("--device=/dev/hidrawN".to_owned());
    }
    format!(
        "plug the key in on the host, then start the container with {}; a container that runs does \
         not get what is plugged in later",
        devices.join(" ")
    )
}

/// `KERNEL`
pub(super) fn kernel(facts: &SystemFacts) -> DoctorFinding {
    if !is_linux(facts) {
        return not_linux(DoctorItem::Kernel);
    }
    let make = |verdict, detail: String| DoctorFinding::new(DoctorItem::Kernel, verdict, detail);
    let lacks = |part| !facts.kernel.contains(&part);
    let usb = !lacks(KernelPart::Usb);
    if !facts.nodes.is_empty() {
        return make(Verdict::Pass, "it made nodes of keys".to_owned());
    }
    let mut missing = Vec::new();
    let mut modules = Vec::new();
    if lacks(KernelPart::Hidraw) {
        missing.push("/sys/class/hidraw (CONFIG_HIDRAW)");
        modules.push("hid");
    }
    if lacks(KernelPart::HidGeneric) {
        missing.push("driver hid-generic");
        modules.push("hid-generic");
    }
    if usb && lacks(KernelPart::Usbhid) {
        missing.push("driver usbhid");
        modules.push("usbhid");
    }
    if missing.is_empty() {
        let detail = if usb {
            "hidraw, hid-generic and usbhid are there"
        } else {
            "hidraw and hid-generic are there; there is no USB bus"
        };
        return make(Verdict::Pass, detail.to_owned());
    }
    let load = format!("sudo modprobe -a {}", modules.join(" "));
    let fix = match (facts.platform, &facts.container) {
        (Platform::Wsl, _) => format!("{load}; if that fails, WSL needs a kernel that has them"),
        (_, Some(_)) => format!("on the host: {load}"),
        (_, None) => format!("{load}; if that fails, boot the distribution's own kernel"),
    };
    make(Verdict::Fail, format!("missing: {}", missing.join(", "))).fix(fix)
}

/// `KEY-SEEN`
pub(super) fn seen(facts: &SystemFacts) -> DoctorFinding {
    let make = |verdict, detail: String| DoctorFinding::new(DoctorItem::KeySeen, verdict, detail);
    if !is_linux(facts) {
        let detail = "`glasskey inspect` lists the keys of this system".to_owned();
        return make(Verdict::NotRun, detail);
    }
    if !facts.nodes.is_empty() {
        let names: Vec<String> = facts.nodes.iter().map(describe).collect();
        return make(Verdict::Pass, names.join("; "));
    }
    if let [first, ..] = facts.without_node.as_slice() {
        let detail = format!("{} is plugged in, and has no hidraw node", usb(first));
        let fix = if facts.container.is_some() {
            "on the host, look for /dev/hidraw* of the key, and pass that node to the container"
        } else if kernel(facts).verdict == Verdict::Pass {
            "take it back from a virtual machine that has it, or switch FIDO over USB on with its \
             vendor's tool; then replug it"
        } else {
            "load what KERNEL says is missing, then replug it"
        };
        return make(Verdict::Fail, detail).fix(fix);
    }
    let detail = "no security key is plugged in, or its USB port is dead".to_owned();
    let fix = match (facts.platform, &facts.container) {
        (Platform::Wsl, _) => USBIPD.to_owned(),
        (_, Some(_)) => pass_in(&[]),
        (_, None) => "plug a key in and run this again; try another port, without a hub".to_owned(),
    };
    make(Verdict::Warn, detail).fix(fix)
}

fn describe(node: &Node) -> String {
    let name = node.name.as_deref().unwrap_or("security key");
    match node.id {
        Some((vendor, product)) => format!("{} {name} ({vendor:04x}:{product:04x})", node.path),
        None => format!("{} {name}", node.path),
    }
}

fn usb(device: &UsbDevice) -> String {
    let name = device.name.as_deref().unwrap_or("a security key");
    let (vendor, product) = device.id;
    format!("{name} ({vendor:04x}:{product:04x}, USB {})", device.port)
}

/// `KEY-ACCESS`, one a node.
pub(super) fn access(facts: &SystemFacts) -> Vec<DoctorFinding> {
    let make = |verdict, detail: String| DoctorFinding::new(DoctorItem::KeyAccess, verdict, detail);
    if facts.nodes.is_empty() {
        return vec![make(Verdict::NotRun, "there is no node to open".to_owned())];
    }
    let of = |node: &Node| {
        let whose = node.owner.as_ref().map_or_else(String::new, whose);
        let finding = match &node.opened {
            Opened::Yes => make(Verdict::Pass, format!("it opens{whose}")),
            Opened::NotThere => {
                let detail = format!("the kernel has {}, and /dev does not", node.path);
                let fix = match &facts.container {
                    Some(_) => pass_in(std::slice::from_ref(node)),
                    None => format!("sudo udevadm trigger --action=add {}", sys(node)),
                };
                make(Verdict::Fail, detail).fix(fix)
            }
            Opened::NotAllowed => {
                let who = who(facts);
                let detail = format!("{who} may not open it{whose}");
                make(Verdict::Fail, detail).fix(not_allowed(facts, node))
            }
            Opened::Busy => make(
                Verdict::Fail,
                "another program holds it for itself".to_owned(),
            )
            .fix("close the program that KEY-HELD names, or replug the key"),
            Opened::Failed(words) => make(Verdict::Fail, format!("it does not open: {words}"))
                .fix("replug the key, into another port"),
        };
        finding.of(&node.path)
    };
    facts.nodes.iter().map(of).collect()
}

fn sys(node: &Node) -> String {
    let name = node.path.rsplit('/').next().unwrap_or_default();
    format!("/sys/class/hidraw/{name}")
}

fn who(facts: &SystemFacts) -> String {
    match &facts.user.name {
        Some(name) => format!("{name} (uid {})", facts.user.uid),
        None => format!("uid {}", facts.user.uid),
    }
}

/// `; mode 0660, root:plugdev`
fn whose(owner: &Owner) -> String {
    let name = |name: &Option<String>, id: u32| name.clone().unwrap_or_else(|| id.to_string());
    let acl = if owner.acl.is_empty() {
        String::new()
    } else {
        let ids: Vec<String> = owner.acl.iter().map(ToString::to_string).collect();
        format!(", access list: uid {}", ids.join(" "))
    };
    format!(
        "; mode {:04o}, {}:{}{acl}",
        owner.mode,
        name(&owner.user, owner.uid),
        name(&owner.group, owner.gid)
    )
}

/// What gives this user access, by what is in the way.
fn not_allowed(facts: &SystemFacts, node: &Node) -> String {
    if facts.container.is_some() {
        let group = node.owner.as_ref().map_or(0, |owner| owner.gid);
        return format!(
            "the container's user needs the node's group: start it with --group-add={group}, and \
             give the node mode 0660 on the host by a rule"
        );
    }
    let group = node.owner.as_ref().filter(|owner| {
        owner.gid != 0 && owner.mode & 0o060 == 0o060 && !facts.user.groups.contains(&owner.gid)
    });
    if let Some(owner) = group {
        let user = facts.user.name.as_deref().unwrap_or("$USER");
        let group = owner.group.clone();
        let group = group.unwrap_or_else(|| owner.gid.to_string());
        return format!("sudo usermod -aG {group} {user}; then sign out and in again");
    }
    let seat_rules: Vec<&RuleFile> = of_kind(facts, RuleGives::Seat).collect();
    let in_time = seat_rules.iter().any(|rule| sorts_in_time(rule));
    if let ([late, ..], false) = (seat_rules.as_slice(), in_time) {
        return format!("sudo mv {} {}; {TRIGGER}", late.path, renamed(late));
    }
    if facts.rules.is_empty() {
        return INSTALL.to_owned();
    }
    if !facts.udev {
        return "udev does not run here: start it, or give the node a group by hand".to_owned();
    }
    if !in_time || !node.uaccess {
        return TRIGGER.to_owned();
    }
    match facts.seat {
        Observed::Known(uid) if uid == facts.user.uid => {
            format!("the rule is in force, its access list is not: {TRIGGER}")
        }
        Observed::Known(_) | Observed::NotReported | Observed::Denied(_) => {
            "the rule gives access to whoever sits at this machine, and you do not: sign in there, \
             or add a rule of your own with GROUP=\"your-group\", MODE=\"0660\""
                .to_owned()
        }
    }
}

fn of_kind(facts: &SystemFacts, gives: RuleGives) -> impl Iterator<Item = &RuleFile> {
    facts.rules.iter().filter(move |rule| rule.gives == gives)
}

fn file_name(rule: &RuleFile) -> &str {
    rule.path.rsplit('/').next().unwrap_or_default()
}

/// Whether udev reads the rule before the one that gives access to the seat.
fn sorts_in_time(rule: &RuleFile) -> bool {
    file_name(rule) < SEAT_LATE
}

/// Where a rule that sorts too late belongs.
fn renamed(rule: &RuleFile) -> String {
    let name = file_name(rule);
    let folder = rule.path.strip_suffix(name).unwrap_or_default();
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    format!("{folder}70-{rest}")
}

/// `UDEV-RULES`
pub(super) fn rules(facts: &SystemFacts) -> DoctorFinding {
    let make = |verdict, detail: String| DoctorFinding::new(DoctorItem::UdevRules, verdict, detail);
    if !is_linux(facts) {
        return not_linux(DoctorItem::UdevRules);
    }
    if facts.container.is_some() {
        return make(Verdict::NotRun, "rules count on the host".to_owned());
    }
    let kept_out = facts
        .nodes
        .iter()
        .any(|node| node.opened == Opened::NotAllowed);
    let gravity = if kept_out {
        Verdict::Fail
    } else {
        Verdict::Warn
    };
    if facts.rules.is_empty() {
        let detail = "no rule about security keys: root alone may open them".to_owned();
        return make(gravity, detail).fix(INSTALL);
    }
    let mut good = Vec::new();
    let mut late = Vec::new();
    for rule in &facts.rules {
        if rule.gives == RuleGives::Seat && !sorts_in_time(rule) {
            late.push(rule);
        } else {
            good.push(rule.path.as_str());
        }
    }
    match late.as_slice() {
        [rule, ..] if good.is_empty() => make(
            gravity,
            format!("{} sorts behind {SEAT_LATE} and has no effect", rule.path),
        )
        .fix(format!(
            "sudo mv {} {}; {TRIGGER}",
            rule.path,
            renamed(rule)
        )),
        _ if !facts.udev => make(
            gravity,
            format!("{}; and udev does not run", good.join(", ")),
        )
        .fix("start systemd-udevd, then unplug the key and plug it in"),
        _ => make(Verdict::Pass, good.join(", ")),
    }
}

/// `KEY-HELD`, one a node.
pub(super) fn held(facts: &SystemFacts) -> Vec<DoctorFinding> {
    let make = |verdict, detail: String| DoctorFinding::new(DoctorItem::KeyHeld, verdict, detail);
    if facts.nodes.is_empty() {
        let detail = "there is no node that could be open".to_owned();
        return vec![make(Verdict::NotRun, detail)];
    }
    let of = |node: &Node| {
        let holders: Vec<String> = node
            .holders
            .iter()
            .map(|holder| {
                let program = holder.program.as_deref().unwrap_or("a program");
                format!("{program} (pid {})", holder.pid)
            })
            .collect();
        let finding = match (holders.is_empty(), &node.opened) {
            (true, Opened::Busy) => make(
                Verdict::Fail,
                "another program holds it, and this user may not see which".to_owned(),
            )
            .fix(format!("sudo fuser -v {}", node.path)),
            (true, _) => {
                let detail = "no program of this user has it open".to_owned();
                make(Verdict::Pass, detail)
            }
            (false, Opened::Busy) => make(Verdict::Fail, format!("held by {}", holders.join(", ")))
                .fix("close it, or unplug the key and plug it in"),
            (false, _) => make(
                Verdict::Warn,
                format!("also open in {}", holders.join(", ")),
            )
            .fix("close it before a ceremony: two programs on one key disturb each other"),
        };
        finding.of(&node.path)
    };
    facts.nodes.iter().map(of).collect()
}
