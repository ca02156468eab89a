//! The formats' documents show what the code reads and writes.

use crate::ledger::Checkpoint;
use crate::ledger::FileName;
use crate::ledger::Trust;
use crate::ledger::parse_heads;

const LEDGER: &str = include_str!("../../../docs/formats/ledger.md");
const TRUST: &str = include_str!("../../../docs/formats/trust.md");

/// The first block of that language.
fn block<'d>(document: &'d str, language: &str) -> &'d str {
    let (_, rest) = document.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn the_checkpoint_of_the_document_is_one() {
    let text = block(LEDGER, "text");
    let checkpoint = Checkpoint::parse(text.as_bytes()).unwrap();
    assert_eq!(checkpoint.text(), text);
    assert_eq!(checkpoint.root, crate::ledger::Tree::empty().root());
}

#[test]
fn the_names_of_the_document_are_those_of_the_layout() {
    let digest = crate::primitives::Digest::of(b"").to_string();
    let names: Vec<String> = LEDGER
        .lines()
        .skip_while(|line| !line.starts_with("| --- "))
        .skip(1)
        .take_while(|line| line.starts_with("| `"))
        .map(|line| line.split('`').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(names.len(), 8);
    for name in names {
        let name = name.replace("<ref>", "op-7").replace("<sha256>", &digest);
        assert!(FileName::parse(&name).is_some(), "{name}");
    }
}

#[test]
fn the_trust_file_of_the_document_is_read() {
    let text = block(TRUST, "toml");
    let trust = Trust::parse(text.as_bytes()).unwrap();
    assert_eq!(trust.text(), text);
    assert_eq!(trust.heads[0].size, 12);
}

#[test]
fn the_heads_of_the_document_are_read() {
    let heads = parse_heads(block(TRUST, "text").as_bytes()).unwrap();
    let sizes: Vec<u64> = heads.iter().map(|head| head.size).collect();
    assert_eq!(sizes, [0, 1]);
}
