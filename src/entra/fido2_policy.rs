//! The tenant's passkey (FIDO2) policy, as Graph tells it.

use super::Ask;
use super::Told;
use crate::primitives::Guid;
use crate::webauthn::Aaguid;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// `state`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MethodState {
    /// `enabled`
    Enabled,
    /// `disabled`
    Disabled,
    /// A word we do not know; empty if not told.
    Other(String),
}

/// `keyRestrictions`: which AAGUIDs are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyRestrictions {
    /// Not enforced: every AAGUID.
    Off,
    /// Only those listed. Texts that are no GUID are counted.
    Allow {
        /// The list.
        aaguids: Vec<Aaguid>,
        /// Entries that cannot be read.
        unreadable: usize,
    },
    /// All but those listed.
    Block {
        /// The list.
        aaguids: Vec<Aaguid>,
        /// Entries that cannot be read.
        unreadable: usize,
    },
    /// Absent, or of a kind we do not know.
    Unreadable,
}

/// Whether attestation is demanded when a key is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttestationEnforcement {
    /// Not demanded.
    Off,
    /// Demanded at registration, never at sign-in.
    AtRegistration,
    /// Absent, or a word we do not know.
    Unreadable,
}

/// Whether a profile takes passkeys that never leave their device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceBound {
    /// `passkeyTypes` names `deviceBound`.
    Taken,
    /// It names only other types that we know.
    NotTaken,
    /// It is absent, empty, or names a type we do not know and not this one.
    Unreadable,
}

/// Whether a profile takes passkeys of which copies may be anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synced {
    /// `passkeyTypes` names `synced`.
    Taken,
    /// It names `deviceBound` alone.
    NotTaken,
    /// It is absent, empty, or names a type we do not know and not this one.
    Unreadable,
}

/// The id of a passkey profile: a GUID in real tenants; compared without case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileId(String);

impl ProfileId {
    /// Takes the id as sent.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_ascii_lowercase())
    }
}

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a profile, or the fields before there were profiles, demands of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demands {
    /// `passkeyTypes`.
    pub device_bound: DeviceBound,
    /// `passkeyTypes`.
    pub synced: Synced,
    /// `keyRestrictions`.
    pub restrictions: KeyRestrictions,
    /// `attestationEnforcement`.
    pub attestation: AttestationEnforcement,
}

/// A passkey profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyProfile {
    /// Its id.
    pub id: ProfileId,
    /// Its name; empty if not told.
    pub name: String,
    /// What it demands.
    pub demands: Demands,
}

/// Whom a target means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetScope {
    /// `all_users`
    AllUsers,
    /// A group, with all that is nested in it.
    Group(Guid),
    /// One user (a legacy form).
    User(Guid),
    /// A type or id we do not know.
    Unreadable,
}

/// One of `includeTargets`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludeTarget {
    /// Whom.
    pub scope: TargetScope,
    /// `allowedPasskeyProfiles`; empty if missing.
    pub profiles: Vec<ProfileId>,
}

/// The passkey policy of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fido2Policy {
    /// `state`.
    pub state: MethodState,
    /// `isSelfServiceRegistrationAllowed`; it governs the provisioning API too.
    pub self_service: Told,
    /// The deprecated fields, which count while there are no profiles.
    pub legacy: Demands,
    /// `defaultPasskeyProfile`; `None` in a tenant that was not migrated.
    pub default_profile: Option<ProfileId>,
    /// `passkeyProfiles`.
    pub profiles: Vec<PasskeyProfile>,
    /// `includeTargets`; `None` if not told.
    pub include: Option<Vec<IncludeTarget>>,
    /// `excludeTargets`; `None` if not told.
    pub exclude: Option<Vec<TargetScope>>,
}

/// Reads the passkey policy.
#[must_use]
pub fn ask_fido2_policy() -> Ask<Fido2Policy> {
    Ask::one(
        "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/fido2".into(),
        "Policy.Read.AuthenticationMethod",
        "the passkey policy",
        Fido2Policy::read,
    )
}

impl Fido2Policy {
    /// Reads a `fido2AuthenticationMethodConfiguration`; `None` if a member has another type.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        let wire: Wire = serde_json::from_value(value).ok()?;
        Some(Self {
            state: state(wire.state),
            self_service: wire.is_self_service_registration_allowed.into(),
            legacy: Demands {
                // Device-bound keys were always taken. Synced ones came with the profiles, which
                // tenants that did not enforce attestation were moved to with both types.
                device_bound: DeviceBound::Taken,
                synced: match wire.is_attestation_enforced {
                    Some(true) => Synced::NotTaken,
                    Some(false) => Synced::Taken,
                    None => Synced::Unreadable,
                },
                restrictions: restrictions(wire.key_restrictions),
                attestation: match wire.is_attestation_enforced {
                    Some(true) => AttestationEnforcement::AtRegistration,
                    Some(false) => AttestationEnforcement::Off,
                    None => AttestationEnforcement::Unreadable,
                },
            },
            default_profile: wire
                .default_passkey_profile
                .filter(|id| !id.is_empty())
                .map(|id| ProfileId::new(&id)),
            profiles: wire
                .passkey_profiles
                .unwrap_or_default()
                .into_iter()
                .map(profile)
                .collect(),
            include: wire.include_targets.map(|targets| {
                targets
                    .into_iter()
                    .map(|target| IncludeTarget {
                        scope: scope(&target),
                        profiles: target
                            .allowed_passkey_profiles
                            .unwrap_or_default()
                            .iter()
                            .map(|id| ProfileId::new(id))
                            .collect(),
                    })
                    .collect()
            }),
            exclude: wire
                .exclude_targets
                .map(|targets| targets.iter().map(scope).collect()),
        })
    }
}

