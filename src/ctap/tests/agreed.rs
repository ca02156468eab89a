//! The key's side of the PIN protocols. It shares no code with the client's: HMAC and HKDF are
//! ring's, CBC is done by hand.

use aes::Aes256;
use aes::cipher::Block;
use aes::cipher::BlockCipherDecrypt;
use aes::cipher::BlockCipherEncrypt;
use aes::cipher::KeyInit;
use ring::digest;
use ring::hkdf;
use ring::hmac;

pub(super) fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, message).as_ref().to_vec()
}

pub(super) fn expand(z: &[u8], info: &[u8]) -> Vec<u8> {
    let mut okm = vec![0; 32];
    hkdf::Salt::new(hkdf::HKDF_SHA256, &[0; 32])
        .extract(z)
        .expand(&[info], hkdf::HKDF_SHA256)
        .unwrap()
        .fill(&mut okm)
        .unwrap();
    okm
}

/// What both sides of a key agreement know.
pub(super) struct Agreed {
    pub protocol: u64,
    pub hmac_key: Vec<u8>,
    pub aes_key: Vec<u8>,
}

impl Agreed {
    pub(super) fn verifies(&self, message: &[u8], parameter: &[u8]) -> bool {
        verifies(self.protocol, &self.hmac_key, message, parameter)
    }

    pub(super) fn decrypt(&self, bytes: &[u8]) -> Vec<u8> {
        let cipher = Aes256::new_from_slice(&self.aes_key).unwrap();
        let (iv, body) = if self.protocol == 2 {
            bytes.split_at(16)
        } else {
            (&[0; 16][..], bytes)
        };
        let mut last = iv.to_vec();
        let mut out = Vec::new();
        for chunk in body.chunks(16) {
            let mut block = Block::<Aes256>::try_from(chunk).unwrap();
            cipher.decrypt_block(&mut block);
            out.extend(block.iter().zip(&last).map(|(a, b)| a ^ b));
            last = chunk.to_vec();
        }
        out
    }

    pub(super) fn encrypt(&self, bytes: &[u8]) -> Vec<u8> {
        let cipher = Aes256::new_from_slice(&self.aes_key).unwrap();
        let mut last = if self.protocol == 2 {
            vec![9; 16]
        } else {
            vec![0; 16]
        };
        let mut out = if self.protocol == 2 {
            last.clone()
        } else {
            Vec::new()
        };
        for chunk in bytes.chunks(16) {
            let mixed: Vec<u8> = chunk.iter().zip(&last).map(|(a, b)| a ^ b).collect();
            let mut block = Block::<Aes256>::try_from(mixed.as_slice()).unwrap();
            cipher.encrypt_block(&mut block);
            last = block.to_vec();
            out.extend_from_slice(&last);
        }
        out
    }
}

pub(super) fn verifies(protocol: u64, key: &[u8], message: &[u8], parameter: &[u8]) -> bool {
    let length = if protocol == 2 { 32 } else { 16 };
    mac(key, message)[..length] == *parameter
}
