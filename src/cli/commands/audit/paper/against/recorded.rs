//! Whether the ledger has what a page shows, and has nothing newer.

use super::Against;
use super::Said;
use super::differing::differences;
use super::failed;
use crate::ceremony::puts_a_pin_away;
use crate::cli::failure::Failure;
use crate::findings::Verdict;
use crate::ledger::Checkpoint;
use crate::paper::EnvelopeValues;
use crate::paper::Inventory;
use crate::paper::PageValues;
use crate::paper::Receipt;
use crate::paper::Reprint;
use crate::paper::inventory_of;
use crate::primitives::Digest;
use crate::record::Statement;

impl Against {
    /// `PAGE-RECORD`; `None` of a page that is made without a ledger, where it is of the right kind of
    /// book.
    pub(super) fn recorded(
        &mut self,
        reprint: &Reprint,
        index: Option<u64>,
    ) -> Result<Option<Said>, Failure> {
        if let Some(why) = self.of_another_kind(reprint)? {
            return Ok(Some((Verdict::Fail, why)));
        }
        match reprint.values() {
            PageValues::Bag(_) | PageValues::Minutes(_) | PageValues::Inside(_) => {
                self.one_record(reprint, index).map(Some)
            }
            PageValues::Receipt(values) => self.receipt(values).map(Some),
            PageValues::Inventory(values) => self.inventory(values).map(Some),
            PageValues::PinEnvelope(values) => self.put_away(values).map(Some),
            PageValues::Blank(_) | PageValues::Script(_) => Ok(None),
        }
    }

    /// Why page and book are not of one kind: one of them is a rehearsal’s.
    fn of_another_kind(&mut self, reprint: &Reprint) -> Result<Option<String>, Failure> {
        let ledger = self.ledger()?;
        if ledger.size().map_err(failed)? == 0 {
            return Ok(None);
        }
        let book = ledger.record(0).map_err(failed)?.statement.rehearsal;
        Ok(match (reprint.is_rehearsal(), book) {
            (true, false) => Some("it is a page of a rehearsal, and the book is none".to_owned()),
            (false, true) => {
                Some("the book is a rehearsal’s, and the page does not say so".to_owned())
            }
            (true, true) | (false, false) => None,
        })
    }

    fn one_record(&mut self, reprint: &Reprint, index: Option<u64>) -> Result<Said, Failure> {
        let Some(index) = index else {
            let what = "the ledger has no such record".to_owned();
            return Ok((Verdict::Fail, what));
        };
        let ledger = self.ledger()?;
        let record = ledger.record(index).map_err(failed)?;
        let same = if let Some(attached) = reprint.attached("record.json") {
            attached == ledger.record_bytes(index).map_err(failed)?
        } else {
            // It was found by its statement.
            let presence = reprint.sealed().map(|(_, presence)| presence);
            matches!(reprint.values(), PageValues::Inside(_))
                && record.evidence.presence == presence
        };
        if !same {
            let what = format!("record {index:06} of the ledger is another");
            return Ok((Verdict::Fail, what));
        }
        let own = format!("it is record {index:06} of the ledger");
        let since = match reprint.values() {
            PageValues::Bag(_) | PageValues::Inside(_) => ledger.since(index).map_err(failed)?,
            PageValues::Blank(_)
            | PageValues::Inventory(_)
            | PageValues::Minutes(_)
            | PageValues::PinEnvelope(_)
            | PageValues::Receipt(_)
            | PageValues::Script(_) => None,
        };
        Ok(match since {
            Some(since) => (Verdict::Warn, format!("{own}; {since}")),
            None => (Verdict::Pass, own),
        })
    }

    fn receipt(&mut self, values: &Receipt) -> Result<Said, Failure> {
        let ledger = self.ledger()?;
        let index = values.record;
        if index >= ledger.size().map_err(failed)? {
            let what = format!("the ledger has no record {index:06}");
            return Ok((Verdict::Fail, what));
        }
        let bytes = ledger.record_bytes(index).map_err(failed)?;
        let statement = ledger.record(index).map_err(failed)?.statement;
        let witnesses = statement.expected_signers.iter().skip(1);
        let same = Digest::of(&bytes) == values.sha256
            && statement.digest().ok() == Some(values.statement)
            && statement.time.started == values.made
            && witnesses.into_iter().any(|one| *one == values.witness);
        if !same {
            let what =
                format!("record {index:06} of the ledger is another, or has another witness");
            return Ok((Verdict::Fail, what));
        }
        Ok(match self.head(&values.checkpoint)? {
            Ok(size) if size <= index => (
                Verdict::Fail,
                format!("its head is of {size} records: record {index:06} is not in it"),
            ),
            Ok(size) => (
                Verdict::Pass,
                format!("the ledger has record {index:06}, and had this head at {size} records"),
            ),
            Err(why) => (Verdict::Fail, why),
        })
    }

