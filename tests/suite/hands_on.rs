//! The ceremonies as a person meets them: `rehearse --hands-on --only EVENT` of the real program, on a
//! terminal of 80 columns, with answers typed at each question. The screen is compared with
//! `golden/EVENT.txt`, and what becomes of every question that is answered wrongly, interrupted or
//! left with the end of input with `golden/EVENT.refused.txt`.
//!
//! A new event: add it to [`every`], and two tests beneath; where a question does not say what to
//! type, `answers` does. `GLASSKEY_BLESS=1 cargo test --test suite -- hands_on` writes the golden files.

mod golden;
mod person;
mod played;
mod terminal;

pub(crate) use golden::is_golden;
pub(crate) use person::Person;
pub(crate) use played::Play;
pub(crate) use terminal::Left;
pub(crate) use terminal::Terminal;

use crate::canary::spellings_in;
use crate::support::skipped;
use crate::support::tree;
use glasskey::rehearsal::World;
use played::Instead;
use played::Played;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Command;

/// Whether a program can be given a terminal of its own here; a line says so if not.
fn has_setsid() -> bool {
    let has = Command::new("setsid").arg("--version").output().is_ok();
    if !has {
        skipped("ceremonies by hand at a terminal", "setsid");
    }
    has
}

/// Plays a ceremony by hand, and compares the screen.
#[track_caller]
pub(crate) fn on_the_screen(play: &Play<'_>) {
    if !has_setsid() {
        return;
    }
    let played = play.on("dumb", None);
    let screen = played.screen();
    assert_eq!(played.left.code, 0, "{screen}");
    assert!(played.left.as_before, "the terminal is not as before");
    assert_eq!(played.book(), "nothing is open");
    no_pin_is_in(&played);
    is_golden(
        &format!("{}.transcript.txt", play.name()),
        &played.transcript(),
    );
    for line in screen.lines().filter(|line| !line.contains("DIR")) {
        // What is typed may run over the edge.
        let written = played
            .asked
            .iter()
            .map(|one| String::from_utf8_lossy(&one.typed))
            .find_map(|typed| {
                line.strip_suffix(typed.trim_end())
                    .filter(|_| typed.len() > 2)
            });
        let columns = written.unwrap_or(line).chars().count();
        assert!(columns <= 80, "{columns}: {line}");
    }
    is_golden(&format!("{}.txt", play.name()), &screen);
}

/// The PINs that were typed are in no file that was left, and not on the screen, in no spelling.
#[track_caller]
fn no_pin_is_in(played: &Played) {
    let mut places = tree(played.dir.path());
    let screen = played.left.screen.clone().into_bytes();
    places.insert("the screen".to_owned(), screen);
    for label in World::labels() {
        for pin in [World::pin(label), World::pin(&format!("{label} 1"))] {
            for (place, bytes) in &places {
                let found = spellings_in(label, pin.as_bytes(), bytes);
                assert!(found.is_empty(), "the PIN of {label} in {place}: {found:?}");
            }
        }
    }
}

