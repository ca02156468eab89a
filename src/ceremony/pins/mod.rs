//! The rules of a PIN, whatever it is for: each try is guarded, counted and asked for.

mod change_policy;
mod desk;
mod generated;
mod new_pin;
mod prove;
mod rules;
mod set_or_change;
mod stop;
mod typed;

pub use change_policy::PolicyChange;
pub use change_policy::PolicyWish;
pub use desk::AtFloor;
pub use desk::PinDesk;
pub use generated::Generate;
pub use generated::ShowPin;
pub use new_pin::NewPinFrom;
pub use rules::PinRules;
pub use stop::PinStop;
pub use typed::TypedFault;
