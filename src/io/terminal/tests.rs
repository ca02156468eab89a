use super::*;
use rustix::pty::OpenptFlags;
use std::os::fd::OwnedFd;
use std::thread;
use std::thread::JoinHandle;

/// A terminal, and the far end that a person sits at.
fn terminal() -> (Tty, File) {
    let far = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    rustix::pty::grantpt(&far).unwrap();
    rustix::pty::unlockpt(&far).unwrap();
    let name = rustix::pty::ptsname(&far, Vec::new()).unwrap();
    let how = OFlags::RDWR | OFlags::NOCTTY;
    let near: OwnedFd = rustix::fs::open(name.as_c_str(), how, Mode::empty()).unwrap();
    (Tty::over(near.into()).unwrap(), far.into())
}

/// Sits at the far end: waits for `prompt`, types, and gives back what was shown up to `until`.
fn person(
    mut far: File,
    prompt: &'static str,
    types: &'static [u8],
    until: &'static str,
) -> JoinHandle<(String, File)> {
    thread::spawn(move || {
        let mut shown = String::new();
        let mut answered = false;
        while !answered || !shown.ends_with(until) {
            let mut piece = [0; 256];
            let read = far.read(&mut piece).unwrap();
            shown.push_str(std::str::from_utf8(&piece[..read]).unwrap());
            if !answered && shown.ends_with(prompt) {
                far.write_all(types).unwrap();
                answered = true;
            }
        }
        (shown, far) // hanging up would end the question
    })
}

fn modes(tty: &Tty) -> (LocalModes, u8, u8) {
    let mode = rustix::termios::tcgetattr(&tty.file).unwrap();
    let codes = &mode.special_codes;
    (
        mode.local_modes,
        codes[SpecialCodeIndex::VEOL],
        codes[SpecialCodeIndex::VMIN],
    )
}

#[test]
fn a_pin_is_read_and_never_shown() {
    let (tty, far) = terminal();
    let before = modes(&tty);
    let person = person(far, "PIN: ", "12ü\u{7f}3456\r".as_bytes(), "done");
    let pin = tty.ask_pin("PIN: ").unwrap().unwrap();
    assert_eq!(pin.expose(), "123456");
    assert_eq!(modes(&tty), before);
    tty.say("\u{9b}2J done").unwrap();
    assert_eq!(person.join().unwrap().0, "PIN: \r\n\\u{9b}2J done");
}

#[test]
fn control_c_and_control_d_decline_a_pin_and_restore_the_terminal() {
    for types in [&b"12\x03"[..], b"12\x04"] {
        let (tty, far) = terminal();
        let before = modes(&tty);
        let person = person(far, "PIN: ", types, "\n");
        assert!(tty.ask_pin("PIN: ").unwrap().is_none());
        assert_eq!(modes(&tty), before);
        assert_eq!(person.join().unwrap().0, "PIN: \r\n");
    }
}

#[test]
fn an_arrow_in_a_pin_is_said_and_not_sent() {
    let (tty, far) = terminal();
    let before = modes(&tty);
    let person = person(far, "PIN: ", b"12\x1b[D3\r", "\n");
    assert_eq!(tty.ask_pin("PIN: ").err(), Some(TerminalError::NotText));
    assert_eq!(modes(&tty), before);
    person.join().unwrap();
}

#[test]
fn what_was_typed_before_the_question_is_no_pin() {
    let (tty, mut far) = terminal();
    far.write_all(b"cccccbdefghi\n").unwrap();
    // Until the line has arrived at this end.
    while rustix::io::ioctl_fionread(&tty.file).unwrap() == 0 {
        thread::yield_now();
    }
    let person = person(far, "PIN: ", b"0000\r", "PIN: \r\n");
    let pin = tty.ask_pin("PIN: ").unwrap().unwrap();
    assert_eq!(pin.expose(), "0000");
    person.join().unwrap();
}

#[test]
fn a_line_is_shown_while_it_is_typed() {
    let (tty, far) = terminal();
    let before = modes(&tty);
    let person = person(far, "Bag number: ", "A-17 ü\r".as_bytes(), "\n");
    let line = tty.ask_line("Bag number: ").unwrap();
    assert_eq!(line.as_deref(), Some("A-17 ü"));
    assert_eq!(modes(&tty), before);
    assert_eq!(person.join().unwrap().0, "Bag number: A-17 ü\r\n");
}

#[test]
fn control_c_and_control_d_decline_a_line_at_once() {
    for types in [&b"A-1\x03"[..], b"\x03", b"\x04", b"A-1\x04\x04"] {
        let (tty, far) = terminal();
        let before = modes(&tty);
        let person = person(far, "Bag number: ", types, "\n");
        assert_eq!(tty.ask_line("Bag number: "), Ok(None));
        assert_eq!(modes(&tty), before);
        person.join().unwrap();
    }
}

#[test]
fn a_line_with_an_escape_is_asked_again() {
    let (tty, far) = terminal();
    let person = person(far, "? ", b"A\x1b[D\r", "\n");
    assert_eq!(tty.ask_line("? "), Err(TerminalError::NotText));
    person.join().unwrap();
}

#[test]
fn what_is_shown_once_is_on_the_other_screen_and_wiped_on_every_way_out() {
    for (types, agreed) in [(&b"x\r"[..], true), (b"\x03", false), (b"ab\x04", false)] {
        let (tty, far) = terminal();
        let before = modes(&tty);
        let person = person(far, "4711", types, "done");
        assert_eq!(tty.show_once("4711"), Ok(agreed));
        assert_eq!(modes(&tty), before);
        tty.say("done").unwrap();
        assert_eq!(
            person.join().unwrap().0,
            "\u{1b}[?1049h\u{1b}[2J\u{1b}[H4711\u{1b}[2J\u{1b}[H\u{1b}[?1049ldone"
        );
    }
}

#[test]
fn a_file_is_no_terminal() {
    let file = File::open("/dev/null").unwrap();
    assert_eq!(Tty::over(file).unwrap_err(), TerminalError::NoTerminal);
}

#[test]
fn colours_are_shown_where_asked_for_and_nothing_else_that_a_terminal_acts_on() {
    for (coloured, shown) in [
        (true, "\u{1b}[1mred\u{1b}[0m\\u{1b}[2Jdone"),
        (false, "\\u{1b}[1mred\\u{1b}[0m\\u{1b}[2Jdone"),
    ] {
        let (tty, far) = terminal();
        let person = person(far, "done", b"", "done");
        tty.say_styled("\u{1b}[1mred\u{1b}[0m\u{1b}[2Jdone", coloured)
            .unwrap();
        assert_eq!(person.join().unwrap().0, shown);
    }
}
