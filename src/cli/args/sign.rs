//! The arguments of `sign`.

use clap::Args;
use std::path::PathBuf;

/// `sign`
#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// A bundle, or the numbers of records in the book; with --collect, files of signatures.
    /// Without it, every record of the book that lacks your signature.
    #[arg(value_name = "RECORD|BUNDLE|FILE")]
    pub(crate) what: Vec<String>,
    /// What is done instead of signing.
    #[command(flatten)]
    pub(crate) instead: SignInstead,
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// Where to write the bundle, or your signatures: a new file.
    #[arg(short = 'o', long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Your own key.
    #[command(flatten)]
    pub(crate) own: OwnKey,
    /// Sign later, without having been there: it is kept, and does not count for presence.
    #[arg(long)]
    pub(crate) reviewer: bool,
}

/// What `sign` does instead of signing.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct SignInstead {
    /// Make 12 fresh words, to be read aloud before the key is touched; kept on this machine.
    #[arg(long)]
    pub(crate) nonce: bool,
    /// Write a bundle of what lacks signatures, to be taken to those who sign.
    #[arg(long)]
    pub(crate) export: bool,
    /// Verify signatures that came back, and put them into the book.
    #[arg(long)]
    pub(crate) collect: bool,
    /// Sign a text on trial as this ref, for `people add`; needs no book.
    #[arg(long, value_name = "REF")]
    pub(crate) trial: Option<String>,
}

/// The key that somebody signs with.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct OwnKey {
    /// The key you sign with: private key, security key's handle, or .pub of a key in the agent;
    /// usually the one in ~/.ssh that the roster names.
    #[arg(id = "own-key", long = "key", value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Your ref on the roster; usually the one that has your key.
    #[arg(id = "as", long = "as", value_name = "REF")]
    pub(crate) reference: Option<String>,
}
