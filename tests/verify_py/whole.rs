//! Books that nobody changed, and the command line.

use crate::support::Changed;
use crate::support::REHEARSAL;
use crate::support::agree;
use crate::support::can_run;
use crate::support::fresh;
use crate::support::glasskey;
use crate::support::script;
use crate::support::text;
use crate::support::verify_py;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

#[test]
fn a_rehearsals_book_is_clean_with_the_auditors_file_and_open_without() {
    if !can_run("the book") {
        return;
    }
    let book = REHEARSAL.folder.join("book");
    let (book, trust) = (book.to_str().unwrap(), REHEARSAL.trust());
    let clean = verify_py(&[book, "--trust", trust.to_str().unwrap()]);
    assert_eq!(clean.status.code(), Some(0), "{clean:?}");
    assert!(text(&clean).ends_with("Clean. Every signature, head and proof verifies.\n"));
    let open = verify_py(&[book]);
    assert_eq!(open.status.code(), Some(1), "{open:?}");
    assert!(text(&open).contains("OPEN book: TRUST-ROOT unknown"));
    assert!(!text(&open).contains("BAD"));
}

#[test]
fn the_line_on_the_inside_sheet_works_in_the_books_folder() {
    if !can_run("the inside sheet") {
        return;
    }
    let mut command = Command::new("python3");
    command.args(["-B", "verify.py", "."]);
    let output = command
        .current_dir(REHEARSAL.folder.join("book"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(&output).contains("The book is whole in itself."));
    let own = fs::read(REHEARSAL.folder.join("book").join("verify.py")).unwrap();
    assert_eq!(own, fs::read(script()).unwrap());
}

#[test]
fn it_says_how_to_call_it_and_ends_with_2_where_it_was_called_wrongly() {
    if !can_run("the command line") {
        return;
    }
    for wrong in [
        &[][..],
        &["nowhere"],
        &["--trust"],
        &["--nothing", "."],
        &[".", "--trust", "nowhere"],
        &["--evidence", "nowhere"],
        &["--batch", "nowhere"],
        &[".", "--as-of", "2026-01-01T00:00:00Z"],
    ] {
        let output = verify_py(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {output:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty());
    }
    let help = verify_py(&["--help"]);
    assert!(help.status.success() && text(&help).contains("--seal"));
}

#[test]
fn whole_books_are_judged_alike_with_and_without_what_an_auditor_brings() {
    if !can_run("whole books") {
        return;
    }
    let folder = fresh("outside");
    let good = fs::read_to_string(REHEARSAL.trust()).unwrap();
    let trust = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        Some(path)
    };
    let root = &good[good.find("root = ").unwrap() + 8..][..64];
    let anchor = &good[good.find("[[anchor]]").unwrap()..good.find("[[head]]").unwrap()];
    let model = "676c6173-736b-6579-2d72-656865617273";
    let other_model = anchor.replace(model, "fa2b99dc-9e39-4257-8f92-4a30d23c4118");
    let files = &REHEARSAL.files;
    let head = |name: &str| {
        String::from_utf8(files[&format!("ledger/checkpoints/{name}.txt")].clone()).unwrap()
    };
    let of = |what: &str, trust: Option<PathBuf>, heads: Option<PathBuf>| Changed {
        trust,
        heads,
        ..Changed::new(what, files.clone())
    };
    let all = [
        of("no trust", None, None),
        of("trust", Some(REHEARSAL.trust()), None),
        of("another genesis", trust("a", &another_genesis(&good)), None),
        of(
            "another root",
            trust("b", &good.replace(root, &"0".repeat(64))),
            None,
        ),
        of(
            "a longer head",
            trust("c", &good.replace("size = 5", "size = 6")),
            None,
        ),
        of(
            "an older head",
            trust("d", &good.replace("size = 5", "size = 4")),
            None,
        ),
        of(
            "another ledger's head",
            trust("e", &good.replace("/contoso-", "/fabrikam-")),
            None,
        ),
        of("no anchor", trust("f", &good.replace(anchor, "")), None),
        of(
            "the anchor of another model",
            trust("g", &good.replace(anchor, &other_model)),
            None,
        ),
        of(
            "an anchor of two models",
            trust("h", &format!("{good}\n{other_model}")),
            None,
        ),
        of(
            "two anchors",
            trust(
                "i",
                &format!("{good}\n[[anchor]]\naaguid = \"{model}\"\nder = \"MAA=\"\n"),
            ),
            None,
        ),
        of(
            "heads",
            None,
            trust("j", &format!("{}\n{}", head("000001"), head("000005"))),
        ),
        of(
            "a head that is not",
            None,
            trust("k", &head("000005").replace("\n5\n", "\n3\n")),
        ),
    ];
    let exits: Vec<u64> = agree("whole", &all).iter().map(|one| one.exit).collect();
    assert_eq!(exits, [1, 0, 6, 6, 6, 6, 1, 1, 1, 0, 0, 1, 6]);
}

/// A trust file whose genesis has its last digit first.
fn another_genesis(trust: &str) -> String {
    let rest = trust.split("genesis = \"").nth(1).unwrap();
    let genesis = &rest[..64];
    let other = format!("{}{}", &genesis[63..], &genesis[..63]);
    assert_ne!(other, genesis);
    trust.replacen(genesis, &other, 1)
}

#[test]
fn a_registration_at_a_portal_and_a_replacement_are_clean_to_both() {
    if !can_run("what is registered otherwise") {
        return;
    }
    for event in ["portal-registration", "replacement"] {
        let folder = fresh(event);
        let played = glasskey(&[
            "rehearse",
            "--only",
            event,
            "--out",
            folder.to_str().unwrap(),
        ]);
        assert!(played.status.success(), "{event}: {played:?}");
        let (book, trust) = (folder.join("book"), folder.join("auditor/trust.toml"));
        let arguments = [book.to_str().unwrap(), "--trust", trust.to_str().unwrap()];
        let theirs = verify_py(&arguments);
        assert_eq!(theirs.status.code(), Some(0), "{event}: {theirs:?}");
        assert!(text(&theirs).ends_with("Clean. Every signature, head and proof verifies.\n"));
    }
}
