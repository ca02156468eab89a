//! What a policy demands (Graph `conditionalAccessGrantControls`, `…SessionControls`).

use super::wire::member;
use super::wire::says_nothing;
use super::wire::strangers;
use super::wire::texts;
use crate::entra::Strength;
use crate::entra::shown::shown;
use serde_json::Map;
use serde_json::Value;

/// How several controls are joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `OR`: one of them is enough.
    Any,
    /// `AND`: all of them.
    All,
    /// Absent, or a word we do not know.
    Unread,
}

/// One thing that is demanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// `block`: no access at all.
    Block,
    /// `mfa`: any multifactor authentication.
    Mfa,
    /// An authentication strength.
    Strength(Strength),
    /// `compliantDevice`
    CompliantDevice,
    /// `domainJoinedDevice`
    JoinedDevice,
    /// `approvedApplication`
    ApprovedApp,
    /// `compliantApplication`: an app under an app protection policy.
    ProtectedApp,
    /// `passwordChange`
    PasswordChange,
    /// `riskRemediation`
    RiskRemediation,
    /// Terms of use that a person accepts.
    TermsOfUse,
    /// A custom control: a third party's service.
    Custom(String),
    /// A word we do not know.
    Unread(String),
}

/// What must be brought before access is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// How they are joined.
    pub operator: Operator,
    /// The controls; empty if only the session is controlled.
    pub controls: Vec<Control>,
}

/// What is controlled once there is a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Session {
    /// `signInFrequency`: sign in again after a time, or every time.
    SignInFrequency,
    /// `persistentBrowser`
    PersistentBrowser,
    /// `applicationEnforcedRestrictions`
    AppRestrictions,
    /// `cloudAppSecurity`: through a proxy of Defender for Cloud Apps.
    CloudAppSecurity,
    /// `disableResilienceDefaults`: no access while Entra itself is impaired.
    NoResilience,
    /// `secureSignInSession`: only tokens bound to a registered device.
    TokenProtection,
    /// `continuousAccessEvaluation`
    ContinuousEvaluation,
    /// A control we do not know.
    Unread(String),
}

impl Grant {
    pub(super) fn read(value: &Value) -> Self {
        let Value::Object(object) = value else {
            let controls = if value.is_null() {
                Vec::new()
            } else {
                vec![Control::Unread("grantControls".to_owned())]
            };
            return Self {
                operator: Operator::Any,
                controls,
            };
        };
        let operator = match member(object, "operator").as_str() {
            Some(word) if word.eq_ignore_ascii_case("OR") => Operator::Any,
            Some(word) if word.eq_ignore_ascii_case("AND") => Operator::All,
            Some(_) | None => Operator::Unread,
        };
        Self {
            operator,
            controls: controls(object),
        }
    }
}

fn controls(object: &Map<String, Value>) -> Vec<Control> {
    let mut controls = Vec::new();
    let unread = |name: &str| vec![Control::Unread(name.to_owned())];
    controls.extend(texts(member(object, "builtInControls")).map_or_else(
        || unread("builtInControls"),
        |words| words.iter().map(|word| built_in(word)).collect(),
    ));
    controls.extend(
        texts(member(object, "customAuthenticationFactors")).map_or_else(
            || unread("customAuthenticationFactors"),
            |factors| {
                let custom = |factor: &String| Control::Custom(shown(factor));
                factors.iter().map(custom).collect()
            },
        ),
    );
    controls.extend(texts(member(object, "termsOfUse")).map_or_else(
        || unread("termsOfUse"),
        |terms| terms.iter().map(|_| Control::TermsOfUse).collect(),
    ));
    let strength = member(object, "authenticationStrength");
    if !strength.is_null() {
        controls.push(Strength::read(strength).map_or_else(
            || Control::Unread("authenticationStrength".to_owned()),
            Control::Strength,
        ));
    }
    let known = [
        "operator",
        "builtInControls",
        "customAuthenticationFactors",
        "termsOfUse",
        "authenticationStrength",
    ];
    controls.extend(strangers(object, &known).into_iter().map(Control::Unread));
    controls
}

fn built_in(word: &str) -> Control {
    match word.to_ascii_lowercase().as_str() {
        "block" => Control::Block,
        "mfa" => Control::Mfa,
        "compliantdevice" => Control::CompliantDevice,
        "domainjoineddevice" => Control::JoinedDevice,
        "approvedapplication" => Control::ApprovedApp,
        "compliantapplication" => Control::ProtectedApp,
        "passwordchange" => Control::PasswordChange,
        "riskremediation" => Control::RiskRemediation,
        _ => Control::Unread(shown(word)),
    }
}

impl Session {
    pub(super) fn read_all(value: &Value) -> Vec<Self> {
        let Value::Object(object) = value else {
            return if value.is_null() {
                Vec::new()
            } else {
                vec![Self::Unread("sessionControls".to_owned())]
            };
        };
        object
            .iter()
            .filter(|(name, value)| !name.contains('@') && !is_off(value))
            .map(|(name, _)| match name.as_str() {
                "signInFrequency" => Self::SignInFrequency,
                "persistentBrowser" => Self::PersistentBrowser,
                "applicationEnforcedRestrictions" => Self::AppRestrictions,
                "cloudAppSecurity" => Self::CloudAppSecurity,
                "disableResilienceDefaults" => Self::NoResilience,
                "secureSignInSession" => Self::TokenProtection,
                "continuousAccessEvaluation" => Self::ContinuousEvaluation,
                _ => Self::Unread(shown(name)),
            })
            .collect()
    }
}

/// A session control that sets nothing, or is switched off.
fn is_off(value: &Value) -> bool {
    says_nothing(value) || value.get("isEnabled").and_then(Value::as_bool) == Some(false)
}
