use super::*;
use crate::facts::book::BookFacts;
use crate::findings::surveyed;
use crate::findings::surveyed::line;
use crate::plan::Plan;
use serde_json::json;

const POLICY: &str =
    "/v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/fido2";

fn said(loosened: Vec<Loosened>, exchanges: &str) -> Vec<(Verdict, String, String)> {
    let plan = surveyed::plan();
    let survey = surveyed::survey_of(&plan, exchanges);
    let restore = loosened
        .into_iter()
        .map(|loosened| RestoreItem {
            loosened,
            by: "registration/BG1-A".to_owned(),
            since: surveyed::now(),
        })
        .collect();
    let book = BookFacts {
        restore,
        ..BookFacts::default()
    };
    let findings = restore_open(&Judged {
        survey: &survey,
        plan: &plan,
        policy: &plan.policy,
        book: &book,
        as_of: surveyed::now(),
    });
    let all = findings.into_iter();
    all.map(|one| (one.verdict, one.subject.to_string(), one.detail))
        .collect()
}

fn account(plan: &Plan) -> Guid {
    plan.accounts[0].object_id.unwrap()
}

fn policy(self_service: bool) -> String {
    let text = include_str!("../../../tests/graph/fido2-policy-profiles.json");
    let mut policy: serde_json::Value = serde_json::from_str(text).unwrap();
    policy["isSelfServiceRegistrationAllowed"] = json!(self_service);
    line(POLICY, 200, &policy)
}

#[test]
fn restore_open_passes_with_nothing_loose() {
    let said = said(Vec::new(), "");
    let words = "no ceremony left anything loose";
    assert_eq!(said, [(Verdict::Pass, "book".to_owned(), words.to_owned())]);
}

#[test]
fn restore_open_fails_while_the_tenant_shows_it_loose_and_warns_once_it_is_back() {
    let loose = said(vec![Loosened::SelfService], &policy(true));
    let words = "self-service set-up of passkeys was turned on by registration/BG1-A on \
                 2026-03-01 and is not back";
    assert_eq!(
        loose,
        [(Verdict::Fail, "book".to_owned(), words.to_owned())]
    );
    let back = said(vec![Loosened::SelfService], &policy(false));
    assert_eq!(back[0].0, Verdict::Warn, "{back:?}");
}

#[test]
fn restore_open_reads_the_accounts_groups() {
    let plan = surveyed::plan();
    let (account, group) = (account(&plan), plan.groups.tap.unwrap());
    let item = || vec![Loosened::TapGroup { group, account }];
    let path = format!("/v1.0/users/{account}/transitiveMemberOf/microsoft.graph.group");
    let members = |groups: serde_json::Value| line(&path, 200, &json!({"value": groups}));
    let inside = said(item(), &members(json!([{"id": group}])));
    assert_eq!(
        (inside[0].0, inside[0].1.as_str()),
        (Verdict::Fail, "account:BG-1")
    );
    let outside = said(item(), &members(json!([])));
    assert_eq!(outside[0].0, Verdict::Warn, "{outside:?}");
    let hidden = said(item(), &members(json!([null])));
    assert_eq!(hidden[0].0, Verdict::Unknown, "{hidden:?}");
}

#[test]
fn restore_open_looks_for_a_pass_among_the_accounts_methods() {
    let plan = surveyed::plan();
    let account = account(&plan);
    let item = || vec![Loosened::Pass { account }];
    let path = format!("/v1.0/users/{account}/authentication/methods");
    let methods = |list: serde_json::Value| line(&path, 200, &json!({"value": list}));
    let one = json!([{
        "@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethod",
        "id": "6d1b1e5e-7f2e-4f1f-9a1a-0c2d3e4f5061",
    }]);
    assert_eq!(said(item(), &methods(one))[0].0, Verdict::Fail);
    assert_eq!(said(item(), &methods(json!([])))[0].0, Verdict::Warn);
    assert_eq!(said(item(), "")[0].0, Verdict::Unknown);
}

#[test]
fn restore_open_unknown_when_denied() {
    let plan = surveyed::plan();
    let (account, group) = (account(&plan), plan.groups.tap.unwrap());
    let text = include_str!("../../../tests/graph/error-403-azcli-policy.json");
    let denied = line(POLICY, 403, &serde_json::from_str(text).unwrap());
    let items = vec![Loosened::SelfService, Loosened::TapGroup { group, account }];
    let said = said(items, &denied);
    assert_eq!(said.len(), 2);
    assert!(said.iter().all(|one| one.0 == Verdict::Unknown), "{said:?}");
}

#[test]
fn restore_open_unknown_when_absent() {
    let said = said(vec![Loosened::SelfService], "");
    assert_eq!(said[0].0, Verdict::Unknown, "{said:?}");
}

#[test]
fn restore_open_fails_for_what_a_person_has_to_say_is_back() {
    let what = "restricted unit: BG-1 goes back in".to_owned();
    let said = said(vec![Loosened::ByHand { what }], "");
    assert_eq!(said[0].0, Verdict::Fail);
}