    fn inventory(&mut self, values: &Inventory) -> Result<Said, Failure> {
        let size = match self.head(&values.checkpoint)? {
            Ok(size) => size,
            Err(why) => return Ok((Verdict::Fail, why)),
        };
        if !self.names_safe(&values.safe, size)? {
            let what = format!(
                "no record of the ledger names a safe {}, by its head",
                values.safe
            );
            return Ok((Verdict::Fail, what));
        }
        let then = self.inventory_at(values, size)?;
        let differs = differences(values, &then, "the ledger");
        if !differs.is_empty() {
            return Ok((Verdict::Fail, differs.join("; ")));
        }
        let now = self.ledger()?.size().map_err(failed)?;
        let since = match now.saturating_sub(size) {
            0 => String::new(),
            more => format!("; {more} records came since"),
        };
        let so = format!("the ledger had it so at {size} records{since}");
        Ok(if self.inventory_at(values, now)?.lines == values.lines {
            (Verdict::Pass, so)
        } else {
            let what = format!("{so}, and what lies in the safe is not the same any more");
            (Verdict::Warn, what)
        })
    }

    /// Whether one of the first `size` records names this safe.
    fn names_safe(&mut self, safe: &str, size: u64) -> Result<bool, Failure> {
        let ledger = self.ledger()?;
        for index in 0..size {
            let custody = ledger.record(index).map_err(failed)?.statement.custody;
            if custody.is_some_and(|custody| custody.safe == safe) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The same inventory by the first `size` records.
    fn inventory_at(&mut self, values: &Inventory, size: u64) -> Result<Inventory, Failure> {
        let all = self.ledger()?.in_safes(size, values.made).map_err(failed)?;
        let meant = inventory_of(&values.safe, &all, values.rehearsal);
        Ok(Inventory {
            checkpoint: values.checkpoint.clone(),
            ..meant
        })
    }

    /// The size of a head that the ledger had; in words, why it is none.
    fn head(&mut self, text: &str) -> Result<Result<u64, String>, Failure> {
        let ledger = self.ledger()?;
        let Some(head) = Checkpoint::parse(text.as_bytes()) else {
            return Ok(Err("its checkpoint is none".to_owned()));
        };
        if head.size > ledger.size().map_err(failed)? {
            let what = format!(
                "its head is of {} records, more than the ledger has",
                head.size
            );
            return Ok(Err(what));
        }
        let own = ledger.head_of(head.size).map_err(failed)?;
        Ok(if own == head {
            Ok(head.size)
        } else {
            Err("its head is not one that the ledger had".to_owned())
        })
    }

    /// A PIN envelope, against the record that put the PIN away.
    fn put_away(&mut self, values: &EnvelopeValues) -> Result<Said, Failure> {
        let all = self.envelopes(&values.number)?;
        let Some((last, newest)) = all.last() else {
            let what = format!("no record put a PIN into envelope {} yet", values.number);
            return Ok((Verdict::Warn, what));
        };
        let Some((index, statement)) = own(&all, values) else {
            let what = format!(
                "no record put a PIN into it at {}; record {last:06} did at {}",
                values.made, newest.time.started
            );
            return Ok((Verdict::Fail, what));
        };
        let part = statement.pin_envelope.as_ref();
        if part.is_none_or(|part| part.held_by != values.holders) {
            let what = format!("record {index:06} names other holders");
            return Ok((Verdict::Fail, what));
        }
        let own = format!("record {index:06} put the PIN into it");
        let label = |statement: &Statement| statement.key.as_ref().map(|key| key.label.clone());
        let newer = all.iter().rfind(|(_, one)| label(one) == label(statement));
        Ok(match newer.filter(|(newer, _)| newer != index) {
            Some((newer, _)) => (
                Verdict::Warn,
                format!("{own}; record {newer:06} did so anew"),
            ),
            None => (Verdict::Pass, own),
        })
    }

    /// The record that put the PIN into this envelope at the time on it; `None` if none did.
    pub(super) fn envelope(
        &mut self,
        values: &EnvelopeValues,
    ) -> Result<Option<(u64, Statement)>, Failure> {
        let all = self.envelopes(&values.number)?;
        Ok(own(&all, values).cloned())
    }

    /// Every record that put a PIN into the envelope of this number.
    fn envelopes(&mut self, number: &str) -> Result<Vec<(u64, Statement)>, Failure> {
        let ledger = self.ledger()?;
        let mut all = Vec::new();
        for index in 0..ledger.size().map_err(failed)? {
            let record = ledger.record(index).map_err(failed)?;
            let part = record.statement.pin_envelope.as_ref();
            if part.is_some_and(|part| part.number == number) && puts_a_pin_away(&record) {
                all.push((index, record.statement));
            }
        }
        Ok(all)
    }
}

/// The latest of these records that was begun at the time on the envelope.
fn own<'r>(all: &'r [(u64, Statement)], values: &EnvelopeValues) -> Option<&'r (u64, Statement)> {
    all.iter()
        .rfind(|(_, statement)| statement.time.started == values.made)
}
