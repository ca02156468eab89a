//! A bundle is read as it is written, as its page shows it, and refused when it does not fit.

use super::book::Book;
use super::book::sign;
use crate::ledger::Bundle;
use crate::ledger::BundleFault;
use crate::ledger::Ledger;
use crate::ledger::MAX_BUNDLE_BYTES;
use crate::ledger::Origin;
use crate::ledger::ToSign;
use crate::record::Event;
use crate::record::Evidence;
use crate::record::Exception;
use crate::record::Namespace;
use proptest::prelude::*;
use std::fs;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats/bundle.md");
const FENCE: &str = "```json\n";

/// A book whose second record lacks the signature of w-1.
fn book() -> Book {
    let mut book = Book::new();
    let genesis = book.genesis();
    book.append(&genesis);
    let mut statement = book.bare(Event::Exception);
    statement.exceptions = vec![Exception {
        step: "8.2".to_owned(),
        text: "the witness's laptop was empty".to_owned(),
    }];
    let prepared = book.prepare(statement, Evidence::default());
    let bytes = prepared.record.bytes().unwrap();
    let signature = sign("op-7", Namespace::Record, &bytes);
    let mut ledger = Ledger::new(&mut book.store);
    ledger.append(1, &bytes, &[("op-7", &signature)]).unwrap();
    book
}

fn to_sign(book: &mut Book, index: u64) -> ToSign {
    let ledger = Ledger::new(&mut book.store);
    ToSign::from_ledger(&ledger, index).unwrap().unwrap()
}

fn bundle() -> (Origin, Vec<ToSign>, Vec<u8>) {
    let mut book = book();
    let records = vec![to_sign(&mut book, 1)];
    let origin = book.origin();
    let bytes = Bundle::new(&origin, &records).bytes().unwrap();
    (origin, records, bytes)
}

#[test]
fn the_bundle_of_the_document_is_what_the_code_writes_and_reads() {
    let (origin, records, bytes) = bundle();
    let mut text = fs::read_to_string(DOCUMENT).unwrap();
    let start = text.find(FENCE).unwrap() + FENCE.len();
    let end = start + text[start..].find("```").unwrap();
    text.replace_range(start..end, std::str::from_utf8(&bytes).unwrap());
    if std::env::var("GLASSKEY_BLESS").as_deref() == Ok("1") {
        fs::write(DOCUMENT, &text).unwrap();
    }
    assert!(
        text == fs::read_to_string(DOCUMENT).unwrap(),
        "the example is not what the code writes: GLASSKEY_BLESS=1 renews it"
    );
    assert_eq!(Bundle::parse(&bytes), Ok((origin, records)));
    let nonces = text.split("```text\n").nth(1).unwrap();
    let nonces = nonces.split("```").next().unwrap();
    assert_eq!(nonces.lines().count(), 2);
}

#[test]
fn every_member_of_a_bundle_has_its_row() {
    let text = fs::read_to_string(DOCUMENT).unwrap();
    let mut book = book();
    let records = [to_sign(&mut book, 0), to_sign(&mut book, 1)];
    let origin = book.origin();
    let bytes = Bundle::new(&origin, &records).bytes().unwrap();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let mut names = Vec::new();
    for (name, member) in value.as_object().unwrap() {
        names.push(format!(
            "{name}{}",
            if member.is_array() { "[]" } else { "" }
        ));
    }
    names.extend(["ref", "signature"].map(|name| format!("records[].signatures[].{name}")));
    for (name, member) in value["records"][0].as_object().unwrap() {
        let array = if member.is_array() { "[]" } else { "" };
        names.push(format!("records[].{name}{array}"));
    }
    names.sort_unstable();
    let mut rows: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, _)| name.to_owned())
        .collect();
    rows.sort_unstable();
    assert_eq!(rows, names);
}

#[test]
fn a_record_is_held_against_the_roster_and_the_policy_beside_it() {
    let mut book = book();
    let (one, ledger) = (to_sign(&mut book, 1), Ledger::new(&mut book.store));
    let force = ledger.in_force_for(1).unwrap();
    let with = |change: &dyn Fn(&mut crate::ledger::InForce)| {
        let mut force = force.clone();
        change(&mut force);
        ToSign::new(Some(1), &one.record, &force, None, &[]).err()
    };
    assert_eq!(with(&|_| {}), None);
    assert_eq!(
        with(&|force| force.policy.verify_every_days = 91),
        Some(BundleFault::PolicyDiffers)
    );
    let two = super::book::roster(&["op-7", "w-1", "w-2"]);
    assert_eq!(
        with(&|force| force.roster.clone_from(&two)),
        Some(BundleFault::RosterDiffers)
    );
    assert_eq!(
        with(&|force| force.roster = b"odd".to_vec()),
        Some(BundleFault::Roster)
    );
    let other = [("w-1".to_owned(), one.signatures[0].1.clone())];
    let other = ToSign::new(Some(1), &one.record, &force, None, &other);
    assert_eq!(other.err(), Some(BundleFault::Signature));
    let brings = ToSign::new(Some(1), &one.record, &force, Some(&force.roster), &[]);
    assert_eq!(brings.err(), Some(BundleFault::RosterAfter));
    let first = to_sign(&mut book, 0);
    assert_eq!(first.documents().len(), 2);
    assert_eq!(one.documents().len(), 1);
}

#[test]
fn a_file_that_is_no_bundle_says_why() {
    let (_, _, bytes) = bundle();
    let text = String::from_utf8(bytes).unwrap();
    let parse = |text: &str| Bundle::parse(text.as_bytes()).unwrap_err();
    assert_eq!(parse(""), BundleFault::NotABundle);
    assert_eq!(
        parse(&text.replace("bundle/1", "bundle/2")),
        BundleFault::NotABundle
    );
    let (_, rest) = text.split_once("\"schema\"").unwrap();
    let (head, _) = text.split_once("\"records\":[").unwrap();
    let empty = format!("{head}\"records\":[],\"schema\"{rest}");
    assert_eq!(parse(&empty), BundleFault::Count(0));
    let other = text.replacen("glasskey:", "glasskex:", 1);
    assert_eq!(parse(&other), BundleFault::Origin);
    let other = text.replacen("/contoso", "/contosa", 1);
    assert_eq!(parse(&other), BundleFault::OtherBook);
    let large = vec![b' '; MAX_BUNDLE_BYTES + 1];
    assert_eq!(Bundle::parse(&large), Err(BundleFault::TooLarge));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::whole_test_cases()))]

    #[test]
    fn no_byte_of_a_bundle_is_changed_unseen(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let (origin, records, bytes) = bundle();
        let mut changed = bytes.clone();
        let at = at.index(changed.len());
        changed[at] = byte;
        if changed != bytes
            && let Ok((other_origin, others)) = Bundle::parse(&changed)
        {
            // Its maker may say otherwise which roles count, and where the record is.
            prop_assert_eq!(other_origin, origin);
            for (one, other) in records.iter().zip(&others) {
                prop_assert_eq!(&one.record, &other.record);
                prop_assert_eq!(&one.roster, &other.roster);
                prop_assert_eq!(&one.policy, &other.policy);
            }
        }
    }
}
