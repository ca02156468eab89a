//! The script of a ceremony: who does what, in which order, and which values are read aloud. Printed
//! before, followed while it is held; where it is left, an exception says so.

use crate::paper::Procedure;
use crate::paper::ProcedureActivity;
use crate::paper::ProcedureStep;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::record::Exception;
use serde::Deserialize;
use serde::Serialize;
use std::fmt::Write as _;

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The operator, at the keyboard.
    Operator,
    /// A witness, on a machine of their own.
    Witness,
    /// Whoever has the key of the safe; never the operator where it can be helped.
    SafeController,
    /// Whoever holds the PIN envelope.
    Custodian,
    /// The person whom the change is about.
    Newcomer,
    /// Everyone in the room.
    All,
    /// glasskey itself.
    Program,
}

impl Who {
    /// As the script has it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Witness => "witness",
            Self::SafeController => "safe controller",
            Self::Custodian => "custodian",
            Self::Newcomer => "newcomer",
            Self::All => "all",
            Self::Program => "glasskey",
        }
    }
}

/// One line of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Who does it.
    pub who: Who,
    /// What they do.
    pub does: &'static str,
    /// The value that is read aloud; `None` if none is.
    pub aloud: Option<&'static str>,
}

impl Activity {
    /// Something that is done in silence.
    #[must_use]
    pub const fn new(who: Who, does: &'static str) -> Self {
        Self {
            who,
            does,
            aloud: None,
        }
    }

    /// The same, with a value that is read aloud.
    #[must_use]
    pub const fn aloud(self, value: &'static str) -> Self {
        Self {
            aloud: Some(value),
            ..self
        }
    }
}

/// A step: what the screen announces as `n/m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its title. `{}` stands for what the ceremony is about: a label, an alias, a person.
    pub title: &'static str,
    /// What is done in it, in order; they are numbered `n.1`, `n.2`, ….
    pub activities: &'static [Activity],
}

/// A script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script {
    /// Its name: of the ceremony's folder in `open/`, and of its page in `docs/ceremonies`.
    pub name: &'static str,
    /// Raised with every change.
    pub version: u32,
    /// The ceremony's name, for people.
    pub title: &'static str,
    /// What it is for, and what it leaves.
    pub purpose: &'static str,
    /// Who has to be there, and with what.
    pub needs: &'static [&'static str],
    /// Its steps, in order.
    pub steps: &'static [Step],
}

/// A step as it was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tick {
    /// When it was first begun.
    pub at: UtcTime,
    /// Its number, from 1.
    pub step: u32,
}

/// How a ceremony was held, as it is kept beside the ledger: `transcripts/<record>-<script>.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// Where the script was left.
    pub exceptions: Vec<Exception>,
    /// The steps, in the order in which they were first begun.
    pub ticks: Vec<Tick>,
}

/// What an annotated script says at its head and its foot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minutes<'m> {
    /// The record that it led to, and its digest.
    pub record: (u64, Digest),
    /// The book.
    pub origin: &'m str,
    /// Everyone who signs, the operator first.
    pub signers: &'m [String],
    /// The steps, in the order in which they were first begun.
    pub ticks: &'m [Tick],
    /// Where the script was left.
    pub exceptions: &'m [Exception],
    /// Whether it is a rehearsal.
    pub rehearsal: bool,
}

impl Script {
    /// Its steps' count.
    #[must_use]
    pub fn length(&self) -> u32 {
        u32::try_from(self.steps.len()).unwrap_or(u32::MAX)
    }

    /// The title of a step, from 1, about something; empty if there is no such step.
    #[must_use]
    pub fn title_of(&self, number: u32, about: &str) -> String {
        let place = usize::try_from(number).unwrap_or(0).checked_sub(1);
        let step = place.and_then(|place| self.steps.get(place));
        step.map_or_else(String::new, |step| step.title.replace("{}", about))
    }

    /// The script as a page in Markdown, with room for initials and times: `docs/ceremonies` has it,
    /// and it is what is printed before the ceremony.
    #[must_use]
    pub fn page(&self) -> String {
        let mut out = format!("# {}\n\n{}\n\n", self.title, self.purpose);
        for need in self.needs {
            let _ = writeln!(out, "- {need}");
        }
        out.push_str(
            "\nWhere the script is left, somebody says so at once: an exception is numbered, has \
             the step and the reason, and is never written over.\n",
        );
        for (number, step) in self.steps.iter().enumerate() {
            let number = number + 1;
            let title = step.title.replace("{}", "…");
            let _ = write!(
                out,
                "\n## {number}. {title}\n\n| step | who | does | read aloud | initials | time |\n\
                 | --- | --- | --- | --- | --- | --- |\n"
            );
            for (line, activity) in step.activities.iter().enumerate() {
                let _ = writeln!(
                    out,
                    "| {number}.{} | {} | {} | {} | | |",
                    line + 1,
                    activity.who.word(),
                    activity.does,
                    activity.aloud.unwrap_or("")
                );
            }
        }
        let _ = write!(out, "\nScript {}/{}.\n", self.name, self.version);
        out
    }

