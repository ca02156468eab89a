//! What a check of the tenant is judged from.

use crate::facts::book::BookFacts;
use crate::facts::tenant::Survey;
use crate::plan::Plan;
use crate::plan::Policy;
use crate::primitives::UtcTime;

/// What a check of the tenant is judged from.
#[derive(Clone, Copy)]
pub struct Judged<'a> {
    /// What the tenant answered.
    pub survey: &'a Survey,
    /// Who the accounts are, and what is intended for them.
    pub plan: &'a Plan,
    /// The policy that counts: that of the ledger, or of the plan before there is one.
    pub policy: &'a Policy,
    /// What the records say.
    pub book: &'a BookFacts,
    /// When it is judged.
    pub as_of: UtcTime,
}
