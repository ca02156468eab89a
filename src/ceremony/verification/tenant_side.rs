//! Step 2: what the tenant says of the account and of all its keys, the one here among them.

use super::Course;
use crate::ceremony::Room;
use crate::entra::GraphWrite;
use crate::entra::Session;
use crate::facts::book::BookFacts;
use crate::facts::tenant::survey;
use crate::findings;
use crate::findings::Finding;
use crate::findings::Judged;
use crate::findings::Subject;

/// What the tenant said.
pub(super) struct TenantSide {
    /// What it came to, of this account, its keys and the whole book.
    pub(super) findings: Vec<Finding>,
    /// Dates and request ids of the answers.
    pub(super) headers: crate::entra::Observed,
}

/// Asks the tenant all that `check` asks. Nothing it says stops a verification: it is what the
/// verification is to find out.
pub(super) fn ask(room: &mut Room<'_>, session: &mut Session, course: &Course<'_>) -> TenantSide {
    let clock = room.clock;
    let mut writes = GraphWrite::new(&mut *room.tenant, clock, session);
    let surveyed = survey(&mut writes.reads(), room.plan);
    let book: &BookFacts = &course.book.facts;
    let judged = findings::tenant(&Judged {
        survey: &surveyed,
        plan: room.plan,
        policy: &course.force.policy,
        book,
        as_of: course.begun.started,
    });
    let ours = [
        Subject::book(),
        Subject::account(&course.account.alias),
        Subject::key(&course.planned.label),
    ];
    let findings: Vec<Finding> = judged
        .into_iter()
        .filter(|finding| {
            ours.contains(&finding.subject) || findings::applies_to(finding, &course.account.alias)
        })
        .collect();
    room.operator.findings(&findings);
    TenantSide {
        findings,
        headers: session.observed().clone(),
    }
}
