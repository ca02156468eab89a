//! The arguments of `inspect`.

use crate::cli::held;
use crate::webauthn::CredentialId;
use clap::Args;
use std::path::PathBuf;

/// `inspect`
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// Also list resident credentials; asks for each key's PIN on the terminal.
    #[arg(long)]
    pub(crate) credentials: bool,
    /// Read the PIN as one line from this open file: one try, of one key, never at the floor.
    #[arg(long, value_name = "N", requires = "credentials")]
    pub(crate) pin_fd: Option<u32>,
    /// What is done instead of one page a key.
    #[command(flatten)]
    pub(crate) instead: InspectInstead,
    /// Also read each key through an independent client, and fail where the two disagree.
    #[arg(long, conflicts_with_all = ["watch", "observe"])]
    pub(crate) second_opinion: bool,
    /// Also say which key of this book each is and how it is, and name models by its metadata;
    /// inside a book, that book.
    #[arg(long, value_name = "DIR")]
    pub(crate) book: Option<PathBuf>,
}

/// What `inspect` does instead of one page a key.
#[derive(Debug, Args)]
pub(crate) struct InspectInstead {
    /// Go on until Ctrl-C, and say each key that is plugged in or pulled out.
    #[arg(long, conflicts_with = "credentials")]
    pub(crate) watch: bool,
    /// Print one key's line for docs/keys-observed.tsv; changes nothing on it.
    #[arg(long, conflicts_with_all = ["credentials", "watch"])]
    pub(crate) observe: bool,
    /// With --observe: also probe this credential on the key, silently and twice; its signature
    /// counter may step.
    #[arg(long, value_name = "BASE64URL", requires = "observe", value_parser = held::credential)]
    pub(crate) credential: Option<CredentialId>,
    /// Whom that credential is for.
    #[arg(
        long,
        value_name = "ID",
        requires = "credential",
        default_value = "login.microsoft.com"
    )]
    pub(crate) rp_id: String,
}
