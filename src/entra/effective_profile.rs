//! The effective passkey profile: may this account use a security key of this AAGUID, and if not,
//! which setting keeps it out. A pure decision.
//!
//! Of the key it takes the AAGUID, that it is device-bound, and at registration whether it can be
//! attested. What cannot be told is unknown, never allowed.

mod scope;

pub use scope::Counting;
pub use scope::Effective;
pub use scope::Scope;
pub use scope::effective;
pub use scope::scope;

use super::AttestationEnforcement;
use super::Demands;
use super::DeviceBound;
use super::Fido2Policy;
use super::IncludeTarget;
use super::KeyRestrictions;
use super::Membership;
use super::MethodState;
use super::PasskeyProfile;
use super::ProfileId;
use super::TargetScope;
use super::Told;
use super::UserType;
use super::decision::AllowedBy;
use super::decision::Decision;
use super::decision::Miss;
use super::decision::ProfileFault;
use super::decision::ProfileRef;
use super::decision::Reason;
use super::decision::Refusal;
use super::decision::Setting;
use super::decision::Unsure;
use super::membership::Completeness;
use crate::primitives::Guid;
use crate::webauthn::Aaguid;
use std::collections::BTreeSet;

/// The account that is asked about.
#[derive(Clone, Copy, Debug)]
pub struct AccountFacts<'a> {
    /// Object id.
    pub id: Guid,
    /// `userType`.
    pub user_type: &'a UserType,
    /// Transitive groups.
    pub membership: &'a Membership,
}

/// What is known of a key's attestation before it is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attestation {
    /// Packed, and its chain ends at an anchor of its metadata entry.
    Verified,
    /// None that would be accepted.
    Absent,
    /// Not seen yet: what needs one is allowed with that condition.
    Unseen,
}

/// What the key is to be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// To be registered for the account.
    Registration(Attestation),
    /// To sign in, registered already. Key restrictions act here too; attestation does not.
    SignIn,
}

/// Decides whether `account` may use a device-bound key of model `aaguid`.
#[must_use]
pub fn decide(
    policy: &Fido2Policy,
    account: &AccountFacts<'_>,
    aaguid: &Aaguid,
    usage: Usage,
) -> Decision {
    let mut findings = Findings::default();
    findings.state(policy);
    if let Usage::Registration(_) = usage {
        findings.user_type(account.user_type);
    }
    let groups = account.membership.ids();
    findings.exclusion(policy, account, &groups);
    let allowed = findings.profiles(policy, account, &groups, aaguid, usage);
    if let Usage::Registration(_) = usage {
        findings.self_service(policy.self_service);
    }
    findings.decision(allowed)
}

#[derive(Default)]
struct Findings {
    refusals: Vec<Refusal>,
    unsure: Vec<Unsure>,
}

impl Findings {
    fn refuse(&mut self, reason: Reason, setting: Setting) {
        self.refusals.push(Refusal { reason, setting });
    }

    fn decision(self, allowed: Vec<AllowedBy>) -> Decision {
        let mut refusals = self.refusals.into_iter();
        match refusals.next() {
            Some(first) => Decision::Refused {
                first,
                further: refusals.collect(),
            },
            None if self.unsure.is_empty() => Decision::Allowed(allowed),
            None => Decision::Unknown(self.unsure),
        }
    }

    fn state(&mut self, policy: &Fido2Policy) {
        match &policy.state {
            MethodState::Enabled => {}
            MethodState::Disabled => self.refuse(Reason::MethodDisabled, Setting::EnableMethod),
            MethodState::Other(word) => self.unsure.push(Unsure::State(word.clone())),
        }
    }

    fn user_type(&mut self, user_type: &UserType) {
        match user_type {
            UserType::Member => {}
            UserType::Guest => self.refuse(Reason::Guest, Setting::UseMemberAccount),
            UserType::Other(_) | UserType::NotTold => self.unsure.push(Unsure::UserType),
        }
    }

    fn self_service(&mut self, self_service: Told) {
        match self_service {
            Told::Yes => {}
            Told::No => self.refuse(Reason::SelfServiceOff, Setting::AllowSelfService),
            Told::NotTold => self.unsure.push(Unsure::SelfService),
        }
    }

