//! The scripts of the ceremonies there are. Each is rendered to a page of `docs/ceremonies`.

mod book;
mod custody;
mod departure;
mod last_steps;
mod notes;
mod registration;
mod sign_in;
mod verification;

pub use book::GENESIS;
pub use book::PEOPLE;
pub use book::POLICY;
pub use custody::CUSTODY_MOVE;
pub use custody::CUSTODY_OPEN;
pub use custody::CUSTODY_REVIEW;
pub use custody::CUSTODY_SEAL;
pub use departure::LOSS;
pub use departure::RETIREMENT;
pub use notes::ACCEPTANCE;
pub use notes::AMENDMENT;
pub use notes::EXCEPTION;
pub use notes::TRAINING;
pub use registration::PORTAL_REGISTRATION;
pub use registration::PORTAL_REPLACEMENT;
pub use registration::REGISTRATION;
pub use registration::REPLACEMENT;
pub use sign_in::VERIFICATION_WITH_SIGN_IN;
pub use verification::VERIFICATION;

use super::script::Script;

/// Every script.
pub const SCRIPTS: &[&Script] = &[
    &GENESIS,
    &REGISTRATION,
    &PORTAL_REGISTRATION,
    &REPLACEMENT,
    &PORTAL_REPLACEMENT,
    &VERIFICATION,
    &CUSTODY_OPEN,
    &CUSTODY_SEAL,
    &CUSTODY_MOVE,
    &CUSTODY_REVIEW,
    &LOSS,
    &RETIREMENT,
    &VERIFICATION_WITH_SIGN_IN,
    &PEOPLE,
    &POLICY,
    &EXCEPTION,
    &AMENDMENT,
    &ACCEPTANCE,
    &TRAINING,
];

/// The script of this name; `None` if there is none.
#[must_use]
pub fn script(name: &str) -> Option<&'static Script> {
    SCRIPTS.iter().copied().find(|script| script.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/ceremonies");

    #[test]
    fn every_script_has_its_page_and_every_page_its_script() {
        let page = |script: &Script| PathBuf::from(FOLDER).join(format!("{}.md", script.name));
        if std::env::var("GLASSKEY_BLESS").as_deref() == Ok("1") {
            fs::create_dir_all(FOLDER).unwrap();
            for script in SCRIPTS {
                fs::write(page(script), script.page()).unwrap();
            }
        }
        for script in SCRIPTS {
            let found = fs::read_to_string(page(script)).unwrap_or_default();
            assert!(
                found == script.page(),
                "docs/ceremonies/{}.md is not what the code says: GLASSKEY_BLESS=1 renews it",
                script.name
            );
        }
        let mut pages: Vec<String> = fs::read_dir(FOLDER)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "README.md")
            .collect();
        pages.sort_unstable();
        let mut names: Vec<String> = SCRIPTS
            .iter()
            .map(|script| format!("{}.md", script.name))
            .collect();
        names.sort_unstable();
        assert_eq!(pages, names);
    }

    #[test]
    fn a_script_says_what_is_done_in_each_step_and_can_be_printed() {
        for script in SCRIPTS {
            assert!((1..=20).contains(&script.steps.len()), "{}", script.name);
            for step in script.steps {
                assert!(
                    !step.activities.is_empty(),
                    "{}: {}",
                    script.name,
                    step.title
                );
            }
            for line in script.page().lines().filter(|line| line.starts_with("| ")) {
                assert_eq!(line.split('|').count(), 8, "{line}");
            }
        }
    }
}
