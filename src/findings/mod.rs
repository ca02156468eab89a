//! Row 4: `(facts, plan, as of) → findings`; pure, total, no clock.

mod attestation_checks;
mod check;
mod custody_checks;
mod evidence_checks;
mod finding;
mod key_checks;
mod metadata_checks;
mod metadata_words;
mod registration_checks;
mod second_opinion_check;
mod tenant_checks;
mod tenant_words;

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
pub use key_checks::key_checks;
pub use metadata_checks::FETCH_METADATA;
pub use metadata_checks::advisory;
pub use metadata_checks::metadata;
pub use metadata_checks::no_metadata;
pub use metadata_checks::status;
pub use registration_checks::registration;
pub use second_opinion_check::second_opinion;
pub use tenant_checks::RecordedKey;
pub use tenant_checks::aaguid_allowed;
pub use tenant_checks::account_checks;
