//! A record is read in one form, or not at all.

use super::examples;
use crate::primitives::json;
use crate::primitives::json::JsonError;
use crate::primitives::json::JsonFault;
use crate::record::CeremonyRecord;
use crate::record::MAX_RECORD_BYTES;
use crate::record::RecordError;
use crate::webauthn::SignatureCheck;
use proptest::prelude::*;
use serde_json::Value;
use std::sync::LazyLock;

static FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let records = examples::all();
    records.iter().map(|r| r.bytes().unwrap()).collect()
});

fn fault(bytes: &[u8]) -> JsonFault {
    match CeremonyRecord::parse(bytes).unwrap_err() {
        RecordError::Json(JsonError { fault, .. }) => fault,
        other @ (RecordError::TooLarge | RecordError::UnknownSchema(_)) => panic!("{other:?}"),
    }
}

#[test]
fn every_event_reads_back_to_the_same_value_and_bytes() {
    for (record, file) in examples::all().iter().zip(FILES.iter()) {
        assert_eq!(CeremonyRecord::parse(file).as_ref(), Ok(record));
        assert_eq!(CeremonyRecord::parse(file).unwrap().bytes().unwrap(), *file);
        assert!(!file.ends_with(b"\n"));
    }
}

#[test]
fn the_key_in_an_example_signed_that_very_statement() {
    for record in examples::all() {
        let Some(presence) = &record.evidence.presence else {
            continue;
        };
        let digest = record.statement.digest().unwrap();
        let client = String::from_utf8(presence.client_data_json.0.clone()).unwrap();
        assert!(client.contains(&crate::primitives::bytes::base64url(&digest.0)));
        let hash = crate::primitives::Digest::of(&presence.client_data_json.0);
        let signed = [&presence.authenticator_data.0[..], &hash.0].concat();
        let key = record.statement.key.unwrap().public_key.unwrap();
        let judged = key.cose.verify(&signed, &presence.signature.0);
        assert_eq!(judged, SignatureCheck::Good);
    }
}

/// Every value that differs from `value` by one unknown member in one of its objects.
fn with_unknown_member(value: &Value) -> Vec<Value> {
    match value {
        Value::Object(members) => {
            let mut outer = members.clone();
            outer.insert("zz_unknown".into(), Value::from(1));
            let mut all = vec![Value::Object(outer)];
            for (name, member) in members {
                for changed in with_unknown_member(member) {
                    let mut copy = members.clone();
                    copy.insert(name.clone(), changed);
                    all.push(Value::Object(copy));
                }
            }
            all
        }
        Value::Array(items) => {
            let mut all = Vec::new();
            for (index, item) in items.iter().enumerate() {
                for changed in with_unknown_member(item) {
                    let mut copy = items.clone();
                    copy[index] = changed;
                    all.push(Value::Array(copy));
                }
            }
            all
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

#[test]
fn an_unknown_member_is_refused_wherever_it_stands() {
    for file in FILES.iter() {
        let value: Value = serde_json::from_slice(file).unwrap();
        let changed = with_unknown_member(&value);
        assert!(changed.len() >= 7, "{}", changed.len());
        for value in changed {
            let bytes = json::encode(&value).unwrap();
            assert!(matches!(fault(&bytes), JsonFault::Meaning(_)), "{value}");
        }
    }
}

#[test]
fn second_spellings_are_refused() {
    let file = String::from_utf8(FILES[0].clone()).unwrap();
    for (from, to, expected) in [
        (
            r#"{"evidence":{},"#,
            r#"{"evidence":{},"evidence":{},"#,
            JsonFault::Duplicate,
        ),
        (
            r#""rehearsal":false"#,
            r#""rehearsal": false"#,
            JsonFault::Unexpected,
        ),
        (
            r#""rehearsal":false"#,
            r#""reference":null,"rehearsal":false"#,
            JsonFault::Null,
        ),
        (
            r#""rehearsal":false,"#,
            r#""sealed":[],"rehearsal":false,"#,
            JsonFault::Unsorted,
        ),
        (r#""schema""#, r#""schem\u0061""#, JsonFault::Escape),
        (r#""size":0"#, r#""size":0.0"#, JsonFault::Number),
        (
            r#""size":0"#,
            r#""size":9007199254740992"#,
            JsonFault::Number,
        ),
        (
            r#""tenant_id":"9c2a"#,
            r#""tenant_id":"9C2A"#,
            JsonFault::SecondSpelling,
        ),
        (
            r#","tenant_id""#,
            r#","sealed":[],"tenant_id""#,
            JsonFault::SecondSpelling,
        ),
        (r#""remind_days":21,"#, "", JsonFault::SecondSpelling),
    ] {
        assert!(file.contains(from), "{from}");
        assert_eq!(
            fault(file.replacen(from, to, 1).as_bytes()),
            expected,
            "{to}"
        );
    }
    assert_eq!(fault(format!("{file}\n").as_bytes()), JsonFault::Trailing);
    assert_eq!(fault(b""), JsonFault::Truncated);
}

#[test]
fn another_schema_is_named() {
    let file = String::from_utf8(FILES[1].clone()).unwrap();
    let later = file.replace("glasskey.record/1", "glasskey.record/2");
    assert_eq!(
        CeremonyRecord::parse(later.as_bytes()),
        Err(RecordError::UnknownSchema("glasskey.record/2".into()))
    );
    let more = later.replacen(r#""event""#, r#""era":{"new":true},"event""#, 1);
    assert_eq!(
        CeremonyRecord::parse(more.as_bytes()),
        Err(RecordError::UnknownSchema("glasskey.record/2".into()))
    );
}

#[test]
fn a_record_above_its_bound_is_not_looked_at() {
    let bytes = vec![b'['; MAX_RECORD_BYTES + 1];
    assert_eq!(CeremonyRecord::parse(&bytes), Err(RecordError::TooLarge));
    assert_eq!(fault(&bytes[..MAX_RECORD_BYTES]), JsonFault::TooDeep);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn a_changed_record_is_refused_or_writes_back_equal(
        which in 0_usize..12,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..4),
    ) {
        let mut bytes = FILES[which].clone();
        for (at, byte, kind) in changes {
            let index = at.index(bytes.len());
            match kind {
                0 => bytes[index] = byte,
                1 => bytes.insert(index, byte),
                _ => { bytes.remove(index); }
            }
        }
        if let Ok(record) = CeremonyRecord::parse(&bytes) {
            prop_assert_eq!(record.bytes().unwrap(), bytes);
        }
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(CeremonyRecord::parse(&bytes).is_err());
    }
}

#[test]
fn the_statement_is_found_in_the_bytes_of_its_record() {
    for record in examples::all() {
        let bytes = record.bytes().unwrap();
        let stated = record.statement.bytes().unwrap();
        assert_eq!(CeremonyRecord::statement_in(&bytes), Some(&*stated));
        // Members that their type does not have in order are sorted when they are written and read,
        // which is slow: a policy's are in the order of the plan.
        let in_order = serde_json::to_vec(&record).unwrap() == bytes;
        let event = record.statement.event;
        assert_eq!(in_order, record.statement.policy.is_none(), "{event:?}");
    }
    assert_eq!(CeremonyRecord::statement_in(b"{}"), None);
    let evidence = br#"{"evidence":{"a":"\",\"statement\":{}"}"#;
    assert_eq!(CeremonyRecord::statement_in(evidence), None);
}
