//! `mds import` and `mds status`, with BLOBs under a root of our own and, where it is at hand, a
//! real one.

#[path = "serve/told.rs"]
mod told;

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use told::told;

const TRUST: &str = "tests/vectors/mds/trust.toml";
const BLOB_7: &str = "tests/vectors/mds/blob-7.jwt";
const BLOB_8: &str = "tests/vectors/mds/blob-8.jwt";

/// A folder with a rehearsal's book in it, gone at the end.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("glasskey-mds-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let (code, _, err) = run(&["rehearse", "--only", "registration", "--out", text(&path)]);
        assert_eq!(code, 0, "{err}");
        Self(path)
    }

    fn book(&self) -> PathBuf {
        self.0.join("book")
    }

    fn kept(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.book().join("ledger/mds")) else {
            return Vec::new();
        };
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn import(&self, file: &str, further: &[&str]) -> (i32, Value) {
        let book = self.book();
        let mut arguments = vec!["mds", "import", file, "--json", "--book", text(&book)];
        arguments.extend(further);
        json(&arguments)
    }

    fn status(&self, further: &[&str]) -> (i32, Value) {
        let book = self.book();
        let mut arguments = vec!["mds", "status", "--json", "--book", text(&book)];
        arguments.extend(further);
        json(&arguments)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_glasskey"))
        .args(arguments)
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn json(arguments: &[&str]) -> (i32, Value) {
    let (code, out, err) = run(arguments);
    let value: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{code} {out} {err}"));
    assert_eq!(value["schema"], "glasskey.mds/1");
    assert_eq!(value["exit"], code);
    (code, value)
}

#[track_caller]
fn says(value: &Value, check: &str, verdict: &str) {
    let found: Vec<&Value> = value["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["check"] == check)
        .collect();
    assert!(
        found.iter().any(|one| one["verdict"] == verdict),
        "{check} {verdict}: {value:#}"
    );
}

fn as_of(day: &str) -> [&str; 4] {
    ["--trust", TRUST, "--as-of", day]
}

#[test]
fn a_good_blob_is_kept_under_its_digest_and_the_book_stays_whole() {
    let place = Place::new();
    let keep = ["--trust", TRUST, "--as-of", "2026-11-22", "--keep"];
    let (code, value) = place.import(BLOB_7, &keep);
    assert_eq!(code, 0, "{value:#}");
    assert_eq!(value["blob"]["no"], 7);
    let name = format!("{}.jwt", value["blob"]["sha256"].as_str().unwrap());
    assert_eq!(value["kept"], format!("ledger/mds/{name}"));
    assert_eq!(place.kept(), std::slice::from_ref(&name));
    let note = name.replace(".jwt", ".as-of");
    let note = fs::read_to_string(place.book().join("mds").join(note)).unwrap();
    assert_eq!(note, "2026-11-22T00:00:00Z\n");
    let trust = place.0.join("auditor/trust.toml");
    let (code, out, _) = run(&["audit", text(&place.book()), "--trust", text(&trust)]);
    assert_eq!(code, 0, "{out}");
    assert_eq!(place.import(BLOB_7, &keep).0, 0, "the same again");
    let (code, value) = place.status(&as_of("2026-11-22"));
    assert_eq!((code, value["blobs"].as_array().unwrap().len()), (0, 1));
    says(&value, "MDS-SIG", "pass");
}

#[test]
fn a_hypothetical_time_verifies_and_keeps_nothing_unless_asked_to() {
    let place = Place::new();
    let (code, value) = place.import(BLOB_7, &as_of("2026-11-22"));
    assert_eq!(code, 0);
    assert_eq!(value["hypothetical"], true);
    assert_eq!(value.get("kept"), None);
    assert!(place.kept().is_empty());
    let now = ["mds", "import", BLOB_7, "--keep"];
    assert_eq!(run(&now).0, 2, "--keep is for a hypothetical time");
}

#[test]
fn a_blob_without_its_root_or_of_another_signer_is_refused() {
    let place = Place::new();
    for (file, further) in [
        (BLOB_7, vec!["--as-of", "2026-11-22", "--keep"]),
        (
            "tests/vectors/mds/blob-other-name.jwt",
            vec!["--trust", TRUST, "--as-of", "2026-11-22", "--keep"],
        ),
    ] {
        let (code, value) = place.import(file, &further);
        assert_eq!(code, 6);
        says(&value, "MDS-SIG", "fail");
    }
    assert!(place.kept().is_empty());
}

#[test]
fn a_blob_with_a_lower_number_than_one_kept_is_refused() {
    let place = Place::new();
    let keep = ["--trust", TRUST, "--as-of", "2026-11-22", "--keep"];
    assert_eq!(place.import(BLOB_8, &keep).0, 0);
    let (code, value) = place.import(BLOB_7, &keep);
    assert_eq!(code, 6);
    says(&value, "MDS-ROLLBACK", "fail");
    assert_eq!(place.kept().len(), 1);
}

#[test]
fn a_stale_blob_warns_and_then_is_refused_by_the_days_of_the_policy() {
    let place = Place::new();
    let (code, value) = place.import(BLOB_7, &as_of("2026-12-15"));
    assert_eq!(code, 0);
    says(&value, "MDS-STALE", "warn");
    let late = ["--trust", TRUST, "--as-of", "2027-03-01", "--keep"];
    let (code, value) = place.import(BLOB_7, &late);
    assert_eq!(code, 1);
    says(&value, "MDS-STALE", "fail");
    assert!(place.kept().is_empty());
}

#[test]
fn a_truncated_blob_is_refused() {
    let place = Place::new();
    let blob = fs::read(BLOB_7).unwrap();
    for length in [0, 1, 100, blob.len() / 2, blob.len() - 1] {
        let cut = place.0.join("cut.jwt");
        fs::write(&cut, &blob[..length]).unwrap();
        let keep = ["--trust", TRUST, "--as-of", "2026-11-22", "--keep"];
        let (code, value) = place.import(text(&cut), &keep);
        assert_eq!(code, 6, "{length}");
        says(&value, "MDS-SIG", "fail");
    }
    assert!(place.kept().is_empty());
}

#[test]
fn a_book_without_metadata_says_so() {
    let place = Place::new();
    let (code, value) = place.status(&[]);
    assert_eq!(code, 1);
    says(&value, "MDS-SIG", "unknown");
    let nowhere = ["mds", "status", "--book", "tests/vectors"];
    assert_eq!(run(&nowhere).0, 2);
}

/// `Metadata::verify` itself: 500 changed bytes through the program would take minutes.
fn changed_anywhere_is_refused(blob: &[u8], roots: &[&[u8]], time: &str) {
    use glasskey::primitives::UtcTime;
    use glasskey::webauthn::metadata::Metadata;
    let time = UtcTime::parse(time).unwrap();
    assert!(Metadata::verify(blob, roots, time).is_ok());
    assert!(Metadata::verify_ever(blob, roots).is_ok());
    let mut blob = blob.to_vec();
    let step = (blob.len() / 500).max(1);
    for at in (0..blob.len()).step_by(step).take(500) {
        let before = blob[at];
        blob[at] ^= 1 << (at % 8);
        assert!(Metadata::verify(&blob, roots, time).is_err(), "{at}");
        blob[at] = before;
    }
}

#[test]
fn one_byte_changed_in_any_of_500_places_is_refused() {
    let root = fs::read("tests/vectors/mds/root.der").unwrap();
    let blob = fs::read(BLOB_7).unwrap();
    changed_anywhere_is_refused(&blob, &[&root], "2026-11-22T00:00:00Z");
}

#[test]
fn the_real_blob_imports_as_of_its_own_time_and_not_today() {
    use glasskey::primitives::UtcTime;
    use glasskey::webauthn::metadata::Metadata;
    use glasskey::webauthn::metadata::fido_roots;
    let Ok(file) = std::env::var("GLASSKEY_TEST_MDS") else {
        told("not applicable: GLASSKEY_TEST_MDS names no metadata BLOB");
        return;
    };
    let place = Place::new();
    let (code, value) = place.import(&file, &[]);
    assert_eq!(code, 6, "{value:#}");
    says(&value, "MDS-SIG", "fail");
    assert!(place.kept().is_empty());
    let (code, value) = place.import(&file, &["--as-of", "2024-12-21", "--keep"]);
    assert_eq!(code, 0, "{value:#}");
    assert_eq!(value["blob"]["no"], 122);
    assert_eq!(value["blob"]["entries"], 281);
    assert_eq!(place.kept().len(), 1);
    let (code, value) = place.status(&[]);
    says(&value, "MDS-STALE", "fail");
    assert_eq!(code, 1);
    let blob = fs::read(&file).unwrap();
    changed_anywhere_is_refused(&blob, &fido_roots(), "2024-12-21T00:00:00Z");
    let then = UtcTime::parse("2024-12-21T00:00:00Z").unwrap();
    let [_, newer] = fido_roots();
    assert!(
        Metadata::verify(&blob, &[newer], then).is_err(),
        "R3 is absent"
    );
}

#[test]
fn the_page_names_every_check_of_metadata_and_both_commands() {
    let page = include_str!("../docs/formats/metadata.md");
    let checks = glasskey::findings::Check::ALL.iter().map(|one| one.id());
    for id in checks.filter(|id| id.starts_with("MDS-") || *id == "FW-ADVISORY") {
        assert!(page.contains(&format!("- `{id}`")), "{id}");
    }
    for words in ["`mds import FILE`", "`mds status`", "`glasskey.mds/1`"] {
        assert!(page.contains(words), "{words}");
    }
}
