//! A wave under way: so many exchanges at once, and over a cold line one connection first.

use super::Fault;
use super::HttpsClient;
use super::Outgoing;
use crate::entra::HttpReply;
use std::collections::BTreeSet;
use std::future::Future;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::task::Poll;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Turns that a new connection is given to be ready for the others.
const TURNS: usize = 16;

type Ended = (usize, Result<HttpReply, Fault>);

/// Exchanges all; `take` is given each place with its answer as it comes. `cold` are hosts to which
/// there may be no connection yet.
pub(super) async fn exchange_all(
    client: HttpsClient,
    outgoing: Vec<(usize, Outgoing)>,
    mut cold: BTreeSet<String>,
    mut take: impl FnMut(usize, Result<HttpReply, Fault>),
) {
    let mut wave = Under {
        left: client.budget(),
        client,
        exchanges: JoinSet::new(),
    };
    let (first, rest): (Vec<_>, Vec<_>) = outgoing
        .into_iter()
        .partition(|(_, request)| cold.remove(request.host()));
    let mut connections = wave.client.connections();
    let heads = first.len();
    for one in first {
        wave.begin(one);
    }
    let mut connected = 0;
    while connected < heads && !wave.exchanges.is_empty() {
        match wave.next(&mut connections).await {
            Next::Connected | Next::Ended(None) => connected += 1,
            Next::Ended(Some((place, ended))) => {
                connected += 1;
                take(place, ended);
            }
        }
    }
    if heads > 0 {
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
    }
    let mut rest = rest.into_iter();
    loop {
        while wave.exchanges.len() < wave.client.bounds().at_once {
            let Some(one) = rest.next() else { break };
            wave.begin(one);
        }
        match wave.exchanges.join_next().await {
            None => break,
            Some(Ok((place, ended))) => take(place, ended),
            Some(Err(_)) => {}
        }
    }
}

struct Under {
    client: HttpsClient,
    left: Arc<AtomicU64>,
    exchanges: JoinSet<Ended>,
}

enum Next {
    Connected,
    Ended(Option<Ended>),
}

impl Under {
    fn begin(&mut self, (place, request): (usize, Outgoing)) {
        let (client, left) = (self.client.clone(), Arc::clone(&self.left));
        self.exchanges
            .spawn(async move { (place, client.exchange(request, left).await) });
    }

    /// The next connection, or the next answer.
    async fn next(&mut self, connections: &mut watch::Receiver<usize>) -> Next {
        let mut connection = pin!(connections.changed());
        poll_fn(|context| {
            if let Poll::Ready(Some(done)) = self.exchanges.poll_join_next(context) {
                return Poll::Ready(Next::Ended(done.ok()));
            }
            connection.as_mut().poll(context).map(|_| Next::Connected)
        })
        .await
    }
}
