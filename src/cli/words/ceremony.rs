//! A ceremony that stopped, in words.

use super::audit::signature;
use super::key;
use super::pin;
use super::signing;
use super::store;
use crate::ceremony::CeremonyError;
use crate::ceremony::OpenError;
use crate::ceremony::SignError;
use crate::ceremony::TenantWhy;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::ctap::CtapError;
use crate::entra::Answer;
use crate::entra::Denial;
use crate::entra::ReadBack;
use crate::entra::Written;
use crate::findings::Finding;
use crate::paper::PaperError;
use crate::record::SignatureFault;
use crate::webauthn::RpId;

const GOES_ON: &str = "run the same command again: it goes on where it stopped";

/// Why a ceremony stopped.
pub(crate) fn ceremony(error: &CeremonyError) -> Failure {
    let stopped = "the ceremony stopped; what was made until then is kept in open/";
    match error {
        CeremonyError::Declined => Failure::new(
            Exit::Declined,
            stopped,
            "somebody declined, or nobody at a terminal could be asked",
            GOES_ON,
        ),
        CeremonyError::Withdrawn => withdrawn(),
        CeremonyError::NoSuchKey(name) => not_planned("key", "label", name),
        CeremonyError::NoSuchAccount(name) => not_planned("account", "alias", name),
        CeremonyError::NoObjectId(alias) => not_begun(
            format!("the plan does not name the object id of {alias}"),
            "run `glasskey provision`, or write object-id into glasskey.toml yourself",
        ),
        CeremonyError::HasGenesis => not_begun(
            "the book has its genesis already",
            "run `glasskey audit`; a new book is a new folder",
        ),
        CeremonyError::LabelUsed(label) => not_begun(
            format!("{label} was registered before, and a label is never used again"),
            "give the new key a label of its own",
        ),
        CeremonyError::NotInUse(label) => not_begun(
            format!("no record says that {label} is registered and in use"),
            format!("register it: `glasskey register {label}`"),
        ),
        CeremonyError::OtherDepth(label) => not_begun(
            format!("the verification of {label} that is open was begun with other options"),
            "run the command that it was begun with; it goes on from there",
        ),
        CeremonyError::People(words) => Failure::new(
            Exit::Usage,
            "nothing was signed",
            words.clone(),
            "correct the plan or the roster",
        ),
        CeremonyError::Unfinished(other) => unfinished(other),
        CeremonyError::Matter { why, next } => Failure::new(
            Exit::Usage,
            "nothing was stated, and nothing changed",
            why,
            next,
        ),
        CeremonyError::Halted { what, why, next } => Failure::new(Exit::Tenant, what, why, next),
        CeremonyError::Unsigned { index, operator } => unsigned(*index, operator, stopped),
        CeremonyError::Waiting { ceremony, missing } => Failure::new(
            Exit::Ledger,
            format!("the record is whole and waits in open/{ceremony}; nothing counts yet"),
            format!("{} has to sign it first", missing.join(" and ")),
            "`glasskey sign --export -o FILE`; when it is back, `glasskey sign --collect FILE`",
        ),
        CeremonyError::Trial { reference, why } => {
            signing::trial(reference, why, "nothing was stated, and nothing changed")
        }
        CeremonyError::Refused(findings) => refused(findings),
        CeremonyError::Keys(_)
        | CeremonyError::Key(_)
        | CeremonyError::Replug
        | CeremonyError::AtFloor { .. }
        | CeremonyError::Pin(_) => the_key(error, stopped),
        CeremonyError::Mismatch(what) => Failure::new(
            Exit::Declined,
            stopped,
            format!("the {what} was typed differently each time"),
            GOES_ON,
        ),
        CeremonyError::Tenant { what, why } => tenant(what, why),
        CeremonyError::RpId(error) => rp_id(&error.sent),
        CeremonyError::Answer(words) => Failure::new(
            Exit::Ledger,
            stopped,
            *words,
            "do not go on with this key; run `glasskey audit`",
        ),
        CeremonyError::Ledger(error) => store::ledger(error),
        CeremonyError::Open(OpenError::Desk(error)) => store::desk(error),
        CeremonyError::Open(OpenError::Damaged { name }) => Failure::new(
            Exit::Ledger,
            "the open ceremony was not taken up; nothing was changed",
            format!("{name} is not what was written"),
            "find out who changed it; then remove that folder under open/ and begin again",
        ),
        CeremonyError::Sign { reference, why } => sign(reference, why),
        CeremonyError::Signature { reference, why } => not_counted(reference, why),
        CeremonyError::Paper(error) => paper(error),
        CeremonyError::NotCanonical => Failure::new(
            Exit::Bug,
            stopped,
            "a value has no canonical form",
            "report this",
        ),
    }
}

