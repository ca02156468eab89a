//! The HTTPS port, against a tenant behind TLS on loopback that behaves, stalls, lies and floods.

use crate::https::Asked;
use crate::https::Leaf;
use crate::https::ProxyDoes;
use crate::https::Server;
use crate::https::Setup;
use crate::https::Told;
use crate::https::depth;
use glasskey::entra::Answer;
use glasskey::entra::Failure;
use glasskey::entra::Get;
use glasskey::entra::Graph;
use glasskey::entra::NoReply;
use glasskey::entra::Reply;
use glasskey::entra::Service;
use glasskey::entra::Session;
use glasskey::entra::Tenant as _;
use glasskey::entra::TenantWrite as _;
use glasskey::entra::Version;
use glasskey::entra::Write;
use glasskey::entra::WriteMethod;
use glasskey::entra::ask_licence;
use glasskey::io::PatientClock;
use glasskey::io::SystemEntropy;
use glasskey::io::Tokens;
use glasskey::io::Waiting;
use glasskey::io::https::Bounds;
use glasskey::io::https::HttpsClient;
use glasskey::io::https::HttpsTenant;
use glasskey::io::https::Trust;
use glasskey::io::sign_in::Fetching;
use glasskey::io::sign_in::Token;
use glasskey::io::sign_in::TokenSource;
use glasskey::primitives::Cloud;
use glasskey::primitives::Guid;
use glasskey::primitives::Secret;
use serde_json::json;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use std::time::Instant;

/// One token, for every service.
struct Fixed;

impl TokenSource for Fixed {
    fn fetch<'a>(&'a mut self, _: &'a str) -> Fetching<'a> {
        Box::pin(async {
            Ok(Token {
                secret: Secret::new("a-token".to_owned()),
                life: Duration::from_hours(1),
            })
        })
    }

    fn waits_for(&self) -> &'static str {
        "waiting for a token"
    }
}

/// Bounds that a test can wait for.
fn short() -> Bounds {
    Bounds {
        connect: Duration::from_secs(2),
        exchange: Duration::from_millis(700),
        ..Bounds::default()
    }
}

fn port(client: HttpsClient) -> HttpsTenant {
    let hosts = BTreeMap::from([
        (Service::Graph, "graph.microsoft.com".to_owned()),
        (Service::Arm, "management.azure.com".to_owned()),
    ]);
    HttpsTenant::new(
        hosts,
        client,
        Tokens::new(Box::new(Fixed), Cloud::Global),
        Box::new(SystemEntropy::open().unwrap()),
        Rc::new(Waiting::new()),
    )
}

fn get(target: &str) -> Get {
    Get {
        version: Version::V1,
        target: target.to_owned(),
        eventual: false,
    }
}

fn post(target: &str) -> Write {
    Write {
        method: WriteMethod::Post,
        version: Version::V1,
        target: target.to_owned(),
        body: Secret::new(b"{\"a\":1}".to_vec()),
    }
}

fn server(setup: Setup, answer: impl FnMut(&Asked) -> Told + Send + 'static) -> Server {
    Server::start(setup, move || Box::new(answer))
}

fn fine(asked: &Asked) -> Told {
    Told::json(200, &json!({"target": asked.target})).with("Request-Id", "r-1")
}

/// One read and one write of a server that answers like this, with how long both took.
fn both(setup: Setup, told: Told) -> (Server, Reply, Reply, Duration) {
    let server = server(setup, move |_| told.clone());
    let mut port = port(server.client(short()));
    let began = Instant::now();
    let read = port.fetch(&[get("/x")]).remove(0);
    let written = port.send(&post("/x"));
    let took = began.elapsed();
    (server, read, written, took)
}

