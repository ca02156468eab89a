//! `check`, through the program: saved exchanges in, verdicts out.

use crate::support::Ran;
use crate::support::TempDir;
use crate::support::glasskey;
use crate::support::rehearse;
use crate::support::skipped;
use crate::support::text;
use crate::support::verdicts;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

/// A practice book, and what its tenant said.
struct Practice {
    dir: TempDir,
    exchanges: String,
}

impl Practice {
    fn new() -> Self {
        let dir = TempDir::new();
        let file = dir.join("saved.jsonl");
        let out = dir.join("practice");
        rehearse(&out, &["--save-exchanges", text(&file)]).exits(0);
        let exchanges = fs::read_to_string(&file).unwrap();
        Self { dir, exchanges }
    }

    fn book(&self) -> String {
        text(&self.dir.join("practice/book")).to_owned()
    }

    /// Judges these exchanges with the practice book.
    fn check_of(&self, exchanges: &str, further: &[&str]) -> Ran {
        let file = self.dir.join("judged.jsonl");
        fs::write(&file, exchanges).unwrap();
        let book = self.book();
        let mut arguments = vec!["check", "--book", &book, "--offline", text(&file)];
        arguments.extend(further);
        glasskey(arguments)
    }

    fn check(&self, further: &[&str]) -> Ran {
        self.check_of(&self.exchanges, further)
    }

    /// The exchanges with the bodies of those whose address has this end changed.
    fn changed(&self, end: &str, change: impl Fn(&mut Value)) -> String {
        let mut out = String::new();
        let mut count = 0;
        for line in self.exchanges.lines() {
            let mut line: Value = serde_json::from_str(line).unwrap();
            let path = line["request"]["url"].as_str().unwrap();
            if path.split('?').next().unwrap().ends_with(end) {
                count += 1;
                change(&mut line["response"]["body"]);
            }
            out.push_str(&(line.to_string() + "\n"));
        }
        assert!(count > 0, "{end}");
        out
    }

    /// The exchanges without those whose address has this in it.
    fn without(&self, part: &str) -> String {
        let mut lines = self.exchanges.lines();
        let kept: Vec<&str> = lines.by_ref().filter(|line| !line.contains(part)).collect();
        assert!(kept.len() < self.exchanges.lines().count(), "{part}");
        kept.join("\n")
    }
}

#[test]
fn a_practice_book_is_in_order_and_no_line_is_wider_than_80_columns() {
    let practice = Practice::new();
    let said = practice.check(&[]).exits(0);
    assert_eq!(said.err, "");
    for line in said.out.lines() {
        let judged = line.contains("judged.jsonl");
        assert!(judged || line.chars().count() <= 80, "{line}");
    }
    let last = said.out.lines().last().unwrap();
    assert_eq!(last, "In order. Nothing fails, and nothing is unknown.");
    assert!(
        said.out
            .contains("This is a rehearsal: nothing in it is real.")
    );
    // Each account once, in the order of the plan, then the book.
    let headings: Vec<&str> = said
        .out
        .lines()
        .filter(|line| line.starts_with("BG-") || line.starts_with("The book"))
        .filter_map(|line| line.split("  ").next())
        .collect();
    let book = "The book, and the tenant as a whole";
    assert_eq!(headings, ["BG-1", "BG-2", book]);
}

#[test]
fn every_finding_is_listed_with_verbose_alone() {
    let practice = Practice::new();
    let every = practice.check(&["--verbose"]).exits(0).out;
    let count = |out: &str, head: &str| out.lines().filter(|line| line.starts_with(head)).count();
    let findings = practice.check(&["--json"]).exits(0).json();
    let passes = findings["counts"]["pass"].as_u64().unwrap();
    let passes = usize::try_from(passes).unwrap();
    assert_eq!(count(&every, "  pass     "), passes);
    assert!(count(&practice.check(&[]).out, "  pass     ") <= 3);
}

