//! A tenant that keeps a blanked copy of every exchange.

use super::Exchange;
use crate::entra::Get;
use crate::entra::Reply;
use crate::entra::Tenant;
use crate::entra::TenantWrite;
use crate::entra::Version;
use crate::entra::Write;
use crate::entra::WriteMethod;
use crate::entra::service_host;
use crate::primitives::Cloud;

/// Passes everything on to another tenant and keeps what was answered. An exchange without an
/// answer leaves no line.
pub struct Recorder<'a, T: ?Sized> {
    inner: &'a mut T,
    cloud: Cloud,
    exchanges: Vec<Exchange>,
}

impl<'a, T: ?Sized> Recorder<'a, T> {
    /// Records what passes to `inner`; the hosts of `cloud` are written into the addresses.
    pub fn new(inner: &'a mut T, cloud: Cloud) -> Self {
        Self {
            inner,
            cloud,
            exchanges: Vec::new(),
        }
    }

    /// What was recorded.
    #[must_use]
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// The file: one line an exchange, each with its line end.
    #[must_use]
    pub fn json_lines(&self) -> String {
        self.exchanges
            .iter()
            .map(|exchange| exchange.line() + "\n")
            .collect()
    }

    fn keep(&mut self, method: &str, version: Version, target: &str, body: &[u8], reply: &Reply) {
        if let Ok(reply) = reply {
            let host = service_host(self.cloud, version);
            let url = format!("https://{host}{}{target}", version.path());
            self.exchanges
                .push(Exchange::new(method, &url, body, reply));
        }
    }
}

impl<T: Tenant + ?Sized> Tenant for Recorder<'_, T> {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        let replies = self.inner.fetch(wave);
        for (get, reply) in wave.iter().zip(&replies) {
            self.keep("GET", get.version, &get.target, &[], reply);
        }
        replies
    }
}

impl<T: TenantWrite + ?Sized> TenantWrite for Recorder<'_, T> {
    fn send(&mut self, write: &Write) -> Reply {
        let reply = self.inner.send(write);
        let method = match write.method {
            WriteMethod::Post => "POST",
            WriteMethod::Patch => "PATCH",
            WriteMethod::Delete => "DELETE",
        };
        self.keep(
            method,
            write.version,
            &write.target,
            write.body.expose(),
            &reply,
        );
        reply
    }
}
