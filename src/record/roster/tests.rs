use super::RosterFault as F;
use super::*;
use proptest::prelude::*;

const RECORD_SIG: &[u8] = include_bytes!("../../../tests/vectors/sshsig/ed25519.sig");
const MESSAGE: &[u8] = include_bytes!("../../../tests/vectors/sshsig/message");
const ALL: [Namespace; 3] = text::NAMESPACES;

fn key(line: &str) -> SshPublicKey {
    SshPublicKey::parse(line.trim_end()).unwrap()
}

fn ed25519() -> SshPublicKey {
    key(include_str!("../../../tests/vectors/sshsig/ed25519.pub"))
}

fn entry(reference: &str, key: SshPublicKey) -> RosterEntry {
    RosterEntry {
        reference: reference.to_owned(),
        namespaces: ALL.to_vec(),
        valid_after: UtcTime::parse("2026-11-22T15:58:07Z"),
        valid_before: None,
        key,
    }
}

fn sample() -> Roster {
    let mut witness = entry(
        "w-1",
        key(include_str!("../../../tests/vectors/sshsig/rsa.pub")),
    );
    witness.namespaces = vec![Namespace::Record];
    witness.valid_after = None;
    witness.valid_before = UtcTime::parse("2029-01-01T00:00:00Z");
    Roster::new(vec![entry("op-7", ed25519()), witness]).unwrap()
}

#[test]
fn a_roster_reads_back_as_it_was_written() {
    let text = sample().text();
    assert_eq!(Roster::parse(text.as_bytes()), Ok(sample()));
    assert_eq!(
        text.lines().next().unwrap(),
        format!(
            "op-7 namespaces=\"glasskey-record-v1,glasskey-checkpoint-v1,glasskey-roster-v1\",\
             valid-after=\"20261122155807Z\" {}",
            ed25519()
        )
    );
    let second = text.lines().nth(1).unwrap();
    assert!(
        second.starts_with(
            "w-1 namespaces=\"glasskey-record-v1\",valid-before=\"20290101000000Z\" ssh-rsa AAAA"
        ),
        "{second}"
    );
}

#[test]
fn namespaces_given_in_another_order_are_written_in_ours() {
    let mut person = entry("op-7", ed25519());
    person.namespaces.reverse();
    let roster = Roster::new(vec![person]).unwrap();
    assert_eq!(roster.entries()[0].namespaces, ALL);
}

const ONE: &str = "namespaces=\"glasskey-record-v1\"";

fn good_line() -> String {
    let line = format!("op-7 {ONE} {}\n", ed25519());
    assert_eq!(Roster::parse(line.as_bytes()).unwrap().text(), line);
    line
}

fn refused(cases: &[(String, usize, F)]) {
    for (text, line, fault) in cases {
        let expected = RosterError {
            line: *line,
            fault: fault.clone(),
        };
        assert_eq!(Roster::parse(text.as_bytes()), Err(expected), "{text:.120}");
    }
}

#[test]
fn lines_in_another_form_are_refused() {
    let (key, n, good) = (ed25519().to_string(), ONE, good_line());
    refused(&[
        (String::new(), 0, F::Empty),
        (good.trim_end().to_owned(), 0, F::NotText),
        (good.replace('\n', "\r\n"), 0, F::NotText),
        (format!("# people\n{good}"), 1, F::Form),
        (format!("#{good}"), 1, F::Reference("#op-7".into())),
        (format!("{good}\n"), 2, F::Form),
        (format!("{good}op-8 {n}\n"), 2, F::Form),
        (format!("*{good}"), 1, F::Reference("*op-7".into())),
        (format!("w-1,{good}"), 1, F::Reference("w-1,op-7".into())),
        (format!("op-7 {key}\n"), 1, F::Key(SshKeyError::Form)),
        (
            format!("op-7 {n} ssh-dss AAAA\n"),
            1,
            F::Key(SshKeyError::UnknownType("ssh-dss".into())),
        ),
        ("x".repeat(MAX_ROSTER_BYTES + 1), 0, F::TooLarge),
    ]);
}

#[test]
fn options_that_are_not_ours_are_refused() {
    let (key, n) = (ed25519().to_string(), ONE);

    refused(&[
        (
            format!("op-7 cert-authority,{n} {key}\n"),
            1,
            F::Option("cert-authority".into()),
        ),
        (
            format!("op-7 {n},cert-authority {key}\n"),
            1,
            F::Option("cert-authority".into()),
        ),
        (
            format!("op-7 {n},principals=\"x\" {key}\n"),
            1,
            F::Option("principals".into()),
        ),
        (
            format!("op-7 namespaces=\"git\" {key}\n"),
            1,
            F::Namespace("git".into()),
        ),
        (
            format!("op-7 namespaces=\"\" {key}\n"),
            1,
            F::Namespace(String::new()),
        ),
        (
            format!("op-7 valid-after=\"20261122155807Z\" {key}\n"),
            1,
            F::Namespaces,
        ),
        (
            format!("op-7 namespaces=\"glasskey-record-v1,glasskey-record-v1\" {key}\n"),
            1,
            F::Namespaces,
        ),
        (
            format!("op-7 namespaces=\"glasskey-roster-v1,glasskey-record-v1\" {key}\n"),
            0,
            F::SecondSpelling,
        ),
        (
            format!("op-7 valid-after=\"20261122155807Z\",{n} {key}\n"),
            0,
            F::SecondSpelling,
        ),
        (format!("op-7 {n},{n} {key}\n"), 0, F::SecondSpelling),
        (format!("op-7 {n} {key} comment\n"), 0, F::SecondSpelling),
        (
            format!("op-7 {n},valid-after=\"20261122\" {key}\n"),
            1,
            F::Time("20261122".into()),
        ),
        (
            format!("op-7 {n},valid-after=\"20261122155807\" {key}\n"),
            1,
            F::Time("20261122155807".into()),
        ),
        (
            format!("op-7 {n},valid-before=\"19700101000000Z\" {key}\n"),
            1,
            F::Time("19700101000000Z".into()),
        ),
        (
            format!(
                "op-7 {n},valid-after=\"20270101000000Z\",valid-before=\"20270101000000Z\" {key}\n"
            ),
            1,
            F::Interval,
        ),
    ]);
}

