//! What a read brought: known, not allowed, not there, or failed. Only `Known` may ever pass.

use super::NoReply;
use super::OptionsFault;
use crate::primitives::Guid;
use serde_json::Value;

/// What a read brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// It was read.
    Known(T),
    /// The tenant does not let us look: unknown, never a pass.
    Denied(Denial),
    /// Status 404: it is not there, or not there yet.
    Absent,
    /// No usable answer came: unknown, never a pass.
    Failed(Failure),
}

impl<T> Answer<T> {
    /// The same answer about what `f` makes of the value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Answer<U> {
        self.and_then(|value| Answer::Known(f(value)))
    }

    /// What `f` answers about the value; every other answer stays.
    pub fn and_then<U>(self, f: impl FnOnce(T) -> Answer<U>) -> Answer<U> {
        match self {
            Self::Known(value) => f(value),
            Self::Denied(denial) => Answer::Denied(denial),
            Self::Absent => Answer::Absent,
            Self::Failed(failure) => Answer::Failed(failure),
        }
    }

    /// The value; `None` for every other answer.
    pub fn known(self) -> Option<T> {
        if let Self::Known(value) = self {
            Some(value)
        } else {
            None
        }
    }
}

/// Why the tenant does not let us look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DenialReason {
    /// Status 401: the sign-in is missing, wrong or over.
    NotSignedIn,
    /// Status 403: a permission or role is missing, or the object is in a restricted
    /// management administrative unit.
    Permission,
    /// Status 403, or 400 of Privileged Identity Management: the tenant has no licence for this.
    Licence,
    /// Status 429 to the last try, or a wait longer than we wait.
    Throttled,
}

/// A read that was not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// Why.
    pub reason: DenialReason,
    /// What Graph said.
    pub error: GraphError,
    /// The least permission that allows this call.
    pub needs: &'static str,
}

/// Graph's own error. Only the status is stable; the texts are for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphError {
    /// The HTTP status.
    pub status: u16,
    /// `error.code`, at most 100 characters; empty if there is none.
    pub code: String,
    /// `error.message`, at most 400 characters, without control characters; empty if there is none.
    pub message: String,
    /// The `request-id` header, to name to Microsoft's support.
    pub request_id: Option<Guid>,
}

impl GraphError {
    /// Reads the error of an answer; a body of any other shape gives empty texts.
    #[must_use]
    pub fn of(reply: &super::HttpReply) -> Self {
        let body: Option<Value> = serde_json::from_slice(&reply.body).ok();
        let text = |name: &str, limit: usize| -> String {
            body.as_ref()
                .and_then(|body| body.get("error")?.get(name)?.as_str())
                .unwrap_or_default()
                .chars()
                .filter(|c| !c.is_control())
                .take(limit)
                .collect()
        };
        Self {
            status: reply.status,
            code: text("code", 100),
            message: text("message", 400),
            request_id: reply.header("request-id").and_then(Guid::parse),
        }
    }

    /// Why access was denied; `None` if the status says something else.
    #[must_use]
    pub fn denial(&self) -> Option<DenialReason> {
        match self.status {
            401 => Some(DenialReason::NotSignedIn),
            400 | 403 if self.code == "AadPremiumLicenseRequired" => Some(DenialReason::Licence),
            403 if self.code == "Authentication_RequestFromNonPremiumTenantOrB2CTenant" => {
                Some(DenialReason::Licence)
            }
            403 => Some(DenialReason::Permission),
            429 => Some(DenialReason::Throttled),
            _ => None,
        }
    }
}

/// Why there is no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer came.
    NoReply(NoReply),
    /// A status that is neither success nor one of the named ones.
    Status(GraphError),
    /// The body is not JSON.
    NotJson,
    /// The body is JSON, but not what was asked for; the value names that.
    Unreadable(&'static str),
    /// The next page is on another host or in another version.
    NextLinkElsewhere,
    /// The next page is one that was read already.
    NextLinkLoops,
    /// More pages, or more items, than are read.
    TooMany {
        /// Pages read.
        pages: usize,
        /// Items read.
        items: usize,
    },
    /// `creationOptions` came, but nothing may be made from it.
    Options(OptionsFault),
    /// Not part of the wave that was exchanged.
    NotAsked,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entra::HttpReply;

    fn error(status: u16, body: &str) -> GraphError {
        GraphError::of(&HttpReply {
            status,
            headers: vec![(
                "request-id".into(),
                "0dccb1c5-41f9-4736-baf4-9643f3f2898c".into(),
            )],
            body: body.as_bytes().to_vec(),
        })
    }

    #[test]
    fn the_errors_seen_in_real_tenants_are_denials_with_their_reason() {
        let cases = [
            (
                include_str!("../../tests/graph/error-403-azcli-policy.json"),
                DenialReason::Permission,
                "AccessDenied",
            ),
            (
                include_str!("../../tests/graph/error-403-azcli-pim.json"),
                DenialReason::Permission,
                "UnknownError",
            ),
            (
                include_str!("../../tests/graph/error-403-premium-license.json"),
                DenialReason::Licence,
                "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
            ),
        ];
        for (body, reason, code) in cases {
            let error = error(403, body);
            assert_eq!(error.denial(), Some(reason));
            assert_eq!(error.code, code);
        }
    }

    #[test]
    fn privileged_identity_management_says_with_400_that_there_is_no_licence() {
        let body =
            r#"{"error":{"code":"AadPremiumLicenseRequired","message":"The tenant needs P2."}}"#;
        assert_eq!(error(400, body).denial(), Some(DenialReason::Licence));
        assert_eq!(error(403, body).denial(), Some(DenialReason::Licence));
        assert_eq!(error(400, "{}").denial(), None);
    }

    #[test]
    fn an_error_without_a_body_still_has_its_status_and_request_id() {
        assert_eq!(
            error(403, ""),
            GraphError {
                status: 403,
                code: String::new(),
                message: String::new(),
                request_id: Guid::parse("0dccb1c5-41f9-4736-baf4-9643f3f2898c"),
            }
        );
    }

    #[test]
    fn control_characters_of_an_error_never_reach_a_terminal() {
        let error = error(400, r#"{"error":{"code":"a\u001b[2Jb","message":"x\ny"}}"#);
        assert_eq!(
            (error.code.as_str(), error.message.as_str()),
            ("a[2Jb", "xy")
        );
    }
}