    /// SHA-256 of the page: what `inputs.script_sha256` of a statement names.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.page().as_bytes())
    }

    /// The script as a page of paper shows it, about something, with the times of `ticks`. What hangs
    /// on a book is empty.
    #[must_use]
    pub fn on_paper(&self, about: &str, ticks: &[Tick]) -> Procedure {
        let step = |(number, step): (u32, &Step)| ProcedureStep {
            title: step.title.replace("{}", about),
            activities: step
                .activities
                .iter()
                .map(|activity| ProcedureActivity {
                    who: activity.who.word().to_owned(),
                    does: activity.does.to_owned(),
                    aloud: activity.aloud.map(str::to_owned),
                })
                .collect(),
            at: ticks
                .iter()
                .find(|tick| tick.step == number)
                .map(|tick| tick.at),
        };
        Procedure {
            rehearsal: false,
            title: self.title.to_owned(),
            script: format!("{}/{}", self.name, self.version),
            script_sha256: self.digest(),
            plan_sha256: Digest::of(b""),
            origin: String::new(),
            purpose: self.purpose.to_owned(),
            needs: self.needs.iter().map(|need| (*need).to_owned()).collect(),
            people: Vec::new(),
            steps: (1..).zip(self.steps).map(step).collect(),
            made: UtcTime::from_unix(0),
            outcome: None,
        }
    }

    /// The script as it was followed, in Markdown: what is kept in `transcripts/`.
    #[must_use]
    pub fn annotated(&self, minutes: &Minutes<'_>) -> String {
        let (index, digest) = minutes.record;
        let mut out = format!("# {}, as it was held\n\n", self.title);
        if minutes.rehearsal {
            out.push_str("**A rehearsal: nothing in it is real.**\n\n");
        }
        let _ = write!(
            out,
            "- Book: {}\n- Record: {index:06}, SHA-256 {digest}\n- Script: {}/{}, SHA-256 {}\n\
             - To sign: {}\n\n| time | step |\n| --- | --- |\n",
            minutes.origin,
            self.name,
            self.version,
            self.digest(),
            minutes.signers.join(", ")
        );
        for tick in minutes.ticks {
            let title = self.title_of(tick.step, "…");
            let _ = writeln!(out, "| {} | {}. {title} |", tick.at, tick.step);
        }
        if minutes.exceptions.is_empty() {
            out.push_str("\nNo exception.\n");
        }
        for (number, exception) in minutes.exceptions.iter().enumerate() {
            let text = crate::primitives::text::printable(&exception.text);
            let _ = write!(
                out,
                "\nException {}, at step {}: {text}\n",
                number + 1,
                exception.step
            );
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRIAL: Script = Script {
        name: "trial",
        version: 3,
        title: "A trial",
        purpose: "To show a script.",
        needs: &["An operator."],
        steps: &[
            Step {
                title: "The key: {} in the hand",
                activities: &[
                    Activity::new(Who::Operator, "Plugs it in."),
                    Activity::new(Who::Witness, "Compares.").aloud("serial number"),
                ],
            },
            Step {
                title: "The end",
                activities: &[Activity::new(Who::All, "Go home.")],
            },
        ],
    };

    #[test]
    fn a_page_has_a_line_for_everything_and_room_for_initials() {
        assert_eq!(
            TRIAL.page(),
            "# A trial\n\nTo show a script.\n\n- An operator.\n\nWhere the script is left, \
             somebody says so at once: an exception is numbered, has the step and the reason, and \
             is never written over.\n\n## 1. The key: … in the hand\n\n\
             | step | who | does | read aloud | initials | time |\n\
             | --- | --- | --- | --- | --- | --- |\n\
             | 1.1 | operator | Plugs it in. |  | | |\n\
             | 1.2 | witness | Compares. | serial number | | |\n\n## 2. The end\n\n\
             | step | who | does | read aloud | initials | time |\n\
             | --- | --- | --- | --- | --- | --- |\n\
             | 2.1 | all | Go home. |  | | |\n\nScript trial/3.\n"
        );
        assert_eq!(TRIAL.title_of(1, "BG1-A"), "The key: BG1-A in the hand");
        assert_eq!(TRIAL.title_of(3, "BG1-A"), "");
    }

    #[test]
    fn the_minutes_name_the_record_the_times_and_each_exception() {
        let at = |second| UtcTime::from_unix(second);
        let tick = |step, second| Tick {
            at: at(second),
            step,
        };
        let held = TRIAL.annotated(&Minutes {
            record: (4, Digest::of(b"record")),
            origin: "glasskey:…/book",
            signers: &["op-7".to_owned(), "w-1".to_owned()],
            ticks: &[tick(1, 0), tick(1, 60), tick(2, 90)],
            exceptions: &[Exception {
                step: "1".to_owned(),
                text: "the lamp\u{1b}[2J failed".to_owned(),
            }],
            rehearsal: true,
        });
        let end = "| 1970-01-01T00:00:00Z | 1. The key: … in the hand |\n\
                   | 1970-01-01T00:01:00Z | 1. The key: … in the hand |\n\
                   | 1970-01-01T00:01:30Z | 2. The end |\n\n\
                   Exception 1, at step 1: the lamp\\u{1b}[2J failed\n";
        assert!(held.ends_with(end), "{held}");
        assert!(held.contains("**A rehearsal"), "{held}");
        assert!(held.contains("- To sign: op-7, w-1\n"), "{held}");
    }
}
