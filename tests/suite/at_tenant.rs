//! The program itself, at a tenant behind TLS: by the real names, through `HTTPS_PROXY` and
//! `SSL_CERT_FILE` alone.

use crate::canary::spellings_in;
use crate::https::Answering;
use crate::https::Asked;
use crate::https::Canned;
use crate::https::Leaf;
use crate::https::ProxyDoes;
use crate::https::Server;
use crate::https::Setup;
use crate::https::Told;
use crate::https::token;
use crate::support::TempDir;
use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::kill_process;
use serde_json::Value;
use serde_json::json;
use std::fs;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

const TENANT: &str = "9c2a4e10-5b7d-4c1f-9a36-0d2f8e6b7c55";
const SECRET: &str = "canary-of-a-client-secret~0123456789";
/// What the checks read.
const READING: [&str; 10] = [
    "User.Read.All",
    "GroupMember.Read.All",
    "RoleManagement.Read.Directory",
    "AdministrativeUnit.Read.All",
    "Policy.Read.All",
    "UserAuthenticationMethod.Read.All",
    "AuditLog.Read.All",
    "Domain.Read.All",
    "Organization.Read.All",
    "Application.Read.All",
];

/// A folder with the plan of docs/formats/plan.md, with this way of signing in.
fn book(method: &str) -> TempDir {
    let page = include_str!("../../docs/formats/plan.md");
    let plan = page.split("```toml\n").nth(1).unwrap();
    let plan = plan.split("```").next().unwrap();
    let plan = plan.replace("method = \"browser\"", &format!("method = \"{method}\""));
    let dir = TempDir::new();
    fs::write(dir.join("glasskey.toml"), plan).unwrap();
    dir
}

fn app_token() -> String {
    token(&json!({
        "tid": TENANT,
        "idtyp": "app",
        "appid": "0f4c9d3e-2b61-4a8f-8d57-61c3e9a0b7f2",
        "roles": READING,
    }))
}

/// A host that signs everyone in, and answers everything else as `graph` says.
fn entra(graph: impl Fn(&Asked) -> Told + Send + 'static) -> Box<dyn Answering> {
    Box::new(move |asked: &Asked| {
        if asked.path().ends_with("/oauth2/v2.0/token") {
            let answer =
                json!({"token_type": "Bearer", "expires_in": 3599, "access_token": app_token()});
            Told::json(200, &answer)
        } else if asked.path().ends_with("openid-configuration") {
            Told::json(200, &json!({"issuer": "x"}))
        } else {
            graph(asked)
        }
    })
}

fn licensed(asked: &Asked) -> Told {
    let p2 = json!({"servicePlanId": "eec0eb4f-6444-4f95-aba0-50c24d67f998", "capabilityStatus": "Enabled"});
    match asked.path() {
        "/v1.0/organization" => Told::json(200, &json!({"value": [{"assignedPlans": [p2]}]})),
        _ => Told::json(404, &json!({})),
    }
}

fn server(graph: impl Fn(&Asked) -> Told + Send + 'static) -> Server {
    Server::start(Setup::default(), move || entra(graph))
}

/// Runs the program at `server` in `book`, with the app's secret in the environment.
fn run(server: &Server, book: &TempDir, arguments: &[&str]) -> Output {
    program(server, book, arguments).output().unwrap()
}

fn program(server: &Server, book: &TempDir, arguments: &[&str]) -> Command {
    let mut command = server.program(arguments);
    command
        .args(["--book", book.path().to_str().unwrap()])
        .env("AZURE_CLIENT_SECRET", SECRET);
    command
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The findings of doctor's tenant side: check, verdict, detail.
fn findings(output: &Output) -> Vec<(String, String, String)> {
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    value["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                text(one, "check"),
                text(one, "verdict"),
                text(one, "detail"),
            )
        })
        .skip_while(|(check, ..)| check != "PROXY")
        .collect()
}

#[track_caller]
fn says(output: &Output, check: &str, verdict: &str, words: &str) {
    let all = findings(output);
    let found = all
        .iter()
        .any(|(id, came, detail)| id == check && came == verdict && detail.contains(words));
    assert!(found, "{check} {verdict} {words}\n{all:#?}");
}

