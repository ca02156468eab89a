//! Row 4: `(facts, plan, as of) → findings`; pure, total, no clock.

mod check;
mod finding;

pub use check::Check;
pub use finding::Finding;
pub use finding::Subject;
pub use finding::Verdict;
