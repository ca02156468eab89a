//! Where tokens come from.

use super::SignInFault;
use crate::primitives::Secret;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// An access token. It has no `Debug`: it is a secret.
pub struct Token {
    /// The token.
    pub secret: Secret<String>,
    /// How long it is still good.
    pub life: Duration,
}

/// A token on its way.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Token, SignInFault>> + 'a>>;

/// A way to have tokens.
pub trait TokenSource {
    /// Asks for a token for `scope`, which ends in `/.default`.
    fn fetch<'a>(&'a mut self, scope: &'a str) -> Fetching<'a>;

    /// What is waited for meanwhile, for people.
    fn waits_for(&self) -> &'static str;
}
