//! The arguments of `print`.

use crate::cli::at_the_safe::Size;
use clap::Args;
use clap::Subcommand;
use std::path::PathBuf;

/// `print`
#[derive(Debug, Subcommand)]
pub(crate) enum Print {
    /// The sheet that lies with the key in the bag: what to do in an emergency, and the key's seal.
    #[command(after_help = "Examples:\n  glasskey print inside BG1-A --book contoso")]
    Inside {
        /// A key's label, or a record's number.
        #[arg(value_name = "KEY|RECORD")]
        of: String,
        /// Where it goes.
        #[command(flatten)]
        to: PrintTo,
    },
    /// An inside sheet to be written by hand, for a vault without a printer.
    #[command(after_help = "Examples:\n  glasskey print blank BG1-A --book contoso --paper letter")]
    Blank {
        /// A key's label.
        #[arg(value_name = "KEY")]
        key: String,
        /// Where it goes.
        #[command(flatten)]
        to: PrintTo,
    },
    /// The face of a bag, glued across its flap.
    #[command(
        after_help = "Examples:\n  glasskey print bag 000003 --book contoso\n  glasskey print bag BG1-A --book contoso -o bag.pdf"
    )]
    Bag {
        /// A key's label, or a record's number.
        #[arg(value_name = "KEY|RECORD")]
        of: String,
        /// Where it goes.
        #[command(flatten)]
        to: PrintTo,
    },
    /// The face of a PIN envelope: its number and who holds it, never what it opens.
    #[command(after_help = "Examples:\n  glasskey print pin-envelope BG1-A --book contoso")]
    PinEnvelope {
        /// A key's label.
        #[arg(value_name = "KEY")]
        key: String,
        /// Where it goes.
        #[command(flatten)]
        to: PrintTo,
    },
    /// What lies in a safe, with a log for what goes in and out.
    #[command(after_help = "Examples:\n  glasskey print inventory SAFE-A --book contoso")]
    Inventory {
        /// The safe, as the plan names it.
        #[arg(value_name = "SAFE")]
        safe: String,
        /// Where it goes.
        #[command(flatten)]
        to: PrintTo,
    },
    /// How a ceremony was held: times, values that were read aloud, exceptions.
    #[command(after_help = "Examples:\n  glasskey print minutes 000003 --book contoso")]
    Minutes {
        /// The record's number.
        #[arg(value_name = "RECORD")]
        record: String,
        /// Where it goes.
        #[command(flatten)]
        to: PrintTo,
    },
    /// What a witness takes home: the digest's words and the ledger's head.
    #[command(
        after_help = "Examples:\n  glasskey print receipt 000003 --book contoso\n  glasskey print receipt 000003 w-1 --book contoso -o receipt.pdf"
    )]
    Receipt {
        /// The record's number.
        #[arg(value_name = "RECORD")]
        record: String,
        /// The witness; without it every witness of the record.
        #[arg(value_name = "REF")]
        witness: Option<String>,
        /// Where it goes.
        #[command(flatten)]
        to: PrintTo,
    },
    /// A ceremony's script, with room for initials and times; printed before it is held.
    #[command(
        after_help = "Examples:\n  glasskey print script registration BG1-A --book contoso\n  glasskey print script genesis --book contoso"
    )]
    Script {
        /// The ceremony: registration, verification, ….
        #[arg(value_name = "CEREMONY")]
        ceremony: String,
        /// The label of the key that it will be about, where it is about one.
        #[arg(value_name = "KEY")]
        about: Option<String>,
        /// Where it goes.
        #[command(flatten)]
        to: PrintTo,
    },
}

/// Where a page goes, and on which paper.
#[derive(Debug, Args)]
pub(crate) struct PrintTo {
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// Write this file instead of one in the book's folder `paper`.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The sheet's size: a4, letter.
    #[arg(long, value_name = "SIZE", value_enum, default_value_t = Size::A4, hide_possible_values = true)]
    pub(crate) paper: Size,
}
