//! A sign-in in a browser: authorization code with PKCE (RFC 6749 §4.1, RFC 7636) and a loopback
//! redirect (RFC 8252 §7.3).

use super::login_host;
use crate::entra::encode_segment;
use crate::primitives::Cloud;
use crate::primitives::Digest;
use crate::primitives::Entropy;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::primitives::TenantId;
use data_encoding::BASE64URL_NOPAD;

/// One sign-in that is under way. It has no `Debug`: the verifier is a secret until it is used.
pub struct Authorization {
    verifier: Secret<String>,
    state: String,
    port: u16,
}

impl Authorization {
    /// Begins one, with a verifier and a state of 256 bits each, to come back on `port`.
    #[must_use]
    pub fn begin(entropy: &mut dyn Entropy, port: u16) -> Self {
        let mut random = || {
            let mut bytes = [0; 32];
            entropy.fill(&mut bytes);
            BASE64URL_NOPAD.encode(&bytes)
        };
        Self {
            verifier: Secret::new(random()),
            state: random(),
            port,
        }
    }

    /// What comes back unchanged, so that nobody else's redirect is taken.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }

    /// The PKCE verifier, for the token request alone.
    #[must_use]
    pub const fn verifier(&self) -> &Secret<String> {
        &self.verifier
    }

    /// Where the browser comes back to: `http://localhost:PORT`. Entra ignores the port of it.
    #[must_use]
    pub fn redirect_uri(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The address that the person opens. Nothing in it is a secret.
    #[must_use]
    pub fn address(&self, cloud: Cloud, tenant: TenantId, client: Guid, scope: &str) -> String {
        let challenge = Digest::of(self.verifier.expose().as_bytes());
        let challenge = BASE64URL_NOPAD.encode(&challenge.0);
        let redirect = self.redirect_uri();
        let client = client.to_string();
        let parameters: [(&str, &str); 9] = [
            ("client_id", &client),
            ("response_type", "code"),
            ("redirect_uri", &redirect),
            ("response_mode", "query"),
            ("scope", scope),
            ("state", &self.state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("prompt", "select_account"),
        ];
        let query: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{name}={}", encode_segment(value)))
            .collect();
        let host = login_host(cloud);
        format!(
            "https://{host}/{tenant}/oauth2/v2.0/authorize?{}",
            query.join("&")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(u8);

    impl Entropy for Counting {
        fn fill(&mut self, buffer: &mut [u8]) {
            for byte in buffer {
                *byte = self.0;
                self.0 = self.0.wrapping_add(1);
            }
        }
    }

    #[test]
    fn the_address_carries_the_challenge_and_never_the_verifier() {
        let authorization = Authorization::begin(&mut Counting(0), 4_711);
        let id = |text: &str| Guid::parse(text).unwrap();
        let address = authorization.address(
            Cloud::Global,
            id("9c2a4e10-5b7d-4c1f-9a36-0d2f8e6b7c55"),
            id("0f4c9d3e-2b61-4a8f-8d57-61c3e9a0b7f2"),
            "https://graph.microsoft.com/.default offline_access",
        );
        assert_eq!(
            address,
            "https://login.microsoftonline.com/9c2a4e10-5b7d-4c1f-9a36-0d2f8e6b7c55/oauth2/v2.0/authorize?\
             client_id=0f4c9d3e-2b61-4a8f-8d57-61c3e9a0b7f2&response_type=code\
             &redirect_uri=http%3A%2F%2Flocalhost%3A4711&response_mode=query\
             &scope=https%3A%2F%2Fgraph.microsoft.com%2F.default%20offline_access\
             &state=ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8\
             &code_challenge=6oZqdX5MOLq_qBJ8vppAnT4fk6AP8UiP9zX8-Rev_9A\
             &code_challenge_method=S256&prompt=select_account"
        );
        assert!(!address.contains(authorization.verifier().expose().as_str()));
    }

    #[test]
    fn the_challenge_is_that_of_the_standards_own_example() {
        // RFC 7636 appendix B
        let challenge = Digest::of(b"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(
            BASE64URL_NOPAD.encode(&challenge.0),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
