//! The command line.

use super::held;
use super::tenant_port::SignInArguments;
use crate::primitives::UtcTime;
use crate::webauthn::CredentialId;
use clap::Args;
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
    after_help = "First time here? `glasskey rehearse` plays the whole ceremony without a key and without a tenant.\nExit codes: docs/exit-codes.md. Checks: docs/checks.md.",
    disable_help_subcommand = true,
    max_term_width = 80
)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
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
    /// Verify a book offline: signatures, quorum, history, evidence, attestation, custody.
    #[command(
        after_help = "Examples:\n  glasskey audit contoso --trust auditor/contoso.toml\n  glasskey audit contoso --trust auditor/contoso.toml --heads receipts.txt --json\n  glasskey audit --all customers --trust auditor\n  glasskey audit --evidence registration.json --mds blob.jwt --as-of 2024-12-21"
    )]
    Audit(Audit),
    /// What the tenant says of each account, held against plan and book: would Entra let each key in,
    /// and if not, which single setting to change. Changes nothing.
    #[command(
        after_help = "Examples:\n  glasskey check --book contoso\n  glasskey check BG1-A --book contoso\n  glasskey check --book contoso --format junit > check.xml\n  glasskey check --book contoso --since 000004\n  glasskey check --book contoso --save-exchanges graph.jsonl\n  glasskey check --book contoso --offline graph.jsonl --json\n  glasskey check --book contoso --observer --out observation.json"
    )]
    Check(Check),
    /// Why a key cannot be opened or the tenant not be reached, what else is missing, the exact fix.
    #[command(
        after_help = "Examples:\n  glasskey doctor\n  glasskey doctor --book contoso\n  glasskey doctor --book contoso --rehearse-sign-in\n  glasskey doctor --json | jq '.findings[] | select(.verdict == \"fail\")'"
    )]
    Doctor(Doctor),
    /// Have the ledger's head time-stamped (RFC 3161), and keep the stamps. Never over the network.
    #[command(
        subcommand,
        after_help = "Examples:\n  glasskey anchor request contoso -o head.tsq\n  glasskey anchor add answer.tsr --book contoso --trust auditor/contoso.toml\n  glasskey anchor list contoso"
    )]
    Anchor(Anchor),
    /// Show every plugged-in security key: model, firmware, PIN, slots, what is odd.
    #[command(
        after_help = "Examples:\n  glasskey inspect\n  glasskey inspect --credentials\n  glasskey inspect --book contoso\n  glasskey inspect --second-opinion\n  glasskey inspect --json | jq .keys\n  glasskey inspect --watch\n  glasskey inspect --observe --credential q83vEg"
    )]
    Inspect(Inspect),
    /// Bring in FIDO metadata from a file, or look at what is kept. Never from the network.
    #[command(
        subcommand,
        after_help = "Examples:\n  glasskey mds import blob.jwt --book contoso\n  glasskey mds status --book contoso"
    )]
    Mds(Mds),
    /// Set or change a key's PIN, or see and raise the key's own PIN rules.
    #[command(
        subcommand,
        after_help = "Examples:\n  glasskey pin policy\n  glasskey pin set BG1-A --book contoso --generate\n  glasskey pin change 1234567"
    )]
    Pin(PinCommand),
    /// Make or mend an emergency access account: each change asked for, sent once, read back. Its role
    /// comes last, in a second run, when its keys have signed in.
    #[command(
        after_help = "Examples:\n  glasskey provision BG-1 --book contoso --dry-run\n  glasskey provision BG-1 --book contoso\n  glasskey provision BG-1 --book contoso --portal\n  glasskey provision BG-1 --book contoso --json"
    )]
    Provision(Provision),
    /// Play the whole ceremony with a virtual key and a virtual tenant.
    #[command(
        after_help = "Examples:\n  glasskey rehearse\n  glasskey rehearse --hands-on --only registration\n  glasskey rehearse --fault pin-blocked --fault power-cut=append\n  glasskey rehearse --out /tmp/practice --save-exchanges graph.jsonl"
    )]
    Rehearse(Rehearse),
    /// Sign records as a witness, on a machine of your own; bring signatures back into the book.
    #[command(
        after_help = "Examples:\n  glasskey sign --nonce\n  glasskey sign --export -o to-sign.json --book contoso\n  glasskey sign to-sign.json\n  glasskey sign --collect w-1.sig --book contoso\n  glasskey sign 000003 --book contoso --reviewer\n  glasskey sign --trial w-3"
    )]
    Sign(Sign),
    /// What `inspect --second-opinion` starts for each key: the other client, by itself.
    #[cfg(feature = "second-opinion")]
    #[command(hide = true, name = crate::io::SECOND_READING)]
    SecondReading {
        /// Where the key is.
        #[arg(value_name = "PATH")]
        path: String,
    },
}

