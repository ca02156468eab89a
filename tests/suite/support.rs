//! Running the program, folders that are gone afterwards, and what is said when a part is missing.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

pub(crate) use crate::skipped::skipped;
use serde_json::Value;

/// A folder of one test, gone at its end.
pub(crate) struct TempDir(PathBuf);

impl TempDir {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("glasskey-suite-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// How a run of the program ended.
pub(crate) struct Ran {
    /// Its exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Ran {
    /// The run, which must have ended like this.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.out, self.err
        );
        self
    }

    /// Standard output, which must be one JSON value and nothing else.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}:\n{}", self.out))
    }

    /// The three lines of an error, with nothing beside them.
    #[track_caller]
    pub(crate) fn three_lines(&self) -> [String; 3] {
        assert_eq!(self.out, "", "an error leaves nothing on standard output");
        let lines: Vec<&str> = self.err.lines().collect();
        let [error, because, next] = lines.as_slice() else {
            panic!("not three lines:\n{}", self.err)
        };
        let part = |line: &str, head: &str| {
            let text = line
                .strip_prefix(head)
                .unwrap_or_else(|| panic!("{line} begins not with {head}"));
            assert!(!text.trim().is_empty(), "nothing after {head}");
            text.to_owned()
        };
        [
            part(error, "glasskey: error: "),
            part(because, "glasskey: because: "),
            part(next, "glasskey: next: "),
        ]
    }
}

/// The program, in a surrounding that is the same everywhere.
pub(crate) fn command<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_glasskey"));
    command
        .args(arguments)
        .env_remove("NO_COLOR")
        .env("TERM", "dumb")
        .env("COLUMNS", "80")
        // Nothing that the person running the tests has pinned counts.
        .env("XDG_CONFIG_HOME", "/nonexistent")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the program to its end.
pub(crate) fn glasskey<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ran {
    ended(&mut command(arguments))
}

/// Runs a command to its end.
pub(crate) fn ended(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().expect("it was ended by a signal"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Plays `rehearse` into the fresh folder `out`, with these further arguments; the registrations alone
/// where they name no event and no fault.
#[track_caller]
pub(crate) fn rehearse(out: &Path, further: &[&str]) -> Ran {
    let mut arguments = vec!["rehearse", "--out", text(out)];
    if !further
        .iter()
        .any(|one| ["--only", "--fault"].contains(one))
    {
        arguments.extend(["--only", "registrations"]);
    }
    arguments.extend(further);
    glasskey(arguments)
}

/// Audits `DIR/book` with the trust file beside it.
pub(crate) fn audit(dir: &Path, further: &[&str]) -> Ran {
    let (book, trust) = (dir.join("book"), dir.join("auditor/trust.toml"));
    let mut arguments = vec!["audit", text(&book), "--trust", text(&trust)];
    arguments.extend(further);
    glasskey(arguments)
}

/// A path as text; those of these tests are all UTF-8.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Everything under `root`: name to bytes for a file, name with `/` to nothing for a folder.
pub(crate) fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut into = BTreeMap::new();
    walk(root, "", &mut into);
    into
}

fn walk(root: &Path, prefix: &str, into: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(root.join(prefix)).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            let folder = format!("{name}/");
            into.insert(folder.clone(), Vec::new());
            walk(root, &folder, into);
        } else {
            into.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}

/// Whether a name has this extension.
pub(crate) fn is_a(name: &str, extension: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|one| one == extension)
}

/// Writes a tree into a new folder.
pub(crate) fn plant(root: &Path, tree: &BTreeMap<String, Vec<u8>>) {
    fs::create_dir_all(root).unwrap();
    for (name, bytes) in tree {
        let path = root.join(name);
        if name.ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}

/// The verdicts of a check in a `--json` answer.
pub(crate) fn verdicts(answer: &Value, check: &str) -> Vec<String> {
    answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["check"] == check)
        .map(|one| one["verdict"].as_str().unwrap().to_owned())
        .collect()
}