fn unfinished(other: &str) -> Failure {
    let given_up = if is_about_a_key(other) {
        "; if its key is lost or broken, `glasskey lost KEY` gives it up"
    } else {
        ""
    };
    not_begun(
        format!("{other} has begun and not finished"),
        format!(
            "finish it first: two ceremonies at once would state the same things twice{given_up}"
        ),
    )
}

/// Whether what is unfinished, by its folder's name, needs a key that may be lost.
fn is_about_a_key(unfinished: &str) -> bool {
    let needs = [
        "registration-",
        "verification-",
        "custody-seal-",
        "custody-move-",
        "custody-open-",
    ];
    needs.iter().any(|kind| unfinished.starts_with(kind))
}

/// Somebody declined, and nothing is left.
fn withdrawn() -> Failure {
    Failure::new(
        Exit::Declined,
        "nobody signed, and nothing of the ceremony is left; the book is as it was",
        "somebody declined, or nobody at a terminal could be asked",
        "run the command again when all agree",
    )
}

/// What was refused before anything was written.
fn not_begun(why: impl Into<String>, next: impl Into<String>) -> Failure {
    Failure::new(Exit::Usage, "nothing was begun", why, next)
}

/// What was named and is not in the plan.
fn not_planned(what: &str, named_by: &str, name: &str) -> Failure {
    not_begun(
        format!("the plan has no {what} {name}"),
        format!("name its {named_by} in glasskey.toml, or add the {what} there"),
    )
}

/// The tenant named somebody else's relying party.
fn rp_id(sent: &RpId) -> Failure {
    Failure::new(
        Exit::Tenant,
        "nothing was made on the key",
        format!("the tenant asked for a credential of {sent}"),
        "do not go on: find out who answered in the tenant's place",
    )
}

/// What the checks stopped.
fn refused(findings: &[Finding]) -> Failure {
    let fail = findings.iter().find(|one| one.verdict.is_open());
    Failure::new(
        Exit::Findings,
        "the ceremony stopped before PIN and touch; nothing was changed",
        fail.map_or_else(String::new, |one| format!("{}: {}", one.check, one.detail)),
        fail.and_then(|one| one.fix.clone())
            .unwrap_or_else(|| GOES_ON.to_owned()),
    )
}

/// Whose signature is waited for.
fn unsigned(index: u64, operator: &str, stopped: &str) -> Failure {
    Failure::new(
        Exit::Ledger,
        stopped,
        format!(
            "record {index:06} is in the ledger and the signature of {operator} is not: its ceremony is \
             at work on another machine, or was cut off there"
        ),
        format!(
            "wait for it, or finish it where it was begun (if that machine is lost: `glasskey sign \
             {index:06}` as {operator}); then run the same command"
        ),
    )
}

/// Why the key stopped it.
fn the_key(error: &CeremonyError, stopped: &str) -> Failure {
    match error {
        CeremonyError::Keys(error) => key::keys(error),
        CeremonyError::Key(CtapError::Cancelled) => {
            Failure::new(Exit::Declined, stopped, key::CANCELLED, GOES_ON)
        }
        CeremonyError::Key(error) => key::ctap(error),
        CeremonyError::Replug => Failure::new(
            Exit::Key,
            "the ceremony stopped; no further PIN try was spent",
            "the key takes no PIN until it is replugged",
            "unplug the key, plug it in, and run the same command again",
        ),
        CeremonyError::AtFloor { left } => Failure::new(
            Exit::Key,
            "the ceremony stopped; no PIN was asked for any more",
            format!("only {left} PIN tries are left"),
            "stop and find out who tried; at 0 the key is lost",
        ),
        CeremonyError::Pin(stop) => pin(stop),
        CeremonyError::Declined
        | CeremonyError::Withdrawn
        | CeremonyError::NoSuchKey(_)
        | CeremonyError::NoSuchAccount(_)
        | CeremonyError::NoObjectId(_)
        | CeremonyError::HasGenesis
        | CeremonyError::LabelUsed(_)
        | CeremonyError::NotInUse(_)
        | CeremonyError::OtherDepth(_)
        | CeremonyError::People(_)
        | CeremonyError::Unfinished(_)
        | CeremonyError::Matter { .. }
        | CeremonyError::Halted { .. }
        | CeremonyError::Unsigned { .. }
        | CeremonyError::Waiting { .. }
        | CeremonyError::Trial { .. }
        | CeremonyError::Refused(_)
        | CeremonyError::Mismatch(_)
        | CeremonyError::Tenant { .. }
        | CeremonyError::RpId(_)
        | CeremonyError::Answer(_)
        | CeremonyError::Ledger(_)
        | CeremonyError::Open(_)
        | CeremonyError::Sign { .. }
        | CeremonyError::Signature { .. }
        | CeremonyError::Paper(_)
        | CeremonyError::NotCanonical => {
            Failure::new(Exit::Key, stopped, "the key failed", GOES_ON)
        }
    }
}

