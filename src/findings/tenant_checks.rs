//! Checks of the tenant, for one account, with or without a key in the hand.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::reconciling;
use super::reconciling::Expected;
use super::tenant_words;
use crate::entra::AccountFacts as ProfileAccount;
use crate::entra::Answer;
use crate::entra::Attestation;
use crate::entra::Decision;
use crate::entra::Fido2Policy;
use crate::entra::Membership;
use crate::entra::MethodState;
use crate::entra::Told;
use crate::entra::Usage;
use crate::entra::UserType;
use crate::entra::decide;
use crate::facts::tenant::AccountFacts;
use crate::facts::tenant::TenantFacts;
use crate::plan::Policy;
use crate::webauthn::Aaguid;
use crate::webauthn::CredentialId;

/// A key the ledger says is registered for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedKey {
    /// Its label.
    pub label: String,
    /// Its credential.
    pub credential_id: CredentialId,
}

/// The checks of the tenant as a whole and of `account` before a key is in the hand.
#[must_use]
pub fn account_checks(
    facts: &TenantFacts,
    account: &AccountFacts,
    recorded: &[RecordedKey],
    policy: &Policy,
) -> Vec<Finding> {
    let subject = Subject::account(&account.alias);
    let mut findings = vec![
        fido2_enabled(facts, &subject),
        self_service_on(facts, &subject),
        account_enabled(account, &subject),
    ];
    let expected: Vec<Expected<'_>> = recorded
        .iter()
        .map(|key| Expected {
            label: &key.label,
            credential: Some(&key.credential_id),
            method_id: None,
        })
        .collect();
    findings.extend(reconciling::methods(account, &expected, &subject));
    findings.push(time_skew(facts, policy));
    findings
}

/// `AAGUID-ALLOWED`: whether the tenant takes this model for this account, for a registration.
#[must_use]
pub fn aaguid_allowed(
    facts: &TenantFacts,
    account: &AccountFacts,
    aaguid: &Aaguid,
    attestation: Attestation,
) -> Finding {
    let subject = Subject::account(&account.alias);
    let unknown =
        |why: String| Finding::new(Check::AaguidAllowed, Verdict::Unknown, subject.clone(), why);
    let policy = match &facts.policy {
        Answer::Known(policy) => policy,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            return unknown(tenant_words::not_known("the passkey policy", other));
        }
    };
    let (user_type, membership) = type_and_groups(account);
    let who = ProfileAccount {
        id: account.object_id,
        user_type: &user_type,
        membership: &membership,
    };
    decision(policy, &who, aaguid, attestation, &subject)
}

/// What the profiles are decided by: the account's type, and its groups as far as they are known.
pub(super) fn type_and_groups(account: &AccountFacts) -> (UserType, Membership) {
    let user_type = match &account.user {
        Answer::Known(user) => user.user_type.clone(),
        Answer::Denied(_) | Answer::Failed(_) | Answer::Absent => UserType::NotTold,
    };
    let membership = match &account.membership {
        Answer::Known(membership) => membership.clone(),
        Answer::Denied(_) | Answer::Failed(_) | Answer::Absent => Membership::unknown(),
    };
    (user_type, membership)
}

fn decision(
    policy: &Fido2Policy,
    who: &ProfileAccount<'_>,
    aaguid: &Aaguid,
    attestation: Attestation,
    subject: &Subject,
) -> Finding {
    match decide(policy, who, aaguid, Usage::Registration(attestation)) {
        Decision::Allowed(by) => {
            let assumed = by.iter().all(|one| one.assumed);
            let verdict = if assumed {
                Verdict::Warn
            } else {
                Verdict::Pass
            };
            Finding::new(
                Check::AaguidAllowed,
                verdict,
                subject.clone(),
                tenant_words::allowed(aaguid, &by),
            )
        }
        Decision::Refused { first, further } => Finding::new(
            Check::AaguidAllowed,
            Verdict::Fail,
            subject.clone(),
            tenant_words::refused(aaguid, &first, &further),
        )
        .fix(tenant_words::setting(&first.setting)),
        Decision::Unknown(why) => Finding::new(
            Check::AaguidAllowed,
            Verdict::Unknown,
            subject.clone(),
            tenant_words::unsure(&why),
        ),
    }
}

