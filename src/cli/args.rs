//! The command line.

mod anchor;
mod audit;
mod check;
mod custody;
mod doctor;
mod init;
mod inspect;
mod line;
mod mds;
mod pin;
mod print;
mod provision;
mod register;
mod rehearse;
mod report;
mod set_up;
mod sign;
mod verify;
mod words;

pub(crate) use anchor::Anchor;
pub(crate) use anchor::AnchorAdd;
pub(crate) use anchor::AnchorList;
pub(crate) use anchor::AnchorProbe;
pub(crate) use anchor::AnchorRequest;
pub(crate) use audit::Audit;
pub(crate) use check::Check;
pub(crate) use check::Format;
pub(crate) use custody::CustodyCommand;
pub(crate) use custody::CustodyMove;
pub(crate) use custody::CustodyOpen;
pub(crate) use custody::CustodyReview;
pub(crate) use custody::CustodySeal;
pub(crate) use custody::Lost;
pub(crate) use custody::Retire;
pub(crate) use doctor::Doctor;
pub(crate) use init::Init;
pub(crate) use inspect::Inspect;
pub(crate) use inspect::InspectInstead;
pub(crate) use line::command_line;
pub(crate) use line::examples;
pub(crate) use line::read;
pub(crate) use mds::Mds;
pub(crate) use mds::MdsImport;
pub(crate) use mds::MdsStatus;
pub(crate) use pin::PinChange;
pub(crate) use pin::PinCommand;
pub(crate) use pin::PinNew;
pub(crate) use pin::PinPolicy;
pub(crate) use pin::PinSet;
pub(crate) use pin::Switch;
pub(crate) use print::Print;
pub(crate) use print::PrintTo;
pub(crate) use provision::Provision;
pub(crate) use register::Register;
pub(crate) use rehearse::Rehearse;
pub(crate) use report::Report;
pub(crate) use report::ReportFiles;
pub(crate) use set_up::Completions;
pub(crate) use set_up::Man;
pub(crate) use sign::OwnKey;
pub(crate) use sign::Sign;
pub(crate) use verify::Verify;
pub(crate) use words::AcceptArguments;
pub(crate) use words::NewKey;
pub(crate) use words::NoteAmendment;
pub(crate) use words::NoteCommand;
pub(crate) use words::NoteException;
pub(crate) use words::NoteTraining;
pub(crate) use words::PeopleAdd;
pub(crate) use words::PeopleCommand;
pub(crate) use words::PeopleRemove;
pub(crate) use words::PeopleRotate;
pub(crate) use words::PolicyAdopt;
pub(crate) use words::PolicyCommand;

use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;
use std::path::PathBuf;

