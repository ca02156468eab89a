//! The tenant over HTTPS (RFC 9110, RFC 9113): one exchange a request, never repeated, never
//! redirected, bounded in time and memory; TLS is never off.

mod client;
mod connections;
mod fault;
mod patience;
mod port;
mod wave;

pub use client::Bounds;
pub use client::HttpsClient;
pub use client::Outgoing;
pub use client::Trust;
pub use fault::Fault;
pub use port::HttpsTenant;
