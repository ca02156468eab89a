//! The roster: who may sign what, from when until when.
//!
//! Its text is what OpenSSH calls `allowed_signers`, in one spelling, so that `ssh-keygen -Y
//! verify -f` reads the very file that we do. `docs/formats/signatures.md` has the form.

mod text;

pub use text::is_reference;

use super::Message;
use super::Namespace;
use super::SshKeyError;
use super::SshPublicKey;
use super::SshSigError;
use super::SshSignature;
use crate::primitives::UtcTime;

/// Largest roster that is read, in bytes.
pub const MAX_ROSTER_BYTES: usize = 256 << 10;

/// Why a roster was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterError {
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// The reason.
    pub fault: RosterFault,
}

/// What is wrong with a roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RosterFault {
    /// Larger than [`MAX_ROSTER_BYTES`].
    TooLarge,
    /// Not ASCII text of whole lines, each ended by a newline.
    NotText,
    /// Nobody is on it.
    Empty,
    /// Not `ref options type base64`; a comment or an empty line is none.
    Form,
    /// A ref that is not 1 to 64 letters, digits, `-` or `_`, the first a letter or digit.
    Reference(String),
    /// Another option than `namespaces`, `valid-after` and `valid-before`.
    Option(String),
    /// A namespace that is not ours.
    Namespace(String),
    /// No namespace, or one twice.
    Namespaces,
    /// A time that is not `YYYYMMDDHHMMSSZ` after 1970 began.
    Time(String),
    /// `valid-before` is not after `valid-after`.
    Interval,
    /// The public key.
    Key(SshKeyError),
    /// A ref is there before, in this or another case.
    DuplicateReference(String),
    /// A key is there before.
    DuplicateKey {
        /// The ref that has it.
        held_by: String,
    },
    /// It would be written otherwise.
    SecondSpelling,
}

/// One person's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterEntry {
    /// The person's ref: the principal that `ssh-keygen -I` takes.
    pub reference: String,
    /// What this person may sign; at least one.
    pub namespaces: Vec<Namespace>,
    /// The first second of validity; `None` for no beginning.
    pub valid_after: Option<UtcTime>,
    /// The last second of validity; `None` for no end.
    pub valid_before: Option<UtcTime>,
    /// The key this person signs with.
    pub key: SshPublicKey,
}

/// Why a signature does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureFault {
    /// Nobody on the roster has this ref.
    NotOnRoster,
    /// Another key made it than the one on the roster.
    KeyMismatch,
    /// The key was not, or no longer, valid then.
    OutsideValidity,
    /// The person may not sign this kind of document.
    NotForNamespace,
    /// Not a signature that is accepted: its form, the kind of document it was made for, or a
    /// security key without touch or verification.
    Malformed(SshSigError),
    /// It is not over this message.
    Bad,
}

/// Everyone who may sign, in the order of the file; no ref and no key twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    entries: Vec<RosterEntry>,
}

impl Roster {
    /// Takes entries in their order; an entry's namespaces are put into canonical order.
    ///
    /// # Errors
    /// [`RosterError`] where the entries could not be written and read again; `line` counts them.
    pub fn new(entries: Vec<RosterEntry>) -> Result<Self, RosterError> {
        if entries.is_empty() {
            return Err(RosterFault::Empty.at(0));
        }
        let mut roster = Self {
            entries: Vec::with_capacity(entries.len()),
        };
        for (index, mut entry) in entries.into_iter().enumerate() {
            let count = entry.namespaces.len();
            entry.namespaces = text::NAMESPACES
                .into_iter()
                .filter(|namespace| entry.namespaces.contains(namespace))
                .collect();
            if entry.namespaces.is_empty() || entry.namespaces.len() != count {
                return Err(RosterFault::Namespaces.at(index + 1));
            }
            roster.admit(entry).map_err(|fault| fault.at(index + 1))?;
        }
        if roster.text().len() > MAX_ROSTER_BYTES {
            return Err(RosterFault::TooLarge.at(0));
        }
        Ok(roster)
    }

