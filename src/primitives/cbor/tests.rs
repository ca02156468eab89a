use super::*;
use proptest::prelude::*;

fn fault(bytes: &[u8], mode: Mode) -> CborFault {
    decode(bytes, mode).unwrap_err().fault
}

#[test]
fn rfc_8949_appendix_a_examples_read_and_write() {
    let cases: &[(&[u8], Value)] = &[
        (&[0x17], Value::Unsigned(23)),
        (&[0x18, 0x18], Value::Unsigned(24)),
        (&[0x19, 0x03, 0xe8], Value::Unsigned(1000)),
        (
            &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            Value::Unsigned(u64::MAX),
        ),
        (&[0x39, 0x03, 0xe7], Value::int(-1000)),
        (&[0x62, 0xc3, 0xbc], Value::text("ü")),
        (
            &[0x82, 0x01, 0x81, 0x02],
            Value::Array(vec![Value::int(1), Value::Array(vec![Value::int(2)])]),
        ),
        (&[0xf5], Value::Bool(true)),
    ];
    for (bytes, value) in cases {
        assert_eq!(decode(bytes, Mode::Canonical).as_ref(), Ok(value));
        assert_eq!(&value.encode(), bytes);
    }
}

#[test]
fn keys_sort_by_major_type_then_length_then_bytes() {
    let map = Value::Map(vec![
        (Value::text("aa"), Value::int(0)),
        (Value::text("b"), Value::int(0)),
        (Value::int(-1), Value::int(0)),
        (Value::int(300), Value::int(0)),
        (Value::int(2), Value::int(0)),
    ]);
    let bytes = map.encode();
    assert_eq!(
        bytes,
        [
            0xa5, 0x02, 0, 0x19, 0x01, 0x2c, 0, 0x20, 0, 0x61, b'b', 0, 0x62, b'a', b'a', 0
        ]
    );
    assert_eq!(decode(&bytes, Mode::Canonical).unwrap().encode(), bytes);
}

#[test]
fn what_is_not_canonical_is_refused_and_tolerated_where_it_says_so() {
    let cases: &[(&[u8], CborFault, bool)] = &[
        (&[0x18, 0x17], CborFault::NotShortest, true),
        (&[0xa2, 0x02, 0, 0x01, 0], CborFault::Unsorted, true),
        (&[0xa2, 0x01, 0, 0x01, 0], CborFault::Duplicate, false),
        (&[0x61, 0xc3], CborFault::NotUtf8, true),
        (&[0xc0, 0x00], CborFault::Forbidden, true),
        (&[0x9f, 0xff], CborFault::Forbidden, false),
        (&[0x01, 0x02], CborFault::Trailing, false),
        (&[0x42, 0x00], CborFault::Truncated, false),
        (
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            CborFault::Truncated,
            false,
        ),
        (&[0x81; 40], CborFault::TooDeep, false),
    ];
    for (bytes, expected, tolerated) in cases {
        assert_eq!(fault(bytes, Mode::Canonical), *expected, "{bytes:02x?}");
        assert_eq!(
            decode(bytes, Mode::Tolerant).is_ok(),
            *tolerated,
            "{bytes:02x?}"
        );
    }
}

#[test]
fn one_key_in_two_spellings_is_a_duplicate() {
    assert_eq!(
        fault(&[0xa2, 0x01, 0, 0x18, 0x01, 0], Mode::Tolerant),
        CborFault::Duplicate
    );
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<u64>().prop_map(Value::Unsigned),
        any::<u64>().prop_map(Value::Negative),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        ".{0,12}".prop_map(Value::Text),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            proptest::collection::btree_map(any::<i32>(), inner, 0..6).prop_map(|map| {
                Value::Map(
                    map.into_iter()
                        .map(|(k, v)| (Value::int(i64::from(k)), v))
                        .collect(),
                )
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for mode in [Mode::Canonical, Mode::Tolerant] {
            if let (Ok(value), Mode::Canonical) = (decode(&bytes, mode), mode) {
                prop_assert_eq!(value.encode(), bytes.clone());
            }
        }
    }

    #[test]
    fn what_is_written_reads_back(value in any_value()) {
        let bytes = value.encode();
        let read = decode(&bytes, Mode::Canonical).unwrap();
        prop_assert_eq!(read.encode(), bytes);
    }

    #[test]
    fn mutated_items_never_panic(value in any_value(), at in any::<prop::sample::Index>(), bit in 0_u8..8, cut in any::<prop::sample::Index>()) {
        let mut bytes = value.encode();
        let index = at.index(bytes.len());
        bytes[index] ^= 1 << bit;
        let _ = decode(&bytes, Mode::Tolerant);
        bytes.truncate(cut.index(bytes.len() + 1));
        if let Ok(value) = decode(&bytes, Mode::Canonical) {
            prop_assert_eq!(value.encode(), bytes);
        }
    }
}
