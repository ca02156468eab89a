//! Sign-ins through `azure_identity`: the Azure CLI's, an app's secret or certificate, a machine's or
//! a workload's own identity.

use super::Certificate;
use super::Fetching;
use super::SignInFault;
use super::Token;
use super::TokenSource;
use super::certificate::Assertion;
use super::transport::OurTransport;
use super::transport::Trouble;
use crate::entra::SignInRefusal;
use crate::entra::login_host;
use crate::io::SystemClock;
use crate::io::https::HttpsClient;
use crate::primitives::Clock;
use crate::primitives::Cloud;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::primitives::TenantId;
use azure_core::cloud::CloudConfiguration;
use azure_core::cloud::CustomConfiguration;
use azure_core::credentials::TokenCredential;
use azure_core::http::ClientOptions;
use azure_core::http::ExponentialRetryOptions;
use azure_core::http::RetryOptions;
use azure_core::http::Transport;
use azure_identity::AzureCliCredential;
use azure_identity::AzureCliCredentialOptions;
use azure_identity::ClientAssertionCredential;
use azure_identity::ClientAssertionCredentialOptions;
use azure_identity::ClientSecretCredential;
use azure_identity::ClientSecretCredentialOptions;
use azure_identity::ManagedIdentityCredential;
use azure_identity::ManagedIdentityCredentialOptions;
use azure_identity::UserAssignedId;
use azure_identity::WorkloadIdentityCredential;
use azure_identity::WorkloadIdentityCredentialOptions;
use std::sync::Arc;
use std::time::Duration;

/// The longest that such a sign-in takes.
const PATIENCE: Duration = Duration::from_secs(90);
/// Longest words of another program that are passed on, in characters.
const LONGEST: usize = 300;

/// How an app says who it is.
pub enum AppSecret {
    /// By a secret.
    Secret(Secret<String>),
    /// By a certificate: a signed assertion, made anew for each token.
    Certificate(Box<Certificate>),
}

/// A sign-in without a person in front of us.
pub struct AzureSignIn {
    credential: Arc<dyn TokenCredential>,
    transport: Option<Arc<OurTransport>>,
    waits_for: &'static str,
    patience: Duration,
}

impl AzureSignIn {
    /// The sign-in of the Azure CLI (2.54 or later) in `tenant`: whoever `az login` signed in.
    ///
    /// # Errors
    /// [`SignInFault`]
    pub fn azure_cli(tenant: TenantId) -> Result<Self, SignInFault> {
        let options = AzureCliCredentialOptions {
            tenant_id: Some(tenant.to_string()),
            ..AzureCliCredentialOptions::default()
        };
        let credential = AzureCliCredential::new(Some(options)).map_err(|error| program(&error))?;
        Ok(Self::new(credential, None, "asking the Azure CLI"))
    }

    /// The sign-in of an app registration by its secret or certificate.
    ///
    /// # Errors
    /// [`SignInFault`]
    pub fn app(
        client: HttpsClient,
        cloud: Cloud,
        tenant: TenantId,
        app: Guid,
        secret: AppSecret,
    ) -> Result<Self, SignInFault> {
        let transport = OurTransport::new(client);
        let client_options = options(&transport, cloud);
        let credential: Arc<dyn TokenCredential> = match secret {
            AppSecret::Secret(secret) => ClientSecretCredential::new(
                &tenant.to_string(),
                app.to_string(),
                secret.expose().clone().into(),
                Some(ClientSecretCredentialOptions { client_options }),
            )
            .map_err(|error| program(&error))?,
            AppSecret::Certificate(certificate) => ClientAssertionCredential::new(
                tenant.to_string(),
                app.to_string(),
                Assertion::new(*certificate, cloud, tenant, app),
                Some(ClientAssertionCredentialOptions { client_options }),
            )
            .map_err(|error| program(&error))?,
        };
        Ok(Self::new(credential, Some(transport), "signing the app in"))
    }

    /// The identity of the Azure machine this runs on; `app` chooses a user-assigned one. `client`
    /// reaches this machine's own endpoint.
    ///
    /// # Errors
    /// [`SignInFault`]
    pub fn managed_identity(client: HttpsClient, app: Option<Guid>) -> Result<Self, SignInFault> {
        let transport = OurTransport::new(client);
        let options = ManagedIdentityCredentialOptions {
            user_assigned_id: app.map(|app| UserAssignedId::ClientId(app.to_string())),
            client_options: options(&transport, Cloud::Global),
        };
        let credential =
            ManagedIdentityCredential::new(Some(options)).map_err(|error| lacks(&error))?;
        Ok(Self::new(
            credential,
            Some(transport),
            "asking this machine for its identity",
        ))
    }

