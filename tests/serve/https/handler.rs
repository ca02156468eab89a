//! What answers.

use std::collections::BTreeMap;
use std::time::Duration;

/// A request, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The host that was connected to, without port.
    pub(crate) host: String,
    /// GET, POST, …
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// Header names in lower case, and values.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// 1 or 2.
    pub(crate) http: u8,
}

impl Asked {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A field of a posted form, decoded as the form's percent signs say.
    pub(crate) fn form(&self, name: &str) -> Option<String> {
        let body = format!("/?{}", String::from_utf8_lossy(&self.body));
        let target = glasskey::entra::Target::parse(&body)?;
        target.option(name).map(str::to_owned)
    }

    /// The path alone.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    /// An answer.
    Reply {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// Nothing, ever.
    Silence,
    /// Headers, then one byte each so often, for ever.
    Drip(Duration),
    /// Status 200 and this many bytes.
    Endless(u64),
    /// The connection is cut.
    Cut,
}

impl Told {
    /// JSON with this status.
    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::reply(status, "application/json", &body.to_string())
    }

    /// Text with this status and content type.
    pub(crate) fn reply(status: u16, content: &str, body: &str) -> Self {
        Self::Reply {
            status,
            headers: vec![("content-type".to_owned(), content.to_owned())],
            body: body.as_bytes().to_vec(),
        }
    }

    /// The same with one more header.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Reply { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// Something that answers requests, one after the other.
pub(crate) trait Answering {
    /// The answer to one request.
    fn answer(&mut self, asked: &Asked) -> Told;
}

impl<F: FnMut(&Asked) -> Told> Answering for F {
    fn answer(&mut self, asked: &Asked) -> Told {
        self(asked)
    }
}

/// Answers by host and path (without the query); 404 to everything else.
#[derive(Default)]
pub(crate) struct Canned(pub(crate) BTreeMap<String, Told>);

impl Canned {
    /// The same, with an answer to `place`: `graph.microsoft.com/v1.0/domains`.
    pub(crate) fn with(mut self, place: &str, told: Told) -> Self {
        self.0.insert(place.to_owned(), told);
        self
    }
}

impl Answering for Canned {
    fn answer(&mut self, asked: &Asked) -> Told {
        let place = format!("{}{}", asked.host, asked.path());
        self.0
            .get(&place)
            .cloned()
            .unwrap_or_else(|| Told::json(404, &serde_json::json!({"error": {"code": "NotFound"}})))
    }
}
