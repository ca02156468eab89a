//! Serves a virtual key on a pseudo-terminal until its standard input ends, then says what the key
//! has seen. Programs that open a node by its path take it for a key:
//!
//! ```text
//! $ cargo run --example pty_key
//! /dev/pts/5
//! $ fido2-token -I /dev/pts/5
//! ```
//!
//! `--pin PIN` gives it a PIN; `--touch MILLISECONDS` is how soon it is touched when it asks.

mod line;
mod pty;

use glasskey::rehearsal::key::KeySpec;
use glasskey::rehearsal::key::TouchScript;
use line::Line;
use line::Stream;
use pty::Pty;
use std::io;
use std::io::Read;
use std::io::Write;
use std::sync::mpsc;
use std::sync::mpsc::TryRecvError;
use std::thread;

fn main() -> io::Result<()> {
    let mut line = Line::new(KeySpec::new("PTY", 4_242));
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match (argument.as_str(), arguments.next()) {
            ("--pin", Some(pin)) => line.key().set_pin_directly(&pin),
            ("--touch", Some(millis)) => {
                let millis = millis.parse().map_err(io::Error::other)?;
                line.key().touch_script(TouchScript::after_millis(millis));
            }
            (other, _) => return Err(io::Error::other(format!("{other}?"))),
        }
    }
    let pty = Pty::open();
    let mut out = io::stdout();
    writeln!(out, "{}", pty.path)?;
    let (end, ended) = mpsc::channel::<()>();
    thread::spawn(move || {
        let _ended = end; // dropped when standard input ends
        io::stdin().read_to_end(&mut Vec::new())
    });
    while ended.try_recv() == Err(TryRecvError::Empty) && line.carry(&pty.key) == Stream::Open {}
    writeln!(out, "{:#?}", line.key().statistics())
}
