use super::*;
use crate::facts::book::BookFacts;
use crate::facts::book::BookPerson;
use crate::findings::surveyed;
use crate::plan::Plan;
use crate::primitives::UtcTime;

/// A plan and a book of BG-1's two keys.
struct World {
    plan: Plan,
    book: BookFacts,
    as_of: UtcTime,
}

fn world() -> World {
    let plan = surveyed::plan();
    let keys = ["BG1-A", "BG1-B"].map(|label| surveyed::book_key(&plan, label));
    World {
        plan,
        book: BookFacts {
            keys: keys.to_vec(),
            ..BookFacts::default()
        },
        as_of: surveyed::now(),
    }
}

impl World {
    /// What a check says of a subject: verdict and detail.
    fn says(&self, check: Check, subject: &Subject) -> Vec<(Verdict, String)> {
        let survey = surveyed::survey_of(&self.plan, "");
        let findings = keeping(&Judged {
            survey: &survey,
            plan: &self.plan,
            policy: &self.plan.policy,
            book: &self.book,
            as_of: self.as_of,
        });
        let of = findings.into_iter();
        of.filter(|one| one.check == check && one.subject == *subject)
            .map(|one| (one.verdict, one.detail))
            .collect()
    }

    fn person(&mut self, reference: &str, roles: &[Role]) {
        self.book.people.push(BookPerson {
            reference: reference.to_owned(),
            roles: roles.to_vec(),
        });
    }
}

fn account() -> Subject {
    Subject::account("BG-1")
}

fn key() -> Subject {
    Subject::key("BG1-A")
}

#[test]
fn common_mode_passes_with_two_models() {
    let mut world = world();
    world.book.keys[1].aaguid.0.0[0] ^= 1;
    let said = world.says(Check::CommonMode, &account());
    assert_eq!(
        said,
        [(Verdict::Pass, "2 keys of more than one model".to_owned())]
    );
}

#[test]
fn common_mode_never_fails_on_model_or_vendor_alone() {
    let mut world = world();
    let said = world.says(Check::CommonMode, &account());
    let words = "all its keys are of one model and firmware: \
                 47474747-4747-4747-4747-474747474747, 5.7.4";
    assert_eq!(said, [(Verdict::Warn, words.to_owned())]);
    for other in [None, Some("5.7.1".to_owned())] {
        world.book.keys[1].firmware = other;
        let said = world.says(Check::CommonMode, &account());
        assert_eq!(said[0].0, Verdict::Pass, "{said:?}");
    }
}

#[test]
fn common_mode_fails_in_one_safe_and_warns_where_one_site_is_the_policy() {
    let mut world = world();
    world.book.keys[1].safe = Some("SAFE-A".to_owned());
    world.book.keys[1].aaguid.0.0[0] ^= 1;
    let fails = [(Verdict::Fail, "all its keys lie in SAFE-A".to_owned())];
    assert_eq!(world.says(Check::CommonMode, &account()), fails);
    world.plan.policy.sites_per_account = 1;
    let said = world.says(Check::CommonMode, &account());
    assert_eq!(said[0].0, Verdict::Warn);
}

#[test]
fn common_mode_warns_of_one_envelope_for_all_pins() {
    let mut world = world();
    world.book.keys[1].aaguid.0.0[0] ^= 1;
    for key in &mut world.plan.accounts[0].keys {
        key.pin.envelope = "P-0007".to_owned();
    }
    let said = world.says(Check::CommonMode, &account());
    assert_eq!(
        said,
        [(
            Verdict::Warn,
            "all its PINs are in envelope P-0007".to_owned()
        )]
    );
}

#[test]
fn common_mode_not_run_with_fewer_than_two_keys() {
    let mut world = world();
    world.book.keys.truncate(1);
    for alias in ["BG-1", "BG-2"] {
        let said = world.says(Check::CommonMode, &Subject::account(alias));
        assert_eq!(said.len(), 1);
        assert_eq!(said[0].0, Verdict::NotRun);
    }
}

#[test]
fn pin_custody_passes_with_two_custodians_of_the_plan_before_genesis() {
    let said = world().says(Check::PinCustody, &key());
    let words = "P-0007 is held by cu-2 and cu-3";
    assert_eq!(said, [(Verdict::Pass, words.to_owned())]);
}

#[test]
fn pin_custody_fails_with_one_holder_or_none() {
    let mut world = world();
    world.plan.accounts[0].keys[0].pin.held_by.truncate(1);
    let said = world.says(Check::PinCustody, &key());
    assert_eq!(
        said,
        [(Verdict::Fail, "cu-2 alone holds P-0007".to_owned())]
    );
    world.plan.accounts[0].keys[0].pin.held_by.clear();
    let said = world.says(Check::PinCustody, &key());
    assert_eq!(
        said,
        [(Verdict::Fail, "no custodian holds P-0007".to_owned())]
    );
}

#[test]
fn pin_custody_goes_by_the_roles_on_record_and_not_by_the_plan() {
    let mut world = world();
    world.person("cu-2", &[Role::Custodian]);
    world.person("cu-3", &[Role::Witness]);
    let said = world.says(Check::PinCustody, &key());
    let words = "cu-2 alone holds P-0007; no custodian by the latest people record: cu-3";
    assert_eq!(said, [(Verdict::Fail, words.to_owned())]);
}

#[test]
fn pin_custody_fails_where_one_person_reaches_key_and_pin() {
    let mut world = world();
    world.person("cu-2", &[Role::Custodian, Role::SafeController]);
    world.person("cu-3", &[Role::Custodian]);
    let said = world.says(Check::PinCustody, &key());
    let words = "cu-2 alone reaches key and PIN: holds P-0007 and opens safes";
    assert_eq!(said, [(Verdict::Fail, words.to_owned())]);
}

#[test]
fn pin_custody_fails_for_a_key_that_the_plan_does_not_name() {
    let mut world = world();
    world.plan.accounts[0].keys.remove(0);
    let said = world.says(Check::PinCustody, &key());
    assert_eq!(said[0].0, Verdict::Fail);
}

#[test]
fn pin_proven_warns_and_fails_from_the_policys_days_on() {
    let mut world = world();
    let proven = world.book.keys[0].pin_proven.unwrap();
    let hour = |days: i64, seconds: i64| proven.plus_days(days).plus_seconds(seconds);
    for (as_of, verdict) in [
        (hour(180, -1), Verdict::Pass),
        (hour(180, 0), Verdict::Warn),
        (hour(365, -1), Verdict::Warn),
        (hour(365, 0), Verdict::Fail),
    ] {
        world.as_of = as_of;
        let said = world.says(Check::PinProven, &key());
        assert_eq!(said[0].0, verdict, "{as_of}");
    }
    world.as_of = hour(180, 0);
    let said = world.says(Check::PinProven, &key());
    let words = "last typed 2026-01-05, 180 days ago or more; fails on 2027-01-05";
    assert_eq!(said[0].1, words);
}

#[test]
fn pin_proven_fails_where_no_record_shows_it() {
    let mut world = world();
    world.book.keys[0].pin_proven = None;
    let said = world.says(Check::PinProven, &key());
    assert_eq!(said[0].0, Verdict::Fail);
}
