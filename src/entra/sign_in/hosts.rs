//! Where a cloud signs people in, and for which service a token is.

use crate::entra::Version;
use crate::entra::session::service_host;
use crate::primitives::Cloud;

/// A service that takes tokens of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Microsoft Graph.
    Graph,
    /// Azure Resource Manager.
    Arm,
}

impl Service {
    /// The service that answers in this version.
    #[must_use]
    pub const fn of(version: Version) -> Self {
        match version {
            Version::V1 | Version::Beta => Self::Graph,
            Version::Arm => Self::Arm,
        }
    }

    /// Its host in `cloud`, without scheme.
    #[must_use]
    pub const fn host(self, cloud: Cloud) -> &'static str {
        match self {
            Self::Graph => service_host(cloud, Version::V1),
            Self::Arm => service_host(cloud, Version::Arm),
        }
    }

    /// The scope that asks for everything the app was given there:
    /// `https://graph.microsoft.com/.default`.
    #[must_use]
    pub fn scope(self, cloud: Cloud) -> String {
        format!("https://{}/.default", self.host(cloud))
    }

    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Graph => "Microsoft Graph",
            Self::Arm => "Azure Resource Manager",
        }
    }
}

/// The host that signs people and apps in, in a cloud, without scheme. Nothing but the plan's cloud
/// chooses it: no environment variable does.
#[must_use]
pub const fn login_host(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Global => "login.microsoftonline.com",
        Cloud::UsGov | Cloud::UsGovDod => "login.microsoftonline.us",
        Cloud::China => "login.chinacloudapi.cn",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cloud_has_hosts_of_its_own_and_tokens_for_them() {
        let all = [Cloud::Global, Cloud::UsGov, Cloud::UsGovDod, Cloud::China].map(|cloud| {
            let graph = Service::Graph.scope(cloud);
            (login_host(cloud), graph, Service::Arm.scope(cloud))
        });
        let expected = [
            (
                "login.microsoftonline.com",
                "https://graph.microsoft.com/.default",
                "https://management.azure.com/.default",
            ),
            (
                "login.microsoftonline.us",
                "https://graph.microsoft.us/.default",
                "https://management.usgovcloudapi.net/.default",
            ),
            (
                "login.microsoftonline.us",
                "https://dod-graph.microsoft.us/.default",
                "https://management.usgovcloudapi.net/.default",
            ),
            (
                "login.chinacloudapi.cn",
                "https://microsoftgraph.chinacloudapi.cn/.default",
                "https://management.chinacloudapi.cn/.default",
            ),
        ]
        .map(|(login, graph, arm)| (login, graph.to_owned(), arm.to_owned()));
        assert_eq!(all, expected);
    }
}