/// `audit`
#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// The book: the folder that holds the plan and its ledger, or az://container/prefix,
    /// s3://bucket/prefix.
    #[arg(default_value = ".", value_name = "BOOK")]
    pub(crate) book: PathBuf,
    /// Every book beneath this folder or address instead of one; then --trust names a folder of
    /// files `<tenant id>.toml`.
    #[arg(long, value_name = "DIR|URL", conflicts_with_all = ["book", "heads", "evidence", "mds"])]
    pub(crate) all: Option<PathBuf>,
    /// What the auditor knows from elsewhere: genesis, anchors, heads (docs/formats/trust.md).
    /// Without it, what was pinned for the book's tenant counts.
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// Remembered heads: checkpoint texts separated by a blank line.
    #[arg(long, value_name = "FILE")]
    pub(crate) heads: Option<PathBuf>,
    /// Add the head of a whole book to this file, whose heads are held against the book first.
    #[arg(long, value_name = "FILE")]
    pub(crate) remember: Option<PathBuf>,
    /// Pin a book at first use: its genesis and head, to hold later audits against.
    #[arg(long, conflicts_with = "trust")]
    pub(crate) pin: bool,
    /// Judge this one registration alone, without a book (docs/formats/evidence.md).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["book", "heads", "remember", "pin"])]
    pub(crate) evidence: Option<PathBuf>,
    /// FIDO metadata of your own: its anchors, and what it reports against registered models.
    #[arg(long, value_name = "BLOB")]
    pub(crate) mds: Option<PathBuf>,
    /// Judge as of this time instead of now; the result is hypothetical.
    #[arg(long, value_name = "TIME", value_parser = held::time)]
    pub(crate) as_of: Option<UtcTime>,
}

/// `check`
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// A label of the plan: the plugged-in key is judged for its account, without PIN or touch.
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// How the result is written: text, json, junit.
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub(crate) format: Option<Format>,
    /// Keep what was exchanged with the tenant, raw bodies included, in a new file (JSON Lines).
    #[arg(long, value_name = "FILE")]
    pub(crate) save_exchanges: Option<PathBuf>,
    /// Judge such a file instead of the tenant: no network, no sign-in; what is not in it is unknown.
    #[arg(long, value_name = "FILE", conflicts_with = "save_exchanges")]
    pub(crate) offline: Option<PathBuf>,
    /// Also say what drifted from what this record stated.
    #[arg(long, value_name = "RECORD", value_parser = held::record)]
    pub(crate) since: Option<u64>,
    /// A witness's own run: also give the digest that a record carries.
    #[arg(long)]
    pub(crate) observer: bool,
    /// Keep what that digest is of, in a new file: canonical JSON.
    #[arg(long, value_name = "FILE", requires = "observer")]
    pub(crate) out: Option<PathBuf>,
    /// Judge as of this time instead of now; the result is hypothetical.
    #[arg(long, value_name = "TIME", value_parser = held::time)]
    pub(crate) as_of: Option<UtcTime>,
    /// How to sign in.
    #[command(flatten)]
    pub(crate) sign_in: SignInArguments,
}

/// How a check is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs: `glasskey.check/1`.
    Json,
    /// For pipelines.
    Junit,
}

/// `doctor`
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// Really sign in to the plan's tenant, and say what worked, what was refused and what is missing.
    #[arg(long)]
    pub(crate) rehearse_sign_in: bool,
    /// How to sign in.
    #[command(flatten)]
    pub(crate) sign_in: SignInArguments,
}

