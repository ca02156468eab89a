//! The report as files: a page that Chromium and axe-core have nothing against, a calendar and a table
//! that somebody else's parsers read, and a bundle that verifies where it is unpacked.
//!
//! `GLASSKEY_TEST_PAGES` names a folder in which npm has installed [`PACKAGES`]; `tests/report_page/` has the
//! scripts that read with them, `look.mjs` in one of [`BROWSERS`] and `calendar.mjs`, and what the hostile
//! page is made of, `sample.rs` and `plan.toml`. `GLASSKEY_LOOK` names a folder that takes pictures.

use crate::support::Ran;
use crate::support::TempDir;
use crate::support::glasskey;
use crate::support::is_a;
use crate::support::rehearse;
use crate::support::skipped;
use crate::support::text;
use crate::support::tree;
use ::glasskey as product;
use product::paper::report_page;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

#[path = "../report_page/sample.rs"]
mod sample;

/// What is read of the folder with node packages, beside the package.json that names them.
const PACKAGES: [&str; 3] = [
    "node_modules/axe-core/axe.min.js",
    "node_modules/ical.js/package.json",
    "node_modules/puppeteer-core/package.json",
];
/// Where Chromium is looked for.
const BROWSERS: [&str; 2] = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

/// `report` of the book in `DIR/book`, by the trust file beside it.
fn report(dir: &Path, further: &[&str]) -> Ran {
    let (book, trust) = (dir.join("book"), dir.join("auditor/trust.toml"));
    let mut arguments = vec!["report", "--book", text(&book), "--trust", text(&trust)];
    arguments.extend(further);
    glasskey(arguments)
}

/// What a program of somebody else's says on standard output; `None` if it is not there.
#[track_caller]
fn ran(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program}: {said}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The folder with node packages; says that it is missing, and which file of it.
#[track_caller]
fn packages(what: &str) -> Option<String> {
    let Ok(folder) = std::env::var("GLASSKEY_TEST_PAGES") else {
        skipped(what, "GLASSKEY_TEST_PAGES");
        return None;
    };
    for file in ["package.json"].iter().chain(&PACKAGES) {
        let path = Path::new(&folder).join(file);
        assert!(path.is_file(), "{} is not there", path.display());
    }
    Some(folder)
}

/// Everything that a report can be, in a folder.
fn everything(dir: &Path, out: &Path) -> Ran {
    let file = |name: &str| out.join(name);
    let (html, ics) = (file("r.html"), file("r.ics"));
    let (csv, zip) = (file("r.csv"), file("r.zip"));
    let files = [
        ["--html", text(&html)],
        ["--ics", text(&ics)],
        ["--csv", text(&csv)],
        ["--bundle", text(&zip)],
    ];
    report(dir, &files.concat())
}

#[test]
fn the_same_book_and_period_give_the_same_bytes() {
    let (dir, one, two) = (TempDir::new(), TempDir::new(), TempDir::new());
    rehearse(dir.path(), &[]).exits(0);
    everything(dir.path(), one.path()).exits(0);
    everything(dir.path(), two.path()).exits(0);
    let first = tree(one.path());
    assert_eq!(first.len(), 4);
    assert!(first == tree(two.path()));
    // On standard output there is the page and nothing else.
    let page = String::from_utf8(first["r.html"].clone()).unwrap();
    assert_eq!(report(dir.path(), &["--html"]).exits(0).out, page);
    // Without a period it is that of the whole book.
    for period in ["2026-01-05", "of the period"] {
        assert!(page.contains(period), "{period}");
    }
    // Names behind the refs are in none of them.
    let names = fs::read_to_string(dir.path().join("book/people.toml")).unwrap();
    for name in names
        .lines()
        .filter_map(|line| line.strip_prefix("name = "))
    {
        assert!(!page.contains(name.trim_matches('"')), "{name}");
    }
}

#[test]
fn a_file_that_is_there_is_not_replaced_and_standard_output_takes_one_thing() {
    let (dir, out) = (TempDir::new(), TempDir::new());
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let there = out.join("there");
    fs::write(&there, "mine").unwrap();
    for option in ["--html", "--ics", "--csv", "--bundle"] {
        let [what, why, _] = report(dir.path(), &[option, text(&there)])
            .exits(7)
            .three_lines();
        assert_eq!(what, "nothing was written");
        assert!(
            why.ends_with("there is there already, and is not replaced"),
            "{why}"
        );
        assert_eq!(fs::read_to_string(&there).unwrap(), "mine");
    }
    let [_, why, _] = report(dir.path(), &["--html", "--csv"])
        .exits(2)
        .three_lines();
    assert_eq!(why, "standard output takes one thing alone");
    report(dir.path(), &["--html", "--json"]).exits(2);
}

