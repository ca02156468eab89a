//! The first run: everything but the role.

use super::site::ALIAS;
use super::site::REMARK;
use super::site::Site;
use super::site::UPN;
use super::site::tap;
use super::site::wish;
use crate::ceremony::CeremonyError;
use crate::ceremony::Mode;
use crate::ceremony::Prompt;
use crate::ceremony::provision::State;
use crate::ceremony::provision::Step;
use crate::ceremony::provision::Wish;
use crate::facts::restore::Loosened;

#[test]
fn the_account_is_made_pinned_and_put_into_its_groups_and_gets_no_role() {
    let mut site = Site::new();
    let before = site.text();
    let ran = site.run();
    assert_eq!(
        ran.open(),
        [(Step::Keys, State::Waiting), (Step::Role, State::Waiting)]
    );
    let account = site.account();
    let made = site.world.tenant.account_mut(account).unwrap();
    assert_eq!(made.upn, UPN);
    assert!(made.enabled && !made.must_change_password);
    assert_eq!(
        made.password_policies.as_deref(),
        Some("DisablePasswordExpiration")
    );
    let plan = site.plan();
    for group in [plan.groups.passkey, plan.groups.ca_exclusion] {
        let group = site.world.tenant.group_mut(group.unwrap()).unwrap();
        assert!(group.members.contains(&account));
    }
    assert_eq!(site.roles(), []);
    // Each change was asked for, each write was sent once.
    assert_eq!(ran.seen.asked.len(), 4);
    assert_eq!(site.writes().len(), 3);
    assert!(site.writes().values().all(|count| *count == 1));
    // One line is new in the plan, beside the remark that stands there.
    let line = format!("object-id = \"{account}\"\n");
    assert_eq!(site.text().replacen(&line, "", 1), before);
    assert!(site.text().contains(&format!("{line}{REMARK}\n")));
    // Nothing is under way, nothing is loose.
    let left: Vec<&String> = site.desk.files.keys().collect();
    assert_eq!(left, ["glasskey.toml"]);
}

#[test]
fn a_second_look_changes_nothing_and_asks_nothing() {
    let mut site = Site::new();
    site.run();
    let (writes, files) = (site.writes(), site.desk.files.clone());
    let ran = site.run();
    assert_eq!(ran.seen.asked, []);
    assert_eq!(site.writes(), writes);
    assert_eq!(site.desk.files, files);
    assert_eq!(ran.state(Step::Account), State::Right);
    assert_eq!(ran.state(Step::Exclusion), State::Right);
}

#[test]
fn a_dry_run_says_every_change_and_makes_none() {
    let mut site = Site::new();
    let files = site.desk.files.clone();
    let dry = Wish {
        mode: Mode::DryRun,
        ..wish()
    };
    let ran = site.run_as(&dry, &|_| false);
    assert_eq!(ran.state(Step::Account), State::Would);
    assert_eq!(ran.state(Step::Role), State::NotReached);
    assert!(ran.seen.heard("Create it: cloud only"));
    assert_eq!(ran.seen.asked, []);
    assert_eq!((site.writes().len(), &site.desk.files), (0, &files));
    // The same of an account that is there, whose groups and policy are not right.
    site.run_as(&wish(), &|prompt| {
        prompt.words().contains("Conditional Access")
    });
    site.world.tenant.policy_mut().self_service = false;
    let (writes, files) = (site.writes(), site.desk.files.clone());
    let ran = site.run_as(&dry, &|_| false);
    for step in [Step::Exclusion, Step::Passkey, Step::SelfService] {
        assert_eq!(ran.state(step), State::Would, "{step:?}");
    }
    assert_eq!((site.writes(), &site.desk.files), (writes, &files));
}

