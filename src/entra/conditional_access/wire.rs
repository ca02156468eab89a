//! Reading members one by one, so that one odd member spoils itself and not the whole list.

use crate::entra::shown::shown;
use serde_json::Map;
use serde_json::Value;

/// A member that is not there, or null.
const NULL: &Value = &Value::Null;

/// The member; null where it is not there.
pub(super) fn member<'a>(object: &'a Map<String, Value>, name: &str) -> &'a Value {
    object.get(name).unwrap_or(NULL)
}

/// An array of texts; null is an empty one. `None` if it is anything else.
pub(super) fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => None,
    }
}

/// The words of a flags enumeration: one string, separated by commas. Software kits write a list,
/// which is read as well; null is no word. `None` if it is anything else.
pub(super) fn flags(value: &Value) -> Option<Vec<String>> {
    let words = |text: &str| -> Vec<String> {
        text.split(',')
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty())
            .collect()
    };
    if let Value::String(text) = value {
        return Some(words(text));
    }
    Some(texts(value)?.iter().flat_map(|text| words(text)).collect())
}

/// Whether a value sets nothing: null, false, empty, or an object of only such members.
pub(super) fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) | Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members
            .iter()
            .all(|(name, value)| name.contains('@') || says_nothing(value)),
    }
}

/// The names of members that say something and are not among `known`; annotations apart.
pub(super) fn strangers(object: &Map<String, Value>, known: &[&str]) -> Vec<String> {
    object
        .iter()
        .filter(|(name, value)| {
            !name.contains('@') && !known.contains(&name.as_str()) && !says_nothing(value)
        })
        .map(|(name, _)| shown(name))
        .collect()
}