fn sign(reference: &str, why: &SignError) -> Failure {
    let (exit, words) = match why {
        SignError::Declined => (Exit::Declined, "declined".to_owned()),
        SignError::NoProgram(words) => (Exit::Ledger, format!("no program that signs: {words}")),
        SignError::Failed(words) => (Exit::Ledger, words.clone()),
    };
    Failure::new(
        exit,
        "the record was not signed; it is kept in open/",
        format!("{reference}: {words}"),
        GOES_ON,
    )
}

/// A signature that was just made, and does not count.
fn not_counted(reference: &str, why: &SignatureFault) -> Failure {
    Failure::new(
        Exit::Ledger,
        "the record was not added to the ledger",
        format!(
            "the signature of {reference} does not count: {}",
            signature(why)
        ),
        "sign with the key that the roster names, then run the same command again",
    )
}

fn tenant(what: &str, why: &TenantWhy) -> Failure {
    let (happened, words) = match why {
        TenantWhy::Read(answer) => ("nothing was changed in the tenant", answered(answer)),
        TenantWhy::Write(written) => match written {
            Written::Done(()) | Written::MayHaveHappened(_) => {
                ("it may have happened", "no answer came".to_owned())
            }
            Written::Denied(denial) => ("nothing was changed in the tenant", denied(denial)),
            Written::Absent => (
                "nothing was changed in the tenant",
                "the account is not there".to_owned(),
            ),
            Written::Throttled(_) => ("nothing was changed in the tenant", "throttled".to_owned()),
            Written::Refused(error) => (
                "nothing was changed in the tenant",
                format!("the tenant refused it with status {}", error.status),
            ),
            Written::NotSent(_) => (
                "nothing was changed in the tenant",
                "it was not sent".to_owned(),
            ),
        },
        TenantWhy::ReadBack(seen) => (
            "it was sent once, and nothing is sent again",
            match seen {
                ReadBack::Seen(()) | ReadBack::NotSeen => {
                    "the tenant did not show it within two minutes".to_owned()
                }
                ReadBack::Denied(denial) => denied(denial),
                ReadBack::Failed(_) => "no usable answer came".to_owned(),
            },
        ),
    };
    Failure::new(
        Exit::Tenant,
        format!("{what} did not succeed; {happened}"),
        words,
        GOES_ON,
    )
}

fn answered(answer: &Answer<()>) -> String {
    match answer {
        Answer::Known(()) => "it answered".to_owned(),
        Answer::Denied(denial) => denied(denial),
        Answer::Absent => "it is not there (404)".to_owned(),
        Answer::Failed(_) => "no usable answer came".to_owned(),
    }
}

fn denied(denial: &Denial) -> String {
    format!("not allowed; it needs {}", denial.needs)
}

fn paper(error: &PaperError) -> Failure {
    let what = "the page was not printed; the record stands as it is";
    let (exit, next) = match error {
        PaperError::TooLong { .. } => (
            Exit::Output,
            "shorten it in the plan, then run the same command again",
        ),
        PaperError::Unprintable { .. } => (
            Exit::Output,
            "write it with Latin, Greek or Cyrillic letters in the plan",
        ),
        PaperError::Attachment { .. } => (Exit::Output, "report this"),
        PaperError::Writer { .. } => (Exit::Bug, "report this"),
    };
    Failure::new(exit, what, error.to_string(), next)
}
