//! `check` over the network: the program, TLS, and a tenant behind it.

use crate::https::Answering;
use crate::https::Asked;
use crate::https::Server;
use crate::https::Setup;
use crate::https::Tenant;
use crate::https::Told;
use crate::https::token;
use crate::support::Ran;
use crate::support::TempDir;
use crate::support::ended;
use crate::support::text;
use glasskey::entra::Get;
use glasskey::entra::Reply;
use glasskey::entra::TenantWrite;
use glasskey::entra::Write;
use glasskey::primitives::Clock;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::tenant::READING;
use serde_json::Value;
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

/// What must be nowhere: an app's secret, and what a tenant that talks too much says.
const APP_SECRET: &str = "canary-app-secret-0123456789";
const PASS: &str = "canary-pass-0123456789abcdef";
const PASSWORD: &str = "canary-password-0123456789ab";
const COOKIE: &str = "canary-cookie-0123456789abcd";

fn claims() -> Value {
    json!({
        "tid": World::id("tenant"),
        "idtyp": "app",
        "appid": World::id("client"),
        "roles": READING,
    })
}

/// The virtual tenant, whose clock goes with this machine's: its throttles are real ones.
struct Real {
    world: World,
    began: Instant,
}

impl Real {
    fn new() -> Self {
        Self {
            world: World::new(Personality::Standard),
            began: Instant::now(),
        }
    }

    fn go_on(&self) {
        let passed = self.began.elapsed();
        let clock = &self.world.clock;
        clock.wait(passed.saturating_sub(clock.elapsed()));
    }
}

impl glasskey::entra::Tenant for Real {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        self.go_on();
        let mut replies = self.world.tenant.fetch(wave);
        for reply in replies.iter_mut().flatten() {
            let body: Result<Value, _> = serde_json::from_slice(&reply.body);
            if let Ok(Value::Object(mut members)) = body {
                members.insert("temporaryAccessPass".to_owned(), json!(PASS));
                let nested = json!([{"password": PASSWORD, "secretText": PASSWORD}]);
                members.insert("passwordCredentials".to_owned(), nested);
                reply.body = Value::Object(members).to_string().into_bytes();
            }
            let cookie = ("set-cookie".to_owned(), format!("a={COOKIE}"));
            reply.headers.push(cookie);
        }
        replies
    }
}

impl TenantWrite for Real {
    fn send(&mut self, write: &Write) -> Reply {
        self.world.tenant.send(write)
    }
}

/// A folder with the rehearsal's plan and no ledger: its tenant is asked as a real one.
fn book() -> TempDir {
    let dir = TempDir::new();
    fs::write(dir.join("glasskey.toml"), World::plan().unwrap()).unwrap();
    dir
}

fn run(server: &Server, book: &TempDir, further: &[&str]) -> Ran {
    let place = text(book.path());
    let mut arguments = vec!["check", "--book", place, "--sign-in", "client-secret"];
    arguments.extend(further);
    let mut command = server.program(&arguments);
    command
        .env("AZURE_CLIENT_SECRET", APP_SECRET)
        .env("XDG_CONFIG_HOME", "/nonexistent")
        .env("TERM", "dumb");
    ended(&mut command)
}

fn real() -> Server {
    Server::start(Setup::default(), || {
        Box::new(Tenant::new(&claims(), Box::new(Real::new())))
    })
}

/// Signs everyone in, and answers everything else with this.
fn entra(graph: impl Fn(&Asked) -> Told + Send + 'static) -> Server {
    Server::start(Setup::default(), move || -> Box<dyn Answering> {
        Box::new(move |asked: &Asked| {
            if asked.path().ends_with("/oauth2/v2.0/token") {
                let answer = json!({
                    "token_type": "Bearer", "expires_in": 3599, "access_token": token(&claims()),
                });
                Told::json(200, &answer)
            } else {
                graph(asked)
            }
        })
    })
}

/// Verdict by check and subject, sorted, but for the clock.
fn verdicts(report: &Value) -> Vec<(String, String, String)> {
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let mut all: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["check"] != "TIME-SKEW")
        .map(|one| {
            (
                text(one, "check"),
                text(one, "subject"),
                text(one, "verdict"),
            )
        })
        .collect();
    all.sort();
    all
}

