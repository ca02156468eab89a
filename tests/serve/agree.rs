//! `inspect --json` beside `fido2-token -I`: the same facts of the same key.

use serde_json::Value;
use std::collections::BTreeMap;

/// Holds one key of `inspect --json` to what `fido2-token -I` printed of it; returns how many facts
/// both report.
pub(crate) fn on_every_fact(key: &Value, printed: &str, why: &str) -> usize {
    let theirs: BTreeMap<&str, &str> = printed
        .lines()
        .map(|line| line.split_once(": ").unwrap())
        .collect();
    let facts = as_fido2_token(key);
    for (name, ours) in &facts {
        assert_eq!(theirs.get(name), Some(&ours.as_str()), "{why}: {name}");
    }
    let mut words: Vec<&str> = theirs["options"].split(", ").collect();
    words.sort_unstable();
    assert_eq!(options(key), words, "{why}");
    facts.len() + 1
}

/// The facts of one key in `inspect --json`, by the names that `fido2-token -I` prints.
fn as_fido2_token(key: &Value) -> BTreeMap<&'static str, String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Bool(_) | Value::Null | Value::Number(_) | Value::Object(_) => {
            value.to_string()
        }
    };
    let list = |value: &Value| {
        let items = value.as_array().unwrap().iter().map(text);
        items.collect::<Vec<_>>().join(", ")
    };
    let mut facts = BTreeMap::from([
        ("aaguid", text(&key["aaguid"]).replace('-', "")),
        ("version strings", list(&key["versions"])),
        ("extension strings", list(&key["extensions"])),
        ("pin protocols", list(&key["pin_uv_auth_protocols"])),
        ("maxmsgsiz", text(&key["max_msg_size"])),
    ]);
    for (name, value) in [
        // Not asked of a key without a PIN, where the number means nothing.
        ("pin retries", &key["pin"]["retries"]),
        ("minpinlen", &key["pin"]["min_length"]),
        ("pin change required", &key["pin"]["force_change"]),
        ("remaining rk(s)", &key["slots_left"]),
    ] {
        if !value.is_null() {
            facts.insert(name, text(value));
        }
    }
    if !key["transports"].is_null() {
        facts.insert("transport strings", list(&key["transports"]));
    }
    if let Some(raw) = key["firmware"]["raw"].as_u64() {
        facts.insert("fwversion", format!("{raw:#x}"));
    }
    facts
}

/// The options of both, sorted, those that are false with `no` before them.
fn options(key: &Value) -> Vec<String> {
    let options = key["options"].as_object().unwrap().iter();
    let word = |name: &String, truth: &Value| {
        let no = if truth == &Value::Bool(true) {
            ""
        } else {
            "no"
        };
        format!("{no}{name}")
    };
    let mut words: Vec<String> = options.map(|(name, truth)| word(name, truth)).collect();
    words.sort();
    words
}
