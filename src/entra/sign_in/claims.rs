//! What an access token says of itself (RFC 7519, and Microsoft's access token claims). It is decoded
//! and never verified: the token is for the service, which verifies it. We read it to say before the
//! first call what the service would refuse.

use crate::primitives::Guid;
use crate::primitives::TenantId;
use crate::primitives::UtcTime;
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// Longest token that is read, in bytes.
const LONGEST: usize = 256 * 1_024;
/// Longest name of a person that is kept, in characters.
const LONGEST_NAME: usize = 160;

/// Whom a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A person who signed in, through an app (delegated).
    Person,
    /// An app by itself (app-only).
    App,
    /// The token does not say.
    NotTold,
}

/// What a token says of itself. Everything in it is a claim of whoever handed the token over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `tid`: the tenant that issued it; `None` if it does not say.
    pub tenant: Option<TenantId>,
    /// `appid`, or `azp`: the app registration that it was issued to.
    pub app: Option<Guid>,
    /// `idtyp`, else what `scp` and `roles` tell.
    pub kind: TokenKind,
    /// `scp`: delegated permissions.
    pub scopes: BTreeSet<String>,
    /// `roles`: application permissions.
    pub roles: BTreeSet<String>,
    /// `wids`: directory roles of the person, by role template id, as of the sign-in.
    pub directory_roles: BTreeSet<Guid>,
    /// `oid`: the person's object id, or the service principal's.
    pub object: Option<Guid>,
    /// `upn`, else `preferred_username`, else `unique_name`: the person's name, for people alone;
    /// controls are left out.
    pub name: Option<String>,
    /// `exp`
    pub expires: Option<UtcTime>,
}

/// Why a token's claims cannot be read. Nothing of the token is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimsFault {
    /// It is not three parts with dots between them, or too long.
    NotJwt,
    /// The middle part is not base64url of a JSON object, or a member is not what it must be.
    Unreadable,
}

#[derive(Deserialize)]
struct Raw {
    tid: Option<Guid>,
    appid: Option<Guid>,
    azp: Option<Guid>,
    idtyp: Option<String>,
    scp: Option<String>,
    roles: Option<Vec<String>>,
    wids: Option<Vec<String>>,
    oid: Option<Guid>,
    upn: Option<String>,
    preferred_username: Option<String>,
    unique_name: Option<String>,
    exp: Option<Value>,
}

impl Claims {
    /// Reads the claims of a token.
    ///
    /// # Errors
    /// [`ClaimsFault`]
    pub fn read(token: &str) -> Result<Self, ClaimsFault> {
        if token.len() > LONGEST {
            return Err(ClaimsFault::NotJwt);
        }
        let parts: Vec<&str> = token.split('.').collect();
        let [_, payload, _] = parts.as_slice() else {
            return Err(ClaimsFault::NotJwt);
        };
        let bytes = BASE64URL_NOPAD
            .decode(payload.trim_end_matches('=').as_bytes())
            .map_err(|_| ClaimsFault::Unreadable)?;
        let raw: Raw = serde_json::from_slice(&bytes).map_err(|_| ClaimsFault::Unreadable)?;
        Ok(Self::of(raw))
    }

    fn of(raw: Raw) -> Self {
        let scopes: BTreeSet<String> = raw
            .scp
            .unwrap_or_default()
            .split_ascii_whitespace()
            .map(str::to_owned)
            .collect();
        let roles: BTreeSet<String> = raw.roles.unwrap_or_default().into_iter().collect();
        let kind = match raw.idtyp.as_deref() {
            Some("app") => TokenKind::App,
            Some("user") => TokenKind::Person,
            Some(_) | None if !scopes.is_empty() => TokenKind::Person,
            Some(_) | None if !roles.is_empty() => TokenKind::App,
            Some(_) | None => TokenKind::NotTold,
        };
        let name = raw.upn.or(raw.preferred_username).or(raw.unique_name);
        Self {
            tenant: raw.tid,
            app: raw.appid.or(raw.azp),
            kind,
            scopes,
            roles,
            directory_roles: raw
                .wids
                .unwrap_or_default()
                .iter()
                .filter_map(|id| Guid::parse(id))
                .collect(),
            object: raw.oid,
            name: name.map(|name| {
                let shown = name.chars().filter(|c| !c.is_control());
                shown.take(LONGEST_NAME).collect()
            }),
            expires: raw.exp.and_then(|exp| exp.as_i64()).map(UtcTime::from_unix),
        }
    }

