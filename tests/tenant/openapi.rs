//! Graph's OpenAPI descriptions under `tests/graph`, and whether an exchange is as they say.

use crate::declared;
use crate::document::Document;
use crate::document::matched;
use crate::document::plain;
use glasskey::entra::Target;
use glasskey::entra::Version;
use jsonschema::Validator;
use serde_json::Value;
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::rc::Rc;

/// A description: the version of Graph that it is of, its file, and its text.
const FILES: [(Version, &str, &str); 4] = [
    (
        Version::V1,
        "openapi-v1.0.yaml",
        include_str!("../graph/openapi-v1.0.yaml"),
    ),
    (
        Version::V1,
        "openapi-added-v1.0.yaml",
        include_str!("../graph/openapi-added-v1.0.yaml"),
    ),
    (
        Version::Beta,
        "openapi-beta.yaml",
        include_str!("../graph/openapi-beta.yaml"),
    ),
    (
        Version::Arm,
        "openapi-arm.yaml",
        include_str!("../graph/openapi-arm.yaml"),
    ),
];

pub(crate) struct Api {
    documents: Vec<Document>,
    validators: RefCell<BTreeMap<String, Rc<Validator>>>,
}

/// A verb on a path of a description.
pub(crate) struct Operation<'a> {
    pub(crate) name: String,
    document: &'a Document,
    /// Parameters of the path, then of the verb.
    parameters: Vec<&'a Value>,
    values: BTreeMap<String, String>,
    verb: &'a Value,
}

impl Api {
    pub(crate) fn read() -> Self {
        let mut documents: Vec<Document> = FILES
            .into_iter()
            .map(|(version, file, text)| {
                let mut root: Value = serde_saphyr::from_str(text).unwrap();
                plain(&mut root);
                Document {
                    version,
                    file,
                    root,
                }
            })
            .collect();
        // Types are the same in every description of a version.
        for index in 0..documents.len() {
            let version = documents[index].version;
            let others = documents.iter().filter(|d| d.version == version);
            let types: Vec<(String, Value)> = others
                .flat_map(|d| d.root["components"]["schemas"].as_object().unwrap().clone())
                .collect();
            let own = &mut documents[index].root["components"]["schemas"];
            for (name, schema) in types {
                own.as_object_mut().unwrap().entry(name).or_insert(schema);
            }
        }
        Self {
            documents,
            validators: RefCell::new(BTreeMap::new()),
        }
    }

    /// Every verb on every path: `v1.0 GET /users/{user-id}`.
    pub(crate) fn operations(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for document in &self.documents {
            for (path, item) in document.paths() {
                for verb in item.keys().filter(|key| *key != "parameters") {
                    names.insert(document.name(verb, path));
                }
            }
        }
        names
    }

    /// The verb on the path that a target means; the most literal path wins.
    pub(crate) fn find(&self, version: Version, verb: &str, target: &str) -> Option<Operation<'_>> {
        let path = target.split('?').next()?;
        let mut found: Option<(usize, Operation<'_>)> = None;
        for document in self.documents.iter().filter(|d| d.version == version) {
            for (template, item) in document.paths() {
                let (Some(values), Some(operation)) = (
                    matched(template, path, version == Version::Arm),
                    item.get(&verb.to_lowercase()),
                ) else {
                    continue;
                };
                let literal = template.split(['{', '}']).step_by(2).map(str::len).sum();
                if found.as_ref().is_some_and(|(other, _)| *other >= literal) {
                    continue;
                }
                let all = [item.get("parameters"), operation.get("parameters")];
                let parameters = all.into_iter().flatten().filter_map(Value::as_array);
                let operation = Operation {
                    name: document.name(verb, template),
                    document,
                    parameters: parameters.flatten().collect(),
                    values,
                    verb: operation,
                };
                found = Some((literal, operation));
            }
        }
        found.map(|(_, operation)| operation)
    }

    /// What is wrong with a request.
    pub(crate) fn request_faults(
        &self,
        of: &Operation<'_>,
        target: &str,
        body: &[u8],
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        let target = Target::parse(target).unwrap();
        for (name, value) in &of.values {
            wrong.extend(self.parameter_faults(of, "path", name, value));
        }
        for (name, value) in &target.query {
            wrong.extend(self.parameter_faults(of, "query", name, value));
        }
        let given =
            |parameter: &Value| target.option(parameter["name"].as_str().unwrap()).is_some();
        for parameter in &of.parameters {
            if parameter["in"] == "query" && parameter["required"] == true && !given(parameter) {
                wrong.push(format!("{} is missing", parameter["name"]));
            }
        }
        let schema = of
            .verb
            .pointer("/requestBody/content/application~1json/schema");
        match (schema, body) {
            (None, []) => {}
            (None, _) => wrong.push("a body where none is taken".to_owned()),
            (Some(schema), body) => match serde_json::from_slice(body) {
                Ok(body) => wrong.extend(self.faults(of.document, schema, &body)),
                Err(error) => wrong.push(error.to_string()),
            },
        }
        named(&of.name, wrong)
    }

