//! Tokens in memory, one a service, fetched when they are first needed and renewed before they end.

use super::SignInFault;
use super::TokenSource;
use crate::entra::Service;
use crate::io::Waiting;
use crate::primitives::Cloud;
use crate::primitives::Secret;
use std::collections::BTreeMap;
use std::time::Duration;
use std::time::Instant;

/// A token this near to its end is renewed first.
const EARLY: Duration = Duration::from_mins(3);

struct Kept {
    secret: Secret<String>,
    until: Instant,
}

/// The tokens of one run.
pub struct Tokens {
    source: Box<dyn TokenSource>,
    cloud: Cloud,
    kept: BTreeMap<Service, Kept>,
    failed: BTreeMap<Service, SignInFault>,
}

impl Tokens {
    /// Tokens from `source` for the services of `cloud`. Nothing is fetched yet.
    #[must_use]
    pub fn new(source: Box<dyn TokenSource>, cloud: Cloud) -> Self {
        Self {
            source,
            cloud,
            kept: BTreeMap::new(),
            failed: BTreeMap::new(),
        }
    }

    /// The token for a service: from memory while it is good, else fetched. What failed once is not
    /// tried again in this run.
    ///
    /// # Errors
    /// [`SignInFault`]
    pub fn token(
        &mut self,
        service: Service,
        waiting: &Waiting,
    ) -> Result<&Secret<String>, SignInFault> {
        if let Some(fault) = self.failed.get(&service) {
            return Err(fault.clone());
        }
        let good = |kept: &Kept| kept.until > Instant::now();
        if !self.kept.get(&service).is_some_and(good) {
            let scope = service.scope(self.cloud);
            let words = self.source.waits_for();
            let what = || words.to_owned();
            let fetched = waiting
                .until(&what, self.source.fetch(&scope))
                .unwrap_or_else(|stopped| Err(SignInFault::Stopped(stopped)));
            match fetched {
                Ok(token) => {
                    // A life that is shorter is used to half.
                    let life = token
                        .life
                        .checked_sub(EARLY)
                        .filter(|life| *life > EARLY)
                        .unwrap_or(token.life / 2);
                    let kept = Kept {
                        secret: token.secret,
                        until: Instant::now() + life,
                    };
                    self.kept.insert(service, kept);
                }
                Err(fault) => {
                    self.failed.insert(service, fault.clone());
                    return Err(fault);
                }
            }
        }
        self.kept
            .get(&service)
            .map(|kept| &kept.secret)
            .ok_or(SignInFault::TooLate)
    }
}
