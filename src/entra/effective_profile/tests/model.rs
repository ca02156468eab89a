//! The model: a tenant of three groups, three profiles and two AAGUIDs, judged by plain logic.

use super::*;
use crate::entra::Synced;
use proptest::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ModelList {
    Off,
    Allow,
    Block,
}

#[derive(Clone, Debug)]
struct ModelProfile {
    device_bound: bool,
    synced: bool,
    list: ModelList,
    listed: [bool; 2],
    attestation: bool,
}

#[derive(Clone, Debug)]
struct ModelTenant {
    enabled: bool,
    self_service: bool,
    legacy: Option<ModelProfile>,
    profiles: Vec<ModelProfile>,
    /// Who (`None` = all users, else a group) and which profiles; none means the first.
    include: Vec<(Option<usize>, Vec<usize>)>,
    exclude: Vec<usize>,
}

const GROUPS: [&str; 3] = [
    "00000000-0000-0000-0000-0000000000a1",
    "00000000-0000-0000-0000-0000000000a2",
    "00000000-0000-0000-0000-0000000000a3",
];
const KEYS: [&str; 2] = [KEY, OTHER];

fn profile_id(index: usize) -> String {
    format!("00000000-0000-0000-0000-00000000000{}", index + 1)
}

impl ModelTenant {
    fn allows(&self, groups: &[usize], key: usize, usage: Usage) -> bool {
        let fits = |profile: &ModelProfile| {
            profile.device_bound
                && (profile.list == ModelList::Off
                    || (profile.list == ModelList::Allow) == profile.listed[key])
                && !(profile.attestation && usage == Usage::Registration(Attestation::Absent))
        };
        let targeted = |target: &Option<usize>| target.is_none_or(|group| groups.contains(&group));
        self.enabled
            && (usage == Usage::SignIn || self.self_service)
            && !self.exclude.iter().any(|group| groups.contains(group))
            && self
                .include
                .iter()
                .filter(|(target, _)| targeted(target))
                .any(|(_, allowed)| match &self.legacy {
                    Some(legacy) => fits(legacy),
                    None if allowed.is_empty() => fits(&self.profiles[0]),
                    None => allowed.iter().any(|index| fits(&self.profiles[*index])),
                })
    }

    /// The profiles that count for somebody in these groups; the old fields are number 9.
    fn counting(&self, groups: &[usize]) -> Vec<usize> {
        let mut counting = Vec::new();
        if self.exclude.iter().any(|group| groups.contains(group)) {
            return counting;
        }
        for (target, allowed) in &self.include {
            if target.is_some_and(|group| !groups.contains(&group)) {
                continue;
            }
            match &self.legacy {
                Some(_) => counting.push(9),
                None if allowed.is_empty() => counting.push(0),
                None => counting.extend(allowed),
            }
        }
        counting.sort_unstable();
        counting.dedup();
        counting
    }

    fn profile(&self, number: usize) -> &ModelProfile {
        self.legacy
            .as_ref()
            .unwrap_or_else(|| &self.profiles[number])
    }

    fn json(&self) -> Value {
        let restrictions = |profile: &ModelProfile| {
            let listed: Vec<&str> = (0..2)
                .filter(|key| profile.listed[*key])
                .map(|key| KEYS[key])
                .collect();
            json!({
                "isEnforced": profile.list != ModelList::Off,
                "enforcementType": if profile.list == ModelList::Allow { "allow" } else { "block" },
                "aaGuids": listed,
            })
        };
        let include: Vec<Value> = self
            .include
            .iter()
            .map(|(group, profiles)| {
                let ids: Vec<String> = profiles.iter().map(|index| profile_id(*index)).collect();
                let mut target = json!({
                    "targetType": "group",
                    "id": group.map_or("all_users", |group| GROUPS[group]),
                });
                if self.legacy.is_none() {
                    target["allowedPasskeyProfiles"] = json!(ids);
                }
                target
            })
            .collect();
        let exclude: Vec<Value> = self
            .exclude
            .iter()
            .map(|group| json!({"targetType": "group", "id": GROUPS[*group]}))
            .collect();
        let mut policy = json!({
            "state": if self.enabled { "enabled" } else { "disabled" },
            "isSelfServiceRegistrationAllowed": self.self_service,
            "includeTargets": include,
            "excludeTargets": exclude,
        });
        if let Some(legacy) = &self.legacy {
            policy["isAttestationEnforced"] = json!(legacy.attestation);
            policy["keyRestrictions"] = restrictions(legacy);
        } else {
            policy["defaultPasskeyProfile"] = json!(profile_id(0));
            policy["passkeyProfiles"] = self
                .profiles
                .iter()
                .enumerate()
                .map(|(index, profile)| {
                    json!({
                        "id": profile_id(index),
                        "name": "p",
                        "passkeyTypes": match (profile.device_bound, profile.synced) {
                            (true, true) => "deviceBound,synced",
                            (true, false) => "deviceBound",
                            (false, _) => "synced",
                        },
                        "attestationEnforcement":
                            if profile.attestation { "registrationOnly" } else { "disabled" },
                        "keyRestrictions": restrictions(profile),
                    })
                })
                .collect();
        }
        policy
    }
}

