//! The audit: each record judged by its own files, then all of them folded in order.

mod acceptances;
mod ahead;
mod alone;
mod anchors;
mod cited;
mod evidence;
mod fault;
mod files;
mod fold;
mod inventory;
mod judge;
mod keys;
mod names;
mod other_evidence;
mod registered;
mod report;
mod rules;
mod run;
mod sealed;
mod shelf;
mod standing;
mod stream;

pub use acceptances::Acceptances;
pub use alone::LoneRegistration;
pub use alone::judge_alone;
pub use fault::Fault;
pub use fault::LedgerFault;
pub use fault::Rule;
pub use files::CitedMetadata;
pub use files::Contents;
pub use files::CountingRoster;
pub use files::RecordFiles;
pub use files::Signed;
pub use inventory::SharedStore;
pub use judge::Court;
pub use judge::Judged;
pub use judge::JudgedSignature;
pub use judge::RecordFacts;
#[cfg(test)]
pub(in crate::ledger) use rules::offences;

pub use report::AuditReport;
pub use report::RecordRow;
pub use report::Standing;
pub use report::Why;
pub use report::breaks;
pub use report::is_acceptable;
pub use run::InOrder;
pub use run::Judges;
pub use run::Outside;
pub use run::Watch;
pub use run::audit;
pub use run::audit_watched;
