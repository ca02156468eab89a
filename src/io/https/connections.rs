//! Counts connections as they come to be, so that a wave to a host without one waits for the first
//! instead of opening one for each of its reads (RFC 9113 §9.1).

use std::future::Future;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use tokio::sync::watch;
use tower_layer::Layer;
use tower_service::Service;

/// Tells of each connection.
#[derive(Clone, Debug)]
pub(super) struct Connections(watch::Sender<usize>);

impl Connections {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    /// Hears of each from now on.
    pub(super) fn listen(&self) -> watch::Receiver<usize> {
        self.0.subscribe()
    }
}

impl<S> Layer<S> for Connections {
    type Service = Counted<S>;

    fn layer(&self, inner: S) -> Counted<S> {
        Counted {
            inner,
            count: self.0.clone(),
        }
    }
}

/// A connector whose connections are counted.
#[derive(Clone)]
pub(super) struct Counted<S> {
    inner: S,
    count: watch::Sender<usize>,
}

impl<S, R> Service<R> for Counted<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = self.inner.call(request);
        let count = self.count.clone();
        Box::pin(async move {
            let ended = connecting.await;
            count.send_modify(|count| *count = count.saturating_add(1));
            ended
        })
    }
}
