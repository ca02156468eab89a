//! The signatures of a record. What is kept of them, in the ledger or in `open/`, is taken before anybody
//! signs: a security key counts, and ECDSA draws lots, so that no two signatures over the same bytes are
//! the same.

use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Room;
use crate::ledger::Checkpoint;
use crate::ledger::FileName;
use crate::ledger::Ledger;
use crate::plan::Role;
use crate::record::Namespace;
use crate::record::Roster;
use crate::record::Statement;

/// What one person signed.
pub(super) struct Signed {
    pub(super) reference: String,
    pub(super) record: Vec<u8>,
    pub(super) roster: Option<Vec<u8>>,
}

/// What is signed, by whom, and what it is judged by.
pub(super) struct Papers<'p> {
    pub(super) open: &'p OpenCeremony,
    pub(super) statement: &'p Statement,
    /// The record's bytes.
    pub(super) record: &'p [u8],
    /// The roster that it brings.
    pub(super) brought: Option<&'p [u8]>,
    /// The roster that counts for it.
    pub(super) roster: &'p Roster,
    /// Its index, if it is in the ledger.
    pub(super) there: Option<u64>,
}

/// A document that everyone signs.
#[derive(Clone, Copy)]
enum Document<'p> {
    Record(&'p [u8]),
    Roster(&'p [u8]),
}

impl<'p> Document<'p> {
    const fn namespace(self) -> Namespace {
        match self {
            Self::Record(_) => Namespace::Record,
            Self::Roster(_) => Namespace::Roster,
        }
    }

    const fn bytes(self) -> &'p [u8] {
        match self {
            Self::Record(bytes) | Self::Roster(bytes) => bytes,
        }
    }

    /// The signature's file in `open/`.
    fn in_open(self, reference: &str) -> String {
        match self {
            Self::Record(_) => format!("{reference}.sig"),
            Self::Roster(_) => format!("{reference}.roster.sig"),
        }
    }

    /// The signature's file in the ledger.
    fn in_ledger(self, index: u64, reference: &str) -> FileName {
        match self {
            Self::Record(_) => FileName::RecordSignature(index, reference.to_owned()),
            Self::Roster(_) => FileName::RosterSignature(index, reference.to_owned()),
        }
    }
}

/// The place among those who are here of the first of `operators` who is.
fn here(room: &Room<'_>, operators: &[String]) -> Option<usize> {
    operators.iter().find_map(|operator| {
        let mut signers = room.signers.iter();
        signers.position(|one| one.reference() == operator)
    })
}

