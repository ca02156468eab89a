//! The port: waves of reads at once, writes one by one, each once.

use super::Fault;
use super::HttpsClient;
use super::Outgoing;
use super::client::IDLE;
use super::patience::Patience;
use super::wave::exchange_all;
use crate::entra::Get;
use crate::entra::HttpReply;
use crate::entra::NoReply;
use crate::entra::Reply;
use crate::entra::Service;
use crate::entra::Tenant;
use crate::entra::TenantWrite;
use crate::entra::Version;
use crate::entra::Write;
use crate::io::Stopped;
use crate::io::Tokens;
use crate::io::Waiting;
use crate::primitives::Entropy;
use crate::primitives::Guid;
use reqwest::header::ACCEPT;
use reqwest::header::AUTHORIZATION;
use reqwest::header::HeaderName;
use reqwest::header::HeaderValue;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Instant;
use zeroize::Zeroizing;

/// What ends everything after Ctrl-C.
const INTERRUPTED: &str = "stopped by Ctrl-C";

/// A tenant behind HTTPS.
pub struct HttpsTenant {
    hosts: BTreeMap<Service, String>,
    client: HttpsClient,
    tokens: Tokens,
    entropy: Box<dyn Entropy>,
    waiting: Rc<Waiting>,
    refused: Option<HttpReply>,
    used: BTreeMap<String, Instant>,
    patience: Patience,
}

impl HttpsTenant {
    /// A tenant on these hosts (with a port, if it is not 443), reached through `client` with
    /// `tokens`. Nothing is exchanged yet.
    #[must_use]
    pub fn new(
        hosts: BTreeMap<Service, String>,
        client: HttpsClient,
        tokens: Tokens,
        entropy: Box<dyn Entropy>,
        waiting: Rc<Waiting>,
    ) -> Self {
        Self {
            hosts,
            client,
            tokens,
            entropy,
            waiting,
            refused: None,
            used: BTreeMap::new(),
            patience: Patience::default(),
        }
    }

    /// The first answer with status 401: the service does not take the sign-in, and is asked nothing
    /// more; `None` if there was none.
    #[must_use]
    pub const fn refused_sign_in(&self) -> Option<&HttpReply> {
        self.refused.as_ref()
    }

    /// Whether Ctrl-C ended a wait; nothing is asked after it.
    #[must_use]
    pub fn was_interrupted(&self) -> bool {
        self.waiting.was_interrupted()
    }

    /// Makes a request for a service.
    fn outgoing(
        &mut self,
        version: Version,
        target: &str,
        further: &[(&'static str, &'static str)],
    ) -> Result<Outgoing, NoReply> {
        if self.refused.is_some() {
            return Err(NoReply::NotSent(
                "the tenant does not take the sign-in any more".to_owned(),
            ));
        }
        let service = Service::of(version);
        let host = self
            .hosts
            .get(&service)
            .ok_or_else(|| NoReply::NotSent(format!("{} is not asked here", service.name())))?;
        let url = format!("https://{host}{}{target}", version.path());
        let token = self
            .tokens
            .token(service, &self.waiting)
            .map_err(|fault| NoReply::NotSent(fault.words()))?;
        let bearer = Zeroizing::new(format!("Bearer {}", token.expose()));
        let bearer = HeaderValue::from_str(&bearer)
            .map_err(|_| NoReply::NotSent("the token is not one".to_owned()))?;
        let id = self.request_id();
        let id = HeaderValue::from_str(&id.to_string())
            .map_err(|_| NoReply::NotSent("no request id".to_owned()))?;
        let mut headers = vec![
            (AUTHORIZATION, bearer),
            (HeaderName::from_static("client-request-id"), id),
            (ACCEPT, HeaderValue::from_static("application/json")),
        ];
        headers.extend(further.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        }));
        Ok(Outgoing {
            method: None,
            url,
            headers,
            body: Zeroizing::default(),
        })
    }

    /// A random GUID (RFC 9562 §5.4).
    fn request_id(&mut self) -> Guid {
        let mut id = [0; 16];
        self.entropy.fill(&mut id);
        let [_, _, _, _, _, _, version, _, variant, ..] = &mut id;
        *version = (*version & 0x0f) | 0x40;
        *variant = (*variant & 0x3f) | 0x80;
        Guid(id)
    }

    /// Hosts to which no connection may be open.
    fn cold(&mut self, outgoing: &[(usize, Outgoing)]) -> BTreeSet<String> {
        let now = Instant::now();
        let hosts: BTreeSet<String> = outgoing
            .iter()
            .map(|(_, request)| request.host().to_owned())
            .collect();
        let is_cold = |host: &String| {
            let used = self.used.get(host);
            used.is_none_or(|used| now.duration_since(*used) > IDLE)
        };
        let cold = hosts.iter().filter(|host| is_cold(host)).cloned().collect();
        self.used.extend(hosts.into_iter().map(|host| (host, now)));
        cold
    }

    fn keep_refusal(&mut self, reply: &Reply) {
        if let Ok(reply) = reply
            && reply.status == 401
            && self.refused.is_none()
        {
            self.refused = Some(HttpReply {
                body: reply.body.iter().copied().take(4_096).collect(),
                ..reply.clone()
            });
        }
    }
}

