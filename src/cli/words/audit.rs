//! An audit's faults in words.

use super::store::record;
use crate::ledger::StoreError;
use crate::ledger::audit::Fault;
use crate::ledger::audit::LedgerFault;
use crate::ledger::audit::Rule;
use crate::ledger::audit::Why;
use crate::ledger::signing;
use crate::ledger::stamp::KeptFault;
use crate::record::RosterFault;
use crate::record::SignatureFault;
use crate::record::SshSigError;

/// Why a file is bad, in one line.
pub(crate) fn why(why: &Why<'_>) -> String {
    match why {
        Why::Fault(one) => fault(one),
        Why::Finding(finding) => format!(
            "{} {}: {}",
            finding.check,
            finding.verdict.word(),
            finding.detail
        ),
    }
}

/// A fault in one line.
pub(crate) fn fault(fault: &LedgerFault) -> String {
    match &fault.fault {
        Fault::Missing => "it should be there and is not".to_owned(),
        Fault::SignatureMissing { reference } => signing::signature_missing(reference),
        Fault::CheckpointNotSigned { reference } => {
            format!(
                "the checkpoint needs the signature of {reference} or of another operator, and \
                 there is none"
            )
        }
        Fault::Unknown => "it is no file of a ledger".to_owned(),
        Fault::Store(error) => stored(error),
        Fault::NotAnOrigin => "it does not hold an origin line".to_owned(),
        Fault::OriginDiffers { stated } => format!("genesis states another origin: {stated}"),
        Fault::NotARecord(error) => format!("it is no record: {}", record(error)),
        Fault::AlteredAfterSigning => {
            "its bytes are not those that were signed and that the checkpoint commits to".to_owned()
        }
        Fault::NotARoster(error) => format!("line {}: {}", error.line, roster(&error.fault)),
        Fault::RosterDiffers { stated } => {
            format!("the record commits to another roster, {stated}")
        }
        Fault::RosterUnexpected => "no record of that index brings a roster".to_owned(),
        Fault::BadSignature(error) => signature(error),
        Fault::NotACheckpoint => "it is no checkpoint".to_owned(),
        Fault::CheckpointDiffers { recomputed } => {
            format!(
                "it is not the head of the records, which is {}",
                recomputed.root
            )
        }
        Fault::MetadataDiffers => "its name is not the digest of its bytes".to_owned(),
        Fault::NotAsSealed { by } => {
            format!("it is not the signature file that record {by:06} sealed")
        }
        Fault::Rule(one) => rule(one),
    }
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::GenesisPlace(_) => "genesis stands at index 000000, and nowhere else".to_owned(),
        Rule::MemberMissing(name) => format!("its event needs the member {name}"),
        Rule::MemberUnexpected(name) => format!("its event never has the member {name}"),
        Rule::TooMany(name) => format!("more {name} than a record may have"),
        Rule::Origin => "its origin is not the ledger's".to_owned(),
        Rule::Tenant => "its tenant is not the ledger's".to_owned(),
        Rule::Rehearsal { record: true } => "a rehearsal record in a real book".to_owned(),
        Rule::Rehearsal { record: false } => "a real record in a rehearsal's book".to_owned(),
        Rule::RecordId { first } => format!("its record id is that of record {first:06}"),
        Rule::CredentialUsed { first } => {
            format!("its credential is that of record {first:06}: one key under two names")
        }
        Rule::LabelReused { first } => {
            format!("its label named another physical key in record {first:06}")
        }
        Rule::AccountMoved { first } => {
            format!("its account has another alias or object id than in record {first:06}")
        }
        Rule::HeadSize { size } => {
            format!("it cites a head of size {size}, which the ledger did not have")
        }
        Rule::HeadRoot { size } => format!("it cites a head of size {size} with another root"),
        Rule::SealedOrder => "`sealed` is not sorted, or names a digest twice".to_owned(),
        Rule::SealedNotThere(digest) => {
            format!(
                "`sealed` names signature file {digest}, which is not there or was named before"
            )
        }
        Rule::SealsNothing { first } => {
            format!("it seals nothing, and record {first:06}'s signatures are not sealed yet")
        }
        Rule::PolicyInput => "it names another policy than the one in force".to_owned(),
        Rule::RosterInput => "it names another roster than the one in force".to_owned(),
        Rule::People { reference } => format!("{reference} is listed twice, or has no role"),
        Rule::NoSigners => "nobody is expected to sign it".to_owned(),
        Rule::SignerTwice { reference } => format!("{reference} is expected to sign twice"),
        Rule::RoleNotHeld { reference, role } => {
            format!(
                "{reference} signs as {} and does not hold that role",
                role.word()
            )
        }
        Rule::Nonce { reference } => {
            format!("the nonce of {reference} is not 16 bytes of someone who signs")
        }
        Rule::Quorum { have, need } => signing::witnesses_signed(*have, *need),
    }
}

