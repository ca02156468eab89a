//! Reading back after a write: the directory is eventually consistent.

use super::Answer;
use super::Denial;
use super::Failure;
use super::Fido2Method;
use super::Graph;
use super::MethodId;
use super::backoff::growing;
use super::fido2_method::ask_fido2_methods;
use crate::primitives::Guid;
use crate::webauthn::CredentialId;
use std::time::Duration;

/// How long a change is waited for.
pub const READ_BACK: Duration = Duration::from_mins(2);

/// What reading back showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadBack<T> {
    /// The tenant shows it.
    Seen(T),
    /// Within two minutes it did not.
    NotSeen,
    /// We may not look.
    Denied(Denial),
    /// Looking failed.
    Failed(Failure),
}

impl Graph<'_> {
    /// Looks until the account has a passkey of this credential, up to two minutes.
    ///
    /// `posted` is the id that the POST answered, if it answered: it is looked for as well, in
    /// case ids are not of the form we know.
    pub fn read_back_method(
        &mut self,
        user: &Guid,
        credential: &CredentialId,
        posted: Option<&MethodId>,
    ) -> ReadBack<Fido2Method> {
        self.look(user, |methods| {
            methods.into_iter().find(|method| {
                method.credential().as_ref() == Some(credential) || Some(&method.id) == posted
            })
        })
    }

    /// Looks until the account has no passkey of this id, up to two minutes; brings what is left.
    pub fn read_back_deletion(
        &mut self,
        user: &Guid,
        method: &MethodId,
    ) -> ReadBack<Vec<Fido2Method>> {
        self.look(user, |methods| {
            let gone = methods.iter().all(|left| left.id != *method);
            gone.then_some(methods)
        })
    }

    fn look<T>(
        &mut self,
        user: &Guid,
        found: impl Fn(Vec<Fido2Method>) -> Option<T>,
    ) -> ReadBack<T> {
        self.read_until(READ_BACK, |graph| {
            match graph.one(ask_fido2_methods(user)) {
                Answer::Known(methods) => found(methods).map_or(Answer::Absent, Answer::Known),
                other @ (Answer::Absent | Answer::Denied(_) | Answer::Failed(_)) => {
                    other.and_then(|_| Answer::Absent)
                }
            }
        })
    }

    /// Looks again and again, up to `patience`, until `look` knows what was waited for. Absent is
    /// not yet: nothing is everywhere at once.
    pub fn read_until<T>(
        &mut self,
        patience: Duration,
        mut look: impl FnMut(&mut Self) -> Answer<T>,
    ) -> ReadBack<T> {
        let clock = self.clock();
        let mut left = patience;
        let mut round = 0;
        loop {
            let began = clock.elapsed();
            match look(self) {
                Answer::Known(seen) => return ReadBack::Seen(seen),
                Answer::Absent => {}
                Answer::Denied(denial) => return ReadBack::Denied(denial),
                Answer::Failed(failure) => return ReadBack::Failed(failure),
            }
            if left.is_zero() {
                return ReadBack::NotSeen;
            }
            round += 1;
            let wait = growing(round, 0).min(left);
            clock.wait(wait);
            // Never less than the wait, so that a clock that stands still ends the loop too.
            left = left.saturating_sub(clock.elapsed().saturating_sub(began).max(wait));
        }
    }
}
