//! The decision of `entra` and the enforcement of the tenant were written apart; they agree.

use super::stage::BG1;
use super::stage::Stage;
use super::stage::model;
use crate::entra::AccountFacts;
use crate::entra::Attestation;
use crate::entra::Decision;
use crate::entra::Usage;
use crate::entra::UserType;
use crate::entra::ask_fido2_policy;
use crate::entra::ask_membership;
use crate::entra::decide;
use crate::primitives::Guid;
use crate::rehearsal::tenant::Group;
use crate::rehearsal::tenant::Policy;
use crate::rehearsal::tenant::Profile;
use crate::rehearsal::tenant::Restriction;
use crate::rehearsal::tenant::Rules;
use crate::rehearsal::tenant::Scope;
use crate::webauthn::Aaguid;
use proptest::prelude::*;

fn id(number: u8) -> Guid {
    Guid([number; 16])
}

fn rules() -> impl Strategy<Value = Rules> {
    let list = proptest::collection::vec(prop::sample::select(vec![model(), Aaguid::ZERO]), 0..2);
    (any::<bool>(), any::<bool>(), 0..3, list).prop_map(|(bound, attested, kind, list)| Rules {
        device_bound: bound,
        synced: true,
        attested,
        restriction: match kind {
            0 => Restriction::None,
            1 => Restriction::Allow(list),
            _ => Restriction::Block(list),
        },
    })
}

fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![
        Just(Scope::AllUsers),
        (1_u8..4).prop_map(|group| Scope::Group(id(group))),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    let include = (scope(), proptest::collection::vec(0_u8..3, 0..3));
    (
        proptest::bool::weighted(0.9),
        proptest::bool::weighted(0.9),
        rules(),
        prop_oneof![Just(Vec::new()), proptest::collection::vec(rules(), 3)],
        proptest::collection::vec(include, 0..4),
        proptest::collection::vec(scope(), 0..2),
    )
        .prop_map(
            |(enabled, self_service, legacy, profiles, include, exclude)| Policy {
                enabled,
                self_service,
                legacy: Rules {
                    device_bound: true,
                    ..legacy
                },
                include: include
                    .into_iter()
                    .map(|(scope, ids)| {
                        let named = ids.into_iter().map(|number| id(0x50 + number));
                        // Before the profiles a target names none.
                        let ids = if profiles.is_empty() {
                            Vec::new()
                        } else {
                            named.collect()
                        };
                        (scope, ids)
                    })
                    .collect(),
                profiles: profiles
                    .into_iter()
                    .zip(0x50..)
                    .map(|(rules, number)| Profile {
                        id: id(number),
                        name: "p".into(),
                        rules,
                    })
                    .collect(),
                exclude,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn a_key_is_allowed_exactly_if_the_tenant_would_take_it(
        policy in policy(),
        groups in any::<[bool; 3]>(),
        attested in any::<bool>(),
    ) {
        let mut stage = Stage::new();
        *stage.tenant.policy_mut() = policy.clone();
        for (number, member) in (1_u8..).zip(groups) {
            let members = if member { vec![BG1] } else { Vec::new() };
            stage.tenant.add_group(Group::new(id(number), "g", &members));
        }
        let mut graph = stage.graph();
        let read = graph.reads().one(ask_fido2_policy()).known().unwrap();
        let membership = graph.reads().one(ask_membership(&BG1)).known().unwrap();
        let account = AccountFacts {
            id: BG1,
            user_type: &UserType::Member,
            membership: &membership,
        };
        let seen = if attested { Attestation::Verified } else { Attestation::Absent };
        let decision = decide(&read, &account, &model(), Usage::Registration(seen));
        let refusal = policy.refusal(&stage.tenant.seen().groups_of(BG1), &model(), attested);
        match (&decision, refusal) {
            (Decision::Allowed(_), None) | (Decision::Refused { .. }, Some(_)) => {}
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
