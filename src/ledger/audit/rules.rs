//! Which members a statement of each event has.

use super::fault::Rule;
use crate::record::CeremonyRecord;
use crate::record::Event;
use crate::record::Level;
use crate::record::Statement;

/// Signers of one record, at most.
pub(super) const MAX_SIGNERS: usize = 64;

/// People of one book, at most.
const MAX_PEOPLE: usize = 1_000;

/// Whether a member has to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Must,
    May,
    Never,
}

use Need::May;
use Need::Must;
use Need::Never;

/// The members that not every event has.
struct Shape {
    account: Need,
    custody: Need,
    key: Need,
    level: Need,
    people: Need,
    policy: Need,
    anchors: Need,
    registration: Need,
    presence: Need,
    attest: Need,
    probe: Need,
    sign_in: Need,
    opening: Need,
    checklist: Need,
    portal: Need,
    review: Need,
    pin_envelope: Need,
    retirement: Need,
    own: Option<&'static str>,
}

/// A record about nothing but itself.
const NOTE: Shape = Shape {
    account: May,
    custody: Never,
    key: Never,
    level: Never,
    people: Never,
    policy: Never,
    anchors: Never,
    registration: Never,
    presence: Never,
    attest: Never,
    probe: Never,
    sign_in: Never,
    opening: Never,
    checklist: Never,
    portal: Never,
    review: Never,
    pin_envelope: Never,
    retirement: Never,
    own: None,
};

/// A record about a key.
const OF_KEY: Shape = Shape {
    account: Must,
    custody: May,
    key: May,
    presence: May,
    attest: May,
    probe: May,
    review: May,
    pin_envelope: May,
    ..NOTE
};

const fn shape(event: Event, level: Option<Level>) -> Shape {
    match event {
        Event::Genesis => Shape {
            account: Never,
            people: Must,
            policy: Must,
            anchors: May,
            ..NOTE
        },
        Event::Registration => Shape {
            custody: Must,
            key: Must,
            registration: Must,
            presence: Must,
            probe: Never,
            sign_in: May,
            portal: May,
            review: Never,
            ..OF_KEY
        },
        Event::Verification => match level {
            Some(Level::L0) => Shape {
                key: Must,
                level: Must,
                presence: Never,
                checklist: May,
                ..OF_KEY
            },
            Some(Level::L1 | Level::L2) | None => Shape {
                custody: Must,
                key: Must,
                level: Must,
                presence: Must,
                sign_in: if matches!(level, Some(Level::L2)) {
                    Must
                } else {
                    Never
                },
                checklist: May,
                ..OF_KEY
            },
        },
        Event::Custody => Shape {
            opening: May,
            ..OF_KEY
        },
        Event::Retirement => Shape {
            retirement: May,
            ..OF_KEY
        },
        Event::Loss => Shape {
            own: Some("loss"),
            ..OF_KEY
        },
        Event::Exception => NOTE,
        Event::Amendment => Shape {
            own: Some("amendment"),
            sign_in: May,
            ..NOTE
        },
        Event::Acceptance => Shape {
            own: Some("acceptance"),
            ..NOTE
        },
        Event::Training => Shape {
            own: Some("training"),
            ..NOTE
        },
        Event::People => Shape {
            people: Must,
            ..NOTE
        },
        Event::Policy => Shape {
            policy: Must,
            ..NOTE
        },
    }
}

/// A portal keeps what the key signed there; elsewhere it is what the record is for.
fn registration(shape: &Shape, record: &CeremonyRecord) -> Need {
    if shape.portal == May && record.statement.portal.is_some() {
        Never
    } else {
        shape.registration
    }
}

/// Every member that is missing, or there although its event never has it.
pub(in crate::ledger) fn offences(record: &CeremonyRecord) -> Vec<Rule> {
    let (statement, evidence) = (&record.statement, &record.evidence);
    let shape = shape(statement.event, statement.level);
    let own = |name| match shape.own {
        Some(own) if own == name => Must,
        Some(_) | None => Never,
    };
    let unseen = if statement.key.is_none() && shape.key == May {
        May
    } else {
        Never
    };
    // An opened bag holds nothing: where the key is put is said by the record that seals it.
    let custody = if statement.opening.is_some() {
        Never
    } else {
        shape.custody
    };
    let registration = registration(&shape, record);
    let people_file = if shape.people == Must { May } else { Never };
    let mut rules: Vec<Rule> = [
        ("account", shape.account, statement.account.is_some()),
        ("anchors", shape.anchors, !statement.anchors.is_empty()),
        ("custody", custody, statement.custody.is_some()),
        ("key", shape.key, statement.key.is_some()),
        ("level", shape.level, statement.level.is_some()),
        ("people", shape.people, !statement.people.is_empty()),
        (
            "people_sha256",
            people_file,
            statement.people_sha256.is_some(),
        ),
        ("policy", shape.policy, statement.policy.is_some()),
        (
            "checklist",
            shape.checklist,
            !statement.checklist.is_empty(),
        ),
        ("portal", shape.portal, statement.portal.is_some()),
        ("replaces", shape.portal, statement.replaces.is_some()),
        ("opening", shape.opening, statement.opening.is_some()),
        ("sign_in", shape.sign_in, statement.sign_in.is_some()),
        (
            "pin_envelope",
            shape.pin_envelope,
            statement.pin_envelope.is_some(),
        ),
        (
            "retirement",
            shape.retirement,
            statement.retirement.is_some(),
        ),
        ("review", shape.review, statement.review.is_some()),
        ("unseen_key", unseen, statement.unseen_key.is_some()),
        (
            "acceptance",
            own("acceptance"),
            statement.acceptance.is_some(),
        ),
        ("amendment", own("amendment"), statement.amendment.is_some()),
        ("loss", own("loss"), statement.loss.is_some()),
        ("training", own("training"), statement.training.is_some()),
        ("evidence.attest", shape.attest, evidence.attest.is_some()),
        (
            "evidence.presence",
            shape.presence,
            evidence.presence.is_some(),
        ),
        ("evidence.probe", shape.probe, evidence.probe.is_some()),
        (
            "evidence.registration",
            registration,
            evidence.registration.is_some(),
        ),
    ]
    .into_iter()
    .filter_map(|(name, need, there)| match (need, there) {
        (Must, false) => Some(Rule::MemberMissing(name)),
        (Never, true) => Some(Rule::MemberUnexpected(name)),
        (Must | May, true) | (May | Never, false) => None,
    })
    .collect();
    rules.extend(too_many(statement));
    if shape.key == Must
        && let Some(key) = &statement.key
    {
        let parts = [
            ("key.credential_id", key.credential_id.is_some()),
            ("key.public_key", key.public_key.is_some()),
            ("key.rp_id", key.rp_id.is_some()),
        ];
        rules.extend(
            parts
                .into_iter()
                .filter(|(_, there)| !there)
                .map(|(name, _)| Rule::MemberMissing(name)),
        );
    }
    rules
}

/// Every list that is longer than it may be.
fn too_many(statement: &Statement) -> impl Iterator<Item = Rule> {
    [
        (
            "expected_signers",
            statement.expected_signers.len(),
            MAX_SIGNERS,
        ),
        ("nonces", statement.nonces.len(), MAX_SIGNERS),
        ("people", statement.people.len(), MAX_PEOPLE),
    ]
    .into_iter()
    .filter(|(_, count, most)| count > most)
    .map(|(name, ..)| Rule::TooMany(name))
}
