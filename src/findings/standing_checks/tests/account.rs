use super::*;

#[test]
fn account_enabled_passes() {
    assert_eq!(
        Stage::new().one(Check::AccountEnabled, BG1),
        said(Verdict::Pass, "the account is enabled", "")
    );
}

#[test]
fn account_enabled_fails() {
    let mut stage = Stage::new();
    stage.edit(&of_bg1(""), |user| user["accountEnabled"] = json!(false));
    assert_eq!(
        stage.one(Check::AccountEnabled, BG1),
        said(
            Verdict::Fail,
            "the account is disabled",
            "enable it, and find out who disabled it"
        )
    );
}

#[test]
fn account_enabled_unknown_when_denied() {
    let mut stage = Stage::new();
    stage.deny(&of_bg1(""));
    assert_eq!(
        stage.one(Check::AccountEnabled, BG1),
        denied("the account", "User.Read.All")
    );
}

#[test]
fn account_enabled_unknown_when_absent() {
    let mut stage = Stage::new();
    stage.garble(&of_bg1(""));
    assert_eq!(
        stage.one(Check::AccountEnabled, BG1),
        no_answer("the account")
    );
    let mut stage = Stage::new();
    stage.edit(&of_bg1(""), |user| user["accountEnabled"] = json!(null));
    assert_eq!(
        stage.verdicts(Check::AccountEnabled, BG1),
        [Verdict::Unknown]
    );
}

#[test]
fn account_enabled_unknown_when_the_tenant_answers_about_somebody_else() {
    let mut stage = Stage::new();
    let [ours, other] = ids();
    stage.edit(&of_bg1(""), |user| user["id"] = json!(other));
    assert_eq!(
        stage.one(Check::AccountEnabled, BG1),
        said(
            Verdict::Unknown,
            &format!("asked for {ours}, the tenant answered about {other}"),
            ""
        )
    );
}

#[test]
fn account_cloud_only_passes() {
    assert_eq!(
        Stage::new().one(Check::AccountCloudOnly, BG1),
        said(Verdict::Pass, "a member, never synced", "")
    );
}

#[test]
fn account_cloud_only_fails() {
    let fix = "make a cloud-only account in the initial domain, and register its keys there";
    let mut stage = Stage::new();
    stage.edit(&of_bg1(""), |user| {
        user["onPremisesSyncEnabled"] = json!(true);
    });
    assert_eq!(
        stage.one(Check::AccountCloudOnly, BG1),
        said(
            Verdict::Fail,
            "synced from an on-premises directory, and falls with it",
            fix
        )
    );
    let mut stage = Stage::new();
    stage.edit(&of_bg1(""), |user| {
        user["userType"] = json!("Guest");
        user["onPremisesImmutableId"] = json!("AAAA");
    });
    let details: Vec<String> = stage
        .of(Check::AccountCloudOnly, BG1)
        .into_iter()
        .map(|one| one.detail)
        .collect();
    assert_eq!(
        details,
        [
            "has an onPremisesImmutableId: a directory that syncs the same id takes it over",
            "a guest: it signs in elsewhere, and can have no passkey here",
        ]
    );
}

#[test]
fn account_cloud_only_warns_of_what_was_synced_once_or_made_in_another_way() {
    let mut stage = Stage::new();
    stage.edit(&of_bg1(""), |user| {
        user["onPremisesSyncEnabled"] = json!(false);
        user["creationType"] = json!("LocalAccount");
    });
    let both = [Verdict::Warn, Verdict::Warn];
    assert_eq!(stage.verdicts(Check::AccountCloudOnly, BG1), both);
}

#[test]
fn account_cloud_only_unknown_when_denied() {
    let mut stage = Stage::new();
    stage.deny(&of_bg1(""));
    let expected = denied("the account", "User.Read.All");
    assert_eq!(stage.one(Check::AccountCloudOnly, BG1), expected);
}

#[test]
fn account_cloud_only_unknown_when_absent() {
    let mut stage = Stage::new();
    let id = ids()[0];
    stage.set(&of_bg1(""), json!({"id": id}));
    let both = [Verdict::Unknown, Verdict::Unknown];
    assert_eq!(stage.verdicts(Check::AccountCloudOnly, BG1), both);
}

#[test]
fn account_domain_passes() {
    assert_eq!(
        Stage::new().one(Check::AccountDomain, BG1),
        said(
            Verdict::Pass,
            "contoso.onmicrosoft.com: initial and managed",
            ""
        )
    );
}

#[test]
fn account_domain_fails() {
    let mut stage = Stage::new();
    stage.plan.accounts[0].upn = "bg1@contoso.com".into();
    stage.edit(&of_bg1(""), |user| {
        user["userPrincipalName"] = json!("bg1@Contoso.com");
    });
    let details: Vec<(Verdict, String)> = stage
        .of(Check::AccountDomain, BG1)
        .into_iter()
        .map(|one| (one.verdict, one.detail))
        .collect();
    assert_eq!(
        details,
        [
            (
                Verdict::Fail,
                "contoso.com is federated: another server decides who signs in".to_owned()
            ),
            (
                Verdict::Fail,
                "contoso.com is not the tenant's initial domain: it can be taken away".to_owned()
            ),
        ]
    );
    stage.plan.accounts[0].upn = "bg1@fabrikam.com".into();
    stage.edit(&of_bg1(""), |user| {
        user["userPrincipalName"] = json!("bg1@fabrikam.com");
    });
    let (verdict, detail, _) = stage.one(Check::AccountDomain, BG1);
    assert_eq!(verdict, Verdict::Fail);
    assert_eq!(detail, "fabrikam.com is no domain of the tenant");
}

#[test]
fn account_domain_warns_of_an_account_that_was_renamed() {
    let mut stage = Stage::new();
    stage.edit(&of_bg1(""), |user| {
        user["userPrincipalName"] = json!("old@contoso.onmicrosoft.com");
    });
    assert_eq!(
        stage.one(Check::AccountDomain, BG1),
        said(
            Verdict::Warn,
            "named old@contoso.onmicrosoft.com in the tenant, bg1@contoso.onmicrosoft.com in the plan",
            "find out who renamed it: passkeys from before that can no longer be managed; then \
             correct the plan"
        )
    );
}

#[test]
fn account_domain_unknown_when_denied() {
    let mut stage = Stage::new();
    stage.deny(DOMAINS);
    assert_eq!(
        stage.one(Check::AccountDomain, BG1),
        denied("the tenant's domains", "Domain.Read.All")
    );
    // The name alone shows that it is not the initial domain, whatever may be read.
    for name in [
        "contoso.com",
        "mail.contoso.onmicrosoft.com",
        "onmicrosoft.com",
    ] {
        let upn = format!("bg1@{name}");
        stage.plan.accounts[0].upn.clone_from(&upn);
        stage.edit(&of_bg1(""), |user| user["userPrincipalName"] = json!(upn));
        assert_eq!(stage.verdicts(Check::AccountDomain, BG1), [Verdict::Fail]);
    }
}

#[test]
fn account_domain_unknown_when_absent() {
    let mut stage = Stage::new();
    let nameless = list(&[json!({"id": "contoso.onmicrosoft.com"})]);
    stage.set(DOMAINS, nameless);
    let both = [Verdict::Unknown, Verdict::Unknown];
    assert_eq!(stage.verdicts(Check::AccountDomain, BG1), both);
    let mut stage = Stage::new();
    stage.edit(&of_bg1(""), |user| user["userPrincipalName"] = json!(null));
    assert_eq!(
        stage.verdicts(Check::AccountDomain, BG1),
        [Verdict::Unknown]
    );
}
