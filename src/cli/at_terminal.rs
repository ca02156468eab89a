//! A person at the terminal, for commands that write their result elsewhere.

use super::asking;
use super::console::Console;
use super::failure::Failure;
use super::hands_on::no_terminal;
use super::page;
use super::page::Style;
use crate::ceremony::Operator;
use crate::ceremony::Prompt;
use crate::ceremony::Screen;
use crate::ceremony::pins::ShowPin;
use crate::ctap::KeepAlive;
use crate::ctap::Listen;
use crate::findings::Finding;
use crate::io::Interrupt;
use crate::io::Tty;
use crate::io::is_plain;
use crate::primitives::Digest;
use crate::primitives::Secret;
use crate::primitives::text;
use std::io;
use std::io::Write;
use std::rc::Rc;

/// The operator at the terminal of this process. Clones share the terminal.
#[derive(Clone)]
pub(crate) struct AtTerminal {
    tty: Rc<Tty>,
    style: Style,
}

impl AtTerminal {
    /// Opens the terminal; `style` is how it is written on.
    ///
    /// # Errors
    /// [`Failure`] with exit 3 if there is none.
    pub(crate) fn open(style: Style) -> Result<Self, Failure> {
        let tty = Tty::open().map_err(|error| no_terminal(&error))?;
        Ok(Self {
            tty: Rc::new(tty),
            style,
        })
    }

    fn console(&self, write: impl FnOnce(&mut Console<'_>)) {
        let mut out = Writer {
            tty: &self.tty,
            coloured: self.style.colour,
        };
        write(&mut Console::new(&mut out, self.style, false));
    }
}

/// The terminal as a stream.
struct Writer<'t> {
    tty: &'t Tty,
    coloured: bool,
}

impl Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let written = self.tty.say_styled(&text, self.coloured);
        written.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Operator for AtTerminal {
    fn step(&mut self, number: u32, of: u32, title: &str) {
        self.console(|console| console.step(number, of, title));
    }

    fn say(&mut self, text: &str) {
        self.console(|console| console.say(text));
    }

    fn findings(&mut self, findings: &[Finding]) {
        self.console(|console| console.findings(findings));
    }

    fn digest(&mut self, digest: &Digest) {
        self.console(|console| console.digest(digest));
    }

    fn keep_alive(&mut self, label: &str, state: KeepAlive) {
        if state == KeepAlive::UpNeeded {
            self.console(|console| console.touch(label));
        }
    }

    fn stops(&self) -> Listen<'static> {
        Box::new(|| match Interrupt::listen() {
            Ok(interrupt) => Box::new(move || interrupt.asked()),
            // Then Ctrl-C ends the program, as anywhere else.
            Err(_) => Box::new(|| false),
        })
    }

    fn line(&mut self, prompt: &Prompt) -> Option<String> {
        asking::line(&self.tty, &asking::question(&prompt.words()))
    }

    fn pin(&mut self, prompt: &Prompt) -> Option<Secret<String>> {
        asking::pin(&self.tty, &asking::question(&prompt.words()))
    }

    fn show_once(&mut self, what: &str, secret: &Secret<String>) -> bool {
        show_once(&self.tty, what, secret)
    }

    fn confirm(&mut self, prompt: &Prompt) -> bool {
        asking::confirm(&self.tty, &prompt.words())
    }
}

/// Shows a secret on the terminal's other screen, until Enter.
pub(crate) fn show_once(tty: &Tty, what: &str, secret: &Secret<String>) -> bool {
    let head = page::hang("  ", 2, &text::printable(what));
    let secret = text::printable(secret.expose());
    let mut shown = String::with_capacity(head.len() + secret.len() + 80);
    shown.push_str(&head);
    shown.push_str("\n      ");
    shown.push_str(&secret);
    shown.push_str(if is_plain() {
        "\n\n  Note it, then press Enter. It stays on this screen: wipe it yourself. "
    } else {
        "\n\n  Note it, then press Enter: the screen is wiped. "
    });
    drop(Secret::new(secret));
    let shown = Secret::new(shown);
    let seen = tty.show_once(shown.expose()).unwrap_or(false);
    if is_plain() {
        // Enter was typed unseen.
        let _ = tty.say("\n");
    }
    seen
}

impl ShowPin for AtTerminal {
    fn show(&mut self, key: &str, pin: &Secret<String>) -> bool {
        let head = page::hang(
            "  ",
            2,
            &format!(
                "The new FIDO2 PIN for {}. It is shown this once and kept nowhere; it is set only \
                 after you typed it from what you wrote.",
                text::printable(key)
            ),
        );
        let pin = pin.expose();
        let mut shown = String::with_capacity(head.len() + pin.len() + 160);
        shown.push_str(&head);
        shown.push_str("\n      ");
        shown.push_str(pin);
        shown.push_str(if is_plain() {
            "\n\n  Write it on the PIN sheet, then press Enter. It stays on this screen: wipe it \
             yourself.\n  "
        } else {
            "\n\n  Write it on the PIN sheet, then press Enter: the screen is wiped. "
        });
        let shown = Secret::new(shown);
        self.tty.show_once(shown.expose()).unwrap_or(false)
    }
}