/// `anchor`
#[derive(Debug, Subcommand)]
pub(crate) enum Anchor {
    /// Make a request to stamp the newest head: a file to carry to an authority.
    Request(AnchorRequest),
    /// Verify what an authority answered, and keep it beside the ledger.
    Add(AnchorAdd),
    /// What holds the book from outside, and how far back each reaches.
    List(AnchorList),
    /// Try, on a test object beside the ledger, whether its store would refuse an overwrite.
    Probe(AnchorProbe),
}

/// `anchor probe`
#[derive(Debug, Args)]
pub(crate) struct AnchorProbe {
    /// The book: the folder that holds the plan, or the address of its ledger.
    #[arg(default_value = ".", value_name = "BOOK")]
    pub(crate) book: PathBuf,
}

/// `anchor request`
#[derive(Debug, Args)]
pub(crate) struct AnchorRequest {
    /// The book: the folder that holds the plan and its ledger.
    #[arg(default_value = ".", value_name = "BOOK")]
    pub(crate) book: PathBuf,
    /// Where to write it, beside the copy in anchors/: a new file.
    #[arg(short = 'o', long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// `anchor add`
#[derive(Debug, Args)]
pub(crate) struct AnchorAdd {
    /// The answer: a TimeStampResp (DER).
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// Whose roots count (docs/formats/trust.md).
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
}

/// `anchor list`
#[derive(Debug, Args)]
pub(crate) struct AnchorList {
    /// The book: the folder that holds the plan and its ledger.
    #[arg(default_value = ".", value_name = "BOOK")]
    pub(crate) book: PathBuf,
    /// Whose roots, heads and genesis count (docs/formats/trust.md).
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
}

/// `mds`
#[derive(Debug, Subcommand)]
pub(crate) enum Mds {
    /// Verify a metadata BLOB and keep it in the book's ledger.
    Import(MdsImport),
    /// What is kept, how old it is, and what it reports against the book's keys.
    Status(MdsStatus),
}

/// `mds import`
#[derive(Debug, Args)]
pub(crate) struct MdsImport {
    /// The BLOB, as https://mds3.fidoalliance.org/ gives it.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// Further roots that may sign metadata (docs/formats/trust.md).
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// Verify as of this time instead of now; keeps nothing without --keep.
    #[arg(long, value_name = "TIME", value_parser = held::time)]
    pub(crate) as_of: Option<UtcTime>,
    /// Keep it although the time is hypothetical, and note that time beside the ledger.
    #[arg(long, requires = "as_of")]
    pub(crate) keep: bool,
}

/// `mds status`
#[derive(Debug, Args)]
pub(crate) struct MdsStatus {
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// Further roots that may sign metadata (docs/formats/trust.md).
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// Judge as of this time instead of now; the result is hypothetical.
    #[arg(long, value_name = "TIME", value_parser = held::time)]
    pub(crate) as_of: Option<UtcTime>,
}

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

/// `pin`
#[derive(Debug, Subcommand)]
pub(crate) enum PinCommand {
    /// Set the first PIN of a key: its rules are said before it is asked for, twice.
    #[command(
        after_help = "Examples:\n  glasskey pin set\n  glasskey pin set BG1-A --book contoso --generate\n  glasskey pin set --generate --length 10\n  pass show keys/bg1-a | glasskey pin set --pin-fd 0"
    )]
    Set(PinSet),
    /// Replace the PIN of a key: the current one first, then the new one twice.
    #[command(
        after_help = "Examples:\n  glasskey pin change\n  glasskey pin change 1234567 --generate"
    )]
    Change(PinChange),
    /// Show what a key asks of a PIN, without one; with options, raise it.
    #[command(
        after_help = "Examples:\n  glasskey pin policy --json\n  glasskey pin policy --min-length 8\n  glasskey pin policy --force-change --always-uv on"
    )]
    Policy(PinPolicy),
}

