//! One ceremony by hand, from `rehearse --hands-on --only EVENT` to the book that it leaves.

use super::person::Answers;
use super::person::Person;
use super::terminal::Left;
use super::terminal::Terminal;
use crate::support::TempDir;
use crate::support::is_a;
use crate::support::text;
use crate::support::tree;
use crate::table::audit_with;
use crate::table::trust;
use glasskey::ceremony::OpenCeremony;
use glasskey::io::FolderDesk;
use glasskey::ledger::LedgerStore;
use glasskey::ledger::MemoryStore;
use glasskey::ledger::audit::Standing;

/// The most questions that any ceremony has.
const MOST_QUESTIONS: usize = 200;

/// What is done at one question instead of answering it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instead {
    /// Types this, then goes on.
    Types(&'static str),
    /// Ctrl-C; and again wherever it is asked again.
    Interrupts,
    /// Ctrl-D, the end of input; and again wherever it is asked again.
    Ends,
}

/// A question, and what was typed at it, Enter included.
pub(super) struct Asked {
    pub(super) question: String,
    pub(super) typed: Vec<u8>,
}

impl Asked {
    /// The question without whom, which number or how often it is about.
    pub(super) fn kind(&self) -> String {
        let letters = self.question.chars().filter(|one| !one.is_ascii_digit());
        letters.collect()
    }
}

/// A ceremony by hand.
pub(crate) struct Play<'a> {
    /// The event: `--only EVENT`.
    pub(crate) event: &'a str,
    /// Which way of it, in the golden file's name; empty for the plain one.
    pub(crate) variant: &'a str,
    /// Further arguments.
    pub(crate) further: &'a [&'a str],
    /// What is typed where a question does not say it itself.
    pub(crate) answers: Answers<'a>,
    /// Whether another answer is tried at the first question of each kind alone, because there are many.
    pub(crate) first_of_a_kind: bool,
    /// Another ceremony that has the questions that begin like this, and in which other answers are tried.
    pub(crate) as_in: Option<(&'a str, &'a [&'a str])>,
}

/// What a ceremony by hand came to.
pub(super) struct Played {
    pub(super) dir: TempDir,
    pub(super) asked: Vec<Asked>,
    pub(super) left: Left,
}

impl Play<'_> {
    /// The golden file's name, without its end.
    pub(super) fn name(&self) -> String {
        if self.variant.is_empty() {
            self.event.to_owned()
        } else {
            format!("{}-{}", self.event, self.variant)
        }
    }

    /// Plays it on a terminal of this kind; at the question of this number, from 0, something else
    /// is done.
    pub(super) fn on(&self, kind: &str, instead: Option<(usize, Instead)>) -> Played {
        let dir = TempDir::new();
        let mut arguments = vec!["rehearse", "--hands-on", "--only", self.event];
        arguments.extend(["--out", text(dir.path())]);
        arguments.extend(self.further);
        let mut terminal = Terminal::start(&arguments, kind);
        let mut person = Person::new(self.answers);
        let mut asked: Vec<Asked> = Vec::new();
        while let Some(question) = terminal.question() {
            let number = asked.len();
            assert!(
                number < MOST_QUESTIONS,
                "it asks for ever:\n{}",
                terminal.screen()
            );
            let answer = person.answer(&question, terminal.screen());
            let typed = match instead {
                Some((at, Instead::Interrupts)) if at <= number => vec![0x03],
                Some((at, Instead::Ends)) if at <= number => vec![0x04],
                Some((at, Instead::Types(other))) if at == number => line(other),
                Some(_) | None => line(&answer),
            };
            terminal.types(&typed);
            asked.push(Asked { question, typed });
        }
        Played {
            dir,
            asked,
            left: terminal.end(),
        }
    }
}

fn line(text: &str) -> Vec<u8> {
    format!("{text}\r").into_bytes()
}

impl Played {
    /// The screen, with the folder's name taken out and nothing else.
    pub(super) fn screen(&self) -> String {
        self.left.screen.replace(text(self.dir.path()), "DIR")
    }

    /// What the book keeps of the terminal of its last ceremony.
    #[track_caller]
    pub(super) fn transcript(&self) -> String {
        let names = tree(&self.dir.join("book/transcripts"));
        let mut kept = names.iter().filter(|(name, _)| is_a(name, "txt"));
        let (_, bytes) = kept.next_back().expect("no transcript was kept");
        String::from_utf8(bytes.clone()).unwrap()
    }

    /// How the book was left: what is open in it, and that everything else is whole.
    #[track_caller]
    pub(super) fn book(&self) -> String {
        let book = self.dir.join("book");
        let mut store = MemoryStore::new();
        for (name, bytes) in tree(&self.dir.path().join("book/ledger")) {
            if !name.ends_with('/') {
                store.create(&name, &bytes).unwrap();
            }
        }
        if store.read("records/000000/record.json").unwrap().is_some() {
            let report = audit_with(&store, &trust(&store));
            assert_ne!(
                report.standing(),
                Standing::Broken,
                "{:?}",
                report.first_bad()
            );
        }
        let desk = FolderDesk::new(book.clone(), book.join("open/.tmp"));
        let open = OpenCeremony::unfinished(&desk).unwrap();
        for id in &open {
            // Every file of it can be taken up again.
            let one = OpenCeremony::of_id(id.clone());
            assert!(one.begun(&desk).unwrap().is_some());
            one.ticks(&desk).unwrap();
            one.exceptions(&desk).unwrap();
            one.registration(&desk).unwrap();
            one.method(&desk).unwrap();
            one.statement(&desk).unwrap();
            one.presence(&desk).unwrap();
            one.record(&desk).unwrap();
        }
        if open.is_empty() {
            "nothing is open".to_owned()
        } else {
            format!("open: {}", open.join(", "))
        }
    }
}
