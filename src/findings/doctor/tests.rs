use super::*;
use crate::entra::Claims;
use crate::entra::Licence;
use crate::entra::SignInRefusal;
use crate::facts::Observed;
use crate::facts::reach::HostAnswer;
use crate::facts::reach::HostFault;
use crate::facts::reach::HostTried;
use crate::facts::reach::SignInTried;
use crate::facts::reach::SignedIn;
use crate::primitives::UtcTime;
use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;
use serde_json::json;

#[test]
fn every_item_has_its_part_of_the_page_in_the_same_order() {
    let page = include_str!("../../../docs/doctor.md");
    let headings: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    let expected: Vec<String> = DoctorItem::ALL
        .iter()
        .map(|item| format!("{}: {}", item.id(), item.title()))
        .collect();
    assert_eq!(headings, expected);
    for part in page.split("\n## ").skip(1) {
        for line in ["\n- Reads: ", "\n- Fails: ", "\n- Fix: "] {
            assert_eq!(part.matches(line).count(), 1, "{line} in {part}");
        }
    }
}

fn plan() -> Plan {
    let page = include_str!("../../../docs/formats/plan.md");
    let text = page.split("```toml\n").nth(1).unwrap();
    Plan::parse(text.split("```").next().unwrap()).unwrap()
}

fn answered(host: &str, status: u16, behind: i64) -> HostTried {
    let here = UtcTime::from_unix(1_795_000_000);
    HostTried {
        host: host.to_owned(),
        came: Ok(HostAnswer {
            status,
            date: Some(here.plus_seconds(behind)),
            here,
        }),
    }
}

fn reach(sign_in: SignInTried) -> Reach {
    Reach {
        proxy: None,
        login: answered("login.microsoftonline.com", 200, 0),
        graph: answered("graph.microsoft.com", 302, 0),
        sign_in,
    }
}

fn signed_in(claims: &Value, licence: Observed<Licence>) -> Reach {
    let payload = BASE64URL_NOPAD.encode(claims.to_string().as_bytes());
    reach(SignInTried::Done(Box::new(SignedIn {
        claims: Claims::read(&format!("h.{payload}.s")).unwrap(),
        licence,
        azure: None,
    })))
}

/// Verdicts and details of an item.
fn of(reach: &Reach, item: DoctorItem) -> Vec<(Verdict, String)> {
    doctor_tenant(Some(&plan()), Some(reach), "")
        .into_iter()
        .filter(|one| one.item == item)
        .map(|one| (one.verdict, one.detail))
        .collect()
}

#[test]
fn a_tenant_that_nobody_asked_about_is_not_run_in_every_item() {
    let all = doctor_tenant(None, None, "no plan");
    let items: Vec<DoctorItem> = all.iter().map(|one| one.item).collect();
    assert!(DoctorItem::ALL.ends_with(&items));
    assert!(all.iter().all(|one| one.verdict == Verdict::NotRun));
    let untried = of(&reach(SignInTried::Not), DoctorItem::SignIn);
    assert_eq!(untried[0].0, Verdict::NotRun);
}

#[test]
fn a_machine_without_network_is_warned_and_a_refused_certificate_fails() {
    let mut found = reach(SignInTried::Not);
    found.login.came = Err(HostFault::NoWay("no network".to_owned()));
    found.graph.came = Err(HostFault::Refused("bad certificate".to_owned()));
    assert_eq!(of(&found, DoctorItem::LoginHost)[0].0, Verdict::Warn);
    assert_eq!(of(&found, DoctorItem::GraphHost)[0].0, Verdict::Fail);
    assert_eq!(of(&found, DoctorItem::ClockSkew)[0].0, Verdict::NotRun);
}

#[test]
fn a_clock_may_differ_by_what_the_policy_allows_and_no_more() {
    for (behind, verdict, words) in [
        (
            120,
            Verdict::Pass,
            "this clock is 120 s behind graph.microsoft.com's",
        ),
        (
            -120,
            Verdict::Pass,
            "this clock is 120 s ahead of graph.microsoft.com's",
        ),
        (
            121,
            Verdict::Fail,
            "this clock is 121 s behind graph.microsoft.com's",
        ),
    ] {
        let mut found = reach(SignInTried::Not);
        found.graph = answered("graph.microsoft.com", 302, behind);
        let one = of(&found, DoctorItem::ClockSkew).remove(0);
        assert_eq!(one, (verdict, words.to_owned()));
    }
}

#[test]
fn a_person_with_the_reading_set_may_check_and_is_told_what_register_lacks() {
    let claims = json!({
        "tid": plan().tenant.id,
        "upn": "op@contoso.com",
        "scp": "User.Read.All GroupMember.Read.All RoleManagement.Read.Directory \
            AdministrativeUnit.Read.All Policy.Read.All UserAuthenticationMethod.Read.All \
            AuditLog.Read.All Domain.Read.All Organization.Read.All Application.Read.All",
        "wids": ["f2ef992c-3afb-46b9-b7cf-a126ee74c451"],
    });
    let found = signed_in(&claims, Observed::Known(Licence::P1));
    let permissions = of(&found, DoctorItem::Permissions);
    assert_eq!(permissions[0].0, Verdict::Pass);
    assert_eq!(
        permissions[1].1,
        "for `register` lacks UserAuthMethod-Passkey.ReadWrite.All"
    );
    let role = of(&found, DoctorItem::DirectoryRole).remove(0);
    assert_eq!(role.0, Verdict::Pass);
    assert!(role.1.contains("to register, activate"), "{}", role.1);
    assert_eq!(of(&found, DoctorItem::SignIn)[0].0, Verdict::Pass);
    assert_eq!(of(&found, DoctorItem::Licence)[0].0, Verdict::Pass);
}

#[test]
fn a_refused_sign_in_fails_with_what_to_do_and_the_rest_is_not_run() {
    let refusal = SignInRefusal::new("x", "AADSTS53000: not compliant");
    let found = reach(SignInTried::Failed {
        why: refusal.why(),
        next: refusal.next().to_owned(),
        refusal: Some(refusal),
    });
    let all = doctor_tenant(Some(&plan()), Some(&found), "");
    let one = all
        .iter()
        .find(|one| one.item == DoctorItem::SignIn)
        .unwrap();
    assert_eq!(one.verdict, Verdict::Fail);
    assert!(one.fix.as_deref().unwrap().contains("compliant device"));
    for item in [
        DoctorItem::Permissions,
        DoctorItem::DirectoryRole,
        DoctorItem::Licence,
    ] {
        assert_eq!(of(&found, item)[0].0, Verdict::NotRun);
    }
}
