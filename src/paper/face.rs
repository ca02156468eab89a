//! The four committed faces: which characters they have and how wide each is.

use super::PaperError;
use skrifa::FontRef;
use skrifa::MetadataProvider;
use skrifa::charmap::Charmap;
use skrifa::raw::TableProvider;
use skrifa::raw::tables::hmtx::Hmtx;
use unicode_normalization::UnicodeNormalization;

/// A face. Mono is for what people compare or type: there `0` and `O`, `1`, `l` and `I` differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Sans,
    SansBold,
    Mono,
    MonoBold,
}

impl Face {
    pub(super) const ALL: [Self; 4] = [Self::Sans, Self::SansBold, Self::Mono, Self::MonoBold];

    /// The font file.
    pub(super) const fn file(self) -> &'static [u8] {
        match self {
            Self::Sans => include_bytes!("fonts/Inter-Regular.otf"),
            Self::SansBold => include_bytes!("fonts/Inter-SemiBold.otf"),
            Self::Mono => include_bytes!("fonts/JetBrainsMono-Regular.ttf"),
            Self::MonoBold => include_bytes!("fonts/JetBrainsMono-Bold.ttf"),
        }
    }

    fn font(self) -> Option<FontRef<'static>> {
        FontRef::new(self.file()).ok()
    }
}

/// One character as it is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Glyph {
    /// Glyph index in the font file.
    pub(super) id: u32,
    /// Advance width in font units.
    pub(super) advance: u16,
}

/// The measures of one face.
pub(super) struct Metrics {
    characters: Charmap<'static>,
    advances: Hmtx<'static>,
    /// Font units in an em; never 0.
    pub(super) units_per_em: u16,
}

impl Metrics {
    pub(super) fn of(face: Face) -> Result<Self, PaperError> {
        let read = || {
            let font = face.font()?;
            let units_per_em = font.head().ok()?.units_per_em();
            let metrics = Self {
                characters: font.charmap(),
                advances: font.hmtx().ok()?,
                units_per_em,
            };
            (units_per_em > 0).then_some(metrics)
        };
        read().ok_or_else(|| PaperError::Writer {
            reason: format!("the {face:?} font file cannot be read"),
        })
    }

    /// The glyph of `character`; `None` if the face has none.
    pub(super) fn glyph(&self, character: char) -> Option<Glyph> {
        let id = self.characters.map(character)?;
        let advance = self.advances.advance(id)?;
        (id.to_u32() != 0).then_some(Glyph {
            id: id.to_u32(),
            advance,
        })
    }

    /// Width in micrometres of `text` set at `size` micrometres with `tracking` thousandths of
    /// the size between characters.
    ///
    /// # Errors
    /// The first character without a glyph.
    pub(super) fn width(&self, text: &str, size: i32, tracking: i32) -> Result<i32, char> {
        let mut units: i64 = 0;
        for character in text.chars() {
            let glyph = self.glyph(character).ok_or(character)?;
            units += i64::from(glyph.advance) + i64::from(self.tracking_units(tracking));
        }
        let width = units * i64::from(size) / i64::from(self.units_per_em);
        Ok(i32::try_from(width).unwrap_or(i32::MAX))
    }

    /// `tracking` thousandths of an em, in font units.
    pub(super) fn tracking_units(&self, tracking: i32) -> u16 {
        u16::try_from(tracking * i32::from(self.units_per_em) / 1_000).unwrap_or(0)
    }
}

/// Text as it is set: composed (Unicode NFC).
pub(super) fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// Whether every page can hold `text`: each character, after composition, has a glyph in every
/// face. Control characters, line breaks included, have none.
///
/// # Errors
/// The first character that cannot be printed.
pub fn printable(text: &str) -> Result<(), char> {
    let faces: Vec<Metrics> = Face::ALL
        .into_iter()
        .filter_map(|face| Metrics::of(face).ok())
        .collect();
    match composed(text)
        .chars()
        .find(|c| faces.iter().any(|face| face.glyph(*c).is_none()))
    {
        Some(character) => Err(character),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_can_be_read() {
        for face in Face::ALL {
            assert!(Metrics::of(face).unwrap().units_per_em >= 1_000, "{face:?}");
        }
    }

    #[test]
    fn latin_greek_and_cyrillic_are_printable() {
        for text in [
            "The quick brown fox, 0123456789 (+31 20 555 01 23) bg1@contoso.example",
            "Ångström Łódź Žilina İstanbul Țara ß ẞ æ œ ð þ ñ ő ű",
            "Ελλάδα, Αθήνα, ά έ ή ί ό ύ ώ ϊ ΐ ς",
            "Київ, Ґґ Єє Її, Москва, Ёё, Љубљана, Ќ Ѓ Џ",
        ] {
            assert_eq!(printable(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_is_not_covered_is_named() {
        assert_eq!(printable("safe 金庫"), Err('金'));
        assert_eq!(printable("a\tb"), Err('\t'));
        assert_eq!(printable("zero\u{200b}width"), Err('\u{200b}'));
        assert_eq!(printable("over\u{202e}ride"), Err('\u{202e}'));
        assert_eq!(printable("x\u{0301}"), Err('\u{0301}'));
    }

    #[test]
    fn a_decomposed_letter_is_composed_first() {
        assert_eq!(printable("A\u{030a}ngstro\u{0308}m"), Ok(()));
    }

    #[test]
    fn mono_is_mono_and_width_grows_with_size() {
        let mono = Metrics::of(Face::Mono).unwrap();
        assert_eq!(mono.width("iiii", 10_000, 0), mono.width("WWWW", 10_000, 0));
        assert_eq!(mono.width("0", 10_000, 0), Ok(6_000));
        assert_eq!(mono.width("0", 10_000, 100), Ok(7_000));
        assert_eq!(mono.width("金", 10_000, 0), Err('金'));
    }
}
