//! A whole check of the tenant: what it asks, how deep, and what it finds.

use crate::entra::Answer;
use crate::entra::Get;
use crate::entra::Graph;
use crate::entra::Reply;
use crate::entra::Session;
use crate::entra::Tenant;
use crate::facts::book::BookFacts;
use crate::facts::tenant::Survey;
use crate::facts::tenant::survey;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Judged;
use crate::findings::Verdict;
use crate::findings::tenant;
use crate::plan::Plan;
use crate::primitives::Clock;
use crate::primitives::Cloud;
use crate::primitives::Guid;
use crate::rehearsal::SeededEntropy;
use crate::rehearsal::World;
use crate::rehearsal::key::Personality;
use crate::rehearsal::tenant::Account;
use crate::rehearsal::tenant::Fault;
use crate::rehearsal::tenant::Group;
use crate::rehearsal::tenant::Holding;
use crate::rehearsal::tenant::Licence;
use crate::rehearsal::tenant::MethodKind;
use crate::rehearsal::tenant::Role;
use crate::rehearsal::tenant::Trouble;
use crate::rehearsal::tenant::Verb;
use std::rc::Rc;
use std::time::Duration;

/// A tenant, and every wave that it was asked.
struct Watched<'t> {
    tenant: &'t mut dyn Tenant,
    waves: Vec<Vec<Get>>,
}

impl Tenant for Watched<'_> {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        self.waves.push(wave.to_vec());
        self.tenant.fetch(wave)
    }
}

fn plan() -> Plan {
    Plan::parse(&World::plan().unwrap()).unwrap()
}

/// Asks the world's tenant all that a check asks.
fn ask(world: &mut World, plan: &Plan) -> (Survey, Vec<Vec<Get>>) {
    let clock = Rc::clone(&world.clock);
    let mut session = Session::new(Cloud::Global, &mut SeededEntropy::new(b"survey", "session"));
    let mut watched = Watched {
        tenant: &mut world.tenant,
        waves: Vec::new(),
    };
    let survey = survey(&mut Graph::new(&mut watched, &*clock, &mut session), plan);
    (survey, watched.waves)
}

/// What is found, for a book without keys.
fn judge(world: &mut World, plan: &Plan) -> Vec<Finding> {
    let (survey, _) = ask(world, plan);
    tenant(&Judged {
        survey: &survey,
        plan,
        policy: &plan.policy,
        book: &BookFacts::default(),
        as_of: world.clock.utc(),
    })
}

fn verdicts(findings: &[Finding], check: Check) -> Vec<Verdict> {
    let of = findings.iter().filter(|one| one.check == check);
    of.map(|one| one.verdict).collect()
}

/// Whether Graph publishes a throttle for the path, so that waves are parted there.
fn is_throttled(get: &Get) -> bool {
    let path = &get.target;
    path.starts_with("/auditLogs")
        || path.starts_with("/reports")
        || path.starts_with("/identity")
        || path.contains("/authentication/")
        || path.contains("signInActivity")
}

#[test]
fn a_check_of_four_accounts_is_four_waves_deep_at_most_and_asks_nothing_twice() {
    let mut world = World::new(Personality::Standard);
    let mut plan = plan();
    for number in [3_u8, 4] {
        let mut account = plan.accounts[0].clone();
        let id = Guid([number; 16]);
        account.alias = format!("BG-{number}");
        account.upn = format!("bg{number}@contoso-rehearsal.onmicrosoft.com");
        account.object_id = Some(id);
        let created = world.clock.utc();
        let entry = Account::new(id, &account.upn, &account.alias, created);
        world.tenant.add_account(entry);
        plan.accounts.push(account);
    }
    // A group that holds a role makes one more wave worth asking.
    let group = Guid([9; 16]);
    world.tenant.add_group(Group::new(group, "admins", &[]));
    world
        .tenant
        .assign(group, Role::GlobalAdministrator, Holding::Permanent);
    let (_, waves) = ask(&mut world, &plan);
    let deep = waves
        .iter()
        .filter(|wave| wave.iter().any(|get| !is_throttled(get)))
        .count();
    assert!((2..=4).contains(&deep), "{deep} waves");
    let mut all: Vec<(_, &str)> = waves
        .iter()
        .flatten()
        .map(|get| (get.version, get.target.as_str()))
        .collect();
    let asked = all.len();
    let methods = |(_, target): &&(_, &str)| target.ends_with("/authentication/methods");
    assert_eq!(all.iter().filter(methods).count(), 4);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), asked, "something was asked twice");
}

#[test]
fn before_registration_the_accounts_of_a_rehearsal_lack_their_keys_and_nothing_else() {
    let mut world = World::new(Personality::Standard);
    let findings = judge(&mut world, &plan());
    for check in [
        Check::AccountEnabled,
        Check::AccountCloudOnly,
        Check::AccountDomain,
        Check::MethodUnexpected,
        Check::MethodMissing,
        Check::MethodsOnlyStrong,
        Check::SsprOff,
        Check::TapLeft,
        Check::TapExcluded,
        Check::Rmau,
    ] {
        let both = [Verdict::Pass, Verdict::Pass];
        assert_eq!(verdicts(&findings, check), both, "{check}: {findings:#?}");
    }
    for check in [
        Check::AccountCount,
        Check::AccountUndeclared,
        Check::CaGroupProtected,
        Check::TimeSkew,
    ] {
        assert_eq!(verdicts(&findings, check), [Verdict::Pass], "{check}");
    }
    // The administrator of the day, who enrols.
    assert_eq!(verdicts(&findings, Check::EnrolPaths), [Verdict::Warn]);
    let not_yet = [Verdict::NotRun, Verdict::NotRun];
    assert_eq!(verdicts(&findings, Check::RolePermanent), not_yet);
    assert_eq!(verdicts(&findings, Check::PasswordChanged), not_yet);
    let lacking = [Verdict::Fail, Verdict::Fail];
    assert_eq!(verdicts(&findings, Check::MfaReady), lacking);
}

