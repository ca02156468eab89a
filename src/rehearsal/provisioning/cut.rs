//! The power fails after every single write, on disk or in the tenant; then it is run again.

use super::site::Site;
use super::site::tap;
use super::site::wish;
use crate::ceremony::Prompt;
use crate::ceremony::provision::State;
use crate::ceremony::provision::Step;
use crate::ceremony::provision::Wish;
use crate::facts::restore::Loosened;
use crate::primitives::Clock;
use crate::rehearsal::tenant::Holding;
use std::time::Duration;

/// Runs with the power cut after `count` writes, then again until nothing is changed any more.
/// `None` if the run was over before.
fn cut(site: &mut Site, wish: &Wish<'_>, count: u32) -> Option<()> {
    site.power.fail_after_writes(count);
    let ran = site.run_as(wish, &no_word);
    if !site.power.is_off() {
        site.power.restore();
        return None;
    }
    assert!(
        ran.outcome.is_err() || count > 0,
        "{count}: it ended in the dark"
    );
    site.power.restore();
    site.wait(Duration::from_secs(7));
    let again = site.run_as(wish, &no_word);
    assert!(again.outcome.is_ok(), "{count}: {:?}", again.outcome);
    Some(())
}

/// How late readers see a change where that matters: later than the next run begins.
const LATE: Duration = Duration::from_mins(1);

/// Nothing of it is noted to be under way.
#[track_caller]
fn is_settled(site: &Site, count: u32) {
    let open = |name: &&String| name.starts_with("open/provision-");
    let left: Vec<&String> = site.desk.files.keys().filter(open).collect();
    assert!(left.is_empty(), "{count}: {left:?}");
}

fn no_word(prompt: &Prompt) -> bool {
    matches!(prompt, Prompt::SignInSeen { .. })
}

#[test]
fn the_first_run_survives_a_cut_after_every_write_and_sends_each_once() {
    let portal = Wish {
        portal: true,
        ..wish()
    };
    let mut cuts = 0;
    for count in 0.. {
        let mut site = Site::new();
        site.world.tenant.policy_mut().self_service = false;
        if cut(&mut site, &portal, count).is_none() {
            break;
        }
        cuts += 1;
        let writes = site.writes();
        // Account, three groups, the policy's flag.
        assert_eq!(writes.len(), 4 + 1, "{count}: {writes:?}");
        assert!(writes.values().all(|n| *n == 1), "{count}: {writes:?}");
        let account = site.account();
        let joined = Loosened::TapGroup {
            group: tap(),
            account,
        };
        let mut loose: Vec<Loosened> = site.loose().into_iter().map(|i| i.loosened).collect();
        loose.retain(|one| *one != joined);
        assert_eq!(loose, [Loosened::SelfService], "{count}");
        assert!(
            !site
                .desk
                .files
                .keys()
                .any(|name| name.contains("sent.json"))
        );
        let ran = site.run_as(&portal, &no_word);
        assert_eq!(ran.seen.asked, [], "{count}");
    }
    // Two on disk before and two after each of five, one in the tenant, two notes, the plan.
    assert!(cuts >= 25, "{cuts}");
}

#[test]
fn the_second_run_survives_a_cut_after_every_write_and_sends_each_once() {
    second_runs(None);
}

#[test]
fn the_second_run_forgets_nothing_that_it_sent_where_readers_see_it_late() {
    second_runs(Some(LATE));
}

#[test]
fn the_first_run_forgets_nothing_that_it_sent_where_readers_see_it_late() {
    let portal = Wish {
        portal: true,
        ..wish()
    };
    let mut cuts = 0;
    for count in 0.. {
        let mut site = Site::new();
        site.world.tenant.policy_mut().self_service = false;
        site.world.tenant.set_delay(LATE);
        if cut(&mut site, &portal, count).is_none() {
            break;
        }
        cuts += 1;
        let writes = site.writes();
        assert_eq!(writes.len(), 4 + 1, "{count}: {writes:?}");
        assert!(writes.values().all(|n| *n == 1), "{count}: {writes:?}");
        is_settled(&site, count);
    }
    assert!(cuts >= 25, "{cuts}");
}

