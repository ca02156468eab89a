//! What an auditor brings, read back and refused.

use super::*;
use crate::ledger::Origin;
use crate::primitives::Guid;
use proptest::prelude::*;

fn trust() -> Trust {
    let origin = Origin::new(Guid([0xab; 16]), "a \"quoted\" \\ book", false).unwrap();
    let aaguid = |byte| Aaguid(Guid([byte; 16]));
    Trust {
        genesis: Some(Digest::of(b"genesis")),
        mds_roots: vec![vec![0x30, 0]],
        tsa_roots: vec![vec![0x30, 3, 4, 5, 6]],
        anchors: vec![
            TrustedAnchor {
                aaguid: aaguid(1),
                der: vec![0x30, 1, 2],
            },
            TrustedAnchor {
                aaguid: aaguid(2),
                der: vec![0x30, 1, 2],
            },
            TrustedAnchor {
                aaguid: aaguid(1),
                der: vec![0x30, 9],
            },
        ],
        heads: vec![Checkpoint {
            origin,
            size: 3,
            root: Digest::of(b"root"),
        }],
        metadata: None,
    }
}

#[test]
fn a_trust_file_reads_back() {
    assert_eq!(Trust::parse(trust().text().as_bytes()), Ok(trust()));
    assert_eq!(Trust::parse(b""), Ok(Trust::default()));
}

#[test]
fn an_anchor_knows_how_many_models_it_serves() {
    let anchors = trust().anchors_of(&Aaguid(Guid([1; 16])));
    let serves: Vec<usize> = anchors.iter().map(|anchor| anchor.serves).collect();
    assert_eq!(serves, [2, 1]);
    assert_eq!(trust().anchors_of(&Aaguid(Guid([3; 16]))), []);
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    let fault = Trust::parse(b"# trust\ngenisis = \"00\"\n").unwrap_err();
    let TrustFault::Toml { line, words } = fault else {
        panic!("{fault:?}");
    };
    assert_eq!(line, Some(2));
    assert!(words.contains("genisis"), "{words}");
}

#[test]
fn values_that_are_no_digest_or_der_are_refused() {
    let root = Digest::of(b"");
    for (text, fault) in [
        ("genesis = \"AB\"".to_owned(), TrustFault::Genesis),
        (
            "[[mds-root]]\nder = \"MA\"".to_owned(),
            TrustFault::MdsRoot(1),
        ),
        (
            "[[mds-root]]\nder = \"\"".to_owned(),
            TrustFault::MdsRoot(1),
        ),
        (
            "[[tsa-root]]\nder = \"!\"".to_owned(),
            TrustFault::TsaRoot(1),
        ),
        (
            "[[anchor]]\naaguid = \"x\"\nder = \"MAA=\"".to_owned(),
            TrustFault::Anchor(1),
        ),
        (
            format!("[[head]]\norigin = \"x\"\nsize = 1\nroot = \"{root}\""),
            TrustFault::Head(1),
        ),
    ] {
        assert_eq!(Trust::parse(text.as_bytes()), Err(fault), "{text}");
    }
}

#[test]
fn heads_are_checkpoints_with_a_blank_line_between() {
    let mut second = trust().heads.remove(0);
    let first = second.clone();
    second.size = 4;
    let file = format!("{}\n{}", first.text(), second.text());
    assert_eq!(parse_heads(file.as_bytes()), Ok(vec![first, second]));
    // As `zbarimg --raw` leaves it, as an editor elsewhere does, and with the last newline lost.
    let both = parse_heads(file.as_bytes());
    assert_eq!(both.as_ref().map(Vec::len), Ok(2));
    for same in [
        format!("\n{}\n\n", file.replace("\n\n", "\n\n\n")),
        file.replace('\n', "\r\n"),
        file.trim_end().to_owned(),
    ] {
        assert_eq!(parse_heads(same.as_bytes()), both, "{same:?}");
    }
}

#[test]
fn what_is_no_head_is_named_by_its_place() {
    let head = trust().heads.remove(0).text();
    assert_eq!(parse_heads(b""), Err(TrustFault::NoHeads));
    assert_eq!(parse_heads(b"\n\r\n"), Err(TrustFault::NoHeads));
    for (file, fault) in [
        (format!("{head}{head}"), TrustFault::Head(1)),
        (format!("{head}\n {head}"), TrustFault::Head(2)),
        (format!("{head}\nx\n"), TrustFault::Head(2)),
        (head.replace('\n', "\r\r\n"), TrustFault::Head(1)),
    ] {
        assert_eq!(parse_heads(file.as_bytes()), Err(fault), "{file:?}");
    }
}

#[test]
fn a_head_is_remembered_once_and_after_what_was_there() {
    let first = trust().heads.remove(0);
    let mut second = first.clone();
    second.size = 4;
    let one = remember(b"", &first).unwrap().unwrap();
    assert_eq!(one, first.text());
    assert_eq!(remember(one.as_bytes(), &first), Ok(None));
    let two = remember(one.trim_end().as_bytes(), &second)
        .unwrap()
        .unwrap();
    assert_eq!(parse_heads(two.as_bytes()), Ok(vec![first, second]));
    assert_eq!(
        remember(b"x\n", &trust().heads.remove(0)),
        Err(TrustFault::Head(1))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn no_bytes_make_it_panic(
        noise in proptest::collection::vec(any::<u8>(), 0..300),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut mutated = trust().text().into_bytes();
        let at = at.index(mutated.len());
        mutated[at] = byte;
        for file in [noise, mutated] {
            let _ = Trust::parse(&file);
            let _ = parse_heads(&file);
        }
    }
}
