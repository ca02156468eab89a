//! QR symbols (ISO/IEC 18004) as squares of modules.

use super::PaperError;
use qrcode::Color;
use qrcode::EcLevel;
use qrcode::QrCode;

/// A QR symbol: rows of modules, without its quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Matrix {
    rows: Vec<Vec<bool>>,
}

impl Matrix {
    /// Light modules needed on each side (ISO/IEC 18004).
    pub(super) const QUIET_ZONE: i32 = 4;

    /// The smallest symbol that holds `text` at `level`.
    ///
    /// # Errors
    /// `TooLong` where no symbol holds it.
    pub(super) fn of(field: &'static str, text: &str, level: EcLevel) -> Result<Self, PaperError> {
        let code = QrCode::with_error_correction_level(text, level)
            .map_err(|_| PaperError::TooLong { field })?;
        let rows = code
            .to_colors()
            .chunks(code.width())
            .map(|row| row.iter().map(|module| *module == Color::Dark).collect())
            .collect();
        Ok(Self { rows })
    }

    /// Rows of modules, top first; `true` is dark.
    pub(super) fn rows(&self) -> &[Vec<bool>] {
        &self.rows
    }

    /// Modules on a side.
    pub(super) fn modules(&self) -> i32 {
        i32::try_from(self.rows.len()).unwrap_or(i32::MAX)
    }

    /// Side of the symbol with its quiet zone, in micrometres, at `module` micrometres a module.
    pub(super) fn side_with_quiet_zone(&self, module: i32) -> i32 {
        (self.modules() + 2 * Self::QUIET_ZONE) * module
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_is_square_and_starts_with_a_finder() {
        let matrix = Matrix::of("code", "GLASSKEY1", EcLevel::Q).unwrap();
        assert_eq!(matrix.modules(), 21);
        assert!(matrix.rows().iter().all(|row| row.len() == 21));
        assert!(matrix.rows()[0][..7].iter().all(|dark| *dark));
        assert_eq!(matrix.side_with_quiet_zone(500), 14_500);
    }

    #[test]
    fn what_no_symbol_holds_is_refused() {
        assert_eq!(
            Matrix::of("code", &"A".repeat(5_000), EcLevel::M),
            Err(PaperError::TooLong { field: "code" })
        );
    }
}
