use super::*;

#[test]
fn account_count_passes() {
    assert_eq!(
        Stage::new().one(Check::AccountCount, "book"),
        said(Verdict::Pass, "2 of 2 accounts found, 2 allowed", "")
    );
}

#[test]
fn account_count_fails() {
    let mut stage = Stage::new();
    stage.plan.policy.max_emergency_accounts = 1;
    assert_eq!(
        stage.one(Check::AccountCount, "book"),
        said(
            Verdict::Fail,
            "2 accounts in the plan; the policy allows 1",
            "retire the surplus one, or adopt a policy that allows it"
        )
    );
    let mut stage = Stage::new();
    stage.plan.accounts.truncate(1);
    assert_eq!(
        stage.one(Check::AccountCount, "book"),
        said(
            Verdict::Fail,
            "1 in the plan: one account is a single point of failure",
            "add a second account"
        )
    );
    let mut stage = Stage::new();
    stage.lose(&of_bg1(""));
    assert_eq!(
        stage.one(Check::AccountCount, "book"),
        said(
            Verdict::Fail,
            "2 accounts in the plan, 1 found in the tenant",
            "see ACCOUNT-ENABLED of each account"
        )
    );
}

#[test]
fn account_count_unknown_when_denied() {
    let mut stage = Stage::new();
    stage.deny(&of_bg1(""));
    assert_eq!(
        stage.one(Check::AccountCount, "book"),
        denied("every account", "User.Read.All")
    );
}

#[test]
fn account_count_unknown_when_absent() {
    let mut stage = Stage::new();
    stage.garble(&of_bg1(""));
    assert_eq!(
        stage.verdicts(Check::AccountCount, "book"),
        [Verdict::Unknown]
    );
}
