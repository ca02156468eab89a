//! Programs in the guest, and keys that programs there serve.

use serde_json::Value;
use std::io::BufRead;
use std::io::BufReader;
use std::process::Child;
use std::process::ChildStdout;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

pub(crate) const GLASSKEY: &str = env!("CARGO_BIN_EXE_glasskey");
/// Somebody else's key; a package of its own, always built with its own profile.
pub(crate) const THIRD_PARTY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/third-party-key/target/debug/uhid_key"
);

/// Where an example of this build is.
pub(crate) fn example(name: &str) -> String {
    let folder = GLASSKEY.strip_suffix("glasskey").unwrap();
    format!("{folder}examples/{name}")
}

/// Runs a program without a terminal.
pub(crate) fn run(words: &[&str]) -> Output {
    Command::new(words[0])
        .args(&words[1..])
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Runs the binary.
pub(crate) fn glasskey(arguments: &[&str]) -> Output {
    run(&[&[GLASSKEY], arguments].concat())
}

/// What `inspect --json` printed.
pub(crate) fn inspected(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// A key that is plugged in until it is pulled or dropped.
pub(crate) struct Plugged {
    child: Child,
    out: BufReader<ChildStdout>,
    /// Its node.
    pub(crate) path: String,
}

impl Plugged {
    fn serve(program: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut path = String::new();
        out.read_line(&mut path).unwrap();
        let path = path.trim_end().to_owned();
        assert!(path.starts_with("/dev/hidraw"), "{program}: {path}");
        Self { child, out, path }
    }

    /// Our virtual key; arguments as `tests/serve/uhid_key.rs` says.
    pub(crate) fn ours(arguments: &[&str]) -> Self {
        Self::serve(&example("uhid_key"), arguments)
    }

    /// The same, with the USB ids of a key in `udev/keys.tsv`.
    pub(crate) fn in_the_table() -> Self {
        Self::ours(&["--usb", "1050:0407"])
    }

    pub(crate) fn third_party() -> Self {
        Self::serve(THIRD_PARTY, &[])
    }

    /// Pulls it, and returns what it has seen.
    pub(crate) fn pull(mut self) -> Value {
        drop(self.child.stdin.take());
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }
}

impl Drop for Plugged {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // A key that was pulled ends by itself; whatever happened, its node goes with it.
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }
}
