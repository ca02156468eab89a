//! What a test did not do because a part of the machine is missing.

use crate::told::told;

/// Says in one line what was not done; where nothing may be skipped (`CI=true`), that is a failure.
#[track_caller]
pub(crate) fn skipped(what: &str, missing: &str) {
    let line = format!("skipped: {what} (no {missing})");
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{line}");
    told(&line);
}
