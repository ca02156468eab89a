//! The virtual key, spoken to by hand-made frames and a small client that serves these tests alone.

mod anything;
mod assertions;
mod client;
mod config;
mod credentials;
mod frames;
mod management;
mod personalities;
mod pin;
mod plugging;
mod vendors;
mod wishes;

use self::client::Client;
use self::client::Token;
use self::wishes::Get;
use self::wishes::Made;
use self::wishes::Make;
use self::wishes::asserted;
use super::KeySpec;
use super::TouchScript;
use super::VirtualKey;
use crate::ctap::KeyTransport;
use crate::ctap::Report;
use crate::primitives::Clock;
use crate::primitives::UtcTime;
use crate::primitives::cbor::Value;
use crate::rehearsal::RehearsalClock;
use std::rc::Rc;
use std::time::Duration;

const RP: &str = "login.microsoft.com";
const PIN: &str = "483920";
/// Stands for the SHA-256 of client data.
const HASH: [u8; 32] = [0xcd; 32];

fn key(spec: KeySpec) -> (VirtualKey, Rc<RehearsalClock>) {
    let clock = Rc::new(RehearsalClock::new(
        UtcTime::parse("2026-01-05T09:00:00Z").unwrap(),
    ));
    let key = VirtualKey::new(spec, Rc::clone(&clock));
    key.touch_script(TouchScript::after_millis(250));
    key.plug();
    (key, clock)
}

fn standard() -> (VirtualKey, Client) {
    let (key, clock) = key(KeySpec::new("BG1-A", 1_000_001));
    let client = Client::open(&key, &clock);
    (key, client)
}

fn standard_with_pin() -> (VirtualKey, Client) {
    let (key, client) = standard();
    key.set_pin_directly(PIN);
    (key, client)
}

fn map(members: Vec<(i64, Value)>) -> Value {
    Value::numbered(members.into_iter().map(|(k, v)| (k, Some(v))).collect())
}

fn descriptor(id: &[u8]) -> Value {
    Value::named(vec![
        ("id", Value::bytes(id)),
        ("type", Value::text("public-key")),
    ])
}
