//! JSON that others wrote, in which members may stand that are not known: read so that no two
//! readers take it differently.

use serde::Deserialize;
use serde::Deserializer;
use serde::de::DeserializeOwned;
use serde::de::Error;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde::de::value::MapAccessDeserializer;
use std::fmt;
use std::marker::PhantomData;

/// A `T` that is written as an object; a list of its members is none.
#[derive(Clone, Debug)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members(PhantomData))
    }
}

struct Members<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// Reads a member that may be absent and, where it is there, is no `null`: for `deserialize_with`,
/// beside `default`.
///
/// # Errors
/// Where it is no `T`.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Any value, read and left out: text is Unicode, numbers are finite, and it is no deeper than the
/// reader goes (127 levels in all). To skip a value asks for none of that.
#[derive(Clone, Copy, Debug)]
pub struct Sound;

impl<'de> Deserialize<'de> for Sound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Sound;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Sound, S::Error> {
        while list.next_element::<Sound>()?.is_some() {}
        Ok(Sound)
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Sound, M::Error> {
        while map.next_entry::<Sound, Sound>()?.is_some() {}
        Ok(Sound)
    }
}

/// One object that is sound throughout; `None` if it is anything else.
#[must_use]
pub fn object<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str::<Sound>(json).ok()?;
    let Object(read) = serde_json::from_str(json).ok()?;
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Pair {
        a: u8,
        #[serde(default, deserialize_with = "present")]
        b: Option<u8>,
    }

    #[test]
    fn an_object_is_no_list_and_a_member_that_may_be_absent_is_no_null() {
        let read = |json: &str| object::<Pair>(json);
        assert_eq!(read(r#"{"a":1,"x":null}"#), Some(Pair { a: 1, b: None }));
        assert_eq!(read(r#"{"a":1,"b":2}"#), Some(Pair { a: 1, b: Some(2) }));
        for json in [
            "[1,2]",
            "[1]",
            r#"{"a":1,"b":null}"#,
            r#"{"a":1,"a":1}"#,
            "null",
            "1",
            "",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn what_another_reader_would_not_take_is_not_sound_wherever_it_stands() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let sound = |json: &str| serde_json::from_str::<Sound>(json).is_ok();
        for json in [
            r#"{"a":[null,true,-1,1.5,"\ud83d\ude00",{"":{}}]}"#,
            &deep(127),
            &"1".repeat(300),
            "-0",
        ] {
            assert!(sound(json), "{json}");
        }
        for json in [
            &deep(128),
            &"1".repeat(400),
            "1e999",
            r#"["\ud800"]"#,
            r#"[{"\udc00":1}]"#,
            "NaN",
            "[1,]",
            "[] 1",
        ] {
            assert!(!sound(json), "{json}");
        }
    }
}
