use super::*;
use crate::entra::MethodId;
use crate::findings::surveyed;
use crate::findings::surveyed::line;
use crate::plan::Plan;
use serde_json::json;

fn finding(check: Check, verdict: Verdict, detail: &str) -> Finding {
    Finding::new(check, verdict, Subject::account("BG-1"), detail)
}

fn stated(findings: Vec<Finding>, keys: Vec<BookKey>) -> Stated {
    Stated {
        record: 4,
        at: surveyed::now(),
        findings,
        keys,
    }
}

fn said(then: Vec<Finding>, now: &[Finding]) -> Vec<(Change, Check, String)> {
    let survey = surveyed::survey_of(&surveyed::plan(), "");
    let all = drift(&stated(then, Vec::new()), now, &survey, &[]).into_iter();
    all.map(|one| (one.change, one.check, one.words)).collect()
}

#[test]
fn what_is_as_it_was_is_no_drift() {
    let all = [
        finding(Check::AaguidAllowed, Verdict::Pass, "allowed by profile X"),
        finding(Check::TimeSkew, Verdict::Pass, "1 s"),
        finding(Check::SigninSince, Verdict::Unknown, "no licence"),
    ];
    assert_eq!(said(all.to_vec(), &all), []);
    // Only a policy's words are compared.
    let mut later = all.to_vec();
    later[1].detail = "2 s".to_owned();
    assert_eq!(said(all.to_vec(), &later), []);
}

#[test]
fn a_sealed_key_that_is_refused_now_is_said_so() {
    let then = finding(Check::AaguidAllowed, Verdict::Pass, "allowed by profile X");
    let now = finding(Check::AaguidAllowed, Verdict::Fail, "refused: profile X");
    assert_eq!(
        said(vec![then], &[now]),
        [(
            Change::Worse,
            Check::AaguidAllowed,
            "a sealed key is refused now".to_owned()
        )]
    );
}

#[test]
fn an_exclusion_or_role_lost_is_worse_and_the_worst_comes_first() {
    let then = vec![
        finding(Check::TapLeft, Verdict::Fail, "a pass"),
        finding(Check::CaExclusion, Verdict::Pass, "excluded"),
        finding(Check::RolePermanent, Verdict::Warn, "through a group"),
    ];
    let now = [
        finding(Check::TapLeft, Verdict::Pass, "none"),
        finding(Check::CaExclusion, Verdict::Pass, "other policy"),
        finding(Check::CaExclusion, Verdict::Fail, "policy Block all"),
        finding(Check::RolePermanent, Verdict::Fail, "not held"),
        finding(Check::MfaReady, Verdict::Unknown, "not allowed to look"),
    ];
    let words: Vec<(Change, String)> = said(then, &now)
        .into_iter()
        .map(|(change, _, words)| (change, words))
        .collect();
    let expected = [
        (Change::Worse, "an exclusion is lost"),
        (Change::Worse, "a role is lost"),
        (Change::Better, "better than then"),
        (Change::NotStated, "not stated then"),
    ]
    .map(|(change, words)| (change, words.to_owned()));
    assert_eq!(words, expected);
}

#[test]
fn a_policy_that_changed_and_still_lets_the_key_in_is_told() {
    let then = finding(Check::AaguidAllowed, Verdict::Pass, "allowed by profile X");
    let now = finding(Check::AaguidAllowed, Verdict::Pass, "allowed by profile Y");
    let said = said(vec![then], &[now]);
    assert_eq!(said[0].0, Change::Other);
}

#[test]
fn what_was_not_asked_then_or_now_is_no_drift() {
    let asked = |verdict| finding(Check::CaExclusion, verdict, "policies");
    assert_eq!(
        said(vec![asked(Verdict::NotRun)], &[asked(Verdict::Fail)]),
        []
    );
    assert_eq!(
        said(vec![asked(Verdict::Pass)], &[asked(Verdict::NotRun)]),
        []
    );
}

/// What changed of the methods of BG-1, whose keys then were BG1-A and BG1-B.
fn of_methods(plan: &Plan, held: &[&BookKey], now: &[BookKey]) -> Vec<(Change, String)> {
    let keys = ["BG1-A", "BG1-B"].map(|label| surveyed::book_key(plan, label));
    let account = plan.accounts[0].object_id.unwrap();
    let methods: Vec<_> = held
        .iter()
        .filter_map(|key| key.credential_id.as_ref())
        .map(|id| {
            json!({
                "@odata.type": "#microsoft.graph.fido2AuthenticationMethod",
                "id": MethodId::of_credential(id).as_str(),
            })
        })
        .collect();
    let path = format!("/v1.0/users/{account}/authentication/methods");
    let survey = surveyed::survey_of(plan, &line(&path, 200, &json!({"value": methods})));
    let all = drift(&stated(Vec::new(), keys.to_vec()), &[], &survey, now);
    all.into_iter().map(|one| (one.change, one.now.1)).collect()
}

#[test]
fn a_method_that_was_removed_is_found_by_its_credential() {
    let plan = surveyed::plan();
    let keys = ["BG1-A", "BG1-B"].map(|label| surveyed::book_key(&plan, label));
    assert_eq!(of_methods(&plan, &[&keys[0], &keys[1]], &keys), []);
    assert_eq!(
        of_methods(&plan, &[&keys[0]], &keys),
        [(
            Change::Worse,
            "the tenant does not have BG1-B any more".to_owned()
        )]
    );
    let retired = of_methods(&plan, &[&keys[0]], &keys[..1]);
    assert_eq!(retired[0].0, Change::Other);
}

#[test]
fn an_exclusion_is_lost_where_a_policy_speaks_for_itself() {
    let check = Check::CaExclusion;
    let policy =
        |verdict, detail: &str| Finding::new(check, verdict, Subject::policy("ad8d2b4a"), detail);
    let then = || {
        vec![finding(
            check,
            Verdict::Pass,
            "4 policies are on: 4 exclude it",
        )]
    };
    let lost = policy(
        Verdict::Fail,
        "\"Block all\" applies to BG-1 (all users), BG-2 (all users): block",
    );
    let about = |one: &Drift| one.subject == Subject::account("BG-1");
    let survey = surveyed::survey_of(&surveyed::plan(), "");
    let all = drift(
        &stated(then(), Vec::new()),
        std::slice::from_ref(&lost),
        &survey,
        &[],
    );
    let [one] = &all.iter().filter(|one| about(one)).collect::<Vec<_>>()[..] else {
        panic!("{all:?}");
    };
    assert_eq!(
        (one.change, one.words.as_str()),
        (Change::Worse, "an exclusion is lost")
    );
    assert_eq!(one.now, (Verdict::Fail, lost.detail));
    // Another account's policy, one that only warns, and what is judged for the account itself.
    for now in [
        policy(
            Verdict::Fail,
            "\"Block all\" applies to BG-10 (all users): block",
        ),
        policy(Verdict::Warn, "\"MFA\" applies to BG-1 (all users): mfa"),
        finding(check, Verdict::Pass, "4 policies are on: 4 exclude it"),
    ] {
        let all = drift(&stated(then(), Vec::new()), &[now], &survey, &[]);
        assert_eq!(all.iter().filter(|one| about(one)).count(), 0, "{all:?}");
    }
}
