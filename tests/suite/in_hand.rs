//! The ceremonies that take a key, held by the real program: at a terminal, with the key behind a device
//! node, a tenant behind TLS, and people who sign with OpenSSH. The book's keys were registered on the
//! very keys that are plugged in.

#[path = "../serve/bus.rs"]
mod bus;
mod hands;
#[expect(dead_code, reason = "every key here is one of a world's")]
#[path = "../serve/line.rs"]
mod line;
mod safe;
mod sitting;
mod vault;

use crate::at_the_safe::audited;
use crate::real_book::types;
use crate::support::text;
use glasskey::record::Level;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Statistics;
use glasskey::rehearsal::key::Touch;
use glasskey::rehearsal::key::TouchScript;
use safe::Safe;
use safe::can_be_held;
use sitting::InHand;
use sitting::Sitting;
use std::time::Duration;

const LABEL: &str = "BG1-A";
/// How the tenant is read: nobody is there to sign in.
const READ: [&str; 2] = ["--read-with", "client-secret"];

/// A book with all its keys; `None` if something is missing here.
fn safe() -> Option<Safe> {
    let safe = can_be_held().then(|| Safe::with(&["BG1-A", "BG1-B", "BG2-A", "BG2-B"]))?;
    assert_eq!(audited(&safe.book), (5, Vec::new()));
    Some(safe)
}

/// What was asked of a key between two looks: PINs compared, tries spent, touches.
fn asked(before: &Statistics, after: &Statistics) -> (u32, u32, u32) {
    (
        after.pins_compared - before.pins_compared,
        after.pin_tries_spent - before.pin_tries_spent,
        after.touches_asked - before.touches_asked,
    )
}

#[test]
fn a_key_is_verified_without_its_pin_and_nobody_touches_it() {
    let Some(safe) = safe() else { return };
    let before = safe.seen(LABEL);
    let held = safe.verifies(&["--without-pin"]).ends().exits(0);
    assert_eq!(asked(&before, &safe.seen(LABEL)), (0, 0, 0));
    let record = safe.last();
    assert_eq!(record.statement.level, Some(Level::L0));
    assert!(record.evidence.presence.is_none() && record.evidence.probe.is_some());
    assert_eq!(audited(&safe.book), (6, Vec::new()), "{}", held.screen);
}

#[test]
fn a_key_is_verified_with_the_pin_that_is_typed_and_one_touch() {
    let Some(safe) = safe() else { return };
    let before = safe.seen(LABEL);
    let arguments = [&["verify", LABEL], &READ[..]].concat();
    let mut sitting = Sitting::begins(&safe, &arguments, &InHand::Nothing);
    sitting.until_shown("Plug in BG1-A (serial 26010001)");
    sitting.plug(&InHand::Key(LABEL));
    let held = sitting.ends().exits(0);
    let (_, spent, touches) = asked(&before, &safe.seen(LABEL));
    assert_eq!((spent, touches, safe.tries(LABEL)), (0, 1, 8));
    // With the policy's one witness: these questions, the touch, and nothing else.
    let all = [
        "Number of the closed bag with BG1-A",
        "Number of the new bag for BG1-A",
        "The bag number once more",
        "w-1 reads the 12 words",
        "FIDO2 PIN of ",
        "BG1-A and its inside sheet are in bag R27-",
    ];
    let asked: Vec<&str> = held.questions.iter().map(String::as_str).collect();
    assert_eq!(asked.len(), all.len(), "{asked:#?}");
    for (question, head) in asked.iter().zip(all) {
        assert!(question.starts_with(head), "{question} and not {head}");
    }
    let record = safe.last();
    assert_eq!(record.statement.level, Some(Level::L1));
    assert_eq!(record.statement.expected_signers, ["op-7", "w-1"]);
    assert!(record.evidence.presence.is_some() && record.evidence.probe.is_some());
    let said = held.said();
    for words in [
        "Touch BG1-A now: it blinks.",
        "The key signed the statement; its signature verifies.",
        "op-7 signed the record; the signature verifies.",
        "w-1 signed the record; the signature verifies.",
    ] {
        assert!(said.contains(words), "{words}:\n{}", held.screen);
    }
    assert!(!held.screen.contains(&World::pin(LABEL)), "{}", held.screen);
    assert_eq!(audited(&safe.book), (6, Vec::new()), "{}", held.screen);
}

