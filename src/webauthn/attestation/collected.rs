//! Client data that somebody else wrote (WebAuthn §5.8.1), read strictly enough to judge it.

use crate::primitives::foreign_json::Sound;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::MapAccess;
use serde::de::Visitor;
use std::collections::BTreeSet;
use std::fmt;

/// Bytes of client data that are read; Entra's challenge alone is several thousand.
const MAX_BYTES: usize = 64 * 1024;
/// The byte order mark of UTF-8, which UTF-8 decode takes off (WebAuthn §7.1).
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The members of collected client data that are judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectedClientData {
    /// The member `type`: `webauthn.create` in a registration.
    pub kind: String,
    /// The member `challenge`, as text.
    pub challenge: String,
    /// The member `origin`.
    pub origin: String,
    /// The member `crossOrigin`; `None` if absent.
    pub cross_origin: Option<bool>,
    /// Whether there is a member `topOrigin`, whatever its value: the page was inside another.
    pub has_top_origin: bool,
}

impl CollectedClientData {
    /// Whether it was made in a page of its own, not inside a page of another origin.
    #[must_use]
    pub fn is_top_level(&self) -> bool {
        self.cross_origin != Some(true) && !self.has_top_origin
    }
}

/// Why client data cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientDataFault {
    /// More bytes than are read.
    TooLong {
        /// How many there are.
        bytes: usize,
    },
    /// Not one JSON object with a `type`, a `challenge` and an `origin`, a member twice, or beyond
    /// what any member may hold.
    Malformed,
}

impl CollectedClientData {
    /// Reads the whole of `json`, without a mark at its beginning. Members that are not known are
    /// read as any JSON is, with its limits, and left out.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn parse(json: &[u8]) -> Result<Self, ClientDataFault> {
        if json.len() > MAX_BYTES {
            return Err(ClientDataFault::TooLong { bytes: json.len() });
        }
        let json = json.strip_prefix(MARK).unwrap_or(json);
        serde_json::from_slice(json).map_err(|_| ClientDataFault::Malformed)
    }
}

