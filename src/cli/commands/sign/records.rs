//! `sign RECORD|BUNDLE`: shows each record in words, asks, and has `ssh-keygen` sign it.

mod told;

pub(super) use told::document;
pub(super) use told::missing_json;
pub(super) use told::missing_text;

use super::left;
use super::record_number;
use crate::ceremony::Operator;
use crate::ceremony::Prompt;
use crate::ceremony::Signer;
use crate::ceremony::nonces::Nonces;
use crate::ceremony::signing;
use crate::ceremony::signing::Looked;
use crate::ceremony::signing::Standing;
use crate::ceremony::waiting;
use crate::ceremony::waiting::Waiting;
use crate::cli::Output;
use crate::cli::args::Sign;
use crate::cli::at_terminal::AtTerminal;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held;
use crate::cli::nonce_file;
use crate::cli::open_book::OpenBook;
use crate::cli::own_key;
use crate::cli::own_key::Signatory;
use crate::cli::words;
use crate::ledger::Bundle;
use crate::ledger::Ledger;
use crate::ledger::Signing;
use crate::ledger::ToSign;
use crate::primitives::Digest;
use crate::record::Namespace;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use told::report;

/// What is said of a signing that did not happen.
pub(super) const NOTHING: &str = "nothing was signed";
/// Signature files of one person beside one bundle, at most.
const MOST_FILES: u32 = 99;

/// A record that was signed.
struct Done {
    /// Its place among those that were looked at.
    place: usize,
    reference: String,
    signatures: Vec<(Namespace, Vec<u8>)>,
    file: String,
}

/// Signs a bundle's records, or a book's.
pub(super) fn run(arguments: &Sign, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let numbers: Option<Vec<u64>> = arguments
        .what
        .iter()
        .map(|text| record_number(text))
        .collect();
    match (numbers, arguments.what.as_slice()) {
        (Some(numbers), _) => in_book(&numbers, arguments, output),
        (None, [file]) => from_bundle(Path::new(file), arguments, output),
        (None, _) => Err(Failure::new(
            Exit::Usage,
            NOTHING,
            "several files were named, or files and numbers",
            "name one bundle, or numbers of records; with --collect, files of signatures",
        )),
    }
}

/// The records of a bundle; the signatures go into a file beside it.
fn from_bundle(file: &Path, arguments: &Sign, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let bytes = held::file(file, NOTHING)?;
    let (_, records) = Bundle::parse(&bytes).map_err(|fault| {
        Failure::new(
            Exit::Ledger,
            NOTHING,
            format!("{}: {fault}", file.display()),
            "ask the operator for a new one: `glasskey sign --export -o FILE`",
        )
    })?;
    let mut session = Session::begin(arguments, output)?;
    let mut out = None;
    let mut text = Vec::new();
    for (place, record) in records.iter().enumerate() {
        if let Some(mut done) = session.one(place, records.len(), record)? {
            let path: &PathBuf = out.get_or_insert_with(|| {
                arguments
                    .out
                    .clone()
                    .unwrap_or_else(|| free(file, &done.reference))
            });
            done.file = path.display().to_string();
            text.extend(done.signatures.iter().flat_map(|(_, one)| one.clone()));
            session.done.push(done);
        }
    }
    if let Some(path) = &out {
        write_new(
            path,
            &text,
            "it was signed, and the signature is not written",
        )?;
    }
    let next = out.map(|path| {
        format!(
            "Give {} to the operator: `glasskey sign --collect {}` in the book.",
            path.display(),
            path.display()
        )
    });
    session.end(&records, None, next.as_deref(), output)
}

