//! Roles and policies over the period.

use super::Mark;
use super::Period;
use super::Read;
use super::Span;
use crate::plan::Role;
use crate::record::Event;
use serde::Serialize;

/// A role that somebody had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleSpan {
    /// The person's ref.
    pub person: String,
    /// The role.
    pub role: Role,
    /// From the record that gave it until the one that took it.
    #[serde(flatten)]
    pub span: Span,
}

/// A policy that was in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicySpan {
    /// From the record that brought it until the next.
    #[serde(flatten)]
    pub span: Span,
    /// What it changed, in words; empty of the first.
    pub changes: Vec<String>,
    /// Every setting, with its value.
    pub settings: Vec<(String, String)>,
}

/// Who had which role at some moment of the period: by person, then by role, then in time.
pub(super) fn roles(read: &Read<'_>) -> Vec<RoleSpan> {
    let mut all: Vec<RoleSpan> = Vec::new();
    for (mark, statement) in read.marked() {
        if !matches!(statement.event, Event::Genesis | Event::People) {
            continue;
        }
        let has = |person: &str, role: Role| {
            let mut people = statement.people.iter();
            people.any(|one| one.reference == person && one.roles.contains(&role))
        };
        for open in all.iter_mut().filter(|one| one.span.until.is_none()) {
            if !has(&open.person, open.role) {
                open.span.until = Some(mark);
            }
        }
        for person in &statement.people {
            for role in &person.roles {
                let had = all.iter().any(|one| {
                    one.person == person.reference && one.role == *role && one.span.until.is_none()
                });
                if !had {
                    all.push(RoleSpan {
                        person: person.reference.clone(),
                        role: *role,
                        span: since(mark),
                    });
                }
            }
        }
    }
    all.retain(|one| one.span.touches(&read.period));
    all.sort_by(|one, other| {
        let place = |role: Role| Role::ALL.iter().position(|each| *each == role);
        (&one.person, place(one.role), one.span.from.record).cmp(&(
            &other.person,
            place(other.role),
            other.span.from.record,
        ))
    });
    all
}

/// The policies that were in force at some moment of the period, in order.
pub(super) fn policies(read: &Read<'_>) -> Vec<PolicySpan> {
    let mut all: Vec<PolicySpan> = Vec::new();
    let mut before = None;
    for (mark, statement) in read.marked() {
        let Some(policy) = &statement.policy else {
            continue;
        };
        if let Some(last) = all.last_mut() {
            last.span.until = Some(mark);
        }
        let changes = before.map_or_else(Vec::new, |before: &crate::plan::Policy| {
            before.changes(policy)
        });
        all.push(PolicySpan {
            span: since(mark),
            changes,
            settings: policy.settings(),
        });
        before = Some(policy);
    }
    let period: Period = read.period;
    all.retain(|one| one.span.touches(&period));
    all
}

const fn since(mark: Mark) -> Span {
    Span {
        from: mark,
        until: None,
    }
}
