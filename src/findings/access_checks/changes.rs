//! Who changed a policy, where the audit log tells.

use crate::entra::Answer;
use crate::entra::CaPolicy;
use crate::entra::DirectoryAudit;
use crate::facts::tenant::Logs;

/// When a Conditional Access policy was changed last, and by whom if the audit log tells; begins
/// with `; `, empty if nothing is known.
pub(super) fn of_policy(logs: &Logs, policy: &CaPolicy) -> String {
    logs.last_change_of(&policy.id).map_or_else(
        || {
            let on = |at: crate::primitives::UtcTime| format!("; last changed on {}", at.day());
            policy.modified.map(on).unwrap_or_default()
        },
        by_whom,
    )
}

/// The last change of the authentication methods policy that the audit log tells of; begins with
/// `; `, empty if it tells of none.
pub(super) fn of_methods_policy(logs: &Logs) -> String {
    let Answer::Known(audits) = &logs.audits else {
        return String::new();
    };
    audits
        .iter()
        .filter(|audit| {
            audit.service.eq_ignore_ascii_case("Authentication Methods")
                && audit.category.eq_ignore_ascii_case("PolicyManagement")
                && audit.succeeded != Some(false)
        })
        .max_by_key(|audit| audit.at)
        .map(by_whom)
        .unwrap_or_default()
}

fn by_whom(audit: &DirectoryAudit) -> String {
    let by = if audit.by.name.is_empty() {
        String::new()
    } else {
        format!(" by {}", audit.by.name)
    };
    format!("; last changed on {}{by}", audit.at)
}
