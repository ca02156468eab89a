//! What can shut an account out: Conditional Access, authentication strengths, security defaults.

use super::AccountFacts;
use crate::entra::Answers;
use crate::entra::Wave;
use crate::plan::Plan;

/// What can shut an account out: Conditional Access, authentication strengths, security defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {}

/// Where the answers to the first wave will be.
pub(super) struct Tickets {}

/// Asks all that needs no earlier answer.
pub(super) fn ask(_wave: &mut Wave, _plan: &Plan) -> Tickets {
    Tickets {}
}

/// Takes the answers to the first wave.
pub(super) fn take(_answers: &mut Answers, _tickets: &Tickets) -> Access {
    Access {}
}

/// Where the answers to a further wave will be.
pub(super) struct Further {}

/// Asks what the answers so far make worth asking; called once a wave until nobody asks more.
pub(super) fn ask_further(
    _facts: &Access,
    _accounts: &[AccountFacts],
    _wave: &mut Wave,
) -> Further {
    Further {}
}

/// Takes the answers to a further wave.
pub(super) fn take_further(_facts: &mut Access, _further: &Further, _answers: &mut Answers) {}
