//! Secrets of 16 characters and more are in no byte that a rehearsal writes or says, in no spelling.

use crate::support::TempDir;
use crate::support::glasskey;
use crate::support::is_a;
use crate::support::rehearse;
use crate::support::skipped;
use crate::support::text;
use crate::support::tree;
use glasskey::primitives::Digest;
use glasskey::primitives::bytes;
use glasskey::rehearsal::World;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A secret's spellings, each with its name.
struct Canary {
    secret: String,
    spellings: Vec<(&'static str, Vec<u8>)>,
}

impl Canary {
    fn new(name: &str, secret: &[u8]) -> Self {
        assert!(
            secret.len() >= 16,
            "{name} is too short to be found by chance never"
        );
        let mut spellings = vec![
            ("raw", secret.to_vec()),
            ("hex", bytes::hex(secret).into_bytes()),
            ("HEX", bytes::hex(secret).to_uppercase().into_bytes()),
            ("base32", bytes::base32(secret).into_bytes()),
        ];
        for offset in 0..3 {
            let standard = middle_of_base64(secret, offset);
            let url = standard.replace('+', "-").replace('/', "_");
            spellings.push(("base64", standard.into_bytes()));
            spellings.push(("base64url", url.into_bytes()));
        }
        if let Ok(text) = std::str::from_utf8(secret) {
            let units: Vec<u16> = text.encode_utf16().collect();
            let little = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let big = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            spellings.push(("UTF-16LE", little));
            spellings.push(("UTF-16BE", big));
        }
        Self {
            secret: name.to_owned(),
            spellings,
        }
    }

    /// The spellings in which the secret is in `bytes`.
    fn found_in(&self, bytes: &[u8]) -> Vec<&'static str> {
        let contains = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        let found = self.spellings.iter().filter(|(_, needle)| contains(needle));
        found.map(|(name, _)| *name).collect()
    }
}

/// The spellings in which a secret of 16 bytes or more is in `bytes`.
pub(crate) fn spellings_in(name: &str, secret: &[u8], bytes: &[u8]) -> Vec<&'static str> {
    Canary::new(name, secret).found_in(bytes)
}

/// The characters of base64 that hang on the secret alone when it begins `offset` bytes after a
/// multiple of three.
fn middle_of_base64(secret: &[u8], offset: usize) -> String {
    let padded = [&[0; 2][..offset], secret].concat();
    let first = (offset * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    bytes::base64(&padded)[first..last].to_owned()
}

/// The PINs of every key, and what a key keeps of them: the first half of their SHA-256.
fn pins() -> Vec<Canary> {
    let mut all = Vec::new();
    for label in World::labels() {
        let pin = World::pin(label);
        assert_eq!(pin.len(), 16);
        all.push(Canary::new(&format!("the PIN of {label}"), pin.as_bytes()));
        let hash = Digest::of(pin.as_bytes()).0;
        all.push(Canary::new(
            &format!("the PIN's hash of {label}"),
            &hash[..16],
        ));
    }
    all
}

/// The `user.id` handles that the tenant gave out, from saved exchanges.
fn handles(exchanges: &str) -> Vec<Canary> {
    let mut all = BTreeSet::new();
    for line in exchanges.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if let Some(id) = line["response"]["body"]["publicKey"]["user"]["id"].as_str() {
            all.insert(bytes::from_base64url(id).unwrap());
        }
    }
    assert_eq!(all.len(), 2, "one handle an account");
    all.iter()
        .map(|id| Canary::new("a user.id handle", id))
        .collect()
}

/// Every place in which one of the secrets is.
fn found(canaries: &[Canary], places: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut found = Vec::new();
    for (place, bytes) in places {
        for canary in canaries {
            for spelling in canary.found_in(bytes) {
                found.push(format!("{} as {spelling} in {place}", canary.secret));
            }
        }
    }
    found
}

/// What a rehearsal with these arguments wrote and said.
fn written(dir: &Path, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let ran = rehearse(dir, arguments).exits(0);
    let mut places = tree(dir);
    places.extend(unpacked(dir, &places));
    places.extend(reported(dir));
    places.insert("standard output".to_owned(), ran.out.into_bytes());
    places.insert("standard error".to_owned(), ran.err.into_bytes());
    places
}

/// The report of what was left behind, in each of its forms.
fn reported(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let (book, trust) = (dir.join("book"), dir.join("auditor/trust.toml"));
    let mut all = BTreeMap::new();
    for form in ["--html", "--ics", "--csv", "--json"] {
        let book = ["report", "--book", text(&book), "--trust", text(&trust)];
        let ran = glasskey(book.iter().chain(&[form]));
        assert!(!ran.out.is_empty(), "{form}: {}", ran.err);
        all.insert(format!("report {form}"), ran.out.into_bytes());
    }
    all
}

