//! A witness's 16-byte nonce as 12 BIP-39 English words; the last word carries a checksum.

use bip39::Mnemonic;

/// Bytes in a nonce.
pub const NONCE_LEN: usize = 16;

/// The 12 words of `nonce` (BIP-39, English list).
#[must_use]
pub fn words(nonce: &[u8; NONCE_LEN]) -> Vec<&'static str> {
    match Mnemonic::from_entropy(nonce) {
        Ok(mnemonic) => mnemonic.words().collect(),
        Err(_) => Vec::new(), // never: 128 bits is a length BIP-39 has
    }
}

/// The nonce of 12 typed words, in any case and spacing; `None` if a word or the checksum is wrong.
#[must_use]
pub fn from_words(text: &str) -> Option<[u8; NONCE_LEN]> {
    let lower = text.to_lowercase();
    let tidy: Vec<&str> = lower.split_whitespace().collect();
    if tidy.len() != 12 {
        return None;
    }
    let mnemonic = Mnemonic::parse_normalized(&tidy.join(" ")).ok()?;
    mnemonic.to_entropy().try_into().ok()
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
}
