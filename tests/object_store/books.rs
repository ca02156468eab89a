//! Whole books in a container, through the program.

use crate::support::Rehearsed;
use crate::support::Shelf;
use crate::support::glasskey;
use glasskey::ledger::Created;
use glasskey::ledger::LedgerStore;
use std::fs;

/// A rehearsal's ledger, written into a container through the product's own store.
fn shelved(prefix: &str) -> Option<(Shelf, Rehearsed)> {
    let shelf = Shelf::new()?;
    let rehearsed = Rehearsed::new();
    put(&shelf, &rehearsed, prefix);
    Some((shelf, rehearsed))
}

fn put(shelf: &Shelf, rehearsed: &Rehearsed, prefix: &str) {
    let mut ledger = shelf.ledger(prefix);
    for (name, bytes) in rehearsed.files() {
        assert_eq!(ledger.create(&name, &bytes), Ok(Created::Created), "{name}");
    }
}

/// A plan in `folder` whose ledger lies at `url`.
fn plan(folder: &str, url: &str) {
    let page = fs::read_to_string("docs/formats/plan.md").unwrap();
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (plan, _) = rest.split_once("```").unwrap();
    let plan = plan.replace("ledger = \"ledger\"", &format!("ledger = \"{url}\""));
    assert!(plan.contains(url));
    fs::write(format!("{folder}/glasskey.toml"), plan).unwrap();
}

#[test]
fn a_ledger_in_a_container_is_audited_as_in_its_folder() {
    let Some((shelf, rehearsed)) = shelved("contoso/ledger") else {
        return;
    };
    let trust = rehearsed.trust();
    let audit = |book: &str| shelf.glasskey(&["audit", book, "--trust", &trust, "--json"]);
    let here = audit(&rehearsed.book()).exits(0).json();
    assert!(!here["findings"].as_array().unwrap().is_empty());
    // By the book's address, by its ledger's, and by the plan of a folder.
    let folder = rehearsed.path("by-plan");
    fs::create_dir(&folder).unwrap();
    plan(&folder, &shelf.url("contoso/ledger"));
    fs::copy(
        format!("{}/roster.allowed_signers", rehearsed.book()),
        format!("{folder}/roster.allowed_signers"),
    )
    .unwrap();
    for book in [shelf.url("contoso"), shelf.url("contoso/ledger/"), folder] {
        let there = audit(&book).exits(0);
        assert_eq!(there.json()["findings"], here["findings"], "{book}");
        assert_eq!(there.json()["head"], here["head"], "{book}");
        assert!(there.err.contains("another tenant"), "{}", there.err);
    }
}

#[test]
fn what_is_changed_behind_our_back_is_named() {
    let Some((shelf, rehearsed)) = shelved("contoso") else {
        return;
    };
    let trust = rehearsed.trust();
    let audit = || {
        let url = shelf.url("contoso");
        shelf.glasskey(&["audit", &url, "--trust", &trust, "--json"])
    };
    audit().exits(0);
    let first_bad = || audit().exits(6).json()["first_bad"]["file"].clone();
    let files = rehearsed.files();
    for name in [
        "records/000002/op-1.sig",
        "records/000003/record.json",
        "origin",
    ] {
        let object = format!("contoso/{name}");
        let mut spoilt = files[name].clone();
        let middle = spoilt.len() / 2;
        spoilt[middle] ^= 1;
        shelf.write(&object, &spoilt);
        assert_eq!(first_bad(), format!("ledger/{name}"));
        shelf.remove(&object);
        assert_eq!(audit().exits(6).code, 6, "{name} is gone");
        shelf.write(&object, &files[name]);
        audit().exits(0);
    }
    let huge = vec![b' '; 33 << 20];
    shelf.write("contoso/records/000001/record.json", &huge);
    assert_eq!(first_bad(), "ledger/records/000001/record.json");
    shelf.write(
        "contoso/records/000001/record.json",
        &files["records/000001/record.json"],
    );
    // A ledger within the ledger is not audited in its place.
    shelf.write("contoso/ledger/origin", &files["origin"]);
    assert_eq!(first_bad(), "ledger/ledger/origin");
}

