//! Azure Resource Manager: where Entra's logs go, and which rules watch them.

mod diagnostic_setting;
mod query_rule;
mod sentinel_rule;

pub use diagnostic_setting::DiagnosticSetting;
pub use diagnostic_setting::WorkspaceId;
pub use diagnostic_setting::ask_diagnostic_settings;
pub use query_rule::QueryRule;
pub use query_rule::RuleCondition;
pub use query_rule::ask_query_rules;
pub use sentinel_rule::SentinelRule;
pub use sentinel_rule::ask_sentinel_rules;

#[cfg(test)]
mod tests;