const REHEARSE: [&str; 3] = ["doctor", "--rehearse-sign-in", "--json"];

#[test]
fn doctor_rehearses_the_sign_in_of_an_app_and_says_what_it_may() {
    let server = server(licensed);
    let output = run(&server, &book("client-secret"), &REHEARSE);
    says(&output, "PROXY", "pass", "http://127.0.0.1:");
    says(&output, "LOGIN-HOST", "pass", "knows the tenant");
    says(&output, "GRAPH-HOST", "pass", "graph.microsoft.com answers");
    says(&output, "CLOCK-SKEW", "pass", "graph.microsoft.com's");
    says(&output, "SIGN-IN", "pass", "the app 0f4c9d3e-2b61");
    says(
        &output,
        "SIGN-IN",
        "pass",
        "Azure Resource Manager gives a token too",
    );
    says(&output, "PERMISSIONS", "pass", "all that `check` needs");
    says(
        &output,
        "PERMISSIONS",
        "warn",
        "`register` does not take an app",
    );
    says(&output, "LICENCE", "pass", "P2");
    assert_eq!(findings(&output).len(), 11);
}

#[test]
fn without_a_plan_nobody_is_asked_and_everything_is_not_run() {
    let server = server(licensed);
    let output = run(&server, &TempDir::new(), &REHEARSE);
    let all = findings(&output);
    assert_eq!(all.len(), 8);
    assert!(
        all.iter().all(|(_, verdict, _)| verdict == "not_run"),
        "{all:#?}"
    );
    assert!(server.connected().is_empty());
}

#[test]
fn what_conditional_access_refuses_is_said_with_what_to_do() {
    let server = Server::start(Setup::default(), || {
        Box::new(|asked: &Asked| {
            if asked.path().ends_with("/token") {
                let error = json!({"error": "interaction_required", "error_description": "AADSTS53003: Access has been blocked by Conditional Access policies.\r\nTrace ID: x"});
                Told::json(400, &error)
            } else {
                Told::json(404, &json!({}))
            }
        })
    });
    let output = run(&server, &book("client-secret"), &REHEARSE);
    says(
        &output,
        "SIGN-IN",
        "fail",
        "Conditional Access refused this sign-in (AADSTS53003)",
    );
    says(&output, "LOGIN-HOST", "fail", "does not know the tenant");
    says(&output, "PERMISSIONS", "not_run", "nobody is signed in");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_certificate_of_a_stranger_and_a_proxy_that_refuses_are_told_apart_from_no_network() {
    for (setup, words) in [
        (
            Setup {
                leaf: Leaf::Stranger,
                ..Setup::default()
            },
            "nobody whom this machine trusts",
        ),
        (
            Setup {
                proxy: ProxyDoes::Refuse,
                ..Setup::default()
            },
            "does not let login.microsoftonline.com through",
        ),
        (
            Setup {
                proxy: ProxyDoes::WantPassword,
                ..Setup::default()
            },
            "wants a name and a password",
        ),
    ] {
        let server = Server::start(setup, || entra(licensed));
        let output = run(&server, &book("client-secret"), &REHEARSE);
        says(&output, "LOGIN-HOST", "fail", words);
        says(&output, "SIGN-IN", "fail", words);
        assert_eq!(output.status.code(), Some(1));
        assert!(server.seen().is_empty(), "no secret left this machine");
    }
}

#[test]
fn a_check_that_cannot_sign_in_is_three_lines_and_exit_5() {
    let refusing = Server::start(Setup::default(), || Box::new(Canned::default()));
    let output = run(&refusing, &book("client-secret"), &["check"]);
    three_lines(&output, 5, "nobody is signed in; nothing was changed");
    let missing = program(&refusing, &book("client-secret"), &["check"])
        .env_remove("AZURE_CLIENT_SECRET")
        .output()
        .unwrap();
    three_lines(&missing, 2, "AZURE_CLIENT_SECRET is not set");
    let person = run(&refusing, &book("device-code"), &["check"]);
    // A test that runs in a terminal has one.
    assert!(
        matches!(person.status.code(), Some(3 | 5)),
        "{}",
        err(&person)
    );
}

#[track_caller]
fn three_lines(output: &Output, code: i32, words: &str) {
    let text = err(output);
    let told: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("glasskey: "))
        .collect();
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert_eq!(told.len(), 3, "{text}");
    assert!(text.contains(words), "{text}");
}

