//! What outlives one exchange with a tenant: the pace, and what the answers' headers told.

use super::HttpReply;
use super::Version;
use super::backoff::Jitter;
use super::pace::Pace;
use crate::primitives::Cloud;
use crate::primitives::Entropy;
use crate::primitives::Guid;
use crate::primitives::UtcTime;

/// Request ids that are kept; a check of a large tenant stays far below.
const REQUEST_IDS: usize = 1_000;

/// Graph's clock beside ours, read at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphDate {
    /// The `Date` header.
    pub graph: UtcTime,
    /// Our wall clock when that answer came.
    pub here: UtcTime,
}

/// What the answers' headers told, for the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The last `Date` header; `None` if no answer had one.
    pub date: Option<GraphDate>,
    /// The `request-id` of every answer, in order, at most 1,000.
    pub request_ids: Vec<Guid>,
}

/// One conversation with one tenant, kept over all its exchanges.
pub struct Session {
    cloud: Cloud,
    pub(super) jitter: Jitter,
    pub(super) pace: Pace,
    observed: Observed,
}

impl Session {
    /// A new conversation in `cloud`; `entropy` only spreads waits.
    #[must_use]
    pub fn new(cloud: Cloud, entropy: &mut dyn Entropy) -> Self {
        Self {
            cloud,
            jitter: Jitter::new(entropy),
            pace: Pace::default(),
            observed: Observed::default(),
        }
    }

    /// The cloud.
    #[must_use]
    pub const fn cloud(&self) -> Cloud {
        self.cloud
    }

    /// What was observed since the beginning, or since [`Self::take_observed`].
    #[must_use]
    pub const fn observed(&self) -> &Observed {
        &self.observed
    }

    /// Hands over what was observed and begins anew.
    pub fn take_observed(&mut self) -> Observed {
        std::mem::take(&mut self.observed)
    }

    pub(super) fn observe(&mut self, reply: &HttpReply, here: UtcTime) {
        if let Some(graph) = reply.header("date").and_then(UtcTime::parse_http_date) {
            self.observed.date = Some(GraphDate { graph, here });
        }
        if let Some(id) = reply.header("request-id").and_then(Guid::parse)
            && self.observed.request_ids.len() < REQUEST_IDS
        {
            self.observed.request_ids.push(id);
        }
    }
}

/// Graph's host in a cloud, without scheme.
#[must_use]
pub const fn graph_host(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Global => "graph.microsoft.com",
        Cloud::UsGov => "graph.microsoft.us",
        Cloud::UsGovDod => "dod-graph.microsoft.us",
        Cloud::China => "microsoftgraph.chinacloudapi.cn",
    }
}

/// The host that a version of a service lives on in a cloud, without scheme.
#[must_use]
pub const fn service_host(cloud: Cloud, version: Version) -> &'static str {
    match (version, cloud) {
        (Version::V1 | Version::Beta, cloud) => graph_host(cloud),
        (Version::Arm, Cloud::Global) => "management.azure.com",
        (Version::Arm, Cloud::UsGov | Cloud::UsGovDod) => "management.usgovcloudapi.net",
        (Version::Arm, Cloud::China) => "management.chinacloudapi.cn",
    }
}
