//! `ACCOUNT-CLOUD-ONLY` and `ACCOUNT-DOMAIN`: whether the account depends on anybody else.

use super::Beside;
use crate::entra::Answer;
use crate::entra::DirectorySync;
use crate::entra::Domain;
use crate::entra::DomainAuthentication;
use crate::entra::Told;
use crate::entra::User;
use crate::entra::UserType;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::findings::found::Found;
use crate::primitives::Cloud;

const NEW_ACCOUNT: &str =
    "make a cloud-only account in the initial domain, and register its keys there";

/// `ACCOUNT-CLOUD-ONLY`: a member that was never synced from elsewhere.
pub(super) fn cloud_only(beside: &Beside<'_>) -> Vec<Finding> {
    let mut found = Found::new(Check::AccountCloudOnly, &beside.subject);
    let user = match &beside.facts.user {
        Answer::Known(user) => user,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the account", other);
            return found.or_pass("");
        }
    };
    match user.sync {
        DirectorySync::Never => {}
        DirectorySync::Synced => found.fix(
            Verdict::Fail,
            "synced from an on-premises directory, and falls with it",
            NEW_ACCOUNT,
        ),
        DirectorySync::Formerly => found.fix(
            Verdict::Warn,
            "was synced from an on-premises directory once",
            "make sure that no directory can take it over again",
        ),
        DirectorySync::NotTold => found.say(
            Verdict::Unknown,
            "the tenant does not tell whether the account is synced",
        ),
    }
    if user.immutable_id.is_some() && user.sync != DirectorySync::Synced {
        found.fix(
            Verdict::Fail,
            "has an onPremisesImmutableId: a directory that syncs the same id takes it over",
            "clear onPremisesImmutableId",
        );
    }
    match &user.user_type {
        UserType::Member => {}
        UserType::Guest => found.fix(
            Verdict::Fail,
            "a guest: it signs in elsewhere, and can have no passkey here",
            NEW_ACCOUNT,
        ),
        UserType::Other(word) => found.say(
            Verdict::Unknown,
            format!("of a type that we do not know: {word}"),
        ),
        UserType::NotTold => found.say(
            Verdict::Unknown,
            "the tenant does not tell whether the account is a member or a guest",
        ),
    }
    if let Some(word) = &user.creation_type {
        found.fix(
            Verdict::Warn,
            format!("not made as an ordinary work account: {word}"),
            NEW_ACCOUNT,
        );
    }
    found.or_pass("a member, never synced")
}

/// `ACCOUNT-DOMAIN`: in the tenant's initial domain, which is managed, under the plan's name.
pub(super) fn domain(beside: &Beside<'_>) -> Vec<Finding> {
    let mut found = Found::new(Check::AccountDomain, &beside.subject);
    let upn = match &beside.facts.user {
        Answer::Known(User { upn: Some(upn), .. }) => upn,
        Answer::Known(User { upn: None, .. }) => {
            found.say(
                Verdict::Unknown,
                "the tenant does not tell the account's name",
            );
            return found.or_pass("");
        }
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the account", other);
            return found.or_pass("");
        }
    };
    if !upn.eq_ignore_ascii_case(&beside.planned.upn) {
        found.fix(
            Verdict::Warn,
            format!(
                "named {upn} in the tenant, {} in the plan",
                beside.planned.upn
            ),
            "find out who renamed it: passkeys from before that can no longer be managed; then \
             correct the plan",
        );
    }
    let name = upn.rsplit('@').next().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    match &beside.judged.survey.population.domains {
        Answer::Known(domains) => match domains.iter().find(|domain| domain.name == name) {
            Some(domain) => of_domain(&mut found, domain),
            None => found.fix(
                Verdict::Fail,
                format!("{name} is no domain of the tenant"),
                NEW_ACCOUNT,
            ),
        },
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            if is_initial_form(&name, beside.judged.plan.tenant.cloud) {
                found.unknown("the tenant's domains", other);
            } else {
                found.fix(
                    Verdict::Fail,
                    format!("{name} is not the tenant's initial domain"),
                    NEW_ACCOUNT,
                );
            }
        }
    }
    found.or_pass(format!("{name}: initial and managed"))
}

fn of_domain(found: &mut Found<'_>, domain: &Domain) {
    let name = &domain.name;
    match &domain.authentication {
        DomainAuthentication::Managed => {}
        DomainAuthentication::Federated => found.fix(
            Verdict::Fail,
            format!("{name} is federated: another server decides who signs in"),
            NEW_ACCOUNT,
        ),
        DomainAuthentication::Other(word) => found.say(
            Verdict::Unknown,
            format!("{name} is neither managed nor federated: {word}"),
        ),
        DomainAuthentication::NotTold => found.say(
            Verdict::Unknown,
            format!("the tenant does not tell whether {name} is federated"),
        ),
    }
    match domain.initial {
        Told::Yes => {}
        Told::No => found.fix(
            Verdict::Fail,
            format!("{name} is not the tenant's initial domain: it can be taken away"),
            NEW_ACCOUNT,
        ),
        Told::NotTold => found.say(
            Verdict::Unknown,
            format!("the tenant does not tell whether {name} is its initial domain"),
        ),
    }
}

/// Whether a name has the form of an initial domain: `contoso.onmicrosoft.com`.
fn is_initial_form(name: &str, cloud: Cloud) -> bool {
    let end = match cloud {
        Cloud::Global => ".onmicrosoft.com",
        Cloud::UsGov | Cloud::UsGovDod => ".onmicrosoft.us",
        Cloud::China => ".partner.onmschina.cn",
    };
    let first = name.strip_suffix(end);
    first.is_some_and(|first| !first.is_empty() && !first.contains('.'))
}
