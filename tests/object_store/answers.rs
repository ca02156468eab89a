//! Servers that misbehave: what they answer is written out here.

use crate::support::ACCOUNT;
use crate::support::KEY;
use glasskey::io::object::Container;
use glasskey::io::object::ObjectLedger;
use glasskey::ledger::Created;
use glasskey::ledger::LedgerStore;
use glasskey::ledger::RemoteFault;
use glasskey::ledger::StoreError;
use glasskey::plan::ObjectUrl;
use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;

/// What a server saw: the first line of each request.
type Seen = Arc<Mutex<Vec<String>>>;

/// A ledger on a server that gives each of `answers` once, in order, each on its own connection;
/// an empty answer is a connection that ends.
fn ledger(answers: Vec<String>) -> (ObjectLedger, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Seen::default();
    let log = Arc::clone(&seen);
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            log.lock().unwrap().push(request(&mut stream));
            // Who was told to stop reading has hung up.
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    let endpoint = format!("http://127.0.0.1:{port}/{ACCOUNT}");
    let url = ObjectUrl::parse("az://books/contoso").unwrap();
    let container = Container::open(&url, &|name| match name {
        "AZURE_STORAGE_ACCOUNT" => Some(ACCOUNT.to_owned()),
        "AZURE_STORAGE_KEY" => Some(KEY.to_owned()),
        "AZURE_STORAGE_ENDPOINT" => Some(endpoint.clone()),
        _ => None,
    });
    (ObjectLedger::new(container.unwrap(), url), seen)
}

/// Reads a whole request; its first line.
fn request(stream: &mut TcpStream) -> String {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut buffer).unwrap();
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |value| value.parse().unwrap());
            if body.len() >= length {
                let first = String::from_utf8_lossy(&bytes);
                return first.lines().next().unwrap().to_owned();
            }
        }
        assert!(count > 0, "{text}");
    }
}

fn answer(status: &str, length: u64, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nETag: \"0x1\"\r\n\
         Last-Modified: Sun, 22 Nov 2026 22:16:57 GMT\r\nConnection: close\r\n\r\n{body}"
    )
}

fn whole(status: &str, body: &str) -> String {
    answer(status, u64::try_from(body.len()).unwrap(), body)
}

fn listing(names: &[&str]) -> String {
    let blobs: String = names
        .iter()
        .map(|name| {
            format!(
                "<Blob><Name>{name}</Name><Properties><Last-Modified>Sun, 22 Nov 2026 22:16:57 GMT\
                 </Last-Modified><Content-Length>1</Content-Length><Content-Type>x</Content-Type>\
                 <Etag>0x1</Etag></Properties></Blob>"
            )
        })
        .collect();
    let body = format!(
        "<?xml version=\"1.0\"?><EnumerationResults><Blobs>{blobs}</Blobs><NextMarker/>\
         </EnumerationResults>"
    );
    whole("200 OK", &body)
}

fn remote<T>(name: &str, fault: RemoteFault) -> Result<T, StoreError> {
    let name = name.to_owned();
    Err(StoreError::Remote { name, fault })
}

#[test]
fn a_terabyte_is_refused_by_its_announced_length() {
    let (ledger, seen) = ledger(vec![answer("200 OK", 1 << 40, "a")]);
    let name = "origin".to_owned();
    assert_eq!(ledger.read("origin"), Err(StoreError::TooLarge { name }));
    assert_eq!(seen.lock().unwrap().len(), 1);
}

#[test]
fn a_read_is_asked_for_again_and_a_write_is_not() {
    let busy = whole("503 Busy", "");
    let (reading, seen) = ledger(vec![busy.clone(), String::new(), whole("200 OK", "x")]);
    assert_eq!(reading.read("origin"), Ok(Some(b"x".to_vec())));
    assert_eq!(seen.lock().unwrap().len(), 3);
    let (mut writing, seen) = ledger(vec![busy, whole("404 Not Found", "")]);
    let failed = remote("origin", RemoteFault::Status(503));
    assert_eq!(writing.create("origin", b"x"), failed);
    let seen = seen.lock().unwrap();
    let verbs: Vec<&str> = seen.iter().map(|line| &line[..3]).collect();
    assert_eq!(verbs, ["PUT", "GET"]);
}

#[test]
fn a_write_without_an_answer_is_read_back() {
    let ends = String::new;
    for (found, came_to) in [
        (whole("200 OK", "ours"), Ok(Created::Created)),
        (whole("200 OK", "theirs"), Ok(Created::Exists)),
        (
            whole("404 Not Found", ""),
            remote("origin", RemoteFault::NoAnswer),
        ),
        (
            whole("403 Forbidden", ""),
            remote("origin", RemoteFault::Unsure),
        ),
    ] {
        let (mut ledger, seen) = ledger(vec![ends(), found]);
        assert_eq!(ledger.create("origin", b"ours"), came_to);
        assert_eq!(seen.lock().unwrap().len(), 2);
    }
}

#[test]
fn a_conflict_over_nothing_is_not_taken_for_a_file_that_is_there() {
    let (mut ledger, _) = ledger(vec![whole("409 Conflict", ""), whole("404 Not Found", "")]);
    let failed = remote("origin", RemoteFault::Status(409));
    assert_eq!(ledger.create("origin", b"x"), failed);
}

#[test]
fn names_out_of_order_or_of_another_place_are_refused() {
    let (good, _) = ledger(vec![listing(&["contoso/a", "contoso/b"])]);
    assert_eq!(good.list(""), Ok(vec!["a".to_owned(), "b".to_owned()]));
    for names in [
        &["contoso/b", "contoso/a"],
        &["contoso/a", "contoso/a"],
        &["contoso/a", "fabrikam/b"],
    ] {
        let (bad, _) = ledger(vec![listing(names)]);
        assert_eq!(bad.list(""), remote("", RemoteFault::Disorder), "{names:?}");
    }
    let (bad, _) = ledger(vec![listing(&["contoso/a//b"])]);
    assert_eq!(bad.list(""), remote("", RemoteFault::BadName));
    let (bad, _) = ledger(vec![whole("200 OK", "<not xml")]);
    assert_eq!(bad.list(""), remote("", RemoteFault::Other));
}
