//! Row 7: what goes on paper. A value in, the bytes of a PDF/A-3b out; nothing is read or written.

mod attachment;
mod bag_face;
mod draw;
mod emergency_page;
mod error;
mod face;
mod furniture;
mod inside_sheet;
mod page;
mod pdf;
mod pointer;
mod proof_page;
mod qr;
mod seal;
mod style;
mod unit;
mod wrap;

pub use attachment::Attachment;
pub use bag_face::BagFace;
pub use bag_face::bag_face;
pub use error::PaperError;
pub use face::printable;
pub use inside_sheet::InsideSheet;
pub use inside_sheet::LedgerHead;
pub use inside_sheet::inside_sheet;
pub use pdf::Pdf;
pub use pointer::Pointer;
pub use seal::Seal;
pub use unit::Paper;

#[cfg(test)]
mod tests;
