//! The real binary and keys behind real hidraw nodes: Debian's kernel in an emulated machine, with
//! `uhid` and a real udevd. See `tests/guest/README.md`.
//!
//! Every claim is one test. On the host, the first one boots the guest, which runs this same
//! program over this same file system and says what became of each claim; the others read it there.
//! In the guest, each does what it says.

#[path = "serve/agree.rs"]
mod agree;
#[path = "guest/boot.rs"]
mod boot;
#[path = "guest/plugged.rs"]
mod plugged;
#[path = "guest/rival.rs"]
mod rival;
#[path = "guest/terminal.rs"]
mod terminal;
#[path = "guest/udevd.rs"]
mod udevd;

use boot::claim;
use boot::measured;
use plugged::Plugged;
use plugged::glasskey;
use plugged::inspected;
use plugged::run;
use rival::Rival;
use serde_json::Value;
use serde_json::json;
use std::fs;
use std::process::Output;
use udevd::Udevd;
use udevd::User;

const PIN: &str = "135790";

/// The only key of an inspection.
fn only(report: &Value) -> &Value {
    let keys = report["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1, "{report}");
    &keys[0]
}

/// Holds `inspect --json` of the key at a node to `fido2-token -I`.
fn agree(path: &str, why: &str) {
    let output = glasskey(&["inspect", "--json"]);
    let report = inspected(&output);
    let key = only(&report);
    assert_eq!(key["path"], path);
    let theirs = run(&["fido2-token", "-I", path]);
    assert!(theirs.status.success(), "{theirs:?}");
    let printed = String::from_utf8(theirs.stdout).unwrap();
    let facts = agree::on_every_fact(key, &printed, why);
    measured(&format!("{why}: {facts} facts agree"));
    assert!(facts >= 7, "{why}: {facts}");
}

#[test]
fn inspect_and_fido2_token_agree_on_our_key_without_pin_or_touch() {
    claim(|| {
        for arguments in [&[][..], &["--pin", PIN]] {
            let key = Plugged::ours(arguments);
            agree(&key.path, &format!("our key {arguments:?}"));
            let seen = key.pull();
            assert_eq!(seen["pins_compared"], 0, "{seen}");
            assert_eq!(seen["touches_asked"], 0, "{seen}");
        }
    });
}

#[test]
fn inspect_and_fido2_token_agree_on_somebody_elses_key_without_a_touch() {
    claim(|| {
        let key = Plugged::third_party();
        agree(&key.path, "somebody else's key");
        assert_eq!(key.pull()["touches_asked"], 0);
    });
}

#[test]
fn a_pin_is_set_and_credentials_are_listed_with_it() {
    claim(|| {
        let key = Plugged::ours(&[]);
        let asked = [("more: ", PIN), ("once more: ", PIN)];
        let set = terminal::run(&[plugged::GLASSKEY, "pin", "set", "--json"], &asked);
        assert_eq!(set.status.code(), Some(0), "{set:?}");
        let set: Value = serde_json::from_slice(&set.stdout).unwrap();
        assert_eq!(set["pin"]["state"], "set", "{set}");
        let report = inspected(&glasskey(&["inspect", "--json"]));
        assert_eq!(only(&report)["state"], "usable", "{report}");
        assert_eq!(only(&report)["pin"]["retries"], 8, "{report}");

        let list = [plugged::GLASSKEY, "inspect", "--credentials", "--json"];
        let listed = terminal::run(&list, &[("PIN", PIN)]);
        assert_eq!(listed.status.code(), Some(0), "{listed:?}");
        assert_eq!(only(&inspected(&listed))["credentials"], json!([]));
        let seen = key.pull();
        assert_eq!(seen["commands"]["clientPIN/setPIN"], 1, "{seen}");
        assert_eq!(seen["pins_compared"], 1, "{seen}");
        assert_eq!(seen["pin_tries_spent"], 0, "{seen}");
    });
}

#[test]
fn a_whole_registration_goes_through_the_kernel_and_its_book_verifies() {
    claim(|| {
        let key = Plugged::ours(&["--serial", "26010001"]);
        let folder = std::env::temp_dir().join("registered");
        fs::create_dir_all(&folder).unwrap();
        let program = plugged::example("register");
        let held = run(&[&program, folder.to_str().unwrap()]);
        assert!(held.status.success(), "{held:?}");
        let (book, trust) = (folder.join("book"), folder.join("trust.toml"));
        let (book, trust) = (book.to_str().unwrap(), trust.to_str().unwrap());
        let audited = glasskey(&["audit", book, "--trust", trust, "--json"]);
        assert_eq!(audited.status.code(), Some(0), "{audited:?}");

        // The credential is on the key, and the PIN that the ceremony set opens it.
        let list = [plugged::GLASSKEY, "inspect", "--credentials", "--json"];
        let pin = glasskey::rehearsal::World::pin("BG1-A");
        let listed = inspected(&terminal::run(&list, &[("PIN", pin.as_str())]));
        let held = only(&listed)["credentials"].as_array().unwrap();
        assert_eq!(held.len(), 1, "{listed}");
        assert_eq!(held[0]["rp_id"], "login.microsoft.com", "{listed}");
        let seen = key.pull();
        assert_eq!(seen["pin_tries_spent"], 0, "{seen}");
        assert_eq!(seen["commands"]["makeCredential"], 1, "{seen}");
        // The presence; silently, that the key is the same after the sign-in, and the probe.
        assert_eq!(seen["assertions_signed"], 3, "{seen}");
        // For the credential and for the presence.
        assert_eq!(seen["touches_asked"], 2, "{seen}");
    });
}

#[test]
fn two_keys_are_read_at_once_and_each_by_its_own_node() {
    claim(|| {
        let one = Plugged::ours(&["--serial", "7", "--pin", PIN]);
        let two = Plugged::ours(&["--serial", "8", "--slots", "3"]);
        let output = glasskey(&["inspect", "--json"]);
        // The second has no PIN.
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let report = inspected(&output);
        let keys = report["keys"].as_array().unwrap();
        let fact = |key: &Plugged, serial: &str, slots: u64| {
            let found = keys.iter().find(|found| found["path"] == key.path.as_str());
            let found = found.unwrap_or_else(|| panic!("{report}"));
            assert_eq!(found["serial"]["value"], serial, "{report}");
            assert_eq!(found["slots_left"], slots, "{report}");
        };
        assert_eq!(keys.len(), 2, "{report}");
        fact(&one, "7", 25);
        fact(&two, "8", 3);
        for key in [one, two] {
            assert_eq!(key.pull()["commands"]["getInfo"], 1);
        }
    });
}

#[test]
fn a_key_pulled_while_any_command_waits_is_gone_and_no_try_is_spent() {
    claim(|| {
        let list = [plugged::GLASSKEY, "inspect", "--credentials"];
        let key = Plugged::ours(&["--pin", PIN]);
        let listed = terminal::run(&list, &[("PIN", PIN)]);
        assert_eq!(listed.status.code(), Some(0), "{listed:?}");
        let seen = key.pull();
        assert_eq!(seen["pins_compared"], 1, "{seen}");
        let reports = seen["reports_received"].as_u64().unwrap();
        let mut compared = 0;
        for report in 1..=reports {
            let report = report.to_string();
            let key = Plugged::ours(&["--pin", PIN, "--pull", &report]);
            gone(&terminal::run(&list, &[("PIN", PIN)]), &report);
            let seen = key.pull();
            assert_eq!(seen["pin_tries_spent"], 0, "{seen}");
            assert_eq!(seen["pin_retries"], 8, "{seen}");
            compared += seen["pins_compared"].as_u64().unwrap();
        }
        measured(&format!("pulled at each of {reports} reports"));
        // It is pulled before the PIN arrives, and after.
        assert!(0 < compared && compared < reports, "{compared}");
    });
}

/// Three lines, exit 4.
fn gone(output: &Output, why: &str) {
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{why}: {words}");
    assert_eq!(words.lines().count(), 3, "{why}: {words}");
    assert!(words.contains("unplugged"), "{why}: {words}");
}

#[test]
fn a_program_that_talks_on_its_own_channel_changes_nothing_of_what_inspect_says() {
    claim(|| {
        let key = Plugged::ours(&["--pin", PIN]);
        let alone = facts(&inspected(&glasskey(&["inspect", "--json"])));
        let mut heard = 0;
        for talk in [rival::Talk::Init, rival::Talk::Ping, rival::Talk::GetInfo] {
            let rival = Rival::talks(&key.path, talk);
            for _ in 0..3 {
                let output = glasskey(&["inspect", "--json"]);
                assert_eq!(output.status.code(), Some(0), "{talk:?}: {output:?}");
                assert_eq!(facts(&inspected(&output)), alone, "{talk:?}");
            }
            heard += rival.stop();
        }
        measured(&format!("the other program got {heard} answers meanwhile"));
        assert!(heard > 50, "{heard}");
    });
}

/// An inspection without its moment.
fn facts(report: &Value) -> Value {
    let mut report = report.clone();
    report["keys"][0]["observed_at"] = Value::Null;
    report
}

#[test]
fn a_key_that_waits_for_a_touch_for_another_program_is_said_to_be_busy() {
    claim(|| {
        let key = Plugged::ours(&["--touch", "3600000"]);
        let rival = Rival::waits_for_a_touch(&key.path);
        let output = glasskey(&["inspect"]);
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{words}");
        assert!(words.contains("another program"), "{words}");
        drop(rival);
        assert_eq!(key.pull()["touches_asked"], 1);
    });
}

#[test]
fn without_a_rule_nobody_but_root_may_open_the_node() {
    claim(|| {
        let udevd = Udevd::start(&[]);
        let key = Plugged::in_the_table();
        udevd.settle();
        udevd::seat_of(Some(User::SITTING.id));
        for user in User::ALL {
            assert!(!user.may_read(&key.path), "{}", user.name);
        }
    });
}

#[test]
fn our_rule_alone_opens_a_key_of_the_table_to_the_seat_and_to_the_group() {
    claim(|| {
        udevd::seat_of(Some(User::SITTING.id));
        let udevd = Udevd::start(&[udevd::OURS, udevd::SEAT_LATE]);
        let key = Plugged::in_the_table();
        udevd.settle();
        assert!(User::SITTING.may_read(&key.path));
        assert!(User::IN_THE_GROUP.may_read(&key.path));
        assert!(!User::NEITHER.may_read(&key.path));
        // Nobody sits there: the group alone.
        drop(key);
        udevd::seat_of(None);
        let key = Plugged::in_the_table();
        udevd.settle();
        assert!(!User::SITTING.may_read(&key.path));
        assert!(User::IN_THE_GROUP.may_read(&key.path));
    });
}

#[test]
fn our_rule_opens_a_key_that_is_not_in_the_table_where_systemd_knows_it_for_one() {
    claim(|| {
        udevd::seat_of(Some(User::SITTING.id));
        let udevd = Udevd::start(&[udevd::OURS, udevd::SEAT_LATE]);
        let key = Plugged::ours(&[]);
        udevd.settle();
        assert!(!User::SITTING.may_read(&key.path));
        drop((key, udevd));
        let udevd = Udevd::start(&[udevd::FIDO_ID, udevd::OURS, udevd::SEAT_LATE]);
        let key = Plugged::ours(&[]);
        udevd.settle();
        assert!(User::SITTING.may_read(&key.path));
        assert!(User::IN_THE_GROUP.may_read(&key.path));
        assert!(!User::NEITHER.may_read(&key.path));
    });
}

#[test]
fn our_rule_works_where_the_group_does_not_exist() {
    claim(|| {
        udevd::seat_of(Some(User::SITTING.id));
        let udevd = Udevd::start_without_group(&[udevd::OURS, udevd::SEAT_LATE]);
        let key = Plugged::in_the_table();
        udevd.settle();
        assert!(User::SITTING.may_read(&key.path));
        assert!(!User::IN_THE_GROUP.may_read(&key.path));
        assert!(!User::NEITHER.may_read(&key.path));
    });
}

#[test]
fn our_rule_under_a_name_that_sorts_after_the_seats_does_not_open_it_to_the_seat() {
    claim(|| {
        udevd::seat_of(Some(User::SITTING.id));
        let udevd = Udevd::start(&[udevd::OURS_TOO_LATE, udevd::SEAT_LATE]);
        let key = Plugged::in_the_table();
        udevd.settle();
        assert!(!User::SITTING.may_read(&key.path));
    });
}

#[test]
fn doctor_says_that_a_rule_is_missing_and_then_that_all_is_well() {
    claim(|| {
        udevd::seat_of(Some(User::SITTING.id));
        let udevd = Udevd::start(&[udevd::SEAT_LATE]);
        let key = Plugged::in_the_table();
        udevd.settle();
        let findings = User::SITTING.asks_doctor(1);
        let one = |check: &str, verdict: &str| {
            let found = findings.iter().find(|found| found["check"] == check);
            let found = found.unwrap_or_else(|| panic!("{check}: {findings:?}"));
            assert_eq!(found["verdict"], verdict, "{found}");
            found.clone()
        };
        one("KERNEL", "pass");
        one("KEY-SEEN", "pass");
        let access = one("KEY-ACCESS", "fail");
        assert_eq!(access["subject"], key.path.as_str());
        // Before it, who that user is: the host's file may have a name for it.
        let detail = access["detail"].as_str().unwrap();
        let ends = "may not open it; mode 0600, root:root";
        assert!(
            detail.contains("uid 1000") && detail.ends_with(ends),
            "{detail}"
        );
        let rules = one("UDEV-RULES", "fail");
        for finding in [&access, &rules] {
            let fix = finding["fix"].to_string();
            assert!(
                fix.contains("install -m 644 udev/70-glasskey.rules"),
                "{fix}"
            );
        }
        assert_eq!(key.pull()["reports_received"], 0);
        drop(udevd);

        let udevd = Udevd::start(&[udevd::OURS, udevd::SEAT_LATE]);
        let key = Plugged::in_the_table();
        udevd.settle();
        let findings = User::SITTING.asks_doctor(0);
        for check in [
            "PLATFORM",
            "KERNEL",
            "KEY-SEEN",
            "KEY-ACCESS",
            "UDEV-RULES",
            "KEY-HELD",
        ] {
            let found = findings.iter().find(|found| found["check"] == check);
            let found = found.unwrap_or_else(|| panic!("{check}: {findings:?}"));
            assert_eq!(found["verdict"], "pass", "{found}");
            assert!(found.get("fix").is_none(), "{found}");
        }
        // It looked, and sent nothing.
        assert_eq!(key.pull()["reports_received"], 0);
    });
}
