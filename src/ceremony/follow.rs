//! A ceremony follows its script: steps are announced and ticked, what was done otherwise is noted
//! with its step, and the minutes are kept when it is over.

use super::Appended;
use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::handing_out;
use super::minutes::exceptions_of;
use super::minutes::unstated;
use super::open::LateException;
use super::script::Held;
use super::script::Minutes;
use super::script::Script;
use super::script::Tick;
use crate::primitives::json;
use crate::record::Exception;
use crate::record::Statement;

/// Exceptions that came after their statement, to be noted in a record of their own.
pub(super) const LATE: &str = "open/exceptions.json";

/// What was on the terminal so far, in the folder of a ceremony.
const TRANSCRIPT: &str = "transcript.txt";

/// A ceremony and the script that it follows.
pub struct Follow {
    /// The script.
    pub script: &'static Script,
    /// Its folder in `open/`.
    pub open: OpenCeremony,
}

impl Follow {
    /// The ceremony of this script about `subject`, which becomes part of a folder's name.
    #[must_use]
    pub fn new(script: &'static Script, subject: &str) -> Self {
        Self {
            script,
            open: OpenCeremony::new(script.name, subject),
        }
    }

    /// Announces a step, from 1, about something, and ticks it the first time.
    ///
    /// # Errors
    /// [`CeremonyError::Open`] if the tick cannot be kept.
    pub fn step(&self, room: &mut Room<'_>, number: u32, about: &str) -> Result<(), CeremonyError> {
        self.announce(room, number, &self.script.title_of(number, about))
    }

    /// As [`Self::step`], in other words than the script has: the step is taken again.
    ///
    /// # Errors
    /// As [`Self::step`].
    pub fn announce(
        &self,
        room: &mut Room<'_>,
        number: u32,
        title: &str,
    ) -> Result<(), CeremonyError> {
        // What was said until now belongs to the step before.
        self.exceptions(room)?;
        room.operator.step(number, self.script.length(), title);
        let mut ticks = self.open.ticks(&*room.desk)?;
        // A run that is cut again and again must get further: what is ticked is not written again.
        if ticks.iter().any(|tick| tick.step == number) {
            return Ok(());
        }
        ticks.push(Tick {
            at: room.clock.utc(),
            step: number,
        });
        self.open.put(&mut *room.desk, "ticks.json", &ticks)?;
        self.note(room)
    }

    /// Keeps what was on the terminal until now in `open/`.
    fn note(&self, room: &mut Room<'_>) -> Result<(), CeremonyError> {
        let all = self.terminal(room)?;
        let name = self.open.name(TRANSCRIPT);
        if room.desk.read(&name)?.unwrap_or_default() != all.as_bytes() {
            room.desk.put(&name, all.as_bytes())?;
        }
        Ok(())
    }

    /// What was on the terminal until now, in earlier runs too.
    fn terminal(&self, room: &mut Room<'_>) -> Result<String, CeremonyError> {
        let kept = room.desk.read(&self.open.name(TRANSCRIPT))?;
        let mut all = String::from_utf8_lossy(&kept.unwrap_or_default()).into_owned();
        all.push_str(&room.operator.transcript());
        Ok(all)
    }

    /// Every exception so far, in order, with what somebody has just said.
    ///
    /// # Errors
    /// [`CeremonyError::Open`] if one cannot be kept.
    pub fn exceptions(&self, room: &mut Room<'_>) -> Result<Vec<Exception>, CeremonyError> {
        let mut all = self.open.exceptions(&*room.desk)?;
        let said = room.operator.exceptions();
        if said.is_empty() {
            return Ok(all);
        }
        let last = self
            .open
            .ticks(&*room.desk)?
            .last()
            .map_or(1, |tick| tick.step);
        for text in said {
            all.push(Exception {
                step: last.to_string(),
                text,
            });
            room.operator
                .say(&format!("Exception {} is noted.", all.len()));
        }
        self.open.put(&mut *room.desk, "exceptions.json", &all)?;
        Ok(all)
    }

    /// Keeps the minutes beside the ledger, prints what is handed out, and puts what went otherwise after the statement where
    /// `note exception` finds it. Returns the minutes' name, relative to the book.
    ///
    /// # Errors
    /// [`CeremonyError::Open`] if they cannot be kept.
    pub fn minutes(
        &self,
        room: &mut Room<'_>,
        statement: &Statement,
        appended: &Appended,
    ) -> Result<String, CeremonyError> {
        let exceptions = self.exceptions(room)?;
        let ticks = self.open.ticks(&*room.desk)?;
        let page = self.script.annotated(&Minutes {
            record: (appended.index, appended.digest),
            origin: &statement.ledger.origin,
            signers: &statement.expected_signers,
            ticks: &ticks,
            exceptions: &exceptions_of(statement, &exceptions),
            rehearsal: statement.rehearsal,
        });
        let name = format!("transcripts/{:06}-{}.md", appended.index, self.script.name);
        if room.desk.read(&name)?.as_deref() != Some(page.as_bytes()) {
            room.desk.put(&name, page.as_bytes())?;
        }
        let terminal = self.terminal(room)?;
        let transcript = name.replace(".md", ".txt");
        // One that an earlier run wrote stays: after it, things were only tidied.
        if !terminal.is_empty() && room.desk.read(&transcript)?.is_none() {
            room.desk.put(&transcript, terminal.as_bytes())?;
        }
        let held = Held {
            exceptions: exceptions.clone(),
            ticks,
        };
        let bytes = json::encode(&held)?;
        let kept = name.replace(".md", ".json");
        if room.desk.read(&kept)?.as_deref() != Some(bytes.as_slice()) {
            room.desk.put(&kept, &bytes)?;
        }
        let late: Vec<LateException> = unstated(statement, &exceptions)
            .map(|one| LateException {
                record: appended.index,
                step: one.step.clone(),
                text: one.text.clone(),
            })
            .collect();
        if !late.is_empty() {
            let mut all = LateException::all(&*room.desk)?;
            all.extend(
                late.into_iter()
                    .filter(|one| !all.contains(one))
                    .collect::<Vec<_>>(),
            );
            LateException::keep(&mut *room.desk, &all)?;
            room.operator.say(
                "What went otherwise after the statement stands in no record yet: \
                 `glasskey note exception` notes it.",
            );
        }
        handing_out::hand_out(room, self.script, &held, appended)?;
        Ok(name)
    }
}
