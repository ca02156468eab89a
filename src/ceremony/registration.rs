//! The registration ceremony through Graph (DESIGN §5, order at the safe).
//!
//! Check the tenant → the right key, allowed before any touch → PIN → makeCredential, kept in `open/`
//! before the POST → read back → bag, nonces → statement → words → PIN, touch → inside sheet → sealed →
//! signatures → append → checkpoint → bag face. It can be stopped anywhere and goes on from `open/`.

mod statement;

use super::Begun;
use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::enrolment;
use super::follow::Follow;
use super::people;
use super::returning::Returning;
use super::scripts::REGISTRATION;
use super::sealing;
use super::sealing::Numbers;
use super::sealing::Sealed;
use super::sealing::Sealing;
use super::stating;
use super::the_key;
use super::the_key::InHand;
use super::the_key::Stops;
use crate::ctap::Pin;
use crate::entra::Attestation;
use crate::entra::Session;
use crate::facts::key::KeyFacts;
use crate::facts::tenant::TenantFacts;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::findings::aaguid_allowed;
use crate::findings::account_checks;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::plan::Account;
use crate::plan::PlannedKey;
use crate::primitives::Clock;
use crate::primitives::Guid;
use crate::record::Event;
use crate::record::Evidence;
use crate::record::Presence;
use crate::record::Statement;
use crate::webauthn::Aaguid;
use crate::webauthn::RpId;

/// Where the steps that every sealing has stand in the script.
const NUMBERS: Numbers = Numbers {
    key: 2,
    pin: 3,
    statement: 6,
    bag: 7,
    record: 8,
};

/// What every step knows.
struct Course<'a> {
    account: &'a Account,
    object_id: Guid,
    planned: &'a PlannedKey,
    follow: Follow,
    begun: Begun,
    force: InForce,
    rp_id: RpId,
}

impl Course<'_> {
    fn sealing(&self) -> Sealing<'_> {
        Sealing {
            account: self.account,
            planned: self.planned,
            follow: &self.follow,
            force: &self.force,
            rp_id: &self.rp_id,
            numbers: NUMBERS,
        }
    }
}

/// Registers the key with this label for its account, or goes on where an earlier run stopped.
///
/// # Errors
/// [`CeremonyError`]. What was made until then is in `open/`; running it again goes on from there.
pub fn register(
    room: &mut Room<'_>,
    session: &mut Session,
    label: &str,
) -> Result<Sealed, CeremonyError> {
    let plan = room.plan;
    let (account, planned) = plan
        .key(label)
        .ok_or_else(|| CeremonyError::NoSuchKey(label.to_owned()))?;
    let object_id = account
        .object_id
        .ok_or_else(|| CeremonyError::NoObjectId(account.alias.clone()))?;
    let rp_id = RpId::of_cloud(plan.tenant.cloud).ok_or(CeremonyError::Answer(
        "this cloud has no provisioning through Graph",
    ))?;
    let follow = Follow::new(&REGISTRATION, label);
    let begun = begin(room, &follow.open, label)?;
    let force = Ledger::new(&mut *room.store).in_force()?;
    people::may_sign(room, &force, force.policy.witnesses.registration)?;
    let course = Course {
        account,
        object_id,
        planned,
        follow,
        begun,
        force,
        rp_id,
    };
    let clock = room.clock;

    let sealing = course.sealing();
    let statement_kept = sealing::kept(room, &course.follow.open)?;
    let presence_kept = course.follow.open.presence(&*room.desk)?;
    let (statement, presence) = match (statement_kept, presence_kept) {
        (Some(statement), Some(presence)) => (statement, presence),
        (Some(statement), None) => {
            let returning = made_before(room, &course)?.map(|made| made.stated(&statement));
            let (mut hand, pin) =
                sealing::key_again(room, &sealing, clock, &statement, returning.as_ref())?;
            let presence = sealing::prove(room, &sealing, &mut hand, &pin, &statement)?;
            (statement, presence)
        }
        (None, _) => from_the_key(room, session, &course, clock)?,
    };
    let Some(registration) = course.follow.open.registration(&*room.desk)? else {
        return Err(CeremonyError::Answer(
            "open/ holds a statement and no registration",
        ));
    };
    let evidence = Evidence {
        attest: None,
        presence: Some(presence),
        probe: None,
        registration: Some(registration),
    };
    sealing::seal(room, &sealing, &statement, evidence)
}