#[test]
fn the_calendar_is_read_by_ical_js() {
    let Some(packages) = packages("the calendar in the eyes of ical.js") else {
        return;
    };
    let (dir, out) = (TempDir::new(), TempDir::new());
    rehearse(dir.path(), &[]).exits(0);
    let (ics, again) = (out.join("due.ics"), out.join("again.ics"));
    report(dir.path(), &["--ics", text(&ics)]).exits(0);
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/report_page/calendar.mjs"
    );
    let events: Value =
        serde_json::from_str(&ran("node", &[script, &packages, text(&ics)]).unwrap()).unwrap();
    let events = events.as_array().unwrap();
    // Four keys to verify, four PINs that are proven until a day.
    assert_eq!(events.len(), 8);
    assert_eq!(events[0]["summary"], "Verify BG1-A by a real sign-in");
    assert_eq!(events[0]["start"], "2026-04-05");
    assert_eq!(events[0]["alarm"], "-P21D");
    assert_eq!(events[0]["stamp"], "2026-01-05T11:00:00Z");
    let uids = |events: &[Value]| -> Vec<String> {
        let mut all: Vec<String> = events.iter().map(|one| one["uid"].to_string()).collect();
        all.sort();
        all
    };
    let mut distinct = uids(events);
    distinct.dedup();
    assert_eq!(distinct.len(), 8);
    // What is due again after a verification replaces what was due before it.
    let period = ["--to", "2026-01-05T10:45:00Z", "--ics", text(&again)];
    report(dir.path(), &period).exits(0);
    let before: Value =
        serde_json::from_str(&ran("node", &[script, &packages, text(&again)]).unwrap()).unwrap();
    let before = uids(before.as_array().unwrap());
    assert!(before.len() == 6 && before.iter().all(|uid| distinct.contains(uid)));
}

#[test]
fn the_inventory_is_read_by_pythons_csv() {
    let (dir, out) = (TempDir::new(), TempDir::new());
    rehearse(dir.path(), &[]).exits(0);
    let csv = out.join("keys.csv");
    report(dir.path(), &["--csv", text(&csv)]).exits(0);
    let script = "import csv, json, sys\n\
                  rows = list(csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8'), strict=True))\n\
                  print(json.dumps(rows))";
    let Some(rows) = ran("python3", &["-c", script, text(&csv)]) else {
        skipped("the inventory in the eyes of csv", "python3");
        return;
    };
    let rows: Value = serde_json::from_str(&rows).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 4);
    assert_eq!(rows[0]["key"], "BG1-A");
    assert_eq!(rows[0]["bag"], "R26-0101");
    assert_eq!(rows[0]["pin_holders"], "w-1; w-2");
    assert_eq!(rows[3]["due"], "2026-04-05");
}

/// The files of a bundle that was unpacked into `to`.
fn unpacked(zip: &Path, to: &Path) -> Option<BTreeMap<String, Vec<u8>>> {
    let script = "import sys, zipfile\n\
                  z = zipfile.ZipFile(sys.argv[1])\n\
                  assert z.testzip() is None\n\
                  assert z.namelist() == sorted(z.namelist())\n\
                  z.extractall(sys.argv[2])";
    ran("python3", &["-c", script, text(zip), text(to)])?;
    Some(tree(to))
}