/// Records of a book; the signatures go into it.
fn in_book(numbers: &[u64], arguments: &Sign, output: &mut Output<'_>) -> Result<Exit, Failure> {
    if arguments.out.is_some() {
        return Err(Failure::new(
            Exit::Usage,
            NOTHING,
            "in a book, signatures go into the book",
            "leave -o out, or sign a bundle",
        ));
    }
    let mut book = OpenBook::open(&arguments.book, NOTHING)?;
    let wanted = wanted(&mut book, numbers, arguments)?;
    if wanted.is_empty() {
        let (left, _) = left(&mut book)?;
        let words = "Nothing in this book waits for your signature.";
        return report(&[], &[], &[], Some(&left), Some(words), output);
    }
    let mut session = Session::begin(arguments, output)?;
    for (place, (waiting, record)) in wanted.iter().enumerate() {
        let Some(mut done) = session.one(place, wanted.len(), record)? else {
            continue;
        };
        let mut ledger = Ledger::new(&mut book.store);
        for (namespace, signature) in &done.signatures {
            let reference = &done.reference;
            waiting::keep(
                &mut ledger,
                &mut book.desk,
                waiting,
                reference,
                *namespace,
                signature,
            )
            .map_err(|error| words::ceremony(&error))?;
        }
        done.file = match (&waiting.open, waiting.signing.index) {
            (Some(open), None) => open.name(&format!("{}.sig", done.reference)),
            (_, index) => format!(
                "ledger/records/{:06}/{}.sig",
                index.unwrap_or(0),
                done.reference
            ),
        };
        session.done.push(done);
    }
    let (left, next) = left(&mut book)?;
    let records: Vec<ToSign> = wanted.into_iter().map(|(_, record)| record).collect();
    let next = next.map(|command| format!("What waits in open/ goes on: `{command}`."));
    session.end(&records, Some(&left), next.as_deref(), output)
}

/// The records that are to be signed: those that were named, else all that lack the signature of
/// whoever is at this machine.
fn wanted(
    book: &mut OpenBook,
    numbers: &[u64],
    arguments: &Sign,
) -> Result<Vec<(Waiting, ToSign)>, Failure> {
    let failed = |error| words::ceremony(&error);
    let ledger = Ledger::new(&mut book.store);
    let mut all = Vec::new();
    if numbers.is_empty() {
        let mut nobody = None;
        for waiting in waiting::incomplete(&ledger, &book.desk).map_err(failed)? {
            let record = waiting::to_sign(&ledger, &book.desk, &waiting).map_err(failed)?;
            match own_key::whose(&arguments.own, &record.roster, NOTHING) {
                Ok(who) if waiting.signing.waits_for(&who.reference) => {
                    all.push((waiting, record));
                }
                Ok(_) => {}
                Err(failure) => nobody = nobody.or(Some(failure)),
            }
        }
        return match nobody {
            Some(failure) if all.is_empty() => Err(failure),
            Some(_) | None => Ok(all),
        };
    }
    let signing = ledger.signing().map_err(|error| words::ledger(&error))?;
    for number in numbers {
        let found = signing.iter().find(|one| one.index == Some(*number));
        let Some(signing) = found.cloned() else {
            return Err(Failure::new(
                Exit::Usage,
                NOTHING,
                format!("the book has no record {number:06}"),
                "name a number that `glasskey audit` lists",
            ));
        };
        let waiting = Waiting {
            open: None,
            signing,
        };
        let record = waiting::to_sign(&ledger, &book.desk, &waiting).map_err(failed)?;
        all.push((waiting, record));
    }
    Ok(all)
}

/// A person at this machine, signing.
struct Session<'s> {
    arguments: &'s Sign,
    operator: AtTerminal,
    nonce_path: PathBuf,
    nonces: Nonces,
    done: Vec<Done>,
    refused: Vec<(usize, Failure)>,
    declined: bool,
}

impl<'s> Session<'s> {
    fn begin(arguments: &'s Sign, output: &Output<'_>) -> Result<Self, Failure> {
        let nonce_path = nonce_file::place()?;
        Ok(Self {
            arguments,
            operator: AtTerminal::open(output.style)?,
            nonces: nonce_file::change(&nonce_path, |_| {})?,
            nonce_path,
            done: Vec::new(),
            refused: Vec::new(),
            declined: false,
        })
    }

