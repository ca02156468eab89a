//! The way from this machine to a tenant: its proxy, and whether two hosts answer. Nobody is signed in
//! for it, and nothing is changed.

use super::SystemClock;
use super::Waiting;
use super::https::Fault;
use super::https::HttpsClient;
use super::https::Outgoing;
use crate::entra::HttpReply;
use crate::entra::Service;
use crate::entra::login_host;
use crate::facts::reach::HostAnswer;
use crate::facts::reach::HostFault;
use crate::facts::reach::HostTried;
use crate::facts::reach::ProxySetting;
use crate::primitives::Clock;
use crate::primitives::Cloud;
use crate::primitives::TenantId;
use crate::primitives::UtcTime;
use std::env;
use tokio::task::JoinSet;
use zeroize::Zeroizing;

/// The variables that a proxy for HTTPS is named by, the first that is set counts.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The proxy that this machine's variables name; `None` if they name none.
#[must_use]
pub fn proxy_setting() -> Option<ProxySetting> {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let (variable, value) = PROXIES
        .into_iter()
        .find_map(|name| Some((name, set(name)?)))?;
    Some(ProxySetting {
        variable,
        address: without_password(&value),
        not_for: set("NO_PROXY").or_else(|| set("no_proxy")),
    })
}

/// An address without the name and password before its `@`.
fn without_password(address: &str) -> String {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), address),
    };
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    format!("{scheme}{host}")
}

/// Asks the host that signs people in and Graph's, at once and without a sign-in.
#[must_use]
pub fn ask_hosts(
    client: &HttpsClient,
    cloud: Cloud,
    tenant: TenantId,
    waiting: &Waiting,
) -> (HostTried, HostTried) {
    let login = login_host(cloud);
    let graph = Service::Graph.host(cloud);
    let addresses = [
        format!("https://{login}/{tenant}/v2.0/.well-known/openid-configuration"),
        format!("https://{graph}/"),
    ];
    let both = async {
        let mut asked = JoinSet::new();
        for (place, url) in addresses.into_iter().enumerate() {
            let client = client.clone();
            asked.spawn(async move {
                let outgoing = Outgoing {
                    method: None,
                    url,
                    headers: Vec::new(),
                    body: Zeroizing::default(),
                };
                let budget = client.budget();
                let ended = client.exchange(outgoing, budget).await;
                (place, came(ended, SystemClock::new().utc()))
            });
        }
        let mut answers = asked.join_all().await;
        answers.sort_by_key(|(place, _)| *place);
        answers.into_iter().map(|(_, came)| came)
    };
    let what = || format!("asking {login} and {graph}");
    let mut answers = waiting.until(&what, both).ok().into_iter().flatten();
    let mut tried = |host: &str| HostTried {
        host: host.to_owned(),
        came: answers
            .next()
            .unwrap_or_else(|| Err(HostFault::NoWay("it was not waited for".to_owned()))),
    };
    (tried(login), tried(graph))
}

fn came(ended: Result<HttpReply, Fault>, here: UtcTime) -> Result<HostAnswer, HostFault> {
    match ended {
        Ok(reply) => Ok(HostAnswer {
            status: reply.status,
            date: reply.header("date").and_then(UtcTime::parse_http_date),
            here,
        }),
        Err(fault @ (Fault::NoWay(_) | Fault::Lost(_))) => Err(HostFault::NoWay(fault.words())),
        Err(fault @ (Fault::NotSent(_) | Fault::TooLarge(_))) => {
            Err(HostFault::Refused(fault.words()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_password_is_never_shown() {
        for (address, shown) in [
            ("http://proxy.example:8080", "http://proxy.example:8080"),
            (
                "http://ann:s3cret@proxy.example:8080/",
                "http://proxy.example:8080/",
            ),
            ("ann:p@ss@proxy.example:8080", "proxy.example:8080"),
        ] {
            assert_eq!(without_password(address), shown);
        }
    }
}
