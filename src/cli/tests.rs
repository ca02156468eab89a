//! What devices say, on its way to the terminal.

use super::Output;
use super::commands::credentials;
use super::exit::Exit;
use super::failure::Failure;
use super::key_page;
use super::page::Style;
use crate::ctap::Ctap;
use crate::ctap::MakeCredential;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::facts::key;
use crate::facts::key::KeyFacts;
use crate::findings::Subject;
use crate::findings::key_checks;
use crate::plan::Policy;
use crate::primitives::Clock;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::primitives::UtcTime;
use crate::primitives::cbor::Value;
use crate::primitives::text::is_deceptive;
use crate::rehearsal::RehearsalClock;
use crate::rehearsal::SeededEntropy;
use crate::rehearsal::key::KeySpec;
use crate::rehearsal::key::VirtualKey;
use crate::webauthn::ClientData;
use crate::webauthn::RpId;
use std::rc::Rc;

const PIN: &str = "483920";
/// ESC as CSI and OSC, BEL, NUL, DEL, CR, the C1 forms of CSI and OSC, a right-to-left override, an
/// isolate, a zero width space and a tag.
const EVIL: &str =
    "A\u{1b}[2J\u{1b}]0;owned\u{7}\0\u{7f}\r\u{9b}31m\u{9d}\u{202e}\u{2066}\u{200b}\u{e0041}Z";

/// A key on which everything that can be text is [`EVIL`].
fn evil() -> (KeyFacts, Vec<credentials::Held>) {
    let clock = Rc::new(RehearsalClock::new(UtcTime::from_unix(1_767_603_600)));
    let key = VirtualKey::new(KeySpec::new("K", 7), Rc::clone(&clock));
    key.set_pin_directly(PIN);
    key.plug();
    let port = Box::new(key.open().unwrap());
    let entropy = Box::new(SeededEntropy::new(b"seed", "client"));
    let mut ctap = Ctap::open(port, &*clock, entropy).unwrap();
    let pin = Pin::new(PIN).unwrap();
    for rp_id in [EVIL, "login.microsoft.com"] {
        let rp_id = RpId::new(rp_id);
        let token = ctap.token(&pin, Permissions::MAKE_CREDENTIAL, Some(&rp_id));
        let data = ClientData::attest(&Guid([7; 16]), b"{}");
        let request = MakeCredential {
            client_data: &data,
            rp_id: &rp_id,
            rp_name: EVIL,
            user: &Secret::new(vec![1; 16]),
            user_name: EVIL,
            user_display_name: EVIL,
            algorithms: &[-7],
            exclude: &[],
            resident: true,
            cred_protect: None,
            enforce_cred_protect: false,
            hmac_secret: false,
        };
        let token = token.unwrap();
        ctap.make_credential(&request, Some(&token), &mut |_| {})
            .unwrap();
    }
    let permissions = Permissions::CREDENTIAL_MANAGEMENT;
    let token = ctap.token(&pin, permissions, None).unwrap();
    let held = credentials::held_by(&mut ctap, &token).unwrap();
    let mut entry = key.entry();
    for text in [
        &mut entry.manufacturer,
        &mut entry.product,
        &mut entry.serial,
    ] {
        *text = Some(EVIL.to_owned());
    }
    let mut facts = key::observe(&mut ctap, &entry, clock.utc()).unwrap();
    let texts = || Some(vec![EVIL.to_owned()]);
    facts.info.versions = texts();
    facts.info.extensions = texts();
    facts.info.transports = texts();
    facts.info.odd = vec![(Value::text(EVIL), Value::Null)];
    if let Some(options) = &mut facts.info.options {
        options.reported.push((EVIL.to_owned(), true));
    }
    (facts, held)
}

/// What is written to standard output and standard error.
fn written(
    colour: bool,
    json: bool,
    act: impl FnOnce(&mut Output<'_>) -> Result<(), Failure>,
) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut output = Output {
        out: &mut out,
        err: &mut err,
        style: Style { colour },
        json,
        verbose: true,
    };
    if let Err(failure) = act(&mut output) {
        failure.write(output.err);
    }
    (
        String::from_utf8(out).unwrap(),
        String::from_utf8(err).unwrap(),
    )
}

fn deceptive(text: &str) -> Vec<char> {
    text.chars()
        .filter(|c| *c != '\n' && is_deceptive(*c))
        .collect()
}

