//! Books in which files were changed, taken away, or replaced by something else.

use crate::support::Changed;
use crate::support::LAST;
use crate::support::Odd;
use crate::support::REHEARSAL;
use crate::support::agree;
use crate::support::can_run;
use crate::support::fresh;
use crate::support::sealed_files;
use crate::support::verify_py;
use crate::support::with;
use crate::support::without;
use glasskey::primitives::Digest;
use std::fs;

#[test]
fn every_tampered_file_is_named_by_both() {
    if !can_run("tampered books") {
        return;
    }
    let mut all = Vec::new();
    for (name, bytes) in sealed_files() {
        for (number, at) in [0, bytes.len() / 3, bytes.len() * 2 / 3, bytes.len() - 1]
            .into_iter()
            .enumerate()
        {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (number * 2 % 8);
            all.push(Changed::new(
                format!("{name}: bit of byte {at}"),
                with(name, flipped),
            ));
        }
        all.push(Changed::new(format!("{name} taken away"), without(name)));
        all.push(Changed::new(
            format!("{name} cut"),
            with(name, bytes[..bytes.len() / 2].to_vec()),
        ));
        all.push(Changed::new(
            format!("{name} emptied"),
            with(name, Vec::new()),
        ));
        all.push(Changed::new(
            format!("{name} grown"),
            with(name, [bytes.as_slice(), b"\n"].concat()),
        ));
    }
    for verdict in agree("tampered", &all) {
        assert_eq!(verdict.exit, 6, "{verdict:?}");
    }
}

#[test]
fn swapped_renamed_and_odd_files_are_named_by_both() {
    if !can_run("odd books") {
        return;
    }
    let mut all = Vec::new();
    let names: Vec<&String> = sealed_files().map(|(name, _)| name).collect();
    for pair in names.windows(2) {
        let mut files = REHEARSAL.files.clone();
        files.insert(pair[0].clone(), REHEARSAL.files[pair[1]].clone());
        files.insert(pair[1].clone(), REHEARSAL.files[pair[0]].clone());
        all.push(Changed::new(
            format!("{} and {} swapped", pair[0], pair[1]),
            files,
        ));
    }
    for (name, _) in sealed_files() {
        for (word, odd) in [
            ("folder", Odd::Folder),
            ("empty folder", Odd::EmptyFolder),
            ("link", Odd::Link),
        ] {
            let changed = Changed::new(format!("{name}: a {word} in its place"), without(name));
            all.push(changed.odd(name, odd));
        }
    }
    let signature = REHEARSAL.files[&format!("{LAST}/w-1.sig")].clone();
    for stray in [
        "ledger/.DS_Store",
        "ledger/Origin",
        "ledger/records/000004/record.json~",
        "ledger/records/4/record.json",
        "ledger/records/000009/op-1.sig",
        "ledger/records/000004/nobody.sig",
        "ledger/records/000004/a.b.sig",
        "ledger/records/000004/sub/record.json",
        "ledger/records/000005/w-1.sig",
        "ledger/roster/000004.allowed_signers",
        "ledger/roster/000004.op-1.sig",
        "ledger/roster/000000.nobody.sig",
        "ledger/checkpoints/000000.txt",
        "ledger/checkpoints/000000.txt.op-1.sig",
        "ledger/checkpoints/000006.txt",
        "ledger/checkpoints/000005.txt.nobody.sig",
        "ledger/checkpoints/99999999999999999999.txt",
        "ledger/mds/00.jwt",
        &format!("ledger/mds/{}.jwt", "0".repeat(64)),
    ] {
        all.push(Changed::new(
            format!("stray {stray}"),
            with(stray, signature.clone()),
        ));
    }
    let cited = format!("ledger/mds/{}.jwt", Digest::of(b"x"));
    let breaking = all.len();
    all.push(Changed::new(
        "metadata that nobody cites",
        with(&cited, b"x".to_vec()),
    ));
    all.push(Changed::new("a stray link", REHEARSAL.files.clone()).odd("ledger/link", Odd::Link));
    all.push(
        Changed::new("a stray folder", REHEARSAL.files.clone())
            .odd("ledger/empty", Odd::EmptyFolder),
    );
    all.push(
        Changed::new("a name in no alphabet", REHEARSAL.files.clone())
            .odd("ledger/odd", Odd::NotUtf8),
    );
    // A cut tail, a whole older copy, and a gap.
    for (what, gone) in [
        ("tail cut", &["000004", "000005"][..]),
        ("record lost", &["records/000002"]),
    ] {
        let mut files = REHEARSAL.files.clone();
        files.retain(|name, _| !gone.iter().any(|part| name.contains(part)));
        for trust in [Some(REHEARSAL.trust()), None] {
            all.push(Changed {
                trust,
                ..Changed::new(what, files.clone())
            });
        }
    }
    let verdicts = agree("odd", &all);
    for (changed, verdict) in all.iter().zip(&verdicts).take(breaking) {
        assert_eq!(verdict.exit, 6, "{}", changed.what);
    }
}

#[test]
fn hostile_files_are_called_bad_and_never_end_in_a_traceback() {
    if !can_run("hostile files") {
        return;
    }
    let deep = [vec![b'['; 200_000], vec![b']'; 200_000]].concat();
    let cases = [
        ("deep", deep.clone()),
        ("long number", vec![b'9'; 900_000]),
        (
            "surrogate",
            br#"{"evidence":{},"statement":"\ud800"}"#.to_vec(),
        ),
        ("null", b"null".to_vec()),
        ("not utf-8", vec![0xff; 100]),
        ("large", vec![b' '; (1 << 20) + 1]),
        ("bom", b"\xef\xbb\xbf{}".to_vec()),
    ];
    let all: Vec<Changed> = cases
        .into_iter()
        .flat_map(|(what, bytes)| {
            [
                "ledger/records/000000/record.json",
                "ledger/records/000002/record.json",
                "ledger/origin",
                "ledger/roster/000000.allowed_signers",
                "ledger/checkpoints/000003.txt",
                "ledger/records/000001/w-1.sig",
            ]
            .map(|name| Changed::new(format!("{what} in {name}"), with(name, bytes.clone())))
        })
        .collect();
    for verdict in agree("hostile", &all) {
        assert_eq!(verdict.exit, 6);
    }
    let file = fresh("hostile-evidence").join("deep.json");
    fs::write(&file, &deep[..]).unwrap();
    let output = verify_py(&["--evidence", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("Traceback"));
}
