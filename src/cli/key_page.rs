//! A security key on the screen and as JSON: the same facts.

use super::page;
use super::page::Style;
use super::words;
use crate::ctap::ClientPin;
use crate::facts::Observed;
use crate::facts::claims::ClaimBasis;
use crate::facts::claims::Claimed;
use crate::facts::claims::VendorAnswer;
use crate::facts::key::KeyFacts;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::primitives::bytes;
use crate::primitives::text;
use crate::webauthn::model;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::fmt::Write as _;

/// Columns before a fact.
const LABEL: usize = 18;

/// In which state a key is: one word for scripts.
pub(crate) fn state(facts: &KeyFacts, findings: &[Finding]) -> &'static str {
    match facts.client_pin {
        ClientPin::NotSupported => return "no_pin_support",
        ClientPin::NotSet => return "no_pin",
        ClientPin::Set => {}
    }
    if facts.pin_retries == Observed::Known(0) {
        return "blocked";
    }
    if facts.power_cycle_needed == Observed::Known(true) {
        return "replug";
    }
    if facts.force_pin_change() == Observed::Known(true) {
        return "force_pin_change";
    }
    if findings.iter().any(|one| one.verdict == Verdict::Fail) {
        return "attention";
    }
    "usable"
}

/// What the PIN is like, in words. A key that never had one has no tries.
fn pin(facts: &KeyFacts) -> String {
    match (facts.client_pin, &facts.pin_retries) {
        (ClientPin::NotSupported, _) => "the key has none".to_owned(),
        (ClientPin::NotSet, _) => "never set".to_owned(),
        (ClientPin::Set, Observed::Known(0)) => "set, blocked for good: 0 tries left".to_owned(),
        (ClientPin::Set, Observed::Known(left)) => {
            let replug = if facts.power_cycle_needed == Observed::Known(true) {
                "; takes none until it is replugged"
            } else {
                ""
            };
            let tries = if *left == 1 { "try" } else { "tries" };
            format!("set, {left} {tries} left{replug}")
        }
        (ClientPin::Set, Observed::NotReported | Observed::Denied(_)) => {
            "set; the key does not tell the tries left".to_owned()
        }
    }
}

fn known<T: ToString>(value: &Observed<T>) -> String {
    match value {
        Observed::Known(value) => value.to_string(),
        Observed::NotReported => "not reported".to_owned(),
        Observed::Denied(needs) => format!("not allowed to look: needs {needs}"),
    }
}

fn claimed(claim: &Observed<Claimed>) -> String {
    match claim {
        Observed::Known(claim) => format!("{} ({})", claim.value, from(claim.basis)),
        Observed::NotReported => "not reported".to_owned(),
        Observed::Denied(needs) => format!("not allowed to look: needs {needs}"),
    }
}

const fn from(basis: ClaimBasis) -> &'static str {
    match basis {
        ClaimBasis::GetInfo => "getInfo",
        ClaimBasis::Vendor => "the vendor's own command",
        ClaimBasis::Usb => "USB descriptor",
        ClaimBasis::Init => "the answer to INIT",
    }
}

/// A key for people; `verbose` also lists what passes and what was not asked.
pub(crate) fn text(style: Style, verbose: bool, facts: &KeyFacts, findings: &[Finding]) -> String {
    let entry = &facts.entry;
    let mut out = String::new();
    let _ = writeln!(out, "{}", style.strong(&text::printable(&facts.name())));
    let mut fact = |label: &str, value: &str| {
        let head = text::pad(&format!("  {label}"), LABEL);
        out.push_str(&page::hang(&head, LABEL, &text::printable(value)));
    };
    fact("where", &entry.path);
    fact(
        "USB id",
        &format!("{:04x}:{:04x}", entry.vendor_id, entry.product_id),
    );
    fact("AAGUID", &known(&facts.aaguid()));
    let named = facts.aaguid().known().and_then(model);
    fact(
        "model",
        named.map_or(
            "not on the list of keys that Entra takes with attestation",
            |model| model.name,
        ),
    );
    fact("serial", &claimed(&facts.serial_claim()));
    fact("firmware", &claimed(&facts.firmware_claim()));
    if let Some(other) = facts.firmware_contradicted() {
        fact(
            "odd",
            &format!("the vendor's own command says firmware {other}"),
        );
    }
    if let VendorAnswer::Failed(error) = &facts.vendor {
        fact(
            "odd",
            &format!("asked by its vendor's command, {}", words::ctap(error).why),
        );
    }
    let versions = facts
        .info
        .versions
        .as_ref()
        .map(|versions| versions.join(" "));
    fact("versions", &known(&Observed::from(versions)));
    fact("PIN", &pin(facts));
    fact(
        "shortest PIN",
        &match facts.min_pin_length() {
            Observed::Known(length) => format!("{length} characters"),
            Observed::NotReported | Observed::Denied(_) => {
                "not reported, so 4 characters".to_owned()
            }
        },
    );
    fact(
        "PIN change",
        match facts.force_pin_change() {
            Observed::Known(true) => "demanded before anything else",
            Observed::Known(false) => "not demanded",
            Observed::NotReported | Observed::Denied(_) => "not reported",
        },
    );
    if let Observed::Known(left) = &facts.uv_retries {
        fact("fingerprint", &format!("{left} tries left"));
    }
    fact("slots left", &known(&facts.slots_left()));
    for (key, _) in &facts.info.odd {
        fact(
            "odd",
            &format!("getInfo member {key:?} has another type than CTAP says"),
        );
    }
    for one in findings
        .iter()
        .filter(|one| verbose || !matches!(one.verdict, Verdict::Pass | Verdict::NotRun))
    {
        out.push_str(&page::finding(style, one));
    }
    out
}

