//! Serves a virtual key behind a real hidraw node until its standard input ends, then says what the
//! key has seen, as JSON:
//!
//! ```text
//! $ cargo build --example uhid_key && sudo target/debug/examples/uhid_key
//! /dev/hidraw5
//! $ sudo glasskey inspect
//! ```
//!
//! `--serial NUMBER`; `--usb VENDOR:PRODUCT`, hexadecimal; `--pin PIN` gives it a PIN; `--slots NUMBER` is how many credentials it holds;
//! `--touch MILLISECONDS` is how soon it is touched when it asks; `--pull REPORTS` pulls it out
//! after so many reports to it.

mod line;
mod uhid;

use glasskey::rehearsal::key::KeySpec;
use glasskey::rehearsal::key::TouchScript;
use line::Line;
use line::Stream;
use serde_json::json;
use std::io;
use std::io::Read;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::str::FromStr;
use std::sync::mpsc;
use std::sync::mpsc::TryRecvError;
use std::thread;
use uhid::Described;
use uhid::Uhid;

fn main() -> io::Result<()> {
    let mut spec = KeySpec::new("UHID", 4_242);
    let (mut pin, mut touch, mut pull) = (None, 5, None);
    let (mut vendor, mut product) = (0x1209, 0x0001);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or(io::ErrorKind::InvalidInput)?;
        match argument.as_str() {
            "--serial" => spec.serial = number(&value)?,
            "--usb" => {
                let ids = value.split_once(':').ok_or(io::ErrorKind::InvalidInput)?;
                vendor = u32::from_str_radix(ids.0, 16).map_err(io::Error::other)?;
                product = u32::from_str_radix(ids.1, 16).map_err(io::Error::other)?;
            }
            "--pin" => pin = Some(value),
            "--slots" => spec.resident_slots = number(&value)?,
            "--touch" => touch = number(&value)?,
            "--pull" => pull = Some(number(&value)?),
            other => return Err(io::Error::other(format!("{other}?"))),
        }
    }
    let serial = spec.serial.to_string();
    let mut line = Line::new(spec);
    line.key().touch_script(TouchScript::after_millis(touch));
    if let Some(pin) = pin {
        line.key().set_pin_directly(&pin);
    }
    let uhid = Uhid::plug(&Described {
        vendor,
        product,
        name: "glasskey rehearsal key",
        serial: &serial,
    })?;
    let (near, far) = UnixStream::pair()?;
    uhid.carry(&far, pull)?;
    let mut out = io::stdout();
    writeln!(out, "{}", uhid.path())?;
    let (end, ended) = mpsc::channel::<()>();
    thread::spawn(move || {
        let _ended = end; // dropped when standard input ends
        io::stdin().read_to_end(&mut Vec::new())
    });
    while ended.try_recv() == Err(TryRecvError::Empty) && line.carry(&near) == Stream::Open {}
    let seen = line.key().statistics();
    let seen = json!({
        "pins_compared": seen.pins_compared,
        "pin_tries_spent": seen.pin_tries_spent,
        "touches_asked": seen.touches_asked,
        "reports_received": seen.reports_received,
        "reports_sent": seen.reports_sent,
        "assertions_signed": seen.assertions_signed,
        "commands": seen.commands,
        "pin_retries": line.key().pin_retries(),
    });
    writeln!(out, "{seen}")
}

fn number<T: FromStr<Err: Into<Box<dyn std::error::Error + Send + Sync>>>>(
    text: &str,
) -> io::Result<T> {
    text.parse().map_err(io::Error::other)
}