#[test]
fn a_store_that_cannot_be_read_is_three_lines_without_a_secret() {
    let Some((shelf, rehearsed)) = shelved("contoso") else {
        return;
    };
    let trust = rehearsed.trust();
    let url = shelf.url("contoso");
    let with = |changes: &[(&str, Option<&str>)], url: &str| {
        let mut variables = shelf.variables();
        for (name, value) in changes {
            match value {
                Some(value) => variables.insert((*name).to_owned(), (*value).to_owned()),
                None => variables.remove(*name),
            };
        }
        let ran = glasskey(&["audit", url, "--trust", &trust], &variables);
        for value in variables.values().filter(|value| value.len() > 20) {
            let shown = value.starts_with("http");
            assert!(shown || !ran.err.contains(value.as_str()), "{}", ran.err);
        }
        assert!(!ran.err.contains("c2VjcmV0"), "{}", ran.err);
        assert_eq!(ran.out, "");
        let [what, why, _] = ran.three_lines();
        assert_eq!(what, "nothing was audited");
        (ran.code, why)
    };
    let key = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0";
    let (code, why) = with(&[("AZURE_STORAGE_KEY", Some(key))], &url);
    assert_eq!(
        (code, why),
        (
            6,
            format!("{url}: the object store refuses these credentials")
        )
    );
    let signature = "?sv=2021-08-06&ss=b&srt=co&sp=rl&se=2099-01-01T00:00:00Z&sig=c2VjcmV0";
    let sas = [
        ("AZURE_STORAGE_KEY", None),
        ("AZURE_STORAGE_SAS_TOKEN", Some(signature)),
    ];
    assert_eq!(with(&sas, &url).0, 6);
    let missing = "az://nowhere-to-be-found/contoso";
    let (code, why) = with(&[], missing);
    let expected = format!("{missing}: there is no such container in the object store");
    assert_eq!((code, why), (6, expected));
    let closed = [(
        "AZURE_STORAGE_ENDPOINT",
        Some("http://127.0.0.1:9/devstoreaccount1"),
    )];
    let (code, why) = with(&closed, &url);
    assert_eq!(
        (code, why),
        (6, format!("{url}: the object store cannot be reached"))
    );
    let (code, why) = with(&[("AZURE_STORAGE_ACCOUNT", None)], &url);
    let expected = format!("{url} needs the variable AZURE_STORAGE_ACCOUNT");
    assert_eq!((code, why), (2, expected));
    let (code, why) = with(&[("AZURE_STORAGE_KEY", None)], &url);
    assert_eq!(code, 2);
    assert!(
        why.contains("needs the variable AZURE_STORAGE_KEY, "),
        "{why}"
    );
    let plain = [("AZURE_STORAGE_ENDPOINT", Some("http://elsewhere.example/"))];
    let (code, why) = with(&plain, &url);
    let expected = "AZURE_STORAGE_ENDPOINT holds what cannot be used".to_owned();
    assert_eq!((code, why), (2, expected));
    let empty = shelf.url("empty");
    let (code, why) = with(&[], &empty);
    assert_eq!((code, why), (2, format!("{empty} has no ledger")));
    assert_eq!(with(&[], "az://Bad_Name/x").0, 2);
}

#[test]
fn every_book_of_a_container_is_audited_in_one_table() {
    let Some((shelf, rehearsed)) = shelved("north/contoso/ledger") else {
        return;
    };
    put(&shelf, &rehearsed, "fabrikam");
    put(&shelf, &rehearsed, "south/spoilt");
    shelf.write("south/spoilt/records/000002/record.json", b"{}");
    shelf.write("readme.txt", b"not a book");
    let trusts = rehearsed.path("trusts");
    fs::create_dir(&trusts).unwrap();
    let origin = String::from_utf8(rehearsed.files()["origin"].clone()).unwrap();
    let tenant = origin.split('/').nth(1).unwrap();
    fs::copy(rehearsed.trust(), format!("{trusts}/{tenant}.toml")).unwrap();
    let url = shelf.url("");
    let ran = shelf
        .glasskey(&["audit", "--all", &url, "--trust", &trusts, "--json"])
        .exits(6);
    let rows: Vec<(String, String)> = ran.json()["books"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let member = |name: &str| row[name].as_str().unwrap().to_owned();
            (member("book"), member("state"))
        })
        .collect();
    let expected = [
        ("fabrikam", "clean"),
        ("north/contoso", "clean"),
        ("south/spoilt", "broken"),
    ];
    let expected = expected.map(|(book, state)| (book.to_owned(), state.to_owned()));
    assert_eq!(rows, expected);
}

#[test]
fn metadata_is_kept_in_the_container_that_the_plan_names() {
    let Some((shelf, rehearsed)) = shelved("contoso/ledger") else {
        return;
    };
    let trust = "tests/vectors/mds/trust.toml";
    let blob = "tests/vectors/mds/blob-7.jwt";
    let folder = rehearsed.path("by-plan");
    fs::create_dir(&folder).unwrap();
    plan(&folder, &shelf.url("contoso/ledger"));
    let import = |book: &str| {
        let when = ["--as-of", "2026-11-22", "--keep", "--json"];
        let import = ["mds", "import", blob, "--book", book, "--trust", trust];
        shelf.glasskey(&[&import[..], &when[..]].concat())
    };
    let ran = import(&folder).exits(0);
    let json = ran.json();
    let kept = json["kept"].as_str().unwrap_or_else(|| panic!("{json:#}"));
    assert_eq!(
        shelf.read(&format!("contoso/{kept}")),
        fs::read(blob).unwrap()
    );
    assert!(!fs::exists(format!("{folder}/ledger")).unwrap());
    // A hypothetical time is noted in a folder.
    let [what, why, _] = import(&shelf.url("contoso/ledger")).exits(2).three_lines();
    assert_eq!(what, "nothing was kept");
    assert!(
        why.ends_with("has no folder to note a hypothetical time in"),
        "{why}"
    );
}

#[test]
fn a_probe_says_that_azurite_would_allow_an_overwrite() {
    let Some((shelf, _rehearsed)) = shelved("contoso/ledger") else {
        return;
    };
    let url = shelf.url("contoso/ledger");
    let before = shelf.ledger("contoso").list("").unwrap();
    let ran = shelf.glasskey(&["anchor", "probe", &url]).exits(1);
    assert_eq!(
        ran.out,
        "Would allow an overwrite: it replaced an object of ours.\n"
    );
    let json = shelf
        .glasskey(&["anchor", "probe", &url, "--json"])
        .exits(1)
        .json();
    assert_eq!(json["overwrite"], "allows");
    assert_eq!(json["schema"], "glasskey.anchor-probe/1");
    assert_eq!(shelf.ledger("contoso").list("").unwrap(), before);
    let whole = shelf
        .glasskey(&["anchor", "probe", &shelf.url("")])
        .exits(1);
    assert!(
        whole.out.starts_with("Unknown whether it would refuse"),
        "{}",
        whole.out
    );
}
