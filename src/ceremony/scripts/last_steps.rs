//! The last steps of many ceremonies: what is stated is agreed to, signed and appended.

use crate::ceremony::script::Activity;
use crate::ceremony::script::Step;
use crate::ceremony::script::Who;

/// Of words alone: everyone hears the statement.
pub(super) const AGREED: Step = Step {
    title: "The statement: read aloud, and agreed",
    activities: &[
        Activity::new(
            Who::Operator,
            "Reads every sentence of the statement aloud.",
        ),
        Activity::new(
            Who::All,
            "Compare the digest's words with those on their own screens, where they have them.",
        )
        .aloud("digest, in words"),
        Activity::new(Who::Operator, "Agrees at the terminal, or declines."),
    ],
};

/// Of words alone: signatures and ledger.
pub(super) const SIGNED: Step = Step {
    title: "The record: signed and appended",
    activities: &[
        Activity::new(
            Who::Operator,
            "Signs with their own key: touch and PIN where it is a security key.",
        ),
        Activity::new(
            Who::Witness,
            "Signs here, or on a machine of their own with `glasskey sign`.",
        ),
        Activity::new(
            Who::Program,
            "Verifies each signature as a stranger would, appends the record, writes the checkpoint.",
        ),
    ],
};

/// Of a key that goes into a bag: signatures, ledger, bag face.
pub(super) const THE_RECORD: Step = Step {
    title: "The record: signed, appended, and the bag face printed from it",
    activities: &[
        Activity::new(Who::Operator, "Signs with their own key."),
        Activity::new(
            Who::Witness,
            "Signs here, or on a machine of their own with `glasskey sign`.",
        ),
        Activity::new(
            Who::Program,
            "Appends the record, writes the checkpoint, prints the bag face.",
        ),
        Activity::new(
            Who::SafeController,
            "Puts the bag into its safe; both initial the inventory.",
        )
        .aloud("safe, shelf, bag number"),
    ],
};
