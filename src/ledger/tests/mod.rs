//! A small signed book, grown, cut off, tampered with and judged.

mod append;
mod book;
mod book_reading;
mod bundle;
mod documents;
mod hostile;
mod key;
mod lookups;
mod on_record;
mod power_cut;
mod rules;
mod since;
mod stated;
mod tamper;
mod trust;
