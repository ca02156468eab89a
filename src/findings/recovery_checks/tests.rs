use super::*;
use crate::facts::book::BookKey;
use crate::findings::surveyed;
use crate::plan::Plan;

fn key(plan: &Plan, label: &str) -> BookKey {
    surveyed::book_key(plan, label)
}

fn said(plan: &Plan, keys: &[BookKey]) -> Vec<(Verdict, String, String)> {
    let findings = losses(&Recovery::of(plan, keys));
    let all = findings.into_iter();
    all.map(|one| (one.verdict, one.subject.to_string(), one.detail))
        .collect()
}

#[test]
fn recovery_not_run_while_no_key_is_in_use() {
    let plan = surveyed::plan();
    let expected = (
        Verdict::NotRun,
        "book".to_owned(),
        "no key is in use yet".to_owned(),
    );
    assert_eq!(said(&plan, &[]), [expected]);
}

#[test]
fn recovery_fails_for_each_single_loss_that_locks_out_under_its_own_subject() {
    let plan = surveyed::plan();
    let said = said(&plan, &[key(&plan, "BG1-A")]);
    let fails: Vec<&str> = said
        .iter()
        .filter(|(verdict, ..)| *verdict == Verdict::Fail)
        .map(|(_, subject, _)| subject.as_str())
        .collect();
    assert_eq!(fails, ["key:BG1-A", "safe:SAFE-A"]);
    assert_eq!(
        said[0].2,
        "losing BG1-A alone leaves no account that can be opened"
    );
    assert!(said.contains(&(
        Verdict::Warn,
        "account:BG-2".to_owned(),
        "it cannot be opened now: it has no key in use whose PIN somebody holds".to_owned()
    )));
}

#[test]
fn recovery_warns_of_double_losses_and_names_them() {
    let plan = surveyed::plan();
    let keys: Vec<BookKey> = ["BG1-A", "BG1-B", "BG2-A", "BG2-B"]
        .iter()
        .map(|label| key(&plan, label))
        .collect();
    assert_eq!(
        said(&plan, &keys),
        [(
            Verdict::Warn,
            "book".to_owned(),
            "8 single losses leave BG-1 and BG-2 open; no account is left by 2 double losses: \
             SAFE-A (site north) with SAFE-B (site south), cu-2 with cu-3"
                .to_owned()
        )]
    );
}

#[test]
fn recovery_fails_where_nobody_holds_a_pin() {
    let mut plan = surveyed::plan();
    for account in &mut plan.accounts {
        for key in &mut account.keys {
            key.pin.held_by.clear();
        }
    }
    let keys = [key(&plan, "BG1-A"), key(&plan, "BG1-B")];
    let found = losses(&Recovery::of(&plan, &keys));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].verdict, Verdict::Fail);
    assert!(
        found[0].detail.ends_with("the PIN of BG1-A, BG1-B"),
        "{found:?}"
    );
}

#[test]
fn recovery_passes_with_three_sites_and_three_people() {
    let mut plan = surveyed::plan();
    let mut third = plan.safes[0].clone();
    (third.id, third.site) = ("SAFE-C".to_owned(), "west".to_owned());
    plan.safes.push(third);
    let mut keys: Vec<BookKey> = ["BG1-A", "BG1-B", "BG2-A", "BG2-B"]
        .iter()
        .map(|label| key(&plan, label))
        .collect();
    keys[2].safe = Some("SAFE-C".to_owned());
    for account in &mut plan.accounts {
        for key in &mut account.keys {
            key.pin.held_by = ["cu-1", "cu-2", "cu-3"].map(String::from).to_vec();
        }
    }
    let said = said(&plan, &keys);
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].0, Verdict::Pass, "{said:?}");
    assert!(said[0].2.ends_with("no two losses lock out"), "{said:?}");
}
