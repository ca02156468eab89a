//! `glasskey pin` as a person meets it: the real binary, a terminal, and a virtual key behind a
//! mocked hidraw node that counts every try.

#[path = "serve/line.rs"]
mod line;
#[path = "serve/person.rs"]
mod person;
#[path = "serve/served.rs"]
mod served;

use glasskey::primitives::bytes;
use glasskey::rehearsal::key::KeySpec;
use glasskey::rehearsal::key::Statistics;
use glasskey::rehearsal::key::Touch;
use glasskey::rehearsal::key::TouchScript;
use glasskey::rehearsal::key::VirtualKey;
use person::Act;
use person::Person;
use rustix::event::PollFd;
use rustix::event::PollFlags;
use rustix::event::Timespec;
use serde_json::Value;
use served::Served;
use std::fs;
use std::io::Write as _;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

const PYTHON: &str = "/usr/bin/python3";
const NODES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/serve/hidraw.py");
const GLASSKEY: &str = env!("CARGO_BIN_EXE_glasskey");
/// Sixteen characters, so that finding them is no accident.
const PIN: &str = "canary-PIN-73915";
const OTHER: &str = "other-PIN-862406";
const CODE: &str = "cccccbtirngifjtinfdgevvftvtbjbtkrcdkrudtfgbu";
const LONGEST_START: Timespec = Timespec {
    tv_sec: 20,
    tv_nsec: 0,
};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Whether umockdev is installed; a line says so if not. The gate has it.
fn installed() -> bool {
    let import = "import gi; gi.require_version('UMockdev', '1.0'); \
                  from gi.repository import GLib, UMockdev; UMockdev.Testbed.new()";
    let output = Command::new("umockdev-wrapper")
        .args([PYTHON, "-c", import])
        .output();
    let installed = output.is_ok_and(|output| output.status.success());
    assert!(
        installed || std::env::var("CI").as_deref() != Ok("true"),
        "umockdev is not installed"
    );
    if !installed {
        let line = "skipped: umockdev is not installed (Debian: umockdev gir1.2-umockdev-1.0 \
                    python3-gi)\n";
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    installed
}

/// What the program is given to ask at.
enum Asks {
    /// A terminal, and a person who does this.
    A(Vec<Act>),
    /// No terminal; these bytes on standard input.
    Nobody(&'static [u8]),
}

/// How a run ended, and what it cost the first key; `others` is what the others saw.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
    screen: String,
    seen: Statistics,
    retries: u8,
    others: Vec<Statistics>,
}

/// What is done to a key first.
type Before = Box<dyn FnOnce(&VirtualKey) + Send>;

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// Neither PIN is in anything that was written, in any spelling.
    fn keeps_secrets(&self) -> &Self {
        for (place, text) in [
            ("stdout", &self.out),
            ("stderr", &self.err),
            ("the screen", &self.screen),
        ] {
            for pin in [PIN, OTHER] {
                assert_eq!(spelled(pin, text.as_bytes()), None, "{place}: {text}");
            }
        }
        self
    }
}

/// In which spelling a secret is in some bytes, at whatever offset.
fn spelled(secret: &str, text: &[u8]) -> Option<&'static str> {
    let utf16 = |order: fn(u16) -> [u8; 2]| secret.encode_utf16().flat_map(order).collect();
    let middle = |offset: usize| {
        let padded = [&[0; 2][..offset], secret.as_bytes()].concat();
        let all = bytes::base64(&padded);
        all[(offset * 8).div_ceil(6)..padded.len() * 8 / 6].to_owned()
    };
    let spellings: [(&str, Vec<u8>); 8] = [
        ("raw", secret.as_bytes().to_vec()),
        ("hex", bytes::hex(secret.as_bytes()).into_bytes()),
        (
            "HEX",
            bytes::hex(secret.as_bytes()).to_uppercase().into_bytes(),
        ),
        ("UTF-16LE", utf16(u16::to_le_bytes)),
        ("UTF-16BE", utf16(u16::to_be_bytes)),
        ("base64", middle(0).into_bytes()),
        ("base64", middle(1).into_bytes()),
        ("base64", middle(2).into_bytes()),
    ];
    let found = spellings
        .iter()
        .find(|(_, needle)| text.windows(needle.len()).any(|window| window == needle));
    found.map(|(name, _)| *name)
}