#[test]
fn json_says_what_the_page_of_the_format_says() {
    let practice = Practice::new();
    let ran = practice.check(&["--json"]).exits(0);
    assert_eq!(ran.err, "");
    let said = ran.json();
    assert_eq!(said["schema"], "glasskey.check/1");
    assert_eq!(
        (&said["exit"], &said["rehearsal"]),
        (&0.into(), &true.into())
    );
    assert_eq!(said["ledger"]["size"], 5);
    assert_eq!(said["ledger"]["whole"], true);
    for finding in said["findings"].as_array().unwrap() {
        for member in ["check", "verdict", "subject", "detail"] {
            assert!(finding[member].is_string(), "{finding}");
        }
    }
    let recovery = &said["recovery"];
    assert_eq!(recovery["open"], serde_json::json!(["BG-1", "BG-2"]));
    assert_eq!(recovery["single"].as_array().unwrap().len(), 8);
    assert_eq!(recovery["double"].as_array().unwrap().len(), 28);
    let same = practice.check(&["--format", "json"]).exits(0);
    assert_eq!(same.out, ran.out);
}

#[test]
fn the_example_of_the_page_has_what_the_page_says() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats/check.md");
    let page = fs::read_to_string(Path::new(page)).unwrap();
    let example = page.split("```json\n").nth(1).unwrap();
    let example: Value = serde_json::from_str(example.split("```").next().unwrap()).unwrap();
    assert_eq!(example["schema"], "glasskey.check/1");
    let said: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split('`').next())
        .collect();
    let practice = Practice::new();
    let all = ["--json", "--since", "4", "--observer"];
    let real = practice.check(&all).exits(0).json();
    for object in [&example, &real] {
        for name in object.as_object().unwrap().keys() {
            assert!(said.contains(&name.as_str()), "{name} is not in the table");
        }
    }
}

#[test]
fn what_is_not_in_the_file_is_unknown() {
    let practice = Practice::new();
    let less = practice.without("/authentication/methods");
    let said = practice.check_of(&less, &["--json"]).exits(1).json();
    for check in ["METHOD-MISSING", "METHOD-UNEXPECTED", "MFA-READY"] {
        assert_eq!(verdicts(&said, check), ["unknown", "unknown"], "{check}");
    }
    let nothing = practice.check_of("", &["--json"]).exits(1).json();
    assert_eq!(nothing["tenant"]["answers"], 0);
    let passed = nothing["findings"].as_array().unwrap().iter();
    for one in passed.filter(|one| one["verdict"] == "pass") {
        // What plan and records say alone.
        let of_the_book = [
            "ACCOUNT-COUNT",
            "PIN-CUSTODY",
            "PIN-PROVEN",
            "RESTORE-OPEN",
            "RECOVERY",
            "COMMON-MODE",
            "MS-90D",
            "MS-90D-SIGNIN",
        ];
        assert!(
            of_the_book.contains(&one["check"].as_str().unwrap()),
            "{one}"
        );
    }
}

#[test]
fn a_method_that_was_removed_since_a_record_is_said_so() {
    let practice = Practice::new();
    let gone = practice.changed("/authentication/methods", |body| {
        let methods = body["value"].as_array_mut().unwrap();
        methods.retain(|method| method["displayName"] != "BG2-A");
    });
    let said = practice
        .check_of(&gone, &["--since", "000004"])
        .exits(1)
        .out;
    assert!(
        said.contains("Since record 000004 of 2026-01-05\n"),
        "{said}"
    );
    let told = "  FAIL     a method was removed  METHOD-MISSING account:BG-2";
    assert!(said.lines().any(|line| line == told), "{said}");
    let said = practice.check_of(&gone, &["--since", "4", "--json"]);
    let drift = &said.exits(1).json()["since"]["drift"];
    assert_eq!(drift[0]["change"], "worse");
    assert_eq!(drift[0]["check"], "METHOD-MISSING");
    let quiet = practice.check(&["--since", "000004"]).exits(0).out;
    assert!(
        quiet.contains("Nothing drifted from what it stated."),
        "{quiet}"
    );
}

