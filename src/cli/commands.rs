//! The commands: each takes its arguments and an output, and wires the real ports.

pub(super) mod anchor;
pub(super) mod audit;
pub(super) mod check;
pub(super) mod credentials;
pub(super) mod custody;
pub(super) mod day;
pub(super) mod departure;
pub(super) mod doctor;
pub(super) mod evidence;
pub(super) mod init;
pub(super) mod inspect;
pub(super) mod mds;
pub(super) mod pin;
pub(super) mod print;
pub(super) mod provision;
pub(super) mod register;
pub(super) mod rehearse;
pub(super) mod report;
pub(super) mod second_opinion;
pub(super) mod set_up;
pub(super) mod sign;
pub(super) mod verify;
pub(super) mod words;
