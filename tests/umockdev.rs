//! The real binary and virtual keys behind mocked hidraw nodes: everything of `inspect` but the
//! kernel, beside `fido2-token` on the same nodes.

#[path = "serve/agree.rs"]
mod agree;
#[path = "serve/line.rs"]
mod line;
#[path = "serve/nodes.rs"]
mod nodes;
#[path = "serve/served.rs"]
mod served;

use glasskey::ctap::Ctap;
use glasskey::ctap::MakeCredential;
use glasskey::ctap::Permissions;
use glasskey::ctap::Pin;
use glasskey::io::SystemClock;
use glasskey::primitives::Guid;
use glasskey::primitives::Secret;
use glasskey::primitives::UtcTime;
use glasskey::primitives::bytes;
use glasskey::rehearsal::RehearsalClock;
use glasskey::rehearsal::SeededEntropy;
use glasskey::rehearsal::key::KeySpec;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::key::VirtualKey;
use glasskey::webauthn::ClientData;
use glasskey::webauthn::RpId;
use glasskey::webauthn::keys_observed;
use nodes::Plugged;
use nodes::bus::installed;
use nodes::bus::say;
use nodes::run;
use serde_json::Value;
use std::fs;
use std::process::Command;
use std::process::Output;
use std::rc::Rc;

const GLASSKEY: &str = env!("CARGO_BIN_EXE_glasskey");

fn standard(label: &str, pin: Option<&'static str>) -> Plugged {
    Plugged::new(KeySpec::new(label, 7), pin)
}

fn inspected(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    })
}

#[test]
fn inspect_and_fido2_token_agree_on_every_fact_of_every_personality() {
    if !installed() {
        return;
    }
    for personality in Personality::ALL {
        for pin in [None, Some("135790")] {
            let key = || Plugged::new(KeySpec::new("K", 7).with_personality(personality), pin);
            let (output, _) = run(vec![key()], &[GLASSKEY, "inspect", "--json"]);
            let report = inspected(&output);
            let [found] = report["keys"].as_array().unwrap().as_slice() else {
                panic!("{report}");
            };
            let (output, _) = run(vec![key()], &["fido2-token", "-I", "/dev/hidraw0"]);
            let printed = String::from_utf8(output.stdout).unwrap();
            let why = format!("{personality:?}, PIN set: {}", pin.is_some());
            agree::on_every_fact(found, &printed, &why);
        }
    }
}

#[test]
fn inspect_needs_no_pin_and_no_touch_and_fewer_reports_than_fido2_token() {
    if !installed() {
        return;
    }
    let key = || vec![standard("K", Some("135790"))];
    let (output, ours) = run(key(), &[GLASSKEY, "inspect", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let (_, theirs) = run(key(), &["fido2-token", "-I", "/dev/hidraw0"]);
    let (ours, theirs) = (&ours[0], &theirs[0]);
    say(&format!(
        "reports to and from the key: fido2-token -I {} and {}, inspect {} and {}",
        theirs.reports_received, theirs.reports_sent, ours.reports_received, ours.reports_sent
    ));
    assert_eq!((ours.pins_compared, ours.touches_asked), (0, 0));
    assert!(
        ours.commands.values().sum::<u32>() <= 4,
        "{:?}",
        ours.commands
    );
    assert!(ours.reports_received < theirs.reports_received);
    assert!(ours.reports_sent < theirs.reports_sent);
}

#[test]
fn two_keys_are_read_at_once_and_each_by_its_own_node() {
    if !installed() {
        return;
    }
    let mut small = standard("B", None);
    small.spec.resident_slots = 3;
    let keys = vec![standard("A", Some("135790")), small];
    let (output, seen) = run(keys, &[GLASSKEY, "inspect", "--json"]);
    // The second has no PIN.
    assert_eq!(output.status.code(), Some(1));
    let report = inspected(&output);
    let read: Vec<_> = report["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let serial = text(&key["serial"]["value"]);
            (text(&key["path"]), serial, key["slots_left"].as_u64())
        })
        .collect();
    assert_eq!(
        read,
        [
            ("/dev/hidraw0".to_owned(), "7".to_owned(), Some(25)),
            ("/dev/hidraw1".to_owned(), "8".to_owned(), Some(3)),
        ]
    );
    assert!(seen.iter().all(|key| key.seen("getInfo") == 1));
}

#[test]
fn no_key_is_said_and_is_exit_4() {
    if !installed() {
        return;
    }
    let (output, _) = run(Vec::new(), &[GLASSKEY, "inspect", "--json"]);
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(inspected(&output)["keys"], serde_json::json!([]));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("no security key was found"), "{words}");
}

