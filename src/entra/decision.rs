//! The outcomes of [`decide`](super::decide), with the data to explain them.

use super::ProfileId;
use super::TargetScope;
use crate::webauthn::Aaguid;

/// Whether the account may use the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may, by at least one of these profiles.
    Allowed(Vec<AllowedBy>),
    /// It may not.
    Refused {
        /// The reason that stands first, and the one setting to change.
        first: Refusal,
        /// Reasons that would still stand after that.
        further: Vec<Refusal>,
    },
    /// It cannot be told: never a pass.
    Unknown(Vec<Unsure>),
}

/// A profile that lets the key in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedBy {
    /// Which.
    pub profile: ProfileRef,
    /// No target names it: it was taken because it is the default one.
    pub assumed: bool,
    /// Registration needs an attestation that Entra accepts. Where no profile needs one, the
    /// AAGUID is only the key's own word.
    pub attestation_required: bool,
}

/// Names a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileRef {
    /// The fields from before there were profiles.
    Legacy,
    /// A passkey profile.
    Profile {
        /// Its id.
        id: ProfileId,
        /// Its name; empty if not told.
        name: String,
    },
}

/// A reason, and the setting that would end it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// What to change.
    pub setting: Setting,
}

/// Why a key may not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The method is disabled for the whole tenant.
    MethodDisabled,
    /// Guests cannot register passkeys.
    Guest,
    /// `excludeTargets` names the account; this beats every inclusion.
    Excluded(TargetScope),
    /// No `includeTargets` names the account.
    NotIncluded,
    /// Self-service set-up is off, which blocks the provisioning API too.
    SelfServiceOff,
    /// No profile of the account fits; each with what it misses.
    NoProfileFits(Vec<Miss>),
}

/// A profile that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// Which.
    pub profile: ProfileRef,
    /// All that it misses, at least one.
    pub faults: Vec<ProfileFault>,
}

/// What a profile misses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileFault {
    /// It takes no device-bound passkeys.
    DeviceBoundNotTaken,
    /// The AAGUID is not on its allow list.
    NotOnAllowList,
    /// The AAGUID is on its block list.
    OnBlockList,
    /// It demands attestation, and the key has none that would be accepted.
    AttestationAbsent,
}

/// The setting to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Set `state` to `enabled`.
    EnableMethod,
    /// Use an account that is a member.
    UseMemberAccount,
    /// Take the account out of that group, or that target out of `excludeTargets`.
    RemoveExclusion(TargetScope),
    /// Name one of the account's groups in `includeTargets`.
    AddInclusion,
    /// Set `isSelfServiceRegistrationAllowed`.
    AllowSelfService,
    /// Add `deviceBound` to the profile's `passkeyTypes`.
    TakeDeviceBound(ProfileRef),
    /// Add the AAGUID to the profile's `keyRestrictions`.
    AddToAllowList(ProfileRef, Aaguid),
    /// Remove the AAGUID from the profile's `keyRestrictions`.
    RemoveFromBlockList(ProfileRef, Aaguid),
    /// Use a key with attestation; the alternative is to end the profile's enforcement.
    UseAttestedKey(ProfileRef),
}

/// Why it cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsure {
    /// `state` is a word we do not know; empty if not told.
    State(String),
    /// `userType` is not told.
    UserType,
    /// `isSelfServiceRegistrationAllowed` is not told.
    SelfService,
    /// `includeTargets` is not told, or has a target we cannot read.
    IncludeTargets,
    /// `excludeTargets` is not told, or has a target we cannot read.
    ExcludeTargets,
    /// It hangs on groups of the account that we cannot see.
    Membership,
    /// A target names a profile that is not there.
    ProfileMissing(ProfileId),
    /// A target names no profile, and there is no default one.
    NoDefaultProfile,
    /// A profile has a member we cannot read.
    ProfileUnreadable(ProfileRef),
}
