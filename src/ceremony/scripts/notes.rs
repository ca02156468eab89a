//! Scripts of records that are words alone.

use super::last_steps::AGREED;
use super::last_steps::SIGNED;
use crate::ceremony::script::Activity;
use crate::ceremony::script::Script;
use crate::ceremony::script::Step;
use crate::ceremony::script::Who;

const NEEDS: &[&str] =
    &["The operator, and as many witnesses as the policy in force asks; each with their key."];

/// Something went otherwise than the script, outside of another ceremony.
pub const EXCEPTION: Script = Script {
    name: "exception",
    version: 1,
    title: "An exception is noted",
    purpose: "Something went otherwise than a script, and the statement of that ceremony no longer \
              takes it up: the bag tore after the touch, a door stood open.",
    needs: NEEDS,
    steps: &[
        Step {
            title: "What happened: {}",
            activities: &[Activity::new(
                Who::Operator,
                "Says which step, what was done instead, and why.",
            )
            .aloud("step, what, why")],
        },
        AGREED,
        SIGNED,
    ],
};

/// A record is corrected.
pub const AMENDMENT: Script = Script {
    name: "amendment",
    version: 1,
    title: "A record is corrected",
    purpose: "A record says something that is not so. It stays as it is; this one says what it \
              should have said, and why it did not.",
    needs: NEEDS,
    steps: &[
        Step {
            title: "The correction: {}",
            activities: &[
                Activity::new(Who::Operator, "Reads the record as it stands.")
                    .aloud("index, what it says"),
                Activity::new(
                    Who::Operator,
                    "Says what it should have said, and why it did not.",
                ),
            ],
        },
        AGREED,
        SIGNED,
    ],
};

/// A finding is accepted until a date.
pub const ACCEPTANCE: Script = Script {
    name: "acceptance",
    version: 1,
    title: "A finding is accepted until a date",
    purpose: "A check fails, and that is a risk one takes for a while. The audit then says \
              `accepted` in place of `fail`, until that date and not a second longer.",
    needs: NEEDS,
    steps: &[
        Step {
            title: "The finding: {}",
            activities: &[Activity::new(
                Who::Operator,
                "Reads check, subject, date and reason aloud.",
            )
            .aloud("check, subject, until")],
        },
        AGREED,
        SIGNED,
    ],
};

/// People were trained.
pub const TRAINING: Script = Script {
    name: "training",
    version: 1,
    title: "A training is noted",
    purpose: "People rehearsed the ceremony with `glasskey rehearse`. The record cites the head of \
              the rehearsal's ledger, so that what they did can be looked at.",
    needs: NEEDS,
    steps: &[
        Step {
            title: "The rehearsal: {}",
            activities: &[
                Activity::new(Who::Program, "Audits the rehearsal's book."),
                Activity::new(Who::Operator, "Says who took part.").aloud("refs"),
            ],
        },
        AGREED,
        SIGNED,
    ],
};