    fn exclusion(
        &mut self,
        policy: &Fido2Policy,
        account: &AccountFacts<'_>,
        groups: &BTreeSet<Guid>,
    ) {
        let Some(exclude) = &policy.exclude else {
            self.unsure.push(Unsure::ExcludeTargets);
            return;
        };
        let mut doubt = None;
        for scope in exclude {
            match matches(scope, account, groups, &[]) {
                Match::Yes => self.refuse(
                    Reason::Excluded(scope.clone()),
                    Setting::RemoveExclusion(scope.clone()),
                ),
                Match::No => {}
                Match::Perhaps => doubt = doubt.or(Some(Unsure::Membership)),
                Match::Unreadable => doubt = Some(Unsure::ExcludeTargets),
            }
        }
        self.unsure.extend(doubt);
    }

    /// The profiles that let the key in; empty if something was found instead.
    fn profiles(
        &mut self,
        policy: &Fido2Policy,
        account: &AccountFacts<'_>,
        groups: &BTreeSet<Guid>,
        aaguid: &Aaguid,
        usage: Usage,
    ) -> Vec<AllowedBy> {
        let Some(include) = &policy.include else {
            self.unsure.push(Unsure::IncludeTargets);
            return Vec::new();
        };
        let mut allowed: Vec<AllowedBy> = Vec::new();
        let mut doubts: Vec<Unsure> = Vec::new();
        let mut misses: Vec<(Miss, bool)> = Vec::new();
        let excluded = policy.exclude.as_deref().unwrap_or_default();
        for target in include {
            let certain = match matches(&target.scope, account, groups, excluded) {
                Match::Yes => true,
                Match::Perhaps => false,
                Match::No => continue,
                Match::Unreadable => {
                    doubts.push(Unsure::IncludeTargets);
                    continue;
                }
            };
            let personal = target.scope != TargetScope::AllUsers;
            for candidate in candidates(policy, target) {
                match candidate.and_then(|candidate| candidate.judge(aaguid, usage)) {
                    Ok(Fit::Fits(fits)) if certain => add(&mut allowed, fits),
                    Ok(Fit::Fits(_)) => doubts.push(Unsure::Membership),
                    Ok(Fit::Misses(miss)) => misses.push((miss, personal)),
                    Err(unsure) => doubts.push(unsure),
                }
            }
        }
        if allowed.is_empty() {
            if doubts.is_empty() {
                let (reason, setting) = no_profile(misses, aaguid);
                self.refuse(reason, setting);
            } else {
                doubts.dedup();
                self.unsure.append(&mut doubts);
            }
        }
        allowed
    }
}

enum Match {
    Yes,
    No,
    /// The account's groups are not all known, and this is not one of the known.
    Perhaps,
    Unreadable,
}

/// Whether a target means the account. `moot` are the exclusions: a group in them can never let
/// the account in.
fn matches(
    scope: &TargetScope,
    account: &AccountFacts<'_>,
    groups: &BTreeSet<Guid>,
    moot: &[TargetScope],
) -> Match {
    match scope {
        TargetScope::AllUsers => Match::Yes,
        TargetScope::User(id) if *id == account.id => Match::Yes,
        TargetScope::User(_) => Match::No,
        TargetScope::Group(id) if groups.contains(id) => Match::Yes,
        TargetScope::Group(_) => match account.membership.completeness {
            Completeness::Whole => Match::No,
            Completeness::Partial if moot.contains(scope) => Match::No,
            Completeness::Partial => Match::Perhaps,
        },
        TargetScope::Unreadable => Match::Unreadable,
    }
}

struct Candidate<'a> {
    profile: Option<&'a PasskeyProfile>,
    demands: &'a Demands,
    assumed: bool,
}

/// The profiles that a target allows.
fn candidates<'a>(
    policy: &'a Fido2Policy,
    target: &'a IncludeTarget,
) -> Vec<Result<Candidate<'a>, Unsure>> {
    let migrated = policy.default_profile.is_some() || !target.profiles.is_empty();
    if policy.profiles.is_empty() && !migrated {
        return vec![Ok(Candidate {
            profile: None,
            demands: &policy.legacy,
            assumed: false,
        })];
    }
    let find = |id: &ProfileId, assumed: bool| {
        policy
            .profiles
            .iter()
            .find(|profile| profile.id == *id)
            .map(|profile| Candidate {
                profile: Some(profile),
                demands: &profile.demands,
                assumed,
            })
            .ok_or_else(|| Unsure::ProfileMissing(id.clone()))
    };
    if target.profiles.is_empty() {
        let default = policy.default_profile.as_ref();
        return vec![default.map_or(Err(Unsure::NoDefaultProfile), |id| find(id, true))];
    }
    target.profiles.iter().map(|id| find(id, false)).collect()
}

