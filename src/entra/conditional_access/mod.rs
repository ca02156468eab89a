//! Conditional Access: what the tenant's policies say, whom they reach, and what they demand.

mod circumstances;
mod demand;
mod grant;
mod policy;
mod reach;
mod users;
mod wire;

pub use circumstances::Circumstances;
pub use circumstances::Narrowing;
pub use demand::Demand;
pub use demand::KeyRefusal;
pub use demand::demand;
pub use demand::demand_of_pass;
pub use grant::Control;
pub use grant::Grant;
pub use grant::Operator;
pub use grant::Session;
pub use policy::CaPolicy;
pub use policy::CaState;
pub use policy::Subjects;
pub use policy::ask_ca_policies;
pub use reach::AccountKind;
pub use reach::Because;
pub use reach::CaAccount;
pub use reach::Doubt;
pub use reach::Reach;
pub use reach::Roles;
pub use reach::reach;
pub use users::CaUsers;
pub use users::GuestKind;
pub use users::Guests;
pub use users::Side;

#[cfg(test)]
mod tests;
