use super::*;
use crate::facts::book::RecordedSignIn;
use crate::primitives::UtcTime;

const UNITS: &str = "/memberOf/microsoft.graph.administrativeUnit";

fn in_unit() -> Stage {
    let mut stage = Stage::new();
    let example = include_str!("../../../../tests/graph/administrativeunits-memberof.json");
    stage.set(&of_bg1(UNITS), serde_json::from_str(example).unwrap());
    stage
}

#[test]
fn rmau_passes() {
    assert_eq!(
        Stage::new().one(Check::Rmau, BG1),
        said(Verdict::Pass, "in no restricted management unit", "")
    );
    let mut stage = in_unit();
    stage.edit(&of_bg1(UNITS), |body| {
        body["value"][0]["isMemberManagementRestricted"] = json!(false);
    });
    assert_eq!(stage.verdicts(Check::Rmau, BG1), [Verdict::Pass]);
}

#[test]
fn rmau_fails() {
    let mut stage = in_unit();
    stage.book.keys.retain(|key| key.label != "BG1-B");
    assert_eq!(
        stage.one(Check::Rmau, BG1),
        said(
            Verdict::Fail,
            "in restricted management unit \"Restricted: emergency access\": only roles of the unit \
             may register keys, and 1 of 2 are registered",
            "take it out of the unit for the ceremony, and put it back"
        )
    );
}

#[test]
fn rmau_warns_once_all_keys_are_registered() {
    assert_eq!(
        in_unit().one(Check::Rmau, BG1),
        said(
            Verdict::Warn,
            "in restricted management unit \"Restricted: emergency access\": only roles of the unit \
             may register or delete its keys",
            "know who has such a role; before the next registration take it out, then put it back"
        )
    );
}

#[test]
fn rmau_unknown_when_denied() {
    let mut stage = Stage::new();
    stage.deny(&of_bg1(UNITS));
    // The account itself tells as much.
    assert_eq!(stage.verdicts(Check::Rmau, BG1), [Verdict::Pass]);
    stage.edit(&of_bg1(""), |user| {
        user["isManagementRestricted"] = json!(true);
    });
    let (verdict, detail, _) = stage.one(Check::Rmau, BG1);
    assert_eq!(verdict, Verdict::Warn);
    assert!(detail.starts_with("in a restricted management unit: "));
    stage.edit(&of_bg1(""), |user| {
        user["isManagementRestricted"] = json!(null);
    });
    assert_eq!(
        stage.one(Check::Rmau, BG1),
        denied(
            "the account's administrative units",
            "AdministrativeUnit.Read.All"
        )
    );
}

#[test]
fn rmau_unknown_when_absent() {
    let mut stage = Stage::new();
    stage.garble(&of_bg1(UNITS));
    stage.edit(&of_bg1(""), |user| {
        user["isManagementRestricted"] = json!(null);
    });
    let expected = no_answer("the account's administrative units");
    assert_eq!(stage.one(Check::Rmau, BG1), expected);
}

#[test]
fn password_changed_passes() {
    assert_eq!(
        Stage::new().one(Check::PasswordChanged, BG1),
        said(
            Verdict::Pass,
            "last changed 2026-01-02T08:00:00Z, before its first key was registered \
             (2026-01-05T09:00:00Z)",
            ""
        )
    );
}

#[test]
fn password_changed_fails() {
    let mut stage = Stage::new();
    stage.edit(&of_bg1(""), |user| {
        user["lastPasswordChangeDateTime"] = json!("2026-02-11T09:14:22Z");
    });
    assert_eq!(
        stage.one(Check::PasswordChanged, BG1),
        said(
            Verdict::Fail,
            "changed 2026-02-11T09:14:22Z, after its first key was registered \
             (2026-01-05T09:00:00Z)",
            "find out who changed it: the tenant's audit log says"
        )
    );
}