#[test]
fn a_bundle_verifies_where_it_is_unpacked_and_holds_neither_names_nor_unfinished_work() {
    let (dir, out) = (TempDir::new(), TempDir::new());
    rehearse(dir.path(), &[]).exits(0);
    let (zip, to) = (out.join("for-the-auditor.zip"), out.join("unpacked"));
    report(dir.path(), &["--bundle", text(&zip)]).exits(0);
    let Some(files) = unpacked(&zip, &to) else {
        skipped("unpacking a bundle", "python3");
        return;
    };
    let top: Vec<&str> = files
        .keys()
        .filter(|name| name.trim_end_matches('/').split('/').count() == 1)
        .map(String::as_str)
        .collect();
    assert_eq!(
        top,
        [
            "EVIDENCE.md",
            "README.txt",
            "VERIFY.md",
            "book/",
            "due.ics",
            "inventory.csv",
            "report.html",
            "report.json",
            "trust.toml",
            "verify.py",
        ]
    );
    let hidden = |name: &&String| name.contains("people.toml") || name.contains("/open/");
    assert_eq!(files.keys().find(hidden), None);
    // The ledger is there byte for byte.
    let ledger = |files: BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        let of = files.into_iter().filter(|(name, _)| !name.ends_with('/'));
        of.filter_map(|(name, bytes)| {
            let name = name.strip_prefix("book/ledger/")?.to_owned();
            Some((name, bytes))
        })
        .collect()
    };
    assert!(ledger(tree(dir.path())) == ledger(files.clone()));
    // The README's own command, run where it was unpacked.
    let readme = String::from_utf8(files["README.txt"].clone()).unwrap();
    let line = "python3 verify.py book --trust trust.toml";
    assert!(readme.contains(&format!("    {line}\n")), "{readme}");
    let verified = Command::new("python3")
        .args(line.split(' ').skip(1))
        .current_dir(&to)
        .output()
        .unwrap();
    let said = String::from_utf8(verified.stdout).unwrap();
    assert!(verified.status.success(), "{said}");
    assert!(
        said.ends_with("Clean. Every signature, head and proof verifies.\n"),
        "{said}"
    );
    // And this program says the same of it.
    let (book, trust) = (to.join("book"), to.join("trust.toml"));
    glasskey(["audit", text(&book), "--trust", text(&trust)]).exits(0);
    // It is evidence for an answer, never the answer.
    let evidence = String::from_utf8(files["EVIDENCE.md"].clone()).unwrap();
    assert!(evidence.contains("| Is emergency access tested regularly? |"));
    for never in ["complies", "compliant", "conforms", "certified"] {
        assert!(!evidence.to_lowercase().contains(never), "{never}");
    }
    if let Some(said) = ran("unzip", &["-t", text(&zip)]) {
        assert!(said.contains("No errors detected"), "{said}");
    } else {
        skipped("a bundle in the eyes of unzip", "unzip");
    }
}

/// A page in which every text is hostile, long, or written from right to left.
fn hostile() -> Vec<u8> {
    let mut number = 0_usize;
    let mut said = |what: &str| {
        number += 1;
        match (what, number % 4) {
            ("detail" | "text" | "happened", 0) => {
                "מפתח שנמצא בכספת הצפונית, \u{202e}reversed\u{202c} <img src=x onerror=alert(1)>"
                    .repeat(3)
            }
            (_, 0) => format!("<script>alert({number})</script>"),
            (_, 1) => format!("{what}-{number}-{}", "M".repeat(50)),
            (_, 2) => format!("مفتاح {number} \"&'"),
            (_, _) => format!("{what} {number}"),
        }
    };
    report_page(&sample::Sample::new(20, &mut said).page())
}