#[test]
fn a_role_that_a_cut_run_sent_is_read_back_before_it_would_be_sent_again() {
    let asked_for = "roleAssignmentScheduleRequests";
    for count in 1.. {
        let mut site = Site::with_keys();
        site.wait(Duration::from_mins(10));
        site.world.tenant.set_delay(LATE);
        site.power.fail_after_writes(count);
        assert!(site.run().outcome.is_err(), "{count}: the cut was not felt");
        site.power.restore();
        if site.sent(asked_for) == 0 {
            continue;
        }
        let before = site.world.clock.elapsed();
        let ran = site.run();
        assert!(ran.seen.heard("may have sent this"), "{:?}", ran.seen.said);
        assert_eq!(ran.seen.asked, []);
        assert_eq!((ran.open(), site.sent(asked_for)), (vec![], 1));
        assert!(site.world.clock.elapsed() > before + Duration::from_secs(30));
        assert_eq!(site.roles(), [Holding::Permanent]);
        is_settled(&site, count);
        break;
    }
}

/// A second run that is cut after each of its writes in turn, then run again; `late` is how late readers
/// see what it changes.
fn second_runs(late: Option<Duration>) {
    let mut cuts = 0;
    for count in 0.. {
        let mut site = Site::with_one_key();
        site.world.tenant.policy_mut().self_service = false;
        let portal = Wish {
            portal: true,
            ..wish()
        };
        site.run_as(&portal, &no_word);
        site.register_all();
        for label in site.labels() {
            site.sign_in(&label);
        }
        let account = site.account();
        site.world.tenant.add_pass(account);
        let before = site.writes();
        if let Some(delay) = late {
            site.wait(Duration::from_mins(10));
            site.world.tenant.set_delay(delay);
        }
        if cut(&mut site, &wish(), count).is_none() {
            break;
        }
        cuts += 1;
        let mut writes = site.writes();
        for (name, n) in before {
            let left = writes[&name] - n;
            writes.insert(name, left);
        }
        writes.retain(|_, n| *n > 0);
        // The flag, the group, the pass, the role.
        assert_eq!(writes.len(), 4, "{count}: {writes:?}");
        assert!(writes.values().all(|n| *n == 1), "{count}: {writes:?}");
        assert_eq!(site.loose(), [], "{count}");
        assert_eq!(site.roles(), [Holding::Permanent], "{count}");
        assert_eq!(site.world.tenant.deleted().len(), 0);
        is_settled(&site, count);
        assert_eq!(site.run().open(), [], "{count}");
    }
    assert!(cuts >= 20, "{cuts}");
}

#[test]
fn a_run_right_after_a_cut_waits_before_it_sends() {
    // The account was sent, and no reader sees it yet.
    let mut site = Site::new();
    site.world.tenant.set_delay(Duration::from_mins(1));
    site.power.fail_after_writes(3);
    let ran = site.run();
    assert!(ran.outcome.is_err());
    assert_eq!(site.sent("POST /v1.0/users"), 1);
    site.power.restore();
    let before = site.world.clock.elapsed();
    let ran = site.run();
    assert!(ran.seen.heard("may have sent this"));
    assert_eq!(site.sent("POST /v1.0/users"), 1);
    assert!(site.world.clock.elapsed() > before + Duration::from_secs(30));
    assert_eq!(ran.state(Step::Account), State::Changed);
    assert_eq!(site.pinned(), ran.done().object_id);
}

#[test]
fn taking_an_account_over_survives_a_cut_after_every_write() {
    let mut cuts = 0;
    for count in 0.. {
        let mut site = Site::new();
        site.run();
        let account = site.account();
        site.unpin();
        site.wait(Duration::from_mins(9));
        if cut(&mut site, &wish(), count).is_none() {
            break;
        }
        cuts += 1;
        assert_eq!(site.pinned(), Some(account), "{count}");
        assert_eq!(site.sent("PATCH /v1.0/users"), 1, "{count}");
        let left: Vec<&String> = site.desk.files.keys().collect();
        assert_eq!(left, ["glasskey.toml"], "{count}");
    }
    assert!(cuts >= 7, "{cuts}");
}
