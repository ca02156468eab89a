//! `LOG-EXPORT`: sign-in and audit logs are kept longer than the tenant keeps them.

use crate::entra::Answer;
use crate::entra::DiagnosticSetting;
use crate::facts::tenant::AzureFacts;
use crate::facts::tenant::SIGN_IN_LOGS;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::found::Found;
use crate::findings::words::listed;

const AUDIT_LOGS: &str = "AuditLogs";
const NON_INTERACTIVE: &str = "NonInteractiveUserSignInLogs";
const FIX: &str = "Entra ID > Monitoring > Diagnostic settings: send SignInLogs, AuditLogs and \
     NonInteractiveUserSignInLogs to a workspace";

/// `LOG-EXPORT`
pub(super) fn export(azure: &AzureFacts) -> Vec<Finding> {
    let subject = Subject::book();
    let mut found = Found::new(Check::LogExport, &subject);
    let settings = match &azure.settings {
        Answer::Known(settings) => settings,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("Entra's diagnostic settings", other);
            return found.or_pass("");
        }
    };
    let mut places: Vec<String> = Vec::new();
    for category in [SIGN_IN_LOGS, AUDIT_LOGS] {
        let exporting: Vec<&DiagnosticSetting> = settings
            .iter()
            .filter(|setting| setting.exports(category))
            .collect();
        let kept = exporting.iter().any(|setting| setting.keeps());
        if kept {
            places.extend(exporting.iter().filter_map(|setting| place(setting)));
        } else if exporting.iter().any(|setting| setting.event_hub) {
            found.fix(
                Verdict::Warn,
                format!("{category} go to an event hub alone: what keeps them cannot be seen here"),
                "see that what reads the event hub keeps them; or send them to a workspace, too",
            );
        } else if exporting.is_empty() {
            found.fix(
                Verdict::Fail,
                format!("{category} are exported nowhere: the tenant forgets them after 30 days"),
                FIX,
            );
        } else {
            found.say(
                Verdict::Unknown,
                format!("{category} are exported to a place that this version does not know"),
            );
        }
    }
    let sign_ins_kept = settings
        .iter()
        .any(|setting| setting.exports(SIGN_IN_LOGS) && setting.keeps());
    if sign_ins_kept
        && !settings
            .iter()
            .any(|setting| setting.exports(NON_INTERACTIVE))
    {
        found.fix(
            Verdict::Warn,
            "sign-ins without a person there are not exported: a stolen session leaves no trace",
            FIX,
        );
    }
    places.sort();
    places.dedup();
    let places = listed(&places, 3);
    found.or_pass(format!("SignInLogs and AuditLogs go to {places}"))
}

fn place(setting: &DiagnosticSetting) -> Option<String> {
    if let Some(workspace) = &setting.workspace {
        return Some(format!("workspace {}", workspace.name()));
    }
    setting.storage.then(|| "a storage account".to_owned())
}
