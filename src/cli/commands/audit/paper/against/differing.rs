//! In what the values of a page differ from those that were meant.

use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// The members in which what a page holds differs from what `of` has.
pub(super) fn differences<T: Serialize>(page: &T, meant: &T, of: &str) -> Vec<String> {
    let read = |value: &T| serde_json::to_value(value).unwrap_or_default();
    let (Value::Object(page), Value::Object(meant)) = (read(page), read(meant)) else {
        return Vec::new();
    };
    let names: BTreeSet<&String> = page.keys().chain(meant.keys()).collect();
    let differs = names
        .into_iter()
        .filter(|name| page.get(*name) != meant.get(*name));
    differs
        .map(|name| {
            let what = name.replace('_', " ");
            match (short(page.get(name)), short(meant.get(name))) {
                (Some(page), Some(meant)) => {
                    format!("{what}: the page has {page}, {of} has {meant}")
                }
                _ => format!("{what}: {of} has another"),
            }
        })
        .collect()
}

/// A value that is worth quoting; `None` if it is none, or long.
fn short(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.clone(),
        Value::Array(all) => {
            let all: Option<Vec<&str>> = all.iter().map(Value::as_str).collect();
            all?.join(", ")
        }
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Object(_) => return None,
    };
    (text.chars().count() <= 80).then(|| format!("“{text}”"))
}