#[test]
fn nobody_is_there_twice() {
    let (key, n, good) = (ed25519().to_string(), ONE, good_line());
    let rsa = sample().entries()[1].key.to_string();
    refused(&[
        (
            format!("{good}OP-7 {n} {rsa}\n"),
            2,
            F::DuplicateReference("OP-7".into()),
        ),
        (
            format!("{good}op-8 {n} {key}\n"),
            2,
            F::DuplicateKey {
                held_by: "op-7".into(),
            },
        ),
    ]);
}

#[test]
fn a_signature_counts_for_its_person_key_time_and_kind_of_document() {
    let roster = sample();
    let at = |text: &str| UtcTime::parse(text).unwrap();
    let then = at("2026-11-22T15:58:07Z");
    let judge = |reference: &str, namespace, message: &[u8], signature: &[u8], at| {
        roster.verify(reference, namespace, message, signature, at)
    };
    let record = Namespace::Record;
    assert_eq!(judge("op-7", record, MESSAGE, RECORD_SIG, then), Ok(()));
    assert_eq!(
        judge("op-8", record, MESSAGE, RECORD_SIG, then),
        Err(SignatureFault::NotOnRoster)
    );
    assert_eq!(
        judge("w-1", record, MESSAGE, RECORD_SIG, then),
        Err(SignatureFault::KeyMismatch)
    );
    assert_eq!(
        judge("op-7", record, MESSAGE, RECORD_SIG, then.plus_seconds(-1)),
        Err(SignatureFault::OutsideValidity)
    );
    assert_eq!(
        judge("op-7", record, b"{}", RECORD_SIG, then),
        Err(SignatureFault::Bad)
    );
    assert_eq!(
        judge("op-7", Namespace::Roster, MESSAGE, RECORD_SIG, then),
        Err(SignatureFault::Malformed(SshSigError::OtherNamespace(
            "glasskey-record-v1".into()
        )))
    );
    assert_eq!(
        judge("op-7", record, MESSAGE, b"", then),
        Err(SignatureFault::Malformed(SshSigError::Armour))
    );
    let rsa = include_bytes!("../../../tests/vectors/sshsig/rsa.sig");
    let last = at("2029-01-01T00:00:00Z");
    assert_eq!(judge("w-1", record, MESSAGE, rsa, last), Ok(()));
    assert_eq!(
        judge("w-1", record, MESSAGE, rsa, last.plus_seconds(1)),
        Err(SignatureFault::OutsideValidity)
    );
    assert_eq!(
        judge("w-1", Namespace::Checkpoint, MESSAGE, rsa, last),
        Err(SignatureFault::NotForNamespace)
    );
}

#[test]
fn the_document_shows_a_roster_and_a_good_signature() {
    let document = include_str!("../../../docs/formats/signatures.md");
    let shown: Vec<&str> = document
        .split("```text\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    let [roster, signature] = shown[..] else {
        panic!("{shown:?}")
    };
    let roster = Roster::parse(roster.as_bytes()).unwrap();
    let message = std::str::from_utf8(MESSAGE).unwrap();
    assert!(document.contains(message));
    let at = UtcTime::parse("2026-11-22T15:58:07Z").unwrap();
    let signature = signature.as_bytes();
    assert_eq!(
        roster.verify("op-7", Namespace::Record, MESSAGE, signature, at),
        Ok(())
    );
}

fn any_entry() -> impl Strategy<Value = (String, Vec<bool>, Option<i64>, Option<i64>, [u8; 32])> {
    (
        "[a-zA-Z0-9][a-zA-Z0-9_-]{0,20}",
        proptest::collection::vec(any::<bool>(), 3),
        proptest::option::of(1_i64..253_402_207_200),
        proptest::option::of(1_i64..253_402_207_200),
        any::<[u8; 32]>(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn a_roster_that_can_be_made_reads_back_equal(people in proptest::collection::vec(any_entry(), 1..5)) {
        let entries = people.into_iter().map(|(reference, chosen, after, before, key)| RosterEntry {
            reference,
            namespaces: ALL.into_iter().zip(chosen).filter(|(_, on)| *on).map(|(n, _)| n).collect(),
            valid_after: after.map(UtcTime::from_unix),
            valid_before: before.map(UtcTime::from_unix),
            key: SshPublicKey::ed25519(key),
        }).collect();
        if let Ok(roster) = Roster::new(entries) {
            prop_assert_eq!(Roster::parse(roster.text().as_bytes()), Ok(roster));
        }
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Roster::parse(&bytes);
    }

    #[test]
    fn a_changed_roster_is_refused_or_prints_as_it_was_read(
        at in any::<prop::sample::Index>(), byte in any::<u8>(), remove in any::<bool>(),
    ) {
        let mut bytes = sample().text().into_bytes();
        let index = at.index(bytes.len());
        if remove { bytes.remove(index); } else { bytes[index] = byte; }
        if let Ok(roster) = Roster::parse(&bytes) {
            prop_assert_eq!(roster.text().into_bytes(), bytes);
        }
    }
}
