//! `rehearse`: what it leaves behind, and that it always leaves the same.

use crate::support::TempDir;
use crate::support::audit;
use crate::support::glasskey;
use crate::support::plant;
use crate::support::rehearse;
use crate::support::text;
use crate::support::tree;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

#[test]
fn two_rehearsals_are_equal_to_the_byte() {
    let (first, second) = (TempDir::new(), TempDir::new());
    let one = glasskey(["rehearse", "--out", text(first.path())]).exits(0);
    let two = glasskey(["rehearse", "--out", text(second.path())]).exits(0);
    let (left, right) = (tree(first.path()), tree(second.path()));
    assert_eq!(
        left.keys().collect::<Vec<_>>(),
        right.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &left {
        assert!(*bytes == right[name], "{name} differs");
    }
    let renamed = one.out.replace(text(first.path()), text(second.path()));
    assert_eq!(renamed, two.out);
    assert_eq!((one.err.as_str(), two.err.as_str()), ("", ""));
}

#[test]
fn a_rehearsal_leaves_a_whole_book_and_what_its_auditor_holds() {
    let dir = TempDir::new();
    rehearse(dir.path(), &[]).exits(0);
    let tree = tree(dir.path());
    for index in 0..5 {
        assert!(tree.contains_key(&format!("book/ledger/records/{index:06}/record.json")));
        let size = index + 1;
        assert!(tree.contains_key(&format!("book/ledger/checkpoints/{size:06}.txt")));
        assert!(tree.contains_key(&format!("book/ledger/checkpoints/{size:06}.txt.op-1.sig")));
    }
    assert!(!tree.contains_key("book/ledger/records/000005/"));
    for name in [
        "auditor/trust.toml",
        "book/glasskey.toml",
        "book/people.toml",
        "book/roster.allowed_signers",
        "book/ledger/origin",
    ] {
        assert!(tree.contains_key(name), "{name}");
    }
    let origin = std::str::from_utf8(&tree["book/ledger/origin"]).unwrap();
    assert!(
        origin.starts_with("rehearsal.glasskey.invalid/"),
        "{origin}"
    );
    assert_eq!(
        tree["book/roster.allowed_signers"],
        tree["book/ledger/roster/000000.allowed_signers"]
    );
    let pages = |end: &str| {
        let names = tree.keys().filter(|name| name.starts_with("book/paper/"));
        names.filter(|name| name.ends_with(end)).count()
    };
    for (kind, of_a_key, of_genesis) in [
        ("-inside.pdf", 1, 0),
        ("-bag.pdf", 1, 0),
        ("-envelope.pdf", 1, 0),
        ("-inventory.pdf", 1, 0),
        ("-receipt.pdf", 2, 2),
        ("-minutes.pdf", 1, 1),
    ] {
        assert_eq!(pages(kind), 4 * of_a_key + of_genesis, "{kind}");
    }
    assert_eq!(pages(".pdf"), 31);
    let open = tree
        .keys()
        .filter(|name| name.starts_with("book/open/") && !name.ends_with('/'));
    assert_eq!(open.count(), 0, "nothing is unfinished");
}

#[test]
fn a_rehearsal_alone_plays_a_year_that_audits_clean() {
    let dir = TempDir::new();
    glasskey(["rehearse", "--out", text(dir.path())]).exits(0);
    let answer = audit(dir.path(), &["--json"]).exits(0).json();
    let events: Vec<String> = answer["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let of = |name: &str| one[name].as_str().unwrap_or("").to_owned();
            format!("{} {} {}", &of("started")[..10], of("event"), of("key"))
        })
        .collect();
    assert_eq!(
        events,
        [
            "2026-01-05 genesis ",
            "2026-01-05 registration BG1-A",
            "2026-01-05 registration BG1-B",
            "2026-01-05 registration BG2-A",
            "2026-01-05 registration BG2-B",
            "2026-03-30 verification BG1-B",
            "2026-03-30 verification BG2-A",
            "2026-03-30 verification BG1-A",
            "2026-03-30 verification BG2-B",
            "2026-04-29 custody BG1-B",
            "2026-04-29 custody BG1-B",
            "2026-04-29 custody BG1-B",
            "2026-05-29 loss BG2-A",
        ]
    );
    let day = glasskey(["--json", "--book", text(&dir.join("book"))]).json();
    assert_eq!(day["schema"], "glasskey.day/1");
}