#[test]
fn a_witness_signs_a_verification_on_their_own_machine_with_their_words_in_it() {
    let Some(safe) = safe() else { return };
    let arguments = [&["verify", LABEL], &READ[..]].concat();
    let key = InHand::Key(LABEL);
    let held = Sitting::begins_with(&safe, &arguments, "w-1", &key);
    let held = held.ends().exits(0);
    let next = "glasskey sign --export 000005 -o to-sign.json";
    assert!(held.screen.contains(next), "{}", held.screen);
    let (folder, own) = (safe.book.folder(), safe.book.key("w-1"));
    let book = ["--book", text(&folder)];
    let export = ["sign", "--export", "000005", "-o", "to-sign.json"];
    let export = [&export[..], &book].concat();
    safe.book.alone("op-7", &export).exits(0);
    let sign = ["sign", "to-sign.json", "--key", text(&own)];
    let acts = vec![types("Sign it as w-1? [y/n] ", "y")];
    let (ran, screen) = safe.book.asked("w-1", &sign, acts);
    assert_eq!(ran.code, 0, "{} {screen}", ran.err);
    let collect = [&["sign", "--collect", "w-1.sig"][..], &book].concat();
    safe.book.alone("op-7", &collect).exits(0);
    assert_eq!(audited(&safe.book), (6, Vec::new()), "{}", held.screen);
}

#[test]
fn a_wrong_pin_costs_one_try_which_is_said_and_nothing_more_without_typing() {
    let Some(safe) = safe() else { return };
    let before = safe.seen(LABEL);
    let mut sitting = safe.verifies(&[]);
    let question = sitting.until("FIDO2 PIN of ");
    assert!(question.contains("(8 tries left)"), "{question}");
    sitting.line("not the PIN");
    let question = sitting.until("Wrong PIN");
    assert!(
        question.contains("one try was spent, 7 left."),
        "{question}"
    );
    assert_eq!(asked(&before, &safe.seen(LABEL)), (1, 1, 0));
    sitting.line("n");
    let held = sitting.ends().exits(4);
    let [what, why, _] = held.three_lines();
    assert_eq!(
        (what, why),
        (
            "the PIN was wrong and one try is spent; nothing was changed on the key",
            "7 PIN tries left"
        )
    );
    assert_eq!(asked(&before, &safe.seen(LABEL)), (1, 1, 0));
    // It goes on, and the right one brings the tries back.
    let mut sitting = safe.verifies(&[]);
    let question = sitting.until("FIDO2 PIN of ");
    assert!(question.contains("(7 tries left)"), "{question}");
    sitting.as_asked();
    let held = sitting.ends().exits(0);
    let (_, spent, touches) = asked(&before, &safe.seen(LABEL));
    assert_eq!((spent, touches, safe.tries(LABEL)), (1, 1, 8));
    assert_eq!(audited(&safe.book), (6, Vec::new()), "{}", held.screen);
}

#[test]
fn a_twin_is_refused_before_its_pin_and_the_right_key_goes_on() {
    let Some(safe) = safe() else { return };
    let before = safe.seen(LABEL);
    let arguments = [&["verify", LABEL], &READ[..]].concat();
    let mut sitting = Sitting::begins(&safe, &arguments, &InHand::TwinOf(LABEL));
    sitting.until_shown("This is not the key of the record; no PIN was asked for");
    assert!(!sitting.has_shown("FIDO2 PIN of "), "a PIN was asked for");
    sitting.pull();
    sitting.plug(&InHand::Key(LABEL));
    let held = sitting.ends().exits(0);
    let (_, spent, touches) = asked(&before, &safe.seen(LABEL));
    assert_eq!((spent, touches, safe.tries(LABEL)), (0, 1, 8));
    assert_eq!(audited(&safe.book), (6, Vec::new()), "{}", held.screen);
}

#[test]
fn control_c_while_a_key_is_waited_for_stops_it_and_it_goes_on() {
    let Some(safe) = safe() else { return };
    let arguments = [&["verify", LABEL], &READ[..]].concat();
    let mut sitting = Sitting::begins(&safe, &arguments, &InHand::Nothing);
    sitting.until_shown("Plug in BG1-A (serial 26010001)");
    sitting.interrupts();
    let held = sitting.ends().exits(3);
    let [what, ..] = held.three_lines();
    assert_eq!(
        what,
        "the ceremony stopped; what was made until then is kept in open/"
    );
    assert_eq!(safe.open(), ["verification-BG1-A"]);
    let held = safe.verifies(&[]).ends().exits(0);
    assert_eq!(audited(&safe.book), (6, Vec::new()), "{}", held.screen);
}