#[test]
fn another_tenants_token_is_refused() {
    let server = Server::start(Setup::default(), || {
        Box::new(|_: &Asked| {
            let other =
                token(&json!({"tid": "9c2a4e10-5b7d-4c1f-9a36-0d2f8e6b7c56", "roles": READING}));
            let answer = json!({"token_type": "Bearer", "expires_in": 3599, "access_token": other});
            Told::json(200, &answer)
        })
    });
    let output = run(&server, &book("client-secret"), &["check"]);
    three_lines(
        &output,
        5,
        "the sign-in is of tenant 9c2a4e10-5b7d-4c1f-9a36-0d2f8e6b7c56",
    );
    assert!(
        server
            .seen()
            .iter()
            .all(|one| one.asked.host == "login.microsoftonline.com")
    );
}

#[test]
fn graph_that_lies_floods_or_sends_us_elsewhere_leaves_only_what_is_unknown() {
    for told in [
        Told::reply(200, "text/html", "<html>Welcome to the hotel</html>"),
        Told::reply(302, "text/html", "").with("location", "https://evil.example/"),
        Told::Endless(1 << 30),
        Told::json(
            403,
            &json!({"error": {"code": "Authorization_RequestDenied", "message": "No."}}),
        ),
        Told::json(
            200,
            &json!({"value": [], "@odata.nextLink": "https://evil.example/v1.0/next"}),
        ),
    ] {
        let kept = told.clone();
        let server = server(move |_| told.clone());
        let book = book("client-secret");
        let began = Instant::now();
        let output = run(&server, &book, &["check", "--json"]);
        let took = began.elapsed();
        assert!(
            matches!(output.status.code(), Some(1 | 5)),
            "{kept:?}: {}",
            err(&output)
        );
        assert!(took < Duration::from_secs(150), "{kept:?}: {took:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        if !text.is_empty() {
            let value: Value = serde_json::from_str(&text).unwrap();
            let verdicts = value["findings"].as_array().unwrap().iter();
            let of_account: Vec<&Value> = verdicts
                .filter(|one| one["check"] == "ACCOUNT-ENABLED" && one["subject"] == "account:BG-1")
                .map(|one| &one["verdict"])
                .collect();
            assert_eq!(of_account, ["unknown"], "{kept:?}: {text}");
        }
        let hosts = [
            "login.microsoftonline.com",
            "graph.microsoft.com",
            "management.azure.com",
        ];
        assert!(
            server
                .connected()
                .iter()
                .all(|host| hosts.contains(&host.as_str()))
        );
        let files: Vec<_> = fs::read_dir(book.path()).unwrap().collect();
        assert_eq!(files.len(), 1, "nothing was written");
    }
}

#[test]
fn a_token_that_graph_does_not_take_is_one_message() {
    let server = server(|_| {
        let error = json!({"error": {"code": "InvalidAuthenticationToken", "message": "Lifetime validation failed."}});
        Told::json(401, &error)
    });
    let output = run(&server, &book("client-secret"), &["check"]);
    let text = err(&output);
    assert_eq!(output.status.code(), Some(5), "{text}");
    assert_eq!(
        text.matches("Lifetime validation failed").count(),
        1,
        "{text}"
    );
}

