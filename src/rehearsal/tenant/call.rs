//! One request, and the query options that Graph takes with it.

use super::fault::Verb;
use super::filter::Filter;
use super::http::Answer;
use crate::entra::Target;
use crate::entra::Version;
use crate::entra::encode_segment;
use serde::de::DeserializeOwned;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

const HOST: &str = "https://graph.microsoft.com";

/// A request.
pub(super) struct Call<'a> {
    pub(super) verb: Verb,
    pub(super) version: Version,
    pub(super) target: &'a Target,
    /// The path as it was sent.
    pub(super) path: &'a str,
    pub(super) body: &'a [u8],
    /// Whether `ConsistencyLevel: eventual` was sent.
    pub(super) eventual: bool,
}

/// What a list can do.
pub(super) struct Listing<'a> {
    /// The end of `@odata.context`.
    pub(super) context: &'a str,
    /// The type of its items, for errors.
    pub(super) kind: &'a str,
    /// The query options it takes.
    pub(super) options: &'a [&'a str],
    /// Properties that it is filtered by.
    pub(super) filters: &'a [&'a str],
    /// Names that may be selected though no item has them now.
    pub(super) known: &'a [&'a str],
    /// What is shown without `$select`; `None` for everything.
    pub(super) usual: Option<&'a [&'a str]>,
    /// Largest `$top`.
    pub(super) most: usize,
    /// Whether a filter is an advanced query, which needs `ConsistencyLevel: eventual`.
    pub(super) advanced: bool,
}

impl Listing<'_> {
    /// A list that takes no query options.
    pub(super) const fn plain<'a>(context: &'a str, kind: &'a str) -> Listing<'a> {
        Listing {
            context,
            kind,
            options: &[],
            filters: &[],
            known: &[],
            usual: None,
            most: 999,
            advanced: false,
        }
    }
}

