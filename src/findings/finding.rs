//! A finding: what a check says of a subject.

use super::Check;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// What a check came to. `Unknown` and `NotRun` never pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Pass,
    /// Worth a person's attention; nothing is wrong yet.
    Warn,
    /// Not as it should be.
    Fail,
    /// It could not be told: not allowed to look, no licence, not reported.
    Unknown,
    /// It was not asked, and why is in the detail.
    NotRun,
    /// It fails, and a signed acceptance with an end date covers it.
    Accepted,
}

impl Verdict {
    /// As `--json` writes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::NotRun => "not_run",
            Self::Accepted => "accepted",
        }
    }

    /// Whether it lifts the exit code to 1.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Fail | Self::Unknown)
    }
}

/// What a finding is about. Clones share its text: one record has a dozen findings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Subject(Arc<str>);

impl From<String> for Subject {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.0.as_ref().to_owned()
    }
}

impl Subject {
    /// `book`
    #[must_use]
    pub fn book() -> Self {
        Self("book".into())
    }

    /// `code`: one that was scanned from paper, and is not this book's
    #[must_use]
    pub fn code() -> Self {
        Self("code".into())
    }

    /// `account:BG-1`
    #[must_use]
    pub fn account(alias: &str) -> Self {
        Self(format!("account:{alias}").into())
    }

    /// `key:BG1-A`; for a key the plan does not name, its place or serial.
    #[must_use]
    pub fn key(label: &str) -> Self {
        Self(format!("key:{label}").into())
    }

    /// `safe:SAFE-A`
    #[must_use]
    pub fn safe(id: &str) -> Self {
        Self(format!("safe:{id}").into())
    }

    /// `person:op-7`
    #[must_use]
    pub fn person(reference: &str) -> Self {
        Self(format!("person:{reference}").into())
    }

    /// `policy:ad8d2b4a-8d30-413f-88b8-144c6c8d98d9`: a policy of the tenant
    #[must_use]
    pub fn policy(id: &str) -> Self {
        Self(format!("policy:{id}").into())
    }

    /// `record:000003`
    #[must_use]
    pub fn record(index: u64) -> Self {
        Self(format!("record:{index:06}").into())
    }

    /// The alias, if it is an account.
    #[must_use]
    pub fn account_alias(&self) -> Option<&str> {
        self.0.strip_prefix("account:")
    }

    /// Whether it is a policy of the tenant.
    #[must_use]
    pub fn is_policy(&self) -> bool {
        self.0.starts_with("policy:")
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What a check says of a subject, with the fact it says it from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// What was seen: the fact, with its unit.
    pub detail: String,
    /// What to do; absent where there is nothing to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// What it is about.
    pub subject: Subject,
    /// What it came to.
    pub verdict: Verdict,
}

impl Finding {
    /// A finding without a fix.
    #[must_use]
    pub fn new(
        check: Check,
        verdict: Verdict,
        subject: Subject,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            check,
            detail: detail.into(),
            fix: None,
            subject,
            verdict,
        }
    }

    /// The same finding with what to do.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}
