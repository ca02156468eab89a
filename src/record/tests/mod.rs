//! Tests of the record as a whole.