#[test]
fn a_method_of_another_model_than_on_record_is_exit_6() {
    let practice = Practice::new();
    let other = practice.changed("/authentication/methods", |body| {
        for method in body["value"].as_array_mut().unwrap() {
            if method["displayName"] == "BG1-A" {
                method["aaGuid"] = "00000000-0000-4000-8000-000000000001".into();
            }
        }
    });
    let said = practice.check_of(&other, &["--json"]).exits(6).json();
    assert!(verdicts(&said, "CRED-MATCH").contains(&"fail".to_owned()));
}

#[test]
fn junit_is_what_an_xml_parser_reads_with_the_same_counts() {
    let practice = Practice::new();
    let odd = practice.changed("/authentication/methods", |body| {
        for method in body["value"].as_array_mut().unwrap() {
            if method["displayName"] == "BG1-A" {
                method["displayName"] = "<b>&\"' \u{1b}[31m\u{0}]]>".into();
                method["id"] = "Zm9vYmFyYmF6cXV4MTIzNA2".into();
            }
        }
    });
    for (exchanges, code) in [(&practice.exchanges, 0), (&odd, 1)] {
        let xml = practice.check_of(exchanges, &["--format", "junit"]);
        let xml = xml.exits(code).out;
        let json = practice.check_of(exchanges, &["--json"]).exits(code).json();
        let script = "import sys, xml.etree.ElementTree as e\n\
                      t = e.fromstring(sys.stdin.read())\n\
                      c = list(t.iter('testcase'))\n\
                      print(len(c), len(list(t.iter('failure'))), len(list(t.iter('error'))), \
                      len(list(t.iter('skipped'))), t.get('tests'), t.get('failures'))";
        let python = Command::new("python3")
            .args(["-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut python) = python else {
            return skipped("reading JUnit with an XML parser", "python3");
        };
        std::io::Write::write_all(python.stdin.as_mut().unwrap(), xml.as_bytes()).unwrap();
        let read = python.wait_with_output().unwrap();
        assert!(read.status.success(), "{xml}");
        let read = String::from_utf8(read.stdout).unwrap();
        let count = |verdict: &str| json["counts"][verdict].as_u64().unwrap();
        let all = json["findings"].as_array().unwrap().len();
        let quiet = count("not_run") + count("accepted");
        let (fail, unknown) = (count("fail"), count("unknown"));
        let expected = format!("{all} {fail} {unknown} {quiet} {all} {fail}\n");
        assert_eq!(read, expected);
    }
}

#[test]
fn a_witness_keeps_what_the_digest_is_of() {
    let practice = Practice::new();
    let file = practice.dir.join("observation.json");
    let arguments = ["--observer", "--out", text(&file)];
    let said = practice.check(&arguments).exits(0).out;
    let kept = fs::read(&file).unwrap();
    let digest = glasskey::primitives::Digest::of(&kept);
    assert!(said.contains(&digest.to_string()), "{said}");
    let json = practice.check(&["--observer", "--json"]).exits(0).json();
    assert_eq!(json["observer"]["sha256"], digest.to_string());
    assert_eq!(json["observer"]["words"].as_array().unwrap().len(), 32);
    let observation: Value = serde_json::from_slice(&kept).unwrap();
    assert_eq!(observation, json["observer"]["observation"]);
    assert_eq!(observation["schema"], "glasskey.observation/1");
    assert_eq!(
        observation["accounts"][0]["methods"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    // It is not overwritten.
    let ran = practice.check(&arguments).exits(2);
    assert!(ran.three_lines()[1].contains("not overwritten"));
    assert_eq!(fs::read(&file).unwrap(), kept);
}

#[test]
fn as_of_another_day_pins_age() {
    let practice = Practice::new();
    let later = ["--as-of", "2027-01-05T09:00:00Z", "--json"];
    // A year without a verification is what fails.
    let said = practice.check(&later).exits(1).json();
    assert_eq!(said["hypothetical"], true);
    assert_eq!(verdicts(&said, "MS-90D"), ["fail", "fail"]);
    // The last PIN was typed two hours after the first ones.
    let all = verdicts(&said, "PIN-PROVEN");
    assert_eq!(all, ["warn", "warn", "warn", "warn"]);
    let later = ["--as-of", "2027-01-06", "--json"];
    let said = practice.check(&later).exits(1).json();
    assert_eq!(
        verdicts(&said, "PIN-PROVEN"),
        ["fail", "fail", "fail", "fail"]
    );
}

#[test]
fn a_book_that_is_not_whole_is_exit_6_and_the_tenant_is_judged_all_the_same() {
    let practice = Practice::new();
    let record = practice
        .dir
        .join("practice/book/ledger/records/000002/record.json");
    let signature = record.with_file_name("w-1.sig");
    fs::remove_file(signature).unwrap();
    let ran = practice.check(&[]).exits(6);
    assert!(ran.out.contains("ACCOUNT-ENABLED"), "{}", ran.out);
    assert!(
        ran.err
            .starts_with("glasskey: error: the book is not whole"),
        "{}",
        ran.err
    );
    assert_eq!(ran.err.lines().count(), 3);
}

#[test]
fn what_a_ceremony_left_loose_fails_until_it_is_back() {
    let practice = Practice::new();
    let open = practice.dir.join("practice/book/open");
    fs::create_dir_all(&open).unwrap();
    let list = r#"[{"by":"registration/BG1-A","loosened":{"kind":"self_service"},"since":"2026-01-05T09:30:00Z"}]"#;
    fs::write(open.join("restore.json"), list).unwrap();
    let said = practice.check(&["--json"]).exits(1).json();
    assert_eq!(verdicts(&said, "RESTORE-OPEN"), ["fail"]);
    fs::write(open.join("restore.json"), "{}").unwrap();
    let [error, because, _] = practice.check(&[]).exits(6).three_lines();
    assert!(error.contains("nothing was checked"), "{error}");
    assert!(because.contains("restore.json"), "{because}");
}

#[test]
fn what_cannot_be_judged_is_refused_in_three_lines_before_anything_is_asked() {
    let practice = Practice::new();
    let book = practice.book();
    let here = |further: &[&str]| practice.check(further).exits(2).three_lines();
    assert!(here(&["--since", "99"])[1].contains("the last one is 000004"));
    assert!(here(&["--since", "x"])[1].contains("000004"));
    assert!(here(&["NOBODY"])[1].contains("names no key NOBODY"));
    here(&["--json", "--format", "junit"]);
    here(&["--out", "x"]);
    here(&["--save-exchanges", "x"]);
    let not_one = practice.check_of("{}\n", &[]).exits(2).three_lines();
    assert!(not_one[1].contains("line 1 is no exchange"), "{not_one:?}");
    let none = glasskey(["check", "--book", &book]).exits(2).three_lines();
    assert!(none[1].contains("rehearsal"), "{none:?}");
    let empty = TempDir::new();
    let none = glasskey(["check", "--book", text(empty.path())]);
    assert!(none.exits(2).three_lines()[1].contains("glasskey.toml"));
    fs::write(empty.join("glasskey.toml"), "[book]\nnam = 1\n").unwrap();
    let plan = glasskey(["check", "--book", text(empty.path())]).exits(2);
    assert!(
        plan.err.lines().count() > 3,
        "every fault is said: {}",
        plan.err
    );
    assert!(
        plan.err.contains("glasskey: next: correct the plan"),
        "{}",
        plan.err
    );
}