/// Runs the life of the FIDO2 security keys that guard an Entra tenant's emergency access (break
/// glass) accounts.
#[derive(Debug, Parser)]
#[command(
    name = "glasskey",
    version,
    about,
    after_help = "Examples:\n  glasskey rehearse\n  glasskey --book contoso\n\nFirst time here? `glasskey rehearse` plays the whole ceremony without a key and without a tenant.\nIn a book, `glasskey` alone says what is due, unfinished and overdue, and the next command.\nExit codes: docs/exit-codes.md. Checks: docs/checks.md.",
    disable_help_subcommand = true,
    max_term_width = 80
)]
pub(crate) struct Arguments {
    /// What to do; without it, what is due in the book.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Without a command: the book whose day's page is shown.
    #[arg(long = "book", value_name = "DIR")]
    pub(crate) day: Option<PathBuf>,
    /// The same facts as JSON, on standard output alone.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to colour words: auto (on a terminal, unless NO_COLOR is set), always or never.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t = Colour::Auto,
        value_name = "WHEN",
        hide_possible_values = true
    )]
    pub(crate) color: Colour,
    /// Nothing but text: no colours, nothing written over, nothing wiped; for a screen reader.
    /// TERM=dumb means it too.
    #[arg(long, global = true)]
    pub(crate) plain: bool,
    /// Also list what passes, one by one.
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// When to colour words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Accept until a date that a check fails: a signed record, with its reason.
    #[command(
        after_help = "Examples:\n  glasskey accept SITE-PAIR account:BG-1 --until 2027-03-31 \\\n    --reason 'the second site opens in March' --witness w-1\n  glasskey accept              goes on with one that waits"
    )]
    #[command(display_order = 11)]
    Accept(AcceptArguments),
    /// Verify a book offline: signatures, quorum, history, evidence, attestation, custody.
    #[command(
        after_help = "Examples:\n  glasskey audit contoso --trust auditor/contoso.toml\n  glasskey audit contoso --trust auditor/contoso.toml --json\n  glasskey audit contoso --heads receipts.txt\n  glasskey audit --all customers --trust auditor\n  glasskey audit contoso --qr GLASSKEY1:R:…\n  glasskey audit contoso --qr photo.png\n  glasskey audit contoso/paper/000001-BG1-A-bag.pdf\n  glasskey audit --evidence registration.json --mds blob.jwt --as-of 2024-12-21"
    )]
    #[command(display_order = 3)]
    Audit(Audit),
    /// What the tenant says of each account, held against plan and book: would Entra let each key in,
    /// and if not, which single setting to change. Changes nothing.
    #[command(
        after_help = "Examples:\n  glasskey check --book contoso\n  glasskey check BG1-A --book contoso\n  glasskey check --book contoso --format junit > check.xml\n  glasskey check --book contoso --since 000004\n  glasskey check --book contoso --save-exchanges graph.jsonl\n  glasskey check --book contoso --offline graph.jsonl --json\n  glasskey check --book contoso --observer --out observation.json"
    )]
    #[command(display_order = 2)]
    Check(Check),
    /// Why a key cannot be opened or the tenant not be reached, what else is missing, the exact fix.
    #[command(
        after_help = "Examples:\n  glasskey doctor\n  glasskey doctor --book contoso\n  glasskey doctor --book contoso --rehearse-sign-in\n  glasskey doctor --json | jq '.findings[] | select(.verdict == \"fail\")'"
    )]
    #[command(display_order = 21)]
    Doctor(Doctor),
    /// Have the ledger's head time-stamped (RFC 3161), and keep the stamps. Never over the network.
    #[command(
        subcommand,
        after_help = "Examples:\n  glasskey anchor request contoso -o head.tsq\n  glasskey anchor add answer.tsr --book contoso --trust auditor/contoso.toml\n  glasskey anchor list contoso"
    )]
    #[command(display_order = 20)]
    Anchor(Anchor),
    /// Begin a book: asks, or takes a plan; writes plan, names and verifier, signs the first record, and
    /// pins what an auditor holds.
    #[command(
        after_help = "Examples:\n  glasskey init --book contoso\n  glasskey init --from plan.toml --book contoso --witness w-1=keys/w-1\n  glasskey init --book contoso         goes on with one that was interrupted"
    )]
    #[command(display_order = 4)]
    Init(Init),
    /// Show every plugged-in security key: model, firmware, PIN, slots, what is odd.
    #[command(
        after_help = "Examples:\n  glasskey inspect\n  glasskey inspect --credentials\n  glasskey inspect --book contoso\n  glasskey inspect --second-opinion\n  glasskey inspect --json | jq .keys\n  glasskey inspect --watch\n  glasskey inspect --observe --credential q83vEg"
    )]
    #[command(display_order = 14)]
    Inspect(Inspect),
    /// Bring in FIDO metadata from a file, or look at what is kept. Never from the network.
    #[command(
        subcommand,
        after_help = "Examples:\n  glasskey mds import blob.jwt --book contoso\n  glasskey mds status --book contoso"
    )]
    #[command(display_order = 19)]
    Mds(Mds),
    /// Note what a ceremony could not: an exception that came late, a correction, a training.
    #[command(
        subcommand,
        after_help = "Examples:\n  glasskey note exception --witness w-1 --book contoso\n  glasskey note amendment 000003 --witness w-1\n  glasskey note training --from practice --witness w-1"
    )]
    #[command(display_order = 10)]
    Note(NoteCommand),
    /// Change who may sign: somebody comes, goes, or signs with another key. Those who counted before
    /// sign it.
    #[command(
        subcommand,
        after_help = "Examples:\n  glasskey people add w-3 --role witness --trial w-3.trial --witness w-1\n  glasskey people remove cu-2 --witness w-1\n  glasskey people rotate w-1 --trial w-1.trial --witness w-2"
    )]
    #[command(display_order = 12)]
    People(PeopleCommand),
    /// Set or change a key's PIN, or see and raise the key's own PIN rules.
    #[command(
        subcommand,
        after_help = "Examples:\n  glasskey pin policy\n  glasskey pin set BG1-A --book contoso --generate\n  glasskey pin change 1234567"
    )]
    #[command(display_order = 15)]
    Pin(PinCommand),
    /// Take the plan's policy into the ledger. Those who counted before sign it.
    #[command(
        subcommand,
        after_help = "Examples:\n  glasskey policy adopt --dry-run\n  glasskey policy adopt --witness w-1"
    )]
    #[command(display_order = 13)]
    Policy(PolicyCommand),
    /// Print a page from plan and ledger: what lies in bag and safe, and what people take home.
    #[command(
        subcommand,
        after_help = "Examples:\n  glasskey print script registration BG1-A --book contoso\n  glasskey print blank BG1-A --book contoso\n  glasskey print inside BG1-A --book contoso\n  glasskey print bag 000003 --book contoso --paper letter\n  glasskey print inventory SAFE-A --book contoso\n  glasskey print receipt 000003 w-1 --book contoso -o receipt.pdf"
    )]
    #[command(display_order = 17)]
    Print(Print),
    /// Make or mend an emergency access account: each change asked for, sent once, read back. Its role
    /// comes last, in a second run, when its keys have signed in.
    #[command(
        after_help = "Examples:\n  glasskey provision BG-1 --book contoso --dry-run\n  glasskey provision BG-1 --book contoso\n  glasskey provision BG-1 --book contoso --portal\n  glasskey provision BG-1 --book contoso --json"
    )]
    #[command(display_order = 5)]
    Provision(Provision),
    /// Register a key for an account: made on the key, sent once, read back, sealed, recorded.
    ///
    /// Without KEY the registration that is open goes on, else the plan's next key is registered. Model
    /// and serial number of the key are written into the plan.
    #[command(
        after_help = "Examples:\n  glasskey register --book contoso --dry-run\n  glasskey register --book contoso --witness w-1\n  glasskey register BG1-A --book contoso --witness w-1=~/.ssh/w1 \\\n    --reference CHG-1041\n  glasskey register BG1-A --book contoso --via portal --witness w-1\n  glasskey register BG1-A --replaces BG1-A --book contoso --witness w-1"
    )]
    #[command(display_order = 6)]
    Register(Register),
    /// Verify a key: the bag read while it is closed, the tenant asked, the key held against its
    /// record, sealed anew.
    ///
    /// With PIN and touch (L1); --sign-in adds a real sign-in, its alert and Microsoft's list (L2);
    /// --without-pin leaves the PIN envelope closed (L0). What stopped goes on with the same command.
    #[command(
        after_help = "Examples:\n  glasskey verify --due --book contoso --witness w-1\n  glasskey verify BG1-A --witness w-1 --sign-in\n  glasskey verify BG1-B --witness w-1=~/.ssh/w1\n  glasskey verify BG1-B --witness w-1 --without-pin\n  glasskey verify --collect --witness w-1"
    )]
    #[command(display_order = 1)]
    Verify(Verify),
    /// Play the whole ceremony with a virtual key and a virtual tenant.
    #[command(
        after_help = "Examples:\n  glasskey rehearse\n  glasskey rehearse --hands-on --only registration\n  glasskey rehearse --fault pin-blocked --fault power-cut=append\n  glasskey rehearse --out /tmp/practice --save-exchanges graph.jsonl"
    )]
    #[command(display_order = 22)]
    Rehearse(Rehearse),
    /// Open, seal and move the bags that keys lie in, and review an incident.
    #[command(
        subcommand,
        after_help = "Examples:\n  glasskey custody open BG1-A --reason incident --witness w-1\n  glasskey custody seal BG1-A --witness w-1\n  glasskey custody move BG1-A --to SAFE-B --witness w-1\n  glasskey custody review BG1-A --witness w-1"
    )]
    #[command(display_order = 7)]
    Custody(CustodyCommand),
    /// A key is lost: what is left is shown, the tenant lets go of it at once, the log is read, the
    /// loss recorded. Run it again where something was left to do.
    #[command(
        after_help = "Examples:\n  glasskey lost BG1-A --witness w-1\n  glasskey lost BG1-A --discovered 2026-11-27T07:30:00Z --witness w-1\n  glasskey lost BG1-A --without-tenant --witness w-1"
    )]
    #[command(display_order = 8)]
    Lost(Lost),
    /// Take a key out of use: the tenant lets go of it, it signs a last time and is erased.
    #[command(
        after_help = "Examples:\n  glasskey retire BG1-A --witness w-1\n  glasskey retire BG1-A --reset --witness w-1\n  glasskey retire BG1-A --not-in-hand --witness w-1"
    )]
    #[command(display_order = 9)]
    Retire(Retire),
    /// What a book tells of a period, for an auditor: verifications expected, performed, late and
    /// missed; approvals, trainings, exceptions, incidents; who was authorised to use what, and when.
    #[command(
        after_help = "Examples:\n  glasskey report --book contoso\n  glasskey report --from 2026-01-01 --to 2026-12-31 --html report.html\n  glasskey report --from 2026-01-01 --to 2026-03-31 --json | jq .accounts\n  glasskey report --ics due.ics --csv keys.csv\n  glasskey report --from 2026-01-01 --to 2026-12-31 --bundle auditor.zip"
    )]
    #[command(display_order = 18)]
    Report(Report),
    /// Sign records as a witness, on a machine of your own; bring signatures back into the book.
    #[command(
        after_help = "Examples:\n  glasskey sign --nonce\n  glasskey sign --export -o to-sign.json --book contoso\n  glasskey sign to-sign.json\n  glasskey sign --collect w-1.sig --book contoso\n  glasskey sign 000003 --book contoso --reviewer\n  glasskey sign --trial w-3"
    )]
    #[command(display_order = 16)]
    Sign(Sign),
    /// A script that completes commands in a shell, on standard output.
    #[command(
        after_help = "Examples:\n  glasskey completions bash \\\n    > ~/.local/share/bash-completion/completions/glasskey\n  glasskey completions zsh > ~/.zfunc/_glasskey\n  glasskey completions fish > ~/.config/fish/completions/glasskey.fish"
    )]
    #[command(display_order = 23)]
    Completions(Completions),
    /// The manual page, on standard output, or a page a command into a folder.
    #[command(after_help = "Examples:\n  glasskey man | man -l -\n  glasskey man --out man/man1")]
    #[command(display_order = 24)]
    Man(Man),
    /// What `inspect --second-opinion` starts for each key: the other client, by itself.
    #[cfg(feature = "second-opinion")]
    #[command(hide = true, name = crate::io::SECOND_READING)]
    SecondReading {
        /// Where the key is.
        #[arg(value_name = "PATH")]
        path: String,
    },
}
