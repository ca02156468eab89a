//! Who signs a ceremony: the operator with their own key; witnesses at this machine, or afterwards at
//! theirs.

use super::CeremonyArguments;
use crate::ceremony::Operator;
use crate::ceremony::SignError;
use crate::ceremony::Signer;
use crate::ceremony::witnesses_of_what_is_open;
use crate::cli::args::OwnKey;
use crate::cli::at_terminal::AtTerminal;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::open_book::OpenBook;
use crate::cli::own_key;
use crate::cli::own_key::Signatory;
use crate::cli::words;
use crate::io::ssh_keygen::SshKeygenSigner;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::record::Namespace;
use crate::record::Roster;
use crate::record::is_reference;
use std::path::PathBuf;

/// `--witness REF` or `REF=FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WitnessArgument {
    /// The ref.
    pub(crate) reference: String,
    /// The key they sign with at this machine; `None` if they sign elsewhere, afterwards.
    pub(crate) key: Option<PathBuf>,
}

/// Reads the value of `--witness`.
///
/// # Errors
/// What it should look like.
pub(super) fn witness(text: &str) -> Result<WitnessArgument, String> {
    let (reference, key) = match text.split_once('=') {
        Some((reference, file)) => (reference, Some(file)),
        None => (text, None),
    };
    if !is_reference(reference) || key.is_some_and(str::is_empty) {
        return Err("not REF or REF=FILE, with a ref as the plan has it".to_owned());
    }
    Ok(WitnessArgument {
        reference: reference.to_owned(),
        key: key.map(PathBuf::from),
    })
}

/// On which roster those who sign are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counting {
    /// The one in force; while that is not written yet, the one before.
    Now,
    /// The same; but of a change of the roster that is in the ledger and not finished, the one before
    /// it, whose people finish it.
    ForWhatIsChanged,
}

/// Everyone who signs.
pub(super) struct People {
    here: Vec<Signatory>,
    away: Vec<String>,
}

impl People {
    /// The operator by their key on the roster that `by` says, and the witnesses that were named; where
    /// none is named, those whom what is open expects.
    ///
    /// # Errors
    /// [`Failure`] with exit 2 if a key is nobody's on the roster in force.
    pub(super) fn find(
        arguments: &CeremonyArguments,
        book: &mut OpenBook,
        by: Counting,
        what: &str,
    ) -> Result<Self, Failure> {
        let ledger = Ledger::new(&mut book.store);
        let force = match by {
            Counting::Now => match ledger.in_force() {
                // The roster is not written yet: what is held now brings it.
                Err(LedgerError::Missing { .. }) => ledger.in_force_to_finish(),
                force => force,
            },
            Counting::ForWhatIsChanged => ledger.in_force_to_finish(),
        };
        let force = force.map_err(|error| words::ledger(&error).saying(what))?;
        let roster = Roster::parse(&force.roster).map_err(|_| {
            Failure::new(
                Exit::Ledger,
                what,
                "the roster in force cannot be read",
                "run `glasskey audit`",
            )
        })?;
        let operator = own_key::whose(&arguments.own, &roster, what)?;
        let mut here = vec![operator];
        let mut away = Vec::new();
        for witness in &arguments.witnesses {
            let Some(key) = &witness.key else {
                away.push(witness.reference.clone());
                continue;
            };
            let own = OwnKey {
                key: Some(key.clone()),
                reference: Some(witness.reference.clone()),
            };
            here.push(own_key::whose(&own, &roster, what)?);
        }
        if arguments.witnesses.is_empty() {
            let operator = here.first().map(|one| one.reference.clone());
            let ledger = Ledger::new(&mut book.store);
            away = witnesses_of_what_is_open(&ledger, &book.desk, &operator.unwrap_or_default())
                .map_err(|error| words::ceremony(&error).saying(what))?;
        }
        Ok(Self { here, away })
    }

    /// The signers who are at this machine, the operator first; each says on the terminal what to do
    /// before `ssh-keygen` asks.
    pub(super) fn signers(&self, terminal: &AtTerminal) -> Vec<Box<dyn Signer>> {
        let signer = |who: &Signatory| announced(who, terminal);
        self.here.iter().map(signer).collect()
    }

    /// Refs of those who sign afterwards.
    pub(super) fn away(&self) -> Vec<String> {
        self.away.clone()
    }
}

/// Somebody at this machine who signs through `ssh-keygen`, and is told on the terminal what to do
/// before it asks.
pub(crate) fn announced(who: &Signatory, terminal: &AtTerminal) -> Box<dyn Signer> {
    Box::new(Announced {
        what_to_do: who.what_to_do(),
        terminal: terminal.clone(),
        signer: who.signer(),
    })
}

/// A signer who says what to do before `ssh-keygen` asks.
struct Announced {
    what_to_do: String,
    terminal: AtTerminal,
    signer: SshKeygenSigner,
}

impl Signer for Announced {
    fn reference(&self) -> &str {
        self.signer.reference()
    }

    fn sign(&mut self, namespace: Namespace, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.terminal.say(&self.what_to_do);
        self.signer.sign(namespace, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_witness_signs_here_with_a_named_key_or_elsewhere() {
        let read = |text: &str| witness(text).map(|one| (one.reference, one.key));
        assert_eq!(read("w-1"), Ok(("w-1".to_owned(), None)));
        let key = Some(PathBuf::from("keys/a=b"));
        assert_eq!(read("w-1=keys/a=b"), Ok(("w-1".to_owned(), key)));
        for odd in ["", "=x", "w-1=", "w 1", "w/1"] {
            assert!(read(odd).is_err(), "{odd}");
        }
    }
}
