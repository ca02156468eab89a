//! The heads of CBOR items (RFC 8949 §3), found in bytes and written as they should not be.

/// Where an item begins, and what its head says.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    /// Offset of the first byte.
    pub(crate) at: usize,
    /// Bytes of the head.
    pub(crate) length: usize,
    /// Major type, 0 to 7.
    pub(crate) major: u8,
    /// The argument.
    pub(crate) argument: u64,
}

impl Head {
    /// Bytes that follow the head and belong to it: of byte and text strings.
    pub(crate) fn content(&self, bytes: &[u8]) -> usize {
        let left = bytes.len() - self.at - self.length;
        match self.major {
            2 | 3 => usize::try_from(self.argument).unwrap_or(left).min(left),
            _ => 0,
        }
    }
}

/// Every head in `bytes`, in order, up to the first that is cut off.
pub(crate) fn heads(bytes: &[u8]) -> Vec<Head> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = bytes.get(at) {
        let width = match first & 0x1f {
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => 0,
        };
        let Some(rest) = bytes.get(at + 1..at + 1 + width) else {
            break;
        };
        let wide = rest
            .iter()
            .fold(0, |number, byte| (number << 8) | u64::from(*byte));
        let head = Head {
            at,
            length: 1 + width,
            major: first >> 5,
            argument: if width == 0 {
                u64::from(first & 0x1f)
            } else {
                wide
            },
        };
        found.push(head);
        at += head.length + head.content(bytes);
    }
    found
}

/// A head in its shortest form.
pub(crate) fn shortest(major: u8, argument: u64) -> Vec<u8> {
    let wide = argument.to_be_bytes();
    let skip = match argument {
        0..24 => return vec![(major << 5) | wide[7]],
        24..0x100 => 7,
        0x100..0x1_0000 => 6,
        0x1_0000..0x1_0000_0000 => 4,
        _ => 0,
    };
    let low = match skip {
        7 => 24,
        6 => 25,
        4 => 26,
        _ => 27,
    };
    [&[(major << 5) | low], &wide[skip..]].concat()
}

/// A head in nine bytes, however small the argument.
pub(crate) fn longest(major: u8, argument: u64) -> Vec<u8> {
    [&[(major << 5) | 0x1b][..], &argument.to_be_bytes()].concat()
}

#[test]
fn heads_are_found_and_written() {
    // {1: "ab", 2: [h'00ff', 300000]}
    let bytes = [
        0xa2, 1, 0x62, b'a', b'b', 2, 0x82, 0x42, 0, 0xff, 0x1a, 0, 4, 0x93, 0xe0,
    ];
    let found: Vec<(usize, u8, u64)> = heads(&bytes)
        .iter()
        .map(|head| (head.at, head.major, head.argument))
        .collect();
    assert_eq!(
        found,
        [
            (0, 5, 2),
            (1, 0, 1),
            (2, 3, 2),
            (5, 0, 2),
            (6, 4, 2),
            (7, 2, 2),
            (10, 0, 300_000),
        ]
    );
    for argument in [0, 23, 24, 255, 256, 65_535, 65_536, 300_000, u64::MAX] {
        for bytes in [shortest(2, argument), longest(2, argument)] {
            let head = heads(&bytes)[0];
            assert_eq!((head.argument, head.length), (argument, bytes.len()));
        }
    }
}