/// Plays a ceremony as often as it has questions, and at each of them presses Ctrl-C, ends the input, or
/// types something wrong (once a kind of question); and compares what became of it.
#[track_caller]
pub(crate) fn refused_at_every_question(play: &Play<'_>) {
    if !has_setsid() {
        return;
    }
    let whole = play.on("dumb", None);
    assert_eq!(whole.left.code, 0, "{}", whole.screen());
    let mut told = format!(
        "What becomes of `rehearse --hands-on --only {}` where a question is not answered as asked\n",
        play.event
    );
    let mut kinds = BTreeSet::new();
    for (number, asked) in whole.asked.iter().enumerate() {
        let begins = |words: &&str| asked.question.starts_with(words);
        let elsewhere = play.as_in.filter(|(_, all)| all.iter().any(begins));
        let again = !kinds.insert(asked.kind()) && play.first_of_a_kind;
        let wrongly = match elsewhere {
            Some((other, _)) => format!("   another answer: as in {other}\n"),
            None if again => "   another answer: as before\n".to_owned(),
            None => String::new(),
        };
        let _ = write!(told, "\n{}. {}\n{wrongly}", number + 1, asked.question);
        for (how, instead) in others(&asked.question) {
            if !wrongly.is_empty() && matches!(instead, Instead::Types(_)) {
                continue;
            }
            let ended = play.on("dumb", Some((number, instead)));
            let screen = ended.screen();
            assert!(ended.left.as_before, "{how} at {number}:\n{screen}");
            let again = ended.asked.len() > number + 1;
            // Whoever stops has declined, at a touch too: no key failed.
            let stops = matches!(instead, Instead::Interrupts | Instead::Ends);
            assert!(
                !stops || ended.left.code != 4,
                "{how} at {number}:\n{screen}"
            );
            assert!(
                matches!(ended.left.code, 0 | 1 | 3 | 4)
                    || (ended.left.code == 2 && play.event == "custody-move"),
                "{how} at {number}:\n{screen}"
            );
            let _ = writeln!(
                told,
                "   {how}{}: exit {}, {}",
                if again { ", asked on" } else { "" },
                ended.left.code,
                ended.book()
            );
            let mut audited = false;
            for line in screen.lines() {
                audited |= line.starts_with("Audit: ");
                let fails = line.strip_prefix("  FAIL ").filter(|_| audited);
                if let Some(why) = line.strip_prefix("glasskey: because: ").or(fails) {
                    let _ = writeln!(told, "      {}", why.trim());
                }
            }
        }
    }
    is_golden(&format!("{}.refused.txt", play.name()), &told);
}

/// What else may be done at a question.
fn others(question: &str) -> Vec<(&'static str, Instead)> {
    let wrong: &[(&'static str, &'static str)] = if question.ends_with("[y/n]") {
        &[("n", "n"), ("maybe", "maybe")]
    } else if question.starts_with("Press Enter") || question.contains("then press Enter") {
        &[("something typed", "yes")]
    } else {
        &[
            ("nothing typed", ""),
            ("something else typed", "not-this-one"),
        ]
    };
    let mut all: Vec<(&'static str, Instead)> = wrong
        .iter()
        .map(|(how, typed)| (*how, Instead::Types(typed)))
        .collect();
    all.push(("Ctrl-C", Instead::Interrupts));
    all.push(("end of input", Instead::Ends));
    all
}

#[test]
fn a_plain_terminal_is_sent_nothing_but_text() {
    if !has_setsid() {
        return;
    }
    let play = |further: &'static [&'static str]| Play {
        further,
        ..plain("registration")
    };
    let odd = |screen: &str| -> Vec<char> {
        let text = |one: &char| *one == '\n' || !one.is_control();
        screen.chars().filter(|one| !text(one)).collect()
    };
    let dumb = play(&[]).on("dumb", None);
    assert_eq!(odd(&dumb.left.screen), Vec::<char>::new());
    let screen = dumb.screen();
    let asked = play(&["--plain", "--color", "always"]).on("xterm-256color", None);
    assert_eq!(odd(&asked.left.screen), Vec::<char>::new());
    assert_eq!(asked.screen(), screen, "the same words");
    // Colours alone are what another terminal is sent besides.
    let coloured = play(&[]).on("xterm-256color", None);
    assert!(
        odd(&coloured.left.screen)
            .iter()
            .all(|one| *one == '\u{1b}')
    );
    let mut words = coloured.screen();
    while let Some(start) = words.find("\u{1b}[") {
        let end = words[start..].find('m').unwrap();
        words.replace_range(start..=start + end, "");
    }
    assert_eq!(words, screen, "the same words");
}

fn plain(event: &'static str) -> Play<'static> {
    Play {
        event,
        variant: "",
        further: &[],
        answers: &[],
        first_of_a_kind: false,
        as_in: None,
    }
}

/// A ceremony with many questions, of which some are asked again and again.
fn long(event: &'static str) -> Play<'static> {
    Play {
        first_of_a_kind: true,
        ..plain(event)
    }
}

/// What is asked wherever a key goes into a bag.
const SEALING: &[&str] = &[
    "Number of the closed bag",
    "FIDO2 PIN of",
    "Number of the new bag",
    "The bag number once more",
    "w-",
    "The words were read aloud",
    "Press Enter to touch",
    "BG1-A and its inside sheet",
];

fn without_a_sign_in() -> Play<'static> {
    Play {
        as_in: Some(("registration", &SEALING[2..])),
        ..long("verification-without-sign-in")
    }
}

fn with_a_sign_in() -> Play<'static> {
    Play {
        as_in: Some(("verification-without-sign-in", SEALING)),
        ..long("verification")
    }
}