/// Runs `glasskey` with one key behind `/dev/hidraw0`, prepared by `before`.
fn run(before: impl FnOnce(&VirtualKey) + Send + 'static, arguments: &[&str], asks: Asks) -> Ran {
    run_with(vec![Box::new(before)], arguments, asks)
}

/// Runs `glasskey` with keys behind `/dev/hidraw0` and so on, whose serial numbers are 7 and so on.
fn run_with(keys: Vec<Before>, arguments: &[&str], asks: Asks) -> Ran {
    run_program(keys, &[&[GLASSKEY], arguments].concat(), asks)
}

/// The same for any program.
fn run_program(keys: Vec<Before>, program: &[&str], asks: Asks) -> Ran {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("glasskey-pins-{}-{number}", std::process::id());
    let sockets: Vec<(PathBuf, UnixListener)> = (0..keys.len())
        .map(|key| {
            let socket = std::env::temp_dir().join(format!("{name}-{key}"));
            let listener = UnixListener::bind(&socket).unwrap();
            (socket, listener)
        })
        .collect();
    let home = std::env::temp_dir().join(format!("{name}-home"));
    fs::create_dir(&home).unwrap();
    let mut command = Command::new("umockdev-wrapper");
    command
        .args([PYTHON, NODES])
        .args(sockets.iter().map(|(socket, _)| socket))
        .args(["--", "setsid", "-w"]);
    let mut given: &[u8] = b"";
    let person = match asks {
        Asks::A(acts) => {
            let person = Person::new(acts);
            // Makes standard input the controlling terminal.
            command.arg("-c").stdin(person.near.try_clone().unwrap());
            Some(person)
        }
        Asks::Nobody(bytes) => {
            given = bytes;
            // As no leader of a session it cannot take the node, here a pseudo-terminal, for its own.
            command.args(["sh", "-c", "\"$@\"; exit $?", "sh"]);
            command.stdin(Stdio::piped());
            None
        }
    };
    let mut child = command
        .args(program)
        .current_dir(&home)
        .env("TERM", "xterm")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(command); // and with it our copy of the terminal
    if let Some(mut stdin) = child.stdin.take() {
        // A program that wants nothing may be gone already.
        let _ = stdin.write_all(given);
    }
    let mut served = Vec::new();
    for ((socket, listener), before) in sockets.iter().zip(keys) {
        let mut waiting = [PollFd::new(listener, PollFlags::IN)];
        let came = rustix::event::poll(&mut waiting, Some(&LONGEST_START)).unwrap();
        assert_eq!(came, 1, "the node was not made");
        let (stream, _) = listener.accept().unwrap();
        fs::remove_file(socket).unwrap();
        let one = Served::on(stream.into(), KeySpec::new("K", 7));
        one.ask(before);
        served.push(one);
    }
    let output = child.wait_with_output().unwrap();
    let screen = person.map(Person::screen).unwrap_or_default();
    // No file was left, in which a PIN could be.
    let left: Vec<PathBuf> = fs::read_dir(&home)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(left, Vec::<PathBuf>::new());
    fs::remove_dir(home).unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        screen,
        seen: served[0].ask(VirtualKey::statistics),
        retries: served[0].ask(VirtualKey::pin_retries),
        others: served[1..]
            .iter()
            .map(|key| key.ask(VirtualKey::statistics))
            .collect(),
    }
}

fn no_pin(_: &VirtualKey) {}

fn with_pin(key: &VirtualKey) {
    key.set_pin_directly(PIN);
}

fn types(at: &'static str, text: &str) -> Act {
    Act::At(at, format!("{text}\r").into_bytes())
}

fn presses(at: &'static str, bytes: &[u8]) -> Act {
    Act::At(at, bytes.to_vec())
}

const NEW: &str = "characters or more:";
const AGAIN: &str = "once more:";
const CURRENT: &str = "tries left): ";

