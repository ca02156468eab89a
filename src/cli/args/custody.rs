//! The arguments of `custody`, `lost` and `retire`.

use crate::cli::at_the_safe::CeremonyArguments;
use crate::cli::held;
use crate::cli::tenant_port::SignInArguments;
use crate::primitives::UtcTime;
use crate::record::OpeningReason;
use clap::Args;
use clap::Subcommand;
use clap::ValueEnum;

/// `custody`
#[derive(Debug, Subcommand)]
pub(crate) enum CustodyCommand {
    /// Record that a bag is opened. Asks neither tenant nor key; an incident can be written afterwards.
    #[command(
        after_help = "Examples:\n  glasskey custody open BG1-A --reason inspection --witness w-1\n  glasskey custody open BG1-A --reason incident --witness w-1\n  glasskey custody open BG1-A --reason incident --at 2026-11-25T03:12:00Z \\\n    --opened-by cu-2 --why \"a policy locked everyone out\" --witness w-1"
    )]
    Open(CustodyOpen),
    /// Put a key that is out of its bag into a new one: it proves itself with PIN and touch, and gets a
    /// new PIN where one is due.
    #[command(after_help = "Examples:\n  glasskey custody seal BG1-A --witness w-1")]
    Seal(CustodySeal),
    /// Record that a closed bag lies in another safe. The plan says where each key lies: change it
    /// first.
    #[command(
        after_help = "Examples:\n  glasskey custody move BG1-A --witness w-1\n  glasskey custody move BG1-A --to SAFE-B --shelf 3 --witness w-1"
    )]
    Move(CustodyMove),
    /// Record the review of an opening in an incident; it is due within 5 days.
    #[command(
        after_help = "Examples:\n  glasskey custody review BG1-A --witness w-1\n  glasskey custody review BG1-A --witness w-1 \\\n    --text \"a policy that locked everyone out was switched off; INC-20931\""
    )]
    Review(CustodyReview),
}

/// Why a bag is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reason {
    /// The account is needed: review and new PIN follow.
    Incident,
    /// A drill.
    Test,
    /// To look at key or bag.
    Inspection,
    /// To put the key elsewhere.
    Move,
}

impl From<Reason> for OpeningReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Incident => Self::Incident,
            Reason::Test => Self::Test,
            Reason::Inspection => Self::Inspection,
            Reason::Move => Self::Move,
        }
    }
}

/// `custody open`
#[derive(Debug, Args)]
pub(crate) struct CustodyOpen {
    /// The key, by its label in the plan.
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    /// Why: incident, test, inspection, move. Not needed to go on with one that is unfinished.
    #[arg(long, value_enum, value_name = "REASON", hide_possible_values = true)]
    pub(crate) reason: Option<Reason>,
    /// When it was opened, if not now: between the key's last record and now.
    #[arg(long, value_name = "TIME", value_parser = held::time)]
    pub(crate) at: Option<UtcTime>,
    /// Why, in a sentence; without it you are asked.
    #[arg(long, value_name = "TEXT", value_parser = held::reference)]
    pub(crate) why: Option<String>,
    /// Who opened it, if not those who sign. Once for each.
    #[arg(long, value_name = "REF")]
    pub(crate) opened_by: Vec<String>,
    /// Book, people and paper.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
}

/// `custody seal`
#[derive(Debug, Args)]
pub(crate) struct CustodySeal {
    /// The key, by its label in the plan.
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    /// Book, people and paper.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
}

/// `custody move`
#[derive(Debug, Args)]
pub(crate) struct CustodyMove {
    /// The key, by its label in the plan.
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    /// The safe it lies in now, as the plan must say too.
    #[arg(long, value_name = "SAFE")]
    pub(crate) to: Option<String>,
    /// The shelf, as the plan must say too.
    #[arg(long, value_name = "SHELF")]
    pub(crate) shelf: Option<String>,
    /// Book, people and paper.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
}

/// `custody review`
#[derive(Debug, Args)]
pub(crate) struct CustodyReview {
    /// The key, by its label in the plan.
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    /// What the key was used for and what the review found; without it you are asked.
    #[arg(long, value_name = "TEXT", value_parser = held::reference)]
    pub(crate) text: Option<String>,
    /// Book, people and paper.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
}

/// `lost`
#[derive(Debug, Args)]
pub(crate) struct Lost {
    /// The key, by its label in the plan.
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    /// When it was found to be gone, if not now.
    #[arg(long, value_name = "TIME", value_parser = held::time)]
    pub(crate) discovered: Option<UtcTime>,
    /// Record the loss without the tenant; run it again without this to revoke the key.
    #[arg(long)]
    pub(crate) without_tenant: bool,
    /// Take a sign-in without a person; a standing secret that can do this is itself a finding.
    #[arg(long)]
    pub(crate) allow_app_only: bool,
    /// Book, people and paper.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
    /// How to sign in.
    #[command(flatten)]
    pub(crate) sign_in: SignInArguments,
}

/// `retire`
#[derive(Debug, Args)]
pub(crate) struct Retire {
    /// The key, by its label in the plan.
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    /// Reset the key: everything on it goes, other credentials too. Without it only the account's
    /// credential is deleted.
    #[arg(long)]
    pub(crate) reset: bool,
    /// The key is broken, destroyed or away: nothing is done to it.
    #[arg(long, conflicts_with = "reset")]
    pub(crate) not_in_hand: bool,
    /// Take a sign-in without a person; a standing secret that can do this is itself a finding.
    #[arg(long)]
    pub(crate) allow_app_only: bool,
    /// Book, people and paper.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
    /// How to sign in.
    #[command(flatten)]
    pub(crate) sign_in: SignInArguments,
}
