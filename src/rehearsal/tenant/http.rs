//! Answers with the headers and error bodies that Graph sends.

use crate::entra::HttpReply;
use crate::primitives::Entropy;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::Value;
use serde_json::json;

const JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;\
IEEE754Compatible=false;charset=utf-8";

/// An answer before its headers.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Option<Value>,
    pub(super) retry_after: Option<u32>,
}

impl Answer {
    pub(super) const fn json(status: u16, body: Value) -> Self {
        Self {
            status,
            body: Some(body),
            retry_after: None,
        }
    }

    pub(super) const fn empty(status: u16) -> Self {
        Self {
            status,
            body: None,
            retry_after: None,
        }
    }

    /// An error; its inner error is completed when it is sent.
    pub(super) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::json(
            status,
            json!({"error": {"code": code, "message": message, "innerError": {}}}),
        )
    }

    pub(super) fn bad_request(message: &str) -> Self {
        Self::error(400, "badRequest", message)
    }

    pub(super) fn forbidden() -> Self {
        Self::error(
            403,
            "accessDenied",
            "Request Authorization failed: required scopes or roles are missing.",
        )
    }

    /// The refusal of what needs a licence that the tenant does not have.
    pub(super) fn no_premium() -> Self {
        Self::error(
            403,
            "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
            "Neither tenant is B2C or tenant doesn't have premium license",
        )
    }

    pub(super) fn throttled(retry_after: Option<u32>) -> Self {
        Self {
            retry_after,
            ..Self::error(429, "TooManyRequests", "Too many requests")
        }
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::error(
            404,
            "Request_ResourceNotFound",
            &format!(
                "Resource '{what}' does not exist or one of its queried reference-property \
                 objects are not present."
            ),
        )
    }

    /// The answer as it goes out at `now`.
    pub(super) fn send(mut self, now: UtcTime, entropy: &mut dyn Entropy) -> HttpReply {
        let (request_id, client_request_id) = (fresh_guid(entropy), fresh_guid(entropy));
        if let Some(inner) = self
            .body
            .as_mut()
            .and_then(|body| body.pointer_mut("/error/innerError"))
        {
            *inner = json!({
                "date": now.to_string().trim_end_matches('Z'),
                "request-id": request_id,
                "client-request-id": client_request_id,
            });
        }
        let mut headers = vec![
            (
                "client-request-id".to_owned(),
                client_request_id.to_string(),
            ),
            ("date".to_owned(), http_date(now)),
            ("request-id".to_owned(), request_id.to_string()),
        ];
        if self.body.is_some() {
            headers.push(("content-type".to_owned(), JSON.to_owned()));
        }
        if let Some(seconds) = self.retry_after {
            headers.push(("retry-after".to_owned(), seconds.to_string()));
        }
        HttpReply {
            status: self.status,
            headers,
            body: self
                .body
                .map(|body| body.to_string().into_bytes())
                .unwrap_or_default(),
        }
    }
}

fn fresh_guid(entropy: &mut dyn Entropy) -> Guid {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes);
    Guid(bytes)
}

/// RFC 9110 §5.6.7: `Sun, 22 Nov 2026 15:58:07 GMT`.
fn http_date(time: UtcTime) -> String {
    Timestamp::from_second(time.unix())
        .ok()
        .and_then(|time| {
            DateTimePrinter::new()
                .timestamp_to_rfc9110_string(&time)
                .ok()
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_header_is_read_back_to_the_same_second() {
        let time = UtcTime::parse("2026-11-22T15:58:07Z").unwrap();
        assert_eq!(http_date(time), "Sun, 22 Nov 2026 15:58:07 GMT");
        assert_eq!(UtcTime::parse_http_date(&http_date(time)), Some(time));
    }
}
