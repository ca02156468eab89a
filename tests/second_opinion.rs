//! `inspect --second-opinion` with the real other client, `ctap-hid-fido2`, on virtual keys behind
//! mocked hidraw nodes; and that client by itself, which drives the virtual key through its life.
//! Built with the feature `second-opinion`.

#[path = "serve/line.rs"]
mod line;
#[path = "serve/nodes.rs"]
mod nodes;
#[path = "serve/served.rs"]
mod served;

use glasskey::rehearsal::key::Fault;
use glasskey::rehearsal::key::KeySpec;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::key::Statistics;
use glasskey::rehearsal::key::VirtualKey;
use glasskey::rehearsal::key::When;
use nodes::Plugged;
use nodes::bus::installed;
use nodes::bus::say;
use nodes::run;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Output;

const PIN: &str = "135790";
const INSPECT: &[&str] = &[
    env!("CARGO_BIN_EXE_glasskey"),
    "inspect",
    "--second-opinion",
    "--json",
];

fn with_pin() -> Plugged {
    Plugged::new(KeySpec::new("K", 7), Some(PIN))
}

/// What `SECOND-OPINION` says of each key, and its verdict first.
fn opinions(output: &Output) -> Vec<(String, String)> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    });
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|one| one["check"] == "SECOND-OPINION")
        .map(|one| (text(&one["verdict"]), text(&one["detail"])))
        .collect()
}

/// Both were there, one after the other; no PIN, no touch.
fn one_after_the_other(seen: &Statistics) {
    assert_eq!(seen.most_handles, 1);
    assert_eq!((seen.seen("INIT"), seen.seen("getInfo")), (2, 2));
    assert_eq!((seen.pins_compared, seen.touches_asked), (0, 0));
}

#[test]
fn two_clients_agree_on_every_personality_and_never_have_a_key_open_together() {
    if !installed() {
        return;
    }
    for personality in Personality::ALL {
        for pin in [None, Some(PIN)] {
            let spec = KeySpec::new("K", 7).with_personality(personality);
            let (output, seen) = run(vec![Plugged::new(spec, pin)], INSPECT);
            let opinions = opinions(&output);
            let [(verdict, detail)] = opinions.as_slice() else {
                panic!("{opinions:?}");
            };
            assert_eq!(verdict, "pass", "{personality:?}: {detail}");
            let facts: u32 = detail.split(' ').next().unwrap().parse().unwrap();
            assert!(facts >= 6, "{personality:?}: {detail}");
            one_after_the_other(&seen[0]);
        }
    }
}

#[test]
fn a_key_that_tells_the_other_client_another_firmware_is_caught() {
    if !installed() {
        return;
    }
    let two_faced = Plugged {
        prepare: Box::new(|key: &VirtualKey| {
            key.set_pin_directly(PIN);
            key.other_firmware(2, [5, 7, 5]);
        }),
        ..with_pin()
    };
    let (output, seen) = run(vec![two_faced], INSPECT);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        opinions(&output),
        [(
            "fail".to_owned(),
            "firmwareVersion: 329476 to us, 329477 to the other client".to_owned()
        )]
    );
    one_after_the_other(&seen[0]);
}

#[test]
fn the_other_client_may_hang_or_break_and_that_is_unknown() {
    if !installed() {
        return;
    }
    // Ours takes three messages: INIT, getInfo and the tries. Its getInfo is the fifth.
    for (fault, expected) in [
        (Fault::Silence, "the other client did not answer in time"),
        (Fault::Truncation, "the other client read nothing: "),
    ] {
        let faulty = Plugged {
            prepare: Box::new(move |key: &VirtualKey| {
                key.set_pin_directly(PIN);
                key.arm(fault, When::Message(5));
            }),
            ..with_pin()
        };
        let (output, seen) = run(vec![faulty], INSPECT);
        let opinions = opinions(&output);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{fault:?}: {opinions:?}, {:?}",
            seen[0]
        );
        let [(verdict, detail)] = opinions.as_slice() else {
            panic!("{opinions:?}");
        };
        assert_eq!(verdict, "unknown");
        assert!(detail.starts_with(expected), "{fault:?}: {detail}");
        one_after_the_other(&seen[0]);
    }
}

#[test]
fn keys_are_read_in_parallel_and_each_by_one_client_at_a_time() {
    if !installed() {
        return;
    }
    let keys = || (0..3).map(|_| with_pin()).collect();
    let (output, seen) = run(keys(), INSPECT);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(opinions(&output).len(), 3);
    assert!(
        opinions(&output)
            .iter()
            .all(|(verdict, _)| verdict == "pass")
    );
    seen.iter().for_each(one_after_the_other);
}

#[test]
fn the_count_of_handles_sees_two_at_once() {
    if !installed() {
        return;
    }
    // Two openings that are told of at once would be told of as one: there is time between them.
    let both = "exec 3<>/dev/hidraw0; sleep 2; exec 4<>/dev/hidraw0; sleep 1";
    let (output, seen) = run(vec![with_pin()], &["sh", "-c", both]);
    assert!(output.status.success());
    assert_eq!(seen[0].most_handles, 2);
}

#[test]
fn the_other_client_sets_a_pin_makes_a_credential_and_reads_the_same_as_ours() {
    if !installed() {
        return;
    }
    let test = std::env::current_exe().unwrap();
    let built: PathBuf = test.ancestors().nth(2).unwrap().into();
    let program = built.join("examples/ctap_hid_fido2");
    assert!(
        program.is_file(),
        "cargo build --features second-opinion --example ctap_hid_fido2"
    );
    for protocol in ["1", "2"] {
        let key = Plugged::new(KeySpec::new("K", 7), None);
        let (output, seen) = run(
            vec![key],
            &[program.to_str().unwrap(), "/dev/hidraw0", protocol],
        );
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "protocol {protocol}: {words}");
        for line in words.lines() {
            say(&format!("protocol {protocol}: {line}"));
        }
        let seen = &seen[0];
        assert_eq!(seen.most_handles, 1);
        assert_eq!(seen.pin_tries_spent, 1, "the one that was typed wrong");
        assert_eq!(seen.seen("makeCredential"), 1);
        assert_eq!(seen.assertions_signed, 1);
    }
}
