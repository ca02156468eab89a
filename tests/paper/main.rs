//! Paper as others read it: poppler renders and reads it, zbar and rqrr read its codes, qpdf checks its
//! syntax.

mod archive;
mod codes;
mod contents;
mod grey;
mod order;
mod pictures;
mod samples;
#[path = "../serve/skipped.rs"]
mod skipped;
#[path = "../serve/told.rs"]
mod told;
mod tools;
#[expect(dead_code, reason = "measurements need more of them")]
mod values;
