//! `azure_identity` over our own client: the same TLS, proxy, bounds; and what Entra answered to a
//! refusal is kept, which the library loses where the words have escapes in them.

use crate::entra::SignInRefusal;
use crate::entra::WriteMethod;
use crate::io::https::HttpsClient;
use crate::io::https::Outgoing;
use async_trait::async_trait;
use azure_core::error::Error;
use azure_core::error::ErrorKind;
use azure_core::http::AsyncRawResponse;
use azure_core::http::Body;
use azure_core::http::HttpClient;
use azure_core::http::Method;
use azure_core::http::Request;
use azure_core::http::headers::Headers;
use reqwest::header::HeaderName;
use reqwest::header::HeaderValue;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use zeroize::Zeroizing;

/// What the last exchange came to, if it brought no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Entra's words.
    Refused(SignInRefusal),
    /// No usable answer: why.
    NoAnswer(String),
}

/// The transport of one credential.
#[derive(Debug)]
pub(super) struct OurTransport {
    client: HttpsClient,
    trouble: Mutex<Option<Trouble>>,
}

impl OurTransport {
    pub(super) fn new(client: HttpsClient) -> Arc<Self> {
        Arc::new(Self {
            client,
            trouble: Mutex::new(None),
        })
    }

    /// What the last exchange came to, once.
    pub(super) fn take_trouble(&self) -> Option<Trouble> {
        self.trouble
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn keep(&self, trouble: Option<Trouble>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}

fn outgoing(request: &Request) -> Result<Outgoing, Error> {
    let unusable = |what: &'static str| Error::with_message(ErrorKind::Other, what);
    let method = match request.method() {
        Method::Get => None,
        Method::Post => Some(WriteMethod::Post),
        Method::Patch => Some(WriteMethod::Patch),
        Method::Delete => Some(WriteMethod::Delete),
        Method::Head | Method::Put | _ => return Err(unusable("not a method of a sign-in")),
    };
    let mut headers = Vec::new();
    for (name, value) in request.headers().iter() {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        let value = HeaderValue::from_str(value.as_str());
        let (Ok(name), Ok(value)) = (name, value) else {
            return Err(unusable("not a header"));
        };
        headers.push((name, value));
    }
    let Body::Bytes(body) = request.body() else {
        return Err(unusable("not the body of a sign-in"));
    };
    Ok(Outgoing {
        method,
        url: request.url().to_string(),
        headers,
        body: Zeroizing::new(body.to_vec()),
    })
}

#[async_trait]
impl HttpClient for OurTransport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let outgoing = outgoing(request)?;
        let budget = self.client.budget();
        match self.client.exchange(outgoing, budget).await {
            Ok(reply) => {
                self.keep((reply.status != 200).then(|| {
                    let refusal = SignInRefusal::of_body(&reply.body);
                    if refusal.error.is_empty() && refusal.message.is_empty() {
                        Trouble::NoAnswer(format!("the answer has status {}", reply.status))
                    } else {
                        Trouble::Refused(refusal)
                    }
                }));
                let mut headers = Headers::new();
                for (name, value) in reply.headers {
                    headers.insert(name, value);
                }
                Ok(AsyncRawResponse::from_bytes(
                    reply.status.into(),
                    headers,
                    reply.body,
                ))
            }
            Err(fault) => {
                self.keep(Some(Trouble::NoAnswer(fault.words())));
                // Of this kind, the library does not try again.
                Err(Error::with_message(ErrorKind::Other, fault.words()))
            }
        }
    }
}
