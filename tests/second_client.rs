//! The other client's process: a shell plays it, does all that it may do wrong, and is gone when
//! the reader returns. Our handle on the key is closed before it starts.

use glasskey::ctap::Ctap;
use glasskey::facts::second_opinion::Member;
use glasskey::facts::second_opinion::SecondFault;
use glasskey::facts::second_opinion::SecondReading;
use glasskey::facts::second_opinion::Told;
use glasskey::facts::second_opinion::ask;
use glasskey::io::SecondClient;
use glasskey::primitives::UtcTime;
use glasskey::rehearsal::RehearsalClock;
use glasskey::rehearsal::SeededEntropy;
use glasskey::rehearsal::key::KeySpec;
use glasskey::rehearsal::key::VirtualKey;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::rc::Rc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

/// A shell script in a folder of its own, removed at the end.
struct Script(PathBuf);

impl Script {
    /// It leaves its process id behind, then does `work`; `$0` is the script, `$1` and on what it was
    /// started with.
    fn new(work: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("glasskey-second-client-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        let script = Self(folder);
        let text = format!("#!/bin/sh\necho $$ > \"$0.pid\"\n{work}\n");
        // Another thread that forks now would keep a file open that is written here, and the
        // system runs no such file: so a shell writes it.
        let wrote = Command::new("sh")
            .args(["-c", "printf %s \"$1\" > \"$0\" && chmod 700 \"$0\""])
            .arg(script.program())
            .arg(text)
            .status()
            .unwrap();
        assert!(wrote.success());
        let mode = fs::metadata(script.program()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        script
    }

    fn program(&self) -> PathBuf {
        self.0.join("client")
    }

    fn asked(&self, allowed: Duration) -> Result<SecondReading, SecondFault> {
        let clock = Rc::new(RehearsalClock::new(UtcTime::from_unix(1_767_603_600)));
        let key = VirtualKey::new(KeySpec::new("K", 7), Rc::clone(&clock));
        key.plug();
        let entropy = Box::new(SeededEntropy::new(b"test", "client"));
        let ours = Ctap::open(Box::new(key.open().unwrap()), &*clock, entropy).unwrap();
        let mut client = SecondClient::new(&self.program()).within(allowed);
        let read = ask(Some(&mut client), ours, &key.entry());
        // Ours was closed: another handle is the only one.
        let _other = key.open().unwrap();
        assert_eq!(key.statistics().most_handles, 1);
        read
    }

    /// Whether the process is gone, so that it holds no key open.
    fn is_gone(&self) -> bool {
        let id = fs::read_to_string(self.0.join("client.pid")).unwrap();
        fs::metadata(format!("/proc/{}", id.trim())).is_err()
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const LONG: Duration = Duration::from_secs(20);

#[test]
fn it_is_started_for_one_path_and_its_answer_is_read() {
    let script = Script::new(
        "[ \"$*\" = 'second-reading -- rehearsal:K:1' ] || exit 9\n\
         printf '{\"read\":{\"minPINLength\":{\"number\":4}}}'",
    );
    let expected = SecondReading([(Member::MinPinLength, Told::Number(4))].into());
    assert_eq!(script.asked(LONG), Ok(expected));
    assert!(script.is_gone());
}

#[test]
fn what_it_says_instead_is_passed_on() {
    let script = Script::new("printf '{\"refused\":\"Failed to open device.\"}'");
    let words = "Failed to open device.".to_owned();
    assert_eq!(script.asked(LONG), Err(SecondFault::Refused(words)));
}

#[test]
fn a_crash_is_a_crash_whatever_was_said_before_it() {
    for end in ["exit 70", "kill -ABRT $$"] {
        let script = Script::new(&format!("printf '{{\"read\":{{}}}}'\n{end}"));
        assert_eq!(script.asked(LONG), Err(SecondFault::Crashed), "{end}");
        assert!(script.is_gone());
    }
}

#[test]
fn one_that_hangs_is_ended_at_the_deadline_open_pipe_or_closed() {
    for hang in [
        "exec sleep 300",
        "exec >&-\nexec sleep 300",
        "printf '{'\nexec sleep 300",
    ] {
        let script = Script::new(hang);
        let began = Instant::now();
        let read = script.asked(Duration::from_millis(400));
        assert_eq!(read, Err(SecondFault::TimedOut), "{hang}");
        assert!(began.elapsed() < LONG);
        assert!(script.is_gone(), "{hang}");
    }
}

#[test]
fn one_that_talks_without_end_is_ended_in_bounded_memory() {
    let script = Script::new("exec yes");
    assert_eq!(script.asked(LONG), Err(SecondFault::Unreadable));
    assert!(script.is_gone());
}

#[test]
fn words_that_are_no_answer_are_unreadable() {
    for words in [
        "",
        "parse_cbor_member - unknown info {}",
        "{\"read\":{\"noSuchMember\":{\"number\":4}}}",
        "{\"read\":{\"minPINLength\":4}}",
        "{\"read\":{}}{\"read\":{}}",
    ] {
        let script = Script::new(&format!("printf '%s' '{words}'"));
        assert_eq!(script.asked(LONG), Err(SecondFault::Unreadable), "{words}");
    }
}

#[test]
fn a_program_that_is_not_there_is_said() {
    let script = Script::new("true");
    fs::remove_file(script.program()).unwrap();
    let read = script.asked(LONG);
    assert!(matches!(read, Err(SecondFault::NotStarted(_))), "{read:?}");
}

#[test]
fn a_build_without_the_other_client_says_so_before_any_key_is_read() {
    if cfg!(feature = "second-opinion") {
        return; // tests/second_opinion.rs has what such a build does
    }
    assert!(SecondClient::of_this_build().unwrap().is_none());
    let output = Command::new(env!("CARGO_BIN_EXE_glasskey"))
        .args(["inspect", "--second-opinion", "--json"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        words,
        "glasskey: error: no second opinion was asked for, and no key was read\n\
         glasskey: because: this build lacks the cargo feature `second-opinion`\n\
         glasskey: next: take a released binary or build with --features second-opinion\n"
    );
}