/// A key for programs. What is not reported is absent.
pub(crate) fn json(facts: &KeyFacts, findings: &[Finding]) -> Value {
    let mut members = Map::new();
    members.insert("state".to_owned(), json!(state(facts, findings)));
    members.insert("observed_at".to_owned(), json!(facts.at));
    who(facts, &mut Members(&mut members));
    what(facts, &mut Members(&mut members));
    tries(facts, &mut Members(&mut members));
    Value::Object(members)
}

/// Members of an object; those that are not known are left out.
struct Members<'a>(&'a mut Map<String, Value>);

impl Members<'_> {
    fn put<T: serde::Serialize>(&mut self, name: &str, value: Option<T>) {
        if let Some(value) = value.and_then(|value| serde_json::to_value(value).ok()) {
            self.0.insert(name.to_owned(), value);
        }
    }
}

/// Which key it is.
fn who(facts: &KeyFacts, members: &mut Members<'_>) {
    let entry = &facts.entry;
    members.put("path", Some(&entry.path));
    members.put("vendor_id", Some(format!("{:04x}", entry.vendor_id)));
    members.put("product_id", Some(format!("{:04x}", entry.product_id)));
    members.put("manufacturer", entry.manufacturer.as_ref());
    members.put("product", entry.product.as_ref());
    let serial = facts.serial_claim();
    members.put(
        "serial",
        serial
            .known()
            .map(|claim| json!({"basis": basis(claim.basis), "value": claim.value})),
    );
    members.put("aaguid", facts.aaguid().known());
    members.put(
        "model",
        facts
            .aaguid()
            .known()
            .and_then(model)
            .map(|model| model.name),
    );
    let firmware = facts.firmware_claim();
    members.put(
        "firmware",
        firmware.known().map(|claim| {
            let mut value = json!({"basis": basis(claim.basis), "value": claim.value});
            if let (Some(raw), Some(members)) = (facts.info.firmware_version, value.as_object_mut())
            {
                members.insert("raw".to_owned(), json!(raw));
            }
            value
        }),
    );
    members.put("vendor", vendor(&facts.vendor));
    let [major, minor, build] = facts.init.device_version;
    members.put("device_version", Some(format!("{major}.{minor}.{build}")));
}

/// Where a claim is from: the words of the record.
const fn basis(basis: ClaimBasis) -> &'static str {
    match basis {
        ClaimBasis::GetInfo => "getinfo",
        ClaimBasis::Vendor => "vendor",
        ClaimBasis::Usb => "usb",
        ClaimBasis::Init => "init",
    }
}

/// What came of the vendor's own commands; absent where none is known.
fn vendor(answer: &VendorAnswer) -> Option<Value> {
    match answer {
        VendorAnswer::NotAsked => None,
        VendorAnswer::Said(said) => {
            let mut members = Map::new();
            let mut of = Members(&mut members);
            of.put("answers", Some(said.answers));
            of.put("serial", said.serial.as_ref());
            of.put("firmware", said.firmware.as_ref());
            Some(Value::Object(members))
        }
        VendorAnswer::Failed(error) => Some(json!({"error": words::ctap(error).why})),
    }
}

/// What it can do.
fn what(facts: &KeyFacts, members: &mut Members<'_>) {
    let info = &facts.info;
    members.put("versions", info.versions.as_ref());
    members.put("extensions", info.extensions.as_ref());
    members.put("transports", info.transports.as_ref());
    members.put("algorithms", info.algorithms.as_ref());
    members.put("pin_uv_auth_protocols", info.pin_uv_auth_protocols.as_ref());
    members.put("max_msg_size", info.max_msg_size);
    members.put(
        "options",
        info.options.as_ref().map(|options| {
            let reported = options.reported.iter();
            Value::Object(
                reported
                    .map(|(name, on)| (name.clone(), json!(on)))
                    .collect(),
            )
        }),
    );
    members.put("slots_left", facts.slots_left().known());
    members.put(
        "unknown_members",
        Some(info.unknown.len()).filter(|count| *count > 0),
    );
    members.put(
        "odd_members",
        Some(info.odd.len()).filter(|count| *count > 0),
    );
    members.put("get_info", Some(bytes::base64url(&info.raw)));
}

/// What is left of its tries.
fn tries(facts: &KeyFacts, members: &mut Members<'_>) {
    let word = match facts.client_pin {
        ClientPin::NotSupported => "not_supported",
        ClientPin::NotSet => "not_set",
        ClientPin::Set => "set",
    };
    let mut pin = Map::new();
    let mut of = Members(&mut pin);
    of.put("state", Some(word));
    of.put("retries", facts.pin_retries.known());
    of.put("power_cycle_needed", facts.power_cycle_needed.known());
    of.put("min_length", facts.min_pin_length().known());
    of.put("force_change", facts.force_pin_change().known());
    members.put("pin", Some(pin));
    members.put("uv_retries", facts.uv_retries.known());
    members.put("always_uv", facts.always_uv().known());
}
