//! How long a rehearsal, a start and one CTAP command take. `cargo bench` prints it; nothing fails.
//!
//! Goals (DESIGN §10): a whole rehearsal < 5 s, a start < 10 ms, our own time a CTAP command < 200 µs.
//! Peers in the same run: `true` for the start (what any process costs here), `fido2-token -V` where
//! libfido2's tools are installed, and the raw cryptography inside a PIN command.

use glasskey::ctap::Ctap;
use glasskey::ctap::GetAssertion;
use glasskey::ctap::KeyTransport;
use glasskey::ctap::Permissions;
use glasskey::ctap::Pin;
use glasskey::ctap::Report;
use glasskey::ctap::TransportError;
use glasskey::primitives::Guid;
use glasskey::primitives::UtcTime;
use glasskey::rehearsal::RehearsalClock;
use glasskey::rehearsal::SeededEntropy;
use glasskey::rehearsal::key::KeySpec;
use glasskey::rehearsal::key::VirtualKey;
use glasskey::rehearsal::key::VirtualPort;
use glasskey::webauthn::ClientData;
use glasskey::webauthn::CredentialId;
use glasskey::webauthn::RpId;
use std::cell::Cell;
use std::process::Command;
use std::process::Stdio;
use std::rc::Rc;
use std::time::Duration;
use std::time::Instant;

const BINARY: &str = env!("CARGO_BIN_EXE_glasskey");

/// The virtual key, with the time spent inside it taken out.
struct Timed {
    port: VirtualPort,
    inside: Rc<Cell<Duration>>,
}

impl Timed {
    fn time<T>(&mut self, run: impl FnOnce(&mut VirtualPort) -> T) -> T {
        let began = Instant::now();
        let result = run(&mut self.port);
        self.inside.set(self.inside.get() + began.elapsed());
        result
    }
}

impl KeyTransport for Timed {
    fn write_report(&mut self, report: &Report) -> Result<(), TransportError> {
        self.time(|port| port.write_report(report))
    }

    fn read_report(&mut self, within: Duration) -> Result<Option<Report>, TransportError> {
        self.time(|port| port.read_report(within))
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn row(what: &str, times: Vec<Duration>, goal: &str) {
    let (least, most) = (times.iter().min().copied(), times.iter().max().copied());
    println!(
        "{what:<46} median {:>10.1?}   min {:>10.1?}   max {:>10.1?}   {goal}",
        median(times),
        least.unwrap_or_default(),
        most.unwrap_or_default()
    );
}

fn timed(runs: usize, mut run: impl FnMut()) -> Vec<Duration> {
    (0..runs)
        .map(|_| {
            let began = Instant::now();
            run();
            began.elapsed()
        })
        .collect()
}

fn quietly(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

fn processes() {
    let whole = timed(5, || {
        let folder = std::env::temp_dir().join(format!("glasskey-bench-{}", std::process::id()));
        let out = folder.display().to_string();
        assert!(quietly(BINARY, &["rehearse", "--out", &out]));
        std::fs::remove_dir_all(folder).unwrap();
    });
    row(
        "rehearse, whole: four registrations, audit",
        whole,
        "goal < 5 s",
    );
    row(
        "start: glasskey --version",
        timed(50, || assert!(quietly(BINARY, &["--version"]))),
        "goal < 10 ms",
    );
    row(
        "  peer: true",
        timed(50, || assert!(quietly("true", &[]))),
        "",
    );
    if quietly("fido2-token", &["-V"]) {
        row(
            "  peer: fido2-token -V",
            timed(50, || assert!(quietly("fido2-token", &["-V"]))),
            "",
        );
    }
}

fn commands() {
    const RUNS: usize = 200;
    let clock = Rc::new(RehearsalClock::new(UtcTime::from_unix(1_767_603_600)));
    let key = VirtualKey::new(KeySpec::new("BENCH", 1), Rc::clone(&clock));
    key.plug();
    key.set_pin_directly("bench-123456");
    let inside = Rc::new(Cell::new(Duration::ZERO));
    let port = Timed {
        port: key.open().unwrap(),
        inside: Rc::clone(&inside),
    };
    let entropy = Box::new(SeededEntropy::new(b"bench", "client"));
    let mut ctap = Ctap::open(Box::new(port), &*clock, entropy).unwrap();
    let pin = Pin::new("bench-123456").unwrap();
    let tenant = Guid([1; 16]);
    let rp_id = RpId::new("login.microsoft.com");
    let nobody = [CredentialId::new(vec![7; 32]).unwrap()];

    let mut own = |what: &str, goal: &str, run: &mut dyn FnMut(&mut Ctap<'_>)| {
        let times = (0..RUNS)
            .map(|_| {
                inside.set(Duration::ZERO);
                let began = Instant::now();
                run(&mut ctap);
                began.elapsed().saturating_sub(inside.get())
            })
            .collect();
        row(what, times, goal);
    };
    own("own time: getInfo", "goal < 200 µs", &mut |ctap| {
        std::hint::black_box(ctap.get_info().unwrap());
    });
    own(
        "own time: clientPIN getPINRetries",
        "goal < 200 µs",
        &mut |ctap| {
            std::hint::black_box(ctap.pin_retries().unwrap());
        },
    );
    own(
        "own time: getAssertion, silent, not held",
        "goal < 200 µs",
        &mut |ctap| {
            let client_data = ClientData::probe(&tenant, &[9; 16]);
            let request = GetAssertion {
                rp_id: &rp_id,
                client_data: &client_data,
                allow: &nobody,
                user_presence: false,
            };
            drop(ctap.get_assertion(&request, None, &mut |_| {}).unwrap_err());
        },
    );
    own(
        "own time: clientPIN, a token by PIN",
        "two key pairs on P-256",
        &mut |ctap| {
            drop(
                ctap.token(&pin, Permissions::GET_ASSERTION, Some(&rp_id))
                    .unwrap(),
            );
        },
    );
    let secret = p256::SecretKey::from_slice(&[0x42; 32]).unwrap();
    let public = secret.public_key();
    row(
        "  peer: p256, one public key and one ECDH",
        timed(RUNS, || {
            let made = secret.public_key();
            let shared = p256::ecdh::diffie_hellman(secret.to_nonzero_scalar(), public.as_affine());
            std::hint::black_box((made, shared.raw_secret_bytes().len()));
        }),
        "",
    );
}

fn main() {
    processes();
    commands();
}