/// The findings of `doctor --json` about one thing.
fn doctors<'r>(report: &'r Value, check: &str) -> Vec<&'r Value> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.filter(|one| one["check"] == check).collect()
}

#[test]
fn doctor_sees_the_nodes_and_sends_nothing_to_the_keys() {
    if !installed() {
        return;
    }
    let keys = vec![standard("A", None), standard("B", None)];
    let (output, seen) = run(keys, &[GLASSKEY, "doctor", "--json"]);
    let report = inspected(&output);
    assert_eq!(report["schema"], "glasskey.doctor/1");
    let [found] = doctors(&report, "KEY-SEEN")[..] else {
        panic!("{report}");
    };
    assert_eq!(found["verdict"], "pass", "{found}");
    let detail = found["detail"].as_str().unwrap();
    assert!(
        detail.contains("/dev/hidraw0") && detail.contains("(1209:0001)"),
        "{detail}"
    );
    let nodes: Vec<&Value> = doctors(&report, "KEY-ACCESS")
        .into_iter()
        .map(|one| &one["subject"])
        .collect();
    assert_eq!(nodes, ["/dev/hidraw0", "/dev/hidraw1"]);
    for one in doctors(&report, "KEY-ACCESS") {
        assert_eq!(one["verdict"], "pass", "{one}");
    }
    let failed = report["findings"].as_array().unwrap().iter();
    let failed = failed.filter(|one| one["verdict"] == "fail").count();
    assert_eq!(
        output.status.code(),
        Some(i32::from(failed > 0)),
        "{report}"
    );
    assert!(seen.iter().all(|key| key.reports_received == 0));
}

#[test]
fn inspect_beside_a_book_says_which_keys_are_none_of_its() {
    if !installed() {
        return;
    }
    let dir = std::env::temp_dir().join(format!("glasskey-beside-{}", std::process::id()));
    let out = dir.to_str().unwrap();
    let played = Command::new(GLASSKEY)
        .args(["rehearse", "--only", "registration", "--out", out])
        .output()
        .unwrap();
    assert!(played.status.success());
    let book = format!("{out}/book");
    let arguments = [GLASSKEY, "inspect", "--book", &book, "--json"];
    let (output, seen) = run(vec![standard("K", Some("135790"))], &arguments);
    fs::remove_dir_all(&dir).unwrap();
    let report = inspected(&output);
    let known = &report["keys"][0]["book"];
    assert_eq!(*known, serde_json::json!({"recognised": false}), "{report}");
    // The one credential of this model that the book knows was asked for, and nothing else.
    assert_eq!(seen[0].seen("getAssertion"), 1);
    assert_eq!((seen[0].pins_compared, seen[0].touches_asked), (0, 0));
}