enum Fit {
    Fits(AllowedBy),
    Misses(Miss),
}

impl Candidate<'_> {
    fn named(&self) -> ProfileRef {
        self.profile
            .map_or(ProfileRef::Legacy, |profile| ProfileRef::Profile {
                id: profile.id.clone(),
                name: profile.name.clone(),
            })
    }

    fn judge(&self, aaguid: &Aaguid, usage: Usage) -> Result<Fit, Unsure> {
        let mut faults = Vec::new();
        let mut readable = true;
        match self.demands.device_bound {
            DeviceBound::Taken => {}
            DeviceBound::NotTaken => faults.push(ProfileFault::DeviceBoundNotTaken),
            DeviceBound::Unreadable => readable = false,
        }
        match &self.demands.restrictions {
            KeyRestrictions::Allow { aaguids, .. } if aaguids.contains(aaguid) => {}
            KeyRestrictions::Allow { unreadable: 0, .. } => {
                faults.push(ProfileFault::NotOnAllowList);
            }
            KeyRestrictions::Block { aaguids, .. } if aaguids.contains(aaguid) => {
                faults.push(ProfileFault::OnBlockList);
            }
            KeyRestrictions::Off | KeyRestrictions::Block { unreadable: 0, .. } => {}
            KeyRestrictions::Allow { .. }
            | KeyRestrictions::Block { .. }
            | KeyRestrictions::Unreadable => readable = false,
        }
        let mut attestation_required = false;
        if let Usage::Registration(attestation) = usage {
            match (self.demands.attestation, attestation) {
                (AttestationEnforcement::Off, _) => {}
                (AttestationEnforcement::AtRegistration, Attestation::Absent) => {
                    faults.push(ProfileFault::AttestationAbsent);
                }
                (
                    AttestationEnforcement::AtRegistration,
                    Attestation::Verified | Attestation::Unseen,
                ) => attestation_required = true,
                (AttestationEnforcement::Unreadable, _) => readable = false,
            }
        }
        if !faults.is_empty() {
            return Ok(Fit::Misses(Miss {
                profile: self.named(),
                faults,
            }));
        }
        if !readable {
            return Err(Unsure::ProfileUnreadable(self.named()));
        }
        Ok(Fit::Fits(AllowedBy {
            profile: self.named(),
            assumed: self.assumed,
            attestation_required,
        }))
    }
}

fn add(allowed: &mut Vec<AllowedBy>, fits: AllowedBy) {
    match allowed.iter_mut().find(|by| by.profile == fits.profile) {
        Some(by) => by.assumed &= fits.assumed,
        None => allowed.push(fits),
    }
}

/// No profile lets the key in: the setting is in the profile that misses least, one meant for a
/// group rather than for everybody.
fn no_profile(mut misses: Vec<(Miss, bool)>, aaguid: &Aaguid) -> (Reason, Setting) {
    misses.sort_by_key(|(miss, personal)| (miss.faults.len(), !personal));
    let mut all: Vec<Miss> = Vec::new();
    for (miss, _) in misses {
        if !all.contains(&miss) {
            all.push(miss);
        }
    }
    let setting = all.first().and_then(|miss| {
        let profile = miss.profile.clone();
        Some(match miss.faults.first()? {
            ProfileFault::DeviceBoundNotTaken => Setting::TakeDeviceBound(profile),
            ProfileFault::NotOnAllowList => Setting::AddToAllowList(profile, *aaguid),
            ProfileFault::OnBlockList => Setting::RemoveFromBlockList(profile, *aaguid),
            ProfileFault::AttestationAbsent => Setting::UseAttestedKey(profile),
        })
    });
    match setting {
        Some(setting) => (Reason::NoProfileFits(all), setting),
        None => (Reason::NotIncluded, Setting::AddInclusion),
    }
}

#[cfg(test)]
mod tests;
