//! Books to change, and both verifiers to ask about them.

use crate::skipped::skipped;
use glasskey::ledger::Checkpoint;
use glasskey::ledger::Origin;
use glasskey::ledger::Tree;
use glasskey::primitives::Digest;
use glasskey::primitives::json;
use glasskey::record::Namespace;
use glasskey::rehearsal::World;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use std::sync::LazyLock;
use std::thread;

/// The files beside the ledger that a verifier reads, and the names behind the refs.
pub(crate) const PLAIN: [&str; 3] = ["glasskey.toml", "people.toml", "roster.allowed_signers"];
pub(crate) const LAST: &str = "ledger/records/000004";

/// The files of a book that a verifier reads, by name.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

pub(crate) struct Rehearsal {
    pub(crate) folder: PathBuf,
    pub(crate) files: Files,
}

pub(crate) static REHEARSAL: LazyLock<Rehearsal> = LazyLock::new(|| {
    let folder = fresh("rehearsal");
    let out = folder.to_str().unwrap();
    let played = glasskey(&["rehearse", "--only", "registrations", "--out", out]);
    assert!(played.status.success(), "{played:?}");
    let mut files = Files::new();
    collect(&folder.join("book"), "", &mut files);
    files.retain(|name, _| name.starts_with("ledger/") || PLAIN.contains(&name.as_str()));
    assert!(files.len() > 35, "{}", files.len());
    Rehearsal { folder, files }
});

impl Rehearsal {
    pub(crate) fn trust(&self) -> PathBuf {
        self.folder.join("auditor").join("trust.toml")
    }
}

pub(crate) fn collect(folder: &Path, prefix: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}

pub(crate) fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("verify-py-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

pub(crate) fn glasskey(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_glasskey"));
    command.env("XDG_CONFIG_HOME", "/nonexistent");
    command.args(arguments).output().unwrap()
}

pub(crate) fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/verify/verify.py")
}

pub(crate) fn python(arguments: &[&str]) -> Output {
    let mut command = Command::new("python3");
    command.arg("-B").args(arguments).output().unwrap()
}

pub(crate) fn verify_py(arguments: &[&str]) -> Output {
    let script = script();
    python(&[&[script.to_str().unwrap()], arguments].concat())
}

/// Whether `verify.py` can run here; says so if not, and fails where nothing may be skipped.
#[track_caller]
pub(crate) fn can_run(test: &str) -> bool {
    let probe = Command::new("python3")
        .args([
            "-c",
            "import sys, cryptography; assert sys.version_info >= (3, 9)",
        ])
        .output();
    if probe.is_ok_and(|probe| probe.status.success()) {
        return true;
    }
    skipped(test, "python3 3.9 with its package cryptography");
    false
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A changed book, and what was done to it.
pub(crate) struct Changed {
    pub(crate) what: String,
    pub(crate) files: Files,
    /// A folder, a link or a name that is not UTF-8 in the place of a file.
    pub(crate) odd: Option<(String, Odd)>,
    pub(crate) trust: Option<PathBuf>,
    pub(crate) heads: Option<PathBuf>,
    pub(crate) mds: Option<PathBuf>,
}

#[derive(Clone, Copy)]
pub(crate) enum Odd {
    Folder,
    EmptyFolder,
    Link,
    NotUtf8,
}

impl Changed {
    pub(crate) fn new(what: impl Into<String>, files: Files) -> Self {
        Self {
            what: what.into(),
            files,
            odd: None,
            trust: Some(REHEARSAL.trust()),
            heads: None,
            mds: None,
        }
    }

    pub(crate) fn odd(mut self, name: &str, odd: Odd) -> Self {
        self.odd = Some((name.to_owned(), odd));
        self
    }

    pub(crate) fn write(&self, folder: &Path) {
        for (name, bytes) in &self.files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let Some((name, odd)) = &self.odd else { return };
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match odd {
            Odd::Folder => {
                fs::create_dir(&path).unwrap();
                fs::write(path.join("inside"), "x").unwrap();
            }
            Odd::EmptyFolder => fs::create_dir(&path).unwrap(),
            Odd::Link => std::os::unix::fs::symlink("../../../glasskey.toml", path).unwrap(),
            Odd::NotUtf8 => {
                use std::os::unix::ffi::OsStrExt;
                let name = std::ffi::OsStr::from_bytes(b"odd-\xff-\xf0\x9f");
                fs::write(path.parent().unwrap().join(name), "x").unwrap();
            }
        }
    }
}

/// What a verifier made of a book.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) exit: u64,
    pub(crate) first_bad: Option<String>,
    /// Subject, check, verdict, in order.
    pub(crate) findings: Vec<Vec<String>>,
}

pub(crate) fn audited(book: &Path, changed: &Changed) -> Verdict {
    let mut arguments = vec!["audit", book.to_str().unwrap(), "--json"];
    if let Some(trust) = &changed.trust {
        arguments.extend(["--trust", trust.to_str().unwrap()]);
    }
    if let Some(heads) = &changed.heads {
        arguments.extend(["--heads", heads.to_str().unwrap()]);
    }
    if let Some(mds) = &changed.mds {
        arguments.extend(["--mds", mds.to_str().unwrap()]);
    }
    let output = glasskey(&arguments);
    let value: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}: {output:?}", changed.what));
    let exit = value["exit"].as_u64().unwrap();
    assert_eq!(output.status.code().map(i64::from), value["exit"].as_i64());
    let words = |finding: &Value| {
        ["subject", "check", "verdict"]
            .map(|name| finding[name].as_str().unwrap().to_owned())
            .to_vec()
    };
    Verdict {
        exit,
        first_bad: value["first_bad"]["file"].as_str().map(str::to_owned),
        findings: value["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["check"] != "FW-ADVISORY")
            .map(words)
            .collect(),
    }
}