#[test]
fn what_a_key_calls_itself_never_reaches_the_terminal_as_it_is() {
    let (facts, held) = evil();
    let subject = Subject::key(EVIL);
    let findings = key_checks(&facts, &Policy::default(), &subject);
    for colour in [false, true] {
        let (out, _) = written(colour, false, |output| {
            output.print(&key_page::text(output.style, true, None, &facts, &findings))?;
            output.print(&credentials::text(&held))
        });
        let ours = [
            "\u{1b}[1m",
            "\u{1b}[0m",
            "\u{1b}[2m",
            "\u{1b}[33m",
            "\u{1b}[1;35m",
            "\u{1b}[1;31m",
            "\u{1b}[32m",
            "\u{1b}[36m",
        ];
        let plain = ours
            .iter()
            .fold(out, |text, colour| text.replace(colour, ""));
        assert_eq!(deceptive(&plain), Vec::<char>::new(), "{plain}");
        // It is shown, not dropped: product, relying party and user.
        assert!(
            plain.matches(r"A\u{1b}[2J\u{1b}]0;owned").count() >= 4,
            "{plain}"
        );
    }
}

#[test]
fn json_of_a_key_holds_its_words_whole_and_no_control() {
    let (facts, held) = evil();
    let (out, _) = written(false, true, |output| {
        let mut value = key_page::json(None, &facts, &[]);
        value["credentials"] = credentials::json(&held);
        output.print(&format!("{value:#}\n"))
    });
    assert_eq!(deceptive(&out), Vec::<char>::new());
    let read: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(read["product"], EVIL);
    assert_eq!(read["credentials"][0]["user_name"], EVIL);
    assert_eq!(read["versions"][0], EVIL);
}

#[test]
fn errors_and_forgotten_texts_are_made_visible_too() {
    let (_, err) = written(true, false, |_| {
        Err(Failure::new(Exit::Key, EVIL, EVIL, EVIL))
    });
    assert_eq!(deceptive(&err), Vec::<char>::new());
    assert_eq!(err.lines().count(), 3);
    // A command that forgets to make a text printable prints it nevertheless without harm.
    let (out, _) = written(false, false, |output| output.print(EVIL));
    assert_eq!(deceptive(&out), Vec::<char>::new());
}

#[test]
fn an_option_that_lacks_another_names_it() {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let line = ["glasskey", "inspect", "--credential", "AAAA"];
    let exit = super::run(line.map(Into::into), &mut out, &mut err);
    let err = String::from_utf8(err).unwrap();
    assert_eq!(exit, Exit::Usage);
    assert!(err.contains("were not provided: --observe\n"), "{err}");
    assert_eq!(err.lines().count(), 3, "{err}");
}

#[test]
fn the_command_line_is_whole() {
    super::args::command_line().debug_assert();
}

/// The words of a line of a help's examples, as a shell takes them apart: to the first pipe,
/// redirection or remark.
fn words(example: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let command = example.split("      ").next().unwrap();
    for letter in command.chars() {
        match (letter, quote) {
            (_, Some(open)) if letter == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            ('|' | '>', None) => break,
            (' ', None) => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

#[test]
fn every_command_has_examples_that_are_commands() {
    let mut todo = vec![super::args::command_line()];
    let mut tried = 0;
    while let Some(command) = todo.pop() {
        if command.is_hide_set() {
            continue;
        }
        todo.extend(command.get_subcommands().cloned());
        let name = command.get_name();
        let lines = super::args::examples(&command);
        assert!(!lines.is_empty(), "{name} has no examples");
        let help = command.get_after_help().unwrap().to_string();
        assert!(help.contains("docs/exit-codes.md"), "{name}");
        for line in &lines {
            assert!(line.chars().count() <= 78, "{name}: {line}");
        }
        for example in lines.join("\n").replace("\\\n  ", "").lines() {
            let ours = example.find("glasskey ").unwrap();
            assert!(
                name == "glasskey" || example.contains(name),
                "{name}: {example}"
            );
            let read = super::args::read(words(&example[ours..]).iter().map(Into::into));
            assert!(read.is_ok(), "{example}: {}", read.unwrap_err());
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn every_command_that_the_pages_for_people_show_is_a_command() {
    let pages = [
        include_str!("../../README.md"),
        include_str!("../../docs/install.md"),
        include_str!("../../docs/quick-start/auditor.md"),
        include_str!("../../docs/quick-start/newcomer.md"),
        include_str!("../../docs/quick-start/operator.md"),
        include_str!("../../docs/quick-start/security-engineer.md"),
        include_str!("../../docs/quick-start/witness.md"),
    ];
    let mut tried = 0;
    for page in pages {
        let page = page.replace("\\\n> ", " ").replace("\\\n", " ");
        for block in page.split("\n```").skip(1).step_by(2) {
            for line in block.lines() {
                let line = line.trim_start().trim_start_matches("$ ");
                if !line.starts_with("glasskey ") {
                    continue;
                }
                let line = line.split("  #").next().unwrap().split(';').next().unwrap();
                let read = super::args::read(words(line.trim_end()).iter().map(Into::into));
                assert!(read.is_ok(), "{line}: {}", read.unwrap_err());
                tried += 1;
            }
        }
    }
    assert!(tried > 30, "{tried}");
}
