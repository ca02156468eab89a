//! Members of an answer that its schema does not describe: a misspelled name passes an open schema.

use serde_json::Value;
use std::collections::BTreeMap;

/// Types that no description has, which the virtual tenant shows to prove that they are kept.
pub(crate) const UNDESCRIBED: [&str; 2] = [
    "microsoft.graph.hardwareOathAuthenticationMethod",
    "microsoft.graph.palmPrintAuthenticationMethod",
];

/// Members of a user that the published examples show and our description leaves out.
const SHOWN: [&str; 4] = [
    "givenName",
    "surname",
    "officeLocation",
    "preferredLanguage",
];

/// The members that are not described.
pub(crate) fn faults(root: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    walk(root, schema, value, "", &mut wrong);
    wrong
}

fn walk(root: &Value, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            let Some(inner) = find(root, schema, "items") else {
                return;
            };
            for (index, item) in items.iter().enumerate() {
                walk(root, inner, item, &format!("{at}/{index}"), wrong);
            }
        }
        Value::Object(members) => {
            let kind = members.get("@odata.type").and_then(Value::as_str);
            let kind = kind.map(|kind| kind.trim_start_matches('#'));
            if kind.is_some_and(|kind| UNDESCRIBED.contains(&kind)) {
                return;
            }
            let of_type = kind.and_then(|kind| root["components"]["schemas"].get(kind));
            let mut described = BTreeMap::new();
            collect(root, of_type.unwrap_or(schema), &mut described);
            if described.keys().all(|name| *name == "@odata.type") {
                return; // an open type
            }
            for (name, member) in members {
                let known = described.get(name.as_str());
                match known {
                    Some(inner) => walk(root, inner, member, &format!("{at}/{name}"), wrong),
                    None if name.starts_with("@odata.") || SHOWN.contains(&name.as_str()) => {}
                    None => wrong.push(format!("{at}: {name} is not described")),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// All properties of an object's schema, its bases' included.
fn collect<'a>(root: &'a Value, schema: &'a Value, into: &mut BTreeMap<&'a str, &'a Value>) {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        if let Some(target) = root.pointer(reference.trim_start_matches('#')) {
            collect(root, target, into);
        }
        return;
    }
    for key in ["allOf", "anyOf"] {
        for part in schema
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            collect(root, part, into);
        }
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        into.insert(name, property);
    }
}

/// A keyword of a schema, wherever it hangs.
fn find<'a>(root: &'a Value, schema: &'a Value, key: &str) -> Option<&'a Value> {
    if let Some(found) = schema.get(key) {
        return Some(found);
    }
    let reference = schema.get("$ref").and_then(Value::as_str);
    if let Some(target) = reference.and_then(|r| root.pointer(r.trim_start_matches('#'))) {
        return find(root, target, key);
    }
    ["allOf", "anyOf"].iter().find_map(|kind| {
        let parts = schema.get(kind)?.as_array()?;
        parts.iter().find_map(|part| find(root, part, key))
    })
}
