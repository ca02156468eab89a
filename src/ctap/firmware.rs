//! The firmware number of getInfo as people write it.

use std::fmt;

/// A firmware version; prints as `5.7.4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Firmware {
    /// First number.
    pub major: u8,
    /// Second number.
    pub minor: u8,
    /// Third number.
    pub patch: u8,
}

impl Firmware {
    /// Reads a getInfo firmware number as one byte a part; `None` if it does not look like that.
    ///
    /// The specification gives the number no structure. Three bytes of a major 1 to 31 and a
    /// minor and patch below 100 look like a version; other layouts in use (22 and 16 bits of
    /// shift, plain build counters) do not.
    #[must_use]
    pub fn decode(raw: u64) -> Option<Self> {
        let [0, major, minor, patch] = u32::try_from(raw).ok()?.to_be_bytes() else {
            return None;
        };
        let looks_like_it = (1..=31).contains(&major) && minor < 100 && patch < 100;
        looks_like_it.then_some(Self {
            major,
            minor,
            patch,
        })
    }
}

impl fmt::Display for Firmware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_three_small_bytes_is_a_version() {
        assert_eq!(Firmware::decode(0x50704).unwrap().to_string(), "5.7.4");
        assert_eq!(Firmware::decode(328_707).unwrap().to_string(), "5.4.3");
    }

    #[test]
    fn other_layouts_are_left_as_numbers() {
        // 1.8.0 shifted by 22 and 6 bits; a build counter; more than 32 bits.
        for raw in [1 << 22 | 8 << 6, 1, 0, 256, 20_240_101, u64::MAX] {
            assert_eq!(Firmware::decode(raw), None, "{raw}");
        }
    }
}
