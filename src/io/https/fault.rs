//! Why no answer came, in words that a person can act on.

use crate::entra::NoReply;
use crate::primitives::text::printable;
use rustls::CertificateError;
use std::error::Error;
use std::io::ErrorKind;

/// Longest words of a library that are passed on, in characters.
const LONGEST: usize = 200;

/// No answer that may be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing of the request left this machine, and something on the way refuses: why.
    NotSent(String),
    /// Nothing of the request left this machine, and no way leads to the host: why.
    NoWay(String),
    /// It may have arrived: why there is no answer.
    Lost(String),
    /// The answer is longer than this many bytes.
    TooLarge(u64),
}

impl Fault {
    /// The same for a port.
    #[must_use]
    pub fn no_reply(self) -> NoReply {
        match self {
            Self::NotSent(words) | Self::NoWay(words) => NoReply::NotSent(words),
            Self::Lost(words) => NoReply::MayHaveHappened(words),
            Self::TooLarge(bytes) => NoReply::TooLarge(bytes),
        }
    }

    /// The words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::NotSent(words) | Self::NoWay(words) | Self::Lost(words) => words.clone(),
            Self::TooLarge(bytes) => format!("the answer is longer than {bytes} bytes"),
        }
    }

    /// What came of an exchange with `host` that failed. Only what failed while connecting surely
    /// never left.
    pub(super) fn of(error: &reqwest::Error, host: &str) -> Self {
        let (words, refused) = words(error, host);
        if !error.is_connect() && !error.is_builder() {
            Self::Lost(words)
        } else if refused {
            Self::NotSent(words)
        } else {
            Self::NoWay(words)
        }
    }
}

/// One link of a chain of errors, with what an `io::Error` hides.
fn links(error: &reqwest::Error) -> Vec<&(dyn Error + 'static)> {
    let mut all: Vec<&(dyn Error + 'static)> = Vec::new();
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(link) = next {
        all.push(link);
        if all.len() > 16 {
            break;
        }
        let hidden = link
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
            .map(|inner| -> &(dyn Error + 'static) { inner });
        next = hidden.or_else(|| link.source());
    }
    all
}

/// Why, and whether something refused: a certificate, a proxy.
fn words(error: &reqwest::Error, host: &str) -> (String, bool) {
    let links = links(error);
    let tls = links
        .iter()
        .find_map(|link| link.downcast_ref::<rustls::Error>());
    if let Some(tls) = tls {
        return (tls_words(tls, host), true);
    }
    let said: Vec<String> = links.iter().skip(1).map(ToString::to_string).collect();
    let all = said.join(": ");
    if let Some(words) = proxy_words(&all, said.last().map_or("", String::as_str), host) {
        return (words, true);
    }
    let kind = links.iter().find_map(|link| {
        link.downcast_ref::<std::io::Error>()
            .map(std::io::Error::kind)
    });
    if error.is_dns() || all.contains("dns error") {
        let words = format!(
            "the name {host} is not known here: no network, or a network without DNS for it; \
             behind a proxy set HTTPS_PROXY"
        );
        return (words, false);
    }
    if error.is_timeout() || kind == Some(ErrorKind::TimedOut) {
        let words = if error.is_connect() {
            format!("{host} could not be reached in time: a firewall, or HTTPS_PROXY is not set")
        } else {
            format!("{host} did not answer in time")
        };
        return (words, false);
    }
    let words = match kind {
        Some(ErrorKind::ConnectionRefused) => format!("the connection to {host} was refused"),
        Some(ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable) => {
            format!("there is no network that leads to {host}")
        }
        Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof) => {
            format!("the connection to {host} was cut")
        }
        Some(_) | None if all.is_empty() => format!("the exchange with {host} failed"),
        Some(_) | None => format!("the exchange with {host} failed: {}", short(&all)),
    };
    (words, false)
}

/// What a proxy did; `None` if it was none.
fn proxy_words(all: &str, last: &str, host: &str) -> Option<String> {
    if all.contains("failed to create underlying connection") {
        let why = short(last);
        return Some(format!("the proxy (HTTPS_PROXY) cannot be reached: {why}"));
    }
    if !all.contains("tunnel") && !all.contains("proxy") {
        return None;
    }
    let wants = all.contains("authentication required") || all.contains("authorization required");
    Some(if wants {
        format!("the proxy (HTTPS_PROXY) wants a name and a password before it lets {host} through")
    } else {
        let why = short(all);
        format!("the proxy (HTTPS_PROXY) does not let {host} through: {why}")
    })
}

fn tls_words(error: &rustls::Error, host: &str) -> String {
    let rustls::Error::InvalidCertificate(why) = error else {
        return format!("no TLS with {host}: {}", short(&error.to_string()));
    };
    let other = || short(&format!("{why:?}"));
    format!(
        "the certificate of {host} was refused: {}",
        known(why).map_or_else(other, str::to_owned)
    )
}

/// The reasons that a person can act on; `None` for the others.
const fn known(why: &CertificateError) -> Option<&'static str> {
    if matches!(why, CertificateError::UnknownIssuer) {
        return Some(
            "nobody whom this machine trusts has signed it; a proxy that opens TLS needs its \
             authority in SSL_CERT_FILE",
        );
    }
    if matches!(
        why,
        CertificateError::Expired | CertificateError::ExpiredContext { .. }
    ) {
        return Some("it has expired, or this machine's clock is wrong");
    }
    if matches!(
        why,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }
    ) {
        return Some("it is not valid yet, or this machine's clock is wrong");
    }
    if matches!(
        why,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
    ) {
        return Some("it is for another name");
    }
    if matches!(why, CertificateError::Revoked) {
        return Some("it was revoked");
    }
    None
}

fn short(text: &str) -> String {
    printable(&text.chars().take(LONGEST).collect::<String>())
}
