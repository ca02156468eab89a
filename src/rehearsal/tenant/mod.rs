//! A tenant in memory that answers real Graph exchanges, and checks what it is sent as Entra does.

mod account;
mod attestation;
mod fault;
mod graph_json;
mod http;
mod options;
mod policy;
mod register;
mod serve;
mod throttle;
mod world;

pub use account::Account;
pub use account::Group;
pub use fault::Fault;
pub use fault::Trouble;
pub use fault::Verb;
pub use options::IdEncoding;
pub use policy::Policy;
pub use policy::Profile;
pub use policy::Restriction;
pub use policy::Rules;
pub use policy::Scope;
pub use world::VirtualTenant;

#[cfg(test)]
mod tests;
