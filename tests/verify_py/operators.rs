//! Who may sign a checkpoint: an operator of its record, and nobody else.

use crate::support::Changed;
use crate::support::Files;
use crate::support::agree;
use crate::support::can_run;
use crate::support::collect;
use crate::support::fresh;
use crate::support::glasskey;
use glasskey::ledger::Checkpoint;
use glasskey::ledger::Origin;
use glasskey::ledger::Tree;
use glasskey::primitives::Digest;
use glasskey::primitives::json;
use glasskey::record::Namespace;
use glasskey::rehearsal::World;
use serde_json::Value;
use serde_json::json;

/// A book of genesis and a newcomer.
fn two_records() -> Files {
    let folder = fresh("operators-book");
    let out = folder.to_str().unwrap();
    let played = glasskey(&["rehearse", "--only", "people", "--out", out]);
    assert!(played.status.success(), "{played:?}");
    let mut files = Files::new();
    collect(&folder.join("book/ledger"), "ledger/", &mut files);
    cut(files, 2)
}

/// Its first `size` records.
fn cut(mut files: Files, size: u64) -> Files {
    files.retain(|name, _| {
        let number = name.split('/').nth(2).and_then(|part| part.get(..6));
        let number = number.and_then(|number| number.parse::<u64>().ok());
        let last = if name.starts_with("ledger/checkpoints/") {
            size
        } else {
            size - 1
        };
        number.is_none_or(|number| number <= last)
    });
    files
}

fn record(index: u64) -> String {
    format!("ledger/records/{index:06}")
}

/// The last record with `people`, signed again by everyone; its checkpoint by `by` alone.
fn signed_by(mut files: Files, last: u64, people: impl Fn(&mut Value), by: &str) -> Files {
    let name = format!("{}/record.json", record(last));
    let mut changed: Value = serde_json::from_slice(&files[&name]).unwrap();
    people(&mut changed["statement"]["people"]);
    let bytes = json::encode(&changed).unwrap();
    let mut tree = Tree::empty();
    for index in 0..last {
        let name = format!("{}/record.json", record(index));
        tree.push(&Digest::of(&files[&name]));
    }
    tree.push(&Digest::of(&bytes));
    let size = last + 1;
    let checkpoint = Checkpoint {
        origin: Origin::parse_file(&files["ledger/origin"]).unwrap(),
        size,
        root: tree.root(),
    };
    let checkpoint = checkpoint.text().into_bytes();
    let file = format!("ledger/checkpoints/{size:06}.txt");
    files.remove(&format!("{file}.op-1.sig"));
    for signer in &mut World::signers().unwrap() {
        let reference = signer.reference().to_owned();
        let signature = signer.sign(Namespace::Record, &bytes).unwrap();
        files.insert(format!("{}/{reference}.sig", record(last)), signature);
        if reference == by {
            let signature = signer.sign(Namespace::Checkpoint, &checkpoint).unwrap();
            files.insert(format!("{file}.{reference}.sig"), signature);
        }
    }
    // The copy beside the ledger.
    let roster = files[&format!("ledger/roster/{last:06}.allowed_signers")].clone();
    files.insert("roster.allowed_signers".to_owned(), roster);
    files.insert(file, checkpoint);
    files.insert(name, bytes);
    files
}

#[test]
fn a_checkpoint_is_signed_by_whoever_operated_before_the_record_and_by_nobody_else() {
    if !can_run("who signs a checkpoint") {
        return;
    }
    let book = two_records();
    let as_it_is = |_: &mut Value| ();
    let promoted = |people: &mut Value| {
        let person = people.as_array_mut().unwrap().iter_mut();
        let mut person = person.filter(|person| person["ref"] == "w-1");
        person.next().unwrap()["roles"] = json!(["operator", "witness", "custodian"]);
    };
    let genesis = cut(book.clone(), 1);
    let all = [
        (
            "op-1",
            signed_by(genesis.clone(), 0, as_it_is, "op-1"),
            true,
        ),
        ("w-1", signed_by(genesis.clone(), 0, as_it_is, "w-1"), false),
        (
            "w-1, who operates",
            signed_by(genesis, 0, promoted, "w-1"),
            true,
        ),
        (
            "op-1, of a newcomer",
            signed_by(book.clone(), 1, promoted, "op-1"),
            true,
        ),
        (
            "w-1, who operates from then on",
            signed_by(book, 1, promoted, "w-1"),
            false,
        ),
    ];
    let changed: Vec<Changed> = all
        .iter()
        .map(|(who, files, _)| Changed {
            trust: None,
            ..Changed::new(format!("signed by {who}"), files.clone())
        })
        .collect();
    for (verdict, (who, _, good)) in agree("operators", &changed).iter().zip(&all) {
        let bad = verdict.first_bad.as_deref();
        assert_eq!(verdict.exit, if *good { 1 } else { 6 }, "{who}: {bad:?}");
        let unsigned = bad.is_some_and(|bad| bad.contains(".txt.op-1.sig"));
        assert_eq!(unsigned, !good, "{who}: {bad:?}");
    }
}