fn begin(room: &mut Room<'_>, open: &OpenCeremony, label: &str) -> Result<Begun, CeremonyError> {
    if let Some(begun) = open.begun(&*room.desk)? {
        room.operator.say(&format!(
            "The ceremony for {label} that began at {} goes on.",
            begun.started
        ));
        return Ok(begun);
    }
    // What a finished ceremony left while it was tidied does not belong to this one.
    open.close(&mut *room.desk)?;
    let ledger = Ledger::new(&mut *room.store);
    if ledger
        .latest_of_key(label, |record| {
            record.statement.event == Event::Registration
        })?
        .is_some()
    {
        return Err(CeremonyError::LabelUsed(label.to_owned()));
    }
    if let Some(other) = OpenCeremony::unfinished(&*room.desk)?.into_iter().next() {
        return Err(CeremonyError::Unfinished(other));
    }
    let begun = Begun {
        label: Some(label.to_owned()),
        record_id: stating::fresh_id(room),
        started: room.clock.utc(),
    };
    open.put(&mut *room.desk, "begun.json", &begun)?;
    Ok(begun)
}

/// Steps 1 to 6: from the tenant's word to the key's signature over the statement.
fn from_the_key(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    clock: &dyn Clock,
) -> Result<(Statement, Presence), CeremonyError> {
    let Course {
        account,
        planned,
        object_id,
        ..
    } = course;
    course.follow.step(room, 1, &account.alias)?;
    let asked = [(account.alias.clone(), *object_id)];
    let tenant = enrolment::observe(room, session, &asked);
    let mut recorded = enrolment::recorded(room, &account.alias)?;
    recorded.extend(enrolment::kept(
        room,
        &course.follow.open,
        &planned.label,
        &tenant,
    )?);
    let Some(facts) = tenant.accounts.first() else {
        return Err(CeremonyError::Answer("the tenant's facts name no account"));
    };
    let before = account_checks(&tenant, facts, &recorded, &room.plan.policy);
    room.operator.findings(&before);
    let stop = |finding: &Finding| finding.verdict == Verdict::Fail;
    if before.iter().any(stop) {
        return Err(CeremonyError::Refused(before));
    }

    let (mut hand, pin) = key_and_pin(room, course, clock, &tenant)?;
    course.follow.step(room, 4, "")?;
    let enrolled = enrolment::enrol(
        room,
        session,
        &course.follow.open,
        &mut hand,
        &enrolment::For {
            account,
            label: &planned.label,
            object_id: *object_id,
            rp_id: &course.rp_id,
        },
        &pin,
    )?;
    let mut findings = before;
    findings.extend(hand.findings.iter().cloned());
    let statement = statement::state(room, session, course, &hand, &enrolled, findings)?;
    let presence = sealing::prove(room, &course.sealing(), &mut hand, &pin, &statement)?;
    Ok((statement, presence))
}

/// Steps 2 and 3: the right key, allowed; its PIN proven.
fn key_and_pin<'c>(
    room: &mut Room<'_>,
    course: &Course<'_>,
    clock: &'c dyn Clock,
    tenant: &TenantFacts,
) -> Result<(InHand<'c>, Pin), CeremonyError> {
    let planned = course.planned;
    let mut returning = made_before(room, course)?;
    loop {
        course.follow.step(room, 2, &planned.label)?;
        let mut hand = the_key::take(
            room,
            clock,
            planned,
            returning.as_ref(),
            Stops::AtFailures,
            &|facts| vec![allowed(tenant, facts)],
        )?;
        course.follow.step(room, 3, "")?;
        match the_key::unlock(room, &mut hand, &course.rp_id) {
            Ok(pin) => return Ok((hand, pin)),
            Err(CeremonyError::Replug) => {
                sealing::replug(room, planned, &mut hand)?;
                returning = returning.or_else(|| Some(Returning::seen(&hand.facts)));
            }
            Err(error) => return Err(error),
        }
    }
}

/// The key that an interrupted run made its credential on, if there was one.
fn made_before(
    room: &mut Room<'_>,
    course: &Course<'_>,
) -> Result<Option<Returning>, CeremonyError> {
    let kept = course.follow.open.registration(&*room.desk)?;
    let tenant = room.plan.tenant.id;
    Ok(kept.and_then(|kept| Returning::made(&kept, tenant, &course.rp_id)))
}

/// `AAGUID-ALLOWED`, before PIN and touch. A key that claims no model is judged as the zero AAGUID.
fn allowed(tenant: &TenantFacts, facts: &KeyFacts) -> Finding {
    let aaguid = facts.aaguid().known().copied().unwrap_or(Aaguid::ZERO);
    match tenant.accounts.first() {
        Some(account) => aaguid_allowed(tenant, account, &aaguid, Attestation::Unseen),
        None => Finding::new(
            crate::findings::Check::AaguidAllowed,
            Verdict::Unknown,
            crate::findings::Subject::book(),
            "the tenant was not asked",
        ),
    }
}