#[test]
fn what_changes_in_the_tenant_is_found() {
    let mut world = World::new(Personality::Standard);
    let plan = plan();
    let bg1 = plan.accounts[0].object_id.unwrap();
    let exclusion = plan.groups.ca_exclusion.unwrap();
    let created = world.clock.utc();
    let stranger = Guid([7; 16]);
    let upn = "joey@contoso-rehearsal.onmicrosoft.com";
    let tenant = &mut world.tenant;
    tenant.add_account(Account::new(stranger, upn, "Joey", created));
    tenant.assign(stranger, Role::GlobalAdministrator, Holding::Permanent);
    tenant.account_mut(bg1).unwrap().enabled = false;
    tenant.add_pass(bg1);
    tenant.add_method(bg1, MethodKind::Phone);
    tenant.set_admin_sspr(true);
    let group = tenant.group_mut(exclusion).unwrap();
    group.members.insert(stranger);
    group.owners.insert(stranger);
    let findings = judge(&mut world, &plan);
    for (check, verdict) in [
        (Check::AccountEnabled, Verdict::Fail),
        (Check::TapLeft, Verdict::Fail),
        (Check::MethodsOnlyStrong, Verdict::Fail),
        (Check::SsprOff, Verdict::Fail),
    ] {
        assert_eq!(
            verdicts(&findings, check),
            [verdict, Verdict::Pass],
            "{check}"
        );
    }
    let two = [Verdict::Fail, Verdict::Fail];
    assert_eq!(verdicts(&findings, Check::AccountUndeclared), two);
    assert_eq!(verdicts(&findings, Check::CaGroupProtected), two);
    let ways: Vec<&str> = findings
        .iter()
        .filter(|one| one.check == Check::EnrolPaths)
        .map(|one| one.detail.as_str())
        .collect();
    let joey = format!("\"Joey\" ({upn}): Global Administrator");
    assert!(ways.contains(&joey.as_str()), "{ways:#?}");
}

#[test]
fn without_p2_the_role_is_judged_by_its_assignment_and_nobody_is_eligible() {
    let mut world = World::new(Personality::Standard);
    let plan = plan();
    for account in &plan.accounts {
        let id = account.object_id.unwrap();
        world
            .tenant
            .assign(id, Role::GlobalAdministrator, Holding::Permanent);
    }
    let findings = judge(&mut world, &plan);
    let both = [Verdict::Pass, Verdict::Pass];
    assert_eq!(verdicts(&findings, Check::RolePermanent), both);
    world.tenant.set_licence(Licence::P1);
    let (survey, _) = ask(&mut world, &plan);
    assert_eq!(
        survey.population.licence,
        Answer::Known(crate::entra::Licence::P1)
    );
    let findings = judge(&mut world, &plan);
    assert_eq!(verdicts(&findings, Check::RolePermanent), both);
    let open = |one: &&Finding| one.check == Check::EnrolPaths && one.verdict == Verdict::Unknown;
    assert_eq!(findings.iter().find(open), None);
}

#[test]
fn a_tenant_that_refuses_everything_leaves_nothing_that_passes() {
    for trouble in [
        Trouble::Forbidden,
        Trouble::NoLicence,
        Trouble::Garbled,
        Trouble::NextLink("https://graph.microsoft.com.evil.example/v1.0/users"),
    ] {
        let mut world = World::new(Personality::Standard);
        world.tenant.inject(Fault {
            verb: Verb::Get,
            path: "/".into(),
            trouble,
            times: u32::MAX,
        });
        let findings = judge(&mut world, &plan());
        let ours = [
            Check::AccountEnabled,
            Check::AccountCloudOnly,
            Check::AccountDomain,
            Check::AccountCount,
            Check::AccountUndeclared,
            Check::CaGroupProtected,
            Check::EnrolPaths,
            Check::MethodUnexpected,
            Check::MethodMissing,
            Check::MethodsOnlyStrong,
            Check::MethodAttested,
            Check::MfaReady,
            Check::SsprOff,
            Check::TapLeft,
            Check::TapExcluded,
            Check::Rmau,
            Check::PasswordChanged,
            Check::RolePermanent,
        ];
        for check in ours {
            let all = verdicts(&findings, check);
            let unknown = all.iter().all(|one| *one == Verdict::Unknown);
            let lists_alone = matches!(trouble, Trouble::NextLink(_));
            assert!(
                !all.is_empty() && (unknown || lists_alone),
                "{check}: {all:?}"
            );
        }
    }
}

#[test]
fn a_throttled_tenant_is_waited_for() {
    let mut world = World::new(Personality::Standard);
    world.tenant.inject(Fault {
        verb: Verb::Get,
        path: "/authentication/methods".into(),
        trouble: Trouble::Throttled(Some(7)),
        times: 1,
    });
    let before = world.clock.elapsed();
    let (survey, _) = ask(&mut world, &plan());
    assert!(world.clock.elapsed() >= before + Duration::from_secs(7));
    let read = |one: &crate::facts::tenant::AccountFacts| matches!(one.methods, Answer::Known(_));
    assert!(survey.tenant.accounts.iter().all(read));
}
