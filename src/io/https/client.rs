//! One HTTPS client for sign-in and tenant: rustls on ring, this machine's certificate authorities,
//! its proxy; an answer is bounded while it streams in.

use super::Fault;
use super::connections::Connections;
use crate::entra::HttpReply;
use crate::entra::WriteMethod;
use bytes::Bytes;
use reqwest::Client;
use reqwest::header::HeaderName;
use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::watch;
use zeroize::Zeroizing;

/// How much time and memory an exchange may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// For the connection with its TLS.
    pub connect: Duration,
    /// For the whole exchange, to the last byte.
    pub exchange: Duration,
    /// Bytes of one answer's body, unpacked.
    pub body: u64,
    /// Bytes of all bodies of one wave.
    pub wave: u64,
    /// Exchanges that are under way at once.
    pub at_once: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            exchange: Duration::from_secs(30),
            body: 16 * 1_024 * 1_024,
            wave: 64 * 1_024 * 1_024,
            at_once: 32,
        }
    }
}

/// How long a connection that nobody uses is kept.
pub(super) const IDLE: Duration = Duration::from_mins(5);

/// Whom the client trusts, and how it goes out.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// This machine's authorities (on Linux those of `SSL_CERT_FILE` and `SSL_CERT_DIR` instead, if
    /// they are set), through the proxy of `HTTPS_PROXY`, but for `NO_PROXY`. TLS always.
    #[default]
    Machine,
    /// The same, and straight to addresses of this machine and its host without TLS: a managed
    /// identity's endpoint has none.
    Local,
    /// These authorities alone, through this proxy alone.
    Only {
        /// The authorities (DER).
        roots: Vec<Vec<u8>>,
        /// The proxy's address; `None` for none.
        proxy: Option<String>,
    },
}

/// One request.
pub struct Outgoing {
    /// `None` is a GET.
    pub method: Option<WriteMethod>,
    /// The whole address.
    pub url: String,
    /// Header names and values; the values are never shown.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body, wiped once it is sent; empty for none.
    pub body: Zeroizing<Vec<u8>>,
}

impl Outgoing {
    /// The host in the address, with its port if there is one.
    #[must_use]
    pub fn host(&self) -> &str {
        let rest = self.url.split_once("://").map_or("", |(_, rest)| rest);
        rest.split(['/', '?', '#']).next().unwrap_or(rest)
    }
}

/// A client. Its copies share their connections.
#[derive(Clone, Debug)]
pub struct HttpsClient {
    client: Client,
    bounds: Bounds,
    connections: Connections,
}

impl HttpsClient {
    /// A client; it connects to nothing yet.
    ///
    /// # Errors
    /// In words, if this machine's certificate authorities or its proxy cannot be used.
    pub fn new(trust: &Trust, bounds: Bounds) -> Result<Self, String> {
        // Whoever installed one before has installed the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let connections = Connections::new();
        let mut builder = Client::builder()
            .connect_timeout(bounds.connect)
            .timeout(bounds.exchange)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connector_layer(connections.clone())
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("glasskey/", env!("CARGO_PKG_VERSION")));
        builder = match trust {
            Trust::Machine => builder.https_only(true),
            Trust::Local => builder.no_proxy(),
            Trust::Only { roots, proxy } => {
                let roots: Result<Vec<_>, _> = roots
                    .iter()
                    .map(|der| reqwest::Certificate::from_der(der))
                    .collect();
                let roots = roots.map_err(|error| error.to_string())?;
                let builder = builder.https_only(true).no_proxy().tls_certs_only(roots);
                match proxy {
                    Some(address) => builder
                        .proxy(reqwest::Proxy::all(address).map_err(|error| error.to_string())?),
                    None => builder,
                }
            }
        };
        let client = builder.build().map_err(|error| {
            use std::error::Error as _;
            let why = error.source().map(ToString::to_string);
            format!(
                "no TLS on this machine: {}",
                why.unwrap_or_else(|| error.to_string())
            )
        })?;
        Ok(Self {
            client,
            bounds,
            connections,
        })
    }

    /// Its bounds.
    #[must_use]
    pub const fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Tells of every connection that comes to be from now on.
    pub(super) fn connections(&self) -> watch::Receiver<usize> {
        self.connections.listen()
    }

    /// Exchanges one request, once. `left` is what the bodies of its wave may still take, in bytes.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn exchange(
        &self,
        outgoing: Outgoing,
        left: Arc<AtomicU64>,
    ) -> Result<HttpReply, Fault> {
        let host = outgoing.host().to_owned();
        let method = match outgoing.method {
            None => reqwest::Method::GET,
            Some(WriteMethod::Post) => reqwest::Method::POST,
            Some(WriteMethod::Patch) => reqwest::Method::PATCH,
            Some(WriteMethod::Delete) => reqwest::Method::DELETE,
        };
        let mut request = self.client.request(method, &outgoing.url);
        for (name, mut value) in outgoing.headers {
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        if !outgoing.body.is_empty() {
            request = request.body(Bytes::from_owner(outgoing.body));
        }
        let response = request
            .send()
            .await
            .map_err(|error| Fault::of(&error, &host))?;
        self.read(response, &host, &left).await
    }

    async fn read(
        &self,
        mut response: reqwest::Response,
        host: &str,
        left: &AtomicU64,
    ) -> Result<HttpReply, Fault> {
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        let mut body = Vec::new();
        while let Some(piece) = response
            .chunk()
            .await
            // An answer had begun: it is not known what a write did.
            .map_err(|error| Fault::Lost(Fault::of(&error, host).words()))?
        {
            let more = u64::try_from(piece.len()).unwrap_or(u64::MAX);
            let have = u64::try_from(body.len()).unwrap_or(u64::MAX);
            if have.saturating_add(more) > self.bounds.body {
                return Err(Fault::TooLarge(self.bounds.body));
            }
            let taken = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(more)
            });
            if taken.is_err() {
                return Err(Fault::TooLarge(self.bounds.wave));
            }
            body.extend_from_slice(&piece);
        }
        Ok(HttpReply {
            status,
            headers,
            body,
        })
    }

    /// What the bodies of a wave that begins now may take.
    #[must_use]
    pub fn budget(&self) -> Arc<AtomicU64> {
        Arc::new(AtomicU64::new(self.bounds.wave))
    }
}