/// Demands that both verifiers say the same of every book, and returns what they say.
pub(crate) fn agree(name: &str, all: &[Changed]) -> Vec<Verdict> {
    let folder = fresh(name);
    let place = |number: usize| folder.join(format!("{number:04}"));
    let mut list = String::new();
    for (number, changed) in all.iter().enumerate() {
        changed.write(&place(number));
        let mut line = serde_json::json!({"book": place(number), "findings": true});
        if let Some(trust) = &changed.trust {
            line["trust"] = serde_json::json!(trust);
        }
        if let Some(heads) = &changed.heads {
            line["heads"] = serde_json::json!(heads);
        }
        if let Some(mds) = &changed.mds {
            line["mds"] = serde_json::json!(mds);
        }
        list.push_str(&line.to_string());
        list.push('\n');
    }
    let list_file = folder.join("list.jsonl");
    fs::write(&list_file, list).unwrap();
    let (ours, theirs) = thread::scope(|scope| {
        let theirs = scope.spawn(|| verify_py(&["--batch", list_file.to_str().unwrap()]));
        let ours: Vec<Verdict> = all
            .iter()
            .enumerate()
            .map(|(number, changed)| audited(&place(number), changed))
            .collect();
        (ours, theirs.join().unwrap())
    });
    let lines: Vec<Value> = text(&theirs)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), all.len(), "{theirs:?}");
    let mut differ = Vec::new();
    for ((changed, our), line) in all.iter().zip(&ours).zip(&lines) {
        let their = Verdict {
            exit: line["exit"].as_u64().unwrap(),
            first_bad: line["first_bad"].as_str().map(str::to_owned),
            findings: serde_json::from_value(line["findings"].clone()).unwrap_or_default(),
        };
        if their != *our {
            let missing: Vec<_> = our
                .findings
                .iter()
                .filter(|f| !their.findings.contains(f))
                .collect();
            let more: Vec<_> = their
                .findings
                .iter()
                .filter(|f| !our.findings.contains(f))
                .collect();
            differ.push(format!(
                "{}: audit {} {:?} {missing:?}, verify.py {} {:?} {more:?} ({})",
                changed.what, our.exit, our.first_bad, their.exit, their.first_bad, line["why"]
            ));
        }
    }
    assert!(
        differ.is_empty(),
        "{} differ:\n{}",
        differ.len(),
        differ.join("\n")
    );
    fs::remove_dir_all(&folder).unwrap();
    ours
}

pub(crate) fn without(name: &str) -> Files {
    let mut files = REHEARSAL.files.clone();
    files.remove(name);
    files
}

pub(crate) fn with(name: &str, bytes: Vec<u8>) -> Files {
    let mut files = REHEARSAL.files.clone();
    files.insert(name.to_owned(), bytes);
    files
}

/// The files that may not change.
pub(crate) fn sealed_files() -> impl Iterator<Item = (&'static String, &'static Vec<u8>)> {
    REHEARSAL
        .files
        .iter()
        .filter(|(name, _)| name.starts_with("ledger/") || *name == "roster.allowed_signers")
}

/// The last record, changed, signed again by everyone, with its checkpoint.
pub(crate) fn signed_again(change: impl FnOnce(&mut Value)) -> Files {
    let mut files = REHEARSAL.files.clone();
    let name = format!("{LAST}/record.json");
    let mut record: Value = serde_json::from_slice(&files[&name]).unwrap();
    change(&mut record);
    let record = json::encode(&record).unwrap();
    let mut tree = Tree::empty();
    for index in 0..4 {
        tree.push(&Digest::of(
            &files[&format!("ledger/records/{index:06}/record.json")],
        ));
    }
    tree.push(&Digest::of(&record));
    let checkpoint = Checkpoint {
        origin: Origin::parse_file(&files["ledger/origin"]).unwrap(),
        size: 5,
        root: tree.root(),
    };
    let checkpoint = checkpoint.text().into_bytes();
    for signer in &mut World::signers().unwrap() {
        let reference = signer.reference().to_owned();
        let signature = signer.sign(Namespace::Record, &record).unwrap();
        files.insert(format!("{LAST}/{reference}.sig"), signature);
        if reference == "op-1" {
            let signature = signer.sign(Namespace::Checkpoint, &checkpoint).unwrap();
            files.insert(
                "ledger/checkpoints/000005.txt.op-1.sig".to_owned(),
                signature,
            );
        }
    }
    files.insert("ledger/checkpoints/000005.txt".to_owned(), checkpoint);
    files.insert(name, record);
    files
}

pub(crate) fn earlier(index: u64) -> Value {
    serde_json::from_slice(&REHEARSAL.files[&format!("ledger/records/{index:06}/record.json")])
        .unwrap()
}

pub(crate) fn set(value: &mut Value, path: &str, new: Value) {
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = value
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("{path}"));
    match parent {
        Value::Object(members) if new.is_null() => drop(members.remove(name)),
        Value::Object(members) => drop(members.insert(name.to_owned(), new)),
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = new,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => panic!("{path}"),
    }
}
