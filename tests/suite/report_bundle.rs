//! `report --bundle`: a whole book or none, and what is left out is said.

use crate::support::Ran;
use crate::support::TempDir;
use crate::support::glasskey;
use crate::support::rehearse;
use crate::support::text;
use std::fs;
use std::io::Read;
use std::path::Path;
use zip::ZipArchive;

fn bundle(dir: &Path, further: &[&str]) -> Ran {
    let (book, trust) = (dir.join("book"), dir.join("auditor/trust.toml"));
    let own = ["report", "--book", text(&book), "--trust", text(&trust)];
    glasskey([&own[..], further].concat())
}

/// The text of a file of a zip.
fn unzipped(zip: &Path, name: &str) -> String {
    let mut archive = ZipArchive::new(fs::File::open(zip).unwrap()).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn a_bundle_says_what_it_leaves_out_on_the_screen_and_in_its_readme() {
    let (dir, out) = (TempDir::new(), TempDir::new());
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let whole = out.join("whole.zip");
    assert_eq!(
        bundle(dir.path(), &["--bundle", text(&whole)]).exits(0).err,
        ""
    );
    let readme = unzipped(&whole, "README.txt");
    assert!(!readme.contains("Left out"), "{readme}");
    for name in [
        "a\\b.pdf",
        "c:d.pdf",
        "e\u{1b}[2J.pdf",
        "f\u{202e}fdp.exe",
        "plain é.pdf",
    ] {
        fs::write(dir.path().join("book/paper").join(name), "x").unwrap();
    }
    let zip = out.join("some.zip");
    let ran = bundle(dir.path(), &["--bundle", text(&zip)]).exits(0);
    let told = [
        "paper/a\\b.pdf",
        "paper/c:d.pdf",
        "paper/e\\u{1b}[2J.pdf",
        "paper/f\\u{202e}fdp.exe",
    ];
    let warned: Vec<String> = told
        .iter()
        .map(|name| format!("glasskey: warn: {name} is left out: its name is not plain"))
        .collect();
    assert_eq!(ran.err.lines().collect::<Vec<_>>(), warned);
    let readme = unzipped(&zip, "README.txt");
    let list = told.join("\n    ");
    let end = format!("\nLeft out, as their names are not plain:\n    {list}\n");
    assert!(readme.ends_with(&end), "{readme}");
    assert_eq!(unzipped(&zip, "book/paper/plain é.pdf"), "x");
}

#[test]
fn a_file_that_cannot_be_read_ends_it_and_nothing_is_written() {
    let (dir, out) = (TempDir::new(), TempDir::new());
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let odd = dir.path().join("book/transcripts/000001-other.txt");
    std::os::unix::fs::symlink("/nowhere", &odd).unwrap();
    let (html, zip) = (out.join("r.html"), out.join("r.zip"));
    let both = ["--html", text(&html), "--bundle", text(&zip)];
    let [what, why, next] = bundle(dir.path(), &both).exits(6).three_lines();
    assert_eq!(what, "nothing was written");
    assert_eq!(why, "transcripts/000001-other.txt: it is not a plain file");
    assert!(next.contains("run it again"), "{next}");
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
}
