//! The questions of a ceremony, and an operator who does not answer one of them as asked.

use glasskey::ceremony::Operator;
use glasskey::ceremony::PlugIn;
use glasskey::ceremony::Prompt;
use glasskey::ctap::KeepAlive;
use glasskey::ctap::Listen;
use glasskey::findings::Finding;
use glasskey::primitives::Digest;
use glasskey::primitives::Secret;

/// How a question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    Line,
    Pin,
    YesOrNo,
    /// A secret is shown once.
    Shows,
}

/// What is done at a question instead of what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Instead {
    /// No; or Ctrl-C, or the end of input.
    Declines,
    /// Enter alone.
    TypesNothing,
    /// What is no answer.
    TypesSomethingElse,
}

impl Asks {
    /// What else than an answer there is to it.
    pub(crate) const fn others(self) -> &'static [Instead] {
        match self {
            Self::Line | Self::Pin => &[
                Instead::Declines,
                Instead::TypesNothing,
                Instead::TypesSomethingElse,
            ],
            Self::YesOrNo | Self::Shows => &[Instead::Declines],
        }
    }
}

/// A question that was asked.
#[derive(Debug)]
pub(crate) struct Asked {
    /// How.
    pub(crate) asks: Asks,
    /// In which words.
    pub(crate) words: String,
    /// What was asked; `None` where a secret was shown.
    prompt: Option<Prompt>,
}

/// The questions of a table's ceremonies since it was last emptied, and what is done at one of them.
#[derive(Default)]
pub(crate) struct Questions {
    /// Every question.
    pub(crate) asked: Vec<Asked>,
    /// What was said, in order.
    said: Vec<String>,
    /// Which question, from 0, and what.
    pub(crate) instead: Option<(usize, Instead)>,
    /// Which yes-or-no questions are always declined.
    pub(crate) declines: Option<fn(&Prompt) -> bool>,
}

impl Questions {
    /// None yet; question number `at` will not be answered as asked.
    pub(crate) fn with(at: usize, instead: Instead) -> Self {
        Self {
            instead: Some((at, instead)),
            ..Self::default()
        }
    }

    /// What was asked and said.
    pub(crate) fn heard(self) -> Heard {
        Heard {
            asked: self
                .asked
                .into_iter()
                .filter_map(|one| one.prompt)
                .collect(),
            said: self.said,
        }
    }
}

/// What was asked and said in a ceremony.
pub(crate) struct Heard {
    /// Every question.
    pub(crate) asked: Vec<Prompt>,
    /// Everything that was said.
    pub(crate) said: Vec<String>,
}

/// An operator who answers as another does, but for one question.
pub(crate) struct Refusing<'a> {
    pub(crate) inner: &'a mut dyn Operator,
    pub(crate) questions: &'a mut Questions,
}

impl Refusing<'_> {
    fn instead(&mut self, asks: Asks, prompt: &Prompt) -> Option<Instead> {
        self.at(Asked {
            asks,
            words: prompt.words(),
            prompt: Some(prompt.clone()),
        })
    }

    fn at(&mut self, asked: Asked) -> Option<Instead> {
        let number = self.questions.asked.len();
        self.questions.asked.push(asked);
        let here = self.questions.instead.filter(|(at, _)| *at == number);
        here.map(|(_, instead)| instead)
    }
}

const ELSE: &str = "not-this-one";

impl Operator for Refusing<'_> {
    fn step(&mut self, number: u32, of: u32, title: &str) {
        self.inner.step(number, of, title);
    }

    fn say(&mut self, text: &str) {
        self.questions.said.push(text.to_owned());
        self.inner.say(text);
    }

    fn findings(&mut self, findings: &[Finding]) {
        self.inner.findings(findings);
    }

    fn digest(&mut self, digest: &Digest) {
        self.inner.digest(digest);
    }

    fn hands(&mut self, todo: &PlugIn) {
        self.inner.hands(todo);
    }

    fn keep_alive(&mut self, label: &str, state: KeepAlive) {
        self.inner.keep_alive(label, state);
    }

    fn stops(&self) -> Listen<'static> {
        self.inner.stops()
    }

    fn line(&mut self, prompt: &Prompt) -> Option<String> {
        match self.instead(Asks::Line, prompt) {
            None => self.inner.line(prompt),
            Some(Instead::Declines) => None,
            Some(Instead::TypesNothing) => Some(String::new()),
            Some(Instead::TypesSomethingElse) => Some(ELSE.to_owned()),
        }
    }

    fn pin(&mut self, prompt: &Prompt) -> Option<Secret<String>> {
        match self.instead(Asks::Pin, prompt) {
            None => self.inner.pin(prompt),
            Some(Instead::Declines) => None,
            Some(Instead::TypesNothing) => Some(Secret::new(String::new())),
            Some(Instead::TypesSomethingElse) => Some(Secret::new(ELSE.to_owned())),
        }
    }

    fn show_once(&mut self, what: &str, secret: &Secret<String>) -> bool {
        let asked = Asked {
            asks: Asks::Shows,
            words: what.to_owned(),
            prompt: None,
        };
        match self.at(asked) {
            None => self.inner.show_once(what, secret),
            Some(_) => false,
        }
    }

    fn confirm(&mut self, prompt: &Prompt) -> bool {
        let declined = self.questions.declines.is_some_and(|them| them(prompt));
        match self.instead(Asks::YesOrNo, prompt) {
            None if declined => false,
            None => self.inner.confirm(prompt),
            Some(_) => false,
        }
    }
}
