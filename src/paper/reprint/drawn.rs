//! What the attachments of a page print, and in what that differs from the page.

use super::Reprint;
use crate::paper::Attachment;
use crate::paper::BagFace;
use crate::paper::BagNumber;
use crate::paper::CallLine;
use crate::paper::KeyLabel;
use crate::paper::PageValues;
use crate::paper::Paper;
use crate::paper::PaperError;
use crate::paper::Pdf;
use crate::paper::PinEnvelope;
use crate::paper::Pointer;
use crate::paper::bag_face;
use crate::paper::blank_sheet;
use crate::paper::inside_sheet;
use crate::paper::inventory;
use crate::paper::of_record;
use crate::paper::pdf_file;
use crate::paper::pin_envelope;
use crate::paper::procedure;
use crate::paper::receipt;
use crate::primitives::Digest;
use std::collections::BTreeMap;

/// Most lines that are told where two pages differ.
const MOST_TOLD: usize = 6;
/// Most characters of a line that are told.
const MOST_QUOTED: usize = 120;

/// How a page compares with what its attachments print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// It is that, byte for byte.
    Same(Paper),
    /// It is not, and this version drew it: what differs.
    Differs(String),
    /// It is not; another version says that it drew it, and what differs, if a word does.
    ByAnother(String, Option<String>),
    /// Its attachments make no such page: why.
    Nothing(String),
}

impl Reprint {
    /// Whether its attachments print this page.
    #[must_use]
    pub fn drawn(&self) -> Drawn {
        if let Some(name) = self.twice() {
            return Drawn::Nothing(format!("two attachments are named {name}"));
        }
        let made = [Paper::A4, Paper::Letter].map(|paper| (paper, self.again(paper)));
        let mut best: Option<String> = None;
        for (paper, again) in made {
            let pdf = match again {
                Ok(pdf) => pdf,
                Err(why) => return Drawn::Nothing(why),
            };
            if pdf.bytes == self.bytes {
                return Drawn::Same(paper);
            }
            if let Some(more) = self.bytes.strip_prefix(pdf.bytes.as_slice()) {
                let words = self.differs(&pdf);
                let and = if words.is_empty() { "" } else { "; " };
                let what = format!("{} bytes were appended to it{and}{words}", more.len());
                return Drawn::Differs(what);
            }
            let differs = self.differs(&pdf);
            // The text does not tell the size of paper; what fits better is what it was meant to be.
            if best.as_ref().is_none_or(|best| differs.len() < best.len()) {
                best = Some(differs);
            }
        }
        let words = best.unwrap_or_default();
        if self.file.is_of_this_version() {
            let silent = "every line of it reads the same, yet it is drawn otherwise";
            Drawn::Differs(if words.is_empty() {
                silent.to_owned()
            } else {
                words
            })
        } else {
            let words = (!words.is_empty()).then_some(words);
            Drawn::ByAnother(self.file.tool.clone(), words)
        }
    }

