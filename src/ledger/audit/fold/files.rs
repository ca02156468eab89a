//! A record's roster, signatures and checkpoint, beside what counts when it is judged.

use super::Fold;
use crate::ledger::Checkpoint;
use crate::ledger::FileName;
use crate::ledger::audit::fault::Fault;
use crate::ledger::audit::fault::Rule;
use crate::ledger::audit::judge::Judged;
use crate::ledger::audit::judge::JudgedSignature;
use crate::ledger::audit::judge::RecordFacts;
use crate::ledger::audit::rules::MAX_SIGNERS;
use crate::ledger::audit::standing;
use crate::primitives::Digest;
use crate::record::Statement;

impl Fold {
    /// Roster, signatures and checkpoint of a record that is whole.
    pub(super) fn files(&mut self, facts: &RecordFacts, statement: &Statement) {
        let index = facts.index;
        let before = self.roster;
        let own = self.own_roster(facts, statement);
        // Genesis is judged by its own roster, every other record by the one before it.
        let counting = if index == 0 { own } else { before };
        if counting.is_some() {
            self.signatures(
                &facts.signatures,
                &statement.expected_signers,
                |reference| FileName::RecordSignature(index, reference),
            );
        }
        if own.is_some() {
            if counting.is_some() {
                self.signatures(
                    &facts.roster_signatures,
                    &statement.expected_signers,
                    |reference| FileName::RosterSignature(index, reference),
                );
            }
            self.roster = own;
        } else {
            for stray in &facts.roster_signatures {
                let name = FileName::RosterSignature(index, stray.reference.clone());
                if facts.roster.is_none() && !statement.event.brings_roster() {
                    self.fault(&name, Fault::RosterUnexpected);
                }
            }
        }
        self.checkpoint(facts, statement, counting.is_some());
    }

    /// The digest of the roster that the record brings; `None` if it brings none or a bad one.
    fn own_roster(&mut self, facts: &RecordFacts, statement: &Statement) -> Option<Digest> {
        let index = facts.index;
        let name = FileName::Roster(index);
        let stated = statement.inputs.roster_sha256;
        if !statement.event.brings_roster() {
            if facts.roster.is_some() {
                self.fault(&name, Fault::RosterUnexpected);
            }
            if self.roster.is_some_and(|counting| counting != stated) {
                self.rule(index, Rule::RosterInput);
            }
            return None;
        }
        self.roster = None;
        match &facts.roster {
            None => self.fault(&name, Fault::Missing),
            Some(Err(fault)) => self.fault(&name, fault.clone()),
            Some(Ok((found, _))) if *found != stated => {
                self.fault(&name, Fault::RosterDiffers { stated });
            }
            Some(Ok((found, refs))) => {
                for rule in standing::people_offences(&statement.people, refs) {
                    self.rule(index, rule);
                }
                return Some(*found);
            }
        }
        None
    }

    /// Every expected signature is there, and every one that is there counts.
    fn signatures(
        &mut self,
        files: &[JudgedSignature],
        expected: &[String],
        name: impl Fn(String) -> FileName,
    ) {
        for file in files {
            if let Judged::Bad(fault) = &file.judged {
                self.fault(&name(file.reference.clone()), fault.clone());
            }
        }
        for reference in expected.iter().take(MAX_SIGNERS) {
            if !files.iter().any(|file| file.reference == *reference) {
                let reference = reference.clone();
                self.fault(
                    &name(reference.clone()),
                    Fault::SignatureMissing { reference },
                );
            }
        }
    }

    fn checkpoint(&mut self, facts: &RecordFacts, statement: &Statement, can_judge: bool) {
        let size = facts.index + 1;
        let name = FileName::Checkpoint(size);
        let Some(origin) = self.origin.clone().filter(|_| self.is_whole()) else {
            return;
        };
        let recomputed = Checkpoint {
            origin,
            size,
            root: self.root,
        };
        match &facts.checkpoint {
            None => self.fault(&name, Fault::Missing),
            Some(Err(fault)) => self.fault(&name, fault.clone()),
            Some(Ok(checkpoint)) if *checkpoint != recomputed => self.fault(
                &name,
                Fault::CheckpointDiffers {
                    recomputed: Box::new(recomputed),
                },
            ),
            Some(Ok(_)) if can_judge => {
                self.signatures(&facts.checkpoint_signatures, &[], |reference| {
                    FileName::CheckpointSignature(size, reference)
                });
                let operator = statement.expected_signers.first();
                let signed = facts.checkpoint_signatures.iter().any(|file| {
                    Some(&file.reference) == operator || self.operates(&file.reference)
                });
                if let Some(operator) = operator.filter(|_| !signed) {
                    let place = self.place_of(operator);
                    if let Some(head) = self.heads.last_mut() {
                        head.unsigned_by = place;
                    }
                }
            }
            Some(Ok(_)) => {}
        }
    }

    /// Whether this person may sign a checkpoint in the place of the record's operator, who may be
    /// gone before it is signed.
    fn operates(&self, reference: &str) -> bool {
        let standing = self.standing.as_ref();
        standing.is_some_and(|standing| standing.operates(reference))
    }

    /// The place of an operator's ref among all of them, so that a head holds a number.
    fn place_of(&mut self, operator: &str) -> Option<u32> {
        if let Some(place) = self.operators.get(operator) {
            return Some(*place);
        }
        let place = u32::try_from(self.operator_names.len()).ok()?;
        self.operators.insert(operator.to_owned(), place);
        self.operator_names.push(operator.to_owned());
        Some(place)
    }

    /// Notes the fault if the checkpoint of `size` has no signature of an operator.
    pub(in crate::ledger::audit) fn demand_signed(&mut self, size: u64) {
        let place = size.checked_sub(1).and_then(|at| usize::try_from(at).ok());
        let head = place.and_then(|place| self.heads.get_mut(place));
        let unsigned = head.and_then(|head| head.unsigned_by.take());
        if let Some(reference) = unsigned.and_then(|place| self.operator(place)).cloned() {
            let name = FileName::CheckpointSignature(size, reference.clone());
            self.fault(&name, Fault::CheckpointNotSigned { reference });
        }
    }

    /// Signatures that later statements may seal.
    pub(super) fn note_signatures(&mut self, facts: &RecordFacts) {
        let operator = facts.statement.as_ref().ok();
        let operator = operator.and_then(|statement| statement.expected_signers.first());
        for file in &facts.signatures {
            if let Some(sha256) = file.sha256 {
                if Some(&file.reference) == operator {
                    self.sealed.note_operator(facts.index, sha256);
                }
                let name = FileName::RecordSignature(facts.index, file.reference.clone());
                self.sealed.note(name, sha256);
            }
        }
        for file in &facts.roster_signatures {
            if let Some(sha256) = file.sha256 {
                let name = FileName::RosterSignature(facts.index, file.reference.clone());
                self.sealed.note(name, sha256);
            }
        }
    }
}
