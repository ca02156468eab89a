use super::key::Key;
use super::stage::BG1;
use super::stage::BG2;
use super::stage::Counting;
use super::stage::GROUP;
use super::stage::Stage;
use super::stage::TestClock;
use crate::entra::Answer;
use crate::entra::DenialReason;
use crate::entra::DirectorySync;
use crate::entra::Exchange;
use crate::entra::Failure;
use crate::entra::Get;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::NoReply;
use crate::entra::Recorder;
use crate::entra::Replay;
use crate::entra::Session;
use crate::entra::Tenant;
use crate::entra::TenantWrite;
use crate::entra::User;
use crate::entra::Version;
use crate::entra::Wave;
use crate::entra::Write;
use crate::entra::WriteMethod;
use crate::entra::Written;
use crate::entra::ask_fido2_methods;
use crate::entra::ask_fido2_policy;
use crate::entra::ask_membership;
use crate::entra::ask_user;
use crate::entra::ask_user_by_upn;
use crate::primitives::Clock;
use crate::primitives::Cloud;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::rehearsal::tenant::Fault;
use crate::rehearsal::tenant::Group;
use crate::rehearsal::tenant::Trouble;
use crate::rehearsal::tenant::Verb;
use proptest::prelude::*;
use serde_json::Value;
use std::time::Duration;

fn get(target: &str) -> Get {
    Get {
        version: Version::V1,
        target: target.into(),
        eventual: false,
    }
}

fn status_and_code(stage: &mut Stage, target: &str) -> (u16, String) {
    let reply = stage.tenant.fetch(&[get(target)]).remove(0).unwrap();
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    let code = body.pointer("/error/code").and_then(Value::as_str);
    (reply.status, code.unwrap_or_default().to_owned())
}

#[test]
fn an_account_is_found_by_id_and_by_name() {
    let mut stage = Stage::new();
    let mut graph = stage.graph();
    let user = graph.reads().one(ask_user(&BG1)).known().unwrap();
    assert_eq!(user.upn.as_deref(), Some("bg1@contoso.onmicrosoft.com"));
    assert_eq!(user.sync, DirectorySync::Never);
    let by_name = ask_user_by_upn("BG1@contoso.onmicrosoft.com");
    assert_eq!(graph.reads().one(by_name), Answer::Known(user));
    let nobody = ask_user(&Guid([9; 16]));
    assert_eq!(graph.reads().one(nobody), Answer::Absent);
}

#[test]
fn nested_groups_are_found_over_several_pages() {
    let mut stage = Stage::new();
    let (outer, outermost) = (Guid([0xbb; 16]), Guid([0xcc; 16]));
    stage.tenant.add_group(Group::new(outer, "outer", &[GROUP]));
    stage
        .tenant
        .add_group(Group::new(outermost, "outermost", &[outer]));
    stage.tenant.set_page_size(1);
    let membership = stage.graph().reads().one(ask_membership(&BG1));
    let ids: Vec<Guid> = membership.known().unwrap().ids().into_iter().collect();
    assert_eq!(ids, [GROUP, outer, outermost]);
    assert_eq!(stage.tenant.waves(), 3);
}

#[test]
fn a_whole_check_is_one_round_trip_deep() {
    let mut stage = Stage::new();
    stage.tenant.set_latency(Duration::from_millis(200));
    let mut wave = Wave::new();
    let policy = wave.ask(ask_fido2_policy());
    for account in [BG1, BG2] {
        wave.ask(ask_user(&account));
        wave.ask(ask_membership(&account));
        wave.ask(ask_fido2_methods(&account));
    }
    let mut answers = stage.graph().reads().exchange(&wave);
    assert!(matches!(answers.take(&policy), Answer::Known(_)));
    assert_eq!(stage.tenant.waves(), 1);
    assert_eq!(stage.clock.elapsed(), Duration::from_millis(200));
}

