//! `SECURITY-DEFAULTS`

use crate::entra::Answer;
use crate::entra::Told;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::judged::Judged;
use crate::findings::tenant_words;
use crate::plan::ConditionalAccess;

/// `SECURITY-DEFAULTS`: off where the plan relies on Conditional Access.
pub(super) fn security_defaults(judged: &Judged<'_>) -> Finding {
    let check = Check::SecurityDefaults;
    let subject = Subject::book();
    let make = |verdict, detail: &str| Finding::new(check, verdict, subject.clone(), detail);
    let defaults = match &judged.survey.access.security_defaults {
        Answer::Known(defaults) => defaults,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            return tenant_words::unknown(check, &subject, "the security defaults", other);
        }
    };
    let by_strength = |account: &crate::plan::Account| {
        account.conditional_access == ConditionalAccess::PhishingResistant
    };
    let relies =
        judged.plan.groups.ca_exclusion.is_some() || judged.plan.accounts.iter().any(by_strength);
    match (defaults.enabled, relies) {
        (Told::No, _) => make(Verdict::Pass, "off"),
        (Told::Yes, true) => make(
            Verdict::Fail,
            "on: they exclude nobody and Conditional Access does not count, which the plan relies on",
        )
        .fix(
            "turn them off once Conditional Access policies replace them; or take ca-exclusion and \
             phishing-resistant out of the plan",
        ),
        (Told::Yes, false) => make(
            Verdict::Pass,
            "on: every administrator needs multifactor authentication, which a key satisfies",
        ),
        (Told::NotTold, _) => make(
            Verdict::Unknown,
            "the tenant does not tell whether they are on",
        ),
    }
}
