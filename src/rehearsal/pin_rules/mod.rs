//! The rules of `ceremony::pins`, played against a virtual key that counts: each try that is spent
//! is seen there, whatever the client believes.

mod change;
mod floor;
mod generated;
mod policy;
mod prove;
mod script;
mod set;