    fn parameter_faults(
        &self,
        of: &Operation<'_>,
        place: &str,
        name: &str,
        value: &str,
    ) -> Vec<String> {
        let mut known = of.parameters.iter();
        let known = known.find(|p| p["in"] == place && p["name"] == name);
        let Some(schema) = known.and_then(|parameter| parameter.get("schema")) else {
            return vec![format!("{name} is no {place} parameter")];
        };
        let number = value.parse::<i64>().ok();
        let value = match (schema["type"].as_str(), number) {
            (Some("integer"), Some(number)) => json!(number),
            (Some("boolean"), _) => json!(value == "true"),
            _ => json!(value),
        };
        let faults = self.faults(of.document, schema, &value);
        faults.into_iter().map(|f| format!("{name}: {f}")).collect()
    }

    /// What is wrong with an answer; an empty body is none at all.
    pub(crate) fn answer_faults(
        &self,
        of: &Operation<'_>,
        status: u16,
        body: &[u8],
    ) -> Vec<String> {
        let responses = &of.verb["responses"];
        let Some(response) = responses
            .get(status.to_string())
            .or_else(|| responses.get("default").filter(|_| status >= 400))
        else {
            return named(&of.name, vec![format!("status {status} is not documented")]);
        };
        let response = of.document.resolved(response);
        let schema = response.pointer("/content/application~1json/schema");
        let wrong = match (schema, body) {
            (None, []) => Vec::new(),
            (None, _) => vec![format!("status {status} has a body")],
            (Some(schema), body) => match serde_json::from_slice::<Value>(body) {
                Ok(body) => {
                    let mut wrong = self.faults(of.document, schema, &body);
                    wrong.extend(self.typed_faults(of.document, &body));
                    if status < 400 {
                        wrong.extend(declared::faults(&of.document.root, schema, &body));
                    }
                    wrong
                }
                Err(error) => vec![format!("status {status}: {error}")],
            },
        };
        let wrong = wrong
            .into_iter()
            .map(|f| format!("{status}: {f}"))
            .collect();
        named(&of.name, wrong)
    }

    /// Every object that names its type is held to that type as well.
    fn typed_faults(&self, document: &Document, value: &Value) -> Vec<String> {
        let mut wrong = Vec::new();
        let inner: Vec<&Value> = match value {
            Value::Object(members) => {
                if let Some(kind) = members.get("@odata.type").and_then(Value::as_str) {
                    let kind = kind.trim_start_matches('#');
                    if document.schema(kind).is_some() {
                        let schema = json!({"$ref": format!("#/components/schemas/{kind}")});
                        wrong.extend(self.faults(document, &schema, value));
                    } else if !declared::UNDESCRIBED.contains(&kind) {
                        wrong.push(format!("{kind} is not described"));
                    }
                }
                members.values().collect()
            }
            Value::Array(items) => items.iter().collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        };
        wrong.extend(
            inner
                .into_iter()
                .flat_map(|v| self.typed_faults(document, v)),
        );
        wrong
    }

    fn faults(&self, document: &Document, schema: &Value, value: &Value) -> Vec<String> {
        let key = format!("{} {schema}", document.file);
        let validator = self
            .validators
            .borrow_mut()
            .entry(key)
            .or_insert_with(|| Rc::new(document.validator(schema)))
            .clone();
        validator
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }
}

fn named(name: &str, wrong: Vec<String>) -> Vec<String> {
    wrong
        .into_iter()
        .map(|fault| format!("{name}: {fault}"))
        .collect()
}

#[test]
fn every_description_is_read() {
    let api = Api::read();
    assert_eq!(api.operations().len(), 69);
    let literal = api.find(
        Version::V1,
        "GET",
        "/users/11111111-1111-1111-1111-111111111111/authentication/fido2Methods/creationOptions",
    );
    assert_eq!(
        literal.unwrap().name,
        "v1.0 GET /users/{user-id}/authentication/fido2Methods/creationOptions"
    );
}

#[test]
fn an_answer_that_is_not_as_described_is_found_out() {
    let api = Api::read();
    let faults = |target: &str, status: u16, body: &Value| {
        let of = api.find(Version::V1, "GET", target).unwrap();
        api.answer_faults(&of, status, body.to_string().as_bytes())
    };
    let good = json!({"id": "contoso.onmicrosoft.com", "isInitial": true, "state": null});
    assert_eq!(faults("/domains", 200, &json!({"value": [good]})), [""; 0]);
    for (body, fault) in [
        (json!({}), "\"value\" is a required property"),
        (
            json!({"value": [{"isInitial": "yes"}]}),
            "is not of type \"boolean\"",
        ),
        (
            json!({"value": [{"isInitail": true}]}),
            "isInitail is not described",
        ),
        (
            json!({"value": [{"@odata.type": "#microsoft.graph.user", "accountEnabled": 1}]}),
            "1 is not of types",
        ),
    ] {
        let found = faults("/domains", 200, &body).join("\n");
        assert!(found.contains(fault), "{body}: {found}");
    }
    assert!(faults("/domains", 302, &json!({}))[0].contains("status 302 is not documented"));
    assert!(!faults("/domains", 403, &json!({"error": {}})).is_empty());
}
