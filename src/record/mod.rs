//! Row 5: what is signed, and the signatures over it.

mod ceremony_record;
mod evidence;
mod namespace;
mod statement;
mod statement_parts;

pub use ceremony_record::CeremonyRecord;
pub use ceremony_record::MAX_RECORD_BYTES;
pub use ceremony_record::RecordError;
pub use evidence::Evidence;
pub use evidence::Presence;
pub use evidence::Registration;
pub use namespace::Namespace;
pub use statement::Event;
pub use statement::Level;
pub use statement::Statement;
pub use statement_parts::AccountPart;
pub use statement_parts::BagState;
pub use statement_parts::Basis;
pub use statement_parts::Claim;
pub use statement_parts::Custody;
pub use statement_parts::Exception;
pub use statement_parts::Inputs;
pub use statement_parts::KeyPart;
pub use statement_parts::LedgerHead;
pub use statement_parts::MdsInput;
pub use statement_parts::NoncePart;
pub use statement_parts::PersonPart;
pub use statement_parts::PinPart;
pub use statement_parts::PreviousBag;
pub use statement_parts::PublicKeyPart;
pub use statement_parts::Slots;
pub use statement_parts::TimePart;
pub use statement_parts::TimeSource;
pub use statement_parts::Tool;