/// The state of a method's policy.
pub(super) fn state(word: Option<String>) -> MethodState {
    match word.unwrap_or_default() {
        word if word.eq_ignore_ascii_case("enabled") => MethodState::Enabled,
        word if word.eq_ignore_ascii_case("disabled") => MethodState::Disabled,
        word => MethodState::Other(word),
    }
}

fn profile(wire: WireProfile) -> PasskeyProfile {
    PasskeyProfile {
        id: ProfileId::new(&wire.id),
        name: wire.name.unwrap_or_default(),
        demands: Demands {
            device_bound: device_bound(wire.passkey_types.as_ref()),
            synced: synced(wire.passkey_types.as_ref()),
            restrictions: restrictions(wire.key_restrictions),
            attestation: match wire.attestation_enforcement {
                Some(word) if word.eq_ignore_ascii_case("disabled") => AttestationEnforcement::Off,
                Some(word) if word.eq_ignore_ascii_case("registrationOnly") => {
                    AttestationEnforcement::AtRegistration
                }
                Some(_) | None => AttestationEnforcement::Unreadable,
            },
        },
    }
}

/// `passkeyTypes` is one string of flags, in lower case; software kits write a list, which is read
/// as well.
fn passkey_types(types: Option<&Value>) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let flags: Option<Vec<String>> = types.and_then(|types| match types.as_array() {
        Some(list) => list.iter().map(text).collect(),
        None => text(types).map(|flags| vec![flags]),
    });
    let flags = flags.unwrap_or_default().join(",").to_ascii_lowercase();
    flags
        .split(',')
        .map(|word| word.trim().to_owned())
        .collect()
}

fn device_bound(types: Option<&Value>) -> DeviceBound {
    let words = passkey_types(types);
    if words.iter().any(|word| word == "devicebound") {
        DeviceBound::Taken
    } else if words.iter().all(|word| word == "synced") {
        DeviceBound::NotTaken
    } else {
        DeviceBound::Unreadable
    }
}

fn synced(types: Option<&Value>) -> Synced {
    let words = passkey_types(types);
    if words.iter().any(|word| word == "synced") {
        Synced::Taken
    } else if words.iter().all(|word| word == "devicebound") {
        Synced::NotTaken
    } else {
        Synced::Unreadable
    }
}

fn restrictions(wire: Option<WireRestrictions>) -> KeyRestrictions {
    let Some(wire) = wire else {
        return KeyRestrictions::Unreadable;
    };
    match wire.is_enforced {
        Some(false) => return KeyRestrictions::Off,
        Some(true) => {}
        None => return KeyRestrictions::Unreadable,
    }
    let Some(texts) = wire.aa_guids else {
        return KeyRestrictions::Unreadable;
    };
    let aaguids: Vec<Aaguid> = texts
        .iter()
        .filter_map(|text| Aaguid::parse(text))
        .collect();
    let unreadable = texts.len() - aaguids.len();
    match wire.enforcement_type.unwrap_or_default() {
        word if word.eq_ignore_ascii_case("allow") => KeyRestrictions::Allow {
            aaguids,
            unreadable,
        },
        word if word.eq_ignore_ascii_case("block") => KeyRestrictions::Block {
            aaguids,
            unreadable,
        },
        _ => KeyRestrictions::Unreadable,
    }
}

/// Whom a target of a method's policy means.
pub(super) fn scope(target: &WireTarget) -> TargetScope {
    let id = target.id.as_deref().unwrap_or_default();
    let kind = target.target_type.as_deref().unwrap_or_default();
    if id.eq_ignore_ascii_case("all_users") {
        return TargetScope::AllUsers;
    }
    match Guid::parse(id) {
        Some(id) if kind.eq_ignore_ascii_case("group") => TargetScope::Group(id),
        Some(id) if kind.eq_ignore_ascii_case("user") => TargetScope::User(id),
        Some(_) | None => TargetScope::Unreadable,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    state: Option<String>,
    is_self_service_registration_allowed: Option<bool>,
    is_attestation_enforced: Option<bool>,
    key_restrictions: Option<WireRestrictions>,
    default_passkey_profile: Option<String>,
    passkey_profiles: Option<Vec<WireProfile>>,
    include_targets: Option<Vec<WireTarget>>,
    exclude_targets: Option<Vec<WireTarget>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireProfile {
    id: String,
    name: Option<String>,
    passkey_types: Option<Value>,
    attestation_enforcement: Option<String>,
    key_restrictions: Option<WireRestrictions>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRestrictions {
    is_enforced: Option<bool>,
    enforcement_type: Option<String>,
    aa_guids: Option<Vec<String>>,
}

/// A target of a method's policy, as sent.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireTarget {
    target_type: Option<String>,
    id: Option<String>,
    allowed_passkey_profiles: Option<Vec<String>>,
}

#[cfg(test)]
mod tests;
