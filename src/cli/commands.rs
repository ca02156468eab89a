//! The commands: each takes its arguments and an output, and wires the real ports.

pub(super) mod anchor;
pub(super) mod audit;
pub(super) mod check;
pub(super) mod credentials;
pub(super) mod doctor;
pub(super) mod evidence;
pub(super) mod inspect;
pub(super) mod mds;
pub(super) mod pin;
pub(super) mod provision;
pub(super) mod rehearse;
pub(super) mod second_opinion;
pub(super) mod sign;