/// Where a new PIN comes from.
#[derive(Debug, Args)]
pub(crate) struct PinNew {
    /// Make a PIN of digits, show it once on the terminal, and have it typed back.
    #[arg(long)]
    pub(crate) generate: bool,
    /// Its length in digits, within the rules; usually 8.
    #[arg(long, value_name = "N", requires = "generate")]
    pub(crate) length: Option<u32>,
}

/// `pin set`
#[derive(Debug, Args)]
pub(crate) struct PinSet {
    /// A label of the plan, or a serial number; without it the only key, or the one that is touched.
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// The book whose plan and policy count; usually this folder, if it is one.
    #[arg(long, value_name = "DIR")]
    pub(crate) book: Option<PathBuf>,
    /// How it is made.
    #[command(flatten)]
    pub(crate) new: PinNew,
    /// Read the PIN as one line from this open file; never from arguments or the environment.
    #[arg(long, value_name = "N", conflicts_with = "generate")]
    pub(crate) pin_fd: Option<u32>,
}

/// `pin change`
#[derive(Debug, Args)]
pub(crate) struct PinChange {
    /// A label of the plan, or a serial number; without it the only key, or the one that is touched.
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// The book whose plan and policy count; usually this folder, if it is one.
    #[arg(long, value_name = "DIR")]
    pub(crate) book: Option<PathBuf>,
    /// How it is made.
    #[command(flatten)]
    pub(crate) new: PinNew,
}

/// `pin policy`
#[derive(Debug, Args)]
pub(crate) struct PinPolicy {
    /// A label of the plan, or a serial number; without it the only key, or the one that is touched.
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// The book whose plan and policy count; usually this folder, if it is one.
    #[arg(long, value_name = "DIR")]
    pub(crate) book: Option<PathBuf>,
    /// Raise the shortest PIN that the key takes; only a reset lowers it again.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(4..=63))]
    pub(crate) min_length: Option<u8>,
    /// Demand a new PIN before the key gives anything.
    #[arg(long)]
    pub(crate) force_change: bool,
    /// Ask for PIN or fingerprint at every use, or only where a site does.
    #[arg(long, value_enum, value_name = "on|off", hide_possible_values = true)]
    pub(crate) always_uv: Option<Switch>,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

impl Switch {
    /// Whether it is on.
    pub(crate) const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }
}

/// `provision`
#[derive(Debug, Args)]
pub(crate) struct Provision {
    /// The account, by its alias in the plan: BG-1.
    #[arg(value_name = "ACCOUNT")]
    pub(crate) account: String,
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// Say every step and change nothing: neither the tenant nor a file.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Prepare for keys that are registered in the portal: join the group that may use a pass.
    #[arg(long)]
    pub(crate) portal: bool,
    /// Take a sign-in without a person; a standing secret that can do this is itself a finding.
    #[arg(long)]
    pub(crate) allow_app_only: bool,
    /// How to sign in.
    #[command(flatten)]
    pub(crate) sign_in: SignInArguments,
}

/// `rehearse`
#[derive(Debug, Args)]
pub(crate) struct Rehearse {
    /// Where to leave book and auditor's trust file: a new or empty folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// You type PINs, bag numbers and words, and touch with Enter, as in the vault.
    #[arg(long)]
    pub(crate) hands_on: bool,
    /// What goes wrong, to be caught and explained: wrong-key, aaguid-not-allowed, pin-blocked,
    /// synced-only-profile, permission-missing, no-licence, graph-throttled, exclusion-lost, tap-left,
    /// undeclared-admin, restore-open, power-cut=STEP with STEP one of statement, presence, record,
    /// signature, append, checkpoint, paper.
    #[arg(long, value_name = "NAME")]
    pub(crate) fault: Vec<String>,
    /// Play only this event: registration.
    #[arg(long, value_name = "EVENT")]
    pub(crate) only: Option<String>,
    /// Keep what was exchanged with the virtual tenant, as JSON Lines.
    #[arg(long, value_name = "FILE")]
    pub(crate) save_exchanges: Option<PathBuf>,
}

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
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Your ref on the roster; usually the one that has your key.
    #[arg(long = "as", value_name = "REF")]
    pub(crate) reference: Option<String>,
}