fn fido2_enabled(facts: &TenantFacts, subject: &Subject) -> Finding {
    let check = Check::Fido2Enabled;
    match &facts.policy {
        Answer::Known(policy) => match &policy.state {
            MethodState::Enabled => Finding::new(
                check,
                Verdict::Pass,
                subject.clone(),
                "the passkey (FIDO2) method is on",
            ),
            MethodState::Disabled => Finding::new(
                check,
                Verdict::Fail,
                subject.clone(),
                "the passkey (FIDO2) method is off for the whole tenant",
            )
            .fix("Authentication methods > Policies > Passkey (FIDO2): enable it"),
            MethodState::Other(word) => Finding::new(
                check,
                Verdict::Unknown,
                subject.clone(),
                format!("the method's state is a word we do not know: {word}"),
            ),
        },
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => Finding::new(
            check,
            Verdict::Unknown,
            subject.clone(),
            tenant_words::not_known("the passkey policy", other),
        ),
    }
}

fn self_service_on(facts: &TenantFacts, subject: &Subject) -> Finding {
    let check = Check::SelfServiceOn;
    match &facts.policy {
        Answer::Known(policy) => match policy.self_service {
            Told::Yes => Finding::new(
                check,
                Verdict::Pass,
                subject.clone(),
                "self-service set-up is allowed",
            ),
            Told::No => Finding::new(
                check,
                Verdict::Fail,
                subject.clone(),
                "self-service set-up is not allowed, which blocks provisioning too",
            )
            .fix("Passkey (FIDO2) settings: allow self-service set-up until the ceremony is done"),
            Told::NotTold => Finding::new(
                check,
                Verdict::Unknown,
                subject.clone(),
                "the tenant does not tell whether self-service set-up is allowed",
            ),
        },
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => Finding::new(
            check,
            Verdict::Unknown,
            subject.clone(),
            tenant_words::not_known("the passkey policy", other),
        ),
    }
}

/// `ACCOUNT-ENABLED`
pub(super) fn account_enabled(account: &AccountFacts, subject: &Subject) -> Finding {
    let check = Check::AccountEnabled;
    match &account.user {
        Answer::Known(user) if user.id != account.object_id => Finding::new(
            check,
            Verdict::Unknown,
            subject.clone(),
            format!(
                "asked for {}, the tenant answered about {}",
                account.object_id, user.id
            ),
        ),
        Answer::Known(user) => match user.enabled {
            Told::Yes => Finding::new(
                check,
                Verdict::Pass,
                subject.clone(),
                "the account is enabled",
            ),
            Told::No => Finding::new(
                check,
                Verdict::Fail,
                subject.clone(),
                "the account is disabled",
            )
            .fix("enable it, and find out who disabled it"),
            Told::NotTold => Finding::new(
                check,
                Verdict::Unknown,
                subject.clone(),
                "the tenant does not tell whether the account is enabled",
            ),
        },
        Answer::Absent => Finding::new(
            check,
            Verdict::Fail,
            subject.clone(),
            format!("there is no account with object id {}", account.object_id),
        )
        .fix("correct the object id in the plan, or find out who deleted the account"),
        other @ (Answer::Denied(_) | Answer::Failed(_)) => {
            tenant_words::unknown(check, subject, "the account", other)
        }
    }
}

/// `TIME-SKEW`
pub(super) fn time_skew(facts: &TenantFacts, policy: &Policy) -> Finding {
    let check = Check::TimeSkew;
    let Some(date) = &facts.headers.date else {
        return Finding::new(
            check,
            Verdict::Unknown,
            Subject::book(),
            "no answer of the tenant carried a date",
        );
    };
    let skew = date.here.unix().abs_diff(date.graph.unix());
    let allowed = u64::from(policy.time_skew_seconds);
    let detail = format!("{skew} s between this clock and the tenant's; {allowed} s are allowed");
    if skew <= allowed {
        Finding::new(check, Verdict::Pass, Subject::book(), detail)
    } else {
        Finding::new(check, Verdict::Fail, Subject::book(), detail).fix("set this computer's clock")
    }
}
