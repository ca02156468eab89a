//! Tests of the record as a whole.

mod document;
mod example_key;
mod examples;
mod sentences;
mod strictness;
