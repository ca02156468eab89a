//! Any `TenantWrite` behind Graph's paths, with a sign-in before it.

use super::Answering;
use super::Asked;
use super::Told;
use glasskey::entra::Get;
use glasskey::entra::NoReply;
use glasskey::entra::Reply;
use glasskey::entra::TenantWrite;
use glasskey::entra::Version;
use glasskey::entra::Write;
use glasskey::entra::WriteMethod;
use glasskey::primitives::Secret;
use glasskey::primitives::bytes;
use serde_json::Value;
use serde_json::json;

/// A token of these claims: its payload is read, its signature never.
pub(crate) fn token(claims: &Value) -> String {
    let part = |value: &Value| bytes::base64url(value.to_string().as_bytes());
    let header = json!({"alg": "RS256", "typ": "JWT"});
    format!("{}.{}.c2lnbmF0dXJl", part(&header), part(claims))
}

/// A tenant that hands out one token and takes no other.
pub(crate) struct Tenant {
    token: String,
    inner: Box<dyn TenantWrite>,
}

impl Tenant {
    /// Signs everyone in with these claims; `inner` answers for Graph and Azure Resource Manager.
    pub(crate) fn new(claims: &Value, inner: Box<dyn TenantWrite>) -> Self {
        Self {
            token: token(claims),
            inner,
        }
    }

    fn serve(&mut self, asked: &Asked) -> Reply {
        let (version, target) = match asked.target.strip_prefix("/v1.0") {
            Some(rest) => (Version::V1, rest),
            None => match asked.target.strip_prefix("/beta") {
                Some(rest) => (Version::Beta, rest),
                None => (Version::Arm, asked.target.as_str()),
            },
        };
        let method = match asked.method.as_str() {
            "GET" => None,
            "POST" => Some(WriteMethod::Post),
            "PATCH" => Some(WriteMethod::Patch),
            _ => Some(WriteMethod::Delete),
        };
        match method {
            None => {
                let get = Get {
                    version,
                    target: target.to_owned(),
                    eventual: asked.header("consistencylevel") == Some("eventual"),
                };
                self.inner.fetch(&[get]).remove(0)
            }
            Some(method) => self.inner.send(&Write {
                method,
                version,
                target: target.to_owned(),
                body: Secret::new(asked.body.clone()),
            }),
        }
    }
}

impl Answering for Tenant {
    fn answer(&mut self, asked: &Asked) -> Told {
        if asked.host.starts_with("login.") {
            return if asked.path().ends_with("/oauth2/v2.0/token") {
                Told::json(
                    200,
                    &json!({"token_type": "Bearer", "expires_in": 3599, "access_token": self.token}),
                )
            } else {
                Told::json(404, &json!({}))
            };
        }
        let bearer = format!("Bearer {}", self.token);
        if asked.header("authorization") != Some(&bearer) {
            let error = json!({"error": {"code": "InvalidAuthenticationToken", "message": "Access token is empty."}});
            return Told::json(401, &error);
        }
        match self.serve(asked) {
            Ok(reply) => Told::Reply {
                status: reply.status,
                headers: reply.headers,
                body: reply.body,
            },
            Err(NoReply::MayHaveHappened(_) | NoReply::NotSent(_)) => Told::Cut,
            Err(NoReply::TooLarge(bytes)) => Told::Endless(bytes + 1),
            Err(NoReply::NotRecorded) => Told::json(404, &json!({})),
        }
    }
}
