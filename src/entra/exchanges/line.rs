//! One exchange as a line of JSON:
//! `{"request":{"body","method","url"},"response":{"body","headers","status"}}`.
//!
//! A body is a JSON value where it is one, else a string; absent if empty. Secrets are blanked
//! when a line is made, so no value of this type ever holds one.

use crate::entra::HttpReply;
use crate::entra::Target;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What stands where a secret was.
const BLANK: &str = "(blanked)";

/// Members whose values are secrets, in lower case.
const SECRET_MEMBERS: &[&str] = &[
    "temporaryaccesspass",
    "password",
    "newpassword",
    "currentpassword",
    "secrettext",
    "secretkey",
    "client_secret",
    "clientsecret",
    "access_token",
    "refresh_token",
    "id_token",
    "device_code",
    "client_assertion",
];

/// Headers whose values are secrets, in lower case.
const SECRET_HEADERS: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "www-authenticate",
];

/// One saved exchange.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    request: Request,
    response: Response,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Request {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    method: String,
    url: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Response {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    status: u16,
}

/// A line that is no exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangeFault {
    /// Line number, from 1.
    pub line: usize,
}

impl Exchange {
    /// An exchange with its secrets blanked. `body` is what was sent; empty for none.
    #[must_use]
    pub fn new(method: &str, url: &str, body: &[u8], reply: &HttpReply) -> Self {
        let mut headers = BTreeMap::new();
        for (name, value) in &reply.headers {
            let name = name.to_ascii_lowercase();
            let value = if SECRET_HEADERS.contains(&name.as_str()) {
                BLANK
            } else {
                value
            };
            headers
                .entry(name)
                .and_modify(|all: &mut String| {
                    all.push_str(", ");
                    all.push_str(value);
                })
                .or_insert_with(|| value.to_owned());
        }
        Self {
            request: Request {
                body: shown(body),
                method: method.to_owned(),
                url: url.to_owned(),
            },
            response: Response {
                body: shown(&reply.body),
                headers,
                status: reply.status,
            },
        }
    }

    /// The line, without its line end.
    #[must_use]
    pub fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() // never fails: the names are all text
    }

    /// Reads a file of exchanges; empty lines are skipped.
    ///
    /// # Errors
    /// The first line that is no exchange, or whose address is no `http` or `https` one.
    pub fn read_all(text: &str) -> Result<Vec<Self>, ExchangeFault> {
        text.lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(index, line)| {
                serde_json::from_str(line)
                    .ok()
                    .filter(|exchange: &Self| exchange.target().is_some())
                    .ok_or(ExchangeFault { line: index + 1 })
            })
            .collect()
    }

    /// The request's path and query, without the host.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        let url = self.request.url.as_str();
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"))?;
        Target::parse(rest.get(rest.find('/')?..)?)
    }

    /// The method, as sent.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.request.method
    }

    /// The whole address, as sent.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.request.url
    }

    /// The answer.
    #[must_use]
    pub fn reply(&self) -> HttpReply {
        HttpReply {
            status: self.response.status,
            headers: self
                .response
                .headers
                .iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
                .collect(),
            body: match &self.response.body {
                None => Vec::new(),
                Some(Value::String(text)) => text.clone().into_bytes(),
                Some(value) => value.to_string().into_bytes(),
            },
        }
    }
}

fn shown(body: &[u8]) -> Option<Value> {
    if body.is_empty() {
        return None;
    }
    Some(match serde_json::from_slice::<Value>(body) {
        // A string that is JSON would come back without its quotes.
        Ok(value) if !value.is_string() => blanked(value),
        Ok(_) | Err(_) => Value::String(String::from_utf8_lossy(body).into_owned()),
    })
}

fn blanked(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| {
                let secret = SECRET_MEMBERS.contains(&name.to_ascii_lowercase().as_str());
                let value = if secret && value.is_string() {
                    Value::String(BLANK.to_owned())
                } else {
                    blanked(value)
                };
                (name, value)
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(blanked).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}
