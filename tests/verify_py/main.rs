//! `verify.py` and `glasskey audit` judge the same books alike: whole ones, tampered ones, and ones
//! that were signed again after they were tampered with.

mod evidence;
mod forms;
mod metadata;
mod operators;
mod outside;
mod placed;
mod rewritten;
#[path = "../serve/skipped.rs"]
mod skipped;
mod support;
mod tampered;
#[path = "../serve/told.rs"]
mod told;
mod whole;
