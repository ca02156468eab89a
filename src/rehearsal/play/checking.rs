//! The check as `glasskey check` makes it, before the first registration and after the last.

use super::Fault;
use super::Open;
use super::Played;
use super::Stage;
use super::fault::Phase;
use super::note;
use super::spoiling;
use crate::ceremony::CeremonyError;
use crate::ceremony::restore;
use crate::entra::Attestation;
use crate::entra::Graph;
use crate::entra::Recorder;
use crate::entra::Session;
use crate::facts::tenant::Survey;
use crate::facts::tenant::survey;
use crate::findings;
use crate::findings::Finding;
use crate::findings::Judged;
use crate::findings::aaguid_allowed;
use crate::findings::drift;
use crate::ledger::Ledger;
use crate::primitives::Clock;
use crate::rehearsal::World;
use crate::rehearsal::key::REHEARSAL_AAGUID;
use crate::rehearsal::tenant::Holding;
use crate::rehearsal::tenant::Role;

/// What a check came to.
pub(super) struct Checked {
    pub(super) findings: Vec<Finding>,
    /// Seconds that it took on the rehearsal's clock.
    pub(super) waited: u64,
    survey: Survey,
}

impl Open<'_> {
    /// The check before anything is registered; what is wrong by then is found, mended and checked
    /// again.
    pub(super) fn check_first(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        faults: &[Fault],
        played: &mut Played,
    ) -> Result<(), CeremonyError> {
        stage
            .screen
            .part("Check: what the tenant says of the accounts");
        self.spoil(stage, faults, Phase::Check)?;
        let mut checked = self.checked(stage, session)?;
        for account in &checked.survey.tenant.accounts {
            let unseen = Attestation::Unseen;
            let facts = &checked.survey.tenant;
            let allowed = aaguid_allowed(facts, account, &REHEARSAL_AAGUID, unseen);
            checked.findings.push(allowed);
        }
        stage.screen.findings(&checked.findings);
        self.mend(stage, session, faults, Phase::Check, &checked, played)
    }

    /// The check after the last registration, beside what its record stated.
    pub(super) fn check_drift(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        faults: &[Fault],
        played: &mut Played,
    ) -> Result<(), CeremonyError> {
        let Some(last) = played.registered.last().map(|one| one.appended.index) else {
            return Ok(());
        };
        for (_, account) in World::accounts() {
            let (tenant, role) = (&mut self.world.tenant, Role::GlobalAdministrator);
            tenant.assign(account, role, Holding::Permanent);
        }
        stage
            .screen
            .part(&format!("Check again: what drifted since record {last:06}"));
        stage.screen.say(
            "Meanwhile the accounts were given their role, active and without an end: it comes \
             last, when their keys are there.",
        );
        self.spoil(stage, faults, Phase::Drift)?;
        let checked = self.checked(stage, session)?;
        say_drift(stage, last, &checked)?;
        stage.screen.findings(&checked.findings);
        self.mend(stage, session, faults, Phase::Drift, &checked, played)
    }

    fn spoil(
        &mut self,
        stage: &mut Stage<'_>,
        faults: &[Fault],
        phase: Phase,
    ) -> Result<(), CeremonyError> {
        for fault in faults.iter().filter(|fault| fault.phase() == phase) {
            spoiling::spoil(*fault, self.world, &mut *stage.desk)?;
        }
        Ok(())
    }

    /// Mends what was found, and checks again: a fault is caught if the first check shows it and the
    /// second does not.
    fn mend(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        faults: &[Fault],
        phase: Phase,
        before: &Checked,
        played: &mut Played,
    ) -> Result<(), CeremonyError> {
        let now: Vec<Fault> = faults
            .iter()
            .copied()
            .filter(|fault| fault.phase() == phase)
            .collect();
        if now.is_empty() {
            return Ok(());
        }
        for fault in &now {
            stage.screen.say(spoiling::mended(*fault));
            spoiling::mend(*fault, self.world, &mut *stage.desk)?;
        }
        stage.screen.part("Check once more: what was mended");
        let after = self.checked(stage, session)?;
        let mended: Vec<Finding> = after
            .findings
            .iter()
            .filter(|one| !one.verdict.is_open() && was_open(one, &before.findings))
            .cloned()
            .collect();
        stage.screen.findings(&mended);
        for fault in now {
            let caught = spoiling::is_found(fault, before) && !spoiling::is_found(fault, &after);
            note(&mut played.faults, fault, caught);
        }
        Ok(())
    }

    /// Asks the tenant everything and judges it with plan and book, as `glasskey check` does.
    fn checked(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
    ) -> Result<Checked, CeremonyError> {
        let mut reading = Ledger::new(&mut *stage.store).read_book()?;
        reading.facts.restore = restore::loose(&*stage.desk)?;
        let began = self.clock.elapsed();
        let mut tenant = Recorder::new(&mut self.world.tenant, self.plan.tenant.cloud);
        let survey = survey(
            &mut Graph::new(&mut tenant, &*self.clock, session),
            self.plan,
        );
        stage.exchanges.push_str(&tenant.json_lines());
        let as_of = self.clock.utc();
        let policy = reading.policy.as_ref().unwrap_or(&self.plan.policy);
        let mut findings = findings::tenant(&Judged {
            survey: &survey,
            plan: self.plan,
            policy,
            book: &reading.facts,
            as_of,
        });
        reading.acceptances.apply(&mut findings, as_of);
        Ok(Checked {
            findings,
            waited: self.clock.elapsed().saturating_sub(began).as_secs(),
            survey,
        })
    }
}

/// Whether the same check of the same subject was open before.
fn was_open(finding: &Finding, before: &[Finding]) -> bool {
    let mut same = before
        .iter()
        .filter(|one| one.check == finding.check && one.subject == finding.subject);
    same.any(|one| one.verdict.is_open())
}

/// Says what of the last record is worse now.
fn say_drift(stage: &mut Stage<'_>, last: u64, checked: &Checked) -> Result<(), CeremonyError> {
    let ledger = Ledger::new(&mut *stage.store);
    let stated = ledger.stated(last)?;
    let keys = ledger.read_book()?.facts.keys;
    let drift = drift(&stated, &checked.findings, &checked.survey, &keys);
    let worse: Vec<_> = drift
        .iter()
        .filter(|one| one.change == findings::Change::Worse)
        .collect();
    if worse.is_empty() {
        let words = "Nothing that the record stated is worse now.";
        stage.screen.say(words);
    }
    for one in worse {
        let (words, check, subject) = (&one.words, one.check, &one.subject);
        let now = &one.now.1;
        stage
            .screen
            .say(&format!("Drifted: {words} ({check} {subject}): {now}"));
    }
    Ok(())
}
