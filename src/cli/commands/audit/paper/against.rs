//! A page held against its book: the ledger has what it shows, and the plan what it has from the plan.

mod differing;
mod planned;
mod recorded;

use super::super::NOTHING;
use super::super::book_as_of;
use crate::cli::Output;
use crate::cli::args::Audit;
use crate::cli::commands::print::Source;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held::AsOf;
use crate::cli::pinned;
use crate::cli::place;
use crate::cli::words;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::io::Cores;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::ledger::Trust;
use crate::paper::PageValues;
use crate::paper::Reprint;
use std::borrow::Borrow;
use std::path::Path;
use std::path::PathBuf;

/// What a check says, and in words why.
type Said = (Verdict, String);

/// A book that pages are held against.
pub(super) struct Against {
    /// Its folder or address, as it was named.
    pub(super) folder: PathBuf,
    /// What the auditor holds.
    pub(super) trust: Trust,
    /// How its own audit ends.
    pub(super) exit: Exit,
    /// `TRUST-ROOT`, and what breaks the book, if anything does.
    of_book: Vec<Finding>,
    source: Source,
}

impl Against {
    /// Audits the book, and opens it.
    pub(super) fn open(
        folder: &Path,
        arguments: &Audit,
        as_of: AsOf,
        output: &mut Output<'_>,
    ) -> Result<Self, Failure> {
        let store = place::ledger_of(folder, NOTHING)?;
        let (trust, source) = pinned::trust(arguments.trust.as_deref(), &store, NOTHING)?;
        let audited = book_as_of(folder, &trust, &[], as_of, Cores::all(), &mut ())?.from(source);
        let root = |one: &&Finding| one.check == Check::TrustRoot;
        let mut of_book: Vec<Finding> = audited.findings().iter().filter(root).cloned().collect();
        if let (Exit::Ledger, Some((file, why))) = (audited.exit(), audited.first_bad()) {
            let detail = format!("the book itself is broken: {file}: {why}");
            let finding = Finding::new(Check::PageRecord, Verdict::Fail, Subject::book(), detail);
            of_book.push(finding.fix("audit the book; a page is worth no more than its book"));
        }
        Ok(Self {
            folder: folder.to_owned(),
            trust,
            exit: audited.exit(),
            of_book,
            source: Source::at(folder, store, NOTHING, output)?,
        })
    }

    fn ledger(&mut self) -> Result<Ledger<'_>, Failure> {
        Ok(Ledger::new(self.source.ledger()?))
    }

    /// Which record the page is of; `None` if the ledger does not have it, or the page is of none.
    pub(super) fn index(&mut self, reprint: &Reprint) -> Result<Option<u64>, Failure> {
        let ledger = self.ledger()?;
        let size = ledger.size().map_err(failed)?;
        let index = match reprint.values() {
            PageValues::Bag(values) => Some(values.index),
            PageValues::Receipt(values) => Some(values.record),
            PageValues::Minutes(values) => {
                let outcome = values.outcome.as_ref();
                outcome.map(|outcome| u64::from(outcome.pointer.index()))
            }
            PageValues::Inside(_) => {
                let digest = reprint
                    .sealed()
                    .and_then(|(statement, _)| statement.digest().ok());
                let mut found = None;
                for index in 0..size {
                    let statement = ledger.record(index).map_err(failed)?.statement;
                    if digest.is_some() && statement.digest().ok() == digest {
                        found = Some(index);
                    }
                }
                found
            }
            PageValues::Blank(_)
            | PageValues::Inventory(_)
            | PageValues::PinEnvelope(_)
            | PageValues::Script(_) => None,
        };
        Ok(index.filter(|index| *index < size))
    }

    /// What counted for the record at `index`.
    pub(super) fn force(&mut self, index: u64) -> Result<InForce, Failure> {
        self.ledger()?.in_force_for(index).map_err(failed)
    }

    /// `PAGE-RECORD`, `PAGE-PLAN`, and of the book `TRUST-ROOT`.
    pub(super) fn findings(
        &mut self,
        reprint: &Reprint,
        index: Option<u64>,
        subject: &Subject,
    ) -> Result<Vec<Finding>, Failure> {
        let mut all = Vec::new();
        let recorded = self.recorded(reprint, index)?;
        all.extend(recorded.map(|(verdict, detail)| {
            let finding = Finding::new(Check::PageRecord, verdict, subject.clone(), detail);
            if verdict == Verdict::Fail {
                finding.fix("the page is of another book, of an older or newer copy, or forged")
            } else {
                finding
            }
        }));
        let planned = self.planned(reprint, index)?;
        all.extend(planned.map(|(verdict, detail)| {
            let finding = Finding::new(Check::PagePlan, verdict, subject.clone(), detail);
            if verdict.is_open() {
                finding.fix("ask who keeps the plan; if the plan is right, print the page again")
            } else {
                finding
            }
        }));
        all.append(&mut self.of_book);
        Ok(all)
    }
}

fn failed(error: impl Borrow<LedgerError>) -> Failure {
    words::ledger(error.borrow()).saying(NOTHING)
}
