//! What comes of an answer, of a page and of a throttle, against a scripted port.
//!
//! Past 400 lines: one script of answers a test, all on one port.

use super::*;
use crate::entra::DenialReason;
use crate::entra::Fido2Method;
use crate::entra::Fido2Policy;
use crate::entra::HttpReply;
use crate::entra::Membership;
use crate::entra::SentOptions;
use crate::entra::User;
use crate::entra::ask_fido2_methods;
use crate::entra::ask_fido2_policy;
use crate::entra::ask_membership;
use crate::entra::ask_user;
use crate::primitives::Cloud;
use crate::primitives::Entropy;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use proptest::prelude::*;
use std::cell::Cell;
use std::collections::VecDeque;

struct Steady;

impl Entropy for Steady {
    fn fill(&mut self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

#[derive(Default)]
struct TestClock {
    elapsed: Cell<Duration>,
    stands_still: bool,
}

impl Clock for TestClock {
    fn utc(&self) -> UtcTime {
        UtcTime::from_unix(1_795_363_080)
            .plus_seconds(self.elapsed.get().as_secs().try_into().unwrap())
    }

    fn elapsed(&self) -> Duration {
        self.elapsed.get()
    }

    fn wait(&self, duration: Duration) {
        if !self.stands_still {
            self.elapsed.set(self.elapsed.get() + duration);
        }
    }
}

/// Answers in a fixed order, whatever is asked; keeps the size of each wave.
#[derive(Default)]
struct Script {
    replies: VecDeque<Reply>,
    waves: Vec<Vec<String>>,
}

impl Script {
    fn of(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self {
            replies: replies.into_iter().collect(),
            waves: Vec::new(),
        }
    }
}

impl Tenant for Script {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        self.waves
            .push(wave.iter().map(|get| get.target.clone()).collect());
        wave.iter()
            .filter_map(|_| self.replies.pop_front())
            .collect()
    }
}

fn reply(status: u16, body: &str) -> Reply {
    with_headers(status, body, &[])
}

#[expect(clippy::unnecessary_wraps, reason = "a script is made of replies")]
fn with_headers(status: u16, body: &str, headers: &[(&str, &str)]) -> Reply {
    Ok(HttpReply {
        status,
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.as_bytes().to_vec(),
    })
}

fn session() -> Session {
    Session::new(Cloud::Global, &mut Steady)
}

const ID: Guid = Guid([0x99; 16]);

fn groups(script: &mut Script) -> Answer<Membership> {
    let clock = TestClock::default();
    let mut session = session();
    Graph::new(script, &clock, &mut session).one(ask_membership(&ID))
}

fn page(next: &str) -> Reply {
    let id = "0f9d6c1e-3a5b-4a3e-8a34-6b0d1f6a7e21";
    reply(
        200,
        &format!(r#"{{"value":[{{"id":"{id}"}}],"@odata.nextLink":"{next}"}}"#),
    )
}

fn user_body() -> Reply {
    reply(200, include_str!("../../../tests/graph/user.json"))
}

#[test]
fn a_wave_is_one_fetch_and_its_pages_are_another() {
    let clock = TestClock::default();
    let mut session = session();
    let mut script = Script::of([
        user_body(),
        page("https://graph.microsoft.com/v1.0/a"),
        page("https://graph.microsoft.com/v1.0/b"),
        page("https://graph.microsoft.com/v1.0/c"),
        reply(200, r#"{"value":[]}"#),
        reply(200, r#"{"value":[]}"#),
    ]);
    let mut wave = Wave::new();
    let user = wave.ask(ask_user(&ID));
    let first = wave.ask(ask_membership(&ID));
    let second = wave.ask(ask_membership(&ID));
    let mut answers = Graph::new(&mut script, &clock, &mut session).exchange(&wave);
    assert!(matches!(answers.take(&user), Answer::Known(_)));
    assert_eq!(answers.take(&first).known().unwrap().groups.len(), 2);
    assert_eq!(answers.take(&second).known().unwrap().groups.len(), 1);
    assert_eq!(answers.take(&user), Answer::Failed(Failure::NotAsked));
    let sizes: Vec<usize> = script.waves.iter().map(Vec::len).collect();
    assert_eq!(sizes, [3, 2, 1]);
    assert_eq!(script.waves[1], ["/a", "/b"]);
}

#[test]
fn only_what_was_throttled_is_asked_again_and_not_before_its_time() {
    let clock = TestClock::default();
    let mut session = session();
    let mut script = Script::of([
        user_body(),
        with_headers(429, "", &[("retry-after", "7")]),
        user_body(),
    ]);
    let mut wave = Wave::new();
    let first = wave.ask(ask_user(&ID));
    let second = wave.ask(ask_user(&Guid([1; 16])));
    let mut answers = Graph::new(&mut script, &clock, &mut session).exchange(&wave);
    assert!(matches!(answers.take(&first), Answer::Known(_)));
    assert!(matches!(answers.take(&second), Answer::Known(_)));
    assert_eq!(script.waves[1].len(), 1);
    assert!(script.waves[1][0].starts_with("/users/01010101-"));
    assert_eq!(clock.elapsed(), Duration::from_secs(7));
}

#[test]
fn a_read_is_given_up_after_six_tries_and_is_then_unknown() {
    let clock = TestClock::default();
    let mut session = session();
    let mut script = Script::of((0..9).map(|_| reply(429, "")));
    let answer = Graph::new(&mut script, &clock, &mut session).one(ask_fido2_policy());
    let Answer::Denied(denial) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(denial.reason, DenialReason::Throttled);
    assert_eq!(denial.needs, "Policy.Read.AuthenticationMethod");
    assert_eq!(script.waves.len(), 6);
    assert!(clock.elapsed() >= Duration::from_secs(2 + 4 + 8 + 16 + 32));
    assert!(clock.elapsed() <= Duration::from_secs(3 + 6 + 12 + 24 + 48));
}

#[test]
fn a_lost_answer_to_a_read_is_asked_for_again() {
    let clock = TestClock::default();
    let mut session = session();
    let mut script = Script::of([
        Err(NoReply::MayHaveHappened("reset".into())),
        reply(503, ""),
        user_body(),
    ]);
    let answer = Graph::new(&mut script, &clock, &mut session).one(ask_user(&ID));
    assert!(matches!(answer, Answer::Known(_)));
    assert_eq!(script.waves.len(), 3);
}

#[test]
fn a_clock_that_stands_still_holds_nobody() {
    let clock = TestClock {
        stands_still: true,
        ..TestClock::default()
    };
    let mut session = session();
    let mut script = Script::of((0..30).map(|_| reply(200, r#"{"value":[]}"#)));
    let mut wave = Wave::new();
    for _ in 0..12 {
        wave.ask(ask_fido2_methods(&ID));
    }
    let mut graph = Graph::new(&mut script, &clock, &mut session);
    assert_eq!(graph.exchange(&wave).0.len(), 12);
    let sizes: Vec<usize> = script.waves.iter().map(Vec::len).collect();
    assert_eq!(sizes, [5, 5, 2]);
}

#[test]
fn a_next_link_that_leads_away_round_or_on_for_ever_is_refused() {
    let away = groups(&mut Script::of([page("https://evil.example/v1.0/x")]));
    assert_eq!(away, Answer::Failed(Failure::NextLinkElsewhere));
    let round = groups(&mut Script::of([
        page("https://graph.microsoft.com/v1.0/x"),
        page("https://graph.microsoft.com/v1.0/x"),
    ]));
    assert_eq!(round, Answer::Failed(Failure::NextLinkLoops));
    let mut endless =
        Script::of((0..200).map(|n| page(&format!("https://graph.microsoft.com/v1.0/{n}"))));
    assert_eq!(
        groups(&mut endless),
        Answer::Failed(Failure::TooMany {
            pages: 100,
            items: 100
        })
    );
    let items = vec!["null"; 20_001].join(",");
    let wide = groups(&mut Script::of([reply(
        200,
        &format!(r#"{{"value":[{items}]}}"#),
    )]));
    assert_eq!(
        wide,
        Answer::Failed(Failure::TooMany {
            pages: 1,
            items: 20_001
        })
    );
}

#[test]
fn every_kind_of_answer_keeps_its_class() {
    let clock = TestClock::default();
    let ask = |reply: Reply| {
        let mut session = session();
        let mut script = Script::of([reply]);
        Graph::new(&mut script, &clock, &mut session).one(ask_user(&ID))
    };
    assert_eq!(
        ask(reply(
            404,
            include_str!("../../../tests/graph/error-404-user.json")
        )),
        Answer::Absent
    );
    assert_eq!(ask(reply(200, "<html>")), Answer::Failed(Failure::NotJson));
    assert_eq!(
        ask(reply(200, "[]")),
        Answer::Failed(Failure::Unreadable("a user"))
    );
    assert_eq!(
        ask(Err(NoReply::NotRecorded)),
        Answer::Failed(Failure::NoReply(NoReply::NotRecorded))
    );
    assert!(matches!(
        ask(reply(401, "")),
        Answer::Denied(Denial {
            reason: DenialReason::NotSignedIn,
            ..
        })
    ));
    assert!(matches!(
        ask(reply(
            403,
            include_str!("../../../tests/graph/error-403-azcli-policy.json")
        )),
        Answer::Denied(Denial {
            reason: DenialReason::Permission,
            needs: "User.Read.All",
            ..
        })
    ));
    assert!(matches!(
        ask(reply(302, "")),
        Answer::Failed(Failure::Status(GraphError { status: 302, .. }))
    ));
}

#[test]
fn fewer_answers_than_reads_are_no_answers() {
    let answer = groups(&mut Script::default());
    assert!(
        matches!(
            answer,
            Answer::Failed(Failure::NoReply(NoReply::NotSent(_)))
        ),
        "{answer:?}"
    );
}

#[test]
fn dates_and_request_ids_are_kept_for_the_record() {
    let clock = TestClock::default();
    let mut session = session();
    let id = "0dccb1c5-41f9-4736-baf4-9643f3f2898c";
    let body = include_str!("../../../tests/graph/user.json");
    let headers = [
        ("date", "Sun, 22 Nov 2026 15:58:07 GMT"),
        ("request-id", id),
    ];
    let mut script = Script::of([with_headers(200, body, &headers)]);
    Graph::new(&mut script, &clock, &mut session).one(ask_user(&ID));
    let observed = session.take_observed();
    let date = observed.date.unwrap();
    assert_eq!(Some(date.graph), UtcTime::parse("2026-11-22T15:58:07Z"));
    assert_eq!(date.here, clock.utc());
    assert_eq!(observed.request_ids, [Guid::parse(id).unwrap()]);
    assert_eq!(session.observed().request_ids, []);
}

const BODIES: [&str; 8] = [
    include_str!("../../../tests/graph/user.json"),
    include_str!("../../../tests/graph/user-transitivememberof-groups.json"),
    include_str!("../../../tests/graph/fido2methods-list-beta.json"),
    include_str!("../../../tests/graph/fido2-policy-profiles.json"),
    include_str!("../../../tests/graph/fido2-policy-legacy.json"),
    include_str!("../../../tests/graph/creationoptions-docs-v1.json"),
    include_str!("../../../tests/graph/error-404-user.json"),
    r#"{"value":[null,{"id":null}],"@odata.nextLink":"https://graph.microsoft.com/v1.0/x"}"#,
];

/// Hands one body to every reader there is.
fn read_as_everything(status: u16, body: &[u8]) {
    let reply = || {
        Ok(HttpReply {
            status,
            headers: vec![("retry-after".into(), String::from_utf8_lossy(body).into())],
            body: body.to_vec(),
        })
    };
    let clock = TestClock::default();
    let mut session = session();
    let mut script = Script::of((0..40).map(|_| reply()));
    let mut wave = Wave::new();
    wave.ask(ask_user(&ID));
    wave.ask(ask_membership(&ID));
    Graph::new(&mut script, &clock, &mut session).exchange(&wave);
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let list = value.get("value").cloned().unwrap_or_default();
    let _ = User::read(value.clone());
    let _ = Membership::read(list.clone());
    let methods = Fido2Method::read_all(list).unwrap_or_default();
    let _ = Fido2Method::read(value.clone());
    let _ = Fido2Policy::read(value.clone());
    if let Some(options) = SentOptions::read(value) {
        let _ = options.decode(Cloud::Global, &methods);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn no_bytes_panic_a_reader(
        status in prop_oneof![Just(200), 100_u16..600],
        body in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        read_as_everything(status, &body);
    }

    #[test]
    fn no_mutation_of_a_valid_answer_panics_a_reader(
        which in 0..BODIES.len(),
        at in any::<prop::sample::Index>(),
        with in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..4),
            prop::sample::select(vec![
                b"null".to_vec(), b"[]".to_vec(), b"{}".to_vec(), b"-1".to_vec(), b"1e999".to_vec(),
                b"\"\"".to_vec(), b"true".to_vec(), b"=".to_vec(), b",".to_vec(),
            ]),
        ],
        cut in 0_usize..12,
    ) {
        let mut body = BODIES[which].as_bytes().to_vec();
        let start = at.index(body.len());
        let end = (start + cut).min(body.len());
        body.splice(start..end, with);
        read_as_everything(200, &body);
    }

    #[test]
    fn any_member_may_have_any_type(which in 0..BODIES.len(), seed in any::<u64>(), kind in 0..7) {
        let mut value: Value = serde_json::from_str(BODIES[which]).unwrap();
        let mut left = seed % 40;
        let other = [
            Value::Null, Value::Bool(true), Value::from(-7), Value::from("x"),
            Value::from("0001-01-01T00:00:00Z"), Value::Array(vec![Value::Null]), serde_json::json!({}),
        ][usize::try_from(kind).unwrap()].clone();
        exchange_one(&mut value, &mut left, &other);
        read_as_everything(200, value.to_string().as_bytes());
    }
}

/// Replaces the value that is reached after `left` others.
fn exchange_one(value: &mut Value, left: &mut u64, other: &Value) {
    if *left == 0 {
        *value = other.clone();
    }
    *left = left.wrapping_sub(1);
    if let Some(list) = value.as_array_mut() {
        for item in list {
            exchange_one(item, left, other);
        }
    } else if let Some(members) = value.as_object_mut() {
        for (_, member) in members {
            exchange_one(member, left, other);
        }
    }
}
