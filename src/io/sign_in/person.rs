//! A person signs in, in a browser here or elsewhere; what renews the sign-in stays in memory.

use super::Endpoint;
use super::Fetching;
use super::SignInFault;
use super::Token;
use super::TokenSource;
use super::browser;
use super::device;
use crate::entra::TokenAnswer;
use crate::entra::TokenFault;
use crate::io::Tty;
use crate::primitives::Entropy;
use crate::primitives::Secret;
use std::time::Duration;

/// How long a person is waited for in a browser here.
const PATIENCE: Duration = Duration::from_mins(5);

/// Where a person is told what to do.
pub trait Show {
    /// Shows `text`.
    ///
    /// # Errors
    /// The system's words, if nobody can see it.
    fn show(&self, text: &str) -> Result<(), String>;
}

impl Show for Tty {
    fn show(&self, text: &str) -> Result<(), String> {
        self.say(text).map_err(|error| format!("{error:?}"))
    }
}

/// Where the person signs in.
pub enum Way {
    /// In a browser of this machine; with `open`, it is opened.
    Browser {
        /// Whether a browser is started.
        open: bool,
    },
    /// In a browser elsewhere, with a code.
    DeviceCode,
}

/// A person's sign-in.
pub struct PersonSignIn {
    endpoint: Endpoint,
    way: Way,
    show: Box<dyn Show>,
    entropy: Box<dyn Entropy>,
    patience: Duration,
    refresh: Option<Secret<String>>,
}

impl PersonSignIn {
    /// A sign-in at `endpoint`; `show` reaches the person.
    #[must_use]
    pub fn new(
        endpoint: Endpoint,
        way: Way,
        show: Box<dyn Show>,
        entropy: Box<dyn Entropy>,
    ) -> Self {
        Self {
            endpoint,
            way,
            show,
            entropy,
            patience: PATIENCE,
            refresh: None,
        }
    }

    /// The same, with another patience than five minutes for a browser here.
    #[must_use]
    pub const fn patient_for(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    async fn sign_in(&mut self, scope: &str) -> Result<Token, SignInFault> {
        let scope = format!("{scope} offline_access");
        let answer = match (&self.refresh, &self.way) {
            (Some(refresh), _) => renew(&self.endpoint, refresh, &scope).await,
            (None, Way::Browser { open }) => {
                let entropy = self.entropy.as_mut();
                let signing = browser::sign_in(&self.endpoint, &scope, entropy, &*self.show, *open);
                match tokio::time::timeout(self.patience, signing).await {
                    Ok(answer) => answer,
                    Err(_) => Err(SignInFault::TooLate),
                }
            }
            (None, Way::DeviceCode) => device::sign_in(&self.endpoint, &scope, &*self.show).await,
        }?;
        if let Some(refresh) = answer.refresh {
            self.refresh = Some(refresh);
        }
        Ok(Token {
            secret: answer.access,
            life: answer.life,
        })
    }
}

impl TokenSource for PersonSignIn {
    fn fetch<'a>(&'a mut self, scope: &'a str) -> Fetching<'a> {
        Box::pin(self.sign_in(scope))
    }

    fn waits_for(&self) -> &'static str {
        match self.way {
            Way::Browser { .. } => "waiting for the sign-in in the browser",
            Way::DeviceCode => "waiting for the code to be entered",
        }
    }
}

/// Another token from the sign-in that was (RFC 6749 §6).
async fn renew(
    endpoint: &Endpoint,
    refresh: &Secret<String>,
    scope: &str,
) -> Result<TokenAnswer, SignInFault> {
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.expose().as_str()),
        ("scope", scope),
    ];
    let answer = endpoint.ask("token", &form, TokenAnswer::read).await?;
    answer.map_err(told)
}

/// What a fault of a token endpoint is to a person who is not waited for any more.
pub(super) fn told(fault: TokenFault) -> SignInFault {
    match fault {
        TokenFault::Refused(refusal) => SignInFault::Refused(refusal),
        TokenFault::Declined => SignInFault::Declined,
        TokenFault::Expired | TokenFault::Pending | TokenFault::SlowDown => SignInFault::TooLate,
        TokenFault::Unreadable(status) => SignInFault::NoAnswer(format!(
            "the sign-in host answered with something that is no token (status {status})"
        )),
    }
}