#[test]
fn control_c_at_the_pin_spends_nothing_and_it_goes_on() {
    let Some(safe) = safe() else { return };
    let before = safe.seen(LABEL);
    let mut sitting = safe.verifies(&[]);
    sitting.until("FIDO2 PIN of ");
    sitting.interrupts();
    let held = sitting.ends().exits(3);
    held.three_lines();
    assert_eq!(asked(&before, &safe.seen(LABEL)), (0, 0, 0));
    assert_eq!(safe.open(), ["verification-BG1-A"]);
    let held = safe.verifies(&[]).ends().exits(0);
    assert_eq!(audited(&safe.book), (6, Vec::new()), "{}", held.screen);
    assert_eq!(safe.open(), Vec::<String>::new());
}

#[test]
fn control_c_at_the_touch_signs_nothing_and_it_goes_on() {
    let Some(safe) = safe() else { return };
    safe.touched(TouchScript::always(Touch::Never));
    let before = safe.seen(LABEL);
    let mut sitting = safe.verifies(&[]);
    sitting.until_shown("Touch BG1-A now: it blinks.");
    sitting.interrupts();
    let held = sitting.ends().exits(3);
    let [what, why, _] = held.three_lines();
    assert_eq!(
        what,
        "the ceremony stopped; what was made until then is kept in open/"
    );
    assert_eq!(why, "the touch was cancelled instead of given");
    let after = safe.seen(LABEL);
    assert_eq!(
        after.assertions_signed - before.assertions_signed,
        1,
        "the silent one"
    );
    assert_eq!((safe.tries(LABEL), after.pin_tries_spent), (8, 0));
    let kept = safe.book.folder().join("open/verification-BG1-A");
    assert!(kept.is_dir() && !kept.join("statement.json").exists());
    safe.touched(TouchScript::after_millis(5));
    let held = safe.verifies(&[]).ends().exits(0);
    assert_eq!(audited(&safe.book), (6, Vec::new()), "{}", held.screen);
    assert_eq!(safe.open(), Vec::<String>::new());
}

#[test]
fn a_key_that_is_pulled_at_the_touch_is_said_in_three_lines_and_it_goes_on() {
    let Some(safe) = safe() else { return };
    safe.touched(TouchScript::always(Touch::Never));
    let mut sitting = safe.verifies(&[]);
    sitting.until_shown("Touch BG1-A now: it blinks.");
    sitting.pull();
    let held = sitting.ends().exits(4);
    let [_, why, _] = held.three_lines();
    assert_eq!(why, "it was unplugged");
    assert_eq!(safe.open(), ["verification-BG1-A"]);
    safe.touched(TouchScript::after_millis(5));
    let held = safe.verifies(&[]).ends().exits(0);
    assert_eq!(
        (safe.tries(LABEL), safe.seen(LABEL).pin_tries_spent),
        (8, 0)
    );
    assert_eq!(audited(&safe.book), (6, Vec::new()), "{}", held.screen);
    assert_eq!(safe.open(), Vec::<String>::new());
}

#[test]
fn a_key_that_is_pulled_while_its_pin_is_typed_spends_nothing_and_it_goes_on() {
    let Some(safe) = safe() else { return };
    let before = safe.seen(LABEL);
    let mut sitting = safe.verifies(&[]);
    sitting.until("FIDO2 PIN of ");
    sitting.pull();
    sitting.as_asked();
    let held = sitting.ends().exits(4);
    let [_, why, _] = held.three_lines();
    assert_eq!(why, "it was unplugged");
    assert_eq!(asked(&before, &safe.seen(LABEL)), (0, 0, 0));
    let held = safe.verifies(&[]).ends().exits(0);
    assert_eq!(
        (safe.tries(LABEL), safe.seen(LABEL).pin_tries_spent),
        (8, 0)
    );
    assert_eq!(audited(&safe.book), (6, Vec::new()), "{}", held.screen);
}