impl Papers<'_> {
    /// Refuses, before anything is written, people of whom none may sign the checkpoint of a record that
    /// is in the ledger already, where it is not signed yet.
    ///
    /// # Errors
    /// [`CeremonyError::Matter`] with who has to come; what the ledger says.
    pub(super) fn may_be_finished(&self, room: &mut Room<'_>) -> Result<(), CeremonyError> {
        let Some(index) = self.there else {
            return Ok(());
        };
        let operators = self.operators(room, index)?;
        if here(room, &operators).is_some() {
            return Ok(());
        }
        let head = Ledger::new(&mut *room.store).head_of(index + 1)?;
        match self.kept_checkpoint(room, &head, &operators)? {
            Some(_) => Ok(()),
            None => Err(self.no_operator(index, &operators)),
        }
    }

    /// Everyone's signatures: those that are kept, and those of whoever is here, is expected and has not
    /// signed. Whoever finishes what others began signs nothing of it.
    ///
    /// # Errors
    /// [`CeremonyError::Sign`], [`CeremonyError::Signature`]; what ledger and folder say.
    pub(super) fn sign_all(&self, room: &mut Room<'_>) -> Result<Vec<Signed>, CeremonyError> {
        let expected = &self.statement.expected_signers;
        let mut all = Vec::new();
        for number in 0..room.signers.len() {
            let signer = room.signers.get(number);
            let Some(reference) = signer.map(|signer| signer.reference().to_owned()) else {
                continue;
            };
            if !expected.contains(&reference) {
                continue;
            }
            let record = Document::Record(self.record);
            let (record, fresh) = self.sign_one(room, number, &reference, record)?;
            let roster = match self.brought {
                Some(text) => {
                    let roster = Document::Roster(text);
                    Some(self.sign_one(room, number, &reference, roster)?.0)
                }
                None => None,
            };
            if fresh {
                room.operator.say(&if roster.is_some() {
                    format!("{reference} signed record and roster; both signatures verify.")
                } else {
                    format!("{reference} signed the record; the signature verifies.")
                });
            }
            all.push(Signed {
                reference,
                record,
                roster,
            });
        }
        // Signatures that came back from elsewhere were put beside the record.
        let kept = self.kept_of_all(room)?;
        for one in kept {
            if all.iter().all(|other| other.reference != one.reference) {
                all.push(one);
            }
        }
        // As the statement has them, whoever finishes it.
        all.sort_by_key(|one| expected.iter().position(|who| *who == one.reference));
        Ok(all)
    }

    /// The signatures that are there, of everyone who is expected; of a record that brings a roster, those
    /// of whoever signed both.
    ///
    /// # Errors
    /// [`CeremonyError::Signature`] if one does not count; what ledger and folder say.
    pub(super) fn kept_of_all(&self, room: &Room<'_>) -> Result<Vec<Signed>, CeremonyError> {
        let mut all = Vec::new();
        for reference in &self.statement.expected_signers {
            let Some(record) = self.kept(room, reference, Document::Record(self.record))? else {
                continue;
            };
            let roster = match self.brought {
                None => None,
                Some(text) => match self.kept(room, reference, Document::Roster(text))? {
                    None => continue,
                    kept => kept,
                },
            };
            all.push(Signed {
                reference: reference.clone(),
                record,
                roster,
            });
        }
        Ok(all)
    }

    /// Writes the record at `index` with these signatures, and the roster that it brings with theirs; what
    /// is there already stays.
    ///
    /// # Errors
    /// What the ledger says.
    pub(super) fn append(
        &self,
        room: &mut Room<'_>,
        index: u64,
        signed: &[Signed],
    ) -> Result<(), CeremonyError> {
        let mut ledger = Ledger::new(&mut *room.store);
        let records: Vec<(&str, &[u8])> = signed
            .iter()
            .map(|one| (one.reference.as_str(), one.record.as_slice()))
            .collect();
        ledger.append(index, self.record, &records)?;
        if let Some(text) = self.brought {
            let rosters: Vec<(&str, &[u8])> = signed
                .iter()
                .filter_map(|one| Some((one.reference.as_str(), one.roster.as_deref()?)))
                .collect();
            ledger.write_roster(index, text, &rosters)?;
        }
        Ok(())
    }

    /// Writes the checkpoint of `size` records with an operator's signature: the one that is there, if it
    /// counts; else of the record's own operator, or of another one who is here.
    ///
    /// # Errors
    /// As [`Self::sign_all`].
    pub(super) fn checkpoint(
        &self,
        room: &mut Room<'_>,
        size: u64,
    ) -> Result<Checkpoint, CeremonyError> {
        let head = Ledger::new(&mut *room.store).head_of(size)?;
        let index = size.saturating_sub(1);
        let operators = self.operators(room, index)?;
        let (reference, signature) = match self.kept_checkpoint(room, &head, &operators)? {
            Some(kept) => kept,
            None => self.sign_checkpoint(room, &head, &operators)?,
        };
        let files = [(reference.as_str(), signature.as_slice())];
        Ok(Ledger::new(&mut *room.store).write_checkpoint(size, &files)?)
    }

    fn sign_checkpoint(
        &self,
        room: &mut Room<'_>,
        head: &Checkpoint,
        operators: &[String],
    ) -> Result<(String, Vec<u8>), CeremonyError> {
        let index = head.size.saturating_sub(1);
        let signer = here(room, operators).and_then(|number| room.signers.get_mut(number));
        let Some(signer) = signer else {
            return Err(self.no_operator(index, operators));
        };
        let reference = signer.reference().to_owned();
        let text = head.text();
        let signature = signer
            .sign(Namespace::Checkpoint, text.as_bytes())
            .map_err(|why| CeremonyError::Sign {
                reference: reference.clone(),
                why,
            })?;
        self.verified(
            &reference,
            Namespace::Checkpoint,
            text.as_bytes(),
            &signature,
        )?;
        let operator = self.operator();
        if reference != operator {
            room.operator.say(&format!(
                "{reference} signed the checkpoint of record {index:06} in the place of {operator}."
            ));
        }
        Ok((reference, signature))
    }

    /// One document, signed by one person here, or the signature that an earlier run kept; and whether it
    /// was made now.
    fn sign_one(
        &self,
        room: &mut Room<'_>,
        number: usize,
        reference: &str,
        document: Document<'_>,
    ) -> Result<(Vec<u8>, bool), CeremonyError> {
        if let Some(kept) = self.kept(room, reference, document)? {
            return Ok((kept, false));
        }
        let Some(signer) = room.signers.get_mut(number) else {
            return Err(CeremonyError::People("nobody is here to sign".into()));
        };
        let (namespace, bytes) = (document.namespace(), document.bytes());
        let signature = signer
            .sign(namespace, bytes)
            .map_err(|why| CeremonyError::Sign {
                reference: reference.to_owned(),
                why,
            })?;
        self.verified(reference, namespace, bytes, &signature)?;
        let file = document.in_open(reference);
        self.open.put_bytes(&mut *room.desk, &file, &signature)?;
        Ok((signature, true))
    }

    /// The signature that is there: the ledger's, which is never replaced, before the folder's.
    fn kept(
        &self,
        room: &Room<'_>,
        reference: &str,
        document: Document<'_>,
    ) -> Result<Option<Vec<u8>>, CeremonyError> {
        let (namespace, bytes) = (document.namespace(), document.bytes());
        if let Some(index) = self.there {
            let name = document.in_ledger(index, reference).to_string();
            if let Some(found) = room.store.read(&name)?
                && self.verified(reference, namespace, bytes, &found).is_ok()
            {
                return Ok(Some(found));
            }
        }
        let name = self.open.name(&document.in_open(reference));
        let Some(found) = room.desk.read(&name)? else {
            return Ok(None);
        };
        self.verified(reference, namespace, bytes, &found)?;
        Ok(Some(found))
    }

    /// An operator's signature of the checkpoint that is in the ledger, if it counts, and whose.
    fn kept_checkpoint(
        &self,
        room: &Room<'_>,
        head: &Checkpoint,
        operators: &[String],
    ) -> Result<Option<(String, Vec<u8>)>, CeremonyError> {
        let text = head.text();
        for operator in operators {
            let name = FileName::CheckpointSignature(head.size, operator.clone());
            if let Some(found) = room.store.read(&name.to_string())?
                && self
                    .verified(operator, Namespace::Checkpoint, text.as_bytes(), &found)
                    .is_ok()
            {
                return Ok(Some((operator.clone(), found)));
            }
        }
        Ok(None)
    }

    /// The operator whom the statement expects.
    fn operator(&self) -> &str {
        let first = self.statement.expected_signers.first();
        first.map_or("", String::as_str)
    }

    /// Who may sign the checkpoint of the record at `index`: the operator whom the statement expects,
    /// then, in that one's place, whoever else on the roster holds the role for this record.
    fn operators(&self, room: &mut Room<'_>, index: u64) -> Result<Vec<String>, CeremonyError> {
        let mut all = vec![self.operator().to_owned()];
        for person in Ledger::new(&mut *room.store).people_for(index)? {
            let operates = person.roles.contains(&Role::Operator);
            let signs = self.roster.entry(&person.reference).is_some();
            if operates && signs && !all.contains(&person.reference) {
                all.push(person.reference);
            }
        }
        Ok(all)
    }

    fn no_operator(&self, index: u64, operators: &[String]) -> CeremonyError {
        let operator = self.operator();
        CeremonyError::Matter {
            why: format!(
                "record {index:06} is in the ledger, and neither {operator} nor another operator has \
                 signed its checkpoint; nobody here held that role when it was made"
            ),
            next: format!("run the same command as {}", operators.join(" or ")),
        }
    }

    /// Verifies a signature as a stranger would.
    fn verified(
        &self,
        reference: &str,
        namespace: Namespace,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CeremonyError> {
        let at = self.statement.time.started;
        self.roster
            .verify(reference, namespace, message, signature, at)
            .map_err(|why| CeremonyError::Signature {
                reference: reference.to_owned(),
                why,
            })
    }
}
