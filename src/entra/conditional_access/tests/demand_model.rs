//! The model: a door with a list of locks. Somebody brings the key; somebody else brings everything
//! but what is phishing-resistant. What cannot be read is tried both ways.

use super::*;
use crate::webauthn::Aaguid;
use proptest::prelude::*;
use serde_json::Value;
use serde_json::json;

const KEY: &str = "a25342c0-3cdc-4414-8e46-f4807fca511c";
const OTHER: &str = "ee882879-721c-4913-9775-3dfcce97072a";

/// One lock: whether the key opens it and whether the weak bringer does; `None` is unknown.
#[derive(Clone, Copy, Debug)]
struct Lock {
    key: Option<bool>,
    weak: Option<bool>,
}

#[derive(Clone, Debug)]
struct ModelGrant {
    /// `None` is a word that we do not know.
    all: Option<bool>,
    words: Vec<&'static str>,
    /// Combinations, and on which list of models: none, one with the key, one without, not told.
    strength: Option<(Vec<&'static str>, usize)>,
    terms: bool,
}

const WORDS: [(&str, Lock); 7] = [
    ("mfa", lock(Some(true), Some(true))),
    ("compliantDevice", lock(Some(false), Some(true))),
    ("domainJoinedDevice", lock(Some(false), Some(true))),
    ("passwordChange", lock(Some(false), Some(true))),
    ("compliantApplication", lock(Some(false), Some(true))),
    ("telepathy", lock(None, None)),
    ("block", lock(Some(false), Some(false))),
];

const COMBINATIONS: [&str; 6] = [
    "fido2",
    "windowsHelloForBusiness",
    "x509CertificateMultiFactor",
    "password,sms",
    "temporaryAccessPassOneTime",
    "glimpse",
];

const fn lock(key: Option<bool>, weak: Option<bool>) -> Lock {
    Lock { key, weak }
}

impl ModelGrant {
    fn json(&self) -> Value {
        let mut grant = json!({
            "operator": match self.all {
                Some(true) => "AND",
                Some(false) => "OR",
                None => "NEITHER",
            },
            "builtInControls": self.words,
            "termsOfUse": if self.terms { json!(["t"]) } else { json!([]) },
        });
        if let Some((combinations, models)) = &self.strength {
            let list = |aaguid: &str| json!([{"appliesToCombinations": ["fido2"], "allowedAAGUIDs": [aaguid]}]);
            grant["authenticationStrength"] = json!({
                "id": "s",
                "displayName": "s",
                "policyType": "custom",
                "allowedCombinations": combinations,
                "combinationConfigurations": match models {
                    0 => json!([]),
                    1 => list(KEY),
                    2 => list(OTHER),
                    _ => json!(null),
                },
            });
        }
        grant
    }

    fn locks(&self) -> Vec<Lock> {
        let mut locks: Vec<Lock> = self
            .words
            .iter()
            .map(|word| WORDS.iter().find(|(other, _)| other == word).unwrap().1)
            .collect();
        if self.terms {
            locks.push(lock(Some(true), Some(true)));
        }
        if let Some((combinations, models)) = &self.strength {
            let has = |word: &str| combinations.contains(&word);
            let key = match (has("fido2"), models) {
                (true, 0 | 1) => Some(true),
                (true, 2) => Some(false),
                (true, _) => None,
                (false, _) if has("glimpse") => None,
                (false, _) => Some(false),
            };
            let weak = if has("password,sms") || has("temporaryAccessPassOneTime") {
                Some(true)
            } else if has("glimpse") {
                None
            } else {
                Some(false)
            };
            locks.push(lock(key, weak));
        }
        locks
    }

    /// Every outcome that is possible: 0 the key is not enough, 1 it alone is, 2 others are, too.
    fn outcomes(&self) -> Vec<u8> {
        let locks = self.locks();
        let alls = self.all.map_or(vec![true, false], |all| vec![all]);
        let mut outcomes = Vec::new();
        for all in alls {
            for guess in 0_usize..1 << (2 * locks.len()) {
                let opens = |at: usize, told: Option<bool>, bit: usize| {
                    told.unwrap_or(guess & (1 << (2 * at + bit)) != 0)
                };
                let open = |bit: usize, of: fn(&Lock) -> Option<bool>| {
                    let mut each = locks
                        .iter()
                        .enumerate()
                        .map(|(at, lock)| opens(at, of(lock), bit));
                    if all {
                        each.all(|open| open)
                    } else {
                        each.any(|open| open)
                    }
                };
                let by_key = open(0, |lock| lock.key);
                let by_weak = open(1, |lock| lock.weak);
                outcomes.push(match (by_key, by_weak) {
                    (false, _) => 0,
                    (true, false) => 1,
                    (true, true) => 2,
                });
            }
        }
        outcomes.sort_unstable();
        outcomes.dedup();
        outcomes
    }
}

fn model_grant() -> impl Strategy<Value = ModelGrant> {
    let words: Vec<&'static str> = WORDS.iter().map(|(word, _)| *word).collect();
    let strength = (
        proptest::sample::subsequence(COMBINATIONS.to_vec(), 0..5),
        0_usize..4,
    );
    (
        prop_oneof![9 => any::<bool>().prop_map(Some), 1 => Just(None)],
        proptest::sample::subsequence(words, 0..3),
        proptest::option::of(strength),
        proptest::bool::weighted(0.2),
    )
        .prop_map(|(all, words, strength, terms)| ModelGrant {
            all,
            words,
            strength,
            terms,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn the_demand_agrees_with_a_door_whose_locks_are_tried(grant in model_grant()) {
        let policy = CaPolicy::read(&json!({"grantControls": grant.json()}));
        let found = demand(&policy, &[], &Aaguid::parse(KEY).unwrap());
        let locks = grant.locks().len();
        if grant.words.contains(&"block") {
            prop_assert_eq!(found, Demand::Block);
        } else if locks == 0 {
            prop_assert_eq!(found, Demand::Nothing);
        } else {
            let outcomes = grant.outcomes();
            match found {
                Demand::NotByKey { .. } => prop_assert_eq!(outcomes, vec![0]),
                Demand::PhishingResistant(_) => prop_assert_eq!(outcomes, vec![1]),
                Demand::KeyIsEnough(_) => prop_assert_eq!(outcomes, vec![2]),
                Demand::Unknown(_) => {
                    // An operator that we do not know is never guessed at.
                    prop_assert!(outcomes.len() > 1 || (grant.all.is_none() && locks > 1));
                }
                Demand::Block | Demand::Nothing => prop_assert!(false, "{:?}", found),
            }
        }
    }
}