/// The pages with their streams unpacked, and their text.
fn unpacked(dir: &Path, places: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let pages = places.keys().filter(|name| is_a(name, "pdf"));
    for page in pages {
        let path = dir.join(page);
        let run = |program: &str, before: &[&str]| {
            let output = Command::new(program)
                .args(before)
                .arg(&path)
                .arg("-")
                .output();
            output
                .ok()
                .map(|output| output.stdout)
                .filter(|bytes| !bytes.is_empty())
        };
        let Some(bytes) = run("qpdf", &["--stream-data=uncompress"]) else {
            skipped("looking for secrets in the streams of a page", "qpdf");
            return all;
        };
        all.insert(format!("{page}, unpacked"), bytes);
        let Some(bytes) = run("pdftotext", &["-raw"]) else {
            skipped("looking for secrets in the text of a page", "pdftotext");
            return all;
        };
        all.insert(format!("the text of {page}"), bytes);
    }
    all
}

#[test]
fn no_secret_is_in_any_byte_that_a_rehearsal_writes_or_says() {
    let beside = TempDir::new();
    let file = beside.join("graph.jsonl");
    let save = ["--save-exchanges", text(&file)];
    let blocked = ["--fault", "pin-blocked", "--fault", "power-cut=presence"];
    let every: [Vec<&str>; 4] = [
        save.to_vec(),
        vec!["--json"],
        [&blocked[..], &["--verbose"]].concat(),
        [&blocked[..], &["--json"]].concat(),
    ];
    let mut canaries = pins();
    for (number, arguments) in every.iter().enumerate() {
        let dir = TempDir::new();
        let places = written(dir.path(), arguments);
        if number == 0 {
            canaries.extend(handles(&fs::read_to_string(&file).unwrap()));
        }
        let found = found(&canaries, &places);
        assert!(found.is_empty(), "{arguments:?}: {found:?}");
    }
}

#[test]
fn saved_exchanges_hold_handles_and_no_pin() {
    let (dir, beside) = (TempDir::new(), TempDir::new());
    let file = beside.join("graph.jsonl");
    rehearse(dir.path(), &["--json", "--save-exchanges", text(&file)]).exits(0);
    let saved = fs::read_to_string(&file).unwrap();
    let places: BTreeMap<String, Vec<u8>> = tree(beside.path());
    let found = found(&pins(), &places);
    assert!(found.is_empty(), "{found:?}");
    // The searcher's proof: what is known to be there is found, in the spelling it has there.
    for handle in handles(&saved) {
        assert_eq!(handle.found_in(saved.as_bytes()), ["base64url"]);
    }
    // Nor is there a token.
    assert!(!saved.to_lowercase().contains("\"authorization\""));
}

#[test]
fn a_planted_secret_is_found_in_every_spelling_at_every_offset() {
    let pin = World::pin("BG1-A");
    let canary = Canary::new("the PIN", pin.as_bytes());
    for offset in 0..7 {
        let before = "x".repeat(offset);
        let around = format!("{before}{pin}yz").into_bytes();
        assert_eq!(canary.found_in(&around), ["raw"]);
        assert_eq!(canary.found_in(bytes::hex(&around).as_bytes()), ["hex"]);
        assert_eq!(
            canary.found_in(bytes::hex(&around).to_uppercase().as_bytes()),
            ["HEX"]
        );
        let base64 = canary.found_in(bytes::base64(&around).as_bytes());
        assert!(base64.contains(&"base64"), "{offset}: {base64:?}");
        let base64url = canary.found_in(bytes::base64url(&around).as_bytes());
        assert!(base64url.contains(&"base64url"), "{offset}: {base64url:?}");
        let units: Vec<u16> = String::from_utf8(around).unwrap().encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert!(canary.found_in(&little).contains(&"UTF-16LE"));
        assert!(canary.found_in(&big).contains(&"UTF-16BE"));
    }
    assert!(canary.found_in(&pin.as_bytes()[1..]).is_empty());
}

#[test]
fn a_secret_planted_in_a_book_is_found_there() {
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let pin = World::pin("BG1-A");
    fs::write(dir.join("book/paper/note"), format!("The PIN is {pin}.")).unwrap();
    let places = tree(dir.path());
    assert_eq!(
        found(&pins(), &places),
        ["the PIN of BG1-A as raw in book/paper/note"]
    );
}
