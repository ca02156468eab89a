use super::*;
use crate::facts::book::RecordedSignIn;
use crate::facts::due::Concerns;
use crate::primitives::Guid;
use crate::webauthn::Aaguid;

fn time(text: &str) -> UtcTime {
    UtcTime::parse(text).unwrap()
}

fn day(text: &str) -> UtcTime {
    time(&format!("{text}T12:00:00Z"))
}

fn facts() -> DueFacts {
    DueFacts {
        label: "BG1-A".into(),
        last: day("2026-01-01"),
        record: 1,
        happened: Vec::new(),
    }
}

fn happening(at: &str, concerns: Concerns) -> Happening {
    Happening {
        at: day(at),
        concerns,
        what: "cu-2, a custodian, left by record 000007".to_owned(),
    }
}

fn key(account: &str, label: &str, seen: &str) -> BookKey {
    BookKey {
        label: label.to_owned(),
        account: account.to_owned(),
        aaguid: Aaguid(Guid([0x47; 16])),
        credential_id: None,
        method_id: None,
        serial: None,
        firmware: None,
        safe: Some("SAFE-A".to_owned()),
        registered: day("2026-01-01"),
        pin_proven: None,
        sealed: None,
        seen: Some((day(seen), 4)),
    }
}

fn four() -> BookFacts {
    BookFacts {
        keys: [
            ("BG-1", "BG1-A"),
            ("BG-1", "BG1-B"),
            ("BG-2", "BG2-A"),
            ("BG-2", "BG2-B"),
        ]
        .map(|(account, label)| key(account, label, "2026-01-01"))
        .to_vec(),
        ..BookFacts::default()
    }
}

fn signed_in(account: &str, label: &str, at: &str) -> RecordedSignIn {
    RecordedSignIn {
        account: account.to_owned(),
        label: label.to_owned(),
        at: day(at),
        record: 9,
    }
}

fn at(book: &BookFacts, as_of: &str) -> Vec<(String, DueDepth, DueStanding)> {
    dues(book, &[], &Policy::default(), day(as_of))
        .into_iter()
        .map(|one| (one.label, one.depth, one.standing))
        .collect()
}

#[test]
fn due_passes_warns_and_fails_by_the_day() {
    for (as_of, expected) in [
        ("2026-03-11T11:59:59Z", Verdict::Pass),
        ("2026-03-11T12:00:00Z", Verdict::Warn),
        ("2026-04-01T12:00:00Z", Verdict::Warn),
        ("2026-04-01T12:00:01Z", Verdict::Fail),
    ] {
        let finding = due(&facts(), &Policy::default(), time(as_of));
        assert_eq!(finding.verdict, expected, "{as_of}");
    }
}

#[test]
fn due_comes_early_after_a_change_and_says_why() {
    let mut facts = facts();
    facts.happened = vec![
        happening("2025-12-31", Concerns::Everyone),
        happening("2026-01-10", Concerns::Everyone),
    ];
    let policy = Policy::default();
    for (as_of, verdict) in [
        ("2026-01-09", Verdict::Pass),
        ("2026-01-10", Verdict::Warn),
        ("2026-01-31", Verdict::Warn),
        ("2026-02-01", Verdict::Fail),
    ] {
        let finding = due(&facts, &policy, day(as_of));
        assert_eq!(finding.verdict, verdict, "{as_of}");
    }
    assert_eq!(
        due(&facts, &policy, day("2026-01-12")).detail,
        "due 2026-01-31, last seen 2026-01-01 in record 000001; cu-2, a custodian, left by record \
         000007"
    );
}

#[test]
fn each_account_gets_one_sign_in_a_quarter_by_the_key_that_signed_in_longest_ago() {
    use DueDepth::Presence;
    use DueDepth::SignIn;
    let mut book = four();
    let depths = |book: &BookFacts, as_of: &str| -> Vec<(String, DueDepth)> {
        at(book, as_of)
            .into_iter()
            .map(|(label, depth, _)| (label, depth))
            .collect()
    };
    let expected = |depths: [DueDepth; 4]| -> Vec<(String, DueDepth)> {
        ["BG1-A", "BG1-B", "BG2-A", "BG2-B"]
            .map(str::to_owned)
            .into_iter()
            .zip(depths)
            .collect()
    };
    assert_eq!(
        depths(&book, "2026-03-20"),
        expected([SignIn, Presence, SignIn, Presence])
    );
    book.sign_ins = vec![
        signed_in("BG-1", "BG1-A", "2026-03-20"),
        signed_in("BG-2", "BG2-A", "2026-03-20"),
    ];
    for key in &mut book.keys {
        key.seen = Some((day("2026-03-20"), 5));
    }
    // A quarter later it is the other key's turn.
    assert_eq!(
        depths(&book, "2026-06-10"),
        expected([Presence, SignIn, Presence, SignIn])
    );
}

#[test]
fn a_key_that_is_due_early_again_soon_after_a_sign_in_needs_none() {
    let mut book = four();
    book.sign_ins = vec![signed_in("BG-1", "BG1-A", "2026-01-01")];
    book.happened = vec![happening(
        "2026-01-05",
        Concerns::Account("BG-1".to_owned()),
    )];
    let all = dues(&book, &[], &Policy::default(), day("2026-01-06"));
    let early: Vec<_> = all
        .iter()
        .filter(|one| one.standing == DueStanding::Soon)
        .map(|one| (one.command(), one.by.day(), one.reasons.len()))
        .collect();
    assert_eq!(
        early,
        [
            (
                "glasskey verify BG1-A".to_owned(),
                "2026-01-26".to_owned(),
                1
            ),
            (
                "glasskey verify BG1-B".to_owned(),
                "2026-01-26".to_owned(),
                1
            ),
        ]
    );
}

#[test]
fn an_advisory_that_came_after_the_key_was_seen_makes_it_due() {
    let mut book = four();
    let yubikey = "2fc0579f-8113-47ea-b116-bb5a8db9202a";
    let aaguid = Aaguid::parse(yubikey).unwrap();
    let Some(advisory) = advisories(aaguid).next() else {
        panic!("no advisory about {yubikey}");
    };
    let before = advisory.published.plus_days(-10);
    let concerned = &mut book.keys[0];
    concerned.aaguid = aaguid;
    concerned.firmware = Some("5.2.4".to_owned());
    concerned.seen = Some((before, 4));
    let as_of = advisory.published.plus_days(1);
    let all = dues(&book, &[], &Policy::default(), as_of);
    let due = all.iter().find(|one| one.label == "BG1-A").unwrap();
    let what = format!(
        "advisory {} of {} concerns it",
        advisory.id,
        advisory.published.day()
    );
    assert!(due.reasons.contains(&what), "{due:?}");
    assert_eq!(due.by, advisory.published.plus_days(21));
    // Seen since: it was looked at.
    book.keys[0].seen = Some((as_of, 5));
    let all = dues(&book, &[], &Policy::default(), as_of);
    let due = all.iter().find(|one| one.label == "BG1-A").unwrap();
    assert_eq!(due.reasons, Vec::<String>::new());
}

#[test]
fn a_key_without_any_sighting_counts_from_its_registration() {
    let mut book = four();
    book.keys.truncate(1);
    book.keys[0].seen = None;
    let all = dues(&book, &[], &Policy::default(), day("2026-04-01"));
    assert_eq!(all[0].by, day("2026-04-01"));
    assert_eq!(all[0].standing, DueStanding::Soon);
    assert_eq!(
        at(&book, "2026-04-02"),
        [("BG1-A".to_owned(), DueDepth::SignIn, DueStanding::Overdue)]
    );
}
