use super::*;
use crate::plan::Role;
use crate::plan::SignInMethod;

/// What is wrong with the documented plan after a change.
fn faults(change: impl Fn(&mut Plan)) -> Vec<(String, What)> {
    let doc = include_str!("../../../docs/formats/plan.md");
    let text = doc.split("```toml\n").nth(1).unwrap();
    let mut plan = Plan::parse(text.split("```").next().unwrap()).unwrap();
    change(&mut plan);
    lint(&plan)
        .into_iter()
        .map(|fault| (fault.key, fault.what))
        .collect()
}

fn one(key: &str, what: What) -> Vec<(String, What)> {
    vec![(key.to_owned(), what)]
}

fn same_as(first: &str) -> What {
    let first = first.to_owned();
    What::Duplicate { first }
}

#[test]
fn the_documented_plan_passes() {
    assert_eq!(faults(|_| ()), []);
}

#[test]
fn names_that_differ_in_case_alone_are_the_same() {
    assert_eq!(
        faults(|plan| plan.accounts[1].keys[0].label = "bg1-b".to_owned()),
        one(
            "account[2].key[1].label",
            same_as("account[1].key[2].label")
        )
    );
    assert_eq!(
        faults(|plan| plan.accounts[1].alias = "bg-1".to_owned()),
        one("account[2].alias", same_as("account[1].alias"))
    );
    assert_eq!(
        faults(|plan| plan.people[1].reference = "OP-7".to_owned()),
        one("person[2].ref", same_as("person[1].ref"))
    );
}

#[test]
fn ids_keys_and_serials_are_said_once() {
    assert_eq!(
        faults(|plan| plan.accounts[1].object_id = plan.accounts[0].object_id),
        one("account[2].object-id", same_as("account[1].object-id"))
    );
    assert_eq!(
        faults(|plan| plan.people[2].key = plan.people[1].key.clone()),
        one("person[3].key", same_as("person[2].key"))
    );
    assert_eq!(
        faults(|plan| {
            plan.accounts[1].keys[0].serial = plan.accounts[0].keys[0].serial.clone();
            plan.accounts[1].keys[0].aaguid = plan.accounts[0].keys[0].aaguid;
        }),
        one(
            "account[2].key[1].serial",
            same_as("account[1].key[1].serial")
        )
    );
    assert_eq!(
        faults(|plan| plan.accounts[0].keys[0].pin.held_by = vec!["cu-2".into(), "cu-2".into()]),
        one(
            "account[1].key[1].pin.held-by[2]",
            same_as("account[1].key[1].pin.held-by[1]")
        )
    );
}

#[test]
fn a_safe_that_is_not_there_is_named_with_the_nearest() {
    let nearest = Some("SAFE-A".to_owned());
    assert_eq!(
        faults(|plan| plan.accounts[0].keys[0].safe = "SAFEA".to_owned()),
        one("account[1].key[1].safe", What::UnknownSafe { nearest })
    );
}

#[test]
fn who_holds_a_pin_is_a_custodian_of_the_plan() {
    assert_eq!(
        faults(|plan| plan.accounts[0].keys[0].pin.held_by[0] = "op-7".to_owned()),
        one("account[1].key[1].pin.held-by[1]", What::NotACustodian)
    );
    assert_eq!(
        faults(|plan| plan.accounts[0].keys[0].pin.held_by[0] = "someone".to_owned()),
        one(
            "account[1].key[1].pin.held-by[1]",
            What::UnknownPerson { nearest: None }
        )
    );
    assert_eq!(
        faults(|plan| plan.accounts[0].keys[0].pin.held_by.clear()),
        one("account[1].key[1].pin.held-by", What::Empty)
    );
}

#[test]
fn the_policys_numbers_are_met() {
    let (found, wanted) = (1, 2);
    assert_eq!(
        faults(|plan| {
            plan.accounts[0].keys.pop();
            plan.policy.sites_per_account = 1;
        }),
        one("account[1].key", What::TooFewKeys { found, wanted })
    );
    assert_eq!(
        faults(|plan| plan.accounts[0].keys[1].safe = "SAFE-A".to_owned()),
        one("account[1].key", What::TooFewSites { found, wanted })
    );
    assert_eq!(
        faults(|plan| plan.policy.max_emergency_accounts = 1),
        one("account", What::TooManyAccounts { found: 2, most: 1 })
    );
}