#[test]
fn a_first_pin_is_explained_typed_twice_set_and_seen_nowhere() {
    if !installed() {
        return;
    }
    let acts = vec![types(NEW, PIN), types(AGAIN, PIN)];
    let ran = run(no_pin, &["pin", "set", "--json"], Asks::A(acts));
    ran.keeps_secrets();
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let report = ran.json();
    assert_eq!(report["schema"], "glasskey.pin/1");
    assert_eq!(report["pin"]["state"], "set");
    assert_eq!(ran.seen.seen("clientPIN/setPIN"), 1);
    assert_eq!(ran.seen.pins_compared, 0);
    let screen = ran.screen.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["never removed", "at most 63 bytes", "serial 7"] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
}

#[test]
fn a_change_asks_for_the_current_pin_and_a_wrong_one_again_only_with_consent() {
    if !installed() {
        return;
    }
    let acts = vec![
        types(CURRENT, "000000"),
        types(NEW, OTHER),
        types(AGAIN, OTHER),
        types("[y/n] ", "y"),
        types("(7 tries left): ", PIN),
    ];
    let ran = run(with_pin, &["pin", "change"], Asks::A(acts));
    ran.keeps_secrets();
    assert_eq!(ran.code, Some(0), "{} {}", ran.err, ran.screen);
    assert!(ran.out.contains("is changed"), "{}", ran.out);
    assert_eq!((ran.seen.pins_compared, ran.seen.pin_tries_spent), (2, 1));
    assert_eq!(ran.retries, 8);
}

#[test]
fn a_wrong_pin_without_consent_costs_one_and_is_exit_4() {
    if !installed() {
        return;
    }
    let acts = vec![
        types(CURRENT, "000000"),
        types(NEW, OTHER),
        types(AGAIN, OTHER),
        types("[y/n] ", "n"),
    ];
    let ran = run(with_pin, &["pin", "change", "--json"], Asks::A(acts));
    ran.keeps_secrets();
    assert_eq!(ran.code, Some(4));
    assert_eq!(ran.json()["state"], "wrong_pin");
    assert!(ran.err.contains("one try is spent"), "{}", ran.err);
    assert!(ran.err.contains("7 PIN tries left"), "{}", ran.err);
    assert_eq!((ran.seen.pin_tries_spent, ran.retries), (1, 7));
}

#[test]
fn control_c_and_end_of_file_spend_nothing_and_are_exit_3() {
    if !installed() {
        return;
    }
    for bytes in [&b"1357\x03"[..], b"1357\x04"] {
        let acts = vec![presses(CURRENT, bytes)];
        let ran = run(with_pin, &["pin", "change"], Asks::A(acts));
        assert_eq!(ran.code, Some(3), "{}", ran.err);
        assert!(ran.err.contains("no PIN try was spent"), "{}", ran.err);
        assert_eq!((ran.seen.pins_compared, ran.retries), (0, 8));
    }
}

#[test]
fn arrows_and_one_time_codes_are_asked_again_and_not_sent() {
    if !installed() {
        return;
    }
    let acts = vec![
        presses(CURRENT, b"canary\x1b[D7\r"),
        types(CURRENT, CODE),
        types(CURRENT, PIN),
        types(NEW, OTHER),
        types(AGAIN, OTHER),
    ];
    let ran = run(with_pin, &["pin", "change"], Asks::A(acts));
    ran.keeps_secrets();
    assert_eq!(ran.code, Some(0), "{} {}", ran.err, ran.screen);
    assert!(ran.screen.contains("an arrow"), "{}", ran.screen);
    assert!(ran.screen.contains("one-time code"), "{}", ran.screen);
    assert_eq!((ran.seen.pins_compared, ran.seen.pin_tries_spent), (1, 0));
}

#[test]
fn without_a_terminal_it_says_so_and_asks_nothing() {
    if !installed() {
        return;
    }
    for arguments in [
        &["pin", "change"][..],
        &["pin", "policy", "--min-length", "8"],
        &["inspect", "--credentials"],
    ] {
        let ran = run(with_pin, arguments, Asks::Nobody(b""));
        assert_eq!(ran.code, Some(3), "{arguments:?}");
        let words = "because: there is no terminal to ask at\n";
        assert!(ran.err.contains(words), "{}", ran.err);
        assert_eq!((ran.seen.pins_compared, ran.retries), (0, 8));
    }
}