#[test]
fn ctrl_c_ends_the_wait_for_a_tenant_that_stalls() {
    let server = server(|_| Told::Silence);
    let book = book("client-secret");
    let mut child = program(&server, &book, &["check"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert!(first.starts_with("Signed in: the app 0f4c9d3e"), "{first}");
    std::thread::sleep(Duration::from_millis(500));
    let began = Instant::now();
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let status = child.wait().unwrap();
    assert!(began.elapsed() < Duration::from_secs(5));
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(status.code(), Some(3), "{rest:#?}");
    assert!(
        rest.iter().any(|line| line.contains("stopped by Ctrl-C")),
        "{rest:#?}"
    );
}

/// A program `az` that says this, in a folder of its own.
fn az(script: &str) -> TempDir {
    let dir = TempDir::new();
    let path = dir.join("az");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

fn with_az(server: &Server, book: &TempDir, az: &TempDir) -> Output {
    let path = format!("{}:/usr/bin:/bin", az.path().display());
    program(server, book, &REHEARSE)
        .env("PATH", path)
        .output()
        .unwrap()
}

#[test]
fn the_azure_clis_own_sign_in_is_recognised_and_its_limits_said() {
    let person = token(&json!({
        "tid": TENANT,
        "idtyp": "user",
        "appid": "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        "upn": "op@contoso.com",
        "scp": "AuditLog.Read.All Directory.AccessAsUser.All Group.ReadWrite.All User.Read.All User.ReadWrite.All",
        "wids": ["62e90394-69f5-4237-9190-012177145e10"],
    }));
    let az = az(&format!(
        "case \"$*\" in *--tenant*{TENANT}*) ;; *) exit 9;; esac\n\
         echo '{{\"accessToken\": \"{person}\", \"expires_on\": 4102444800, \"tokenType\": \"Bearer\"}}'"
    ));
    let server = server(licensed);
    let output = with_az(&server, &book("azure-cli"), &az);
    says(
        &output,
        "SIGN-IN",
        "warn",
        "op@contoso.com, through the Azure CLI",
    );
    says(
        &output,
        "PERMISSIONS",
        "warn",
        "for `check` lacks Policy.Read.All",
    );
    says(&output, "PERMISSIONS", "warn", "for `register` lacks");
    says(&output, "DIRECTORY-ROLE", "pass", "a role that reads");
}

#[test]
fn what_the_azure_cli_says_against_it_is_passed_on() {
    let server = server(licensed);
    let signed_out = az("echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1");
    let output = with_az(&server, &book("azure-cli"), &signed_out);
    says(
        &output,
        "SIGN-IN",
        "fail",
        "Please run 'az login' to setup account.",
    );
    let refused = az("echo 'ERROR: AADSTS50079: Due to a configuration change' >&2; exit 1");
    let output = with_az(&server, &book("azure-cli"), &refused);
    says(
        &output,
        "SIGN-IN",
        "fail",
        "has not registered for multifactor authentication",
    );
}

#[test]
fn an_emergency_account_is_no_account_to_work_with() {
    let person = token(&json!({
        "tid": TENANT,
        "idtyp": "user",
        "oid": "3b1f0a52-7c4d-4e8b-a1c9-5d6e7f809102",
        "upn": "bg1@contoso.onmicrosoft.com",
        "scp": "User.Read.All",
    }));
    let az = az(&format!(
        "echo '{{\"accessToken\": \"{person}\", \"expires_on\": 4102444800, \"tokenType\": \"Bearer\"}}'"
    ));
    let server = server(licensed);
    let output = with_az(&server, &book("azure-cli"), &az);
    says(
        &output,
        "SIGN-IN",
        "fail",
        "is the emergency access account BG-1",
    );
}

#[test]
fn a_workloads_identity_is_its_federated_token_at_the_plans_tenant_whatever_the_environment_says() {
    let server = server(licensed);
    let dir = book("workload-identity");
    let file = dir.join("federated");
    fs::write(&file, "a-federated-token").unwrap();
    let output = program(&server, &dir, &REHEARSE)
        .env("AZURE_FEDERATED_TOKEN_FILE", &file)
        .env("AZURE_TENANT_ID", "11111111-1111-1111-1111-111111111111")
        .env("AZURE_AUTHORITY_HOST", "https://evil.example")
        .output()
        .unwrap();
    says(&output, "SIGN-IN", "pass", "the app 0f4c9d3e");
    let seen = server.seen();
    let asked = seen.iter().find(|one| one.asked.method == "POST").unwrap();
    assert_eq!(asked.asked.host, "login.microsoftonline.com");
    assert_eq!(asked.asked.target, format!("/{TENANT}/oauth2/v2.0/token"));
    assert_eq!(
        asked.asked.form("client_assertion").unwrap(),
        "a-federated-token"
    );
}

#[test]
fn no_variable_swaps_the_authority_of_a_secret() {
    let server = server(licensed);
    let output = program(&server, &book("client-secret"), &REHEARSE)
        .env("AZURE_AUTHORITY_HOST", "https://evil.example")
        .env("AZURE_TENANT_ID", "11111111-1111-1111-1111-111111111111")
        .env("AZURE_CLIENT_ID", "11111111-1111-1111-1111-111111111111")
        .output()
        .unwrap();
    says(&output, "SIGN-IN", "pass", "the app 0f4c9d3e");
    assert!(!server.connected().contains(&"evil.example".to_owned()));
    let seen = server.seen();
    let asked = seen.iter().find(|one| one.asked.method == "POST").unwrap();
    assert_eq!(asked.asked.target, format!("/{TENANT}/oauth2/v2.0/token"));
}

#[test]
fn a_machines_identity_is_asked_of_the_machine_itself_without_the_proxy() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let machine = std::thread::spawn(move || {
        let mut heads = Vec::new();
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = [0; 4_096];
            let read = stream.read(&mut head).unwrap();
            heads.push(String::from_utf8_lossy(&head[..read]).into_owned());
            let body = json!({"access_token": app_token(), "expires_on": "4102444800", "resource": "x", "token_type": "Bearer"}).to_string();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
        }
        heads
    });
    let server = server(licensed);
    let output = program(&server, &book("managed-identity"), &REHEARSE)
        .env(
            "IDENTITY_ENDPOINT",
            format!("http://127.0.0.1:{port}/msi/token"),
        )
        .env("IDENTITY_HEADER", "a-header-of-the-machine")
        .env("HTTP_PROXY", server.proxy())
        .output()
        .unwrap();
    says(&output, "SIGN-IN", "pass", "the app 0f4c9d3e");
    let heads = machine.join().unwrap();
    assert!(heads[0].contains("a-header-of-the-machine"), "{}", heads[0]);
}

#[test]
fn a_secret_comes_from_a_file_descriptor_too() {
    let server = server(licensed);
    let dir = book("client-secret");
    let file = dir.join("secret");
    fs::write(&file, format!("{SECRET}\n")).unwrap();
    let output = program(&server, &dir, &REHEARSE)
        .env_remove("AZURE_CLIENT_SECRET")
        .args(["--client-secret-fd", "0"])
        .stdin(fs::File::open(&file).unwrap())
        .output()
        .unwrap();
    says(&output, "SIGN-IN", "pass", "the app 0f4c9d3e");
    let seen = server.seen();
    let asked = seen.iter().find(|one| one.asked.method == "POST").unwrap();
    assert_eq!(asked.asked.form("client_secret").unwrap(), SECRET);
}

#[test]
fn no_token_and_no_secret_is_in_anything_that_is_said_or_written() {
    let server = server(licensed);
    let dir = book("client-secret");
    let saved = dir.join("exchanges.jsonl");
    let mut written = Vec::new();
    for arguments in [
        &["check", "--save-exchanges", saved.to_str().unwrap()][..],
        &["check", "--json"],
        &["check", "-v"],
        &REHEARSE,
        &["doctor", "--rehearse-sign-in", "-v"],
    ] {
        let output = run(&server, &dir, arguments);
        written.extend(output.stdout);
        written.extend(output.stderr);
    }
    written.extend(fs::read(&saved).unwrap());
    assert!(written.len() > 2_000);
    let used = server.seen();
    assert!(
        used.iter()
            .any(|one| one.asked.header("authorization").is_some())
    );
    let access = app_token();
    let payload = access.split('.').nth(1).unwrap();
    for (name, secret) in [("secret", SECRET), ("token", &access), ("claims", payload)] {
        let found = spellings_in(name, secret.as_bytes(), &written);
        assert_eq!(found, [""; 0], "the {name}");
    }
}
