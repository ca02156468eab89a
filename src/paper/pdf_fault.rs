//! Why a PDF is not read as a page of ours.

use super::MAX_PDF_BYTES;
use std::fmt;

/// Why a file is not read as a page of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PdfFault {
    /// Larger than [`MAX_PDF_BYTES`].
    TooLarge,
    /// No PDF, or one that cannot be read.
    NotPdf,
    /// Another program made it, or wrote it anew.
    Foreign,
    /// More, larger or deeper than what a page of ours has.
    TooMuch,
    /// It is ours and older than `page.json`, or that was taken out, or there are two.
    NoValues,
}

impl fmt::Display for PdfFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "larger than {} MiB", MAX_PDF_BYTES >> 20),
            Self::NotPdf => f.write_str("not a PDF that can be read"),
            Self::Foreign => f.write_str("glasskey did not make it, or something wrote it anew"),
            Self::TooMuch => f.write_str("it holds more than a page of ours does"),
            Self::NoValues => f.write_str(
                "it does not say what it was drawn from: page.json is not in it, or twice",
            ),
        }
    }
}
