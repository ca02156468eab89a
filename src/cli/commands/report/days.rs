//! The days of a calendar: when keys are due, PINs are proven until, and acceptances run out. It says
//! neither what an account is called in the tenant nor where a key lies: calendars are seen by many.

use super::Reported;
use super::further::Further;
use crate::findings;
use crate::findings::DueDepth;
use crate::paper::Calendar;
use crate::paper::DueDay;
use crate::paper::calendar;

/// The calendar's text.
pub(super) fn text(reported: &Reported, further: &Further) -> String {
    let days = days(reported, further);
    let origin = reported.report.origin.as_deref();
    calendar(&Calendar {
        book: &further.book,
        origin: origin.unwrap_or(&further.book),
        made: further.reading.last.unwrap_or(reported.report.period.to),
        records: reported.report.records,
        remind_days: further.policy.remind_days,
        days: &days,
    })
}

/// Every day, the earliest first.
fn days(reported: &Reported, further: &Further) -> Vec<DueDay> {
    let mut days = Vec::new();
    for due in &further.dues {
        let how = match due.depth {
            DueDepth::Presence => "with PIN and touch",
            DueDepth::SignIn => "by a real sign-in",
        };
        let mut description = due.command();
        for reason in &due.reasons {
            description.push_str("; early, because ");
            description.push_str(reason);
        }
        days.push(DueDay {
            kind: "verify",
            subject: due.label.clone(),
            on: due.by,
            summary: format!("Verify {} {how}", due.label),
            description,
        });
    }
    for key in &further.reading.facts.keys {
        let every = i64::from(further.policy.pin_proven_days.fail);
        days.extend(key.pin_proven.map(|proven| DueDay {
            kind: "pin",
            subject: key.label.clone(),
            on: proven.plus_days(every),
            summary: format!("The PIN of {} is proven until today", key.label),
            description: format!("glasskey verify {}", key.label),
        }));
    }
    let follow_ups = &further.reading.facts.follow_ups;
    for one in &follow_ups.reviews {
        days.push(DueDay {
            kind: "review",
            subject: format!("{} {:06}", one.label, one.record),
            on: findings::review_by(one),
            summary: format!("Review the incident of {}", one.label),
            description: format!("glasskey custody review {}", one.label),
        });
    }
    for one in &follow_ups.pin_changes {
        days.push(DueDay {
            kind: "pin-change",
            subject: format!("{} {:06}", one.label, one.record),
            on: findings::pin_change_by(one),
            summary: format!("Change the PIN of {}", one.label),
            description: format!("glasskey verify {}", one.label),
        });
    }
    for (check, subject, until, record) in further.reading.acceptances.all() {
        if until >= reported.as_of {
            days.push(DueDay {
                kind: "acceptance",
                subject: format!("{check} {subject}"),
                on: until,
                summary: format!("The acceptance of {check} of {subject} runs out"),
                description: format!("Record {record:06}. Mend it, or accept it again."),
            });
        }
    }
    days.sort_by(|one, other| {
        (one.on, one.kind, &one.subject).cmp(&(other.on, other.kind, &other.subject))
    });
    days
}
