//! What a store's client says, without its words: those may hold an address with a signature in it.

use crate::ledger::RemoteFault;
use object_store::Error;
use object_store::client::HttpError;
use object_store::client::HttpErrorKind;
use std::error::Error as StdError;

/// Why a container cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenFault {
    /// None of these variables is set, and one must be.
    Missing(&'static str),
    /// This variable holds what cannot be used.
    Unusable(&'static str),
    /// No client could be made: the system has no certificates, or no runtime.
    NoClient,
}

/// What kept a request from being done.
pub(super) fn remote(error: &Error) -> RemoteFault {
    if matches!(
        error,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. }
    ) {
        return RemoteFault::Refused;
    }
    if matches!(error, Error::NotFound { .. }) {
        return RemoteFault::NoContainer;
    }
    if matches!(error, Error::InvalidPath { .. }) {
        return RemoteFault::BadName;
    }
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(one) = next {
        if let Some(http) = one.downcast_ref::<HttpError>() {
            let kind = http.kind();
            return if matches!(kind, HttpErrorKind::Connect) {
                RemoteFault::Unreachable
            } else if matches!(kind, HttpErrorKind::Decode) {
                RemoteFault::Other
            } else {
                // `Request` too is a connection that may have ended after the request was sent.
                RemoteFault::NoAnswer
            };
        }
        next = one.source();
    }
    match status(&error.to_string()) {
        Some(401 | 403) => RemoteFault::Refused,
        Some(404) => RemoteFault::NoContainer,
        Some(408) => RemoteFault::NoAnswer,
        Some(status) => RemoteFault::Status(status),
        None => RemoteFault::Other,
    }
}

/// The HTTP status that the client's words name; it has no other way to tell it.
pub(super) fn status(words: &str) -> Option<u16> {
    let (_, after) = words.split_once("non-2xx status code: ")?;
    after.get(..3)?.parse().ok()
}

/// Whether a store's refusal names retention: an immutability policy, a legal hold, an object lock.
pub(super) fn names_retention(error: &Error) -> bool {
    let words = error.to_string();
    [
        "BlobImmutableDueToPolicy",
        "BlobImmutableDueToLegalHold",
        "ImmutableDueTo",
        "ObjectLock",
        "WORM",
    ]
    .iter()
    .any(|code| words.contains(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(words: &str) -> Error {
        Error::Generic {
            store: "test",
            source: words.to_owned().into(),
        }
    }

    #[test]
    fn a_status_is_found_in_the_clients_words() {
        let said = |status: &str| {
            remote(&generic(&format!(
                "Error performing GET REDACTED in 1ms - Server returned non-2xx status code: {status}: x"
            )))
        };
        assert_eq!(said("403 Forbidden"), RemoteFault::Refused);
        assert_eq!(said("404 Not Found"), RemoteFault::NoContainer);
        assert_eq!(said("503 Busy"), RemoteFault::Status(503));
        assert_eq!(said("x"), RemoteFault::Other);
        assert_eq!(remote(&generic("something")), RemoteFault::Other);
    }

    #[test]
    fn retention_is_told_from_another_refusal() {
        assert!(names_retention(&generic(
            "<Code>BlobImmutableDueToPolicy</Code>"
        )));
        assert!(!names_retention(&generic(
            "<Code>AuthorizationPermissionMismatch</Code>"
        )));
    }
}
