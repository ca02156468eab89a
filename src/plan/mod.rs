//! Row 2: the plan, `glasskey.toml`: the only user input a ceremony takes.

mod policy;
mod types;

pub use policy::MetadataStaleDays;
pub use policy::PinProvenDays;
pub use policy::Policy;
pub use policy::Witnesses;
pub use types::Account;
pub use types::Azure;
pub use types::Book;
pub use types::ConditionalAccess;
pub use types::Groups;
pub use types::Person;
pub use types::PinCustody;
pub use types::Plan;
pub use types::PlannedKey;
pub use types::Role;
pub use types::Safe;
pub use types::SignIn;
pub use types::SignInMethod;
pub use types::TenantEntry;
