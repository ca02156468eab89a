//! One command of the real program, held at its terminal with a key in the hand.

use super::hands::Hands;
use super::hands::Port;
use super::safe::Safe;
use crate::hands_on::Left;
use crate::hands_on::Person;
use crate::hands_on::Terminal;
use crate::support::text;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::VirtualKey;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

/// What is in the hand when a command begins.
pub(super) enum InHand {
    /// Nothing.
    Nothing,
    /// The book's key of this label.
    Key(&'static str),
    /// One that only looks like the key of this label.
    TwinOf(&'static str),
}

/// A command that is being held.
pub(super) struct Sitting<'a> {
    safe: &'a Safe,
    terminal: Terminal,
    person: Person<'a>,
    hands: Hands,
    questions: Vec<String>,
    /// The new bag that was read aloud.
    bag: String,
}

/// How it ended.
pub(super) struct Held {
    pub(super) code: i32,
    /// Everything that was on the screen.
    pub(super) screen: String,
    /// Everything that was asked, each on one line.
    pub(super) questions: Vec<String>,
}

impl<'a> Sitting<'a> {
    /// op-7 begins a command, with w-1 signing at the same machine.
    pub(super) fn begins(safe: &'a Safe, arguments: &[&str], key: &InHand) -> Self {
        let witness = format!("w-1={}", text(&safe.book.key("w-1")));
        Self::begins_with(safe, arguments, &witness, key)
    }

    /// The same with this witness.
    pub(super) fn begins_with(
        safe: &'a Safe,
        arguments: &[&str],
        witness: &str,
        key: &InHand,
    ) -> Self {
        let (folder, own) = (safe.book.folder(), safe.book.key("op-7"));
        let room = ["--book", text(&folder), "--key", text(&own)];
        let all = [arguments, &room, &["--witness", witness]].concat();
        let mut program = safe.book.at_home("op-7", &all);
        safe.online(&mut program);
        let (port, command) = Port::of(&program);
        let terminal = Terminal::at(&command, "dumb");
        let mut sitting = Self {
            safe,
            terminal,
            person: Person::new(&[]),
            hands: port.hands(),
            questions: Vec::new(),
            bag: String::new(),
        };
        sitting.plug(key);
        sitting.hands.go();
        sitting
    }

    /// Plugs something in, beside what is plugged in.
    pub(super) fn plug(&mut self, key: &InHand) {
        let (label, twin) = match *key {
            InHand::Nothing => return,
            InHand::Key(label) => (label, false),
            InHand::TwinOf(label) => (label, true),
        };
        let serial = self.safe.key(label, |key| key.spec().serial);
        let stream = self.hands.plug(serial);
        self.safe.vault.ask(move |inside| {
            let mut key = inside.world.key(label).unwrap().clone();
            if twin {
                let spec = key.spec().with_seed(b"another key of the same make");
                key = VirtualKey::new(spec, Rc::clone(&inside.world.clock));
                key.set_pin_directly(&World::pin(label));
            }
            inside.plug(key, stream);
        });
    }

    /// Pulls out what is plugged in.
    pub(super) fn pull(&mut self) {
        self.hands.pull();
    }

    /// Answers as asked, up to the question with these words, which is left open.
    #[track_caller]
    pub(super) fn until(&mut self, words: &str) -> String {
        while let Some(question) = self.terminal.question() {
            self.questions.push(question.clone());
            if question.contains(words) {
                return question;
            }
            let answer = self.answer(&question);
            self.line(&answer);
        }
        panic!("{words:?} was not asked:\n{}", self.terminal.screen());
    }

    /// Answers as asked, until these words are on the screen.
    #[track_caller]
    pub(super) fn until_shown(&mut self, words: &str) {
        while let Some(question) = self.terminal.question_before(|new| new.contains(words)) {
            self.questions.push(question.clone());
            let answer = self.answer(&question);
            self.line(&answer);
        }
        let screen = self.terminal.screen();
        assert!(screen.contains(words), "{words:?} did not come:\n{screen}");
    }