#[test]
fn an_operator_does_not_witness_their_own_ceremony() {
    let too_few = |found, wanted| one("person", What::TooFewWitnesses { found, wanted });
    assert_eq!(
        faults(|plan| {
            plan.people[0].roles.push(Role::Witness);
            plan.people[1].roles = vec![Role::SafeController];
        }),
        too_few(0, 1)
    );
    assert_eq!(faults(|plan| plan.policy.witnesses.loss = 2), too_few(1, 2));
    assert_eq!(
        faults(|plan| plan.people[1].roles = vec![Role::Operator, Role::Witness]),
        []
    );
    assert_eq!(
        faults(|plan| plan.people[0].roles = vec![Role::Auditor]),
        one("person", What::NoOperator)
    );
    let nobody = faults(|plan| plan.people.clear());
    assert!(nobody.contains(&("person".to_owned(), What::Missing)));
}

#[test]
fn a_client_id_is_wanted_where_the_method_brings_none() {
    assert_eq!(
        faults(|plan| plan.sign_in.client_id = None),
        one("sign-in.client-id", What::NoClientId)
    );
    assert_eq!(
        faults(|plan| {
            plan.sign_in.client_id = None;
            plan.sign_in.method = SignInMethod::AzureCli;
        }),
        []
    );
}

#[test]
fn each_value_has_its_form() {
    let character = '\u{202e}';
    assert_eq!(
        faults(|plan| plan.safes[0].location = Some("a\u{202e}b".to_owned())),
        one("safe[1].location", What::Deceptive { character })
    );
    assert_eq!(
        faults(|plan| plan.book.ledger = "../elsewhere".to_owned()),
        one("book.ledger", What::BadLedger)
    );
    assert_eq!(
        faults(|plan| plan.policy.portals.push("teams".to_owned())),
        one(
            "policy.portals[4]",
            What::NotOneOf {
                found: "teams".to_owned(),
                nearest: None,
                known: vec!["entra", "azure", "m365-admin"],
            }
        )
    );
    assert_eq!(
        faults(|plan| {
            let firmware = &mut plan.policy.min_firmware;
            firmware.insert("yubico".to_owned(), "five".to_owned());
        }),
        one("policy.min-firmware.yubico", What::BadVersion)
    );
    let known = crate::plan::ssh_key::SSH_KEY_TYPES;
    assert_eq!(
        faults(|plan| plan.people[3].key = "ssh-dss AAAA".to_owned()),
        one("person[4].key", What::BadSshKey { known })
    );
}

#[test]
fn a_ref_must_fit_a_roster_and_the_names_of_its_signatures() {
    assert_eq!(
        faults(|plan| plan.people[0].reference = "op.7".to_owned()),
        one("person[1].ref", What::BadRef)
    );
}

#[test]
fn what_is_kept_together_or_by_one_person_is_a_risk() {
    let risk = |found: Vec<(String, What)>, key: &str, what: What| {
        let fault = PlanFault {
            line: None,
            key: key.to_owned(),
            what: what.clone(),
        };
        assert_eq!(fault.weight(), crate::plan::Weight::Risk, "{key}");
        assert_eq!(found, one(key, what));
    };
    let first = "account[1].key[1].shelf".to_owned();
    risk(
        faults(|plan| plan.accounts[1].keys[0].shelf = Some(" 2".to_owned())),
        "account[2].key[1].shelf",
        What::SameShelf { first },
    );
    // The same shelf of another safe is another shelf.
    assert_eq!(
        faults(|plan| plan.accounts[0].keys[1].shelf = Some("2".to_owned())),
        []
    );
    let first = "account[1].key[1].pin.envelope".to_owned();
    risk(
        faults(|plan| plan.accounts[1].keys[1].pin.envelope = "p-0007".to_owned()),
        "account[2].key[2].pin.envelope",
        What::SameEnvelope { first },
    );
    let first = "north".to_owned();
    risk(
        faults(|plan| {
            plan.safes[1].site = "North".to_owned();
        }),
        "safe[2].site",
        What::AlmostSameSite { first },
    );
    risk(
        faults(|plan| {
            plan.people[1].roles.push(Role::Custodian);
            plan.accounts[0].keys[0].pin.held_by[1] = "w-1".to_owned();
        }),
        "account[1].key[1].pin.held-by[2]",
        What::HolderOpensSafes,
    );
    risk(
        faults(|plan| {
            plan.accounts[0].keys[0].pin.held_by.pop();
        }),
        "account[1].key[1].pin.held-by",
        What::TooFewHolders { found: 1 },
    );
    risk(
        faults(|plan| {
            for key in &mut plan.accounts[1].keys {
                key.pin.held_by = vec!["cu-3".to_owned()];
            }
        }),
        "account[2].key",
        What::HoldsEveryPin {
            who: "cu-3".to_owned(),
        },
    );
    risk(
        faults(|plan| plan.policy.remind_days = 90),
        "policy.remind-days",
        What::RemindsAlways,
    );
}