#[test]
fn the_published_throttles_are_never_exceeded() {
    let mut stage = Stage::new();
    stage.tenant.set_latency(Duration::from_millis(150));
    let mut wave = Wave::new();
    let tickets: Vec<_> = (0..23).map(|_| wave.ask(ask_fido2_methods(&BG1))).collect();
    let mut answers = stage.graph().reads().exchange(&wave);
    for ticket in &tickets {
        assert_eq!(answers.take(ticket), Answer::Known(Vec::new()));
    }
    assert_eq!(stage.tenant.over_throttle(), 0);
    assert_eq!(stage.tenant.waves(), 5);
    assert!(stage.clock.elapsed() >= Duration::from_secs(40));
}

#[test]
fn a_client_without_pace_is_throttled_with_a_named_wait() {
    let mut stage = Stage::new();
    let target = format!("/users/{BG1}/authentication/fido2Methods");
    let wave = vec![get(&target); 6];
    let replies = stage.tenant.fetch(&wave);
    let statuses: Vec<u16> = replies.iter().flatten().map(|r| r.status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
    let last = replies.last().unwrap().as_ref().unwrap();
    assert_eq!(last.header("retry-after"), Some("10"));
    assert_eq!(stage.tenant.over_throttle(), 1);
}

#[test]
fn trouble_that_ends_is_survived_and_trouble_that_stays_is_unknown() {
    let ask = |trouble: Trouble, times: u32| {
        let mut stage = Stage::new();
        stage.tenant.inject(Fault {
            verb: Verb::Get,
            path: "/users/".into(),
            trouble,
            times,
        });
        let answer = stage.graph().reads().one(ask_user(&BG1));
        (answer, stage.clock.elapsed())
    };
    let (answer, took) = ask(Trouble::Throttled(Some(9)), 2);
    assert!(matches!(answer, Answer::Known(_)));
    assert_eq!(took, Duration::from_secs(18));
    let (answer, _) = ask(Trouble::Unavailable, 5);
    assert!(matches!(answer, Answer::Known(_)));
    let denied = |answer| {
        let Answer::<User>::Denied(denial) = answer else {
            panic!("{answer:?}")
        };
        denial.reason
    };
    let (answer, took) = ask(Trouble::Throttled(Some(3_600)), u32::MAX);
    assert_eq!(denied(answer), DenialReason::Throttled);
    assert_eq!(took, Duration::ZERO);
    assert_eq!(
        denied(ask(Trouble::Forbidden, 1).0),
        DenialReason::Permission
    );
    assert_eq!(denied(ask(Trouble::NoLicence, 1).0), DenialReason::Licence);
    assert_eq!(ask(Trouble::Garbled, 1).0, Answer::Failed(Failure::NotJson));
}

#[test]
fn what_is_not_there_is_refused_as_graph_does() {
    let mut stage = Stage::new();
    let refused = |stage: &mut Stage, target: &str| status_and_code(stage, target);
    assert_eq!(refused(&mut stage, "/nonsense"), (400, "BadRequest".into()));
    assert_eq!(
        refused(&mut stage, "/users/nobody"),
        (404, "Request_ResourceNotFound".into())
    );
    assert_eq!(
        refused(&mut stage, &format!("/users/{BG1}/mailFolders")),
        (400, "BadRequest".into())
    );
    assert_eq!(
        refused(&mut stage, &format!("/users/{BG1}?$select=id,nonsense")),
        (400, "BadRequest".into())
    );
}

#[test]
fn a_saved_conversation_plays_back_to_the_same_answers() {
    let mut stage = Stage::new();
    stage.tenant.set_page_size(1);
    let other = Group::new(Guid([0xbb; 16]), "other", &[BG1]);
    stage.tenant.add_group(other);
    let (offer, _) = stage.offer(BG1);
    let registration = Key::new(7).answer(&offer);
    let file = {
        let mut recorder = Recorder::new(&mut stage.tenant, Cloud::Global);
        let mut graph = GraphWrite::new(&mut recorder, stage.clock.as_ref(), &mut stage.session);
        graph.reads().one(ask_user(&BG1));
        graph.reads().one(ask_membership(&BG1));
        let written = graph.register(&BG1, &registration);
        assert!(matches!(written, Written::Done(_)));
        graph.reads().one(ask_fido2_methods(&BG1));
        stage.clock.wait(Duration::from_secs(5));
        graph.reads().one(ask_fido2_methods(&BG1));
        recorder.json_lines()
    };
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(lines.len(), 6);
    assert!(lines[3].starts_with(r#"{"request":{"body":{"displayName":"BG1-A","#));
    assert!(lines[4].contains(r#""value":[]"#));
    let mut replay = Replay::parse(&file).unwrap();
    let clock = TestClock::default();
    let mut session = Session::new(Cloud::Global, &mut Counting(9));
    let mut offline = Graph::new(&mut replay, &clock, &mut session);
    let live = stage.graph().reads().one(ask_user(&BG1));
    assert_eq!(offline.one(ask_user(&BG1)), live);
    for _ in 0..2 {
        let groups = offline.one(ask_membership(&BG1)).known().unwrap();
        assert_eq!(groups.groups.len(), 2);
    }
    let counts: Vec<usize> = (0..3)
        .map(|_| offline.one(ask_fido2_methods(&BG1)).known().unwrap().len())
        .collect();
    assert_eq!(counts, [0, 1, 1]);
    assert_eq!(
        offline.one(ask_fido2_policy()),
        Answer::Failed(Failure::NoReply(NoReply::NotRecorded))
    );
}

#[test]
fn secrets_are_blanked_before_they_are_kept() {
    let reply = crate::entra::HttpReply {
        status: 201,
        headers: vec![("Set-Cookie".into(), "canary-0123456789".into())],
        body: br#"{"value":[{"temporaryAccessPass":"canary-0123456789","isUsable":true}]}"#
            .to_vec(),
    };
    let sent = br#"{"passwordProfile":{"password":"canary-0123456789"}}"#;
    let line = Exchange::new("POST", "https://h/v1.0/x", sent, &reply).line();
    assert_eq!(
        line,
        concat!(
            r#"{"request":{"body":{"passwordProfile":{"password":"(blanked)"}},"method":"POST","#,
            r#""url":"https://h/v1.0/x"},"response":{"body":{"value":[{"isUsable":true,"#,
            r#""temporaryAccessPass":"(blanked)"}]},"headers":{"set-cookie":"(blanked)"},"#,
            r#""status":201}}"#
        )
    );
}

#[test]
fn equal_tenants_answer_with_equal_bytes() {
    let wave: Vec<Get> = [
        format!("/users/{BG1}"),
        format!("/users/{BG1}/authentication/fido2Methods/creationOptions"),
        "/nonsense".to_owned(),
    ]
    .iter()
    .map(|target| get(target))
    .collect();
    let answers = || Stage::new().tenant.fetch(&wave);
    assert_eq!(answers(), answers());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases().div_ceil(4)))]

    #[test]
    fn nothing_that_is_sent_panics_the_tenant(
        target in prop_oneof![
            any::<String>(),
            "/users/(11111111-1111-1111-1111-111111111111|x)(/authentication|/transitiveMemberOf)?(/fido2Methods|/methods|/microsoft.graph.group)?(/[a-z0-9]{0,5})?([?]\\$(select|skiptoken)=[a-zA-Z0-9,]{0,8})?",
        ],
        method in 0..4,
        body in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut stage = Stage::new();
        let method = match method {
            0 => {
                stage.tenant.fetch(&[get(&target)]);
                return Ok(());
            }
            1 => WriteMethod::Post,
            2 => WriteMethod::Patch,
            _ => WriteMethod::Delete,
        };
        let write = Write { method, version: Version::Beta, target, body: Secret::new(body) };
        prop_assert!(stage.tenant.send(&write).is_ok());
    }

    #[test]
    fn a_mutated_registration_is_refused_or_harmless(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut stage = Stage::new();
        let (offer, _) = stage.offer(BG1);
        let mut body = Key::new(7).answer(&offer).body();
        let at = at.index(body.len());
        body[at] = byte;
        let write = Write {
            method: WriteMethod::Post,
            version: Version::V1,
            target: format!("/users/{BG1}/authentication/fido2Methods"),
            body: Secret::new(body),
        };
        let status = stage.tenant.send(&write).unwrap().status;
        prop_assert!(status == 400 || status == 201, "{}", status);
    }
}