    /// The identity of a federated workload: the token in the file that `AZURE_FEDERATED_TOKEN_FILE`
    /// names, for `app` or `AZURE_CLIENT_ID`. The tenant is the plan's, whatever the environment says.
    ///
    /// # Errors
    /// [`SignInFault`]
    pub fn workload_identity(
        client: HttpsClient,
        cloud: Cloud,
        tenant: TenantId,
        app: Option<Guid>,
    ) -> Result<Self, SignInFault> {
        let transport = OurTransport::new(client);
        let options = WorkloadIdentityCredentialOptions {
            credential_options: ClientAssertionCredentialOptions {
                client_options: options(&transport, cloud),
            },
            client_id: app.map(|app| app.to_string()),
            tenant_id: Some(tenant.to_string()),
            ..WorkloadIdentityCredentialOptions::default()
        };
        let credential =
            WorkloadIdentityCredential::new(Some(options)).map_err(|error| lacks(&error))?;
        Ok(Self::new(
            credential,
            Some(transport),
            "signing the workload in",
        ))
    }

    fn new(
        credential: Arc<dyn TokenCredential>,
        transport: Option<Arc<OurTransport>>,
        waits_for: &'static str,
    ) -> Self {
        Self {
            credential,
            transport,
            waits_for,
            patience: PATIENCE,
        }
    }

    async fn token(&self, scope: &str) -> Result<Token, SignInFault> {
        let scopes = [scope];
        let fetching = self.credential.get_token(&scopes, None);
        let Ok(ended) = tokio::time::timeout(self.patience, fetching).await else {
            return Err(SignInFault::NoAnswer(format!(
                "no token came within {} seconds",
                self.patience.as_secs()
            )));
        };
        match ended {
            Ok(token) => {
                let until = token.expires_on.unix_timestamp();
                let left = until.saturating_sub(SystemClock::new().utc().unix());
                Ok(Token {
                    secret: Secret::new(token.token.secret().to_owned()),
                    life: Duration::from_secs(u64::try_from(left).unwrap_or(0)),
                })
            }
            Err(error) => Err(
                match self.transport.as_ref().and_then(|own| own.take_trouble()) {
                    Some(Trouble::Refused(refusal)) => SignInFault::Refused(refusal),
                    Some(Trouble::NoAnswer(words)) => SignInFault::NoAnswer(words),
                    None => program(&error),
                },
            ),
        }
    }
}

impl TokenSource for AzureSignIn {
    fn fetch<'a>(&'a mut self, scope: &'a str) -> Fetching<'a> {
        Box::pin(self.token(scope))
    }

    fn waits_for(&self) -> &'static str {
        self.waits_for
    }
}

/// Our transport, and the authority of `cloud` by name, so that no variable chooses another.
fn options(transport: &Arc<OurTransport>, cloud: Cloud) -> ClientOptions {
    let mut authority = CustomConfiguration::default();
    authority.authority_host = format!("https://{}", login_host(cloud));
    let transport: Arc<OurTransport> = Arc::clone(transport);
    ClientOptions {
        transport: Some(Transport::new(transport)),
        cloud: Some(Arc::new(CloudConfiguration::Custom(authority))),
        retry: RetryOptions::exponential(ExponentialRetryOptions {
            max_retries: 2,
            ..ExponentialRetryOptions::default()
        }),
        ..ClientOptions::default()
    }
}

/// The words of a library or program, on one line, without the address of its manual.
fn said(error: &azure_core::Error) -> String {
    let text = error.to_string();
    let text = text
        .split("\nTo troubleshoot")
        .next()
        .unwrap_or_default()
        .replace("AzureCliCredential authentication failed.", "");
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST).collect()
}

fn program(error: &azure_core::Error) -> SignInFault {
    let words = said(error);
    let refusal = SignInRefusal::new("", &words);
    if refusal.code.is_some() {
        SignInFault::Refused(refusal)
    } else {
        SignInFault::Program(words)
    }
}

fn lacks(error: &azure_core::Error) -> SignInFault {
    SignInFault::Lacks {
        what: said(error),
        next: "docs/sign-in.md, unattended, says what this way of signing in needs",
    }
}