impl<'de> Deserialize<'de> for CollectedClientData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = CollectedClientData;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("collected client data")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut seen = BTreeSet::new();
        let (mut kind, mut challenge, mut origin, mut cross_origin) = (None, None, None, None);
        let mut has_top_origin = false;
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "type" => kind = Some(map.next_value()?),
                "challenge" => challenge = Some(map.next_value()?),
                "origin" => origin = Some(map.next_value()?),
                "crossOrigin" => cross_origin = Some(map.next_value()?),
                other => {
                    has_top_origin |= other == "topOrigin";
                    map.next_value::<Sound>()?;
                }
            }
            if !seen.insert(name) {
                return Err(M::Error::custom("a member is there twice"));
            }
        }
        Ok(CollectedClientData {
            kind: kind.ok_or_else(|| M::Error::missing_field("type"))?,
            challenge: challenge.ok_or_else(|| M::Error::missing_field("challenge"))?,
            origin: origin.ok_or_else(|| M::Error::missing_field("origin"))?,
            cross_origin,
            has_top_origin,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REAL: &str = r#"{"type":"webauthn.create","challenge":"BkRnXYHVbiUEJYPPcVAOig","origin":"https://demo.yubico.com","crossOrigin":false,"other_keys_can_be_added_here":"do not compare clientDataJSON against a template. See https://goo.gl/yabPex"}"#;

    #[test]
    fn a_browsers_client_data_is_read_past_members_it_invents() {
        assert_eq!(
            CollectedClientData::parse(REAL.as_bytes()),
            Ok(CollectedClientData {
                kind: "webauthn.create".into(),
                challenge: "BkRnXYHVbiUEJYPPcVAOig".into(),
                origin: "https://demo.yubico.com".into(),
                cross_origin: Some(false),
                has_top_origin: false,
            })
        );
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for json in [
            r#"{"type":"a","type":"a","challenge":"b","origin":"c"}"#,
            r#"{"type":"a","challenge":"b","origin":"c","x":1,"x":1}"#,
            r#"{"type":"a","challenge":"b","origin":"c","x":1,"\u0078":1}"#,
            r#"{"type":"a","challenge":"b","origin":"c"} {}"#,
            r#"{"type":"a","challenge":"b"}"#,
            r#"{"type":1,"challenge":"b","origin":"c"}"#,
            r#"["a","b","c"]"#,
            "\u{feff}\u{feff}{\"type\":\"a\",\"challenge\":\"b\",\"origin\":\"c\"}",
        ] {
            assert_eq!(
                CollectedClientData::parse(json.as_bytes()),
                Err(ClientDataFault::Malformed),
                "{json}"
            );
        }
    }

    /// Whether client data with this further member is read.
    fn reads(more: &str) -> bool {
        let json = format!(r#"{{"type":"a","challenge":"b","origin":"c",{more}}}"#);
        CollectedClientData::parse(json.as_bytes()).is_ok()
    }

    #[test]
    fn members_that_are_not_known_are_json_within_its_limits() {
        let nested = |depth: usize| format!(r#""x":{}{}"#, "[".repeat(depth), "]".repeat(depth));
        let number = |digits: usize| format!(r#""x":{}"#, "1".repeat(digits));
        // The object itself is the first of 127 levels.
        assert!(reads(&nested(126)));
        assert!(!reads(&nested(127)));
        assert!(reads(&number(300)));
        assert!(!reads(&number(400)));
        assert!(reads(r#""x":{"a":1,"a":2}"#));
        for odd in [
            r#""x":1e999"#,
            r#""x":-1e999"#,
            r#""x":{"y":[1e999]}"#,
            r#""x":"\ud800""#,
            r#""x":{"\ud800":1}"#,
            r#""\udc00":1"#,
            r#""x":NaN"#,
            r#""x":01"#,
        ] {
            assert!(!reads(odd), "{odd}");
        }
        for at in ["\"x\":\"\u{80}\"", "\"\u{80}\":1"] {
            let json = format!(r#"{{"type":"a","challenge":"b","origin":"c",{at}}}"#);
            let mut json = json.into_bytes();
            let place = json.iter().position(|byte| *byte == 0xc2).unwrap();
            json.remove(place);
            let read = CollectedClientData::parse(&json);
            assert_eq!(read, Err(ClientDataFault::Malformed), "{at:?}");
        }
    }

    #[test]
    fn a_mark_at_the_beginning_is_taken_off() {
        let marked = [MARK, REAL.as_bytes()].concat();
        let plain = CollectedClientData::parse(REAL.as_bytes());
        assert_eq!(CollectedClientData::parse(&marked), plain);
    }

    #[test]
    fn a_page_inside_another_is_told_by_either_member() {
        let told = |more: &str| {
            let json = format!(r#"{{"type":"a","challenge":"b","origin":"c"{more}}}"#);
            let read = CollectedClientData::parse(json.as_bytes()).unwrap();
            read.is_top_level()
        };
        assert!(told(""));
        assert!(told(r#","crossOrigin":false"#));
        for more in [
            r#","crossOrigin":true"#,
            r#","topOrigin":"https://example.com""#,
            r#","topOrigin":null"#,
            r#","crossOrigin":false,"topOrigin":1"#,
        ] {
            assert!(!told(more), "{more}");
        }
    }

    #[test]
    fn client_data_without_end_is_not_read() {
        let bytes = vec![b' '; MAX_BYTES + 1];
        assert_eq!(
            CollectedClientData::parse(&bytes),
            Err(ClientDataFault::TooLong {
                bytes: MAX_BYTES + 1
            })
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = CollectedClientData::parse(&bytes);
        }

        #[test]
        fn one_changed_byte_never_panics(at in any::<prop::sample::Index>(), to in any::<u8>()) {
            let mut bytes = REAL.as_bytes().to_vec();
            let index = at.index(bytes.len());
            bytes[index] = to;
            let _ = CollectedClientData::parse(&bytes);
        }
    }
}
