//! A line that is typed without being shown: bytes in, a secret out.

use crate::primitives::Secret;
use zeroize::Zeroize;
use zeroize::Zeroizing;

/// The most bytes a line may have. The buffer has room for them from the start, so that no copy is
/// left behind by growing.
const MOST: usize = 256;

/// A line being typed.
pub(super) struct PinLine {
    bytes: Zeroizing<Vec<u8>>,
    spoiled: Option<Spoiled>,
}

/// What a typed byte came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The line goes on.
    More,
    /// Enter.
    Done,
    /// Ctrl-C or Ctrl-D.
    Declined,
}

/// Why a line cannot be used. Guessing what was meant could cost a PIN try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoiled {
    /// More than 256 bytes.
    TooLong,
    /// An arrow, a function key or another that is no character; or bytes that are not UTF-8.
    NotText,
}

impl PinLine {
    /// An empty line.
    pub(super) fn new() -> Self {
        Self {
            bytes: Zeroizing::new(Vec::with_capacity(MOST)),
            spoiled: None,
        }
    }

    /// Takes the next byte that the terminal gave.
    pub(super) fn push(&mut self, byte: u8) -> Step {
        match byte {
            b'\r' | b'\n' => return Step::Done,
            0x03 | 0x04 => return Step::Declined,
            0x08 | 0x7f => self.backspace(),
            0x15 => {
                self.bytes.zeroize(); // Ctrl-U; keeps its room
                self.spoiled = None;
            }
            0x00..=0x1f => self.spoiled = Some(Spoiled::NotText),
            _ if self.bytes.len() == MOST => self.spoiled = Some(Spoiled::TooLong),
            _ => self.bytes.push(byte),
        }
        Step::More
    }

    /// Takes back the last character, whole.
    fn backspace(&mut self) {
        while let Some(byte) = self.bytes.pop() {
            // All but the first byte of a character are 10xxxxxx (RFC 3629 §3).
            if byte & 0xc0 != 0x80 {
                break;
            }
        }
    }

    /// The line as text.
    pub(super) fn finish(mut self) -> Result<Secret<String>, Spoiled> {
        if let Some(spoiled) = self.spoiled {
            return Err(spoiled);
        }
        match String::from_utf8(std::mem::take(&mut *self.bytes)) {
            Ok(text) => Ok(Secret::new(text)),
            Err(error) => {
                error.into_bytes().zeroize();
                Err(Spoiled::NotText)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn typed(bytes: &[u8]) -> Result<String, Spoiled> {
        let mut line = PinLine::new();
        for byte in bytes {
            assert_eq!(line.push(*byte), Step::More);
        }
        line.finish().map(|secret| secret.expose().clone())
    }

    #[test]
    fn backspace_takes_back_a_whole_character() {
        assert_eq!(typed("12ü\u{7f}3".as_bytes()), Ok("123".to_owned()));
        assert_eq!(typed(b"\x08\x7f1"), Ok("1".to_owned()));
    }

    #[test]
    fn control_u_begins_again() {
        assert_eq!(typed(b"wrong\x1b[A\x15right"), Ok("right".to_owned()));
    }

    #[test]
    fn an_arrow_key_spoils_the_line_instead_of_changing_the_pin() {
        assert_eq!(typed(b"12\x1b[D34"), Err(Spoiled::NotText));
        assert_eq!(typed(b"12\t34"), Err(Spoiled::NotText));
        assert_eq!(typed(b"\xff"), Err(Spoiled::NotText));
    }

    #[test]
    fn a_line_that_is_too_long_is_not_cut_off() {
        assert_eq!(typed(&[b'1'; 256]), Ok("1".repeat(256)));
        assert_eq!(typed(&[b'1'; 257]), Err(Spoiled::TooLong));
    }

    #[test]
    fn enter_ends_and_control_c_and_d_decline() {
        for (byte, step) in [
            (b'\r', Step::Done),
            (b'\n', Step::Done),
            (3, Step::Declined),
            (4, Step::Declined),
        ] {
            assert_eq!(PinLine::new().push(byte), step);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn the_buffer_never_moves(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let mut line = PinLine::new();
            let at = line.bytes.as_ptr();
            for byte in bytes {
                let _ = line.push(byte);
                prop_assert_eq!(line.bytes.as_ptr(), at);
            }
            let _ = line.finish();
        }

        #[test]
        fn text_without_controls_comes_out_as_typed(text in "\\PC{0,60}") {
            prop_assert_eq!(typed(text.as_bytes()), Ok(text));
        }
    }
}
