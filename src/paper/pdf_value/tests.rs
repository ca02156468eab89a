//! Values of every kind, torn ones, and ones without end.

use super::*;

fn read(bytes: &[u8]) -> Result<Option<Value>, PdfFault> {
    Values::of_object(bytes).next(&mut Work::new())
}

fn text(of: &[u8]) -> Value {
    Value::Text(of.to_vec())
}

#[test]
fn every_kind_of_value_is_read() {
    let Ok(Some(Value::Dict(dict))) = read(
        b"<</A 12 0 R/B[1 -2 .5]/C(a\\(b\\)\\101(c))/D<41 4>/E#46 true % no\n/G<</H null>> >>",
    ) else {
        panic!("no dictionary");
    };
    let expected = [
        ("A", Value::Ref(12)),
        (
            "B",
            Value::List(vec![
                Value::Number(Some(1)),
                Value::Number(None),
                Value::Number(None),
            ]),
        ),
        ("C", text(b"a(b)A(c)")),
        ("D", text(b"A@")),
        ("EF", Value::Word(b"true".to_vec())),
        (
            "G",
            Value::Dict([(b"H".to_vec(), Value::Word(b"null".to_vec()))].into()),
        ),
    ];
    let expected = expected.map(|(name, value)| (name.as_bytes().to_vec(), value));
    assert_eq!(dict, Dict::from(expected));
    let mut content = Values::of_content(b"1 0 R");
    assert_eq!(
        content.next(&mut Work::new()),
        Ok(Some(Value::Number(Some(1))))
    );
    assert_eq!(read(b" % nothing"), Ok(None));
}

#[test]
fn what_is_torn_or_said_twice_is_refused() {
    for torn in [
        &b"<</A 1"[..],
        b"[1 2",
        b"(a(b)",
        b"<41",
        b"<4x>",
        b"<</A>>",
        b"<<1 2>>",
        b"<</A 1/A 2>>",
        b"]",
        b"{",
    ] {
        assert_eq!(read(torn), Err(PdfFault::NotPdf));
    }
}

#[test]
fn what_is_nested_without_end_and_what_costs_too_much_is_refused() {
    for deep in [&b"["[..], b"<</A ", b"<</A["] {
        assert_eq!(read(&deep.repeat(1 << 20)), Err(PdfFault::TooMuch));
    }
    // A list of two million values.
    let wide = [b"[".to_vec(), b"1 ".repeat(2 << 20), b"]".to_vec()].concat();
    assert_eq!(read(&wide), Err(PdfFault::TooMuch));
}