    /// Everyone, in the order of the file.
    #[must_use]
    pub fn entries(&self) -> &[RosterEntry] {
        &self.entries
    }

    /// The person with this ref; `None` if there is none.
    #[must_use]
    pub fn entry(&self, reference: &str) -> Option<&RosterEntry> {
        self.entries
            .iter()
            .find(|entry| entry.reference == reference)
    }

    /// Checks that `reference` signed `message` for `namespace` with the key of this roster, valid
    /// at `at` (the ends included, as `ssh-keygen -O verify-time=` has it).
    ///
    /// # Errors
    /// [`SignatureFault`]: the first that applies, in the order of its variants but for the form,
    /// which is read before the key is compared.
    pub fn verify(
        &self,
        reference: &str,
        namespace: Namespace,
        message: &[u8],
        armoured: &[u8],
        at: UtcTime,
    ) -> Result<(), SignatureFault> {
        self.verify_message(reference, namespace, &Message::new(message), armoured, at)
    }

    /// As [`Self::verify`], of a message that several people signed.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn verify_message(
        &self,
        reference: &str,
        namespace: Namespace,
        message: &Message<'_>,
        armoured: &[u8],
        at: UtcTime,
    ) -> Result<(), SignatureFault> {
        let entry = self.entry(reference).ok_or(SignatureFault::NotOnRoster)?;
        let signature = SshSignature::parse(armoured).map_err(SignatureFault::Malformed)?;
        if *signature.key() != entry.key {
            return Err(SignatureFault::KeyMismatch);
        }
        let early = entry.valid_after.is_some_and(|after| at < after);
        let late = entry.valid_before.is_some_and(|before| at > before);
        if early || late {
            return Err(SignatureFault::OutsideValidity);
        }
        if !entry.namespaces.contains(&namespace) {
            return Err(SignatureFault::NotForNamespace);
        }
        signature
            .verify_by(&entry.key, namespace, message)
            .map_err(|error| match error {
                SshSigError::Bad => SignatureFault::Bad,
                SshSigError::TooLarge
                | SshSigError::Armour
                | SshSigError::Preamble
                | SshSigError::Version(_)
                | SshSigError::Key(_)
                | SshSigError::NamespaceForm
                | SshSigError::Reserved
                | SshSigError::Hash(_)
                | SshSigError::Kind { .. }
                | SshSigError::Wire(_)
                | SshSigError::Length
                | SshSigError::SecondSpelling
                | SshSigError::OtherNamespace(_)
                | SshSigError::NotVerified { .. } => SignatureFault::Malformed(error),
            })
    }

    /// Adds one entry whose namespaces are in order, if it may stand beside the others.
    fn admit(&mut self, entry: RosterEntry) -> Result<(), RosterFault> {
        if !is_reference(&entry.reference) {
            return Err(RosterFault::Reference(entry.reference));
        }
        for time in [entry.valid_after, entry.valid_before]
            .into_iter()
            .flatten()
        {
            if time.unix() <= 0 {
                return Err(RosterFault::Time(time.compact())); // OpenSSH reads 0 as "no limit"
            }
        }
        if let (Some(after), Some(before)) = (entry.valid_after, entry.valid_before)
            && before <= after
        {
            return Err(RosterFault::Interval);
        }
        for other in &self.entries {
            // Signature files are named after refs, and some file systems fold case.
            if other.reference.eq_ignore_ascii_case(&entry.reference) {
                return Err(RosterFault::DuplicateReference(entry.reference));
            }
            if other.key == entry.key {
                return Err(RosterFault::DuplicateKey {
                    held_by: other.reference.clone(),
                });
            }
        }
        self.entries.push(entry);
        Ok(())
    }
}

impl RosterFault {
    const fn at(self, line: usize) -> RosterError {
        RosterError { line, fault: self }
    }
}

#[cfg(test)]
mod tests;
