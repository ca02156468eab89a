//! Row 4: `(facts, plan, as of) → findings`; pure, total, no clock.

mod attestation_checks;
mod check;
mod custody_checks;
mod evidence_checks;
mod finding;

pub use attestation_checks::attestation;
pub use check::Check;
pub use custody_checks::custody;
pub use custody_checks::due;
pub use evidence_checks::evidence;
pub use evidence_checks::ledger_head;
pub use evidence_checks::trust_root;
pub use finding::Finding;
pub use finding::Subject;
pub use finding::Verdict;
