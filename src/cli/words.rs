//! Errors in words: the one place where a layer's data becomes three lines.

mod audit;
mod ceremony;
mod key;
mod pin;
mod signing;
mod store;

pub(crate) use audit::fault;
pub(crate) use audit::kept_stamp;
pub(crate) use audit::stored;
pub(crate) use audit::why;
pub(crate) use ceremony::ceremony;
pub(crate) use key::ctap;
pub(crate) use key::keys;
pub(crate) use pin::name as pin_change;
pub(crate) use pin::pin;
pub(crate) use pin::state as pin_state;
pub(crate) use signing::does_not_count;
pub(crate) use signing::refusal;
pub(crate) use signing::signed;
pub(crate) use signing::trial;
pub(crate) use store::desk;
pub(crate) use store::ledger;
pub(crate) use store::locked;
pub(crate) use store::store;