/// A signature that does not count.
pub(crate) fn signature(fault: &SignatureFault) -> String {
    match fault {
        SignatureFault::NotOnRoster => "the signer is not on the roster".to_owned(),
        SignatureFault::KeyMismatch => "made by another key than the roster names".to_owned(),
        SignatureFault::OutsideValidity => {
            "the roster's dates do not cover the record's time".to_owned()
        }
        SignatureFault::NotForNamespace => {
            "the roster does not let this person sign such a file".to_owned()
        }
        SignatureFault::Malformed(SshSigError::NotVerified { flags }) => {
            format!("the signer's security key did not verify a person (flags {flags:#04x})")
        }
        SignatureFault::Malformed(SshSigError::OtherNamespace(name)) => {
            format!("a signature for another purpose ({name})")
        }
        SignatureFault::Malformed(_) => "it is not an SSH signature in its one spelling".to_owned(),
        SignatureFault::Bad => "the signature does not verify over the file".to_owned(),
    }
}

fn roster(fault: &RosterFault) -> String {
    match fault {
        RosterFault::TooLarge => "larger than a roster may be".to_owned(),
        RosterFault::NotText => "not plain text".to_owned(),
        RosterFault::Empty => "nobody is on it".to_owned(),
        RosterFault::Form => "not `ref options type key`".to_owned(),
        RosterFault::Reference(text) => format!("{text} is no ref"),
        RosterFault::Option(text) => format!("the option {text} is not used here"),
        RosterFault::Namespace(text) => format!("{text} is no namespace of ours"),
        RosterFault::Namespaces => "no namespaces, or one twice".to_owned(),
        RosterFault::Time(text) => format!("{text} is no time YYYYMMDDHHMMSSZ"),
        RosterFault::Interval => "its validity ends before it begins".to_owned(),
        RosterFault::Key(_) => "a public key that cannot be read".to_owned(),
        RosterFault::DuplicateReference(text) => format!("{text} is on it twice"),
        RosterFault::DuplicateKey { held_by } => format!("the same key as {held_by}"),
        RosterFault::SecondSpelling => "not in its one spelling".to_owned(),
    }
}

/// Why a stamp that a book keeps is bad.
pub(crate) fn kept_stamp(fault: &KeptFault) -> String {
    match fault {
        KeptFault::NotItsName => "its bytes are not those its name states".to_owned(),
        KeptFault::Store(error) => stored(error),
        KeptFault::Stamp(fault) => fault.to_string(),
        KeptFault::OtherHead => {
            "it stamps another head than the ledger's of that size: records were rewritten, or it \
             is another book's"
                .to_owned()
        }
        KeptFault::Beyond { has } => {
            format!("it stamps more records than the {has} that are here: the ledger was cut")
        }
        KeptFault::OtherRequest => "it answers none of the requests kept for that head".to_owned(),
        KeptFault::TooMany => "there are more files here than are read".to_owned(),
    }
}

/// Why a file cannot be read.
pub(crate) fn stored(error: &StoreError) -> String {
    match error {
        StoreError::NotAllowed { .. } => "this user may not read it".to_owned(),
        StoreError::NotAFile { .. } => "it is not a plain file".to_owned(),
        StoreError::TooLarge { .. } => "it is larger than 32 MiB".to_owned(),
        StoreError::Full { .. } => "there is no room".to_owned(),
        StoreError::Io { words, .. } => words.clone(),
        StoreError::Remote { fault, .. } => super::store::remote(*fault),
    }
}
