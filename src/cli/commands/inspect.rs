//! `glasskey inspect`: every plugged-in key, without a PIN; with `--credentials`, what it holds.

use crate::cli::Output;
use crate::cli::args::Inspect;
use crate::cli::commands::credentials;
use crate::cli::commands::credentials::Held;
use crate::cli::commands::credentials::PinFrom;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::key_page;
use crate::cli::words;
use crate::ctap::Ctap;
use crate::ctap::KeyEntry;
use crate::ctap::Keys;
use crate::facts::key;
use crate::facts::key::KeyFacts;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::key_checks;
use crate::io::HidKeys;
use crate::io::SystemClock;
use crate::io::SystemEntropy;
use crate::plan::Policy;
use crate::primitives::Clock;
use crate::primitives::Entropy;
use serde_json::Value;
use serde_json::json;
use std::thread;

/// A key that was read, or why it was not.
struct Seen {
    entry: KeyEntry,
    read: Result<(KeyFacts, Vec<Finding>), Failure>,
    held: Option<Result<Vec<Held>, Failure>>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Inspect, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut keys = HidKeys::new().map_err(|error| words::keys(&error))?;
    let entries = keys.list().map_err(|error| words::keys(&error))?;
    if entries.is_empty() {
        return none(output);
    }
    let mut seen = read_all(&entries);
    if arguments.credentials {
        let mut pins = PinFrom::open(arguments.pin_fd, entries.len(), output.style)?;
        for one in &mut seen {
            one.held = Some(list_credentials(&mut pins, one));
        }
    }
    if output.json {
        output.print(&format!("{:#}\n", as_json(&seen)))?;
    } else {
        let text = as_text(&seen, output);
        output.print(&text)?;
    }
    for one in &seen {
        if let Err(failure) = &one.read {
            failure.write(output.err);
        }
        if let Some(Err(failure)) = &one.held {
            failure.write(output.err);
        }
    }
    Ok(exit(&seen))
}

/// No key is no crash: it is said, and what to do; `--json` says it too.
fn none(output: &mut Output<'_>) -> Result<Exit, Failure> {
    if output.json {
        let value = json!({"schema": "glasskey.inspect/1", "keys": [], "findings": []});
        output.print(&format!("{value:#}\n"))?;
    }
    Err(Failure::new(
        Exit::Key,
        "no security key was found; nothing was sent to any device",
        "no HID device with usage page 0xF1D0 is plugged in",
        "plug a key in; in a container or a virtual machine, pass the USB device through",
    ))
}

/// Reads all keys at once: it takes as long as the slowest.
fn read_all(entries: &[KeyEntry]) -> Vec<Seen> {
    thread::scope(|scope| {
        let running: Vec<_> = entries
            .iter()
            .map(|entry| scope.spawn(|| read(entry)))
            .collect();
        entries
            .iter()
            .zip(running)
            .map(|(entry, handle)| Seen {
                entry: entry.clone(),
                read: handle.join().unwrap_or_else(|_| {
                    Err(Failure::new(
                        Exit::Bug,
                        "a key was not read",
                        "a bug in glasskey",
                        "please report it",
                    ))
                }),
                held: None,
            })
            .collect()
    })
}

fn read(entry: &KeyEntry) -> Result<(KeyFacts, Vec<Finding>), Failure> {
    let clock = SystemClock::new();
    let mut ctap = open(entry, &clock)?;
    let facts = key::observe(&mut ctap, entry, clock.utc()).map_err(|error| words::ctap(&error))?;
    let findings = key_checks(&facts, &Policy::default(), &subject(&facts.entry));
    Ok((facts, findings))
}

fn open<'c>(entry: &KeyEntry, clock: &'c SystemClock) -> Result<Ctap<'c>, Failure> {
    let entropy = SystemEntropy::open().map_err(|error| {
        Failure::new(
            Exit::Key,
            "nothing was sent to the key",
            error.0,
            "check the system's random source",
        )
    })?;
    let entropy: Box<dyn Entropy> = Box::new(entropy);
    let mut keys = HidKeys::new().map_err(|error| words::keys(&error))?;
    let port = keys
        .open(&entry.path)
        .map_err(|error| words::keys(&error))?;
    Ctap::open(port, clock, entropy).map_err(|error| words::ctap(&error))
}

fn list_credentials(pins: &mut PinFrom, seen: &Seen) -> Result<Vec<Held>, Failure> {
    let Ok((facts, _)) = &seen.read else {
        return Ok(Vec::new());
    };
    let clock = SystemClock::new();
    let mut ctap = open(&seen.entry, &clock)?;
    credentials::list(pins, &mut ctap, facts, &Policy::default())
}

/// A key's subject: its serial number where it has one, else where it is.
fn subject(entry: &KeyEntry) -> Subject {
    Subject::key(
        entry
            .serial
            .as_deref()
            .filter(|text| !text.is_empty())
            .unwrap_or(&entry.path),
    )
}

fn exit(seen: &[Seen]) -> Exit {
    let mut exit = Exit::Done;
    for one in seen {
        match &one.read {
            Err(failure) => exit = exit.max(failure.exit),
            Ok((_, findings)) => {
                if findings.iter().any(|finding| finding.verdict.is_open()) {
                    exit = exit.max(Exit::Findings);
                }
            }
        }
        if let Some(Err(failure)) = &one.held {
            exit = exit.max(failure.exit);
        }
    }
    exit
}

fn as_text(seen: &[Seen], output: &Output<'_>) -> String {
    let mut out = String::new();
    for one in seen {
        if !out.is_empty() {
            out.push('\n');
        }
        if let Ok((facts, findings)) = &one.read {
            out.push_str(&key_page::text(output.style, facts, findings));
        }
        if let Some(Ok(held)) = &one.held {
            out.push_str(&credentials::text(held));
        }
    }
    out
}

fn as_json(seen: &[Seen]) -> Value {
    let mut keys = Vec::new();
    let mut findings: Vec<&Finding> = Vec::new();
    for one in seen {
        match &one.read {
            Ok((facts, of)) => {
                let mut value = key_page::json(facts, of);
                if let (Some(Ok(held)), Some(members)) = (&one.held, value.as_object_mut()) {
                    members.insert("credentials".to_owned(), credentials::json(held));
                }
                keys.push(value);
                findings.extend(
                    of.iter()
                        .filter(|finding| finding.verdict != Verdict::NotRun),
                );
            }
            Err(failure) => keys.push(json!({
                "path": one.entry.path,
                "state": "not_opened",
                "error": {"what": failure.what, "why": failure.why, "next": failure.next},
            })),
        }
    }
    json!({"schema": "glasskey.inspect/1", "keys": keys, "findings": findings})
}
