//! Who a key is, by its vendor's own commands. Only what reads is ever sent.

mod command;
mod identity;
mod page;
mod trussed;

pub use command::VendorCommand;
pub use identity::VendorIdentity;

#[cfg(test)]
mod tests;
