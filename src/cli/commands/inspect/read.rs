//! Reading keys: all at once, each through a handle of its own.

use super::book::Book;
use super::book::InBook;
use crate::cli::commands::credentials::Held;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::words;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::KeyEntry;
use crate::ctap::Keys;
use crate::ctap::KeysError;
use crate::facts::key;
use crate::facts::key::KeyFacts;
use crate::facts::second_opinion;
use crate::findings;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::health;
use crate::findings::key_checks;
use crate::io::HidKeys;
use crate::io::SecondClient;
use crate::io::SystemClock;
use crate::io::SystemEntropy;
use crate::plan::Policy;
use crate::primitives::Clock;
use crate::primitives::Entropy;
use std::thread;

/// A key that was read, or why it was not.
pub(super) struct Seen {
    pub(super) entry: KeyEntry,
    pub(super) read: Result<Read, NotRead>,
    /// What it holds; `None` if that was not asked for.
    pub(super) held: Option<Result<Vec<Held>, Failure>>,
}

/// What a key said, and what it means.
pub(super) struct Read {
    pub(super) facts: KeyFacts,
    pub(super) findings: Vec<Finding>,
    /// Which key of the book it is; `None` without a book.
    pub(super) in_book: Option<InBook>,
}

/// Why a key was not read.
pub(super) enum NotRead {
    /// It did not open.
    Keys(KeysError),
    /// It did not answer as it should.
    Ctap(CtapError),
    /// No random number for a channel could be had.
    NoEntropy(String),
    /// A bug in glasskey.
    Panicked,
}

impl NotRead {
    /// One word for scripts.
    pub(super) const fn state(&self) -> &'static str {
        match self {
            Self::Keys(error) => match error {
                KeysError::NotAllowed { .. } => "not_allowed",
                KeysError::HeldByAnother { .. } => "held",
                KeysError::Gone { .. } => "gone",
                KeysError::Io(_) => "error",
            },
            Self::Ctap(error) => match error {
                CtapError::Gone => "gone",
                CtapError::Timeout => "silent",
                CtapError::Busy => "held",
                CtapError::Malformed { .. } | CtapError::TooMany { .. } => "malformed",
                CtapError::Unsupported { .. } => "no_ctap2",
                CtapError::Status { .. }
                | CtapError::Hid(_)
                | CtapError::Cancelled
                | CtapError::TooLong { .. }
                | CtapError::NoEntropy
                | CtapError::Transport(_) => "error",
            },
            Self::NoEntropy(_) | Self::Panicked => "error",
        }
    }

    /// Three lines for people.
    pub(super) fn failure(&self) -> Failure {
        match self {
            Self::Keys(error) => words::keys(error),
            Self::Ctap(error) => {
                words::ctap(error).saying("the security key was not read; no PIN try was spent")
            }
            Self::NoEntropy(why) => Failure::new(
                Exit::Key,
                "nothing was sent to the key",
                why,
                "check the system's random source",
            ),
            Self::Panicked => Failure::new(
                Exit::Bug,
                "a key was not read",
                "a bug in glasskey",
                "please report it",
            ),
        }
    }
}

impl From<KeysError> for NotRead {
    fn from(error: KeysError) -> Self {
        Self::Keys(error)
    }
}

impl From<CtapError> for NotRead {
    fn from(error: CtapError) -> Self {
        Self::Ctap(error)
    }
}

/// What keys are read with, beside our own client.
#[derive(Clone, Copy, Default)]
pub(super) struct Beside<'a> {
    /// The book that may know them.
    pub(super) book: Option<&'a Book>,
    /// The independent client, which reads each once our handle is closed.
    pub(super) second: Option<&'a SecondClient>,
}

/// Reads all keys at once: it takes as long as the slowest.
pub(super) fn all(entries: &[KeyEntry], beside: Beside<'_>) -> Vec<Seen> {
    thread::scope(|scope| {
        let running: Vec<_> = entries
            .iter()
            .map(|entry| scope.spawn(move || one(entry, beside)))
            .collect();
        entries
            .iter()
            .zip(running)
            .map(|(entry, handle)| Seen {
                entry: entry.clone(),
                read: handle.join().unwrap_or(Err(NotRead::Panicked)),
                held: None,
            })
            .collect()
    })
}

/// Reads one key, and once more through the second client if there is one.
pub(super) fn one(entry: &KeyEntry, beside: Beside<'_>) -> Result<Read, NotRead> {
    let clock = SystemClock::new();
    let mut entropy = SystemEntropy::open().map_err(|error| NotRead::NoEntropy(error.0))?;
    let mut ctap = open(entry, &clock)?;
    let mut read = examine(&mut ctap, entry, &clock, &mut entropy, beside.book)?;
    if let Some(second) = beside.second {
        let reading = second_opinion::ask(Some(&mut second.clone()), ctap, entry);
        let subject = read
            .findings
            .first()
            .map_or_else(|| subject(&read.facts), |first| first.subject.clone());
        let finding = findings::second_opinion(&read.facts, &reading, &subject);
        read.findings.push(finding);
    }
    Ok(read)
}

/// Everything that is read of an open key: no PIN, no touch.
pub(super) fn examine(
    ctap: &mut Ctap<'_>,
    entry: &KeyEntry,
    clock: &dyn Clock,
    entropy: &mut dyn Entropy,
    book: Option<&Book>,
) -> Result<Read, NotRead> {
    let facts = key::observe(ctap, entry, clock.utc())?;
    let mut nonce = || {
        let mut nonce = [0; 16];
        entropy.fill(&mut nonce);
        nonce
    };
    let in_book = match book {
        Some(book) => Some(book.look_up(ctap, &facts, &mut nonce)?),
        None => None,
    };
    let default = Policy::default();
    let policy = book.map_or(&default, |book| &book.policy);
    let findings = match &in_book {
        Some(InBook::Known(known)) => health(known, policy),
        Some(InBook::Stranger) | None => key_checks(&facts, policy, &subject(&facts)),
    };
    Ok(Read {
        facts,
        findings,
        in_book,
    })
}

/// A handle of its own on a key.
pub(super) fn open<'c>(entry: &KeyEntry, clock: &'c SystemClock) -> Result<Ctap<'c>, NotRead> {
    let entropy = SystemEntropy::open().map_err(|error| NotRead::NoEntropy(error.0))?;
    let entropy: Box<dyn Entropy> = Box::new(entropy);
    let port = HidKeys::new()?.open(&entry.path)?;
    Ok(Ctap::open(port, clock, entropy)?)
}

/// A key's subject: its serial number where it has one, else where it is.
fn subject(facts: &KeyFacts) -> Subject {
    let serial = facts.serial();
    Subject::key(serial.known().unwrap_or(&facts.entry.path))
}
