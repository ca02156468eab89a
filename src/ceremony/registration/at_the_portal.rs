//! At the portal: a person registers the key with a pass, and the ceremony finds what came of it in the
//! tenant and on the key.

use super::CREDENTIAL;
use super::Course;
use super::Proven;
use super::SIGN_IN;
use super::in_hand::Turn;
use super::in_hand::key_and_pin;
use super::portal;
use super::portal::listed;
use super::prove;
use super::replaced;
use super::signed_in;
use super::statement;
use super::statement::Stated;
use super::tenant_side;
use super::without;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::guard;
use crate::ceremony::returning::Returning;
use crate::ceremony::sealing::Signing;
use crate::ceremony::the_key::InHand;
use crate::ctap::Pin;
use crate::entra::Answer;
use crate::entra::Session;
use crate::facts::key::KeyFacts;
use crate::facts::tenant::TenantFacts;
use crate::findings::RecordedKey;
use crate::primitives::Clock;
use crate::primitives::bytes::hex;
use crate::record::Basis;
use crate::record::PassPart;
use crate::record::PortalPart;
use crate::record::Statement;
use crate::webauthn::Aaguid;

/// Steps 1 to 7: from the tenant's word to the key's signature over the statement.
pub(super) fn register(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    clock: &dyn Clock,
) -> Result<(Statement, Proven), CeremonyError> {
    let (account, planned) = (course.account, course.planned);
    let label = &planned.label;
    course.follow.step(room, 1, &account.alias)?;
    let (tenant, findings) = tenant_side::ask(
        room,
        session,
        account,
        course.object_id,
        without(room, course)?,
        |room, tenant| since(room, course, tenant),
    )?;
    let old = replaced::replace(room, session, course)?;
    let mut returning = None;
    let mut held = portal::before(room, &course.follow.open)?.map(|before| before.held);
    if held.is_none() {
        let demand = |facts: &KeyFacts| can_list(label, facts);
        let (mut hand, pin) =
            key_and_pin(room, course, clock, &tenant, None, Turn::First, &demand)?;
        held = Some(guarded(room, course, &mut hand, &pin)?);
        // A browser speaks to the key next: it is let go of.
        returning = Some(Returning::seen(&hand.facts));
    }
    let held = held.unwrap_or_default();
    course.follow.step(room, course.number(CREDENTIAL), label)?;
    let at = portal::register(room, session, course, &held)?;
    let seen = if signed_in::is_asked(course) {
        let aaguid = at.found.aaguid.or(planned.aaguid).unwrap_or(Aaguid::ZERO);
        signed_in::all(room, session, course, aaguid, &at.found.credential_id)?
    } else {
        signed_in::SignedIn::default()
    };
    let demand = |facts: &KeyFacts| can_list(label, facts);
    let last = if signed_in::is_asked(course) {
        SIGN_IN
    } else {
        CREDENTIAL
    };
    let turn = Turn::Again(course.number(last));
    let (mut hand, pin) = key_and_pin(room, course, clock, &tenant, returning, turn, &demand)?;
    let Some(listed) = listed::find(room, &mut hand, &pin, label, &at.found, &held)? else {
        drop(hand);
        return Err(portal::another_key(room, session, course, &at.found)?);
    };
    let mut findings = findings;
    findings.extend(hand.findings.iter().cloned());
    let pass = at.found.pass_made.zip(at.pass_gone);
    let aaguid = hand.facts.aaguid().known().copied();
    let stated = Stated {
        credential_id: at.found.credential_id.clone(),
        aaguid: aaguid.unwrap_or(Aaguid::ZERO),
        method_id: at.found.method_id.clone(),
        public_key: (Basis::Listed, listed.public_key),
        rp_id: listed.rp_id.clone(),
        portal: Some(PortalPart {
            attested: at.found.attested,
            certificates: at.found.certificates.clone(),
            enforced: tenant_side::enforced(&tenant, aaguid.as_ref()),
            pass: pass.map(|(made, gone)| PassPart { gone, made }),
        }),
        old,
        seen,
    };
    let statement = statement::state(room, session, course, &mut hand, stated, findings)?;
    let returning = Returning::of_statement(&statement);
    let pin = Some(pin);
    let signing = Some(Signing { hand, pin });
    let proven = prove(room, course, clock, signing, &statement, returning.as_ref())?;
    Ok((statement, proven))
}

/// Passkeys that came since this ceremony began: what they are is found out in step 4.
fn since(
    room: &mut Room<'_>,
    course: &Course<'_>,
    tenant: &TenantFacts,
) -> Result<Vec<RecordedKey>, CeremonyError> {
    let Some(before) = portal::before(room, &course.follow.open)? else {
        return Ok(Vec::new());
    };
    let methods = tenant.accounts.first().map(|account| &account.methods);
    let Some(Answer::Known(methods)) = methods else {
        return Ok(Vec::new());
    };
    let new = methods
        .iter()
        .filter(|method| !before.methods.contains(&method.id.to_string()));
    Ok(new
        .filter_map(|method| {
            Some(RecordedKey {
                label: course.planned.label.clone(),
                credential_id: method.credential()?,
            })
        })
        .collect())
}

/// Refuses a key whose new credential could not be told from its others.
pub(super) fn can_list(label: &str, facts: &KeyFacts) -> Result<(), CeremonyError> {
    if guard::can_list(facts) {
        return Ok(());
    }
    Err(CeremonyError::Matter {
        why: format!(
            "{label} cannot list what it holds, so the credential that a portal makes on it could \
             not be found again"
        ),
        next: format!("glasskey register {label} --via graph, or take a newer model"),
    })
}

/// What the key holds for Entra before the portal, in hexadecimal. A credential for the same account
/// would be overwritten there: that is asked for.
fn guarded(
    room: &mut Room<'_>,
    course: &Course<'_>,
    hand: &mut InHand<'_>,
    pin: &Pin,
) -> Result<Vec<String>, CeremonyError> {
    let held = listed::all(room, hand, pin)?;
    let upn = &course.account.upn;
    let same = |name: &Option<String>| {
        name.as_ref()
            .is_some_and(|name| name.eq_ignore_ascii_case(upn))
    };
    let anew = course.replaces.as_deref() == Some(course.planned.label.as_str());
    if !anew && held.iter().any(|(_, one)| same(&one.user_name)) {
        let question = guard::question(&course.planned.label, &course.account.alias);
        if !room.operator.confirm(&question) {
            return Err(CeremonyError::Declined);
        }
    }
    Ok(held
        .iter()
        .map(|(_, one)| hex(one.credential_id.bytes()))
        .collect())
}