#[track_caller]
fn not_sent(reply: &Reply, words: &str) {
    match reply {
        Err(NoReply::NotSent(why)) => assert!(why.contains(words), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn lost(reply: &Reply, words: &str) {
    match reply {
        Err(NoReply::MayHaveHappened(why)) => assert!(why.contains(words), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_wave_goes_out_at_once_over_http_2_and_comes_back_in_order() {
    let setup = Setup {
        latency: Duration::from_millis(100),
        ..Setup::default()
    };
    let server = server(setup, fine);
    let mut port = port(server.client(Bounds::default()));
    let wave: Vec<Get> = (0..24).map(|number| get(&format!("/n/{number}"))).collect();
    let replies = port.fetch(&wave);
    for (number, reply) in replies.iter().enumerate() {
        let reply = reply.as_ref().unwrap();
        assert_eq!(reply.status, 200);
        assert_eq!(
            reply.body,
            json!({"target": format!("/v1.0/n/{number}")})
                .to_string()
                .into_bytes()
        );
        assert_eq!(reply.header("request-id"), Some("r-1"));
    }
    let seen = server.seen();
    assert_eq!((seen.len(), depth(&seen)), (24, 1));
    assert!(seen.iter().all(|one| one.asked.http == 2));
    assert_eq!(server.connected(), ["graph.microsoft.com"]);
    port.fetch(&wave);
    assert_eq!(depth(&server.seen()), 2);
}

#[test]
fn every_request_names_itself_and_carries_the_token_and_no_more_than_it_needs() {
    let server = server(Setup::default(), fine);
    let mut port = port(server.client(Bounds::default()));
    let eventual = Get {
        eventual: true,
        ..get("/users?$count=true")
    };
    let arm = Get {
        version: Version::Arm,
        ..get("/subscriptions?api-version=1")
    };
    let beta = Get {
        version: Version::Beta,
        ..get("/me")
    };
    port.fetch(&[get("/a"), eventual, arm, beta]);
    port.send(&post("/b")).unwrap();
    let mut ids = Vec::new();
    let mut places = Vec::new();
    for one in server.seen() {
        let asked = &one.asked;
        assert_eq!(asked.header("authorization"), Some("Bearer a-token"));
        assert!(asked.header("user-agent").unwrap().starts_with("glasskey/"));
        assert!(asked.header("cookie").is_none() && asked.header("referer").is_none());
        let id = Guid::parse(asked.header("client-request-id").unwrap()).unwrap();
        assert_eq!((id.0[6] >> 4, id.0[8] >> 6), (4, 2));
        ids.push(id);
        places.push(format!("{} {}{}", asked.method, asked.host, asked.target));
        let eventual = asked.target.contains("$count");
        assert_eq!(asked.header("consistencylevel").is_some(), eventual);
        let json = asked.header("content-type");
        assert_eq!(json.is_some(), asked.method == "POST");
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5);
    places.sort();
    assert_eq!(
        places,
        [
            "GET graph.microsoft.com/beta/me",
            "GET graph.microsoft.com/v1.0/a",
            "GET graph.microsoft.com/v1.0/users?$count=true",
            "GET management.azure.com/subscriptions?api-version=1",
            "POST graph.microsoft.com/v1.0/b",
        ]
    );
}

#[test]
fn peers_of_yesterday_are_understood() {
    for (old_tls, old_http) in [(true, false), (false, true), (true, true)] {
        let setup = Setup {
            old_tls,
            old_http,
            ..Setup::default()
        };
        let server = server(setup, fine);
        let mut port = port(server.client(Bounds::default()));
        let replies = port.fetch(&[get("/a"), get("/b"), get("/c")]);
        assert!(
            replies
                .iter()
                .all(|reply| reply.as_ref().unwrap().status == 200)
        );
        let http = if old_http { 1 } else { 2 };
        assert!(server.seen().iter().all(|one| one.asked.http == http));
    }
}

#[test]
fn a_redirect_is_an_answer_and_is_never_followed() {
    let told = Told::reply(302, "text/html", "").with("location", "https://evil.example/");
    let (server, read, written, _) = both(Setup::default(), told);
    assert_eq!(read.unwrap().status, 302);
    assert_eq!(written.unwrap().status, 302);
    assert_eq!(server.seen().len(), 2);
    assert!(
        server
            .connected()
            .iter()
            .all(|host| host == "graph.microsoft.com")
    );
}

#[test]
fn a_gibibyte_is_refused_after_16_mebibytes_of_it() {
    let server = server(Setup::default(), |_| Told::Endless(1 << 30));
    let mut port = port(server.client(Bounds::default()));
    let read = port.fetch(&[get("/x")]).remove(0);
    assert_eq!(read, Err(NoReply::TooLarge(16 << 20)));
    assert!(server.endless() < 40 << 20, "{}", server.endless());
    let written = port.send(&post("/x"));
    assert_eq!(written, Err(NoReply::TooLarge(16 << 20)));
}

#[test]
fn a_wave_has_one_bound_for_all_its_bodies() {
    let server = server(Setup::default(), |_| Told::Endless(3 << 20));
    let bounds = Bounds {
        wave: 10 << 20,
        ..Bounds::default()
    };
    let mut port = port(server.client(bounds));
    let wave: Vec<Get> = (0..20).map(|_| get("/x")).collect();
    let replies = port.fetch(&wave);
    let whole = replies.iter().filter(|reply| reply.is_ok()).count();
    assert!(whole <= 3, "{whole}");
    assert!(replies.contains(&Err(NoReply::TooLarge(10 << 20))));
}

#[test]
fn silence_and_single_bytes_end_in_time_and_a_write_may_have_happened() {
    for told in [Told::Silence, Told::Drip(Duration::from_millis(50))] {
        let (server, read, written, took) = both(Setup::default(), told);
        lost(&read, "graph.microsoft.com did not answer in time");
        lost(&written, "graph.microsoft.com did not answer in time");
        assert!(took < Duration::from_secs(3), "{took:?}");
        assert_eq!(server.seen().len(), 2);
    }
}

#[test]
fn a_connection_that_is_cut_leaves_a_write_unclear_and_is_not_tried_again() {
    let (server, read, written, _) = both(Setup::default(), Told::Cut);
    lost(&read, "graph.microsoft.com");
    lost(&written, "graph.microsoft.com");
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_certificate_that_cannot_be_trusted_ends_it_before_anything_is_sent() {
    for (leaf, words) in [
        (
            Leaf::Stranger,
            "nobody whom this machine trusts has signed it",
        ),
        (
            Leaf::Expired,
            "it has expired, or this machine's clock is wrong",
        ),
        (Leaf::OtherName, "it is for another name"),
    ] {
        let setup = Setup {
            leaf,
            ..Setup::default()
        };
        let (server, read, written, _) = both(setup, Told::Silence);
        not_sent(&read, words);
        not_sent(&written, words);
        assert!(server.seen().is_empty());
    }
}

#[test]
fn what_a_proxy_does_is_told_as_the_proxys_doing() {
    for (proxy, words) in [
        (
            ProxyDoes::WantPassword,
            "the proxy (HTTPS_PROXY) wants a name and a password",
        ),
        (
            ProxyDoes::Refuse,
            "the proxy (HTTPS_PROXY) does not let graph.microsoft.com through",
        ),
    ] {
        let setup = Setup {
            proxy,
            ..Setup::default()
        };
        let (_, read, written, _) = both(setup, Told::Silence);
        not_sent(&read, words);
        not_sent(&written, words);
    }
}

#[test]
fn a_proxy_that_says_nothing_ends_in_time() {
    let setup = Setup {
        proxy: ProxyDoes::Stall,
        ..Setup::default()
    };
    let (server, read, written, took) = both(setup, Told::Silence);
    assert!(read.is_err() && written.is_err());
    assert!(took < Duration::from_secs(6), "{took:?}");
    assert!(server.seen().is_empty());
}

#[test]
fn a_proxy_that_is_not_there_is_told_as_such() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = listener.local_addr().unwrap().port();
    drop(listener);
    let trust = Trust::Only {
        roots: Vec::new(),
        proxy: Some(format!("http://127.0.0.1:{closed}")),
    };
    let mut port = port(HttpsClient::new(&trust, short()).unwrap());
    let words = "the proxy (HTTPS_PROXY) cannot be reached: Connection refused";
    not_sent(&port.send(&post("/x")), words);
    not_sent(&port.fetch(&[get("/x")]).remove(0), words);
}

#[test]
fn a_name_that_nobody_knows_is_told_with_what_to_look_at() {
    let trust = Trust::Only {
        roots: Vec::new(),
        proxy: None,
    };
    let client = HttpsClient::new(&trust, short()).unwrap();
    let hosts = BTreeMap::from([(Service::Graph, "graph.invalid".to_owned())]);
    let mut port = HttpsTenant::new(
        hosts,
        client,
        Tokens::new(Box::new(Fixed), Cloud::Global),
        Box::new(SystemEntropy::open().unwrap()),
        Rc::new(Waiting::new()),
    );
    let reply = port.send(&post("/x"));
    not_sent(&reply, "graph.invalid");
    let arm = Get {
        version: Version::Arm,
        ..get("/x")
    };
    not_sent(
        &port.fetch(&[arm]).remove(0),
        "Azure Resource Manager is not asked here",
    );
}

#[test]
fn after_a_sign_in_that_is_not_taken_nothing_more_is_asked() {
    let server = server(Setup::default(), |_| {
        let error = json!({"error": {"code": "InvalidAuthenticationToken", "message": "Lifetime validation failed."}});
        Told::json(401, &error)
    });
    let mut port = port(server.client(Bounds::default()));
    let replies = port.fetch(&[get("/a"), get("/b")]);
    assert!(
        replies
            .iter()
            .all(|reply| reply.as_ref().unwrap().status == 401)
    );
    not_sent(
        &port.fetch(&[get("/c")]).remove(0),
        "does not take the sign-in",
    );
    not_sent(&port.send(&post("/d")), "does not take the sign-in");
    assert_eq!(server.seen().len(), 2);
    assert_eq!(port.refused_sign_in().unwrap().status, 401);
}

#[test]
fn a_question_that_is_left_unanswered_twice_is_not_put_a_third_time() {
    let server = server(Setup::default(), |_| Told::Silence);
    let bounds = Bounds {
        exchange: Duration::from_millis(200),
        ..short()
    };
    let mut port = port(server.client(bounds));
    let clock = PatientClock::new(Rc::new(Waiting::new()));
    let mut entropy = SystemEntropy::open().unwrap();
    let mut session = Session::new(Cloud::Global, &mut entropy);
    let began = Instant::now();
    let answer = Graph::new(&mut port, &clock, &mut session).one(ask_licence());
    let Answer::Failed(Failure::NoReply(NoReply::NotSent(words))) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(words, "the tenant left this question unanswered twice");
    assert_eq!(server.seen().len(), 2);
    // Two exchanges, and between and after them 2 s and 4 s with up to half as much again.
    let took = began.elapsed();
    assert!(took < Duration::from_secs(12), "{took:?}");
}
