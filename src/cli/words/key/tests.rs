use super::*;
use crate::ctap::Command;

/// Three lines of 80 columns at most, none of them empty, and exit 4.
#[track_caller]
fn fits(failure: &Failure) {
    are_three_lines(failure);
    assert_eq!(failure.exit, Exit::Key, "{failure:?}");
}

#[track_caller]
fn are_three_lines(failure: &Failure) {
    let mut written = Vec::new();
    failure.write(&mut written);
    let text = String::from_utf8(written).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    for (line, head) in lines.iter().zip(["error: ", "because: ", "next: "]) {
        let columns = crate::primitives::text::display_width(line);
        assert!(columns <= 80, "{columns} columns: {line}");
        let rest = line.strip_prefix(&format!("glasskey: {head}"));
        assert!(rest.is_some_and(|rest| !rest.trim().is_empty()), "{line}");
    }
}

#[test]
fn every_reason_a_key_does_not_open_is_three_lines_that_say_what_to_do() {
    let path = || "/dev/hidraw12".to_owned();
    let allowed = keys(&KeysError::NotAllowed { path: path() });
    assert!(allowed.next.contains("glasskey doctor"), "{allowed:?}");
    let held = keys(&KeysError::HeldByAnother { path: path() });
    assert!(held.next.contains("close it"), "{held:?}");
    let gone = keys(&KeysError::Gone { path: path() });
    assert!(gone.next.contains("plug it in"), "{gone:?}");
    let other = keys(&KeysError::Io("Input/output error (os error 5)".into()));
    for failure in [allowed, held, gone, other] {
        fits(&failure);
        assert!(failure.what.contains("nothing was sent"), "{failure:?}");
    }
}

#[test]
fn every_way_a_key_fails_is_three_lines_that_say_what_to_do() {
    let commands = [
        Command::GetInfo,
        Command::ClientPin,
        Command::GetAssertion,
        Command::MakeCredential,
        Command::CredentialManagement,
        Command::Selection,
        Command::GetNextAssertion,
    ];
    for byte in 1..=u8::MAX {
        let status = CtapStatus::from_byte(byte);
        for command in commands {
            fits(&ctap(&CtapError::Status { command, status }));
        }
        fits(&ctap(&CtapError::Hid(CtaphidError::from_payload(&[byte]))));
    }
    for error in [
        CtapError::Timeout,
        CtapError::Gone,
        CtapError::Busy,
        CtapError::NoEntropy,
        CtapError::Malformed {
            what: "numberOfCredentials",
        },
        CtapError::Unsupported {
            what: "CAPABILITY_CBOR",
        },
        CtapError::TooMany {
            what: "numberOfCredentials",
            claimed: u64::MAX,
        },
        CtapError::TooLong {
            length: 65_536,
            limit: 1_024,
        },
        CtapError::Transport("Input/output error (os error 5)".into()),
    ] {
        fits(&ctap(&error));
    }
    assert!(ctap(&CtapError::Gone).next.contains("plug it in"));
    assert!(ctap(&CtapError::Busy).next.contains("close it"));
    assert!(ctap(&CtapError::Timeout).next.contains("unplug"));
}

#[test]
fn a_touch_that_somebody_cancelled_is_declined_and_changed_nothing() {
    let failure = ctap(&CtapError::Cancelled);
    are_three_lines(&failure);
    assert_eq!(failure.exit, Exit::Declined);
    assert_eq!(failure.what, "the touch was cancelled; nothing was changed");
}
