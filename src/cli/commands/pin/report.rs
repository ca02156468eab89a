//! How it stands with a key's PIN: on the screen and as JSON, the same facts.

use crate::ceremony::pins::PinRules;
use crate::ceremony::pins::PolicyChange;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::key_page;
use crate::cli::page;
use crate::cli::page::Style;
use crate::cli::words;
use crate::ctap::ClientPin;
use crate::ctap::Feature;
use crate::ctap::MOST_BYTES;
use crate::ctap::Support;
use crate::facts::key::KeyFacts;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::key_checks;
use crate::plan::Policy;
use crate::primitives::text;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// Columns before a fact.
const LABEL: usize = 20;
const SCHEMA: &str = "glasskey.pin/1";

/// A key after a command did what was asked.
pub(super) struct Report<'r> {
    pub(super) command: &'static str,
    pub(super) facts: &'r KeyFacts,
    pub(super) rules: &'r PinRules,
    pub(super) changed: &'r [PolicyChange],
    pub(super) policy: &'r Policy,
}

/// What can be changed on this key by `pin policy`.
fn configurable(facts: &KeyFacts) -> Vec<&'static str> {
    let options = facts.info.effective_options();
    let mut flags = Vec::new();
    if options.authenticator_config == Support::Yes {
        if options.set_min_pin_length == Support::Yes {
            flags.extend(["min-length", "force-change"]);
        }
        if options.always_uv != Feature::NotSupported {
            flags.push("always-uv");
        }
    }
    flags
}

impl Report<'_> {
    /// 1 if `pin policy`, asked to change nothing, finds something wrong; else 0.
    pub(super) fn exit(&self) -> Exit {
        let asked = self.command == "policy" && self.changed.is_empty();
        if asked && self.findings().iter().any(|one| one.verdict.is_open()) {
            Exit::Findings
        } else {
            Exit::Done
        }
    }

    /// The checks of one key that are about its PIN.
    fn findings(&self) -> Vec<Finding> {
        let entry = &self.facts.entry;
        let name = entry.serial.as_deref().filter(|text| !text.is_empty());
        let subject = Subject::key(name.unwrap_or(&entry.path));
        let about = [
            Check::PinSet,
            Check::PinRetries,
            Check::PinPowerCycle,
            Check::PinMinLength,
            Check::PinForceChange,
            Check::AlwaysUv,
        ];
        let mut findings = key_checks(self.facts, self.policy, &subject);
        findings.retain(|one| about.contains(&one.check) && one.verdict != Verdict::NotRun);
        findings
    }

    /// For people.
    pub(super) fn text(&self, style: Style) -> String {
        let name = text::printable(&self.facts.name());
        match self.command {
            "set" => {
                return page::hang(
                    "",
                    0,
                    &format!("The FIDO2 PIN of {name} is set. It is kept nowhere: seal it now."),
                );
            }
            "change" => {
                return page::hang(
                    "",
                    0,
                    &format!("The FIDO2 PIN of {name} is changed. The old one opens nothing."),
                );
            }
            _ => {}
        }
        let mut out = format!("{}\n", style.strong(&format!("FIDO2 PIN of {name}")));
        let mut fact = |label: &str, value: &str| {
            let head = text::pad(&format!("  {label}"), LABEL);
            out.push_str(&page::hang(&head, LABEL, value));
        };
        for change in self.changed {
            fact("changed now", &change.words());
        }
        fact("PIN", &key_page::pin(self.facts));
        fact(
            "a new PIN",
            &format!(
                "{} to {} characters, {MOST_BYTES} bytes at most",
                self.rules.least(),
                self.rules.most
            ),
        );
        fact("asked by the key", &least(self.rules.key_least));
        fact("asked by policy", &least(self.rules.policy_least));
        let flags = configurable(self.facts);
        let flags = if flags.is_empty() {
            "nothing (no authenticatorConfig)".to_owned()
        } else {
            flags.join(", ")
        };
        fact("can be changed", &flags);
        for one in self.findings() {
            out.push_str(&page::finding(style, &one));
        }
        for line in self.rules.words() {
            out.push_str(&page::hang("  ", 2, &line));
        }
        out
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let changed: Vec<&str> = self.changed.iter().map(|c| words::pin_change(*c)).collect();
        let mut policy = Map::new();
        let mut put = |name: &str, value: Value| {
            policy.insert(name.to_owned(), value);
        };
        put("min_length", json!(self.rules.least()));
        put("min_length_of_key", json!(self.rules.key_least));
        put("min_length_of_policy", json!(self.rules.policy_least));
        put("max_length", json!(self.rules.most));
        put("max_bytes", json!(MOST_BYTES));
        put("complexity", json!(self.rules.complexity));
        put("force_change", json!(self.rules.change_demanded));
        if let Some(on) = self.facts.always_uv().known() {
            put("always_uv", json!(on));
        }
        put("configurable", json!(configurable(self.facts)));
        json!({
            "schema": SCHEMA,
            "command": self.command,
            "state": "done",
            "key": key(self.facts),
            "pin": pin(self.facts),
            "policy": policy,
            "changed": changed,
            "findings": self.findings(),
        })
    }
}

fn least(characters: u32) -> String {
    format!("{characters} characters or more")
}

/// Which key it is.
fn key(facts: &KeyFacts) -> Value {
    let mut members = Map::new();
    members.insert("path".to_owned(), json!(facts.entry.path));
    if let Some(product) = &facts.entry.product {
        members.insert("product".to_owned(), json!(product));
    }
    if let Some(serial) = facts.serial().known() {
        members.insert("serial".to_owned(), json!(serial));
    }
    if let Some(aaguid) = facts.aaguid().known() {
        members.insert("aaguid".to_owned(), json!(aaguid));
    }
    Value::Object(members)
}

/// How it stands with its tries.
fn pin(facts: &KeyFacts) -> Value {
    let word = match facts.client_pin {
        ClientPin::NotSupported => "not_supported",
        ClientPin::NotSet => "not_set",
        ClientPin::Set => "set",
    };
    let mut members = Map::from_iter([("state".to_owned(), json!(word))]);
    if let Some(left) = facts.pin_retries.known() {
        members.insert("retries".to_owned(), json!(left));
    }
    if let Some(needed) = facts.power_cycle_needed.known() {
        members.insert("power_cycle_needed".to_owned(), json!(needed));
    }
    Value::Object(members)
}

/// A command that did not do it.
pub(super) fn failure(
    command: &str,
    facts: Option<&KeyFacts>,
    state: Option<&str>,
    failure: &Failure,
) -> Value {
    let mut value = json!({
        "schema": SCHEMA,
        "command": command,
        "state": state.unwrap_or("failed"),
        "error": {"what": failure.what, "why": failure.why, "next": failure.next},
        "findings": [],
    });
    if let (Some(facts), Some(members)) = (facts, value.as_object_mut()) {
        members.insert("key".to_owned(), key(facts));
    }
    value
}