    /// A name that two attachments have; `None` if there is none.
    fn twice(&self) -> Option<&str> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, _) in &self.attachments {
            *counts.entry(name).or_default() += 1;
        }
        counts
            .into_iter()
            .find(|(_, count)| *count > 1)
            .map(|(name, _)| name)
    }

    /// The page again, from what is attached.
    fn again(&self, paper: Paper) -> Result<Pdf, String> {
        let drawn = |made: Result<Pdf, PaperError>| made.map_err(|error| error.to_string());
        let lacks = |name: &str| format!("{name} is missing, there twice, or cannot be read");
        match self.values() {
            PageValues::Bag(values) => {
                let (record, bytes) = self.record().ok_or_else(|| lacks("record.json"))?;
                let statement = &record.statement;
                let no_bag = "its record puts no key into a bag";
                let key = statement.key.as_ref().ok_or(no_bag)?;
                let custody = statement.custody.as_ref().ok_or(no_bag)?;
                let digest = Digest::of(bytes);
                let pointer = Pointer::new(&statement.ledger.origin, values.index, digest);
                let face = BagFace::new(
                    BagNumber::of(custody),
                    KeyLabel::of(key),
                    pointer.ok_or("its record has no index of six digits")?,
                    statement.time.started,
                    values.next_check_due,
                    CallLine::of_page(&values.call),
                    statement.rehearsal,
                );
                let mut signatures = Vec::new();
                for who in &statement.expected_signers {
                    if let Some(signature) = self.attached(&format!("{who}.sig")) {
                        signatures.push((who.clone(), signature.to_vec()));
                    }
                }
                let attachments = of_record::with_record(bytes, &signatures);
                self.nothing_else(&attachments)?;
                drawn(bag_face(&face, &attachments, paper))
            }
            PageValues::Inside(values) => {
                let (statement, presence) = self
                    .sealed()
                    .ok_or_else(|| lacks("statement.json or presence.json"))?;
                let (sheet, attachments) = of_record::inside_from(values, &statement, &presence)
                    .map_err(|_| "its statement makes no inside sheet".to_owned())?;
                self.nothing_else(&attachments)?;
                drawn(inside_sheet(&sheet, &attachments, paper))
            }
            PageValues::Minutes(minutes) => {
                let (record, bytes) = self.record().ok_or_else(|| lacks("record.json"))?;
                of_record::minutes_are_of(minutes, &record.statement, Digest::of(bytes))
                    .map_err(|what| format!("the {what} on it is not the record's"))?;
                let attachments = of_record::with_record(bytes, &[]);
                self.nothing_else(&attachments)?;
                drawn(procedure(minutes, &attachments, paper))
            }
            PageValues::Script(script) => self.alone(procedure(script, &[], paper)),
            PageValues::Blank(blank) => self.alone(blank_sheet(blank, paper)),
            PageValues::Inventory(values) => self.alone(inventory(values, paper)),
            PageValues::Receipt(values) => self.alone(receipt(values, paper)),
            PageValues::PinEnvelope(values) => {
                self.alone(pin_envelope(&PinEnvelope::of_page(values), paper))
            }
        }
    }

    fn alone(&self, made: Result<Pdf, PaperError>) -> Result<Pdf, String> {
        self.nothing_else(&[])?;
        made.map_err(|error| error.to_string())
    }

    /// That nothing is attached but these.
    fn nothing_else(&self, attachments: &[Attachment]) -> Result<(), String> {
        let known = |name: &String| attachments.iter().any(|one| one.name == *name);
        match self.attachments.iter().find(|(name, _)| !known(name)) {
            Some((name, _)) => Err(format!("{name} is attached, and no such page has it")),
            None => Ok(()),
        }
    }

    /// In what the file differs from `pdf`, in words; empty if it reads the same.
    fn differs(&self, pdf: &Pdf) -> String {
        let expected = pdf_file::read(&pdf.bytes).map_or_else(|_| Vec::new(), |file| file.pages);
        if expected.len() != self.said.len() {
            return format!("it has {} pages, not {}", self.said.len(), expected.len());
        }
        let mut told = Vec::new();
        for (number, (said, meant)) in (1..).zip(self.said.iter().zip(&expected)) {
            let odd: Vec<&String> = said.iter().filter(|line| !meant.contains(line)).collect();
            let gone: Vec<&String> = meant.iter().filter(|line| !said.contains(line)).collect();
            let most = odd.len().max(gone.len());
            for place in 0..most {
                let (odd, gone) = (quoted(odd.get(place)), quoted(gone.get(place)));
                told.push(format!(
                    "page {number} says {odd} where it should say {gone}"
                ));
            }
        }
        let more = told.len().saturating_sub(MOST_TOLD);
        told.truncate(MOST_TOLD);
        if more > 0 {
            told.push(format!("and {more} lines more"));
        }
        told.join("; ")
    }
}

/// A line of a page, as far as it is told.
fn quoted(line: Option<&&String>) -> String {
    let Some(line) = line else {
        return "nothing".to_owned();
    };
    let more = if line.chars().nth(MOST_QUOTED).is_some() {
        "…"
    } else {
        ""
    };
    let told: String = line.chars().take(MOST_QUOTED).collect();
    format!("“{told}{more}”")
}
