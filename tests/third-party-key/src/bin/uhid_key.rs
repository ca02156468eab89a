//! Serves somebody else's key behind a real hidraw node until its standard input ends, then says
//! how often it looked for a touch, as JSON. As root:
//!
//! ```text
//! # target/debug/uhid_key
//! /dev/hidraw5
//! ```

#[path = "../../../serve/uhid.rs"]
mod uhid;

use glasskey::ctap::Report;
use std::io;
use std::io::Read;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::sync::mpsc;
use std::sync::mpsc::TryRecvError;
use std::thread;
use std::time::Duration;
use third_party_key::Spec;
use third_party_key::with_key;
use uhid::Described;
use uhid::Uhid;

/// Bytes of a report as a program writes it: its number, which is 0, comes first.
const NUMBERED: usize = 65;
/// How long the key is listened to before the stream is looked at again.
const MOMENT: Duration = Duration::from_millis(1);

fn main() -> io::Result<()> {
    with_key(Spec::default(), |key| {
        let uhid = Uhid::plug(&Described {
            vendor: 0x20a0,
            product: 0x42b2,
            name: "Nitrokey Nitrokey 3",
            serial: "0a0b0c0d",
        })?;
        let (mut near, far) = UnixStream::pair()?;
        near.set_read_timeout(Some(MOMENT))?;
        uhid.carry(&far, None)?;
        writeln!(io::stdout(), "{}", uhid.path())?;
        let (end, ended) = mpsc::channel::<()>();
        thread::spawn(move || {
            let _ended = end; // dropped when standard input ends
            io::stdin().read_to_end(&mut Vec::new())
        });
        let mut port = key.open();
        let mut numbered = [0; NUMBERED];
        while ended.try_recv() == Err(TryRecvError::Empty) {
            // Reports come whole: the other end writes each at once.
            match near.read(&mut numbered) {
                Ok(read) => {
                    assert_eq!(read, NUMBERED);
                    let report: Report = numbered[1..].try_into().unwrap();
                    port.write_report(&report).unwrap();
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
            while let Some(report) = port.read_report(MOMENT).unwrap() {
                near.write_all(&report)?;
            }
        }
        writeln!(io::stdout(), "{{\"touches_asked\":{}}}", key.presence.asked())
    })
}
