use super::*;
use crate::findings::staged::AUTHORIZATION;
use crate::findings::staged::DOMAINS;
use crate::findings::staged::PASS_POLICY;
use crate::findings::staged::PASSKEY_POLICY;
use crate::findings::staged::Stage;
use crate::findings::staged::active_of;
use crate::findings::staged::eligible_of;
use crate::findings::staged::ids;
use crate::findings::staged::instance;
use crate::findings::staged::list;
use crate::findings::staged::of_bg1;
use crate::findings::staged::roles_of;
use serde_json::json;

mod account;
mod methods;
mod passes;
mod reconciling;
mod roles;
mod sealing;

const BG1: &str = "account:BG-1";
const METHODS: &str = "/authentication/methods";

/// One finding as it should be.
fn said(verdict: Verdict, detail: &str, fix: &str) -> (Verdict, String, String) {
    (verdict, detail.to_owned(), fix.to_owned())
}

/// What is said where a permission is missing.
fn denied(what: &str, needs: &str) -> (Verdict, String, String) {
    let detail = format!("not allowed to read {what} (403): needs {needs}");
    let fix = format!(
        "grant {needs} to the app registration; a person who signs in needs a role that may read \
         it too, such as Global Reader"
    );
    (Verdict::Unknown, detail, fix)
}

/// What is said where there was no answer.
fn no_answer(what: &str) -> (Verdict, String, String) {
    said(
        Verdict::Unknown,
        &format!("could not read {what}: not among the saved exchanges"),
        "save the exchanges again: this file is of a run that asked less",
    )
}

#[test]
fn where_everything_is_as_it_should_be_nothing_is_found() {
    let findings = Stage::new().findings();
    let ours = |one: &&Finding| {
        OF_A_PINNED_ACCOUNT.contains(&one.check)
            || [Check::AccountEnabled, Check::CredMatch, Check::TimeSkew].contains(&one.check)
    };
    for one in findings.iter().filter(ours) {
        let expected = if one.check == Check::SessionsRevoked {
            Verdict::NotRun // no record tells of a sign-in
        } else {
            Verdict::Pass
        };
        assert_eq!(one.verdict, expected, "{one:?}");
    }
    assert_eq!(findings.iter().filter(ours).count(), 2 * 15 + 4 + 1);
}

#[test]
fn time_skew_passes_and_fails_by_the_policy() {
    let mut stage = Stage::new();
    assert_eq!(
        stage.one(Check::TimeSkew, "book"),
        said(
            Verdict::Pass,
            "30 s between this clock and the tenant's; 120 s are allowed",
            ""
        )
    );
    stage.plan.policy.time_skew_seconds = 29;
    assert_eq!(
        stage.one(Check::TimeSkew, "book"),
        said(
            Verdict::Fail,
            "30 s between this clock and the tenant's; 29 s are allowed",
            "set this computer's clock"
        )
    );
}

#[test]
fn an_account_without_object_id_is_a_failure_that_says_the_id_to_pin_and_nothing_else_is_asked() {
    let mut stage = Stage::new();
    let id = ids()[0];
    stage.plan.accounts[0].object_id = None;
    stage.set("/users/bg1@contoso.onmicrosoft.com", json!({"id": id}));
    assert_eq!(
        stage.one(Check::AccountEnabled, BG1),
        said(
            Verdict::Fail,
            "the plan pins no object id for BG-1, so nothing of it is believed",
            &format!(
                "bg1@contoso.onmicrosoft.com is {id} today: write object-id = \"{id}\" in \
                 glasskey.toml once you are sure"
            ),
        )
    );
    for check in OF_A_PINNED_ACCOUNT {
        let not_run = said(Verdict::NotRun, "the plan pins no object id for it", "");
        assert_eq!(stage.one(check, BG1), not_run, "{check}");
    }
}

#[test]
fn an_account_that_is_neither_pinned_nor_there_is_a_failure_that_names_provision() {
    let mut stage = Stage::new();
    stage.plan.accounts[0].object_id = None;
    stage.lose("/users/bg1@contoso.onmicrosoft.com");
    let (verdict, _, fix) = stage.one(Check::AccountEnabled, BG1);
    assert_eq!(verdict, Verdict::Fail);
    assert_eq!(
        fix,
        "there is no bg1@contoso.onmicrosoft.com: glasskey provision BG-1 makes it and writes its id"
    );
    stage.deny("/users/bg1@contoso.onmicrosoft.com");
    let (verdict, _, fix) = stage.one(Check::AccountEnabled, BG1);
    assert_eq!(verdict, Verdict::Fail);
    assert_eq!(
        fix,
        "write its object-id in glasskey.toml (not allowed to read the account (403): needs \
         User.Read.All)"
    );
}

#[test]
fn an_account_that_is_gone_fails_and_leaves_nothing_that_passes_on_it_alone() {
    let mut stage = Stage::new();
    for path in stage.paths() {
        if path.starts_with(&of_bg1("")) {
            stage.lose(&path);
        }
    }
    assert_eq!(
        stage.one(Check::AccountEnabled, BG1),
        said(
            Verdict::Fail,
            &format!("there is no account with object id {}", ids()[0]),
            "correct the object id in the plan, or find out who deleted the account"
        )
    );
    for check in [
        Check::MethodUnexpected,
        Check::MethodMissing,
        Check::MfaReady,
        Check::AccountCloudOnly,
        Check::AccountDomain,
        Check::MethodsOnlyStrong,
        Check::MethodAttested,
        Check::TapLeft,
        Check::Rmau,
        Check::PasswordChanged,
    ] {
        assert_eq!(stage.verdicts(check, BG1), [Verdict::Unknown], "{check}");
    }
}

#[test]
fn no_refused_or_missing_answer_makes_anything_of_ours_pass_that_did_not() {
    let whole = Stage::new();
    for path in whole.paths() {
        for spoil in [Stage::deny, Stage::garble, Stage::lose, Stage::unlicensed] {
            let mut stage = Stage::new();
            stage.edit(&of_bg1(""), |user| {
                user["accountEnabled"] = json!(false);
                user["onPremisesSyncEnabled"] = json!(true);
            });
            let before: Vec<(Check, String)> = passes(&stage);
            spoil(&mut stage, &path);
            for pass in passes(&stage) {
                let without_schedules = pass.0 == Check::RolePermanent;
                assert!(
                    before.contains(&pass) || without_schedules,
                    "{path} spoilt makes {pass:?} pass"
                );
            }
        }
    }
}

fn passes(stage: &Stage) -> Vec<(Check, String)> {
    let findings = stage.findings().into_iter();
    findings
        .filter(|one| one.verdict == Verdict::Pass)
        .map(|one| (one.check, one.subject.to_string()))
        .collect()
}