#[test]
fn password_changed_warns_of_a_password_that_expires() {
    let mut stage = Stage::new();
    stage.edit(&of_bg1(""), |user| user["passwordPolicies"] = json!(null));
    assert_eq!(
        stage.one(Check::PasswordChanged, BG1),
        said(
            Verdict::Warn,
            "the password expires after 90 days",
            "set DisablePasswordExpiration on the account"
        )
    );
    // In a domain whose passwords last there is nothing to set.
    let example = include_str!("../../../../tests/graph/domains.json");
    stage.set(DOMAINS, serde_json::from_str(example).unwrap());
    assert_eq!(stage.verdicts(Check::PasswordChanged, BG1), [Verdict::Pass]);
}

#[test]
fn password_changed_is_not_run_before_a_key_is_registered() {
    let mut stage = Stage::new();
    stage.book.keys.clear();
    assert_eq!(
        stage.verdicts(Check::PasswordChanged, BG1),
        [Verdict::NotRun]
    );
}

#[test]
fn password_changed_unknown_when_denied() {
    let mut stage = Stage::new();
    stage.deny(&of_bg1(""));
    assert_eq!(
        stage.one(Check::PasswordChanged, BG1),
        denied("the account", "User.Read.All")
    );
}

#[test]
fn password_changed_unknown_when_absent() {
    let mut stage = Stage::new();
    stage.edit(&of_bg1(""), |user| {
        user["lastPasswordChangeDateTime"] = json!(null);
    });
    assert_eq!(
        stage.verdicts(Check::PasswordChanged, BG1),
        [Verdict::Unknown]
    );
}

fn signed_in() -> Stage {
    let mut stage = Stage::new();
    for (day, record) in [("2026-01-05", 4), ("2026-01-06", 6)] {
        stage.book.sign_ins.push(RecordedSignIn {
            account: "BG-1".into(),
            label: "BG1-A".into(),
            at: UtcTime::parse(&format!("{day}T09:00:00Z")).unwrap(),
            record,
        });
    }
    stage
}

#[test]
fn sessions_revoked_passes() {
    let mut stage = signed_in();
    stage.edit(&of_bg1(""), |user| {
        user["signInSessionsValidFromDateTime"] = json!("2026-01-06T10:00:00Z");
    });
    assert_eq!(
        stage.one(Check::SessionsRevoked, BG1),
        said(
            Verdict::Pass,
            "sessions count since 2026-01-06T10:00:00Z, after the sign-in of record 000006",
            ""
        )
    );
}

#[test]
fn sessions_revoked_fails() {
    assert_eq!(
        signed_in().one(Check::SessionsRevoked, BG1),
        said(
            Verdict::Fail,
            "sessions count since 2026-01-02T08:00:00Z, so that of record 000006 \
             (2026-01-06T09:00:00Z) lives on",
            "revoke the account's sessions"
        )
    );
}

#[test]
fn sessions_revoked_is_not_run_without_a_recorded_sign_in_of_that_account() {
    let not_run = said(Verdict::NotRun, "no record tells of a sign-in", "");
    assert_eq!(Stage::new().one(Check::SessionsRevoked, BG1), not_run);
    let other = signed_in().one(Check::SessionsRevoked, "account:BG-2");
    assert_eq!(other, not_run);
}

#[test]
fn sessions_revoked_unknown_when_denied() {
    let mut stage = signed_in();
    stage.deny(&of_bg1(""));
    assert_eq!(
        stage.one(Check::SessionsRevoked, BG1),
        denied("the account", "User.Read.All")
    );
}

#[test]
fn sessions_revoked_unknown_when_absent() {
    let mut stage = signed_in();
    stage.edit(&of_bg1(""), |user| {
        user["signInSessionsValidFromDateTime"] = json!(null);
    });
    assert_eq!(
        stage.verdicts(Check::SessionsRevoked, BG1),
        [Verdict::Unknown]
    );
}