#[test]
fn a_bag_that_was_opened_in_an_incident_is_sealed_again_with_a_new_pin() {
    let Some(safe) = safe() else { return };
    let open_it = ["custody", "open", LABEL, "--reason", "incident"];
    safe.begins(&open_it).ends().exits(0);
    let before = safe.seen(LABEL);
    let mut sitting = safe.begins(&["custody", "seal", LABEL]);
    let question = sitting.until("Change it now?");
    assert!(
        question.contains("due for a new PIN: the incident of record 000005"),
        "{question}"
    );
    sitting.as_asked();
    let held = sitting.ends().exits(0);
    let (_, spent, touches) = asked(&before, &safe.seen(LABEL));
    assert_eq!((spent, touches, safe.tries(LABEL)), (0, 1, 8));
    let pins = [World::pin(LABEL), World::pin("BG1-A 1")];
    let is_it = safe.key(LABEL, |key| pins.map(|pin| key.has_pin(&pin)));
    assert_eq!(is_it, [false, true]);
    let statement = safe.last().statement;
    assert_eq!(statement.custody.unwrap().bag, "R27-0006");
    assert_eq!(statement.key.unwrap().pin.changed, Some(true));
    assert_eq!(audited(&safe.book), (7, Vec::new()), "{}", held.screen);
}

#[test]
fn a_key_is_retired_after_what_else_is_on_it_was_listed() {
    let Some(safe) = safe() else { return };
    safe.key(LABEL, |key| {
        key.give_credential("example.org", "somebody@example.org");
    });
    let retire = ["retire", LABEL, "--reset", "--sign-in", "client-secret"];
    let mut sitting = safe.begins(&[&retire[..], &["--allow-app-only"]].concat());
    sitting.until("To reset it, type its label, ");
    let other = "Also on the key, and goes with the reset: example.org, somebody@example.org";
    assert!(sitting.has_shown(other), "it was not listed");
    sitting.as_asked();
    sitting.until("plug it in again");
    sitting.pull();
    sitting.plug(&InHand::Key(LABEL));
    sitting.as_asked();
    let held = sitting.ends().exits(0);
    assert!(
        held.said()
            .contains("BG1-A is reset: it has neither credential nor PIN.")
    );
    let left = safe.key(LABEL, |key| {
        let pin = World::pin(LABEL);
        (key.resident_credentials(), key.has_pin(&pin))
    });
    assert_eq!(left, (0, false));
    assert_eq!(audited(&safe.book), (6, Vec::new()), "{}", held.screen);
}

#[test]
fn a_key_that_signs_in_is_verified_at_level_l2() {
    let Some(safe) = safe() else { return };
    safe.vault
        .ask(|inside| inside.world.tenant.set_log_lag(Duration::ZERO));
    let held = safe.verifies(&["--sign-in"]).ends().exits(0);
    let statement = safe.last().statement;
    assert_eq!(statement.level, Some(Level::L2), "{}", held.screen);
    assert_eq!(statement.exceptions, [], "{}", held.screen);
    assert_eq!(audited(&safe.book), (6, Vec::new()), "{}", held.screen);
}

#[test]
fn a_key_is_registered_from_its_first_pin_to_the_last_signature() {
    if !can_be_held() {
        return;
    }
    let safe = Safe::with(&["BG1-A", "BG1-B", "BG2-A"]);
    safe.vault
        .ask(|inside| inside.world.tenant.set_log_lag(Duration::ZERO));
    let register = ["register", "BG2-B", "--sign-in", "client-secret"];
    let arguments = [&register[..], &["--allow-app-only"]].concat();
    let held = Sitting::begins(&safe, &arguments, &InHand::Key("BG2-B"));
    let held = held.ends().exits(0);
    let record = safe.last();
    assert!(record.evidence.registration.is_some() && record.evidence.presence.is_some());
    let (passkeys, has_pin) = safe.vault.ask(|inside| {
        let all = inside.world.tenant.passkeys().iter();
        let names: Vec<String> = all.map(|one| one.display_name.clone()).collect();
        let key = inside.world.key("BG2-B").unwrap();
        (names, key.has_pin(&World::pin("BG2-B")))
    });
    assert_eq!(passkeys, ["BG1-A", "BG1-B", "BG2-A", "BG2-B"]);
    assert!(has_pin, "{}", held.screen);
    let seen = safe.seen("BG2-B");
    assert_eq!((seen.seen("makeCredential"), seen.pin_tries_spent), (1, 0));
    assert_eq!(audited(&safe.book), (5, Vec::new()), "{}", held.screen);
}