/// Gives a key a PIN and a credential of credProtect 1, the same one every time; its id.
fn with_credential(key: &VirtualKey) -> String {
    let clock = SystemClock::new();
    let entropy = Box::new(SeededEntropy::new(b"umockdev", "credential"));
    let mut ctap = Ctap::open(Box::new(key.open().unwrap()), &clock, entropy).unwrap();
    let pin = Pin::new("135790").unwrap();
    ctap.set_pin(&pin).unwrap();
    let rp_id = RpId::new("login.microsoft.com");
    let permissions = Permissions::MAKE_CREDENTIAL;
    let token = ctap.token(&pin, permissions, Some(&rp_id)).unwrap();
    let request = MakeCredential {
        client_data: &ClientData::attest(&Guid([7; 16]), b"{}"),
        rp_id: &rp_id,
        rp_name: "",
        user: &Secret::new(vec![1]),
        user_name: "",
        user_display_name: "",
        algorithms: &[-7],
        exclude: &[],
        resident: true,
        cred_protect: Some(1),
        enforce_cred_protect: false,
        hmac_secret: false,
    };
    let made = ctap.make_credential(&request, Some(&token), &mut |_| {});
    let made = made.unwrap();
    let id = &made.auth_data().credential().unwrap().credential_id;
    bytes::base64url(id.bytes())
}

#[test]
fn observe_prints_the_line_of_the_table_as_far_as_it_looked_and_asks_nobody_for_anything() {
    if !installed() {
        return;
    }
    for (personality, silent, step) in [
        (Personality::Standard, "answered", "one"),
        (Personality::ZeroCounter, "answered", "zero"),
        (Personality::RefusesSilent, "refused", "unknown"),
        // As if it were not there, which it could be: nothing follows.
        (Personality::CredProtect3, "unknown", "unknown"),
    ] {
        let spec = KeySpec::new("K", 7).with_personality(personality);
        let now = UtcTime::parse("2026-11-22T15:58:07Z").unwrap();
        let twin = VirtualKey::new(spec.clone(), Rc::new(RehearsalClock::new(now)));
        twin.plug();
        let id = with_credential(&twin);
        let plugged = || {
            let expected = id.clone();
            Plugged {
                prepare: Box::new(move |key| assert_eq!(with_credential(key), expected)),
                ..Plugged::new(spec.clone(), None)
            }
        };
        let name = format!("virtual key {personality:?}");
        let row = keys_observed().find(|row| row.model == name).unwrap();
        let observe = [GLASSKEY, "inspect", "--observe"];
        let probe = [&observe[..], &["--credential", &id]].concat();
        for (program, cells) in [(&observe[..], ["unknown"; 2]), (&probe, [silent, step])] {
            let (output, seen) = run(vec![plugged()], program);
            assert_eq!(output.status.code(), Some(0));
            let line = String::from_utf8(output.stdout).unwrap();
            let line: Vec<&str> = line.trim_end_matches('\n').split('\t').collect();
            assert_eq!(line.len(), 10, "{line:?}");
            assert_eq!(line[1], row.aaguid.to_string());
            assert_eq!((line[2], line[9]), (row.firmware, "0"));
            assert_eq!([line[5], line[7]], cells, "{personality:?}");
            assert_eq!([line[3], line[6], line[8]], ["unknown"; 3]);
            // Once for the credential; nothing more was asked of anybody.
            assert_eq!((seen[0].touches_asked, seen[0].pins_compared), (1, 1));
        }
    }
}

#[test]
fn watch_says_each_key_that_comes_and_goes_and_ends_cleanly_on_control_c() {
    if !installed() {
        return;
    }
    let mut pulled = standard("A", Some("135790"));
    pulled.pulled_after = Some(1_500);
    let keys = vec![pulled, standard("B", None)];
    let watch = [
        "timeout",
        "--preserve-status",
        "-s",
        "INT",
        "3",
        GLASSKEY,
        "inspect",
        "--watch",
        "--json",
    ];
    let (output, _) = run(keys, &watch);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let said: Vec<(&str, &str)> = lines
        .iter()
        .map(|line| {
            assert_eq!(line["schema"], "glasskey.inspect-watch/1");
            let path = line["path"].as_str().or(line["key"]["path"].as_str());
            (line["event"].as_str().unwrap(), path.unwrap())
        })
        .collect();
    assert_eq!(
        said,
        [
            ("plugged_in", "/dev/hidraw0"),
            ("plugged_in", "/dev/hidraw1"),
            ("pulled_out", "/dev/hidraw0"),
        ]
    );
    assert!(lines[..2].iter().all(|line| line["seen_before"] == "no"));
}