#[test]
fn a_tenant_is_judged_over_tls_and_the_same_again_from_what_was_saved() {
    let (server, book) = (real(), book());
    let saved = book.join("graph.jsonl");
    let online = run(
        &server,
        &book,
        &["--json", "--save-exchanges", text(&saved)],
    );
    // Its clock is years from this machine's, and no key is registered yet.
    let online = online.exits(1);
    assert!(online.err.contains("holds raw answers"), "{}", online.err);
    let mode = fs::metadata(&saved).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let report = online.json();
    let (answers, lines) = (
        report["tenant"]["answers"].as_u64().unwrap(),
        fs::read_to_string(&saved).unwrap().lines().count(),
    );
    assert_eq!(usize::try_from(answers).unwrap(), lines);
    assert!(lines > 20, "{lines}");
    // Nothing but reads, of the two services alone.
    for seen in server.seen() {
        let asked = &seen.asked;
        if !asked.host.starts_with("login.") {
            assert_eq!(asked.method, "GET", "{}", asked.target);
            let hosts = ["graph.microsoft.com", "management.azure.com"];
            assert!(hosts.contains(&asked.host.as_str()), "{}", asked.host);
        }
    }
    let before = server.seen().len();
    let offline = run(&server, &book, &["--json", "--offline", text(&saved)]);
    assert_eq!(verdicts(&offline.json()), verdicts(&report));
    assert_eq!(server.seen().len(), before, "nothing was asked");
    // No secret that the tenant or the environment said is anywhere.
    let token = token(&claims());
    let bodies = fs::read_to_string(&saved).unwrap();
    for secret in [APP_SECRET, PASS, PASSWORD, COOKIE, token.as_str()] {
        for place in [
            &bodies,
            &online.out,
            &online.err,
            &offline.out,
            &offline.err,
        ] {
            assert!(!place.contains(secret), "{secret}");
        }
    }
    // The searcher's proof: what was blanked had been there.
    assert!(bodies.contains("(blanked)"));
    // It is not written over.
    let again = run(&server, &book, &["--save-exchanges", text(&saved)]).exits(2);
    assert!(again.three_lines()[1].contains("not overwritten"));
    assert_eq!(fs::read_to_string(&saved).unwrap(), bodies);
}

#[test]
fn a_tenant_that_gives_no_answer_is_exit_5_with_three_lines_and_what_the_book_says() {
    let (server, book) = (entra(|_| Told::Cut), book());
    let ran = run(&server, &book, &["--json"]).exits(5);
    let lines: Vec<&str> = ran
        .err
        .lines()
        .filter(|line| line.starts_with("glasskey: "))
        .collect();
    assert_eq!(lines.len(), 3, "{}", ran.err);
    assert_eq!(
        lines[0],
        "glasskey: error: the tenant did not answer; nothing was changed"
    );
    let report = ran.json();
    assert_eq!(
        (&report["exit"], &report["tenant"]["answers"]),
        (&json!(5), &json!(0))
    );
    let passed = report["counts"]["pass"].as_u64().unwrap();
    assert!(passed <= 2, "what no tenant can say: {report}");
}

#[test]
fn a_tenant_that_refuses_everything_leaves_everything_unknown() {
    let denied = include_str!("../graph/error-403-azcli-policy.json");
    let denied: Value = serde_json::from_str(denied).unwrap();
    let (server, book) = (entra(move |_| Told::json(403, &denied)), book());
    let ran = run(&server, &book, &["--json"]).exits(1);
    let report = ran.json();
    assert!(report["counts"]["unknown"].as_u64().unwrap() > 10);
    // TIME-SKEW is read from the answers' headers, whatever they say.
    let book_says = ["ACCOUNT-COUNT", "RESTORE-OPEN", "TIME-SKEW"];
    for one in report["findings"].as_array().unwrap() {
        let check = one["check"].as_str().unwrap();
        assert!(
            one["verdict"] != "pass" || book_says.contains(&check),
            "{one}"
        );
    }
}

#[test]
fn a_sign_in_that_graph_does_not_take_is_exit_5() {
    let body = json!({"error": {"code": "InvalidAuthenticationToken", "message": "Lifetime."}});
    let (server, book) = (entra(move |_| Told::json(401, &body)), book());
    let ran = run(&server, &book, &[]).exits(5);
    assert!(
        ran.err.contains("does not take the sign-in: Lifetime."),
        "{}",
        ran.err
    );
}

#[test]
fn html_instead_of_json_is_never_a_pass() {
    let html = || {
        Told::reply(
            200,
            "text/html",
            "<html>Sign in to the hotel's network</html>",
        )
    };
    let (server, book) = (entra(move |_| html()), book());
    let report = run(&server, &book, &["--json"]).exits(1).json();
    // TIME-SKEW is read from the answers' headers, whatever they say.
    let book_says = ["ACCOUNT-COUNT", "RESTORE-OPEN", "TIME-SKEW"];
    for one in report["findings"].as_array().unwrap() {
        let check = one["check"].as_str().unwrap();
        assert!(
            one["verdict"] != "pass" || book_says.contains(&check),
            "{one}"
        );
    }
}
