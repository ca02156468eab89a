//! How a token is had: by the Azure CLI, a secret, a certificate, a machine's or workload's identity
//! (through `azure_identity`), or by a person in a browser, here or elsewhere.
//!
//! Tokens stay in memory, in `Secret`; nothing is cached on disk, and no environment variable swaps
//! the authority.

mod azure;
mod browser;
mod certificate;
mod device;
mod endpoint;
mod fault;
mod loopback;
mod open_browser;
mod person;
mod source;
mod tokens;
mod transport;

pub use azure::AppSecret;
pub use azure::AzureSignIn;
pub use certificate::Certificate;
pub use certificate::CertificateFault;
pub use endpoint::Endpoint;
pub use fault::SignInFault;
pub use person::PersonSignIn;
pub use person::Show;
pub use person::Way;
pub use source::Fetching;
pub use source::Token;
pub use source::TokenSource;
pub use tokens::Tokens;
