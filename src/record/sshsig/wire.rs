//! SSH's wire encoding (RFC 4251 §5), strict.

/// Why bytes are not the SSH encoding asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireFault {
    /// They end inside a value.
    Truncated,
    /// Bytes follow the last value.
    Trailing,
    /// An integer that is zero, negative, or longer than it need be.
    Integer,
}

/// Reads values one after another.
pub(in crate::record) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(in crate::record) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(in crate::record) fn byte(&mut self) -> Result<u8, WireFault> {
        let (byte, rest) = self.0.split_first().ok_or(WireFault::Truncated)?;
        self.0 = rest;
        Ok(*byte)
    }

    pub(in crate::record) fn u32(&mut self) -> Result<u32, WireFault> {
        let (bytes, rest) = self
            .0
            .split_first_chunk::<4>()
            .ok_or(WireFault::Truncated)?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*bytes))
    }

    pub(in crate::record) fn string(&mut self) -> Result<&'a [u8], WireFault> {
        let length = usize::try_from(self.u32()?).map_err(|_| WireFault::Truncated)?;
        let (string, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(WireFault::Truncated)?;
        self.0 = rest;
        Ok(string)
    }

    /// The magnitude of a positive `mpint` in its shortest form, without a leading zero.
    pub(in crate::record) fn positive(&mut self) -> Result<&'a [u8], WireFault> {
        let bytes = self.string()?;
        match bytes {
            [] | [0x80..=0xff, ..] | [0] | [0, 0..=0x7f, ..] => Err(WireFault::Integer),
            [0, magnitude @ ..] => Ok(magnitude),
            [..] => Ok(bytes),
        }
    }

    pub(in crate::record) const fn end(self) -> Result<(), WireFault> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(WireFault::Trailing)
        }
    }
}

/// Appends a `string`.
pub(in crate::record) fn put_string(out: &mut Vec<u8>, bytes: &[u8]) {
    // What is written here is at most a few KiB: keys, signatures, names.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
}

/// Appends a positive `mpint`; leading zeros of `magnitude` are dropped.
pub(in crate::record) fn put_positive(out: &mut Vec<u8>, magnitude: &[u8]) {
    let zeros = magnitude.iter().take_while(|byte| **byte == 0).count();
    let magnitude = magnitude.get(zeros..).unwrap_or_default();
    match magnitude.first() {
        Some(0x80..) => put_string(out, &[&[0], magnitude].concat()),
        Some(_) | None => put_string(out, magnitude),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_positive_integer_has_one_spelling() {
        let cases: &[(&[u8], Option<&[u8]>)] = &[
            (&[], None),
            (&[0], None),
            (&[0, 0x7f], None),
            (&[0x80], None),
            (&[0, 0x80], Some(&[0x80])),
            (&[0x7f, 1], Some(&[0x7f, 1])),
        ];
        for (bytes, expected) in cases {
            let mut string = Vec::new();
            put_string(&mut string, bytes);
            let read = Reader::new(&string).positive();
            assert_eq!(read, expected.ok_or(WireFault::Integer), "{bytes:?}");
            if let Ok(magnitude) = read {
                let mut again = Vec::new();
                put_positive(&mut again, &[&[0, 0], magnitude].concat());
                assert_eq!(again, string);
            }
        }
    }

    #[test]
    fn a_string_longer_than_its_bytes_is_truncated() {
        let mut reader = Reader::new(&[0xff, 0xff, 0xff, 0xff, 1]);
        assert_eq!(reader.string(), Err(WireFault::Truncated));
    }
}