#[test]
fn only_registration_is_genesis_and_exactly_one() {
    let dir = TempDir::new();
    rehearse(dir.path(), &["--only", "registration"]).exits(0);
    let answer = audit(dir.path(), &["--json"]).exits(0).json();
    let events: Vec<&Value> = answer["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["event"])
        .collect();
    assert_eq!(events, ["genesis", "registration"]);
}

#[test]
fn a_folder_that_is_not_empty_is_left_as_it_was() {
    let dir = TempDir::new();
    let before: BTreeMap<String, Vec<u8>> = [("note.txt".to_owned(), b"mine".to_vec())].into();
    plant(dir.path(), &before);
    let ran = rehearse(dir.path(), &[]).exits(2);
    let [error, because, _] = ran.three_lines();
    assert!(error.contains("nothing"), "{error}");
    assert!(because.contains("not empty"), "{because}");
    assert_eq!(tree(dir.path()), before);
}

#[test]
fn a_file_in_the_folders_place_is_left_as_it_was() {
    let dir = TempDir::new();
    let file = dir.join("file");
    fs::write(&file, "mine").unwrap();
    for out in [file.clone(), file.join("below")] {
        glasskey(["rehearse", "--out", text(&out)])
            .exits(2)
            .three_lines();
    }
    assert_eq!(
        tree(dir.path()),
        [("file".to_owned(), b"mine".to_vec())].into()
    );
}

#[test]
fn unknown_faults_and_events_are_refused_before_anything_is_made() {
    let dir = TempDir::new();
    let out = dir.join("new");
    for further in [
        ["--fault", "fire"],
        ["--fault", "power-cut"],
        ["--fault", "power-cut=lunch"],
        ["--fault", "wrong-key=1"],
        ["--only", "burglary"],
    ] {
        rehearse(&out, &further).exits(2).three_lines();
    }
    let two = ["--fault", "power-cut=append", "--fault", "power-cut=paper"];
    rehearse(&out, &two).exits(2).three_lines();
    assert!(!out.exists());
}

#[test]
fn without_a_folder_it_names_the_fresh_one_it_made() {
    let temp = TempDir::new();
    let mut command = crate::support::command(["rehearse", "--only", "registration", "--json"]);
    let ran = crate::support::ended(command.env("TMPDIR", temp.path())).exits(0);
    let book = ran.json()["book"].as_str().unwrap().to_owned();
    assert!(book.starts_with(text(temp.path())), "{book}");
    assert!(fs::exists(format!("{book}/ledger/origin")).unwrap());
}

#[test]
fn json_is_all_there_is_on_standard_output() {
    let dir = TempDir::new();
    let ran = rehearse(dir.path(), &["--json"]).exits(0);
    assert_eq!(ran.err, "");
    let answer = ran.json();
    assert_eq!(answer["schema"], "glasskey.rehearse/1");
    assert_eq!(answer["rehearsal"], true);
    assert_eq!(answer["exit"], 0);
    assert_eq!(answer["registrations"].as_array().unwrap().len(), 4);
    assert_eq!(answer["faults"].as_array().unwrap().len(), 0);
    for one in answer["registrations"].as_array().unwrap() {
        for page in one["pages"].as_array().unwrap() {
            assert!(
                dir.join("book").join(page.as_str().unwrap()).is_file(),
                "{page}"
            );
        }
    }
    for finding in answer["findings"].as_array().unwrap() {
        for member in ["check", "verdict", "subject", "detail"] {
            assert!(finding[member].is_string(), "{finding}");
        }
    }
    assert!(dir.join("auditor/trust.toml").is_file());
}

#[test]
fn exchanges_are_saved_one_a_line_in_the_documented_shape() {
    let (dir, beside) = (TempDir::new(), TempDir::new());
    let file = beside.join("graph.jsonl");
    rehearse(dir.path(), &["--save-exchanges", text(&file)]).exits(0);
    let saved = fs::read_to_string(&file).unwrap();
    assert!(saved.ends_with('\n'));
    let mut posts = 0;
    for line in saved.lines() {
        let exchange: Value = serde_json::from_str(line).unwrap();
        let names =
            |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
        assert_eq!(names(&exchange), ["request", "response"]);
        let (request, response) = (&exchange["request"], &exchange["response"]);
        for name in names(request) {
            assert!(["body", "method", "url"].contains(&name.as_str()), "{name}");
        }
        for name in names(response) {
            assert!(
                ["body", "headers", "status"].contains(&name.as_str()),
                "{name}"
            );
        }
        let url = request["url"].as_str().unwrap();
        let hosts = [
            "https://graph.microsoft.com/",
            "https://management.azure.com/",
        ];
        assert!(hosts.iter().any(|host| url.starts_with(host)), "{url}");
        assert!((100..600).contains(&response["status"].as_u64().unwrap()));
        for (name, value) in response["headers"].as_object().unwrap() {
            assert_eq!(*name, name.to_lowercase());
            assert!(value.is_string());
        }
        if request["method"] == "POST" {
            if url.ends_with("/authentication/fido2Methods") {
                posts += 1;
            } else {
                assert!(url.ends_with("/revokeSignInSessions"), "{url}");
            }
        } else {
            assert_eq!(request["method"], "GET");
        }
    }
    assert_eq!(posts, 4, "one a registration");
    let read = glasskey::entra::Exchange::read_all(&saved).unwrap();
    assert_eq!(read.len(), saved.lines().count());
}

#[test]
fn exchanges_that_cannot_be_saved_leave_a_whole_book_with_its_trust_file() {
    let dir = TempDir::new();
    let blocked = TempDir::new();
    fs::write(blocked.join("file"), "mine").unwrap();
    let place = blocked.join("file/graph.jsonl");
    let ran = rehearse(
        dir.path(),
        &["--only", "registration", "--save-exchanges", text(&place)],
    );
    let ran = ran.exits(7);
    assert!(ran.err.starts_with("glasskey: error: "), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 3, "{}", ran.err);
    audit(dir.path(), &[]).exits(0);
    assert_eq!(
        tree(blocked.path()),
        [("file".to_owned(), b"mine".to_vec())].into()
    );
}