#[test]
fn the_other_command_is_named_where_this_one_does_not_fit() {
    if !installed() {
        return;
    }
    let ran = run(with_pin, &["pin", "set"], Asks::A(vec![]));
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("glasskey pin change"), "{}", ran.err);
    let ran = run(no_pin, &["pin", "change"], Asks::A(vec![]));
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("glasskey pin set"), "{}", ran.err);
}

#[test]
fn at_the_floor_that_the_book_sets_it_stops() {
    if !installed() {
        return;
    }
    let book = std::env::temp_dir().join(format!("glasskey-pins-book-{}", std::process::id()));
    let rehearsed = Command::new(GLASSKEY)
        .args(["rehearse", "--only", "registration", "--out"])
        .arg(&book)
        .output()
        .unwrap();
    assert_eq!(rehearsed.status.code(), Some(0));
    let plan = book.join("book/glasskey.toml");
    let text = fs::read_to_string(&plan).unwrap();
    let text = if text.contains("[policy]") {
        text.replace("[policy]\n", "[policy]\npin-retries-floor = 7\n")
    } else {
        format!("{text}\n[policy]\npin-retries-floor = 7\n")
    };
    fs::write(&plan, text).unwrap();
    let folder = book.join("book").into_os_string().into_string().unwrap();
    let arguments = ["pin", "change", "--book", &folder];
    // One wrong PIN brings it to the floor, and no other is asked for.
    let acts = vec![
        types(CURRENT, "000000"),
        types(NEW, OTHER),
        types(AGAIN, OTHER),
    ];
    let ran = run(with_pin, &arguments, Asks::A(acts));
    assert_eq!((ran.code, ran.seen.pin_tries_spent), (Some(4), 1));
    assert!(ran.err.contains("7 PIN tries left"), "{}", ran.err);
    fs::remove_dir_all(book).unwrap();
}

#[test]
fn a_generated_pin_is_on_the_other_screen_once_and_nowhere_else() {
    if !installed() {
        return;
    }
    let acts = vec![Act::TypesBack("press Enter", "down: ")];
    let arguments = ["pin", "set", "--generate", "--length", "12", "--json"];
    let ran = run(no_pin, &arguments, Asks::A(acts));
    assert_eq!(ran.code, Some(0), "{} {}", ran.err, ran.screen);
    let (_, after) = ran.screen.split_once("\u{1b}[?1049h").unwrap();
    let (shown, after) = after.split_once("\u{1b}[?1049l").unwrap();
    let pin = shown
        .split_whitespace()
        .find(|word| word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit()))
        .unwrap();
    assert!(shown.ends_with("\u{1b}[2J\u{1b}[H"), "{shown:?}");
    assert_eq!(ran.screen.matches(pin).count(), 1);
    for text in [after, &ran.out, &ran.err] {
        assert_eq!(spelled(pin, text.as_bytes()), None, "{text}");
    }
    assert_eq!(ran.json()["pin"]["state"], "set");
    assert_eq!(ran.seen.seen("clientPIN/setPIN"), 1);
}

#[test]
fn a_pin_by_file_descriptor_is_set_or_tried_once() {
    if !installed() {
        return;
    }
    let set = ["pin", "set", "--pin-fd", "0", "--json"];
    let ran = run(no_pin, &set, Asks::Nobody(b"canary-PIN-73915\nrest"));
    ran.keeps_secrets();
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(ran.seen.seen("clientPIN/setPIN"), 1);

    let list = ["inspect", "--credentials", "--pin-fd", "0", "--json"];
    let ran = run(with_pin, &list, Asks::Nobody(b"canary-PIN-73915\n"));
    ran.keeps_secrets();
    assert_eq!((ran.seen.pins_compared, ran.seen.pin_tries_spent), (1, 0));
    assert!(ran.json()["keys"][0]["credentials"].is_array());

    let ran = run(with_pin, &list, Asks::Nobody(b"wrong-PIN\nwrong-too\n"));
    assert_eq!(ran.code, Some(4));
    assert_eq!((ran.seen.pins_compared, ran.seen.pin_tries_spent), (1, 1));

    for bad in [&b""[..], b"\n", b"12\x1b[D345\n", CODE.as_bytes()] {
        let ran = run(with_pin, &list, Asks::Nobody(bad));
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert_eq!((ran.seen.pins_compared, ran.retries), (0, 8));
    }
}