    /// What the token allows: of a person what was delegated, of an app what it was given.
    #[must_use]
    pub const fn granted(&self) -> &BTreeSet<String> {
        match self.kind {
            TokenKind::Person => &self.scopes,
            TokenKind::App | TokenKind::NotTold => &self.roles,
        }
    }

    /// Who signed in, in a few words: `op@contoso.com`, or `the app 0f4c…`.
    #[must_use]
    pub fn who(&self) -> String {
        let id = |id: Option<Guid>| id.map_or_else(|| "unknown".to_owned(), |id| id.to_string());
        match self.kind {
            TokenKind::Person => self
                .name
                .clone()
                .unwrap_or_else(|| format!("the user {}", id(self.object))),
            TokenKind::App | TokenKind::NotTold => format!("the app {}", id(self.app)),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    pub(in crate::entra) fn token(claims: &Value) -> String {
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        format!("{}.{}.c2ln", part(&json!({"alg": "RS256"})), part(claims))
    }

    pub(in crate::entra) fn claims(claims: &Value) -> Claims {
        Claims::read(&token(claims)).unwrap()
    }

    #[test]
    fn a_persons_token_says_who_and_what_was_delegated() {
        let read = claims(&json!({
            "aud": "https://graph.microsoft.com",
            "appid": "0f4c9d3e-2b61-4a8f-8d57-61c3e9a0b7f2",
            "exp": 1_795_000_000,
            "idtyp": "user",
            "oid": "3b1f0a52-7c4d-4e8b-a1c9-5d6e7f809102",
            "scp": "User.Read.All Policy.Read.All",
            "tid": "9c2a4e10-5b7d-4c1f-9a36-0d2f8e6b7c55",
            "upn": "op\u{1b}@contoso.com",
            "wids": ["f2ef992c-3afb-46b9-b7cf-a126ee74c451", "not an id"],
        }));
        assert_eq!(read.kind, TokenKind::Person);
        assert_eq!(read.who(), "op@contoso.com");
        let granted: Vec<&String> = read.granted().iter().collect();
        assert_eq!(granted, ["Policy.Read.All", "User.Read.All"]);
        assert_eq!(
            read.tenant,
            Guid::parse("9c2a4e10-5b7d-4c1f-9a36-0d2f8e6b7c55")
        );
        assert_eq!(read.directory_roles.len(), 1);
        assert_eq!(read.expires.unwrap().to_string(), "2026-11-18T11:06:40Z");
    }

    #[test]
    fn an_apps_token_is_known_by_idtyp_and_without_it_by_its_roles() {
        let app =
            json!({"azp": "0f4c9d3e-2b61-4a8f-8d57-61c3e9a0b7f2", "roles": ["User.Read.All"]});
        assert_eq!(claims(&app).kind, TokenKind::App);
        assert_eq!(
            claims(&app).who(),
            "the app 0f4c9d3e-2b61-4a8f-8d57-61c3e9a0b7f2"
        );
        assert_eq!(claims(&json!({"idtyp": "app"})).kind, TokenKind::App);
        assert_eq!(claims(&json!({"scp": "x"})).kind, TokenKind::Person);
        assert_eq!(claims(&json!({})).kind, TokenKind::NotTold);
        assert_eq!(claims(&json!({"idtyp": "device"})).kind, TokenKind::NotTold);
    }

    #[test]
    fn what_is_no_token_is_said_without_a_word_of_it() {
        for (text, fault) in [
            ("", ClaimsFault::NotJwt),
            ("opaque", ClaimsFault::NotJwt),
            ("a.b", ClaimsFault::NotJwt),
            ("a.b.c.d", ClaimsFault::NotJwt),
            ("a.!.c", ClaimsFault::Unreadable),
            ("a.bm90IGpzb24.c", ClaimsFault::Unreadable),
            (
                &token(&json!({"tid": "not a guid"})),
                ClaimsFault::Unreadable,
            ),
        ] {
            assert_eq!(Claims::read(text), Err(fault), "{text}");
        }
        let long = format!("a.{}.c", "A".repeat(300_000));
        assert_eq!(Claims::read(&long), Err(ClaimsFault::NotJwt));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn no_token_brings_it_down(text in ".{0,200}", json in "[{}\\[\\]\":,a-z0-9 ]{0,80}") {
            let _ = Claims::read(&text);
            let _ = Claims::read(&format!("a.{}.c", BASE64URL_NOPAD.encode(json.as_bytes())));
        }
    }
}
