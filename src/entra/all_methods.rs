//! Every authentication method of an account, of kinds we know and of kinds we do not.
//!
//! One read serves passkeys, Temporary Access Passes and all the rest; the published throttle of
//! these reads is narrow.

use super::Ask;
use super::Fido2Method;
use super::Told;
use super::told::moment;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde_json::Value;

/// What kind a method is, beside password, passkey and pass.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MethodKind {
    /// A telephone: call or text message.
    Phone,
    /// A mail address, for password reset alone.
    Email,
    /// Microsoft Authenticator, with or without passwordless sign-in.
    Authenticator,
    /// An app that shows one-time codes.
    SoftwareToken,
    /// A device that shows one-time codes.
    HardwareToken,
    /// Windows Hello for Business: bound to one computer.
    WindowsHello,
    /// A platform credential of a Mac: bound to one computer.
    PlatformCredential,
    /// Another provider's.
    External,
    /// A QR code with a PIN.
    QrCodePin,
    /// An X.509 certificate.
    Certificate,
    /// A type we do not know, as sent without its prefix; empty if there is none.
    Other(String),
}

impl MethodKind {
    fn of(word: &str) -> Self {
        match word {
            "phone" => Self::Phone,
            "email" => Self::Email,
            "microsoftAuthenticator" | "passwordlessMicrosoftAuthenticator" => Self::Authenticator,
            "softwareOath" => Self::SoftwareToken,
            "hardwareOath" => Self::HardwareToken,
            "windowsHelloForBusiness" => Self::WindowsHello,
            "platformCredential" => Self::PlatformCredential,
            "external" | "externalAuthentication" => Self::External,
            "qrCodePin" => Self::QrCodePin,
            "x509Certificate" => Self::Certificate,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// A method that is neither password nor passkey nor pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherMethod {
    /// Its kind.
    pub kind: MethodKind,
    /// Its id; empty if not told.
    pub id: String,
    /// `displayName`: of a phone or a computer; `None` if not told. Numbers and addresses are not
    /// kept.
    pub name: Option<String>,
}

/// A Temporary Access Pass; its value is never shown by a read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// Its id; empty if not told.
    pub id: String,
    /// `createdDateTime`; `None` if not told.
    pub created: Option<UtcTime>,
    /// `startDateTime`; `None` if not told.
    pub starts: Option<UtcTime>,
    /// `lifetimeInMinutes`; `None` if not told.
    pub lifetime_minutes: Option<u32>,
    /// `isUsableOnce`.
    pub usable_once: Told,
    /// `isUsable`.
    pub usable: Told,
    /// `methodUsabilityReason`, as sent; `None` if not told.
    pub reason: Option<String>,
}

impl Pass {
    fn read(value: Value) -> Option<Self> {
        let wire: WirePass = serde_json::from_value(value).ok()?;
        Some(Self {
            id: wire.id.unwrap_or_default(),
            created: wire.created_date_time,
            starts: wire.start_date_time,
            lifetime_minutes: wire.lifetime_in_minutes,
            usable_once: wire.is_usable_once.into(),
            usable: wire.is_usable.into(),
            reason: wire.method_usability_reason,
        })
    }

    /// Reads an array of passes; `None` if one cannot be read.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let items: Vec<Value> = serde_json::from_value(value).ok()?;
        items.into_iter().map(Self::read).collect()
    }
}

/// An account's methods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllMethods {
    /// Passkeys.
    pub passkeys: Vec<Fido2Method>,
    /// Temporary Access Passes.
    pub passes: Vec<Pass>,
    /// Passwords: one, or none.
    pub passwords: usize,
    /// Everything else.
    pub others: Vec<OtherMethod>,
}

impl AllMethods {
    /// Reads an array of methods. An item of a type we do not know is kept; `None` if one that we do
    /// know cannot be read, or one tells no type: it could be a pass.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        let items: Vec<Value> = serde_json::from_value(value).ok()?;
        let mut methods = Self::default();
        for item in items {
            let kind = item.get("@odata.type")?.as_str()?;
            let bare = kind.strip_prefix("#microsoft.graph.").unwrap_or(kind);
            match bare.strip_suffix("AuthenticationMethod").unwrap_or(bare) {
                "fido2" => methods.passkeys.push(Fido2Method::read(item)?),
                "temporaryAccessPass" => methods.passes.push(Pass::read(item)?),
                "password" => methods.passwords += 1,
                word => {
                    let kind = MethodKind::of(word);
                    methods.others.push(OtherMethod {
                        kind,
                        id: text(&item, "id").unwrap_or_default(),
                        name: text(&item, "displayName"),
                    });
                }
            }
        }
        Some(methods)
    }
}