impl Tenant for HttpsTenant {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        let mut replies: Vec<Option<Reply>> = Vec::new();
        let mut outgoing = Vec::new();
        for (index, get) in wave.iter().enumerate() {
            let eventual: &[_] = if get.eventual {
                &[("consistencylevel", "eventual")]
            } else {
                &[]
            };
            let request = match self.patience.ended(get) {
                None => self.outgoing(get.version, &get.target, eventual),
                Some(no_reply) => Err(no_reply),
            };
            match request {
                Ok(request) => {
                    outgoing.push((index, request));
                    replies.push(None);
                }
                Err(no_reply) => replies.push(Some(Err(no_reply))),
            }
        }
        let name = names(wave.iter().map(|get| get.version));
        let total = outgoing.len();
        let answered = Cell::new(0_usize);
        let what = || format!("{name}: {} of {total} answers", answered.get());
        let cold = self.cold(&outgoing);
        let taken = |place: usize, ended: Result<HttpReply, Fault>| {
            answered.set(answered.get().saturating_add(1));
            if let Some(place) = replies.get_mut(place) {
                *place = Some(ended.map_err(Fault::no_reply));
            }
        };
        let exchanges = exchange_all(self.client.clone(), outgoing, cold, taken);
        let ended = self.waiting.until(&what, exchanges);
        let missing = match ended {
            Ok(()) => NoReply::NotSent("no answer was taken".to_owned()),
            // Not tried again: a read that was given up.
            Err(Stopped::Interrupted) => NoReply::NotSent(INTERRUPTED.to_owned()),
            Err(Stopped::System(words)) => NoReply::NotSent(words),
        };
        let replies: Vec<Reply> = replies
            .into_iter()
            .map(|reply| reply.unwrap_or_else(|| Err(missing.clone())))
            .collect();
        self.patience.take(wave, &replies);
        for reply in &replies {
            self.keep_refusal(reply);
        }
        replies
    }
}

impl TenantWrite for HttpsTenant {
    fn send(&mut self, write: &Write) -> Reply {
        let json: &[_] = if write.body.expose().is_empty() {
            &[]
        } else {
            &[("content-type", "application/json")]
        };
        let mut request = self.outgoing(write.version, &write.target, json)?;
        request.method = Some(write.method);
        request.body = Zeroizing::new(write.body.expose().clone());
        let name = names(std::iter::once(write.version));
        let what = || format!("{name}: one change");
        let client = self.client.clone();
        let exchange = async { client.exchange(request, client.budget()).await };
        let before = self.waiting.was_interrupted();
        let reply = match self.waiting.until(&what, exchange) {
            Ok(ended) => ended.map_err(Fault::no_reply),
            Err(Stopped::Interrupted) if before => Err(NoReply::NotSent(INTERRUPTED.to_owned())),
            Err(Stopped::Interrupted) => Err(NoReply::MayHaveHappened(INTERRUPTED.to_owned())),
            Err(Stopped::System(words)) => Err(NoReply::NotSent(words)),
        };
        self.keep_refusal(&reply);
        reply
    }
}

/// The services that are asked, for people.
fn names(of: impl Iterator<Item = Version>) -> String {
    let services: BTreeSet<Service> = of.map(Service::of).collect();
    let names: Vec<&str> = services.iter().map(|service| service.name()).collect();
    names.join(" and ")
}
