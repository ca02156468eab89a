//! Why nobody is signed in.

use super::CertificateFault;
use crate::entra::SignInRefusal;
use crate::io::Stopped;

/// Why there is no token. Nothing of a token or secret is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInFault {
    /// What this way of signing in needs and does not have, and what to do.
    Lacks {
        /// What is missing.
        what: String,
        /// What to do.
        next: &'static str,
    },
    /// The certificate cannot be used.
    Certificate(CertificateFault),
    /// Entra refused.
    Refused(SignInRefusal),
    /// Entra, or what stands before it, did not answer usably: why.
    NoAnswer(String),
    /// Another program that signs in failed, in its words.
    Program(String),
    /// The person did not finish in time.
    TooLate,
    /// The person declined.
    Declined,
    /// The wait ended.
    Stopped(Stopped),
}

impl SignInFault {
    /// Why, in a line.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Lacks { what, .. } => what.clone(),
            Self::Certificate(fault) => fault.words(),
            Self::Refused(refusal) => refusal.why(),
            Self::NoAnswer(words)
            | Self::Program(words)
            | Self::Stopped(Stopped::System(words)) => words.clone(),
            Self::TooLate => "nobody finished the sign-in in time".to_owned(),
            Self::Declined => "the sign-in was declined".to_owned(),
            Self::Stopped(Stopped::Interrupted) => "stopped by Ctrl-C".to_owned(),
        }
    }

    /// What to do next.
    #[must_use]
    pub fn next(&self) -> String {
        match self {
            Self::Lacks { next, .. } => (*next).to_owned(),
            Self::Certificate(fault) => fault.next().to_owned(),
            Self::Refused(refusal) => refusal.next().to_owned(),
            Self::NoAnswer(_) => {
                "`glasskey doctor` looks at the way there: DNS, proxy, certificates, clock"
                    .to_owned()
            }
            Self::Program(_) => {
                "run `az login --tenant` with the plan's tenant, then this again".to_owned()
            }
            Self::TooLate | Self::Declined => "run the command again and sign in".to_owned(),
            Self::Stopped(_) => "run the command again".to_owned(),
        }
    }
}
