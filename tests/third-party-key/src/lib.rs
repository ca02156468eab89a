//! Somebody else's security key, whole and in process: Nitrokey's `fido-authenticator` on `trussed`,
//! behind Nitrokey's own CTAPHID (`usbd-ctaphid`), reached by 64-byte reports alone.

mod key;
mod presence;
mod protocol_one;
mod usb;

pub use key::Key;
pub use key::Spec;
pub use key::with_key;
pub use presence::Presence;
