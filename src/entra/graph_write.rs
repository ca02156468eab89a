//! Changing a tenant: each write is sent once.

use super::Denial;
use super::Fido2Method;
use super::Graph;
use super::GraphError;
use super::HttpReply;
use super::MethodId;
use super::NoReply;
use super::Registration;
use super::Reply;
use super::Session;
use super::TenantWrite;
use super::Version;
use super::Write;
use super::WriteMethod;
use super::backoff::retry_after;
use super::deletion::Deletion;
use super::pace::Bucket;
use crate::primitives::Clock;
use crate::primitives::Cloud;
use crate::primitives::Guid;
use crate::primitives::Secret;
use std::time::Duration;

const NEEDS_PASSKEY_WRITE: &str = "UserAuthMethod-Passkey.ReadWrite.All";

/// What a write did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written<T> {
    /// It is done, and this is what the tenant answered.
    Done(T),
    /// It may have happened: read back, and never send it again blindly.
    MayHaveHappened(Unclear),
    /// Nothing happened: not allowed.
    Denied(Denial),
    /// Nothing happened: the account or method is not there.
    Absent,
    /// Nothing happened: throttled. It may be sent again after the wait, where Graph named one.
    Throttled(Option<Duration>),
    /// Nothing happened: the tenant refused what was sent.
    Refused(GraphError),
    /// Nothing happened: it never left.
    NotSent(NoReply),
}

/// Why it is not known whether a write happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// No answer, or one that may not be used.
    NoReply(NoReply),
    /// The server failed, or gave up waiting.
    Server(GraphError),
    /// A success whose body cannot be read.
    Unreadable,
}

/// A tenant that is changed, over a port and a session.
pub struct GraphWrite<'a> {
    tenant: &'a mut dyn TenantWrite,
    clock: &'a dyn Clock,
    session: &'a mut Session,
}

impl<'a> GraphWrite<'a> {
    /// Changes through `tenant`; waits pass on `clock`.
    pub fn new(
        tenant: &'a mut dyn TenantWrite,
        clock: &'a dyn Clock,
        session: &'a mut Session,
    ) -> Self {
        Self {
            tenant,
            clock,
            session,
        }
    }

    /// The same tenant, to be read.
    pub fn reads(&mut self) -> Graph<'_> {
        Graph::new(&mut *self.tenant, self.clock, &mut *self.session)
    }

    /// Registers a passkey for an account (POST, sent once).
    pub fn register(&mut self, user: &Guid, registration: &Registration) -> Written<Fido2Method> {
        let write = Write {
            method: WriteMethod::Post,
            version: Version::V1,
            target: format!("/users/{user}/authentication/fido2Methods"),
            body: Secret::new(registration.body()),
        };
        self.send(&write, NEEDS_PASSKEY_WRITE)
            .and_then_read(|reply| Fido2Method::read(serde_json::from_slice(&reply.body).ok()?))
    }

    /// Deletes a passkey of an account (DELETE, sent once).
    pub fn delete_method(&mut self, user: &Guid, method: &MethodId) -> Written<()> {
        let write = Deletion::Passkey { user, method }.write();
        self.send(&write, NEEDS_PASSKEY_WRITE)
            .and_then_read(|_| Some(()))
    }

    /// The cloud that is written to.
    pub(super) const fn cloud(&self) -> Cloud {
        self.session.cloud()
    }

    /// Sends a write once; `needs` is the least permission for it.
    pub(super) fn send(&mut self, write: &Write, needs: &'static str) -> Written<HttpReply> {
        let bucket = Bucket::of(&write.target);
        let mut now = self.clock.elapsed();
        while let Err(at) = self.session.pace.take(bucket, now) {
            self.clock.wait(at.saturating_sub(now));
            now = self.clock.elapsed().max(at);
        }
        let reply = self.tenant.send(write);
        let answered = self.clock.elapsed().max(now);
        self.session.pace.answered(now, answered);
        let here = self.clock.utc();
        if let Ok(reply) = &reply {
            self.session.observe(reply, here);
            if reply.status == 429 {
                let wait = retry_after(reply, here).unwrap_or_default();
                self.session
                    .pace
                    .pause(bucket, answered.saturating_add(wait));
                return Written::Throttled(retry_after(reply, here));
            }
        }
        classify(reply, needs)
    }
}

impl<T> Written<T> {
    /// The same, without what the tenant answered.
    pub fn done(self) -> Written<()> {
        self.and_then_read(|_| Some(()))
    }

    /// What `read` makes of an answer; one that it cannot read may still have happened.
    pub(super) fn and_then_read<U>(self, read: impl FnOnce(T) -> Option<U>) -> Written<U> {
        match self {
            Self::Done(reply) => {
                read(reply).map_or(Written::MayHaveHappened(Unclear::Unreadable), Written::Done)
            }
            Self::MayHaveHappened(why) => Written::MayHaveHappened(why),
            Self::Denied(denial) => Written::Denied(denial),
            Self::Absent => Written::Absent,
            Self::Throttled(wait) => Written::Throttled(wait),
            Self::Refused(error) => Written::Refused(error),
            Self::NotSent(why) => Written::NotSent(why),
        }
    }
}

fn classify(reply: Reply, needs: &'static str) -> Written<HttpReply> {
    let reply = match reply {
        Ok(reply) => reply,
        Err(why @ (NoReply::NotSent(_) | NoReply::NotRecorded)) => return Written::NotSent(why),
        Err(why @ (NoReply::MayHaveHappened(_) | NoReply::TooLarge(_))) => {
            return Written::MayHaveHappened(Unclear::NoReply(why));
        }
    };
    let error = GraphError::of(&reply);
    match reply.status {
        200..=299 => Written::Done(reply),
        404 => Written::Absent,
        // 408 and every server error can follow a write that was made.
        408 | 500..=599 => Written::MayHaveHappened(Unclear::Server(error)),
        _ => match error.denial() {
            Some(reason) => Written::Denied(Denial {
                reason,
                error,
                needs,
            }),
            None => Written::Refused(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classified(status: u16) -> Written<HttpReply> {
        classify(
            Ok(HttpReply {
                status,
                headers: Vec::new(),
                body: Vec::new(),
            }),
            "x",
        )
    }

    #[test]
    fn every_status_either_surely_happened_or_surely_did_not_or_is_unclear() {
        for status in 100..600 {
            let written = classified(status);
            match status {
                200..=299 => assert!(matches!(written, Written::Done(_)), "{status}"),
                401 | 403 | 429 => assert!(matches!(written, Written::Denied(_)), "{status}"),
                404 => assert_eq!(written, Written::Absent),
                408 | 500..=599 => assert!(
                    matches!(written, Written::MayHaveHappened(Unclear::Server(_))),
                    "{status}"
                ),
                _ => assert!(matches!(written, Written::Refused(_)), "{status}"),
            }
        }
    }

    #[test]
    fn a_lost_answer_may_have_happened_and_an_unsent_write_did_not() {
        let lost = NoReply::MayHaveHappened("reset".into());
        assert_eq!(
            classify(Err(lost.clone()), "x"),
            Written::MayHaveHappened(Unclear::NoReply(lost))
        );
        assert_eq!(
            classify(Err(NoReply::TooLarge(9)), "x"),
            Written::MayHaveHappened(Unclear::NoReply(NoReply::TooLarge(9)))
        );
        let unsent = NoReply::NotSent("no route".into());
        assert_eq!(classify(Err(unsent.clone()), "x"), Written::NotSent(unsent));
    }
}