/// A bag is opened in an incident; new PIN, new bag, review.
fn incident() -> Play<'static> {
    Play {
        as_in: Some(("verification-without-sign-in", SEALING)),
        ..long("incident")
    }
}

/// A bag is opened for an inspection, and the key sealed anew.
fn custody() -> Play<'static> {
    Play {
        as_in: Some(("verification-without-sign-in", &SEALING[1..])),
        ..long("custody")
    }
}

/// Every key that is due, an account's two.
fn due() -> Play<'static> {
    Play {
        as_in: Some(("verification", &[""])),
        ..long("verification-due")
    }
}

/// Every ceremony that a person is asked to play.
fn every() -> Vec<Play<'static>> {
    vec![
        plain("registration"),
        long("portal-registration"),
        replacement(),
        with_a_sign_in(),
        without_a_sign_in(),
        plain("verification-without-pin"),
        due(),
        plain("sign-in-collected"),
        custody(),
        plain("custody-move"),
        incident(),
        plain("loss"),
        long("retirement"),
        plain("people"),
        plain("policy"),
        plain("exception"),
        correction(),
        plain("acceptance"),
        plain("training"),
    ]
}

#[test]
fn a_registration_on_the_screen() {
    on_the_screen(&plain("registration"));
}

#[test]
fn a_registration_refused_at_every_question() {
    refused_at_every_question(&plain("registration"));
}

#[test]
fn a_verification_with_a_sign_in_on_the_screen() {
    on_the_screen(&with_a_sign_in());
}

#[test]
fn a_verification_with_a_sign_in_refused_at_every_question() {
    refused_at_every_question(&with_a_sign_in());
}

#[test]
fn a_verification_without_a_sign_in_on_the_screen() {
    on_the_screen(&without_a_sign_in());
}

#[test]
fn a_verification_without_a_sign_in_refused_at_every_question() {
    refused_at_every_question(&without_a_sign_in());
}

#[test]
fn a_verification_without_a_pin_on_the_screen() {
    on_the_screen(&plain("verification-without-pin"));
}

#[test]
fn a_verification_without_a_pin_refused_at_every_question() {
    refused_at_every_question(&plain("verification-without-pin"));
}

#[test]
fn every_key_that_is_due_on_the_screen() {
    on_the_screen(&due());
}

#[test]
fn every_key_that_is_due_stopped_at_every_question() {
    refused_at_every_question(&due());
}

#[test]
fn a_sign_in_that_is_collected_on_the_screen() {
    on_the_screen(&plain("sign-in-collected"));
}

#[test]
fn a_sign_in_that_is_collected_refused_at_every_question() {
    refused_at_every_question(&plain("sign-in-collected"));
}

#[test]
fn a_bag_put_elsewhere_on_the_screen() {
    on_the_screen(&plain("custody-move"));
}

#[test]
fn a_bag_put_elsewhere_refused_at_every_question() {
    refused_at_every_question(&plain("custody-move"));
}

#[test]
fn a_bag_opened_and_sealed_on_the_screen() {
    on_the_screen(&custody());
}

#[test]
fn a_bag_opened_and_sealed_refused_at_every_question() {
    refused_at_every_question(&custody());
}

#[test]
fn an_incident_on_the_screen() {
    on_the_screen(&incident());
}

#[test]
fn an_incident_refused_at_every_question() {
    refused_at_every_question(&incident());
}

#[test]
fn a_lost_key_on_the_screen() {
    on_the_screen(&plain("loss"));
}

#[test]
fn a_lost_key_refused_at_every_question() {
    refused_at_every_question(&plain("loss"));
}

#[test]
fn a_key_taken_out_of_use_on_the_screen() {
    on_the_screen(&long("retirement"));
}

#[test]
fn a_key_taken_out_of_use_refused_at_every_question() {
    refused_at_every_question(&long("retirement"));
}

fn replacement() -> Play<'static> {
    Play {
        as_in: Some(("registration", &SEALING[1..])),
        ..long("replacement")
    }
}