    /// Shows one record and has it signed; `None` if it was refused or declined.
    fn one(&mut self, place: usize, of: usize, record: &ToSign) -> Result<Option<Done>, Failure> {
        let (number, of) = (count(place + 1), count(of));
        let title = match record.index {
            Some(index) => format!("Record {index:06}: {}", record.statement.event.word()),
            None => format!("A record that waits: {}", record.statement.event.word()),
        };
        self.operator.step(number, of, &title);
        let who = match own_key::whose(&self.arguments.own, &record.roster, NOTHING) {
            Ok(who) => who,
            Err(failure) => return Ok(self.refuse(place, failure)),
        };
        let standing = if self.arguments.reviewer {
            Standing::Reviewer
        } else {
            Standing::Expected
        };
        let looked = match signing::look(record, &who.reference, standing, &self.nonces) {
            Ok(looked) => looked,
            Err(why) => return Ok(self.refuse(place, words::refusal(&why))),
        };
        self.show(record, &looked)?;
        let question = Prompt::Question(format!("Sign it as {}?", who.reference));
        if !self.operator.confirm(&question) {
            self.declined = true;
            return Ok(None);
        }
        let signatures = self.sign(record, &who)?;
        self.nonces = nonce_file::change(&self.nonce_path, |nonces| {
            let id = record.statement.record_id;
            for nonce in &record.statement.nonces {
                if nonce.reference == who.reference {
                    nonces.take(&nonce.value.0, id);
                }
            }
        })?;
        Ok(Some(Done {
            place,
            reference: who.reference,
            signatures,
            file: String::new(),
        }))
    }

    fn refuse(&mut self, place: usize, failure: Failure) -> Option<Done> {
        self.operator.say(&format!("Not signed: {}.", failure.why));
        self.refused.push((place, failure));
        None
    }

    fn show(&mut self, record: &ToSign, looked: &Looked) -> Result<(), Failure> {
        let operator = &mut self.operator;
        operator.sentences(&looked.sentences);
        if !looked.evidence.is_empty() {
            operator.say("What the key itself proves, verified here:");
            operator.findings(&looked.evidence);
        }
        let digest = record
            .statement
            .digest()
            .map_err(|_| words::ceremony(&crate::ceremony::CeremonyError::NotCanonical))?;
        operator.digest(&digest);
        operator.say(&format!(
            "You sign record.json, SHA-256 {}.",
            Digest::of(&record.record)
        ));
        let before = record.signed();
        if !before.is_empty() {
            operator.say(&format!(
                "Signed before, and it verifies: {}.",
                before.join(", ")
            ));
        }
        match looked.nonce_made {
            Some(made) => operator.say(&format!(
                "Your own fresh words are in it: this machine made them at {made}."
            )),
            None if self.arguments.reviewer => operator
                .say("As a reviewer: your signature is kept, and does not count for presence."),
            None => {}
        }
        Ok(())
    }

    fn sign(
        &mut self,
        record: &ToSign,
        who: &Signatory,
    ) -> Result<Vec<(Namespace, Vec<u8>)>, Failure> {
        self.operator.say(&who.what_to_do());
        let mut signer = who.signer();
        let mut all = Vec::new();
        for (namespace, message) in record.documents() {
            let signature = signer
                .sign(namespace, message)
                .map_err(|why| words::signed(&who.reference, &why, NOTHING))?;
            let at = record.statement.time.started;
            record
                .roster
                .verify(&who.reference, namespace, message, &signature, at)
                .map_err(|why| words::does_not_count(&who.reference, &why, NOTHING))?;
            all.push((namespace, signature));
        }
        self.operator.say("Signed; the signature verifies.");
        Ok(all)
    }

    fn end(
        self,
        records: &[ToSign],
        left: Option<&[Signing]>,
        next: Option<&str>,
        output: &mut Output<'_>,
    ) -> Result<Exit, Failure> {
        let exit = report(&self.done, records, &self.refused, left, next, output)?;
        if let Some((_, failure)) = self.refused.into_iter().next() {
            return Err(failure);
        }
        Ok(if self.declined {
            exit.max(Exit::Declined)
        } else {
            exit
        })
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A name beside `bundle` that nothing has: `w-1.sig`, `w-1-2.sig`, ….
fn free(bundle: &Path, reference: &str) -> PathBuf {
    let first = bundle.with_file_name(format!("{reference}.sig"));
    let mut names =
        (2..=MOST_FILES).map(|number| bundle.with_file_name(format!("{reference}-{number}.sig")));
    let taken = |path: &Path| std::fs::symlink_metadata(path).is_ok();
    if taken(&first) {
        names.find(|path| !taken(path)).unwrap_or(first)
    } else {
        first
    }
}

/// Writes a new file.
///
/// # Errors
/// [`Failure`] with exit 7 if something of that name is there, or it cannot be written.
pub(super) fn write_new(path: &Path, bytes: &[u8], what: &str) -> Result<(), Failure> {
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|error| {
        Failure::new(
            Exit::Output,
            what,
            format!("{}: {error}", path.display()),
            "name a new file in a folder where this user may write: -o FILE",
        )
    })
}
