//! Step 1: whether the tenant lets the account have keys, and what it says of a model.

use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::enrolment;
use crate::entra::Answer;
use crate::entra::Attestation;
use crate::entra::Session;
use crate::facts::key::KeyFacts;
use crate::facts::tenant::AccountFacts;
use crate::facts::tenant::TenantFacts;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::RecordedKey;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::aaguid_allowed;
use crate::findings::account_checks;
use crate::plan::Account;
use crate::primitives::Guid;
use crate::webauthn::Aaguid;

/// Asks the tenant, shows what it comes to, and stops at what fails. `without` is a label
/// whose passkey this ceremony may have deleted; `besides` names keys that no record knows yet and that it expects.
pub(super) fn ask(
    room: &mut Room<'_>,
    session: &mut Session,
    account: &Account,
    object_id: Guid,
    without: Option<&str>,
    besides: impl FnOnce(&mut Room<'_>, &TenantFacts) -> Result<Vec<RecordedKey>, CeremonyError>,
) -> Result<(TenantFacts, Vec<Finding>), CeremonyError> {
    let asked = [(account.alias.clone(), object_id)];
    let tenant = enrolment::observe(room, session, &asked);
    let mut recorded = enrolment::recorded(room, &account.alias)?;
    let Some(facts) = tenant.accounts.first() else {
        return Err(CeremonyError::Answer("the tenant's facts name no account"));
    };
    recorded.retain(|key| Some(key.label.as_str()) != without || is_held(facts, key));
    recorded.extend(besides(room, &tenant)?);
    let findings = account_checks(&tenant, facts, &recorded, &room.plan.policy);
    room.operator.findings(&findings);
    if findings.iter().any(|one| one.verdict == Verdict::Fail) {
        return Err(CeremonyError::Refused(findings));
    }
    Ok((tenant, findings))
}

/// Whether the tenant shows the passkey of a key on record.
fn is_held(facts: &AccountFacts, key: &RecordedKey) -> bool {
    match &facts.methods {
        Answer::Known(methods) => methods
            .iter()
            .any(|method| method.credential().as_ref() == Some(&key.credential_id)),
        Answer::Denied(_) | Answer::Absent | Answer::Failed(_) => false,
    }
}

/// `AAGUID-ALLOWED`, before PIN and touch. A key that claims no model is judged as the zero AAGUID.
pub(super) fn allowed(tenant: &TenantFacts, facts: &KeyFacts) -> Finding {
    let aaguid = facts.aaguid().known().copied().unwrap_or(Aaguid::ZERO);
    match tenant.accounts.first() {
        Some(account) => aaguid_allowed(tenant, account, &aaguid, Attestation::Unseen),
        None => Finding::new(
            Check::AaguidAllowed,
            Verdict::Unknown,
            Subject::book(),
            "the tenant was not asked",
        ),
    }
}

/// Whether the tenant takes this model from the account only with an attestation.
pub(super) fn enforced(tenant: &TenantFacts, aaguid: Option<&Aaguid>) -> bool {
    let account = tenant.accounts.first();
    account.zip(aaguid).is_some_and(|(account, aaguid)| {
        let with = |attestation| aaguid_allowed(tenant, account, aaguid, attestation).verdict;
        with(Attestation::Absent) == Verdict::Fail && with(Attestation::Verified) != Verdict::Fail
    })
}