    /// Whether these words were on the screen.
    pub(super) fn has_shown(&self, words: &str) -> bool {
        on_one_line(self.terminal.screen()).contains(words)
    }

    /// Types a line.
    pub(super) fn line(&self, answer: &str) {
        self.terminal.types(format!("{answer}\r").as_bytes());
    }

    /// Answers the question that was left open as asked.
    pub(super) fn as_asked(&mut self) {
        let question = self.questions.last().cloned().unwrap_or_default();
        let answer = self.answer(&question);
        self.line(&answer);
    }

    /// Presses Ctrl-C.
    pub(super) fn interrupts(&self) {
        self.terminal.types(b"\x03");
    }

    /// Answers as asked until the program is done.
    pub(super) fn ends(mut self) -> Held {
        while let Some(question) = self.terminal.question() {
            self.questions.push(question.clone());
            let answer = self.answer(&question);
            self.line(&answer);
        }
        let Left {
            screen,
            code,
            as_before,
        } = self.terminal.end();
        assert!(as_before, "the terminal is not as before:\n{screen}");
        Held {
            code,
            screen,
            questions: self.questions,
        }
    }

    /// What everyone in the room does at a question.
    fn answer(&mut self, question: &str) -> String {
        let of = |head: &str| {
            let label = question.split_once(head)?.1.split([' ', ',']).next()?;
            Some(label.to_owned())
        };
        if question.starts_with("Sign in as ") {
            self.signs_in(question);
        }
        if let Some(label) = of("Number of the closed bag with ") {
            self.safe.bag_of(&label)
        } else if of("Number of the new bag for ").is_some() {
            self.bag = self.safe.new_bag();
            self.bag.clone()
        } else if question.starts_with("The bag number once more") {
            self.bag.clone()
        } else if question.contains(" reads the 12 words") {
            self.safe.nonce_of("w-1")
        } else {
            self.person.answer(question, self.terminal.screen())
        }
    }

    /// Does at a portal what the screen says.
    fn signs_in(&mut self, question: &str) {
        let words: Vec<String> = question.split(' ').map(str::to_owned).collect();
        let (upn, label) = (words[3].clone(), words[5].clone());
        let app = if question.contains("Microsoft 365") {
            "Microsoft 365 admin center"
        } else {
            "Azure Portal"
        };
        let seen = on_one_line(self.terminal.screen());
        let steps = seen
            .rsplit("1. Open ")
            .next()
            .unwrap_or_default()
            .to_owned();
        self.safe.vault.ask(move |inside| {
            inside.go_on();
            let browser = inside.world.tenant.browser();
            browser.sign_in(&upn, &label, app);
            if steps.contains("one harmless thing") {
                browser.task(&upn);
            }
            if steps.contains("Sign out everywhere") {
                browser.sign_out(&upn);
            }
        });
        // What the log dates to that second is over before anything else is asked.
        thread::sleep(Duration::from_millis(2_100));
    }
}

impl Held {
    /// How it ended, which must be so.
    #[track_caller]
    pub(super) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.screen);
        self
    }

    /// The three lines of the error that it ended with.
    #[track_caller]
    pub(super) fn three_lines(&self) -> [&str; 3] {
        let said: Vec<&str> = self.screen.lines().collect();
        let [.., error, because, next] = said.as_slice() else {
            panic!("{}", self.screen);
        };
        let part = |line: &'_ str, head: &str| line.strip_prefix(head).map(str::len);
        let heads = [
            // A terminal shows the Ctrl-C that it was given.
            (error.trim_start_matches("^C"), "glasskey: error: "),
            (*because, "glasskey: because: "),
            (*next, "glasskey: next: "),
        ];
        heads.map(|(line, head)| {
            let length = part(line, head).unwrap_or_else(|| panic!("{head}?\n{}", self.screen));
            &line[line.len() - length..]
        })
    }

    /// What was on the screen, on one line.
    pub(super) fn said(&self) -> String {
        on_one_line(&self.screen)
    }
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
