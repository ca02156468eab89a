//! The tenant from outside: the virtual one held to Graph's OpenAPI, every request of ours held to
//! it too, and what becomes of a check when a tenant lies.

mod declared;
mod document;
mod liar;
mod openapi;
mod prism;
mod registered;
mod requests;
mod rich;
mod saved;
mod served;
mod served_changes;
mod served_refusals;
mod served_time;
#[path = "../serve/skipped.rs"]
mod skipped;
mod support;
#[path = "../serve/told.rs"]
mod told;
