//! The sign-in log (Graph `signIn`): what it says of the accounts, and how they signed in.
//!
//! Only beta tells with what somebody signed in. Graph keeps sign-ins for 30 days.

use super::Ask;
use super::Told;
use super::Version;
use super::shown::shown;
use super::target::encode_segment;
use super::told::moment;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde_json::Value;

/// Days that Graph keeps sign-ins for, with a licence; without one there is no log to read.
pub const SIGN_IN_LOG_DAYS: i64 = 30;

/// One step of an authentication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticationStep {
    /// `authenticationMethod`, as sent: `FIDO2 security key`, `Password`.
    pub method: String,
    /// `authenticationMethodDetail`: for a key its display name, a dash, its AAGUID; may be empty.
    pub detail: String,
    /// `succeeded`
    pub succeeded: Told,
}

impl AuthenticationStep {
    /// Whether a security key or passkey was presented, and taken.
    #[must_use]
    pub fn is_passkey(&self) -> bool {
        let method = self.method.to_ascii_lowercase();
        self.succeeded == Told::Yes
            && (method.starts_with("fido2") || method.starts_with("passkey"))
    }

    /// Whether the step says only that an earlier one still counts.
    #[must_use]
    pub fn is_earlier(&self) -> bool {
        self.method.eq_ignore_ascii_case("Previously satisfied")
    }
}

/// One sign-in, or one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// `id`: the entry's own; `None` if not told.
    pub id: Option<Guid>,
    /// The account.
    pub user: Guid,
    /// `createdDateTime`
    pub at: UtcTime,
    /// `status.errorCode`; 0 is a success, `None` if not told.
    pub error: Option<i64>,
    /// `isInteractive`: somebody was there, as against a token that was renewed.
    pub interactive: Told,
    /// `appDisplayName`; empty if not told.
    pub app: String,
    /// `ipAddress`; empty if not told.
    pub ip: String,
    /// `authenticationDetails`; `None` if not told, as in v1.0. It may be empty for some minutes.
    pub steps: Option<Vec<AuthenticationStep>>,
}

impl SignIn {
    /// Whether it succeeded; `None` if not told.
    #[must_use]
    pub fn succeeded(&self) -> Option<bool> {
        self.error.map(|code| code == 0)
    }

    /// Reads an array of sign-ins; `None` if one has no account or moment, or a member of another
    /// type: a sign-in is never dropped.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let wires: Vec<Wire> = serde_json::from_value(value).ok()?;
        wires.into_iter().map(Self::from_wire).collect()
    }

    fn from_wire(wire: Wire) -> Option<Self> {
        Some(Self {
            id: wire.id.as_deref().and_then(Guid::parse),
            user: wire.user_id,
            at: wire.created_date_time?,
            error: wire.status.and_then(|status| status.error_code),
            interactive: wire.is_interactive.into(),
            app: shown(&wire.app_display_name.unwrap_or_default()),
            ip: shown(&wire.ip_address.unwrap_or_default()),
            steps: wire.authentication_details.map(|steps| {
                steps
                    .into_iter()
                    .map(|step| AuthenticationStep {
                        method: shown(&step.authentication_method.unwrap_or_default()),
                        detail: shown(&step.authentication_method_detail.unwrap_or_default()),
                        succeeded: step.succeeded.into(),
                    })
                    .collect()
            }),
        })
    }
}

/// Reads the interactive and other sign-ins of `users` in one request, with how they signed in.
#[must_use]
pub fn ask_sign_ins(users: &[Guid]) -> Ask<Vec<SignIn>> {
    let filter = format!(
        "({}) and signInEventTypes/any(t: t eq 'interactiveUser' or t eq 'nonInteractiveUser')",
        of_users(users)
    );
    ask(&filter).in_version(Version::Beta)
}

/// Reads the interactive sign-ins of `users` in one request, from v1.0: without how.
#[must_use]
pub fn ask_sign_ins_v1(users: &[Guid]) -> Ask<Vec<SignIn>> {
    ask(&of_users(users))
}

fn ask(filter: &str) -> Ask<Vec<SignIn>> {
    Ask::list(
        format!(
            "/auditLogs/signIns?$filter={}&$top=999",
            encode_segment(filter)
        ),
        "AuditLog.Read.All",
        "the sign-in log",
        SignIn::read_all,
    )
}

fn of_users(users: &[Guid]) -> String {
    let terms: Vec<String> = users.iter().map(|id| format!("userId eq '{id}'")).collect();
    terms.join(" or ")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: Option<String>,
    user_id: Guid,
    #[serde(default, deserialize_with = "moment")]
    created_date_time: Option<UtcTime>,
    status: Option<WireStatus>,
    is_interactive: Option<bool>,
    app_display_name: Option<String>,
    ip_address: Option<String>,
    authentication_details: Option<Vec<WireStep>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireStatus {
    error_code: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireStep {
    authentication_method: Option<String>,
    authentication_method_detail: Option<String>,
    succeeded: Option<bool>,
}

#[cfg(test)]
mod tests;
