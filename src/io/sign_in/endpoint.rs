//! The two endpoints of a tenant that hand out tokens to people, and forms that are posted to them.

use super::SignInFault;
use crate::entra::HttpReply;
use crate::entra::WriteMethod;
use crate::entra::encode_segment;
use crate::entra::login_host;
use crate::io::https::HttpsClient;
use crate::io::https::Outgoing;
use crate::primitives::Cloud;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::primitives::TenantId;
use reqwest::header::CONTENT_TYPE;
use reqwest::header::HeaderValue;
use zeroize::Zeroize;
use zeroize::Zeroizing;

/// A tenant's sign-in, for one app registration.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// What carries the forms.
    pub client: HttpsClient,
    /// The host, with a port if it is not 443.
    pub host: String,
    /// The cloud.
    pub cloud: Cloud,
    /// The tenant.
    pub tenant: TenantId,
    /// The app registration.
    pub app: Guid,
}

impl Endpoint {
    /// The endpoint of a tenant in its cloud.
    #[must_use]
    pub fn new(client: HttpsClient, cloud: Cloud, tenant: TenantId, app: Guid) -> Self {
        Self {
            client,
            host: login_host(cloud).to_owned(),
            cloud,
            tenant,
            app,
        }
    }

    /// Posts a form to `/{tenant}/oauth2/v2.0/{path}`, once; the app's id goes with it.
    pub(super) async fn post(
        &self,
        path: &str,
        form: &[(&str, &str)],
    ) -> Result<HttpReply, SignInFault> {
        let mut body = format!("client_id={}", self.app);
        let mut secret = Vec::new();
        for (name, value) in form {
            secret.push(Secret::new(encode_segment(value)));
            body.reserve(name.len() + secret.last().map_or(0, |s| s.expose().len()) + 2);
            body.push('&');
            body.push_str(name);
            body.push('=');
            if let Some(value) = secret.last() {
                body.push_str(value.expose());
            }
        }
        let outgoing = Outgoing {
            method: Some(WriteMethod::Post),
            url: format!("https://{}/{}/oauth2/v2.0/{path}", self.host, self.tenant),
            headers: vec![(
                CONTENT_TYPE,
                HeaderValue::from_static("application/x-www-form-urlencoded"),
            )],
            body: Zeroizing::new(body.into_bytes()),
        };
        let budget = self.client.budget();
        self.client
            .exchange(outgoing, budget)
            .await
            .map_err(|fault| SignInFault::NoAnswer(fault.words()))
    }

    /// As [`Self::post`], and reads the answer; its body is wiped.
    pub(super) async fn ask<T, E>(
        &self,
        path: &str,
        form: &[(&str, &str)],
        read: impl FnOnce(u16, &[u8]) -> Result<T, E>,
    ) -> Result<Result<T, E>, SignInFault> {
        let mut reply = self.post(path, form).await?;
        let answer = read(reply.status, &reply.body);
        reply.body.zeroize();
        Ok(answer)
    }
}
