//! Signing in words.

use super::audit::signature;
use crate::ceremony::SignError;
use crate::ceremony::signing::SignRefusal;
use crate::ceremony::trial::TrialFault;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::record::SignatureFault;

/// Why a person may not sign a record.
pub(crate) fn refusal(refusal: &SignRefusal) -> Failure {
    let not = |exit, why: String, next: &str| {
        Failure::new(
            exit,
            "the record was not signed; nothing was changed",
            why,
            next,
        )
    };
    match refusal {
        SignRefusal::NotOnRoster { reference } => not(
            Exit::Usage,
            format!("{reference} is not on the roster that counts for it"),
            "ask the operator which roster that is; `people add` changes the next one",
        ),
        SignRefusal::NotExpected {
            reference,
            expected,
        } => not(
            Exit::Usage,
            format!(
                "it expects {} to sign, and not {reference}",
                expected.join(", ")
            ),
            "sign it with --reviewer: then it is kept, and does not count",
        ),
        SignRefusal::OutsideValidity => not(
            Exit::Ledger,
            "your key was not valid when the ceremony began".to_owned(),
            "ask the operator for a new roster: `glasskey people rotate`",
        ),
        SignRefusal::NoNonce => not(
            Exit::Ledger,
            "your fresh words are not in it: it may have been made before you came".to_owned(),
            "if you were not there, sign with --reviewer; if you were, do not sign: ask why",
        ),
        SignRefusal::NotMyNonce => not(
            Exit::Ledger,
            "the words in it under your name were not made on this machine".to_owned(),
            "sign on the machine that made them; if none of yours did, do not sign: ask why",
        ),
        SignRefusal::NonceTaken { by } => not(
            Exit::Ledger,
            format!("your words in it were in another record that you signed: {by}"),
            "do not sign: words are fresh once; ask why they were used again",
        ),
    }
}

/// Why there is no signature; `what` says what was not done.
pub(crate) fn signed(reference: &str, why: &SignError, what: &str) -> Failure {
    let (exit, words, next) = match why {
        SignError::Declined => (
            Exit::Declined,
            "declined".to_owned(),
            "run the same command again",
        ),
        SignError::NoProgram(words) => (
            Exit::Ledger,
            words.clone(),
            "install OpenSSH 8.1 or newer: ssh-keygen signs",
        ),
        SignError::Failed(words) => (
            Exit::Ledger,
            words.clone(),
            "plug in your own security key or start the agent, then run it again",
        ),
    };
    Failure::new(exit, what, format!("{reference}: {words}"), next)
}

/// Why a signature that was just made does not count.
pub(crate) fn does_not_count(reference: &str, why: &SignatureFault, what: &str) -> Failure {
    Failure::new(
        Exit::Ledger,
        what,
        format!(
            "the signature of {reference} does not count: {}",
            signature(why)
        ),
        "sign with the key that the roster names: --key FILE",
    )
}

/// Why a trial failed.
pub(crate) fn trial(reference: &str, fault: &TrialFault, what: &str) -> Failure {
    let (why, next) = match fault {
        TrialFault::OtherKey => (
            "another key made the trial than the one that was named".to_owned(),
            "make a new trial with that key: `glasskey sign --trial REF --key FILE`",
        ),
        TrialFault::NotVerified { flags } => (
            format!("the security key does not verify who touches it (flags {flags:#04x})"),
            "make a key that does: `ssh-keygen -t ed25519-sk -O verify-required`",
        ),
        TrialFault::Bad(_) => (
            "the trial is not a signature over this ref and key".to_owned(),
            "make a new one: `glasskey sign --trial REF --key FILE`",
        ),
    };
    Failure::new(Exit::Ledger, what, format!("{reference}: {why}"), next)
}
