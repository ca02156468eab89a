use super::*;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    #[serde(skip_serializing_if = "Option::is_none")]
    absent: Option<i64>,
    name: String,
}

#[test]
fn the_rfc_8785_sorting_example_sorts_as_published() {
    // RFC 8785 §3.2.3, without its number.
    let value = serde_json::json!({
        "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
        "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control",
        "\u{f6}": "Latin Small Letter O With Diaeresis"
    });
    let bytes = encode(&value).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let order: Vec<usize> = [
        "Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew",
    ]
    .iter()
    .map(|word| text.find(word).unwrap())
    .collect();
    assert!(order.is_sorted(), "{text}");
    assert_eq!(check(&bytes), Ok(()));
}

#[test]
fn every_second_spelling_is_refused() {
    let cases: &[(&str, JsonFault)] = &[
        (r#"{"b":1,"a":2}"#, JsonFault::Unsorted),
        (r#"{"a":1,"a":2}"#, JsonFault::Duplicate),
        (r#"{"a": 1}"#, JsonFault::Unexpected),
        (r#"{"a":1} "#, JsonFault::Trailing),
        ("[1]\n", JsonFault::Trailing),
        ("null", JsonFault::Null),
        ("1.0", JsonFault::Number),
        ("-0", JsonFault::Number),
        ("01", JsonFault::Number),
        ("+1", JsonFault::Unexpected),
        ("1e3", JsonFault::Number),
        ("9007199254740992", JsonFault::Number),
        (r#""\u0041""#, JsonFault::Escape),
        (r#""\u000A""#, JsonFault::Escape),
        (r#""\u000a""#, JsonFault::Escape),
        (r#""\/""#, JsonFault::Escape),
        ("\"\u{1}\"", JsonFault::Escape),
        (r#"{"a":1"#, JsonFault::Truncated),
        ("[1,]", JsonFault::Unexpected),
        ("tru", JsonFault::Truncated),
    ];
    for (text, fault) in cases {
        assert_eq!(check(text.as_bytes()).unwrap_err().fault, *fault, "{text}");
    }
    assert_eq!(
        check(&[b'"', 0xff, b'"']).unwrap_err().fault,
        JsonFault::NotUtf8
    );
    assert_eq!(
        check("[".repeat(40).as_bytes()).unwrap_err().fault,
        JsonFault::TooDeep
    );
    assert_eq!(check(br#""\u0001\b\f""#), Ok(()));
    assert_eq!(check(b"-9007199254740991"), Ok(()));
}

#[test]
fn unknown_fields_are_refused_and_absent_ones_are_left_out() {
    let sample = Sample {
        absent: None,
        name: "x".into(),
    };
    assert_eq!(encode(&sample).unwrap(), br#"{"name":"x"}"#);
    assert_eq!(decode::<Sample>(br#"{"name":"x"}"#), Ok(sample));
    let error = decode::<Sample>(br#"{"name":"x","other":1}"#).unwrap_err();
    assert!(matches!(error.fault, JsonFault::Meaning(_)), "{error:?}");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        (1 - INTEGER_LIMIT..INTEGER_LIMIT).prop_map(Value::from),
        any::<String>().prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            proptest::collection::btree_map(any::<String>(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn what_is_written_is_canonical_and_means_the_same(value in any_json()) {
        let bytes = encode(&value).unwrap();
        prop_assert_eq!(check(&bytes), Ok(()));
        prop_assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
    }

    #[test]
    fn bytes_that_pass_are_the_only_spelling(value in any_json(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = encode(&value).unwrap();
        let index = at.index(bytes.len());
        bytes[index] = byte;
        if check(&bytes).is_ok() {
            let value: Value = serde_json::from_slice(&bytes).unwrap();
            prop_assert_eq!(encode(&value).unwrap(), bytes);
        }
    }

    #[test]
    fn no_bytes_make_the_check_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if check(&bytes).is_ok() {
            let value: Value = serde_json::from_slice(&bytes).unwrap();
            prop_assert_eq!(encode(&value).unwrap(), bytes);
        }
    }
}
