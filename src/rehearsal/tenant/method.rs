//! Authentication methods that are not passkeys, and Temporary Access Passes.

use super::policy::Scope;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use serde_json::Value;
use serde_json::json;

/// A kind of method beside passkey, password and pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodKind {
    /// A telephone number.
    Phone,
    /// An address for password resets.
    Email,
    /// Microsoft Authenticator.
    Authenticator,
    /// Codes of an app (OATH).
    SoftwareOath,
    /// Windows Hello for Business.
    WindowsHello,
    /// Platform credential of a Mac.
    PlatformCredential,
    /// A method of another provider.
    External,
    /// Codes of a hardware token (OATH): beta alone lists it.
    HardwareOath,
    /// A kind that no schema knows yet.
    Unheard,
}

impl MethodKind {
    /// Whether v1.0 lists it.
    pub(super) const fn is_in_v1(self) -> bool {
        !matches!(self, Self::HardwareOath)
    }

    /// Its name in registration details.
    pub(super) const fn registered_as(self) -> &'static str {
        match self {
            Self::Phone => "mobilePhone",
            Self::Email => "email",
            Self::Authenticator => "microsoftAuthenticatorPush",
            Self::SoftwareOath => "softwareOneTimePasscode",
            Self::WindowsHello => "windowsHelloForBusiness",
            Self::PlatformCredential => "macOsSecureEnclaveKey",
            Self::External => "externalAuthMethod",
            Self::HardwareOath => "hardwareOneTimePasscode",
            Self::Unheard => "palmPrint",
        }
    }
}

/// A method of an account that is neither passkey, password nor pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// Whose it is.
    pub account: Guid,
    /// Its id.
    pub id: Guid,
    /// What it is.
    pub kind: MethodKind,
    /// When it was registered.
    pub created: UtcTime,
}

impl Method {
    /// As the list of methods shows it.
    pub(super) fn json(&self) -> Value {
        let (kind, mut rest) = match self.kind {
            MethodKind::Phone => (
                "phone",
                json!({
                    "phoneNumber": "+1 2065555555",
                    "phoneType": "mobile",
                    "smsSignInState": "notAllowedByPolicy",
                }),
            ),
            MethodKind::Email => ("email", json!({"emailAddress": "somebody@example.com"})),
            MethodKind::Authenticator => (
                "microsoftAuthenticator",
                json!({
                    "displayName": "A phone",
                    "deviceTag": "SoftwareTokenActivated",
                    "phoneAppVersion": "6.2001.0140",
                }),
            ),
            MethodKind::SoftwareOath => ("softwareOath", json!({"secretKey": null})),
            MethodKind::WindowsHello => (
                "windowsHelloForBusiness",
                json!({"displayName": "A laptop", "keyStrength": "normal"}),
            ),
            MethodKind::PlatformCredential => (
                "platformCredential",
                json!({"displayName": "A Mac", "keyStrength": "normal", "platform": "macOS"}),
            ),
            MethodKind::External => (
                "external",
                json!({"configurationId": self.id, "displayName": "Another provider"}),
            ),
            MethodKind::HardwareOath => ("hardwareOath", json!({})),
            MethodKind::Unheard => ("palmPrint", json!({})),
        };
        if let Some(members) = rest.as_object_mut() {
            members.insert(
                "@odata.type".to_owned(),
                json!(format!("#microsoft.graph.{kind}AuthenticationMethod")),
            );
            members.insert("id".to_owned(), json!(self.id));
            if self.kind != MethodKind::Phone && self.kind != MethodKind::Email {
                members.insert("createdDateTime".to_owned(), json!(self.created));
            }
        }
        rest
    }
}

/// The policy of Temporary Access Passes, with Microsoft's defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassPolicy {
    /// `state`.
    pub enabled: bool,
    /// Shortest life, in minutes.
    pub shortest: u32,
    /// Longest life, in minutes.
    pub longest: u32,
    /// Life where none is asked for, in minutes.
    pub usual: u32,
    /// Characters of a pass.
    pub length: usize,
    /// Whether every pass is for one sign-in.
    pub once: bool,
    /// Who may have one.
    pub include: Vec<Scope>,
    /// Who may not.
    pub exclude: Vec<Scope>,
}

impl Default for PassPolicy {
    fn default() -> Self {
        Self {
            enabled: true,
            shortest: 60,
            longest: 480,
            usual: 60,
            length: 8,
            once: false,
            include: vec![Scope::AllUsers],
            exclude: Vec::new(),
        }
    }
}

impl PassPolicy {
    /// The policy as Graph shows it.
    pub(super) fn json(&self) -> Value {
        let targets = |scopes: &[Scope], included: bool| -> Vec<Value> {
            scopes
                .iter()
                .map(|scope| {
                    let mut target = scope.json();
                    if let (true, Some(members)) = (included, target.as_object_mut()) {
                        members.insert("isRegistrationRequired".to_owned(), json!(false));
                    }
                    target
                })
                .collect()
        };
        json!({
            "@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration",
            "id": "TemporaryAccessPass",
            "state": if self.enabled { "enabled" } else { "disabled" },
            "defaultLifetimeInMinutes": self.usual,
            "defaultLength": self.length,
            "minimumLifetimeInMinutes": self.shortest,
            "maximumLifetimeInMinutes": self.longest,
            "isUsableOnce": self.once,
            "includeTargets": targets(&self.include, true),
            "excludeTargets": targets(&self.exclude, false),
        })
    }
}

/// A Temporary Access Pass. What opens the account is not in it: Graph shows that once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// Whose it is.
    pub account: Guid,
    /// Its id.
    pub id: Guid,
    /// When it was made.
    pub created: UtcTime,
    /// From when it counts.
    pub start: UtcTime,
    /// How long it counts, in minutes.
    pub minutes: u32,
    /// Whether it is for one sign-in.
    pub once: bool,
    /// Whether it was used.
    pub used: bool,
}

impl Pass {
    /// As Graph shows it at a time; `shown` is the pass itself, the one time it is shown.
    pub(super) fn json(&self, now: UtcTime, enabled: bool, shown: Option<&str>) -> Value {
        let end = self.start.plus_seconds(i64::from(self.minutes) * 60);
        let (usable, reason) = if !enabled {
            (false, "DisabledByPolicy")
        } else if now < self.start {
            (false, "NotYetValid")
        } else if now >= end {
            (false, "Expired")
        } else if self.once && self.used {
            (false, "OneTimeUsed")
        } else {
            (true, "EnabledByPolicy")
        };
        json!({
            "id": self.id,
            "temporaryAccessPass": shown,
            "createdDateTime": self.created,
            "startDateTime": self.start,
            "lifetimeInMinutes": self.minutes,
            "isUsableOnce": self.once,
            "isUsable": usable,
            "methodUsabilityReason": reason,
        })
    }
}
