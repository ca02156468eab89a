//! What Trussed's admin application answers (Nitrokey 3, Solo 2).

use crate::ctap::CtapError;
use data_encoding::HEXUPPER;

/// The firmware: a number of 32 bits, 10 of them major, 16 minor, 6 patch.
///
/// # Errors
/// [`CtapError::Malformed`] on another length.
pub(super) fn version(answer: &[u8]) -> Result<Option<String>, CtapError> {
    let number = <[u8; 4]>::try_from(answer).map_err(|_| CtapError::Malformed {
        what: "vendor version",
    })?;
    let number = u32::from_be_bytes(number);
    let (major, minor, patch) = (number >> 22, number >> 6 & 0xffff, number & 0x3f);
    Ok((number != 0).then(|| format!("{major}.{minor}.{patch}")))
}

/// The UUID in the form its vendors print it: 32 upper-case hex digits. `None` if it is empty, as of
/// a Nitrokey 3 with firmware 1.0.0, or zero.
///
/// # Errors
/// [`CtapError::Malformed`] on another length.
pub(super) fn uuid(answer: &[u8]) -> Result<Option<String>, CtapError> {
    if answer.is_empty() {
        return Ok(None);
    }
    let uuid = <[u8; 16]>::try_from(answer).map_err(|_| CtapError::Malformed {
        what: "vendor UUID",
    })?;
    Ok((uuid != [0; 16]).then(|| HEXUPPER.encode(&uuid)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_ten_sixteen_and_six_bits() {
        let number = 1_u32 << 22 | 8 << 6 | 3;
        assert_eq!(version(&number.to_be_bytes()), Ok(Some("1.8.3".to_owned())));
        assert_eq!(version(&[0xff; 4]), Ok(Some("1023.65535.63".to_owned())));
        assert_eq!(version(&[0; 4]), Ok(None));
    }

    #[test]
    fn a_uuid_is_upper_case_and_may_be_missing() {
        let expected = "0123456789ABCDEF0123456789ABCDEF";
        let bytes = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef].repeat(2);
        assert_eq!(uuid(&bytes), Ok(Some(expected.to_owned())));
        assert_eq!(uuid(&[]), Ok(None));
        assert_eq!(uuid(&[0; 16]), Ok(None));
    }

    #[test]
    fn another_length_is_malformed() {
        for length in [0, 3, 5, 16] {
            assert!(version(&vec![1; length]).is_err(), "{length}");
        }
        for length in [1, 15, 17] {
            assert!(uuid(&vec![1; length]).is_err(), "{length}");
        }
    }
}
