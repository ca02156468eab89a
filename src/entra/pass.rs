//! A Temporary Access Pass that is made (POST `temporaryAccessPassMethods`): shown once, kept nowhere.

use super::HttpReply;
use super::MethodId;
use crate::primitives::Secret;
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroize;

/// Shortest lifetime that Entra takes, in minutes.
const SHORTEST: u32 = 10;
/// Longest lifetime that Entra takes, in minutes.
const LONGEST: u32 = 43_200;

/// A pass to be made, for one use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassWish {
    minutes: u32,
}

impl PassWish {
    /// A pass for one use within `minutes`; `None` outside 10 to 43,200. The tenant's own policy
    /// may be narrower.
    #[must_use]
    pub fn once_within(minutes: u32) -> Option<Self> {
        (SHORTEST..=LONGEST)
            .contains(&minutes)
            .then_some(Self { minutes })
    }

    /// The JSON body.
    pub(super) fn body(self) -> Vec<u8> {
        json!({ "lifetimeInMinutes": self.minutes, "isUsableOnce": true })
            .to_string()
            .into_bytes()
    }
}

/// A pass that was made. It has no `Debug`, on purpose.
pub struct NewPass {
    /// Its id, for its deletion.
    pub id: MethodId,
    /// The pass; no later answer shows it.
    pub pass: Secret<String>,
    /// How long it counts, in minutes; `None` if not told.
    pub minutes: Option<u32>,
}

impl NewPass {
    /// Reads it and wipes the answer; `None` if it holds no usable id or no pass.
    pub(super) fn read(mut reply: HttpReply) -> Option<Self> {
        let wire = serde_json::from_slice::<Wire>(&reply.body).ok();
        reply.body.zeroize();
        let wire = wire?;
        let pass = Secret::new(wire.temporary_access_pass?);
        Some(Self {
            id: MethodId::new(&wire.id)?,
            pass,
            minutes: wire.lifetime_in_minutes,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    temporary_access_pass: Option<String>,
    lifetime_in_minutes: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Option<NewPass> {
        NewPass::read(HttpReply {
            status: 201,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        })
    }

    #[test]
    fn the_official_answer_is_read() {
        let made = read(include_str!("../../tests/graph/tap-post-response.json")).unwrap();
        assert_eq!(made.id.as_str(), "6f1967b7-15e8-4935-ac26-d50770ed07a7");
        assert_eq!(made.pass.expose(), "+drkzqAD");
        assert_eq!(made.minutes, Some(60));
        for body in [
            r#"{"id":"a"}"#,
            r#"{"id":"../x","temporaryAccessPass":"p"}"#,
            "",
        ] {
            assert!(read(body).is_none(), "{body}");
        }
    }

    #[test]
    fn a_pass_is_for_one_use_and_lives_10_to_43200_minutes() {
        let body = PassWish::once_within(10).unwrap().body();
        assert_eq!(body, br#"{"isUsableOnce":true,"lifetimeInMinutes":10}"#);
        assert!(PassWish::once_within(43_200).is_some());
        assert_eq!(PassWish::once_within(9), None);
        assert_eq!(PassWish::once_within(43_201), None);
    }
}
