//! Typed reads, and waves of them.

use super::Answer;
use super::Failure;
use super::Get;
use super::Version;
use serde_json::Value;

/// Whether an answer is one object or pages of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    One,
    List,
}

#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) get: Get,
    pub(super) shape: Shape,
    pub(super) needs: &'static str,
}

/// One read and how its answer is understood.
pub struct Ask<T> {
    request: Request,
    what: &'static str,
    read: fn(Value) -> Option<T>,
}

impl<T> Ask<T> {
    /// A read of one object. `needs` is the least permission, `what` names the answer.
    pub(super) fn one(
        target: String,
        needs: &'static str,
        what: &'static str,
        read: fn(Value) -> Option<T>,
    ) -> Self {
        Self::new(target, needs, what, read, Shape::One)
    }

    /// A read of all pages of a list; `read` gets one array of all items.
    pub(super) fn list(
        target: String,
        needs: &'static str,
        what: &'static str,
        read: fn(Value) -> Option<T>,
    ) -> Self {
        Self::new(target, needs, what, read, Shape::List)
    }

    fn new(
        target: String,
        needs: &'static str,
        what: &'static str,
        read: fn(Value) -> Option<T>,
        shape: Shape,
    ) -> Self {
        Self {
            request: Request {
                get: Get {
                    version: Version::V1,
                    target,
                    eventual: false,
                },
                shape,
                needs,
            },
            what,
            read,
        }
    }

    /// The same read in another version of Graph.
    #[must_use]
    pub fn in_version(mut self, version: Version) -> Self {
        self.request.get.version = version;
        self
    }
}

/// Where the answer to one ask of a wave will be.
pub struct Ticket<T> {
    index: usize,
    what: &'static str,
    read: fn(Value) -> Option<T>,
}

/// Independent reads that are exchanged together.
#[derive(Default)]
pub struct Wave {
    pub(super) requests: Vec<Request>,
}

impl Wave {
    /// An empty wave.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing is asked.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Adds a read.
    pub fn ask<T>(&mut self, ask: Ask<T>) -> Ticket<T> {
        self.requests.push(ask.request);
        Ticket {
            index: self.requests.len() - 1,
            what: ask.what,
            read: ask.read,
        }
    }
}

/// The answers to a wave.
pub struct Answers(pub(super) Vec<Answer<Value>>);

impl Answers {
    /// The answer to one ask; a ticket of another wave brings [`Failure::NotAsked`].
    pub fn take<T>(&mut self, ticket: &Ticket<T>) -> Answer<T> {
        let taken = self.0.get_mut(ticket.index).map_or_else(
            || Answer::Failed(Failure::NotAsked),
            |answer| std::mem::replace(answer, Answer::Failed(Failure::NotAsked)),
        );
        taken.and_then(|value| {
            (ticket.read)(value).map_or(
                Answer::Failed(Failure::Unreadable(ticket.what)),
                Answer::Known,
            )
        })
    }
}
