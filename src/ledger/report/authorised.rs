//! Who was authorised to use what, and when: a person's role, and while a key was in use.

use super::KeyReport;
use super::Read;
use super::RoleSpan;
use super::Span;
use crate::plan::Plan;
use crate::plan::Role;
use serde::Serialize;

/// What somebody was authorised to use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum What {
    /// To hold ceremonies with a key.
    Ceremonies {
        /// Its label.
        key: String,
    },
    /// To hold the envelope with a key's PIN.
    PinEnvelope {
        /// The envelope's number.
        envelope: String,
        /// The key's label.
        key: String,
    },
    /// To open the safe that a key lies in.
    Safe {
        /// The safe.
        safe: String,
        /// The key's label.
        key: String,
    },
}

impl What {
    /// The label of the key it is about.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Ceremonies { key } | Self::PinEnvelope { key, .. } | Self::Safe { key, .. } => {
                key
            }
        }
    }
}

/// Somebody, a role, and what it authorised them to use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Authorised {
    /// The person's ref.
    pub person: String,
    /// The role.
    pub role: Role,
    /// What.
    #[serde(flatten)]
    pub what: What,
    /// From when until when.
    #[serde(flatten)]
    pub span: Span,
}

/// Every authorisation that held at some moment of the period: by person, role, key, then time. Which
/// PIN envelope somebody holds is the plan's word, and holds as long as they were custodian.
pub(super) fn authorised(
    read: &Read<'_>,
    people: &[RoleSpan],
    keys: &[KeyReport],
    plan: Option<&Plan>,
) -> Vec<Authorised> {
    let mut all = Vec::new();
    for person in people {
        for key in keys {
            let Some(both) = person.span.and(&key.in_use) else {
                continue;
            };
            let mut add = |what: What, span: Span| {
                if span.touches(&read.period) {
                    all.push(Authorised {
                        person: person.person.clone(),
                        role: person.role,
                        what,
                        span,
                    });
                }
            };
            match person.role {
                Role::Operator => {
                    let key = key.label.clone();
                    add(What::Ceremonies { key }, both);
                }
                Role::Custodian => {
                    let pin = plan.and_then(|plan| Some(&plan.key(&key.label)?.1.pin));
                    if let Some(pin) = pin.filter(|pin| pin.held_by.contains(&person.person)) {
                        let what = What::PinEnvelope {
                            envelope: pin.envelope.clone(),
                            key: key.label.clone(),
                        };
                        add(what, both);
                    }
                }
                Role::SafeController => {
                    for (safe, lay) in safes(read, key) {
                        let Some(span) = both.and(&lay) else {
                            continue;
                        };
                        let what = What::Safe {
                            safe,
                            key: key.label.clone(),
                        };
                        add(what, span);
                    }
                }
                Role::Witness | Role::Auditor | Role::Reviewer => {}
            }
        }
    }
    all
}

/// The safes that a key lay in, one after the other.
fn safes(read: &Read<'_>, key: &KeyReport) -> Vec<(String, Span)> {
    let mut all: Vec<(String, Span)> = Vec::new();
    for (mark, statement) in read.marked() {
        if mark.record < key.in_use.from.record
            || super::label_of(statement) != Some(key.label.as_str())
        {
            continue;
        }
        let Some(custody) = &statement.custody else {
            continue;
        };
        match all.last_mut() {
            Some((safe, _)) if *safe == custody.safe => continue,
            Some((_, span)) => span.until = Some(mark),
            None => {}
        }
        let span = Span {
            from: mark,
            until: None,
        };
        all.push((custody.safe.clone(), span));
    }
    all
}
