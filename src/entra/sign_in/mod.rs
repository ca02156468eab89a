//! Signing in, the pure part: where, for what, what a token says of itself, and what a refusal means.

mod authorization;
mod claims;
mod device;
mod hosts;
mod permissions;
mod redirect;
mod refusal;
mod token_answer;
mod who_may;

pub use authorization::Authorization;
pub use claims::Claims;
pub use claims::ClaimsFault;
pub use claims::TokenKind;
pub use device::DeviceCode;
pub use hosts::Service;
pub use hosts::login_host;
pub use permissions::Need;
pub use permissions::PERMISSIONS;
pub use permissions::Permission;
pub use permissions::missing_permissions;
pub use redirect::Redirect;
pub use redirect::RedirectFault;
pub use refusal::Explained;
pub use refusal::SignInRefusal;
pub use refusal::explain;
pub use token_answer::TokenAnswer;
pub use token_answer::TokenFault;
pub use who_may::NotAllowed;
pub use who_may::is_azure_cli_user;
pub use who_may::refuse_app_only;
pub use who_may::refuse_emergency_account;
pub use who_may::refuse_other_tenant;
