//! Every request of ours against Graph's OpenAPI: here, and in the eyes of Prism.
//!
//! `GLASSKEY_TEST_PRISM` names the servers: `v1.0=127.0.0.1:4010,v1.0=127.0.0.1:4011,beta=…,arm=…`.

use crate::openapi::Api;
use crate::requests::Sent;
use crate::requests::sent;
use crate::skipped::skipped;
use glasskey::entra::Version;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

fn word(version: Version) -> &'static str {
    match version {
        Version::V1 => "v1.0",
        Version::Beta => "beta",
        Version::Arm => "arm",
    }
}

/// Status and body of the answer to a request.
fn exchange(address: &str, sent: &Sent) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let mut head = format!(
        "{} {} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer x\r\nAccept: application/json\r\n\
         Connection: close\r\n",
        sent.verb, sent.target
    );
    if sent.eventual {
        head.push_str("ConsistencyLevel: eventual\r\n");
    }
    if !sent.body.is_empty() {
        head.push_str("Content-Type: application/json\r\n");
    }
    if sent.verb != "GET" {
        let length = sent.body.len().to_string();
        head.extend(["Content-Length: ", &length, "\r\n"]);
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&sent.body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let body = text.split("\r\n\r\n").nth(1).unwrap_or_default();
    (status.unwrap_or(0), body.chars().take(600).collect())
}

#[test]
fn every_request_is_as_described() {
    let api = Api::read();
    let mut wrong = Vec::new();
    for (name, sent) in sent() {
        match api.find(sent.version, sent.verb, &sent.target) {
            Some(of) => {
                let faults = api.request_faults(&of, &sent.target, &sent.body);
                wrong.extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
            }
            None => wrong.push(format!(
                "{name}: {} {} is not described",
                sent.verb, sent.target
            )),
        }
    }
    assert_eq!(wrong, [""; 0], "{wrong:#?}");
}

#[test]
fn every_request_is_accepted_by_prism() {
    let Ok(servers) = std::env::var("GLASSKEY_TEST_PRISM") else {
        skipped("our requests in the eyes of Prism", "GLASSKEY_TEST_PRISM");
        return;
    };
    let servers: Vec<(&str, &str)> = servers
        .split(',')
        .filter_map(|s| s.split_once('='))
        .collect();
    let mut refused = Vec::new();
    for (name, sent) in sent() {
        let version = word(sent.version);
        let asked = servers.iter().filter(|(of, _)| *of == version);
        let answers: Vec<(u16, String)> = asked.map(|(_, at)| exchange(at, &sent)).collect();
        if !answers
            .iter()
            .any(|(status, _)| (200..300).contains(status))
        {
            refused.push(format!(
                "{name}: {} {}: {answers:?}",
                sent.verb, sent.target
            ));
        }
    }
    assert_eq!(refused, [""; 0], "{refused:#?}");
}

#[test]
fn prism_refuses_what_is_not_as_described() {
    let Ok(servers) = std::env::var("GLASSKEY_TEST_PRISM") else {
        return;
    };
    let v1 = servers
        .split(',')
        .find_map(|s| s.strip_prefix("v1.0="))
        .unwrap();
    let spoiled = |target: &str, verb: &'static str, body: &str| Sent {
        version: Version::V1,
        verb,
        target: target.to_owned(),
        body: body.as_bytes().to_vec(),
        eventual: false,
    };
    for sent in [
        spoiled("/users/not-an-id", "GET", ""),
        spoiled("/shoes", "GET", ""),
        spoiled("/users", "POST", r#"{"displayName":"x"}"#),
    ] {
        let (status, body) = exchange(v1, &sent);
        assert!((400..500).contains(&status), "{sent:?}: {status} {body}");
    }
}
