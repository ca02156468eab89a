//! The quick starts: every session in them is played against a rehearsal's book and says what it really
//! says. What needs a key, a tenant or another person stands in blocks of `sh`, and is only read.

use crate::docs::play;
use crate::docs_links::Page;
use crate::docs_links::pages;

#[test]
fn the_newcomers_commands_say_what_the_page_shows() {
    play("docs/quick-start/newcomer.md");
}

#[test]
fn the_operators_commands_say_what_the_page_shows() {
    play("docs/quick-start/operator.md");
}

#[test]
fn the_witnesss_commands_say_what_the_page_shows() {
    play("docs/quick-start/witness.md");
}

#[test]
fn the_auditors_commands_say_what_the_page_shows() {
    play("docs/quick-start/auditor.md");
}

#[test]
fn the_security_engineers_commands_say_what_the_page_shows() {
    play("docs/quick-start/security-engineer.md");
}

#[test]
fn the_readme_leads_to_a_quick_start_of_each_reader() {
    let pages = pages();
    let [readme, _install, quick @ ..] = pages.as_slice() else {
        panic!("{} pages", pages.len());
    };
    assert_eq!(quick.len(), 5, "five readers");
    for Page { path, text } in quick {
        let name = path.file_name().unwrap().to_str().unwrap();
        let link = format!("docs/quick-start/{name}");
        assert!(
            readme.links().contains(&link.as_str()),
            "README.md does not lead to {link}"
        );
        assert!(
            text.lines().count() <= 120,
            "{name} is longer than a page and a half"
        );
        for part in [
            "## In your hand",
            "## In order",
            "## What can go wrong",
            "## To read on",
        ] {
            assert!(
                text.contains(&format!("\n{part}\n")),
                "{name} has no `{part}`"
            );
        }
    }
}