fn model_profile() -> impl Strategy<Value = ModelProfile> {
    let list = prop::sample::select(vec![ModelList::Off, ModelList::Allow, ModelList::Block]);
    (any::<[bool; 3]>(), list, any::<[bool; 2]>()).prop_map(
        |([device_bound, synced, attestation], list, listed)| ModelProfile {
            device_bound,
            synced: synced || !device_bound,
            list,
            listed,
            attestation,
        },
    )
}

fn model_tenant() -> impl Strategy<Value = ModelTenant> {
    let target = (
        proptest::option::of(0_usize..3),
        proptest::collection::vec(0_usize..3, 0..3),
    );
    (
        proptest::bool::weighted(0.9),
        proptest::bool::weighted(0.8),
        proptest::option::weighted(0.3, model_profile()),
        proptest::collection::vec(model_profile(), 3),
        proptest::collection::vec(target, 0..4),
        proptest::collection::vec(0_usize..3, 0..2),
    )
        .prop_map(
            |(enabled, self_service, legacy, profiles, include, exclude)| ModelTenant {
                enabled,
                self_service,
                // The old fields always took device-bound keys, and synced ones unless attested.
                legacy: legacy.map(|profile| ModelProfile {
                    device_bound: true,
                    synced: !profile.attestation,
                    ..profile
                }),
                profiles,
                include,
                exclude,
            },
        )
}

