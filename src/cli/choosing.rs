//! Choosing one of several plugged-in keys at the terminal.

use super::exit::Exit;
use super::failure::Failure;
use super::words;
use crate::ceremony::Chooser;
use crate::ceremony::Chosen;
use crate::ceremony::NotChosen;
use crate::ceremony::Unread;
use crate::ceremony::Wanted;
use crate::ceremony::choose;
use crate::ctap::Standing;
use crate::facts::key::KeyFacts;
use crate::io::HidKeys;
use crate::io::Interrupt;
use crate::io::SystemClock;
use crate::io::SystemEntropy;
use crate::io::Tty;
use crate::primitives::text;

/// Opens the key that is meant: the one that is alone or has the wanted serial number; of several, the
/// one that is touched, if there is a terminal to ask at.
///
/// # Errors
/// [`Failure`] with exit 4 where none is chosen, 3 where a person stopped. No PIN was asked for.
pub(crate) fn one_key<'c>(
    clock: &'c SystemClock,
    wanted: Wanted<'_>,
) -> Result<Chosen<'c>, Failure> {
    let entropy = SystemEntropy::open().map_err(|error| {
        Failure::new(
            Exit::Key,
            "nothing was sent to any key",
            error.0,
            "check the system's random source",
        )
    })?;
    let mut keys = HidKeys::new().map_err(|error| words::keys(&error))?;
    let mut person = Person {
        tty: Tty::open().ok(),
        interrupt: Interrupt::listen().ok(),
    };
    choose(&mut keys, clock, &entropy, wanted, &mut person).map_err(|why| not_chosen(&why))
}

/// Whoever sits at the terminal.
struct Person {
    tty: Option<Tty>,
    interrupt: Option<Interrupt>,
}

impl Person {
    fn say(&self, text: &str) {
        if let Some(tty) = &self.tty {
            // A terminal that went away is found out when it is asked.
            let _ = tty.say(text);
        }
    }
}

impl Chooser for Person {
    fn present(&self) -> bool {
        self.tty.is_some()
    }

    fn ask(&mut self, keys: &[&KeyFacts]) {
        self.say("Several security keys are plugged in; touch the one you mean (Ctrl-C: none):\n");
        for facts in keys {
            self.say(&format!("  {}\n", text::printable(&facts.name())));
        }
    }

    fn standing(&mut self, key: &KeyFacts, standing: &Standing) {
        let what = match standing {
            Standing::Waiting | Standing::Cancelled => return,
            Standing::Touched => "touched",
            Standing::CannotSelect => "cannot be chosen by a touch (CTAP 2.0)",
            Standing::Untouched => "was not touched in time",
            Standing::Refused => "refused",
            Standing::Busy => "is kept busy by another program",
            Standing::Gone => "was unplugged",
            Standing::Failed(_) => "did not answer as it should",
        };
        self.say(&format!("  {}: {what}\n", text::printable(&key.name())));
    }

    fn stopped(&self) -> bool {
        self.interrupt.as_ref().is_some_and(Interrupt::asked)
    }
}

/// Why no key was chosen, in three lines.
fn not_chosen(why: &NotChosen) -> Failure {
    let none = "no key was chosen; no PIN was asked for and nothing was changed";
    let fail = |because: String, next: &str| Failure::new(Exit::Key, none, because, next);
    match why {
        NotChosen::NoKey => fail(
            "no security key is plugged in".to_owned(),
            "plug a key in; in a container or a virtual machine, pass the USB device through",
        ),
        NotChosen::Keys(error) => words::keys(error),
        NotChosen::Unread(unread) => match unread.first() {
            Some((_, Unread::Keys(error))) => words::keys(error),
            Some((_, Unread::Key(error))) => words::ctap(error),
            None => fail("no security key was read".to_owned(), "try again"),
        },
        NotChosen::NotHere {
            label,
            serial,
            here,
            unread,
        } => {
            let serial = serial.as_ref();
            let wanted =
                serial.map_or_else(|| label.clone(), |it| format!("{label} (serial {it})"));
            let also = match unread.len() {
                0 => String::new(),
                1 => "; 1 more could not be read".to_owned(),
                more => format!("; {more} more could not be read"),
            };
            fail(
                format!(
                    "{wanted} is not here; plugged in: {}{also}",
                    here.join("; ")
                ),
                &format!("plug in {label}; `glasskey inspect` shows what each key is"),
            )
        }
        NotChosen::Several(names) => fail(
            format!(
                "no terminal to ask which of these is meant: {}",
                names.join("; ")
            ),
            "unplug the others, name the key by its serial number, or use a terminal",
        ),
        NotChosen::CannotSelect(names) => fail(
            format!(
                "none of these can be chosen by a touch: {}",
                names.join("; ")
            ),
            "unplug the others and run the command again",
        ),
        NotChosen::Untouched(names) => fail(
            format!("none of these was touched: {}", names.join("; ")),
            "run the command again and touch the one you mean while it blinks",
        ),
        NotChosen::Stopped => Failure::new(
            Exit::Declined,
            none,
            "it was stopped here",
            "run the command again",
        ),
    }
}
