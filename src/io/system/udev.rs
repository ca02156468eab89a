//! What udev was told of FIDO keys, and what it did.

use super::SystemProbe;
use crate::facts::Observed;
use crate::facts::system::RuleFile;
use crate::facts::system::RuleGives;

/// Where udev reads rules, those that count more first (udev(7)).
const FOLDERS: [&str; 5] = [
    "/etc/udev/rules.d",
    "/run/udev/rules.d",
    "/usr/local/lib/udev/rules.d",
    "/usr/lib/udev/rules.d",
    "/lib/udev/rules.d",
];
/// What systemd's own rule for FIDO keys is called: it sets what others ask for.
const FIDO_ID: &str = "60-fido-id.rules";
/// Words of which a file about security keys has one, in small letters.
const MARKS: [&str; 8] = [
    "fido", "u2f", "glasskey", "yubi", "nitrokey", "solokey", "token2", "feitian",
];

impl SystemProbe {
    /// Files that give access to FIDO nodes, by their names.
    pub(super) fn rules(&self) -> Vec<RuleFile> {
        let mut seen: Vec<(String, String)> = Vec::new();
        for folder in FOLDERS {
            for name in self.names(folder) {
                // A file hides those of its name in later folders.
                let is_rule = std::path::Path::new(&name)
                    .extension()
                    .is_some_and(|extension| extension == "rules");
                if is_rule && seen.iter().all(|(known, _)| *known != name) {
                    seen.push((name, folder.to_owned()));
                }
            }
        }
        seen.sort_unstable();
        let identified = seen.iter().any(|(name, folder)| {
            let text = (name == FIDO_ID).then(|| self.text(format!("{folder}/{name}")));
            text.flatten().is_some_and(|text| text.contains("fido_id"))
        });
        seen.iter()
            .filter_map(|(name, folder)| {
                let path = format!("{folder}/{name}");
                let text = self.text(&path)?;
                Some(RuleFile {
                    gives: gives(name, &text, identified)?,
                    path,
                })
            })
            .collect()
    }

    /// Whether udev gave the device with this number (`244:0`) the tag `uaccess`.
    pub(super) fn is_tagged(&self, number: &str) -> bool {
        if number.is_empty() || number.contains('/') {
            return false;
        }
        let kept = self.text(format!("run/udev/data/c{number}"));
        self.is_there(format!("run/udev/tags/uaccess/c{number}"))
            || kept.is_some_and(|text| text.lines().any(|line| line == "Q:uaccess"))
    }

    /// Whose session is active at the seat.
    pub(super) fn seat(&self) -> Observed<u32> {
        let text = self.text("run/systemd/seats/seat0").unwrap_or_default();
        let mut lines = text.lines();
        let uid = lines.find_map(|line| line.strip_prefix("ACTIVE_UID="));
        Observed::from(uid.and_then(|uid| uid.parse().ok()))
    }
}

/// How the rules of a file give access to FIDO nodes; `None` if they do not. `identified` says that
/// another rule finds out which nodes are FIDO keys'.
fn gives(name: &str, text: &str, identified: bool) -> Option<RuleGives> {
    let lines = text.lines().map(str::trim_start);
    let rules: Vec<&str> = lines.filter(|line| !line.starts_with('#')).collect();
    let rules = rules.join("\n");
    let asks = rules.contains("ID_FIDO_TOKEN") || rules.contains("ID_SECURITY_TOKEN");
    let names_products = rules.contains("idVendor") || rules.contains("KERNELS==");
    let about_keys = {
        let lower = format!("{name}\n{text}").to_lowercase();
        rules.contains("hidraw") && MARKS.iter().any(|mark| lower.contains(mark))
    };
    let counts = (asks && identified) || (about_keys && names_products);
    if !counts {
        return None;
    }
    if rules.contains("uaccess") {
        Some(RuleGives::Seat)
    } else if rules.contains("GROUP=") || rules.contains("MODE=") {
        Some(RuleGives::GroupOrMode)
    } else {
        None
    }
}