fn text(item: &Value, name: &str) -> Option<String> {
    item.get(name)?.as_str().map(str::to_owned)
}

/// Reads every method of an account.
#[must_use]
pub fn ask_all_methods(user: &Guid) -> Ask<AllMethods> {
    Ask::list(
        format!("/users/{user}/authentication/methods"),
        "UserAuthenticationMethod.Read.All",
        "the account's authentication methods",
        AllMethods::read,
    )
}

/// Reads the passes of an account alone.
#[must_use]
pub fn ask_passes(user: &Guid) -> Ask<Vec<Pass>> {
    Ask::list(
        format!("/users/{user}/authentication/temporaryAccessPassMethods"),
        "UserAuthMethod-TAP.Read.All",
        "the account's Temporary Access Passes",
        Pass::read_all,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePass {
    id: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    created_date_time: Option<UtcTime>,
    #[serde(default, deserialize_with = "moment")]
    start_date_time: Option<UtcTime>,
    lifetime_in_minutes: Option<u32>,
    is_usable_once: Option<bool>,
    is_usable: Option<bool>,
    method_usability_reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn methods(text: &str) -> AllMethods {
        let page: Value = serde_json::from_str(text).unwrap();
        AllMethods::read(page["value"].clone()).unwrap()
    }

    #[test]
    fn the_example_account_has_two_passkeys_and_a_password() {
        let methods = methods(include_str!("../../tests/graph/methods-list.json"));
        let names: Vec<&str> = methods
            .passkeys
            .iter()
            .map(|key| key.display_name.as_str())
            .collect();
        assert_eq!(names, ["Red key", "Blue key"]);
        assert_eq!(
            (methods.passes.len(), methods.passwords, methods.others),
            (0, 1, Vec::new())
        );
    }

    #[test]
    fn a_phone_and_a_computer_are_told_apart_and_no_number_is_kept() {
        let methods = methods(include_str!(
            "../../tests/graph/methods-list-bad-phone.json"
        ));
        assert_eq!(
            methods.others,
            [
                OtherMethod {
                    kind: MethodKind::Phone,
                    id: "3179e48a-750b-4051-897c-87b9720928f7".into(),
                    name: None,
                },
                OtherMethod {
                    kind: MethodKind::WindowsHello,
                    id: "b5e01f81-1f81-b5e0-811f-e0b5811fe0b5".into(),
                    name: Some("Jordan's Surface Book".into()),
                },
            ]
        );
        assert!(!format!("{methods:?}").contains("2065555555"));
    }

    #[test]
    fn an_item_that_tells_no_type_makes_the_list_unreadable() {
        for item in [json!(1), json!("x"), json!(null), json!({"id": "x"})] {
            assert_eq!(AllMethods::read(json!([item])), None, "{item}");
        }
    }

    #[test]
    fn the_example_pass_is_usable_and_was_made_in_2022() {
        let text = include_str!("../../tests/graph/tap-list.json");
        let page: Value = serde_json::from_str(text).unwrap();
        let passes = Pass::read_all(page["value"].clone()).unwrap();
        assert_eq!(
            passes,
            [Pass {
                id: "6f1967b7-15e8-4935-ac26-d50770ed07a7".into(),
                created: UtcTime::parse_rfc3339("2022-06-02T16:21:09.765173Z"),
                starts: UtcTime::parse("2022-06-05T00:00:00Z"),
                lifetime_minutes: Some(60),
                usable_once: Told::No,
                usable: Told::Yes,
                reason: Some("EnabledByPolicy".into()),
            }]
        );
    }

    #[test]
    fn every_kind_that_graph_documents_is_known_and_any_other_is_kept() {
        let kinds = [
            ("phone", MethodKind::Phone),
            ("email", MethodKind::Email),
            ("microsoftAuthenticator", MethodKind::Authenticator),
            ("softwareOath", MethodKind::SoftwareToken),
            ("hardwareOath", MethodKind::HardwareToken),
            ("windowsHelloForBusiness", MethodKind::WindowsHello),
            ("platformCredential", MethodKind::PlatformCredential),
            ("external", MethodKind::External),
            ("qrCodePin", MethodKind::QrCodePin),
            ("x509Certificate", MethodKind::Certificate),
            ("mindReading", MethodKind::Other("mindReading".into())),
        ];
        for (word, kind) in kinds {
            let name = format!("#microsoft.graph.{word}AuthenticationMethod");
            let read = AllMethods::read(json!([{"@odata.type": name, "id": "x"}])).unwrap();
            assert_eq!(read.others[0].kind, kind);
        }
    }

    #[test]
    fn a_passkey_that_cannot_be_read_leaves_the_whole_list_unread() {
        let odd = json!([{"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": 7}]);
        assert_eq!(AllMethods::read(odd), None);
    }
}