#[test]
fn policy_is_shown_without_a_pin_and_changed_after_consent_and_read_back() {
    if !installed() {
        return;
    }
    let ran = run(with_pin, &["pin", "policy", "--json"], Asks::Nobody(b""));
    // The key takes PINs shorter than the policy: a warning, which is exit 0.
    assert_eq!((ran.code, ran.seen.pins_compared), (Some(0), 0));
    let policy = &ran.json()["policy"];
    assert_eq!(policy["min_length"], 6);
    assert_eq!(policy["min_length_of_key"], 4);
    assert_eq!(
        policy["configurable"],
        serde_json::json!(["min-length", "force-change", "always-uv"])
    );
    let arguments = [
        "pin",
        "policy",
        "--min-length",
        "8",
        "--always-uv",
        "on",
        "--json",
    ];
    let acts = vec![types("[y/n] ", "y"), types(CURRENT, PIN)];
    let ran = run(with_pin, &arguments, Asks::A(acts));
    ran.keeps_secrets();
    assert_eq!(ran.code, Some(0), "{} {}", ran.err, ran.screen);
    let report = ran.json();
    assert_eq!(
        report["changed"],
        serde_json::json!(["always-uv on", "min-length"])
    );
    assert_eq!(report["policy"]["min_length_of_key"], 8);
    assert_eq!(report["policy"]["always_uv"], true);
    assert_eq!((ran.seen.pins_compared, ran.seen.pin_tries_spent), (1, 0));
}

#[test]
fn the_searcher_finds_what_is_there() {
    let text = |text: String| spelled(PIN, text.as_bytes());
    assert_eq!(text(format!("x{PIN}y")), Some("raw"));
    assert_eq!(text(bytes::hex(PIN.as_bytes())), Some("hex"));
    for before in ["", "x", "xy"] {
        let coded = bytes::base64(format!("{before}{PIN}!").as_bytes());
        assert_eq!(text(coded), Some("base64"));
    }
    assert_eq!(text(PIN[1..].to_owned()), None);
}

fn never_touched(key: &VirtualKey) {
    with_pin(key);
    key.touch_script(TouchScript::always(Touch::Never));
}

/// Two keys with a PIN, of which the second is touched.
fn two() -> Vec<Before> {
    vec![Box::new(never_touched), Box::new(with_pin)]
}

#[test]
fn of_two_keys_the_touched_one_is_worked_on_and_the_other_is_left_alone() {
    if !installed() {
        return;
    }
    let acts = vec![types(CURRENT, PIN), types(NEW, OTHER), types(AGAIN, OTHER)];
    let ran = run_with(two(), &["pin", "change", "--json"], Asks::A(acts));
    ran.keeps_secrets();
    assert_eq!(ran.code, Some(0), "{} {}", ran.err, ran.screen);
    assert_eq!(ran.json()["key"]["serial"], "8", "{}", ran.out);
    for words in ["serial 7", "serial 8: touched"] {
        assert!(ran.screen.contains(words), "{words}: {}", ran.screen);
    }
    let other = &ran.others[0];
    // Both showed themselves; one was told to stop waiting, and saw no PIN.
    assert_eq!((ran.seen.seen("WINK"), other.seen("WINK")), (1, 1));
    assert_eq!((ran.seen.seen("CANCEL"), other.seen("CANCEL")), (1, 0));
    assert_eq!((ran.seen.pins_compared, other.pins_compared), (0, 1));
}

