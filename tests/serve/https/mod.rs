//! A tenant behind TLS on loopback. The program, or the port, reaches it as it reaches a real one: by
//! the real names, through a proxy (`HTTPS_PROXY`), with an authority of its own (`SSL_CERT_FILE`).
//!
//! ```text
//! let server = Server::start(Setup::default(), || Box::new(Tenant::new(claims, virtual_tenant)));
//! let output = server.program(&["check", "--book", book]).output();                 // the program
//! let client = server.client(Bounds::default());                                    // or the port
//! server.seen()                       // every request: host, method, target, when it began and ended
//! depth(&seen), most_within(&seen, …) // round trips deep; the most requests in a window
//! ```
//!
//! What answers is made and lives in a thread of its own (`Answering` need not be `Send`):
//! [`Tenant`] signs in whom it is told to and puts any `TenantWrite` behind Graph's paths, [`Canned`]
//! answers by path, a closure anything at all. `Setup` has latency, TLS version, protocol,
//! certificate and what the proxy does.

mod authority;
mod handler;
mod measured;
mod seen;
mod server;
mod tenant;

pub(crate) use authority::Leaf;
pub(crate) use handler::Answering;
pub(crate) use handler::Asked;
pub(crate) use handler::Canned;
pub(crate) use handler::Told;
pub(crate) use measured::measure;
pub(crate) use seen::Seen;
pub(crate) use seen::depth;
pub(crate) use seen::most_within;
pub(crate) use server::ProxyDoes;
pub(crate) use server::Server;
pub(crate) use server::Setup;
pub(crate) use tenant::Tenant;
pub(crate) use tenant::token;