#[test]
fn whatever_is_declined_stops_there_and_the_next_run_goes_on() {
    // Account, plan, exclusion group, passkey group, self-service.
    for stop in 0..5 {
        let mut site = Site::new();
        site.world.tenant.policy_mut().self_service = false;
        let asked = std::cell::Cell::new(0);
        let ran = site.run_as(&wish(), &|_| {
            asked.set(asked.get() + 1);
            asked.get() == stop + 1
        });
        assert!(ran.done().has(State::Declined), "{stop}");
        assert_eq!(ran.seen.asked.len(), stop + 1);
        assert_eq!(ran.state(Step::Role), State::NotReached);
        assert_eq!(site.loose(), []);
        let ran = site.run();
        assert_eq!(
            ran.open(),
            [(Step::Keys, State::Waiting), (Step::Role, State::Waiting)],
            "{stop}"
        );
        assert_eq!(ran.seen.asked.len(), 5 - stop, "{stop}");
        assert!(site.writes().values().all(|count| *count == 1), "{stop}");
    }
}

#[test]
fn an_account_that_is_there_is_taken_over_by_its_name_mended_and_given_a_new_password() {
    let mut site = Site::new();
    site.run();
    let account = site.account();
    site.unpin();
    let found = site.world.tenant.account_mut(account).unwrap();
    found.enabled = false;
    found.password_policies = Some("DisableStrongPassword".to_owned());
    site.wait(std::time::Duration::from_mins(9));
    let ran = site.run();
    assert_eq!(ran.state(Step::Account), State::Changed);
    let questions: Vec<String> = ran.seen.asked.iter().map(Prompt::words).collect();
    assert_eq!(questions.len(), 3, "{questions:?}");
    assert!(questions[0].contains("Enable it and let the password last"));
    assert!(questions[1].contains("somebody may know its password"));
    assert_eq!(site.pinned(), Some(account));
    assert_eq!(site.sent("POST /v1.0/users"), 1);
    assert_eq!(site.sent("PATCH /v1.0/users"), 2);
    assert_eq!(site.world.tenant.secrets().count(), 2);
    let found = site.world.tenant.account_mut(account).unwrap();
    assert!(found.enabled && !found.must_change_password);
    assert_eq!(
        found.password_policies.as_deref(),
        Some("DisablePasswordExpiration")
    );
    // It is ours now: nothing is asked any more.
    assert_eq!(site.run().seen.asked, []);
}

#[test]
fn an_account_that_was_made_and_not_pinned_yet_keeps_its_password() {
    let mut site = Site::new();
    let ran = site.run_as(&wish(), &|prompt| {
        matches!(prompt, Prompt::PinAccount { .. })
    });
    assert_eq!(ran.state(Step::Plan), State::Declined);
    assert_eq!(site.pinned(), None);
    let ran = site.run();
    assert_eq!(ran.state(Step::Account), State::Right);
    assert_eq!(site.sent("PATCH /v1.0/users"), 0);
    assert_eq!(site.pinned(), ran.done().object_id);
    assert!(
        !site
            .desk
            .files
            .keys()
            .any(|name| name.contains("made.json"))
    );
}

#[test]
fn a_pinned_account_that_is_gone_is_never_made_again() {
    let mut site = Site::new();
    site.run();
    let account = site.account();
    site.world.tenant.remove(account);
    let ran = site.run();
    assert_eq!(ran.state(Step::Account), State::ByHand);
    assert_eq!(ran.state(Step::Plan), State::NotReached);
    assert_eq!(site.sent("POST /v1.0/users"), 1);
}

#[test]
fn self_service_is_turned_on_for_the_keys_and_noted_to_be_turned_off() {
    let mut site = Site::new();
    site.world.tenant.policy_mut().self_service = false;
    let ran = site.run();
    assert_eq!(ran.state(Step::SelfService), State::Changed);
    assert!(site.world.tenant.policy_mut().self_service);
    let loose = site.loose();
    assert_eq!(loose.len(), 1);
    assert_eq!(loose[0].loosened, Loosened::SelfService);
    assert_eq!(loose[0].by, "provision/BG-1");
    assert_eq!(ran.done().loose, loose);
    // Not twice, and not off while keys are open.
    let ran = site.run();
    assert_eq!(ran.state(Step::SelfService), State::Right);
    assert_eq!(site.sent("PATCH"), 1);
}

