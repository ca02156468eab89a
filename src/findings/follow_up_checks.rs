//! `INCIDENT-REVIEW` `PIN-CHANGE` `LOSS-REVOKED`: what records leave to be done.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use crate::facts::follow_up::FollowUps;
use crate::facts::follow_up::PinChangeFacts;
use crate::facts::follow_up::PinKnown;
use crate::facts::follow_up::ReviewFacts;
use crate::facts::follow_up::UnrevokedFacts;
use crate::primitives::UtcTime;

/// Days in which an incident is reviewed and a PIN is changed (DESIGN §5).
pub const FOLLOW_UP_DAYS: i64 = 5;

/// Everything that records leave to be done; nothing where they leave nothing.
#[must_use]
pub fn follow_ups(left: &FollowUps, as_of: UtcTime) -> Vec<Finding> {
    let reviews = left.reviews.iter().map(|one| review(one, as_of));
    let pins = left.pin_changes.iter().map(|one| pin_change(one, as_of));
    let unrevoked = left.unrevoked.iter().map(revoked);
    reviews.chain(pins).chain(unrevoked).collect()
}

/// The moment by which an incident is to be reviewed; after it, `INCIDENT-REVIEW` fails.
#[must_use]
pub fn review_by(facts: &ReviewFacts) -> UtcTime {
    facts.opened.plus_days(FOLLOW_UP_DAYS)
}

/// The moment by which a PIN is to be changed; after it, `PIN-CHANGE` fails.
#[must_use]
pub fn pin_change_by(facts: &PinChangeFacts) -> UtcTime {
    facts.since.plus_days(FOLLOW_UP_DAYS)
}

/// Warns until the days are over.
fn verdict(due: UtcTime, as_of: UtcTime) -> Verdict {
    if as_of > due {
        Verdict::Fail
    } else {
        Verdict::Warn
    }
}

/// `INCIDENT-REVIEW`
fn review(facts: &ReviewFacts, as_of: UtcTime) -> Finding {
    let due = review_by(facts);
    let label = &facts.label;
    let detail = format!(
        "review due {}, of the incident of {} (record {:06})",
        due.day(),
        facts.opened,
        facts.record
    );
    Finding::new(
        Check::IncidentReview,
        verdict(due, as_of),
        Subject::key(label),
        detail,
    )
    .fix(format!("glasskey custody review {label}"))
}

/// `PIN-CHANGE`
fn pin_change(facts: &PinChangeFacts, as_of: UtcTime) -> Finding {
    let due = pin_change_by(facts);
    let label = &facts.label;
    let why = match &facts.why {
        PinKnown::Incident => "it was used in the incident".to_owned(),
        PinKnown::Left(reference) => format!("{reference}, who held it, left"),
    };
    let detail = format!(
        "a new PIN is due {}: {why} (record {:06})",
        due.day(),
        facts.record
    );
    Finding::new(
        Check::PinChange,
        verdict(due, as_of),
        Subject::key(label),
        detail,
    )
    .fix(format!(
        "out of its bag: `glasskey custody seal {label}`; else `glasskey pin change {label}`, then \
         `glasskey verify {label}`"
    ))
}

/// `LOSS-REVOKED`
fn revoked(facts: &UnrevokedFacts) -> Finding {
    let label = &facts.label;
    let detail = format!(
        "lost by record {:06}; no record says that the tenant let go of it",
        facts.record
    );
    Finding::new(
        Check::LossRevoked,
        Verdict::Fail,
        Subject::key(label),
        detail,
    )
    .fix(format!("glasskey lost {label}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incident_is_to_be_reviewed_in_five_days_and_its_pin_changed() {
        let opened = UtcTime::parse("2026-01-05T09:00:00Z").unwrap();
        let left = FollowUps {
            reviews: vec![ReviewFacts {
                label: "BG1-A".to_owned(),
                opened,
                record: 3,
            }],
            pin_changes: vec![PinChangeFacts {
                label: "BG1-A".to_owned(),
                why: PinKnown::Left("w-2".to_owned()),
                since: opened,
                record: 4,
            }],
            unrevoked: vec![UnrevokedFacts {
                label: "BG1-B".to_owned(),
                since: opened,
                record: 5,
            }],
        };
        let seen = |as_of: UtcTime| -> Vec<String> {
            let all = follow_ups(&left, as_of);
            let words = all.iter().map(|one| {
                let verdict = one.verdict.word();
                format!("{verdict} {} {}: {}", one.check, one.subject, one.detail)
            });
            words.collect()
        };
        let in_time = seen(opened.plus_days(5));
        assert_eq!(
            in_time,
            [
                "warn INCIDENT-REVIEW key:BG1-A: review due 2026-01-10, of the incident of \
                 2026-01-05T09:00:00Z (record 000003)",
                "warn PIN-CHANGE key:BG1-A: a new PIN is due 2026-01-10: w-2, who held it, left \
                 (record 000004)",
                "fail LOSS-REVOKED key:BG1-B: lost by record 000005; no record says that the \
                 tenant let go of it",
            ]
        );
        let late = seen(opened.plus_days(5).plus_seconds(1));
        assert!(
            late.iter().all(|line| line.starts_with("fail ")),
            "{late:?}"
        );
        assert_eq!(
            follow_ups(&FollowUps::default(), opened),
            Vec::<Finding>::new()
        );
    }
}
