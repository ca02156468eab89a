//! The arguments of `rehearse`.

use super::words;
use clap::Args;
use std::path::PathBuf;

/// `rehearse`
#[derive(Debug, Args)]
pub(crate) struct Rehearse {
    /// Where to leave book and auditor's trust file: a new or empty folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// You type PINs, bag numbers and words, and touch with Enter, as in the vault.
    #[arg(long)]
    pub(crate) hands_on: bool,
    /// Who is trained: the book says so, and `note training` takes it into a real book.
    #[arg(long, value_name = "REF", requires = "hands_on", value_parser = words::reference)]
    pub(crate) trainee: Option<String>,
    /// What goes wrong, to be caught and explained: wrong-key, aaguid-not-allowed, pin-blocked,
    /// synced-only-profile, permission-missing, no-licence, graph-throttled, exclusion-lost, tap-left,
    /// undeclared-admin, restore-open, broken-bag, late-log, printer-fails, answer-lost, key-pulled,
    /// witness-leaves, pass-expired, portal-other-name, portal-other-key, portal-twice (these four with
    /// --only portal-registration), power-cut=STEP with STEP one of statement, presence, record,
    /// signature, append, checkpoint, paper.
    #[arg(long, value_name = "NAME")]
    pub(crate) fault: Vec<String>,
    /// Play only this event: registration, registrations, portal-registration, replacement, verification,
    /// verification-without-sign-in, verification-without-pin, verification-due, sign-in-collected,
    /// custody, custody-move, incident, loss, retirement, people, policy, exception, amendment,
    /// acceptance, training.
    #[arg(long, value_name = "EVENT")]
    pub(crate) only: Option<String>,
    /// Keep what was exchanged with the virtual tenant, as JSON Lines.
    #[arg(long, value_name = "FILE")]
    pub(crate) save_exchanges: Option<PathBuf>,
}
