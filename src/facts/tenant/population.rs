//! Who else could get at the accounts: administrators, groups, apps, licence, domains.

use super::AccountFacts;
use crate::entra::Answers;
use crate::entra::Wave;
use crate::plan::Plan;

/// Who else could get at the accounts: administrators, groups, apps, licence, domains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {}

/// Where the answers to the first wave will be.
pub(super) struct Tickets {}

/// Asks all that needs no earlier answer.
pub(super) fn ask(_wave: &mut Wave, _plan: &Plan) -> Tickets {
    Tickets {}
}

/// Takes the answers to the first wave.
pub(super) fn take(_answers: &mut Answers, _tickets: &Tickets) -> Population {
    Population {}
}

/// Where the answers to a further wave will be.
pub(super) struct Further {}

/// Asks what the answers so far make worth asking; called once a wave until nobody asks more.
pub(super) fn ask_further(
    _facts: &Population,
    _accounts: &[AccountFacts],
    _wave: &mut Wave,
) -> Further {
    Further {}
}

/// Takes the answers to a further wave.
pub(super) fn take_further(_facts: &mut Population, _further: &Further, _answers: &mut Answers) {}
