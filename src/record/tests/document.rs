//! `docs/formats/record.md` and the code say the same.

use super::examples;
use crate::record::CeremonyRecord;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats/record.md");
const FENCE: &str = "```json\n";

fn document() -> String {
    fs::read_to_string(DOCUMENT).unwrap()
}

/// The event's name, as a heading has it.
fn name(record: &CeremonyRecord) -> String {
    serde_json::to_value(record.statement.event)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
        + if record.statement.portal.is_some() {
            " at a portal"
        } else {
            ""
        }
}

/// Where the example under `### event` stands in `text`.
fn place(text: &str, event: &str) -> std::ops::Range<usize> {
    let heading = format!("\n### {event}\n");
    let section = text
        .find(&heading)
        .unwrap_or_else(|| panic!("no heading {event}"));
    let start = section + text[section..].find(FENCE).unwrap() + FENCE.len();
    start..start + text[start..].find("\n```").unwrap()
}

#[test]
fn the_document_shows_what_the_code_writes() {
    let mut text = document();
    for record in examples::all() {
        let file = String::from_utf8(record.bytes().unwrap()).unwrap();
        text.replace_range(place(&text, &name(&record)), &file);
    }
    if std::env::var("GLASSKEY_BLESS").as_deref() == Ok("1") {
        fs::write(DOCUMENT, &text).unwrap();
    }
    assert!(
        text == document(),
        "an example is not what the code writes: GLASSKEY_BLESS=1 renews them"
    );
}

#[test]
fn every_example_in_the_document_is_a_record() {
    let text = document();
    let shown: Vec<&str> = text
        .split(FENCE)
        .skip(1)
        .map(|rest| rest.split("\n```").next().unwrap())
        .collect();
    let mut events = BTreeSet::new();
    for example in &shown {
        let record = CeremonyRecord::parse(example.as_bytes()).unwrap();
        events.insert(name(&record));
    }
    assert_eq!(shown.len(), examples::EVENTS.len() + 1);
    assert_eq!(events.len(), shown.len());
}

/// Every member under `value`, as `statement.key.pin.set`; an array's name ends in `[]`.
fn members(value: &Value, path: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, member) in map {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                let path = path + if member.is_array() { "[]" } else { "" };
                into.insert(path.clone());
                // Vendors are data, not members.
                if !path.ends_with("min_firmware") {
                    members(member, &path, into);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                members(item, path, into);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_member_has_its_row_in_the_tables() {
    let mut written = BTreeSet::new();
    for record in examples::all() {
        members(&serde_json::to_value(&record).unwrap(), "", &mut written);
    }
    let described: BTreeSet<String> = document()
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|rest| rest.split_once('`'))
        .map(|(path, _)| path.to_owned())
        .filter(|path| path.starts_with("statement") || path.starts_with("evidence"))
        .collect();
    assert_eq!(described, written);
}
