//! `ceremony::provision`, played in the rehearsal's world: a tenant that counts what it is sent, a
//! person who answers as told, a power that may fail after any write.

mod by_hand;
mod cut;
mod first;
mod second;
mod secrets;
mod site;
mod trouble;
