//! What a signature is for.

/// An SSHSIG namespace: a signature for one kind of document is worth nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Namespace {
    /// `record.json`
    Record,
    /// A checkpoint's text.
    Checkpoint,
    /// A roster.
    Roster,
    /// A trial of a person's key, before it comes on a roster; no roster lets anybody sign it.
    Trial,
}

impl Namespace {
    /// The namespace's name, as `ssh-keygen -n` takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Record => "glasskey-record-v1",
            Self::Checkpoint => "glasskey-checkpoint-v1",
            Self::Roster => "glasskey-roster-v1",
            Self::Trial => "glasskey-trial-v1",
        }
    }
}