#[test]
fn a_registration_at_the_portal_on_the_screen() {
    on_the_screen(&long("portal-registration"));
}

#[test]
fn a_registration_at_the_portal_refused_at_every_question() {
    refused_at_every_question(&long("portal-registration"));
}

#[test]
fn a_replacement_on_the_screen() {
    on_the_screen(&replacement());
}

#[test]
fn a_replacement_refused_at_every_question() {
    refused_at_every_question(&replacement());
}

/// A record is corrected: what it should have said is typed.
fn correction() -> Play<'static> {
    Play {
        answers: &[("What should record", "it began a day before")],
        ..plain("amendment")
    }
}

#[test]
fn people_on_the_screen() {
    on_the_screen(&plain("people"));
}

#[test]
fn people_refused_at_every_question() {
    refused_at_every_question(&plain("people"));
}

#[test]
fn a_policy_on_the_screen() {
    on_the_screen(&plain("policy"));
}

#[test]
fn a_policy_refused_at_every_question() {
    refused_at_every_question(&plain("policy"));
}

#[test]
fn an_exception_on_the_screen() {
    on_the_screen(&plain("exception"));
}

#[test]
fn an_exception_refused_at_every_question() {
    refused_at_every_question(&plain("exception"));
}

#[test]
fn a_correction_on_the_screen() {
    on_the_screen(&correction());
}

#[test]
fn a_correction_refused_at_every_question() {
    refused_at_every_question(&correction());
}

#[test]
fn an_acceptance_on_the_screen() {
    on_the_screen(&plain("acceptance"));
}

#[test]
fn an_acceptance_refused_at_every_question() {
    refused_at_every_question(&plain("acceptance"));
}

#[test]
fn a_training_on_the_screen() {
    on_the_screen(&plain("training"));
}

#[test]
fn a_training_refused_at_every_question() {
    refused_at_every_question(&plain("training"));
}

/// What a ceremony asks of people: questions, and keys pressed, Enter included.
fn counted(play: &Play<'_>) -> String {
    let played = play.on("dumb", None);
    assert_eq!(played.left.code, 0, "{}", played.screen());
    let keys: usize = played.asked.iter().map(|one| one.typed.len()).sum();
    let mut told = format!(
        "{}: {} questions, {keys} keys\n",
        play.name(),
        played.asked.len()
    );
    for one in &played.asked {
        let _ = writeln!(told, "  {:>4}  {}", one.typed.len(), one.question);
    }
    told
}

#[test]
fn how_much_each_ceremony_asks_of_people() {
    if !has_setsid() {
        return;
    }
    let mut told =
        "What each ceremony asks of people: keys pressed at each question, Enter included\n"
            .to_owned();
    for play in every() {
        told.push('\n');
        told.push_str(&counted(&play));
    }
    is_golden("questions.txt", &told);
}

#[test]
fn a_verification_without_a_sign_in_asks_for_no_more_than_it_must() {
    if !has_setsid() {
        return;
    }
    let played = plain("verification-without-sign-in").on("dumb", None);
    let asked: Vec<&str> = played
        .asked
        .iter()
        .map(|one| one.question.as_str())
        .collect();
    assert_eq!(
        asked,
        [
            "Number of the closed bag with BG1-A (torn or opened: `broken NUMBER`; not there: \
             `missing`):",
            "Number of the new bag for BG1-A, read aloud:",
            "The bag number once more, from the bag:",
            "w-1 reads the 12 words from their own screen:",
            "w-2 reads the 12 words from their own screen:",
            "FIDO2 PIN of glasskey rehearsal key, serial 26010001 (8 tries left):",
            "Press Enter to touch BG1-A.",
            "BG1-A and its inside sheet are in bag R26-0105, closed in sight of all. Sign the \
             record? [y/n]",
        ]
    );
    // Old bag number, PIN, new bag number twice, a nonce a witness, touch, one confirmation: the policy's
    // one witness makes that seven.
    let witnesses = asked.iter().filter(|one| one.starts_with("w-")).count();
    assert_eq!((asked.len() - witnesses, witnesses), (6, 2));
    // A confirmation is one key, and Enter.
    for one in &played.asked {
        assert!(!one.question.ends_with("[y/n]") || one.typed == b"y\r");
    }
}