fn usages() -> [Usage; 4] {
    [
        Usage::SignIn,
        Usage::Registration(Attestation::Unseen),
        Usage::Registration(Attestation::Verified),
        Usage::Registration(Attestation::Absent),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn the_decision_agrees_with_plain_logic_over_every_set_of_groups(tenant in model_tenant()) {
        let policy = tenant.json();
        for set in 0_usize..8 {
            let known: Vec<usize> = (0..3).filter(|group| set & (1 << group) != 0).collect();
            let ids: Vec<&str> = known.iter().map(|group| GROUPS[*group]).collect();
            for (key, aaguid) in KEYS.iter().enumerate() {
                for usage in usages() {
                    let whole = membership(&ids, Completeness::Whole);
                    let decision = decided(&policy, &whole, aaguid, usage);
                    let allowed = tenant.allows(&known, key, usage);
                    prop_assert_eq!(matches!(decision, Decision::Allowed(_)), allowed);
                    prop_assert_eq!(matches!(decision, Decision::Refused { .. }), !allowed);

                    // With hidden groups: what holds for every larger set is told, else unknown.
                    let partial = membership(&ids, Completeness::Partial);
                    let decision = decided(&policy, &partial, aaguid, usage);
                    let outcomes: Vec<bool> = (0_usize..8)
                        .filter(|larger| larger & set == set)
                        .map(|larger| {
                            let groups: Vec<usize> =
                                (0..3).filter(|group| larger & (1 << group) != 0).collect();
                            tenant.allows(&groups, key, usage)
                        })
                        .collect();
                    let all = outcomes.iter().all(|allowed| *allowed);
                    let none = outcomes.iter().all(|allowed| !*allowed);
                    match decision {
                        Decision::Allowed(_) => prop_assert!(all),
                        Decision::Refused { .. } => prop_assert!(none),
                        Decision::Unknown(_) => prop_assert!(!all && !none),
                    }
                }
            }
        }
    }

    #[test]
    fn the_profiles_that_count_agree_with_plain_logic_over_every_set_of_groups(
        tenant in model_tenant(),
    ) {
        let policy = Fido2Policy::read(tenant.json()).unwrap();
        let subset = |set: usize| -> Vec<usize> {
            (0..3).filter(|group| set & (1 << group) != 0).collect()
        };
        let number = |counting: &Counting<'_>| match &counting.profile {
            ProfileRef::Legacy => 9,
            ProfileRef::Profile { id, .. } => {
                (0..3).find(|number| ProfileId::new(&profile_id(*number)) == *id).unwrap()
            }
        };
        let sorted = |list: &[Counting<'_>]| {
            let mut numbers: Vec<usize> = list.iter().map(number).collect();
            numbers.sort_unstable();
            numbers
        };
        for set in 0_usize..8 {
            let known = subset(set);
            let ids: Vec<&str> = known.iter().map(|group| GROUPS[*group]).collect();
            let whole = membership(&ids, Completeness::Whole);
            let who = AccountFacts {
                id: guid(ACCOUNT),
                user_type: &UserType::Member,
                membership: &whole,
            };
            let found = effective(&policy, &who);
            prop_assert_eq!(sorted(&found.certain), tenant.counting(&known));
            prop_assert!(found.possible.is_empty() && found.unsure.is_empty());
            for counting in &found.certain {
                let profile = tenant.profile(number(counting));
                prop_assert_eq!(counting.demands.synced == Synced::Taken, profile.synced);
                let enforced =
                    counting.demands.attestation == AttestationEnforcement::AtRegistration;
                prop_assert_eq!(enforced, profile.attestation);
            }
            let included = tenant
                .include
                .iter()
                .any(|(target, _)| target.is_none_or(|group| known.contains(&group)));
            let excluded = tenant.exclude.iter().any(|group| known.contains(group));
            let expected = scope(&policy, &who);
            prop_assert_eq!(matches!(expected, Scope::Excluded(_)), excluded);
            prop_assert_eq!(expected == Scope::Within, included && !excluded);
            prop_assert_eq!(expected == Scope::NotIncluded, !included && !excluded);

            // With hidden groups: what counts in every larger set is certain, in some is possible.
            let partial = membership(&ids, Completeness::Partial);
            let hidden = AccountFacts { membership: &partial, ..who };
            let found = effective(&policy, &hidden);
            let larger: Vec<Vec<usize>> = (0_usize..8)
                .filter(|larger| larger & set == set)
                .map(|larger| tenant.counting(&subset(larger)))
                .collect();
            for number in [0, 1, 2, 9] {
                let always = larger.iter().all(|counting| counting.contains(&number));
                let ever = larger.iter().any(|counting| counting.contains(&number));
                let certain = sorted(&found.certain).contains(&number);
                let possible = sorted(&found.possible).contains(&number);
                prop_assert_eq!(certain, always, "{}", number);
                prop_assert_eq!(certain || possible, ever, "{}", number);
            }
        }
    }

    #[test]
    fn one_changed_setting_after_another_ends_in_allowed_or_unknown(tenant in model_tenant()) {
        let mut policy = tenant.json();
        let whole = membership(&[GROUPS[0]], Completeness::Whole);
        for _ in 0..12 {
            let Decision::Refused { first, .. } = decided(&policy, &whole, KEY, REGISTRATION) else {
                break;
            };
            change(&mut policy, &first.setting);
        }
        let decision = decided(&policy, &whole, KEY, REGISTRATION);
        prop_assert!(matches!(decision, Decision::Allowed(_)), "{:?}", decision);
    }
}

/// Does what a finding says.
fn change(policy: &mut Value, setting: &Setting) {
    fn demands<'a>(policy: &'a mut Value, profile: &ProfileRef) -> &'a mut Value {
        match profile {
            ProfileRef::Legacy => policy,
            ProfileRef::Profile { id, .. } => policy["passkeyProfiles"]
                .as_array_mut()
                .unwrap()
                .iter_mut()
                .find(|profile| profile["id"] == id.to_string())
                .unwrap(),
        }
    }
    match setting {
        Setting::EnableMethod => policy["state"] = json!("enabled"),
        Setting::AllowSelfService => policy["isSelfServiceRegistrationAllowed"] = json!(true),
        Setting::RemoveExclusion(_) => policy["excludeTargets"] = json!([]),
        Setting::AddInclusion => {
            policy["includeTargets"] = json!([{"targetType": "group", "id": GROUPS[0]}]);
        }
        Setting::TakeDeviceBound(profile) => {
            demands(policy, profile)["passkeyTypes"] = json!("deviceBound");
        }
        Setting::AddToAllowList(profile, aaguid) => {
            demands(policy, profile)["keyRestrictions"]["aaGuids"] = json!([aaguid.to_string()]);
        }
        Setting::RemoveFromBlockList(profile, _) => {
            demands(policy, profile)["keyRestrictions"]["aaGuids"] = json!([]);
        }
        Setting::UseMemberAccount | Setting::UseAttestedKey(_) => panic!("{setting:?}"),
    }
}