#[test]
fn of_two_keys_none_is_guessed_where_nobody_can_be_asked() {
    if !installed() {
        return;
    }
    let set = &["pin", "set", "--pin-fd", "0"][..];
    let list = &["inspect", "--credentials", "--pin-fd", "0"][..];
    for arguments in [&["pin", "change"][..], &["inspect", "--observe"], set, list] {
        let given = format!("{PIN}\n").into_bytes().leak();
        let ran = run_with(two(), arguments, Asks::Nobody(given));
        assert_eq!(ran.code, Some(4), "{arguments:?}: {}", ran.err);
        let lines: Vec<&str> = ran.err.lines().collect();
        assert_eq!(lines.len(), 3, "{}", ran.err);
        assert!(
            lines[1].contains("serial 7") && lines[1].contains("serial 8"),
            "{}",
            ran.err
        );
        for seen in [&ran.seen, &ran.others[0]] {
            assert_eq!((seen.pins_compared, seen.touches_asked), (0, 0));
            assert_eq!(seen.seen("WINK"), 0);
        }
    }
}

#[test]
fn a_pin_that_was_handed_over_is_tried_on_the_touched_key_alone() {
    if !installed() {
        return;
    }
    // Standard input is the terminal: the PIN comes from a file.
    let file = std::env::temp_dir().join(format!("glasskey-pins-fd-{}", std::process::id()));
    fs::write(&file, format!("{PIN}\n")).unwrap();
    let command = format!(
        "exec {GLASSKEY} inspect --credentials --pin-fd 3 --json 3<{}",
        file.display()
    );
    let ran = run_program(two(), &["sh", "-c", &command], Asks::A(vec![]));
    fs::remove_file(&file).unwrap();
    ran.keeps_secrets();
    assert_eq!(ran.code, Some(0), "{} {}", ran.err, ran.screen);
    assert_eq!(
        (ran.seen.pins_compared, ran.others[0].pins_compared),
        (0, 1)
    );
    let report = ran.json();
    assert!(report["keys"][0]["credentials"].is_null());
    assert!(report["keys"][1]["credentials"].is_array());
}

#[test]
fn a_serial_number_names_one_of_two_keys_and_a_label_of_the_plan_locks_out_the_others() {
    if !installed() {
        return;
    }
    let ran = run_with(two(), &["pin", "policy", "8", "--json"], Asks::Nobody(b""));
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(ran.json()["key"]["serial"], "8");
    let ran = run_with(two(), &["pin", "change", "9"], Asks::A(vec![]));
    assert_eq!(ran.code, Some(4));
    assert!(ran.err.contains("9 is not here"), "{}", ran.err);

    let book = std::env::temp_dir().join(format!("glasskey-pins-label-{}", std::process::id()));
    let rehearsed = Command::new(GLASSKEY)
        .args(["rehearse", "--only", "registration", "--out"])
        .arg(&book)
        .output()
        .unwrap();
    assert_eq!(rehearsed.status.code(), Some(0));
    let plan = book.join("book/glasskey.toml");
    let text = fs::read_to_string(&plan).unwrap();
    let folder = book.join("book").into_os_string().into_string().unwrap();
    let arguments = ["pin", "change", "BG1-A", "--book", &folder];
    let label = "label = \"BG1-A\"\n";
    assert_eq!(text.matches(label).count(), 1, "{text}");
    for (claims, words) in [
        ("serial = \"9\"", "BG1-A (serial 9) is not here"),
        (
            "serial = \"8\"\naaguid = \"00000000-0000-0000-0000-000000000001\"",
            "BG1-A (serial 8) is not here",
        ),
    ] {
        let lines = text
            .lines()
            .filter(|line| !line.starts_with("serial = ") && !line.starts_with("aaguid = "));
        let lines: Vec<&str> = lines.collect();
        let changed =
            format!("{}\n", lines.join("\n")).replace(label, &format!("{label}{claims}\n"));
        fs::write(&plan, changed).unwrap();
        let ran = run_with(two(), &arguments, Asks::A(vec![]));
        assert_eq!(ran.code, Some(4), "{}", ran.err);
        assert!(ran.err.contains(words), "{}", ran.err);
        for seen in [&ran.seen, &ran.others[0]] {
            assert_eq!((seen.pins_compared, seen.touches_asked), (0, 0));
        }
    }
    fs::remove_dir_all(book).unwrap();
}