#[test]
fn for_the_portal_the_account_joins_the_group_for_passes_until_its_keys_are_in() {
    let mut site = Site::new();
    let portal = Wish {
        portal: true,
        ..wish()
    };
    let ran = site.run_as(&portal, &|_| false);
    assert_eq!(ran.state(Step::PassGroup), State::Waiting);
    let account = site.account();
    let joined = Loosened::TapGroup {
        group: tap(),
        account,
    };
    assert_eq!(site.loose()[0].loosened, joined);
    assert!(
        site.world
            .tenant
            .group_mut(tap())
            .unwrap()
            .members
            .contains(&account)
    );
    // A run without the word leaves it in, since it was put there for keys that are still open.
    assert_eq!(site.run().state(Step::PassGroup), State::Waiting);
    site.register_all();
    let ran = site.run();
    assert_eq!(ran.state(Step::PassGroup), State::Changed);
    assert_eq!(site.loose(), []);
    assert!(
        !site
            .world
            .tenant
            .group_mut(tap())
            .unwrap()
            .members
            .contains(&account)
    );
    assert_eq!(site.sent("DELETE"), 1);
    assert_eq!(
        site.sent(&format!(
            "DELETE /v1.0/groups/{}/members/{account}/$ref",
            tap()
        )),
        1
    );
    assert_eq!(site.world.tenant.deleted().len(), 0);
}

#[test]
fn an_account_that_somebody_put_into_the_group_for_passes_is_taken_out() {
    let mut site = Site::new();
    site.run();
    let account = site.account();
    site.world
        .tenant
        .group_mut(tap())
        .unwrap()
        .members
        .insert(account);
    let ran = site.run();
    assert_eq!(ran.state(Step::PassGroup), State::Changed);
    assert_eq!(ran.seen.asked.len(), 1);
}

#[test]
fn a_name_outside_the_initial_domain_is_not_made() {
    let mut site = Site::new();
    let domains = &mut site.world.tenant.organisation_mut().domains;
    domains[0].name = "fabrikam.onmicrosoft.com".to_owned();
    let ran = site.run();
    assert_eq!(ran.state(Step::Domain), State::ByHand);
    assert_eq!(ran.state(Step::Account), State::NotReached);
    assert!(ran.seen.heard("ends in @fabrikam.onmicrosoft.com"));
    assert_eq!(site.writes().len(), 0);
}

#[test]
fn an_open_ceremony_and_an_unknown_alias_are_refused_before_anything_is_read() {
    let mut site = Site::new();
    let other = Wish {
        alias: "BG-9",
        ..wish()
    };
    assert_eq!(
        site.run_as(&other, &|_| false).outcome,
        Err(CeremonyError::NoSuchAccount("BG-9".into()))
    );
    let begun = "open/registration-BG2-A/begun.json";
    site.desk.files.insert(begun.into(), b"{}".to_vec());
    assert_eq!(
        site.run().outcome,
        Err(CeremonyError::Unfinished("registration-BG2-A".into()))
    );
    assert_eq!(site.world.tenant.reads().len(), 0);
}

#[test]
fn the_questions_say_what_is_and_what_would_be() {
    let mut site = Site::new();
    let ran = site.run();
    let questions: Vec<String> = ran.seen.asked.iter().map(Prompt::words).collect();
    let account = site.account();
    assert_eq!(
        questions,
        [
            format!(
                "{UPN} is not in the tenant. Create it: cloud only, with a password that is shown \
                 to no one and kept nowhere?"
            ),
            format!("Write object-id \"{account}\" of {ALIAS} into glasskey.toml?"),
            format!(
                "{UPN} is not in \"Emergency access exclusion\", which Conditional Access \
                 excludes. Put it into that group?"
            ),
            format!(
                "{UPN} is not in \"Emergency access passkeys\", which may have passkeys. Put it \
                 into that group?"
            ),
        ]
    );
}
