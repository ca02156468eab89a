//! A code that was scanned from paper, held against a book.

use super::Pointer;
use super::Seal;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::ledger::Checkpoint;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::primitives::Digest;
use crate::record::Statement;
use crate::webauthn::ClientData;

/// Longest text that a QR symbol holds (ISO/IEC 18004, 40-L, numeric mode), in bytes.
pub const MAX_SCANNED: usize = 7_089;

/// What a code says (docs/formats/qr.md).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanned {
    /// Which record describes a bag, and its SHA-256.
    Pointer(Pointer),
    /// The key's signature over a statement.
    Seal(Box<Seal>),
    /// A ledger's head.
    Head(Checkpoint),
}

impl Scanned {
    /// Reads the text of a code; `None` if it is none of ours. A newline that a scanner adds at the
    /// end is no part of it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_SCANNED {
            return None;
        }
        let line = text.trim_end_matches(['\n', '\r']);
        if let Some(pointer) = Pointer::parse(line) {
            return Some(Self::Pointer(pointer));
        }
        if let Some(seal) = Seal::parse(line) {
            return Some(Self::Seal(Box::new(seal)));
        }
        let text = format!("{}\n", line.replace("\r\n", "\n"));
        Checkpoint::parse(text.as_bytes()).map(Self::Head)
    }

    /// What the code comes to in this book: `LEDGER-HEAD` of a pointer or head, `PRES-SIG` of a seal.
    /// A head is only told here: an audit holds it against the tree.
    ///
    /// # Errors
    /// [`LedgerError`] if a record cannot be read.
    pub fn held_against(&self, ledger: &Ledger<'_>) -> Result<Finding, LedgerError> {
        match self {
            Self::Pointer(pointer) => pointed(pointer, ledger),
            Self::Seal(seal) => sealed(seal, ledger),
            Self::Head(head) => Ok(Finding::new(
                Check::LedgerHead,
                Verdict::Pass,
                Subject::book(),
                format!("the code is a head of {} records", head.size),
            )),
        }
    }
}

fn pointed(pointer: &Pointer, ledger: &Ledger<'_>) -> Result<Finding, LedgerError> {
    let index = u64::from(pointer.index());
    let foreign = |detail: String| foreign(Check::LedgerHead, detail);
    let origin = ledger.head_of(0)?.origin.to_string();
    if !pointer.is_into(&origin) {
        return Ok(foreign("the code points into another book".to_owned())
            .fix("look for the book whose bag this is"));
    }
    if index >= ledger.size()? {
        return Ok(apart(
            Check::LedgerHead,
            format!("the code points to record {index:06}, which this book does not have"),
        )
        .fix("the ledger was cut, or this is an old copy: find the newest"));
    }
    let bytes = ledger.record_bytes(index)?;
    if Digest::of(&bytes) != pointer.record() {
        return Ok(apart(
            Check::LedgerHead,
            format!("record {index:06} is not the one that the code was printed from"),
        )
        .fix("the ledger was written anew, or the bag is not of this book: ask who keeps other copies"));
    }
    let statement = ledger.record(index)?.statement;
    let said = format!("the code points to it: {}", about(&statement));
    Ok(own(Check::LedgerHead, index, said, ledger))
}

fn sealed(seal: &Seal, ledger: &Ledger<'_>) -> Result<Finding, LedgerError> {
    for index in 0..ledger.size()? {
        let statement = ledger.record(index)?.statement;
        if statement.digest().ok() != Some(seal.digest) {
            continue;
        }
        let foreign = |detail: String| foreign(Check::PresSig, detail);
        let key = statement
            .key
            .as_ref()
            .and_then(|key| key.public_key.as_ref());
        if key.is_none_or(|key| key.cose != seal.public_key) {
            return Ok(foreign(format!(
                "the code holds another public key than record {index:06}"
            )));
        }
        let bytes = statement.bytes().unwrap_or_default();
        let client_data = ClientData::presence(&statement.tenant_id, &bytes);
        let hash = Digest::of(client_data.json());
        let signed = [seal.authenticator_data.raw(), &hash.0].concat();
        let verified = seal.public_key.verify(&signed, &seal.signature);
        return Ok(if verified == crate::webauthn::SignatureCheck::Good {
            let said = format!("the code is the key's own signature: {}", about(&statement));
            own(Check::PresSig, index, said, ledger)
        } else {
            foreign(format!(
                "the signature in the code was not made by the key of record {index:06} over its \
                 statement"
            ))
        });
    }
    Ok(apart(
        Check::PresSig,
        "no record of this book has the statement that the code seals".to_owned(),
    )
    .fix("the ceremony was not finished, the ledger was cut, or the sheet is of another book"))
}

/// A code that is not this book's: it says nothing of the book.
fn foreign(check: Check, detail: String) -> Finding {
    Finding::new(check, Verdict::Fail, Subject::code(), detail)
}

/// A code that this book should have and has not: the book was cut or made anew, or the code was, and
/// nothing in either tells which.
fn apart(check: Check, detail: String) -> Finding {
    Finding::new(check, Verdict::Fail, Subject::book(), detail)
}

/// A code of the record at `index`: it warns of what became of the key since.
fn own(check: Check, index: u64, said: String, ledger: &Ledger<'_>) -> Finding {
    let finding = |verdict, detail| Finding::new(check, verdict, Subject::record(index), detail);
    match ledger.since(index) {
        Ok(None) => finding(Verdict::Pass, said),
        Ok(Some(since)) => finding(Verdict::Warn, format!("{said}; {since}"))
            .fix("go by the newer record: this paper should be out of use"),
        Err(_) => {
            let unread = "a record after it cannot be read, so what became of the key is not known";
            finding(Verdict::Unknown, format!("{said}; {unread}"))
        }
    }
}

/// What a record is about, in a few words.
fn about(statement: &Statement) -> String {
    let bag = statement
        .custody
        .as_ref()
        .map_or_else(String::new, |custody| {
            format!(", bag {} in {}", custody.bag, custody.safe)
        });
    let happened = statement.happened();
    format!("{}{bag}", happened.trim_end_matches('.'))
}
