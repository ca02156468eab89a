//! Row 2: Microsoft Graph, pure but for the ports in `tenant`.

mod tenant;

pub use tenant::Get;
pub use tenant::HttpReply;
pub use tenant::NoReply;
pub use tenant::Reply;
pub use tenant::Tenant;
pub use tenant::TenantWrite;
pub use tenant::Version;
pub use tenant::Write;
pub use tenant::WriteMethod;
