//! One description: its paths, its types, and the validator of a schema in it.

use glasskey::entra::Target;
use glasskey::entra::Version;
use jsonschema::Draft;
use jsonschema::Validator;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

pub(crate) struct Document {
    pub(crate) version: Version,
    pub(crate) file: &'static str,
    pub(crate) root: Value,
}

impl Document {
    pub(crate) fn paths(&self) -> impl Iterator<Item = (&String, &Map<String, Value>)> {
        let paths = self.root["paths"].as_object().unwrap();
        paths
            .iter()
            .map(|(path, item)| (path, item.as_object().unwrap()))
    }

    pub(crate) fn name(&self, verb: &str, path: &str) -> String {
        let version = match self.version {
            Version::V1 => "v1.0",
            Version::Beta => "beta",
            Version::Arm => "arm",
        };
        format!("{version} {} {path}", verb.to_uppercase())
    }

    pub(crate) fn schema(&self, name: &str) -> Option<&Value> {
        self.root["components"]["schemas"].get(name)
    }

    pub(crate) fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => self
                .root
                .pointer(reference.trim_start_matches('#'))
                .unwrap(),
            None => value,
        }
    }

    pub(crate) fn validator(&self, schema: &Value) -> Validator {
        let mut whole = schema.clone();
        whole["components"] = self.root["components"].clone();
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&whole)
            .unwrap()
    }
}

/// Turns the schemas of OpenAPI 3.0 into JSON Schema: `nullable` is a type there.
pub(crate) fn plain(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.remove("nullable") == Some(Value::Bool(true)) {
                if let Some(Value::String(kind)) = members.get("type").cloned() {
                    members.insert("type".to_owned(), json!([kind, "null"]));
                }
                if let Some(Value::Array(values)) = members.get_mut("enum")
                    && !values.contains(&Value::Null)
                {
                    values.push(Value::Null);
                }
            }
            members.values_mut().for_each(plain);
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The values of a template's parameters in a path; `None` if the path is another one.
pub(crate) fn matched(
    template: &str,
    path: &str,
    any_case: bool,
) -> Option<BTreeMap<String, String>> {
    let (templates, segments): (Vec<&str>, Vec<&str>) =
        (template.split('/').collect(), path.split('/').collect());
    if templates.len() != segments.len() {
        return None;
    }
    let mut values = BTreeMap::new();
    for (template, segment) in templates.into_iter().zip(segments) {
        let segment = Target::parse(&format!("/{segment}"))?.segments.remove(0);
        let Some((before, rest)) = template.split_once('{') else {
            // Resource Manager takes a path in any case.
            if template != segment && !(any_case && template.eq_ignore_ascii_case(&segment)) {
                return None;
            }
            continue;
        };
        let (name, after) = rest.split_once('}')?;
        let value = segment.strip_prefix(before)?.strip_suffix(after)?;
        values.insert(name.to_owned(), value.to_owned());
    }
    Some(values)
}
