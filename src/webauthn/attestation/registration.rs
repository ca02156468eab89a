//! What a registration says of itself, before anybody vouches for it.

use super::ClientDataFault;
use super::CollectedClientData;
use crate::webauthn::AttestationObject;
use crate::webauthn::RpId;

/// The hash of the rp id in authenticator data, against the rp id it should be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RpIdHashFact {
    /// It is SHA-256 of that rp id.
    Matches,
    /// It is of another.
    Differs,
    /// No rp id is known to compare with.
    NotCompared,
}

/// The origin in client data, against the rp id (WebAuthn §5.1.3: the host, or a parent of it).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginFact {
    /// `https` (or `http` on `localhost`), and its host is the rp id or below it.
    Within,
    /// Any other origin.
    Outside,
    /// No rp id is known to compare with, or the client data cannot be read.
    NotCompared,
}

/// What a registration says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationFacts {
    /// Type, challenge and origin, or why they cannot be read.
    pub client_data: Result<CollectedClientData, ClientDataFault>,
    /// Whether the origin belongs to the rp id.
    pub origin: OriginFact,
    /// Whether authenticator data is for the rp id.
    pub rp_id_hash: RpIdHashFact,
    /// UP: a person touched the authenticator.
    pub user_present: bool,
    /// UV: it verified that person.
    pub user_verified: bool,
}

/// What the registration `object` over `client_data_json` says of itself; `rp_id` is what it
/// should be for, `None` if that is not known.
#[must_use]
pub fn registration(
    object: &AttestationObject,
    client_data_json: &[u8],
    rp_id: Option<&RpId>,
) -> RegistrationFacts {
    let client_data = CollectedClientData::parse(client_data_json);
    let origin = match (&client_data, rp_id) {
        (Ok(read), Some(rp_id)) if is_within(&read.origin, rp_id) => OriginFact::Within,
        (Ok(_), Some(_)) => OriginFact::Outside,
        (Err(_), _) | (_, None) => OriginFact::NotCompared,
    };
    let data = object.auth_data();
    let rp_id_hash = match rp_id.map(RpId::hash) {
        Some(hash) if hash.0 == *data.rp_id_hash() => RpIdHashFact::Matches,
        Some(_) => RpIdHashFact::Differs,
        None => RpIdHashFact::NotCompared,
    };
    RegistrationFacts {
        client_data,
        origin,
        rp_id_hash,
        user_present: data.user_present(),
        user_verified: data.user_verified(),
    }
}

/// A port of at most five digits; a `+` before them is let pass.
fn is_port(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    digits.len() <= 5 && text.parse::<u16>().is_ok()
}

fn is_within(origin: &str, rp_id: &RpId) -> bool {
    let rp_id = rp_id.as_str();
    let (authority, secure) = match (
        origin.strip_prefix("https://"),
        origin.strip_prefix("http://"),
    ) {
        (Some(rest), _) => (rest, true),
        (None, Some(rest)) => (rest, false),
        (None, None) => return false,
    };
    let host = match authority.split_once(':') {
        Some((host, port)) if is_port(port) => host,
        Some(_) => return false,
        None => authority,
    };
    let plain = host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
    let below = host
        .strip_suffix(rp_id)
        .is_some_and(|front| front.is_empty() || (front.len() > 1 && front.ends_with('.')));
    let local = host == "localhost" || host.ends_with(".localhost");
    plain && below && !rp_id.is_empty() && (secure || local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_belongs_to_its_host_and_the_domains_above_it() {
        for (origin, rp_id, within) in [
            ("https://login.microsoft.com", "login.microsoft.com", true),
            ("https://login.microsoft.com", "microsoft.com", true),
            ("https://localhost:8443", "localhost", true),
            ("https://localhost:00443", "localhost", true),
            ("https://localhost:+00443", "localhost", true),
            ("https://localhost:000443", "localhost", false),
            ("https://localhost:65536", "localhost", false),
            ("http://localhost:5000", "localhost", true),
            ("http://login.microsoft.com", "login.microsoft.com", false),
            (
                "https://evil-login.microsoft.com",
                "login.microsoft.com",
                false,
            ),
            (
                "https://login.microsoft.com.evil.org",
                "login.microsoft.com",
                false,
            ),
            (
                "https://evil.org/.login.microsoft.com",
                "login.microsoft.com",
                false,
            ),
            (
                "https://u@login.microsoft.com",
                "login.microsoft.com",
                false,
            ),
            (
                "https://login.microsoft.com:x",
                "login.microsoft.com",
                false,
            ),
            ("https://.login.microsoft.com", "login.microsoft.com", false),
            ("glasskey:tenant", "login.microsoft.com", false),
            ("https://login.microsoft.com", "", false),
        ] {
            assert_eq!(
                is_within(origin, &RpId::new(rp_id)),
                within,
                "{origin} {rp_id}"
            );
        }
    }
}