#[test]
fn chromium_and_axe_core_have_nothing_against_the_page() {
    let what = "the report in Chromium, in the eyes of axe-core";
    let Some(packages) = packages(what) else {
        return;
    };
    let Some(chromium) = BROWSERS.iter().find(|path| Path::new(path).is_file()) else {
        skipped(what, "chromium");
        return;
    };
    let (dir, out) = (TempDir::new(), TempDir::new());
    glasskey(["rehearse", "--out", text(dir.path())]).exits(0);
    let (year, bad) = (out.join("book.html"), out.join("hostile.html"));
    report(dir.path(), &["--html", text(&year)]).exits(0);
    fs::write(&bad, hostile()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/report_page/look.mjs");
    // Pictures for whoever wants to look at them.
    let pictures = std::env::var("GLASSKEY_LOOK").unwrap_or_else(|_| "-".to_owned());
    let arguments = [
        script,
        &packages,
        chromium,
        &pictures,
        text(&year),
        text(&bad),
    ];
    let looks: Value = serde_json::from_str(&ran("node", &arguments).unwrap()).unwrap();
    let looks = looks.as_array().unwrap();
    assert_eq!(looks.len(), 2 * 7);
    for look in looks {
        if look["printed"].is_number() {
            assert!(look["printed"].as_u64().unwrap() > 10_000, "{look}");
            assert_eq!(look["first"], "#main", "{look}");
            continue;
        }
        let none = Value::Array(Vec::new());
        assert_eq!(look["violations"], none, "{look}");
        assert_eq!(look["console"], none, "{look}");
        assert_eq!(look["requests"], 1, "the file itself alone: {look}");
        assert_eq!(look["wide"], false, "{look}");
        assert_eq!(look["loads"], 0, "{look}");
        assert!(look["passes"].as_u64().unwrap() > 30, "{look}");
    }
}

#[test]
fn a_page_is_one_file_that_names_no_other() {
    let (dir, out) = (TempDir::new(), TempDir::new());
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let path: PathBuf = out.join("r.html");
    let ran = report(dir.path(), &["--html", text(&path)]).exits(0);
    assert!(ran.out.starts_with(text(&path)), "{}", ran.out);
    assert_eq!(
        tree(out.path())
            .keys()
            .filter(|name| is_a(name, "html"))
            .count(),
        1
    );
    let page = fs::read_to_string(&path).unwrap();
    for never in ["http://", "https://", "//cdn", "<script", "src="] {
        assert!(!page.contains(never), "{never}");
    }
    assert!(page.contains("default-src &#39;none&#39;"));
}

#[test]
fn a_period_before_the_first_record_says_when_the_book_begins_and_whose_it_is() {
    let (dir, out) = (TempDir::new(), TempDir::new());
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let period = ["--from", "2025-01-01", "--to", "2025-02-01"];
    let with = |further: &[&str]| report(dir.path(), &[&period[..], further].concat()).exits(0);
    let origin =
        "rehearsal.glasskey.invalid/3661e74e-33f3-4df3-95a2-5b7e1a3ae36a/contoso-rehearsal";
    let begins = "the book begins on 2026-01-05, after this period";
    let screen = with(&[]).out;
    let head = "\
  From 2025-01-01T00:00:00Z to 2025-02-01T23:59:59Z. 0 records until then, 0 of
  them in the period. A rehearsal: nothing in it is real.
  Nothing to tell: the book begins on 2026-01-05, after this period.
";
    assert!(screen.contains(head), "{screen}");
    let value = with(&["--json"]).json();
    assert_eq!(value["origin"], origin);
    assert_eq!(value["begins"], "2026-01-05T09:00:00Z");
    assert_eq!(
        (&value["rehearsal"], &value["records"]),
        (&true.into(), &0.into())
    );
    let (html, zip) = (out.join("r.html"), out.join("r.zip"));
    with(&["--html", text(&html), "--bundle", text(&zip)]);
    let page = fs::read_to_string(&html).unwrap();
    assert!(page.contains("A rehearsal: nothing in it is real."));
    assert!(page.contains(origin));
    assert!(page.contains(&format!(
        "<p class=\"banner\">Nothing to tell: {begins}.</p>"
    )));
    // It comes soon, and is begun by nobody.
    assert!(page.contains("name 2026-01-05 or a later day with --to"));
    assert_eq!(page.matches(begins).count(), 2, "head, and what comes soon");
    for text in [&screen, &page] {
        for never in [
            "a book without a record",
            "no first record",
            "glasskey init",
        ] {
            assert!(!text.contains(never), "{never}");
        }
    }
    if let Some(files) = unpacked(&zip, &out.join("unpacked")) {
        let readme = String::from_utf8(files["README.txt"].clone()).unwrap();
        let told = format!(
            "\nNothing to tell: {begins}.\n\nThis is a rehearsal: nothing in it is real.\n"
        );
        assert!(readme.contains(&format!("book     {origin}\n")), "{readme}");
        assert!(readme.contains(&told), "{readme}");
    } else {
        skipped("a bundle of a period before the book", "python3");
    }
}

#[test]
fn a_rehearsal_is_judged_as_of_the_day_that_is_named() {
    let dir = TempDir::new();
    glasskey(["rehearse", "--out", text(dir.path())]).exits(0);
    let june = ["--from", "2026-06-01", "--to", "2026-06-30", "--html"];
    let page = report(dir.path(), &june).exits(1).out;
    assert!(page.contains("0 late, 3 missed</dd>"));
    let figure = "<dt>Overdue now</dt><dd class=\"value\">3</dd>";
    assert!(page.contains(figure), "{page}");
    assert!(page.contains("judged as of <time datetime=\"2026-06-30T23:59:59Z\">"));
    // Without a day it is judged as of its last record, when nothing was overdue.
    let page = report(dir.path(), &["--html"]).exits(0).out;
    assert!(page.contains("<dt>Overdue now</dt><dd class=\"value\">0</dd>"));
}
