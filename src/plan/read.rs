//! Text → plan and everything that is wrong with it, read and linted in one go.

use super::Plan;
use super::PlanFault;
use super::Weight;
use super::What;
use super::found::Found;
use super::lint::lint;
use super::parse::draft;

/// What reading and linting a text came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The plan; `None` if it may not be used.
    pub plan: Option<Plan>,
    /// Everything that is wrong, in the order of the lines; with a plan, the risks it takes.
    pub faults: Vec<PlanFault>,
}

/// Reads and lints a plan; says everything at once, each with its line.
#[must_use]
pub fn read(text: &str) -> Reading {
    let mut found = Found::new(text);
    let mut plan = draft(text, &mut found);
    if let Some(plan) = &plan {
        let read: Vec<PlanFault> = found.faults().to_vec();
        for fault in lint(plan) {
            if !read.iter().any(|earlier| explains(earlier, &fault)) {
                found.fault_of(&fault.key, fault.what);
            }
        }
    }
    let refused = |fault: &PlanFault| fault.weight() == Weight::Refused;
    if found.faults().iter().any(refused) {
        plan = None;
    }
    let faults = found.into_faults();
    Reading { plan, faults }
}

/// Whether a fault of the text may be the very reason for a fault that the linter found.
fn explains(earlier: &PlanFault, fault: &PlanFault) -> bool {
    matches!(earlier.what, What::Syntax(_))
        || around(&earlier.key, &fault.key)
        || around(&fault.key, &earlier.key)
        || rests_on(&fault.what)
            .iter()
            .any(|section| around(section, &earlier.key))
}

/// Whether `outer` is `inner` or something around it.
fn around(outer: &str, inner: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The sections that a fault follows from, beside its own key.
fn rests_on(what: &What) -> &'static [&'static str] {
    match what {
        What::UnknownSafe { .. } | What::AlmostSameSite { .. } | What::SameShelf { .. } => {
            &["safe"]
        }
        What::UnknownPerson { .. }
        | What::NotACustodian
        | What::HolderOpensSafes
        | What::NoOperator => &["person"],
        What::TooFewWitnesses { .. } => &["person", "policy"],
        What::TooFewKeys { .. } | What::TooManyAccounts { .. } => &["account", "policy"],
        What::TooFewSites { .. } => &["account", "policy", "safe"],
        What::NoClientId => &["sign-in"],
        What::TooLarge { .. }
        | What::Syntax(_)
        | What::UnknownKey { .. }
        | What::Missing
        | What::WrongType { .. }
        | What::NotAGuid
        | What::NotOneOf { .. }
        | What::OutOfRange { .. }
        | What::WarnAfterFail
        | What::BadName
        | What::Empty
        | What::TooLong { .. }
        | What::Deceptive { .. }
        | What::BadUpn
        | What::BadLedger
        | What::BadVersion
        | What::BadSshKey { .. }
        | What::Duplicate { .. }
        | What::BadRef
        | What::SameEnvelope { .. }
        | What::TooFewHolders { .. }
        | What::HoldsEveryPin { .. }
        | What::RemindsAlways
        | What::More => &[],
    }
}