impl Call<'_> {
    pub(super) fn option(&self, name: &str) -> Option<&str> {
        self.target.option(name)
    }

    fn context(&self, rest: &str) -> Value {
        let version = self.version.path();
        Value::String(format!("{HOST}{version}/$metadata#{rest}"))
    }

    /// The body, as JSON of this shape.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Answer> {
        serde_json::from_slice(self.body).map_err(|_| Answer::bad_request("Invalid request body"))
    }

    /// Refuses a query option that the path does not take.
    pub(super) fn takes(&self, options: &[&str]) -> Result<(), Answer> {
        let other = self
            .target
            .query
            .iter()
            .find(|(name, _)| !options.contains(&name.as_str()));
        match other {
            Some((name, _)) => Err(Answer::error(
                400,
                "BadRequest",
                &format!(
                    "The query specified in the URI is not valid. Query option '{name}' is not allowed."
                ),
            )),
            None => Ok(()),
        }
    }

    /// One object, with the members that were asked for.
    pub(super) fn entity(
        &self,
        context: &str,
        kind: &str,
        usual: Option<&[&str]>,
        object: Value,
    ) -> Answer {
        let select = self.option("$select");
        let names: Option<Vec<&str>> = select
            .map(|list| list.split(',').map(str::trim).collect())
            .or_else(|| usual.map(<[_]>::to_vec));
        let object = match names {
            Some(names) => {
                if let Some(unknown) = names.iter().find(|name| object.get(**name).is_none()) {
                    return unknown_member(unknown, kind);
                }
                only(&object, &names)
            }
            None => object,
        };
        let context = match select {
            Some(list) => format!("{context}({list})/$entity"),
            None => format!("{context}/$entity"),
        };
        self.object(200, &context, object)
    }

    /// One object as it is, after a context.
    pub(super) fn object(&self, status: u16, context: &str, object: Value) -> Answer {
        let mut members = Map::new();
        members.insert("@odata.context".to_owned(), self.context(context));
        if let Value::Object(rest) = object {
            members.extend(rest);
        }
        Answer::json(status, Value::Object(members))
    }

    /// A page of a list: filtered, selected, at most `page_size` long.
    pub(super) fn list(&self, page_size: usize, what: &Listing<'_>, items: Vec<Value>) -> Answer {
        self.page(page_size, what, items)
            .unwrap_or_else(|answer| answer)
    }

    fn page(
        &self,
        page_size: usize,
        what: &Listing<'_>,
        mut items: Vec<Value>,
    ) -> Result<Answer, Answer> {
        let options: Vec<&str> = [&["$skiptoken"], what.options].concat();
        self.takes(&options)?;
        let counts = self.option("$count") == Some("true");
        let filtered = self.option("$filter").is_some();
        if (counts || (filtered && what.advanced)) && !self.eventual {
            return Err(Answer::error(
                400,
                "Request_UnsupportedQuery",
                "Unsupported or invalid query filter clause specified: $count needs the header \
                 ConsistencyLevel: eventual.",
            ));
        }
        if let Some(text) = self.option("$filter") {
            let filter = Filter::parse(text, what.filters)
                .ok_or_else(|| Answer::error(400, "BadRequest", "Invalid filter clause"))?;
            items.retain(|item| filter.means(item));
        }
        let count = items.len();
        let size = match self.option("$top").map(str::parse::<usize>) {
            None => page_size,
            Some(Ok(top)) if (1..=what.most).contains(&top) => top.min(page_size),
            Some(_) => {
                return Err(Answer::error(
                    400,
                    "Request_BadRequest",
                    &format!(
                        "Invalid page size specified: must be between 1 and {} inclusive.",
                        what.most
                    ),
                ));
            }
        };
        let skip = match self.option("$skiptoken").map(str::parse::<usize>) {
            None => 0,
            Some(Ok(skip)) if skip <= count => skip,
            Some(_) => return Err(Answer::error(400, "BadRequest", "Invalid skip token.")),
        };
        let page: Vec<Value> = items.iter().skip(skip).take(size).cloned().collect();
        let mut body = json!({ "value": self.selected(what, &items, page)? });
        if let Some(members) = body.as_object_mut() {
            if counts {
                members.insert("@odata.count".to_owned(), json!(count));
            }
            let next = skip.saturating_add(size);
            if next < count {
                members.insert("@odata.nextLink".to_owned(), json!(self.next_link(next)));
            }
        }
        let context = match self.option("$select") {
            Some(list) => format!("{}({list})", what.context),
            None => what.context.to_owned(),
        };
        Ok(self.object(200, &context, body))
    }

    fn selected(
        &self,
        what: &Listing<'_>,
        all: &[Value],
        page: Vec<Value>,
    ) -> Result<Vec<Value>, Answer> {
        let names: Vec<&str> = match (self.option("$select"), what.usual) {
            (Some(list), _) => list.split(',').map(str::trim).collect(),
            (None, Some(usual)) => usual.to_vec(),
            (None, None) => return Ok(page),
        };
        let known = |name: &str| {
            what.known.contains(&name)
                || all.is_empty()
                || all.iter().any(|item| item.get(name).is_some())
        };
        match names.iter().find(|name| !known(name)) {
            Some(unknown) => Err(unknown_member(unknown, what.kind)),
            None => Ok(page.iter().map(|item| only(item, &names)).collect()),
        }
    }

    fn next_link(&self, skip: usize) -> String {
        let mut query: Vec<String> = self
            .target
            .query
            .iter()
            .filter(|(name, _)| name != "$skiptoken")
            .map(|(name, value)| format!("{name}={}", encode_segment(value)))
            .collect();
        query.push(format!("$skiptoken={skip}"));
        let version = self.version.path();
        format!("{HOST}{version}{}?{}", self.path, query.join("&"))
    }
}

/// The members of an object with these names, and its type.
fn only(object: &Value, names: &[&str]) -> Value {
    let Value::Object(members) = object else {
        return object.clone();
    };
    let kept = members
        .iter()
        .filter(|(name, _)| name.as_str() == "@odata.type" || names.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Value::Object(kept)
}

fn unknown_member(name: &str, kind: &str) -> Answer {
    Answer::error(
        400,
        "BadRequest",
        &format!(
            "Parsing OData Select and Expand failed: Could not find a property named '{name}' on \
             type 'microsoft.graph.{kind}'."
        ),
    )
}
