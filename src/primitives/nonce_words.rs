//! A witness's 16-byte nonce as 12 BIP-39 English words; the last word carries a checksum.

use bip39::Language;
use bip39::Mnemonic;

/// Bytes in a nonce.
pub const NONCE_LEN: usize = 16;

/// Letters that tell a word of the list (BIP-39, English).
const LETTERS: usize = 4;

/// The 12 words of `nonce` (BIP-39, English list).
#[must_use]
pub fn words(nonce: &[u8; NONCE_LEN]) -> Vec<&'static str> {
    match Mnemonic::from_entropy(nonce) {
        Ok(mnemonic) => mnemonic.words().collect(),
        Err(_) => Vec::new(), // never: 128 bits is a length BIP-39 has
    }
}

/// The nonce of 12 typed words, in any case and spacing; of a word its first four letters are enough.
/// `None` if a word or the checksum is wrong.
#[must_use]
pub fn from_words(text: &str) -> Option<[u8; NONCE_LEN]> {
    let lower = text.to_lowercase();
    let tidy: Vec<&str> = lower.split_whitespace().map(whole).collect::<Option<_>>()?;
    if tidy.len() != 12 {
        return None;
    }
    let mnemonic = Mnemonic::parse_normalized(&tidy.join(" ")).ok()?;
    mnemonic.to_entropy().try_into().ok()
}

/// The word that begins like this: no two words of the list share their first four letters.
fn whole(typed: &str) -> Option<&'static str> {
    let list = Language::English.word_list().iter();
    let mut like = list.copied().filter(|word| word.starts_with(typed));
    let first = like.next()?;
    let is_told = first == typed || typed.len() >= LETTERS && like.next().is_none();
    is_told.then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vector_reads_both_ways() {
        // BIP-39 test vectors, trezor/python-mnemonic, entropy 7f7f….
        let text = "legal winner thank year wave sausage worth useful legal winner thank yellow";
        assert_eq!(words(&[0x7f; 16]).join(" "), text);
        assert_eq!(from_words(&text.to_uppercase()), Some([0x7f; 16]));
    }

    #[test]
    fn a_wrong_last_word_is_refused() {
        let text = "legal winner thank year wave sausage worth useful legal winner thank year";
        assert_eq!(from_words(text), None);
    }

    #[test]
    fn the_first_four_letters_of_a_word_are_enough_and_fewer_are_not() {
        let short = "lega winn than year wave saus wort usef lega winn than yellow";
        assert_eq!(from_words(short), Some([0x7f; 16]));
        assert_eq!(
            from_words(&short.replace("saus", "sausag")),
            Some([0x7f; 16])
        );
        for wrong in [("saus", "sau"), ("saus", "sauc"), ("saus", "sausages")] {
            assert_eq!(
                from_words(&short.replace(wrong.0, wrong.1)),
                None,
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn no_two_words_share_their_first_four_letters() {
        for word in Language::English.word_list() {
            assert_eq!(whole(word), Some(*word));
            let start: String = word.chars().take(LETTERS).collect();
            if start.len() == LETTERS {
                assert_eq!(whole(&start), Some(*word));
            }
        }
    }
}
