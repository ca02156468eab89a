//! The ports to a tenant: one exchange at a time, or a wave of independent reads.

use crate::primitives::Secret;

/// Which service is asked: Graph in one of its versions, or Azure Resource Manager. Each service has
/// its own host and its own token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// `/v1.0`
    V1,
    /// `/beta`, where only beta tells
    Beta,
    /// Azure Resource Manager: the version is in the query, not in the path
    Arm,
}

/// One read: a GET.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    /// Graph's version.
    pub version: Version,
    /// Path and query after the version, already percent-encoded, beginning with `/`:
    /// `/users/<id>?$select=id`. A next link is cut to this form after its host was checked.
    pub target: String,
    /// Whether `ConsistencyLevel: eventual` is sent.
    pub eventual: bool,
}

/// The method of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteMethod {
    /// POST
    Post,
    /// PATCH
    Patch,
    /// DELETE
    Delete,
}

/// One write. The body may hold a secret, so it has no `Debug`.
pub struct Write {
    /// The method.
    pub method: WriteMethod,
    /// Graph's version.
    pub version: Version,
    /// Path after the version, as in [`Get`].
    pub target: String,
    /// The JSON body; empty for none.
    pub body: Secret<Vec<u8>>,
}

/// An HTTP answer of any status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpReply {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, bounded by the port.
    pub body: Vec<u8>,
}

impl HttpReply {
    /// The value of a header; `None` if absent.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header.as_str() == name)
            .map(|(_, value)| value.as_str())
    }
}

/// No answer came, or none that may be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoReply {
    /// Nothing was sent: for a write, nothing happened.
    NotSent(String),
    /// It was sent and nothing came back: a write may have happened.
    MayHaveHappened(String),
    /// The answer is larger than the bound, in bytes.
    TooLarge(u64),
    /// The exchange is not in the file that is judged.
    NotRecorded,
}

/// What one exchange brought.
pub type Reply = Result<HttpReply, NoReply>;

/// A tenant that can be read. Implementations exchange and never retry.
pub trait Tenant {
    /// Exchanges a wave of independent reads; answers in the order asked.
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply>;
}

/// A tenant that can be changed.
pub trait TenantWrite: Tenant {
    /// Sends one write, once.
    ///
    /// # Errors
    /// [`NoReply`]; after [`NoReply::MayHaveHappened`] the tenant is read, never written again.
    fn send(&mut self, write: &Write) -> Reply;
}
