//! For tests: a plan, keys of its book, and a survey of a tenant that answers from saved exchanges.

use crate::entra::Graph;
use crate::entra::Replay;
use crate::entra::Session;
use crate::facts::book::BookKey;
use crate::facts::tenant::Survey;
use crate::facts::tenant::survey;
use crate::plan::Plan;
use crate::primitives::Clock;
use crate::primitives::Cloud;
use crate::primitives::Entropy;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use crate::webauthn::CredentialId;
use serde_json::Value;
use serde_json::json;
use std::cell::Cell;
use std::time::Duration;

/// When the tests' tenant is asked.
pub(super) fn now() -> UtcTime {
    UtcTime::parse("2026-03-01T09:00:00Z").unwrap()
}

/// The plan of docs/formats/plan.md, with both object ids and two holders of every PIN.
pub(super) fn plan() -> Plan {
    let doc = include_str!("../../docs/formats/plan.md");
    let text = doc.split("```toml\n").nth(1).unwrap();
    let mut plan = Plan::parse(text.split("```").next().unwrap()).unwrap();
    for account in &mut plan.accounts {
        account.object_id = account.object_id.or(Some(Guid([0xb2; 16])));
        for key in &mut account.keys {
            key.pin.held_by = ["cu-2", "cu-3"].map(String::from).to_vec();
        }
    }
    plan
}

/// A key of the plan, registered, sealed and its PIN proven two months before [`now`].
pub(super) fn book_key(plan: &Plan, label: &str) -> BookKey {
    let (account, planned) = plan.key(label).unwrap();
    let then = UtcTime::parse("2026-01-05T09:00:00Z").unwrap();
    let number = plan.keys().position(|(_, key)| key.label == label).unwrap();
    let byte = u8::try_from(number + 1).unwrap();
    BookKey {
        label: label.to_owned(),
        account: account.alias.clone(),
        aaguid: Aaguid(Guid([0x47; 16])),
        credential_id: CredentialId::new(vec![byte; 16]),
        method_id: None,
        serial: Some(format!("2601{number:04}")),
        firmware: Some("5.7.4".to_owned()),
        safe: Some(planned.safe.clone()),
        registered: then,
        pin_proven: Some(then),
        sealed: Some(then),
        seen: Some((then, 1)),
    }
}

/// A line of saved exchanges: what `path`, after the host, is answered with.
pub(super) fn line(path: &str, status: u16, body: &Value) -> String {
    let url = format!("https://graph.microsoft.com{path}");
    let exchange = json!({
        "request": {"method": "GET", "url": url},
        "response": {"status": status, "headers": {}, "body": body},
    });
    exchange.to_string() + "\n"
}

/// What a tenant that answers with these exchanges tells.
pub(super) fn survey_of(plan: &Plan, exchanges: &str) -> Survey {
    let mut tenant = Replay::parse(exchanges).unwrap();
    let clock = Still(Cell::new(Duration::ZERO));
    let mut session = Session::new(Cloud::Global, &mut Zeros);
    survey(&mut Graph::new(&mut tenant, &clock, &mut session), plan)
}

struct Still(Cell<Duration>);

impl Clock for Still {
    fn utc(&self) -> UtcTime {
        now()
    }

    fn elapsed(&self) -> Duration {
        self.0.get()
    }

    fn wait(&self, duration: Duration) {
        self.0.set(self.0.get() + duration);
    }
}

struct Zeros;

impl Entropy for Zeros {
    fn fill(&mut self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}
