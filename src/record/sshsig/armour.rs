//! The text form of an SSHSIG, in the one spelling that `ssh-keygen` writes.

use crate::primitives::bytes;

const BEGIN: &[u8] = b"-----BEGIN SSH SIGNATURE-----\n";
const END: &[u8] = b"-----END SSH SIGNATURE-----\n";
/// Columns of base64 a line.
const COLUMNS: usize = 70;

/// The armoured text of `blob`, ending in a newline.
pub(super) fn encode(blob: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(BEGIN.len() + END.len() + blob.len() * 7 / 5 + 8);
    out.extend_from_slice(BEGIN);
    for line in bytes::base64(blob).as_bytes().chunks(COLUMNS) {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out.extend_from_slice(END);
    out
}

/// The blob in `text`; `None` unless [`encode`] would write it just so.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let body = text.strip_prefix(BEGIN)?.strip_suffix(END)?;
    let mut joined = Vec::with_capacity(body.len());
    for line in body.chunks(COLUMNS + 1) {
        // All but the last are full, and each ends in the one newline: base64 has none.
        let line = line.strip_suffix(b"\n").filter(|line| !line.is_empty())?;
        joined.extend_from_slice(line);
    }
    // Padding and spare bits are strict: of one blob there is one base64.
    bytes::from_base64(std::str::from_utf8(&joined).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_have_seventy_columns_and_the_last_ends_once() {
        for length in [0, 1, 51, 52, 53, 104, 105, 106, 210] {
            let blob = vec![0x5a; length];
            let text = encode(&blob);
            assert_eq!(decode(&text), Some(blob));
            let text = String::from_utf8(text).unwrap();
            assert!(text.lines().all(|line| line.len() <= 70), "{text}");
            assert!(!text.contains("\n\n"), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn no_text_is_read_that_would_not_be_written(
            blob in proptest::collection::vec(any::<u8>(), 0..300),
            at in any::<prop::sample::Index>(),
            byte in prop_oneof![any::<u8>(), Just(b'\n'), Just(b'='), Just(b'A')],
            how in 0_u8..3,
        ) {
            let text = encode(&blob);
            prop_assert_eq!(decode(&text), Some(blob));
            let mut mutated = text;
            let at = at.index(mutated.len());
            match how {
                0 => mutated[at] = byte,
                1 => mutated.insert(at, byte),
                _ => drop(mutated.remove(at)),
            }
            if let Some(blob) = decode(&mutated) {
                prop_assert_eq!(encode(&blob), mutated);
            }
        }
    }

    #[test]
    fn every_other_spelling_is_refused() {
        let text = String::from_utf8(encode(&[7; 100])).unwrap();
        for other in [
            text.replace('\n', "\r\n"),
            text.trim_end().to_owned(),
            format!("{text}\n"),
            format!(" {text}"),
            text.replacen("=\n", "=\n\n", 1),
            text.replace("-----\nBwc", "-----\nB\nwc"),
            text.replace("BwcH", "Bwc H"),
            text.replace("END", "end"),
        ] {
            assert_ne!(other, text);
            assert_eq!(decode(other.as_bytes()), None, "{other}");
        }
    }
}
