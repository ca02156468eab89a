//! What every book carries so that a stranger can check it without this program.

/// `verify.py`: the second verifier, written from `docs/formats/` (Python 3.9 or newer, and the
/// package `cryptography`).
pub const VERIFY_PY: &str = include_str!("../../docs/verify/verify.py");

/// `VERIFY.md`: how a stranger checks a book by hand, and what no check can tell.
pub const VERIFY_MD: &str = include_str!("../../docs/verify/VERIFY.md");

/// `.gitattributes`: git leaves every byte of a book as it is.
const GIT_ATTRIBUTES: &str = "* -text -ident -filter\n";

/// The files for strangers, and for git, by their names at the top of a book.
pub const FOR_STRANGERS: [(&str, &str); 3] = [
    ("VERIFY.md", VERIFY_MD),
    ("verify.py", VERIFY_PY),
    (".gitattributes", GIT_ATTRIBUTES),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_reads_no_other_schema_than_the_records_have() {
        let line = format!("\nSCHEMA = \"{}\"\n", crate::record::Statement::SCHEMA);
        assert!(VERIFY_PY.contains(&line));
    }

    #[test]
    fn the_page_about_git_shows_the_attributes_that_a_book_brings() {
        let page = include_str!("../../docs/anchors.md");
        assert!(page.contains(&format!("```text\n{GIT_ATTRIBUTES}```\n")));
    }

    #[test]
    fn the_verifier_knows_every_namespace() {
        for namespace in [
            crate::record::Namespace::Record,
            crate::record::Namespace::Checkpoint,
            crate::record::Namespace::Roster,
        ] {
            assert!(VERIFY_PY.contains(&format!("\"{}\"", namespace.name())));
            assert!(VERIFY_MD.contains(namespace.name()));
        }
    }
}
