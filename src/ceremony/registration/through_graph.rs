//! Through Graph: the ceremony makes the credential, keeps it, sends it once, reads it back.

use super::CREDENTIAL;
use super::Course;
use super::Proven;
use super::SIGN_IN;
use super::in_hand::Turn;
use super::in_hand::key_and_pin;
use super::in_hand::key_in_hand;
use super::made_before;
use super::prove;
use super::replaced;
use super::signed_in;
use super::statement;
use super::statement::Stated;
use super::tenant_side;
use super::without;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::enrolment;
use crate::ceremony::sealing::Signing;
use crate::entra::Session;
use crate::primitives::Clock;
use crate::record::Basis;
use crate::record::Statement;
use crate::webauthn::RpId;

/// Steps 1 to 7: from the tenant's word to the key's signature over the statement.
pub(super) fn register(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    clock: &dyn Clock,
) -> Result<(Statement, Proven), CeremonyError> {
    let (account, planned) = (course.account, course.planned);
    let rp_id = RpId::of_cloud(room.plan.tenant.cloud).ok_or(CeremonyError::Answer(
        "this cloud has no provisioning through Graph",
    ))?;
    course.follow.step(room, 1, &account.alias)?;
    let (tenant, before) = tenant_side::ask(
        room,
        session,
        account,
        course.object_id,
        without(room, course)?,
        |room, tenant| {
            let kept = enrolment::kept(room, &course.follow.open, &planned.label, tenant)?;
            Ok(kept.into_iter().collect())
        },
    )?;
    let old = replaced::replace(room, session, course)?;
    let returning = made_before(room, course, &rp_id)?;
    let (mut hand, pin) = key_and_pin(
        room,
        course,
        clock,
        &tenant,
        returning,
        Turn::First,
        &|_| Ok(()),
    )?;
    course.follow.step(room, course.number(CREDENTIAL), "")?;
    let enrolled = enrolment::enrol(
        room,
        session,
        &course.follow.open,
        &mut hand,
        &enrolment::For {
            account,
            label: &planned.label,
            object_id: course.object_id,
            rp_id: &rp_id,
            anew: course.replaces.as_deref() == Some(planned.label.as_str()),
        },
        &pin,
    )?;
    let mut typed = Some(pin);
    let seen = if signed_in::is_asked(course) {
        // A browser speaks to the key next: it is let go of.
        let facts = hand.facts.clone();
        drop(hand);
        typed = None;
        let seen = signed_in::all(
            room,
            session,
            course,
            enrolled.aaguid,
            &enrolled.credential_id,
        )?;
        let returning = made_before(room, course, &rp_id)?
            .or_else(|| Some(crate::ceremony::returning::Returning::seen(&facts)));
        let turn = Turn::Again(course.number(SIGN_IN));
        let before = returning.as_ref();
        hand = key_in_hand(room, course, clock, &tenant, before, turn, &|_| Ok(()))?;
        seen
    } else {
        signed_in::SignedIn::default()
    };
    let mut findings = before;
    // What is stated of the key is what the handle said that signs.
    findings.extend(hand.findings.iter().cloned());
    let stated = Stated {
        credential_id: enrolled.credential_id.clone(),
        aaguid: enrolled.aaguid,
        method_id: enrolled.method_id.clone(),
        public_key: (Basis::Registration, enrolled.public_key.clone()),
        rp_id: rp_id.clone(),
        portal: None,
        old,
        seen,
    };
    let statement = statement::state(room, session, course, &mut hand, stated, findings)?;
    let returning = made_before(room, course, &rp_id)?;
    let returning = returning.map(|made| made.stated(&statement));
    let signing = Some(Signing { hand, pin: typed });
    let proven = prove(room, course, clock, signing, &statement, returning.as_ref())?;
    Ok((statement, proven))
}
